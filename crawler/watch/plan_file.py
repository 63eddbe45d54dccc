"""The plan: the file in which a user says what the scheduler does besides crawling, and who is told. All of it has defaults.

Secrets stand in it only where the user puts them: a target's address may come from an environment variable or a file of its own instead.
Wherever a target is named (logs, status, errors), it is by its name.
"""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self
from zoneinfo import ZoneInfo

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)

from crawler.errors import CatalogError
from crawler.intervals import parse_span
from crawler.located_yaml import explain, parse_located, read_text
from crawler.watch.windows import QuietHours, parse_time
from storage.errors import SnapshotError

MAX_FILE_BYTES = 256 * 1024
DATE = "{date}"  # stands for the day, in what a snapshot is called and made with


class PlanMistake(CatalogError):
    """The plan cannot be used as it is: one line with file, line and field."""


class HowOften(StrEnum):
    """How often something is done."""

    NEVER = "never"
    DAILY = "daily"
    WEEKLY = "weekly"

    def slot(self, day: date) -> str | None:
        """Return the name of the slot of a date: for each it is done once; None for never."""
        if self is HowOften.NEVER:
            return None
        if self is HowOften.DAILY:
            return day.isoformat()
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02}"


def _time_text(value: object) -> str:
    # YAML 1.1 reads 01:30 without quotes as the number 90
    text = f"{value // 60:02}:{value % 60:02}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
    parse_time(text)
    return text


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError("is not an IANA time zone (for example Asia/Beirut)") from error
    return value


def _span(value: str) -> str:
    parse_span(value)
    return value


def _day(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


Clock = Annotated[str, BeforeValidator(_time_text)]
Span = Annotated[str, AfterValidator(_span)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, hide_input_in_errors=True, populate_by_name=True)


class Hours(_Strict):
    """The quiet hours: backfills and maintenance are done in them. `from` is included, `to` is not; they may reach over midnight."""

    begin: Clock = Field(default="01:00", alias="from")
    end: Clock = Field(default="05:00", alias="to")
    time_zone: Annotated[str, AfterValidator(_zone)] = "UTC"

    @model_validator(mode="after")
    def _some(self) -> Self:
        if self.begin == self.end:
            raise ValueError("from and to are the same time: there would be no quiet hour")
        return self

    def window(self) -> QuietHours:
        """Return the window."""
        return QuietHours(parse_time(self.begin), parse_time(self.end), ZoneInfo(self.time_zone))


class PlannedBackfill(_Strict):
    """A part of the past that is fetched in the quiet hours until it is there: `from` and `to` as in `dragoman backfill`."""

    source: str
    begin: Annotated[str, BeforeValidator(_day)] = Field(alias="from")
    end: Annotated[str, BeforeValidator(_day)] = Field(alias="to")

    @property
    def name(self) -> str:
        """Return the name of the chore."""
        return f"backfill {self.source} {self.begin} {self.end}"


class Target(_Strict):
    """Somebody who is told: an address as Apprise writes them, given here, in an environment variable, or in a file."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 _.-]{0,63}$")
    url: SecretStr | None = None
    url_env: str | None = None
    url_file: Path | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(given is not None for given in (self.url, self.url_env, self.url_file)) != 1:
            raise ValueError("needs exactly one of url, url_env and url_file")
        return self

    def address(self) -> str:
        """Return the address. Raises: PlanMistake when it is not where it should be; it says nothing of a secret."""
        if self.url is not None:
            return self.url.get_secret_value()
        if self.url_env is not None:
            found = os.environ.get(self.url_env, "").strip()
            if not found:
                raise PlanMistake(f"alerts: target {self.name!r}: the environment variable {self.url_env} is not set")
            return found
        try:
            found = (self.url_file or Path()).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise PlanMistake(f"alerts: target {self.name!r}: {self.url_file} cannot be read: {error.strerror}") from error
        if not found:
            raise PlanMistake(f"alerts: target {self.name!r}: {self.url_file} is empty")
        return found


class Alerts(_Strict):
    """Who is told, and after what time an illness that lasts is told again ('never': it is told once)."""

    targets: tuple[Target, ...] = ()
    repeat: str = "7d"

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        names = [target.name for target in self.targets]
        if len(set(names)) < len(names):
            raise ValueError("two targets have the same name")
        if self.repeat != "never":
            parse_span(self.repeat)
        return self

    def repeat_after(self) -> timedelta | None:
        """Return after what time an illness is told again; None for never."""
        return None if self.repeat == "never" else parse_span(self.repeat)


class Plan(_Strict):
    """What the scheduler does, besides crawling.

    `crawls`: crawl processes at a time at most; `crawl_limit`: how long one may take; `maintenance`: how often the database is compacted;
    `snapshot`: how often `dragoman snapshot create` is run, with `snapshot_options`, and under which name; in both {date} is the day.
    """

    quiet_hours: Hours = Hours()
    maintenance: HowOften = HowOften.WEEKLY
    snapshot: HowOften = HowOften.NEVER
    snapshot_name: str = DATE
    snapshot_options: tuple[str, ...] = ()
    backfills: tuple[PlannedBackfill, ...] = ()
    crawls: int = Field(default=2, ge=1, le=16)
    crawl_limit: Span = "30m"
    alerts: Alerts = Alerts()

    @field_validator("snapshot_name")
    @classmethod
    def _dated(cls, value: str) -> str:
        from storage.snapshots.folders import check_name  # noqa: PLC0415 - it loads the exports, and few plans name a snapshot

        if DATE not in value:
            raise ValueError(f"has no {DATE} in it: each snapshot needs a name of its own")
        try:
            check_name(value.replace(DATE, "2026-01-31"))
        except SnapshotError as error:
            raise ValueError(str(error)) from error
        return value

    def snapshot_words(self, day: date) -> list[str]:
        """Return the name of the snapshot of a day, and the options with which it is made."""
        return [word.replace(DATE, day.isoformat()) for word in (self.snapshot_name, *self.snapshot_options)]


def load_plan(path: Path | None) -> Plan:
    """Read the plan; without a file everything is as by default. Raises: PlanMistake, one line."""
    if path is None:
        return Plan()
    try:
        text = read_text(path, max_bytes=MAX_FILE_BYTES, kind="plan")
        data, lines = parse_located(path, text, yaml.MappingNode, "a mapping of fields, as in 'snapshot: daily'", "plan")
    except PlanMistake:
        raise
    except CatalogError as error:
        raise PlanMistake(str(error)) from error
    try:
        return Plan.model_validate(data)
    except ValidationError as error:
        raise PlanMistake(explain(path, error, lines, "a plan")) from error


def today(plan: Plan, now: datetime | None = None) -> date:
    """Return the local date in the zone of the quiet hours."""
    return (now or datetime.now(UTC)).astimezone(ZoneInfo(plan.quiet_hours.time_zone)).date()

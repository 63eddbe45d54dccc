"""Times of the local day: cron expressions and quiet hours, right on the days on which the clock is changed. Pure.

Everything is computed in local time and handed on in UTC. What a clock change does: a time that the clock jumps over is taken at the moment
of the jump, a time that it shows twice is taken once (as cron does, `cronsim`); a window of quiet hours that begins or ends in the gap
begins or ends at the jump. A slot is named by the local date on which its window began, so a chore is done once for each, however often the
hour is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError


class BadCron(ValueError):
    """A cron expression that cannot be read, or that names no time; the text says what one looks like."""


SHORTEST_CRON = timedelta(minutes=10)
_LOOKED_AT = 60  # times of a cron expression that are compared: an hour of minutes


def check_cron(expression: str) -> str:
    """Accept a cron expression of five fields that is due at most every ten minutes. Raises: BadCron."""
    if len(expression.split()) != 5:
        raise BadCron(f"{expression!r:.60} is not a cron expression of five fields (for example '5 6-22 * * *')")
    start = datetime(2026, 1, 5, tzinfo=UTC)
    try:
        times = [at for at, _ in zip(CronSim(expression, start), range(_LOOKED_AT), strict=False)]
    except CronSimError as error:
        raise BadCron(f"{expression!r:.60} is not a cron expression of five fields (for example '5 6-22 * * *'): {error}") from error
    if not times:
        raise BadCron(f"{expression!r:.60} never comes")
    if any(later - earlier < SHORTEST_CRON for earlier, later in pairwise(times)):
        raise BadCron(f"{expression!r:.60} comes more often than every ten minutes")
    return expression


def next_cron(expression: str, zone: ZoneInfo, after: datetime) -> datetime:
    """Return the first time of a checked expression after an instant, in UTC."""
    return next(CronSim(expression, after.astimezone(zone))).astimezone(UTC)


def parse_time(text: str) -> time:
    """Read a time of day, '01:30'. Raises: ValueError."""
    try:
        return time.fromisoformat(text) if len(text) == 5 else _refuse(text)
    except ValueError as error:
        raise ValueError(f"{text!r:.20} is not a time of day (for example 01:30)") from error


def _refuse(text: str) -> time:
    raise ValueError(text)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """A window of the local day, `begin` inclusive to `end` exclusive; it may reach over midnight."""

    begin: time
    end: time
    zone: ZoneInfo

    def slot(self, now: datetime) -> date:
        """Return the local date on which the latest window began."""
        today = now.astimezone(self.zone).date()
        return today if now >= self.begins(today) else today - timedelta(days=1)

    def is_now(self, now: datetime) -> bool:
        """Tell whether the window is open."""
        return now < self.ends(self.slot(now))

    def begins(self, day: date) -> datetime:
        """Return when the window of a date begins, in UTC."""
        return _instant(day, self.begin, self.zone)

    def ends(self, day: date) -> datetime:
        """Return when the window that began on a date ends, in UTC."""
        return _instant(day + timedelta(days=1) if self.end <= self.begin else day, self.end, self.zone)


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return a local time in UTC; the first of two that are called the same, the jump for one that does not exist.

    Source: PEP 495. In a gap, fold=0 takes the offset before the jump and lands after it by as much as the time lay in the gap.
    """
    local = datetime.combine(day, at, zone)
    instant = local.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return instant
    before, after = instant - timedelta(hours=24), instant  # the jump lies between them
    wanted = local.replace(fold=0).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) / 2
        before, after = (middle, after) if middle.astimezone(zone).utcoffset() == wanted else (before, middle)
    return after.replace(microsecond=0)

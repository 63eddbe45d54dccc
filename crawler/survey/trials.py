"""Try the reading of a source's pages on stored ones: what each field is, where it was found, which selectors matched, what was expected.

A stored page is an HTML file in `pages/<id>/` beside the source's file, and beside the page, under the same name, a YAML file may say what
must come out of it: a catalog can be tested where it is kept, without asking the site.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from crawler.catalog import PAGES, Source
from crawler.errors import InputError, PageError
from crawler.extraction import declared_address, extract
from crawler.extraction.decode import decode
from crawler.extraction.selectors import FIELDS, FOUND, MISSED, Tried, select
from crawler.extraction.tree import parse
from crawler.inspection import row_of
from crawler.records import Page, PageContext, SelectorRules
from crawler.urls import UrlError, canonical_url

MAX_PAGE_BYTES = 16 * 1024 * 1024
MAX_CASE_BYTES = 256 * 1024
SUFFIXES = (".html", ".htm")
#: The fields that a trial shows, in their order.
SHOWN = ("title", "standfirst", "authors", "agency", "published_at", "modified_at", "section", "language", "text")


class Expected(BaseModel):
    """What must come out of a page; what is not named may be anything. `outcome` is for a page that gives no article ('paywalled' …)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str | None = None
    standfirst: str | None = None
    authors: tuple[str, ...] | None = None
    agency: str | None = None
    published_at: datetime | date | None = None
    section: str | None = None
    language: str | None = None
    text_begins: str | None = None
    text_ends: str | None = None
    text_has: tuple[str, ...] = ()
    text_lacks: tuple[str, ...] = ()
    outcome: str | None = None

    @field_validator("text_has", "text_lacks", "authors", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        return [value] if isinstance(value, str) else value

    @field_validator("published_at", mode="before")
    @classmethod
    def _day_or_instant(cls, value: object) -> object:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else value


ANYTHING = Expected()


class _Case(BaseModel):
    """The file beside a stored page: its address, when it was fetched, and what must come out of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str | None = None
    fetched_at: datetime | None = None
    expect: Expected = ANYTHING

    @field_validator("url")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        try:
            return value if value is None or canonical_url(value) else None
        except UrlError as error:
            raise ValueError("is not a web address") from error


@dataclass(frozen=True, slots=True)
class StoredPage:
    """A page of a source in a file. Without an address its own claim of one is taken, else the source's home page."""

    path: Path
    url: str | None = None
    fetched_at: datetime | None = None
    expect: Expected = ANYTHING


@dataclass(frozen=True, slots=True)
class Trial:
    """What a stored page gave: `row` as `dragoman extract` writes it, empty when there is no article; each rule; what is wrong.

    `gave` are the fields that a rule gave, `ruled` those that have rules.
    """

    source_id: str
    path: Path
    row: Mapping[str, Any]
    tried: tuple[Tried, ...]
    ruled: frozenset[str]
    gave: frozenset[str]
    problems: tuple[str, ...]


def stored_pages(source_file: Path) -> list[StoredPage]:
    """List the stored pages of the source with that file, by name.

    Raises: InputError when the file beside a page cannot be used.
    """
    folder = source_file.parent / PAGES / source_file.stem
    return [stored_page(path) for path in sorted(folder.glob("*")) if path.suffix in SUFFIXES]


def stored_page(path: Path, url: str | None = None) -> StoredPage:
    """Describe one page in a file by what stands beside it; `url` goes before the address there.

    Raises: InputError, one line with the file and the field, when what stands beside it cannot be used.
    """
    beside = path.with_suffix(".yml")
    if not beside.is_file():
        return StoredPage(path, url)
    try:
        if beside.stat().st_size > MAX_CASE_BYTES:
            raise InputError(f"{beside}: larger than {MAX_CASE_BYTES // 1024} KiB")
        case = _Case.model_validate(yaml.safe_load(beside.read_text(encoding="utf-8")) or {})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(map(str, first["loc"]))
        what = "is not known" if first["type"] == "extra_forbidden" else first["msg"].removeprefix("Value error, ")
        raise InputError(f"{beside}: {field}: {what}") from error
    except yaml.YAMLError as error:
        raise InputError(f"{beside}: broken YAML: {' '.join(str(error).split())}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{beside}: not UTF-8") from error
    except OSError as error:
        raise InputError(f"{beside}: {os.strerror(error.errno or 0)}") from error
    return StoredPage(path, url or case.url, case.fetched_at, case.expect)


def try_page(source: Source, page: StoredPage) -> Trial:
    """Read a stored page as a page of its source, and compare it with what is expected; runs in a worker.

    Raises: InputError when its file cannot be read.
    """
    try:
        with page.path.open("rb") as file:
            body = file.read(MAX_PAGE_BYTES)
    except OSError as error:
        raise InputError(f"{page.path}: {os.strerror(error.errno or 0)}") from error
    context = source.context()
    url = page.url or declared_address(body) or source.homepage
    fetched_at = page.fetched_at or datetime.now(UTC)
    at = fetched_at if fetched_at.tzinfo else fetched_at.replace(tzinfo=UTC)
    try:
        article = extract(Page(url, url, body, at), context)
    except PageError as error:
        problems = [] if page.expect.outcome == error.outcome else [f"no article: {error.outcome}: {error}"]
        return Trial(source.id, page.path, {}, (), _ruled(context), frozenset(), tuple(problems))
    row = row_of(article, known=True)
    evidence = row["evidence"]
    ruled = _ruled(context)
    gave = frozenset(name for name in ruled if _by_rule(evidence.get(FIELDS[name], {}).get("found_in", "")))
    tried = select(parse(decode(body).text, url), context.rules).tried
    return Trial(source.id, page.path, row, tried, ruled, gave, tuple(differences(row, page.expect, source.time_zone)))


def _ruled(context: PageContext) -> frozenset[str]:
    rules = context.rules or SelectorRules()
    return frozenset(name for name in FIELDS if name != "prune" and getattr(rules, name))


def _by_rule(found_in: str) -> bool:
    return found_in.startswith(FOUND) and MISSED not in found_in


def differences(row: Mapping[str, Any], expect: Expected, time_zone: str) -> list[str]:
    """Say in what an article differs from what was expected of it; a line each."""
    wrong = [] if expect.outcome is None else [f"outcome: expected {expect.outcome!r}, found an article"]
    for name in ("title", "standfirst", "authors", "agency", "section", "language"):
        wanted = getattr(expect, name)
        wanted = list(wanted) if isinstance(wanted, tuple) else wanted
        if wanted is not None and row[name] != wanted:
            wrong.append(f"{name}: expected {wanted!r}, found {row[name]!r}")
    if expect.published_at is not None and not _is_time(row["published_at"], expect.published_at, ZoneInfo(time_zone)):
        wrong.append(f"published_at: expected {expect.published_at.isoformat()}, found {row['published_at']}")
    text = row["text"]
    if expect.text_begins is not None and not text.startswith(expect.text_begins):
        wrong.append(f"text: expected to begin {expect.text_begins!r}, found {text[: len(expect.text_begins)]!r}")
    if expect.text_ends is not None and not text.endswith(expect.text_ends):
        wrong.append(f"text: expected to end {expect.text_ends!r}, found {text[-len(expect.text_ends) :]!r}")
    wrong += [f"text: lacks {words!r}" for words in expect.text_has if words not in text]
    wrong += [f"text: holds {words!r}" for words in expect.text_lacks if words in text]
    return wrong


def _is_time(found: str | None, wanted: datetime | date, zone: ZoneInfo) -> bool:
    """Say whether a time as a row has it is the one expected, or lies on the day expected; a time without a zone is the source's."""
    if found is None:
        return False
    at = datetime.fromisoformat(found)  # without a zone: a day
    if not isinstance(wanted, datetime):
        return (at if at.tzinfo is None else at.astimezone(zone)).date() == wanted
    return at.tzinfo is not None and at == (wanted if wanted.tzinfo else wanted.replace(tzinfo=zone))


def idle_rules(trials: Sequence[Trial]) -> dict[str, list[str]]:
    """Name, by source, the fields whose rules gave nothing on any of its pages that hold an article."""
    ruled: dict[str, set[str]] = {}
    read = [trial for trial in trials if trial.row]
    for trial in read:
        ruled.setdefault(trial.source_id, set()).update(trial.ruled)
    for trial in read:
        ruled[trial.source_id] -= trial.gave
    return {source_id: sorted(names) for source_id, names in ruled.items() if names}

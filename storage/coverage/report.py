"""Ask the ledger what was covered and what was missed: counts by source and day, judged, added up.

Counting is done by the database, by GROUP BY; what comes here has the size of the answer. Candidates are counted on the day on which a
channel named them first, attempts on the day of the fetch, runs on the day on which they began. Days between the first and the last crawl
on which a source was not crawled are there too, `down`; so are all days of an enabled source that never was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, func, select

from storage import days, sources
from storage.coverage import sightings, tallies
from storage.coverage.looks import looks
from storage.coverage.recapture import Recapture, added
from storage.coverage.records import Axis, CandidateCounts, CoverageDay, CoverageRow, LookingCounts, add_up, judge, summed
from storage.coverage.sightings import ChannelComparison
from storage.coverage.tallies import BY_DAY_OF_SOURCE, Key, Scope
from storage.database import Database
from storage.errors import NotFound
from storage.models import FetchRow, RunRow
from storage.records import RunKind, SourceRecord
from storage.search.records import ArticleFilter


class ReasonsOf(StrEnum):
    """For what the most frequent reasons are looked up: each time costs as much as all the counting."""

    NOTHING = "nothing"
    ALL = "all"
    ROWS = "rows"
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class CoverageQuestion:
    """What is asked of the ledger.

    Which sources (none: all); from which day to which, both included (None: from the first row, to the last crawl); whose days; what the
    rows are; for what reasons are named.
    """

    sources: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    time_zone: str = "UTC"
    axis: Axis = Axis.SOURCE
    reasons_of: ReasonsOf = ReasonsOf.NOTHING


@dataclass(frozen=True, slots=True)
class Coverage:
    """The answer: each source on each day, the rows that they add up to, all in one row, and what is estimated to have been missed.

    `estimate` adds up those sources of `comparisons` that an estimate could be made for, None when there are none.
    """

    days: tuple[CoverageDay, ...]
    rows: tuple[CoverageRow, ...]
    total: CoverageRow
    comparisons: tuple[ChannelComparison, ...]
    estimate: Recapture | None


def coverage(database: Database, question: CoverageQuestion, *, now: datetime, expected_low: Mapping[str, float] | None = None) -> Coverage:
    """Answer from one state of the database.

    Args: an open database; the question; the present; the fewest articles a day that are expected of a source, where that is known.
    Raises: NotFound for a source that the database does not know, UnknownTimeZone.
    """
    zone = days.time_zone(question.time_zone)
    known = {source.id: source for source in sources.list_all(database)}
    for source_id in question.sources:
        if source_id not in known:
            raise NotFound(f"the database knows no source {source_id!r}", source_id=source_id)
    with database.read() as connection:
        scope = _scope(connection, database, question)
        looking, discovered, failures = looks(connection, scope, now)
        candidates = tallies.candidates(connection, scope, BY_DAY_OF_SOURCE, discovered)
        reasons = tallies.reasons(connection, scope, BY_DAY_OF_SOURCE) if question.reasons_of is ReasonsOf.DAYS else {}
        today = now.astimezone(zone).date()
        counted = sorted({*candidates, *looking} | _watched(connection, question, known, today))
        listed: list[CoverageDay] = []
        for key in counted:
            source, day = known[key[0]], date.fromisoformat(key[1])
            low = (expected_low or {}).get(source.id)
            looked, found = looking.get(key, LookingCounts()), candidates.get(key, CandidateCounts())
            verdict = judge(looked, found, failures=failures.get(key, ()), expected_low=low, whole_day=day < today)
            language = source.languages[0] if source.languages else None
            listed.append(CoverageDay(source.id, day, source.country, language, verdict, looked, found, low, reasons.get(key, {})))
        rows, total = _rows(connection, scope, question, listed)
        comparisons = tuple(sightings.compare(connection, scope))
    estimates = [comparison.recapture for comparison in comparisons if comparison.recapture]
    return Coverage(tuple(listed), rows, total, comparisons, added(estimates))


def coverage_of(database: Database, wanted: ArticleFilter, *, now: datetime) -> Coverage:
    """Return the coverage that belongs to a selection of articles: of its sources, on its days (UTC), with the reasons of each day."""
    known = {source.id for source in sources.list_all(database)}
    chosen = tuple(source_id for source_id in dict.fromkeys(wanted.sources) if source_id in known)
    if wanted.sources and not chosen:
        return Coverage((), (), summed("all", ()), (), None)
    until = None if wanted.until is None else (wanted.until - timedelta.resolution).astimezone(UTC).date()
    since = None if wanted.since is None else wanted.since.astimezone(UTC).date()
    return coverage(database, CoverageQuestion(chosen, since, until, reasons_of=ReasonsOf.DAYS), now=now)


def _scope(connection: Connection, database: Database, question: CoverageQuestion) -> Scope:
    """Turn days into instants."""
    zone = days.time_zone(question.time_zone)
    since = None if question.since is None else days.midnight(question.since, zone)
    until = None if question.until is None else days.midnight(question.until + timedelta(days=1), zone)
    scope = Scope(database.dialect, question.sources, since, until)
    if zone is UTC:
        return scope
    bounds: list[datetime] = []
    for source_id, instant in ((FetchRow.source_id, FetchRow.fetched_at), (RunRow.source_id, RunRow.started_at)):
        found = select(func.min(instant), func.max(instant)).where(*scope.within(source_id, instant))
        bounds += [at for at in connection.execute(found).one() if at is not None]
    if not bounds:
        return scope
    return replace(scope, offsets=tuple(days.offsets(zone, min(bounds), max(bounds) + timedelta(days=2))))


def _watched(connection: Connection, question: CoverageQuestion, known: Mapping[str, SourceRecord], today: date) -> set[Key]:
    """Return the days on which sources should have been crawled, whether they were or not.

    Those are, for an enabled source of the catalog, the days from the first crawl of any chosen source to the last one, or to the end of
    the question, if that is later and has come; for any other source, those between its own first and last crawl.
    """
    zone = days.time_zone(question.time_zone)
    crawls = select(RunRow.source_id, func.min(RunRow.started_at), func.max(RunRow.started_at))
    crawls = crawls.where(RunRow.kind == RunKind.CRAWL.value, RunRow.source_id.is_not(None)).group_by(RunRow.source_id)
    if question.sources:
        crawls = crawls.where(RunRow.source_id.in_(question.sources))
    spans = {source: (first.astimezone(zone).date(), last.astimezone(zone).date()) for source, first, last in connection.execute(crawls)}
    if not spans:
        return set()
    begin, end = min(first for first, _ in spans.values()), max(last for _, last in spans.values())
    if question.until is not None:
        end = max(end, min(question.until, today))
    watched: set[Key] = set()
    for source_id in question.sources or known:
        source = known[source_id]
        first, last = (begin, end) if source.enabled and source.from_catalog else spans.get(source_id, (end, begin))
        first = first if question.since is None else max(first, question.since)
        last = last if question.until is None else min(last, question.until)
        watched.update((source_id, day.isoformat()) for day in days.days(first, last))
    return watched


def _rows(
    connection: Connection, scope: Scope, question: CoverageQuestion, listed: Sequence[CoverageDay]
) -> tuple[tuple[CoverageRow, ...], CoverageRow]:
    """Add up. By language, candidates are counted anew, each in its own; how it was looked for them, in the source's main one."""
    rows, total = add_up(listed, question.axis), summed("all", listed)
    by = (question.axis.value,)
    if question.axis is Axis.LANGUAGE:
        in_their_own = tallies.candidates(connection, scope, by)
        found = {row.key: row for row in rows}
        keys = sorted({*found, *(key for (key,) in in_their_own)})
        rows = [replace(found.get(key) or summed(key, ()), candidates=in_their_own.get((key,), CandidateCounts())) for key in keys]
    if question.reasons_of is ReasonsOf.ROWS:
        reasons = tallies.reasons(connection, scope, by)
        rows = [replace(row, reasons=reasons.get((row.key,), {})) for row in rows]
    if question.reasons_of is ReasonsOf.ALL:
        total = replace(total, reasons=tallies.reasons(connection, scope, ()).get((), {}))
    return tuple(rows), total

"""The questions behind the ledger's coverage, in SQL: each returns counts by key, a key being what it is grouped by.

A key is a tuple of texts: ('source', 'YYYY-MM-DD') for a source on a day, else one member.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, and_, case, func, literal_column, or_, select

from storage import days
from storage.coverage.records import UNDETERMINED, UNKNOWN_COUNTRY, CandidateCounts, Reason
from storage.crawls.visits import FOUND
from storage.dialects.base import DatabaseDialect
from storage.models import ArticleRow, ArticleUrlRow, CandidateRow, FetchRow, RunRow, SightingRow, SourceRow
from storage.records import ChannelKind, Outcome, RunKind

Key = tuple[str, ...]

#: By what is grouped: a source on a day, or one of the axes.
BY_DAY_OF_SOURCE = ("source", "day")

_OUTCOMES = {outcome.value: outcome for outcome in Outcome}
REASONS = 3  # the most frequent are named; the ledger has them all
_ONE: ColumnElement[int] = literal_column("1")


@dataclass(frozen=True, slots=True)
class Scope:
    """Which rows are counted: of these sources (none: all), from `since` (inclusive) to `until` (exclusive), by days of a zone.

    `offsets` are the zone's in that time; empty for UTC.
    """

    dialect: DatabaseDialect
    sources: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    offsets: tuple[days.Offset, ...] = ()

    def within(self, source_id: Any, instant: Any) -> list[ColumnElement[bool]]:
        """Return the conditions on a table's columns."""
        conditions: list[ColumnElement[bool]] = []
        if self.sources:
            conditions.append(source_id.in_(self.sources))
        if self.since is not None:
            conditions.append(instant >= self.since)
        if self.until is not None:
            conditions.append(instant < self.until)
        return conditions

    def day(self, instant: Any) -> ColumnElement[str]:
        """Return the day of a column of instants."""
        if not self.offsets:
            return self.dialect.day(instant)
        *earlier, last = self.offsets
        minutes: ColumnElement[int] = literal_column(str(last.minutes))
        if earlier:
            minutes = case(*((instant < offset.until, literal_column(str(offset.minutes))) for offset in earlier), else_=minutes)
        return self.dialect.day(instant, minutes)


@dataclass(slots=True)
class _Sums:
    """Candidate counts that are still being added to."""

    discovered: int = 0
    waiting: int = 0
    outcomes: dict[Outcome, int] = field(default_factory=dict)
    revisits: int = 0
    from_files: int = 0
    requests: int = 0
    page_bytes: int = 0

    def done(self) -> CandidateCounts:
        outcomes = dict(sorted(self.outcomes.items(), key=lambda item: (-item[1], item[0])))
        return CandidateCounts(self.discovered, self.waiting, outcomes, self.revisits, self.from_files, self.requests, self.page_bytes)


def candidates(
    connection: Connection, scope: Scope, by: Sequence[str], fresh: Mapping[Key, int] | None = None
) -> dict[Key, CandidateCounts]:
    """Count what was discovered, attempted and waits.

    Args: also what the polls say that they discovered, by the same key; without it every candidate is looked at.
    """
    sums: defaultdict[Key, _Sums] = defaultdict(_Sums)
    for key, count in (fresh or {}).items():
        sums[key].discovered += count
    for key, count in _discovered(connection, scope, by, beside_polls=fresh is not None):
        sums[key].discovered += count
    for key, count in _waiting(connection, scope, by):
        sums[key].waiting += count
    _attempted(connection, scope, by, sums)
    return {key: made.done() for key, made in sums.items()}


def _discovered(connection: Connection, scope: Scope, by: Sequence[str], *, beside_polls: bool) -> list[tuple[Key, int]]:
    """Count candidates by the day on which they were found: all, or those that no channel named first, but an article in another language.

    What was never looked for (`found_in` is empty) was not discovered. Who found it is not known of what an older Dragoman left.
    """
    if not beside_polls:
        keys = key_columns(scope, by, CandidateRow.source_id, CandidateRow.found_at)
        named = [CandidateRow.found_in != "", CandidateRow.channel.is_not(None)]
        wanted = select(*keys, func.count()).select_from(_candidates(by))
        return _counted(connection, wanted.where(*named, *scope.within(CandidateRow.source_id, CandidateRow.found_at)), by)
    alternate = ChannelKind.ALTERNATE.value
    first_of_all = select(_ONE).where(CandidateRow.url_key == SightingRow.url_key, CandidateRow.channel == alternate)
    wanted = (
        select(*key_columns(scope, by, SightingRow.source_id, SightingRow.seen_at), func.count())
        .where(SightingRow.channel == alternate, first_of_all.exists())
        .where(*scope.within(SightingRow.source_id, SightingRow.seen_at))
    )
    return _counted(connection, wanted, by)


def _waiting(connection: Connection, scope: Scope, by: Sequence[str]) -> list[tuple[Key, int]]:
    """Count candidates without a final outcome by the day on which they were found."""
    wanted = (
        select(*key_columns(scope, by, CandidateRow.source_id, CandidateRow.found_at), func.count())
        .select_from(_candidates(by))
        .where(CandidateRow.settled_at.is_(None), *scope.within(CandidateRow.source_id, CandidateRow.found_at))
    )
    return _counted(connection, wanted, by)


def _attempted(connection: Connection, scope: Scope, by: Sequence[str], sums: defaultdict[Key, _Sums]) -> None:
    """Count the rows of the ledger by outcome."""
    ingests = select(RunRow.id).where(RunRow.kind == RunKind.INGEST.value)
    wanted = (
        select(
            *key_columns(scope, by, FetchRow.source_id, FetchRow.fetched_at),
            FetchRow.outcome,
            func.count(),
            func.sum(case((FetchRow.channel == ChannelKind.REVISIT.value, 1), else_=0)),
            func.sum(case((FetchRow.run_id.in_(ingests), 1), else_=0)),
            func.coalesce(func.sum(FetchRow.requests), 0),
            func.coalesce(func.sum(FetchRow.size_bytes), 0),
        )
        .select_from(_fetches(by))
        .where(*scope.within(FetchRow.source_id, FetchRow.fetched_at))
        .group_by(*key_names(by), FetchRow.outcome)
    )
    for *key, name, count, revisits, from_files, requests, size in connection.execute(wanted):
        made, outcome = sums[_key(by, key)], _OUTCOMES[name]
        made.outcomes[outcome] = made.outcomes.get(outcome, 0) + count
        made.revisits += int(revisits)
        made.from_files += int(from_files)
        made.requests += int(requests)
        made.page_bytes += int(size)


def reasons(connection: Connection, scope: Scope, by: Sequence[str]) -> dict[Key, dict[Outcome, tuple[Reason, ...]]]:
    """Return the most frequent reasons of each outcome; none of copies, whose reasons name an article each."""
    counted = (
        select(
            *key_columns(scope, by, FetchRow.source_id, FetchRow.fetched_at), FetchRow.outcome, FetchRow.reason, func.count().label("times")
        )
        .select_from(_fetches(by))
        .where(FetchRow.reason != "", FetchRow.outcome != Outcome.COPY.value, *scope.within(FetchRow.source_id, FetchRow.fetched_at))
        .group_by(*key_names(by), FetchRow.outcome, FetchRow.reason)
        .subquery()
    )
    found: defaultdict[Key, defaultdict[Outcome, list[Reason]]] = defaultdict(lambda: defaultdict(list))
    for *key, outcome, reason, times in connection.execute(_most_frequent(counted, [*key_names(by), "outcome"])):
        found[_key(by, key)][Outcome(outcome)].append(Reason(reason, times))
    return {key: {outcome: tuple(listed) for outcome, listed in outcomes.items()} for key, outcomes in found.items()}


def _most_frequent(counted: Any, group: Sequence[str]) -> Any:
    """Select the most frequent reasons of each group, the columns as they are."""
    order = (counted.c.times.desc(), counted.c.reason)
    place = func.row_number().over(partition_by=[counted.c[name] for name in group], order_by=order).label("place")
    ranked = select(counted, place).subquery()
    columns = [column for column in ranked.c if column.name != "place"]
    return select(*columns).where(ranked.c.place <= REASONS).order_by(*(ranked.c[name] for name in group), ranked.c.place)


def key_columns(scope: Scope, by: Sequence[str], source_id: Any, instant: Any) -> list[ColumnElement[Any]]:
    """Return what is grouped by, under the names of `key_names`.

    The language is that of the article, else what a channel said of the candidate, else the source's main one.
    """
    columns: dict[str, Any] = {
        "source": source_id,
        "day": scope.day(instant),
        "country": func.coalesce(SourceRow.country, UNKNOWN_COUNTRY),
        "language": func.coalesce(
            ArticleRow.language, CandidateRow.hints["language"].as_string(), SourceRow.languages[0].as_string(), UNDETERMINED
        ),
    }
    return [columns[name].label(label) for name, label in zip(by, key_names(by), strict=True)]


def key_names(by: Sequence[str]) -> list[str]:
    """Return under which names the members of a key are selected: those of no column, so that GROUP BY means them."""
    return [f"key_{name}" for name in by]


def _candidates(by: Sequence[str]) -> FromClause:
    """Return the candidates with the tables that their key needs."""
    found: FromClause = CandidateRow.__table__
    if "language" in by:
        found = (
            found.join(SourceRow, SourceRow.id == CandidateRow.source_id)
            .outerjoin(ArticleUrlRow, ArticleUrlRow.url_key == CandidateRow.url_key)
            .outerjoin(ArticleRow, ArticleRow.id == ArticleUrlRow.article_id)
        )
    return found


def _fetches(by: Sequence[str]) -> FromClause:
    """Return the ledger with the tables that its key needs."""
    ledger: FromClause = FetchRow.__table__
    if "country" in by or "language" in by:
        ledger = ledger.join(SourceRow, SourceRow.id == FetchRow.source_id)
    if "language" in by:
        # The ledger names candidates by their address, of which there is no index: the database makes one for the question, of those
        # candidates that have a row without an article.
        address = (
            select(func.min(CandidateRow.id).label("id"), CandidateRow.url, CandidateRow.source_id)
            .where(or_(CandidateRow.attempts > 1, CandidateRow.last_outcome.not_in(FOUND)))
            .group_by(CandidateRow.url, CandidateRow.source_id)
            .subquery()
        )
        same = and_(FetchRow.article_id.is_(None), address.c.url == FetchRow.candidate_url, address.c.source_id == FetchRow.source_id)
        ledger = (
            ledger.outerjoin(ArticleRow, ArticleRow.id == FetchRow.article_id)
            .outerjoin(address, same)
            .outerjoin(CandidateRow, CandidateRow.id == address.c.id)
        )
    return ledger


def _counted(connection: Connection, wanted: Any, by: Sequence[str]) -> list[tuple[Key, int]]:
    return [(_key(by, key), count) for *key, count in connection.execute(wanted.group_by(*key_names(by)))]


def _key(by: Sequence[str], values: Sequence[Any]) -> Key:
    """Return a key; of a language without its region, as in en-US."""
    if by == ("language",):
        return (str(values[0]).partition("-")[0].lower(),)
    return tuple(values)

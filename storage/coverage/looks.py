"""How it was looked for candidates, by source and day: the runs, and the looks at channels that they made."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, case, func, literal_column, select

from storage.coverage.records import READ, SKIPPED, LookingCounts, Reason
from storage.coverage.tallies import BY_DAY_OF_SOURCE, REASONS, Key, Scope, key_columns, key_names
from storage.crawls import holders
from storage.models import PollRow, RunRow
from storage.records import RunKind, RunStatus

_STATUSES = {status.value: status for status in RunStatus}


class Looks(NamedTuple):
    """The counts by source and day, what the polls of crawls and backfills discovered, and why channels could not be read."""

    counts: dict[Key, LookingCounts]
    discovered: dict[Key, int]
    failures: dict[Key, tuple[Reason, ...]]


@dataclass(slots=True)
class _Runs:
    """Runs of a source on a day that are still being counted."""

    crawls: Counter[RunStatus] = field(default_factory=Counter)
    backfills: int = 0
    known: int = 0


class _Poll(NamedTuple):
    """How often a channel gave one kind of answer on a day."""

    source: str
    day: str
    backfilled: int
    url: str
    status: str
    reason: str
    times: int
    size: int
    fresh: int


def looks(connection: Connection, scope: Scope, now: datetime) -> Looks:
    """Count runs, and the looks at channels that crawls made."""
    runs = _runs(connection, scope, now)
    discovered: defaultdict[Key, int] = defaultdict(int)
    polls: defaultdict[Key, list[_Poll]] = defaultdict(list)
    for poll in _polls(connection, scope):
        key = (poll.source, poll.day)
        if poll.fresh:
            discovered[key] += int(poll.fresh)
        if not poll.backfilled:
            polls[key].append(poll)
    counts = {key: _counts(runs.get(key, _Runs()), polls.get(key, ())) for key in {*runs, *polls}}
    failures = {key: _failures(polls[key]) for key, made in counts.items() if any(status not in _FINE for status in made.polls)}
    return Looks(counts, discovered, failures)


def _runs(connection: Connection, scope: Scope, now: datetime) -> dict[Key, _Runs]:
    keys = key_columns(scope, BY_DAY_OF_SOURCE, RunRow.source_id, RunRow.started_at)
    wanted = (
        select(*keys, RunRow.kind, RunRow.status, func.count(), func.sum(RunRow.known))
        .where(RunRow.source_id.is_not(None), *scope.within(RunRow.source_id, RunRow.started_at))
        .group_by(*key_names(BY_DAY_OF_SOURCE), RunRow.kind, RunRow.status)
    )
    found: defaultdict[Key, _Runs] = defaultdict(_Runs)
    for source, day, kind, status, count, known in map(tuple, connection.execute(wanted)):
        if kind == RunKind.CRAWL:
            found[source, day].crawls[_STATUSES[status]] += count
            found[source, day].known += int(known)
        elif kind == RunKind.BACKFILL:
            found[source, day].backfills += count
    # A run whose process died is called running until the next one of its source begins.
    running = (
        select(*keys, RunRow.holder, RunRow.started_at)
        .where(RunRow.status == RunStatus.RUNNING.value, RunRow.kind == RunKind.CRAWL.value, RunRow.source_id.is_not(None))
        .where(*scope.within(RunRow.source_id, RunRow.started_at))
    )
    for source, day, holder, started_at in map(tuple, connection.execute(running)):
        if not holders.is_alive(holder, started_at, now):
            found[source, day].crawls[RunStatus.RUNNING] -= 1
            found[source, day].crawls[RunStatus.LOST] += 1
    return found


def _polls(connection: Connection, scope: Scope) -> Iterator[_Poll]:
    backfills = select(RunRow.id).where(RunRow.kind == RunKind.BACKFILL.value)
    # Why a channel was skipped names a time and differs each time.
    reason = case((PollRow.status == SKIPPED, literal_column("''")), else_=PollRow.reason).label("key_reason")
    wanted = (
        select(
            *key_columns(scope, BY_DAY_OF_SOURCE, PollRow.source_id, PollRow.polled_at),
            case((PollRow.run_id.in_(backfills), literal_column("1")), else_=literal_column("0")).label("key_backfilled"),
            PollRow.url,
            PollRow.status,
            reason,
            func.count(),
            func.coalesce(func.sum(PollRow.size_bytes), 0),
            func.sum(PollRow.fresh),
        )
        .where(*scope.within(PollRow.source_id, PollRow.polled_at))
        .group_by(*key_names(BY_DAY_OF_SOURCE), "key_backfilled", PollRow.url, PollRow.status, "key_reason")
    )
    return (_Poll(*row) for row in map(tuple, connection.execute(wanted)))


_FINE = READ | {SKIPPED}


def _counts(runs: _Runs, polls: Sequence[_Poll]) -> LookingCounts:
    """Add up a source's day: polls by status, and the channels that failed whenever they were asked."""
    statuses: Counter[str] = Counter()
    for poll in polls:
        statuses[poll.status] += poll.times
    read = {poll.url for poll in polls if poll.status in READ}
    failed = {poll.url for poll in polls if poll.status not in _FINE}
    return LookingCounts(
        crawls={status: count for status, count in sorted(runs.crawls.items()) if count},
        backfills=runs.backfills,
        polls=dict(statuses.most_common()),
        channels=len({poll.url for poll in polls}),
        unread=len(failed - read),
        known=runs.known,
        channel_bytes=sum(int(poll.size) for poll in polls),
    )


def _failures(polls: Sequence[_Poll]) -> tuple[Reason, ...]:
    """Return why channels could not be read, the most frequent reasons first."""
    counted: Counter[str] = Counter()
    for poll in polls:
        if poll.status not in _FINE:
            counted[f"{poll.status} ({poll.reason})" if poll.reason else poll.status] += poll.times
    ranked = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Reason(text, count) for text, count in ranked[:REASONS])

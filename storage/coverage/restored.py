"""The ledger that a snapshot brought: of each source and day what the database that the snapshot was made of counted.

A snapshot holds no single tries, only their counts, so they stand beside our own ledger and are told where that knows nothing: on a day
on which we neither crawled nor backfilled nor discovered anything, and tried nothing but files. Nothing is added up, because the same tries
may stand behind both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, select

from storage.coverage.records import CandidateCounts, CoverageDay, LookingCounts, Reason, State, Verdict
from storage.coverage.tallies import Key
from storage.dialects.base import DatabaseDialect
from storage.models import RestoredDayRow
from storage.records import Outcome, RunStatus

_LOOKING = ("backfills", "channels", "unread", "known", "channel_bytes")
_CANDIDATES = ("discovered", "waiting", "revisits", "from_files", "requests", "page_bytes")


@dataclass(frozen=True, slots=True)
class RestoredDay:
    """A row of the coverage of a snapshot, as `storage.export.coverage` makes it, with the address of the snapshot and its last instant."""

    snapshot: str
    as_of: datetime
    counts: Mapping[str, Any]


def keep(connection: Connection, dialect: DatabaseDialect, days: Iterable[RestoredDay]) -> int:
    """Keep what a snapshot says of days, inside a transaction; of two that tell of one day the later one is believed.

    Returns: how many there were.
    """
    rows = [
        {
            "source_id": item.counts["source"],
            "day": item.counts["day"],
            "as_of": item.as_of,
            "snapshot": item.snapshot,
            "counts": {name: value for name, value in item.counts.items() if value not in (None, 0, "", {}, "{}")},
        }
        for item in days
    ]
    if rows:
        statement = dialect.insert(RestoredDayRow)
        given = statement.excluded
        renewed = {name: given[name] for name in ("as_of", "snapshot", "counts")}
        key = [RestoredDayRow.source_id, RestoredDayRow.day]
        later = given.as_of > RestoredDayRow.as_of
        connection.execute(statement.on_conflict_do_update(index_elements=key, set_=renewed, where=later), rows)
    return len(rows)


def last_instant(connection: Connection) -> datetime | None:
    """Return the last instant that any of the snapshots knows of."""
    return connection.scalar(select(func.max(RestoredDayRow.as_of)))


def of_days(connection: Connection, sources: Iterable[str], since: date | None, until: date | None) -> dict[Key, CoverageDay]:
    """Return what snapshots say, by source and day: of these sources (none: all), from which day to which, both included (None: all)."""
    wanted = select(RestoredDayRow.counts)
    if chosen := tuple(sources):
        wanted = wanted.where(RestoredDayRow.source_id.in_(chosen))
    if since is not None:
        wanted = wanted.where(RestoredDayRow.day >= since.isoformat())
    if until is not None:
        wanted = wanted.where(RestoredDayRow.day <= until.isoformat())
    return {(counts["source"], counts["day"]): _day(counts) for counts in connection.scalars(wanted)}


def knows(looking: LookingCounts, candidates: CandidateCounts) -> bool:
    """Say whether our own ledger tells of a day more than that files were read which date from it."""
    looked = bool(looking.crawls or looking.backfills or looking.polls or looking.known)
    return looked or bool(candidates.discovered or candidates.waiting) or candidates.attempted > candidates.from_files


def _day(counts: Mapping[str, Any]) -> CoverageDay:
    crawls = {status: count for status in RunStatus if (count := counts.get(f"crawls_{status}"))}
    outcomes = {outcome: count for outcome in Outcome if (count := counts.get(f"outcome_{outcome}"))}
    ranked = dict(sorted(outcomes.items(), key=lambda item: (-item[1], item[0])))
    return CoverageDay(
        counts["source"],
        date.fromisoformat(counts["day"]),
        counts.get("country"),
        counts.get("language"),
        Verdict(State(counts["state"]), counts.get("why", "")),
        LookingCounts(crawls, polls=counts.get("polls", {}), **{name: counts.get(name, 0) for name in _LOOKING}),
        CandidateCounts(outcomes=ranked, **{name: counts.get(name, 0) for name in _CANDIDATES}),
        reasons={
            Outcome(outcome): tuple(Reason(text, count) for text, count in reasons.items())
            for outcome, reasons in counts.get("reasons", {}).items()
        },
    )

"""The roster: which of the sources that are due are crawled together, and which for themselves. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.watch import breaker
from storage.records import SourceRecord


@dataclass(frozen=True, slots=True)
class RosterConfig:
    """How sources are gathered.

    `ahead`: a crew takes along what falls due so soon after; but no source comes earlier than by `ahead_share` of its interval. A process
    costs some seconds of a core to start, so one a minute is a few percent. `most`: sources of one crew: enough hosts to keep a crawl busy
    at one request a second each.
    """

    ahead: timedelta = timedelta(seconds=60)
    ahead_share: float = 0.1
    most: int = 300


CONFIG = RosterConfig()


@dataclass(frozen=True, slots=True)
class Batch:
    """Sources for one crew; a probe asks each for its channels and one page."""

    source_ids: tuple[str, ...]
    probe: bool = False


def gather(records: Sequence[SourceRecord], now: datetime, config: RosterConfig = CONFIG) -> list[SourceRecord]:
    """Return the sources that are due, the longest overdue first, with what falls due soon; nothing when none is due yet."""
    due = [record for record in records if record.next_due_at is None or record.next_due_at <= now]
    if not due:
        return []
    soon = [
        record
        for record in records
        if record.next_due_at is not None
        and now < record.next_due_at <= now + min(config.ahead, timedelta(minutes=record.interval_minutes) * config.ahead_share)
        and not (record.rhythm or "").startswith("cron ")  # who says a time means it
    ]
    return sorted([*due, *soon], key=lambda record: (record.next_due_at is not None, record.next_due_at or now, record.id))


def batches(
    gathered: Sequence[SourceRecord],
    busy: Collection[str],
    failures: Mapping[str, int],
    suspects: Mapping[str, int],
    config: RosterConfig = CONFIG,
) -> list[Batch]:
    """Part sources into crews.

    Args: what was gathered; what is being crawled; by source how many crawls in a row failed; by source how large a crew may be in which it
    is crawled, after it was in one that died: halved each time, until the one that kills crews is alone.
    """
    free = [record.id for record in gathered if record.id not in busy]
    probes = tuple(source_id for source_id in free if breaker.is_open(failures.get(source_id, 0)) and source_id not in suspects)
    plain = [source_id for source_id in free if source_id not in suspects and source_id not in probes]
    made = [Batch(tuple(plain[start : start + config.most])) for start in range(0, len(plain), config.most)]
    if probes:
        made.append(Batch(probes, probe=True))
    suspected: dict[int, list[str]] = {}
    for source_id in free:
        if source_id in suspects:
            suspected.setdefault(max(1, suspects[source_id]), []).append(source_id)
    for size, source_ids in suspected.items():
        made += [Batch(tuple(source_ids[start : start + size])) for start in range(0, len(source_ids), size)]
    return made

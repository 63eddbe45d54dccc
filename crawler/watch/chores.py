"""Chores: what is done once a night or once a week besides crawling. Which are due is a pure function; a crew does them.

A chore belongs to a slot, the local date (or week) of the quiet hours in which it falls. It is over for a slot when it was ended in it,
well or not; one that a kill cut off was never ended and is begun again. Maintenance and backfills are for the quiet hours; a snapshot is
made in the first moment after their begin in which the scheduler is up, for a day without one would be a gap. It is named by the date; none
is made where one of that name was made already, by a try that was cut off before it could tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from crawler.watch.crews import command
from crawler.watch.plan_file import Plan
from storage.health.chores import ChoreRecord

MAINTENANCE = "maintenance"
SNAPSHOT = "snapshot"


@dataclass(frozen=True, slots=True)
class Chore:
    """Something to be done.

    Its name, its slot, the words of its command line, how long it may take, and whether nothing may write meanwhile.
    """

    name: str
    slot: str
    words: tuple[str, ...]
    limit: timedelta | None
    alone: bool = False

    def arguments(self) -> list[str]:
        """Return the command line."""
        return command(*self.words)


def due_chores(
    plan: Plan, records: Mapping[str, ChoreRecord], now: datetime, db: str, catalog: Path | None, options: tuple[str, ...]
) -> list[Chore]:
    """Return what is to be done now, in the order in which it is done. Pure.

    Args: the plan; how each chore went last; the present; the database, the catalog and the options of crawls, for the command lines.
    """
    window = plan.quiet_hours.window()
    night = window.slot(now)
    end = window.ends(night)
    quiet = now < end
    place = ("--catalog", str(catalog)) if catalog else ()
    due: list[Chore] = []
    if (slot := plan.snapshot.slot(night)) is not None and not _over(records, SNAPSHOT, slot):
        name, *words = plan.snapshot_words(night)
        due.append(Chore(SNAPSHOT, slot, ("snapshot", "create", name, "--if-missing", "--db", db, *place, *words), None))
    if not quiet:
        return due
    # in one week as good as in another, so in the first night of it in which the scheduler is up
    if (slot := plan.maintenance.slot(night)) is not None and not _over(records, MAINTENANCE, slot):
        due.append(Chore(MAINTENANCE, slot, ("db", "vacuum", "--db", db), None, alone=True))
    for backfill in plan.backfills:
        record = records.get(backfill.name)
        if (record is not None and record.status == "done") or _over(records, backfill.name, night.isoformat()):
            continue
        span = ("--from", backfill.begin, "--to", backfill.end)
        words = ["backfill", backfill.source, *span, "--json", "--db", db, *place, *options]
        due.append(Chore(backfill.name, night.isoformat(), tuple(words), end - now))
    return due


def _over(records: Mapping[str, ChoreRecord], name: str, slot: str) -> bool:
    record = records.get(name)
    return record is not None and record.is_over(slot)


def outcome(name: str, code: int, printed: bytes, said: str, *, over_limit: bool) -> tuple[str, str]:
    """Say how a chore ended: 'done', 'stopped' (it goes on in the next slot) or 'failed', and why. Pure.

    A backfill is done when it says that it is finished; else it goes on in the next night, as it does when the night was over.
    """
    if over_limit or code in {130, -15}:
        return "stopped", "the quiet hours are over" if over_limit else "it was stopped"
    if not name.startswith("backfill "):
        return ("done", "") if code == 0 else ("failed", said or f"exit code {code}")
    if code == 0 and b'"finished": true' in printed:
        return "done", ""
    if code in {0, 1}:
        return "stopped", said or "something is left for later"
    return "failed", said or f"exit code {code}"

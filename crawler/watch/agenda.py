"""The agenda: APScheduler, with its jobs in the database, driven by the scheduler's own loop.

`sources.next_due_at` is the truth; the jobs are its mirror, one for each source, made anew at every start and again whenever a source is
planned. A job does nothing but put its source into a queue, so jobs never overlap. Settings of the jobs, each against a default that loses
runs: `coalesce` (after a pause one run, not a hundred), `misfire_grace_time=None` (a late run is still run; the default drops it after one
second), `replace_existing` (a start does not double a job).
"""

from __future__ import annotations

import queue
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from apscheduler.executors.debug import DebugExecutor
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.base import BaseScheduler

from storage.database import Database
from storage.records import SourceRecord

_due: queue.SimpleQueue[str] = queue.SimpleQueue()


def enqueue(source_id: str) -> None:
    """Note that a source is due. This is what the persistent jobs call, so it is a plain function with a stable name."""
    _due.put(source_id)


class Agenda(BaseScheduler):  # type: ignore[misc] # the library has no types
    """Says which sources have fallen due. It has no thread of its own: `tick` does what there is to do."""

    def __init__(self, database: Database) -> None:
        """Take the database that holds the jobs."""
        store = SQLAlchemyJobStore(engine=database.job_store_engine())
        super().__init__(jobstores={"default": store}, executors={"default": DebugExecutor()}, timezone=UTC)
        self._mirrored: dict[str, datetime] = {}

    def begin(self, records: Iterable[SourceRecord], now: datetime) -> None:
        """Throw away the jobs that are stored, and make those of now.

        Stored jobs are thrown away unread: each is a pickle, and only those that we write now are ours for sure.
        """
        self.start(paused=True)
        self.remove_all_jobs()
        self.mirror(records, now)
        self.resume()

    def mirror(self, records: Iterable[SourceRecord], now: datetime) -> None:
        """Make the jobs of sources say what the table of sources says. Those that say it are left alone."""
        for record in records:
            due = record.next_due_at or now
            if self._mirrored.get(record.id) == due:
                continue
            self.add_job(
                f"{__name__}:{enqueue.__name__}",
                "date",
                run_date=due,
                args=[record.id],
                id=f"source:{record.id}",
                name=record.name,
                replace_existing=True,
                coalesce=True,
                misfire_grace_time=None,
                max_instances=1,
            )
            self._mirrored[record.id] = due

    def tick(self) -> tuple[list[str], float | None]:
        """Return the sources that have fallen due since the last call, and in how many seconds the next one does (None: never)."""
        wait: float | None = self._process_jobs()
        fallen: dict[str, None] = {}
        while True:
            try:
                fallen[_due.get_nowait()] = None
            except queue.Empty:
                return list(fallen), wait

    def wakeup(self) -> None:
        """Do nothing: the loop that calls `tick` looks often enough."""

    def shutdown(self, wait: bool = True) -> Any:
        """End; the jobs stay where they are."""
        super().shutdown(wait)
        while not _due.empty():
            _due.get_nowait()

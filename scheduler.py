"""Repeat the crawl: APScheduler says when a source is due, a child process crawls what is due together.

`sources.next_due_at` in the database is the truth; APScheduler's job store (a table of the same database) is its mirror, made anew at every
start. A job does nothing but put its source into the queue, so jobs never overlap, and a crawl that crashes, leaks or hangs never takes the
scheduler down. One scheduler leads a database; the lock goes when its process does.

Settings of the jobs, each against a default that loses runs: `coalesce` (after a pause one run, not a hundred), `misfire_grace_time=None`
(a late run is still run; the default drops it after one second), `max_instances=1`, `replace_existing` (a start does not double a job).
"""

from __future__ import annotations

import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any

import typer

from crawler.options import DEFAULT_AGES, ArchiveOption, CatalogOption, ContactOption, KeepIrrelevant, RevisitOption
from storage.terminal import (
    DEFAULT_DATABASE,
    DatabaseOption,
    JsonOption,
    UsageMistake,
    cell,
    err,
    out,
    outcome_counts,
    print_json,
    table,
    when,
)

if TYPE_CHECKING:
    from crawler.catalog import Source
    from storage.database import Database
    from storage.records import FeedState, Run, SourceRecord

app = typer.Typer()

STOP_SECONDS = 25.0  # for a crawl to end by itself after a signal, before it is killed
GATHER_SECONDS = 1.0  # sources that fall due this close together are crawled together
JITTER_SECONDS = 30  # spreads starts, so that hosts and disk are not met by all sources in the same second

_due: queue.SimpleQueue[str] = queue.SimpleQueue()


def enqueue(source_id: str) -> None:
    """Note that a source is due. This is what the persistent jobs call, so it is a plain function with a stable name."""
    _due.put(source_id)


@dataclass(frozen=True, slots=True)
class CrawlCommand:
    """How a crawl process is started: the database, the catalog and the options handed through."""

    db: str
    catalog: Path | None
    options: tuple[str, ...] = ()

    def arguments(self, source_ids: Sequence[str]) -> list[str]:
        """Return the command line that crawls these sources. `-P` keeps a `cli.py` in the working folder from being run instead."""
        catalog = ("--catalog", str(self.catalog)) if self.catalog else ()
        return [sys.executable, "-P", "-m", "cli", "crawl", "--db", self.db, *catalog, *self.options, "--", *source_ids]


class CrawlProcess:
    """One crawl at a time, in a child process."""

    def __init__(self, command: CrawlCommand) -> None:
        """Take the command; nothing is started yet."""
        self._command = command

    def run(self, source_ids: Sequence[str], stopped: Callable[[], bool]) -> int:
        """Crawl the sources and wait.

        Args: the sources; a question asked several times a second: shall we stop?
        Returns: the exit code of the crawl; negative is the signal that ended it.
        """
        arguments = self._command.arguments(source_ids)
        with subprocess.Popen(arguments, stdin=subprocess.DEVNULL, start_new_session=True) as child:  # noqa: S603 - our own program, no shell
            while child.poll() is None:
                if stopped():
                    return self._end(child)
                time.sleep(0.1)
            return child.returncode

    @staticmethod
    def _end(child: subprocess.Popen[bytes]) -> int:
        child.terminate()  # Scrapy ends in good order; SIGINT would be ignored by what was started in the background of a shell
        try:
            return child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            return child.wait()


def mirror(jobs: Any, sources: Sequence[SourceRecord], now: datetime) -> None:
    """Make the job store say what the sources table says: one interval job a source, next run when the source is due."""
    for source in sources:
        jobs.add_job(
            "scheduler:enqueue",
            "interval",
            minutes=source.interval_minutes,
            jitter=JITTER_SECONDS,
            args=[source.id],
            id=f"source:{source.id}",
            name=source.name,
            next_run_time=source.next_due_at or now,
            replace_existing=True,
            coalesce=True,
            misfire_grace_time=None,
            max_instances=1,
        )


class Scheduler:
    """Lead a database: keep the jobs, gather what is due, crawl it, until told to stop."""

    def __init__(self, database: Database, sources: Sequence[Source], command: CrawlCommand) -> None:
        """Take an open database, the catalog's sources to repeat, and how to crawl them."""
        self._database = database
        self._ids = tuple(source.id for source in sources)
        self._crawl = CrawlProcess(command)
        self._stop = threading.Event()

    def stop(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        """End after the crawl that runs was asked to end (a signal handler)."""
        self._stop.set()

    def once(self) -> int:
        """Crawl what is due now, once.

        Returns: the exit code of the crawl, 0 when nothing was due.
        """
        due = [source.id for source in self._mine() if source.next_due_at is None or source.next_due_at <= datetime.now(UTC)]
        return self._run(due) if due else 0

    def forever(self) -> None:
        """Repeat until stopped."""
        from apscheduler.executors.debug import DebugExecutor
        from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
        from apscheduler.schedulers.background import BackgroundScheduler

        store = SQLAlchemyJobStore(engine=self._database.job_store_engine())
        # A job only puts a name into a queue, so it runs in the scheduler's own thread. APScheduler's shutdown looks for due jobs once more
        # after it has ended its pool of threads, and would fail there.
        jobs = BackgroundScheduler(jobstores={"default": store}, executors={"default": DebugExecutor()}, timezone=UTC)
        jobs.start(paused=True)
        try:
            jobs.remove_all_jobs()  # unread: a stored job is a pickle, and only those that we write now are ours for sure
            mirror(jobs, self._mine(), datetime.now(UTC))
            jobs.resume()
            while not self._stop.is_set():
                if batch := self._gather():
                    code = self._run(batch)
                    err.print(f"{when(datetime.now(UTC))} crawled {len(batch)} source{'s' * (len(batch) != 1)}: exit code {code}")
                    mirror(jobs, self._mine(), datetime.now(UTC))
        finally:
            jobs.shutdown()

    def _mine(self) -> list[SourceRecord]:
        from storage import sources

        return [record for record in sources.list_all(self._database) if record.id in self._ids]

    def _gather(self) -> list[str]:
        """Wait for a due source and take along what falls due at the same time; each source once."""
        try:
            batch = {_due.get(timeout=0.5): None}
        except queue.Empty:
            return []
        until = time.monotonic() + GATHER_SECONDS
        while (left := until - time.monotonic()) > 0 and not self._stop.is_set():
            try:
                batch[_due.get(timeout=left)] = None
            except queue.Empty:
                break
        return [source_id for source_id in batch if source_id in self._ids]

    def _run(self, source_ids: Sequence[str]) -> int:
        from storage import runs

        code = self._crawl.run(source_ids, self._stop.is_set)
        if code not in {0, 1, 130}:  # it could not say how its runs ended
            runs.close_orphans(self._database, datetime.now(UTC))
        return code


@app.command()
def schedule(
    catalog: CatalogOption = None,
    db: DatabaseOption = DEFAULT_DATABASE,
    once: Annotated[bool, typer.Option("--once", help="Crawl what is due now, then exit.")] = False,
    keep_irrelevant: KeepIrrelevant = False,
    contact: ContactOption = None,
    revisit: RevisitOption = DEFAULT_AGES,
    archive: ArchiveOption = None,
    allow_private_hosts: Annotated[bool, typer.Option("--allow-private-hosts", hidden=True)] = False,
    delay: Annotated[float | None, typer.Option("--delay", metavar="SECONDS", min=0, hidden=True)] = None,
) -> None:
    """Crawl every source again and again, each at its own interval ('every' in its file)."""
    from crawler.catalog import load_catalog
    from crawler.intervals import parse_ages
    from crawler.settings import user_agent
    from storage import runs, sources
    from storage.database import Database

    for option, value, check in (("--contact", contact, user_agent), ("--revisit", revisit, parse_ages)):
        try:
            _ = check(value) if value is not None else None
        except ValueError as error:
            raise UsageMistake(f"{option}: {error}") from error
    chosen = load_catalog(catalog).select([])
    options = [flag for flag, on in (("--keep-irrelevant", keep_irrelevant), ("--allow-private-hosts", allow_private_hosts)) if on]
    given = (("--delay", delay), ("--contact", contact), ("--revisit", revisit), ("--archive", archive))
    options += [f"{option}={value}" for option, value in given if value is not None]
    with Database.open(db) as database, database.lead():
        sources.sync(database, [source.record() for source in chosen], datetime.now(UTC))
        runs.close_orphans(database, datetime.now(UTC))
        leader = Scheduler(database, chosen, CrawlCommand(db, catalog, tuple(options)))
        signal.signal(signal.SIGTERM, leader.stop)
        signal.signal(signal.SIGINT, leader.stop)
        if once:
            code = leader.once()
            _print_status(database, as_json=False)
            raise typer.Exit(code)
        err.print(f"{len(chosen)} sources are repeated; Ctrl-C stops. 'dragoman status' tells how they do.")
        leader.forever()


@app.command()
def status(db: DatabaseOption = DEFAULT_DATABASE, as_json: JsonOption = False) -> None:
    """Show each source's last run, what came of it, and when it is due again."""
    from storage.database import Database

    with Database.open(db, create=False) as database:
        _print_status(database, as_json=as_json)


def _print_status(database: Database, *, as_json: bool) -> None:
    from storage import runs, sources

    latest = runs.latest_by_source(database)
    records = [record for record in sources.list_all(database) if record.next_due_at is not None or record.id in latest]
    feeds: dict[str, list[FeedState]] = {}
    for state in sources.feed_states(database):
        feeds.setdefault(state.source_id, []).append(state)
    if as_json:
        for record in records:
            print_json({"source": record, "last_run": latest.get(record.id), "feeds": feeds.get(record.id, [])})
        return
    made = table(None, "source", "last run (UTC)", "ended", "attempted", "outcomes", "next run (UTC)", "remarks", numbers=("attempted",))
    for record in records:
        made.add_row(*_status_row(record, latest.get(record.id), feeds.get(record.id, [])))
    out.print(made if records else "No source was crawled or scheduled yet: 'dragoman crawl' or 'dragoman schedule' begins.")


_STYLES: Mapping[str, str] = {"finished": "green", "failed": "red", "lost": "red", "stopped": "yellow", "running": "cyan"}


def _status_row(record: SourceRecord, run: Run | None, feeds: Sequence[FeedState]) -> list[Any]:
    ill = [f"{state.url}: {state.status} ({state.failures} times)" for state in feeds if state.failures]
    remarks = "; ".join(ill) or (run.reason if run else "") or ("" if record.enabled else "not enabled")
    if run is None:
        return [cell(record.id), cell("never"), cell("–"), cell("–"), cell("–"), cell(when(record.next_due_at)), cell(remarks)]
    return [
        cell(record.id),
        cell(when(run.started_at)),
        cell(run.status, _STYLES.get(run.status, "")),
        cell(sum(run.outcomes.values())),
        cell(outcome_counts(run.outcomes)),
        cell(when(record.next_due_at)),
        cell(remarks),
    ]

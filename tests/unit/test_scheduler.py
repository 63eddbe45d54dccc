"""The scheduler: jobs mirror the sources table, crawls are children, one leader a database."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import scheduler
from crawler.catalog import Feed, Source, SourceKind
from scheduler import CrawlCommand, CrawlProcess, Scheduler
from storage import runs, sources
from storage.database import Database
from storage.records import RunKind, RunStatus

NOW = datetime.now(UTC)


def source(name: str) -> Source:
    return Source(
        id=name,
        name=name.title(),
        homepage=f"https://{name}.example/",
        country="IQ",
        languages=("en",),
        kind=SourceKind.NEWSPAPER,
        feeds=(Feed(url=f"https://{name}.example/rss"),),
        every="30m",
    )


@dataclass(frozen=True, slots=True)
class Script(CrawlCommand):
    """A stand-in for the crawl: a Python script that is given the source ids."""

    code: str = ""

    def arguments(self, source_ids: Sequence[str]) -> list[str]:
        return [sys.executable, "-c", self.code, *source_ids]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with Database.open(f"sqlite:///{tmp_path / 'test.db'}") as opened:
        yield opened


def script(tmp_path: Path, code: str) -> Script:
    return Script("sqlite:///unused.db", None, (), code.replace("FOLDER", repr(str(tmp_path))))


NOTE_SOURCES = "import sys, pathlib; pathlib.Path(FOLDER, 'crawled').open('a').write(' '.join(sys.argv[1:]) + '\\n')"


def test_crawl_command_names_database_catalog_options_and_sources() -> None:
    words = CrawlCommand("sqlite:///x.db", Path("catalog"), ("--keep-irrelevant",)).arguments(["a", "b"])
    assert words[1:] == [
        *("-P", "-m", "cli", "crawl", "--db", "sqlite:///x.db", "--catalog", "catalog", "--keep-irrelevant", "--", "a", "b")
    ]


def test_once_crawls_what_is_due_together_and_nothing_else(database: Database, tmp_path: Path) -> None:
    mine = [source("never-run"), source("overdue"), source("later")]
    sources.sync(database, [item.record() for item in [*mine, source("not-mine")]], NOW)
    sources.set_next_due(database, "overdue", NOW - timedelta(hours=3))
    sources.set_next_due(database, "later", NOW + timedelta(hours=3))
    assert Scheduler(database, mine, script(tmp_path, NOTE_SOURCES)).once() == 0
    assert sorted((tmp_path / "crawled").read_text().split()) == ["never-run", "overdue"]


def test_once_with_nothing_due_starts_no_crawl(database: Database, tmp_path: Path) -> None:
    mine = [source("later")]
    sources.sync(database, [mine[0].record()], NOW)
    sources.set_next_due(database, "later", NOW + timedelta(hours=3))
    assert Scheduler(database, mine, script(tmp_path, NOTE_SOURCES)).once() == 0
    assert not (tmp_path / "crawled").exists()


def test_crash_of_a_crawl_closes_its_orphaned_runs(database: Database, tmp_path: Path) -> None:
    mine = [source("tigris")]
    sources.sync(database, [mine[0].record()], NOW)
    orphan = runs.start(database, RunKind.CRAWL, "tigris", NOW, f"{socket.gethostname()}:{os.getpid()}:1")  # a namesake of long ago
    code = Scheduler(database, mine, script(tmp_path, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")).once()
    assert code == -signal.SIGKILL
    assert runs.get(database, orphan).status is RunStatus.LOST


def test_crawl_that_is_told_to_stop_ends_in_its_own_way(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    code = f"""
import pathlib, signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(130))
pathlib.Path({str(ready)!r}).touch()
time.sleep(60)
"""
    assert CrawlProcess(Script("", None, (), code)).run(["a"], ready.exists) == 130


def test_crawl_that_does_not_stop_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduler, "STOP_SECONDS", 0.5)
    ready = tmp_path / "ready"
    code = f"""
import pathlib, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
pathlib.Path({str(ready)!r}).touch()
time.sleep(60)
"""
    assert CrawlProcess(Script("", None, (), code)).run(["a"], ready.exists) == -signal.SIGKILL


def test_schedule_crawls_due_sources_and_stops_when_told(database: Database, tmp_path: Path) -> None:
    mine = [source("never-run"), source("later")]
    sources.sync(database, [item.record() for item in mine], NOW)
    sources.set_next_due(database, "later", NOW + timedelta(hours=3))
    leader = Scheduler(database, mine, script(tmp_path, NOTE_SOURCES))
    thread = threading.Thread(target=leader.forever)
    thread.start()
    try:
        deadline = time.monotonic() + 20
        while not (tmp_path / "crawled").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert (tmp_path / "crawled").read_text().split() == ["never-run"]
    finally:
        leader.stop()
        thread.join(20)
    assert not thread.is_alive()


def test_jobs_are_kept_in_the_database_under_stable_names(database: Database, tmp_path: Path) -> None:
    test_schedule_crawls_due_sources_and_stops_when_told(database, tmp_path)
    with database.read() as connection:
        found = connection.exec_driver_sql("SELECT id FROM apscheduler_jobs ORDER BY id").scalars().all()
    assert found == ["source:later", "source:never-run"]

"""The leader: crews are children, what they leave undone is planned, what dies is found out, and everything ends when told."""

from __future__ import annotations

import io
import json
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from crawler.catalog import Feed, Source, SourceKind
from crawler.watch import crews
from crawler.watch.agenda import Agenda
from crawler.watch.crews import CrawlCommand, Crews
from crawler.watch.journal import Journal, LogFormat
from crawler.watch.leader import Leader, Surroundings
from crawler.watch.plan_file import HowOften, Plan
from storage import runs, sources
from storage.database import Database
from storage.health import chores, conditions
from storage.health.conditions import Due
from storage.health.records import HealthState, SourceHealth
from storage.records import RunKind, RunStatus

NOW = datetime.now(UTC)


def source(name: str, every: str | None = "30m") -> Source:
    return Source(
        id=name,
        name=name.title(),
        homepage=f"https://{name}.example/",
        country="IQ",
        languages=("en",),
        kind=SourceKind.NEWSPAPER,
        feeds=(Feed(url=f"https://{name}.example/rss"),),
        every=every,
    )


@dataclass(frozen=True, slots=True)
class Script(CrawlCommand):
    """A stand-in for the crawl: a Python script that is given the source ids."""

    code: str = ""

    def arguments(self, source_ids: Sequence[str], *, probe: bool = False) -> list[str]:
        return [sys.executable, "-c", self.code, *(["probe"] if probe else []), *source_ids]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with Database.open(f"sqlite:///{tmp_path / 'test.db'}") as opened:
        yield opened


def script(tmp_path: Path, code: str) -> Script:
    return Script("sqlite:///unused.db", None, (), (), code.replace("FOLDER", repr(str(tmp_path))))


def until(holds: Callable[[], object], seconds: float = 90) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come to hold in time"
        time.sleep(0.02)


def at_noon() -> Callable[[], datetime]:
    """Return a clock by which it is noon, so that no night begins or ends during a test."""
    now = datetime.now(UTC)
    ahead = now.replace(hour=12, minute=0) - now
    return lambda: datetime.now(UTC) + ahead


def quiet(plan: Plan | None = None) -> tuple[Surroundings, io.StringIO]:
    log = io.StringIO()
    return Surroundings(plan=plan or Plan(maintenance=HowOften.NEVER), journal=Journal(LogFormat.JSON, log)), log


def events(log: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


class Running:
    """A leader at work in a thread."""

    def __init__(self, leader: Leader) -> None:  # noqa: D107 - says it all
        self.leader, self.thread = leader, threading.Thread(target=leader.forever)

    def __enter__(self) -> Leader:
        self.thread.start()
        return self.leader

    def __exit__(self, *_: object) -> None:
        self.leader.stop()
        self.thread.join(90)
        assert not self.thread.is_alive()


NOTE_SOURCES = "import sys, pathlib; pathlib.Path(FOLDER, 'crawled').open('a').write(' '.join(sys.argv[1:]) + '\\n')"


def crawled(tmp_path: Path) -> list[str]:
    note = tmp_path / "crawled"
    return note.read_text().split("\n")[:-1] if note.exists() else []


def test_crawl_command_names_database_catalog_options_and_sources() -> None:
    command = CrawlCommand("sqlite:///x.db", Path("catalog"), ("--keep-irrelevant",))
    assert command.arguments(["a", "b"])[1:] == [
        *("-P", "-m", "cli", "crawl", "--db", "sqlite:///x.db", "--catalog", "catalog", "--keep-irrelevant", "--", "a", "b")
    ]
    assert command.arguments(["a", "b"], probe=True)[-4:] == ["--limit=2", "--", "a", "b"]


def test_once_crawls_what_is_due_together_and_nothing_else(database: Database, tmp_path: Path) -> None:
    mine = [source("never-run"), source("overdue"), source("later")]
    sources.sync(database, [item.record() for item in [*mine, source("not-mine")]], NOW)
    sources.set_next_due(database, "overdue", NOW - timedelta(hours=3))
    sources.set_next_due(database, "later", NOW + timedelta(hours=3))
    assert Leader(database, mine, script(tmp_path, NOTE_SOURCES), quiet()[0]).once() == 0
    assert crawled(tmp_path) == ["never-run overdue"]


def test_once_with_nothing_due_starts_no_crawl(database: Database, tmp_path: Path) -> None:
    mine = [source("later")]
    sources.sync(database, [mine[0].record()], NOW)
    sources.set_next_due(database, "later", NOW + timedelta(hours=3))
    assert Leader(database, mine, script(tmp_path, NOTE_SOURCES), quiet()[0]).once() == 0
    assert crawled(tmp_path) == []


def test_what_a_crawl_left_unplanned_is_due_after_its_interval(database: Database, tmp_path: Path) -> None:
    mine = [source("tigris")]
    sources.sync(database, [mine[0].record()], NOW)
    Leader(database, mine, script(tmp_path, "pass"), quiet()[0]).once()
    due = sources.get(database, "tigris").next_due_at
    assert due is not None
    assert timedelta(minutes=26) < due - datetime.now(UTC) <= timedelta(minutes=30)


def test_source_that_another_process_crawls_is_looked_at_a_minute_later(database: Database, tmp_path: Path) -> None:
    mine = [source("tigris")]
    sources.sync(database, [mine[0].record()], NOW)
    runs.start(database, RunKind.CRAWL, "tigris", NOW)  # this process lives
    Leader(database, mine, script(tmp_path, "import sys; sys.exit(1)"), quiet()[0]).once()
    due = sources.get(database, "tigris").next_due_at
    assert due is not None
    assert timedelta(seconds=30) < due - datetime.now(UTC) <= timedelta(minutes=1)


def test_crash_of_a_crawl_closes_its_orphaned_runs(database: Database, tmp_path: Path) -> None:
    mine = [source("tigris"), source("zab")]
    sources.sync(database, [item.record() for item in mine], NOW)
    namesake = f"{socket.gethostname()}:{os.getpid()}:1"  # of long ago
    orphan = runs.start(database, RunKind.CRAWL, "tigris", NOW, namesake)
    surroundings, log = quiet()
    assert Leader(database, mine, script(tmp_path, "import os; os.kill(os.getpid(), 9)"), surroundings).once() == 1
    assert runs.get(database, orphan).status is RunStatus.LOST
    assert [event["ended"] for event in events(log) if event["event"] == "crawl ended"] == ["died"]


def test_source_whose_crawl_dies_alone_is_blamed(database: Database, tmp_path: Path) -> None:
    mine = [source("tigris")]
    sources.sync(database, [mine[0].record()], NOW)
    orphan = runs.start(database, RunKind.CRAWL, "tigris", NOW, f"{socket.gethostname()}:{os.getpid()}:1")
    Leader(database, mine, script(tmp_path, "import os; os.kill(os.getpid(), 11)"), quiet()[0]).once()
    blamed = runs.get(database, orphan)
    assert (blamed.status, blamed.reason) == (RunStatus.FAILED, "its crawl died (signal 11)")


def test_source_that_kills_crews_ends_up_alone_and_the_others_are_crawled(database: Database, tmp_path: Path) -> None:
    mine = [source(name) for name in ("a", "b", "c", "killer")]
    sources.sync(database, [item.record() for item in mine], NOW)
    code = NOTE_SOURCES + "; import os\nif 'killer' in sys.argv: os.kill(os.getpid(), 9)"
    leader = Leader(database, mine, script(tmp_path, code), quiet(Plan(maintenance=HowOften.NEVER, crawls=1))[0])
    agenda = Agenda(database)
    agenda.begin(leader._mine(), NOW)
    for _ in range(3):  # four, two, one in a crew
        for item in mine:
            sources.set_next_due(database, item.id, NOW - timedelta(seconds=1))
        leader._look = True
        leader.one_pass(agenda)
        while leader._crews.at_work:
            time.sleep(0.02)
            leader.one_pass(agenda)
    agenda.shutdown()
    assert crawled(tmp_path) == ["a b c killer", "a b", "c killer", "a b", "c", "killer"]


def test_schedule_crawls_due_sources_and_stops_when_told(database: Database, tmp_path: Path) -> None:
    mine = [source("never-run"), source("later")]
    sources.sync(database, [item.record() for item in mine], NOW)
    sources.set_next_due(database, "later", NOW + timedelta(hours=3))
    with Running(Leader(database, mine, script(tmp_path, NOTE_SOURCES), quiet()[0])):
        until(lambda: crawled(tmp_path))
    assert crawled(tmp_path) == ["never-run"]
    with database.read() as connection:
        found = connection.exec_driver_sql("SELECT id FROM apscheduler_jobs ORDER BY id").scalars().all()
    assert set(found) <= {"source:later", "source:never-run"}
    assert "source:later" in found


def test_job_that_falls_due_while_the_leader_runs_is_crawled(database: Database, tmp_path: Path) -> None:
    mine = [source("soon")]
    sources.sync(database, [mine[0].record()], NOW)
    due = datetime.now(UTC) + timedelta(seconds=1.5)
    sources.set_next_due(database, "soon", due)
    with Running(Leader(database, mine, script(tmp_path, NOTE_SOURCES), quiet()[0])):
        until(lambda: crawled(tmp_path))
    # The agenda rounds to the second in which it falls due.
    assert (tmp_path / "crawled").stat().st_mtime >= due.timestamp() - 1


def test_crawl_that_is_told_to_stop_ends_in_its_own_way(database: Database, tmp_path: Path) -> None:
    code = """
import pathlib, signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(130))
pathlib.Path(FOLDER, 'ready').touch()
time.sleep(60)
"""
    mine = [source("tigris")]
    sources.sync(database, [mine[0].record()], NOW)
    surroundings, log = quiet()
    with Running(Leader(database, mine, script(tmp_path, code), surroundings)):
        until((tmp_path / "ready").exists)
    assert [(event["ended"], event["exit_code"]) for event in events(log) if event["event"] == "crawl ended"] == [("stopped", 130)]
    assert sources.get(database, "tigris").next_due_at is None  # what was not done is due at the next start


def test_crawl_that_does_not_stop_is_killed(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crews, "STOP_SECONDS", 0.5)
    code = """
import pathlib, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
pathlib.Path(FOLDER, 'ready').touch()
time.sleep(60)
"""
    mine = [source("tigris")]
    sources.sync(database, [mine[0].record()], NOW)
    surroundings, log = quiet()
    with Running(Leader(database, mine, script(tmp_path, code), surroundings)):
        until((tmp_path / "ready").exists)
    assert [event["exit_code"] for event in events(log) if event["event"] == "crawl ended"] == [-signal.SIGKILL]


def test_crawl_over_its_limit_is_stopped_counted_and_planned(database: Database, tmp_path: Path) -> None:
    code = "import signal, sys, time; signal.signal(signal.SIGTERM, lambda *_: sys.exit(130)); time.sleep(60)"
    mine = [source("tigris")]
    sources.sync(database, [mine[0].record()], NOW)
    surroundings, log = quiet(Plan(maintenance=HowOften.NEVER, crawl_limit="1s"))
    leader = Leader(database, mine, script(tmp_path, code), surroundings)
    with Running(leader):
        until(lambda: "crawl ended" in log.getvalue())
    assert [event["ended"] for event in events(log) if event["event"] == "crawl ended"] == ["over its limit"]
    assert surroundings.meters.registry.get_sample_value("dragoman_crawls_total", {"ended": "over its limit"}) == 1
    due = sources.get(database, "tigris").next_due_at
    assert due is not None
    assert due > datetime.now(UTC) + timedelta(minutes=20)


def test_crew_ends_when_its_scheduler_is_no_more(tmp_path: Path) -> None:
    """The scheduler is killed: it can tell nobody. Its crews notice that the other end of their leash is gone."""
    crew_code = f"""
import pathlib, signal, sys, time
from crawler.watch.crews import hold_leash
signal.signal(signal.SIGTERM, lambda *_: (pathlib.Path({str(tmp_path)!r}, 'ended').touch(), sys.exit(130)))
hold_leash()
pathlib.Path({str(tmp_path)!r}, 'ready').touch()
time.sleep(60)
"""
    scheduler_code = f"""
import sys, time
from crawler.watch.crews import Crews
Crews(1, lambda: None, print).start([sys.executable, '-c', {crew_code!r}], ['a'])
time.sleep(60)
"""
    import subprocess  # noqa: PLC0415 - here alone

    with subprocess.Popen([sys.executable, "-c", scheduler_code]) as scheduler:  # noqa: S603 - our own script
        until((tmp_path / "ready").exists)
        scheduler.kill()
    until((tmp_path / "ended").exists)


def test_leash_holds_nobody_who_was_started_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DRAGOMAN_LEASH", raising=False)
    before = threading.active_count()
    crews.hold_leash()
    assert threading.active_count() == before


def test_words_of_a_crew_are_heard() -> None:
    heard: list[str] = []
    woken = threading.Event()
    made = Crews(1, woken.set, heard.append)
    crew = made.start([sys.executable, "-c", "import sys; print('to nobody'); print('dragoman: a word', file=sys.stderr)"], ["a"])
    assert made.busy == {"a"}
    assert woken.wait(90)
    until(made.ended)
    assert (heard, crew.said, made.busy) == (["dragoman: a word"], ["dragoman: a word"], frozenset())


def test_source_with_an_open_circuit_is_probed(database: Database, tmp_path: Path) -> None:
    mine = [source("ill"), source("well")]
    sources.sync(database, [item.record() for item in mine], NOW)
    health = SourceHealth(HealthState.DEAD, "no channel answered", ill=True, failures=4)
    conditions.note(database, "ill", health, NOW - timedelta(hours=1), Due(NOW, timedelta(hours=1), "probed"))
    Leader(database, mine, script(tmp_path, NOTE_SOURCES), quiet()[0]).once()
    assert sorted(crawled(tmp_path)) == ["probe ill", "well"]


def test_clock_that_was_set_back_does_not_silence_the_scheduler(database: Database, tmp_path: Path) -> None:
    """Due in half an hour; then the clock goes back by two hours, and it would be two and a half."""
    mine = [source("tigris")]
    sources.sync(database, [mine[0].record()], NOW)
    sources.set_next_due(database, "tigris", NOW + timedelta(minutes=30))
    told = [NOW]
    surroundings, log = quiet()
    surroundings.clock = lambda: told[0]
    leader = Leader(database, mine, script(tmp_path, NOTE_SOURCES), surroundings)
    agenda = Agenda(database)
    agenda.begin(leader._mine(), NOW)
    leader.one_pass(agenda)
    told[0] = NOW - timedelta(hours=2)
    leader.one_pass(agenda)
    agenda.shutdown()
    assert sources.get(database, "tigris").next_due_at == told[0] + timedelta(minutes=30)
    assert any(event["event"] == "clock set" for event in events(log))


def test_forward_jump_runs_each_source_once(database: Database, tmp_path: Path) -> None:
    """A laptop that slept for three days: what fell due many times is crawled once."""
    mine = [source("a"), source("b")]
    sources.sync(database, [item.record() for item in mine], NOW)
    for item in mine:
        sources.set_next_due(database, item.id, NOW - timedelta(days=3))
    with Running(Leader(database, mine, script(tmp_path, NOTE_SOURCES), quiet()[0])):
        until(lambda: crawled(tmp_path))
        time.sleep(1.5)
    assert crawled(tmp_path) == ["a b"]


def test_chore_is_done_once_for_its_night_and_again_after_a_kill(database: Database, tmp_path: Path) -> None:
    plan = Plan.model_validate({"maintenance": "daily", "quiet_hours": {"from": "00:00", "to": "23:59"}})
    noon = at_noon()

    def by_day() -> tuple[Surroundings, io.StringIO]:
        surroundings, log = quiet(plan)
        surroundings.clock = noon
        return surroundings, log

    surroundings, log = by_day()
    command = Script(f"sqlite:///{tmp_path / 'test.db'}", None, (), (), "pass")
    with Running(Leader(database, [], command, surroundings)):
        until(lambda: "chore ended" in log.getvalue())
    record = chores.all_by_name(database)["maintenance"]
    assert (record.status, record.reason, record.ended_at is not None) == ("done", "", True)
    surroundings, log = by_day()
    with Running(Leader(database, [], command, surroundings)):
        time.sleep(1)
    assert "chore" not in log.getvalue()
    chores.begin(database, "maintenance", record.slot, noon())  # and then the plug was pulled
    surroundings, log = by_day()
    with Running(Leader(database, [], command, surroundings)):
        until(lambda: "chore ended" in log.getvalue())


def _has_ended(log: io.StringIO) -> bool:
    return "chore ended" in log.getvalue()


def test_chore_that_fails_again_is_told_once_and_so_is_its_recovery(database: Database, tmp_path: Path) -> None:
    plan = Plan.model_validate({"maintenance": "daily", "quiet_hours": {"from": "00:00", "to": "23:59"}})
    told: list[str] = []
    noon = at_noon()

    def take(_title: str, text: str) -> bool:
        told.append(text)
        return True

    for file in ("missing.db", "missing.db", "test.db"):
        surroundings, log = quiet(plan)
        surroundings.clock = noon
        surroundings.senders = {"desk": take}
        command = Script(f"sqlite:///{tmp_path / file}", None, (), (), "pass")
        with Running(Leader(database, [], command, surroundings)):
            until(partial(_has_ended, log))
        with database.write() as connection:
            connection.exec_driver_sql("UPDATE chores SET slot = 'yesterday'")
    assert len(told) == 2, told
    assert "chore failed: maintenance: failed" in told[0]
    assert told[1] == "the scheduler's chore works again: maintenance"


def test_log_for_people_is_one_line_an_event() -> None:
    log = io.StringIO()
    Journal(LogFormat.TEXT, log).say("crawl ended", "two\nlines \x1b[31mred", sources=["a"])
    assert log.getvalue().count("\n") == 1
    assert "two lines [31mred" in log.getvalue()

"""Measure what the scheduler itself costs with a thousand sources at fifteen minutes, and whether anything piles up in two hours.

`python benchmarks/thousand_sources.py [--sources 1000] [--minutes 15] [--hours 2]`. The leader, APScheduler with its jobs in the database,
the roster, the ledgers and the judgements are real, and so is HTTP; the two clocks are simulated, and a crew is no process: its sources are
polled on the spot, and it ends when it would have, at a second for each request to a host after ten for the start of a process. The time
that this takes is the crews', and not counted as the scheduler's. Prints a table and one line of JSON: the share of one core that the
scheduler takes, how late starts were, and the memory after each quarter.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import apscheduler.schedulers.base
import psutil

from crawler.catalog import Feed, Source, SourceKind
from crawler.watch.agenda import Agenda
from crawler.watch.crews import CrawlCommand
from crawler.watch.journal import Journal
from crawler.watch.leader import Leader, Surroundings
from crawler.watch.plan_file import HowOften, Plan
from storage import sources
from storage.database import Database
from tests.integration.simulated_time import Clock, Outlet, Simulation, World

BEGIN = datetime(2026, 4, 4, 6, tzinfo=UTC)
START_SECONDS = 10.0


class SimulatedProcess:
    """What stands for the process of a crew: it has ended when its time has come."""

    stdin = stderr = None

    def __init__(self, number: int, clock: Clock, end: datetime) -> None:
        """Take its number, the clock and its end."""
        self.pid, self._clock, self._end = number, clock, end
        self.returncode = 0

    def poll(self) -> int | None:
        """Return the exit code once it has ended."""
        return 0 if self._clock.now >= self._end else None

    def terminate(self) -> None:
        """End at once."""
        self._end = self._clock.now


class SimulatedCrew:
    """What stands for a crew."""

    def __init__(self, process: SimulatedProcess, source_ids: Sequence[str], started: float) -> None:
        """Take what a crew has."""
        self.process, self.source_ids, self.started = process, tuple(source_ids), started
        self.chore = self.told_to_stop = self.output = None
        self.over_limit, self.said = False, []


class SimulatedCrews:
    """Crews that crawl on the spot and end later."""

    def __init__(self, simulation: Simulation, clock: Clock) -> None:
        """Take who crawls."""
        self._simulation, self._clock = simulation, clock
        self.at_work: list[SimulatedCrew] = []
        self.cpu_seconds = 0.0
        self.sizes: list[int] = []
        self.late: list[float] = []

    def start(self, _arguments: Sequence[str], source_ids: Sequence[str], **_: Any) -> SimulatedCrew:
        """Crawl, and remember how late that is."""
        began = time.process_time()
        requests = self._simulation.world.requests["page"]
        for source_id in source_ids:
            due = sources.get(self._simulation.database, source_id).next_due_at
            if due is not None:
                self.late.append((self._clock.now - due).total_seconds())
        self._simulation.crawl([self._simulation.sources[source_id] for source_id in source_ids])
        pages = self._simulation.world.requests["page"] - requests
        lasts = START_SECONDS + 2 + pages / max(1, len(source_ids))
        process = SimulatedProcess(len(self.sizes) + 1, self._clock, self._clock.now + timedelta(seconds=lasts))
        crew = SimulatedCrew(process, source_ids, self._clock.now.timestamp())
        self.at_work.append(crew)
        self.sizes.append(len(source_ids))
        self.cpu_seconds += time.process_time() - began
        return crew

    def ended(self) -> list[SimulatedCrew]:
        """Return those that have ended."""
        over = [crew for crew in self.at_work if crew.process.poll() is not None]
        for crew in over:
            self.at_work.remove(crew)
        return over

    def crawling(self) -> int:
        """Count them."""
        return len(self.at_work)

    @property
    def busy(self) -> frozenset[str]:
        """Return whom they crawl."""
        return frozenset(source_id for crew in self.at_work for source_id in crew.source_ids)

    def stop_all(self) -> None:
        """End all."""
        for crew in self.at_work:
            crew.process.terminate()


def made_up(number: int, minutes: int) -> Source:
    """Return a fictional source."""
    name = f"outlet-{number:04}"
    feeds = (Feed(url=f"http://{name}.example/feed"),)
    return Source(
        id=name,
        name=name,
        homepage=f"http://{name}.example/",
        country="XX",
        languages=("en",),
        kind=SourceKind.WEBSITE,
        feeds=feeds,
        every=f"{minutes}m",
    )


def simulated(clock: Clock) -> type[datetime]:
    """Return a `datetime` whose present is that of the clock."""

    class Simulated(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override] # it gives plain ones
            return clock.now.astimezone(tz)

    return Simulated


def main() -> int:
    """Run it.

    Returns: 0 when the scheduler took at most a twentieth of a core, nothing was ever late by a cycle, and memory stayed flat.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=int, default=1000)
    parser.add_argument("--minutes", type=int, default=15)
    parser.add_argument("--hours", type=float, default=2)
    parser.add_argument("--folder", type=Path, default=None, help="where the database is made (default: a temporary folder)")
    given = parser.parse_args()
    rng = random.Random(3)  # noqa: S311 - the same hours each time
    end = BEGIN + timedelta(hours=given.hours)
    chosen = [made_up(number, given.minutes) for number in range(given.sources)]
    span = (end - BEGIN + timedelta(hours=6)) / timedelta(seconds=1)
    clock = Clock(BEGIN)
    outlets = [
        Outlet(source, tuple(sorted(BEGIN - timedelta(hours=6) + timedelta(seconds=rng.uniform(0, span)) for _ in range(5))))
        for source in chosen
    ]
    world = World(outlets, clock)
    apscheduler.schedulers.base.datetime = simulated(clock)
    log = io.StringIO()
    around = Surroundings(plan=Plan(maintenance=HowOften.NEVER), journal=Journal(stream=log))
    around.clock = lambda: clock.now
    around.ticks = lambda: clock.now.timestamp()  # noqa: PLW0108 - the present of each call
    memory: list[int] = []
    backlog: list[int] = []
    passes = 0
    with (
        TemporaryDirectory(dir=given.folder) as folder,
        Database.open(f"sqlite:///{folder}/t.db") as database,
        world.on_the_air() as port,
    ):
        simulation = Simulation(database, world, port)
        for source in chosen:
            sources.set_next_due(database, source.id, BEGIN + timedelta(minutes=rng.uniform(0, given.minutes)))
        leader = Leader(database, chosen, CrawlCommand("sqlite:///none", None), around)
        crews = SimulatedCrews(simulation, clock)
        leader._crews = crews  # type: ignore[assignment] # noqa: SLF001 - what stands for the processes
        agenda = Agenda(database)
        agenda.begin(sources.list_all(database), clock.now)
        began, cpu = time.monotonic(), time.process_time()
        quarter = BEGIN
        while clock.now < end:
            wait = leader.one_pass(agenda)
            passes += 1
            if clock.now >= quarter:
                memory.append(psutil.Process().memory_info().rss)
                due = [record.next_due_at for record in sources.list_all(database) if record.id not in crews.busy]
                backlog.append(sum(at is not None and at <= clock.now - timedelta(minutes=1) for at in due))
                quarter += timedelta(minutes=15)
            clock.now += timedelta(seconds=max(0.05, wait))
        scheduler_cpu = time.process_time() - cpu - crews.cpu_seconds
        agenda.shutdown()
    late = sorted(crews.late)
    share = scheduler_cpu / (end - BEGIN).total_seconds()
    steady = memory[len(memory) // 2]
    growth = (memory[-1] - steady) / steady
    facts = {
        "sources": given.sources,
        "hours": given.hours,
        "polls": len(late),
        "polls_expected": round(given.sources * given.hours * 60 / given.minutes),
        "crews": len(crews.sizes),
        "sources_a_crew": round(len(late) / max(1, len(crews.sizes)), 1),
        "passes": passes,
        "scheduler_cpu_seconds": round(scheduler_cpu, 1),
        "scheduler_share_of_a_core": round(share, 4),
        "late_seconds_median": round(late[len(late) // 2], 1),
        "late_seconds_worst": round(late[-1], 1),
        "overdue_by_a_minute_each_quarter": backlog,
        "resident_mb_each_quarter": [round(size / 1e6) for size in memory],
        "memory_growth_second_half": round(growth, 3),
        "seconds": round(time.monotonic() - began),
    }
    for name, value in facts.items():
        print(f"{name:36} {value}")
    print(json.dumps(facts))
    return 0 if share <= 0.05 and late[-1] < given.minutes * 60 and not any(backlog[1:]) and growth < 0.1 else 1


if __name__ == "__main__":
    sys.exit(main())

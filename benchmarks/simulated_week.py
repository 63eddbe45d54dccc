"""Let the scheduler live through a week in minutes: it is to find everything, soon, and at a price.

`python benchmarks/simulated_week.py [--sources 300] [--days 7] [--scale 1] [--profile]`. The sources are those of the bundled catalog with
their time zones, kinds, countries and expected volumes; what they publish is drawn by a seed from the hours of their kind and the weekend
of their country. They are served over real HTTP on loopback; the clock is the simulation's (`tests/integration/simulated_time.py` says what
else is not real). Prints a table and one line of JSON. The yardstick is in the same line: polling every source every fifteen minutes.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import pstats
import random
import sys
import tempfile
import time
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from pathlib import Path

import psutil

from crawler.catalog import load_catalog
from storage.database import Database
from tests.integration.simulated_time import Clock, Outlet, Simulation, World, on_loopback, publish, report

BEGIN = datetime(2026, 4, 4, tzinfo=UTC)
BEFORE = timedelta(days=1)  # what the feeds show at the beginning was published before it


def main() -> int:
    """Run it. Returns: 0 when everything was found, once, soon enough and cheaply enough."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=int, default=300)
    parser.add_argument("--days", type=float, default=7)
    parser.add_argument("--scale", type=float, default=1.0, help="times what the catalog expects")
    parser.add_argument("--folder", type=Path, default=None, help="where the database is made (default: a temporary folder)")
    parser.add_argument("--profile", action="store_true")
    given = parser.parse_args()
    end = BEGIN + timedelta(days=given.days)
    rng = random.Random(7)  # noqa: S311 - the same week each time
    catalog = load_catalog().select([])
    chosen = [
        source if number < len(catalog) else source.model_copy(update={"id": f"{source.id}-2"})
        for number, source in enumerate(islice(cycle(catalog), given.sources))
    ]
    outlets = [Outlet(on_loopback(source), publish(source, BEGIN - BEFORE, end, rng, given.scale)) for source in chosen]
    clock = Clock(BEGIN)
    world = World(outlets, clock)
    began, cpu = time.monotonic(), time.process_time()
    profile = cProfile.Profile()
    with (
        tempfile.TemporaryDirectory(dir=given.folder) as folder,
        Database.open(f"sqlite:///{folder}/week.db") as database,
        world.on_the_air() as port,
    ):
        simulation = Simulation(database, world, port)
        if given.profile:
            profile.enable()
        simulation.run(end)
        profile.disable()
        made = report(simulation, BEGIN, end)
    facts = asdict(made) | {
        "sources": given.sources,
        "days": given.days,
        "page_requests": world.requests["page"],
        "seconds": round(time.monotonic() - began),
        "cpu_seconds": round(time.process_time() - cpu),
        "resident_mb": round(psutil.Process().memory_info().rss / 1e6),
    }
    for name, value in facts.items():
        print(f"{name:36} {value}")
    print(json.dumps(facts))
    if given.profile:
        pstats.Stats(profile).sort_stats("cumulative").print_stats(35)
    good = made.stored == made.published and not made.twice and not made.runs_left_running
    return 0 if good and made.median_share_of_mean_interval <= 0.5 and made.share_of_fixed <= 0.6 else 1


if __name__ == "__main__":
    sys.exit(main())

"""A simulated day: every article is found once, soon, and for fewer polls than looking every quarter of an hour."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.catalog import load_catalog
from storage.database import Database
from storage.health import conditions
from tests.integration.simulated_time import Clock, Outlet, Simulation, World, on_loopback, publish, report

BEGIN = datetime(2026, 4, 4, tzinfo=UTC)
CHOSEN = ("naharnet", "rudaw", "tehran-times", "yabiladi", "suwayda24", "al-shabaka")


@pytest.mark.slow  # some hundred crawls; `benchmarks/simulated_week.py` is the whole
def test_day_of_six_sources_is_found_soon_and_cheaply(tmp_path: Path) -> None:
    end = BEGIN + timedelta(days=1)
    rng = random.Random(7)
    catalog = load_catalog()
    outlets = [
        Outlet(on_loopback(source), publish(source, BEGIN - timedelta(days=1), end, rng, scale=8.0))
        for source in (catalog.sources[name] for name in CHOSEN)
    ]
    world = World(outlets, Clock(BEGIN))
    with Database.open(f"sqlite:///{tmp_path / 'day.db'}") as database, world.on_the_air() as port:
        simulation = Simulation(database, world, port)
        simulation.run(end)
        made = report(simulation, BEGIN, end)
        judged = conditions.by_source(database)
    assert made.published > 20
    assert (made.stored, made.twice, made.runs_left_running) == (made.published, 0, 0)
    assert made.share_of_fixed <= 0.6
    assert made.median_share_of_mean_interval <= 0.5
    assert set(judged) == set(CHOSEN)
    assert not any(condition.health.ill for condition in judged.values())
    assert all(condition.plan.startswith("adaptive: ") for condition in judged.values())

"""What one run learns of hosts and their robots.txt, the next one knows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from storage.crawls import hosts, robots
from storage.crawls.hosts import HostMemory
from storage.crawls.robots import StoredRobots
from storage.database import Database

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ORIGIN = "https://courier.example"


def test_pace_and_failures_are_remembered(database: Database) -> None:
    hosts.remember(database, [HostMemory("Courier.example", NOON, delay_seconds=4.5, failures=3), HostMemory("herald.example", NOON)])
    hosts.remember(database, [HostMemory("courier.example", NOON + DAY, "x", 2.0, 0)])
    hosts.remember(database, [])

    known = hosts.remembered(database)
    assert known["courier.example"] == HostMemory("courier.example", NOON, "", 2.0, 0)
    assert known["herald.example"] == HostMemory("herald.example", NOON)


def test_what_a_host_asked_for_and_how_it_does_are_kept_apart(database: Database) -> None:
    hosts.defer(database, "courier.example", NOON + DAY, "HTTP 429")
    hosts.remember(database, [HostMemory("courier.example", NOON, "", 8.0, 6)])
    assert hosts.remembered(database) == {"courier.example": HostMemory("courier.example", NOON + DAY, "HTTP 429", 8.0, 6)}
    hosts.defer(database, "courier.example", NOON + 2 * DAY, "it failed")
    assert hosts.remembered(database) == {"courier.example": HostMemory("courier.example", NOON + 2 * DAY, "it failed", 8.0, 6)}


def test_robots_are_kept_until_they_expire(database: Database) -> None:
    answer = StoredRobots(ORIGIN, NOON, NOON + DAY, 200, b"User-agent: *\nDisallow: /\xff\x00\n")
    robots.put(database, answer)

    assert robots.get(database, ORIGIN, NOON) == answer
    assert robots.get(database, ORIGIN, NOON + DAY - timedelta(seconds=1)) == answer
    assert robots.get(database, ORIGIN, NOON + DAY) is None
    assert robots.get(database, ORIGIN, NOON - timedelta(hours=1)) is None, "the clock was set back: nobody knows how old it is"
    assert robots.get(database, "http://courier.example", NOON) is None


def test_later_robots_take_the_place_of_earlier_ones(database: Database) -> None:
    robots.put(database, StoredRobots(ORIGIN, NOON, NOON + DAY, 200, b"x" * 500_000))
    later = StoredRobots(ORIGIN, NOON + DAY, NOON + 2 * DAY, 404)
    robots.put(database, later)
    assert robots.get(database, ORIGIN, NOON + DAY) == later

"""The circuit breaker and what it means for the next appointment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crawler.catalog import Feed, Source, SourceKind
from crawler.watch.appointments import next_due
from crawler.watch.breaker import CONFIG, is_open, slowed
from storage.health.records import HealthState, SourceHealth, SourceHistory

NOW = datetime(2026, 5, 6, 10, tzinfo=UTC)
HALF_HOUR = timedelta(minutes=30)


def source(**rhythm: str) -> Source:
    return Source(
        id="a",
        name="A",
        homepage="https://a.example/",
        country="LB",
        languages=("ar",),
        kind=SourceKind.WEBSITE,
        time_zone="Asia/Beirut",
        feeds=(Feed(url="https://a.example/feed"),),
        **rhythm,  # type: ignore[arg-type] # every and cron
    )


def health(failures: int) -> SourceHealth:
    return SourceHealth(HealthState.DEAD if failures else HealthState.OK, "", ill=failures > 1, failures=failures)


@pytest.mark.parametrize(("failures", "minutes"), [(0, 30), (2, 30), (3, 60), (4, 120), (5, 240), (6, 480), (9, 1440), (400, 1440)])
def test_interval_doubles_with_each_failure_beyond_the_tolerated(failures: int, minutes: int) -> None:
    assert slowed(HALF_HOUR, failures) == timedelta(minutes=minutes)
    assert is_open(failures) == (failures >= CONFIG.tolerated)


def test_source_that_is_crawled_weekly_is_not_hurried() -> None:
    week = timedelta(days=7)
    assert slowed(week, 10) == week


def test_failing_source_is_asked_later_and_says_why() -> None:
    due = next_due(source(every="30m"), SourceHistory("a"), health(5), 4, NOW, 0.0)
    assert due.at == NOW + timedelta(hours=4)
    assert "after 5 failures in a row" in due.reason


def test_probe_that_succeeds_makes_the_source_due_at_once() -> None:
    due = next_due(source(every="30m"), SourceHistory("a"), health(0), 5, NOW, 0.5)
    assert (due.at, due.reason) == (NOW, "the probe succeeded")


def test_probe_that_fails_keeps_the_circuit_open() -> None:
    assert next_due(source(every="30m"), SourceHistory("a"), health(6), 5, NOW, 0.0).at == NOW + timedelta(hours=8)


def test_rhythm_of_the_file_is_followed() -> None:
    assert next_due(source(every="6h"), SourceHistory("a"), health(0), 0, NOW, 0.0).at == NOW + timedelta(hours=6)
    at = next_due(source(cron="15 9,18 * * *"), SourceHistory("a"), health(0), 0, NOW, 0.7).at
    assert at == datetime(2026, 5, 6, 15, 15, tzinfo=UTC)  # a quarter past six in Beirut, without jitter


def test_source_without_a_rhythm_is_adapted() -> None:
    busy = tuple(NOW - timedelta(minutes=12 * number) for number in range(2000))[::-1]
    history = SourceHistory("a", published=busy, watched_since=busy[0], shown_since=busy[0], window=50)
    often = next_due(source(), history, health(0), 0, NOW, 0.0)
    seldom = next_due(
        source(), SourceHistory("a", watched_since=NOW - timedelta(days=20), shown_since=NOW - timedelta(days=20)), health(0), 0, NOW, 0.0
    )
    assert often.interval < timedelta(minutes=30) < seldom.interval
    assert often.reason.startswith("adaptive: ")

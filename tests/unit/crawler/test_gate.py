"""The host gate lets nobody through too early."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from scrapy import Spider
from scrapy.utils.test import get_crawler

from crawler.failures import FetchRefused
from crawler.gate import GateConfig, HostGate, host_gate
from storage.records import Outcome

HOST = "qarnabad-post.example"


@dataclass
class Clock:
    at: datetime = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


class Heard(list[tuple[str, datetime, str]]):
    def __call__(self, host: str, until: datetime, reason: str) -> None:
        self.append((host, until, reason))


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_unknown_host_passes(clock: Clock) -> None:
    HostGate(now=clock).check(HOST)


def test_host_of_an_earlier_run_waits_until_its_time(clock: Clock) -> None:
    until = clock.at + timedelta(hours=1)
    gate = HostGate({HOST: until}, now=clock)
    with pytest.raises(FetchRefused, match="left alone until 2026-03-01T13:00:00") as refused:
        gate.check(HOST)
    assert refused.value.outcome is Outcome.BLOCKED
    assert refused.value.not_before == until
    clock.at = until
    gate.check(HOST)
    assert gate.deferred_until(HOST) is None


@pytest.mark.parametrize(
    ("status", "header", "wait"),
    [
        (429, "60", timedelta(seconds=60)),
        (503, "60", timedelta(seconds=60)),
        (503, "Sun, 01 Mar 2026 13:00:00 GMT", timedelta(hours=1)),
        (429, "99999999", timedelta(hours=24)),
        (429, None, timedelta(minutes=15)),
        (429, "soon", timedelta(minutes=15)),
    ],
)
def test_answer_that_asks_for_peace_is_obeyed_and_told(clock: Clock, status: int, header: str | None, wait: timedelta) -> None:
    heard = Heard()
    gate = HostGate(on_defer=heard, now=clock)
    gate.answered(HOST, status, header)
    assert gate.deferred_until(HOST) == clock.at + wait
    assert [(host, until) for host, until, _ in heard] == [(HOST, clock.at + wait)]
    assert f"HTTP {status}" in heard[0][2]


@pytest.mark.parametrize(("status", "header"), [(200, "60"), (503, None), (500, "60"), (429, "0")])
def test_other_answers_change_nothing(clock: Clock, status: int, header: str | None) -> None:
    gate = HostGate(on_defer=Heard(), now=clock)
    gate.answered(HOST, status, header)
    gate.check(HOST)


def test_shorter_deferral_does_not_undo_a_longer_one(clock: Clock) -> None:
    heard = Heard()
    gate = HostGate(on_defer=heard, now=clock)
    gate.defer(HOST, clock.at + timedelta(hours=2), "first")
    gate.defer(HOST, clock.at + timedelta(hours=1), "second")
    assert gate.deferred_until(HOST) == clock.at + timedelta(hours=2)
    assert len(heard) == 1


def test_ban_lasts_an_hour(clock: Clock) -> None:
    gate = HostGate(now=clock)
    gate.ban(HOST, "it does harm")
    with pytest.raises(FetchRefused, match="it does harm"):
        gate.check(HOST)
    assert gate.deferred_until(HOST) == clock.at + timedelta(hours=1)


@pytest.mark.parametrize(("asked", "given"), [(5.0, 5.0), (0.1, 1.0), (3600.0, 60.0), (None, 1.0), (0.0, 1.0), (float("nan"), 1.0)])
def test_crawl_delay_raises_the_pause_within_reason(asked: float | None, given: float) -> None:
    gate = HostGate(config=GateConfig())
    gate.set_crawl_delay(HOST, 7.0)
    gate.set_crawl_delay(HOST, asked)
    assert gate.delay_seconds(HOST, 1.0) == given


def test_visits_are_remembered_and_hosts_in_flight_known() -> None:
    gate = HostGate()
    assert gate.last_seen(HOST) == 0.0
    with gate.visit(HOST):
        began = gate.last_seen(HOST)
        with gate.visit(HOST):
            assert gate.in_flight() == {HOST}
        assert gate.in_flight() == {HOST}
    assert gate.in_flight() == frozenset()
    assert gate.last_seen(HOST) >= began > 0


def test_gate_comes_from_the_spider_or_is_made_once() -> None:
    given = HostGate()
    crawler = get_crawler(Spider)
    crawler.spider = Spider("any", host_gate=given)
    assert host_gate(crawler) is given
    bare = get_crawler(Spider)
    assert host_gate(bare) is host_gate(bare)

"""The host gate lets nobody through too early."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from scrapy import Spider
from scrapy.utils.test import get_crawler

from crawler.failures import FetchRefused
from crawler.gate import GateConfig, HostGate, host_gate
from crawler.pace import Sign
from storage.crawls.hosts import HostMemory
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


def test_longest_crawl_delay_of_the_origins_of_a_host_counts() -> None:
    gate = HostGate()
    gate.set_crawl_delay(HOST, 3.0, f"https://{HOST}")
    gate.set_crawl_delay(HOST, None, f"http://{HOST}")
    gate.set_crawl_delay(HOST, 2.0, f"https://{HOST}:8443")
    assert gate.delay_seconds(HOST, 1.0) == 3.0


def test_strained_host_is_asked_more_slowly_and_an_easy_one_again_at_the_old_pace() -> None:
    gate = HostGate()
    gate.note(HOST, Sign.STRAINED, floor_seconds=1.0)
    assert gate.delay_seconds(HOST, 1.0) == 2.0
    for _ in range(10):
        gate.note(HOST, Sign.GOOD, latency_seconds=0.1, floor_seconds=1.0)
    assert gate.delay_seconds(HOST, 1.0) == 1.0


def test_strain_counts_from_the_crawl_delay() -> None:
    gate = HostGate()
    gate.set_crawl_delay(HOST, 10.0)
    gate.note(HOST, Sign.STRAINED, floor_seconds=1.0)
    assert gate.delay_seconds(HOST, 1.0) == 20.0


def test_fifth_failure_in_a_row_closes_the_host_and_each_further_one_twice_as_long(clock: Clock) -> None:
    heard = Heard()
    gate = HostGate(on_defer=heard, now=clock)
    for _ in range(4):
        gate.failed(HOST, "HTTP 500", heard=True)
    gate.check(HOST)
    gate.failed(HOST, "HTTP 500", heard=True)
    with pytest.raises(FetchRefused, match="failed 5 times in a row, last: HTTP 500") as refused:
        gate.check(HOST)
    assert (refused.value.outcome, refused.value.not_before) == (Outcome.BLOCKED, clock.at + timedelta(minutes=15))
    clock.at += timedelta(minutes=15)
    gate.check(HOST)
    gate.failed(HOST, "HTTP 500", heard=True)
    assert gate.deferred_until(HOST) == clock.at + timedelta(minutes=30)
    assert len(heard) == 2


def test_success_ends_a_row_of_failures(clock: Clock) -> None:
    gate = HostGate(now=clock)
    for _ in range(3):
        for _ in range(4):
            gate.failed(HOST, "HTTP 500", heard=True)
        gate.succeeded(HOST)
    gate.check(HOST)


def test_silent_hosts_are_not_blamed_while_our_own_line_may_be_cut(clock: Clock) -> None:
    gate = HostGate(now=clock)
    for _ in range(10):
        gate.failed(HOST, "the host name cannot be resolved", heard=False)
    gate.check(HOST)
    assert gate.learned() == []
    gate.succeeded("another.example")
    with pytest.raises(FetchRefused, match="failed 10 times in a row"):
        gate.check(HOST)


def test_failures_and_pace_go_on_in_the_next_run(clock: Clock) -> None:
    first = HostGate(now=clock)
    for _ in range(5):
        first.failed(HOST, "HTTP 503", heard=True)
        first.note(HOST, Sign.STRAINED, floor_seconds=1.0)
    first.note("quick.example", Sign.GOOD, latency_seconds=0.1, floor_seconds=1.0)
    (memory,) = first.learned()
    assert (memory.host, memory.delay_seconds, memory.failures) == (HOST, 32.0, 5)

    kept = replace(memory, next_allowed_at=first.deferred[HOST], reason="it failed 5 times in a row")
    second = HostGate(memories={HOST: kept}, now=clock)
    with pytest.raises(FetchRefused, match="it failed 5 times in a row"):
        second.check(HOST)
    assert second.delay_seconds(HOST, 1.0) == 32.0
    assert second.learned() == []
    clock.at += timedelta(minutes=15)
    second.failed(HOST, "HTTP 503", heard=True)
    assert second.deferred_until(HOST) == clock.at + timedelta(minutes=30)
    second.succeeded(HOST)
    for _ in range(20):
        second.note(HOST, Sign.GOOD, latency_seconds=0.1, floor_seconds=1.0)
    assert [(learned.delay_seconds, learned.failures) for learned in second.learned()] == [(0.0, 0)]


def test_small_change_of_pace_is_not_written_down(clock: Clock) -> None:
    memory = HostMemory(HOST, clock.at, delay_seconds=10.0)
    gate = HostGate(memories={HOST: memory}, now=clock)
    gate.note(HOST, Sign.GOOD, latency_seconds=9.0, floor_seconds=1.0)
    assert gate.learned() == []


@pytest.mark.parametrize(("status", "header", "asks"), [(429, "60", 60), (429, None, 900), (503, None, None), (200, "60", None)])
def test_answer_says_until_when_the_host_wants_peace(clock: Clock, status: int, header: str | None, asks: int | None) -> None:
    until = HostGate(now=clock).answered(HOST, status, header)
    assert until == (None if asks is None else clock.at + timedelta(seconds=asks))

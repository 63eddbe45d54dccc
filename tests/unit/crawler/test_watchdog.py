"""The watchdog sees a crawl that stands still or eats memory."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

import pytest
from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.statscollectors import MemoryStatsCollector
from scrapy.utils.test import get_crawler

from crawler.gate import HostGate
from crawler.watchdog import Watchdog, WatchdogConfig, suspect

A, B, C = "a.example", "b.example", "c.example"


@dataclass
class FakeEngine:
    """Notes that it was closed, and why."""

    reasons: list[str] = field(default_factory=list)

    async def close_spider_async(self, *, reason: str) -> None:
        self.reasons.append(reason)


@dataclass
class FixedGate(HostGate):
    """A gate at which given hosts are always in flight."""

    present: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        super().__init__()

    def in_flight(self) -> frozenset[str]:
        return self.present


def crawl(gate: HostGate | None = None) -> Crawler:
    crawler = get_crawler(Spider)
    crawler.stats = MemoryStatsCollector(crawler)
    crawler.engine = FakeEngine()  # type: ignore[assignment]
    crawler.spider = Spider("any", host_gate=gate or HostGate())
    return crawler


@pytest.mark.parametrize(
    ("presences", "host"),
    [
        ([{A}, {A}, {A}], A),
        ([{A, B}, {A, C}, {A, B, C}], A),
        ([{B}, {A}, {A}, {A}], A),
        ([{A, B}, {A, B}, {A, B}], None),
        ([{A}, {B}, {A}], None),
        ([{A}, {A}], None),
        ([set(), set(), set()], None),
    ],
)
def test_suspect_is_the_one_host_that_was_always_there(presences: list[set[str]], host: str | None) -> None:
    assert suspect([frozenset(presence) for presence in presences], 3) == host


@pytest.mark.filterwarnings("ignore")
def test_host_that_holds_up_the_crawl_is_left_alone() -> None:
    gate = FixedGate(present=frozenset({A}))
    crawler = crawl(gate)
    watchdog = Watchdog(crawler, gate, WatchdogConfig())
    for _ in range(3):
        assert gate.deferred_until(A) is None
        watchdog.note_lag(2.0, 1.9)
    assert gate.deferred_until(A) is not None
    assert crawler.stats.get_value("dragoman/lags") == 3
    assert crawler.stats.get_value("dragoman/lag_max_seconds") == 2.0


def test_busy_machine_is_nobodys_fault() -> None:
    gate = FixedGate(present=frozenset({A}))
    watchdog = Watchdog(crawl(gate), gate, WatchdogConfig())
    for _ in range(10):
        watchdog.note_lag(2.0, 0.1)
    assert gate.deferred_until(A) is None


def test_short_lags_are_only_measured() -> None:
    gate = FixedGate(present=frozenset({A}))
    crawler = crawl(gate)
    watchdog = Watchdog(crawler, gate, WatchdogConfig())
    for _ in range(10):
        watchdog.note_lag(0.4, 0.4)
    assert crawler.stats.get_value("dragoman/lags") is None
    assert crawler.stats.get_value("dragoman/lag_max_seconds") == 0.4


def test_memory_past_the_limit_closes_the_crawl_once_and_says_why() -> None:
    crawler = crawl()
    engine: Any = crawler.engine

    async def run() -> None:
        watchdog = Watchdog(crawler, HostGate(), WatchdogConfig(rss_bytes=1 << 30))
        watchdog.note_memory(1 << 30)
        watchdog.note_memory(3 << 30)
        watchdog.note_memory(3 << 30)
        await asyncio.sleep(0)

    asyncio.run(run())
    assert engine.reasons == ["out of memory: 3072 MiB resident, 1024 MiB allowed"]


def test_ticks_measure_a_blocked_loop_and_stop_with_the_spider() -> None:
    crawler = crawl()

    async def run() -> None:
        watchdog = Watchdog(crawler, HostGate(), WatchdogConfig(tick_seconds=0.01))
        watchdog.start()
        await asyncio.sleep(0.03)
        time.sleep(0.1)  # noqa: ASYNC251 - the point
        await asyncio.sleep(0.03)
        watchdog.stop()
        watchdog.stop()

    asyncio.run(run())
    assert crawler.stats.get_value("dragoman/lag_max_seconds") >= 0.08
    assert crawler.stats.get_value("dragoman/rss_max_bytes") > 1 << 20


def test_limit_comes_from_the_settings() -> None:
    crawler = crawl()
    crawler.settings.frozen = False
    crawler.settings.set("DRAGOMAN_MAX_RSS_BYTES", 1, priority="cmdline")
    watchdog = Watchdog.from_crawler(crawler)

    async def run() -> None:
        watchdog.note_memory(2)
        await asyncio.sleep(0)

    asyncio.run(run())
    engine: Any = crawler.engine
    assert len(engine.reasons) == 1

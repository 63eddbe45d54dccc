"""Watch the crawl itself: how long the reactor is held up, and how much memory it uses.

Scrapy's own memory limit looks at the peak of the process, which never falls and which a child inherits from its parent; this one looks at
what is resident now. A reactor that is held up by its own work, not by a busy machine, has met a host that feeds it something hostile: when
the same host is there every time, it is left alone.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from dataclasses import dataclass

import psutil
from scrapy import signals
from scrapy.crawler import Crawler

from crawler.gate import HostGate, host_gate

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WatchdogConfig:
    """What is looked at, and when it is too much.

    `tick_seconds`: a tick that comes late by x means that nothing else ran for x. `lag_seconds`: 0.44 s is the normal worst case with
    extraction and index on two cores. `own_share`: part of a lag that the reactor's thread must have spent computing for a host to be
    suspected; on a busy machine the thread waits instead. `strikes`: lags in a row at which a host must have been present, as the only one
    that was present at all of them. `rss_bytes`: resident memory of this process, workers not counted.
    """

    tick_seconds: float = 0.25
    lag_seconds: float = 1.0
    own_share: float = 0.5
    strikes: int = 3
    rss_bytes: int = 2 * 1024**3


def suspect(presences: list[frozenset[str]], strikes: int) -> str | None:
    """Name the host that was in flight at each of the last `strikes` lags, if there is exactly one."""
    last = presences[-strikes:]
    if len(last) < strikes:
        return None
    common = frozenset.intersection(*last)
    return next(iter(common)) if len(common) == 1 else None


class Watchdog:
    """Scrapy extension; its findings are the stats `dragoman/lag_max_seconds`, `dragoman/lags` and `dragoman/rss_max_bytes`."""

    def __init__(self, crawler: Crawler, gate: HostGate, config: WatchdogConfig) -> None:
        """Take the crawl, its gate and limits."""
        self._crawler = crawler
        self._gate = gate
        self._config = config
        self._process = psutil.Process()
        self._presences: deque[frozenset[str]] = deque(maxlen=config.strikes)
        self._timer: asyncio.TimerHandle | None = None
        self._expected = 0.0
        self._thread_seconds = 0.0
        self._closing: asyncio.Future[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Watchdog:
        """Read DRAGOMAN_MAX_RSS_BYTES and run from the opening of the spider to its end."""
        config = WatchdogConfig(rss_bytes=crawler.settings.getint("DRAGOMAN_MAX_RSS_BYTES", WatchdogConfig().rss_bytes))
        watchdog = cls(crawler, host_gate(crawler), config)
        crawler.signals.connect(watchdog.start, signal=signals.spider_opened)
        crawler.signals.connect(watchdog.stop, signal=signals.spider_closed)
        return watchdog

    def start(self) -> None:
        """Begin to tick."""
        self._schedule()

    def stop(self) -> None:
        """End ticking."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _schedule(self) -> None:
        self._expected = time.monotonic() + self._config.tick_seconds
        self._thread_seconds = time.thread_time()
        self._timer = asyncio.get_running_loop().call_later(self._config.tick_seconds, self._tick)

    def _tick(self) -> None:
        self.note_lag(time.monotonic() - self._expected, time.thread_time() - self._thread_seconds)
        self.note_memory(self._process.memory_info().rss)
        if self._closing is None:
            self._schedule()

    def note_lag(self, lag_seconds: float, own_seconds: float) -> None:
        """Judge one tick: by how much it was late, and how much of that the reactor's thread computed."""
        stats = self._crawler.stats
        stats.max_value("dragoman/lag_max_seconds", round(lag_seconds, 3))
        if lag_seconds < self._config.lag_seconds:
            return
        stats.inc_value("dragoman/lags")
        present = self._gate.in_flight()
        own = own_seconds >= lag_seconds * self._config.own_share
        logger.warning(
            "The crawl stood still for %.1f s, %.1f s of it computing; hosts in flight: %s",
            lag_seconds,
            own_seconds,
            ", ".join(sorted(present)) or "none",
        )
        if not own:
            return
        self._presences.append(present)
        host = suspect(list(self._presences), self._config.strikes)
        if host is not None:
            self._presences.clear()
            logger.warning("%s is left alone: what it sends holds up the crawl", host)
            self._gate.ban(host, "what it sends holds up the crawl")

    def note_memory(self, rss_bytes: int) -> None:
        """Judge the resident memory; past the limit the crawl is closed in good order, once."""
        self._crawler.stats.max_value("dragoman/rss_max_bytes", rss_bytes)
        if rss_bytes <= self._config.rss_bytes or self._closing is not None:
            return
        reason = f"out of memory: {rss_bytes // 2**20} MiB resident, {self._config.rss_bytes // 2**20} MiB allowed"
        logger.error("The crawl is stopped: %s", reason)
        self._closing = asyncio.ensure_future(self._crawler.engine.close_spider_async(reason=reason))

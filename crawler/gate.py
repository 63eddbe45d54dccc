"""The host gate: who may be asked, and when. One small object a crawl, shared by transport, politeness, robots and watchdog.

All decisions are made over clocks that are handed in, so they can be tested without waiting.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from scrapy.crawler import Crawler

from crawler.failures import FetchRefused
from crawler.outcomes import retry_after
from crawler.pace import BACK_OFF, PACE, BackOffConfig, Pace, PaceConfig, Sign, back_off, next_pace
from storage.crawls.hosts import HostMemory
from storage.crawls.robots import StoredRobots
from storage.records import Outcome

# Without any delay, Scrapy 2.19 starts all that is queued in a slot before it counts the first as started: all at once, not one at a time.
SHORTEST_PAUSE_SECONDS = 0.001
WAITS_FOR_TURN = "waits_for_turn"  # request.meta: taken up by its host's slot, and not yet on the wire


@dataclass(frozen=True, slots=True)
class GateConfig:
    """Limits of politeness.

    `max_crawl_delay_seconds`: some sites ask for an hour between requests, by which a source of 40 articles a day is never read; at one
    a minute all of it is. `max_deferral`: a host that asks for more than a day is asked again after a day. `too_many_wait`: how long a host
    is left alone that said 429 and not for how long; the frontier's own first wait. `ban`: how long one is that does harm; most runs are
    shorter. `forgotten_share`: by how much a pause must have changed to be worth writing down.
    """

    max_crawl_delay_seconds: float = 60.0
    max_deferral: timedelta = timedelta(hours=24)
    too_many_wait: timedelta = timedelta(minutes=15)
    ban: timedelta = timedelta(hours=1)
    forgotten_share: float = 0.2
    pace: PaceConfig = PACE
    back_off: BackOffConfig = BACK_OFF


class RobotsShelf(Protocol):
    """Where robots.txt files are kept from one run to the next; neither call makes the reactor wait."""

    async def robots_of(self, origin: str, now: datetime) -> StoredRobots | None:
        """Return what is kept of an origin and not expired. Raises: StorageError."""

    async def keep_robots(self, answer: StoredRobots) -> None:
        """Keep an answer. Raises: StorageError."""


def _now() -> datetime:
    return datetime.now(UTC)


def _ignore(_host: str, _until: datetime, _reason: str) -> None:
    return None


class HostGate:
    """Remember which hosts must be left alone and until when, how fast each may be asked, and when each was asked last.

    `stopping` tells those who wait for a turn on a host that the crawl ends.
    """

    def __init__(
        self,
        deferred: Mapping[str, datetime] | None = None,
        on_defer: Callable[[str, datetime, str], None] = _ignore,
        *,
        memories: Mapping[str, HostMemory] | None = None,
        shelf: RobotsShelf | None = None,
        config: GateConfig | None = None,
        now: Callable[[], datetime] = _now,
    ) -> None:
        """Take over what earlier runs learned.

        Args: host to aware UTC time before which it must not be asked; what to call when a host is deferred anew (host, until, reason), on
        the reactor's thread, so it must not block; what is remembered of hosts, which says why and how fast, too; where
        robots.txt files are kept; limits; the clock.
        """
        self.shelf = shelf
        self.memories = dict(memories or {})
        self.deferred: dict[str, datetime] = {host: memory.next_allowed_at for host, memory in self.memories.items()}
        self.deferred |= deferred or {}
        self.stopping = False
        self.config = config or GateConfig()
        self._on_defer = on_defer
        self._now = now
        self._reasons: dict[str, str] = {host: memory.reason for host, memory in self.memories.items()}
        self._crawl_delays: dict[str, dict[str, float]] = {}
        self._paces: dict[str, Pace] = {host: Pace(memory.delay_seconds) for host, memory in self.memories.items()}
        self._failures: dict[str, int] = {host: memory.failures for host, memory in self.memories.items()}
        self._line_works = False
        self._unproven: list[tuple[str, str]] = []
        self._last_seen: dict[str, float] = {}
        self._in_flight: Counter[str] = Counter()

    def deferred_until(self, host: str) -> datetime | None:
        """Return until when a host must be left alone, or None when it may be asked."""
        until = self.deferred.get(host)
        return until if until is not None and until > self._now() else None

    def check(self, host: str) -> None:
        """Raise FetchRefused with the outcome blocked when a host must be left alone."""
        until = self.deferred_until(host)
        if until is not None:
            why = self._reasons.get(host) or "asked for in an earlier run"
            raise FetchRefused(
                Outcome.BLOCKED, f"{host} is left alone until {until.isoformat(timespec='seconds')}: {why}", not_before=until
            )

    def defer(self, host: str, until: datetime, reason: str) -> None:
        """Leave a host alone until an aware UTC time, at most `max_deferral` away; an earlier promise to wait longer stands."""
        until = min(until, self._now() + self.config.max_deferral)
        known = self.deferred_until(host)
        if until <= self._now() or (known is not None and known >= until):
            return
        self.deferred[host] = until
        self._reasons[host] = reason
        self._on_defer(host, until, reason)

    def ban(self, host: str, reason: str) -> None:
        """Leave a host alone whose answers do harm."""
        self.defer(host, self._now() + self.config.ban, reason)

    def answered(self, host: str, status: int, retry_after_header: str | None) -> datetime | None:
        """Draw the consequence of an answer: 429 and 503 may ask to be left alone.

        Returns: until when the host asked to be left alone (aware UTC), None when it did not.
        Source: RFC 9110 section 10.2.3, RFC 6585 section 4.
        """
        if status not in {429, 503}:
            return None
        now = self._now()
        until = retry_after(retry_after_header, now, self.config.max_deferral)
        if until is not None:
            self.defer(host, until, f"HTTP {status} with Retry-After {retry_after_header!s:.40}")
        elif status == 429:
            until = now + self.config.too_many_wait
            self.defer(host, until, "HTTP 429 without Retry-After")
        return until

    def note(self, host: str, sign: Sign, *, latency_seconds: float | None = None, floor_seconds: float = 0.0) -> None:
        """Let the pace of a host follow what an exchange with it was like.

        Args: what the exchange says of the host; how long the server took to begin its answer; our default pause.
        """
        floor = max(floor_seconds, self._crawl_delay(host))
        self._paces[host] = next_pace(self._paces.get(host, Pace()), sign, latency_seconds, floor, self.config.pace)

    def succeeded(self, host: str) -> None:
        """Forget the failures of a host that answered. Those of silent ones count from now on: our own line works."""
        self._failures.pop(host, None)
        self._line_is_proven()

    def failed(self, host: str, reason: str, *, heard: bool) -> None:
        """Count a failure of a host, and leave it alone when there are too many in a row.

        Args: what went wrong; whether anything was heard of the host. While nobody was heard in this crawl, a host that is silent is not
        blamed: more likely our own line is cut, and a night without it must not close every source for a day.
        """
        if heard:
            self._line_is_proven()
        elif not self._line_works:
            self._unproven.append((host, reason))
            return
        self._blame(host, reason)

    def _line_is_proven(self) -> None:
        self._line_works = True
        waiting, self._unproven = self._unproven, []
        for host, reason in waiting:
            self._blame(host, reason)

    def _blame(self, host: str, reason: str) -> None:
        count = self._failures[host] = self._failures.get(host, 0) + 1
        wait = back_off(count, self.config.back_off)
        if wait is not None:
            self.defer(host, self._now() + wait, f"it failed {count} times in a row, last: {reason}")

    def learned(self) -> list[HostMemory]:
        """Return what the next run should know of hosts and does not yet: their pace, when it changed a lot, and failures in a row."""
        changed: list[HostMemory] = []
        for host in sorted(self._paces.keys() | self._failures.keys() | self.memories.keys()):
            before = self.memories.get(host) or HostMemory(host, self._now())
            delay = self._paces.get(host, Pace()).delay_seconds
            delay = round(delay, 2) if delay >= self.config.pace.first_step_seconds else 0.0
            failures = self._failures.get(host, 0)
            moved = abs(delay - before.delay_seconds) > self.config.forgotten_share * max(delay, before.delay_seconds)
            if moved or failures != before.failures:
                changed.append(replace(before, delay_seconds=delay, failures=failures))
        return changed

    def set_crawl_delay(self, host: str, delay_seconds: float | None, origin: str = "") -> None:
        """Take the Crawl-delay of a robots.txt, capped; None or nonsense clears it. A host with several origins gets the longest."""
        delays = self._crawl_delays.setdefault(host, {})
        if delay_seconds is None or not delay_seconds > 0:
            delays.pop(origin, None)
        else:
            delays[origin] = min(delay_seconds, self.config.max_crawl_delay_seconds)

    def _crawl_delay(self, host: str) -> float:
        return max(self._crawl_delays.get(host, {}).values(), default=0.0)

    def delay_seconds(self, host: str, default_seconds: float) -> float:
        """Return the pause that a host gets: what it asks for, what suits it, and never less than the default."""
        return max(default_seconds, self._crawl_delay(host), self._paces.get(host, Pace()).delay_seconds)

    @contextmanager
    def visit(self, host: str) -> Iterator[None]:
        """Note that a host is being talked to, from the first byte sent until the exchange is over."""
        self._last_seen[host] = monotonic()
        self._in_flight[host] += 1
        try:
            yield
        finally:
            self._last_seen[host] = monotonic()
            self._in_flight[host] -= 1
            if not self._in_flight[host]:
                del self._in_flight[host]

    def last_seen(self, host: str) -> float:
        """Return the `time.monotonic()` of the last contact with a host, 0 when there was none."""
        return self._last_seen.get(host, 0.0)

    def in_flight(self) -> frozenset[str]:
        """Return the hosts that are being talked to now."""
        return frozenset(self._in_flight)


_gates: WeakKeyDictionary[Crawler, HostGate] = WeakKeyDictionary()


def host_gate(crawler: Crawler) -> HostGate:
    """Return the gate of a crawl: the spider's `host_gate` argument, else one made for it.

    Scrapy copies settings deeply, so a live object cannot travel in them; the spider's arguments are handed on as they are.
    """
    given: Any = getattr(crawler.spider, "host_gate", None)
    if isinstance(given, HostGate):
        return given
    if crawler not in _gates:
        _gates[crawler] = HostGate()
    return _gates[crawler]

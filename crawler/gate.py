"""The host gate: who may be asked, and when. One small object a crawl, shared by transport, politeness, robots and watchdog.

All decisions are made over clocks that are handed in, so they can be tested without waiting.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any
from weakref import WeakKeyDictionary

from scrapy.crawler import Crawler

from crawler.failures import FetchRefused
from crawler.outcomes import retry_after
from storage.records import Outcome


@dataclass(frozen=True, slots=True)
class GateConfig:
    """Limits of politeness.

    `max_crawl_delay_seconds`: some sites ask for an hour between requests, by which a source of 40 articles a day is never read; at one
    a minute all of it is. `max_deferral`: a host that asks for more than a day is asked again after a day. `too_many_wait`: how long a host
    is left alone that said 429 and not for how long; the frontier's own first wait. `ban`: how long one is that does harm; most runs are
    shorter.
    """

    max_crawl_delay_seconds: float = 60.0
    max_deferral: timedelta = timedelta(hours=24)
    too_many_wait: timedelta = timedelta(minutes=15)
    ban: timedelta = timedelta(hours=1)


def _now() -> datetime:
    return datetime.now(UTC)


def _ignore(_host: str, _until: datetime, _reason: str) -> None:
    return None


class HostGate:
    """Remember which hosts must be left alone and until when, how fast each may be asked, and when each was asked last."""

    def __init__(
        self,
        deferred: Mapping[str, datetime] | None = None,
        on_defer: Callable[[str, datetime, str], None] = _ignore,
        *,
        config: GateConfig | None = None,
        now: Callable[[], datetime] = _now,
    ) -> None:
        """Take over what earlier runs learned.

        Args: host to aware UTC time before which it must not be asked; what to call when a host is deferred anew (host, until, reason), on
        the reactor's thread, so it must not block; limits; the clock.
        """
        self.deferred: dict[str, datetime] = dict(deferred or {})
        self.config = config or GateConfig()
        self._on_defer = on_defer
        self._now = now
        self._reasons: dict[str, str] = {}
        self._crawl_delays: dict[str, float] = {}
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
            why = self._reasons.get(host, "asked for in an earlier run")
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

    def answered(self, host: str, status: int, retry_after_header: str | None) -> None:
        """Draw the consequence of an answer: 429 and 503 may ask to be left alone.

        Source: RFC 9110 section 10.2.3, RFC 6585 section 4.
        """
        if status not in {429, 503}:
            return
        now = self._now()
        until = retry_after(retry_after_header, now, self.config.max_deferral)
        if until is not None:
            self.defer(host, until, f"HTTP {status} with Retry-After {retry_after_header!s:.40}")
        elif status == 429:
            self.defer(host, now + self.config.too_many_wait, "HTTP 429 without Retry-After")

    def set_crawl_delay(self, host: str, delay_seconds: float | None) -> None:
        """Take the Crawl-delay of a host's robots.txt, capped; None or nonsense clears it."""
        if delay_seconds is None or not delay_seconds > 0:
            self._crawl_delays.pop(host, None)
        else:
            self._crawl_delays[host] = min(delay_seconds, self.config.max_crawl_delay_seconds)

    def delay_seconds(self, host: str, default_seconds: float) -> float:
        """Return the pause that a host gets: what it asks for, and never less than the default."""
        return max(default_seconds, self._crawl_delays.get(host, 0.0))

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

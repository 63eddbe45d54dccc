"""Obey robots.txt as RFC 9309 says, and its Crawl-delay.

What was found and what follows: a readable file: its rules; 4xx or more than five redirects: everything is allowed; 5xx, 429, timeouts and
broken connections: nothing is, until another run (section 2.3.1). The rules of an origin are fetched once, however many requests wait for
them, and live for a day at most (2.4).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from protego import Protego
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import StopDownload
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.httpobj import urlparse_cached

from crawler.failures import FetchRefused, not_before, outcome_of
from crawler.gate import HostGate, host_gate
from crawler.middlewares.guard import EXPECTS, Expected
from storage.records import Outcome

PRODUCT_TOKEN = "Dragoman"  # noqa: S105 - the name that robots.txt files know us by, not a secret


@dataclass(frozen=True, slots=True)
class RobotsConfig:
    """Limits of robots.txt.

    `max_bytes`: RFC 9309 section 2.5 asks for at least 500 KiB. `max_redirects`: section 2.3.1.2. `lifetime`: section 2.4.
    `unreachable_wait`: how soon rules that could not be read are asked for again; the frontier's own first wait. `max_pairs`: the parser
    hands every rule to every agent named above it, so user-agent lines times rule lines is what a file can cost; the largest honest files
    have about 300 times 1,000.
    """

    max_bytes: int = 500 * 1024
    max_redirects: int = 5
    lifetime: timedelta = timedelta(hours=24)
    unreachable_wait: timedelta = timedelta(minutes=15)
    max_pairs: int = 2_000_000


CONFIG = RobotsConfig()


@dataclass(frozen=True, slots=True)
class RobotsRules:
    """What one origin lets us do. `unreachable` is the reason why nothing is allowed for now, `rules` None when everything is."""

    rules: Protego | None = None
    unreachable: str = ""
    not_before: datetime | None = None

    def denial(self, url: str) -> str | None:
        """Say why a URL may not be fetched, or None when it may."""
        if self.unreachable:
            return f"robots.txt cannot be read: {self.unreachable}"
        if self.rules is None or self.rules.can_fetch(url, PRODUCT_TOKEN):
            return None
        return "forbidden by robots.txt"

    @property
    def crawl_delay_seconds(self) -> float | None:
        """Return the pause that the file asks for."""
        return self.rules.crawl_delay(PRODUCT_TOKEN) if self.rules is not None else None


def parse_robots(body: bytes, config: RobotsConfig = CONFIG) -> RobotsRules:
    """Read the bytes of a robots.txt file; what stands after `max_bytes` is not looked at, nor is a line that is cut there."""
    if len(body) > config.max_bytes:
        body = body[: config.max_bytes].rpartition(b"\n")[0]
    lines = body.decode("utf-8-sig", "replace").replace("\x00", "").splitlines()
    agents = sum(line.lstrip()[:4].lower() == "user" for line in lines)
    if agents * (len(lines) - agents) > config.max_pairs:
        return RobotsRules(unreachable="it names more agents and rules than can be read")
    return RobotsRules(Protego.parse("\n".join(lines)))


class RobotsMiddleware:
    """Hold a request until the rules of its origin are known, then let it pass or refuse it."""

    def __init__(
        self, crawler: Crawler, gate: HostGate, *, config: RobotsConfig = CONFIG, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        """Take the crawl, its gate, limits and a clock."""
        self._crawler = crawler
        self._gate = gate
        self._config = config
        self._now = now
        self._known: dict[str, tuple[datetime, asyncio.Task[RobotsRules]]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsMiddleware:
        """Take the crawl's gate, and listen to arriving bytes, to hang up on a file without end."""
        middleware = cls(crawler, host_gate(crawler))
        crawler.signals.connect(middleware.bytes_received, signal=signals.bytes_received)
        return middleware

    async def process_request(self, request: Request) -> None:
        """Let a request pass.

        Raises: FetchRefused with robots_denied; with blocked or unsafe_url when the host must not be asked at all.
        """
        if request.meta.get(EXPECTS) == Expected.ROBOTS:
            return
        parts = urlparse_cached(request)
        rules = await self._rules_of(f"{parts.scheme}://{parts.netloc}")
        self._gate.set_crawl_delay(parts.hostname or "", rules.crawl_delay_seconds)
        reason = rules.denial(request.url)
        if reason is not None:
            raise FetchRefused(Outcome.ROBOTS_DENIED, reason, not_before=rules.not_before)

    def bytes_received(self, data: bytes, request: Request) -> None:
        """Stop a robots.txt that is longer than what is read of it."""
        if request.meta.get(EXPECTS) != Expected.ROBOTS:
            return
        received = request.meta["robots_bytes"] = request.meta.get("robots_bytes", 0) + len(data)
        if received > self._config.max_bytes:
            raise StopDownload(fail=False)

    async def _rules_of(self, origin: str) -> RobotsRules:
        fetched_at, task = self._known.get(origin, (None, None))
        if task is None or fetched_at is None or self._is_stale(task, fetched_at):
            task = asyncio.ensure_future(self._fetch(origin))
            self._known[origin] = self._now(), task
        # Shielded: the first request to ask may be cancelled, the others still wait.
        return await asyncio.shield(task)

    def _is_stale(self, task: asyncio.Task[RobotsRules], fetched_at: datetime) -> bool:
        if not task.done():
            return False
        if task.cancelled() or task.exception() is not None:
            return True
        lifetime = self._config.unreachable_wait if task.result().unreachable else self._config.lifetime
        return self._now() >= fetched_at + lifetime

    async def _fetch(self, origin: str) -> RobotsRules:
        meta = {
            EXPECTS: Expected.ROBOTS,
            "redirect_ttl": self._config.max_redirects,
            # A file that announces itself as huge is begun all the same; `bytes_received` ends it.
            "download_maxsize": 1 << 40,
        }
        try:
            response = await self._crawler.engine.download_async(Request(f"{origin}/robots.txt", callback=NO_CALLBACK, meta=meta))
        except FetchRefused as refused:
            if refused.outcome is Outcome.BLOCKED:
                raise
            if refused.outcome is Outcome.UNSAFE_URL and refused.url == f"{origin}/robots.txt":
                raise  # it is the host itself that must not be asked, not a place that its robots.txt moved to
            if refused.outcome is Outcome.HTTP_ERROR and refused.http_status is not None and refused.http_status < 400:
                return RobotsRules()  # more redirects than are followed
            return self._unreachable(refused.reason)
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the rules could not be read, and outcome_of logs what is new to it
            verdict = outcome_of(error)
            return self._unreachable(verdict[1] if verdict else str(error))
        return self._read(response)

    def _read(self, response: Response) -> RobotsRules:
        if 200 <= response.status < 300:
            return parse_robots(response.body, self._config)
        if response.status == 429 or response.status >= 500:
            return self._unreachable(f"HTTP {response.status}", not_before(response, self._now()))
        return RobotsRules()

    def _unreachable(self, reason: str, until: datetime | None = None) -> RobotsRules:
        soonest = self._now() + self._config.unreachable_wait
        return RobotsRules(unreachable=reason, not_before=max(until, soonest) if until else soonest)

"""Obey robots.txt as RFC 9309 says, and its Crawl-delay.

What was found and what follows: a readable file: its rules; 4xx or more than five redirects: everything is allowed; 5xx, 429, timeouts and
broken connections: nothing is, until another run (section 2.3.1). The rules of an origin are fetched once, however many requests wait for
them, and live for a day at most, over several runs (2.4); that they could not be read is never remembered past a run.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import StopDownload
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.httpobj import urlparse_cached

from crawler.encodings import decode_body
from crawler.errors import PageError
from crawler.failures import FetchRefused, headers_of, is_unreachable, not_before, outcome_of
from crawler.gate import HostGate, host_gate
from crawler.middlewares.guard import EXPECTS, Expected
from storage.crawls.robots import StoredRobots
from storage.errors import StorageError
from storage.records import Outcome

logger = logging.getLogger(__name__)

PRODUCT_TOKEN = "Dragoman"  # noqa: S105 - the name that robots.txt files know us by, not a secret


@dataclass(frozen=True, slots=True)
class RobotsConfig:
    """Limits of robots.txt.

    `max_bytes`: RFC 9309 section 2.5 asks for at least 500 KiB. `max_redirects`: section 2.3.1.2. `lifetime`: section 2.4, shorter when
    Cache-Control says so, and `shortest_life` however it is put: many servers mark all they send as not to be kept, and a file asked for
    before every page would double the load. `unreachable_wait`: how soon rules that could not be read are asked for again; the frontier's
    own first wait.
    """

    max_bytes: int = 500 * 1024
    max_redirects: int = 5
    lifetime: timedelta = timedelta(hours=24)
    shortest_life: timedelta = timedelta(minutes=10)
    unreachable_wait: timedelta = timedelta(minutes=15)


CONFIG = RobotsConfig()


@dataclass(frozen=True, slots=True)
class RobotsRules:
    """What one origin lets us do, until `expires_at`.

    `unreachable` is the reason why nothing is allowed for now, and `outcome` what that makes of a candidate: robots_denied, timeout, or
    network_error when there is nobody to be asked. `rules` is None when everything is allowed.
    """

    rules: Protego | None = None
    unreachable: str = ""
    not_before: datetime | None = None
    outcome: Outcome = Outcome.ROBOTS_DENIED
    expires_at: datetime | None = None

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
    return RobotsRules(Protego.parse("\n".join(_AGENT_LINE.sub(_agent, line) for line in lines)))


# As generous as the parser is with how the field is written.
_AGENT_LINE = re.compile(r"\s*user[- ]?agent\s*[:\s]([^#]*)", re.IGNORECASE)
_PRODUCT = re.compile(r"[A-Za-z_-]+")


def _agent(line: re.Match[str]) -> str:
    """Write whom a group is for as plainly as the parser needs it.

    The parser compares whole values and would miss 'Dragoman/1.0' or take 'Drago' for us; section 2.2.1 compares product tokens, in any
    case. All others become one agent: the parser hands every rule to every agent named above it, which a file can make slow.
    """
    value = line[1].strip()
    if value == "*":
        return "User-agent: *"
    product = _PRODUCT.match(value)
    ours = product is not None and product[0].lower() == PRODUCT_TOKEN.lower()
    return f"User-agent: {PRODUCT_TOKEN if ours else 'x'}"


def lifetime_of(cache_control: str, config: RobotsConfig = CONFIG) -> timedelta:
    """Read from Cache-Control how long a robots.txt may be used. Source: RFC 9309 section 2.4, RFC 9111 section 5.2.2."""
    directives = {name.strip().lower(): value.strip(' "') for name, _, value in (part.partition("=") for part in cache_control.split(","))}
    if {"no-cache", "no-store"} & directives.keys():
        return config.shortest_life
    seconds = directives.get("max-age", "")
    if not re.fullmatch(r"[0-9]{1,9}", seconds):
        return config.lifetime
    return min(max(timedelta(seconds=int(seconds)), config.shortest_life), config.lifetime)


def learn_crawl_delay(gate: HostGate, request: Request, response: Response) -> None:
    """Take the Crawl-delay out of a robots.txt as soon as it is there.

    The middleware reads the file a moment later, when the turn on the host is left and another crawl could come too soon.
    """
    if request.meta.get(EXPECTS) != Expected.ROBOTS or response.status != 200:
        return
    asked = urlsplit(request.meta.get("redirect_urls", [request.url])[0])
    if asked.hostname != urlparse_cached(request).hostname:
        return  # rules that are kept elsewhere say nothing of the host that keeps them
    try:
        body = decode_body(response.body, headers_of(response).get("content-encoding", ""))
    except PageError:
        return
    gate.set_crawl_delay(asked.hostname or "", parse_robots(body).crawl_delay_seconds, f"{asked.scheme}://{asked.netloc}")


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
        self._known: dict[str, asyncio.Task[RobotsRules]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsMiddleware:
        """Take the crawl's gate, and listen to arriving bytes, to hang up on a file without end."""
        middleware = cls(crawler, host_gate(crawler))
        crawler.signals.connect(middleware.bytes_received, signal=signals.bytes_received)
        return middleware

    async def process_request(self, request: Request) -> None:
        """Let a request pass.

        Raises: FetchRefused with robots_denied; with network_error or timeout when the host cannot be reached at all; with blocked or
        unsafe_url when it must not be asked.
        """
        if request.meta.get(EXPECTS) == Expected.ROBOTS:
            return
        parts = urlparse_cached(request)
        origin = f"{parts.scheme}://{parts.netloc}"
        rules = await self._rules_of(origin)
        self._gate.set_crawl_delay(parts.hostname or "", rules.crawl_delay_seconds, origin)
        reason = rules.denial(request.url)
        if reason is not None:
            raise FetchRefused(rules.outcome, reason, not_before=rules.not_before)

    def bytes_received(self, data: bytes, request: Request) -> None:
        """Stop a robots.txt that is longer than what is read of it."""
        if request.meta.get(EXPECTS) != Expected.ROBOTS:
            return
        received = request.meta["robots_bytes"] = request.meta.get("robots_bytes", 0) + len(data)
        if received > self._config.max_bytes:
            raise StopDownload(fail=False)

    async def _rules_of(self, origin: str) -> RobotsRules:
        task = self._known.get(origin)
        if task is None or self._is_stale(task):
            task = self._known[origin] = asyncio.ensure_future(self._find(origin))
        # Shielded: the first request to ask may be cancelled, the others still wait.
        return await asyncio.shield(task)

    def _is_stale(self, task: asyncio.Task[RobotsRules]) -> bool:
        if not task.done():
            return False
        if task.cancelled() or task.exception() is not None:
            return True
        expires_at = task.result().expires_at
        return expires_at is not None and self._now() >= expires_at

    async def _find(self, origin: str) -> RobotsRules:
        """Take the rules that an earlier run has kept, else ask for them."""
        shelf = self._gate.shelf
        try:
            stored = await shelf.robots_of(origin, self._now()) if shelf is not None else None
        except StorageError as error:
            logger.warning("The robots.txt kept for %s cannot be read, so it is asked for again: %s", origin, error)
            stored = None
        return self._read(stored) if stored is not None else await self._fetch(origin)

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
                return await self._keep(origin, refused.http_status, b"")  # more redirects than are followed
            return self._unreachable(refused.reason)
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the rules could not be read, and outcome_of logs what is new to it
            outcome, reason = outcome_of(error) or (Outcome.ROBOTS_DENIED, str(error))
            if outcome is not Outcome.TIMEOUT and not is_unreachable(error):
                outcome = Outcome.ROBOTS_DENIED
            return self._unreachable(reason, outcome=outcome)
        if response.status == 429 or response.status >= 500:
            return self._unreachable(f"HTTP {response.status}", not_before(response, self._now()))
        body = response.body[: self._config.max_bytes + 1] if 200 <= response.status < 300 else b""
        return await self._keep(origin, response.status, body, headers_of(response).get("cache-control", ""))

    async def _keep(self, origin: str, status: int, body: bytes, cache_control: str = "") -> RobotsRules:
        """Put an answer on the shelf for the next run, and read it."""
        now = self._now()
        answer = StoredRobots(origin, now, now + lifetime_of(cache_control, self._config), status, body)
        try:
            if self._gate.shelf is not None:
                await self._gate.shelf.keep_robots(answer)
        except StorageError as error:
            logger.warning("The robots.txt of %s cannot be kept: %s", origin, error)
        return self._read(answer)

    def _read(self, answer: StoredRobots) -> RobotsRules:
        rules = parse_robots(answer.body, self._config) if 200 <= answer.status < 300 else RobotsRules()
        return replace(rules, expires_at=answer.expires_at)

    def _unreachable(self, reason: str, until: datetime | None = None, outcome: Outcome = Outcome.ROBOTS_DENIED) -> RobotsRules:
        soonest = self._now() + self._config.unreachable_wait
        later = max(until, soonest) if until else soonest
        return RobotsRules(unreachable=reason, not_before=later, outcome=outcome, expires_at=soonest)

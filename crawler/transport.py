"""The one way to the network: Scrapy's HTTP/1.1 client behind the address guard, the host gate and a limit on headers.

Redirects, retries and robots.txt fetches all pass here, whatever a middleware forgot.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from time import monotonic
from typing import Any

from scrapy import Request
from scrapy.core.downloader.handlers import http11
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError, DownloadCancelledError, DownloadFailedError, DownloadTimeoutError
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.defer import Deferred
from twisted.web._newclient import ParseError
from twisted.web.iweb import IResponse

from crawler.failures import FetchRefused, headers_of, outcome_of, root_causes, was_heard
from crawler.gate import SHORTEST_PAUSE_SECONDS, WAITS_FOR_TURN, host_gate
from crawler.host_turns import HostTurns, LastContact, Turn, TurnGivenUp, lock_directory
from crawler.middlewares.addresses import unsafe_reason
from crawler.middlewares.resolver import guarded_resolver
from crawler.middlewares.robots import learn_crawl_delay
from crawler.pace import Sign, sign_of_status
from crawler.warc.archiving import ARCHIVED, FETCHED_AT, RECORD, Archive
from storage.records import Outcome

# Real news sites send 15 to 60 header lines and up to 20 KB; servers themselves stop at 100 lines and 8 to 64 KB. The limit is set well
# above that: 300,000 lines kept the reactor busy for ten seconds, 200 take well under a millisecond.
MAX_HEADER_LINES = 200
MAX_HEADER_BYTES = 64 * 1024


class HeaderFlood(Exception):
    """A server sends headers without end."""


class NotHttp(Exception):
    """A server answers in another protocol, or as HTTP/0.9 did."""


class _LimitedParser(_LenientHTTPClientParser):
    """Look at the first bytes, count header lines, those of interim (1xx) answers too, and give up past the limit."""

    beginning = b""
    header_lines = 0
    header_bytes = 0

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        if len(self.beginning) < 5:
            self.beginning = (self.beginning + data[:5])[:5]
            if not b"HTTP/".startswith(self.beginning.upper()):
                raise NotHttp
        super().dataReceived(data)  # type: ignore[no-untyped-call]

    def lineLengthExceeded(self, line: bytes) -> None:  # noqa: N802 - Twisted's name; it would hang up without a word
        raise HeaderFlood(f"one of its header lines has more than {len(line):,} bytes")

    def lineReceived(self, line: bytes) -> None:  # noqa: N802 - Twisted's name
        self.header_lines += 1
        self.header_bytes += len(line)
        if self.header_lines > MAX_HEADER_LINES + 1 or self.header_bytes > MAX_HEADER_BYTES:
            raise HeaderFlood(f"more than {MAX_HEADER_LINES} header lines or {MAX_HEADER_BYTES:,} bytes of them")
        super().lineReceived(line)


class _LimitedProtocol(_LenientHTTP11ClientProtocol):
    def request(self, request: Any) -> Deferred[IResponse]:
        answer = super().request(request)
        # The client makes its parser inside request(); Scrapy swaps the class in the same way.
        self._parser.__class__ = _LimitedParser
        return answer


class _LimitedFactory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: Any) -> _LimitedProtocol:  # noqa: ARG002, N802 - Twisted's signature
        return _LimitedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class GuardedTransport(HTTP11DownloadHandler):
    """Send a request unless its address is unsafe or its host asked to be left alone; never send one twice by itself."""

    def __init__(self, crawler: Crawler) -> None:
        """Read DRAGOMAN_ALLOW_PRIVATE_HOSTS and DRAGOMAN_HOST_DELAY_SECONDS, take the crawl's host gate and the folder of the host locks.

        Raises: CrawlerError for a folder that cannot be used.
        """
        super().__init__(crawler)
        # Every one of its warnings (too large, broken off) becomes an outcome in the ledger.
        logging.getLogger(http11.__name__).setLevel(logging.ERROR)
        self._allow_private = crawler.settings.getbool("DRAGOMAN_ALLOW_PRIVATE_HOSTS")
        self._default_delay_seconds = crawler.settings.getfloat("DRAGOMAN_HOST_DELAY_SECONDS")
        self._gate = host_gate(crawler)
        self._archive: Archive | None = getattr(crawler.spider, "archive", None)
        self._turns = HostTurns(lock_directory())
        self._pool._factory = _LimitedFactory  # noqa: SLF001 - where Scrapy, too, puts its own
        # Twisted would repeat a request at once when a kept-alive connection turns out dead: faster than any host delay.
        self._pool.retryAutomatically = False

    async def download_request(self, request: Request) -> Response:
        """Fetch one address.

        Sets `elapsed_ms`, `requests` and `fetched_at` in `request.meta`, and with an archive what `crawler.warc.archiving` says.
        Raises: FetchRefused for what is not sent, not read or not archived, else Scrapy's download errors.
        """
        from twisted.internet import reactor  # noqa: PLC0415 - must not be imported before Scrapy chose which one

        host = urlparse_cached(request).hostname or ""
        reason = unsafe_reason(request.url, allow_private=self._allow_private)
        if reason is not None:
            raise FetchRefused(Outcome.UNSAFE_URL, reason, url=request.url)
        resolver = guarded_resolver(reactor, self._crawler)
        self._gate.check(host)
        turn = await self._turn(request, host)
        quiet_until: datetime | None = None
        try:
            turn.begin(self._pause_seconds(host))
            with self._gate.visit(host):
                response = await self._exchange(request)
            quiet_until = self._note_answer(request, host, response)
            learn_crawl_delay(self._gate, request, response)
        except CannotResolveHostError as error:
            if host in resolver.refusals:
                raise FetchRefused(Outcome.UNSAFE_URL, resolver.refusals[host], url=request.url) from error
            self._note_failure(request, host, error)
            raise
        except Exception as error:
            self._note_failure(request, host, error)
            raise
        finally:
            quiet_seconds = quiet_until.timestamp() if quiet_until is not None else 0.0
            turn.leave(self._pause_seconds(host), quiet_seconds, f"HTTP {response.status}" if quiet_until is not None else "")
            self._hold_slot(request, host)
        if self._archive is not None:
            await self._archive.keep(request, response, self._crawler)
        return response

    def _pause_seconds(self, host: str) -> float:
        return self._gate.delay_seconds(host, self._default_delay_seconds)

    async def _turn(self, request: Request, host: str) -> Turn:
        """Wait until no other crawl of this machine asks the host, and its last exchange is long enough ago; see `crawler.host_turns`.

        Raises: FetchRefused when the host must be left alone, which may have been told to another crawl, or to us meanwhile.
        """
        request.meta[WAITS_FOR_TURN] = True
        try:
            turn = await self._turns.take(host, self._pause_seconds(host), lambda: self._gate.stopping)
        except TurnGivenUp:
            raise FetchRefused(Outcome.BLOCKED, "the crawl was stopped") from None
        except OSError as error:
            later = datetime.now(UTC) + self._gate.config.too_many_wait
            reason = f"the lock of {host} cannot be taken, so another crawl may be asking it: {error}"
            raise FetchRefused(Outcome.BLOCKED, reason, not_before=later) from error
        finally:
            del request.meta[WAITS_FOR_TURN]
        try:
            self._keep_quiet(host, turn.last)
            self._gate.check(host)
        except FetchRefused:
            turn.give_back()
            raise
        return turn

    def _keep_quiet(self, host: str, last: LastContact | None) -> None:
        """Obey what the server asked of another crawl. Raises: FetchRefused."""
        now = datetime.now(UTC)
        if last is None or last.quiet_until <= now.timestamp():
            return
        until = min(datetime.fromtimestamp(min(last.quiet_until, 1e11), UTC), now + self._gate.config.max_deferral)
        reason = f"{last.reason} to another crawl of this machine"
        self._gate.defer(host, until, reason)
        raise FetchRefused(Outcome.BLOCKED, f"{host} is left alone until {until.isoformat(timespec='seconds')}: {reason}", not_before=until)

    def _note_answer(self, request: Request, host: str, response: Response) -> datetime | None:
        """Let the gate learn from an answer; return until when the server asked to be left alone."""
        sign = sign_of_status(response.status)
        latency = request.meta.get("download_latency")
        self._gate.note(host, sign, latency_seconds=latency, floor_seconds=self._default_delay_seconds)
        if response.status < 500:
            self._gate.succeeded(host)
        elif not request.meta.get("retry_times"):  # one page that fails twice is one failure
            self._gate.failed(host, f"HTTP {response.status}", heard=True)
        return self._gate.answered(host, response.status, headers_of(response).get("retry-after"))

    def _note_failure(self, request: Request, host: str, error: Exception) -> None:
        """Let the gate learn from a failure of the host; what we do not read is none."""
        if isinstance(error, FetchRefused | DownloadCancelledError):
            return
        strained = isinstance(error, DownloadTimeoutError)
        self._gate.note(host, Sign.STRAINED if strained else Sign.FAULTY, floor_seconds=self._default_delay_seconds)
        if not request.meta.get("retry_times"):
            verdict = outcome_of(error)
            self._gate.failed(host, verdict[1] if verdict else type(error).__name__, heard=was_heard(error))

    async def _exchange(self, request: Request) -> Response:
        started = monotonic()
        request.meta.pop("download_latency", None)  # of the hop before
        request.meta["requests"] = request.meta.get("requests", 0) + 1  # kept over redirects and second tries
        request.meta[FETCHED_AT] = datetime.now(UTC)
        for of_the_hop_before in (ARCHIVED, RECORD):
            request.meta.pop(of_the_hop_before, None)
        try:
            return await super().download_request(request)
        except DownloadFailedError as error:
            for cause in root_causes(error):
                if isinstance(cause, HeaderFlood):
                    raise FetchRefused(Outcome.MALFORMED, str(cause)) from error
                if isinstance(cause, ParseError | NotHttp | ValueError):  # ValueError: two lengths, or one that is no number
                    raise FetchRefused(Outcome.MALFORMED, "the answer is not HTTP") from error
            raise
        finally:
            request.meta["elapsed_ms"] = round((monotonic() - started) * 1000)

    def _hold_slot(self, request: Request, host: str) -> None:
        """Let the download slot count its delay from the end of this exchange.

        Scrapy counts from the moment it begins to send. The server sees a request only when the connection stands, so two arrivals could be
        closer than the delay by the time it took to connect; from end to start they cannot.
        """
        slot = self._crawler.engine.downloader.slots.get(request.meta.get("download_slot", host))
        if slot is not None:
            slot.lastseen = self._gate.last_seen(host)
            slot.delay = max(SHORTEST_PAUSE_SECONDS, self._pause_seconds(host))

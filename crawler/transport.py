"""The one way to the network: Scrapy's HTTP/1.1 client behind the address guard, the host gate and a limit on headers.

Redirects, retries and robots.txt fetches all pass here, whatever a middleware forgot.
"""

from __future__ import annotations

import logging
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
from scrapy.exceptions import CannotResolveHostError, DownloadFailedError
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.defer import Deferred
from twisted.web._newclient import ParseError
from twisted.web.iweb import IResponse

from crawler.failures import FetchRefused, headers_of, root_causes
from crawler.gate import host_gate
from crawler.middlewares.addresses import unsafe_reason
from crawler.middlewares.resolver import guarded_resolver
from storage.records import Outcome

# Real news sites send 15 to 60 header lines and up to 20 KB; servers themselves stop at 100 lines and 8 to 64 KB. The limit is set well
# above that: 300,000 lines kept the reactor busy for ten seconds, 200 take well under a millisecond.
MAX_HEADER_LINES = 200
MAX_HEADER_BYTES = 64 * 1024


class HeaderFlood(Exception):
    """A server sends headers without end."""


class _LimitedParser(_LenientHTTPClientParser):
    """Count header lines, those of interim (1xx) answers too, and give up past the limit."""

    header_lines = 0
    header_bytes = 0

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
        """Read DRAGOMAN_ALLOW_PRIVATE_HOSTS and take the crawl's host gate."""
        super().__init__(crawler)
        # Every one of its warnings (too large, broken off) becomes an outcome in the ledger.
        logging.getLogger(http11.__name__).setLevel(logging.ERROR)
        self._allow_private = crawler.settings.getbool("DRAGOMAN_ALLOW_PRIVATE_HOSTS")
        self._gate = host_gate(crawler)
        self._pool._factory = _LimitedFactory  # noqa: SLF001 - where Scrapy, too, puts its own
        # Twisted would repeat a request at once when a kept-alive connection turns out dead: faster than any host delay.
        self._pool.retryAutomatically = False

    async def download_request(self, request: Request) -> Response:
        """Fetch one address.

        Sets `request.meta["elapsed_ms"]`. Raises: FetchRefused for what is not sent or not read, else Scrapy's download errors.
        """
        from twisted.internet import reactor  # noqa: PLC0415 - must not be imported before Scrapy chose which one

        host = urlparse_cached(request).hostname or ""
        reason = unsafe_reason(request.url, allow_private=self._allow_private)
        if reason is not None:
            raise FetchRefused(Outcome.UNSAFE_URL, reason, url=request.url)
        resolver = guarded_resolver(reactor, self._crawler)
        try:
            self._gate.check(host)
            with self._gate.visit(host):
                response = await self._exchange(request)
        except CannotResolveHostError as error:
            if host in resolver.refusals:
                raise FetchRefused(Outcome.UNSAFE_URL, resolver.refusals[host], url=request.url) from error
            raise
        finally:
            self._hold_slot(request, host)
        self._gate.answered(host, response.status, headers_of(response).get("retry-after"))
        return response

    async def _exchange(self, request: Request) -> Response:
        started = monotonic()
        try:
            return await super().download_request(request)
        except DownloadFailedError as error:
            for cause in root_causes(error):
                if isinstance(cause, HeaderFlood):
                    raise FetchRefused(Outcome.MALFORMED, str(cause)) from error
                if isinstance(cause, ParseError):
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

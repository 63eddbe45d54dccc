"""The probe spider: ask for a few addresses, hand over what came of each, ask for what that makes worth asking."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple, Protocol

from scrapy import Request, Spider
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.failures import headers_of, http_status, not_before, outcome_of
from crawler.gate import HostGate
from crawler.middlewares.guard import EXPECTS, Expected
from crawler.survey.probing import Reply

_PERMANENT = frozenset({301, 308})  # RFC 9110 sections 15.4.2 and 15.4.9


class Ask(NamedTuple):
    """An address to ask for, what it should be, and what the errand knows it by."""

    url: str
    expects: Expected
    about: Any = None


class Errand(Protocol):
    """What the spider is sent for."""

    def first(self) -> Sequence[Ask]:
        """Name what to ask for to begin with."""

    async def answered(self, ask: Ask, reply: Reply) -> Sequence[Ask]:
        """Take what came of it, and name what to ask for next."""


class ProbeSpider(Spider):
    """Run an errand through the guarded, polite stack; `fault` is what went wrong on our side."""

    name = "probe"

    def __init__(self, errand: Errand, **kwargs: Any) -> None:
        """Take the errand."""
        super().__init__(**kwargs)
        self.errand = errand
        self.host_gate = HostGate()
        self.fault: Exception | None = None

    async def start(self) -> AsyncIterator[Any]:
        """Ask for what comes first."""
        for ask in self.errand.first():
            yield self._request(ask)

    def _request(self, ask: Ask) -> Request:
        return Request(
            ask.url,
            callback=self.answered,
            errback=self.failed,
            cb_kwargs={"ask": ask},
            meta={EXPECTS: ask.expects},
            dont_filter=True,
        )

    async def answered(self, response: Response, ask: Ask) -> AsyncIterator[Any]:
        """Hand over an answer."""
        async for request in self._handed_over(ask, response):
            yield request

    async def failed(self, failure: Failure) -> AsyncIterator[Any]:
        """Hand over that none came."""
        async for request in self._handed_over(failure.request.cb_kwargs["ask"], failure):  # type: ignore[attr-defined] # Scrapy sets it
            yield request

    async def _handed_over(self, ask: Ask, result: Response | Failure) -> AsyncIterator[Request]:
        if self.fault is not None:
            return
        try:
            following = await self.errand.answered(ask, reply_of(ask.url, result))
        except Exception as error:  # noqa: BLE001 - Scrapy would only log it; whoever sent us must know
            self.fault = error
            return
        for further in following:
            yield self._request(further)


def reply_of(url: str, result: Response | Failure) -> Reply:
    """Say in plain values what came of a request."""
    verdict = outcome_of(result)
    request = result.request if isinstance(result, Response) else getattr(result, "request", None)
    meta = request.meta if request is not None else {}
    final_url = result.url if isinstance(result, Response) else (request.url if request is not None else url)
    return Reply(
        url=url,
        final_url=final_url,
        outcome=verdict[0] if verdict else None,
        reason=verdict[1] if verdict else "",
        http_status=http_status(result),
        moved_to=moved_to([*meta.get("redirect_urls", ()), final_url], meta.get("redirect_reasons", ())),
        temporary=not_before(result, datetime.now(UTC)) is not None,
        body=result.body if isinstance(result, Response) and verdict is None else b"",
        content_type=headers_of(result).get("content-type", "") if isinstance(result, Response) else "",
        elapsed_ms=meta.get("elapsed_ms"),
    )


def moved_to(urls: Sequence[str], reasons: Sequence[object]) -> str | None:
    """Return where permanent redirects led.

    Args: the addresses in the order in which they were asked; the status of each redirect between them. What comes after a temporary
    redirect is temporary, too.
    Returns: the last address that the first one was moved to for good, None when it was not.
    """
    permanent = 0
    for reason in reasons:
        if reason not in _PERMANENT:
            break
        permanent += 1
    return urls[permanent] if permanent else None

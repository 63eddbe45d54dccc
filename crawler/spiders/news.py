"""The news spider: poll the channels of each source, put what is new into the frontier, then fetch what the frontier says is due.

Discovery and articles share one spider, so that one gate spaces the requests to a host, whatever they ask for.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

from scrapy import Request, Spider
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.desk import Desk
from crawler.middlewares.guard import EXPECTS
from crawler.plan import SourcePlan
from crawler.walks import Channel
from crawler.warc.archiving import NotArchived
from storage.crawls.records import FrontierEntry

CHANNEL_PRIORITY = 10  # discovery before articles: the sooner all is known, the better it can be shared out


class NewsSpider(Spider):
    """Crawl the sources that a `Desk` has planned."""

    name = "news"

    def __init__(self, desk: Desk, **kwargs: Any) -> None:
        """Take the desk: what to do, and who writes it down."""
        super().__init__(**kwargs)
        self.desk = desk
        self.host_gate = desk.gate  # where transport, robots and politeness look for it

    async def start(self) -> AsyncIterator[Any]:
        """Ask for every channel of every source that is due; a source without any goes on to its articles."""
        for plan in self.desk.plans:
            channels = await self.desk.channels.due(plan)
            for channel in channels:
                yield self._channel_request(plan, channel)
            if not channels:
                for request in self._article_requests(plan, await self.desk.articles_due(plan)):
                    yield request

    def _channel_request(self, plan: SourcePlan, channel: Channel) -> Request:
        return Request(
            channel.url,
            callback=self.channel_answered,
            errback=self.channel_failed,
            headers=self.desk.channels.conditional_headers(plan, channel),
            cb_kwargs={"plan": plan, "channel": channel},
            meta={EXPECTS: str(channel.kind)},
            priority=CHANNEL_PRIORITY,
            dont_filter=True,
        )

    async def channel_answered(self, response: Response, plan: SourcePlan, channel: Channel) -> AsyncIterator[Any]:
        """Read a channel, follow the channels that it names, and fetch articles once the last one has answered."""
        for child in await self.desk.channels.answered(plan, channel, response):
            yield self._channel_request(plan, child)
        async for request in self._channel_done(plan):
            yield request

    async def channel_failed(self, failure: Failure) -> AsyncIterator[Any]:
        """Note a channel that gave no answer; the others of the source go on."""
        if isinstance(failure.value, NotArchived):  # the crawl is being ended
            return
        about = failure.request.cb_kwargs  # type: ignore[attr-defined] # Scrapy sets it
        await self.desk.channels.failed(about["plan"], about["channel"], failure)
        async for request in self._channel_done(about["plan"]):
            yield request

    async def _channel_done(self, plan: SourcePlan) -> AsyncIterator[Request]:
        plan.open_channels -= 1
        if plan.open_channels == 0:
            for request in self._article_requests(plan, await self.desk.articles_due(plan)):
                yield request

    def _article_requests(self, plan: SourcePlan, entries: Sequence[FrontierEntry]) -> Iterator[Request]:
        for entry in entries:
            yield Request(
                entry.url,
                callback=self.article_answered,
                errback=self.article_failed,
                headers=self.desk.visit_headers(entry),
                meta=self.desk.visit_meta(entry),
                cb_kwargs={"plan": plan, "entry": entry},
                dont_filter=True,
            )

    async def article_answered(self, response: Response, plan: SourcePlan, entry: FrontierEntry) -> AsyncIterator[Any]:
        """Hand the page to the pipelines, and ask for more when few are on their way."""
        yield self.desk.received(plan, entry, response)
        for request in self._article_requests(plan, await self.desk.article_answered(plan)):
            yield request

    async def article_failed(self, failure: Failure) -> AsyncIterator[Any]:
        """Hand the failure to the pipelines: it is an outcome too."""
        if isinstance(failure.value, NotArchived):  # the crawl is being ended; the candidate keeps its place in the frontier
            return
        about = failure.request.cb_kwargs  # type: ignore[attr-defined] # Scrapy sets it
        yield self.desk.not_received(about["plan"], about["entry"], failure)
        for request in self._article_requests(about["plan"], await self.desk.article_answered(about["plan"])):
            yield request

"""The news spider: poll the channels of each source, put what is new into the frontier, then fetch what the frontier says is due.

Discovery and articles share one spider, so that one gate spaces the requests to a host, whatever they ask for.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from scrapy import Request, Spider
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.desk import Desk
from crawler.middlewares.guard import EXPECTS
from crawler.plan import Channel, SourcePlan
from storage.records import FrontierEntry

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
        """Ask for every channel of every source."""
        for plan in self.desk.plans:
            plan.open_channels = len(plan.channels())
            for channel in plan.channels():
                yield self._channel_request(plan, channel)

    def _channel_request(self, plan: SourcePlan, channel: Channel) -> Request:
        return Request(
            channel.url,
            callback=self.channel_answered,
            errback=self.channel_failed,
            headers=self.desk.conditional_headers(plan, channel),
            cb_kwargs={"plan": plan, "channel": channel},
            meta={EXPECTS: str(channel.kind)},
            priority=CHANNEL_PRIORITY,
            dont_filter=True,
        )

    async def channel_answered(self, response: Response, plan: SourcePlan, channel: Channel) -> AsyncIterator[Any]:
        """Read a feed or sitemap, follow the sitemaps that it names, and fetch articles once the last channel has answered."""
        for child in await self.desk.channel_answered(plan, channel, response):
            plan.open_channels += 1
            yield self._channel_request(plan, child)
        async for request in self._channel_done(plan):
            yield request

    async def channel_failed(self, failure: Failure) -> AsyncIterator[Any]:
        """Note a channel that gave no answer; the others of the source go on."""
        about = failure.request.cb_kwargs  # type: ignore[attr-defined] # Scrapy sets it
        await self.desk.channel_failed(about["plan"], about["channel"], failure)
        async for request in self._channel_done(about["plan"]):
            yield request

    async def _channel_done(self, plan: SourcePlan) -> AsyncIterator[Request]:
        plan.open_channels -= 1
        if plan.open_channels == 0:
            for entry in await self.desk.articles_due(plan):
                yield self._article_request(plan, entry)

    def _article_request(self, plan: SourcePlan, entry: FrontierEntry) -> Request:
        return Request(
            entry.url,
            callback=self.article_answered,
            errback=self.article_failed,
            cb_kwargs={"plan": plan, "entry": entry},
            dont_filter=True,
        )

    async def article_answered(self, response: Response, plan: SourcePlan, entry: FrontierEntry) -> Any:
        """Hand the page to the pipelines."""
        return self.desk.received(plan, entry, response)

    async def article_failed(self, failure: Failure) -> Any:
        """Hand the failure to the pipelines: it is an outcome too."""
        about = failure.request.cb_kwargs  # type: ignore[attr-defined] # Scrapy sets it
        return self.desk.not_received(about["plan"], about["entry"], failure)

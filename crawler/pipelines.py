"""What happens to a received page: extract and judge it in the worker pool, then store it with the next batch."""

from __future__ import annotations

import asyncio
from typing import NoReturn, Self

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from crawler.desk import Attempted, Desk, Received
from crawler.errors import CrawlerError
from crawler.pool import WorkersCannotStart
from crawler.spiders.news import NewsSpider
from crawler.warc.writer import ArchiveError
from storage.errors import StorageError


class _DeskPipeline:
    """A pipeline that works for the spider's desk."""

    def __init__(self, crawler: Crawler) -> None:
        """Remember the crawler; its spider does not exist yet."""
        self._crawler = crawler
        self._closing: asyncio.Future[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the pipeline as Scrapy does."""
        return cls(crawler)

    @property
    def desk(self) -> Desk:
        """Return the desk of the running spider."""
        spider: Spider | None = self._crawler.spider
        if not isinstance(spider, NewsSpider):
            raise TypeError("the pipelines work for the news spider only")
        return spider.desk

    def end_crawl(self, error: CrawlerError | StorageError) -> NoReturn:
        """End the crawl for a fault that is ours and not the page's; the page keeps its place in the frontier.

        Raises: DropItem, by which the page leaves the pipelines without an outcome.
        """
        if self._closing is None:
            self._closing = asyncio.ensure_future(self._crawler.engine.close_spider_async(reason=str(error)))
        raise DropItem(str(error)) from error


class ExtractPipeline(_DeskPipeline):
    """Turn a received page into an attempt, in a worker process that can be killed."""

    async def process_item(self, item: Received | Attempted) -> Attempted:
        """Extract and judge a page; what has failed before passes through. When no worker can be started, the crawl ends."""
        if isinstance(item, Attempted):
            return item
        try:
            return await self.desk.judge(item)
        except WorkersCannotStart as error:
            self.end_crawl(error)


class StorePipeline(_DeskPipeline):
    """Write the attempt; the item is done when it is on the disk."""

    async def process_item(self, item: Attempted) -> Attempted:
        """Store one attempt with the next batch. When the database or the archive cannot be written, the crawl ends."""
        try:
            await self.desk.store(item)
        except (StorageError, ArchiveError) as error:
            self.end_crawl(error)
        return item

    async def close_spider(self) -> None:
        """Write what still waits."""
        await self.desk.flush()

"""Send the probe spider on an errand: one reactor run, through the same guards and manners as a crawl."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from crawler.settings import user_agent
from crawler.spiders.probe import Errand, ProbeSpider


@dataclass(frozen=True, slots=True)
class InquiryOptions:
    """How an inquiry behaves; as `crawler.crawl.CrawlOptions`, without what concerns articles."""

    delay_seconds: float | None = None
    contact: str | None = None
    allow_private_hosts: bool = False


def inquire(errand: Errand, options: InquiryOptions) -> str:
    """Run an errand to its end. Scrapy's reactor cannot be started again: one inquiry a process.

    Returns: Scrapy's word for why it ended, 'finished' unless it was interrupted.
    Raises: whatever the errand raised.
    """
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    settings.setdict(_settings(options), priority="cmdline")
    process = AsyncCrawlerProcess(settings, install_root_handler=False)
    running = process.create_crawler(ProbeSpider)
    process.crawl(running, errand=errand)
    process.start()
    spider = running.spider
    if isinstance(spider, ProbeSpider) and spider.fault is not None:
        raise spider.fault
    return str(running.stats.get_value("finish_reason", "it did not start"))


def _settings(options: InquiryOptions) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "USER_AGENT": user_agent(options.contact),
        "DRAGOMAN_ALLOW_PRIVATE_HOSTS": options.allow_private_hosts,
        "ITEM_PIPELINES": {},  # no articles come of it
    }
    if options.delay_seconds is not None:
        settings["DRAGOMAN_HOST_DELAY_SECONDS"] = options.delay_seconds
    return settings

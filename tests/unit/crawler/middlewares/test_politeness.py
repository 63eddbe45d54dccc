"""Every host has its own slot with its own pace."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request, Spider
from scrapy.core.downloader import Slot
from scrapy.crawler import Crawler
from scrapy.utils.test import get_crawler

from crawler.failures import FetchRefused
from crawler.gate import HostGate
from crawler.middlewares.politeness import Politeness

HOST = "qarnabad-post.example"


class FakeDownloader:
    """Make slots as Scrapy's downloader does."""

    def __init__(self) -> None:
        """Begin without slots."""
        self.slots: dict[str, Slot] = {}
        self.per_slot_settings: dict[str, dict[str, Any]] = {}

    def _get_slot(self, request: Request) -> tuple[str, Slot]:
        key = request.meta["download_slot"]
        self.slots.setdefault(key, Slot(8, 0.0))
        return key, self.slots[key]


@pytest.fixture
def crawler() -> Crawler:
    crawler = get_crawler(Spider, {"DRAGOMAN_HOST_DELAY_SECONDS": 2.0})
    crawler.spider = Spider("any", host_gate=HostGate())
    crawler.engine = SimpleNamespace(downloader=FakeDownloader())  # type: ignore[assignment]
    return crawler


def pace(crawler: Crawler, url: str, **meta: Any) -> Slot:
    request = Request(url, meta=meta)
    Politeness.from_crawler(crawler).process_request(request)
    return crawler.engine.downloader.slots[request.meta["download_slot"]]


def test_slot_obeys_the_default(crawler: Crawler) -> None:
    assert pace(crawler, f"https://{HOST}/a").delay == 2.0
    assert crawler.engine.downloader.per_slot_settings == {HOST: {"concurrency": 1, "delay": 2.0, "jitter": 0.0}}


def test_slot_obeys_the_hosts_own_wish_once_it_is_known(crawler: Crawler) -> None:
    pace(crawler, f"https://{HOST}/a")
    crawler.spider.host_gate.set_crawl_delay(HOST, 9.0)  # type: ignore[union-attr]
    assert pace(crawler, f"https://{HOST}/b").delay == 9.0


def test_new_slot_knows_of_earlier_visits(crawler: Crawler) -> None:
    gate: HostGate = crawler.spider.host_gate  # type: ignore[union-attr]
    with gate.visit(HOST):
        pass
    assert pace(crawler, f"https://{HOST}/a").lastseen == gate.last_seen(HOST) > 0


def test_redirect_leaves_the_slot_of_the_first_host(crawler: Crawler) -> None:
    pace(crawler, "https://other.example/a", download_slot=HOST)
    assert set(crawler.engine.downloader.slots) == {"other.example"}


def test_host_that_must_be_left_alone_is_refused(crawler: Crawler) -> None:
    crawler.spider.host_gate.defer(HOST, datetime.now(UTC) + timedelta(hours=1), "it said so")  # type: ignore[union-attr]
    with pytest.raises(FetchRefused, match="it said so"):
        pace(crawler, f"https://{HOST}/a")

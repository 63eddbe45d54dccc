"""Give every host its pause: one request at a time, a delay between them, and none at all while it asked to be left alone.

The waiting itself is done by Scrapy's download slots, one a host; this middleware sets what they obey. `crawler.transport` counts the delay
from the end of an exchange, lets it follow how the host does, and looks at the gate once more before a request that waited in its slot is
sent. Among several crawls of one machine, the turns of `crawler.host_turns` keep the same pauses.
"""

from __future__ import annotations

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.utils.httpobj import urlparse_cached

from crawler.gate import SHORTEST_PAUSE_SECONDS, HostGate, host_gate


class Politeness:
    """Set the pace of a request's host before the request is queued; behind robots.txt, whose Crawl-delay counts."""

    def __init__(self, crawler: Crawler, gate: HostGate, default_delay_seconds: float) -> None:
        """Take the crawl, its gate and the pause between two requests to a host that asks for nothing else."""
        self._crawler = crawler
        self._gate = gate
        self._default_delay_seconds = default_delay_seconds

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Politeness:
        """Read DRAGOMAN_HOST_DELAY_SECONDS and take the crawl's gate."""
        return cls(crawler, host_gate(crawler), crawler.settings.getfloat("DRAGOMAN_HOST_DELAY_SECONDS"))

    def process_request(self, request: Request) -> None:
        """Set the slot of the request's host. Raises: FetchRefused while the host must be left alone."""
        host = urlparse_cached(request).hostname or ""
        self._gate.check(host)
        request.meta["download_slot"] = host  # a redirect to another host must not keep the slot of the first
        downloader = self._crawler.engine.downloader
        delay_seconds = max(SHORTEST_PAUSE_SECONDS, self._gate.delay_seconds(host, self._default_delay_seconds))
        downloader.per_slot_settings[host] = {"concurrency": 1, "delay": delay_seconds, "jitter": 0.0}
        _, slot = downloader._get_slot(request)  # noqa: SLF001 - Scrapy makes slots when it queues, and a new one knows no past
        slot.delay = delay_seconds
        slot.lastseen = max(slot.lastseen, self._gate.last_seen(host))

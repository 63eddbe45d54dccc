"""Give up soon on what never answers, and on nothing else: a busy machine is slow with every answer, and that is no misbehaviour."""

from __future__ import annotations

from typing import Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler

#: Before Scrapy's own middleware for it, which leaves alone what has a limit already.
MIDDLEWARES = {"tests.integration.impatience.Impatience": 340}


class Impatience:
    """Downloader middleware: the addresses in IMPATIENT_WITH (host and path) have IMPATIENT_SECONDS, all others what is usual."""

    def __init__(self, addresses: frozenset[str], seconds: float) -> None:
        """Take the addresses, and how long they may take."""
        self._addresses, self._seconds = addresses, seconds

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Read the settings."""
        return cls(frozenset(crawler.settings.getlist("IMPATIENT_WITH")), crawler.settings.getfloat("IMPATIENT_SECONDS"))

    def process_request(self, request: Request) -> None:
        """Set the limit of a request."""
        parts = urlsplit(request.url)
        if f"{parts.hostname}{parts.path}" in self._addresses:
            request.meta["download_timeout"] = self._seconds


def without_waits(log: str) -> str:
    """Return what a crawl said less what it says on a busy machine: that it stood still for a while."""
    return "".join(line for line in log.splitlines(keepends=True) if "The crawl stood still for " not in line)

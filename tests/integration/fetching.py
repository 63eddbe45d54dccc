"""Fetch addresses with the project's Scrapy settings and say what came of each: `python -m tests.integration.fetching < job.json`.

A reactor cannot be started twice in one process, so every crawl of the tests is a process of its own. Job: `urls` (address, or
[address, what it is expected to be]), `settings`, `deferred` (host to ISO time), `names` (host name to IP addresses, in place of DNS),
`longest_own_pause_seconds` (how far a strained host may slow the crawl down; little, unless that is what is tested).
"""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response
from scrapy.settings import Settings
from twisted.python.failure import Failure

from crawler.failures import http_status, not_before, outcome_of
from crawler.gate import GateConfig, HostGate
from crawler.middlewares.guard import EXPECTS
from crawler.pace import PaceConfig
from tests.integration.impatience import MIDDLEWARES


class FetchingSpider(Spider):
    """Ask for every address once and note the verdict."""

    name = "fetching"

    urls: list[Any]
    results: list[dict[str, Any]]
    host_gate: HostGate

    async def start(self) -> AsyncIterator[Any]:
        for entry in self.urls:
            url, expects = entry if isinstance(entry, list) else (entry, "page")
            meta = {EXPECTS: expects, "asked": url}
            yield Request(url, callback=self.note, errback=self.note, meta=meta, dont_filter=True)

    def note(self, result: Response | Failure) -> None:
        meta = result.request.meta  # type: ignore[union-attr]
        verdict = outcome_of(result)
        until = not_before(result, datetime.now(UTC))
        self.results.append(
            {
                "url": meta["asked"],
                "outcome": verdict[0] if verdict else "fetched",
                "reason": verdict[1] if verdict else "",
                "status": http_status(result),
                "not_before": until.isoformat() if until else None,
                "elapsed_ms": meta.get("elapsed_ms"),
                "body": result.body.decode("latin-1")[:300] if isinstance(result, Response) else None,
                "size": len(result.body) if isinstance(result, Response) else None,
            }
        )


def main() -> None:
    job = json.load(sys.stdin)
    names: dict[str, list[str]] = job.get("names", {})
    real = socket.getaddrinfo

    def lookup(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
        if host not in names:
            return real(host, port, *args, **kwargs)
        return [entry for ip in names[host] for entry in real(ip, port, *args, **kwargs)]

    socket.getaddrinfo = lookup
    from twisted.internet import _resolver  # noqa: PLC0415

    _resolver.GAIResolver.__init__.__defaults__ = (None, lookup)

    settings = Settings()
    settings.setmodule("crawler.settings")
    settings.set("SPIDER_MODULES", [])
    settings.set("ITEM_PIPELINES", {})
    settings.set("DOWNLOADER_MIDDLEWARES", {**settings.getdict("DOWNLOADER_MIDDLEWARES"), **MIDDLEWARES})
    settings.update(job.get("settings", {}), priority="cmdline")
    config = GateConfig(pace=PaceConfig(max_delay_seconds=job.get("longest_own_pause_seconds", 0.05)))
    gate = HostGate({host: datetime.fromisoformat(at) for host, at in job.get("deferred", {}).items()}, config=config)
    results: list[dict[str, Any]] = []
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(FetchingSpider)
    process.crawl(crawler, urls=job["urls"], results=results, host_gate=gate)
    process.start()
    stats = {key: value for key, value in crawler.stats.get_stats().items() if isinstance(value, int | float | str)}
    deferred = {host: at.isoformat() for host, at in gate.deferred.items()}
    json.dump({"results": results, "deferred": deferred, "stats": stats}, sys.stdout)


if __name__ == "__main__":
    main()

"""Stop a crawl promptly: finish what is on the wire, let go of what still waits for its host's pause.

Scrapy closes a spider only after every request that it has taken up is answered, those that wait in their host's download slot included.
With 30 of them and a Crawl-delay of a minute, Ctrl-C would take half an hour. They were never sent, so they have no outcome: they wait in
the frontier for the next run, as if they had not been taken up.
"""

from __future__ import annotations

import asyncio

from scrapy import signals
from scrapy.crawler import Crawler
from twisted.python.failure import Failure

from crawler.failures import FetchRefused
from crawler.gate import WAITS_FOR_TURN, host_gate
from storage.records import Outcome

_TICK_SECONDS = 0.2


class PromptStop:
    """Scrapy extension: once the spider is closing, empty the queues in front of the network."""

    def __init__(self, crawler: Crawler) -> None:
        """Take the crawl."""
        self._crawler = crawler
        self._timer: asyncio.TimerHandle | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> PromptStop:
        """Run from the opening of the spider to its end."""
        extension = cls(crawler)
        crawler.signals.connect(extension.start, signal=signals.spider_opened)
        crawler.signals.connect(extension.stop, signal=signals.spider_closed)
        return extension

    def start(self) -> None:
        """Begin to look whether the spider is closing; Scrapy has no signal for it."""
        self._timer = asyncio.get_running_loop().call_later(_TICK_SECONDS, self._tick)

    def stop(self) -> None:
        """Look no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _tick(self) -> None:
        slot = self._crawler.engine._slot  # noqa: SLF001 - the one place that knows
        if slot is not None and slot.closing is not None:
            self.release()
        self.start()

    def release(self) -> None:
        """Let go of every request that is not on the wire, without telling the spider of it."""
        downloader = self._crawler.engine.downloader
        taken_up = {request for slot in downloader.slots.values() for request in slot.transferring}
        on_the_wire = {request for request in taken_up if WAITS_FOR_TURN not in request.meta}
        for request in downloader.active - on_the_wire:
            request.errback = None
        host_gate(self._crawler).stopping = True  # nobody hears any more of those that wait for a turn
        for slot in downloader.slots.values():
            while slot.queue:
                _, waiting = slot.queue.popleft()
                waiting.errback(Failure(FetchRefused(Outcome.BLOCKED, "the crawl was stopped")))  # type: ignore[no-untyped-call]

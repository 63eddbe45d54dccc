"""Do something to a crawl in its midst, at a request that was chosen: the site strikes, before it answers.

A test that watches from outside and then strikes presumes that the crawl has not gone on to its end meanwhile, which no busy machine
promises. Here the crawl cannot go on: what it asked for is answered after the blow.
"""

from __future__ import annotations

import queue
import signal
import threading
import time
from collections.abc import Callable

from crawler.demo.server import DemoSite, RequestLog, ServedRequest
from tests import commands

#: For what comes in a second when nothing else runs.
PATIENT_SECONDS = 90.0


class Prey:
    """A program that is to be struck, perhaps before the test knows it."""

    def __init__(self) -> None:
        """Begin without it."""
        self._found: queue.SimpleQueue[commands.Command] = queue.SimpleQueue()

    def is_(self, program: commands.Command) -> commands.Command:
        """Say which it is."""
        self._found.put(program)
        return program

    def strike(self, weapon: signal.Signals = signal.SIGKILL) -> None:
        """Send it a signal, as soon as it is known."""
        self._found.get(timeout=PATIENT_SECONDS).strike(weapon)


class Ambush(RequestLog):
    """The log of a demo site, into which every request is written before it is answered."""

    def __init__(self, site: DemoSite) -> None:
        """Lie in wait at a site that is on the air."""
        super().__init__()
        self._pages = {(article.outlet, article.url.split("/", 3)[3]) for article in site.articles()}
        self._waiting = threading.Lock()
        self._at = 0
        self._blow: Callable[[], None] = lambda: None
        self.struck = False
        site.requests = self
        for server in site._servers:
            server.log = self

    def at_article(self, number: int, blow: Callable[[], None]) -> None:
        """Strike at the request that makes so many for articles, and hold its answer until that is done."""
        self._at, self._blow = number, blow

    def append(self, entry: ServedRequest) -> None:
        """Write a request down, or strike."""
        super().append(entry)
        with self._waiting:
            now = bool(self._at) and self.articles_asked_for() >= self._at
            self._at = 0 if now else self._at
        if now:
            self._blow()
            self.struck = True

    def articles_asked_for(self) -> int:
        """Count the requests for articles."""
        return sum((request.outlet, request.path.lstrip("/")) in self._pages for request in self)


def wait_until(holds: Callable[[], object], what: str) -> None:
    """Wait for something that comes in any case. Raises: AssertionError when it has not come for long."""
    give_up_at = time.monotonic() + PATIENT_SECONDS
    while not holds():
        assert time.monotonic() < give_up_at, f"in {PATIENT_SECONDS:g} s it did not come that {what}"
        time.sleep(0.02)

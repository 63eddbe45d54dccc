"""Do work in the order in which it is given, in a thread behind the one that gives it, and never be far behind."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self

#: So many pieces of work may wait: one is made while one is done, and a row group takes as long to pack as some pages to read.
_BACKLOG = 4


class Behind:
    """One thread that works off a short queue: reading and packing release Python's lock, so both go on at once.

    What a piece of work raises comes out of the next `submit`, or of `drain`.
    """

    def __init__(self) -> None:
        """Start no thread before there is work."""
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="export")
        self._waiting: deque[Future[Any]] = deque()

    def submit(self, work: Callable[..., Any], *arguments: Any) -> None:
        """Have something done after all that was given before; wait while too much of that is undone."""
        while len(self._waiting) >= _BACKLOG:
            self._waiting.popleft().result()
        self._waiting.append(self._pool.submit(work, *arguments))

    def drain(self) -> None:
        """Wait until all is done."""
        while self._waiting:
            self._waiting.popleft().result()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Give up what has not begun, and wait for what has."""
        self._pool.shutdown(wait=True, cancel_futures=True)

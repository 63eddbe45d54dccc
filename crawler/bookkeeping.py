"""The crawl's only way to the database: one thread that writes, so the reactor never waits for a disk.

Attempts are gathered into batches; each batch is one transaction that holds the articles, the ledger rows and the settled candidates, so a
kill at any moment loses no candidate and doubles no article.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import ParamSpec, TypeVar

from storage import articles, frontier, hosts, sources
from storage.database import Database
from storage.frontier import AddedCounts
from storage.records import Attempt, FeedState, FrontierEntry, Saved

BATCH_SIZE = 50
BATCH_SECONDS = 0.5  # how long an attempt may wait for company before it is written

P = ParamSpec("P")
T = TypeVar("T")


class Bookkeeper:
    """Write what a crawl finds, in order, from one thread."""

    def __init__(self, database: Database) -> None:
        """Take an open database; the caller closes it after `close`."""
        self._database = database
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="bookkeeper")
        self._waiting: list[tuple[int, Attempt, asyncio.Future[Saved]]] = []
        self._timer: asyncio.TimerHandle | None = None
        self._writes: set[asyncio.Task[None]] = set()

    async def _call(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, lambda: function(*args, **kwargs))

    async def discovered(self, run_id: int, entries: Sequence[FrontierEntry], *, counted: bool) -> AddedCounts:
        """Put candidates into the frontier and count which of them are new."""
        return await self._call(frontier.add, self._database, run_id, entries, counted=counted)

    async def due(self, source_id: str, limit: int) -> list[FrontierEntry]:
        """Return what of a source waits to be fetched now."""
        return await self._call(frontier.take, self._database, source_id, limit=limit, now=datetime.now(UTC))

    async def feed_polled(self, state: FeedState) -> None:
        """Remember how a feed answered."""
        await self._call(sources.save_feed_states, self._database, [state])

    async def host_deferred(self, host: str, until: datetime, reason: str) -> None:
        """Remember, across runs, that a host asked to be left alone."""
        await self._call(hosts.defer, self._database, host, until, reason)

    async def save(self, run_id: int, attempt: Attempt) -> Saved:
        """Store one attempt with the next batch.

        Returns: what became of it, once it is on the disk.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Saved] = loop.create_future()
        self._waiting.append((run_id, attempt, future))
        if len(self._waiting) >= BATCH_SIZE:
            self._start_batch()
        elif self._timer is None:
            self._timer = loop.call_later(BATCH_SECONDS, self._start_batch)
        return await future

    def _start_batch(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        batch, self._waiting = self._waiting, []
        if batch:
            task = asyncio.get_running_loop().create_task(self._write(batch))
            self._writes.add(task)
            task.add_done_callback(self._writes.discard)

    async def _write(self, batch: Sequence[tuple[int, Attempt, asyncio.Future[Saved]]]) -> None:
        run_of: Mapping[str, int] = {attempt.source_id: run_id for run_id, attempt, _ in batch}
        try:
            saved = await self._call(articles.save_batch, self._database, run_of, [attempt for _, attempt, _ in batch])
        except BaseException as error:  # noqa: BLE001 - whoever waits for the batch must hear of it, whatever it is
            for _, _, future in batch:
                if not future.done():
                    future.set_exception(error)
            return
        for (_, _, future), result in zip(batch, saved, strict=True):
            if not future.done():
                future.set_result(result)

    async def flush(self) -> None:
        """Write what waits, and wait until it is written."""
        self._start_batch()
        if self._writes:
            await asyncio.gather(*self._writes)

    def close(self) -> None:
        """End the thread once its work is done."""
        self._thread.shutdown(wait=True)

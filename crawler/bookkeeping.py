"""The crawl's only way to the database: one thread that writes, so the reactor never waits for a disk.

Attempts are gathered into batches; each batch is one transaction that holds the articles, the ledger rows and the settled candidates, so a
kill at any moment loses no candidate and doubles no article.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import ParamSpec, TypeVar

from crawler.warc.notes import CandidateNote
from crawler.warc.writer import WarcWriter
from storage import articles
from storage.crawls import archived, channels, frontier, hosts, robots, visits
from storage.crawls.channels import Answer
from storage.crawls.frontier import AddedCounts
from storage.crawls.hosts import HostMemory
from storage.crawls.records import FrontierEntry
from storage.crawls.robots import StoredRobots
from storage.database import Database
from storage.records import ArchivePlace, Attempt, Saved

BATCH_SIZE = 50
BATCH_SECONDS = 0.5  # how long an attempt may wait for company before it is written

P = ParamSpec("P")
T = TypeVar("T")

_Waiting = tuple[int, Attempt, CandidateNote | None, "asyncio.Future[Saved]"]


class Bookkeeper:
    """Write what a crawl finds, in order, from one thread."""

    def __init__(self, database: Database, archive: WarcWriter | None = None) -> None:
        """Take an open database and the archive of the crawl; the caller closes them after `close`."""
        self._database = database
        self._archive = archive
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="bookkeeper")
        self._waiting: list[_Waiting] = []
        self._timer: asyncio.TimerHandle | None = None
        self._writes: set[asyncio.Task[None]] = set()

    async def _call(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, lambda: function(*args, **kwargs))

    async def discovered(self, run_id: int, entries: Sequence[FrontierEntry], *, counted: bool) -> AddedCounts:
        """Put candidates into the frontier and count which of them are new."""
        return await self._call(frontier.add, self._database, run_id, entries, counted=counted)

    async def due(self, source_id: str, limit: int, besides: Collection[str], backfill_id: int | None = None) -> list[FrontierEntry]:
        """Return what of a source waits to be fetched now, besides what is on its way."""
        now = datetime.now(UTC)
        return await self._call(
            frontier.take, self._database, source_id, limit=limit, now=now, besides=frozenset(besides), backfill_id=backfill_id
        )

    async def pending(self, source_id: str, backfill_id: int | None) -> int:
        """Count what of a source waits to be fetched now."""
        return await self._call(frontier.pending, self._database, source_id, datetime.now(UTC), backfill_id)

    async def visits_due(self, source_id: str, limit: int, besides: Collection[str]) -> list[FrontierEntry]:
        """Return the articles of a source that are to be visited again now."""
        return await self._call(visits.due, self._database, source_id, limit=limit, now=datetime.now(UTC), besides=frozenset(besides))

    async def channel_answered(self, answer: Answer) -> AddedCounts:
        """Write what a channel answered and what it named, in one transaction."""
        return await self._call(channels.note, self._database, answer)

    async def host_deferred(self, host: str, until: datetime, reason: str) -> None:
        """Remember, across runs, that a host asked to be left alone."""
        await self._call(hosts.defer, self._database, host, until, reason)

    async def hosts_learned(self, memories: Sequence[HostMemory]) -> None:
        """Remember, across runs, the pace and the failures of hosts."""
        await self._call(hosts.remember, self._database, memories)

    async def robots_of(self, origin: str, now: datetime) -> StoredRobots | None:
        """Return the robots.txt that is kept of an origin and not expired."""
        return await self._call(robots.get, self._database, origin, now)

    async def keep_robots(self, answer: StoredRobots) -> None:
        """Keep a robots.txt for the next run."""
        await self._call(robots.put, self._database, answer)

    async def archived(self, canonical_urls: Sequence[str]) -> dict[str, ArchivePlace]:
        """Return where the texts of articles stand in the archive, so far as there is one."""
        if self._archive is None or not canonical_urls:
            return {}
        return await self._call(archived.places, self._database, canonical_urls)

    async def save(self, run_id: int, attempt: Attempt, note: CandidateNote | None = None) -> Saved:
        """Store one attempt with the next batch; `note` goes into the archive before it.

        Returns: what became of it, once it is on the disk.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Saved] = loop.create_future()
        self._waiting.append((run_id, attempt, note, future))
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

    def _keep(self, run_of: Mapping[str, int], batch: Sequence[_Waiting]) -> list[Saved]:
        """Write a batch. What it names of the archive is on the disk before it is committed."""
        if self._archive is not None:
            self._archive.note(note for _, _, note, _ in batch if note is not None)
        return articles.save_batch(self._database, run_of, [attempt for _, attempt, _, _ in batch])

    async def _write(self, batch: Sequence[_Waiting]) -> None:
        run_of: Mapping[str, int] = {attempt.source_id: run_id for run_id, attempt, _, _ in batch}
        try:
            saved = await self._call(self._keep, run_of, batch)
        except BaseException as error:  # noqa: BLE001 - whoever waits for the batch must hear of it, whatever it is
            for *_, future in batch:
                if not future.done():
                    future.set_exception(error)
            return
        for (*_, future), result in zip(batch, saved, strict=True):
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

"""Keep what the transport received: from Scrapy's requests and responses to the WARC writer, off the reactor's thread."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Headers, Response

from crawler.failures import FetchRefused
from crawler.middlewares.guard import EXPECTS, Expected
from crawler.warc.notes import Written
from crawler.warc.writer import CONFIG, ArchiveConfig, ArchiveError, Exchange, WarcWriter
from storage.records import Outcome

FETCHED_AT = "fetched_at"  # request.meta: when the exchange began
ARCHIVED = "archived"  # request.meta: the ArchivePlace of the bytes received
RECORD = "archive_record"  # request.meta: what was Written
EARLIER = "archived_before"  # request.meta: the ArchivePlace of what was received at the last visit


class NotArchived(FetchRefused):
    """An answer that could not be archived: it is as if it had not been asked for, and the crawl ends."""

    def __init__(self, reason: str) -> None:
        """Pass where a host must be left alone: rules of robots.txt that depend on it stay unknown."""
        super().__init__(Outcome.BLOCKED, reason)


class Archive:
    """The archive of one crawl: one thread that writes records in the order in which answers came."""

    def __init__(self, writer: WarcWriter) -> None:
        """Take an open writer; whoever opened it closes it, after `finish`."""
        self.writer = writer
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="archive")
        self._closing: asyncio.Future[None] | None = None

    async def keep(self, request: Request, response: Response, crawler: Crawler) -> None:
        """Write an exchange, and note in the request where it stands.

        Raises: NotArchived when it cannot be written; the crawl is then being ended in good order.
        """
        meta = request.meta
        exchange = Exchange(
            url=response.url,
            method=request.method,
            request_headers=_lines(request.headers),
            status=response.status,
            headers=_lines(response.headers),
            body=response.body,
            fetched_at=meta[FETCHED_AT],
            protocol=response.protocol or "HTTP/1.1",
            ip_address=str(response.ip_address) if response.ip_address else None,
            truncated=_truncation(request, response),
            earlier=meta.get(EARLIER) if not meta.get("redirect_times") else None,
        )
        try:
            written = await asyncio.get_running_loop().run_in_executor(self._thread, self.writer.exchange, exchange)
        except ArchiveError as error:
            if self._closing is None:
                self._closing = asyncio.ensure_future(crawler.engine.close_spider_async(reason=str(error)))
            raise NotArchived(str(error)) from error
        meta[RECORD], meta[ARCHIVED] = written, written.bytes_at

    def finish(self) -> None:
        """End the thread once its work is done."""
        self._thread.shutdown(wait=True)


@contextmanager
def open_archive_folder(folder: Path | None, user_agent: str, software: str, config: ArchiveConfig = CONFIG) -> Iterator[Archive | None]:
    """Open the archive of a crawl in a folder, None for no archive; close it at the end.

    Raises: ArchiveError at once when the folder cannot be written.
    """
    if folder is None:
        yield None
        return
    archive = Archive(WarcWriter(folder, software=software, user_agent=user_agent, config=config))
    try:
        yield archive
    finally:
        archive.finish()
        archive.writer.close()


def record_of(meta: Mapping[str, object]) -> Written | None:
    """Return the record of the answer to a request; None when it was not archived."""
    written = meta.get(RECORD)
    return written if isinstance(written, Written) else None


def _lines(headers: Headers) -> tuple[tuple[bytes, bytes], ...]:
    """Return headers line by line."""
    return tuple((name, value) for name, values in headers.items() for value in values)


def _truncation(request: Request, response: Response) -> str | None:
    """Say why the body was cut: a robots.txt at the length that is read of it, a file that is no page at its headers."""
    if "download_stopped" not in response.flags:
        return None
    return "length" if request.meta.get(EXPECTS) == Expected.ROBOTS else "unspecified"

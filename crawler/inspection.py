"""What the pipeline would make of pages, without a database: the `extract` command."""

from __future__ import annotations

import json
import os
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from crawler.archives import ArchivedResponse, ArchivedVisit, BadRecord, open_archive
from crawler.catalog import Catalog
from crawler.encodings import decode_body
from crawler.errors import InputError, NoText, PageError
from crawler.extraction import declared_address, extract
from crawler.outcomes import outcome_of_status
from crawler.pool import WorkerPool
from crawler.records import Dated, ExtractedArticle, Page, PageContext
from crawler.sourcebook import SourceBook
from crawler.urls import UrlError, canonical_url
from storage.errors import ExportError
from storage.records import Evidence
from storage.terminal import UsageMistake, cell, err

UNKNOWN_HOST = "unknown.invalid"  # RFC 6761: never a real host; stands in for the address of a page that was saved without it
IN_FLIGHT_PER_WORKER = 4
MAX_PAGE_BYTES = 16 * 1024 * 1024


def extract_files(
    files: Sequence[Path], *, url: str | None, output: Path | None, catalog: Catalog | None = None, source: str | None = None
) -> tuple[int, int]:
    """Extract every page of the files and write one JSON object a line.

    What the catalog knows of a page's source (its time zone, its languages, its rules) helps, as it does in a crawl; `source` is the id of
    the one that all pages are of, which is found by their addresses when it is not named.

    Returns: how many pages gave an article, and how many did not; those are named on stderr with the reason.
    Raises: InputError, UsageMistake for files that cannot be read or options that do not fit; CatalogError for a source that is not there.
    """
    own = catalog.select([source])[0].context() if catalog is not None and source is not None else None
    if url is not None:
        if len(files) != 1 or _is_archive(files[0]):
            raise UsageMistake("--url goes with a single HTML file; archives carry the addresses of their pages")
        try:
            canonical_url(url)
        except UrlError as error:
            raise UsageMistake(f"--url {url!r:.200} is not a web address") from error
    for path in files:
        _check(path)
    with _sink(output) as sink, WorkerPool() as pool:
        bench = _Bench(pool, sink)
        damage: InputError | None = None
        try:
            for name, function, payload in _pages(files, url, SourceBook(catalog), own):
                bench.put(name, function, payload)
        except InputError as error:  # said last: what could be read is written first
            damage = error
        bench.finish()
    if damage is not None:
        raise damage
    return bench.made, bench.failed


class _Bench:
    """Pages in the workers, their lines written in the order in which the pages came."""

    def __init__(self, pool: WorkerPool, sink: IO[bytes]) -> None:
        self._pool, self._sink = pool, sink
        self._waiting: deque[tuple[str, Future[bytes]]] = deque()
        self.made = self.failed = 0

    def put(self, name: str, function: Callable[[Any], bytes], payload: Any) -> None:
        self._waiting.append((name, self._pool.submit(function, payload)))
        if len(self._waiting) > self._pool.workers * IN_FLIGHT_PER_WORKER:
            self._take()

    def finish(self) -> None:
        while self._waiting:
            self._take()
        self._sink.flush()

    def _take(self) -> None:
        name, future = self._waiting.popleft()
        try:
            line = future.result()
        except PageError as error:
            self.failed += 1
            err.print(cell(f"dragoman: {name}: {error.outcome}: {error}", limit=500))
        else:
            self.made += 1
            self._sink.write(line + b"\n")


def _is_archive(path: Path) -> bool:
    return path.name.lower().endswith((".warc", ".warc.gz"))


def _check(path: Path) -> None:
    if _is_archive(path):
        open_archive(path)
    elif path.name.lower().endswith((".jsonl", ".jsonl.gz")):
        raise InputError(f"{path}: rows of a .jsonl file are texts already; 'dragoman ingest' reads them")
    elif path.is_dir():
        raise InputError(f"{path} is a folder; name the files in it")
    else:
        try:
            with path.open("rb"):
                pass
        except OSError as error:
            raise InputError(f"{path}: {os.strerror(error.errno or 0)}") from error


def _pages(files: Sequence[Path], url: str | None, book: SourceBook, own: PageContext | None) -> Iterator[tuple[str, Any, Any]]:
    for path in files:
        if not _is_archive(path):
            with path.open("rb") as file:
                body = file.read(MAX_PAGE_BYTES)
            yield str(path), extract_saved_page, (body, url, own or (book.find(url)[1] if url else PageContext()))
            continue
        for record in open_archive(path)(lambda _bytes: None):
            if isinstance(record, ArchivedVisit):
                context = own or book.adopt(record.note.source.record(), record.note.source.context())[1]
                yield record.note.url, extract_response, (record.response, replace(context, candidate=record.note.candidate()))
            if isinstance(record, ArchivedResponse):
                try:
                    context = own or book.find(record.url)[1]
                except UrlError as error:
                    record = BadRecord(record.url, str(error))  # noqa: PLW2901 - it turned out to be one
                else:
                    yield record.url, extract_response, (record, context)
            if isinstance(record, BadRecord):
                err.print(cell(f"dragoman: skipped {record.where}: {record.reason}", limit=500))


def extract_saved_page(saved: tuple[bytes, str | None, PageContext]) -> bytes:
    """Extract a page from a file, in a worker; without `--url` its own claim of its address is taken, and null when it makes none."""
    body, given, context = saved
    address = given or declared_address(body)
    page_url = address or f"https://{UNKNOWN_HOST}/"
    article = extract(Page(page_url, page_url, body, datetime.now(UTC)), context)
    return _line(article, known=address is not None)


def extract_response(archived: tuple[ArchivedResponse, PageContext]) -> bytes:
    """Extract a page of an archive, in a worker."""
    response, context = archived
    verdict = outcome_of_status(response.status, response.headers, response.body)
    if verdict is not None:
        raise NoText(f"{verdict[0]}: {verdict[1]}", url=response.url)
    headers = response.headers
    body = decode_body(response.body, headers.get("content-encoding", ""), headers.get("transfer-encoding", ""))
    page = Page(response.url, response.url, body, response.fetched_at, response.status, headers.get("content-type", ""), headers)
    return _line(extract(page, context), known=True)


def _line(article: ExtractedArticle, *, known: bool) -> bytes:
    return json.dumps(row_of(article, known=known), ensure_ascii=False).encode("utf-8", "replace")


def row_of(article: ExtractedArticle, *, known: bool) -> dict[str, Any]:
    """Return the fields of an article as `dragoman extract` writes them; `known` says whether the page's address is."""
    canonical = article.canonical_url
    return {
        "url": article.url if known else None,
        "canonical_url": None if urlsplit(canonical).hostname == UNKNOWN_HOST else canonical,
        "title": article.title,
        "text": article.text,
        "standfirst": article.standfirst,
        "body": article.body,
        "form": article.form.value,
        "next_page_url": article.next_page_url,
        "authors": list(article.authors),
        "agency": article.agency,
        "published_at": _time(article.published),
        "published_day_only": article.published.day_only if article.published else None,
        "modified_at": _time(article.modified),
        "language": article.language,
        "languages": dict(article.languages),
        "description": article.description,
        "site_name": article.site_name,
        "section": article.section,
        "keywords": list(article.keywords),
        "image_url": article.image_url,
        "paywalled": article.paywalled,
        "extractor": article.extractor,
        "evidence": {name: asdict(told) for name, told in sorted(_all_evidence(article).items())},
    }


def _all_evidence(article: ExtractedArticle) -> dict[str, Evidence]:
    """Return where each field was found, the dates among them."""
    dates = {"published_at": article.published, "modified_at": article.modified}
    return dict(article.evidence) | {name: Evidence(dated.found_in, dated.confidence) for name, dated in dates.items() if dated}


def _time(dated: Dated | None) -> str | None:
    """Write an instant with its zone; a day whose clock time is not known is written as its midnight, without a zone.

    The instant is midnight in the zone assumed, which lies between UTC-12 and UTC+12 wherever news is made.
    """
    if dated is None:
        return None
    if dated.day_only:
        return f"{(dated.at + timedelta(hours=12)).date().isoformat()}T00:00:00"
    return dated.at.isoformat()


@contextmanager
def _sink(output: Path | None) -> Iterator[IO[bytes]]:
    """Write to stdout, or to a file that gets its name only when it is whole."""
    if output is None:
        with nullcontext(sys.stdout.buffer) as stdout:
            yield stdout
        return
    part = output.with_name(f"{output.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(output)
    except OSError as error:
        raise ExportError(f"cannot write {output}: {os.strerror(error.errno or 0)}") from error
    finally:
        part.unlink(missing_ok=True)

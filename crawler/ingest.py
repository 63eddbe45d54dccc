"""Read files into the corpus through the same pipeline as a crawl, without network.

Records are read in the main process, judged in the worker pool, and stored in batches in the order in which they stand in the files, so
that two runs over the same files give the same corpus.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from crawler.archives import ArchivedResponse, ArchivedVisit, BadRecord, JsonRow, NamedStory, Record, SetAside, in_order, open_archive
from crawler.catalog import Catalog
from crawler.encodings import decode_body
from crawler.errors import InputError, PageError
from crawler.outcomes import outcome_of_status
from crawler.peers import row_of
from crawler.pool import WorkerPool
from crawler.processing import Policy, failed, process_page, process_row, tagging_ready
from crawler.records import Page, PageContext
from crawler.sourcebook import SourceBook
from crawler.urls import UrlError, canonical_url
from crawler.warc.replay import replay
from storage import articles, runs, sources
from storage.crawls import frontier
from storage.crawls.records import FrontierEntry
from storage.database import Database
from storage.records import Attempt, ChannelKind, Outcome, RunKind, RunStatus, Saved, SourceRecord
from storage.snapshots.restoring import StoredVersion

BATCH_SIZE = 50
IN_FLIGHT_PER_WORKER = 4
MAX_NAMED_FAULTS = 5
NAMED_BATCH = 500  # stories of a list put into the frontier at once


@dataclass(slots=True)
class IngestSummary:
    """What came of an ingest: outcomes of every record, records that were skipped, and files that were damaged.

    `set_aside` counts the answers in archives of our own crawls that are no article's: feeds, sitemaps, robots.txt, redirects. `waiting`
    counts the stories of lists that wait in the frontier now, `known` those that need no fetch.
    """

    run_id: int
    records: int = 0
    set_aside: int = 0
    waiting: int = 0
    known: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    skipped: list[BadRecord] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Watcher:
    """Who is told how far it is: bytes of the present file read, what was saved, and that a file is done."""

    read: Callable[[int], None] = lambda _bytes: None
    saved: Callable[[Sequence[Saved]], None] = lambda _saved: None
    next_file: Callable[[], None] = lambda: None


def process_archived(response: ArchivedResponse, context: PageContext, policy: Policy) -> Attempt:
    """Decode one archived response and process its page; runs in a worker."""
    headers = response.headers
    verdict = outcome_of_status(response.status, headers, response.body)
    size = len(response.body)
    identity = canonical_url(response.url)
    if verdict is not None:
        outcome, reason = verdict
        return failed(response.url, identity, context.source_id, response.fetched_at, outcome, reason, status=response.status, size=size)
    try:
        body = decode_body(response.body, headers.get("content-encoding", ""), headers.get("transfer-encoding", ""))
    except PageError as error:
        return failed(
            response.url, identity, context.source_id, response.fetched_at, error.outcome, str(error), status=response.status, size=size
        )
    page = Page(
        url=response.url,
        final_url=response.url,
        body=body,
        fetched_at=response.fetched_at,
        status=response.status,
        content_type=headers.get("content-type", ""),
        headers=headers,
    )
    return process_page(page, context, policy)


def ingest(
    database: Database,
    files: Sequence[Path],
    policy: Policy,
    *,
    catalog: Catalog | None = None,
    workers: int | None = None,
    watcher: Watcher | None = None,
) -> IngestSummary:
    """Read every record of the files into the database.

    Args: an open database; files that `crawler.archives` can read (all are opened once before anything is written); what is kept.
    Returns: the summary; damaged files are named in it, and what could be read of them is kept.
    Raises: InputError when a file cannot be read at all; KeyboardInterrupt after what was done has been stored.
    """
    watcher = watcher or Watcher()
    archives = [open_archive(path) for path in in_order(files)]
    book = SourceBook(catalog)
    started_at = datetime.now(UTC)
    summary = IngestSummary(runs.start(database, RunKind.INGEST, None, started_at))
    status, reason = RunStatus.LOST, ""
    try:
        with WorkerPool(workers, prepare=tagging_ready(policy)) as pool:
            line = _Line(database, pool, policy, book, summary, watcher, started_at)
            try:
                for archive in archives:
                    line.read(archive(watcher.read))
                    watcher.next_file()
            finally:
                line.drain()
        status = RunStatus.FINISHED
        reason = "; ".join(summary.damaged)
    except KeyboardInterrupt:
        status, reason = RunStatus.STOPPED, "interrupted"
        raise
    except BaseException as error:
        status, reason = RunStatus.FAILED, f"{type(error).__name__}: {error}"
        raise
    finally:
        runs.finish(database, summary.run_id, status, reason, datetime.now(UTC))
    return summary


class _Line:
    """The assembly line of one ingest: records go in, attempts come out of the workers in the same order, batches go to the database."""

    def __init__(
        self,
        database: Database,
        pool: WorkerPool,
        policy: Policy,
        book: SourceBook,
        summary: IngestSummary,
        watcher: Watcher,
        now: datetime,
    ) -> None:
        self._database, self._pool, self._policy, self._book = database, pool, policy, book
        self._summary, self._watcher, self._now = summary, watcher, now
        self._pending: deque[tuple[Future[Attempt], Attempt]] = deque()
        self._batch: list[Attempt] = []
        self._ensured: set[str] = set()
        self._named: list[FrontierEntry] = []

    def read(self, records: Iterator[Record]) -> None:
        try:
            for record in records:
                self._take(record)
        except InputError as error:
            self._summary.damaged.append(str(error))

    def _take(self, record: Record) -> None:
        if isinstance(record, BadRecord):
            self._summary.skipped.append(record)
            return
        if isinstance(record, SetAside):
            self._summary.set_aside += record.answers
            return
        try:
            self._submit(record)
        except (ValueError, UrlError) as error:
            where = _place_of(record)
            self._summary.skipped.append(BadRecord(where, str(error)))
            return
        self._summary.records += 1
        while len(self._pending) > self._pool.workers * IN_FLIGHT_PER_WORKER:
            self._collect()

    def _submit(self, record: ArchivedResponse | ArchivedVisit | JsonRow | NamedStory | StoredVersion) -> None:
        if isinstance(record, ArchivedVisit):
            note = record.note
            context = self._ensure(*self._book.adopt(note.source.record(), note.source.context()))
            lost = failed(note.url, note.canonical_url, context.source_id, note.written.fetched_at, Outcome.MALFORMED, "")
            self._pending.append((self._pool.submit(replay, record, context, self._policy), lost))
        elif isinstance(record, StoredVersion):
            self._restore(record)
        elif isinstance(record, NamedStory):
            self._name(record)
        elif isinstance(record, JsonRow):
            row = row_of(record.data, self._now)
            named = record.data.get("source")
            context = self._context(row.url, named if isinstance(named, str) else None)
            lost = failed(row.url, canonical_url(row.url), context.source_id, row.fetched_at, Outcome.MALFORMED, "")
            self._pending.append((self._pool.submit(process_row, row, context, self._policy), lost))
        else:
            context = self._context(record.url, None)
            lost = failed(record.url, canonical_url(record.url), context.source_id, record.fetched_at, Outcome.MALFORMED, "")
            self._pending.append((self._pool.submit(process_archived, record, context, self._policy), lost))

    def _restore(self, version: StoredVersion) -> None:
        """Store a version as it was; nothing is judged anew."""
        draft = version.draft
        known = PageContext(version.source.id, version.source.name, version.source.country, version.source.languages)
        self._ensure(*self._book.adopt(version.source, known))
        attempt = Attempt(
            draft.url, draft.canonical_url, draft.source_id, draft.fetched_at, draft=draft, requests=0, channel=ChannelKind.FILE,
            archived=version.archived,
        )  # fmt: skip
        done: Future[Attempt] = Future()
        done.set_result(attempt)
        self._pending.append((done, attempt))

    def _name(self, named: NamedStory) -> None:
        """Put a story into the frontier: whoever crawls its source, or `dragoman rehydrate`, fetches it."""
        story = named.story
        context = self._context(story.url, None)
        hints = {"title": story.title, "language": story.language, "published_at": story.published_at and story.published_at.isoformat()}
        entry = FrontierEntry(
            story.url, canonical_url(story.url), context.source_id, named.where.rpartition(":")[0], self._now,
            {name: value for name, value in hints.items() if value}, channel=ChannelKind.LIST,
        )  # fmt: skip
        self._named.append(entry)
        if len(self._named) >= NAMED_BATCH:
            self._flush_named()

    def _flush_named(self) -> None:
        if self._named:
            added = frontier.add(self._database, self._summary.run_id, self._named)
            self._summary.waiting += added.new + added.waiting
            self._summary.known += added.known
            self._named = []

    def _context(self, url: str, named: str | None) -> PageContext:
        """Return what is known of the source of a URL, and see to it that the database has that source."""
        return self._ensure(*self._book.find(url, named))

    def _ensure(self, source: SourceRecord, context: PageContext) -> PageContext:
        if source.id not in self._ensured:
            sources.ensure(self._database, source)
            self._ensured.add(source.id)
        return context

    def _collect(self) -> None:
        """Wait for the oldest record in the workers; a page that killed its worker is malformed, with the reason."""
        future, lost = self._pending.popleft()
        try:
            self._batch.append(future.result())
        except PageError as error:
            self._batch.append(failed(lost.candidate_url, lost.canonical_url, lost.source_id, lost.fetched_at, error.outcome, str(error)))
        if len(self._batch) >= BATCH_SIZE:
            self._flush()

    def _flush(self) -> None:
        if not self._batch:
            return
        saved = articles.save_batch(self._database, self._summary.run_id, self._batch)
        self._batch = []
        self._summary.outcomes.update(item.outcome for item in saved)
        self._watcher.saved(saved)

    def drain(self) -> None:
        """Finish what is in the workers and store it."""
        while self._pending:
            self._collect()
        self._flush()
        self._flush_named()


def _place_of(record: ArchivedResponse | ArchivedVisit | JsonRow | NamedStory | StoredVersion) -> str:
    """Say where a record stands that cannot be used."""
    match record:
        case JsonRow():
            return f"line {record.line}"
        case NamedStory():
            return record.where
        case StoredVersion():
            return record.draft.url
        case ArchivedVisit():
            return record.note.url
    return record.url

"""The desk of a crawl: it takes what comes in, decides what it means, and has it written down.

The spider asks it what to fetch, the pipelines bring it what was fetched; `channels` is its part for feeds, sitemaps and sections. Here
Scrapy's responses become records; parsing and judging go to the worker pool, writing goes to the bookkeeper, and every candidate leaves
with exactly one outcome.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.bookkeeping import Bookkeeper
from crawler.channel_desk import ChannelDesk
from crawler.discovery import Alternate
from crawler.errors import PageError
from crawler.exchange import elapsed_ms, request_meta, validators
from crawler.failures import headers_of, http_status, not_before, outcome_of
from crawler.gate import HostGate
from crawler.outcomes import retry_at
from crawler.plan import Budget, SourcePlan, Tally, is_error
from crawler.pool import WorkerPool
from crawler.processing import Policy, failed, process_crawled
from crawler.records import Page
from crawler.sourcebook import SourceBook
from crawler.urls import UrlError, canonical_url
from crawler.warc.archiving import EARLIER, record_of
from crawler.warc.notes import CandidateNote, candidate_of, note_of
from storage.crawls.hosts import HostMemory
from storage.crawls.records import FrontierEntry
from storage.records import ArchivePlace, Attempt, ChannelKind, Outcome, Saved

CHUNK = 500  # pages of one source handed to Scrapy at a time: its queue is in memory, and some archives have a million
LOW_WATER = 50  # unanswered pages of a source at which the next are asked for


@dataclass(frozen=True, slots=True)
class Received:
    """A page that answered, on its way to the workers."""

    plan: SourcePlan
    entry: FrontierEntry
    page: Page
    circumstances: Mapping[str, Any]
    note: CandidateNote | None = None


@dataclass(frozen=True, slots=True)
class Attempted:
    """What came of a candidate, on its way to the database."""

    plan: SourcePlan
    attempt: Attempt
    alternates: tuple[Alternate, ...] = ()
    note: CandidateNote | None = None


class Desk:
    """Everything that a crawl decides between the network and the database."""

    def __init__(
        self,
        plans: Sequence[SourcePlan],
        bookkeeper: Bookkeeper,
        pool: WorkerPool,
        policy: Policy,
        *,
        limit: int | None = None,
        visits: Sequence[timedelta] = (),
        memories: Mapping[str, HostMemory] | None = None,
        watcher: Callable[[Tally], None] | None = None,
    ) -> None:
        """Take the plans, who writes, who works, and what is kept.

        Args: also how many article pages are asked for at most; the ages at which an article is visited again (none: never); what
        earlier runs learned of hosts; who wants to know how far it is.
        """
        self.plans = plans
        self.tally = Tally(sources=len(plans))
        self._bookkeeper, self._pool, self._policy = bookkeeper, pool, policy
        self._budget = Budget(limit, len(plans))
        self._visits = tuple(visits)
        self._plan_of = {plan.source.id: plan for plan in plans}
        self._book = SourceBook([plan.source for plan in plans])
        self._watch = watcher or (lambda _tally: None)
        self.channels = ChannelDesk(bookkeeper, pool, self.tally, self._watch)
        self._notes: set[asyncio.Task[None]] = set()
        self._archived: dict[str, ArchivePlace] = {}
        self.gate = HostGate(on_defer=self._host_deferred, memories=memories, shelf=bookkeeper)

    def _host_deferred(self, host: str, until: datetime, reason: str) -> None:
        """Have it remembered across runs, without making the reactor wait."""
        note = asyncio.get_running_loop().create_task(self._bookkeeper.host_deferred(host, until, reason))
        self._notes.add(note)
        note.add_done_callback(self._notes.discard)

    async def articles_due(self, plan: SourcePlan) -> list[FrontierEntry]:
        """Return the next pages of a source to be fetched: due candidates first, then articles that are due for another visit.

        They come in chunks, as many in all as the limit leaves the source; an empty list says that there are no more.
        """
        if plan.exhausted:
            return []
        if plan.allowance is None:
            plan.allowance = self._budget.reserve(unlimited=plan.backfill is not None)
            if plan.backfill is not None:
                self.tally.waiting = min(plan.allowance, await self._bookkeeper.pending(plan.source.id, plan.backfill.id))
        wanted = min(CHUNK, plan.allowance)
        backfill_id = plan.backfill.id if plan.backfill else None
        entries = await self._bookkeeper.due(plan.source.id, wanted, plan.in_flight, backfill_id)
        if self._visits and backfill_id is None and len(entries) < wanted:
            waiting = plan.in_flight | {entry.canonical_url for entry in entries} | plan.visited
            visits = await self._bookkeeper.visits_due(plan.source.id, wanted - len(entries), waiting)
            plan.visited.update(entry.canonical_url for entry in visits)
            self._archived |= await self._bookkeeper.archived([entry.canonical_url for entry in visits])
            entries += visits
        plan.in_flight.update(entry.canonical_url for entry in entries)
        plan.allowance -= len(entries)
        if len(entries) < CHUNK:
            plan.exhausted = True
            self._budget.give_back(plan.allowance)
        plan.requested += len(entries)
        plan.unanswered += len(entries)
        self.tally.requested += len(entries)
        if plan.done:
            self._source_done()
        self._watch(self.tally)
        return entries

    async def article_answered(self, plan: SourcePlan) -> list[FrontierEntry]:
        """Count an answer, and return the next pages when few are left on their way."""
        plan.unanswered -= 1
        return await self.articles_due(plan) if plan.unanswered <= LOW_WATER else []

    @staticmethod
    def visit_headers(entry: FrontierEntry) -> dict[str, str]:
        """Return the headers by which a page that is visited again can be called not modified."""
        return validators(entry.etag, entry.last_modified)

    def visit_meta(self, entry: FrontierEntry) -> dict[str, Any]:
        """Return what the transport is told of a page that is visited again: where its last text stands in the archive."""
        place = self._archived.pop(entry.canonical_url, None)
        return {EARLIER: place} if place is not None else {}

    def received(self, plan: SourcePlan, entry: FrontierEntry, response: Response) -> Received | Attempted:
        """Judge an answer by its status; a page goes on to be read."""
        now = response.meta.get("fetched_at") or datetime.now(UTC)
        verdict = outcome_of(response)
        if verdict is not None:
            return self._not_read(plan, entry, *verdict, response=response, now=now)
        headers = headers_of(response)
        page = Page(
            url=entry.url,
            final_url=response.url,
            body=response.body,
            fetched_at=now,
            status=response.status,
            content_type=headers.get("content-type", ""),
            headers=headers,
        )
        return Received(plan, entry, page, self._circumstances(entry, response), _archive_note(plan, entry, response))

    def not_received(self, plan: SourcePlan, entry: FrontierEntry, failure: Failure) -> Attempted:
        """Judge a fetch that gave no answer."""
        outcome, reason = outcome_of(failure) or (Outcome.MALFORMED, "unreadable")
        return self._not_read(plan, entry, outcome, reason, response=failure, now=datetime.now(UTC))

    def _not_read(
        self, plan: SourcePlan, entry: FrontierEntry, outcome: Outcome, reason: str, *, response: Response | Failure, now: datetime
    ) -> Attempted:
        status = http_status(response)
        size = len(response.body) if isinstance(response, Response) else None
        attempt = failed(entry.url, entry.canonical_url, plan.source.id, now, outcome, reason, status=status, size=size)
        again = retry_at(outcome, status, entry.attempts, now, not_before(response, now))
        if entry.channel is ChannelKind.REVISIT and not (outcome is Outcome.BLOCKED and status is None):
            again = None  # the next planned visit will do
        attempt = replace(attempt, retry_at=again, **self._circumstances(entry, response))
        return Attempted(plan, attempt, note=_archive_note(plan, entry, response, outcome, reason))

    def _circumstances(self, entry: FrontierEntry, result: Response | Failure) -> dict[str, Any]:
        """Return what an attempt says of its exchange besides what came of it."""
        headers = headers_of(result) if isinstance(result, Response) else {}
        return {
            "elapsed_ms": elapsed_ms(result),
            "requests": request_meta(result).get("requests", 0),
            "etag": headers.get("etag"),
            "last_modified": headers.get("last-modified"),
            "visits": self._visits,
            "channel": entry.channel,
            "archived": request_meta(result).get("archived"),
        }

    async def judge(self, received: Received) -> Attempted:
        """Extract, tag and judge a page in a worker; a page that kills its worker is malformed, and the crawl goes on."""
        plan, entry, page = received.plan, received.entry, received.page
        context = replace(plan.source.context(), candidate=candidate_of(entry.url, entry.found_in, entry.hints))
        # an article that is in the corpus stays there, whatever it has become
        policy = replace(self._policy, keep_irrelevant=True) if entry.known else self._policy
        alternates: tuple[Alternate, ...] = ()
        try:
            attempt, alternates = await self._pool.run(process_crawled, page, context, policy)
        except PageError as error:
            attempt = failed(
                page.url,
                entry.canonical_url,
                plan.source.id,
                page.fetched_at,
                error.outcome,
                str(error),
                status=page.status,
                size=len(page.body),
            )
        attempt = replace(_as_known(attempt, entry), canonical_url=entry.canonical_url, **received.circumstances)
        return Attempted(plan, attempt, alternates, received.note)

    async def store(self, item: Attempted) -> Saved:
        """Have an attempt written, then count it."""
        saved = await self._bookkeeper.save(item.plan.run_id, item.attempt, item.note)
        if item.alternates and saved.article_id is not None and item.plan.backfill is None:
            await self._alternates_named(item)
        item.plan.in_flight.discard(item.attempt.canonical_url)
        item.plan.outcomes[saved.outcome] += 1
        self.tally.outcomes[saved.outcome] += 1
        self.tally.errors += is_error(saved.outcome)
        if item.plan.done:
            self._source_done()
        self._watch(self.tally)
        return saved

    async def _alternates_named(self, item: Attempted) -> None:
        """Note the other language editions of an article: candidates of whichever planned source they belong to, for its next crawl."""
        entries: dict[int, list[FrontierEntry]] = {}
        now = datetime.now(UTC)
        for alternate in item.alternates:
            try:
                identity = canonical_url(alternate.url)
                owner = self._plan_of.get(self._book.find(alternate.url)[0].id)
            except UrlError:
                continue
            if owner is not None and identity != item.attempt.canonical_url:
                found_in = item.attempt.candidate_url
                hints = {"language": alternate.language}
                entry = FrontierEntry(alternate.url, identity, owner.source.id, found_in, now, hints, channel=ChannelKind.ALTERNATE)
                entries.setdefault(owner.run_id, []).append(entry)
        for run_id, named in entries.items():
            await self._bookkeeper.discovered(run_id, named, counted=False)

    async def flush(self) -> None:
        """Write what still waits."""
        await self._bookkeeper.flush()
        if self._notes:
            await asyncio.gather(*self._notes)
        await self._bookkeeper.hosts_learned(self.gate.learned())

    def _source_done(self) -> None:
        self.tally.sources_done += 1


def _as_known(attempt: Attempt, entry: FrontierEntry) -> Attempt:
    """Keep the canonical URL under which an article is stored, when only the form of canonical URLs has changed since."""
    draft = attempt.draft
    if draft is None or entry.channel is not ChannelKind.REVISIT or draft.canonical_url == entry.canonical_url:
        return attempt
    if _present_form(entry.canonical_url) != draft.canonical_url:
        return attempt
    also_at = (*attempt.also_at, draft.canonical_url)
    return replace(attempt, draft=replace(draft, canonical_url=entry.canonical_url), also_at=also_at)


def _present_form(stored: str) -> str | None:
    try:
        return canonical_url(stored)
    except UrlError:  # it was one in its time
        return None


def _archive_note(
    plan: SourcePlan, entry: FrontierEntry, result: Response | Failure, outcome: Outcome | None = None, reason: str = ""
) -> CandidateNote | None:
    """Note for the archive what its record of this answer cannot say; None when there is no archive, or no answer."""
    written = record_of(request_meta(result))
    return note_of(plan.source, entry, written, outcome, reason) if written is not None else None

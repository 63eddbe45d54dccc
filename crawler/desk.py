"""The desk of a crawl: it takes what comes in, decides what it means, and has it written down.

The spider asks it what to fetch, the pipelines bring it what was fetched. Here Scrapy's responses become records; parsing and judging go to
the worker pool, writing goes to the bookkeeper, and every candidate leaves with exactly one outcome.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.bookkeeping import Bookkeeper
from crawler.discovery import FeedItem
from crawler.discovery.feeds import parse_feed
from crawler.discovery.sitemaps import parse_sitemap
from crawler.errors import FeedError, PageError
from crawler.failures import headers_of, http_status, not_before, outcome_of
from crawler.gate import HostGate
from crawler.outcomes import retry_at
from crawler.plan import Budget, Channel, ChannelKind, SourcePlan, Tally, is_error
from crawler.pool import WorkerPool, WorkersCannotStart
from crawler.processing import Policy, failed, process_page
from crawler.records import Candidate, Page
from crawler.urls import UrlError, canonical_url
from storage.records import Attempt, FeedState, FrontierEntry, Outcome, Saved

MAX_SITEMAP_DEPTH = 2
MAX_CHILD_SITEMAPS = 5  # of one index, the newest: a crawl wants the news, the archive is for backfill
RECENT = timedelta(days=7)  # what a sitemap names that is older than its newest entry by more is archive, not news


@dataclass(frozen=True, slots=True)
class Received:
    """A page that answered, on its way to the workers."""

    plan: SourcePlan
    entry: FrontierEntry
    page: Page
    elapsed_ms: int | None


@dataclass(frozen=True, slots=True)
class Attempted:
    """What came of a candidate, on its way to the database."""

    plan: SourcePlan
    attempt: Attempt


class Named(NamedTuple):
    """What a channel names: articles, sitemaps to read as well, and remarks on what was not understood."""

    items: tuple[FeedItem, ...]
    children: tuple[Channel, ...]
    skipped: tuple[str, ...]


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
        deferred: Mapping[str, datetime] | None = None,
        watcher: Callable[[Tally], None] | None = None,
    ) -> None:
        """Take the plans, who writes, who works, and what is kept.

        Args: also how many article pages are asked for at most; until when which hosts asked to be left alone; who wants to know how far
        it is.
        """
        self.plans = plans
        self.tally = Tally(sources=len(plans))
        self._bookkeeper, self._pool, self._policy = bookkeeper, pool, policy
        self._budget = Budget(limit, len(plans))
        self._watch = watcher or (lambda _tally: None)
        self._notes: set[asyncio.Task[None]] = set()
        self.gate = HostGate(deferred, self._host_deferred)

    def _host_deferred(self, host: str, until: datetime, reason: str) -> None:
        """Have it remembered across runs, without making the reactor wait."""
        note = asyncio.get_running_loop().create_task(self._bookkeeper.host_deferred(host, until, reason))
        self._notes.add(note)
        note.add_done_callback(self._notes.discard)

    # -- discovery ------------------------------------------------------------------------------------------------------------------

    def conditional_headers(self, plan: SourcePlan, channel: Channel) -> dict[str, str]:
        """Return the headers that let the server say 'not modified' (RFC 9110 section 13)."""
        state = plan.states.get(channel.url)
        asked = {"If-None-Match": state and state.etag, "If-Modified-Since": state and state.last_modified}
        return {name: value for name, value in asked.items() if value}

    async def channel_answered(self, plan: SourcePlan, channel: Channel, response: Response) -> Sequence[Channel]:
        """Note what a channel names.

        Returns: child sitemaps to read as well.
        """
        self.tally.channels += 1
        plan.polled += 1
        verdict = outcome_of(response)
        if verdict is not None and verdict[0] is not Outcome.NOT_MODIFIED:
            await self._channel_ill(plan, channel, *verdict)
            return []
        state = self._answered_state(plan, channel, response)
        if verdict is not None:
            plan.unmodified += 1
            await self._bookkeeper.feed_polled(replace(state, status=str(verdict[0]), items=self._last_items(plan, channel)))
            return []
        try:
            items, children, skipped = await self._parse(plan, channel, response)
        except (FeedError, PageError, WorkersCannotStart) as error:
            await self._channel_ill(plan, channel, Outcome.MALFORMED, str(error))
            return []
        if skipped:
            more = f" (and {len(skipped) - 1} more remarks)" if len(skipped) > 1 else ""
            plan.remarks.append(f"{channel.url}: {skipped[0]}{more}")
        status = "ok" if items or children else "empty"
        if status == "empty":
            plan.remarks.append(f"{channel.url} names no article")
        await self._bookkeeper.feed_polled(replace(state, status=status, items=len(items)))
        await self._discovered(plan, channel, items)
        return children

    async def channel_failed(self, plan: SourcePlan, channel: Channel, failure: Failure) -> None:
        """Note a channel that gave no answer."""
        self.tally.channels += 1
        plan.polled += 1
        outcome, reason = outcome_of(failure) or (Outcome.MALFORMED, "unreadable")
        await self._channel_ill(plan, channel, outcome, reason)

    async def _parse(self, plan: SourcePlan, channel: Channel, response: Response) -> Named:
        """Parse in a worker, where a hostile feed can be killed."""
        content_type = headers_of(response).get("content-type", "")
        now = datetime.now(UTC)
        if channel.kind is ChannelKind.FEED:
            feed = await self._pool.run(parse_feed, response.body, response.url, content_type, now, plan.source.time_zone)
            return Named(feed.items, (), feed.skipped)
        sitemap = await self._pool.run(parse_sitemap, response.body, response.url, content_type, now, plan.source.time_zone)
        if channel.depth >= MAX_SITEMAP_DEPTH:
            return Named(sitemap.items, (), sitemap.skipped)
        newest = sorted(sitemap.children, key=lambda child: child.updated_at or datetime.min.replace(tzinfo=UTC), reverse=True)
        children = tuple(Channel(child.url, ChannelKind.SITEMAP, depth=channel.depth + 1) for child in newest[:MAX_CHILD_SITEMAPS])
        return Named(recent(sitemap.items), children, sitemap.skipped)

    async def _discovered(self, plan: SourcePlan, channel: Channel, items: Sequence[FeedItem]) -> None:
        now = datetime.now(UTC)
        entries: list[FrontierEntry] = []
        for item in items:
            candidate = item.candidate
            try:
                identity = canonical_url(candidate.url)
            except UrlError as error:
                plan.remarks.append(f"{channel.url} names {candidate.url!r:.80}: {error}")
                continue
            hints = {
                "title": candidate.title,
                "published_at": candidate.published_at and candidate.published_at.isoformat(),
                "updated_at": item.updated_at and item.updated_at.isoformat(),
                "language": candidate.language or channel.language,
                "summary": candidate.summary,
            }
            known = {name: value for name, value in hints.items() if value}
            entries.append(FrontierEntry(candidate.url, identity, plan.source.id, channel.url, now, known))
        first = [entry for entry in entries if entry.canonical_url not in plan.named]
        again = [entry for entry in entries if entry.canonical_url in plan.named]
        plan.named.update(entry.canonical_url for entry in first)
        added = await self._bookkeeper.discovered(plan.run_id, first, counted=True)
        plan.known += added.known
        if again:  # a feed and a sitemap name the same articles; either may know of an edit
            reopened = (await self._bookkeeper.discovered(plan.run_id, again, counted=False)).reopened
            plan.known -= reopened

    async def _channel_ill(self, plan: SourcePlan, channel: Channel, outcome: Outcome, reason: str) -> None:
        plan.failures.append(f"{channel.url}: {reason}")
        self.tally.errors += 1
        before = plan.states.get(channel.url) or FeedState(plan.source.id, channel.url)
        state = replace(before, fetched_at=datetime.now(UTC), status=str(outcome), failures=before.failures + 1)
        await self._bookkeeper.feed_polled(state)
        self._watch(self.tally)

    def _answered_state(self, plan: SourcePlan, channel: Channel, response: Response) -> FeedState:
        headers = headers_of(response)
        before = plan.states.get(channel.url)
        return FeedState(
            source_id=plan.source.id,
            url=channel.url,
            etag=headers.get("etag") or (before.etag if before and response.status == 304 else None),
            last_modified=headers.get("last-modified") or (before.last_modified if before and response.status == 304 else None),
            fetched_at=datetime.now(UTC),
        )

    @staticmethod
    def _last_items(plan: SourcePlan, channel: Channel) -> int | None:
        before = plan.states.get(channel.url)
        return before.items if before else None

    # -- articles -------------------------------------------------------------------------------------------------------------------

    async def articles_due(self, plan: SourcePlan) -> list[FrontierEntry]:
        """Return what of a source is fetched in this crawl: due candidates, as many as the limit leaves it."""
        share = self._budget.reserve()
        entries = await self._bookkeeper.due(plan.source.id, share)
        self._budget.give_back(share - len(entries))
        plan.requested = len(entries)
        self.tally.requested += len(entries)
        if not entries:
            self._source_done()
        self._watch(self.tally)
        return entries

    def received(self, plan: SourcePlan, entry: FrontierEntry, response: Response) -> Received | Attempted:
        """Judge an answer by its status; a page goes on to be read."""
        now = datetime.now(UTC)
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
        return Received(plan, entry, page, response.meta.get("elapsed_ms"))

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
        request = response.request if isinstance(response, Response) else getattr(response, "request", None)
        elapsed_ms = request.meta.get("elapsed_ms") if request else None
        return Attempted(plan, replace(attempt, retry_at=again, elapsed_ms=elapsed_ms))

    async def judge(self, received: Received) -> Attempted:
        """Extract, tag and judge a page in a worker; a page that kills its worker is malformed, and the crawl goes on."""
        plan, entry, page = received.plan, received.entry, received.page
        context = replace(plan.source.context(), candidate=_candidate(entry))
        try:
            attempt = await self._pool.run(process_page, page, context, self._policy)
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
        return Attempted(plan, replace(attempt, canonical_url=entry.canonical_url, elapsed_ms=received.elapsed_ms))

    async def store(self, item: Attempted) -> Saved:
        """Have an attempt written, then count it."""
        saved = await self._bookkeeper.save(item.plan.run_id, item.attempt)
        item.plan.outcomes[saved.outcome] += 1
        self.tally.outcomes[saved.outcome] += 1
        self.tally.errors += is_error(saved.outcome)
        if item.plan.outcomes.total() == item.plan.requested:
            self._source_done()
        self._watch(self.tally)
        return saved

    async def flush(self) -> None:
        """Write what still waits."""
        await self._bookkeeper.flush()
        if self._notes:
            await asyncio.gather(*self._notes)

    def _source_done(self) -> None:
        self.tally.sources_done += 1


def recent(items: Sequence[FeedItem]) -> tuple[FeedItem, ...]:
    """Keep the news of a sitemap: what is dated within `RECENT` of its newest entry, and what has no date, as in a small site's sitemap."""
    stamps = [item.updated_at or item.candidate.published_at for item in items]
    newest = max((stamp for stamp in stamps if stamp), default=None)
    if newest is None:
        return tuple(items)
    return tuple(item for item, stamp in zip(items, stamps, strict=True) if stamp is None or stamp >= newest - RECENT)


def _candidate(entry: FrontierEntry) -> Candidate:
    """Give back to the extraction what the feed said."""
    hints = entry.hints
    published = hints.get("published_at")
    return Candidate(
        url=entry.url,
        found_in=entry.found_in,
        title=hints.get("title"),
        published_at=datetime.fromisoformat(published) if published else None,
        language=hints.get("language"),
        summary=hints.get("summary"),
    )

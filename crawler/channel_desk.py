"""The desk for channels: what feeds, sitemaps, sections and archive pages answer, decided and written down.

Parsing goes to the worker pool, where a hostile feed can be killed. What a channel names, what is remembered of it and its row of the
ledger are written in one transaction (`storage.crawls.channels`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.archive_walk import day_in_url, names_sitemaps, robots_index
from crawler.bookkeeping import Bookkeeper
from crawler.discovery import FeedItem
from crawler.discovery.feeds import parse_feed
from crawler.discovery.sections import parse_section
from crawler.discovery.sitemaps import parse_sitemap
from crawler.errors import FeedError, PageError
from crawler.exchange import elapsed_ms, moved_for_good, validators
from crawler.failures import headers_of, http_status, not_before, outcome_of
from crawler.outcomes import blocked_by, retry_at
from crawler.plan import SourcePlan, Tally
from crawler.pool import WorkerPool, WorkersCannotStart
from crawler.urls import UrlError, canonical_url
from crawler.walks import Channel, Named
from crawler.walls import Detour, bot_wall, detour
from storage.crawls.channels import Answer
from storage.crawls.records import BackfillStep, FeedState, FrontierEntry, Poll
from storage.records import ChannelKind, Outcome

ENTRIES_AT_ONCE = 1000  # named pages that become candidates before the reactor has its turn: some 40 ms, a sitemap may name 50,000
INDEX = "index"  # status of a sitemap that names sitemaps only


class ChannelDesk:
    """Everything that a crawl decides about its channels."""

    def __init__(self, bookkeeper: Bookkeeper, pool: WorkerPool, tally: Tally, watch: Callable[[Tally], None]) -> None:
        """Take who writes, who parses, where it is counted, and who wants to know how far it is."""
        self._bookkeeper, self._pool, self._tally, self._watch = bookkeeper, pool, tally, watch

    async def due(self, plan: SourcePlan) -> list[Channel]:
        """Return the channels to ask now; one that asked not to be polled at this time is noted and left alone."""
        now = datetime.now(UTC)
        due: list[Channel] = []
        for channel in plan.channels():
            state = plan.states.get(channel.url)
            reason = not_due(state, now) if state is not None and plan.backfill is None else None
            if reason is None:
                due.append(channel)
                continue
            plan.not_due += 1
            await self._note(plan, channel, _poll(plan, channel, "skipped", now, reason))
        plan.asked.update(channel.url for channel in due)
        plan.open_channels = len(due)
        self._tally.open_channels += len(due)
        return due

    def conditional_headers(self, plan: SourcePlan, channel: Channel) -> dict[str, str]:
        """Return the headers that let the server say 'not modified' (RFC 9110 section 13).

        An index is always read anew: servers call it unchanged when a sitemap that it names has changed. So is what a backfill reads.
        """
        state = plan.states.get(channel.url)
        if state is None or state.status == INDEX or plan.backfill is not None:
            return {}
        return validators(state.etag, state.last_modified)

    async def answered(self, plan: SourcePlan, channel: Channel, response: Response) -> Sequence[Channel]:
        """Note what a channel names.

        Returns: further channels to ask.
        """
        self._count_channel(plan)
        now = datetime.now(UTC)
        poll = replace(
            _poll(plan, channel, "ok", now),
            http_status=response.status,
            size_bytes=len(response.body),
            elapsed_ms=elapsed_ms(response),
            moved_to=moved_for_good(response),
        )
        verdict = outcome_of(response)
        if verdict is not None and verdict[0] is not Outcome.NOT_MODIFIED:
            again = retry_at(verdict[0], response.status, 0, now, not_before(response, now)) is not None
            await self._channel_ill(plan, channel, replace(poll, status=str(verdict[0]), reason=verdict[1]), again=again)
            return []
        state = self._state_of(plan, channel, response, now)
        if verdict is not None:
            plan.unmodified += 1
            before = plan.states.get(channel.url)
            unchanged = replace(state, status=str(verdict[0]), items=before.items if before else None, **_manners(before))
            await self._note(plan, channel, replace(poll, status=str(verdict[0])), unchanged)
            return []
        try:
            named, manners = await self._parse(plan, channel, response, now)
        except (FeedError, PageError, WorkersCannotStart) as error:
            ours = isinstance(error, WorkersCannotStart)
            outcome, reason = _stand_in(channel, response) or (Outcome.MALFORMED, str(error))
            await self._channel_ill(plan, channel, replace(poll, status=str(outcome), reason=reason), again=ours)
            return []
        if not named.items and not named.children and (found := _stand_in(channel, response)):
            await self._channel_ill(plan, channel, replace(poll, status=str(found[0]), reason=found[1]), again=False)
            return []
        if named.skipped:
            more = f" (and {len(named.skipped) - 1} more remarks)" if len(named.skipped) > 1 else ""
            plan.remarks.append(f"{channel.url}: {named.skipped[0]}{more}")
        is_index = channel.kind is ChannelKind.SITEMAP and named.children and not named.items
        status = INDEX if is_index else "ok" if named.items or named.children or named.left_out else "empty"
        if status == "empty" and channel.guessed:
            plan.missing += 1
        elif status == "empty":
            plan.remarks.append(f"{channel.url} names no article")
        read = replace(state, status=status, items=len(named.items), **manners)
        await self._note(plan, channel, replace(poll, status=status, reason=named.left_out), read, named)
        children = [child for child in named.children if child.url not in plan.asked]
        plan.asked.update(child.url for child in children)
        plan.open_channels += len(children)
        self._tally.open_channels += len(children)
        return children

    async def failed(self, plan: SourcePlan, channel: Channel, failure: Failure) -> None:
        """Note a channel that gave no answer."""
        self._count_channel(plan)
        outcome, reason = outcome_of(failure) or (Outcome.MALFORMED, "unreadable")
        now = datetime.now(UTC)
        poll = replace(_poll(plan, channel, str(outcome), now, reason), http_status=http_status(failure), elapsed_ms=elapsed_ms(failure))
        again = retry_at(outcome, poll.http_status, 0, now, not_before(failure, now)) is not None
        await self._channel_ill(plan, channel, poll, again=again)

    def _count_channel(self, plan: SourcePlan) -> None:
        self._tally.channels += 1
        self._tally.open_channels -= 1
        plan.polled += 1

    async def _parse(self, plan: SourcePlan, channel: Channel, response: Response, now: datetime) -> tuple[Named, dict[str, Any]]:
        """Parse in a worker, where a hostile feed can be killed.

        Returns: what it names, and when it asks to be polled.
        """
        content_type = headers_of(response).get("content-type", "")
        zone, walk = plan.source.time_zone, plan.walk
        match channel.kind:
            case ChannelKind.FEED:
                feed = await self._pool.run(parse_feed, response.body, response.url, content_type, now, zone)
                manners = {
                    "not_before": now + feed.ttl if feed.ttl else None,
                    "skip_hours": tuple(sorted(feed.skip_hours)),
                    "skip_days": tuple(sorted(feed.skip_days)),
                }
                return walk.feed(channel, feed), manners
            case ChannelKind.SITEMAP if names_sitemaps(channel.url):
                return walk.sitemap(channel, robots_index(response.body, response.url)), {}
            case ChannelKind.SITEMAP:
                sitemap = await self._pool.run(parse_sitemap, response.body, response.url, content_type, now, zone, walk.config)
                if len(sitemap.items) > ENTRIES_AT_ONCE:
                    return await asyncio.to_thread(walk.sitemap, channel, sitemap), {}
                return walk.sitemap(channel, sitemap), {}
        home = (plan.source.homepage, *(feed.url for feed in plan.source.feeds), *plan.source.sitemaps)
        section = await self._pool.run(
            parse_section, response.body, response.url, content_type, site_urls=home, now=now, time_zone=zone, config=walk.config
        )
        return walk.section(channel, section), {}

    async def _note(
        self,
        plan: SourcePlan,
        channel: Channel,
        poll: Poll,
        state: FeedState | None = None,
        named: Named | None = None,
        *,
        again: bool = False,
    ) -> None:
        """Write down what a channel answered, together with what it named; `again` when it gave no answer and may give one later."""
        entries = await self._entries(plan, channel, named.items if named else (), poll.polled_at)
        first = [entry for entry in entries if entry.canonical_url not in plan.named]
        repeated = [entry for entry in entries if entry.canonical_url in plan.named]  # a feed and a sitemap name the same articles
        plan.named.update(entry.canonical_url for entry in first)
        backfill_id = plan.backfill.id if plan.backfill else None
        steps = [BackfillStep(child.url, child.kind, child.depth) for child in named.children] if named and plan.backfill else []
        once = plan.backfill is not None or (channel.depth > 0 and channel.kind is ChannelKind.SECTION)
        answer = Answer(poll, None if once else state, first, repeated, backfill_id, steps, again)
        added = await self._bookkeeper.channel_answered(answer)
        plan.known += added.known - (added.reopened if repeated else 0)
        self._watch(self._tally)

    async def _entries(self, plan: SourcePlan, channel: Channel, items: Sequence[FeedItem], now: datetime) -> list[FrontierEntry]:
        entries: list[FrontierEntry] = []
        for number, item in enumerate(items, start=1):
            if number % ENTRIES_AT_ONCE == 0:
                await asyncio.sleep(0)
            candidate = item.candidate
            try:
                identity = canonical_url(candidate.url)
            except UrlError as error:
                plan.remarks.append(f"{channel.url} names {candidate.url!r:.80}: {error}")
                continue
            hints = {
                "title": candidate.title,
                "published_at": candidate.published_at and candidate.published_at.isoformat(),
                "published_text": item.published_text,
                "updated_at": item.updated_at and item.updated_at.isoformat(),
                "language": candidate.language or channel.language,
                "summary": candidate.summary,
                "content": item.content,
            }
            if plan.backfill is not None and candidate.published_at is None:
                hints["day_in_url"] = day_in_url(candidate.url)  # no evidence of a date, but enough to fetch the newest first
            known = {name: value for name, value in hints.items() if value}
            wanted_by = plan.backfill.id if plan.backfill else None
            entries.append(
                FrontierEntry(candidate.url, identity, plan.source.id, channel.url, now, known, channel=channel.kind, backfill_id=wanted_by)
            )
        return entries

    async def _channel_ill(self, plan: SourcePlan, channel: Channel, poll: Poll, *, again: bool) -> None:
        # a day without articles may well have no page in a dated archive
        if channel.guessed or (channel.kind is ChannelKind.ARCHIVE and poll.status == Outcome.GONE):
            plan.missing += 1
        else:
            plan.failures.append(f"{channel.url}: {poll.reason}")
            self._tally.errors += 1
        before = plan.states.get(channel.url) or FeedState(plan.source.id, channel.url)
        state = replace(before, fetched_at=poll.polled_at, status=poll.status, failures=before.failures + 1)
        await self._note(plan, channel, poll, state, again=again)

    def _state_of(self, plan: SourcePlan, channel: Channel, response: Response, now: datetime) -> FeedState:
        headers = headers_of(response)
        before = plan.states.get(channel.url)
        kept = before if before and response.status == 304 else None
        return FeedState(
            source_id=plan.source.id,
            url=channel.url,
            etag=headers.get("etag") or (kept.etag if kept else None),
            last_modified=headers.get("last-modified") or (kept.last_modified if kept else None),
            fetched_at=now,
        )


def not_due(state: FeedState, now: datetime) -> str | None:
    """Say why a channel is not polled now, by its own wish; None when it may be. Pure.

    Source: RSS 2.0 (ttl, skipHours, skipDays).
    """
    if state.failures:
        return None  # its wishes are as old as its last answer
    if state.not_before is not None and now < state.not_before:
        return f"it asked not to be polled before {state.not_before.isoformat(timespec='seconds')}"
    if now.hour in state.skip_hours and len(state.skip_hours) < 24:
        return f"it asked not to be polled between {now.hour}:00 and {now.hour}:59 UTC"
    if now.weekday() in state.skip_days and len(state.skip_days) < 7:
        return "it asked not to be polled on this day of the week"
    return None


def _poll(plan: SourcePlan, channel: Channel, status: str, now: datetime, reason: str = "") -> Poll:
    return Poll(plan.run_id, plan.source.id, channel.url, channel.kind, status, now, reason)


def _stand_in(channel: Channel, response: Response) -> tuple[Outcome, str] | None:
    """Say which wall stands in the place of a channel that names nothing."""
    if wall := bot_wall(response.status, headers_of(response), response.body, empty=True):
        return Outcome.BLOCKED, blocked_by(wall, response.status)
    match detour(channel.url, response.url):
        case Detour.CONSENT:
            return Outcome.CONSENT_WALL, f"redirected to {Detour.CONSENT}"
        case Detour.LOGIN:
            return Outcome.BLOCKED, f"login required: redirected to {Detour.LOGIN}"
    return None


def _manners(state: FeedState | None) -> dict[str, Any]:
    """Keep what a channel asked for: an answer without a body says nothing of it. Its ttl begins anew."""
    if state is None:
        return {}
    lifetime = state.not_before - state.fetched_at if state.not_before and state.fetched_at else None
    return {
        "not_before": datetime.now(UTC) + lifetime if lifetime else None,
        "skip_hours": state.skip_hours,
        "skip_days": state.skip_days,
    }

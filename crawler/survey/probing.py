"""Probe a feed, sitemap or section: what a channel holds, and whether it is ok, empty, stale, moved, blocked or dead.

Everything here is values in, values out; `crawler.survey.inquiry` brings the answers.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from crawler.catalog import Expected
from crawler.discovery import FeedItem, ParsedSitemap
from crawler.discovery.feeds import parse_feed
from crawler.discovery.sections import parse_section
from crawler.discovery.sitemaps import parse_sitemap
from crawler.errors import FeedError, PageError
from crawler.extraction.language import detect_language
from crawler.pool import WorkerPool
from crawler.urls import UrlError, canonical_url
from storage.records import ChannelKind, Outcome


@dataclass(frozen=True, slots=True)
class ProbeConfig:
    """When a channel counts as stale, and how much of it is looked at.

    `fresh_for`: weekends and feasts make a week of silence usual. `gaps`: of ten times the usual gap between two articles, chance explains
    none (with Poisson arrivals e^-10). `vague_share`: a lower bound of 0 articles a day says nothing, so this part of the upper bound is
    taken. `max_depth`: indexes of sitemaps that are followed, each to its newest child. `max_sample`: items whose addresses and titles are
    compared.
    """

    fresh_for: timedelta = timedelta(days=7)
    gaps: int = 10
    vague_share: float = 0.1
    max_depth: int = 2
    max_sample: int = 200


CONFIG = ProbeConfig()


class ProbeStatus(StrEnum):
    """How a channel is, in one word."""

    OK = "ok"
    EMPTY = "empty"
    STALE = "stale"
    MOVED = "moved"
    BLOCKED = "blocked"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of one request, without its framework.

    `outcome` is None for an answer that is worth reading. `moved_to` is where permanent redirects led from the address that was asked;
    `temporary` says that the same request may succeed later (a robots.txt that cannot be read now, a host that must be left alone).
    """

    url: str
    final_url: str
    outcome: Outcome | None = None
    reason: str = ""
    http_status: int | None = None
    moved_to: str | None = None
    temporary: bool = False
    body: bytes = b""
    content_type: str = ""
    elapsed_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a channel names.

    `form` is the dialect ('rss', 'atom', 'news', 'index' …); `dated` counts the items with a date, `newest_at` and `oldest_at` are theirs.
    `links` are the canonical addresses of the first items, `language` that of their titles, `offset_minutes` the distance from UTC that
    most dates state. `next_sitemap` is the newest of `children`.
    """

    form: str
    items: int = 0
    dated: int = 0
    newest_at: datetime | None = None
    oldest_at: datetime | None = None
    title: str | None = None
    language: str | None = None
    links: frozenset[str] = frozenset()
    offset_minutes: int | None = None
    children: int = 0
    next_sitemap: str | None = None

    @property
    def per_day(self) -> float | None:
        """Return how many articles a day its dates show; None when they are too few or all the same."""
        if self.dated < 2 or self.newest_at is None or self.oldest_at is None or self.newest_at == self.oldest_at:
            return None
        return (self.dated - 1) / ((self.newest_at - self.oldest_at) / timedelta(days=1))


def read_channel(kind: ChannelKind, body: bytes, url: str, content_type: str, now: datetime, time_zone: str | None) -> Reading:
    """Read a channel; runs in a worker.

    Raises: FeedError, PageError when the bytes are not what they should be.
    """
    match kind:
        case ChannelKind.FEED:
            feed = parse_feed(body, url, content_type, now, time_zone)
            return _reading(feed.kind, feed.items, feed.title, feed.language)
        case ChannelKind.SITEMAP:
            return _sitemap_reading(parse_sitemap(body, url, content_type, now, time_zone))
    section = parse_section(body, url, content_type, now=now, time_zone=time_zone)
    return _reading("section", section.items)


def _sitemap_reading(parsed: ParsedSitemap) -> Reading:
    reading = _reading(parsed.kind, parsed.items)
    if not parsed.children:
        return reading
    long_ago = datetime.min.replace(tzinfo=UTC)
    newest = max(parsed.children, key=lambda child: (child.updated_at or long_ago, "news" in child.url))
    return replace(reading, children=len(parsed.children), next_sitemap=newest.url, newest_at=newest.updated_at or reading.newest_at)


def _reading(form: str, items: tuple[FeedItem, ...], title: str | None = None, claimed: str | None = None) -> Reading:
    stamps = [stamp for item in items if (stamp := item.candidate.published_at or item.updated_at)]
    sample = items[: CONFIG.max_sample]
    words = "\n".join(item.candidate.title or "" for item in sample)
    return Reading(
        form=form,
        items=len(items),
        dated=len(stamps),
        newest_at=max(stamps, default=None),
        oldest_at=min(stamps, default=None),
        title=title,
        language=detect_language(words, claimed) or claimed or next(filter(None, (item.candidate.language for item in sample)), None),
        links=frozenset(_identities(sample)),
        offset_minutes=_common_offset(sample),
    )


def _identities(items: tuple[FeedItem, ...]) -> list[str]:
    known: list[str] = []
    for item in items:
        try:
            known.append(canonical_url(item.candidate.url))
        except UrlError:
            continue  # it will be counted when it is crawled; here it only cannot be compared
    return known


_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})\s*\Z")


def _common_offset(items: tuple[FeedItem, ...]) -> int | None:
    """Return the distance from UTC in minutes that most dates state, None when they are in UTC or say nothing."""
    counts: Counter[int] = Counter()
    for item in items:
        if match := _OFFSET.search(item.published_text or ""):
            minutes = int(match[2]) * 60 + int(match[3])
            counts[minutes if match[1] == "+" else -minutes] += 1
    if not counts:
        return None
    return counts.most_common(1)[0][0] or None


def fresh_span(expected: Expected | None, config: ProbeConfig = CONFIG) -> timedelta:
    """Return how old the newest item of a channel may be: ten usual gaps between two articles, and a week at least."""
    if expected is None:
        return config.fresh_for
    per_day = expected.low or expected.high * config.vague_share
    return max(config.fresh_for, timedelta(days=config.gaps / per_day))


def judge(
    reply: Reply, reading: Reading | None, fault: str, now: datetime, fresh_for: timedelta = CONFIG.fresh_for
) -> tuple[ProbeStatus, str]:
    """Say how a channel is.

    Args: what came of the request; what it holds, None when it could not be read; why it could not; the present; the age at which its
    newest item makes it stale.
    Returns: the status and its reason in words, empty when it is ok.
    """
    if reply.outcome is not None:
        return _unanswered(reply)
    moved = f"moved for good to {reply.moved_to}" if reply.moved_to else ""
    if reading is None:
        return ProbeStatus.DEAD, "; ".join(part for part in (f"not readable: {fault}", moved) if part)
    if not reading.items and not reading.next_sitemap:
        return ProbeStatus.EMPTY, "; ".join(part for part in ("it names no article", moved) if part)
    if reading.newest_at is not None and now - reading.newest_at > fresh_for:
        age = (now - reading.newest_at).days
        return ProbeStatus.STALE, "; ".join(part for part in (f"its newest article is {age} days old", moved) if part)
    return (ProbeStatus.MOVED, moved) if moved else (ProbeStatus.OK, "")


_BLOCKED = frozenset({Outcome.BLOCKED, Outcome.CONSENT_WALL, Outcome.PAYWALLED})


def _unanswered(reply: Reply) -> tuple[ProbeStatus, str]:
    if reply.outcome in _BLOCKED:
        return ProbeStatus.BLOCKED, reply.reason
    if reply.outcome is Outcome.ROBOTS_DENIED:
        # A robots.txt that cannot be read forbids all for now (RFC 9309): then it is the site that is ill, unless it said 429.
        refused = not reply.temporary or "429" in reply.reason
        return (ProbeStatus.BLOCKED if refused else ProbeStatus.DEAD), reply.reason
    if reply.outcome is Outcome.NO_TEXT:
        return ProbeStatus.EMPTY, reply.reason
    return ProbeStatus.DEAD, reply.reason


class Sounding:
    """One channel while it is being probed; an index of sitemaps is sounded down to its newest child."""

    def __init__(self, url: str, kind: ChannelKind, time_zone: str | None = None) -> None:
        """Take the channel, and the zone of its dates that state none."""
        self.url, self.kind = url, kind
        self.reply: Reply | None = None
        self.reading: Reading | None = None
        self._time_zone = time_zone
        self._fault = ""
        self._below: tuple[Reply, str] | None = None
        self._depth = 0

    async def take(self, reply: Reply, pool: WorkerPool, now: datetime) -> str | None:
        """Take an answer and read it in a worker.

        Returns: the address to ask next, when the answer was an index of sitemaps.
        """
        first = self.reply is None
        if first:
            self.reply = replace(reply, body=b"")  # hundreds of channels are sounded at a time
        else:
            self._depth += 1
        reading: Reading | None = None
        fault = ""
        if reply.outcome is None:
            try:
                reading = await pool.run(read_channel, self.kind, reply.body, reply.final_url, reply.content_type, now, self._time_zone)
            except (FeedError, PageError) as error:
                fault = str(error)
        if first:
            self.reading, self._fault = reading, fault
        else:
            self._child(reply, reading, fault)
        return reading.next_sitemap if reading is not None and not reading.items and self._depth < CONFIG.max_depth else None

    def _child(self, reply: Reply, reading: Reading | None, fault: str) -> None:
        """Add what the newest sitemap of an index says to what the index says."""
        if self.reading is None or reading is None:
            self._below = replace(reply, body=b""), fault
            return
        stamps = [stamp for stamp in (self.reading.newest_at, reading.newest_at) if stamp]
        form = "news" if reading.form == "news" else self.reading.form
        self.reading = replace(reading, form=form, children=self.reading.children, newest_at=max(stamps, default=None), next_sitemap=None)

    def judged(self, now: datetime, fresh_for: timedelta = CONFIG.fresh_for) -> tuple[ProbeStatus, str]:
        """Say how the channel is; one that was never answered is dead."""
        if self.reply is None:
            return ProbeStatus.DEAD, "it was not asked"
        if self._below is not None:
            reply, fault = self._below
            status, reason = judge(reply, None, fault, now)
            return status, f"its newest sitemap {reply.url}: {reason}"
        return judge(self.reply, self.reading, self._fault, now, fresh_for)

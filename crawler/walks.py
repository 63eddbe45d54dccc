"""What of a channel's answer is followed: the decisions that make a crawl find the news and a backfill the past. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, Protocol

from crawler.catalog import Source
from crawler.discovery import CONFIG, DiscoveryConfig, FeedItem, ParsedFeed, ParsedSection, ParsedSitemap
from storage.records import ChannelKind

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Channel:
    """One place that names candidates.

    `depth` counts the indexes, or the pages of a list, above it; `guessed` says that nobody claims it to be there.
    """

    url: str
    kind: ChannelKind
    language: str | None = None
    depth: int = 0
    guessed: bool = False


class Named(NamedTuple):
    """What a channel names: articles, channels to read as well, remarks on what was not understood, and in words what was not wanted."""

    items: tuple[FeedItem, ...] = ()
    children: tuple[Channel, ...] = ()
    skipped: tuple[str, ...] = ()
    left_out: str = ""


class Walk(Protocol):
    """Where to begin, how much of one answer is read, and what of it is followed."""

    start: tuple[Channel, ...]
    config: DiscoveryConfig

    def feed(self, channel: Channel, parsed: ParsedFeed) -> Named:
        """Choose from what a feed names."""

    def sitemap(self, channel: Channel, parsed: ParsedSitemap) -> Named:
        """Choose from what a sitemap or an index names."""

    def section(self, channel: Channel, parsed: ParsedSection) -> Named:
        """Choose from what a page of a list names."""


@dataclass(frozen=True, slots=True)
class NewsConfig:
    """How far a crawl looks for the news.

    `max_depth`: indexes of indexes of sitemaps. `max_children`: of one index, the newest: a crawl wants the news, the archive is for
    backfill. `recent`: what a sitemap names that is older than its newest entry by more is archive, not news.
    """

    max_depth: int = 2
    max_children: int = 5
    recent: timedelta = timedelta(days=7)


NEWS = NewsConfig()


class NewsWalk:
    """Follow what is new."""

    config = CONFIG

    def __init__(self, source: Source, news: NewsConfig = NEWS) -> None:
        """Begin at the feeds, sitemaps and sections of a source."""
        feeds = tuple(Channel(feed.url, ChannelKind.FEED, feed.language) for feed in source.feeds)
        sitemaps = tuple(Channel(url, ChannelKind.SITEMAP) for url in source.sitemaps)
        sections = tuple(Channel(section.url, ChannelKind.SECTION, section.language) for section in source.sections)
        self.start = feeds + sitemaps + sections
        self._pages = max((section.pages for section in source.sections), default=1)
        self._news = news

    def feed(self, channel: Channel, parsed: ParsedFeed) -> Named:  # noqa: ARG002 - the interface
        """Take all of a feed."""
        return Named(parsed.items, (), parsed.skipped)

    def sitemap(self, channel: Channel, parsed: ParsedSitemap) -> Named:
        """Take the news of a sitemap, and of an index its newest children."""
        if channel.depth >= self._news.max_depth:
            return Named(parsed.items, (), parsed.skipped)
        newest = sorted(parsed.children, key=lambda child: child.updated_at or _LONG_AGO, reverse=True)
        children = tuple(Channel(child.url, ChannelKind.SITEMAP, depth=channel.depth + 1) for child in newest[: self._news.max_children])
        return Named(recent(parsed.items, self._news.recent), children, parsed.skipped)

    def section(self, channel: Channel, parsed: ParsedSection) -> Named:
        """Take what a section names, and its next pages as far as the catalog wants them."""
        following: tuple[Channel, ...] = ()
        if parsed.next_url and channel.depth + 1 < self._pages:
            following = (Channel(parsed.next_url, ChannelKind.SECTION, channel.language, channel.depth + 1),)
        return Named(parsed.items, following, parsed.skipped)


def recent(items: Sequence[FeedItem], span: timedelta = NEWS.recent) -> tuple[FeedItem, ...]:
    """Keep the news of a sitemap: what is dated within `span` of its newest entry, and what has no date, as in a small site's sitemap."""
    stamps = [item.updated_at or item.candidate.published_at for item in items]
    newest = max((stamp for stamp in stamps if stamp), default=None)
    if newest is None:
        return tuple(items)
    return tuple(item for item, stamp in zip(items, stamps, strict=True) if stamp is None or stamp >= newest - span)

"""The walk through the past of a source: which sitemaps and archive pages can hold a range of time, and which pages are of it. Pure.

Whatever a site says of dates can be wrong by a zone, and much of it says nothing. So a day of margin is given on both sides, what has no
date is taken for what it may be, and only what cannot hold the range is left out, counted by its reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from threading import Lock
from urllib.parse import urljoin, urlsplit
from zoneinfo import ZoneInfo

from crawler.catalog import Source
from crawler.discovery import CONFIG, ChildSitemap, DiscoveryConfig, FeedItem, ParsedFeed, ParsedSection, ParsedSitemap
from crawler.discovery.dated_urls import date_in_url, span_in_url
from crawler.discovery.sites import WELL_KNOWN_SITEMAPS, sitemaps_in_robots
from crawler.walks import Channel, Named
from storage.records import ChannelKind

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class PastConfig:
    """How far a walk through the past goes.

    `margin`: zones reach from UTC-12 to UTC+14, so two calendars never differ by more than about a day. `max_depth`: indexes of indexes of
    sitemaps; the protocol allows one. `max_section_pages`: pages of a list that are read on the way back to the range; at 20 links each
    that is 20,000 articles. `max_undated_pages`: the same for a list whose links bear no date, of which nobody can say how far back they
    reach. `max_archive_pages`: further pages of one dated archive page.
    """

    margin: timedelta = timedelta(days=1)
    max_depth: int = 5
    max_section_pages: int = 1_000
    max_undated_pages: int = 50
    max_archive_pages: int = 100


PAST = PastConfig()


@dataclass(frozen=True, slots=True)
class Reach:
    """The range that is looked for: `since` (inclusive) to `until` (exclusive), aware, and the zone in which the source counts its days."""

    since: datetime
    until: datetime
    time_zone: str = "UTC"
    margin: timedelta = PAST.margin

    @property
    def days(self) -> tuple[date, date]:
        """Return the first and the last day of the range in the source's calendar."""
        zone = ZoneInfo(self.time_zone)
        return self.since.astimezone(zone).date(), (self.until - timedelta(microseconds=1)).astimezone(zone).date()

    def misses(self, first: date, last: date) -> str | None:
        """Say on which side of the range a span of days lies, margin included; None when it touches it."""
        since, until = self.days
        if last < since - self.margin:
            return "dated before the range"
        return "dated after the range" if first > until + self.margin else None

    def unchanged_since(self, changed_at: datetime | None) -> str | None:
        """Say that what was last changed before the range cannot hold anything of it."""
        return "last changed before the range" if changed_at is not None and changed_at < self.since - self.margin else None

    def child_misses(self, url: str, changed_at: datetime | None) -> str | None:
        """Say why a sitemap cannot hold anything of the range, by the dates in its address and its lastmod; None when it may."""
        span = span_in_url(url)
        return (self.misses(*span) if span else None) or self.unchanged_since(changed_at)

    def item_misses(self, item: FeedItem) -> str | None:
        """Say why a page is not of the range; None when it is, or may be.

        A publication date that is given decides alone; else the day in the address, else when it was last changed.
        """
        return self._item_misses(item, _day(item))

    def _item_misses(self, item: FeedItem, day: date | None) -> str | None:
        published_at = item.candidate.published_at
        if published_at is not None:
            if published_at < self.since:
                return "dated before the range"
            return "dated after the range" if published_at >= self.until else None
        return (self.misses(day, day) if day else None) or self.unchanged_since(item.updated_at)

    def choose(self, items: Iterable[FeedItem]) -> tuple[list[FeedItem], Counter[str]]:
        """Return those pages that are of the range or may be, newest first, and why how many others are not."""
        kept: list[tuple[date, datetime, FeedItem]] = []
        missed: Counter[str] = Counter()
        for item in items:
            day = _day(item)
            reason = self._item_misses(item, day)
            if reason:
                missed[f"pages {reason}"] += 1
            else:
                kept.append((day or date.min, item.candidate.published_at or item.updated_at or _LONG_AGO, item))
        kept.sort(key=lambda entry: entry[:2], reverse=True)
        return [item for _, _, item in kept], missed

    def is_older(self, item: FeedItem) -> bool | None:
        """Tell whether a page is from before the range, margin included; None when nothing says so."""
        day = _day(item)
        return None if day is None else self.misses(day, day) == "dated before the range"


def _day(item: FeedItem) -> date | None:
    published_at = item.candidate.published_at
    return published_at.date() if published_at is not None else date_in_url(item.candidate.url)


def day_in_url(url: str) -> str | None:
    """Return the day that an address names, in ISO 8601."""
    day = date_in_url(url)
    return day.isoformat() if day else None


def archive_pages(template: str, reach: Reach, earliest_year: int = CONFIG.earliest_year) -> list[tuple[date, str]]:
    """Fill in a template for each year, month or day of the range, newest first, whichever it distinguishes.

    Args: an address with {yyyy}, {mm} or {m}, {dd} or {d}; the range; the year before which there is no web.
    Returns: the first day that each page stands for, and its address.
    """
    first, last = reach.days
    first = max(first, date(earliest_year, 1, 1))
    by_day, by_month = "{dd}" in template or "{d}" in template, "{mm}" in template or "{m}" in template
    pages: list[tuple[date, str]] = []
    day = last
    while day >= first:
        begin = day if by_day else day.replace(day=1) if by_month else day.replace(month=1, day=1)
        pages.append((begin, _filled(template, begin)))
        day = begin - timedelta(days=1)
    return pages


def _filled(template: str, day: date) -> str:
    parts = {"yyyy": f"{day.year:04}", "mm": f"{day.month:02}", "m": str(day.month), "dd": f"{day.day:02}", "d": str(day.day)}
    for name, value in parts.items():
        template = template.replace(f"{{{name}}}", value)
    return template


def guesses(source: Source) -> tuple[str, ...]:
    """Return where a source's sitemaps may be found when its catalog file names none: robots.txt, then the usual addresses."""
    if source.sitemaps:
        return ()
    paths = ("/robots.txt", *WELL_KNOWN_SITEMAPS)
    return tuple(urljoin(source.homepage, path) for path in paths)


def names_sitemaps(url: str) -> bool:
    """Tell whether an address is that of a robots.txt, which may name sitemaps (sitemaps.org protocol)."""
    return urlsplit(url).path == "/robots.txt"


def robots_index(body: bytes, url: str) -> ParsedSitemap:
    """Read a robots.txt as an index of the sitemaps that it names."""
    return ParsedSitemap("index", children=tuple(ChildSitemap(sitemap) for sitemap in sitemaps_in_robots(body, url)))


def first_channels(source: Source, reach: Reach) -> tuple[Channel, ...]:
    """Return where a walk begins: sitemaps, or the places where they may be, then dated archives newest first, then sections."""
    sitemaps = [Channel(url, ChannelKind.SITEMAP) for url in source.sitemaps]
    guessed = [Channel(url, ChannelKind.SITEMAP, guessed=True) for url in guesses(source)]
    dated = [page for template in source.archives for page in archive_pages(template, reach)]
    dated.sort(key=lambda page: page[0], reverse=True)
    archives = [Channel(url, ChannelKind.ARCHIVE) for _, url in dated]
    sections = [Channel(section.url, ChannelKind.SECTION, section.language) for section in source.sections]
    return tuple({channel.url: channel for channel in (*sitemaps, *guessed, *archives, *sections)}.values())


class ArchiveWalk:
    """Follow what can hold a range of time, newest first, each address once."""

    config: DiscoveryConfig = replace(CONFIG, max_items=CONFIG.max_examined)  # as many as a sitemap may hold

    def __init__(self, start: Sequence[Channel], reach: Reach, seen: Iterable[str] = (), past: PastConfig = PAST) -> None:
        """Take where it begins, the range, the addresses that the walk has met before, and how far it goes."""
        self.start = tuple(start)
        self.left_out: Counter[str] = Counter()
        self.named = 0
        self._reach, self._past = reach, past
        self._seen = {*seen, *(channel.url for channel in start)}
        self._lock = Lock()  # large sitemaps are read in threads

    def feed(self, channel: Channel, parsed: ParsedFeed) -> Named:  # noqa: ARG002 - the interface
        """Take what a feed names of the range."""
        return self._chosen(parsed.items, (), parsed.skipped, [])

    def sitemap(self, channel: Channel, parsed: ParsedSitemap) -> Named:
        """Take what a sitemap names of the range, and of an index the sitemaps that can hold it."""
        reasons: list[str] = []
        children: list[Channel] = []
        if channel.depth < self._past.max_depth:
            for child in sorted(parsed.children, key=_newest, reverse=True):
                reason = self._reach.child_misses(child.url, child.updated_at)
                if reason:
                    reasons.append(f"sitemaps {reason}")
                elif self._is_first(child.url):
                    children.append(Channel(child.url, ChannelKind.SITEMAP, channel.language, channel.depth + 1))
        else:
            reasons += ["sitemaps nested too deep"] * len(parsed.children)
        return self._chosen(parsed.items, children, parsed.skipped, reasons)

    def section(self, channel: Channel, parsed: ParsedSection) -> Named:
        """Take what a page of a list names of the range, and its next page unless it lies before the range."""
        following: list[Channel] = []
        reasons: list[str] = []
        if parsed.next_url:
            reason = self._ends(channel, parsed.items)
            if reason:
                reasons.append(reason)
            elif self._is_first(parsed.next_url):
                following.append(Channel(parsed.next_url, channel.kind, channel.language, channel.depth + 1))
        return self._chosen(parsed.items, following, parsed.skipped, reasons)

    def _is_first(self, url: str) -> bool:
        """Tell whether an address is met for the first time."""
        with self._lock:
            if url in self._seen:
                return False
            self._seen.add(url)
            return True

    def _ends(self, channel: Channel, items: Sequence[FeedItem]) -> str | None:
        """Say why a list is not followed any further."""
        page = channel.depth + 1
        if channel.kind is ChannelKind.ARCHIVE:
            return "further pages of a dated archive" if page >= self._past.max_archive_pages else None
        older = [answer for item in items if (answer := self._reach.is_older(item)) is not None]
        if older and 2 * sum(older) > len(older):  # most, for the margins of a page name what is most read and what was picked by hand
            return "pages of lists before the range"
        limit = self._past.max_section_pages if older else self._past.max_undated_pages
        return f"pages of lists after page {limit}" if page >= limit else None

    def _chosen(self, items: Sequence[FeedItem], children: Sequence[Channel], skipped: tuple[str, ...], reasons: list[str]) -> Named:
        kept, missed = self._reach.choose(items)
        counted = Counter(reasons) + missed
        with self._lock:
            self.left_out += counted
            self.named += len(kept) + len(children)
        return Named(tuple(kept), tuple(children), skipped, left_out=in_words(counted))


def in_words(left_out: Counter[str]) -> str:
    """Put counts of what was left out into one line."""
    return ", ".join(f"{reason}: {count:,}" for reason, count in sorted(left_out.items()))


def _newest(child: ChildSitemap) -> tuple[date, datetime]:
    """Order sitemaps by the last day that their address names, then by their lastmod; what says nothing comes last."""
    span, stamp = span_in_url(child.url), child.updated_at
    day = span[1] if span else stamp.date() if stamp else date.min
    return day, stamp or _LONG_AGO

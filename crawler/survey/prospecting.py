"""Choose among the feeds and sitemaps that were found on a site. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from crawler.survey.probing import ProbeStatus, Reading
from crawler.survey.source_files import identity
from storage.records import ChannelKind


@dataclass(frozen=True, slots=True)
class ProspectConfig:
    """What is kept of a site.

    `same_share`: two channels of which this share of addresses (Jaccard) is common are one. `max_feeds`, `max_sitemaps`: sites with a feed
    for each tag have hundreds.
    """

    same_share: float = 0.8
    max_feeds: int = 12
    max_sitemaps: int = 2


CONFIG = ProspectConfig()


@dataclass(frozen=True, slots=True)
class Find:
    """A place that was looked at: how it was found, how it is, and what it holds (None when it could not be read)."""

    url: str
    kind: ChannelKind
    found: str
    status: ProbeStatus
    reason: str = ""
    reading: Reading | None = None
    moved_to: str | None = None

    @property
    def address(self) -> str:
        """Return where it is to be read from now on."""
        return self.moved_to or self.url


@dataclass(frozen=True, slots=True)
class Choice:
    """Which finds are used, and why the others are not."""

    kept: tuple[Find, ...]
    dropped: tuple[tuple[Find, str], ...]

    @property
    def stale(self) -> bool:
        """Tell whether there is no news in what is kept."""
        return all(find.status is ProbeStatus.STALE for find in self.kept)

    @property
    def feeds(self) -> tuple[Find, ...]:
        """Return the feeds that are kept."""
        return tuple(find for find in self.kept if find.kind is ChannelKind.FEED)


_COMMENT_ADDRESS = re.compile(r"(?:^|[/?&=_-])comments(?:[/?&=_.-]|$)", re.IGNORECASE)
_COMMENT_TITLE = re.compile(
    r"(?:comments? (?:for|on|to)\b|commentaires\b|kommentare\b|yorumlar\b|(?:ال)?تعليقات|دیدگاه|نظرات|תגובות)", re.IGNORECASE
)


def is_comment_address(url: str) -> bool:
    """Tell the address of a feed of readers' comments."""
    return _COMMENT_ADDRESS.search(url.partition("://")[2].partition("/")[2]) is not None


def choose(finds: Sequence[Find], config: ProspectConfig = CONFIG) -> Choice:
    """Choose the channels of a source.

    Comments, what is empty, what cannot be read and what names the same articles as another is dropped; so is what is stale beside
    something fresh. Of sitemaps, those for news are preferred, then indexes; one without dates is taken only where there is nothing else,
    because nothing tells its news from its archive.
    """
    dropped: list[tuple[Find, str]] = []
    usable: list[Find] = []
    for find in finds:
        reason = _useless(find)
        if reason:
            dropped.append((find, reason))
        else:
            usable.append(find)
    feeds = _different([find for find in usable if find.kind is ChannelKind.FEED], dropped, config)
    sitemaps = _different(sorted((find for find in usable if find.kind is ChannelKind.SITEMAP), key=_sitemap_rank), dropped, config)
    if any(find.status is not ProbeStatus.STALE for find in (*feeds, *sitemaps)):
        feeds, sitemaps = _without_stale(feeds, dropped), _without_stale(sitemaps, dropped)
    if any(_is_news(find) for find in sitemaps):
        sitemaps = _filtered(sitemaps, _is_news, "there is a sitemap for news", dropped)
    elif feeds or any(_is_dated(find) for find in sitemaps):
        sitemaps = _filtered(sitemaps, _is_dated, "it gives no dates, so its news cannot be told from its archive", dropped)
    kept = (*_first(feeds, config.max_feeds, dropped), *_first(sitemaps, config.max_sitemaps, dropped))
    return Choice(kept, tuple(dropped))


def _useless(find: Find) -> str:
    if find.kind is ChannelKind.FEED:
        title = (find.reading.title if find.reading else None) or ""
        if is_comment_address(find.url) or _COMMENT_TITLE.match(title.strip()):
            return "readers' comments"
    if find.reading is None or not find.reading.items:
        return find.reason or "it names no article"
    return "" if find.status in {ProbeStatus.OK, ProbeStatus.MOVED, ProbeStatus.STALE} else find.reason


def _different(finds: Sequence[Find], dropped: list[tuple[Find, str]], config: ProspectConfig) -> list[Find]:
    kept: list[Find] = []
    for find in finds:
        twin = next((other for other in kept if _alike(find, other, config)), None)
        if twin is None:
            kept.append(find)
        else:
            dropped.append((find, f"the same as {twin.address}"))
    return kept


def _alike(one: Find, other: Find, config: ProspectConfig) -> bool:
    if identity(one.address) == identity(other.address):
        return True
    if one.reading is None or other.reading is None:
        return False
    union = one.reading.links | other.reading.links
    return bool(union) and len(one.reading.links & other.reading.links) >= config.same_share * len(union)


def _sitemap_rank(find: Find) -> tuple[bool, bool]:
    return not _is_news(find), not (find.reading and find.reading.children)


def _is_news(find: Find) -> bool:
    return find.reading is not None and find.reading.form == "news"


def _is_dated(find: Find) -> bool:
    return find.reading is not None and find.reading.newest_at is not None


def _without_stale(finds: Sequence[Find], dropped: list[tuple[Find, str]]) -> list[Find]:
    dropped += [(find, find.reason) for find in finds if find.status is ProbeStatus.STALE]
    return [find for find in finds if find.status is not ProbeStatus.STALE]


def _filtered(finds: Sequence[Find], wanted: Callable[[Find], bool], reason: str, dropped: list[tuple[Find, str]]) -> list[Find]:
    dropped += [(find, reason) for find in finds if not wanted(find)]
    return [find for find in finds if wanted(find)]


def _first(finds: Sequence[Find], most: int, dropped: list[tuple[Find, str]]) -> list[Find]:
    dropped += [(find, f"there are {most} others") for find in finds[most:]]
    return list(finds[:most])

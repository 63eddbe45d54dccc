"""Finding articles: bytes of feeds and sitemaps to candidates, in pure functions that run in a worker process.

Every function here takes what a server sent, which may be anything, and either returns records or raises `FeedError`. What is wrong with a
single item is said in `skipped` and costs nothing but that item.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from crawler.records import Candidate


@dataclass(frozen=True, slots=True)
class DiscoveryConfig:
    """Limits of feeds and sitemaps.

    `max_bytes`: as much as is downloaded. `max_items`: the newest that are kept of one poll; a poll every quarter of an hour at the most
    prolific agencies finds under 100. `max_examined`: how many are looked at to find the newest (50,000 is what a sitemap may hold).
    `max_skipped`: reasons kept, so that a feed of rubbish does not fill the log. `earliest`: news on the web begins about then; what is
    older is a wrong clock. `max_ahead`: embargoed and wrongly zoned items lie up to a day ahead.
    `max_content_characters`: full texts in feeds are evidence, and the longest reports stay below this. `max_ttl`: a feed that forbids
    another look for longer would lose what passes through it meanwhile.
    """

    max_bytes: int = 10 * 1024 * 1024
    max_items: int = 2_000
    max_examined: int = 50_000
    max_skipped: int = 50
    max_title_characters: int = 1_000
    max_summary_characters: int = 2_000
    max_content_characters: int = 50_000
    max_date_characters: int = 64
    earliest_year: int = 1990
    max_ahead: timedelta = timedelta(hours=48)
    max_ttl: timedelta = timedelta(hours=6)


CONFIG = DiscoveryConfig()


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One named article: the candidate, and when the feed says that it was changed (aware UTC).

    The rest is evidence that is kept with the candidate: `published_text` is the date as it stood there, `content` the full text (plain,
    paragraphs separated by a blank line) where the feed carries it.
    """

    candidate: Candidate
    updated_at: datetime | None = None
    published_text: str | None = None
    content: str | None = None


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """What one feed names.

    `kind` is 'rss', 'rdf', 'atom' or 'json'; `skipped` says in words what was left out or not understood. `ttl` is how long it asks not to
    be fetched again (ttl, sy:updatePeriod; at most `max_ttl`), `skip_hours` the UTC hours (0 … 23) and `skip_days` the weekdays (0 Monday
    … 6) at which it asks not to be fetched at all.
    """

    kind: str
    title: str | None = None
    language: str | None = None
    items: tuple[FeedItem, ...] = ()
    skipped: tuple[str, ...] = ()
    ttl: timedelta | None = None
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """Return the candidates alone."""
        return tuple(item.candidate for item in self.items)


@dataclass(frozen=True, slots=True)
class Alternate:
    """The same page in another language, as `<link rel=alternate hreflang>` names it: absolute address and ISO 639 language."""

    url: str
    language: str


@dataclass(frozen=True, slots=True)
class ParsedSection:
    """What a page that lists articles names: article-looking links in their order, and the next page of the list (`rel=next`)."""

    items: tuple[FeedItem, ...] = ()
    next_url: str | None = None
    alternates: tuple[Alternate, ...] = ()
    skipped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChildSitemap:
    """One sitemap that an index names, and when it was last changed (aware UTC)."""

    url: str
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ParsedSitemap:
    """What one sitemap names. `kind` is 'urlset', 'news', 'index' or 'text'."""

    kind: str
    items: tuple[FeedItem, ...] = ()
    children: tuple[ChildSitemap, ...] = ()
    skipped: tuple[str, ...] = ()

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """Return the candidates alone."""
        return tuple(item.candidate for item in self.items)


@dataclass(slots=True)
class Remarks:
    """Collect what is to be said of a feed, up to a limit, and how much more there was."""

    limit: int
    texts: list[str] = field(default_factory=list)
    unsaid: int = 0

    def add(self, text: str) -> None:
        """Keep one remark, or count it."""
        if len(self.texts) < self.limit:
            self.texts.append(text)
        else:
            self.unsaid += 1

    def all(self) -> tuple[str, ...]:
        """Return the remarks, the uncounted ones summed up."""
        return (*self.texts, f"and {self.unsaid} more") if self.unsaid else tuple(self.texts)

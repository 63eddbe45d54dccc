"""What moves through the crawler: frozen values that know no framework and can be pickled to a worker process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Candidate:
    """A found URL, not yet fetched, with what the place that named it said of it.

    `url` is absolute and as found (canonicalising is `crawler.urls`'); `found_in` is the feed, sitemap or file; `published_at` is aware
    UTC.
    """

    url: str
    found_in: str
    title: str | None = None
    published_at: datetime | None = None
    language: str | None = None
    summary: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """The bytes received for one address, content encoding (gzip …) removed.

    `url` is the address as it was asked for, `final_url` the one that answered after redirects. `content_type` is the header as it came.
    `headers` has lower-case names, the last value of each.
    """

    url: str
    final_url: str
    body: bytes
    fetched_at: datetime
    status: int = 200
    content_type: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PageContext:
    """What is known of a page besides its bytes: its source's habits and what the feed said.

    `time_zone` (IANA) applies to a date that states no zone; `languages` are the source's own; `candidate` may give title and date.
    """

    source_id: str = ""
    source_name: str | None = None
    country: str | None = None
    languages: tuple[str, ...] = ()
    time_zone: str | None = None
    candidate: Candidate | None = None


@dataclass(frozen=True, slots=True)
class Dated:
    """An instant with its evidence: `found_in` ('json-ld', 'meta', 'microdata', 'time', 'feed', 'htmldate' …), `confidence` 0 … 1.

    `at` is aware UTC. When the page gives a day and no clock time, `at` is that day's midnight in the zone assumed and `day_only` is true.
    """

    at: datetime
    found_in: str
    confidence: float
    day_only: bool = False


@dataclass(frozen=True, slots=True)
class ExtractedArticle:
    """The clean text of a page and what the page says of itself. Unknown is None, never an empty guess.

    `text` has paragraphs separated by one blank line. `extractor` names and versions what made it.
    """

    url: str
    canonical_url: str
    text: str
    extractor: str
    title: str | None = None
    authors: tuple[str, ...] = ()
    published: Dated | None = None
    modified: Dated | None = None
    language: str | None = None
    description: str | None = None
    site_name: str | None = None
    section: str | None = None
    image_url: str | None = None
    paywalled: bool | None = None

"""What moves through the crawler: frozen values that know no framework and can be pickled to a worker process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from storage.records import ArticleForm, Evidence, without_standfirst


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
class SelectorRule:
    """Where something stands on the pages of a source: a CSS selector, and the attribute that holds the value when its text does not."""

    selector: str
    attribute: str | None = None


@dataclass(frozen=True, slots=True)
class SelectorRules:
    """What the catalog says of a source whose pages the generic reading gets wrong.

    Of each field the rules stand in order, and the first that gives something is taken; of `prune` all apply, before anything is read.
    """

    title: tuple[SelectorRule, ...] = ()
    standfirst: tuple[SelectorRule, ...] = ()
    authors: tuple[SelectorRule, ...] = ()
    date: tuple[SelectorRule, ...] = ()
    body: tuple[SelectorRule, ...] = ()
    prune: tuple[SelectorRule, ...] = ()


@dataclass(frozen=True, slots=True)
class PageContext:
    """What is known of a page besides its bytes: its source's habits and what the feed said.

    `time_zone` (IANA) applies to a date that states no zone; `languages` are the source's own; `candidate` may give title and date; `rules`
    are None for a source that needs none, which is the rule.
    """

    source_id: str = ""
    source_name: str | None = None
    country: str | None = None
    languages: tuple[str, ...] = ()
    time_zone: str | None = None
    candidate: Candidate | None = None
    rules: SelectorRules | None = None


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

    `text` has paragraphs separated by one blank line; it begins with `standfirst` where there is one. `extractor` names and versions what
    made it. The other fields mean what they mean in `storage.records.ArticleDraft`; `evidence` is by name of the field, dates carry
    their own.
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
    agency: str | None = None
    keywords: tuple[str, ...] = ()
    standfirst: str | None = None
    form: ArticleForm = ArticleForm.ARTICLE
    next_page_url: str | None = None
    languages: Mapping[str, float] = field(default_factory=dict)
    evidence: Mapping[str, Evidence] = field(default_factory=dict)

    @property
    def body(self) -> str:
        """The text without its standfirst."""
        return without_standfirst(self.text, self.standfirst)

"""What storage takes and gives: frozen values, standard library only.

Nothing here knows SQLAlchemy, Scrapy or a file format. Times are aware `datetime`s in UTC and end in `_at`; published, modified and
first seen are three different facts and are never mixed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """The one thing that came of a candidate. Add a member rather than blur one."""

    NEW = "new"
    REVISED = "revised"
    UNCHANGED = "unchanged"
    COPY = "copy"
    NOT_MODIFIED = "not_modified"
    IRRELEVANT = "irrelevant"
    NO_TEXT = "no_text"
    LISTING = "listing"
    PAYWALLED = "paywalled"
    CONSENT_WALL = "consent_wall"
    NOT_HTML = "not_html"
    TOO_LARGE = "too_large"
    ROBOTS_DENIED = "robots_denied"
    BLOCKED = "blocked"
    GONE = "gone"
    HTTP_ERROR = "http_error"
    NETWORK_ERROR = "network_error"
    TIMEOUT = "timeout"
    UNSAFE_URL = "unsafe_url"
    MALFORMED = "malformed"


class RunKind(StrEnum):
    """What a run does: read the present web, its past, or files."""

    CRAWL = "crawl"
    BACKFILL = "backfill"
    INGEST = "ingest"


class ChannelKind(StrEnum):
    """How a candidate was found.

    `alternate` is another language edition that an article names, `file` an ingested archive, `list` a list of addresses that somebody else
    made (a snapshot without texts, a list of stories), `revisit` an article that is fetched again on purpose.
    """

    FEED = "feed"
    SITEMAP = "sitemap"
    SECTION = "section"
    ARCHIVE = "archive"
    ALTERNATE = "alternate"
    FILE = "file"
    LIST = "list"
    REVISIT = "revisit"


class RunStatus(StrEnum):
    """How a run stands. `stopped` was asked to end early; `failed` could not read its source; `lost` died without saying so."""

    RUNNING = "running"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"
    LOST = "lost"


class ClusterRole(StrEnum):
    """The place of an article among the copies of one text."""

    ORIGIN = "origin"
    COPY = "copy"
    PARTIAL = "partial"


class RevisionKind(StrEnum):
    """What a revision changed: letters, spaces and signs only (`storage.changes`), or the words of text, headline, or both."""

    MINOR = "minor"
    TEXT = "text"
    HEADLINE = "headline"
    BOTH = "text and headline"


class EventKind(StrEnum):
    """What happened to an article besides its revisions.

    Its address stopped to answer with it (404, 410, or another article in its place), or answers with it again; it has another address
    since; its source published it once more under a new one, as an article of its own.
    """

    GONE = "gone"
    BACK = "back"
    MOVED = "moved"
    REPUBLISHED = "republished"


class CopyChange(StrEnum):
    """What a copy made of the text that represents its cluster: left out, put in, said in other words, put under another headline."""

    CUT = "cut"
    ADDED = "added"
    REWORDED = "reworded"
    HEADLINE = "headline"


class SourceKind(StrEnum):
    """What a publisher is."""

    AGENCY = "agency"
    BLOG = "blog"
    BROADCASTER = "broadcaster"
    MAGAZINE = "magazine"
    NEWSPAPER = "newspaper"
    WEBSITE = "website"


#: The rhythm of a source whose file states none: its interval is ours, as is when it is due next.
ADAPTIVE = "adaptive"


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """A publisher, as last synced from the catalog or made from a host while ingesting.

    `country` is ISO 3166-1 alpha-2 (`XX` pan-regional or international, None unknown), `languages` are ISO 639 codes, `interval_minutes`
    the time between two scheduled crawls: that of its file, or as it was last adapted. `rhythm` says which: 'adaptive', 'every 30m', 'cron
    …'. `next_due_at` is None until the source was scheduled once. `agency` is the code of the news agency that it is, as in
    `Article.agency`; None for other publishers. `kind` is one of `SourceKind`; it and `state_owned` are None where nothing is said of them.
    """

    id: str
    name: str
    homepage: str
    country: str | None = None
    languages: tuple[str, ...] = ()
    enabled: bool = True
    from_catalog: bool = True
    interval_minutes: int = 60
    next_due_at: datetime | None = None
    agency: str | None = None
    kind: SourceKind | None = None
    state_owned: bool | None = None
    rhythm: str | None = None


@dataclass(frozen=True, slots=True)
class ArchivePlace:
    """Where a response stands in a WARC: the file's name (no folder) and the byte at which its record begins."""

    file: str
    offset: int


@dataclass(frozen=True, slots=True)
class Tag:
    """A country, actor or topic (`kind`) that an article is about: `weight` in 0 … 1, `evidence` the words that say so."""

    kind: str
    value: str
    weight: float
    evidence: str


class ArticleForm(StrEnum):
    """What kind of text a page holds.

    A live blog is many short entries that grow for hours; a part is one page of an article that goes on at, or came from, another one.
    """

    ARTICLE = "article"
    LIVE_BLOG = "live_blog"
    PART = "part"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a field of an article was found ('json-ld', 'og', 'heading', 'byline', 'feed' …), and how sure that is (0 … 1)."""

    found_in: str
    confidence: float


def without_standfirst(text: str, standfirst: str | None) -> str:
    """Return a text without the standfirst that it begins with."""
    if standfirst and text.startswith(standfirst):
        return text[len(standfirst) :].lstrip("\n")
    return text


@dataclass(frozen=True, slots=True)
class ArticleDraft:
    """An article ready to be kept: text, metadata, tags, and where each doubtful fact comes from.

    `url` is the address as it was fetched, `canonical_url` the identity. `published_from` names the evidence for `published_at`
    ('json-ld', 'meta', 'time', 'feed', 'given', 'htmldate' …) and `published_confidence` (0 … 1) how sure it is. `relevance` is the score
    (0 … 1) behind `relevant`, `relevance_reasons` its explanation in words. `extra` keeps the fields of an ingested row that have no column
    here, JSON-ready.

    `agency` is the code of the news agency that it is credited to (`storage.dedup` compares them), `keywords` are the publisher's own,
    `standfirst` is the lead paragraph set apart, with which `text` begins. `next_page_url` is where the article goes on. `languages` gives
    each language of a mixed text its share of the letters; it is empty when there is one. `evidence` is by name of the field. `tagging` is
    the version of the lists and rules that made tags and relevance.
    """

    url: str
    canonical_url: str
    source_id: str
    title: str | None
    text: str
    fetched_at: datetime
    extractor: str
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    published_from: str | None = None
    published_confidence: float | None = None
    modified_at: datetime | None = None
    language: str | None = None
    description: str | None = None
    site_name: str | None = None
    section: str | None = None
    image_url: str | None = None
    paywalled: bool | None = None
    relevant: bool | None = None
    relevance: float | None = None
    relevance_reasons: tuple[str, ...] = ()
    tags: tuple[Tag, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)
    agency: str | None = None
    keywords: tuple[str, ...] = ()
    standfirst: str | None = None
    form: ArticleForm = ArticleForm.ARTICLE
    next_page_url: str | None = None
    languages: Mapping[str, float] = field(default_factory=dict)
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    tagging: str | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one try at a candidate gave, on its way into the database.

    Either `draft` is set and the storage decides between new, revised, unchanged and copy, or `outcome` is set and says why there is no
    article. `retry_at` keeps the candidate in the frontier until then; None settles it.

    `requests` counts the HTTP requests that it took, redirects and second tries included; 0 when nothing was asked. `etag` and
    `last_modified` are kept for the next visit. `visits` are the ages (since the article was first seen) at which it is to be visited
    again; `channel` is how the candidate was found. `archived` is where the response stands in a WARC. `also_at` are further canonical URLs
    that led to the same page: the one that answered after redirects, the present form of one that was kept in an older.
    """

    candidate_url: str
    canonical_url: str
    source_id: str
    fetched_at: datetime
    draft: ArticleDraft | None = None
    outcome: Outcome | None = None
    reason: str = ""
    http_status: int | None = None
    size_bytes: int | None = None
    elapsed_ms: int | None = None
    retry_at: datetime | None = None
    requests: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    visits: tuple[timedelta, ...] = ()
    channel: ChannelKind | None = None
    archived: ArchivePlace | None = None
    also_at: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse an attempt that says both or neither."""
        if (self.draft is None) == (self.outcome is None):
            raise ValueError("an attempt carries either a draft or an outcome")


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of one attempt: exactly one outcome, and the article and revision it concerns, if any."""

    candidate_url: str
    outcome: Outcome
    article_id: int | None = None
    revision_number: int | None = None
    cluster_id: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """One execution, for one source (crawl) or for a set of files (ingest, `source_id` None).

    `outcomes` counts the fetches of the run by outcome; their sum is the number of candidates attempted. `discovered` counts the
    candidates that feeds and files named, `known` those of them that needed no fetch.
    """

    id: int
    kind: RunKind
    source_id: str | None
    status: RunStatus
    started_at: datetime
    ended_at: datetime | None = None
    reason: str = ""
    discovered: int = 0
    known: int = 0
    outcomes: Mapping[Outcome, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fetch:
    """One row of the ledger: a candidate, what came of it in a run, and why."""

    run_id: int
    source_id: str
    candidate_url: str
    outcome: Outcome
    fetched_at: datetime
    reason: str = ""
    http_status: int | None = None
    size_bytes: int | None = None
    elapsed_ms: int | None = None
    article_id: int | None = None
    requests: int | None = None
    channel: ChannelKind | None = None


#: An `Article.key` is this sign and so many hexadecimal digits. Without the sign a spreadsheet would take some of them for numbers.
ARTICLE_KEY_SIGN = "a"
ARTICLE_KEY_DIGITS = 16


def article_key(canonical_url: str) -> str:
    """Return the key of the article with this canonical URL: the begin of the `url_key` by which databases find it."""
    digest = hashlib.sha256(canonical_url.encode("utf-8", "surrogatepass")).hexdigest()
    return ARTICLE_KEY_SIGN + digest[:ARTICLE_KEY_DIGITS]


@dataclass(frozen=True, slots=True)
class Article:
    """A stored article with its current text. The fields named as in `ArticleDraft` mean the same.

    `id` is stable within its database; `cluster`, `cluster_key` (the `key` of the cluster's origin), `origin`, `origin_source` (its number
    and its publisher) and `representative` are None while no copy of the text is known. `similarity` and `changes` compare the text with
    that of the `representative`, which is the origin nearly always. `revisions` counts the versions seen.
    """

    id: int
    url: str
    canonical_url: str
    source: str
    title: str | None
    text: str
    authors: tuple[str, ...]
    published_at: datetime | None
    published_from: str | None
    published_confidence: float | None
    modified_at: datetime | None
    first_seen_at: datetime
    fetched_at: datetime
    language: str | None
    description: str | None
    site_name: str | None
    section: str | None
    image_url: str | None
    paywalled: bool | None
    extractor: str
    cluster: int | None
    cluster_role: ClusterRole | None
    relevant: bool | None
    relevance: float | None
    relevance_reasons: tuple[str, ...]
    tags: tuple[Tag, ...]
    revisions: int
    extra: Mapping[str, Any]
    gone_at: datetime | None = None
    visited_at: datetime | None = None
    cluster_key: str | None = None
    similarity: float | None = None
    changes: tuple[CopyChange, ...] = ()
    cluster_members: int | None = None
    cluster_agency: str | None = None
    origin: int | None = None
    origin_source: str | None = None
    representative: int | None = None
    agency: str | None = None
    keywords: tuple[str, ...] = ()
    standfirst: str | None = None
    form: ArticleForm = ArticleForm.ARTICLE
    next_page_url: str | None = None
    languages: Mapping[str, float] = field(default_factory=dict)
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    tagging: str | None = None

    @property
    def body(self) -> str:
        """The text without its standfirst."""
        return without_standfirst(self.text, self.standfirst)

    @property
    def weight(self) -> float:
        """What the article counts when every text counts once: 1, or its share of its cluster."""
        return 1 / (self.cluster_members or 1)

    @property
    def key(self) -> str:
        """The article's name in every corpus that holds it: it follows from the canonical URL and not from the order of arrival.

        64 bits of SHA-256 in hex: two of 10^7 articles share one with probability 3 · 10^-6.
        """
        return article_key(self.canonical_url)

    @property
    def countries(self) -> tuple[str, ...]:
        """Countries the article is about, heaviest first."""
        return self._tagged("country")

    @property
    def actors(self) -> tuple[str, ...]:
        """Ids of the actors that the article names, heaviest first."""
        return self._tagged("actor")

    @property
    def topics(self) -> tuple[str, ...]:
        """Topics the article is about, heaviest first."""
        return self._tagged("topic")

    def _tagged(self, kind: str) -> tuple[str, ...]:
        tags = sorted((tag for tag in self.tags if tag.kind == kind), key=lambda tag: (-tag.weight, tag.value))
        return tuple(tag.value for tag in tags)


@dataclass(frozen=True, slots=True)
class Revision:
    """One version of an article's title and text. `number` counts from 1, in the order of arrival.

    `kind` says what it changed in the version that was fetched before it; None for the earliest, and for those of before schema 0004.
    """

    article_id: int
    number: int
    title: str | None
    text: str
    text_hash: str
    fetched_at: datetime
    extractor: str
    archived: ArchivePlace | None = None
    kind: RevisionKind | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """What a visit found to have happened to an article by then.

    `status` is the HTTP status that said so, `url` the new address (moved, republished).
    """

    article_id: int
    kind: EventKind
    at: datetime
    status: int | None = None
    reason: str = ""
    url: str | None = None

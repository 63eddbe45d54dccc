"""What is asked of the corpus and what is answered: frozen values, standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from storage.records import Article, Outcome


class Weight(StrEnum):
    """What is counted: every article, or every text once, in however many copies it stands (a text without a copy is one too)."""

    ARTICLES = "articles"
    CLUSTERS = "clusters"


@dataclass(frozen=True, slots=True)
class ArticleFilter:
    """Which articles a question is about. An empty filter is the whole corpus.

    `since` is inclusive and `until` exclusive; both are compared with `published_at`, and with `first_seen_at` where that is unknown;
    `seen_since` and `seen_until` with `first_seen_at` alone. Several values of one field mean any of them; but of `countries`, `actors` and
    `topics`, which are what an article is tagged with, it must have all. `source_countries`, `source_kinds` and `state_owned` are what the
    catalog says of its source. `revised` asks whether there is more than one revision, `gone` whether it is gone now; None for both. Of the
    copies of one text that match, a search shows one, unless `copies` asks for each; whoever counts or reads all says so with a `Weight`.
    """

    query: str = ""
    sources: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    relevant: bool | None = None
    revised: bool | None = None
    gone: bool | None = None
    copies: bool = False
    actors: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    source_countries: tuple[str, ...] = ()
    source_kinds: tuple[str, ...] = ()
    state_owned: bool | None = None
    seen_since: datetime | None = None
    seen_until: datetime | None = None


class Sort(StrEnum):
    """The orders of a search; equal ones are ordered by date, newest first (`OLDEST`: oldest first), then by key."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"


class Bucket(StrEnum):
    """What articles are counted by."""

    DAY = "day"
    MONTH = "month"
    SOURCE = "source"
    COUNTRY = "country"
    LANGUAGE = "language"


@dataclass(frozen=True, slots=True)
class Hit:
    """A found article, its score and a piece of the original text, matches between `[[` and `]]`.

    The score is 4 (all in the headline), 3 (all in the headline, standfirst or first sentences), 2 (some in the headline) or 1; 0 without a
    query, and when not sorted by relevance. `after` is where the next page begins when this is the last hit of one.
    """

    article: Article
    score: float
    snippet: str
    after: str = ""


@dataclass(frozen=True, slots=True)
class Stats:
    """The corpus in numbers.

    `by_source`, `by_language`, `by_country`, `by_actor` and `by_topic` count what `weight` says; by clusters, a text counts once in each
    group that has a copy of it, so that their sum may be more than the number of texts.
    `texts` is that number: the articles, each cluster counted once.
    """

    articles: int
    revisions: int
    clusters: int
    copies: int
    sources: int
    fetches: int
    first_published_at: datetime | None
    last_published_at: datetime | None
    by_source: Mapping[str, int]
    by_language: Mapping[str, int]
    by_country: Mapping[str, int]
    by_outcome: Mapping[Outcome, int]
    texts: int = 0
    weight: Weight = Weight.ARTICLES
    by_actor: Mapping[str, int] = field(default_factory=dict)
    by_topic: Mapping[str, int] = field(default_factory=dict)

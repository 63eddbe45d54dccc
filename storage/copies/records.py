"""Clusters of copies, one by one and in numbers: frozen values, standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Cluster:
    """The copies of one text, of the whole corpus: `key` is that of their origin, `sources` are by id, each once.

    `agency` is the news agency that the text comes from, by what most members say; `members` their number.
    """

    key: str
    origin_source: str
    origin_url: str
    origin_title: str | None
    origin_published_at: datetime | None
    agency: str | None
    members: int
    first_published_at: datetime | None
    last_published_at: datetime | None
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CopyShare:
    """How many articles of a source or a language are copies of another article, and what part of them that is (0 … 1)."""

    articles: int
    copies: int
    share: float


@dataclass(frozen=True, slots=True)
class CopyStats:
    """The copies of the corpus in numbers: every member of a cluster but its origin is one.

    `by_size` counts the clusters with so many members; `agencies` counts the clusters whose text comes from an agency.
    """

    articles: int
    clusters: int
    copies: int
    by_size: Mapping[int, int]
    by_source: Mapping[str, CopyShare]
    by_language: Mapping[str, CopyShare]
    agencies: Mapping[str, int]

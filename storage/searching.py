"""Find one page of a search: class by class, each read from the newest end of the index, and no further than the page needs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from sqlalchemy import Connection, select

from storage.dialects.base import DatabaseDialect
from storage.errors import BadPage
from storage.models import ArticleRow
from storage.places import KEY_BITS
from storage.query import Query
from storage.ranking import Rank, matching, ranks
from storage.records import ArticleFilter, Sort
from storage.selection import conditions, in_time, joined, one_a_cluster, precedence, selection

_SIGNS = {Sort.RELEVANCE: "r", Sort.NEWEST: "n", Sort.OLDEST: "o"}
_TOKEN = re.compile("([rno])([0-4])-([0-9a-f]{1,16})")


@dataclass(frozen=True, slots=True)
class SearchConfig:
    """How a page is read.

    `spare`: so many more candidates than hits are read at once, because a third of a corpus are copies that another one stands for.
    `gap_seconds`: copies that appeared further apart are looked up in the index separately, so that what lies between is not read.
    """

    spare: int = 20
    gap_seconds: int = 3 * 86_400


CONFIG = SearchConfig()


@dataclass(frozen=True, slots=True)
class Position:
    """Where a hit stands: its score, and its place in time. Nothing else decides the order, so a page can begin after any hit."""

    sort: Sort
    score: int
    place: int

    @property
    def token(self) -> str:
        """The position as a short text without spaces."""
        return f"{_SIGNS[self.sort]}{self.score}-{self.place:x}"

    @classmethod
    def of(cls, token: str, sort: Sort) -> Position:
        """Read a token. Raises: BadPage when it is none, or belongs to another order."""
        match = _TOKEN.fullmatch(token)
        if match is None or match[1] != _SIGNS[sort]:
            raise BadPage(f"{token!r} is not the end of a page of this search in the order {sort.value}; take it from the last hit")
        return cls(sort, int(match[2]), int(match[3], 16))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A match: an article that may be shown."""

    article_id: int
    position: Position
    cluster_id: int | None


def page(
    connection: Connection, dialect: DatabaseDialect, wanted: ArticleFilter, query: Query, sort: Sort, *, limit: int, after: Position | None
) -> list[Candidate]:
    """Return the next `limit` matches after a position, of copies the best one, unless `wanted.copies` asks for all.

    A copy stands for the others when its score is the highest; of equal ones, and when not sorted by relevance, the origin, else the one
    that appeared first.
    """
    if limit <= 0:
        return []
    if not wanted.query.strip():
        return _without_query(connection, dialect, wanted, sort, limit, after)
    if not query:
        return []
    search = _Search(connection, dialect, wanted, query, sort)
    pieces = search.candidates(limit + (0 if wanted.copies else CONFIG.spare), after)
    if wanted.copies:
        return list(islice(chain.from_iterable(pieces), limit))
    shown: list[Candidate] = []
    read: list[Candidate] = []
    # As long as little was found, all of it: then nobody need be asked what else matches.
    for piece in pieces:
        read += piece
        if len(read) > CONFIG.spare:
            break
    else:
        return (search.standing_for_each_other(read) if after is None else search.standing_for_all(read))[:limit]
    for candidates in chain([read], pieces):
        shown += search.standing_for_all(candidates)
        if len(shown) >= limit:
            break
    return shown[:limit]


def _without_query(
    connection: Connection, dialect: DatabaseDialect, wanted: ArticleFilter, sort: Sort, limit: int, after: Position | None
) -> list[Candidate]:
    chosen = selection(dialect, wanted, Query())
    if chosen is None:
        return []
    chosen = chosen if wanted.copies else one_a_cluster(chosen, wanted)
    chosen = _onwards(chosen, ArticleRow.place, sort, after).add_columns(ArticleRow.place, ArticleRow.cluster_id)
    return [Candidate(row.id, Position(sort, 0, row.place), row.cluster_id) for row in connection.execute(chosen.limit(limit))]


def _onwards(chosen: Any, place: Any, sort: Sort, after: Position | None) -> Any:
    """Read in order, from behind a position."""
    oldest = sort is Sort.OLDEST
    if after is not None:
        chosen = chosen.where(place > after.place if oldest else place < after.place)
    return chosen.order_by(place.asc() if oldest else place.desc())


class _Search:
    """One question, asked page by page."""

    def __init__(self, connection: Connection, dialect: DatabaseDialect, wanted: ArticleFilter, query: Query, sort: Sort) -> None:
        self._connection = connection
        self._dialect = dialect
        self._wanted = wanted
        self._sort = sort
        query = query.without(dialect.unknown(connection, query.optional_tokens))
        self._ranks = ranks(query) if sort is Sort.RELEVANCE else [Rank(0, matching(query))]

    def candidates(self, size: int, after: Position | None) -> Iterator[list[Candidate]]:
        """Yield what matches, in order, in pieces of at most `size`."""
        for rank in self._ranks:
            if after is not None and rank.score > after.score:
                continue
            begin = after if after is not None and rank.score == after.score else None
            found = self._dialect.found(rank.expression)
            chosen = select(ArticleRow.id, found.place.label("place"), ArticleRow.cluster_id).select_from(joined(found))
            chosen = chosen.where(found.condition, *in_time(self._wanted, found.place), *conditions(self._wanted))
            while rows := self._connection.execute(_onwards(chosen, found.place, self._sort, begin).limit(size)).all():
                piece = [Candidate(row.id, Position(self._sort, rank.score, row.place), row.cluster_id) for row in rows]
                yield piece
                if len(piece) < size:
                    break
                begin = piece[-1].position

    def standing_for_each_other(self, matches: Sequence[Candidate]) -> list[Candidate]:
        """Leave out the copies of a text, where these are all matches there are."""
        clusters = [one.cluster_id for one in matches if one.cluster_id is not None]
        if len(set(clusters)) == len(clusters):
            return list(matches)
        asked = [one.article_id for one in matches if one.cluster_id is not None and clusters.count(one.cluster_id) > 1]
        rows = self._connection.scalars(select(ArticleRow.id).where(ArticleRow.id.in_(asked)).order_by(*precedence(ArticleRow)))
        order = {article_id: number for number, article_id in enumerate(rows)}
        best: dict[int, int] = {}
        for one in sorted(matches, key=lambda one: (-one.position.score, order.get(one.article_id, 0))):
            if one.cluster_id is not None:
                best.setdefault(one.cluster_id, one.article_id)
        return [one for one in matches if one.cluster_id is None or best[one.cluster_id] == one.article_id]

    def standing_for_all(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """Leave out the candidates that another match with the same text stands for."""
        clusters = {candidate.cluster_id for candidate in candidates if candidate.cluster_id is not None}
        if not clusters:
            return list(candidates)
        best = self._best(clusters, min(candidate.position.score for candidate in candidates))
        return [
            found for found in candidates if found.cluster_id is None or best.get(found.cluster_id, found.article_id) == found.article_id
        ]

    def _best(self, clusters: set[int], least_score: int) -> dict[int, int]:
        """Return for each cluster the article that stands for it: the first by score, then as `selection.precedence` has it."""
        columns = (ArticleRow.id, ArticleRow.place, ArticleRow.cluster_id)
        inside = (ArticleRow.cluster_id.in_(clusters), *conditions(self._wanted), *in_time(self._wanted, ArticleRow.place))
        members = self._connection.execute(select(*columns).where(*inside).order_by(*precedence(ArticleRow))).all()
        best: dict[int, int] = {}
        for rank in self._ranks:
            if rank.score < least_score:
                break
            open_ones = [member for member in members if member.cluster_id not in best]
            matched = self._matched(rank, sorted(member.place for member in open_ones))
            for member in open_ones:
                if member.place in matched:
                    best.setdefault(member.cluster_id, member.id)
        return best

    def _matched(self, rank: Rank, asked: Sequence[int]) -> set[int]:
        """Return those of some places, in order, that are of a class."""
        matched: set[int] = set()
        for some in _neighbourhoods(asked):
            found = self._dialect.found(rank.expression)
            near = found.place.between(some[0], some[-1])
            matched.update(self._connection.scalars(select(found.place).where(found.condition, near, found.joined.in_(some))))
        return matched


def _neighbourhoods(places_in_order: Sequence[int]) -> Iterator[list[int]]:
    """Divide places where more than `SearchConfig.gap_seconds` lie between two of them."""
    some: list[int] = []
    for place in places_in_order:
        if some and (place - some[-1]) >> KEY_BITS > CONFIG.gap_seconds:
            yield some
            some = []
        some.append(place)
    if some:
        yield some

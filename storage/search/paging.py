"""Find one page of a search: class by class, each read from the newest end of the index, and no further than the page needs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import Any

from sqlalchemy import BigInteger, Connection, Executable, Integer, Text, bindparam, literal_column, select, union_all

from storage.dialects.base import DatabaseDialect
from storage.errors import BadPage
from storage.models import ArticleRow
from storage.search.places import KEY_BITS
from storage.search.query import Query
from storage.search.ranking import Rank, matching, ranks
from storage.search.records import ArticleFilter, Sort
from storage.search.selection import conditions, in_time, joined, made_ready, one_a_cluster, precedence, selection

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

#: From where an order begins: a place behind all, or, oldest first, before all.
_BEFORE_ALL = (2**63 - 1, -1)


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
    search = _Search(connection, dialect, wanted, query, sort, after)
    pieces = search.pieces(limit + (0 if wanted.copies else CONFIG.spare))
    if wanted.copies:
        return list(islice(chain.from_iterable(piece.candidates for piece in pieces), limit))
    shown: list[Candidate] = []
    for piece in pieces:
        shown += search.standing_for_all(piece)
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


@dataclass(frozen=True, slots=True)
class _Piece:
    """Matches in a row. `read` are all from the begin of the page to the last of them, `last` says that no more follow."""

    candidates: Sequence[Candidate]
    read: Sequence[Candidate]
    last: bool


class _Search:
    """One page of one question."""

    def __init__(
        self,
        connection: Connection,
        dialect: DatabaseDialect,
        wanted: ArticleFilter,
        query: Query,
        sort: Sort,
        after: Position | None,
    ) -> None:
        self._connection = connection
        self._dialect = dialect
        self._wanted = wanted
        self._filter = replace(wanted, query="", copies=False)
        self._sort = sort
        self._after = after
        query = made_ready(connection, dialect, query)
        self._ranks = ranks(query) if sort is Sort.RELEVANCE else [Rank(0, matching(query))]

    def pieces(self, size: int) -> Iterator[_Piece]:
        """Yield what matches, in order, in pieces of at most `size`."""
        begin = self._after
        read: list[Candidate] = []
        while True:
            piece = self._read(size, begin)
            read += piece
            yield _Piece(piece, read, len(piece) < size)
            if len(piece) < size:
                return
            begin = piece[-1].position

    def _read(self, size: int, begin: Position | None) -> list[Candidate]:
        """Ask for the next `size` matches: one statement, of which the database executes no more classes than it needs."""
        asked = [rank for rank in self._ranks if begin is None or rank.score <= begin.score]
        scores = tuple(rank.score for rank in asked)
        statement = self._dialect.kept(("matches", self._filter, self._sort, scores), lambda: self._matches(scores))
        values: dict[str, Any] = {"size": size}
        for rank in asked:
            values[f"wanted{rank.score}"] = self._dialect.written(rank.expression)
            started = begin is not None and begin.score == rank.score
            values[f"begin{rank.score}"] = begin.place if begin is not None and started else _BEFORE_ALL[self._sort is Sort.OLDEST]
        rows = self._connection.execute(statement, values)
        return [Candidate(id_, Position(self._sort, score, place), cluster) for id_, place, cluster, score in rows]

    def _matches(self, scores: Sequence[int]) -> Executable:
        classes = []
        for score in scores:
            found = self._dialect.asked(bindparam(f"wanted{score}", type_=Text()))
            chosen: Any = select(
                ArticleRow.id, found.place.label("place"), ArticleRow.cluster_id, literal_column(str(score)).label("score")
            )
            chosen = chosen.select_from(joined(found)).where(
                found.condition, *in_time(self._wanted, found.place), *conditions(self._wanted)
            )
            place, begin = found.place, bindparam(f"begin{score}", type_=BigInteger())
            chosen = chosen.where(place > begin if self._sort is Sort.OLDEST else place < begin)
            chosen = chosen.order_by(place.asc() if self._sort is Sort.OLDEST else place.desc())
            classes.append(chosen.limit(bindparam("size", type_=Integer())))
        one: Executable = classes[0]
        if len(classes) == 1:
            return one
        return union_all(*(select(chosen.subquery()) for chosen in classes)).limit(bindparam("size", type_=Integer()))

    def standing_for_all(self, piece: _Piece) -> list[Candidate]:
        """Leave out the candidates that another match with the same text stands for."""
        clusters = {candidate.cluster_id for candidate in piece.candidates if candidate.cluster_id is not None}
        if not clusters:
            return list(piece.candidates)
        if piece.last and self._after is None:
            met = Counter(candidate.cluster_id for candidate in piece.read)
            clusters = {cluster for cluster in clusters if met[cluster] > 1}
        best = self._best(clusters, piece) if clusters else {}
        return [
            found
            for found in piece.candidates
            if found.cluster_id is None or best.get(found.cluster_id, found.article_id) == found.article_id
        ]

    def _best(self, clusters: set[int], piece: _Piece) -> dict[int, int]:
        """Return for each cluster the article that stands for it: the first by score, then as `selection.precedence` has it.

        What is read of a page is known. Of other members none can have a better class than the last match that was read, unless the page
        begins in the middle: then all classes are asked.
        """
        statement = self._dialect.kept(("members", self._filter), self._members)
        rows = self._connection.execute(statement, {"clusters": self._dialect.packed(clusters)}).all()
        known = {candidate.article_id: candidate.position.score for candidate in piece.read}
        least = piece.candidates[-1].position.score
        best: dict[int, int] = {}
        for rank in self._ranks:
            if rank.score < least:
                break
            doubted: list[Any] = []
            settled: set[int] = set()
            for row in rows:
                if row.cluster_id in best or row.cluster_id in settled:
                    continue
                if known.get(row.id) == rank.score:
                    settled.add(row.cluster_id)  # who comes later in the cluster cannot stand before this one
                    doubted.append(row)
                elif row.id not in known and self._may_match(row.place, rank.score, piece):
                    doubted.append(row)
            asked = [row.place for row in doubted if row.id not in known]
            matched = self._matched(rank, sorted(asked)) if asked else set()
            for row in doubted:
                if row.id in known or row.place in matched:
                    best.setdefault(row.cluster_id, row.id)
        return best

    def _may_match(self, place: int, score: int, piece: _Piece) -> bool:
        """Say whether an article that was not read can be in a class: only before the page's begin, or behind the last that was read."""
        end = piece.candidates[-1].position
        behind = not piece.last and score == end.score and self._is_behind(place, end.place)
        before = self._after is not None and (score > self._after.score or not self._is_behind(place, self._after.place))
        return behind or before

    def _is_behind(self, place: int, other: int) -> bool:
        return place > other if self._sort is Sort.OLDEST else place < other

    def _members(self) -> Executable:
        inside = (self._dialect.among(ArticleRow.cluster_id, "clusters"), *conditions(self._wanted))
        chosen = select(ArticleRow.id, ArticleRow.place, ArticleRow.cluster_id).where(*inside, *in_time(self._wanted, ArticleRow.place))
        return chosen.order_by(*precedence(ArticleRow))

    def _matched(self, rank: Rank, asked: Sequence[int]) -> set[int]:
        """Return those of some places, in order, that are of a class."""
        matched: set[int] = set()
        for some in _neighbourhoods(asked):
            values = {
                "wanted": self._dialect.written(rank.expression),
                "first": some[0],
                "last": some[-1],
                "some": self._dialect.packed(some),
            }
            matched.update(self._connection.scalars(self._dialect.kept("matched", self._matched_near), values))
        return matched

    def _matched_near(self) -> Executable:
        found = self._dialect.asked(bindparam("wanted", type_=Text()))
        near = found.place.between(bindparam("first", type_=BigInteger()), bindparam("last", type_=BigInteger()))
        return select(found.place).where(found.condition, near, self._dialect.among(found.joined, "some"))


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

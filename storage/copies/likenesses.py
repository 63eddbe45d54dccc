"""The pairs of copies: written, taken back, and followed from one to the next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, and_, delete, or_, select

from storage.copies.neighbours import chunks
from storage.dedup.near import Likeness
from storage.dialects.base import DatabaseDialect
from storage.models import ArticleRow, FingerprintRow, LikenessRow

#: What `likenesses.via` says of near copies, and of pairs that are alike in nothing but template. Those are no copies; they are kept
#: because an older article that arrives late may teach another template.
NEAR, DOUBTED = 0, -1
#: The kind of fingerprint that `storage.dedup.exact` makes.
EXACT = "exact"
SAME = Likeness(1.0, 1.0, 1.0)
#: More articles than this in one piece are never divided anew: no wire text has so many reprints.
MAX_COMPONENT = 5_000

Pair = tuple[int, int]


def via(fingerprint: str) -> int:
    """Make of a fingerprint the number by which its pairs are known: 28 bits of it, and neither `NEAR` nor `DOUBTED`."""
    return int(fingerprint[:7], 16) + 1


def oriented(one: int, other: int, found: Likeness) -> tuple[Pair, Likeness]:
    """Name a pair by the smaller id first."""
    return ((one, other), found) if one < other else ((other, one), found.turned())


@dataclass(slots=True)
class Component:
    """Articles that pairs connect, and what each pair agrees in, seen from both sides."""

    neighbours: dict[int, dict[int, Likeness]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, first: int, second: int, found: Likeness) -> None:
        """Note a pair; of several findings the closest counts."""
        known = self.neighbours[first].get(second)
        if known is None or found.jaccard > known.jaccard:
            self.neighbours[first][second] = found
            self.neighbours[second][first] = found.turned()


class Likenesses:
    """The pairs of one database, seen through a connection that may write."""

    def __init__(self, connection: Connection, dialect: DatabaseDialect) -> None:
        """Work through a connection."""
        self._connection = connection
        self._dialect = dialect

    def write(self, pairs: Mapping[Pair, Likeness], number: int = NEAR) -> None:
        """Write pairs, the smaller id of each first."""
        rows = [
            {
                "first_id": first,
                "second_id": second,
                "via": number,
                "first_share": found.first_share,
                "second_share": found.second_share,
                "jaccard": found.jaccard,
            }
            for (first, second), found in pairs.items()
        ]
        if rows:
            self._connection.execute(self._dialect.insert(LikenessRow).on_conflict_do_nothing(), rows)

    def forget_compared(self, ids: Collection[int]) -> set[int]:
        """Take back what comparisons of some articles gave; return the articles that were in near pairs with them."""
        touched: set[int] = set()
        for some in chunks(ids):
            gone = and_(LikenessRow.via <= NEAR, or_(LikenessRow.first_id.in_(some), LikenessRow.second_id.in_(some)))
            rows = self._connection.execute(
                delete(LikenessRow).where(gone).returning(LikenessRow.first_id, LikenessRow.second_id, LikenessRow.via)
            )
            touched.update(id_ for first, second, number in rows.all() if number == NEAR for id_ in (first, second))
        return touched

    def compared(self, ids: Collection[int]) -> set[int]:
        """Return those of some articles that have a near copy, or what would be one but for the template."""
        found: set[int] = set()
        for some in chunks(ids):
            for column in (LikenessRow.first_id, LikenessRow.second_id):
                found.update(self._connection.scalars(select(column).where(column.in_(some), LikenessRow.via <= NEAR)))
        return found

    def similarities(self, ids: Collection[int]) -> dict[int, dict[int, float]]:
        """Return the pairs of each of these articles, with their Jaccard similarity."""
        found: dict[int, dict[int, float]] = defaultdict(dict)
        wanted = set(ids)
        for some in chunks(wanted):
            columns = (LikenessRow.first_id, LikenessRow.second_id, LikenessRow.jaccard)
            either = or_(LikenessRow.first_id.in_(some), LikenessRow.second_id.in_(some))
            for first, second, jaccard in self._connection.execute(select(*columns).where(either, LikenessRow.via >= NEAR)):
                for one, other in ((first, second), (second, first)):
                    if one in wanted:
                        found[one][other] = max(jaccard, found[one].get(other, 0.0))
        return dict(found)

    def bear(self, fingerprints: Mapping[int, Collection[str]]) -> set[int]:
        """Remember the fingerprints of articles and pair those that share one; return the articles whose pairs changed.

        All that share one are paired with that of them whose address has the smallest key: which it is does not depend on the order of
        arrival, and the pairs stay as few as the articles.
        """
        rows = [{"kind": EXACT, "value": value, "article_id": id_} for id_, values in fingerprints.items() for value in values]
        if not rows:
            return set()
        self._connection.execute(self._dialect.insert(FingerprintRow).on_conflict_do_nothing(), rows)
        bearers: dict[str, dict[int, str]] = defaultdict(dict)
        values = sorted({value for of_article in fingerprints.values() for value in of_article})
        for start in range(0, len(values), 500):
            found = (
                select(FingerprintRow.value, ArticleRow.id, ArticleRow.url_key)
                .join(ArticleRow, ArticleRow.id == FingerprintRow.article_id)
                .where(FingerprintRow.kind == EXACT, FingerprintRow.value.in_(values[start : start + 500]))
            )
            for value, id_, key in self._connection.execute(found):
                bearers[value][id_] = key
        touched: set[int] = set()
        for value, keys in bearers.items():
            if len(keys) > 1:
                touched |= self._hang(value, keys, {id_ for id_ in keys if value in fingerprints.get(id_, ())})
        return touched

    def _hang(self, value: str, keys: Mapping[int, str], new: Collection[int]) -> set[int]:
        """Pair the bearers of a fingerprint with the one of the smallest key."""
        hub = min(keys, key=keys.__getitem__)
        moved = hub in new
        if moved:
            self._connection.execute(
                delete(LikenessRow).where(
                    LikenessRow.via == via(value), or_(LikenessRow.first_id.in_(list(keys)), LikenessRow.second_id.in_(list(keys)))
                )
            )
        leaves = [id_ for id_ in (keys if moved else new) if id_ != hub]
        self.write(dict(oriented(hub, leaf, SAME) for leaf in leaves), via(value))
        return {hub, *leaves}

    def components(self, seeds: Iterable[int]) -> list[Component]:
        """Return everything that pairs connect with some articles; those without any pair are left out."""
        whole = Component()
        seen: set[int] = set()
        frontier = set(seeds)
        while frontier and len(seen) < MAX_COMPONENT + len(frontier):
            seen |= frontier
            found: set[int] = set()
            for some in chunks(frontier):
                columns = (
                    LikenessRow.first_id,
                    LikenessRow.second_id,
                    LikenessRow.first_share,
                    LikenessRow.second_share,
                    LikenessRow.jaccard,
                )
                for column in columns[:2]:
                    for first, second, *shares in self._connection.execute(
                        select(*columns).where(column.in_(some), LikenessRow.via >= NEAR)
                    ):
                        whole.add(first, second, Likeness(*shares))
                        found |= {first, second}
            frontier = found - seen
        return _pieces(whole)


def _pieces(whole: Component) -> list[Component]:
    """Divide what was found into its connected pieces."""
    left = set(whole.neighbours)
    pieces = []
    while left:
        piece, frontier = Component(), {min(left)}
        while frontier:
            left -= frontier
            piece.neighbours.update((id_, whole.neighbours[id_]) for id_ in frontier)
            frontier = {other for id_ in frontier for other in whole.neighbours[id_]} & left
        pieces.append(piece)
    return pieces

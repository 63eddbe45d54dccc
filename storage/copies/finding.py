"""Finding the copies of articles that are being stored: sketches in, pairs out, clusters kept.

The clusters are a function of the articles alone: whichever came first, the same pairs are found and the same stars made of them. That
takes more than comparing what is new: an older article that arrives late (from a backfill, an archive) may teach that what two later ones
share is template, so that those are compared again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from storage.copies.likenesses import DOUBTED, Likenesses, Pair, oriented
from storage.copies.membership import Membership
from storage.copies.neighbours import Neighbourhood, Placed, Standing
from storage.dedup import near
from storage.dedup.near import CONFIG, Likeness, Older
from storage.dedup.shingles import Hashes, Shingles
from storage.dialects.base import DatabaseDialect
from storage.dialects.sketches import SharingConfig
from storage.models import ArticleRow, SketchRow

#: Who may have a comparison that ends otherwise; who is worth one (within one source alike pages are many); from whom to learn templates.
_ANY = SharingConfig(CONFIG.min_shared_hashes, CONFIG.min_shared_hashes)
_PROMISING = SharingConfig(CONFIG.min_shared_hashes, CONFIG.min_hashes_in_source)
_TEACHING = SharingConfig(CONFIG.min_shared_hashes, CONFIG.min_shared_hashes, CONFIG.max_older)


@dataclass(slots=True)
class Changes:
    """What a batch did to the texts of articles.

    `placed` show a new text or date, `fingerprints` are those of every version that came, `before` is how articles stood that were there
    already, with their text of then; `redated` changed nothing but what the origin of a cluster depends on.
    """

    placed: dict[int, Placed] = field(default_factory=dict)
    fingerprints: dict[int, set[str]] = field(default_factory=dict)
    before: dict[int, tuple[Placed, Shingles]] = field(default_factory=dict)
    redated: set[int] = field(default_factory=set)


class Copies:
    """The copies of one database, seen through a connection that may write."""

    def __init__(self, connection: Connection, dialect: DatabaseDialect) -> None:
        """Work through a connection."""
        self._connection = connection
        self._dialect = dialect
        self._around = Neighbourhood(connection, dialect)
        self._likenesses = Likenesses(connection, dialect)
        self._membership = Membership(connection)

    def take(self, changes: Changes, at: datetime) -> Mapping[int, int]:
        """Find the copies of what changed and bring the clusters up to date. `at` is when clusters that are new were found.

        Returns: the cluster of every article of `changes` that is in one.
        """
        self.settle(self.find(changes), at)
        return self.clusters_of({*changes.placed, *changes.fingerprints})

    def find(self, changes: Changes) -> set[int]:
        """Find the copies of what changed; return the articles whose pairs are others now. Their clusters are still to be settled."""
        self._around.know(changes.placed.values())
        placed = list(changes.placed.values())
        touched = self._likenesses.bear(changes.fingerprints) | changes.redated
        self._forget_sketches(changes.before.values())
        self._sketch(placed)
        again = self._taught_by(placed, self._around.texts(placed))
        again |= self._taught_by(
            [article for article, _ in changes.before.values()], {id_: text for id_, (_, text) in changes.before.items()}
        )
        again -= changes.placed.keys()
        stale = (changes.before.keys() & changes.placed.keys()) | again
        if stale:
            touched |= self._likenesses.forget_compared(stale)
        pairs, doubted = self._pairs([*placed, *self._around.places(again).values()])
        self._likenesses.write(pairs)
        self._likenesses.write(doubted, DOUBTED)
        return touched | stale | {id_ for pair in pairs for id_ in pair}

    def settle(self, touched: Collection[int], at: datetime) -> None:
        """Bring the clusters of these articles, and of all that is connected with them, up to date."""
        self._membership.settle(self._likenesses, touched, at)

    def clusters_of(self, ids: Collection[int]) -> Mapping[int, int]:
        """Return the cluster of each of these articles that is in one."""
        return self._membership.clusters_of(ids)

    def similarities(self, ids: Collection[int]) -> dict[int, dict[int, float]]:
        """Return the copies of each of these articles, with their Jaccard similarity."""
        return self._likenesses.similarities(ids)

    def _sketch(self, placed: Sequence[Placed]) -> None:
        texts = self._around.texts(placed)
        rows: list[tuple[int, int, int]] = []
        for article in placed:
            text = texts[article.article_id]
            if len(text) >= CONFIG.min_shingles:
                week = near.week(article.dated_at)
                rows += [(week, value, article.article_id) for value in text.sketch(CONFIG.sketch_size)]
        if rows:
            self._dialect.add_sketches(self._connection, sorted(rows))

    def _forget_sketches(self, before: Collection[tuple[Placed, Shingles]]) -> None:
        for article, text in before:
            values = text.sketch(CONFIG.sketch_size)
            where = (SketchRow.week == near.week(article.dated_at), SketchRow.hash.in_(values), SketchRow.article_id == article.article_id)
            self._connection.execute(delete(SketchRow).where(*where))

    def _taught_by(self, articles: Sequence[Placed], texts: Mapping[int, Shingles]) -> set[int]:
        """Return later articles whose comparisons may end otherwise because these are, or were, the past that teaches templates."""
        latest = self._connection.scalar(select(func.max(ArticleRow.dated_at)))
        late = [article for article in articles if latest is not None and article.dated_at < latest - CONFIG.window]
        spans = [(article, article.dated_at + CONFIG.window, article.dated_at + CONFIG.memory) for article in late]
        later = self._around.sharing(spans, texts, _ANY) if spans else {}
        ids = {other.article_id for others in later.values() for other in others}
        return self._likenesses.compared(ids) if ids else set()

    def _pairs(self, articles: Sequence[Placed]) -> tuple[dict[Pair, Likeness], dict[Pair, Likeness]]:
        """Compare articles with what appeared in the window around them; return the copies, and what is alike in template only."""
        spans = [(article, article.dated_at - CONFIG.window, article.dated_at + CONFIG.window) for article in articles]
        around = self._around.sharing(spans, self._around.texts(articles), _PROMISING)
        here = {article.article_id: article for article in articles}
        places = self._around.places({other.article_id for others in around.values() for other in others})
        promising = {id_: _unequal(here[id_], others, places) for id_, others in around.items()}
        texts = self._around.texts([*articles, *(other for others in promising.values() for other in others)])
        found: dict[Pair, tuple[Placed, Placed, Likeness]] = {}
        for id_, others in promising.items():
            article = here[id_]
            for other in others:
                pair = (min(id_, other.article_id), max(id_, other.article_id))
                same_source = article.source_id == other.source_id
                if pair not in found and (like := near.alike(texts[id_], texts[other.article_id], same_source=same_source)):
                    found[pair] = (article, other, like)
        return self._without_template(found, texts)

    def _without_template(
        self, found: Mapping[Pair, tuple[Placed, Placed, Likeness]], texts: Mapping[int, Shingles]
    ) -> tuple[dict[Pair, Likeness], dict[Pair, Likeness]]:
        """Divide pairs into those that are alike in more than template, and the others."""
        doubted = [entry for entry in found.values() if entry[2].jaccard < CONFIG.sure_jaccard]
        templates = self._templates({article.article_id: article for one, other, _ in doubted for article in (one, other)})
        nothing = near.template(Shingles.none(), ())
        kept: dict[Pair, Likeness] = {}
        dropped: dict[Pair, Likeness] = {}
        for one, other, like in found.values():
            left = near.alike_without(
                texts[one.article_id],
                templates.get(one.article_id, nothing),
                texts[other.article_id],
                templates.get(other.article_id, nothing),
                same_source=one.source_id == other.source_id,
                found=like,
            )
            pair, seen = oriented(one.article_id, other.article_id, left or like)
            (dropped if left is None else kept)[pair] = seen
        return kept, dropped

    def _templates(self, articles: Mapping[int, Placed]) -> dict[int, Hashes]:
        """Return what the past of each article has taught to be template."""
        spans = [(article, article.dated_at - CONFIG.memory, article.dated_at - CONFIG.window) for article in articles.values()]
        past = self._around.sharing(spans, self._around.texts(articles.values()), _TEACHING) if spans else {}
        older = self._around.places({other.article_id for others in past.values() for other in others})
        texts = self._around.texts([*(articles[id_] for id_ in past), *older.values()])
        return {
            id_: near.template(
                texts[id_],
                [
                    Older(texts[other.article_id], other.source_id == articles[id_].source_id, other.dated_at.date().isoformat())
                    for other in others
                ],
            )
            for id_, others in past.items()
        }


def _unequal(article: Placed, others: Sequence[Standing], places: Mapping[int, Placed]) -> list[Placed]:
    """Choose those that are worth it: equal pages of one source, which may be very many, are known by their fingerprints."""
    found = (places[other.article_id] for other in others)
    return [other for other in found if other.source_id != article.source_id or other.text_hash != article.text_hash][: CONFIG.max_compared]

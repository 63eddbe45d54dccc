"""Which stored articles share hashes with given ones, and their texts: what the comparison of copies asks the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVarTuple

from sqlalchemy import Connection, Row, Select, and_, select

from storage import textnorm
from storage.dedup.near import CONFIG, weeks
from storage.dedup.shingles import ShingleCache, Shingles, shingles
from storage.dialects.base import DatabaseDialect
from storage.dialects.sketches import Probe, SharingConfig
from storage.models import ArticleRow, RevisionRow

#: So many ids go into one statement.
CHUNK = 500
Columns = TypeVarTuple("Columns")
_CACHE = ShingleCache()
_CURRENT = and_(RevisionRow.article_id == ArticleRow.id, RevisionRow.number == ArticleRow.current_revision)
_PLACE = select(ArticleRow.id, ArticleRow.source_id, ArticleRow.dated_at, ArticleRow.url_key, RevisionRow.text_hash).join(
    RevisionRow, _CURRENT
)
_TEXT = select(ArticleRow.id, RevisionRow.text).join(RevisionRow, _CURRENT)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where and when an article appeared."""

    article_id: int
    source_id: str
    dated_at: datetime
    url_key: str

    @property
    def order(self) -> tuple[datetime, str]:
        """Sort by appearance; of several at one time by key, whichever was stored first."""
        return (self.dated_at, self.url_key)


@dataclass(frozen=True, slots=True)
class Placed(Standing):
    """An article as far as its copies depend on it: where and when it appeared, and the hash of the text that it shows."""

    text_hash: str


#: An article, and two instants between which (both included) others appeared.
Span = tuple[Placed, datetime, datetime]


def chunks(ids: Iterable[int]) -> Iterable[list[int]]:
    """Divide ids into lists that fit into one statement, in ascending order."""
    ordered = sorted(set(ids))
    return (ordered[start : start + CHUNK] for start in range(0, len(ordered), CHUNK))


def keep_shingles(text_hash: str, normalized: str) -> Shingles:
    """Return the shingles of a text that is normalised already, and keep them at hand."""
    return _CACHE.keep(text_hash, lambda: shingles(normalized))


class Neighbourhood:
    """The articles around some others. Reads are made for many at once, and each article is read once."""

    def __init__(self, connection: Connection, dialect: DatabaseDialect) -> None:
        """Look through a connection."""
        self._connection = connection
        self._dialect = dialect
        self._placed: dict[int, Placed] = {}

    def know(self, articles: Iterable[Placed]) -> None:
        """Take articles that need not be read."""
        for article in articles:
            self._placed[article.article_id] = article

    def places(self, ids: Collection[int]) -> dict[int, Placed]:
        """Return articles by id."""
        rows = self._read("places", _PLACE, [id_ for id_ in ids if id_ not in self._placed])
        self._placed.update((row[0], Placed(*row)) for row in rows)
        return {id_: self._placed[id_] for id_ in ids if id_ in self._placed}

    def texts(self, articles: Iterable[Placed]) -> dict[int, Shingles]:
        """Return the shingles of the texts that articles show."""
        wanted = {article.article_id: article for article in articles}
        found = {id_: held for id_, article in wanted.items() if (held := _CACHE.get(article.text_hash)) is not None}
        for id_, text in self._read("texts", _TEXT, wanted.keys() - found.keys()):
            found[id_] = keep_shingles(wanted[id_].text_hash, textnorm.normalize(text))
        return found

    def _read(self, name: str, wanted: Select[*Columns], ids: Collection[int]) -> Iterable[Row[*Columns]]:
        """Return the rows of articles. The statement is the same for any number of them, and is kept."""
        if not ids:
            return ()
        statement = self._dialect.kept(("copies", name), lambda: wanted.where(self._dialect.among(ArticleRow.id, "ids")))
        found: Iterable[Row[*Columns]] = self._connection.execute(statement, {"ids": self._dialect.packed(ids)})
        return found

    def sharing(self, spans: Sequence[Span], texts: Mapping[int, Shingles], worth: SharingConfig) -> dict[int, list[Standing]]:
        """Return the articles that share hashes with each of these texts and appeared in its span.

        Those with most hashes in common come first, then the earlier ones.
        """
        probes = {
            number: Probe(article.source_id, text.sketch(CONFIG.sketch_size), since, until, weeks(since, until))
            for number, (article, since, until) in enumerate(spans)
            if len(text := texts[article.article_id]) >= CONFIG.min_shingles
        }
        found: dict[int, list[Standing]] = defaultdict(list)
        rows = self._dialect.sharing(self._connection, probes, worth) if probes else ()
        for number, id_, source_id, dated_at, key in rows:
            article = spans[number][0]
            if id_ != article.article_id:
                found[article.article_id].append(Standing(id_, source_id, dated_at, key))
        return found

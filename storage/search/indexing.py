"""Keep the full-text index in step with the articles of one batch: what is added, and what is taken out because it changed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, select

from storage.dialects.base import DatabaseDialect, IndexEntry
from storage.models import ArticleRow, RevisionRow
from storage.search.fulltext import Written, document
from storage.search.places import place_of


class IndexChanges:
    """Collects the changes of a batch; an article that changes twice is written once."""

    def __init__(self, connection: Connection, dialect: DatabaseDialect, coming: Collection[tuple[datetime, str]]) -> None:
        """Look up which places are taken, of those that articles with these dates and keys will ask for."""
        self._connection = connection
        self._dialect = dialect
        self._added: dict[int, IndexEntry] = {}
        self._taken_out: list[IndexEntry] = []
        asked = {place_of(dated_at, key) for dated_at, key in coming}
        self._taken = set(connection.scalars(select(ArticleRow.place).where(ArticleRow.place.in_(asked)))) if asked else set()

    def free_place(self, dated_at: datetime, url_key: str) -> int:
        """Return the place of a new article, and keep it for that one."""
        place = place_of(dated_at, url_key, self._taken)
        # Next to a place that two asked for, which nobody looked up before.
        while place != place_of(dated_at, url_key) and self._is_taken(place):
            self._taken.add(place)
            place = place_of(dated_at, url_key, self._taken)
        self._taken.add(place)
        return place

    def add(self, article_id: int, place: int, tokens: str) -> None:
        """Index an article that is new."""
        self._added[article_id] = IndexEntry(place, tokens)

    def change(self, article_id: int, dated_at: datetime, url_key: str, tokens: str) -> int:
        """Index an article anew, before its row names another version; return its place, which is another one if its date is."""
        if article_id in self._added:
            before = self._added[article_id].place
        else:
            entry = self._stored(article_id)
            self._taken_out.append(entry)
            before = entry.place
        self._taken.discard(before)
        place = self.free_place(dated_at, url_key)
        self._added[article_id] = IndexEntry(place, tokens)
        return place

    def write(self) -> None:
        """Bring the index up to date."""
        if self._taken_out:
            self._dialect.take_from_index(self._connection, self._taken_out)
        if self._added:
            self._dialect.add_to_index(self._connection, list(self._added.values()))

    def _stored(self, article_id: int) -> IndexEntry:
        """Make again what the index was given: a function of the version that is shown."""
        current = (RevisionRow.article_id == ArticleRow.id, RevisionRow.number == ArticleRow.current_revision)
        wanted = select(ArticleRow.place, RevisionRow.title, RevisionRow.text).join(RevisionRow, current[0] & current[1])
        row = self._connection.execute(wanted.where(ArticleRow.id == article_id)).one()
        return IndexEntry(row.place, document(Written.of(row.title, row.text)))

    def _is_taken(self, place: int) -> bool:
        return self._connection.scalar(select(ArticleRow.id).where(ArticleRow.place == place)) is not None

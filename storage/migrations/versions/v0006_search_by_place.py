"""A full-text index in the order of dates, in which headline and first sentences can be told from the rest; kind and owner of sources.

Revision ID: 0006
Revises: 0004
Create Date: 2026-11-28
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.search.fulltext import Written, document
from storage.search.places import place_of

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BATCH = 500

# Contentless: the texts are kept once, in `revisions`. The tokenizer leaves every character beyond ASCII alone, because the tokens come
# folded from `storage.textnorm`; unicode61 would split them again by the letters that Unicode knew in 2012. One column, because in every
# other than the first each posting costs two bytes more; '=', '+' and '|' are the signs of `storage.search.fulltext`.
SQLITE_INDEX = "CREATE VIRTUAL TABLE article_text USING fts5(document, content='', tokenize=\"ascii tokenchars '=+|'\")"
# Gather 16 MiB of postings before they are written, and merge eight pieces at a time: half the work of the defaults (1 MiB,
# four), at the same number of pieces to look into (measured on 24,000 articles; 'hashsize' is in fts5_config.c).
SQLITE_SETTINGS = (("hashsize", 16 * 2**20), ("automerge", 8))
# pglz, the default, gives up when the first kilobyte does not shrink, and a tsvector begins with its offsets: nearly all were kept as they
# are. lz4 has no such rule and saves 15 % (measured); it is there from version 14 on, unless a server was built without it.
POSTGRESQL_HAS_LZ4 = "SELECT 'lz4' = ANY(enumvals) FROM pg_settings WHERE name = 'default_toast_compression'"
POSTGRESQL_LZ4 = "ALTER TABLE article_places ALTER COLUMN document SET COMPRESSION lz4"
POSTGRESQL_TABLE = (
    "CREATE TABLE article_places (place BIGINT NOT NULL, document TSVECTOR NOT NULL, CONSTRAINT pk_article_places PRIMARY KEY (place))"
)


def upgrade() -> None:
    """Add columns and index every article anew, in batches.

    The whole is one transaction, in which readers of SQLite see the database as it was. On PostgreSQL they do too while the new index is
    filled beside the old; only the change of the tables at its end makes them wait.
    """
    connection = op.get_bind()
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        op.add_column("articles", sa.Column("place", sa.BigInteger(), nullable=True))
        op.execute("DROP TABLE article_text")
        op.execute(SQLITE_INDEX)
        connection.exec_driver_sql("INSERT INTO article_text(article_text, rank) VALUES (?, ?)", list(SQLITE_SETTINGS))
    else:
        op.execute(POSTGRESQL_TABLE)
        if connection.exec_driver_sql(POSTGRESQL_HAS_LZ4).scalar():
            op.execute(POSTGRESQL_LZ4)
        op.execute("CREATE TABLE places_of_articles (id BIGINT PRIMARY KEY, place BIGINT NOT NULL)")
    taken: set[int] = set()
    for batch in _batches(connection):
        placed = [(row.id, _place(row, taken), document(Written.of(row.title, row.text))) for row in batch]
        _keep(connection, placed, sqlite=sqlite)
    if not sqlite:
        op.add_column("articles", sa.Column("place", sa.BigInteger(), nullable=True))
        op.execute("UPDATE articles SET place = p.place FROM places_of_articles AS p WHERE p.id = articles.id")
        op.execute("DROP TABLE places_of_articles")
        op.execute("DROP TABLE article_text")
        op.execute("ALTER TABLE article_places RENAME TO article_text")
        op.execute("ALTER INDEX pk_article_places RENAME TO pk_article_text")
        op.execute("CREATE INDEX ix_article_text_document ON article_text USING gin (document)")
    op.create_index("ix_articles_place", "articles", ["place", "cluster_id", "source_id", "language"])
    op.add_column("sources", sa.Column("kind", sa.Text(), nullable=True))
    op.add_column("sources", sa.Column("state_owned", sa.Boolean(), nullable=True))


def _batches(connection: sa.Connection) -> Iterator[Sequence[Any]]:
    """Yield the articles with the version that they show, by id."""
    wanted = sa.text(
        "SELECT a.id, a.url_key, a.dated_at, r.title, r.text FROM articles AS a JOIN revisions AS r"
        " ON r.article_id = a.id AND r.number = a.current_revision WHERE a.id > :after ORDER BY a.id LIMIT :batch"
    ).columns(dated_at=sa.DateTime(timezone=True))
    after = 0
    while rows := connection.execute(wanted, {"after": after, "batch": BATCH}).all():
        yield rows
        after = rows[-1].id


def _place(row: Any, taken: set[int]) -> int:
    dated_at: datetime = row.dated_at if row.dated_at.tzinfo else row.dated_at.replace(tzinfo=UTC)
    place = place_of(dated_at, row.url_key, taken)
    taken.add(place)
    return place


def _keep(connection: sa.Connection, placed: Sequence[tuple[int, int, str]], *, sqlite: bool) -> None:
    if sqlite:
        by_place = sorted((place, tokens) for _, place, tokens in placed)
        connection.exec_driver_sql("INSERT INTO article_text(rowid, document) VALUES (?, ?)", by_place)
        connection.exec_driver_sql("UPDATE articles SET place = ? WHERE id = ?", [(place, id_) for id_, place, _ in placed])
        return
    from storage.dialects.postgresql import tsvector_of  # noqa: PLC0415 - a dialect is loaded only where it is used

    rows = [{"id": id_, "place": place, "document": tsvector_of(tokens)} for id_, place, tokens in placed]
    connection.execute(sa.text("INSERT INTO article_places VALUES (:place, CAST(:document AS tsvector))"), rows)
    connection.execute(sa.text("INSERT INTO places_of_articles VALUES (:id, :place)"), rows)

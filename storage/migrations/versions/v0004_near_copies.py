"""Near copies: sketches, likenesses, what a cluster's members are to each other, and the agency that a source is.

Revision ID: 0004
Revises: 0003
Create Date: 2026-11-22
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

_NEW_COLUMNS: tuple[tuple[str, str, sa.types.TypeEngine[Any]], ...] = (
    ("sources", "agency", sa.Text()),
    ("clusters", "representative_id", ID),
    ("clusters", "agency", sa.Text()),
    ("clusters", "members", sa.Integer()),
    ("articles", "cluster_role", sa.Text()),
    ("articles", "similarity", sa.Double()),
    ("articles", "changes", sa.JSON(none_as_null=True)),
    ("revisions", "kind", sa.Text()),
)


def _pair_exact_copies() -> None:
    """Pair the articles that share a fingerprint, as `storage.copies.likenesses` does since."""
    connection = op.get_bind()
    bearers = connection.execute(
        sa.text(
            "SELECT f.value, a.id FROM fingerprints AS f JOIN articles AS a ON a.id = f.article_id WHERE f.value IN"
            " (SELECT value FROM fingerprints GROUP BY value HAVING count(*) > 1) ORDER BY f.value, a.url_key"
        )
    )
    pairs: set[tuple[int, int, int]] = set()
    value, hub = None, 0
    for found, article_id in bearers:
        if found != value:
            value, hub = found, article_id
        else:
            pairs.add((min(hub, article_id), max(hub, article_id), int(found[:7], 16) + 1))
    if pairs:
        statement = sa.text("INSERT INTO likenesses VALUES (:first, :second, :via, 1.0, 1.0, 1.0)")
        connection.execute(statement, [{"first": first, "second": second, "via": via} for first, second, via in sorted(pairs)])


def _add_events() -> None:
    """Make the table of events, and the way from an article to its rows in the ledger, of which they are made."""
    op.create_table(
        "events",
        sa.Column("article_id", ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_events_article_id_articles")),
        sa.PrimaryKeyConstraint("article_id", "at", "kind", name=op.f("pk_events")),
        sqlite_with_rowid=False,
    )
    of_article = sa.text("article_id IS NOT NULL")
    op.create_index(op.f("ix_fetches_article_id"), "fetches", ["article_id"], sqlite_where=of_article, postgresql_where=of_article)
    op.execute("INSERT INTO events SELECT id, gone_at, 'gone', NULL, '', NULL FROM articles WHERE gone_at IS NOT NULL")


def upgrade() -> None:
    """Add tables and columns. Clusters of before stay as they are until `dragoman dedup rebuild` looks for near copies too."""
    for table, name, kind in _NEW_COLUMNS:
        op.add_column(table, sa.Column(name, kind, nullable=True))
    op.create_table(
        "sketches",
        sa.Column("week", sa.Integer(), nullable=False),
        sa.Column("hash", sa.Integer(), nullable=False),
        sa.Column("article_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("week", "hash", "article_id", name=op.f("pk_sketches")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "likenesses",
        sa.Column("first_id", ID, nullable=False),
        sa.Column("second_id", ID, nullable=False),
        sa.Column("via", sa.Integer(), nullable=False),
        sa.Column("first_share", sa.Double(), nullable=False),
        sa.Column("second_share", sa.Double(), nullable=False),
        sa.Column("jaccard", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["first_id"], ["articles.id"], name=op.f("fk_likenesses_first_id_articles")),
        sa.ForeignKeyConstraint(["second_id"], ["articles.id"], name=op.f("fk_likenesses_second_id_articles")),
        sa.PrimaryKeyConstraint("first_id", "second_id", "via", name=op.f("pk_likenesses")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_likenesses_second_id"), "likenesses", ["second_id"])
    op.create_table(
        "rebuilds",
        sa.Column("id", ID, nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("compared_id", ID, nullable=False),
        sa.Column("settled_id", ID, nullable=False),
        sa.Column("last_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rebuilds")),
    )
    _add_events()
    _pair_exact_copies()
    # The members of a cluster of exact copies were its origin and its copies.
    op.execute(
        "UPDATE articles SET similarity = 1.0, cluster_role = CASE WHEN id = (SELECT origin_id FROM clusters WHERE id = cluster_id)"
        " THEN 'origin' ELSE 'copy' END WHERE cluster_id IS NOT NULL"
    )
    op.execute(
        "UPDATE clusters SET representative_id = origin_id,"
        " members = (SELECT count(*) FROM articles WHERE articles.cluster_id = clusters.id)"
    )

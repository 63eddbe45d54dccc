"""The ledger of channels, visits, backfills, and what is remembered of hosts.

Revision ID: 0002
Revises: 0001
Create Date: 2026-11-22
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
TO_VISIT = sa.text("next_visit_at IS NOT NULL")

_NEW_COLUMNS: tuple[tuple[str, str, sa.types.TypeEngine[Any]], ...] = (
    ("feeds", "not_before", INSTANT),
    ("feeds", "skip_hours", sa.JSON(none_as_null=True)),
    ("feeds", "skip_days", sa.JSON(none_as_null=True)),
    ("runs", "holder", sa.Text()),
    ("candidates", "channel", sa.Text()),
    ("candidates", "backfill_id", ID),
    ("articles", "visited_at", INSTANT),
    ("articles", "next_visit_at", INSTANT),
    ("articles", "gone_at", INSTANT),
    ("articles", "etag", sa.Text()),
    ("articles", "last_modified", sa.Text()),
    ("revisions", "archive_file", sa.Text()),
    ("revisions", "archive_offset", sa.BigInteger()),
    ("fetches", "requests", sa.Integer()),
    ("fetches", "channel", sa.Text()),
    ("hosts", "delay_seconds", sa.Double()),
    ("hosts", "failures", sa.Integer()),
)


def upgrade() -> None:
    """Add tables and columns; nothing that is there changes."""
    for table, name, kind in _NEW_COLUMNS:
        op.add_column(table, sa.Column(name, kind, nullable=True))
    op.create_index(
        op.f("ix_articles_to_visit"),
        "articles",
        ["source_id", "next_visit_at"],
        sqlite_where=TO_VISIT,
        postgresql_where=TO_VISIT,
    )
    op.create_table(
        "sightings",
        sa.Column("url_key", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("run_id", ID, nullable=True),
        sa.Column("found_in", sa.Text(), nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.Column("dated_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_sightings_source_id_sources")),
        sa.PrimaryKeyConstraint("url_key", "channel", name=op.f("pk_sightings")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_sightings_source_id_seen_at_dated_at"), "sightings", ["source_id", "seen_at", "dated_at"])
    op.create_table(
        "polls",
        sa.Column("id", ID, nullable=False),
        sa.Column("run_id", ID, nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("polled_at", INSTANT, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("http_status", sa.Integer(), nullable=True),
        sa.Column("size_bytes", sa.BigInteger(), nullable=True),
        sa.Column("elapsed_ms", sa.BigInteger(), nullable=True),
        sa.Column("named", sa.Integer(), nullable=False),
        sa.Column("fresh", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_polls_run_id_runs")),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_polls_source_id_sources")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_polls")),
    )
    op.create_index(op.f("ix_polls_run_id"), "polls", ["run_id"])
    op.create_index(op.f("ix_polls_source_id_polled_at"), "polls", ["source_id", "polled_at"])
    op.create_table(
        "backfills",
        sa.Column("id", ID, nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_backfills_source_id_sources")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backfills")),
    )
    op.create_index(op.f("ix_backfills_source_id"), "backfills", ["source_id"])
    op.create_table(
        "backfill_steps",
        sa.Column("backfill_id", ID, nullable=False),
        sa.Column("url_key", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("read_at", INSTANT, nullable=True),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("named", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["backfill_id"], ["backfills.id"], name=op.f("fk_backfill_steps_backfill_id_backfills")),
        sa.PrimaryKeyConstraint("backfill_id", "url_key", name=op.f("pk_backfill_steps")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "robots",
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("fetched_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("origin", name=op.f("pk_robots")),
    )

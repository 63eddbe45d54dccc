"""The version of what made tags and relevance; the index from which ties are counted.

Revision ID: 0005
Revises: 0004
Create Date: 2026-11-28
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, empty: `dragoman retag` tells the tags of before by that. Widen the index of tags."""
    op.add_column("articles", sa.Column("tagging", sa.Text(), nullable=True))
    op.drop_index(op.f("ix_tags_kind_value"), "tags")
    op.create_index(op.f("ix_tags_kind_value_article_id_weight"), "tags", ["kind", "value", "article_id", "weight"])

"""More of what a page says of itself: agency, keywords, standfirst, form, languages, and the evidence for each field.

Revision ID: 0003
Revises: 0002
Create Date: 2026-11-22
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_JSON = sa.JSON(none_as_null=True)


def upgrade() -> None:
    """Add columns; what is stored stays as it is, and says nothing of these fields until it is extracted anew."""
    for name in ("agency", "form", "next_page_url"):
        op.add_column("articles", sa.Column(name, sa.Text(), nullable=True))
    for name in ("keywords", "languages", "evidence"):
        op.add_column("articles", sa.Column(name, _JSON, nullable=True))
    op.add_column("revisions", sa.Column("standfirst", sa.Text(), nullable=True))

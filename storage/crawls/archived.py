"""Where the texts that we have stand in an archive."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import and_, select

from storage.database import Database
from storage.models import ArticleRow, RevisionRow, url_key
from storage.records import ArchivePlace


def places(database: Database, canonical_urls: Collection[str]) -> dict[str, ArchivePlace]:
    """Return the place of the current revision of each article with one of these canonical URLs, so far as it was archived."""
    wanted = (
        select(ArticleRow.canonical_url, RevisionRow.archive_file, RevisionRow.archive_offset)
        .join(RevisionRow, and_(RevisionRow.article_id == ArticleRow.id, RevisionRow.number == ArticleRow.current_revision))
        .where(ArticleRow.url_key.in_([url_key(url) for url in canonical_urls]), RevisionRow.archive_file.is_not(None))
    )
    with database.read() as connection:
        return {row.canonical_url: ArchivePlace(row.archive_file, row.archive_offset) for row in connection.execute(wanted)}

"""Tags and relevance made anew: which articles wait for it, and how the new ones are kept.

An article carries the version that made its tags (`articles.tagging`), so whatever has another one is still to be done: a retagging that
was interrupted goes on by itself. Batches are short transactions; readers read and crawls write meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, or_, select, update

from storage.database import Database
from storage.models import ArticleRow, RevisionRow, SourceRow, TagRow
from storage.records import Tag
from storage.search.selection import CURRENT


@dataclass(frozen=True, slots=True)
class Judged:
    """What is said of an article: whether it is relevant, the score behind that and its reasons, and its tags."""

    relevant: bool | None
    relevance: float | None
    reasons: tuple[str, ...]
    tags: tuple[Tag, ...]


@dataclass(frozen=True, slots=True)
class Outdated:
    """An article whose tags are of another version: what they are made from, and what was said until now.

    `revision` is the number of the version whose text this is.
    """

    article_id: int
    revision: int
    title: str | None
    text: str
    language: str | None
    url: str
    section: str | None
    published_at: datetime | None
    source_country: str | None
    judged: Judged


@dataclass(frozen=True, slots=True)
class Rejudged:
    """An article with what is said of it now; `changed` says whether that differs from before."""

    article_id: int
    revision: int
    judged: Judged
    changed: bool


def _waits(version: str) -> ColumnElement[bool]:
    return or_(ArticleRow.tagging.is_(None), ArticleRow.tagging != version)


def count_outdated(database: Database, version: str) -> int:
    """Count the articles whose tags are of another version."""
    with database.read() as connection:
        return connection.scalar(select(func.count()).select_from(ArticleRow).where(_waits(version))) or 0


def outdated(database: Database, version: str, after_id: int, limit: int) -> list[Outdated]:
    """Read the next articles whose tags are of another version, in the order of their numbers."""
    wanted = (
        select(
            ArticleRow.id,
            ArticleRow.current_revision,
            RevisionRow.title,
            RevisionRow.text,
            ArticleRow.language,
            ArticleRow.url,
            ArticleRow.section,
            ArticleRow.published_at,
            SourceRow.country,
            ArticleRow.relevant,
            ArticleRow.relevance,
            ArticleRow.relevance_reasons,
        )
        .join(RevisionRow, CURRENT)
        .join(SourceRow, SourceRow.id == ArticleRow.source_id)
        .where(ArticleRow.id > after_id, _waits(version))
        .order_by(ArticleRow.id)
        .limit(limit)
    )
    with database.read() as connection:
        rows = connection.execute(wanted).all()
        tags: dict[int, set[Tag]] = {row.id: set() for row in rows}
        for row in connection.execute(select(TagRow).where(TagRow.article_id.in_(tags))):
            tags[row.article_id].add(Tag(row.kind, row.value, row.weight, row.evidence))
    return [
        Outdated(
            row.id,
            row.current_revision,
            row.title,
            row.text,
            row.language,
            row.url,
            row.section,
            row.published_at,
            row.country,
            Judged(row.relevant, row.relevance, tuple(row.relevance_reasons), ordered(tags[row.id])),
        )
        for row in rows
    ]


def ordered(tags: Sequence[Tag] | set[Tag]) -> tuple[Tag, ...]:
    """Put tags into one order, so that they can be compared."""
    return tuple(sorted(tags, key=lambda tag: (tag.kind, tag.value)))


def keep_rejudged(database: Database, version: str, batch: Sequence[Rejudged]) -> int:
    """Keep what is said of some articles now, in one transaction; return how many were kept.

    An article that was revised meanwhile is left as it is: its new text was judged when it came. Of one that did not change, only the
    version is written.
    """
    kept = 0
    with database.write() as connection:
        for item in batch:
            values: dict[str, Any] = {"tagging": version}
            if item.changed:
                judged = item.judged
                values |= {"relevant": judged.relevant, "relevance": judged.relevance, "relevance_reasons": list(judged.reasons)}
            same_text = (ArticleRow.id == item.article_id, ArticleRow.current_revision == item.revision)
            if not connection.execute(update(ArticleRow).where(*same_text).values(values)).rowcount:
                continue
            kept += 1
            if item.changed:
                connection.execute(delete(TagRow).where(TagRow.article_id == item.article_id))
                if item.judged.tags:
                    rows = [{"article_id": item.article_id, **asdict(tag)} for tag in item.judged.tags]
                    connection.execute(insert(TagRow), rows)
    return kept

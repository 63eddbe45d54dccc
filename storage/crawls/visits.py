"""Fetch an article again on purpose: when, and which ones are due.

Editors change most in the first hours, so visits come at growing ages. A visit that was missed is not made up for: the next planned one
finds what it would have found.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from storage.crawls.records import FrontierEntry
from storage.database import Database
from storage.models import ArticleRow
from storage.records import Attempt, ChannelKind, Outcome

#: Ages at which an article is visited again when nothing else is said.
DEFAULT_VISITS = (timedelta(hours=1), timedelta(hours=6), timedelta(hours=24), timedelta(days=7), timedelta(days=30))
#: Outcomes of a visit that found the article.
FOUND = frozenset({Outcome.NEW, Outcome.COPY, Outcome.REVISED, Outcome.UNCHANGED, Outcome.NOT_MODIFIED})


def next_visit(first_seen_at: datetime, visited_at: datetime, ages: Sequence[timedelta]) -> datetime | None:
    """Return the first planned visit after the present one; None when all are done.

    Args: when the article was first seen; the visit just made; the ages at which it is visited, in any order.
    """
    return min((at for age in ages if (at := first_seen_at + age) > visited_at), default=None)


def after(attempt: Attempt, outcome: Outcome, first_seen_at: datetime, visited_at: datetime | None = None) -> dict[str, Any]:
    """Return what a try changes in the row of its article, which a visit last found at `visited_at`. Pure.

    A visit that the host's wish put off is made as soon as it may be; one that failed otherwise is left to the next planned one. An earlier
    visit that an archive brings later changes nothing. Whether the article is gone is for `storage.events`.
    """
    if visited_at is not None and attempt.fetched_at < visited_at:
        return {}
    planned = next_visit(first_seen_at, attempt.fetched_at, attempt.visits)
    values: dict[str, Any] = {"next_visit_at": planned}
    if outcome in FOUND:
        values["visited_at"] = attempt.fetched_at
        if attempt.etag or attempt.last_modified or outcome is not Outcome.NOT_MODIFIED:
            values |= {"etag": attempt.etag, "last_modified": attempt.last_modified}
    elif outcome is Outcome.BLOCKED and attempt.http_status is None and attempt.retry_at is not None:
        values["next_visit_at"] = attempt.retry_at
    return values


def write(connection: Connection, changes: Mapping[int, dict[str, Any]]) -> None:
    """Write what tries changed in their articles, inside the transaction of their results."""
    for article_id, values in changes.items():
        if not values:
            continue
        connection.execute(update(ArticleRow).where(ArticleRow.id == article_id).values(values))


def due(database: Database, source_id: str, *, limit: int, now: datetime, besides: Collection[str] = ()) -> list[FrontierEntry]:
    """Return the articles of a source whose next visit is due, the longest overdue first.

    Args: also how many at most, and canonical URLs that are on their way already.
    """
    wanted = (
        select(ArticleRow)
        .where(ArticleRow.source_id == source_id, ArticleRow.next_visit_at <= now)
        .order_by(ArticleRow.next_visit_at, ArticleRow.id)
        .limit(limit + len(besides))
    )
    with database.read() as connection:
        rows = connection.execute(wanted).all()
    entries = [
        FrontierEntry(
            url=row.url,
            canonical_url=row.canonical_url,
            source_id=row.source_id,
            found_in="",
            found_at=now,
            channel=ChannelKind.REVISIT,
            etag=row.etag,
            last_modified=row.last_modified,
            known=True,
        )
        for row in rows
        if row.canonical_url not in besides
    ]
    return entries[:limit]

"""Count what matches: in all, or by day, month, source, country or language."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, func

from storage.dialects.base import DatabaseDialect
from storage.models import ArticleRow, TagRow
from storage.search.places import KEY_BITS, day_of
from storage.search.query import Query
from storage.search.records import ArticleFilter, Bucket, Weight
from storage.search.selection import places, selection, texts

_TIMES = frozenset((Bucket.DAY, Bucket.MONTH))


def count(connection: Connection, dialect: DatabaseDialect, wanted: ArticleFilter, query: Query, weight: Weight) -> int:
    """Count the articles that match, or their texts: each cluster once, and each article without a copy."""
    if query and weight is Weight.ARTICLES:
        found, _ = places(dialect, wanted, query)
        return connection.scalar(found.with_only_columns(func.count())) or 0
    chosen = selection(dialect, wanted, query)
    if chosen is None:
        return 0
    articles = func.count(ArticleRow.id)
    return connection.scalar(chosen.with_only_columns(articles if weight is Weight.ARTICLES else texts(articles))) or 0


def count_by(
    connection: Connection, dialect: DatabaseDialect, wanted: ArticleFilter, query: Query, bucket: Bucket, weight: Weight
) -> dict[str, int]:
    """Count what matches in each bucket; see `Corpus.count_by`."""
    if wanted.query.strip() and not query:
        return {}
    if bucket in _TIMES:
        days = _by_time(connection, dialect, wanted, query, bucket, weight)
        return {name: days.get(name, 0) for name in _without_gaps(sorted(days), bucket)}
    rows = connection.execute(_grouped(dialect, wanted, query, bucket, weight)).all()
    return {name: counted for name, counted in sorted(rows, key=lambda row: (-row[1], row[0] or "")) if name is not None}


def _by_time(
    connection: Connection, dialect: DatabaseDialect, wanted: ArticleFilter, query: Query, bucket: Bucket, weight: Weight
) -> dict[str, int]:
    """Count by a date, from the places alone as long as every article counts: no table is asked."""
    if weight is Weight.ARTICLES:
        chosen: Any
        place: Any = ArticleRow.place
        if query:
            chosen, place = places(dialect, wanted, query)
        else:
            chosen = selection(dialect, wanted, query)
        # A day is a division; months are sums of days, and few.
        day = (place // (86_400 << KEY_BITS)).label("day")
        counted: dict[str, int] = {}
        for number, found in connection.execute(chosen.with_only_columns(day, func.count()).group_by(day)):
            name = day_of(int(number))[: 10 if bucket is Bucket.DAY else 7]
            counted[name] = counted.get(name, 0) + found
        return counted
    return {name: found for name, found in connection.execute(_grouped(dialect, wanted, query, bucket, weight)) if name is not None}


def _grouped(dialect: DatabaseDialect, wanted: ArticleFilter, query: Query, bucket: Bucket, weight: Weight) -> Any:
    chosen: Any = selection(dialect, wanted, query)
    articles = func.count(ArticleRow.id)
    counted = articles if weight is Weight.ARTICLES else texts(articles)
    name: Any
    match bucket:
        case Bucket.SOURCE:
            name = ArticleRow.source_id
        case Bucket.LANGUAGE:
            name = ArticleRow.language
        case Bucket.DAY:
            name = dialect.day(ArticleRow.dated_at)
        case Bucket.MONTH:
            name = dialect.month(ArticleRow.place.expression)
        case Bucket.COUNTRY:
            chosen = chosen.join(TagRow, (TagRow.article_id == ArticleRow.id) & (TagRow.kind == "country"))
            name = TagRow.value
    named = name.label("bucket")
    return chosen.with_only_columns(named, counted).group_by(named)


def _without_gaps(names: list[str], bucket: Bucket) -> Iterable[str]:
    """Yield every day or month from the first to the last, so that a series has its zeros."""
    if not names:
        return
    at, last = date.fromisoformat(f"{names[0]}-01"[:10]), names[-1]
    while (name := at.isoformat()[: 10 if bucket is Bucket.DAY else 7]) <= last:
        yield name
        at += timedelta(days=1)
        if bucket is Bucket.MONTH:
            at = (at.replace(day=1) + timedelta(days=31)).replace(day=1)

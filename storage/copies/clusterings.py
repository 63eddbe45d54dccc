"""The clusters of the corpus as records, and in numbers."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Select, and_, case, func, select
from sqlalchemy.orm import aliased

from storage.copies.records import Cluster, CopyShare, CopyStats
from storage.models import ArticleRow, ClusterRow, RevisionRow
from storage.records import ClusterRole, article_key

_PAGE = 500  # clusters in memory at a time


def clusters(connection: Connection, wanted: Select[Any]) -> Iterator[Cluster]:
    """Yield the clusters whose ids a SELECT gives, in the order of their keys."""
    origin = aliased(ArticleRow)
    ordered = (
        select(ClusterRow.id).join(origin, origin.id == ClusterRow.origin_id).where(ClusterRow.id.in_(wanted)).order_by(origin.url_key)
    )
    ids = iter(array("q", connection.scalars(ordered)))
    while page := list(islice(ids, _PAGE)):
        yield from _load(connection, page)


def _load(connection: Connection, ids: Sequence[int]) -> Iterator[Cluster]:
    origin = aliased(ArticleRow)
    of_clusters = (
        select(ClusterRow.id, ClusterRow.agency, origin.canonical_url, origin.source_id, origin.published_at, RevisionRow.title)
        .join(origin, origin.id == ClusterRow.origin_id)
        .join(RevisionRow, and_(RevisionRow.article_id == origin.id, RevisionRow.number == origin.current_revision))
        .where(ClusterRow.id.in_(ids))
    )
    of_members = (
        select(ArticleRow.cluster_id, func.count().label("members"), func.min(ArticleRow.published_at), func.max(ArticleRow.published_at))
        .where(ArticleRow.cluster_id.in_(ids))
        .group_by(ArticleRow.cluster_id)
    )
    of_sources = select(ArticleRow.cluster_id, ArticleRow.source_id).where(ArticleRow.cluster_id.in_(ids)).distinct()
    found = {row.id: row for row in connection.execute(of_clusters)}
    spans = {row[0]: row[1:] for row in connection.execute(of_members)}
    sources: dict[int, list[str]] = {}
    for cluster_id, source_id in connection.execute(of_sources):
        sources.setdefault(cluster_id or 0, []).append(source_id)
    for cluster_id in ids:
        row, (members, first, last) = found[cluster_id], spans[cluster_id]
        yield Cluster(
            key=article_key(row.canonical_url),
            origin_source=row.source_id,
            origin_url=row.canonical_url,
            origin_title=row.title,
            origin_published_at=row.published_at,
            agency=row.agency,
            members=members,
            first_published_at=first,
            last_published_at=last,
            sources=tuple(sorted(sources[cluster_id])),
        )


def copy_stats(connection: Connection) -> CopyStats:
    """Count the copies: by size of cluster, by source and language, and whose texts they are."""
    is_copy = and_(ArticleRow.cluster_id.is_not(None), ArticleRow.cluster_role != ClusterRole.ORIGIN.value)
    copies = func.coalesce(func.sum(case((is_copy, 1), else_=0)), 0)
    sizes = select(func.count().label("size")).where(ArticleRow.cluster_id.is_not(None)).group_by(ArticleRow.cluster_id).subquery()
    by_size = connection.execute(select(sizes.c.size, func.count()).group_by(sizes.c.size).order_by(sizes.c.size)).all()
    agencies = select(ClusterRow.agency, func.count()).where(ClusterRow.agency.is_not(None)).group_by(ClusterRow.agency)
    counted = sorted(connection.execute(agencies), key=lambda row: (-row[1], str(row[0])))
    articles, found = connection.execute(select(func.count(), copies).select_from(ArticleRow)).one()

    def shares(of: Any) -> dict[str, CopyShare]:
        rows = connection.execute(select(of, func.count(), copies).where(of.is_not(None)).group_by(of)).all()
        ranked = sorted(rows, key=lambda row: (-int(row[2]), -row[1], row[0]))
        return {name: CopyShare(count, int(copied), int(copied) / count) for name, count, copied in ranked}

    return CopyStats(
        articles=articles,
        clusters=sum(count for _, count in by_size),
        copies=int(found),
        by_size={row[0]: row[1] for row in by_size},
        by_source=shares(ArticleRow.source_id),
        by_language=shares(ArticleRow.language),
        agencies={str(name): count for name, count in counted},
    )

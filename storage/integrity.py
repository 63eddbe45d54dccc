"""Look for rows that contradict each other: what no foreign key can say."""

from __future__ import annotations

from sqlalchemy import Connection, Select, and_, func, or_, select

from storage.dialects.base import DatabaseDialect
from storage.models import ArticleRow, ArticleUrlRow, ClusterRow, LikenessRow, RevisionRow
from storage.records import ClusterRole


def problems(connection: Connection, dialect: DatabaseDialect) -> list[str]:
    """Return one line for each kind of contradiction, with how many rows it concerns and the first of them."""
    indexed = dialect.indexed_places()
    placed = select(ArticleRow.place).group_by(ArticleRow.place).having(func.count() > 1)
    current = and_(RevisionRow.article_id == ArticleRow.id, RevisionRow.number == ArticleRow.current_revision)
    counted = (
        select(RevisionRow.article_id, func.count().label("revisions"), func.max(RevisionRow.number).label("last"))
        .group_by(RevisionRow.article_id)
        .subquery()
    )
    members = select(ArticleRow.cluster_id, func.count().label("members")).group_by(ArticleRow.cluster_id).subquery()
    checks: dict[str, Select[int]] = {
        "articles without their current revision": select(ArticleRow.id).outerjoin(RevisionRow, current).where(RevisionRow.id.is_(None)),
        "articles with missing revisions": (
            select(ArticleRow.id)
            .outerjoin(counted, counted.c.article_id == ArticleRow.id)
            .where((func.coalesce(counted.c.revisions, 0) != ArticleRow.revisions) | (counted.c.last != ArticleRow.revisions))
        ),
        "articles that their own address does not lead to": (
            select(ArticleRow.id)
            .outerjoin(ArticleUrlRow, and_(ArticleUrlRow.url_key == ArticleRow.url_key, ArticleUrlRow.article_id == ArticleRow.id))
            .where(ArticleUrlRow.url_key.is_(None))
        ),
        "articles missing from the full-text index": (
            select(ArticleRow.id).outerjoin(indexed, indexed.c.place == ArticleRow.place).where(indexed.c.place.is_(None))
        ),
        "entries of the full-text index without an article": (
            select(indexed.c.place.label("id")).outerjoin(ArticleRow, ArticleRow.place == indexed.c.place).where(ArticleRow.id.is_(None))
        ),
        "articles that share a place": select(ArticleRow.id).where(ArticleRow.place.in_(placed)),
        "clusters of fewer than two articles": (
            select(ClusterRow.id).outerjoin(members, members.c.cluster_id == ClusterRow.id).where(func.coalesce(members.c.members, 0) < 2)
        ),
        "clusters whose origin is not a member": (
            select(ClusterRow.id)
            .outerjoin(ArticleRow, and_(ArticleRow.id == ClusterRow.origin_id, ArticleRow.cluster_id == ClusterRow.id))
            .where(ArticleRow.id.is_(None))
        ),
        "clusters whose representative is not a member": (
            select(ClusterRow.id)
            .outerjoin(ArticleRow, and_(ArticleRow.id == ClusterRow.representative_id, ArticleRow.cluster_id == ClusterRow.id))
            .where(ArticleRow.id.is_(None))
        ),
        "clusters whose members are counted wrong": (
            select(ClusterRow.id)
            .join(members, members.c.cluster_id == ClusterRow.id)
            .where(func.coalesce(ClusterRow.members, 0) != members.c.members)
        ),
        "articles with a role that their cluster does not give them": (
            select(ArticleRow.id)
            .outerjoin(ClusterRow, ClusterRow.id == ArticleRow.cluster_id)
            .where(
                or_(
                    ArticleRow.cluster_id.is_(None) != ArticleRow.cluster_role.is_(None),
                    (ArticleRow.cluster_role == ClusterRole.ORIGIN.value) != (ClusterRow.origin_id == ArticleRow.id),
                )
            )
        ),
        "likenesses that name the greater id first": select(LikenessRow.first_id.label("id")).where(
            LikenessRow.first_id >= LikenessRow.second_id
        ),
    }
    found: list[str] = []
    for name, check in checks.items():
        rows = check.subquery()
        count, first = connection.execute(select(func.count(), func.min(rows.c.id)).select_from(rows)).one()
        if count:
            found.append(f"{count} {name}, the first is {first}")
    return found

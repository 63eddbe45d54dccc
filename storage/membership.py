"""Which articles share a fingerprint, and the cluster that makes of them: the part of deduplication that asks and tells the database."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from storage.dedup import clusters
from storage.dialects.base import DatabaseDialect
from storage.models import ArticleRow, ClusterRow, FingerprintRow

#: The kind of fingerprint that `storage.dedup.exact` makes.
EXACT = "exact"


class Membership:
    """The clusters that a batch of drafts can touch, kept up to date while it is decided."""

    def __init__(self, connection: Connection, dialect: DatabaseDialect, values: Collection[str], articles: Collection[int]) -> None:
        """Read who bears the fingerprints `values`, and the clusters of those and of `articles`."""
        self._connection = connection
        self._dialect = dialect
        self._bearers = self._read_bearers(values)
        self._cluster_of = self._read_clusters(set(articles).union(*self._bearers.values()))
        self._new_fingerprints: list[dict[str, Any]] = []
        self._changed: set[int] = set()

    def _read_bearers(self, values: Collection[str]) -> dict[str, set[int]]:
        """Return for each fingerprint at most two articles that have it.

        Two are enough: one of them is not the article that is being decided, and all that share a value are in one cluster already.
        """
        rows = self._connection.execute(
            select(FingerprintRow.value, func.min(FingerprintRow.article_id), func.max(FingerprintRow.article_id))
            .where(FingerprintRow.kind == EXACT, FingerprintRow.value.in_(values))
            .group_by(FingerprintRow.value)
        )
        return {value: {first, last} for value, first, last in rows}

    def _read_clusters(self, articles: Collection[int]) -> dict[int, int | None]:
        rows = self._connection.execute(select(ArticleRow.id, ArticleRow.cluster_id).where(ArticleRow.id.in_(articles)))
        return {row.id: row.cluster_id for row in rows}

    def cluster_of(self, article_id: int) -> int | None:
        """Return the cluster of an article that this batch concerns; None when it is alone."""
        return self._cluster_of.get(article_id)

    def twins(self, values: Iterable[str], article_id: int | None) -> set[int]:
        """Return articles other than `article_id` that have one of these fingerprints."""
        bearers = {bearer for value in values for bearer in self._bearers.get(value, ())}
        return bearers - {article_id}

    def bear(self, article_id: int, values: Iterable[str]) -> None:
        """Remember the fingerprints of a version. Those of earlier versions stay: somebody may have reprinted those."""
        self._cluster_of.setdefault(article_id, None)
        for value in values:
            self._new_fingerprints.append({"kind": EXACT, "value": value, "article_id": article_id})
            bearers = self._bearers.setdefault(value, set())
            if len(bearers) < 2:
                bearers.add(article_id)

    def join(self, article_id: int, twins: Collection[int], created_at: datetime) -> None:
        """Put an article and its twins into one cluster: the oldest that any of them is in, or a new one."""
        members = {article_id, *twins}
        found = sorted({cluster for member in members if (cluster := self._cluster_of[member]) is not None})
        if found:
            target = found[0]
            self._merge(found[1:], target)
        else:
            created = insert(ClusterRow).values(origin_id=min(members), created_at=created_at).returning(ClusterRow.id)
            target = self._connection.execute(created).scalar_one()
        joining = [member for member in members if self._cluster_of[member] is None]
        self._connection.execute(update(ArticleRow).where(ArticleRow.id.in_(joining)).values(cluster_id=target))
        self._cluster_of.update(dict.fromkeys(joining, target))
        self._changed.add(target)

    def _merge(self, absorbed: Collection[int], target: int) -> None:
        """Move the members of younger clusters into the oldest, whose id stays."""
        if not absorbed:
            return
        self._connection.execute(update(ArticleRow).where(ArticleRow.cluster_id.in_(absorbed)).values(cluster_id=target))
        self._connection.execute(delete(ClusterRow).where(ClusterRow.id.in_(absorbed)))
        self._changed.difference_update(absorbed)
        self._cluster_of.update({member: target for member, cluster in self._cluster_of.items() if cluster in absorbed})

    def redated(self, article_id: int) -> None:
        """Note that the dates of an article changed, so that its cluster may have another origin."""
        if (cluster := self._cluster_of[article_id]) is not None:
            self._changed.add(cluster)

    def flush(self) -> None:
        """Write the fingerprints, and choose the origin of every cluster that changed."""
        if self._new_fingerprints:
            self._connection.execute(self._dialect.insert(FingerprintRow).on_conflict_do_nothing(), self._new_fingerprints)
        for cluster_id in sorted(self._changed):
            rows = self._connection.execute(
                select(ArticleRow.id, ArticleRow.published_at, ArticleRow.first_seen_at, ArticleRow.url_key).where(
                    ArticleRow.cluster_id == cluster_id
                )
            )
            origin = clusters.origin(clusters.Member(*row) for row in rows)
            self._connection.execute(update(ClusterRow).where(ClusterRow.id == cluster_id).values(origin_id=origin))

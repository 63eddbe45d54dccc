"""The clusters that follow from the pairs of copies, written where they changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, insert, select, update

from storage import textnorm
from storage.copies.likenesses import SAME, Likenesses
from storage.copies.neighbours import chunks
from storage.dedup import clusters
from storage.dedup.near import Likeness
from storage.dedup.stars import keep_identities, stars
from storage.models import ArticleRow, Base, ClusterRow, RevisionRow, SourceRow

_CURRENT = and_(RevisionRow.article_id == ArticleRow.id, RevisionRow.number == ArticleRow.current_revision)
# Made once, because building a statement costs more than running it.
_INSERT_CLUSTER = insert(ClusterRow).returning(ClusterRow.id)
_CLUSTERS, _ARTICLES = Base.metadata.tables["clusters"], Base.metadata.tables["articles"]
_UPDATE_CLUSTER = update(_CLUSTERS).where(_CLUSTERS.c.id == bindparam("cluster"))
_UPDATE_PLACE = update(_ARTICLES).where(_ARTICLES.c.id == bindparam("article"))


@dataclass(frozen=True, slots=True)
class _Node:
    """An article with its present place among copies."""

    member: clusters.Member
    title: str
    cluster_id: int | None
    cluster_role: str | None
    similarity: float | None
    changes: list[str] | None


class Membership:
    """The clusters of one database, seen through a connection that may write."""

    def __init__(self, connection: Connection) -> None:
        """Work through a connection."""
        self._connection = connection
        self._clusters: list[dict[str, Any]] = []
        self._places: list[dict[str, Any]] = []

    def clusters_of(self, ids: Collection[int]) -> dict[int, int]:
        """Return the cluster of each of these articles that is in one."""
        found: dict[int, int] = {}
        for some in chunks(ids):
            wanted = select(ArticleRow.id, ArticleRow.cluster_id).where(ArticleRow.id.in_(some), ArticleRow.cluster_id.is_not(None))
            found.update((row.id, row.cluster_id) for row in self._connection.execute(wanted))
        return found

    def settle(self, likenesses: Likenesses, touched: Collection[int], at: datetime) -> None:
        """Divide anew everything that is connected with the touched articles, and what was in one cluster with them."""
        if not (seeds := set(touched)):
            return
        old = set(self.clusters_of(seeds).values())
        seeds |= self._members(old)
        pieces = likenesses.components(seeds)
        nodes = self._nodes(seeds.union(*(piece.neighbours for piece in pieces)))
        found: list[list[int]] = []
        for piece in pieces:
            order = {id_: (nodes[id_].member.dated_at, nodes[id_].member.url_key) for id_ in piece.neighbours}
            found += stars({id_: frozenset(others) for id_, others in piece.neighbours.items()}, order)
        neighbours = {id_: likeness for piece in pieces for id_, likeness in piece.neighbours.items()}
        known = {id_: node.cluster_id for id_, node in nodes.items() if node.cluster_id is not None}
        kept: set[int] = set()
        # All at once, because pieces that fell apart may have been one cluster, whose id goes on in one of them only.
        for star, cluster in zip(found, keep_identities(found, known), strict=True):
            if len(star) > 1:
                kept.add(self._assign(star, neighbours[star[0]], nodes, cluster, at))
        clustered = {id_ for star in found if len(star) > 1 for id_ in star}
        self._leave(node for id_, node in nodes.items() if id_ not in clustered and node.cluster_id is not None)
        self._flush()
        for some in chunks(set(known.values()) - kept):
            self._connection.execute(delete(ClusterRow).where(ClusterRow.id.in_(some)))

    def _members(self, cluster_ids: Collection[int]) -> set[int]:
        found: set[int] = set()
        for some in chunks(cluster_ids):
            found.update(self._connection.scalars(select(ArticleRow.id).where(ArticleRow.cluster_id.in_(some))))
        return found

    def _nodes(self, ids: Collection[int]) -> dict[int, _Node]:
        wanted = (
            select(
                ArticleRow.id,
                ArticleRow.published_at,
                ArticleRow.first_seen_at,
                ArticleRow.url_key,
                ArticleRow.agency,
                SourceRow.agency.label("is_agency"),
                RevisionRow.title,
                ArticleRow.cluster_id,
                ArticleRow.cluster_role,
                ArticleRow.similarity,
                ArticleRow.changes,
            )
            .join(RevisionRow, _CURRENT)
            .join(SourceRow, SourceRow.id == ArticleRow.source_id)
        )
        nodes: dict[int, _Node] = {}
        for some in chunks(ids):
            for row in self._connection.execute(wanted.where(ArticleRow.id.in_(some))):
                member = clusters.Member(row.id, row.published_at, row.first_seen_at, row.url_key, row.agency, row.is_agency)
                title = textnorm.normalize(row.title or "")
                nodes[row.id] = _Node(member, title, row.cluster_id, row.cluster_role, row.similarity, row.changes)
        return nodes

    def _assign(
        self, star: Sequence[int], likeness: Mapping[int, Likeness], nodes: Mapping[int, _Node], cluster_id: int | None, at: datetime
    ) -> int:
        """Note a cluster and what its members are in it, where that changed. The representative stands first in `star`."""
        representative = nodes[star[0]]
        members = [nodes[id_].member for id_ in star]
        origin = clusters.origin(members)
        values = {"origin_id": origin, "representative_id": star[0], "agency": clusters.agency(members), "members": len(star)}
        if cluster_id is None:
            cluster_id = self._connection.execute(_INSERT_CLUSTER, values | {"created_at": at}).scalar_one()
        else:
            self._clusters.append(values | {"cluster": cluster_id})
        for id_ in star:
            node = nodes[id_]
            like = likeness.get(id_, SAME)
            place: dict[str, Any] = {
                "cluster_id": cluster_id,
                "cluster_role": clusters.role(id_, origin, like).value,
                "similarity": like.jaccard,
                "changes": list(clusters.changes(like, retitled=_retitled(representative.title, node.title))),
            }
            if any(getattr(node, name) != value for name, value in place.items()):
                self._places.append(place | {"article": id_})
        return cluster_id

    def _leave(self, nodes: Iterable[_Node]) -> None:
        """Note that articles are in no cluster any more."""
        nowhere = {"cluster_id": None, "cluster_role": None, "similarity": None, "changes": None}
        self._places += [nowhere | {"article": node.member.article_id} for node in nodes]

    def _flush(self) -> None:
        """Write what was noted."""
        for statement, rows in ((_UPDATE_CLUSTER, self._clusters), (_UPDATE_PLACE, self._places)):
            if rows:
                self._connection.execute(statement, rows)
        self._clusters, self._places = [], []


def _retitled(one: str, other: str) -> bool:
    return bool(one and other and one != other)

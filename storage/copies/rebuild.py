"""Find all copies anew from the stored texts: after a better way to find them, or for a database from before there was one.

Two passes over the articles, each in short transactions, so that readers read and crawls write meanwhile. The first makes fingerprints,
sketches and pairs anew, and names again what each revision changed; clusters stay as they were. The second divides the pairs into clusters;
an id stays with what continues its cluster. A rebuild that was interrupted goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from storage.changes import Wrote, kind_of
from storage.copies.finding import Changes, Copies
from storage.copies.neighbours import Placed, keep_shingles
from storage.database import Database
from storage.dedup import exact
from storage.models import ArticleRow, ClusterRow, FingerprintRow, LikenessRow, RebuildRow, RevisionRow, SketchRow

#: So many articles are one transaction: a writer that waits for it waits well under a second.
CHUNK = 200

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild left: how many articles were compared, in how many clusters they are, and how many of them are copies.

    `resumed` says that an interrupted rebuild was brought to its end.
    """

    articles: int
    clusters: int
    copies: int
    resumed: bool


def rebuild(database: Database, now: datetime, progress: Progress = lambda _step, _done, _total: None) -> Rebuilt:
    """Find the copies of all stored articles anew, or go on with a rebuild that was interrupted.

    `progress` is told the step, and how many articles of how many it has done. Raises: DatabaseUnavailable.
    """
    resumed, started_at = _begin(database, now)
    total = _count(database)
    for step, chunk in (("comparing", _compare), ("clustering", _settle)):
        done = 0
        while count := chunk(database, started_at):
            done += count
            progress(step, min(done, total), total)
    with database.write() as connection:
        connection.execute(delete(RebuildRow))
        articles, clustered = connection.execute(select(func.count(), func.count(ArticleRow.cluster_id)).select_from(ArticleRow)).one()
        clusters = connection.scalar(select(func.count()).select_from(ClusterRow)) or 0
    return Rebuilt(articles, clusters, clustered - clusters, resumed)


def unfinished(connection: Connection) -> bool:
    """Say whether a rebuild was interrupted."""
    return connection.scalar(select(RebuildRow.id)) is not None


def _begin(database: Database, now: datetime) -> tuple[bool, datetime]:
    """Find the unfinished rebuild, or empty the tables for a new one."""
    with database.write() as connection:
        if (row := connection.execute(select(RebuildRow.started_at)).first()) is not None:
            return True, row.started_at
        for table in (LikenessRow, SketchRow, FingerprintRow):
            connection.execute(delete(table))
        last_id = connection.scalar(select(func.coalesce(func.max(ArticleRow.id), 0)))
        connection.execute(insert(RebuildRow).values(started_at=now, compared_id=0, settled_id=0, last_id=last_id))
    return False, now


def _count(database: Database) -> int:
    with database.read() as connection:
        return connection.scalar(select(func.count()).select_from(ArticleRow)) or 0


def _compare(database: Database, _at: datetime) -> int:
    """Compare the next articles; return how many."""
    with database.write() as connection:
        state = connection.execute(select(RebuildRow)).one()
        where = (ArticleRow.id > state.compared_id, ArticleRow.id <= state.last_id)
        columns = (ArticleRow.id, ArticleRow.source_id, ArticleRow.dated_at, ArticleRow.url_key, ArticleRow.current_revision)
        articles = {row.id: row for row in connection.execute(select(*columns).where(*where).order_by(ArticleRow.id).limit(CHUNK))}
        if not articles:
            return 0
        changes = Changes()
        order = (RevisionRow.article_id, RevisionRow.fetched_at, RevisionRow.number)
        before: dict[int, Wrote] = {}
        for revision in connection.execute(select(RevisionRow).where(RevisionRow.article_id.in_(articles)).order_by(*order)).all():
            hashes = exact.hashes(revision.text)
            wrote = Wrote(revision.title, revision.text)
            earlier = before.get(revision.article_id)
            kind = None if earlier is None else kind_of(earlier, wrote).value
            before[revision.article_id] = wrote
            if (hashes.text_hash, kind) != (revision.text_hash, revision.kind):
                changed = update(RevisionRow).where(RevisionRow.id == revision.id).values(text_hash=hashes.text_hash, kind=kind)
                connection.execute(changed)
            changes.fingerprints.setdefault(revision.article_id, set()).update(hashes.fingerprints)
            article = articles[revision.article_id]
            if revision.number == article.current_revision:
                keep_shingles(hashes.text_hash, hashes.normalized)
                changes.placed[article.id] = Placed(article.id, article.source_id, article.dated_at, article.url_key, hashes.text_hash)
        Copies(connection, database.dialect).find(changes)
        connection.execute(update(RebuildRow).values(compared_id=max(articles)))
        return len(articles)


def _settle(database: Database, at: datetime) -> int:
    """Put the next articles into clusters; return how many."""
    with database.write() as connection:
        state = connection.execute(select(RebuildRow)).one()
        where = (ArticleRow.id > state.settled_id, ArticleRow.id <= state.last_id)
        ids = connection.scalars(select(ArticleRow.id).where(*where).order_by(ArticleRow.id).limit(CHUNK)).all()
        if not ids:
            return 0
        Copies(connection, database.dialect).settle(ids, at)
        connection.execute(update(RebuildRow).values(settled_id=ids[-1]))
        return len(ids)

"""Give a full snapshot again, as it can be stored in another corpus: every version with its tags and its source; then what stands beside.

What stands beside the texts is what visits found (gone, back, moved) and the ledger by source and day. It is added to what the corpus
knows, and takes nothing from it: events are told once, and whether an article is gone follows from all that is known of it, as in a crawl.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select, update

from storage import events, sources
from storage.coverage import restored as ledger
from storage.coverage.restored import RestoredDay
from storage.database import Database
from storage.errors import SnapshotError
from storage.export.columns import ColumnType
from storage.export.tables import ARTICLES, COVERAGE, EVENTS, REVISIONS, SOURCES, TAGS, Table
from storage.models import ArticleRow, ArticleUrlRow, url_key
from storage.records import ArchivePlace, ArticleDraft, ArticleForm, Event, EventKind, SourceKind, SourceRecord, Tag
from storage.snapshots import folders
from storage.snapshots.checking import problems
from storage.snapshots.comparing import rows_of
from storage.snapshots.manifest import read_snapshot_manifest
from storage.snapshots.tiers import Tier


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """A version of an article of a snapshot: its source, what there is to be stored, and where its page is archived."""

    source: SourceRecord
    draft: ArticleDraft
    archived: ArchivePlace | None = None


@dataclass(frozen=True, slots=True)
class StoredBeside:
    """What else a snapshot holds: it can be brought back once all its versions are stored."""

    folder: Path


@dataclass(slots=True)
class Beside:
    """What was brought back beside the versions: articles with events, and days of the ledger."""

    articles: int = 0
    days: int = 0


_PAGE = 500  # articles or days in memory at a time


def check_restorable(folder: Path) -> None:
    """Refuse a snapshot without texts, and one that is damaged. Raises: SnapshotError."""
    manifest = read_snapshot_manifest(folder)
    if manifest.tier is not Tier.FULL:
        raise SnapshotError(f"{folder} holds no texts ({manifest.tier}); 'dragoman rehydrate {folder}' fetches its pages again")
    if manifest.base is not None:
        raise SnapshotError(f"{folder} holds only what is new since {manifest.base[:12]}; apply it to that one first")
    for problem in problems(folder):
        raise SnapshotError(f"{folder} is damaged: {problem}")


def restored(folder: Path) -> Iterator[StoredVersion | StoredBeside]:
    """Yield the versions of all articles, those of one article together: the one first that was seen first, then in time.

    An earlier version that an archive brought later is stored as such again. Last comes what stands beside them.
    """
    known = {row["source"]: _source(row) for row in rows_of(folder, SOURCES)}
    versions, tags = _Grouped(folder, REVISIONS), _Grouped(folder, TAGS)
    for article in rows_of(folder, ARTICLES):
        found = tuple(Tag(tag["kind"], tag["value"], tag["weight"], tag["evidence"]) for tag in tags.of(article["id"]))
        source = known[article["source"]]
        for version in sorted(versions.of(article["id"]), key=lambda version: version["fetched_at"] != article["first_seen_at"]):
            place = None
            if version["archive_file"] is not None:
                place = ArchivePlace(version["archive_file"], version["archive_offset"] or 0)
            yield StoredVersion(source, _draft(article, version, found), place)
    yield StoredBeside(folder)


def bring_back(database: Database, beside: StoredBeside) -> Beside:
    """Store what a snapshot holds beside its versions, which are stored already. Raises: SnapshotError, DatabaseUnavailable."""
    folder, brought = beside.folder, Beside()
    for row in rows_of(folder, SOURCES):
        sources.ensure(database, _source(row))
    told = _Grouped(folder, EVENTS)
    rows = rows_of(folder, ARTICLES, ["id", "canonical_url", "gone_at"])
    while page := list(islice(rows, _PAGE)):
        seen = [(row, found) for row in page if (found := told.of(row["id"])) or row["gone_at"]]
        if seen:
            with database.write() as connection:
                brought.articles += _tell(connection, database, seen)
    address, as_of = folders.digest_of(folder), read_snapshot_manifest(folder).as_of
    objects = [column.name for column in COVERAGE.columns if column.type is ColumnType.OBJECT]
    days = rows_of(folder, COVERAGE)
    while page := list(islice(days, _PAGE)):
        kept = [RestoredDay(address, as_of, row | {name: json.loads(row[name]) for name in objects}) for row in page]
        with database.write() as connection:
            brought.days += ledger.keep(connection, database.dialect, kept)
    return brought


def _tell(connection: Connection, database: Database, seen: Sequence[tuple[dict[str, Any], list[dict[str, Any]]]]) -> int:
    """Add the events of articles to what is known of them. Returns: how many of the articles there are."""
    keys = {url_key(row["canonical_url"]): (row, found) for row, found in seen}
    here = select(ArticleUrlRow.url_key, ArticleUrlRow.article_id).where(ArticleUrlRow.url_key.in_(keys))
    stored = [(article_id, *keys[key]) for key, article_id in connection.execute(here).all()]  # two of them may be one article here
    told = [
        Event(article_id, EventKind(event["kind"]), event["at"], event["status"], event["reason"], event["url"])
        for article_id, _, found in stored
        for event in found
    ]
    events.write(connection, database.dialect, told=told, gone=(), found=())
    for article_id, row, found in stored:
        if not found:  # of before events were kept
            unseen = (ArticleRow.id == article_id, ArticleRow.gone_at.is_(None), ArticleRow.visited_at.is_(None))
            connection.execute(update(ArticleRow).where(*unseen).values(gone_at=row["gone_at"]))
    return len({article_id for article_id, *_ in stored})


class _Grouped:
    """The rows of a table by article; asked for in the order in which articles stand there."""

    def __init__(self, folder: Path, table: Table) -> None:
        self._groups = groupby(rows_of(folder, table), key=lambda row: str(row["article"]))
        self._next: tuple[str, list[dict[str, Any]]] | None = self._read()

    def _read(self) -> tuple[str, list[dict[str, Any]]] | None:
        found = next(self._groups, None)
        return None if found is None else (found[0], list(found[1]))

    def of(self, article: str) -> list[dict[str, Any]]:
        """Return the rows of an article, none when it has none."""
        if self._next is None or self._next[0] != article:
            return []
        rows = self._next[1]
        self._next = self._read()
        return rows


def _source(row: Mapping[str, Any]) -> SourceRecord:
    """Return a source as it was known; nobody crawls it here before a catalog names it."""
    return SourceRecord(
        row["source"], row["name"], row["homepage"], row["country"], tuple(row["languages"]), enabled=False,
        from_catalog=row["from_catalog"], agency=row["agency"], kind=SourceKind(row["kind"]) if row["kind"] else None,
        state_owned=row["state_owned"],
    )  # fmt: skip


def _draft(article: Mapping[str, Any], version: Mapping[str, Any], tags: tuple[Tag, ...]) -> ArticleDraft:
    same = (
        "url", "canonical_url", "published_at", "published_from", "published_confidence", "modified_at", "language", "description",
        "site_name", "section", "image_url", "paywalled", "relevant", "relevance", "agency", "tagging",
    )  # fmt: skip
    return ArticleDraft(
        source_id=article["source"],
        title=version["title"],
        text=version["text"],
        fetched_at=version["fetched_at"],
        extractor=version["extractor"],
        authors=tuple(article["authors"]),
        relevance_reasons=tuple(article["relevance_reasons"]),
        keywords=tuple(article["keywords"]),
        standfirst=version["standfirst"],
        form=ArticleForm(article["form"]),
        extra=json.loads(article["extra"]),
        tags=tags,
        **{name: article[name] for name in same},
    )

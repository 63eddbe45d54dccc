"""Give the articles of a full snapshot again, as they can be stored in another corpus: every version, with its tags and its source."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from storage.errors import SnapshotError
from storage.export.tables import ARTICLES, REVISIONS, SOURCES, TAGS, Table
from storage.records import ArchivePlace, ArticleDraft, ArticleForm, SourceRecord, Tag
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


def check_restorable(folder: Path) -> None:
    """Refuse a snapshot without texts, and one that is damaged. Raises: SnapshotError."""
    manifest = read_snapshot_manifest(folder)
    if manifest.tier is not Tier.FULL:
        raise SnapshotError(f"{folder} holds no texts ({manifest.tier}); 'dragoman rehydrate {folder}' fetches its pages again")
    if manifest.base is not None:
        raise SnapshotError(f"{folder} holds only what is new since {manifest.base[:12]}; apply it to that one first")
    for problem in problems(folder):
        raise SnapshotError(f"{folder} is damaged: {problem}")


def restored(folder: Path) -> Iterator[StoredVersion]:
    """Yield the versions of all articles, those of one article together and in time."""
    sources = {row["source"]: _source(row) for row in rows_of(folder, SOURCES)}
    versions, tags = _Grouped(folder, REVISIONS), _Grouped(folder, TAGS)
    for article in rows_of(folder, ARTICLES):
        found = tuple(Tag(tag["kind"], tag["value"], tag["weight"], tag["evidence"]) for tag in tags.of(article["id"]))
        source = sources[article["source"]]
        for version in versions.of(article["id"]):
            place = None
            if version["archive_file"] is not None:
                place = ArchivePlace(version["archive_file"], version["archive_offset"] or 0)
            yield StoredVersion(source, _draft(article, version, found), place)


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
    languages = tuple(row["languages"])
    return SourceRecord(row["source"], row["name"], row["homepage"], row["country"], languages, from_catalog=False, agency=row["agency"])


def _draft(article: Mapping[str, Any], version: Mapping[str, Any], tags: tuple[Tag, ...]) -> ArticleDraft:
    same = (
        "url", "canonical_url", "published_at", "published_from", "published_confidence", "modified_at", "language", "description",
        "site_name", "section", "image_url", "paywalled", "relevant", "relevance", "agency",
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

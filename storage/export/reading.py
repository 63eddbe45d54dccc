"""Read the tables of an export from the database, a page of articles at a time, by column and not by record.

A million articles as records would take longer to make than to write. So each page is one question to the database whose answer goes into
Arrow
column by column; times and lists are read there. What comes out is what `RowReader` makes of the records of `storage.corpus`, and a test
holds the one against the other. A column that nothing here knows is read from the records.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

import pyarrow as pa
from sqlalchemy import ColumnElement, Connection, Text, cast, func, select, type_coerce
from sqlalchemy.orm import aliased

from storage import events
from storage.corpus import Corpus
from storage.coverage.report import Coverage
from storage.export import coverage as coverage_table
from storage.export.arrow import ARROW_TYPES, batch_of, schema_of
from storage.export.columns import Column, ColumnType, RowReader, dump_json
from storage.export.tables import ARTICLES, CLUSTERS, COPIES, COVERAGE, EVENTS, REVISIONS, SOURCES, TAGS, Table
from storage.models import ArticleRow, ClusterRow, RevisionRow, SourceRow, TagRow
from storage.records import ARTICLE_KEY_DIGITS, ARTICLE_KEY_SIGN, ArticleForm, SourceRecord
from storage.search.records import ArticleFilter, Weight
from storage.search.selection import CURRENT

_SMALL = 500  # rows of small tables in one batch

#: Columns that name the things of one kind that an article is tagged with, heaviest first.
TAG_LISTS = {"countries": "country", "actors": "actor", "topics": "topic"}


class SplitBy(StrEnum):
    """By what the tables of articles are divided into files."""

    MONTH = "month"
    SOURCE = "source"
    LANGUAGE = "language"
    COUNTRY = "country"


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows of a table; `part` names the file they belong to when the table is split, and is empty when it is not."""

    table: Table
    batch: pa.RecordBatch
    part: str = ""


@dataclass(frozen=True, slots=True)
class _Read:
    """How a column is read: what is asked of the database, and what of its values goes into Arrow."""

    expression: Any  # a column or an expression of SQLAlchemy
    values: Callable[[Sequence[Any]], Sequence[Any]] | None = None


_ORIGIN = aliased(ArticleRow)
_REPRESENTATIVE = aliased(ArticleRow)


def _key(url_keys: Sequence[Any]) -> list[str | None]:
    return [None if key is None else ARTICLE_KEY_SIGN + key[:ARTICLE_KEY_DIGITS] for key in url_keys]


def _flags(values: Sequence[Any]) -> list[bool | None]:
    return [None if value is None else bool(value) for value in values]


@lru_cache(maxsize=4096)
def _short_list(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


def _lists(values: Sequence[Any]) -> list[Sequence[str]]:
    """Read JSON lists; lists of authors and sections come again and again, so short ones are remembered."""
    return [() if value is None else _short_list(value) if len(value) < 200 else json.loads(value) for value in values]


def _objects(values: Sequence[Any]) -> list[str]:
    return ["{}" if value is None or value == "{}" else dump_json(json.loads(value)) for value in values]


def _raw(column: Any) -> ColumnElement[Any]:
    """Ask for a time or a flag as the database keeps it."""
    return type_coerce(column, Text())


def _json(column: Any) -> ColumnElement[Any]:
    """Ask for the text of a JSON column."""
    return cast(column, Text())


def _plain(name: str, of: Any = ArticleRow) -> _Read:
    return _Read(getattr(of, name))


_ARTICLE_COLUMNS: Mapping[str, _Read] = {
    "key": _Read(ArticleRow.url_key, _key),
    "source": _Read(ArticleRow.source_id),
    "form": _Read(func.coalesce(ArticleRow.form, ArticleForm.ARTICLE.value)),
    "cluster_key": _Read(_ORIGIN.url_key.label("origin_key"), _key),
    "cluster_members": _Read(ClusterRow.members),
    "cluster_agency": _Read(ClusterRow.agency.label("cluster_agency")),
    "weight": _Read(ClusterRow.members.label("weight"), lambda values: [1 / (value or 1) for value in values]),
    "extra": _Read(_json(ArticleRow.extra).label("extra"), _objects),
    **{name: _plain(name, RevisionRow) for name in ("title", "text", "standfirst", "extractor")},
    **{
        name: _plain(name)
        for name in (
            "url", "canonical_url", "agency", "published_from", "published_confidence", "language", "description", "site_name", "section",
            "image_url", "cluster_role", "similarity", "relevance", "revisions", "tagging",
        )
    },
    **{name: _Read(_raw(getattr(ArticleRow, name)).label(name)) for name in ("published_at", "modified_at", "first_seen_at", "gone_at")},
    **{name: _Read(_raw(getattr(ArticleRow, name)).label(name), _flags) for name in ("paywalled", "relevant")},
    **{
        name: _Read(_json(getattr(ArticleRow, name)).label(name), _lists) for name in ("authors", "keywords", "relevance_reasons",
        "changes")
    },
}  # fmt: skip


def read_tables(
    corpus: Corpus,
    wanted: ArticleFilter,
    tables: Sequence[Table],
    *,
    weight: Weight = Weight.ARTICLES,
    coverage: Coverage | None = None,
    split_by: SplitBy | None = None,
) -> Iterator[Chunk]:
    """Yield the rows of tables that belong to a selection, each table in the order of its key, tables of articles turn by turn.

    Args: what is asked; which tables; every article or one of each text; the coverage of the selection, for that table; by what tables of
    articles are divided. `articles` is read first of each page. Read it inside `corpus.unchanging()`.
    """
    names = {table.name for table in tables}
    of_articles = [table for table in tables if table.of_articles]
    seen: set[str] = set()
    with corpus.pages(wanted, weight) as (connection, pages):
        for ids in pages:
            page = _Page(corpus, connection, ids, split_by)
            seen.update(page.sources)
            for table in of_articles:
                yield from page.chunks(table)
        if CLUSTERS.name in names:
            yield from _small(CLUSTERS, (RowReader(CLUSTERS.columns).read(cluster) for cluster in corpus.clusters(wanted)))
        if SOURCES.name in names:
            seen.update(item.source for item in (coverage.days if coverage else ()))
            yield from _small(SOURCES, _source_rows(connection, seen))
    if COVERAGE.name in names and coverage is not None:
        yield from _small(COVERAGE, coverage_table.rows(coverage))


def _small(table: Table, rows: Iterator[Mapping[str, Any]]) -> Iterator[Chunk]:
    held: list[Mapping[str, Any]] = []
    for row in rows:
        held.append(row)
        if len(held) == _SMALL:
            yield Chunk(table, batch_of(held, table.columns))
            held = []
    if held:
        yield Chunk(table, batch_of(held, table.columns))


def _source_rows(connection: Connection, wanted: set[str]) -> Iterator[dict[str, Any]]:
    """Yield the sources by id, in the order of their code points, which no database's collation changes."""
    reader = RowReader(SOURCES.columns)
    rows = {row.id: row for row in connection.execute(select(SourceRow))}
    for name in sorted(rows.keys() & wanted):
        row = rows[name]
        yield reader.read(
            SourceRecord(
                row.id, row.name, row.homepage, row.country, tuple(row.languages), from_catalog=row.from_catalog, agency=row.agency
            )
        )


class _Page:
    """Some articles, and everything that is asked of them."""

    def __init__(self, corpus: Corpus, connection: Connection, ids: Sequence[int], split_by: SplitBy | None) -> None:
        """Read what all tables need: keys, sources, and the file that each article belongs to."""
        self._corpus, self._connection, self._ids = corpus, connection, list(ids)
        wanted = select(
            ArticleRow.id, ArticleRow.url_key, ArticleRow.source_id, ArticleRow.language, _raw(ArticleRow.dated_at).label("dated_at")
        ).where(ArticleRow.id.in_(self._ids))
        rows = {row.id: row for row in connection.execute(wanted).all()}
        self._ids = [article_id for article_id in self._ids if article_id in rows]
        self._rows = [rows[article_id] for article_id in self._ids]
        self._keys = dict(zip(self._ids, _key([row.url_key for row in self._rows]), strict=True))
        self.sources = {row.source_id for row in self._rows}
        self._tag_values: dict[str, dict[int, list[str]]] = {}
        self._parts = self._divided(split_by) if split_by else None

    def _divided(self, split_by: SplitBy) -> dict[str, list[int]]:
        """Name the file of each article: what is unknown is 'und' or, of countries, 'none'; of several countries the heaviest counts."""
        match split_by:
            case SplitBy.MONTH:
                labels = [_month(row.dated_at) for row in self._rows]
            case SplitBy.SOURCE:
                labels = [row.source_id for row in self._rows]
            case SplitBy.LANGUAGE:
                labels = [row.language or "und" for row in self._rows]
            case SplitBy.COUNTRY:
                countries = self._tagged("country")
                labels = [(countries.get(article_id) or ["none"])[0] for article_id in self._ids]
        parts: dict[str, list[int]] = {}
        for article_id, label in zip(self._ids, labels, strict=True):
            parts.setdefault(label, []).append(article_id)
        return parts

    def chunks(self, table: Table) -> Iterator[Chunk]:
        """Yield the rows of a table, those of each file together."""
        batch, owners = _READERS[table.name](self, table)
        if self._parts is None:
            if batch.num_rows:
                yield Chunk(table, batch)
            return
        for part, ids in sorted(self._parts.items()):
            chosen = set(ids)
            mask = pa.array([owner in chosen for owner in owners], pa.bool_())
            if (some := batch.filter(mask)).num_rows:
                yield Chunk(table, some, part)

    def articles(self, table: Table) -> tuple[pa.RecordBatch, list[int]]:
        """Read the articles themselves."""
        direct = [column for column in table.columns if column.field in _ARTICLE_COLUMNS]
        wanted = (
            select(ArticleRow.id, *(_ARTICLE_COLUMNS[column.field].expression for column in direct))
            .join(RevisionRow, CURRENT)
            .outerjoin(ClusterRow, ClusterRow.id == ArticleRow.cluster_id)
            .outerjoin(_ORIGIN, _ORIGIN.id == ClusterRow.origin_id)
            .where(ArticleRow.id.in_(self._ids))
        )
        found = {row[0]: row for row in self._connection.execute(wanted).all()}
        by_column = list(zip(*(found[article_id] for article_id in self._ids), strict=True))
        arrays = {}
        for place, column in enumerate(direct, start=1):
            read = _ARTICLE_COLUMNS[column.field].values
            values = by_column[place]
            arrays[column.name] = _array(column, values if read is None else read(values))
        rest = [column for column in table.columns if column.name not in arrays]
        for column in [column for column in rest if column.field in TAG_LISTS]:
            tagged = self._tagged(TAG_LISTS[column.field])
            arrays[column.name] = _array(column, [tagged.get(article_id, []) for article_id in self._ids])
        if others := [column for column in table.columns if column.name not in arrays]:
            reader = RowReader(others)
            rows = [reader.read(article) for article in self._corpus.load(self._ids)]
            records = batch_of(rows, others)
            arrays |= {column.name: records.column(column.name) for column in others}
        return pa.RecordBatch.from_arrays([arrays[name] for name in table.names], schema=schema_of(table.columns)), self._ids

    def _tagged(self, kind: str) -> dict[int, list[str]]:
        """Return what articles are tagged with, heaviest first."""
        if not self._tag_values:
            wanted = select(TagRow.article_id, TagRow.kind, TagRow.weight, TagRow.value)
            values: dict[str, dict[int, list[tuple[float, str]]]] = {listed: {} for listed in TAG_LISTS.values()}
            of_page = wanted.where(TagRow.article_id.in_(self._ids), TagRow.kind.in_(values))
            for article_id, found, weight, value in self._connection.execute(of_page).all():
                values[found].setdefault(article_id, []).append((-weight, value))
            self._tag_values = {
                listed: {article_id: [value for _, value in sorted(tags)] for article_id, tags in of_kind.items()}
                for listed, of_kind in values.items()
            }
        return self._tag_values[kind]

    def revisions(self, table: Table) -> tuple[pa.RecordBatch, list[int]]:
        """Read every version; they are numbered in time, because their numbers in the database say in which order they arrived."""
        columns = (
            "article_id", "number", "kind", "title", "standfirst", "text", "text_hash", "extractor", "archive_file", "archive_offset"
        )  # fmt: skip
        wanted = (
            select(*(getattr(RevisionRow, name) for name in columns), RevisionRow.fetched_at, ArticleRow.current_revision)
            .join(ArticleRow, ArticleRow.id == RevisionRow.article_id)
            .where(RevisionRow.article_id.in_(self._ids))
        )
        versions: dict[int, list[Any]] = {}
        for row in self._connection.execute(wanted).all():
            versions.setdefault(row.article_id, []).append(row)
        rows: list[dict[str, Any]] = []
        owners: list[int] = []
        for article_id in self._ids:
            for place, row in enumerate(sorted(versions[article_id], key=lambda row: (row.fetched_at, row.text_hash, row.number)), start=1):
                known = {name: getattr(row, name) for name in columns[2:]}
                owners.append(article_id)
                rows.append(
                    known | {"article": self._keys[article_id], "revision": place, "fetched_at": row.fetched_at,
                             "current": row.number == row.current_revision}
                )  # fmt: skip
        return batch_of(rows, table.columns), owners

    def copies(self, table: Table) -> tuple[pa.RecordBatch, list[int]]:
        """Read the places of those that are copies."""
        wanted = (
            select(
                ArticleRow.id, ArticleRow.cluster_role, ArticleRow.similarity, ArticleRow.changes, ArticleRow.source_id,
                ArticleRow.published_at, _ORIGIN.url_key.label("origin_key"), _REPRESENTATIVE.url_key.label("representative_key"),
            )
            .join(ClusterRow, ClusterRow.id == ArticleRow.cluster_id)
            .outerjoin(_ORIGIN, _ORIGIN.id == ClusterRow.origin_id)
            .outerjoin(_REPRESENTATIVE, _REPRESENTATIVE.id == ClusterRow.representative_id)
            .where(ArticleRow.id.in_(self._ids))
        )  # fmt: skip
        found = {row.id: row for row in self._connection.execute(wanted).all()}
        owners = [article_id for article_id in self._ids if article_id in found]
        rows = []
        for article_id in owners:
            row = found[article_id]
            cluster, representative = _key([row.origin_key, row.representative_key])
            rows.append(
                {"article": self._keys[article_id], "cluster": cluster, "role": row.cluster_role, "representative": representative,
                 "similarity": row.similarity, "changes": row.changes or [], "source": row.source_id, "published_at": row.published_at}
            )  # fmt: skip
        return batch_of(rows, table.columns), owners

    def tags(self, table: Table) -> tuple[pa.RecordBatch, list[int]]:
        """Read what they are about."""
        found: dict[int, list[tuple[Any, ...]]] = {}
        wanted = select(TagRow.article_id, TagRow.kind, TagRow.value, TagRow.weight, TagRow.evidence)
        for article_id, *tag in self._connection.execute(wanted.where(TagRow.article_id.in_(self._ids))):
            found.setdefault(article_id, []).append(tuple(tag))
        owners = [article_id for article_id in self._ids for _ in found.get(article_id, ())]
        rows = [tag for article_id in self._ids for tag in sorted(found.get(article_id, ()))]
        by_column = list(zip(*rows, strict=True)) or [()] * 4
        values = [[self._keys[owner] for owner in owners], *by_column]
        arrays = [_array(column, some) for column, some in zip(table.columns, values, strict=True)]
        return pa.RecordBatch.from_arrays(arrays, schema=schema_of(table.columns)), owners

    def events(self, table: Table) -> tuple[pa.RecordBatch, list[int]]:
        """Read what happened to them."""
        found = events.of_articles(self._connection, self._ids)
        told = [
            (article_id, event)
            for article_id in self._ids
            for event in sorted(found.get(article_id, ()), key=lambda event: (event.at, event.kind.value))
        ]
        rows = [
            {"article": self._keys[article_id], "at": event.at, "kind": event.kind.value, "status": event.status, "reason": event.reason,
             "url": event.url}
            for article_id, event in told
        ]  # fmt: skip
        return batch_of(rows, table.columns), [article_id for article_id, _ in told]


_READERS: Mapping[str, Callable[[_Page, Table], tuple[pa.RecordBatch, list[int]]]] = {
    ARTICLES.name: _Page.articles,
    REVISIONS.name: _Page.revisions,
    COPIES.name: _Page.copies,
    TAGS.name: _Page.tags,
    EVENTS.name: _Page.events,
}


def _array(column: Column, values: Sequence[Any]) -> pa.Array:
    """Make a column; times of SQLite are text, those of PostgreSQL are aware."""
    kind = ARROW_TYPES[column.type]
    if column.type is ColumnType.TIME and any(isinstance(value, str) for value in values):
        return pa.array(values, pa.string()).cast(pa.timestamp("us")).cast(pa.int64()).cast(kind)
    return pa.array(values, kind)


def _month(dated_at: Any) -> str:
    """Return the month (UTC) of a raw time."""
    if isinstance(dated_at, str):
        return dated_at[:7]
    moment = pa.array([dated_at], ARROW_TYPES[ColumnType.TIME])[0].as_py()
    return f"{moment:%Y-%m}"

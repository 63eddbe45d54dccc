"""The tables of an export are what the records say, on both databases, whichever way they are read."""

from __future__ import annotations

import gzip
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from storage.corpus import Corpus
from storage.coverage.report import coverage_of
from storage.database import Database
from storage.export import Manifest
from storage.export.arrow import batch_of
from storage.export.base import ExportOptions, export_tables
from storage.export.columns import COLUMNS, RowReader
from storage.export.reading import Chunk, SplitBy, read_tables
from storage.export.sinks import Compression
from storage.export.tables import ARTICLES, TABLES
from storage.search.records import ArticleFilter, Weight
from tests.contract.builders import NOON
from tests.contract.conftest import Stock
from tests.contract.varied_corpus import fill

EVERYTHING = tuple(TABLES.values())


def with_three_more(database: Database) -> None:
    fill(database, 3)


@pytest.fixture
def filled(kind: str, stock: Stock) -> Iterator[Database]:
    """Give a corpus to read."""
    with Database.open(stock.original(kind, with_three_more)) as database:
        yield database


def chunks(database: Database, wanted: ArticleFilter = ArticleFilter(), **more: Any) -> Iterator[Chunk]:  # noqa: B008 - frozen
    with Corpus(database) as corpus, corpus.unchanging():
        yield from read_tables(corpus, wanted, EVERYTHING, coverage=coverage_of(database, wanted, now=NOON), **more)


def tables(database: Database, wanted: ArticleFilter = ArticleFilter(), **more: Any) -> dict[str, list[dict[str, Any]]]:  # noqa: B008 - frozen
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
    for chunk in chunks(database, wanted, **more):
        found[chunk.table.name] += chunk.batch.to_pylist()
    return found


def export(database: Database, out: Path, extension: Any, options: ExportOptions = ExportOptions(), **more: Any) -> Manifest:  # noqa: B008 - frozen
    return export_tables(
        chunks(database, **more), EVERYTHING, out, format=extension, query={}, versions={}, now=NOON, options=options
    )  # fmt: skip


@pytest.mark.parametrize(
    "wanted",
    [
        ArticleFilter(),
        ArticleFilter(query="harbour"),
        ArticleFilter(countries=("AE",)),
        ArticleFilter(sources=("herald",)),
        ArticleFilter(query="?"),
    ],
)
@pytest.mark.parametrize("weight", list(Weight))
def test_columns_read_at_once_are_those_of_the_records(filled: Database, wanted: ArticleFilter, weight: Weight) -> None:
    reader = RowReader()
    rows = [reader.read(article) for article in Corpus(filled).articles(wanted, weight)]
    assert tables(filled, wanted, weight=weight)["articles"] == batch_of(rows, COLUMNS).to_pylist()


def test_a_column_that_is_not_read_at_once_is_read_from_the_records(filled: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    from storage.export import reading  # noqa: PLC0415

    whole = tables(filled)["articles"]
    fewer = {name: read for name, read in reading._ARTICLE_COLUMNS.items() if name not in {"title", "extra", "published_at"}}
    monkeypatch.setattr(reading, "_ARTICLE_COLUMNS", fewer)
    monkeypatch.setattr(reading, "TAG_LISTS", {})
    assert tables(filled)["articles"] == whole


def test_every_key_is_there_once_and_leads_to_its_row(filled: Database) -> None:
    found = tables(filled)
    for table in EVERYTHING:
        keys = [tuple(row[name] for name in table.key) for row in found[table.name]]
        assert len(keys) == len(set(keys)), table.name
        assert all(value is not None for key in keys for value in key), table.name
        assert keys == sorted(keys), table.name
        for column, (other, name) in table.references.items():
            there = {row[name] for row in found[other]}
            assert {row[column] for row in found[table.name]} - {None} <= there, f"{table.name}.{column}"
    assert all(found[table.name] for table in EVERYTHING)


def test_revisions_are_numbered_in_time_and_one_is_current(filled: Database) -> None:
    found = tables(filled)
    bridge = next(row["id"] for row in found["articles"] if row["url"].endswith("/bridge"))
    versions = [row for row in found["revisions"] if row["article"] == bridge]
    assert [(row["revision"], row["current"], row["kind"]) for row in versions] == [(1, False, None), (2, True, "text and headline")]
    assert versions[1]["fetched_at"] - versions[0]["fetched_at"] == timedelta(hours=3)
    assert [(row["kind"], row["status"]) for row in found["events"]] == [("gone", 404)]
    assert {row["role"] for row in found["copies"]} == {"origin", "copy"}


@pytest.mark.parametrize("extension", ["csv", "jsonl", "parquet"])
@pytest.mark.parametrize("split_by", list(SplitBy))
def test_a_split_export_holds_every_row_once(filled: Database, tmp_path: Path, extension: str, split_by: SplitBy) -> None:
    whole = export(filled, tmp_path / "whole", extension)
    parts = export(filled, tmp_path / "parts", extension, ExportOptions(split=True), split_by=split_by)
    assert parts.tables == whole.tables
    for name, rows in parts.tables.items():
        files = [file for file in parts.files if file.table == name]
        assert sum(file.rows or 0 for file in files) == rows
    articles = [file.name for file in parts.files if file.table == "articles"]
    assert len(articles) > 1
    if split_by is SplitBy.LANGUAGE:
        assert articles == [f"articles-{code}.{extension}" for code in ("ar", "en", "fa", "he", "tr")]


@pytest.mark.parametrize("extension", ["csv", "jsonl"])
@pytest.mark.parametrize("compression", list(Compression))
def test_packed_files_hold_the_same_and_are_the_same_each_time(
    filled: Database, tmp_path: Path, extension: str, compression: Compression
) -> None:
    plain = export(filled, tmp_path / "plain", extension)
    first = export(filled, tmp_path / "first", extension, ExportOptions(compression))
    second = export(filled, tmp_path / "second", extension, ExportOptions(compression))
    assert first.files == second.files
    for file, expected in zip(first.files, plain.files, strict=True):
        packed = (tmp_path / "first" / file.name).read_bytes()
        match compression:
            case Compression.GZIP:
                packed = gzip.decompress(packed)
            case Compression.ZSTD:
                packed = pa.CompressedInputStream(pa.BufferReader(packed), "zstd").read()
        assert packed == (tmp_path / "plain" / expected.name).read_bytes()


def test_csv_for_excel_begins_with_a_byte_order_mark(filled: Database, tmp_path: Path) -> None:
    manifest = export(filled, tmp_path, "csv", ExportOptions(bom=True))
    assert (tmp_path / "articles.csv").read_bytes().startswith(b"\xef\xbb\xbfid,")
    assert any("byte order mark" in note for note in manifest.notes)


def test_sqlite_file_has_every_table_its_keys_and_a_full_text_index(filled: Database, tmp_path: Path) -> None:
    export(filled, tmp_path, "sqlite")
    found = tables(filled)
    with closing(sqlite3.connect(tmp_path / "corpus.db")) as made:
        made.row_factory = sqlite3.Row
        assert made.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert made.execute("PRAGMA foreign_key_check").fetchall() == []
        for table in EVERYTHING:
            rows = made.execute(f"SELECT * FROM {table.name} ORDER BY {', '.join(table.key)}").fetchall()  # noqa: S608
            assert len(rows) == len(found[table.name]), table.name
            assert tuple(rows[0].keys()) == table.names
        row = made.execute("SELECT * FROM articles WHERE language = 'ar'").fetchone()
        expected = next(item for item in found["articles"] if item["language"] == "ar")
        assert (row["text"], json.loads(row["authors"]), row["paywalled"]) == (expected["text"], expected["authors"], expected["paywalled"])
        assert row["published_at"] == "2026-03-01T12:00:00.000000+00:00"
        assert made.execute("SELECT count(*) FROM articles_fts WHERE articles_fts MATCH 'الميناء'").fetchone()[0] == 1


def test_parquet_gives_lists_times_and_dictionaries(filled: Database, tmp_path: Path) -> None:
    export(filled, tmp_path, "parquet")
    made = pq.read_table(tmp_path / "articles.parquet")
    assert made.schema.field("authors").type == pa.list_(pa.string())
    assert made.schema.field("published_at").type == pa.timestamp("us", tz="UTC")
    assert made.select(ARTICLES.names).to_pylist() == tables(filled)["articles"]

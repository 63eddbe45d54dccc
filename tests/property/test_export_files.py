"""What goes into a whole export comes out of its files equal: every format, every script, the empty and the very long."""

from __future__ import annotations

import csv
import gzip
import json
import sqlite3
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.errors import ExportError
from storage.export.arrow import batch_of
from storage.export.base import ExportOptions, export_tables
from storage.export.columns import Column, ColumnType, RowReader
from storage.export.csv import restore, split_list
from storage.export.manifest import Manifest
from storage.export.reading import Chunk
from storage.export.sinks import Compression
from storage.export.tables import ARTICLES
from storage.records import Article
from tests.property.test_export import ROWS

NOW = datetime(2026, 3, 1, tzinfo=UTC)
FORMATS = ("csv", "jsonl", "parquet", "sqlite")
TWO_READERS = {ColumnType.TEXTS, ColumnType.CATEGORIES}
csv.field_size_limit(64_000_000)


def export(rows: list[dict[str, Any]], out: Path, extension: Any, options: ExportOptions = ExportOptions()) -> Manifest:  # noqa: B008 - frozen
    chunks = [Chunk(ARTICLES, batch_of(rows[start : start + 2], ARTICLES.columns)) for start in range(0, len(rows), 2)]
    return export_tables(chunks, [ARTICLES], out, format=extension, query={}, versions={}, now=NOW, options=options)


def read(out: Path, extension: str) -> list[dict[str, Any]]:
    """Read an export as somebody would who knows the data dictionary."""
    match extension:
        case "parquet":
            return [_typed(row, dict) for row in pq.read_table(out / "articles.parquet").to_pylist()]
        case "jsonl":
            lines = (out / "articles.jsonl").read_bytes().split(b"\n")[:-1]
            return [_typed(json.loads(line), dict) for line in lines]
        case "csv":
            with (out / "articles.csv").open(encoding="utf-8", newline="") as file:
                return [_typed(row, _from_cell) for row in csv.DictReader(file)]
    with closing(sqlite3.connect(out / "corpus.db")) as database:
        database.row_factory = sqlite3.Row
        return [_typed(dict(row), _from_sqlite) for row in database.execute("SELECT * FROM articles ORDER BY rowid")]


def _typed(row: dict[str, Any], how: Any) -> dict[str, Any]:
    values = {column.name: row[column.name] if how is dict else how(column, row[column.name]) for column in ARTICLES.columns}
    for column in ARTICLES.columns:
        value = values[column.name]
        if column.type is ColumnType.TIME and isinstance(value, str):
            values[column.name] = datetime.fromisoformat(value)
        if column.type is ColumnType.OBJECT and isinstance(value, str):
            values[column.name] = json.loads(value)
    return values


def _from_cell(column: Column, cell: str) -> Any:
    text = restore(cell)
    match column.type:
        case ColumnType.TEXTS | ColumnType.CATEGORIES:
            return split_list(text)
        case ColumnType.INTEGER | ColumnType.NUMBER | ColumnType.BOOLEAN:
            return json.loads(text) if text else None
        case ColumnType.OBJECT:
            return text or "{}"
    return text or None


def _from_sqlite(column: Column, value: Any) -> Any:
    if column.type in TWO_READERS and value is not None:
        return json.loads(value)
    return bool(value) if column.type is ColumnType.BOOLEAN and value is not None else value


def expected(rows: list[dict[str, Any]], extension: str) -> list[dict[str, Any]]:
    """Return what should come out: CSV cannot tell an empty text from an unknown one."""
    if extension != "csv":
        return rows
    return [{name: None if value == "" else value for name, value in row.items()} for row in rows]


def with_keys(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row | {"id": f"a{place:016x}"} for place, row in enumerate(rows)]


def plain(value: Any) -> Any:
    """Take NUL out, which is refused."""
    match value:
        case str():
            return value.replace("\0", "")
        case list():
            return [plain(item) for item in value]
        case dict():
            return {plain(name): plain(item) for name, item in value.items()}
    return value


@pytest.mark.parametrize("extension", FORMATS)
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(rows=ROWS)
def test_what_goes_in_comes_out_equal(extension: str, rows: list[dict[str, Any]]) -> None:
    kept = with_keys([plain(row) for row in rows])
    with tempfile.TemporaryDirectory() as folder:
        export(kept, Path(folder), extension)
        assert read(Path(folder), extension) == expected(kept, extension)


def article(**fields: Any) -> Article:
    known: dict[str, Any] = {
        "id": 1, "url": "https://paper.example/1", "canonical_url": "https://paper.example/1", "source": "paper", "title": None, "text": "",
        "authors": (), "published_at": None, "published_from": None, "published_confidence": None, "modified_at": None,
        "first_seen_at": NOW, "fetched_at": NOW, "language": None, "description": None, "site_name": None, "section": None,
        "image_url": None, "paywalled": None, "extractor": "made 1", "cluster": None, "cluster_role": None, "relevant": None,
        "relevance": None, "relevance_reasons": (), "tags": (), "revisions": 1, "extra": {},
    }  # fmt: skip
    return Article(**(known | fields))


@pytest.mark.parametrize("extension", FORMATS)
@pytest.mark.parametrize(
    "text",
    ["", "العراق\n\nסוריה\r\nİstanbul 👩‍👩‍👧 中文", "=cmd()\n+1\t@x", "x" * 5_000_000 + "\n" + "ق" * 2_500_000],
    ids=["empty", "scripts", "formulas", "ten megabytes"],
)
def test_texts_of_all_scripts_and_lengths_come_out_equal(tmp_path: Path, extension: str, text: str) -> None:
    rows = [RowReader().read(article(text=text, title=text[:100] or None))]
    export(rows, tmp_path, extension)
    assert read(tmp_path, extension) == expected(rows, extension)


@pytest.mark.parametrize("extension", FORMATS)
def test_lone_surrogates_are_cleaned_and_nul_is_refused_with_a_reason(tmp_path: Path, extension: str) -> None:
    reader = RowReader()
    rows = [reader.read(article(title="half \ud83d a face", authors=("\udc00",)))]
    export(rows, tmp_path, extension)
    (row,) = read(tmp_path, extension)
    assert (row["title"], row["authors"], reader.repaired) == ("half \ufffd a face", ["\ufffd"], 1)
    with pytest.raises(ExportError, match="NUL"):
        export([RowReader().read(article(text="cut\0here"))], tmp_path / "nul", extension)
    assert list((tmp_path / "nul").iterdir()) == []


@pytest.mark.parametrize("compression", [Compression.GZIP, Compression.ZSTD])
@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(rows=ROWS)
def test_packed_json_lines_come_out_equal(compression: Compression, rows: list[dict[str, Any]]) -> None:
    kept = with_keys([plain(row) for row in rows])
    with tempfile.TemporaryDirectory() as folder:
        manifest = export(kept, Path(folder), "jsonl", ExportOptions(compression))
        packed = (Path(folder) / manifest.files[0].name).read_bytes()
        data = (
            gzip.decompress(packed) if compression is Compression.GZIP else pa.CompressedInputStream(pa.BufferReader(packed), "zstd").read()
        )
        assert [_typed(json.loads(line), dict) for line in data.split(b"\n")[:-1]] == kept


@settings(max_examples=25, deadline=None)
@given(sizes=st.lists(st.integers(0, 40), max_size=30), cuts=st.lists(st.integers(1, 7), min_size=1, max_size=5))
def test_parquet_depends_on_the_rows_and_not_on_how_they_come(sizes: list[int], cuts: list[int]) -> None:
    rows = [RowReader().read(article(text="x" * size)) | {"id": f"a{place:016x}"} for place, size in enumerate(sizes)]
    digests = set()
    for cut in cuts:
        chunks = [Chunk(ARTICLES, batch_of(rows[start : start + cut], ARTICLES.columns)) for start in range(0, len(rows), cut)]
        with tempfile.TemporaryDirectory() as folder:
            made = export_tables(chunks, [ARTICLES], Path(folder), format="parquet", query={}, versions={}, now=NOW)
            digests.add(made.files[0].sha256)
    assert len(digests) == 1

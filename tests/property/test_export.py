"""What goes into an export comes out of it, in any script."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pyarrow.parquet as pq
from hypothesis import given
from hypothesis import strategies as st

from storage.export.columns import COLUMNS, Column, ColumnType, RowReader
from storage.export.csv import CsvWriter, neutralize, restore, split_list
from storage.export.jsonl import JsonlWriter
from storage.export.parquet import ParquetConfig, ParquetWriter
from storage.records import Article, ClusterRole, Tag

# All of Unicode but lone surrogates, dense in what formats stumble over.
TEXT = st.text(
    st.characters(exclude_categories=["Cs"]) | st.sampled_from("العراقאבגıİğ中文😀👩‍👩‍👧=+-@'\"\t\r\n;,\\\x00\x85\u2028\u2029\ufeff＝"),
    max_size=30,
)
TIME = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC) | st.just(timezone(timedelta(hours=3))))  # noqa: DTZ001
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)
SHARE = st.floats(0, 1)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


ARTICLE = st.builds(
    Article,
    id=st.integers(1, 2**62), url=TEXT, canonical_url=TEXT, source=TEXT, title=maybe(TEXT), text=TEXT,
    authors=st.lists(TEXT, max_size=3).map(tuple), published_at=maybe(TIME), published_from=maybe(TEXT), published_confidence=maybe(SHARE),
    modified_at=maybe(TIME), first_seen_at=TIME, fetched_at=TIME, language=maybe(TEXT), description=maybe(TEXT), site_name=maybe(TEXT),
    section=maybe(TEXT), image_url=maybe(TEXT), paywalled=maybe(st.booleans()), extractor=TEXT, cluster=maybe(st.integers(1, 2**62)),
    cluster_role=maybe(st.sampled_from(ClusterRole)), relevant=maybe(st.booleans()), relevance=maybe(SHARE),
    relevance_reasons=st.lists(TEXT, max_size=3).map(tuple),
    tags=st.lists(st.builds(Tag, kind=st.just("country"), value=TEXT, weight=SHARE, evidence=TEXT), max_size=3).map(tuple),
    revisions=st.integers(1, 99), cluster_key=maybe(TEXT), extra=st.dictionaries(TEXT, JSON, max_size=3),
)  # fmt: skip
ROWS = st.lists(ARTICLE, max_size=4).map(lambda found: [RowReader().read(article) for article in found])


@given(ROWS)
def test_jsonl_gives_back_every_value(rows: list[dict[str, Any]]) -> None:
    stream = io.BytesIO()
    writer = JsonlWriter(stream)
    for row in rows:
        writer.write(row)
    writer.finish()
    lines = stream.getvalue().decode().splitlines()
    read = [json.loads(line) for line in lines]
    for row in read:
        for column in COLUMNS:
            if column.type is ColumnType.TIME and row[column.name] is not None:
                row[column.name] = datetime.fromisoformat(row[column.name])
    assert read == rows


@given(ROWS)
def test_parquet_gives_back_every_value(rows: list[dict[str, Any]]) -> None:
    stream = io.BytesIO()
    writer = ParquetWriter(stream, ParquetConfig(row_group_rows=2))
    for row in rows:
        writer.write(row)
    writer.finish()
    read = pq.read_table(io.BytesIO(stream.getvalue())).to_pylist()
    assert [{**row, "extra": json.loads(row["extra"])} for row in read] == rows


@given(ROWS)
def test_csv_gives_back_every_cell(rows: list[dict[str, Any]]) -> None:
    stream = io.BytesIO()
    writer = CsvWriter(stream)
    for row in rows:
        writer.write(row)
    writer.finish()
    read = list(csv.DictReader(io.StringIO(stream.getvalue().decode(), newline="")))
    assert [{name: _expected(row[name]) for name in row} for row in rows] == [
        {column.name: _restored(column, row[column.name]) for column in COLUMNS} for row in read
    ]


def _restored(column: Column, cell: str) -> Any:
    plain = restore(cell)
    if column.type in {ColumnType.TEXTS, ColumnType.CATEGORIES}:
        return split_list(plain)
    return json.loads(plain) if column.type is ColumnType.OBJECT and plain else plain


def _expected(value: Any) -> Any:
    """Say what a reader of the CSV file should get for a value, written independently of the writer."""
    if value is None or value == {}:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, dict | list) else str(value)


@given(TEXT)
def test_neutralising_can_be_taken_back_and_leaves_no_formula(cell: str) -> None:
    safe = neutralize(cell)
    assert restore(safe) == cell
    assert not safe.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))

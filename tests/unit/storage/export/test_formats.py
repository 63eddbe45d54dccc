"""What stands in the files of each format."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from storage.export.columns import COLUMNS, RowReader
from storage.export.csv import CsvWriter, neutralize, restore
from storage.export.jsonl import JsonlWriter
from storage.export.parquet import ParquetConfig, ParquetWriter
from storage.records import Article, ClusterRole, Tag, article_key

NOW = datetime(2024, 5, 1, 12, 30, 1, 5, tzinfo=UTC)


def article(**fields: Any) -> Article:
    known: dict[str, Any] = {
        "id": 7, "url": "https://paper.example/7", "canonical_url": "https://paper.example/7", "source": "paper", "title": 'عنوان, "x"',
        "text": "one\r\ntwo\n\nthree", "authors": ("A. Writer", "B. Writer"), "published_at": NOW, "published_from": "meta",
        "published_confidence": 0.9, "modified_at": None, "first_seen_at": NOW, "fetched_at": NOW, "language": "ar", "description": None,
        "site_name": None, "section": None, "image_url": None, "paywalled": False, "extractor": "made 1.0", "gone_at": None, "cluster": 3,
    "cluster_key": "a0123456789012345",
        "cluster_role": ClusterRole.ORIGIN, "relevant": True, "relevance": 0.75, "relevance_reasons": ("country IQ in title",),
        "tags": (Tag("country", "IQ", 0.8, "x"), Tag("country", "SY", 0.4, "x")), "revisions": 2, "extra": {"votes": 3, "by": "ü"},
    }  # fmt: skip
    return Article(**(known | fields))


def row(**fields: Any) -> dict[str, Any]:
    return RowReader().read(article(**fields))


def test_csv_has_crlf_rows_and_readable_cells() -> None:
    stream = io.BytesIO()
    writer = CsvWriter(stream)
    writer.write(row())
    writer.finish()
    text = stream.getvalue().decode()
    assert text.startswith(",".join(column.name for column in COLUMNS) + "\r\n")
    assert text.endswith("\r\n")
    (read,) = csv.DictReader(io.StringIO(text, newline=""))
    assert read["title"] == 'عنوان, "x"'
    assert read["text"] == "one\r\ntwo\n\nthree"
    assert read["authors"] == "A. Writer; B. Writer"
    assert read["countries"] == "IQ; SY"
    assert read["published_at"] == "2024-05-01T12:30:01.000005+00:00"
    assert read["modified_at"] == read["description"] == ""
    assert (read["paywalled"], read["relevant"], read["relevance"], read["cluster"]) == ("false", "true", "0.75", "a0123456789012345")
    assert json.loads(read["extra"]) == {"votes": 3, "by": "ü"}


def test_csv_leaves_the_cell_of_an_empty_object_empty() -> None:
    stream = io.BytesIO()
    CsvWriter(stream).write(row(extra={}, authors=()))
    (read,) = csv.DictReader(io.StringIO(stream.getvalue().decode(), newline=""))
    assert read["extra"] == read["authors"] == ""


DANGEROUS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "\u00a0=1",
    "\ufeff=1",
    "＝1",
    "＋1",
    "－1",
    "＠x",
    "'=1",
    "''=1",
]


@pytest.mark.parametrize("cell", DANGEROUS)
def test_csv_cells_that_a_spreadsheet_would_run_are_neutralised(cell: str) -> None:
    assert neutralize(cell) == f"'{cell}"
    assert restore(neutralize(cell)) == cell


@pytest.mark.parametrize("cell", ["", "plain", "a=b", "'quoted'", "العراق", "—dash", "1-2", "'"])
def test_other_csv_cells_stay_as_they_are(cell: str) -> None:
    assert neutralize(cell) == restore(cell) == cell


def test_csv_neutralises_every_textual_column() -> None:
    stream = io.BytesIO()
    evil = "=cmd|' /C calc'!A0"
    CsvWriter(stream).write(row(title=evil, text=evil, source=evil, section=evil, authors=(evil,), relevance_reasons=(evil,)))
    (read,) = csv.DictReader(io.StringIO(stream.getvalue().decode(), newline=""))
    assert [read[name] for name in ("title", "text", "source", "section", "authors", "relevance_reasons")] == [f"'{evil}"] * 6


def test_jsonl_has_one_object_a_line_with_null_for_unknown() -> None:
    stream = io.BytesIO()
    writer = JsonlWriter(stream)
    writer.write(row())
    writer.write(row(canonical_url="https://paper.example/8", extra={}))
    writer.finish()
    first, second = (json.loads(line) for line in stream.getvalue().decode().splitlines())
    assert list(first) == [column.name for column in COLUMNS]
    assert first["published_at"] == "2024-05-01T12:30:01.000005+00:00"
    assert first["modified_at"] is None
    assert first["authors"] == ["A. Writer", "B. Writer"]
    assert first["extra"] == {"votes": 3, "by": "ü"}
    assert second["id"] == article_key("https://paper.example/8")
    assert "عنوان".encode() in stream.getvalue()


def parquet(rows: list[dict[str, Any]], config: ParquetConfig) -> pq.ParquetFile:
    stream = io.BytesIO()
    writer = ParquetWriter(stream, config)
    for one in rows:
        writer.write(one)
    writer.finish()
    return pq.ParquetFile(io.BytesIO(stream.getvalue()))


def test_parquet_has_typed_columns() -> None:
    file = parquet([row()], ParquetConfig())
    schema = file.schema_arrow
    assert schema.field("published_at").type == pa.timestamp("us", tz="UTC")
    assert schema.field("countries").type.value_type == pa.string()
    assert schema.field("id").type == pa.string()
    assert schema.field("revisions").type == pa.int64()
    assert schema.field("paywalled").type == pa.bool_()
    assert schema.field("text").metadata[b"meaning"].startswith(b"Body")
    (read,) = file.read().to_pylist()
    assert read["published_at"] == NOW
    assert read["countries"] == ["IQ", "SY"]
    assert read["modified_at"] is None
    assert json.loads(read["extra"]) == {"votes": 3, "by": "ü"}


def test_parquet_is_zstd_and_dictionary_encoded_where_values_repeat() -> None:
    group = parquet([row()], ParquetConfig()).metadata.row_group(0)
    columns = {group.column(index).path_in_schema: group.column(index) for index in range(group.num_columns)}
    assert {column.compression for column in columns.values()} == {"ZSTD"}
    assert columns["source"].has_dictionary_page
    assert columns["countries.list.element"].has_dictionary_page
    assert not columns["text"].has_dictionary_page


def test_parquet_row_groups_end_by_rows_and_by_size() -> None:
    groups = parquet([row(id=number) for number in range(5)], ParquetConfig(row_group_rows=2)).metadata
    assert [groups.row_group(index).num_rows for index in range(groups.num_row_groups)] == [2, 2, 1]
    groups = parquet([row(text="x" * 40) for _ in range(4)], ParquetConfig(row_group_chars=80)).metadata
    assert [groups.row_group(index).num_rows for index in range(groups.num_row_groups)] == [2, 2]


def test_parquet_of_nothing_is_a_file_with_columns() -> None:
    file = parquet([], ParquetConfig())
    assert file.metadata.num_rows == 0
    assert file.schema_arrow.names == [column.name for column in COLUMNS]

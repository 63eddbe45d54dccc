"""Parquet: typed columns, zstd, a row group at a time."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, ClassVar

import pyarrow as pa
import pyarrow.parquet as pq

from storage.export.columns import COLUMNS, Column, ColumnType, dump_json


@dataclass(frozen=True, slots=True)
class ParquetConfig:
    """How much is held before it is written.

    A row group is complete with `row_group_rows` rows: large enough to compress, and 10,000 news texts of 5,000 characters are 50 MB. It
    is complete earlier when its texts reach `row_group_chars`, so that long texts cannot make memory grow.
    """

    row_group_rows: int = 10_000
    row_group_chars: int = 50_000_000


CONFIG = ParquetConfig()

ARROW_TYPES = {
    ColumnType.INTEGER: pa.int64(),
    ColumnType.NUMBER: pa.float64(),
    ColumnType.BOOLEAN: pa.bool_(),
    ColumnType.TEXT: pa.string(),
    ColumnType.CATEGORY: pa.string(),
    ColumnType.TIME: pa.timestamp("us", tz="UTC"),
    ColumnType.TEXTS: pa.list_(pa.string()),
    ColumnType.CATEGORIES: pa.list_(pa.string()),
    ColumnType.OBJECT: pa.string(),
}


def schema_of(columns: Sequence[Column]) -> pa.Schema:
    """Return the columns as Arrow writes them, with their meanings."""
    return pa.schema([pa.field(column.name, ARROW_TYPES[column.type], metadata={"meaning": column.meaning}) for column in columns])


SCHEMA = schema_of(COLUMNS)


def _dictionary(columns: Sequence[Column]) -> list[str]:
    """Name the columns with few different values, by the path that Parquet gives them."""
    return [column.name for column in columns if column.type is ColumnType.CATEGORY] + [
        f"{column.name}.list.element" for column in columns if column.type is ColumnType.CATEGORIES
    ]


class ParquetWriter:
    """Collects rows by column and writes a row group when it is full."""

    notes: ClassVar[tuple[str, ...]] = ("Times are microseconds in UTC; 'extra' is a JSON object in a string; an unknown value is null.",)

    def __init__(self, stream: BinaryIO, config: ParquetConfig = CONFIG, columns: Sequence[Column] = COLUMNS) -> None:
        """Begin the file."""
        self._config = config
        self._of = columns
        self._schema = schema_of(columns)
        self._writer = pq.ParquetWriter(stream, self._schema, compression="zstd", use_dictionary=_dictionary(columns))
        self._begin_group()

    def _begin_group(self) -> None:
        """Start with empty columns."""
        self._columns: dict[str, list[Any]] = {column.name: [] for column in self._of}
        self._rows = 0
        self._chars = 0

    def write(self, row: Mapping[str, Any]) -> None:
        """Keep a row until its group is full."""
        for column in self._of:
            value = row[column.name]
            self._columns[column.name].append(dump_json(value) if column.type is ColumnType.OBJECT and value is not None else value)
        self._rows += 1
        self._chars += len(row.get("text") or "")
        if self._rows >= self._config.row_group_rows or self._chars >= self._config.row_group_chars:
            self._flush()

    def _flush(self) -> None:
        """Write the rows that are held."""
        if self._rows:
            self._writer.write_table(pa.Table.from_pydict(self._columns, schema=self._schema), row_group_size=self._rows)
            self._begin_group()

    def finish(self) -> None:
        """Write the last group and the footer."""
        self._flush()
        self._writer.close()

    def abandon(self) -> None:
        """Close the writer while its stream is still open; left to itself it would try later, on a closed one."""
        with contextlib.suppress(pa.ArrowException, OSError, ValueError):
            self._writer.close()

"""Tables in memory: what Arrow calls the types of columns, and how rows become a batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from storage.export.columns import Column, ColumnType, dump_json

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
    """Return the columns as Arrow knows them, with their meanings."""
    return pa.schema([pa.field(column.name, ARROW_TYPES[column.type], metadata={"meaning": column.meaning}) for column in columns])


def batch_of(rows: Sequence[Mapping[str, Any]], columns: Sequence[Column]) -> pa.RecordBatch:
    """Turn rows, as `RowReader` reads them, into a batch; an object becomes its JSON.

    Raises: pa.ArrowException for a value of a wrong type.
    """
    arrays = [pa.array(_values(rows, column), type=ARROW_TYPES[column.type]) for column in columns]
    return pa.RecordBatch.from_arrays(arrays, schema=schema_of(columns))


def _values(rows: Sequence[Mapping[str, Any]], column: Column) -> list[Any]:
    values = [row[column.name] for row in rows]
    if column.type is ColumnType.OBJECT:
        return [None if value is None else dump_json(value) for value in values]
    return values

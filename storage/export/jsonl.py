"""JSON Lines: one JSON object a line, UTF-8, unknown is null."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, BinaryIO, ClassVar

import pyarrow as pa

from storage.export.columns import COLUMNS, Column, ColumnType, dump_json


class JsonlWriter:
    """Writes one line an article."""

    notes: ClassVar[tuple[str, ...]] = ("Times are ISO 8601 with zone; lists are arrays; an unknown value is null.",)

    def __init__(self, stream: BinaryIO, columns: Sequence[Column] = COLUMNS) -> None:
        """Keep the stream."""
        self._stream = stream
        self._columns = columns

    def write(self, row: Mapping[str, Any]) -> None:
        """Write a line."""
        plain = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}
        self._stream.write(f"{dump_json(plain)}\n".encode())

    def write_batch(self, batch: pa.RecordBatch) -> None:
        """Write many lines."""
        names = [column.name for column in self._columns]
        values = [_values(column, batch.column(place)) for place, column in enumerate(self._columns)]
        self._stream.write("".join(f"{dump_json(dict(zip(names, row, strict=True)))}\n" for row in zip(*values, strict=True)).encode())

    def finish(self) -> None:
        """Need nothing more."""

    def abandon(self) -> None:
        """Hold nothing."""


def _values(column: Column, array: pa.Array) -> list[Any]:
    """Return the values of a column as JSON has them."""
    values: list[Any] = array.to_pylist()
    if column.type is ColumnType.TIME:
        return [None if value is None else value.isoformat() for value in values]
    if column.type is ColumnType.OBJECT:
        return [None if value is None else {} if value == "{}" else json.loads(value) for value in values]
    return values

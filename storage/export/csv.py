"""CSV: RFC 4180 rows in UTF-8 that a spreadsheet can open without running what a page wrote."""

from __future__ import annotations

import codecs
import csv
import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, BinaryIO, ClassVar

import pyarrow as pa

from storage.export.columns import COLUMNS, Column, ColumnType, dump_json

# What makes a spreadsheet take a cell for a formula, behind white space too, and what it strips before looking; full-width signs count.
# Apostrophes in front are part of the pattern so that the mark can be taken off again without doubt.
# Source: OWASP, "CSV Injection".
_DANGEROUS = re.compile(r"'*(?:[\s\ufeff]*[=+\-@＝＋－＠]|[\t\r\n])")
_TEXTUAL = frozenset({ColumnType.TEXT, ColumnType.CATEGORY, ColumnType.TEXTS, ColumnType.CATEGORIES, ColumnType.OBJECT})
LIST_SEPARATOR = "; "


def neutralize(cell: str) -> str:
    """Put an apostrophe before a cell that a spreadsheet might run."""
    return f"'{cell}" if _DANGEROUS.match(cell) else cell


def restore(cell: str) -> str:
    """Take off the apostrophe that `neutralize` put there."""
    return cell[1:] if cell.startswith("'") and _DANGEROUS.match(cell) else cell


def join_list(items: Sequence[str]) -> str:
    """Write a list into one cell, so that `split_list` gives it back."""
    blurred = any(not item or ";" in item for item in items) or (items and items[0].startswith("["))
    return dump_json(list(items)) if blurred else LIST_SEPARATOR.join(items)


def split_list(cell: str) -> list[str]:
    """Read a list from a cell, as `join_list` wrote it."""
    if cell.startswith("["):
        items: list[str] = json.loads(cell)
        return items
    return cell.split(LIST_SEPARATOR) if cell else []


class _Encoded:
    """The one method that `csv.writer` asks of a file."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        return self._stream.write(text.encode())


class CsvWriter:
    """Writes a header and one row an article, or whatever else the columns describe."""

    notes: ClassVar[tuple[str, ...]] = (
        (
            "Cells that begin with = + - @ (also full-width, also after white space), a tab, CR or LF are preceded by one apostrophe, "
            "so that a spreadsheet does not run them; so are such cells that already began with apostrophes."
        ),
        (
            "Lists are joined with '; ', and a list that this would blur (an item is empty or has a ';', or the first begins with a "
            "bracket) is a JSON array; an unknown value, an empty text and an empty list are an empty cell; 'extra' is a JSON object."
        ),
    )

    def __init__(self, stream: BinaryIO, columns: Sequence[Column] = COLUMNS, *, bom: bool = False) -> None:
        """Write the header; with `bom` a byte order mark before it, by which Excel knows UTF-8."""
        self._columns = columns
        if bom:
            stream.write(codecs.BOM_UTF8)
        self._csv = csv.writer(_Encoded(stream), lineterminator="\r\n")
        self._csv.writerow([column.name for column in columns])

    def write(self, row: Mapping[str, Any]) -> None:
        """Write a row."""
        cells = []
        for column in self._columns:
            cell = _cell(row[column.name])
            cells.append(neutralize(cell) if column.type in _TEXTUAL else cell)
        self._csv.writerow(cells)

    def write_batch(self, batch: pa.RecordBatch) -> None:
        """Write many rows."""
        cells = [_cells(column, batch.column(place).to_pylist()) for place, column in enumerate(self._columns)]
        self._csv.writerows(zip(*cells, strict=True))

    def finish(self) -> None:
        """Need nothing more."""

    def abandon(self) -> None:
        """Hold nothing."""


def _cells(column: Column, values: Sequence[Any]) -> list[str]:
    """Write a column of a batch as text; its objects are JSON already."""
    if column.type is ColumnType.OBJECT:
        return [neutralize("" if value in {None, "{}"} else value) for value in values]
    if column.type in _TEXTUAL:
        return [neutralize(_cell(value)) for value in values]
    return [_cell(value) for value in values]


def _cell(value: Any) -> str:
    """Write a value as text."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.isoformat()
        case list():
            return join_list(value)
        case dict():
            return dump_json(value) if value else ""
    return str(value)

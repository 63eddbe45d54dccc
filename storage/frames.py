"""Articles as a table in memory, for notebooks: pyarrow always, pandas or polars where they are installed."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from storage.errors import StorageError
from storage.export.arrow import batch_of, schema_of
from storage.export.columns import COLUMNS, RowReader
from storage.records import Article

LIBRARIES = ("pandas", "polars", "pyarrow")
_BATCH = 2_000


def frame(articles: Iterable[Article], library: str | None = None) -> Any:
    """Return articles as a table with the columns and types of a Parquet export.

    `library` is pandas, polars or pyarrow; None takes the first of them that is installed.
    Raises: StorageError for a library that is unknown or not installed.
    """
    if library is None:
        library = next(name for name in LIBRARIES if importlib.util.find_spec(name) is not None)
    if library not in LIBRARIES:
        raise StorageError(f"there are no frames of {library!r}; say {', '.join(LIBRARIES)}")
    if importlib.util.find_spec(library) is None:
        raise StorageError(f"{library} is not installed; install it, or say library='pyarrow'")
    table = _table(articles)
    if library == "pandas":
        return table.to_pandas()
    if library == "polars":
        return importlib.import_module("polars").from_arrow(table)
    return table


def _table(articles: Iterable[Article]) -> pa.Table:
    reader = RowReader()
    batches: list[pa.RecordBatch] = []
    rows: list[dict[str, Any]] = []
    for article in articles:
        rows.append(reader.read(article))
        if len(rows) >= _BATCH:
            batches.append(batch_of(rows, COLUMNS))
            rows = []
    batches.append(batch_of(rows, COLUMNS))
    return pa.Table.from_batches(batches, schema=schema_of(COLUMNS))

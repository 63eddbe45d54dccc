"""Parquet: typed columns, zstd, a row group at a time."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from storage.export.arrow import batch_of, schema_of
from storage.export.columns import COLUMNS, Column, ColumnType


@dataclass(frozen=True, slots=True)
class ParquetConfig:
    """How much is held before it is written.

    A row group is complete with `row_group_rows` rows, large enough to compress. It is complete earlier when its texts reach
    `row_group_chars`, so that long texts cannot make memory grow: 8 million characters of Arabic are 15 MB, and it is held about three
    times (read, collected, packed).
    """

    row_group_rows: int = 10_000
    row_group_chars: int = 8_000_000


CONFIG = ParquetConfig()


def _dictionary(columns: Sequence[Column]) -> list[str]:
    """Name the columns with few different values, by the path that Parquet gives them."""
    return [column.name for column in columns if column.type is ColumnType.CATEGORY] + [
        f"{column.name}.list.element" for column in columns if column.type is ColumnType.CATEGORIES
    ]


class ParquetWriter:
    """Collects batches and writes a row group when it is full. Which rows stand in which group depends on the rows alone."""

    notes: ClassVar[tuple[str, ...]] = ("Times are microseconds in UTC; 'extra' is a JSON object in a string; an unknown value is null.",)

    def __init__(self, stream: BinaryIO, config: ParquetConfig = CONFIG, columns: Sequence[Column] = COLUMNS) -> None:
        """Begin the file."""
        self._config = config
        self._of = columns
        self._sized = "text" if any(column.name == "text" for column in columns) else None
        self._schema = schema_of(columns)
        self._writer = pq.ParquetWriter(stream, self._schema, compression="zstd", use_dictionary=_dictionary(columns))
        self._single: list[Mapping[str, Any]] = []
        self._single_chars = 0
        self._held: list[pa.RecordBatch] = []
        self._rows = 0
        self._chars = 0

    def write(self, row: Mapping[str, Any]) -> None:
        """Keep a row until its group is full."""
        self._single.append(row)
        self._single_chars += len(row.get("text") or "")
        if len(self._single) >= self._config.row_group_rows or self._single_chars >= self._config.row_group_chars:
            self._take_single()

    def _take_single(self) -> None:
        rows, self._single, self._single_chars = self._single, [], 0
        if rows:
            self.write_batch(batch_of(rows, self._of))

    def write_batch(self, batch: pa.RecordBatch) -> None:
        """Keep rows until their group is full."""
        sizes = self._sizes(batch)
        start = 0
        while start < batch.num_rows:
            end = min(batch.num_rows, start + self._config.row_group_rows - self._rows)
            if sizes is not None:
                before = int(sizes[start - 1]) if start else 0
                full = int(np.searchsorted(sizes, before + self._config.row_group_chars - self._chars))
                end = min(end, full + 1)
                self._chars += int(sizes[end - 1]) - before
            self._held.append(batch.slice(start, end - start))
            self._rows += end - start
            if self._rows >= self._config.row_group_rows or self._chars >= self._config.row_group_chars:
                self._flush()
            start = end

    @property
    def held_bytes(self) -> int:
        """How much memory the rows take that are held."""
        return sum(batch.nbytes for batch in self._held)

    def write_group(self) -> None:
        """Write a row group of what is held, before it is full."""
        self._flush()

    def _sizes(self, batch: pa.RecordBatch) -> NDArray[np.int64] | None:
        """Return how many characters the texts have up to each row."""
        if self._sized is None:
            return None
        lengths = pc.fill_null(pc.utf8_length(batch.column(self._sized)), 0).cast(pa.int64())
        sizes: NDArray[np.int64] = np.cumsum(lengths.to_numpy(zero_copy_only=False))
        return sizes

    def _flush(self) -> None:
        """Write the rows that are held."""
        if self._held:
            held, rows = self._held, self._rows
            self._held, self._rows, self._chars = [], 0, 0
            # In one piece, because Parquet begins its pages anew with each: the bytes would tell how the rows came.
            table = pa.Table.from_batches(held, schema=self._schema).combine_chunks()
            self._writer.write_table(table, row_group_size=rows)

    def finish(self) -> None:
        """Write the last group and the footer."""
        self._take_single()
        self._flush()
        self._writer.close()

    def abandon(self) -> None:
        """Close the writer while its stream is still open; left to itself it would try later, on a closed one."""
        with contextlib.suppress(pa.ArrowException, OSError, ValueError):
            self._writer.close()

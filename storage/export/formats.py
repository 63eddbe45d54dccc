"""What every file format offers: take rows one by one, then finish or give up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Protocol

import pyarrow as pa


class RowWriter(Protocol):
    """Writes rows to a binary stream that somebody else opens, syncs and closes."""

    notes: ClassVar[tuple[str, ...]]

    def write(self, row: Mapping[str, Any]) -> None:
        """Take one row, as `storage.export.columns.RowReader` reads it."""

    def write_batch(self, batch: pa.RecordBatch) -> None:
        """Take many rows at once, as `storage.export.arrow` makes them: the same file comes out."""

    def finish(self) -> None:
        """Write what is still held back and the end of the file."""

    def abandon(self) -> None:
        """Let go of everything; what was written is of no use. Never raises."""

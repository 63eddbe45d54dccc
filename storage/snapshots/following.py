"""Compare the rows of a table, as they come, with a snapshot: in the order of their keys, many at a time.

Nearly all rows are as they were, so whole batches are compared by Arrow, and only the columns in which they differ are looked at row by
row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from storage.export.tables import Table
from storage.snapshots.comparing import Key, batches_of


@dataclass(frozen=True, slots=True)
class Step:
    """What some rows of a table tell: those that are new or not as they were, in their order, and the keys of those that are no more."""

    changed: pa.RecordBatch
    removed: Sequence[Key]


class Follower:
    """A table of a snapshot that is read beside the same table of a newer one. Raises: SnapshotError when it cannot be read."""

    def __init__(self, folder: Path, table: Table) -> None:
        """Begin at the first row."""
        self._table = table
        self._batches = batches_of(folder, table)
        self._held: pa.RecordBatch | None = None
        self._keys: list[Key] = []

    def step(self, newer: pa.RecordBatch) -> Step:
        """Compare the next rows, at least one, of the newer table."""
        keys = keys_of(self._table, newer)
        pieces, met, removed = self._up_to(keys[-1], set(keys))
        if not pieces:
            return Step(newer, removed)
        there = [at for at, key in enumerate(keys) if key in met]
        both = newer if len(there) == len(keys) else newer.take(pa.array(there, pa.int64()))
        changed = {there[at] for at in _differing(pa.Table.from_batches(pieces).combine_chunks(), both)}
        rows = sorted(changed | {at for at, key in enumerate(keys) if key not in met})
        return Step(newer.take(pa.array(rows, pa.int64())), removed)

    def rest(self) -> Iterator[Key]:
        """Yield the keys of all rows that come after the last of the newer table."""
        for _, keys in self.slices(None):
            yield from keys

    def slices(self, last: Key | None) -> Iterator[tuple[pa.RecordBatch, list[Key]]]:
        """Yield the next rows, with their keys, up to those whose keys are after `last`; all that are left when it is None."""
        while True:
            if self._held is None:
                self._held = next(self._batches, None)
                if self._held is None:
                    return
                self._keys = keys_of(self._table, self._held)
            held, keys, count = self._held, self._keys, len(self._keys)
            if last is not None and keys[-1] > last:
                count = next(at for at, key in enumerate(keys) if key > last)
            whole = count == len(keys)
            self._held, self._keys = (None, []) if whole else (held.slice(count), keys[count:])
            if count:
                yield held.slice(0, count), keys[:count]
            if not whole:
                return

    def _up_to(self, last: Key, wanted: set[Key]) -> tuple[list[pa.RecordBatch], set[Key], list[Key]]:
        """Take the rows whose keys are not after a key: those that are wanted, with their keys, and the keys of the others."""
        pieces: list[pa.RecordBatch] = []
        met: set[Key] = set()
        others: list[Key] = []
        for piece, keys in self.slices(last):
            found = [at for at, key in enumerate(keys) if key in wanted]
            if found:
                pieces.append(piece if len(found) == len(keys) else piece.take(pa.array(found, pa.int64())))
                met.update(keys[at] for at in found)
            others += [key for key in keys if key not in wanted]
        return pieces, met, others


def keys_of(table: Table, batch: pa.RecordBatch) -> list[Key]:
    """Return the keys of rows."""
    return list(zip(*(batch.column(name).to_pylist() for name in table.key), strict=True))


def _differing(older: Any, newer: pa.RecordBatch) -> set[int]:
    """Return the rows in which two batches of one length differ."""
    rows: set[int] = set()
    for name in newer.schema.names:
        before, after = older.column(name), newer.column(name)
        before = before.combine_chunks() if isinstance(before, pa.ChunkedArray) else before
        if before.equals(after):
            continue
        if pa.types.is_list(after.type):
            rows.update(at for at, (one, two) in enumerate(zip(before.to_pylist(), after.to_pylist(), strict=True)) if one != two)
            continue
        same = pc.fill_null(pc.equal(before, after), False)
        both_unknown = pc.and_(pc.is_null(before), pc.is_null(after))
        rows.update(pc.indices_nonzero(pc.invert(pc.or_(same, both_unknown))).to_pylist())
    return rows

"""What is not as it was in an older snapshot, and how both together give the newer one, byte by byte.

An increment holds the rows that are new or changed, the keys of those that are no more, and, under `result/`, the small files of the newer
snapshot. Applying it merges the rows in the order of their keys, packs them as they were packed, and holds every hash against `result/`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from itertools import chain
from pathlib import Path

import pyarrow as pa

from storage.errors import SnapshotError
from storage.export.arrow import batch_of
from storage.export.columns import Column, ColumnType
from storage.export.manifest import ExportedFile
from storage.export.placing import one_line
from storage.export.sinks import FileSink
from storage.export.tables import Table
from storage.snapshots import folders
from storage.snapshots.checking import problems
from storage.snapshots.comparing import Key, batches_of, rows_of
from storage.snapshots.following import Follower, keys_of
from storage.snapshots.manifest import DIGEST_NAME, MANIFEST_NAME, SnapshotManifest, read_snapshot_manifest
from storage.snapshots.tiers import TABLES_OF

RESULT = "result"
REMOVED = Table(
    "removed",
    "One row a row of the older snapshot that is no more.",
    (
        Column("table", ColumnType.CATEGORY, "Its table."),
        Column("key", ColumnType.TEXT, "Its key, a JSON array."),
    ),
    ("table", "key"),
    {},
)


class Increment:
    """What is not as it was in an older snapshot, gathered while the newer one is put together."""

    def __init__(self, base: Path, folder: Path, tables: Sequence[Table]) -> None:
        """Begin its files in `folder`."""
        self._base, self._folder = base, folder
        self._sink = FileSink(folder, (*tables, REMOVED), "parquet")
        self._followers = {table.name: Follower(base, table) for table in tables}
        self._tables = tables
        self._counts = dict.fromkeys((table.name for table in tables), 0)
        self._gone: dict[str, list[Key]] = {table.name: [] for table in tables}

    def take(self, table: Table, batch: pa.RecordBatch) -> None:
        """Take the next rows of a table of the newer snapshot. Raises: SnapshotError when the older one cannot be read."""
        if not batch.num_rows:
            return
        step = self._followers[table.name].step(batch)
        self._gone[table.name] += step.removed
        if step.changed.num_rows:
            self._counts[table.name] += step.changed.num_rows
            self._sink.write(table, "", step.changed)

    def finish(self, whole: SnapshotManifest, small: Mapping[str, bytes]) -> SnapshotManifest:
        """Write the keys that are no more, the small files of the newer snapshot, and the manifest; return that."""
        removed = 0
        for table in self._tables:
            keys = chain(self._gone[table.name], self._followers[table.name].rest())
            rows = [{"table": table.name, "key": _written(key)} for key in keys]
            removed += len(rows)
            self._sink.write(REMOVED, "", batch_of(rows, REMOVED.columns))
        files = []
        for path, file in self._sink.finish():
            path.rename(path.with_name(file.name))
            files.append(file)
        (self._folder / RESULT).mkdir()
        for name, content in small.items():
            folders.write_file(self._folder / RESULT / name, content)
            files.append(ExportedFile(f"{RESULT}/{name}", len(content), sha256(content).hexdigest()))
        manifest = replace(
            whole,
            files=tuple(files),
            tables=self._counts | {REMOVED.name: removed},
            base=folders.digest_of(self._base),
            result=whole.digest,
            removed=removed,
        )
        folders.write_manifest(self._folder, manifest)
        return manifest

    def abandon(self) -> None:
        """Close everything; what was written is of no use."""
        self._sink.abandon()


def apply_increment(base: Path, increment: Path, home: Path, name: str) -> SnapshotManifest:
    """Make the newer snapshot in `home/name` of an older one and an increment; every hash is held against what was promised.

    Raises: SnapshotError when they do not belong together, one of them is damaged, or the outcome is not the newer snapshot.
    """
    manifest = read_snapshot_manifest(increment)
    if manifest.base is None:
        raise SnapshotError(f"{increment} is a whole snapshot; there is nothing to apply")
    if manifest.base != folders.digest_of(base):
        raise SnapshotError(f"{increment} builds upon the snapshot {manifest.base[:12]}, and {base} is {folders.digest_of(base)[:12]}")
    for folder in (base, increment):
        for problem in problems(folder):
            raise SnapshotError(f"{folder} is damaged: {problem}")
    promised = read_snapshot_manifest(increment / RESULT)
    with folders.being_made(home, name) as folder:
        tables = TABLES_OF[manifest.tier]
        with one_line(folder, []):
            sink = FileSink(folder, tables, "parquet")
            try:
                for table in tables:
                    for batch in _merged(base, increment, table):
                        sink.write(table, "", batch)
                made = {file.name: (path, file) for path, file in sink.finish()}
            except BaseException:  # see storage.export.base
                sink.abandon()
                raise
        for file in promised.files:
            if file.table is None:
                folders.write_file(folder / file.name, (increment / RESULT / file.name).read_bytes())
                continue
            path, written = made[file.name]
            if written.sha256 != file.sha256:
                packed = promised.versions.get("pyarrow")
                raise SnapshotError(f"{file.name} did not come out as promised: pyarrow {packed} packed it, here is {pa.__version__}")
            path.rename(path.with_name(file.name))
        for small in (MANIFEST_NAME, DIGEST_NAME):
            folders.write_file(folder / small, (increment / RESULT / small).read_bytes())
    return promised


def _merged(base: Path, increment: Path, table: Table) -> Iterator[pa.RecordBatch]:
    """Yield the rows of the newer snapshot, in the order of their keys: most batches are those of the older one."""
    gone = {row["key"] for row in rows_of(increment, REMOVED) if row["table"] == table.name}
    changed = Follower(increment, table)
    for batch in batches_of(base, table):
        old = keys_of(table, batch)
        slices = list(changed.slices(old[-1]))
        new = [key for _, keys in slices for key in keys]
        replaced = set(new)
        kept = [at for at, key in enumerate(old) if key not in replaced and not (gone and _written(key) in gone)]
        if not new and len(kept) == len(old):
            yield batch
            continue
        pieces = [batch.take(pa.array(kept, pa.int64())), *(piece for piece, _ in slices)]
        keys = [*(old[at] for at in kept), *new]
        order = sorted(range(len(keys)), key=keys.__getitem__)
        yield from pa.Table.from_batches(pieces).combine_chunks().take(pa.array(order, pa.int64())).to_batches()
    for piece, _ in changed.slices(None):
        yield piece


def _written(key: Key) -> str:
    """Write a key as the table of what is no more has it."""
    return json.dumps(key, default=str)

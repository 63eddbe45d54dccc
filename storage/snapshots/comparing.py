"""Compare two snapshots table by table. Their rows stand in the order of their keys, so both are read once, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from storage.errors import SnapshotError
from storage.export.tables import Table
from storage.snapshots.manifest import SnapshotManifest
from storage.snapshots.tiers import TABLES_OF

_ROWS = 500

Key = tuple[Any, ...]

ARTICLE_CHANGES = ("new", "revised", "gone", "back", "removed", "changed")


class Change(StrEnum):
    """What became of a row from the older snapshot to the newer one."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Difference(NamedTuple):
    """A row that is not the same in both; the older or the newer one is None where it is not there."""

    key: Key
    change: Change
    before: dict[str, Any] | None
    after: dict[str, Any] | None


@dataclass(slots=True)
class Comparison:
    """Two snapshots in numbers: rows by table and change; and the articles, by what happened to them.

    An article is `new` or `removed` (it is no more in the selection), `revised` (another text or headline), `gone` (its publisher took it
    down since), `back`, or `changed` in something else; the first that fits.
    """

    tables: dict[str, dict[Change, int]] = field(default_factory=dict)
    articles: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in ARTICLE_CHANGES})

    @property
    def same(self) -> bool:
        """Whether no row differs."""
        return not any(count for counts in self.tables.values() for count in counts.values())


def table_path(folder: Path, table: Table) -> Path:
    """Return where a snapshot keeps a table."""
    return folder / f"{table.name}.parquet"


def batches_of(folder: Path, table: Table, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a table of a snapshot in batches, or some of its columns. One row group is in memory at a time.

    Raises: SnapshotError when the file is missing or no such table.
    """
    path = table_path(folder, table)
    try:
        with pq.ParquetFile(path) as file:
            if tuple(file.schema_arrow.names) != table.names:
                raise SnapshotError(f"{path}: has other columns than this version of Dragoman writes")
            for group in range(file.num_row_groups):  # iter_batches reads ahead, which takes three times the memory
                yield from file.read_row_group(group, columns=columns, use_threads=False).to_batches(max_chunksize=_ROWS)
    except FileNotFoundError as error:
        raise SnapshotError(f"{path}: is missing") from error
    except pa.ArrowException as error:
        raise SnapshotError(f"{path}: cannot be read: {' '.join(str(error).split()):.200}") from error


def rows_of(folder: Path, table: Table, columns: Sequence[str] | None = None) -> Iterator[dict[str, Any]]:
    """Yield the rows that `batches_of` gives one by one."""
    for batch in batches_of(folder, table, columns):
        yield from batch.to_pylist()


def key_of(table: Table, row: dict[str, Any]) -> Key:
    """Return the key of a row."""
    return tuple(row[name] for name in table.key)


def differences(before: Iterator[dict[str, Any]], after: Iterator[dict[str, Any]], table: Table) -> Iterator[Difference]:
    """Yield every row that is not the same in both, in the order of the keys."""
    old, new = next(before, None), next(after, None)
    while old is not None or new is not None:
        old_key = None if old is None else key_of(table, old)
        new_key = None if new is None else key_of(table, new)
        if new_key is None or (old_key is not None and old_key < new_key):
            yield Difference(old_key or (), Change.REMOVED, old, None)
            old = next(before, None)
        elif old_key is None or new_key < old_key:
            yield Difference(new_key, Change.ADDED, None, new)
            new = next(after, None)
        else:
            if old != new:
                yield Difference(new_key, Change.CHANGED, old, new)
            old, new = next(before, None), next(after, None)


def compare(older: Path, newer: Path, manifests: tuple[SnapshotManifest, SnapshotManifest]) -> Comparison:
    """Compare two whole snapshots of one tier. Raises: SnapshotError."""
    first, second = manifests
    for path, manifest in ((older, first), (newer, second)):
        if manifest.base is not None:
            raise SnapshotError(f"{path} holds only what is new since {manifest.base[:12]}; apply it to that one first")
    if first.tier is not second.tier:
        raise SnapshotError(f"{older} is {first.tier}, {newer} is {second.tier}: only equal tiers can be compared")
    result = Comparison()
    for table in TABLES_OF[first.tier]:
        counts = dict.fromkeys(Change, 0)
        for difference in differences(rows_of(older, table), rows_of(newer, table), table):
            counts[difference.change] += 1
            if table.name == "articles":
                result.articles[article_change(difference)].append(difference.key[0])
        result.tables[table.name] = counts
    return result


def article_change(difference: Difference) -> str:
    """Say what happened to an article."""
    before, after = difference.before, difference.after
    if before is None or after is None:
        return "new" if before is None else "removed"
    if any(before.get(name) != after.get(name) for name in _WORDING):
        return "revised"
    if before["gone_at"] != after["gone_at"]:
        return "gone" if after["gone_at"] else "back"
    return "changed"


_WORDING: Sequence[str] = ("title", "text", "text_sha256", "revisions")

"""Whatever two tables hold, following one beside the other tells exactly what a comparison of all their rows tells."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given
from hypothesis import strategies as st

from storage.export.arrow import schema_of
from storage.export.columns import Column, ColumnType
from storage.export.tables import Table
from storage.snapshots import comparing
from storage.snapshots.comparing import Change, differences, table_path
from storage.snapshots.following import Follower

TABLE = Table(
    "things",
    "One row a thing.",
    (
        Column("thing", ColumnType.TEXT, "Its name."),
        Column("part", ColumnType.INTEGER, "Which part of it."),
        Column("said", ColumnType.TEXT, "What it says."),
        Column("words", ColumnType.TEXTS, "Its words."),
        Column("share", ColumnType.NUMBER, "Its share."),
        Column("known", ColumnType.BOOLEAN, "Whether it is known."),
    ),
    ("thing", "part"),
    {},
)
_KEYS = st.tuples(st.sampled_from("abcdefgh"), st.integers(1, 3))
_VALUES = st.tuples(
    st.sampled_from([None, "", "x", "ü 😀"]),
    st.sampled_from([[], ["x"], ["x", "y"]]),
    st.sampled_from([None, 0.0, 0.5]),
    st.sampled_from([None, True, False]),
)
ROWS = st.dictionaries(_KEYS, _VALUES, max_size=24)


def batch(rows: dict[tuple[str, int], tuple[Any, ...]]) -> pa.RecordBatch:
    """Make the table, in the order of its keys."""
    listed = [dict(zip(TABLE.names, (*key, *rows[key]), strict=True)) for key in sorted(rows)]
    return pa.RecordBatch.from_pylist(listed, schema=schema_of(TABLE.columns))


@given(before=ROWS, edits=ROWS, left=st.sets(_KEYS), sizes=st.lists(st.integers(1, 7), min_size=1), read=st.integers(1, 9))
def test_steps_of_any_size_tell_what_a_comparison_row_by_row_tells(
    before: dict[Any, Any], edits: dict[Any, Any], left: set[Any], sizes: list[int], read: int
) -> None:
    after = {key: value for key, value in (before | edits).items() if key not in left}
    older, newer = batch(before), batch(after)
    expected = list(differences(iter(older.to_pylist()), iter(newer.to_pylist()), TABLE))
    changed: list[dict[str, Any]] = []
    removed: list[Any] = []
    kept, comparing._ROWS = comparing._ROWS, read
    try:
        with tempfile.TemporaryDirectory() as folder:
            pq.write_table(pa.Table.from_batches([older]), table_path(Path(folder), TABLE), row_group_size=11)
            follower, start = Follower(Path(folder), TABLE), 0
            while start < newer.num_rows:
                size = sizes[start % len(sizes)]
                step = follower.step(newer.slice(start, size))
                changed += step.changed.to_pylist()
                removed += step.removed
                start += size
            removed += follower.rest()
    finally:
        comparing._ROWS = kept
    assert changed == [item.after for item in expected if item.change is not Change.REMOVED]
    assert removed == [item.key for item in expected if item.change is Change.REMOVED]

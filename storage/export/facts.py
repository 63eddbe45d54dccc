"""What is counted while the rows of an export pass: all that its manifest and its descriptions say of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from storage.errors import ExportError
from storage.export.columns import ColumnType
from storage.export.manifest import UNDETERMINED
from storage.export.tables import Table


@dataclass(slots=True)
class Facts:
    """Counts of what passed.

    `rows` and `empty` are by table, and by table and column: in how many rows the value is unknown, or an empty list or object.
    `by_month` is by
    the month (UTC) of publication, or of the first visit where that is unknown. `sources` are the rows of the table of sources by id.
    """

    rows: Counter[str] = field(default_factory=Counter)
    empty: dict[str, Counter[str]] = field(default_factory=dict)
    by_source: Counter[str] = field(default_factory=Counter)
    by_language: Counter[str] = field(default_factory=Counter)
    by_month: Counter[str] = field(default_factory=Counter)
    by_country: Counter[str] = field(default_factory=Counter)
    by_date_evidence: Counter[str] = field(default_factory=Counter)
    extractors: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    first_published_at: datetime | None = None
    last_published_at: datetime | None = None
    sources: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    copies: int = 0
    paywalled: int = 0
    gone: int = 0
    revised: int = 0

    def take(self, table: Table, batch: pa.RecordBatch, *, articles: bool = True) -> None:
        """Count a batch; without `articles`, those are counted by `count_articles`. Raises: ExportError when a text holds a NUL."""
        refuse_nul(table, batch)
        self.rows[table.name] += batch.num_rows
        empty = self.empty.setdefault(table.name, Counter())
        for place, column in enumerate(table.columns):
            empty[column.name] += _empty(batch.column(place), column.type)
        if table.name == "articles" and articles:
            self.count_articles(batch)
        elif table.name == "sources":
            self.sources |= {row["source"]: row for row in batch.to_pylist()}
        elif table.name == "coverage":
            self._coverage(batch)

    def null_share(self, table: str, column: str) -> float | None:
        """Return in what part of the rows a column is empty, 0 to 1; None for a table without rows."""
        rows = self.rows[table]
        return self.empty.get(table, Counter())[column] / rows if rows else None

    def count_articles(self, batch: pa.RecordBatch) -> None:
        """Count full rows of articles by what they are, whatever of them is written."""
        _add(self.by_source, batch.column("source"))
        _add(self.by_language, pc.fill_null(batch.column("language"), UNDETERMINED))
        _add(self.extractors, batch.column("extractor"))
        _add(self.by_country, pc.list_flatten(batch.column("countries")))
        _add(self.by_date_evidence, pc.fill_null(batch.column("published_from"), "unknown"))
        published = batch.column("published_at")
        _add(self.by_month, pc.strftime(pc.coalesce(published, batch.column("first_seen_at")), format="%Y-%m"))
        bounds = pc.min_max(published)
        first, last = bounds["min"].as_py(), bounds["max"].as_py()
        if first is not None:
            self.first_published_at = min(self.first_published_at or first, first)
            self.last_published_at = max(self.last_published_at or last, last)
        self.copies += _true(pc.not_equal(batch.column("cluster_role"), "origin"))
        self.paywalled += _true(batch.column("paywalled"))
        self.gone += batch.num_rows - batch.column("gone_at").null_count
        self.revised += _true(pc.greater(batch.column("revisions"), 1))

    def _coverage(self, batch: pa.RecordBatch) -> None:
        _add(self.states, batch.column("state"))
        for name in batch.schema.names:
            if name.startswith("outcome_"):
                self.outcomes[name.removeprefix("outcome_")] += pc.sum(batch.column(name)).as_py() or 0


def refuse_nul(table: Table, batch: pa.RecordBatch) -> None:
    """Refuse a text with a NUL: PostgreSQL cannot keep one, and many readers take it for the end of a text."""
    for place, column in enumerate(table.columns):
        array = batch.column(place)
        if pa.types.is_string(array.type):
            letters = array.buffers()[2]
            if letters is None or b"\0" not in letters.to_pybytes():  # ten times as fast as looking into each text
                continue
            found = pc.index(pc.match_substring(array, "\0"), pa.scalar(True)).as_py()
            if found >= 0:
                named = batch.column(table.key[0])[found].as_py()
                raise ExportError(
                    f"{table.name} {named}: its {column.name} holds a NUL character, which no database or spreadsheet can bear"
                )


def _empty(array: pa.Array, kind: ColumnType) -> int:
    count: int = array.null_count
    if kind in {ColumnType.TEXTS, ColumnType.CATEGORIES}:
        count += _true(pc.equal(pc.list_value_length(array), 0))
    elif kind is ColumnType.OBJECT:
        count += _true(pc.equal(array, "{}"))
    return count


def _true(flags: pa.Array) -> int:
    return pc.sum(flags).as_py() or 0


def _add(counter: Counter[str], values: pa.Array) -> None:
    for item in pc.value_counts(values.drop_null()).to_pylist():
        counter[item["values"]] += item["counts"]


def ranked(counter: Counter[str]) -> dict[str, int]:
    """Return counts, the largest first."""
    return dict(sorted(((name, count) for name, count in counter.items() if count), key=lambda item: (-item[1], item[0])))

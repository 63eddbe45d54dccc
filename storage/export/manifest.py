"""The manifest of an export: what the files beside it are, and how to know that they are still the same."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from storage.errors import ExportError
from storage.export.tables import Table

ExportFormat = Literal["csv", "jsonl", "parquet", "sqlite", "warc", "rss", "atom"]

MANIFEST_NAME = "manifest.json"
# Language of texts whose language is unknown: ISO 639-2 'undetermined'.
UNDETERMINED = "und"


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A file of the export: its name in the folder, its size, its SHA-256 in hexadecimal, its rows, and the table whose rows they are."""

    name: str
    bytes: int
    sha256: str
    rows: int | None = None
    table: str | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """What was exported: the question, the counts, the files, and the versions behind them.

    `versions` names the code and the schema; `extractors` counts the rows by extractor version. `notes` says what the format changes;
    `repaired_rows` counts rows in which characters that no file can hold were replaced. `coverage` describes the coverage
    table, if there is one, `clusters` that of the clusters. `tables` counts the rows of each table; `swept` names what an export that did
    not finish had left in the folder, and is not written. `created_at` is aware UTC.
    """

    format: str
    query: Mapping[str, Any]
    rows: int
    created_at: datetime
    versions: Mapping[str, str]
    files: tuple[ExportedFile, ...]
    by_source: Mapping[str, int] = field(default_factory=dict)
    by_language: Mapping[str, int] = field(default_factory=dict)
    extractors: Mapping[str, int] = field(default_factory=dict)
    repaired_rows: int = 0
    notes: tuple[str, ...] = ()
    coverage: Mapping[str, Any] = field(default_factory=dict)
    clusters: Mapping[str, Any] = field(default_factory=dict)
    by_month: Mapping[str, int] = field(default_factory=dict)
    tables: Mapping[str, int] = field(default_factory=dict)
    swept: tuple[str, ...] = field(default=(), compare=False)

    def to_json(self, tables: Sequence[Table]) -> str:
        """Return the manifest as it is written, columns and their meanings included."""
        value = asdict(self) | {
            "created_at": self.created_at.isoformat(),
            "columns": {
                table.name: [{"name": column.name, "type": str(column.type), "meaning": column.meaning} for column in table.columns]
                for table in tables
            },
        }
        del value["swept"]
        return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2) + "\n"


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of an export; raise ExportError when there is none or it is not one."""
    path = folder / MANIFEST_NAME
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        del raw["columns"]
        files = tuple(ExportedFile(**entry) for entry in raw.pop("files"))
        created_at = datetime.fromisoformat(raw.pop("created_at"))
        return Manifest(files=files, created_at=created_at, notes=tuple(raw.pop("notes")), **raw)
    except OSError as error:
        raise ExportError(f"{path}: cannot be read: {error.strerror}") from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ExportError(f"{path}: is not the manifest of an export") from error


def plain_query(query: Mapping[str, Any]) -> dict[str, Any]:
    """Return a query as JSON gives it back: times as ISO 8601, tuples as lists; raise ExportError when it holds anything else."""
    try:
        plain: dict[str, Any] = json.loads(json.dumps(dict(query), default=_iso, allow_nan=False))
    except (TypeError, ValueError) as error:
        raise ExportError(f"the query cannot be written into the manifest: {error}") from error
    return plain


def _iso(value: Any) -> str:
    """Write a time; refuse anything else that JSON does not know."""
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"it holds a {type(value).__name__}")

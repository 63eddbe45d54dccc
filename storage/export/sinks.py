"""Where the rows of an export go: a file a table (and part), or one SQLite file with all tables."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import os
import resource
import sqlite3
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO, Protocol, cast

import pyarrow as pa

from storage.export.columns import Column, ColumnType, dump_json
from storage.export.csv import CsvWriter
from storage.export.formats import RowWriter
from storage.export.jsonl import JsonlWriter
from storage.export.manifest import ExportedFile
from storage.export.parquet import ParquetWriter
from storage.export.placing import describe, part_of
from storage.export.tables import Table

if sys.version_info >= (3, 14):
    from compression.zstd import ZstdFile
else:
    from backports.zstd import ZstdFile


class Compression(StrEnum):
    """How CSV and JSONL are packed; Parquet packs itself."""

    NONE = "none"
    GZIP = "gzip"
    ZSTD = "zstd"


_ENDINGS = {Compression.NONE: "", Compression.GZIP: ".gz", Compression.ZSTD: ".zst"}


@dataclass(frozen=True, slots=True)
class SinkConfig:
    """How much is held.

    `held_bytes`: rows in memory over all Parquet files of an export that is split; when they are more, the fullest file gets a row group.
    `gzip_level`: zlib's default.
    """

    held_bytes: int = 64_000_000
    gzip_level: int = 6


CONFIG = SinkConfig()


class Sink(Protocol):
    """Takes batches of tables and has files at the end."""

    def write(self, table: Table, part: str, batch: pa.RecordBatch) -> None:
        """Take rows of a table, or of a part of it."""

    def finish(self) -> list[tuple[Path, ExportedFile]]:
        """Complete and sync all files; return where each stands, and what it is to be."""

    def abandon(self) -> None:
        """Close everything and remove what was written. Never raises."""


class _Hashing:
    """A binary stream that knows the SHA-256 and the number of the bytes that went through it."""

    def __init__(self, path: Path | None) -> None:
        self._file = path.open("wb") if path is not None else None  # None: its bytes are kept nowhere
        self._digest = hashlib.sha256()
        self.size = 0

    closed = False
    mode = "wb"

    def write(self, data: Any) -> int:
        view = memoryview(data)
        if self._file is not None:
            self._file.write(view)
        self._digest.update(view)
        self.size += view.nbytes
        return view.nbytes

    def tell(self) -> int:
        return self.size

    def flush(self) -> None:
        if self._file is not None:
            self._file.flush()

    def writable(self) -> bool:
        return True

    def readable(self) -> bool:
        return False

    def seekable(self) -> bool:
        return False

    def close(self) -> None:
        """Stay open for whoever owns it."""

    def complete(self) -> str:
        """Sync the file to disk and close it; return the digest."""
        if self._file is not None:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
        return self._digest.hexdigest()

    def discard(self) -> None:
        with contextlib.suppress(OSError):
            if self._file is not None:
                self._file.close()


@dataclass(slots=True)
class _Open:
    """A file that is being written."""

    path: Path
    name: str
    table: Table
    stream: _Hashing
    packed: BinaryIO | None
    writer: RowWriter
    rows: int = 0


@dataclass(slots=True)
class FileSink:
    """A file for each table, or for each part of a table; `weighed_only` keeps none of them, but tells their sizes and hashes."""

    out: Path
    tables: Sequence[Table]
    format: str
    compression: Compression = Compression.NONE
    bom: bool = False
    split: bool = False
    weighed_only: bool = False
    config: SinkConfig = CONFIG
    _open: dict[tuple[str, str], _Open] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin the files that will be there whatever comes: a table without rows is a file with its columns."""
        if self.split:
            _allow_many_files()
        try:
            for table in self.tables:
                if not (self.split and table.of_articles):
                    self._file(table, "")
        except BaseException:
            self.abandon()
            raise

    def _file(self, table: Table, part: str) -> _Open:
        key = (table.name, part)
        if key not in self._open:
            stem = f"{table.name}-{part}" if part else table.name
            name = f"{stem}.{self.format}{_ENDINGS[self.compression]}"
            path = part_of(self.out / name)
            stream = _Hashing(None if self.weighed_only else path)
            packed = self._packed(stream)
            writer = self._writer(packed or cast("BinaryIO", stream), table)
            self._open[key] = _Open(path, name, table, stream, packed, writer)
        return self._open[key]

    def _packed(self, stream: _Hashing) -> BinaryIO | None:
        plain = cast("BinaryIO", stream)
        match self.compression:
            case Compression.GZIP:
                # No time and no name in the header: the same rows give the same bytes.
                return cast("BinaryIO", gzip.GzipFile("", "wb", self.config.gzip_level, plain, mtime=0))
            case Compression.ZSTD:
                return cast("BinaryIO", ZstdFile(plain, "wb"))
        return None

    def _writer(self, stream: BinaryIO, table: Table) -> RowWriter:
        if self.format == "parquet":
            return ParquetWriter(stream, columns=table.columns)
        if self.format == "csv":
            return CsvWriter(stream, table.columns, bom=self.bom)
        return JsonlWriter(stream, table.columns)

    def write(self, table: Table, part: str, batch: pa.RecordBatch) -> None:
        """See Sink."""
        file = self._file(table, part if self.split else "")
        file.writer.write_batch(batch)
        file.rows += batch.num_rows
        if self.split and self.format == "parquet":
            self._make_room()

    def _make_room(self) -> None:
        """Write a row group of the fullest file while too much is held; which one depends on the rows alone."""
        writers = [(file.name, file.writer) for file in self._open.values() if isinstance(file.writer, ParquetWriter)]
        while sum(writer.held_bytes for _, writer in writers) > self.config.held_bytes:
            max(writers, key=lambda item: (item[1].held_bytes, item[0]))[1].write_group()

    def finish(self) -> list[tuple[Path, ExportedFile]]:
        """See Sink."""
        for table in self.tables:
            if not any(name == table.name for name, _ in self._open):
                self._file(table, "")
        order = {table.name: place for place, table in enumerate(self.tables)}
        made = []
        for _, file in sorted(self._open.items(), key=lambda item: (order[item[0][0]], item[0][1])):
            file.writer.finish()
            if file.packed is not None:
                file.packed.close()
            digest = file.stream.complete()
            made.append((file.path, ExportedFile(file.name, file.stream.size, digest, file.rows, file.table.name)))
        return made

    def abandon(self) -> None:
        """See Sink."""
        for file in self._open.values():
            file.writer.abandon()
            if file.packed is not None:
                with contextlib.suppress(OSError, ValueError):
                    file.packed.close()
            file.stream.discard()
            with contextlib.suppress(OSError):
                file.path.unlink(missing_ok=True)


def _allow_many_files() -> None:
    """Raise our limit of open files to what the system allows: a file a source and table may be a thousand."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


SQLITE_NAME = "corpus.db"
_SQLITE_TYPES = {ColumnType.INTEGER: "INTEGER", ColumnType.NUMBER: "REAL", ColumnType.BOOLEAN: "INTEGER"}
# What readers filter by; keys have their index anyway.
_INDEXED = {"articles": ("source", "published_at", "language", "cluster"), "tags": ("kind, value",), "copies": ("cluster",)}


class SqliteSink:
    """One SQLite file with all tables, keys that join, and a full-text index: what Datasette opens.

    Times are ISO 8601 in UTC with microseconds, so that they sort; lists and objects are JSON; flags are 0 and 1.
    """

    def __init__(self, out: Path, tables: Sequence[Table]) -> None:
        """Begin the file."""
        self._path = part_of(out / SQLITE_NAME)
        self._tables = tuple(tables)
        self._rows = dict.fromkeys((table.name for table in tables), 0)
        self._path.unlink(missing_ok=True)
        self._database = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
        try:
            # The file is nobody's until it is whole: a journal would only be written for nothing.
            for statement in ("PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", "PRAGMA foreign_keys = OFF", "BEGIN"):
                self._database.execute(statement)
            for table in self._tables:
                self._database.execute(_create(table, {other.name for other in self._tables}))
        except BaseException:
            self.abandon()
            raise

    def write(self, table: Table, part: str, batch: pa.RecordBatch) -> None:
        """See Sink."""
        del part
        columns = [_sqlite_values(column, batch.column(place).to_pylist()) for place, column in enumerate(table.columns)]
        marks = ", ".join("?" * len(columns))
        self._database.executemany(f"INSERT INTO {table.name} VALUES ({marks})", zip(*columns, strict=True))  # noqa: S608 - our own name
        self._rows[table.name] += batch.num_rows

    def finish(self) -> list[tuple[Path, ExportedFile]]:
        """See Sink."""
        for name, wanted in _INDEXED.items():
            if name in self._rows:
                for number, columns in enumerate(wanted):
                    self._database.execute(f"CREATE INDEX {name}_{number} ON {name} ({columns})")
        if "articles" in self._rows:
            names = {column for table in self._tables if table.name == "articles" for column in table.names}
            searched = ", ".join(name for name in ("title", "text") if name in names)
            self._database.execute(f"CREATE VIRTUAL TABLE articles_fts USING fts5({searched}, content='articles')")
            self._database.execute("INSERT INTO articles_fts(articles_fts) VALUES ('rebuild')")
        self._database.execute("COMMIT")
        self._database.close()
        with self._path.open("rb") as stream:
            os.fsync(stream.fileno())
        file = describe(self._path, SQLITE_NAME)
        return [(self._path, ExportedFile(file.name, file.bytes, file.sha256, self._rows.get("articles")))]

    def abandon(self) -> None:
        """See Sink."""
        with contextlib.suppress(sqlite3.Error):
            self._database.close()
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)

    notes = ("Times are ISO 8601 in UTC with microseconds; lists and objects are JSON; flags are 0 and 1; an unknown value is NULL.",)


def _create(table: Table, present: set[str]) -> str:
    columns = [f'"{column.name}" {_SQLITE_TYPES.get(column.type, "TEXT")}' for column in table.columns]
    key = f"PRIMARY KEY ({', '.join(table.key)})"
    # An address that leads out of a selection is no fault, so only keys that are always there are declared.
    foreign = [f'FOREIGN KEY ("{name}") REFERENCES {other} ("{of}")' for name, (other, of) in table.references.items() if other in present]
    return f"CREATE TABLE {table.name} ({', '.join([*columns, key, *foreign])})"


def _sqlite_values(column: Column, values: list[Any]) -> list[Any]:
    match column.type:
        case ColumnType.TIME:
            return [None if value is None else _sortable(value) for value in values]
        case ColumnType.TEXTS | ColumnType.CATEGORIES:
            return [None if value is None else dump_json(value) for value in values]
    return values


def _sortable(value: datetime) -> str:
    return value.isoformat(timespec="microseconds")


SinkMaker = Callable[[Path, Sequence[Table]], Sink]

"""Write an export so that it is whole or not there.

The data goes into `articles.<ext>.<pid>.part`, the tables of clusters and of coverage into parts of their own; they are synced and renamed.
The old manifest is removed before that, and the new one is renamed into place last. So a manifest never describes other data than that
beside it, whenever the process dies: what is left is `.part` files, which the next export sweeps once their process is gone.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, TypeVar, get_args

import pyarrow as pa

from storage.coverage import Coverage
from storage.errors import ExportError
from storage.export import clusters as clusters_table
from storage.export import coverage as coverage_table
from storage.export.columns import RowReader
from storage.export.csv import CsvWriter
from storage.export.formats import RowWriter
from storage.export.jsonl import JsonlWriter
from storage.export.manifest import MANIFEST_NAME, UNDETERMINED, ExportedFile, ExportFormat, Manifest, plain_query
from storage.export.parquet import ParquetWriter
from storage.records import Article, Cluster

_R = TypeVar("_R", Article, Cluster)

_WRITERS: dict[str, Callable[[BinaryIO], RowWriter]] = {"csv": CsvWriter, "jsonl": JsonlWriter, "parquet": ParquetWriter}
_NOTES = {"csv": CsvWriter.notes, "jsonl": JsonlWriter.notes, "parquet": ParquetWriter.notes}

# The only names that an export ever gives: nothing else in the folder is touched, whatever an old manifest lists.
_OWN_NAMES = frozenset(f"{stem}.{extension}" for stem in ("articles", "clusters", "coverage") for extension in _WRITERS)
_PART = re.compile(rf"(?:{'|'.join(map(re.escape, sorted(_OWN_NAMES)))}|{re.escape(MANIFEST_NAME)})\.(\d+)\.part")

_ROWS_BETWEEN_REPORTS = 100


@dataclass(slots=True)
class _Counts:
    """What is counted while rows pass."""

    rows: int = 0
    repaired: int = 0
    by_source: Counter[str] = field(default_factory=Counter)
    by_language: Counter[str] = field(default_factory=Counter)
    extractors: Counter[str] = field(default_factory=Counter)


def export_articles(
    articles: Iterable[Article],
    out: Path,
    *,
    format: ExportFormat,  # noqa: A002 - the option's name on the command line
    query: Mapping[str, Any],
    versions: Mapping[str, str],
    now: datetime,
    progress: Callable[[int], None] | None = None,
    coverage: Coverage | None = None,
    clusters: Iterable[Cluster] | None = None,
) -> Manifest:
    """Write articles to `out/articles.<format>` and describe them in `out/manifest.json`.

    Articles are taken one by one and never held together. `query` says which were asked for, `versions` names code and schema, `now` is
    aware; `progress` is told the number of rows written so far, now and then and at the end. `coverage` is written to
    `out/coverage.<format>`, `clusters`, taken one by one after the articles, to `out/clusters.<format>`. `out` is made if it can be; other
    files in it stay, but for those of a previous export that this one does not write.

    Returns the manifest. Raises ExportError, in one line, when the files cannot be written; what the iterator raises passes through. After
    any failure there is no `.part` file of this export and nothing under its final names; an earlier export is untouched until the new
    data is complete.
    """
    if format not in _WRITERS:
        raise ExportError(f"{format!r} is not a format; choose one of {', '.join(get_args(ExportFormat))}")
    if now.tzinfo is None:
        raise ExportError("the time of an export needs a zone")
    described = plain_query(query)
    faults: list[BaseException] = []
    with _one_line(out, faults):
        data, manifest_path = out / f"articles.{format}", out / MANIFEST_NAME
        ledger, copies = out / f"coverage.{format}", out / f"clusters.{format}"
        _prepare(out, (data, copies, ledger, manifest_path))
        data_part, copies_part, ledger_part, manifest_part = _part(data), _part(copies), _part(ledger), _part(manifest_path)
        try:
            counts = _write_rows(_watched(articles, faults), data_part, format, progress)
            moves = [(data_part, data)]
            files = [replace(_describe(data_part, data.name), rows=counts.rows)]
            found = 0
            if clusters is not None:
                found = _write_clusters(_watched(clusters, faults), copies_part, format)
                moves.append((copies_part, copies))
                files.append(replace(_describe(copies_part, copies.name), rows=found))
            if coverage is not None:
                table = list(coverage_table.rows(coverage))
                _write_table(ledger_part, table, format)
                moves.append((ledger_part, ledger))
                files.append(replace(_describe(ledger_part, ledger.name), rows=len(table)))
            manifest = Manifest(
                format=format,
                query=described,
                rows=counts.rows,
                created_at=now.astimezone(UTC),
                versions=dict(versions),
                files=tuple(files),
                by_source=_sorted(counts.by_source),
                by_language=_sorted(counts.by_language),
                extractors=_sorted(counts.extractors),
                repaired_rows=counts.repaired,
                notes=_NOTES[format]
                + (clusters_table.NOTES if clusters is not None else ())
                + (coverage_table.NOTES if coverage is not None else ()),
                coverage=coverage_table.described(coverage) if coverage is not None else {},
                clusters=clusters_table.described(found) if clusters is not None else {},
            )
            _write_synced(manifest_part, manifest.to_json().encode())
            _put_in_place(out, [*moves, (manifest_part, manifest_path)])
        except BaseException:  # an interrupt leaves as little behind as an error does
            for part in (data_part, copies_part, ledger_part, manifest_part):
                with suppress(OSError):
                    part.unlink(missing_ok=True)
            raise
    return manifest


@contextmanager
def _one_line(out: Path, faults: list[BaseException]) -> Iterator[None]:
    """Turn what the file system and Arrow raise into one line that a user can act on; `faults` are somebody else's and pass."""
    try:
        yield
    except OSError as error:
        if any(fault is error for fault in faults):
            raise
        raise ExportError(f"{out}: cannot be written: {error.strerror or error}") from error
    except pa.ArrowException as error:
        raise ExportError(f"{out}: cannot be written: {' '.join(str(error).split())}") from error


def _watched(records: Iterable[_R], faults: list[BaseException]) -> Iterator[_R]:
    """Yield articles or clusters, and remember what their iterator raised: that is no fault of the export's."""
    try:
        yield from records
    except OSError as error:
        faults.append(error)
        raise


def _prepare(out: Path, targets: tuple[Path, ...]) -> None:
    """Make the folder, and sweep what exports that were killed left in it."""
    if out.exists() and not out.is_dir():
        raise ExportError(f"{out}: is a file; an export needs a folder")
    out.mkdir(parents=True, exist_ok=True)
    for target in targets:
        if target.is_dir():
            raise ExportError(f"{target}: is a folder; the export needs that name for a file")
    for path in out.iterdir():
        match = _PART.fullmatch(path.name)
        if match and not _is_alive(int(match[1])):
            path.unlink(missing_ok=True)


def _is_alive(pid: int) -> bool:
    """Say whether another process of this number runs; a part of our own number is a dead namesake's."""
    if pid == os.getpid():
        return False
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True
    except (ProcessLookupError, OverflowError):
        return False
    return True


def _part(path: Path) -> Path:
    """Return where a file is written before it is whole."""
    return path.with_name(f"{path.name}.{os.getpid()}.part")


def _write_rows(articles: Iterable[Article], path: Path, extension: str, progress: Callable[[int], None] | None) -> _Counts:
    """Write all rows, and sync them to disk."""
    counts, reader = _Counts(), RowReader()
    with path.open("wb") as stream:
        writer = _WRITERS[extension](stream)
        try:
            for article in articles:
                writer.write(reader.read(article))
                counts.rows += 1
                counts.by_source[article.source] += 1
                counts.by_language[article.language or UNDETERMINED] += 1
                counts.extractors[article.extractor] += 1
                if progress and counts.rows % _ROWS_BETWEEN_REPORTS == 0:
                    progress(counts.rows)
            writer.finish()
        except BaseException:  # see export_articles
            writer.abandon()
            raise
        stream.flush()
        os.fsync(stream.fileno())
    if progress:
        progress(counts.rows)
    counts.repaired = reader.repaired
    return counts


def _write_clusters(clusters: Iterable[Cluster], path: Path, extension: str) -> int:
    """Write the table of clusters and sync it; return its rows."""
    with path.open("wb") as stream:
        rows = clusters_table.write(stream, clusters, extension)
        stream.flush()
        os.fsync(stream.fileno())
    return rows


def _write_table(path: Path, table: Sequence[Mapping[str, Any]], extension: str) -> None:
    """Write the coverage table and sync it."""
    with path.open("wb") as stream:
        coverage_table.write(stream, table, extension)
        stream.flush()
        os.fsync(stream.fileno())


def _sorted(counter: Counter[str]) -> dict[str, int]:
    """Return counts, the largest first."""
    return dict(sorted(counter.items(), key=lambda item: (-item[1], item[0])))


def _describe(path: Path, name: str) -> ExportedFile:
    """Weigh and hash a file as it stands on disk."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return ExportedFile(name, path.stat().st_size, digest)


def _write_synced(path: Path, content: bytes) -> None:
    """Write a small file and sync it."""
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _put_in_place(out: Path, moves: list[tuple[Path, Path]]) -> None:
    """Replace an earlier export: its manifest goes first, then data come, what is left of it goes, the new manifest comes last."""
    manifest_path = out / MANIFEST_NAME
    obsolete = _listed(manifest_path) - {target.name for _, target in moves}
    manifest_path.unlink(missing_ok=True)
    _sync_folder(out)
    placed: list[Path] = []
    try:
        for part, target in moves:
            if target == manifest_path:
                for name in obsolete:
                    (out / name).unlink(missing_ok=True)
                _sync_folder(out)
            part.replace(target)
            placed.append(target)
        _sync_folder(out)
    except BaseException:  # data without its manifest is no export
        for target in reversed(placed):
            with suppress(OSError):
                target.unlink(missing_ok=True)
        raise


def _listed(manifest_path: Path) -> set[str]:
    """Return the data files that an old manifest lists, of the names that exports give; a file that is no manifest lists none."""
    try:
        raw = json.loads(manifest_path.read_text(encoding="utf-8"))
        names = {entry["name"] for entry in raw["files"]}
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return set()
    return names & _OWN_NAMES


def _sync_folder(folder: Path) -> None:
    """Make renames and removals in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

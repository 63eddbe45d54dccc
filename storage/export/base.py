"""Write an export so that it is whole or not there: rows to their files, beside them what they are, and everything in place at once."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from storage.copies.records import Cluster
from storage.coverage.report import Coverage
from storage.errors import ExportError
from storage.export import clusters as clusters_table
from storage.export import coverage as coverage_table
from storage.export.arrow import batch_of
from storage.export.behind import Behind
from storage.export.columns import RowReader
from storage.export.csv import CsvWriter
from storage.export.facts import Facts, ranked
from storage.export.jsonl import JsonlWriter
from storage.export.manifest import MANIFEST_NAME, ExportedFile, ExportFormat, Manifest, plain_query
from storage.export.parquet import ParquetWriter
from storage.export.placing import describe, one_line, part_of, prepare, put_in_place, write_synced
from storage.export.reading import Chunk
from storage.export.sinks import SQLITE_NAME, Compression, FileSink, Sink, SqliteSink
from storage.export.tables import ARTICLES, CLUSTERS, COVERAGE, Table
from storage.records import Article

_R = TypeVar("_R")

_NOTES = {"csv": CsvWriter.notes, "jsonl": JsonlWriter.notes, "parquet": ParquetWriter.notes, "sqlite": SqliteSink.notes}
_ROWS_AT_ONCE = 100

#: What makes the files that describe an export, given its manifest (without those files) and its facts: names with their contents.
Describer = Callable[[Manifest, Facts, Sequence[Table]], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """How files are written: `compression` and `bom` (a byte order mark) of text formats; `split`: whether chunks name parts."""

    compression: Compression = Compression.NONE
    bom: bool = False
    split: bool = False

    @property
    def notes(self) -> tuple[str, ...]:
        """What they change, for the manifest."""
        return ("The files begin with a byte order mark, by which Excel knows UTF-8.",) if self.bom else ()


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
    """Write articles that are at hand to `out/articles.<format>` and describe them in `out/manifest.json`.

    Articles are taken one by one and never held together. `coverage` is written to `out/coverage.<format>`, `clusters`, taken one by one
    after the articles, to `out/clusters.<format>`. For the rest see `export_tables`; whole tables of a corpus are read by
    `storage.export.reading`, which is faster.
    """
    reader, tables = RowReader(), [ARTICLES]
    tables += [CLUSTERS] if clusters is not None else []
    tables += [COVERAGE] if coverage is not None else []

    def chunks() -> Iterator[Chunk]:
        yield from _batches(ARTICLES, (reader.read(article) for article in articles))
        if clusters is not None:
            cluster_reader = RowReader(CLUSTERS.columns)
            yield from _batches(CLUSTERS, (cluster_reader.read(cluster) for cluster in clusters))
        if coverage is not None:
            yield from _batches(COVERAGE, coverage_table.rows(coverage))

    return export_tables(
        chunks(), tables, out, format=format, query=query, versions=versions, now=now, progress=progress, coverage=coverage,
        repaired=lambda: reader.repaired,
    )  # fmt: skip


def _batches(table: Table, rows: Iterator[Mapping[str, Any]]) -> Iterator[Chunk]:
    while some := list(islice(rows, _ROWS_AT_ONCE)):
        yield Chunk(table, batch_of(some, table.columns))


def export_tables(
    chunks: Iterable[Chunk],
    tables: Sequence[Table],
    out: Path,
    *,
    format: ExportFormat,  # noqa: A002 - the option's name on the command line
    query: Mapping[str, Any],
    versions: Mapping[str, str],
    now: datetime,
    options: ExportOptions = ExportOptions(),
    progress: Callable[[int], None] | None = None,
    coverage: Coverage | None = None,
    repaired: Callable[[], int] = lambda: 0,
    describer: Describer | None = None,
) -> Manifest:
    """Write the rows of tables to files in `out` and describe them in `out/manifest.json`.

    Chunks are taken one by one and never held together. `query` says what was asked for, `versions` names code and schema, `now` is aware;
    `progress` is told the number of articles written so far, now and then and at the end. `out` is made if it can be; other files in it
    stay, but for those of a previous export that this one does not write.

    Returns the manifest. Raises ExportError, in one line, when the files cannot be written; what the iterator raises passes through. After
    any failure there is no `.part` file of this export and nothing under its final names; an earlier export is untouched until the new
    data is complete.
    """
    if format not in _NOTES:
        raise ExportError(f"{format!r} is not a format of tables; choose one of {', '.join(_NOTES)}")
    if now.tzinfo is None:
        raise ExportError("the time of an export needs a zone")
    described = plain_query(query)
    faults: list[BaseException] = []
    parts: list[Path] = []
    with one_line(out, faults):
        swept = prepare(out, (*_targets(out, tables, format, options), out / MANIFEST_NAME))
        sink: Sink = (
            SqliteSink(out, tables)
            if format == "sqlite"
            else FileSink(out, tables, format, options.compression, options.bom, options.split)
        )
        try:
            facts = _write(_watched(chunks, faults), sink, progress)
            made = sink.finish()
            names = {table.name for table in tables}
            manifest = Manifest(
                format=format,
                query=described,
                rows=facts.rows[ARTICLES.name],
                created_at=now.astimezone(UTC),
                versions=dict(versions),
                files=tuple(file for _, file in made),
                by_source=ranked(facts.by_source),
                by_language=ranked(facts.by_language),
                by_month=dict(sorted(facts.by_month.items())),
                extractors=ranked(facts.extractors),
                repaired_rows=repaired(),
                notes=_NOTES[format] + options.notes
                + (clusters_table.NOTES if CLUSTERS.name in names else ())
                + (coverage_table.NOTES if coverage is not None else ()),
                coverage=coverage_table.described(coverage) if coverage is not None else {},
                clusters=clusters_table.described(facts.rows[CLUSTERS.name]) if CLUSTERS.name in names else {},
                tables={table.name: facts.rows[table.name] for table in tables},
                swept=tuple(swept),
            )  # fmt: skip
            moves = [(path, out / file.name) for path, file in made]
            parts += [path for path, _ in moves]
            described_by = describer(manifest, facts, tables) if describer else {}
            files: list[ExportedFile] = []
            for name, content in described_by.items():
                path = part_of(out / name)
                parts.append(path)
                write_synced(path, content.encode())
                moves.append((path, out / name))
                files.append(describe(path, name))
            manifest = replace(manifest, files=(*manifest.files, *files))
            manifest_part = part_of(out / MANIFEST_NAME)
            parts.append(manifest_part)
            write_synced(manifest_part, manifest.to_json(tables).encode())
            put_in_place(out, [*moves, (manifest_part, out / MANIFEST_NAME)])
        except BaseException:  # an interrupt leaves as little behind as an error does
            sink.abandon()
            for part in parts:
                with suppress(OSError):
                    part.unlink(missing_ok=True)
            raise
    return manifest


def export_stream(
    write: Callable[[BinaryIO], int],
    out: Path,
    name: str,
    *,
    format: ExportFormat,  # noqa: A002 - the option's name on the command line
    query: Mapping[str, Any],
    versions: Mapping[str, str],
    now: datetime,
    notes: Callable[[], tuple[str, ...]] = tuple,
) -> Manifest:
    """Write one file that is no table (a feed, a WARC) and its manifest, whole or not at all, as `export_tables` does.

    `write` gets the open file and returns the number of its entries; `notes` are asked for afterwards.
    """
    with one_line(out, []):
        swept = prepare(out, (out / name, out / MANIFEST_NAME))
        part, manifest_part = part_of(out / name), part_of(out / MANIFEST_NAME)
        try:
            with part.open("wb") as stream:
                rows = write(stream)
                stream.flush()
                os.fsync(stream.fileno())
            file = replace(describe(part, name), rows=rows)
            manifest = Manifest(
                format, plain_query(query), rows, now.astimezone(UTC), dict(versions), (file,), notes=notes(), swept=tuple(swept)
            )
            write_synced(manifest_part, manifest.to_json(()).encode())
            put_in_place(out, [(part, out / name), (manifest_part, out / MANIFEST_NAME)])
        except BaseException:  # see export_tables
            for path in (part, manifest_part):
                with suppress(OSError):
                    path.unlink(missing_ok=True)
            raise
    return manifest


def _targets(out: Path, tables: Sequence[Table], extension: str, options: ExportOptions) -> list[Path]:
    if extension == "sqlite":
        return [out / SQLITE_NAME]
    ending = {Compression.GZIP: ".gz", Compression.ZSTD: ".zst"}.get(options.compression, "")
    return [out / f"{table.name}.{extension}{ending}" for table in tables]


def _watched(records: Iterable[_R], faults: list[BaseException]) -> Iterator[_R]:
    """Yield what an iterator gives, and remember what it raised: that is no fault of the export's."""
    try:
        yield from records
    except OSError as error:
        faults.append(error)
        raise


def _write(chunks: Iterator[Chunk], sink: Sink, progress: Callable[[int], None] | None) -> Facts:
    """Write all rows, reading the next ones meanwhile."""
    facts, written = Facts(), 0

    def take(chunk: Chunk) -> None:
        facts.take(chunk.table, chunk.batch)
        sink.write(chunk.table, chunk.part, chunk.batch)

    with Behind() as behind:
        for chunk in chunks:
            behind.submit(take, chunk)
            if chunk.table.name == ARTICLES.name:
                written += chunk.batch.num_rows
                if progress and chunk.batch.num_rows >= _ROWS_AT_ONCE:
                    progress(written)
        behind.drain()
    if progress:
        progress(written)
    return facts

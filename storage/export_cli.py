"""The command that hands the corpus over as files: export."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from storage.asked import about, described, wanted_articles
from storage.search.records import ArticleFilter, Weight
from storage.terminal import (
    DEFAULT_DATABASE,
    ActorFilter,
    CountryFilter,
    DatabaseOption,
    FromFilter,
    JsonOption,
    LanguageFilter,
    Outside,
    SourceFilter,
    ToFilter,
    TopicFilter,
    UsageMistake,
    cell,
    err,
    out,
    print_json,
    visible,
)

if TYPE_CHECKING:
    from storage.corpus import Corpus
    from storage.database import Database
    from storage.export.manifest import Manifest
    from storage.export.subject import Wishes


class ExportFormat(StrEnum):
    """The file formats of an export."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"
    SQLITE = "sqlite"
    WARC = "warc"
    RSS = "rss"
    ATOM = "atom"


class Split(StrEnum):
    """By what the tables of articles are divided into files."""

    MONTH = "month"
    SOURCE = "source"
    LANGUAGE = "language"
    COUNTRY = "country"


class Packing(StrEnum):
    """How text files are packed."""

    NONE = "none"
    GZIP = "gzip"
    ZSTD = "zstd"


_TABLES = "articles, revisions, copies, tags, events, clusters, sources, coverage"
_FEEDS = frozenset({ExportFormat.RSS, ExportFormat.ATOM})
_TEXT = frozenset({ExportFormat.CSV, ExportFormat.JSONL})
_SINGLE = frozenset({*_FEEDS, ExportFormat.WARC, ExportFormat.SQLITE})

TitleOption = Annotated[str, typer.Option("--title", metavar="WORDS", help="The title of the dataset (default: made from what it holds).")]
CreatorOption = Annotated[
    list[str] | None, typer.Option("--creator", metavar="NAME", help="Who made the dataset, for its citation (may be repeated).")
]
ContactOption = Annotated[str, typer.Option("--contact", metavar="WHO", help="Whom a publisher may ask to have something removed.")]
LicenseOption = Annotated[str, typer.Option("--license", metavar="URL", help="Under which terms you give it away.")]


def register(app: typer.Typer) -> None:
    """Add the command to a group."""
    app.command()(export)


def export(
    context: typer.Context,
    output: Annotated[Path, typer.Argument(metavar="OUT", help="The folder for the files and their manifest.")],
    file_format: Annotated[ExportFormat, typer.Option("--format", help="The file format.")] = ExportFormat.JSONL,
    query: Annotated[str, typer.Option("--query", metavar="WORDS", help="Only what 'dragoman search WORDS' finds.")] = "",
    source: SourceFilter = None,
    country: CountryFilter = None,
    actor: ActorFilter = None,
    topic: TopicFilter = None,
    language: LanguageFilter = None,
    since: FromFilter = None,
    until: ToFilter = None,
    one_per_cluster: Annotated[
        bool,
        typer.Option("--one-per-cluster", help="Of the copies of one text write one: the origin if it is selected, else the first."),
    ] = False,
    table: Annotated[
        list[str] | None,
        typer.Option(
            "--table",
            metavar="NAME",
            help=f"A table to write, or 'all' (may be repeated): {_TABLES}. Default: articles, clusters, sources, coverage.",
        ),
    ] = None,
    split_by: Annotated[Split | None, typer.Option("--split-by", help="Divide the tables of articles into a file for each.")] = None,
    compress: Annotated[Packing, typer.Option("--compress", help="Pack CSV and JSONL.")] = Packing.NONE,
    bom: Annotated[bool, typer.Option("--bom", help="Begin CSV files with a byte order mark, by which Excel knows UTF-8.")] = False,
    archive: Annotated[
        Path | None, typer.Option("--archive", metavar="DIR", help="For WARC: the folder of the archives that 'crawl --archive' wrote.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, max=10_000, help="For RSS and Atom: the newest N articles.")] = 100,
    title: TitleOption = "",
    creator: CreatorOption = None,
    contact: ContactOption = "",
    license_url: LicenseOption = "",
    db: DatabaseOption = DEFAULT_DATABASE,
    as_json: JsonOption = False,
) -> None:
    """Write the selected articles, copies too, with a manifest, a data dictionary and a datasheet that say what they are."""
    _check_options(file_format, table, split_by, compress, bom, archive)
    wanted = about(Outside.of(context), wanted_articles(query, source, country, language, since, until), actor, topic)
    weight = Weight.CLUSTERS if one_per_cluster else Weight.ARTICLES

    from storage.corpus import Corpus
    from storage.database import Database
    from storage.export.subject import Wishes

    wishes = Wishes(title, tuple(creator or ()), contact, license_url)
    with Database.open(db, create=False) as database, Corpus(database) as corpus, corpus.unchanging():
        match file_format:
            case ExportFormat.RSS | ExportFormat.ATOM:
                manifest = _feed(corpus, output, file_format, wanted, limit, title)
            case ExportFormat.WARC:
                manifest = _warc(corpus, output, wanted, weight, archive or Path())
            case _:
                manifest = _tables(database, corpus, output, file_format, wanted, weight, table, split_by, compress, wishes, bom=bom)
    if manifest.swept:
        err.print(
            cell(
                f"dragoman: an earlier export into {output} did not finish; what it left is removed: {', '.join(manifest.swept)}", limit=500
            )
        )
    if as_json:
        print_json(manifest)
        return
    _print(manifest, output)


def _check_options(
    file_format: ExportFormat, tables: list[str] | None, split_by: Split | None, compress: Packing, bom: bool, archive: Path | None
) -> None:
    """Refuse what does not go together. Raises: UsageMistake."""
    if split_by and file_format in _SINGLE:
        raise UsageMistake(f"--split-by is for csv, jsonl and parquet; {file_format} is one file")
    if compress is not Packing.NONE and file_format not in _TEXT:
        raise UsageMistake(f"--compress is for csv and jsonl; {file_format} needs none")
    if bom and file_format is not ExportFormat.CSV:
        raise UsageMistake("--bom is for csv")
    if tables and file_format in {*_FEEDS, ExportFormat.WARC}:
        raise UsageMistake(f"--table is for csv, jsonl, parquet and sqlite; {file_format} has no tables")
    if file_format is ExportFormat.WARC and archive is None:
        raise UsageMistake("--format warc needs --archive DIR, the folder that 'dragoman crawl --archive DIR' wrote into")
    if archive is not None and not archive.is_dir():
        raise UsageMistake(f"--archive {archive}: there is no such folder")
    known = {*_TABLES.split(", "), "all"}
    for name in tables or ():
        if name not in known:
            raise UsageMistake(f"--table {name!r} is no table; choose of {_TABLES}, all")


def _versions(corpus: Corpus) -> dict[str, str]:
    return {"dragoman": version("dragoman"), "schema": corpus.schema_version}


def _tables(
    database: Database,
    corpus: Corpus,
    output: Path,
    file_format: ExportFormat,
    wanted: ArticleFilter,
    weight: Weight,
    names: list[str] | None,
    split_by: Split | None,
    compress: Packing,
    wishes: Wishes,
    *,
    bom: bool,
) -> Manifest:
    from storage.coverage.report import coverage_of
    from storage.export.base import ExportOptions, export_tables
    from storage.export.describing import describer
    from storage.export.reading import SplitBy, read_tables
    from storage.export.sinks import Compression
    from storage.export.tables import DEFAULT_TABLES, TABLES
    from storage.progress import ArticleProgress

    chosen = set(TABLES if "all" in (names or ()) else names or DEFAULT_TABLES)
    tables = [made for made in TABLES.values() if made.name in chosen]
    now = datetime.now(UTC)
    coverage = coverage_of(database, wanted, now=now) if "coverage" in chosen else None
    with ArticleProgress("exporting", corpus.count(wanted, weight)) as progress:
        chunks = read_tables(corpus, wanted, tables, weight=weight, coverage=coverage, split_by=SplitBy(split_by) if split_by else None)
        return export_tables(
            chunks,
            tables,
            output,
            format=file_format.value,
            query=described(wanted) | ({"one_per_cluster": True} if weight is Weight.CLUSTERS else {}),
            versions=_versions(corpus),
            now=now,
            options=ExportOptions(Compression(compress), bom, split_by is not None),
            progress=progress.update,
            coverage=coverage,
            describer=describer(wishes),
        )


def _feed(corpus: Corpus, output: Path, file_format: ExportFormat, wanted: ArticleFilter, limit: int, title: str) -> Manifest:
    import json
    from hashlib import sha256

    from storage.export.base import export_stream
    from storage.export.feed import FeedFormat, write_feed

    now = datetime.now(UTC)
    asked = described(wanted)
    named = title or "Dragoman: " + ("; ".join(f"{name} {value}" for name, value in asked.items()) or "all articles")
    identity = f"urn:dragoman:query:{sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:16]}"
    articles = corpus.newest(wanted, limit)
    kind: FeedFormat = "rss" if file_format is ExportFormat.RSS else "atom"
    return export_stream(
        lambda stream: write_feed(stream, articles, kind, title=named, identity=identity, now=now),
        output,
        f"feed.{kind}",
        format=kind,
        query=asked | {"limit": limit},
        versions=_versions(corpus),
        now=now,
    )


def _warc(corpus: Corpus, output: Path, wanted: ArticleFilter, weight: Weight, archive: Path) -> Manifest:
    from typing import BinaryIO

    from storage.export.base import export_stream
    from storage.export.warc import Copied, copy_records
    from storage.progress import ArticleProgress

    now = datetime.now(UTC)
    copied = Copied()

    def write(stream: BinaryIO) -> int:
        nonlocal copied
        with ArticleProgress("copying records", corpus.count(wanted, weight)) as progress:
            software = f"dragoman {version('dragoman')}"
            for copied in copy_records(corpus, wanted, weight, archive, stream, software=software, now=now):
                progress.update(copied.records)
        return copied.records

    def notes() -> tuple[str, ...]:
        said = [f"{copied.not_archived:,} versions were never archived."] if copied.not_archived else []
        return (
            *said,
            *([f"{copied.missing:,} records were not in the archive, the first at {copied.first_missing}."] if copied.missing else []),
        )

    made = export_stream(
        write, output, "articles.warc.gz", format="warc", query=described(wanted), versions=_versions(corpus), now=now, notes=notes
    )
    for note in made.notes:
        err.print(cell(f"dragoman: {note}", limit=500))
    return made


def _print(manifest: Manifest, output: Path) -> None:
    of_articles = [file for file in manifest.files if file.table in {"articles", None} and file.rows is not None]
    what = "records" if manifest.format == "warc" else "articles"
    place = visible(output / of_articles[0].name) if len(of_articles) == 1 else f"{len(of_articles)} files of {visible(output)}"
    if of_articles:
        out.print(f"{manifest.rows} {what} in {place}; {visible(output / 'manifest.json')} says what they are.")
    others = [f"{name} ({rows:,})" for name, rows in manifest.tables.items() if name != "articles"]
    if others:
        out.print(f"Beside them: {', '.join(others)}. DATASHEET.md tells how they came about, DICTIONARY.md what each column means.")

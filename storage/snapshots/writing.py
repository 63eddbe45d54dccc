"""Freeze a selection of the corpus: the same corpus and the same question give the same bytes, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
from sqlalchemy import func, select

from storage.asked import described
from storage.corpus import Corpus
from storage.coverage.report import Coverage, coverage_of
from storage.database import Database
from storage.errors import SnapshotError
from storage.export import coverage as coverage_table
from storage.export.behind import Behind
from storage.export.describing import descriptions
from storage.export.facts import Facts, ranked
from storage.export.manifest import ExportedFile, Manifest
from storage.export.placing import one_line
from storage.export.reading import Chunk, read_tables
from storage.export.sinks import FileSink
from storage.export.subject import Wishes, subject_of
from storage.export.tables import ARTICLES, COVERAGE, SOURCES, TABLES, Table
from storage.models import ArticleRow, FetchRow, PollRow, RevisionRow
from storage.search.records import ArticleFilter
from storage.snapshots import folders
from storage.snapshots.increments import write_increment
from storage.snapshots.manifest import SnapshotManifest, read_snapshot_manifest
from storage.snapshots.ngrams import CONFIG as NGRAM_CONFIG
from storage.snapshots.ngrams import NgramConfig, count_ngrams
from storage.snapshots.tiers import TABLES_OF, Tier, narrowed

_NOTHING_YET = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class SnapshotPlan:
    """What to freeze: which articles, how much of them, how words are counted, what people say of it, and which versions are behind it."""

    wanted: ArticleFilter
    tier: Tier = Tier.FULL
    ngrams: NgramConfig = NGRAM_CONFIG
    wishes: Wishes = field(default_factory=Wishes)
    versions: Mapping[str, str] = field(default_factory=dict)


def create_snapshot(
    database: Database,
    plan: SnapshotPlan,
    home: Path,
    name: str,
    *,
    since: Path | None = None,
    progress: Callable[[int], None] | None = None,
) -> SnapshotManifest:
    """Freeze a selection in `home/name`, or with `since` only what is not as it was in that snapshot.

    Returns: the manifest. Raises: SnapshotError, in one line, when it cannot be made; there is nothing under the name then.
    """
    if since is not None:
        check_base(since, plan)
    with folders.being_made(home, name) as folder, Corpus(database) as corpus, corpus.unchanging():
        whole = folder if since is None else folder / "whole"
        whole.mkdir(exist_ok=True)
        manifest = _write_whole(database, corpus, plan, whole, progress)
        if since is not None:
            manifest = write_increment(since, whole, folder, manifest)
            folders.remove(whole)
    return manifest


def check_base(since: Path, plan: SnapshotPlan) -> None:
    """Refuse to build upon a snapshot that asked something else. Raises: SnapshotError."""
    base = read_snapshot_manifest(since)
    if base.base is not None:
        raise SnapshotError(f"{since} is an increment itself; apply it first, and build upon the result")
    if base.tier is not plan.tier or dict(base.query) != asked(plan):
        raise SnapshotError(f"{since} froze another selection or tier; an increment must ask the same as the snapshot it builds upon")


def asked(plan: SnapshotPlan) -> dict[str, object]:
    """Return the question as the manifest holds it."""
    counted = {"max_n": plan.ngrams.max_n, "min_count": plan.ngrams.min_count} if plan.tier is Tier.NGRAMS else {}
    return described(plan.wanted) | counted


def _write_whole(
    database: Database, corpus: Corpus, plan: SnapshotPlan, folder: Path, progress: Callable[[int], None] | None
) -> SnapshotManifest:
    as_of = _as_of(corpus)
    coverage = coverage_of(database, plan.wanted, now=as_of)
    tables = TABLES_OF[plan.tier]
    facts = Facts()
    with one_line(folder.parent, []):
        sink = FileSink(folder, tables, "parquet")
        try:
            _take(_chunks(database, corpus, plan, coverage), {table.name: table for table in tables}, sink, facts, progress)
            files = [_named(path, file) for path, file in sink.finish()]
        except BaseException:  # an interrupt too must not leave a writer that closes itself on a closed stream
            sink.abandon()
            raise
    versions = dict(plan.versions) | {"schema": corpus.schema_version, "pyarrow": pa.__version__}
    shown = Manifest(
        "parquet", asked(plan), facts.rows["articles"] or sum(facts.by_source.values()), as_of, versions, tuple(files),
        by_source=ranked(facts.by_source), by_language=ranked(facts.by_language), by_month=dict(sorted(facts.by_month.items())),
        extractors=ranked(facts.extractors), coverage=coverage_table.described(coverage),
        tables={table.name: facts.rows[table.name] for table in tables},
    )  # fmt: skip
    subject = subject_of(shown, facts, plan.wishes, tier=plan.tier.value)
    for name, text in descriptions(shown, facts, tables, subject).items():
        folders.write_file(folder / name, text.encode())
        files.append(ExportedFile(name, len(text.encode()), sha256(text.encode()).hexdigest()))
    first, last = facts.first_published_at, facts.last_published_at
    manifest = SnapshotManifest(
        tier=plan.tier,
        query=shown.query,
        versions=versions,
        as_of=as_of,
        articles=shown.rows,
        tables=shown.tables,
        files=tuple(files),
        published=(first.isoformat() if first else None, last.isoformat() if last else None),
        extractors=shown.extractors,
        by_source=shown.by_source,
        by_language=shown.by_language,
        by_month=shown.by_month,
        coverage=shown.coverage,
    )
    folders.write_manifest(folder, manifest)
    return manifest


def _named(path: Path, file: ExportedFile) -> ExportedFile:
    path.rename(path.with_name(file.name))
    return file


def _chunks(database: Database, corpus: Corpus, plan: SnapshotPlan, coverage: Coverage) -> Iterator[Chunk]:
    """Yield the full rows that a snapshot is made of, and of ngrams the counts."""
    counted = plan.tier is Tier.NGRAMS
    tables = (ARTICLES, SOURCES, COVERAGE) if counted else tuple(TABLES.values())
    yield from read_tables(corpus, plan.wanted, tables, coverage=coverage)
    if counted:
        yield from count_ngrams(database, corpus, plan.wanted, plan.ngrams)


def _take(
    chunks: Iterator[Chunk], tables: Mapping[str, Table], sink: FileSink, facts: Facts, progress: Callable[[int], None] | None
) -> None:
    """Write what belongs to the tier, and count all of it."""

    def take(chunk: Chunk) -> None:
        table = tables.get(chunk.table.name)
        if chunk.table.name == "articles":
            facts.count_articles(chunk.batch)
        if table is not None:
            batch = chunk.batch if table is chunk.table else narrowed(table, chunk.batch)
            facts.take(table, batch, articles=False)
            sink.write(table, "", batch)

    done = 0
    with Behind() as behind:
        for chunk in chunks:
            behind.submit(take, chunk)
            if chunk.table.name == "articles":
                done += chunk.batch.num_rows
                if progress:
                    progress(done)
        behind.drain()


def _as_of(corpus: Corpus) -> datetime:
    """Return the last instant at which the corpus was fed: what it is a picture of. The clock of whoever asks plays no part."""
    instants = (FetchRow.fetched_at, PollRow.polled_at, RevisionRow.fetched_at, ArticleRow.visited_at, ArticleRow.gone_at)
    with corpus.reading() as connection:
        found: Sequence[datetime | None] = [connection.scalar(select(func.max(instant))) for instant in instants]
    return max((at for at in found if at is not None), default=_NOTHING_YET)

"""Fetch again what a snapshot without texts describes, or a list of stories names: politely, through the machinery of every crawl.

Each source gets a backfill of its own, without channels: its candidates are those of the list and nobody else's, they wait in the
frontier, and
the same call again goes on where it stopped. What is fetched is kept whether it is found relevant or not: whoever made the list has
decided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import groupby, islice
from pathlib import Path
from typing import Any

from crawler.archives import NamedStory, open_archive
from crawler.catalog import Catalog, Source, SourceKind
from crawler.crawl import CrawlOptions, CrawlReport, close_runs, run_plans
from crawler.discovery import CONFIG, ParsedFeed, ParsedSection, ParsedSitemap
from crawler.errors import InputError
from crawler.plan import SourcePlan, Tally
from crawler.sourcebook import SourceBook
from crawler.urls import UrlError, canonical_url
from crawler.walks import Channel, Named
from storage import runs, sources
from storage.crawls import backfills, frontier
from storage.crawls.records import FrontierEntry
from storage.database import Database
from storage.errors import SnapshotError, SourceBusy
from storage.fates import Described, Found, fates
from storage.records import ChannelKind, RunKind, SourceRecord
from storage.snapshots.checking import problems
from storage.snapshots.comparing import rows_of
from storage.snapshots.folders import digest_of
from storage.snapshots.manifest import read_snapshot_manifest
from storage.snapshots.tiers import TABLES_OF, Tier, text_sha256

_AT_ONCE = 500
#: The range under which the candidates of a list are kept as a backfill: it begins before the web, so that no other backfill is it.
_BEGIN = datetime(1900, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Listed:
    """One article that is to be fetched: its source, the address to ask, what is known of it, and what it is held against."""

    source: SourceRecord
    url: str
    described: Described
    key: str | None = None
    hints: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ArticleList:
    """What is to be fetched: where it comes from, until when it was made, and how to read it, as often as it takes."""

    name: str
    until: datetime
    read: Callable[[], Iterator[Listed]]


class _NoWalk:
    """Look nowhere: the candidates are known."""

    start: tuple[Channel, ...] = ()
    config = CONFIG

    def feed(self, channel: Channel, parsed: ParsedFeed) -> Named:  # noqa: ARG002 - the interface
        """Take nothing."""
        return Named()

    def sitemap(self, channel: Channel, parsed: ParsedSitemap) -> Named:  # noqa: ARG002 - the interface
        """Take nothing."""
        return Named()

    def section(self, channel: Channel, parsed: ParsedSection) -> Named:  # noqa: ARG002 - the interface
        """Take nothing."""
        return Named()


def open_list(path: Path, catalog: Catalog) -> ArticleList:
    """Open a snapshot that names articles, or a list of stories. Raises: InputError, SnapshotError when it is neither, or damaged."""
    if path.is_dir():
        manifest = read_snapshot_manifest(path)
        if manifest.tier is Tier.NGRAMS:
            raise SnapshotError(f"{path} names no articles: it holds word counts alone")
        if manifest.base is not None:
            raise SnapshotError(f"{path} holds only what is new since {manifest.base[:12]}; apply it to that one first")
        for problem in problems(path):
            raise SnapshotError(f"{path} is damaged: {problem}")
        name = f"snapshot {digest_of(path)[:12]}"
        return ArticleList(name, manifest.as_of, lambda: _of_snapshot(path, manifest.tier))
    read = open_archive(path)
    if path.suffix.lower() != ".csv":
        raise InputError(
            f"{path}: only snapshots and lists of stories (.csv) name articles that are to be fetched; 'dragoman ingest' reads others"
        )
    changed_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return ArticleList(path.name, changed_at, lambda: _of_story_list(read, SourceBook(catalog)))


def _of_snapshot(folder: Path, tier: Tier) -> Iterator[Listed]:
    tables = {table.name: table for table in TABLES_OF[tier]}
    known = {row["source"]: row for row in rows_of(folder, tables["sources"])}
    hashes = (row for row in rows_of(folder, tables["revisions"]) if row["current"])
    for row in rows_of(folder, tables["articles"]):
        current = next(hashes, None)
        if current is None or current["article"] != row["id"]:
            raise SnapshotError(f"{folder}: its tables of articles and revisions do not fit")
        source = known[row["source"]]
        published = row["published_at"]
        yield Listed(
            SourceRecord(
                source["source"], source["name"], source["homepage"], source["country"], tuple(source["languages"]), from_catalog=False
            ),
            row["url"],
            Described(row["canonical_url"], row.get("text_sha256") or text_sha256(row["text"]), current["text_hash"]),
            row["id"],
            {name: value for name, value in (("title", row["title"]), ("published_at", published and published.isoformat())) if value},
        )


def _of_story_list(read: Callable[[Callable[[int], None]], Iterator[Any]], book: SourceBook) -> Iterator[Listed]:
    for record in read(lambda _bytes: None):
        if not isinstance(record, NamedStory):
            continue
        try:
            source, _ = book.find(record.story.url)
            identity = canonical_url(record.story.url)
        except UrlError:
            continue
        story = record.story
        known = {"title": story.title, "language": story.language, "published_at": story.published_at and story.published_at.isoformat()}
        yield Listed(source, story.url, Described(identity), None, {name: value for name, value in known.items() if value})


def plan_rehydration(database: Database, wanted: ArticleList, catalog: Catalog, now: datetime) -> tuple[SourcePlan, ...]:
    """Put what is to be fetched into the frontier, and open a run for each source; those that another process walks through are left.

    Raises: SourceBusy when that is so for all of them.
    """
    plans: dict[str, SourcePlan] = {}
    busy: dict[str, SourceBusy] = {}
    items = wanted.read()
    while some := list(islice(items, _AT_ONCE)):
        for source_id, group in groupby(sorted(some, key=lambda item: item.source.id), key=lambda item: item.source.id):
            listed = list(group)
            if source_id not in plans and source_id not in busy:
                try:
                    plans[source_id] = _plan(
                        database, _source(listed[0].source, catalog), wanted, now, in_catalog=source_id in catalog.sources
                    )
                except SourceBusy as error:
                    busy[source_id] = error
            if source_id in plans:
                _enter(database, plans[source_id], listed, wanted.name, now)
    if busy and not plans:
        raise next(iter(busy.values()))
    return tuple(plans.values())


def _plan(database: Database, source: Source, wanted: ArticleList, now: datetime, *, in_catalog: bool) -> SourcePlan:
    if in_catalog:
        sources.sync(database, [source.record()], now)
    else:
        sources.ensure(database, replace(source.record(), from_catalog=False))
    run_id = runs.start(database, RunKind.BACKFILL, source.id, now)
    backfill = backfills.begin(database, source.id, _BEGIN, wanted.until, (), now)
    return SourcePlan(source=source, run_id=run_id, states={}, walk=_NoWalk(), backfill=backfill)


def _enter(database: Database, plan: SourcePlan, listed: Sequence[Listed], found_in: str, now: datetime) -> None:
    backfill_id = None if plan.backfill is None else plan.backfill.id
    entries = [
        FrontierEntry(
            item.url,
            item.described.canonical_url,
            plan.source.id,
            found_in,
            now,
            item.hints,
            channel=ChannelKind.LIST,
            backfill_id=backfill_id,
        )
        for item in listed
    ]
    added = frontier.add(database, plan.run_id, entries)
    plan.known += added.known
    plan.named.update(item.described.canonical_url for item in listed)


def _source(record: SourceRecord, catalog: Catalog) -> Source:
    """Return the source as the catalog has it; else one that is known by its home page alone."""
    if record.id in catalog.sources:
        return catalog.sources[record.id]
    return Source.model_construct(
        id=record.id, name=record.name, homepage=record.homepage, country=record.country or "XX", languages=record.languages or ("und",),
        kind=SourceKind.WEBSITE, enabled=False,
    )  # fmt: skip


def rehydrate(
    database: Database,
    plans: tuple[SourcePlan, ...],
    options: CrawlOptions,
    watcher: Callable[[Tally], None] | None = None,
) -> CrawlReport | None:
    """Fetch what the plans name, once a process; None when nothing is left to be fetched."""
    now = datetime.now(UTC)
    due: list[SourcePlan] = []
    idle: list[SourcePlan] = []
    for plan in plans:
        waits = plan.backfill is not None and backfills.standing(database, plan.backfill.id, now).due
        (due if waits else idle).append(plan)
    close_runs(database, [_idle(plan) for plan in idle], interrupted=False, now=now)
    kept = replace(options, visits=(), policy=replace(options.policy, keep_irrelevant=True))
    report = run_plans(database, tuple(due), kept, watcher) if due else None
    now = datetime.now(UTC)
    for plan in plans:
        if plan.backfill is not None and backfills.standing(database, plan.backfill.id, now).complete:
            backfills.finish(database, plan.backfill.id, now)
    return report


def _idle(plan: SourcePlan) -> SourcePlan:
    """Mark a plan as done: nothing of it is due."""
    plan.exhausted = True
    return plan


def compared(database: Database, wanted: ArticleList) -> Iterator[tuple[Listed, Found]]:
    """Say of each article of a list what became of it."""
    items = wanted.read()
    while some := list(islice(items, _AT_ONCE)):
        yield from zip(some, fates(database, [item.described for item in some]), strict=True)

"""A snapshot that is ingested gives its corpus again: each row of each table, in either database, whatever stands there already."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.ingest import IngestSummary, ingest
from crawler.processing import Policy
from storage import articles, runs, sources
from storage.corpus import Corpus
from storage.coverage.records import Axis
from storage.coverage.report import CoverageQuestion, coverage
from storage.database import Database
from storage.records import ChannelKind, RunKind, RunStatus
from storage.search.records import ArticleFilter
from storage.snapshots.comparing import rows_of
from storage.snapshots.manifest import SnapshotManifest
from storage.snapshots.tiers import TABLES_OF, Tier
from storage.snapshots.writing import SnapshotPlan, create_snapshot
from tests.contract.builders import NOON, draft, fetched, source
from tests.contract.conftest import Server
from tests.contract.lived_corpus import live
from tests.contract.test_snapshots import both
from tests.contract.varied_corpus import drafts, fill

KINDS = ("sqlite", "postgresql")


def freeze(database: Database, home: Path, name: str) -> SnapshotManifest:
    return create_snapshot(database, SnapshotPlan(ArticleFilter()), home, name)


def restore(database: Database, *folders: Path) -> IngestSummary:
    summary = ingest(database, folders, Policy(), workers=1)
    assert (summary.skipped, summary.damaged) == ([], [])
    return summary


def fresh(migrated_file: Path, path: Path) -> str:
    return f"sqlite:///{shutil.copy(migrated_file, path)}"


def tables(folder: Path) -> dict[str, list[dict[str, Any]]]:
    return {table.name: list(rows_of(folder, table)) for table in TABLES_OF[Tier.FULL]}


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("kind", KINDS)
def test_a_corpus_that_has_lived_comes_back_row_for_row_in_the_other_database(
    postgresql: Server, migrated_file: Path, tmp_path: Path, kind: str, seed: int
) -> None:
    with both(postgresql, migrated_file, tmp_path) as databases:
        first, second = databases[kind], databases[KINDS[1 - KINDS.index(kind)]]
        live(first, seed)
        before = freeze(first, tmp_path, "before")
        assert all(before.tables.values()), before.tables
        assert {event["kind"] for event in tables(tmp_path / "before")["events"]} == {"gone", "back", "moved"}
        summary = restore(second, tmp_path / "before")
        assert summary.beside is not None
        assert (summary.records, summary.beside.days) == (before.tables["revisions"], before.tables["coverage"])
        after = freeze(second, tmp_path, "after")
        assert tables(tmp_path / "before") == tables(tmp_path / "after")
        # Channels are compared by their sightings, which no snapshot holds; all else is the same, so are the files.
        assert before.as_of == after.as_of
        assert {file.name: file.sha256 for file in before.files if file.table} == {
            file.name: file.sha256 for file in after.files if file.table
        }
        restore(second, tmp_path / "before")  # once more changes nothing
        assert freeze(second, tmp_path, "again").digest == after.digest


def test_a_corpus_without_feeds_comes_back_under_the_same_address(migrated_file: Path, tmp_path: Path) -> None:
    first, second = (fresh(migrated_file, tmp_path / name) for name in ("first.db", "second.db"))
    with Database.open(first) as database:
        fill(database, 3)
        before = freeze(database, tmp_path, "before")
    with Database.open(second) as database:
        restore(database, tmp_path / "before")
        assert freeze(database, tmp_path, "after").digest == before.digest


@pytest.mark.parametrize("seed", [4, 5])
def test_what_is_there_already_is_neither_lost_nor_doubled(migrated_file: Path, tmp_path: Path, seed: int) -> None:
    whole, part = (fresh(migrated_file, tmp_path / name) for name in ("whole.db", "part.db"))
    with Database.open(whole) as database:
        live(database, seed, days=6)
        freeze(database, tmp_path, "whole")
    with Database.open(part) as database:
        live(database, seed, days=3)  # the same corpus, as it was three days before
        run = runs.start(database, RunKind.CRAWL, "courier", NOON + timedelta(days=30))
        own = draft(
            "own", "A text that nobody else has, of the day on which only this corpus looked. " * 3, fetched_at=NOON + timedelta(days=30)
        )
        articles.save_batch(database, run, [fetched(own, channel=ChannelKind.FEED)])
        runs.finish(database, run, RunStatus.FINISHED, "", NOON + timedelta(days=31))
        freeze(database, tmp_path, "part")
        restore(database, tmp_path / "whole")
        freeze(database, tmp_path, "both")
    before, brought, after = (tables(tmp_path / name) for name in ("part", "whole", "both"))

    def keys(found: dict[str, list[dict[str, Any]]], table: str, *names: str) -> list[tuple[Any, ...]]:
        return sorted(tuple(row[name] for name in names) for row in found[table])

    for table, names in {
        "articles": ("id",),
        "revisions": ("article", "fetched_at", "title", "text"),
        "events": ("article", "at", "kind", "status", "url"),
        "sources": ("source",),
        "coverage": ("source", "day"),
    }.items():
        found = keys(after, table, *names)
        assert set(found) == {*keys(before, table, *names), *keys(brought, table, *names)}, table
        assert len(set(found)) == len(found), table
    whole_rows = {row["id"]: row for row in brought["articles"]}
    for row in after["articles"]:
        if row["id"] in whole_rows:
            assert row["gone_at"] == whole_rows[row["id"]]["gone_at"]
            assert row["text"] == whole_rows[row["id"]]["text"]
    crawled = {(row["source"], row["day"]): row for row in before["coverage"]}
    for row in after["coverage"]:  # our own ledger stands, and gains what was read from a file
        mine = crawled.get((row["source"], row["day"]))
        if mine is not None and mine["state"] != "down":
            assert {name: row[name] for name in mine if name.startswith("crawls_")} == {
                name: mine[name] for name in mine if name.startswith("crawls_")
            }
            assert row["attempted"] - row["from_files"] == mine["attempted"] - mine["from_files"]


def test_a_visit_after_the_snapshot_knows_better_whether_an_article_is_gone(migrated_file: Path, tmp_path: Path) -> None:
    first, second = (fresh(migrated_file, tmp_path / name) for name in ("first.db", "second.db"))
    late, early = NOON + timedelta(days=9), NOON
    with Database.open(first) as database:
        fill(database)  # in which script/tr is gone six hours later
        freeze(database, tmp_path, "gone")
    with Database.open(second) as database:
        sources.sync(database, [source("courier"), source("herald")], NOON)
        for at in (early, late):
            run = runs.start(database, RunKind.CRAWL, "courier", at)
            seen = next(item for item in drafts() if item.url.endswith("script/tr"))
            articles.save_batch(database, run, [fetched(replace(seen, fetched_at=at), channel=ChannelKind.REVISIT)])
            runs.finish(database, run, RunStatus.FINISHED, "", at)
        restore(database, tmp_path / "gone")
        article = Corpus(database).get("https://courier.example/script/tr")
        assert article.gone_at is None
        freeze(database, tmp_path, "after")
        assert [event["kind"] for event in tables(tmp_path / "after")["events"]] == ["gone", "back"]


@pytest.mark.parametrize("axis", list(Axis))
def test_the_ledger_that_came_back_adds_up_to_what_it_did(migrated_file: Path, tmp_path: Path, axis: Axis) -> None:
    first, second = (fresh(migrated_file, tmp_path / name) for name in ("first.db", "second.db"))
    asked, now = CoverageQuestion(axis=axis), NOON + timedelta(days=7)
    with Database.open(first) as database:
        live(database, 6, days=3)
        freeze(database, tmp_path, "before")
        before = coverage(database, asked, now=now)
    with Database.open(second) as database:
        restore(database, tmp_path / "before")
        after = coverage(database, asked, now=now)
    assert after.total == before.total
    assert sum(row.candidates.attempted for row in after.rows) == after.total.candidates.attempted
    if axis is not Axis.LANGUAGE:  # of single candidates no snapshot knows the language
        assert after.rows == before.rows

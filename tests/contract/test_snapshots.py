"""Snapshots: the same bytes from both databases, every changed byte found, every edit told, and increments that give the newer one."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from storage import runs
from storage.database import Database
from storage.errors import SnapshotError
from storage.records import ArticleDraft, Attempt, ChannelKind, Outcome, RunKind
from storage.search.records import ArticleFilter
from storage.snapshots import folders
from storage.snapshots.checking import problems
from storage.snapshots.comparing import Change, compare, rows_of
from storage.snapshots.increments import apply_increment
from storage.snapshots.manifest import SnapshotManifest, read_snapshot_manifest
from storage.snapshots.ngrams import NgramConfig
from storage.snapshots.register import register, registered, require_free
from storage.snapshots.tiers import TABLES_OF, Tier, text_sha256
from storage.snapshots.writing import SnapshotPlan, create_snapshot
from tests.contract.builders import NOON, draft, failed, fetched
from tests.contract.conftest import Server
from tests.contract.varied_corpus import SCRIPTS, fill, save

ENGLISH = ArticleFilter(languages=("en",))


def plan(tier: Tier = Tier.FULL, wanted: ArticleFilter = ArticleFilter(), **more: Any) -> SnapshotPlan:  # noqa: B008 - frozen
    return SnapshotPlan(wanted, tier, versions={"dragoman": "0", "catalog": "c0ffee"}, **more)


def content(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@contextmanager
def both(postgresql: Server, migrated_file: Path, folder: Path) -> Iterator[dict[str, Database]]:
    """Open an empty database of each kind."""
    postgresql.empty()
    urls = {
        "sqlite": f"sqlite:///{shutil.copy(migrated_file, folder / 'fresh.db')}",
        "postgresql": postgresql.migrated.render_as_string(hide_password=False),
    }
    with Database.open(urls["sqlite"]) as first, Database.open(urls["postgresql"]) as second:
        yield {"sqlite": first, "postgresql": second}


def test_both_databases_give_the_same_bytes_in_every_tier(postgresql: Server, migrated_file: Path, tmp_path: Path) -> None:
    with both(postgresql, migrated_file, tmp_path) as databases:
        for name, database in databases.items():
            fill(database, 3)
            for tier in Tier:
                create_snapshot(database, plan(tier, ngrams=NgramConfig(min_count=2)), tmp_path / name, tier.value)
                create_snapshot(database, plan(tier, ngrams=NgramConfig(min_count=2)), tmp_path / name, f"{tier.value}-again")
            query = plan(wanted=ArticleFilter(query="harbour"))
            create_snapshot(database, query, tmp_path / name, "query")
    for snapshot in ("full", "metadata", "ngrams", "query"):
        first = content(tmp_path / "sqlite" / snapshot)
        assert first == content(tmp_path / "postgresql" / snapshot), snapshot
        assert len(first) > 8
        if snapshot != "query":
            assert first == content(tmp_path / "sqlite" / f"{snapshot}-again")


def test_manifest_says_what_was_frozen(database: Database, tmp_path: Path) -> None:
    fill(database)
    wanted = ArticleFilter(countries=("AE",), since=NOON - timedelta(days=400))
    made = create_snapshot(database, plan(wanted=wanted), tmp_path, "one")
    folder = tmp_path / "one"
    assert read_snapshot_manifest(folder) == made
    assert folders.digest_of(folder) == made.digest
    assert made.query == {"countries": ["AE"], "since": (NOON - timedelta(days=400)).isoformat()}
    assert made.as_of == NOON + timedelta(hours=6)
    assert made.articles == sum(made.by_source.values()) == sum(made.by_language.values()) == sum(made.by_month.values()) == 5
    assert made.versions.keys() == {"dragoman", "catalog", "schema", "pyarrow"}
    assert made.coverage["attempted"] == 11
    for file in made.files:
        if file.table:
            assert pq.read_metadata(folder / file.name).num_rows == file.rows == made.tables[file.table]
    assert not list(problems(folder, made.digest))


def test_metadata_holds_no_texts_but_their_hashes(database: Database, tmp_path: Path) -> None:
    fill(database)
    create_snapshot(database, plan(Tier.FULL), tmp_path, "full")
    create_snapshot(database, plan(Tier.METADATA), tmp_path, "metadata")
    full, metadata = (TABLES_OF[tier][0] for tier in (Tier.FULL, Tier.METADATA))
    texts = {row["id"]: row["text"] for row in rows_of(tmp_path / "full", full)}
    for row in rows_of(tmp_path / "metadata", metadata):
        assert row["text_sha256"] == text_sha256(texts[row["id"]])
        assert row["text_chars"] == len(texts[row["id"]])
        assert "text" not in row
    everything = json.dumps([list(rows_of(tmp_path / "metadata", table)) for table in TABLES_OF[Tier.METADATA]], default=str)
    for _, text in SCRIPTS:
        assert json.dumps(text[21:40]).strip('"') not in everything


def test_ngrams_are_counted_by_day_source_and_language_and_rare_ones_are_left_out(database: Database, tmp_path: Path) -> None:
    fill(database, 4)
    create_snapshot(database, plan(Tier.NGRAMS, ngrams=NgramConfig(max_n=2, min_count=4)), tmp_path, "words")
    ngrams, totals = TABLES_OF[Tier.NGRAMS][:2]
    rows = list(rows_of(tmp_path / "words", ngrams))
    assert rows
    assert all(row["count"] >= 4 for row in rows)
    of_day = {(row["n"], row["ngram"]): row["count"] for row in rows if (row["day"], row["source"]) == ("2026-03-01", "courier")}
    # three plain reports and two harbour stories of that day, the bridge that stands in each report, and its own article
    assert of_day[2, "the long"] == of_day[2, "long bridge"]
    assert (1, "varda") not in of_day
    groups = {(row["day"], row["source"], row["language"]): row["articles"] for row in rows_of(tmp_path / "words", totals)}
    assert sum(groups.values()) == 12
    assert list(groups) == sorted(groups)


@pytest.fixture(scope="module")
def frozen(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a snapshot, made once."""
    folder = tmp_path_factory.mktemp("frozen")
    with Database.open(f"sqlite:///{shutil.copy(migrated_file, folder / 'fresh.db')}") as database:
        fill(database)
        create_snapshot(database, plan(), folder, "one")
    return folder / "one"


@pytest.mark.parametrize("place", [0.0, 0.5, 1.0])
def test_verify_finds_one_flipped_byte_in_any_file(frozen: Path, tmp_path: Path, place: float) -> None:
    for name in content(frozen):
        copy = Path(shutil.copytree(frozen, tmp_path / name.replace("/", "-")))
        assert not list(problems(copy))
        path = copy / name
        path.chmod(0o644)
        data = bytearray(path.read_bytes())
        data[round(place * (len(data) - 1))] ^= 1
        path.write_bytes(data)
        found = list(problems(copy))
        assert found, name
        assert all("\n" not in line for line in found)


def test_verify_finds_files_that_are_missing_or_do_not_belong(frozen: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(frozen, tmp_path / "copy"))
    (copy / "tags.parquet").unlink()
    (copy / "notes.txt").write_text("mine", encoding="utf-8")
    assert list(problems(copy)) == ["tags.parquet: No such file or directory", "notes.txt: does not belong to it"]
    assert "should be" in next(problems(frozen, "0" * 64))


def words(number: int, edit: int = 0) -> str:
    """Make a text that has nothing to do with any other."""
    rng = random.Random(number * 1000 + edit)
    return " ".join("".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=7)) for _ in range(60))


def story(number: int, *, edit: int = 0, hours: float = 0, **changes: Any) -> ArticleDraft:
    return draft(
        f"s/{number}", words(number, edit), title=f"Story {number}", published_at=NOON - timedelta(hours=number),
        fetched_at=NOON + timedelta(hours=hours), tags=(), **changes,
    )  # fmt: skip


def lost(number: int, hours: float) -> Attempt:
    at = NOON + timedelta(hours=hours)
    return failed(f"s/{number}", Outcome.GONE, fetched_at=at, http_status=410, channel=ChannelKind.REVISIT)


def edit(database: Database, run: int) -> dict[str, set[str]]:
    """Make 100 edits; return the addresses by what happened: 30 revised, 25 new, 20 gone, 10 back, 15 out of the selection."""
    of = {"courier": run}
    revised, gone, back, left = range(30), range(30, 50), range(50, 60), range(60, 75)
    new = range(300, 325)
    save(database, of, [fetched(story(n, edit=1, hours=30), channel=ChannelKind.REVISIT) for n in revised])
    save(database, of, [lost(n, 31) for n in gone])
    save(database, of, [fetched(story(n, hours=32), channel=ChannelKind.REVISIT) for n in back])
    save(database, of, [fetched(story(n, edit=2, hours=33, language="fr"), channel=ChannelKind.REVISIT) for n in left])
    save(database, of, [fetched(story(n, hours=34), channel=ChannelKind.FEED) for n in new])
    named = {"revised": revised, "gone": gone, "back": back, "removed": left, "new": new, "changed": range(0)}
    return {what: {f"https://courier.example/s/{n}" for n in numbers} for what, numbers in named.items()}


def begin(database: Database) -> int:
    """Store 300 stories, ten of which are gone already."""
    run = runs.start(database, RunKind.CRAWL, "courier", NOON)
    save(database, {"courier": run}, [fetched(story(n), channel=ChannelKind.FEED) for n in range(300)])
    save(database, {"courier": run}, [lost(n, 1) for n in range(50, 60)])
    return run


@pytest.mark.parametrize("tier", [Tier.FULL, Tier.METADATA])
def test_a_hundred_edits_are_told_exactly_and_an_increment_gives_the_newer_snapshot(database: Database, tmp_path: Path, tier: Tier) -> None:
    run = begin(database)
    create_snapshot(database, plan(tier, ENGLISH), tmp_path, "before")
    expected = edit(database, run)
    newer = create_snapshot(database, plan(tier, ENGLISH), tmp_path, "after")
    before, after = tmp_path / "before", tmp_path / "after"

    compared = compare(before, after, (read_snapshot_manifest(before), newer))
    table = TABLES_OF[tier][0]
    urls = {row["id"]: row["url"] for folder in (before, after) for row in rows_of(folder, table)}
    assert {what: {urls[key] for key in keys} for what, keys in compared.articles.items()} == expected
    assert compared.tables["articles"] == {Change.ADDED: 25, Change.REMOVED: 15, Change.CHANGED: 60}
    assert compared.tables["revisions"] == {Change.ADDED: 55, Change.REMOVED: 15, Change.CHANGED: 30}
    assert compared.tables["events"] == {Change.ADDED: 30, Change.REMOVED: 0, Change.CHANGED: 0}
    assert compare(after, after, (newer, newer)).same

    increment = create_snapshot(database, plan(tier, ENGLISH), tmp_path, "since", since=before)
    assert increment.tables["articles"] == 85
    assert increment.removed == 30
    assert (increment.base, increment.result) == (folders.digest_of(before), newer.digest)
    assert not list(problems(tmp_path / "since"))
    assert apply_increment(before, tmp_path / "since", tmp_path, "applied") == newer
    assert content(tmp_path / "applied") == content(after)


def test_an_increment_of_an_unchanged_corpus_holds_no_rows(database: Database, tmp_path: Path) -> None:
    fill(database)
    whole = create_snapshot(database, plan(), tmp_path, "one")
    nothing = create_snapshot(database, plan(), tmp_path, "two", since=tmp_path / "one")
    assert set(nothing.tables.values()) == {0}
    assert nothing.result == whole.digest


def test_what_does_not_belong_together_is_refused(database: Database, tmp_path: Path) -> None:
    fill(database)
    create_snapshot(database, plan(), tmp_path, "full")
    create_snapshot(database, plan(Tier.METADATA), tmp_path, "metadata")
    create_snapshot(database, plan(), tmp_path, "since", since=tmp_path / "full")
    manifests = {name: read_snapshot_manifest(tmp_path / name) for name in ("full", "metadata", "since")}
    with pytest.raises(SnapshotError, match="another selection or tier"):
        create_snapshot(database, plan(Tier.METADATA), tmp_path, "x", since=tmp_path / "full")
    with pytest.raises(SnapshotError, match="another selection or tier"):
        create_snapshot(database, plan(wanted=ENGLISH), tmp_path, "x", since=tmp_path / "full")
    with pytest.raises(SnapshotError, match="increment itself"):
        create_snapshot(database, plan(), tmp_path, "x", since=tmp_path / "since")
    with pytest.raises(SnapshotError, match="equal tiers"):
        compare(tmp_path / "full", tmp_path / "metadata", (manifests["full"], manifests["metadata"]))
    with pytest.raises(SnapshotError, match="apply it to that one first"):
        compare(tmp_path / "full", tmp_path / "since", (manifests["full"], manifests["since"]))
    with pytest.raises(SnapshotError, match="builds upon"):
        apply_increment(tmp_path / "metadata", tmp_path / "since", tmp_path, "x")
    with pytest.raises(SnapshotError, match="whole snapshot"):
        apply_increment(tmp_path / "full", tmp_path / "metadata", tmp_path, "x")
    damaged = tmp_path / "full" / "tags.parquet"
    damaged.chmod(0o644)
    damaged.write_bytes(damaged.read_bytes()[:-1])
    with pytest.raises(SnapshotError, match="damaged"):
        apply_increment(tmp_path / "full", tmp_path / "since", tmp_path, "x")
    assert not (tmp_path / "x").exists()
    assert not [path for path in tmp_path.iterdir() if path.name.endswith(".part")]


def test_a_snapshot_is_never_overwritten(database: Database, tmp_path: Path) -> None:
    fill(database)
    made = create_snapshot(database, plan(), tmp_path, "one")
    with pytest.raises(SnapshotError, match="never changed"):
        create_snapshot(database, plan(), tmp_path, "one")
    for name in ("", "../x", "a b", ".hidden", "x" * 101):
        with pytest.raises(SnapshotError, match="no name"):
            create_snapshot(database, plan(), tmp_path, name)
    assert all(not path.stat().st_mode & 0o222 for path in (tmp_path / "one").iterdir())
    assert folders.resolve("one", tmp_path) == folders.resolve(made.digest[:8], tmp_path) == tmp_path / "one"
    with pytest.raises(SnapshotError, match="there are one"):
        folders.resolve("two", tmp_path)


def test_the_database_remembers_its_snapshots(database: Database, tmp_path: Path) -> None:
    fill(database)
    made: SnapshotManifest = create_snapshot(database, plan(), tmp_path, "one")
    at = datetime(2026, 3, 5, tzinfo=UTC)
    require_free(database, "one")
    stored = register(database, "one", made, str(tmp_path / "one"), at)
    assert registered(database) == [stored]
    assert (stored.digest, stored.tier, stored.articles, stored.created_at) == (made.digest, Tier.FULL, made.articles, at)
    with pytest.raises(SnapshotError, match="2026-03-05"):
        require_free(database, "one")


def test_an_empty_corpus_can_be_frozen(database: Database, tmp_path: Path) -> None:
    for tier in Tier:
        made = create_snapshot(database, plan(tier), tmp_path, tier.value)
        assert (made.articles, made.published) == (0, (None, None))
        assert not list(problems(tmp_path / tier.value))

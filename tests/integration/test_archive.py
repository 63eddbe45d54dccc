"""What a crawl archived gives the same corpus again, and a kill or a full disk costs neither archive nor corpus."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.archives import ArchivedVisit, open_archive
from crawler.demo.server import DemoSite
from crawler.errors import InputError
from crawler.warc.heads import read_record
from storage import runs
from storage.corpus import Corpus
from storage.crawls import frontier
from storage.database import Database
from storage.export import export_articles
from storage.records import Outcome, RunStatus
from storage.search.records import ArticleFilter
from tests import commands
from tests.archive_files import check, records
from tests.integration.ambush import PATIENT_SECONDS, Ambush, Prey, wait_until

pytestmark = pytest.mark.slow


@pytest.fixture
def site(tmp_path: Path) -> Iterator[DemoSite]:
    with DemoSite(tmp_path / "catalog") as running:
        yield running


def words(tmp_path: Path, *more: str, archive: str = "warc") -> list[str]:
    fixed = ["--catalog", str(tmp_path / "catalog"), "--db", f"sqlite:///{tmp_path / 'crawled.db'}", "--allow-private-hosts"]
    return ["crawl", *fixed, "--archive", str(tmp_path / archive), *more]


def run(*command: str, expected: int = 0) -> str:
    done = commands.run(command)
    assert done.returncode == expected, done.stderr
    return done.stdout


def export(tmp_path: Path, name: str) -> str:
    """Export a database and return the hash of its articles."""
    with Corpus.open(f"sqlite:///{tmp_path / name}.db") as corpus:
        manifest = export_articles(
            corpus.articles(), tmp_path / f"export-{name}", format="jsonl", query={}, versions={}, now=datetime.now(UTC)
        )
    assert manifest.rows > 40
    return manifest.files[0].sha256


def assert_every_revision_leads_to_its_bytes(database: Path, folder: Path) -> int:
    """Follow every revision into the archive; return how many there are."""
    followed = 0
    with Corpus.open(f"sqlite:///{database}") as corpus:
        for article in corpus.articles(ArticleFilter()):
            for revision in corpus.revisions(article.id):
                assert revision.archived is not None
                found = read_record(folder, revision.archived, 10_000_000)
                assert found is not None, revision.archived
                head, body = found
                assert (head.kind, head.status, head.url) == ("response", 200, article.url)
                assert f"{revision.fetched_at:%Y-%m-%dT%H:%M:%S.%f}Z" == head.date
                assert body
                followed += 1
    return followed


def test_replay_of_the_archive_gives_the_same_export(site: DemoSite, tmp_path: Path) -> None:
    folder = tmp_path / "warc"
    visits = ("--delay", "0", "--revisit", "1s,1h")
    (ruled,) = (tmp_path / "catalog").rglob("gulf-ledger.yml")
    ruled.write_text(ruled.read_text("utf-8") + "extraction: {title: head > title}\n", encoding="utf-8")
    run(*words(tmp_path, *visits))
    site.edition = 2
    time.sleep(1)
    run(*words(tmp_path, *visits))  # finds new articles and an edit, and visits every article again
    files = sorted(folder.iterdir())
    assert len(files) == 2
    assert check(files) == 0
    kinds = Counter(kind for path in files for kind, _, _, _ in records(path))
    assert kinds["revisit"] > 8, "pages and feeds that were not modified"
    assert kinds["request"] == kinds["response"] + kinds["revisit"]

    # the shell may give the files in any order
    summary = json.loads(run("ingest", "--db", f"sqlite:///{tmp_path / 'replayed.db'}", "--json", *map(str, reversed(files))))
    assert summary["skipped"] == summary["damaged"] == []
    with Database.open(f"sqlite:///{tmp_path / 'crawled.db'}") as database:
        crawled = Counter(fetch.outcome for fetch in runs.ledger(database) if fetch.http_status is not None)
    assert summary["outcomes"] == dict(crawled)
    assert {"new", "copy", "revised", "unchanged", "not_modified", "gone", "not_html", "no_text", "irrelevant"} <= set(crawled)
    assert summary["records"] == kinds["metadata"] == sum(crawled.values())
    assert summary["set_aside"] == kinds["request"] - kinds["metadata"] > 20

    assert export(tmp_path, "crawled") == export(tmp_path, "replayed")
    followed = [assert_every_revision_leads_to_its_bytes(tmp_path / f"{name}.db", folder) for name in ("crawled", "replayed")]
    assert followed[0] == followed[1] > 50
    with (
        Corpus.open(f"sqlite:///{tmp_path / 'crawled.db'}") as crawled_corpus,
        Corpus.open(f"sqlite:///{tmp_path / 'replayed.db'}") as corpus,
    ):
        by_rule = 0
        for before in crawled_corpus.articles():
            after = corpus.get(before.key)
            assert before.evidence == after.evidence
            by_rule += before.evidence["title"].found_in == "selector"
            assert [(old.number, old.title, old.text, old.fetched_at, old.archived) for old in crawled_corpus.revisions(before.id)] == [
                (new.number, new.title, new.text, new.fetched_at, new.archived) for new in corpus.revisions(after.id)
            ]
            entries = [replace(entry, article_id=before.id) for entry in corpus.history(after.id)]
            assert crawled_corpus.history(before.id) == entries
            assert (before.tags, before.gone_at, before.visited_at) == (after.tags, after.gone_at, after.visited_at)
        assert by_rule > 5, "the catalog of the crawl has rules, and only the archive knows them"


def test_archive_of_a_killed_crawl_holds_every_revision(site: DemoSite, tmp_path: Path) -> None:
    some = [outlet.id for outlet in site.outlets[:3]]
    database = tmp_path / "crawled.db"
    ambush, prey = Ambush(site), Prey()

    def kill_once_it_has_stored_some() -> None:
        wait_until(lambda: stored(database) >= 8, "eight pages are stored")
        prey.strike()

    ambush.at_article(16, kill_once_it_has_stored_some)
    process = prey.is_(commands.start(words(tmp_path, "--delay", "0", *some)))
    assert process.wait(PATIENT_SECONDS) == -signal.SIGKILL
    (path,) = (tmp_path / "warc").iterdir()
    assert assert_every_revision_leads_to_its_bytes(database, tmp_path / "warc") >= 8
    noted: set[str] = set()
    try:
        noted.update(found.note.url for found in open_archive(path)(lambda _read: None) if isinstance(found, ArchivedVisit))
    except InputError as error:
        assert "ends in the middle" in str(error)  # noqa: PT017 - a kill may fall between two records, or into one
    with Database.open(f"sqlite:///{database}") as opened:
        assert {fetch.candidate_url for fetch in runs.ledger(opened) if fetch.http_status is not None} <= noted


def stored(database: Path) -> int:
    with Database.open(f"sqlite:///{database}") as opened:
        return sum(fetch.outcome in {Outcome.NEW, Outcome.COPY} for fetch in runs.ledger(opened))


VANISHING = """
import shutil, sys
from pathlib import Path
from crawler.catalog import load_catalog
from crawler.crawl import CrawlOptions, crawl
from crawler.warc.writer import ArchiveConfig
from storage.database import Database

def watch(tally):
    if tally.requested:  # the feeds have been read, the articles are on their way
        shutil.rmtree(folder, ignore_errors=True)

if __name__ == "__main__":
    base = Path(sys.argv[1])
    folder = base / "warc"
    config = ArchiveConfig(rotate_bytes=9_000)
    options = CrawlOptions(delay_seconds=0.3, workers=1, allow_private_hosts=True, archive=folder, archive_config=config)
    with Database.open(f"sqlite:///{base / 'crawled.db'}") as database:
        report = crawl(database, load_catalog(base / "catalog").select(sys.argv[2:]), options, watch)
    print(report.reason)
"""


def test_archive_that_cannot_be_written_any_more_ends_the_crawl_and_loses_no_candidate(site: DemoSite, tmp_path: Path) -> None:
    script = tmp_path / "vanishing.py"
    script.write_text(VANISHING, encoding="utf-8")
    done = subprocess.run(  # noqa: S603
        [sys.executable, str(script), str(tmp_path), *(outlet.id for outlet in site.outlets[:2])],
        capture_output=True,
        encoding="utf-8",
        timeout=100,
        check=False,
        cwd=Path.cwd(),
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == f"the archive {tmp_path / 'warc'} cannot be written: No such file or directory"
    assert "Traceback" not in done.stderr
    with Database.open(f"sqlite:///{tmp_path / 'crawled.db'}") as database:
        ledger = list(runs.ledger(database))
        waiting = sum(frontier.pending(database, outlet.id, datetime.now(UTC)) for outlet in site.outlets)
        statuses = {run.status for run in runs.latest_by_source(database).values()}
    assert waiting > 0
    assert RunStatus.STOPPED in statuses
    assert RunStatus.RUNNING not in statuses
    assert not [fetch for fetch in ledger if fetch.outcome in {Outcome.BLOCKED, Outcome.MALFORMED}], "a fault of ours is no outcome"
    chosen = {outlet.id for outlet in site.outlets[:2]}
    candidates = {article.url for article in site.articles(edition=1) if article.outlet in chosen}
    assert len(ledger) + waiting == len(candidates)


def test_folder_that_cannot_be_written_is_refused_in_one_line(site: DemoSite, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    command = words(tmp_path, archive="file/warc")
    done = commands.run(command)
    assert done.returncode == 2
    assert done.stderr.strip() == f"dragoman: the archive {tmp_path / 'file' / 'warc'} cannot be written: Not a directory"
    assert not list(site.requests)

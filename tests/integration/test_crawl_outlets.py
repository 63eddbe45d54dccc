"""The crawl over the demo outlets: real HTTP, a real database, and the outlets' own log as the witness."""

from __future__ import annotations

import json
import signal
import socket
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from crawler.demo.server import DemoSite
from storage import runs
from storage.corpus import Corpus
from storage.crawls import frontier
from storage.database import Database
from storage.records import ClusterRole, Outcome, RunStatus
from storage.search.records import ArticleFilter
from tests import commands
from tests.integration.ambush import PATIENT_SECONDS, Ambush, Prey

pytestmark = pytest.mark.slow


@pytest.fixture
def site(tmp_path: Path) -> Iterator[DemoSite]:
    with DemoSite(tmp_path / "catalog") as running:
        yield running


def words(tmp_path: Path, *more: str, delay: str = "0") -> list[str]:
    fixed = ["--catalog", str(tmp_path / "catalog"), "--db", f"sqlite:///{tmp_path / 'test.db'}", "--allow-private-hosts", "--delay", delay]
    return ["crawl", *fixed, "--json", *more]


def crawl(tmp_path: Path, *more: str, expected: int = 0) -> dict[str, Any]:
    """Crawl, and return the summary of each source."""
    done = commands.run(words(tmp_path, *more))
    assert done.returncode == expected, done.stderr
    return {row["source"]: row for row in map(json.loads, done.stdout.splitlines())}


def articles_asked_for(site: DemoSite) -> list[tuple[str, str]]:
    pages = {article.url.split("/", 3)[3] for article in site.articles()}
    return [(request.outlet, request.path) for request in site.requests if request.path.lstrip("/") in pages]


def test_two_crawls_find_every_article_every_copy_and_the_edit(site: DemoSite, tmp_path: Path) -> None:
    first = crawl(tmp_path)
    truth = [article for article in site.articles(edition=1) if article.kind == "article"]
    with Database.open(f"sqlite:///{tmp_path / 'test.db'}") as database, Corpus(database) as corpus:
        stored = {article.url: article for article in corpus.articles(ArticleFilter())}
        outcomes = {fetch.candidate_url: fetch for fetch in runs.ledger(database)}
    assert {article.url for article in truth if article.relevant} <= set(stored), "a relevant article is missing"
    for article in truth:
        if article.url not in stored:
            assert outcomes[article.url].outcome is Outcome.IRRELEVANT
            assert outcomes[article.url].reason
            continue
        kept = stored[article.url]
        assert kept.title == article.title
        assert kept.language == article.language
        assert kept.published_at is not None
        words_kept = set(kept.text.split())
        for paragraph in article.paragraphs:
            missing = [word for word in paragraph.split() if word not in words_kept]
            assert not missing or paragraph.startswith("("), f"{article.url}: {missing}"  # a credit line may be taken off
    expected = {"missing": Outcome.GONE, "pdf": Outcome.NOT_HTML, "video": Outcome.NO_TEXT, "disallowed": Outcome.ROBOTS_DENIED}
    odd = [article for article in site.articles(edition=1) if article.kind in expected]
    assert {article.kind for article in odd} == set(expected)
    for article in odd:
        assert outcomes[article.url].outcome is expected[article.kind]
    for article in truth:
        if article.copy_of is not None:
            assert stored[article.url].cluster is not None
    origins = [article for article in stored.values() if article.cluster_role is ClusterRole.ORIGIN]
    assert {article.source for article in origins} == {"levant-wire"}
    assert sum(row["attempted"] for row in first.values()) == len(outcomes)
    for row in first.values():
        assert sum(row["outcomes"].values()) == row["attempted"]
        assert row["status"] == "finished"

    before = len(articles_asked_for(site))
    site.edition = 2
    second = crawl(tmp_path)
    counts: Counter[str] = Counter()
    for row in second.values():
        counts.update(row["outcomes"])
    edited = [article for article in site.articles(edition=2) if article.edited]
    added = [article for article in site.articles(edition=2) if article.edition == 2 and article.kind == "article"]
    assert counts["revised"] == len(edited) == 1
    assert counts["new"] + counts["copy"] + counts["irrelevant"] == len(added)
    assert len(articles_asked_for(site)) - before == len(edited) + len(added)
    with Corpus.open(f"sqlite:///{tmp_path / 'test.db'}") as corpus:
        revised = corpus.get(edited[0].url)
        assert revised.title == edited[0].title
        history = corpus.revisions(revised.id)
    assert len(history) == 2
    assert history[0].title != history[1].title

    before = len(articles_asked_for(site))
    third = crawl(tmp_path)
    assert len(articles_asked_for(site)) == before
    assert all(row["attempted"] == 0 for row in third.values())


def test_limit_is_kept_and_the_rest_waits_for_the_next_crawl(site: DemoSite, tmp_path: Path) -> None:
    first = crawl(tmp_path, "--limit", "10")
    assert sum(row["attempted"] for row in first.values()) == 10
    rest = crawl(tmp_path)
    with Database.open(f"sqlite:///{tmp_path / 'test.db'}") as database:
        ledger = list(runs.ledger(database))
    assert len(ledger) == 10 + sum(row["attempted"] for row in rest.values())
    assert len({fetch.candidate_url for fetch in ledger}) == len(ledger) == len(site.articles(edition=1))


def test_interrupt_keeps_what_is_done_and_the_next_crawl_goes_on(site: DemoSite, tmp_path: Path) -> None:
    ambush, prey = Ambush(site), Prey()
    ambush.at_article(12, partial(prey.strike, signal.SIGINT))
    process = prey.is_(commands.start(words(tmp_path, delay="0.2")))  # what is on its way when it is told is soon done
    _, stderr = process.communicate(timeout=PATIENT_SECONDS)
    assert ambush.struck
    assert process.returncode == 130, stderr
    assert "Traceback" not in stderr
    with Database.open(f"sqlite:///{tmp_path / 'test.db'}") as database:
        kept = list(runs.ledger(database))
        statuses = {run.status for run in runs.latest_by_source(database).values()}
    assert 0 < len(kept) < len(site.articles(edition=1))
    assert RunStatus.STOPPED in statuses
    assert RunStatus.RUNNING not in statuses
    crawl(tmp_path)
    with Database.open(f"sqlite:///{tmp_path / 'test.db'}") as database:
        ledger = list(runs.ledger(database))
    assert len({fetch.candidate_url for fetch in ledger}) == len(ledger) == len(site.articles(edition=1))


def test_killed_crawl_loses_nothing_and_doubles_nothing(site: DemoSite, tmp_path: Path) -> None:
    ambush, prey = Ambush(site), Prey()
    ambush.at_article(20, prey.strike)
    process = prey.is_(commands.start(words(tmp_path)))
    assert process.wait(PATIENT_SECONDS) == -signal.SIGKILL
    crawl(tmp_path)
    with Database.open(f"sqlite:///{tmp_path / 'test.db'}") as database:
        ledger = list(runs.ledger(database))
        waiting = sum(frontier.pending(database, outlet.id, runs.get(database, 1).started_at) for outlet in site.outlets)
        assert database.check() == []
    assert waiting == 0
    assert len({fetch.candidate_url for fetch in ledger}) == len(ledger) == len(site.articles(edition=1))


def test_dead_source_fails_the_command_and_the_others_are_crawled(site: DemoSite, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]  # nobody listens there any more
    dead = tmp_path / "catalog" / "iq" / "dead-paper.yml"
    dead.parent.mkdir(exist_ok=True)
    dead.write_text(
        f"id: dead-paper\nname: Dead Paper\nhomepage: http://127.0.0.1:{port}/\ncountry: IQ\nlanguages: [en]\nkind: newspaper\n"
        f"feeds: [{{url: 'http://127.0.0.1:{port}/rss'}}]\n",
        encoding="utf-8",
    )
    report = crawl(tmp_path, expected=1)
    assert report["dead-paper"]["status"] == "failed"
    assert "refused" in report["dead-paper"]["reason"] or "unreachable" in report["dead-paper"]["reason"]
    assert all(row["status"] == "finished" for name, row in report.items() if name != "dead-paper")
    assert len(report) == len(site.outlets) + 1


def test_database_that_refuses_ends_the_crawl_with_one_line(site: DemoSite, tmp_path: Path) -> None:
    def set_on_fire() -> None:
        with closing(sqlite3.connect(tmp_path / "test.db", timeout=PATIENT_SECONDS)) as connection:
            connection.execute("CREATE TRIGGER broken BEFORE INSERT ON fetches BEGIN SELECT RAISE(ABORT, 'the disk is on fire'); END")
            connection.commit()

    ambush = Ambush(site)
    ambush.at_article(10, set_on_fire)
    process = commands.start(words(tmp_path))
    stdout, stderr = process.communicate(timeout=PATIENT_SECONDS)
    assert ambush.struck
    assert process.returncode == 1
    assert "Traceback" not in stderr
    assert {json.loads(line)["status"] for line in stdout.splitlines()} <= {"stopped", "finished"}
    with closing(sqlite3.connect(tmp_path / "test.db", timeout=PATIENT_SECONDS)) as connection:
        connection.execute("DROP TRIGGER broken")
        connection.commit()
    crawl(tmp_path)
    with Database.open(f"sqlite:///{tmp_path / 'test.db'}") as database:
        ledger = list(runs.ledger(database))
    assert len({fetch.candidate_url for fetch in ledger}) == len(ledger) == len(site.articles(edition=1))

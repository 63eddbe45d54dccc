"""The past of a fictional newspaper: fetched once, however often whoever fetches it is killed."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from storage.corpus import Corpus
from storage.crawls import frontier
from storage.database import Database
from tests import commands
from tests.e2e.archive_site import FIRST, LAST, ArchiveSite, archive_site, write_catalog

pytestmark = pytest.mark.slow

#: Requests of one run after which it is killed: while robots.txt, the index, its sitemaps and the archive are read, and among the pages.
KILLS_WHILE_READING = (1, 2, 4, 7)
KILLS_WHILE_FETCHING = (18, 20, 9, 16, 12, 10)
#: Sitemaps and archive pages that can hold the range; the rest of the site's must never be asked for.
CHANNELS = {
    "/sitemap.xml",
    "/sitemap-2026-03.xml.gz",
    "/sitemap-2026-02.xml",
    "/sitemap-pages.xml",
    "/nested/index.xml",
    "/nested/sitemap-2026-01.xml",
    *(f"/archive/2026/{month:02}/" for month in (1, 2, 3)),
    "/archive/2026/02/page/2/",
}


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    stdout: str
    stderr: str

    @property
    def row(self) -> dict[str, Any]:
        row: dict[str, Any] = json.loads(self.stdout)
        return row


class Backfill:
    """Types `dragoman backfill`, and kills it when the site is told so."""

    def __init__(self, folder: Path, site: ArchiveSite) -> None:
        """Take the folder with the catalog, and the site."""
        self.folder, self.site = folder, site

    def __call__(self, database: str, *more: str) -> Done:
        """Run it to its end, or until the site kills it; what it leaves behind is ended with it."""
        site = self.site
        fixed = ["--catalog", str(self.folder / "catalog"), "--db", f"sqlite:///{self.folder / database}", "--keep-irrelevant", "--json"]
        words = ["qarnabad-post", "--from", FIRST, "--to", LAST, *fixed, "--allow-private-hosts", "--delay", "0", *more]
        site.asked.clear()
        typed = commands.start(["backfill", *words])
        site.prey = typed.pid
        stdout, stderr = typed.communicate(timeout=100)
        assert typed.returncode is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(site.prey, signal.SIGKILL)
        return Done(typed.returncode, stdout, stderr)


@pytest.fixture
def backfill(tmp_path: Path) -> Iterator[Backfill]:
    with archive_site() as site:
        write_catalog(tmp_path / "catalog", site)
        yield Backfill(tmp_path, site)


def articles(path: Path) -> dict[str, str]:
    """Return path and text of what is stored."""
    with Corpus.open(f"sqlite:///{path}") as corpus:
        return {urlsplit(article.url).path: article.text for article in corpus.articles()}


def stored(path: Path) -> set[str]:
    """Return the paths that must never be asked for again: of stored articles and of settled candidates."""
    if not path.exists():
        return set()
    with contextlib.closing(sqlite3.connect(path)) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'candidates'").fetchone():
            return set()
        rows = connection.execute("SELECT url FROM article_urls UNION SELECT url FROM candidates WHERE settled_at IS NOT NULL")
        return {urlsplit(url).path for (url,) in rows}


def has_more(path: Path, count: int) -> bool:
    return len(stored(path)) > count


def pages(asked: list[str]) -> list[str]:
    return [path for path in asked if path.startswith(("/20", "/background"))]


@pytest.mark.parametrize(
    ("reading", "fetching"),
    [
        pytest.param((2,), (18, 9), id="three"),
        pytest.param(KILLS_WHILE_READING, KILLS_WHILE_FETCHING, id="ten", marks=pytest.mark.soak),
    ],
)
def test_backfill_killed_at_points_gives_what_an_undisturbed_one_gives(
    backfill: Backfill, tmp_path: Path, reading: tuple[int, ...], fetching: tuple[int, ...]
) -> None:
    site = backfill.site
    done = backfill("whole.db")
    assert done.code == 0, done.stderr
    assert done.row["finished"] is True
    assert set(site.asked) - set(pages(site.asked)) - {"/robots.txt"} == CHANNELS
    assert len(pages(site.asked)) == len(set(pages(site.asked))) == done.row["attempted"]
    whole = articles(tmp_path / "whole.db")
    assert len(whole) == done.row["attempted"] == 3 * 25 + 8 + 24
    assert done.row["left_out"] == {
        "pages dated before the range": 5,
        "sitemaps dated after the range": 1,
        "sitemaps dated before the range": 1,
        "sitemaps last changed before the range": 1,
    }

    path = tmp_path / "killed.db"
    kept: list[int] = []
    total: list[str] = []
    for requests in (*reading, *fetching):
        before = stored(path)
        if requests in fetching:  # in the midst: some of what this run fetched is on the disk, the rest is on its way
            site.until = partial(has_more, path, len(before))
        site.kill_at = requests
        assert backfill("killed.db").code == -signal.SIGKILL
        kept.append(len(stored(path)))
        assert not before & set(site.asked), "fetched again after it was stored"
        total += site.asked
    before = stored(path)
    last = backfill("killed.db")
    assert last.code == 0, last.stderr
    assert last.stderr.startswith("Resumed: 10 of 10 sitemaps and archive pages were read, ")
    assert not before & set(site.asked)
    total += site.asked

    assert articles(path) == whole
    assert set(total) - set(pages(total)) - {"/robots.txt"} == CHANNELS
    assert kept[: len(reading)] == [0] * len(reading)
    while_fetching = [0, *kept[len(reading) :], len(whole)]
    assert all(before < after for before, after in pairwise(while_fetching))
    with Database.open(f"sqlite:///{path}") as database:
        assert database.check() == []


def test_stopped_and_limited_backfill_says_how_to_go_on_and_leaves_its_pages_to_the_next_call(backfill: Backfill, tmp_path: Path) -> None:
    site = backfill.site
    late = site.pages.pop("/sitemap-2026-02.xml")
    site.pages["/sitemap-2026-02.xml"] = (503, "text/plain", b"later")
    first = backfill("test.db", "--limit", "5")
    assert first.code == 1
    assert len(pages(site.asked)) == first.row["attempted"] == 5
    assert first.row["steps_failed"] == {f"{site.home}/sitemap-2026-02.xml": "http_error"}
    assert first.row["finished"] is False
    assert f"{site.home}/sitemap-2026-02.xml could not be read (http_error); the next call asks again" in first.stderr
    assert "The same command again goes on from here." in first.stderr
    newest = sorted((path for path in site.pages if path.startswith("/2026/03")), reverse=True)[:5]
    assert sorted(pages(site.asked), reverse=True) == newest

    with Database.open(f"sqlite:///{tmp_path / 'test.db'}") as database:
        now = datetime.now(UTC)
        assert frontier.take(database, "qarnabad-post", limit=None, now=now) == [], "an ordinary crawl does not take them"
        assert frontier.pending(database, "qarnabad-post", now, 1) == first.row["waiting"] > 50

    site.pages["/sitemap-2026-02.xml"] = late
    site.weapon = signal.SIGTERM
    site.kill_at = 8
    second = backfill("test.db")
    assert second.code == 130
    assert second.row["status"] == "stopped"
    assert "Stopped early (shutdown); what is stored stays." in second.stderr
    assert "/sitemap-2026-02.xml" in site.asked
    assert "/sitemap.xml" not in site.asked
    assert 5 + second.row["attempted"] + second.row["waiting"] == 3 * 25 + 8 + 24

    third = backfill("test.db")
    assert third.code == 0, third.stderr
    assert third.row["finished"] is True
    assert set(site.asked) - {"/robots.txt"} == set(pages(site.asked))
    assert len(articles(tmp_path / "test.db")) == 3 * 25 + 8 + 24


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--from", "2026-03-02", "--to", "2026-03-01"), "dragoman: --from 2026-03-02 is not before --to 2026-03-01"),
        (("--from", "2999-01-01"), "dragoman: --from 2999-01-01 lies in the future"),
        (("--contact", "two words"), "dragoman: --contact: the contact 'two words' must be one word of ASCII"),
    ],
)
def test_mistake_is_one_line_and_nothing_is_asked_for(backfill: Backfill, words: tuple[str, ...], said: str) -> None:
    done = backfill("test.db", *words)
    assert (done.code, done.stdout) == (2, "")
    assert done.stderr.startswith(said)
    assert done.stderr.count("\n") == 1
    assert not (backfill.folder / "test.db").exists()
    assert backfill.site.asked == []


def test_source_without_a_past_says_what_to_add_and_robots_txt_can_lead_to_it(backfill: Backfill) -> None:
    site = backfill.site
    robots, index = site.pages.pop("/robots.txt", None), site.pages.pop("/sitemap.xml")
    write_catalog(backfill.folder / "catalog", site, sitemaps=[], archives=[], feeds=[{"url": f"{site.home}/feed"}])
    done = backfill("test.db")
    assert robots is None
    assert done.code == 2
    assert done.stderr.splitlines()[-1] == (
        "dragoman: nothing leads to the past of qarnabad-post: neither robots.txt nor the usual addresses name a sitemap; "
        "add 'sitemaps', 'archives' or 'sections' to its source file"
    )
    site.pages["/hidden.xml"] = index
    site.pages["/robots.txt"] = (200, "text/plain", f"User-agent: *\nDisallow:\nSitemap: {site.home}/hidden.xml\n".encode())
    found = backfill("test.db", "--limit", "1")
    assert found.code == 0, found.stderr
    assert found.row["discovered"] == 3 * 25 + 8
    assert "looked for and not there" in found.row["reason"]

"""The ledger against the server's own log, candidate by candidate: what `dragoman coverage` says is what the server saw.

A kill loses the ledger rows of those requests that were answered or on their way when it came, and nothing else: of each candidate at most
one try, and only where the killed run wrote no row for it. The next crawl tries those candidates again.
"""

from __future__ import annotations

import hashlib
import json
import signal
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from email.utils import formatdate
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

import cli
from storage import runs
from storage.database import Database
from storage.records import ChannelKind, Fetch, Outcome
from tests import commands
from tests.integration.ambush import PATIENT_SECONDS, Prey, wait_until
from tests.warcs import PARLIAMENT, article_page

pytestmark = pytest.mark.slow

METADATA = "http://169.254.169.254/latest/meta-data/"
#: Where an address of the site leads in the end, with all that lies between: requests for these belong to the candidate.
HOPS = {"/moved": ("/moved-2", "/target"), "/to-metadata": ()}
REDIRECTS = {"/moved": "/moved-2", "/moved-2": "/target", "/to-metadata": METADATA}
CHANNELS = {"/rss", "/other.rss", "/news.xml", "/broken.xml", "/robots.txt"}
EXPECTED = {
    "/404": (Outcome.GONE, 1),
    "/410": (Outcome.GONE, 1),
    "/500": (Outcome.HTTP_ERROR, 1),
    "/502": (Outcome.HTTP_ERROR, 2),  # a gateway's hiccup is asked once more
    "/403": (Outcome.BLOCKED, 1),
    "/pdf": (Outcome.NOT_HTML, 1),
    "/closed/1": (Outcome.ROBOTS_DENIED, 0),
    "/moved": (Outcome.NEW, 3),
    "/to-metadata": (Outcome.UNSAFE_URL, 1),
    METADATA: (Outcome.UNSAFE_URL, 0),
}


class Newspaper:
    """A site that writes down every request for a page."""

    def __init__(self) -> None:
        """Listen on a free port; whoever made it lets it serve."""
        self.opened = formatdate()
        self.feed: list[str] = []
        self.sitemap: list[str] = []
        self.log: list[str] = []
        self.statuses: Counter[int] = Counter()
        self.asked_for_a_page: Callable[[], None] = lambda: None  # called before it is answered
        paper = self

        class Pages(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                status, kind, body, more = paper.answer(self.path)
                tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
                if status == 200 and self.headers.get("If-None-Match") == tag:
                    status, body = 304, b""
                if self.path not in CHANNELS:
                    paper.log.append(self.path)
                    paper.statuses[status] += 1
                    paper.asked_for_a_page()
                self.send_response(status)
                for name, value in {"Content-Type": kind, "ETag": tag, "Content-Length": str(len(body)), **more}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name that http.server gives it
                del format, args

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
        self.home = f"http://127.0.0.1:{self.server.server_port}"

    def answer(self, path: str) -> tuple[int, str, bytes, dict[str, str]]:
        """Return status, type, body and more headers."""
        if path in REDIRECTS:
            target = REDIRECTS[path]
            return 301, "text/html", b"", {"Location": target if target.startswith("http") else self.home + target}
        if path in {"/rss", "/other.rss"}:
            links = "".join(
                f"<item><title>T</title><link>{self.url(link)}</link><pubDate>{self.opened}</pubDate></item>" for link in self.feed
            )
            return 200, "application/rss+xml", f'<rss version="2.0"><channel><title>P</title>{links}</channel></rss>'.encode(), {}
        if path == "/news.xml":
            locs = "".join(f"<url><loc>{self.url(link)}</loc></url>" for link in self.sitemap)
            return 200, "application/xml", f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{locs}</urlset>'.encode(), {}
        if path == "/robots.txt":
            return 200, "text/plain", b"User-agent: *\nDisallow: /closed/\n", {}
        if path == "/pdf":
            return 200, "application/pdf", b"%PDF-1.7", {}
        if path.lstrip("/").isdecimal() or path == "/broken.xml":
            return (500 if path == "/broken.xml" else int(path[1:])), "text/plain", b"no", {}
        text = [*PARLIAMENT, f"The correspondent of the paper in Baghdad filed this report under the number {path} and no other."]
        return 200, "text/html; charset=utf-8", article_page(f"Parliament sends delegation {path}", text), {}

    def url(self, link: str) -> str:
        return link if link.startswith("http") else self.home + link

    def asked(self, candidate: str) -> int:
        """Count the requests that the server saw for a candidate and for where it leads."""
        path = candidate.removeprefix(self.home)
        return sum(self.log.count(hop) for hop in (path, *HOPS.get(path, ())))


@pytest.fixture
def paper() -> Iterator[Newspaper]:
    made = Newspaper()
    thread = threading.Thread(target=made.server.serve_forever, daemon=True)
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


def words(tmp_path: Path, paper: Newspaper, delay: str) -> list[str]:
    folder = tmp_path / "catalog"
    folder.mkdir(exist_ok=True)
    described = {
        "id": "tigris-post", "name": "Tigris Post", "homepage": paper.home, "country": "IQ", "languages": ["en"], "kind": "newspaper",
        "feeds": [{"url": paper.home + "/rss"}, {"url": paper.home + "/other.rss"}],
        "sitemaps": [paper.home + "/news.xml", paper.home + "/broken.xml"],
    }  # fmt: skip
    (folder / "tigris-post.yml").write_text(json.dumps(described), encoding="utf-8")  # JSON is YAML too
    fixed = ["--catalog", str(folder), "--db", f"sqlite:///{tmp_path / 'test.db'}", "--allow-private-hosts", "--revisit", "1s", "--json"]
    return ["crawl", *fixed, "--delay", delay]


def crawl(tmp_path: Path, paper: Newspaper) -> None:
    done = commands.run(words(tmp_path, paper, "0"))
    assert done.returncode == 0, done.stderr


Covered = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def covered(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Covered:
    """Give what asks `dragoman coverage --json`: an object for each row, that of all last."""

    def ask(*more: str) -> list[dict[str, Any]]:
        capfd.readouterr()
        assert cli.main(["coverage", "--db", f"sqlite:///{tmp_path / 'test.db'}", "--json", *more]) == 0
        return [json.loads(line) for line in capfd.readouterr().out.splitlines()]

    return ask


def ledger_of(tmp_path: Path) -> list[Fetch]:
    with Database.open(f"sqlite:///{tmp_path / 'test.db'}", create=False) as database:
        return list(runs.ledger(database))


def agree(tmp_path: Path, paper: Newspaper, covered: Covered, lost: Counter[str] | None = None) -> list[Fetch]:
    """Compare the ledger, what is said of it, and the server's log less what a kill lost."""
    lost = lost or Counter()
    ledger = ledger_of(tmp_path)
    requests: Counter[str] = Counter()
    for fetch in ledger:
        requests[fetch.candidate_url] += fetch.requests or 0
    named = {paper.url(link) for link in (*paper.feed, *paper.sitemap)} - {
        paper.home + "/target"
    }  # which was an article before it was named
    assert set(requests) == named
    assert {url: paper.asked(url) - lost[url] for url in named} == {url: requests[url] for url in named}
    assert sum(requests.values()) + lost.total() == len(paper.log)
    row, whole = covered()
    for line in (row, whole):
        assert line["discovered"] == len(named)
        assert line["attempted"] == sum(line["outcomes"].values()) == len(ledger)
        assert line["outcomes"] == Counter(str(fetch.outcome) for fetch in ledger)
        assert line["requests"] + lost.total() == len(paper.log)
    for axis in ("country", "language", "day"):
        *rows, _ = covered("--by", axis)
        for name in ("discovered", "attempted", "requests", "waiting"):
            assert sum(line[name] for line in rows) == whole[name]
    return ledger


def test_coverage_agrees_with_the_access_log_after_each_crawl_and_after_a_kill(paper: Newspaper, covered: Covered, tmp_path: Path) -> None:
    paper.feed = ["/a", "/b", "/c", "/d", *EXPECTED]
    paper.sitemap = ["/a", "/b", "/404", "/e", "/f"]
    crawl(tmp_path, paper)
    first = agree(tmp_path, paper, covered)
    # The pages of the paper are near copies of each other: which of them was the first is not asked here.
    kept = {Outcome.COPY: Outcome.NEW}
    assert {fetch.candidate_url.removeprefix(paper.home): (kept.get(fetch.outcome, fetch.outcome), fetch.requests) for fetch in first} == {
        **EXPECTED,
        **dict.fromkeys(("/a", "/b", "/c", "/d", "/e", "/f"), (Outcome.NEW, 1)),
    }
    (row, _) = covered()
    assert row["polls"] == {"ok": 3, "http_error": 1}
    assert (row["channels"], row["unread"], row["waiting"], row["states"]) == (4, 1, 2, {"partial": 1})
    assert row["days"][0]["why"].startswith("1 of 4 channels could not be read: http_error (HTTP 500")

    time.sleep(1.1)  # every article is due for a visit after a second
    paper.feed += ["/g"]
    paper.sitemap += ["/target"]
    crawl(tmp_path, paper)
    second = agree(tmp_path, paper, covered)[len(first) :]
    visits = [fetch for fetch in second if fetch.channel is ChannelKind.REVISIT]
    assert len(visits) == 7
    assert {fetch.outcome for fetch in visits} == {Outcome.NOT_MODIFIED}
    assert paper.statuses[304] == 7
    assert [fetch.candidate_url for fetch in second if fetch not in visits] == [paper.home + "/g"]

    before = Counter(paper.log)
    paper.feed += [f"/more-{number}" for number in range(30)]
    prey = Prey()

    def kill_once_it_has_written_and_asked_on() -> None:
        asked = len(paper.log) - before.total()
        if asked == 10:
            with closing(sqlite3.connect(tmp_path / "test.db", timeout=PATIENT_SECONDS)) as connection:
                rows = partial(connection.execute, "SELECT 1 FROM fetches WHERE run_id = 3")
                wait_until(lambda: rows().fetchone(), "the run writes its first rows")
        if asked == 12:
            prey.strike()

    paper.asked_for_a_page = kill_once_it_has_written_and_asked_on
    process = prey.is_(commands.start(words(tmp_path, paper, "0")))
    assert process.wait(PATIENT_SECONDS) == -signal.SIGKILL
    paper.asked_for_a_page = lambda: None
    killed = ledger_of(tmp_path)[len(first) + len(second) :]
    written = {fetch.candidate_url for fetch in killed}
    lost = Counter({paper.home + path: count for path, count in (Counter(paper.log) - before).items()})
    for fetch in killed:
        lost[fetch.candidate_url] -= fetch.requests or 0
    lost += Counter()  # drops what is nought
    assert written, "it was killed before it wrote anything"
    assert not written & set(lost), "a candidate with a row of the killed run has all its requests in it"
    assert set(lost.values()) <= {1}, "one try of a page that answers at once is one request"
    (row, _) = covered()
    assert (row["crawls"]["lost"], row["states"]) == (1, {"partial": 1})
    assert row["waiting"] == 2 + 30 - len({url for url in written if "/more-" in url})

    crawl(tmp_path, paper)
    third = agree(tmp_path, paper, covered, lost)[len(first) + len(second) + len(killed) :]
    tried_again = {fetch.candidate_url for fetch in third}
    assert {url for url in lost if "/more-" in url} <= tried_again
    assert not {fetch.candidate_url for fetch in third if fetch.outcome in {Outcome.NEW, Outcome.COPY}} & written, (
        "nothing that was stored is fetched again"
    )

"""Articles are fetched again on purpose: edits become revisions, deletions become events, and unchanged pages cost a 304."""

from __future__ import annotations

import hashlib
import json
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from storage import runs
from storage.corpus import Corpus
from storage.database import Database
from storage.records import ChannelKind, Event, Outcome, RunKind
from tests import commands
from tests.warcs import PARLIAMENT, article_page

pytestmark = pytest.mark.slow

EDITED = tuple(paragraph.replace("Wednesday", "Thursday") + " The vote was put off." for paragraph in PARLIAMENT)


class News:
    """A site whose pages can be changed, which knows ETags, and which counts what it is asked for."""

    def __init__(self) -> None:
        """Listen on a free port; whoever made it lets it serve."""
        self.pages: dict[str, tuple[int, str, bytes]] = {}
        self.asked: Counter[tuple[str, int]] = Counter()
        news = self

        class Site(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                status, kind, body = news.pages.get(self.path, (404, "text/plain", b"nothing here"))
                tag = f'"{hashlib.sha256(body).hexdigest()[:12]}"'
                if status == 200 and self.headers.get("If-None-Match") == tag:
                    status, body = 304, b""
                news.asked[self.path, status] += 1
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("ETag", tag)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name that http.server gives it
                del format, args

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
        self.home = f"http://127.0.0.1:{self.server.server_port}"

    def put(self, path: str, paragraphs: tuple[str, ...] = PARLIAMENT, *, around: str = "", head: str = "") -> None:
        page = article_page(f"Parliament of Iraq votes: {path}", (*paragraphs, f"This is the report of {path} from Baghdad."))
        html = page.decode()
        html = html.replace("</body>", f"{around}</body>").replace("</head>", f"{head}</head>")
        self.pages[path] = (200, "text/html; charset=utf-8", html.encode())

    def name(self, *paths: str) -> None:
        items = "".join(
            f"<item><title>T{path}</title><link>{self.home}{path}</link><pubDate>{formatdate(0)}</pubDate></item>" for path in paths
        )
        self.pages["/rss"] = (200, "application/rss+xml", f'<rss version="2.0"><channel>{items}</channel></rss>'.encode())


@pytest.fixture
def news() -> Iterator[News]:
    site = News()
    thread = threading.Thread(target=site.server.serve_forever, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.server.shutdown()
        thread.join()
        site.server.server_close()


def crawl(tmp_path: Path, news: News, *options: str) -> dict[str, Any]:
    folder = tmp_path / "catalog"
    folder.mkdir(exist_ok=True)
    source = {
        "id": "tigris-post",
        "name": "Tigris Post",
        "homepage": news.home,
        "country": "IQ",
        "languages": ["en", "ar"],
        "kind": "newspaper",
        "feeds": [{"url": f"{news.home}/rss"}],
    }
    (folder / "tigris-post.yml").write_text(json.dumps(source), encoding="utf-8")  # JSON is YAML too
    fixed = ["--catalog", str(folder), "--db", f"sqlite:///{tmp_path / 'test.db'}", "--allow-private-hosts", "--delay", "0", "--json"]
    done = commands.run(["crawl", *fixed, *options])
    assert done.returncode == 0, done.stderr
    summary: dict[str, Any] = json.loads(done.stdout)
    return summary


def let_time_pass(tmp_path: Path) -> None:
    """Make every planned visit due, as hours would."""
    with Database.open(f"sqlite:///{tmp_path / 'test.db'}") as database, database.write() as connection:
        connection.execute(text("UPDATE articles SET next_visit_at = '2020-01-01 00:00:00.000000' WHERE next_visit_at IS NOT NULL"))


def test_visits_find_edits_deletions_and_returns(tmp_path: Path, news: News) -> None:
    paths = ("/steady", "/framed", "/edited", "/removed")
    for path in paths:
        news.put(path)
    news.name(*paths)
    assert crawl(tmp_path, news)["outcomes"] == {"copy": 3, "new": 1}  # they differ in their last sentence
    assert crawl(tmp_path, news)["outcomes"] == {}  # nothing is due yet

    let_time_pass(tmp_path)
    news.put("/framed", around="<footer>Another footer, of another day.</footer>")
    news.put("/edited", EDITED)
    del news.pages["/removed"]
    assert crawl(tmp_path, news)["outcomes"] == {"gone": 1, "not_modified": 1, "revised": 1, "unchanged": 1}
    assert news.asked["/steady", 304] == 1

    let_time_pass(tmp_path)
    news.put("/removed")
    assert crawl(tmp_path, news, "--revisit", "none")["outcomes"] == {}
    assert crawl(tmp_path, news)["outcomes"] == {"not_modified": 4}

    with Database.open(f"sqlite:///{tmp_path / 'test.db'}") as database:
        corpus = Corpus(database)
        articles = {article.url.removeprefix(news.home): article for article in corpus.articles()}
        assert {path: article.revisions for path, article in articles.items()} == {"/steady": 1, "/framed": 1, "/edited": 2, "/removed": 1}
        assert all(article.gone_at is None for article in articles.values())
        ledger = list(runs.ledger(database))
        assert [fetch.outcome for fetch in ledger if fetch.article_id == articles["/removed"].id][1:] == [
            Outcome.GONE,
            Outcome.NOT_MODIFIED,
        ]
        history = corpus.history(articles["/removed"].id)
        assert [(entry.kind, entry.status) for entry in history if isinstance(entry, Event)] == [("gone", 404), ("back", 304)]
        assert Counter(fetch.channel for fetch in ledger) == {ChannelKind.FEED: 4, ChannelKind.REVISIT: 8}
        assert sum(fetch.requests or 0 for fetch in ledger) == sum(
            count for (path, _), count in news.asked.items() if path not in {"/rss", "/robots.txt"}
        )


def test_other_language_editions_are_found_through_the_article(tmp_path: Path, news: News) -> None:
    links = "".join(
        f'<link rel="alternate" hreflang="{code}" href="{news.home}{path}">' for code, path in (("en", "/en/1"), ("ar", "/ar/1"))
    )
    news.put("/en/1", head=links)
    news.put("/ar/1", EDITED, head=links)
    news.name("/en/1")
    assert crawl(tmp_path, news)["outcomes"] == {"new": 1}
    assert crawl(tmp_path, news)["outcomes"] == {"copy": 1}  # its text is that of the first, but for a word or two
    assert crawl(tmp_path, news)["outcomes"] == {}
    with Database.open(f"sqlite:///{tmp_path / 'test.db'}") as database:
        assert {fetch.candidate_url.removeprefix(news.home): fetch.channel for fetch in runs.ledger(database)} == {
            "/en/1": ChannelKind.FEED,
            "/ar/1": ChannelKind.ALTERNATE,
        }


def test_second_crawl_of_the_same_source_at_the_same_time_is_refused(tmp_path: Path, news: News) -> None:
    news.name()
    crawl(tmp_path, news)
    with Database.open(f"sqlite:///{tmp_path / 'test.db'}") as database:
        running = runs.start(database, RunKind.CRAWL, "tigris-post", datetime.now(UTC))  # by this process, which lives
    arguments = ["--catalog", str(tmp_path / "catalog"), "--db", f"sqlite:///{tmp_path / 'test.db'}", "--allow-private-hosts"]
    done = commands.run(["crawl", *arguments])
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert f"tigris-post: another crawl is at work on it (run {running}," in done.stderr

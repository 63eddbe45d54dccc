"""Feeds and sitemaps of a source as the web has them: one broken thing never costs another."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from storage import sources
from storage.database import Database
from tests import commands
from tests.warcs import PARLIAMENT, article_page

pytestmark = pytest.mark.slow

Resources = dict[str, tuple[int, str, bytes]]


@pytest.fixture
def site() -> Iterator[tuple[str, Resources]]:
    """Serve a dictionary: path to (status, content type, body); what is not in it is 404."""
    resources: Resources = {}

    class Site(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status, content_type, body = resources.get(self.path, (404, "text/plain", b"nothing here"))
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name that http.server gives it
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", resources
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def rss(*links: str) -> bytes:
    items = "".join(f"<item><title>T</title><link>{link}</link><pubDate>{formatdate(usegmt=True)}</pubDate></item>" for link in links)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Tigris Post</title>{items}</channel></rss>'.encode()


def urlset(**pages: str) -> bytes:
    entries = "".join(f"<url><loc>{loc}</loc><lastmod>{lastmod}</lastmod></url>" for loc, lastmod in pages.items())
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>'.encode()


def crawl(
    tmp_path: Path, home: str, feeds: list[str], sitemaps: list[str], expected: int = 0, sections: list[str] | None = None
) -> dict[str, Any]:
    """Crawl one source with these channels, and return its summary."""
    folder = tmp_path / "catalog"
    folder.mkdir(exist_ok=True)
    source = {
        "id": "tigris-post",
        "name": "Tigris Post",
        "homepage": home,
        "country": "IQ",
        "languages": ["en"],
        "kind": "newspaper",
        "feeds": [{"url": home + path} for path in feeds],
        "sitemaps": [home + path for path in sitemaps],
        "sections": [{"url": home + path, "pages": 3} for path in sections or ()],
    }
    (folder / "tigris-post.yml").write_text(json.dumps(source), encoding="utf-8")  # JSON is YAML too
    fixed = ["--catalog", str(folder), "--db", f"sqlite:///{tmp_path / 'test.db'}", "--allow-private-hosts", "--delay", "0", "--json"]
    done = commands.run(["crawl", *fixed])
    assert done.returncode == expected, done.stderr
    assert "Traceback" not in done.stderr
    summary: dict[str, Any] = json.loads(done.stdout)
    return summary


def test_broken_channels_are_named_and_the_good_one_is_read(site: tuple[str, Resources], tmp_path: Path) -> None:
    home, resources = site
    article = article_page("Parliament sends delegation to Damascus", PARLIAMENT)
    resources |= {
        "/good.rss": (200, "application/rss+xml", rss(f"{home}/1", "https:///nowhere", f"{home}/big")),
        "/page.rss": (200, "text/html", b"<html><body>moved to our new site</body></html>"),
        "/empty.rss": (200, "application/rss+xml", rss()),
        "/error.rss": (500, "text/plain", b"oops"),
        "/1": (200, "text/html", article),
        "/big": (200, "text/html", b"<p>" + b"x" * 11_000_000),
    }
    row = crawl(tmp_path, home, ["/good.rss", "/page.rss", "/empty.rss", "/error.rss", "/missing.rss"], [])
    assert row["status"] == "finished"
    assert row["outcomes"] == {"new": 1, "too_large": 1}
    for channel in ("/page.rss", "/error.rss", "/missing.rss"):
        assert channel in row["reason"]
    assert "/empty.rss names no article" in row["reason"]
    with Database.open(f"sqlite:///{tmp_path / 'test.db'}") as database:
        states = {state.url.removeprefix(home): state for state in sources.feed_states(database)}
    assert {path: (state.status, state.failures) for path, state in states.items()} == {
        "/good.rss": ("ok", 0),
        "/page.rss": ("malformed", 1),
        "/empty.rss": ("empty", 0),
        "/error.rss": ("http_error", 1),
        "/missing.rss": ("gone", 1),
    }


def test_source_whose_channels_all_fail_fails(site: tuple[str, Resources], tmp_path: Path) -> None:
    home, _ = site
    row = crawl(tmp_path, home, ["/a.rss"], ["/b.xml"], expected=1)
    assert row["status"] == "failed"
    assert row["attempted"] == 0


def test_sitemap_index_leads_to_the_news_and_not_to_the_archive(site: tuple[str, Resources], tmp_path: Path) -> None:
    home, resources = site
    index = "".join(f"<sitemap><loc>{home}/part{n}.xml</loc><lastmod>2026-0{n}-01</lastmod></sitemap>" for n in range(1, 9))
    resources["/index.xml"] = (
        200,
        "application/xml",
        f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{index}</sitemapindex>'.encode(),
    )
    for number in range(1, 9):
        pages = {f"{home}/{number}/new": f"2026-0{number}-01", f"{home}/{number}/old": "2019-01-01"}
        resources[f"/part{number}.xml"] = (200, "application/xml", urlset(**pages))
        body = [*PARLIAMENT, f"The delegation leaves on day {number} of the talks, the foreign minister said in the capital."]
        resources[f"/{number}/new"] = (200, "text/html", article_page(f"Delegation {number}", body))
    row = crawl(tmp_path, home, [], ["/index.xml"])
    assert row["outcomes"] == {"new": 1, "copy": 4}, "the newest part of each of the five newest sitemaps"


def test_article_that_two_channels_name_is_counted_and_fetched_once(site: tuple[str, Resources], tmp_path: Path) -> None:
    home, resources = site
    resources |= {
        "/rss": (200, "application/rss+xml", rss(f"{home}/1")),
        "/news.xml": (200, "application/xml", urlset(**{f"{home}/1": "2026-10-01"})),
        "/1": (200, "text/html", article_page("Parliament sends delegation to Damascus", PARLIAMENT)),
    }
    row = crawl(tmp_path, home, ["/rss"], ["/news.xml"])
    assert (row["discovered"], row["known"], row["attempted"]) == (1, 0, 1)
    again = crawl(tmp_path, home, ["/rss"], ["/news.xml"])
    assert (again["discovered"], again["known"], again["attempted"]) == (1, 1, 0)


def section_page(*numbers: int, following: str | None = None) -> bytes:
    links = "".join(
        f'<article><h2><a href="/politics/{number}/parliament-of-iraq-votes-on-the-water-law-{number}">'
        f"The parliament of Iraq votes on its water law for the {number}th time</a></h2><p>Baghdad.</p></article>"
        for number in numbers
    )
    ahead = f'<link rel="next" href="{following}">' if following else ""
    menu = '<nav><a href="/about">About us</a><a href="/politics/">Politics</a><a href="/sport/">Sport</a></nav>'
    return f"<html><head><title>Politics</title>{ahead}</head><body>{menu}<main>{links}</main></body></html>".encode()


def test_sections_and_their_next_pages_are_read_as_far_as_the_catalog_says(tmp_path: Path, site: tuple[str, Resources]) -> None:
    home, resources = site
    numbers = range(1001, 1009)
    for number in numbers:
        path = f"/politics/{number}/parliament-of-iraq-votes-on-the-water-law-{number}"
        resources[path] = (200, "text/html; charset=utf-8", article_page(f"Vote {number}", (*PARLIAMENT, f"This was vote {number}.")))
    for page in range(1, 5):
        listed = section_page(1000 + 2 * page - 1, 1000 + 2 * page, following=f"/politics/?page={page + 1}")
        resources["/politics/" if page == 1 else f"/politics/?page={page}"] = (200, "text/html; charset=utf-8", listed)

    summary = crawl(tmp_path, home, [], [], sections=["/politics/"])

    assert summary["outcomes"] == {"new": 1, "copy": 5}  # of eight: the catalog wants three of the four pages
    assert summary["discovered"] == 6

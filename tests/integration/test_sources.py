"""`dragoman sources` against real HTTP: a channel for each status, and a site whose feeds are found without help."""

from __future__ import annotations

import json
import socket
import subprocess
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

import cli
from crawler.catalog import load_catalog
from tests import commands
from tests.integration.site import Plain, Redirect, Resource, Site, robots
from tests.warcs import PARLIAMENT, article_page

pytestmark = pytest.mark.slow

HOST = "127.0.0.41"
NOW = datetime.now(UTC)


def dragoman(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return commands.run(words, cwd=folder)


def sources(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    done = dragoman(folder, "sources", *words, "--allow-private-hosts", "--delay", "0", "--catalog", "catalog")
    assert "Traceback" not in done.stderr
    return done


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]


def xml(text: str) -> Plain:
    return Plain(200, f'<?xml version="1.0"?>{text}'.encode(), {"Content_Type": "application/xml"})


def rss(*paths: str, title: str = "Tigris Post", age: timedelta = timedelta(hours=1), step: timedelta = timedelta(hours=2)) -> Plain:
    items = "".join(
        f"<item><title>Parliament sends delegation number {number} to the capital</title><link>{path}</link>"
        f"<pubDate>{format_datetime(NOW - age - number * step)}</pubDate></item>"
        for number, path in enumerate(paths)
    )
    return xml(f'<rss version="2.0"><channel><title>{title}</title>{items}</channel></rss>')


def urlset(*paths: str, age: timedelta = timedelta(hours=1), news: bool = False) -> Plain:
    at = (NOW - age).isoformat(timespec="seconds")
    note = f"<n:news><n:publication_date>{at}</n:publication_date><n:title>Talks in the capital</n:title></n:news>" if news else ""
    pages = "".join(f"<url><loc>{path}</loc><lastmod>{at}</lastmod>{note}</url>" for path in paths)
    return xml(
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">{pages}</urlset>'
    )


def sitemap_index(*paths: str) -> Plain:
    return xml(f"<sitemapindex>{''.join(f'<sitemap><loc>{path}</loc></sitemap>' for path in paths)}</sitemapindex>")


def write(folder: Path, name: str, home: str, *, feeds: list[str] = [], sitemaps: list[str] = [], **facts: Any) -> None:  # noqa: B006
    source = {
        "id": name,
        "name": name,
        "homepage": home,
        "country": "IQ",
        "languages": ["en"],
        "kind": "newspaper",
        "feeds": [{"url": url} for url in feeds],
        "sitemaps": sitemaps,
    }
    (folder / "catalog").mkdir(exist_ok=True)
    (folder / "catalog" / f"{name}.yml").write_text(json.dumps(source | facts), encoding="utf-8")  # JSON is YAML too


def closed_port() -> int:
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        return int(taken.getsockname()[1])


def test_check_gives_every_status_with_its_reason(tmp_path: Path) -> None:
    hosts: dict[str, dict[str, Resource]] = {
        HOST: {
            "/fresh.rss": rss("/1", "/2"),
            "/empty.rss": rss(),
            "/old.rss": rss("/1", age=timedelta(days=40)),
            "/moved.rss": Redirect("/fresh.rss", 301),
            "/lent.rss": Redirect("/fresh.rss", 302),
            "/page.rss": Plain(),
            "/news.xml": urlset("/1", news=True),
            "/index.xml": sitemap_index("/news.xml"),
            "/broken-index.xml": sitemap_index("/410"),
            "/secret.rss": rss("/1"),
            "/robots.txt": robots("User-agent: *\nDisallow: /secret\n"),
        },
        "127.0.0.42": {"/429.rss": Plain(429, b"", {"Content_Type": "text/plain"})},
        "127.0.0.43": {"/robots.txt": Plain(503, b"")},
    }
    with Site(hosts) as site:
        home = site.url(HOST, "")
        good = ["/fresh.rss", "/empty.rss", "/old.rss", "/moved.rss", "/lent.rss"]
        bad = ["/page.rss", "/404", "/500", "/401", "/403", "/wall", "/soft-wall", "/secret.rss", "/reset"]
        maps = ["/news.xml", "/index.xml", "/broken-index.xml"]
        write(tmp_path, "good", home + "/", feeds=[home + path for path in good], sitemaps=[home + path for path in maps])
        elsewhere = [site.url("127.0.0.42", "/429.rss"), site.url("127.0.0.43", "/rss"), f"http://{HOST}:{closed_port()}/rss"]
        write(tmp_path, "bad", home + "/", feeds=[home + path for path in bad] + elsewhere)
        done = sources(tmp_path, "check", "--json")
        rows = {row["url"].removeprefix(home): row for row in map(json.loads, done.stdout.splitlines())}
        hits = len(site.hits)
    found = {path: row["status"] for path, row in rows.items()}
    assert found == {
        "/fresh.rss": "ok",
        "/empty.rss": "empty",
        "/old.rss": "stale",
        "/moved.rss": "moved",
        "/lent.rss": "ok",
        "/news.xml": "ok",
        "/index.xml": "ok",
        "/broken-index.xml": "dead",
        "/page.rss": "dead",
        "/404": "dead",
        "/500": "dead",
        "/401": "blocked",
        "/403": "blocked",
        "/wall": "blocked",
        "/soft-wall": "blocked",
        "/secret.rss": "blocked",
        "/reset": "dead",
        **dict(zip(elsewhere, ["blocked", "dead", "dead"], strict=True)),
    }
    assert rows["/moved.rss"]["moved_to"] == home + "/fresh.rss"
    assert rows["/fresh.rss"]["items"] == 2
    assert rows["/fresh.rss"]["newest_at"][:10] == f"{NOW - timedelta(hours=1):%Y-%m-%d}"
    assert rows["/index.xml"]["items"] == 1
    assert "HTTP 410" in rows["/broken-index.xml"]["reason"]
    assert "40 days old" in rows["/old.rss"]["reason"]
    assert "an HTML page" in rows["/page.rss"]["reason"]
    assert "robots.txt" in rows["/secret.rss"]["reason"]
    assert "refused" in rows[elsewhere[2]]["reason"]
    assert all(row["reason"] for row in rows.values() if row["status"] != "ok")
    assert done.returncode == 1
    assert one_line(done) == "dragoman: no channel is ok of bad"
    assert hits > len(found)


HOME_PAGE = b"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Tigris Post - News</title>
<meta property="og:site_name" content="Tigris Post">
<link rel="alternate" type="application/rss+xml" title="Tigris Post" href="/rss">
<link rel="alternate" type="application/atom+xml" title="The same" href="/same.rss">
<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed/">
<link rel="alternate" type="application/rss+xml" title="Broken" href="/broken.rss">
</head><body><p><a href="/politics/rss.xml">RSS</a></p></body></html>"""


def tigris(site: Site | None = None) -> dict[str, Resource]:
    """Return a small site: its feeds, a broken one, one of comments, two sitemaps in robots.txt."""
    articles = [f"/news/{number}" for number in range(1, 5)]
    pages: dict[str, Resource] = {
        path: Plain(200, article_page(f"Talks {path}", [*PARLIAMENT, f"The delegation left, said {path}."])) for path in articles
    }
    home = site.url(HOST, "") if site else ""
    return pages | {
        "/": Plain(200, HOME_PAGE),
        "/rss": rss(*articles),
        "/same.rss": rss(*articles),
        "/politics/rss.xml": rss("/news/3", "/news/9", title="Politics"),
        "/comments/feed/": rss("/comment/1"),
        "/broken.rss": Plain(200, b"<html><body>Fatal error in line 7</body></html>"),
        "/news.xml": urlset("/news/4", news=True),
        "/all.xml": urlset("/about", "/contact"),
        "/robots.txt": robots(f"User-agent: *\nAllow: /\nSitemap: {home}/all.xml\nSitemap: {home}/news.xml\n"),
    }


def test_added_source_is_found_written_loaded_and_crawled(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    resources: dict[str, Resource] = {}
    with Site({HOST: resources}) as site:
        resources.update(tigris(site))
        home = site.url(HOST, "/")
        done = sources(tmp_path, "add", home, "--country", "IQ", "--json")
        assert done.returncode == 0, done.stderr
        made = json.loads(done.stdout)
        path = tmp_path / "catalog" / "iq" / "tigris-post.yml"
        assert (tmp_path / made["file"]) == path
        source = load_catalog(tmp_path / "catalog").sources["tigris-post"]
        assert [feed.url for feed in source.feeds] == [home + "rss", home + "politics/rss.xml"]
        assert source.sitemaps == (home + "news.xml",)
        assert (source.name, source.country, source.languages, source.time_zone) == ("Tigris Post", "IQ", ("en",), "Asia/Baghdad")
        assert (source.kind, source.enabled, source.homepage) == ("newspaper", True, home)
        assert source.expected is not None
        unused = {entry["url"].removeprefix(home): entry["reason"] for entry in made["not_used"]}
        assert unused["same.rss"] == f"the same as {home}rss"
        assert "comments/feed/" not in path.read_text(encoding="utf-8")
        assert "an HTML page" in unused["broken.rss"]
        assert unused["all.xml"] == "there is a sitemap for news"
        assert "/comments/feed/" not in {hit.path for hit in site.hits}
        text = path.read_text(encoding="utf-8")
        assert f"# - feed {home}rss: named by the home page; rss, 4 articles, newest" in text
        assert f"# - sitemap {home}news.xml: named by robots.txt; news, 1 article, newest" in text

        again = cli.main(["sources", "add", home, "--catalog", str(tmp_path / "catalog")])
        assert again == 2
        assert "the catalog has this site already, as tigris-post; nothing was written" in capfd.readouterr().err
        assert path.read_text(encoding="utf-8") == text

        words = ("--allow-private-hosts", "--delay", "0", "--catalog", "catalog", "--json")
        row = json.loads(dragoman(tmp_path, "crawl", *words).stdout)
    assert (row["outcomes"]["new"], row["outcomes"]["copy"]) == (1, 3)
    database = f"sqlite:///{tmp_path / 'dragoman.db'}"
    assert cli.main(["sources", "show", "tigris-post", "--catalog", str(tmp_path / "catalog"), "--db", database, "--json"]) == 0
    facts = json.loads(capfd.readouterr().out)
    assert "Found by `dragoman sources add" in facts["evidence"]
    assert {poll["url"].removeprefix(home): poll["items"] for poll in facts["polls"]} == {"rss": 4, "politics/rss.xml": 2, "news.xml": 1}


def test_feeds_and_sitemaps_are_looked_for_where_they_usually_are(tmp_path: Path) -> None:
    resources: dict[str, Resource] = {
        "/": Plain(200, b"<html lang=tr><head><title>Firat Ajansi</title></head><body><p>Haberler</p></body></html>"),
        "/feed": rss("/1", "/2"),
        "/feed/": rss("/1", "/2"),
        "/sitemap.xml": sitemap_index("/posts.xml"),
        "/posts.xml": urlset("/7", "/8"),
    }
    with Site({HOST: resources}) as site:
        home = site.url(HOST, "/")
        done = dragoman(tmp_path, "sources", "add", home, "--id", "firat", "--dry-run", "--allow-private-hosts", "--delay", "0")
        asked = [hit.path for hit in site.hits]
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.iterdir()) == [], "a dry run writes nothing"
    (tmp_path / "firat.yml").write_text(done.stdout, encoding="utf-8")
    source = load_catalog(tmp_path).sources["firat"]
    assert [feed.url for feed in source.feeds] == [home + "feed/"]
    assert source.sitemaps == (home + "sitemap.xml",)
    assert (source.name, source.languages, source.kind) == ("Firat Ajansi", ("en",), "agency")
    assert "/rss" not in asked, "a feed is guessed only while none is known"
    assert "/news-sitemap.xml" in asked


def test_site_that_robots_txt_closes_is_one_line_and_no_file(tmp_path: Path) -> None:
    with Site({HOST: {"/": Plain(), "/robots.txt": robots("User-agent: *\nDisallow: /\n")}}) as site:
        done = sources(tmp_path, "add", site.url(HOST, "/"))
    assert "it does not let itself be read: forbidden by robots.txt; nothing was written" in one_line(done)
    assert (done.returncode, done.stdout) == (1, "")
    assert list(tmp_path.iterdir()) == []

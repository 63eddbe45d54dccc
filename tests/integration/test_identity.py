"""One article that is reached by many addresses is one article, and what its address alone tells is not fetched again."""

from __future__ import annotations

import json
from collections import Counter
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from storage.corpus import Corpus
from storage.database import Database
from storage.models import url_key
from tests import commands
from tests.integration.site import Plain, Redirect, Resource, Site
from tests.warcs import PARLIAMENT, article_page

pytestmark = pytest.mark.slow

PAPER, PHONE = "127.0.0.2", "127.0.0.3"
STORY = "/news/7142/minister"


def page(canonical: str = "") -> Plain:
    html = article_page("Parliament of Iraq votes", PARLIAMENT).decode()
    link = f'<link rel="canonical" href="{canonical}">' if canonical else ""
    return Plain(body=html.replace("</head>", f"{link}</head>").encode())


def feed(site: Site, *addresses: str) -> Plain:
    items = "".join(
        f"<item><title>Parliament of Iraq votes</title><link>{site.url(PAPER, address) if address.startswith('/') else address}</link>"
        f"<pubDate>{formatdate(0)}</pubDate></item>"
        for address in (address.replace("&", "&amp;") for address in addresses)
    )
    return Plain(body=f'<rss version="2.0"><channel>{items}</channel></rss>'.encode(), headers={"Content_Type": "application/rss+xml"})


def crawl(tmp_path: Path, site: Site) -> dict[str, Any]:
    folder = tmp_path / "catalog"
    folder.mkdir(exist_ok=True)
    source = {
        "id": "tigris-post",
        "name": "Tigris Post",
        "homepage": site.url(PAPER, "/"),
        "country": "IQ",
        "languages": ["en"],
        "kind": "newspaper",
        "feeds": [{"url": site.url(PAPER, "/rss")}],
    }
    (folder / "tigris-post.yml").write_text(json.dumps(source), encoding="utf-8")  # JSON is YAML too
    fixed = ["--catalog", str(folder), "--db", f"sqlite:///{tmp_path / 'test.db'}", "--allow-private-hosts", "--delay", "0", "--json"]
    done = commands.run(["crawl", *fixed])
    assert done.returncode == 0, done.stderr
    summary: dict[str, Any] = json.loads(done.stdout)
    return summary


def test_one_article_of_many_addresses_is_fetched_no_more_than_its_addresses_demand(tmp_path: Path) -> None:
    paper: dict[str, Resource] = {
        STORY: page(),
        f"{STORY}/amp/": page(),
        "/go/7142": Redirect(STORY, 301),
        "/short/7142": Redirect("/story/7142", 301),
        "/story/7142": page(STORY),
        "/print.php": page(f"{STORY}?print=1"),
        "/node/7142": page(STORY),
        "/false/7143": page("/"),
    }
    phone: dict[str, Resource] = {STORY: Redirect(f"http://{PAPER}:{{port}}{STORY}", 302)}
    with Site({PAPER: paper, PHONE: phone}) as site:
        told_by_the_address = (f"{STORY}?utm_source=rss&fbclid=1", f"{STORY}/amp/", f"{STORY}?print=1", f"{STORY}/#top")
        to_be_asked = ("/go/7142", "/short/7142", "/print.php?id=7142", "/node/7142", site.url(PHONE, STORY))
        paper["/rss"] = feed(site, *told_by_the_address, *to_be_asked)
        assert crawl(tmp_path, site)["outcomes"] == {"new": 1, "unchanged": 5}
        asked = Counter(hit.path for hit in site.hits_of(PAPER) if hit.path not in {"/rss", "/robots.txt"})
        first = f"{STORY}?utm_source=rss&fbclid=1"
        assert asked == {
            first: 1,
            STORY: 2,
            **dict.fromkeys(("/go/7142", "/short/7142", "/story/7142", "/print.php?id=7142", "/node/7142"), 1),
        }

        paper["/rss"] = feed(site, f"{STORY}/print", "/story/7142?utm_medium=x", f"{STORY}?amp=1", *told_by_the_address, *to_be_asked)
        assert crawl(tmp_path, site)["outcomes"] == {}
        paper["/rss"] = feed(site, "/false/7143")
        assert crawl(tmp_path, site)["outcomes"] == {"copy": 1}

        with Corpus.open(f"sqlite:///{tmp_path / 'test.db'}") as corpus:
            article = corpus.get(site.url(PAPER, STORY))
            assert corpus.get(site.url(PHONE, STORY)).id == article.id
            assert (article.revisions, len(corpus.copies(article.id))) == (1, 2)
            known = {address.removeprefix(site.url(PAPER, "")) for address in corpus.addresses(article.id)}
            assert known == {
                STORY,
                first,
                "/go/7142",
                "/short/7142",
                "/story/7142",
                "/print.php?id=7142",
                "/node/7142",
                site.url(PHONE, STORY),
            }


def test_article_stored_under_an_older_form_is_visited_and_not_doubled(tmp_path: Path) -> None:
    paper: dict[str, Resource] = {"/vote/": page()}
    with Site({PAPER: paper}) as site:
        paper["/rss"] = feed(site, "/vote/")
        assert crawl(tmp_path, site)["outcomes"] == {"new": 1}
        old, now = site.url(PAPER, "/vote/"), site.url(PAPER, "/vote")
        with Database.open(f"sqlite:///{tmp_path / 'test.db'}") as database, database.write() as connection:
            for table in ("articles", "candidates"):
                connection.execute(
                    text(f"UPDATE {table} SET url_key = :key, canonical_url = :url"),  # noqa: S608 - our own names
                    {"key": url_key(old), "url": old},
                )
            connection.execute(text("DELETE FROM article_urls WHERE url_key = :key"), {"key": url_key(now)})
            connection.execute(text("UPDATE articles SET next_visit_at = '2020-01-01 00:00:00.000000'"))
        assert crawl(tmp_path, site)["outcomes"] == {"unchanged": 1}
        with Corpus.open(f"sqlite:///{tmp_path / 'test.db'}") as corpus:
            assert corpus.stats().articles == 1
            assert corpus.get(now).canonical_url == old

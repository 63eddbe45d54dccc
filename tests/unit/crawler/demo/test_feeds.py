"""What the sites tell machines: read back with an independent parser."""

from __future__ import annotations

from calendar import timegm
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import feedparser
import pytest
from lxml import etree
from protego import Protego

from crawler.demo.feeds import feed, news_sitemap, robots
from crawler.demo.outlets import Edit, Outlet, Publication
from crawler.demo.pages import resources
from tests.unit.crawler.demo.conftest import Publish

NAMES = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "news": "http://www.google.com/schemas/sitemap-news/0.9",
    "a": "http://www.w3.org/2005/Atom",
    "dcterms": "http://purl.org/dc/terms/",
}


def document(xml: bytes) -> Any:
    """Parse XML. Any, because the types of lxml do not know what an XPath gives."""
    return etree.fromstring(xml)


@pytest.mark.parametrize("edition", [1, 2])
def test_feed_names_every_article_newest_first_with_title_and_time(outlets: tuple[Outlet, ...], edition: int) -> None:
    for outlet in outlets:
        pub = Publication(outlet, "http://127.0.0.99:8080", edition)
        named = []
        for language in outlet.languages:
            parsed = feedparser.parse(feed(pub, language))
            assert not parsed.bozo, outlet.id
            articles = [article for article in pub.articles if article.language == language]
            assert [entry.link for entry in parsed.entries] == [pub.url(article.path) for article in articles]
            assert [entry.title for entry in parsed.entries] == [article.title for article in articles]
            for entry, article in zip(parsed.entries, articles, strict=True):
                # RSS 1.0 has one date, which feedparser calls the update
                at = entry.get("published_parsed") or entry.updated_parsed
                assert datetime.fromtimestamp(timegm(at), UTC) == article.published
            named += [entry.link for entry in parsed.entries]
        assert len(named) == len(pub.articles)


def test_edited_article_has_its_new_title_and_time_in_feed_and_sitemap(publish: Publish) -> None:
    first, second = publish("gulf-ledger", 1), publish("gulf-ledger", 2)
    (article,) = [article for article in first.articles if article.edit]
    assert article.edit
    before, after = (feed(pub, "en") for pub in (first, second))
    assert article.title.encode() in before
    assert b"atom:updated" not in before
    assert article.title.encode() not in after
    assert document(after).xpath("//item/a:updated/text()", namespaces=NAMES) == [article.edit.updated.isoformat()]
    (entry,) = [url for url in document(news_sitemap(second)).xpath("//s:url", namespaces=NAMES) if url[0].text == second.url(article.path)]
    assert entry.findtext("s:lastmod", namespaces=NAMES) == article.edit.updated.isoformat()
    assert entry.findtext(".//news:title", namespaces=NAMES) == article.edit.title
    assert entry.findtext(".//news:publication_date", namespaces=NAMES) == article.published.isoformat()
    assert entry.findtext(".//news:language", namespaces=NAMES) == "en"


@pytest.mark.parametrize(
    ("outlet_id", "path"), [("levant-wire", "//a:entry[a:published != a:updated]"), ("la-depeche-du-maghreb", "//dcterms:modified")]
)
def test_other_dialects_say_an_update_too(publish: Publish, outlet_id: str, path: str) -> None:
    outlet = publish(outlet_id, 1).outlet
    article = outlet.articles[0]
    edit = Edit(article.published + timedelta(days=1), "Something else", article.paragraphs)
    edited = replace(outlet, articles=(replace(article, edit=edit), *outlet.articles[1:]))
    for edition in (1, 2):
        pub = Publication(edited, "http://127.0.0.99:8080", edition)
        assert len(document(feed(pub, article.language)).xpath(path, namespaces=NAMES)) == edition - 1


def test_sitemap_lists_what_the_feed_lists(publish: Publish) -> None:
    pub = publish("gulf-ledger", 2)
    assert document(news_sitemap(pub)).xpath("//s:loc/text()", namespaces=NAMES) == [pub.url(article.path) for article in pub.articles]


def test_blog_feed_carries_the_whole_text(publish: Publish) -> None:
    pub = publish("two-rivers-notes", 1)
    entries = feedparser.parse(feed(pub, "en")).entries
    for entry, article in zip(entries, pub.articles, strict=True):
        if article.paragraphs:
            assert entry.content[0].value.count("<p>") == len(article.paragraphs)
        else:
            assert "content" not in entry


def test_old_site_serves_its_feed_in_its_own_encoding(publish: Publish) -> None:
    made = feed(publish("sawt-al-furat", 1), "ar")
    assert made.startswith(b"<?xml version='1.0' encoding='windows-1256'?>")
    assert publish("sawt-al-furat", 1).articles[0].title.encode("windows-1256") in made


def test_robots_txt_says_what_the_outlet_wants(outlets: tuple[Outlet, ...]) -> None:
    for outlet in outlets:
        pub = Publication(outlet, "http://127.0.0.99:8080", 2)
        rules = Protego.parse(robots(pub).decode())
        assert rules.crawl_delay("DragomanTest") == outlet.crawl_delay_seconds
        assert list(rules.sitemaps) == ([pub.url("/news-sitemap.xml")] if outlet.news_sitemap else [])
        for article in pub.articles:
            assert rules.can_fetch(pub.url(article.path), "DragomanTest") is (article.kind != "disallowed")


def test_one_outlet_asks_for_a_pause_of_a_fifth_of_a_second(outlets: tuple[Outlet, ...]) -> None:
    assert {outlet.crawl_delay_seconds for outlet in outlets} == {None, 0.2}


def test_validators_change_with_the_edition_where_the_content_does(outlets: tuple[Outlet, ...]) -> None:
    for outlet in outlets:
        first, second = (Publication(outlet, "http://127.0.0.99:8080", edition) for edition in (1, 2))
        grows = len(second.articles) > len(first.articles)
        path = outlet.feed_path
        assert (resources(first)[path].etag != resources(second)[path].etag) is grows, outlet.id
        assert (resources(first)[path].last_modified < resources(second)[path].last_modified) is grows, outlet.id
        assert resources(first)["/robots.txt"].etag == resources(second)["/robots.txt"].etag

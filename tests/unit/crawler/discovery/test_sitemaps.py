"""Sitemaps of every kind give their pages or their children, or one reason."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest

from crawler.discovery import ChildSitemap, DiscoveryConfig, ParsedSitemap
from crawler.discovery.sitemaps import parse_sitemap
from crawler.errors import FeedError

URL = "https://qarnabad-post.example/sitemap.xml"
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def sitemap(text: str, **kwargs: object) -> ParsedSitemap:
    return parse_sitemap(text.encode(), URL, "application/xml", NOW, **kwargs)  # type: ignore[arg-type]


def test_news_sitemap_gives_title_date_and_language() -> None:
    parsed = sitemap(
        f"""<?xml version="1.0"?><urlset {NS} xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
        xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
        <url><loc>https://qarnabad-post.example/a</loc><image:image><image:loc>https://img.example/i.jpg</image:loc></image:image>
        <news:news><news:publication><news:name>Post</news:name><news:language>ar</news:language></news:publication>
        <news:publication_date>2025-06-10T04:00:00+03:00</news:publication_date><news:title>إعادة فتح الميناء</news:title></news:news>
        <lastmod>2025-06-11</lastmod></url></urlset>"""
    )
    (item,) = parsed.items
    assert parsed.kind == "news"
    assert parsed.candidates == (item.candidate,)
    assert item.candidate.url == "https://qarnabad-post.example/a"
    assert item.candidate.title == "إعادة فتح الميناء"
    assert item.candidate.language == "ar"
    assert item.candidate.published_at == datetime(2025, 6, 10, 1, tzinfo=UTC)
    assert item.updated_at == datetime(2025, 6, 11, tzinfo=UTC)
    assert parsed.skipped == ()


def test_undeclared_news_prefix_is_understood() -> None:
    parsed = sitemap("<urlset><url><loc>/a</loc><news:news><news:title>T</news:title></news:news></url></urlset>")
    assert (parsed.kind, parsed.items[0].candidate.title) == ("news", "T")


def test_plain_sitemap_gives_addresses_and_changes() -> None:
    parsed = sitemap(f"<urlset {NS}><url><loc> /a </loc><lastmod>2025-06-10</lastmod></url><url><loc>/b</loc></url></urlset>")
    assert parsed.kind == "urlset"
    assert [item.updated_at for item in parsed.items] == [datetime(2025, 6, 10, tzinfo=UTC), None]
    assert [item.candidate.published_at for item in parsed.items] == [None, None]


def test_index_gives_children() -> None:
    parsed = sitemap(
        f"""<sitemapindex {NS}><sitemap><loc>https://qarnabad-post.example/2025.xml.gz</loc><lastmod>2025-06-10</lastmod></sitemap>
        <sitemap><loc>/2024.xml</loc></sitemap><sitemap><loc>ftp://x.example/</loc></sitemap></sitemapindex>"""
    )
    assert parsed.kind == "index"
    assert parsed.children == (
        ChildSitemap("https://qarnabad-post.example/2025.xml.gz", datetime(2025, 6, 10, tzinfo=UTC)),
        ChildSitemap("https://qarnabad-post.example/2024.xml"),
    )
    assert parsed.skipped == ("entry 3: no link to a page",)


def test_gzipped_sitemap_is_unpacked() -> None:
    assert parse_sitemap(gzip.compress(f"<urlset {NS}><url><loc>/a</loc></url></urlset>".encode()), URL, "", NOW).items


def test_list_of_addresses_is_a_sitemap() -> None:
    parsed = sitemap("\ufeffhttps://x.example/1\n\nhttps://x.example/2\nnonsense:\nhttps://x.example/1\nhttps://x.example/3\n")
    assert parsed.kind == "text"
    assert [candidate.url[-1] for candidate in parsed.candidates] == ["1", "2", "3"]
    assert parsed.skipped == ("line 3 is no address", "entry 4: the same address again")


def test_utf_16_sitemap_is_read() -> None:
    assert parse_sitemap("<urlset><url><loc>/a</loc></url></urlset>".encode("utf-16"), URL, "", NOW).items


def test_bad_date_is_named() -> None:
    parsed = sitemap(f"<urlset {NS}><url><loc>/a</loc><lastmod>later</lastmod></url></urlset>")
    assert parsed.items[0].updated_at is None
    assert parsed.skipped == ("entry 1: the date 'later' is not understood",)


def test_entry_without_address_is_named() -> None:
    parsed = sitemap(f"<urlset {NS}><url><lastmod>2025-06-10</lastmod></url><url><loc>/b</loc></url></urlset>")
    assert [candidate.url for candidate in parsed.candidates] == ["https://qarnabad-post.example/b"]
    assert parsed.skipped == ("entry 1: no link to a page",)


def test_newest_are_kept_of_too_many() -> None:
    urls = "".join(f"<url><loc>/{day}</loc><lastmod>2025-06-{day:02d}</lastmod></url>" for day in (3, 9, 1))
    parsed = sitemap(f"<urlset {NS}>{urls}</urlset>", config=DiscoveryConfig(max_items=2))
    assert [candidate.url[-1] for candidate in parsed.candidates] == ["3", "9"]
    assert parsed.skipped == ("the oldest 1 of 3 addresses",)


@pytest.mark.parametrize(
    "text",
    [
        f"<urlset {NS}>" + "<url><loc>/{}</loc></url>" * 5 + "</urlset>",
        f"<sitemapindex {NS}>" + "<sitemap><loc>/{}</loc></sitemap>" * 5 + "</sitemapindex>",
        "https://x.example/{}\n" * 5,
    ],
)
def test_entries_beyond_reason_are_not_looked_at(text: str) -> None:
    parsed = sitemap(text.format(*"abcde"), config=DiscoveryConfig(max_examined=3))
    assert len(parsed.items) + len(parsed.children) == 3
    assert parsed.skipped == ("everything after entry 3",)


def test_long_list_of_addresses_is_cut() -> None:
    parsed = sitemap("".join(f"https://x.example/{number}\n" for number in range(5)), config=DiscoveryConfig(max_items=2))
    assert len(parsed.items) == 2
    assert parsed.skipped == ("all but the first 2 of 5 addresses",)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b"hello", "not a sitemap"),
        (b"<html></html>", "an HTML page"),
        (b"<rss><channel/></rss>", "a feed, not a sitemap"),
        (b"<opml/>", "other XML"),
        (b"\x1f\x8b\x08garbage", "cannot be unpacked"),
    ],
)
def test_bytes_that_are_no_sitemap_are_refused(body: bytes, reason: str) -> None:
    with pytest.raises(FeedError, match=reason):
        parse_sitemap(body, URL, "", NOW)


XHTML = 'xmlns:xhtml="http://www.w3.org/1999/xhtml"'


def test_other_editions_of_an_entry_are_entries_with_their_language() -> None:
    parsed = sitemap(
        f"""<urlset {NS} {XHTML}><url><loc>https://qarnabad-post.example/ar/1</loc>
        <xhtml:link rel="alternate" hreflang="ar" href="https://qarnabad-post.example/ar/1"/>
        <xhtml:link rel="alternate" hreflang="en-GB" href="https://en.qarnabad-post.example/1"/>
        <xhtml:link rel="alternate" hreflang="fr" href="https://qarnabad-post.example/fr/1"/>
        <xhtml:link rel="alternate" hreflang="x-default" href="https://qarnabad-post.example/"/>
        <xhtml:link rel="alternate" hreflang="tr" href="https://elsewhere.example/1"/>
        <xhtml:link rel="amphtml" hreflang="fa" href="https://qarnabad-post.example/fa/1"/></url>
        <url><loc>https://qarnabad-post.example/fr/1</loc><lastmod>2025-06-10</lastmod></url></urlset>"""
    )
    assert [(candidate.url, candidate.language) for candidate in parsed.candidates] == [
        ("https://qarnabad-post.example/ar/1", "ar"),
        ("https://en.qarnabad-post.example/1", "en"),
        ("https://qarnabad-post.example/fr/1", None),
    ]
    assert parsed.skipped == ()


def test_news_sitemap_keeps_the_date_as_written() -> None:
    parsed = sitemap(
        "<urlset><url><loc>/a</loc><news:news><news:publication_date>10 Juin 2025</news:publication_date></news:news></url></urlset>"
    )
    assert parsed.items[0].published_text == "10 Juin 2025"
    assert parsed.items[0].candidate.published_at == datetime(2025, 6, 10, tzinfo=UTC)


def test_images_and_videos_of_an_entry_are_not_read() -> None:
    parsed = sitemap(
        f"""<urlset {NS} xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"
        xmlns:video="http://www.google.com/schemas/sitemap-video/1.1"><url><image:image><image:loc>https://img.example/i.jpg</image:loc>
        <image:title>Caption</image:title></image:image><video:video><video:title>Clip</video:title></video:video><loc>/a</loc></url></urlset>"""
    )
    (candidate,) = parsed.candidates
    assert (candidate.url, candidate.title) == ("https://qarnabad-post.example/a", None)


def test_broken_sitemap_gives_what_is_left_and_counts_the_rest() -> None:
    parsed = sitemap("<urlset><url><loc>/a</loc></url><url><loc>/b</loc></url><url><loc>/c<")
    assert [candidate.url[-1] for candidate in parsed.candidates][:2] == ["a", "b"]
    nested = sitemap("<urlset><url><loc>/a</loc><url><loc>/b</loc></url></urlset>")
    assert nested.skipped == ("about 1 entries that broken XML hides",)
    index = sitemap("<sitemapindex><sitemap><loc>/a</loc><sitemap><loc>/b</loc></sitemap></sitemapindex>")
    assert index.skipped == ("about 1 entries that broken XML hides",)


def test_backfill_may_ask_for_all_addresses() -> None:
    urls = "".join(f"<url><loc>/{number}</loc></url>" for number in range(3_000))
    assert len(sitemap(f"<urlset {NS}>{urls}</urlset>").items) == 2_000
    assert len(sitemap(f"<urlset {NS}>{urls}</urlset>", config=DiscoveryConfig(max_items=50_000)).items) == 3_000

"""A home page and a robots.txt say where a site names its articles."""

from __future__ import annotations

import pytest

from crawler.discovery import Alternate
from crawler.discovery.sites import WELL_KNOWN_FEEDS, WELL_KNOWN_SITEMAPS, FoundFeed, SitePlaces, read_home_page, sitemaps_in_robots
from crawler.errors import FeedError

SITE = "https://qarnabad-post.example"


def home(head: str = "", body: str = "", lang: str = "ar") -> SitePlaces:
    return read_home_page(f'<!doctype html><html lang="{lang}"><head>{head}</head><body>{body}</body></html>'.encode(), f"{SITE}/")


def test_declared_feeds_come_first_and_comments_are_left_out() -> None:
    places = home(
        """<link rel="alternate" type="application/rss+xml" title="جريدة  قرنباد" href="/feed/">
        <link rel="alternate" type="application/rss+xml" title="Qarnabad » Comments Feed" href="/comments/feed/">
        <link rel="alternate" type="application/rss+xml" href="/?feed=comments-rss2">
        <link rel="ALTERNATE" type="application/atom+xml; charset=utf-8" hreflang="en-GB" href="https://feeds.elsewhere.example/qarnabad">
        <link rel="alternate" type="application/feed+json" href="/feed.json">
        <link rel="alternate" type="application/json" href="/feed2.json">
        <link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/2"><link rel="alternate" hreflang="en" href="/en/">
        <link rel="stylesheet" type="application/rss+xml" href="/no"><link rel="alternate" type="application/rss+xml" href="mailto:x">""",
        """<a href="/feed/#again">RSS</a> <a title="Politics" href="/rss/politics.xml">x</a> <a href="/rss">All feeds</a>
        <a href="/politics?feed=rss2">P</a> <a href="https://other.example/rss.xml">Other</a> <a href="/feeding-the-fish/">Fish</a>
        <a href="/atom.xml" hreflang="fr">A</a> <a href="/a?b=1">x</a>""",
    )
    assert places.feeds == (
        FoundFeed(f"{SITE}/feed/", "جريدة قرنباد"),
        FoundFeed("https://feeds.elsewhere.example/qarnabad", None, "en"),
        FoundFeed(f"{SITE}/feed.json"),
        FoundFeed(f"{SITE}/feed2.json"),
        FoundFeed(f"{SITE}/rss/politics.xml", "Politics"),
        FoundFeed(f"{SITE}/rss", "All feeds"),
        FoundFeed(f"{SITE}/politics?feed=rss2", "P"),
        FoundFeed(f"{SITE}/atom.xml", "A", "fr"),
    )
    assert places.language == "ar"
    assert places.alternates == (Alternate(f"{SITE}/en/", "en"),)


@pytest.mark.parametrize(
    "path",
    [
        "/rss",
        "/rss/",
        "/ar/rss.xml",
        "/feed",
        "/feeds/",
        "/rss2.php",
        "/atom",
        "/x.rss",
        "/rss-politics.xml",
        "/news_feed.xml",
        "/Feed.JSON",
    ],
)
def test_link_that_looks_like_a_feed_is_one(path: str) -> None:
    assert [feed.url for feed in home(body=f'<a href="{path}">x</a>').feeds] == [SITE + path]


@pytest.mark.parametrize(
    "path", ["/feedback", "/rssi.html", "/atoms", "/post/comments/feed/", "/sitemap.xml", "/anatomy.xml", "/2026/feed-the-fish"]
)
def test_link_that_does_not_is_none(path: str) -> None:
    assert home(body=f'<a href="{path}">x</a>').feeds == ()


def test_sitemaps_are_found() -> None:
    places = home(
        '<link rel="sitemap" href="https://cdn.elsewhere.example/map">',
        '<a href="/sitemap.xml">Map</a><a href="/en/news-sitemap-2026.xml.gz">N</a><a href="/sitemap">Human</a>'
        '<a href="//other.example/sitemap.xml">O</a>',
    )
    assert places.sitemaps == ("https://cdn.elsewhere.example/map", f"{SITE}/sitemap.xml", f"{SITE}/en/news-sitemap-2026.xml.gz")


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (
            '<title>Home | x</title><meta name="application-name" content="App"><meta property="og:site_name" content=" Qarnabad  Post ">',
            "Qarnabad Post",
        ),
        ('<meta name="Application-Name" content="App">', "App"),
        ("<title>Qarnabad Post - News of the harbour</title>", "Qarnabad Post"),
        ("<title>جريدة قرنباد | أخبار الميناء</title>", "جريدة قرنباد"),
        ("<title>Al-Qarnabad &amp; Sons</title>", "Al-Qarnabad & Sons"),
        ("<title>  </title>", None),
        ("", None),
    ],
)
def test_name_of_the_site_is_what_it_calls_itself(head: str, name: str | None) -> None:
    assert home(head).name == name


def test_feeds_are_limited() -> None:
    assert len(home(body="".join(f'<a href="/{number}/rss.xml">x</a>' for number in range(300))).feeds) == 100


def test_bytes_that_are_no_page_are_refused() -> None:
    with pytest.raises(FeedError):
        read_home_page(b"", SITE)


def test_robots_txt_names_sitemaps() -> None:
    body = (
        "\ufeffUser-agent: *\nDisallow: /x\nSitemap: https://a.example/s1.xml\r\n  sitemap : https://a.example/s2.xml # the second\r"
        "SITEMAP:https://a.example/s1.xml\nSitemap: /relative.xml\nSitemap:\n# Sitemap: https://a.example/no.xml\nSitemap: ftp://a.example/no.xml\n"
    )
    assert sitemaps_in_robots(body.encode()) == ("https://a.example/s1.xml", "https://a.example/s2.xml")
    assert sitemaps_in_robots(body.encode(), "https://a.example/robots.txt")[2] == "https://a.example/relative.xml"


def test_robots_txt_is_read_as_far_as_the_standard_asks() -> None:
    assert sitemaps_in_robots(b"#" * 512_000 + b"\nSitemap: https://a.example/s.xml") == ()
    assert len(sitemaps_in_robots(b"".join(b"Sitemap: https://a.example/%d.xml\n" % number for number in range(500)))) == 100


def test_well_known_places_are_paths_each_once() -> None:
    for places in (WELL_KNOWN_FEEDS, WELL_KNOWN_SITEMAPS):
        assert len(set(places)) == len(places)
        assert all(place.startswith("/") for place in places)


def test_link_with_more_parameters_than_any_feed_has_is_none() -> None:
    assert home(body=f'<a href="/a?feed=rss2&{"&".join(["a=1"] * 60)}">x</a>').feeds == ()

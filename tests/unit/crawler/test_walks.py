"""What of a channel's answer a crawl for the news follows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from crawler.catalog import Feed, Section, Source, SourceKind
from crawler.discovery import ChildSitemap, FeedItem, ParsedFeed, ParsedSection, ParsedSitemap
from crawler.records import Candidate
from crawler.walks import Channel, NewsConfig, NewsWalk, recent
from storage.records import ChannelKind

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SOURCE = Source(
    id="tigris-post",
    name="Tigris Post",
    homepage="https://tigris.example/",
    country="IQ",
    languages=("en",),
    kind=SourceKind.NEWSPAPER,
    feeds=(Feed(url="https://tigris.example/rss", language="en"),),
    sitemaps=("https://tigris.example/sitemap.xml",),
    sections=(Section(url="https://tigris.example/politics/", language="ar", pages=3),),
)
SITEMAP = Channel("https://tigris.example/sitemap.xml", ChannelKind.SITEMAP)
SECTION = Channel("https://tigris.example/politics/", ChannelKind.SECTION, "ar")


def item(name: str, days_old: float | None = None) -> FeedItem:
    return FeedItem(Candidate(f"https://tigris.example/{name}", SITEMAP.url), None if days_old is None else NOON - timedelta(days=days_old))


def test_walk_begins_at_feeds_sitemaps_and_sections() -> None:
    assert [(channel.url, channel.kind) for channel in NewsWalk(SOURCE).start] == [
        ("https://tigris.example/rss", ChannelKind.FEED),
        (SITEMAP.url, ChannelKind.SITEMAP),
        (SECTION.url, ChannelKind.SECTION),
    ]


def test_feed_is_taken_whole() -> None:
    named = NewsWalk(SOURCE).feed(NewsWalk(SOURCE).start[0], ParsedFeed("rss", items=(item("a"), item("b", 900)), skipped=("item 3",)))
    assert (len(named.items), named.children, named.skipped) == (2, (), ("item 3",))


def test_newest_children_of_an_index_are_followed() -> None:
    children = tuple(ChildSitemap(f"https://tigris.example/{days}.xml", NOON - timedelta(days=days)) for days in (5, 1, 9, 2))
    walk = NewsWalk(SOURCE, NewsConfig(max_children=3))
    named = walk.sitemap(SITEMAP, ParsedSitemap("index", children=(*children, ChildSitemap("https://tigris.example/undated.xml"))))
    assert [(child.url.rsplit("/", 1)[1], child.depth) for child in named.children] == [("1.xml", 1), ("2.xml", 1), ("5.xml", 1)]


def test_indexes_are_not_followed_for_ever() -> None:
    deep = Channel(SITEMAP.url, ChannelKind.SITEMAP, depth=2)
    assert NewsWalk(SOURCE).sitemap(deep, ParsedSitemap("index", children=(ChildSitemap(SITEMAP.url),))).children == ()


def test_old_entries_of_a_sitemap_are_left_to_a_backfill() -> None:
    kept = recent((item("new", 0), item("week", 6.9), item("old", 8), item("undated")))
    assert [entry.candidate.url.rsplit("/", 1)[1] for entry in kept] == ["new", "week", "undated"]
    assert recent((item("a"), item("b"))) == (item("a"), item("b"))


def test_next_pages_of_a_section_are_followed_as_far_as_the_catalog_says() -> None:
    walk, urls, channel = NewsWalk(SOURCE), [], SECTION
    while True:
        named = walk.section(channel, ParsedSection((item("a"),), next_url=f"{SECTION.url}?page={channel.depth + 2}"))
        if not named.children:
            break
        (channel,) = named.children
        urls.append((channel.url, channel.language, channel.kind))
    assert urls == [(f"{SECTION.url}?page={number}", "ar", ChannelKind.SECTION) for number in (2, 3)]

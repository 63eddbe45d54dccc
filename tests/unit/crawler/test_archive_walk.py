from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from crawler.archive_walk import ArchiveWalk, PastConfig, Reach, archive_pages, first_channels, in_words, robots_index
from crawler.catalog import Source
from crawler.discovery import ChildSitemap, FeedItem, ParsedFeed, ParsedSection, ParsedSitemap
from crawler.records import Candidate
from crawler.walks import Channel
from storage.records import ChannelKind

HOME = "https://tigris.example"
MARCH = Reach(datetime(2024, 3, 1, tzinfo=UTC), datetime(2024, 4, 1, tzinfo=UTC))


def source(**changes: Any) -> Source:
    fixed = {"id": "tigris", "name": "Tigris", "homepage": f"{HOME}/en/", "country": "IQ", "languages": ["en"], "kind": "newspaper"}
    return Source.model_validate(fixed | {"enabled": False} | changes)


def item(path: str, published_at: datetime | None = None, updated_at: datetime | None = None) -> FeedItem:
    return FeedItem(Candidate(HOME + path, HOME, published_at=published_at), updated_at)


def walk(*start: Channel, **changes: Any) -> ArchiveWalk:
    return ArchiveWalk(start, MARCH, past=PastConfig(**changes))


INDEX = Channel(f"{HOME}/index.xml", ChannelKind.SITEMAP)
LIST = Channel(f"{HOME}/news/", ChannelKind.SECTION, "en")


def test_index_leads_to_the_sitemaps_that_can_hold_the_range_newest_first() -> None:
    names = {
        "/sitemap-2024-02.xml": None,  # its last day is within the margin
        "/sitemap-2024-03.xml": None,
        "/sitemap-2024-04.xml": None,  # its first day is
        "/sitemap-2024-05.xml": None,
        "/sitemap-2024-01.xml": None,
        "/sitemap-7.xml": None,
        "/sitemap-8.xml": datetime(2024, 2, 28, tzinfo=UTC),
        "/sitemap-9.xml": datetime(2024, 2, 29, tzinfo=UTC),
    }
    made = walk(INDEX)
    named = made.sitemap(INDEX, ParsedSitemap("index", children=tuple(ChildSitemap(HOME + path, at) for path, at in names.items())))
    assert [child.url.removeprefix(HOME) for child in named.children] == [
        "/sitemap-2024-04.xml",
        "/sitemap-2024-03.xml",
        "/sitemap-9.xml",
        "/sitemap-2024-02.xml",
        "/sitemap-7.xml",
    ]
    assert {(child.kind, child.depth) for child in named.children} == {(ChannelKind.SITEMAP, 1)}
    assert named.left_out == (
        "sitemaps dated after the range: 1, sitemaps dated before the range: 1, sitemaps last changed before the range: 1"
    )


def test_each_sitemap_is_read_once_and_circles_end() -> None:
    made = ArchiveWalk([INDEX], MARCH, seen=[f"{HOME}/read-by-an-earlier-call.xml"])
    children = tuple(ChildSitemap(HOME + path) for path in ("/a.xml", "/index.xml", "/a.xml", "/read-by-an-earlier-call.xml"))
    named = made.sitemap(INDEX, ParsedSitemap("index", children=children))
    assert [child.url for child in named.children] == [f"{HOME}/a.xml"]
    assert made.sitemap(named.children[0], ParsedSitemap("index", children=children)).children == ()
    deep = Channel(f"{HOME}/deep.xml", ChannelKind.SITEMAP, depth=5)
    assert made.sitemap(deep, ParsedSitemap("index", children=(ChildSitemap(f"{HOME}/b.xml"),))).left_out == "sitemaps nested too deep: 1"


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (item("/a", datetime(2024, 3, 1, tzinfo=UTC)), None),
        (item("/a", datetime(2024, 2, 29, 23, 59, tzinfo=UTC)), "dated before the range"),
        (item("/a", datetime(2024, 4, 1, tzinfo=UTC)), "dated after the range"),
        (item("/2024/05/05/a", datetime(2024, 3, 1, tzinfo=UTC)), None),
        (item("/2024/03/15/a"), None),
        (item("/2024/02/29/a"), None),
        (item("/2024/02/28/a"), "dated before the range"),
        (item("/2024/04/01/a"), None),
        (item("/2024/04/02/a"), "dated after the range"),
        (item("/2024/03/15/a", updated_at=datetime(2023, 1, 1, tzinfo=UTC)), "last changed before the range"),
        (item("/a", updated_at=datetime(2024, 2, 28, 23, tzinfo=UTC)), "last changed before the range"),
        (item("/a", updated_at=datetime(2024, 2, 29, tzinfo=UTC)), None),
        (item("/a", updated_at=datetime(2025, 2, 28, tzinfo=UTC)), None),
        (item("/a"), None),
    ],
)
def test_page_is_left_out_only_when_it_cannot_be_of_the_range(item: FeedItem, reason: str | None) -> None:
    assert MARCH.item_misses(item) == reason


def test_sitemap_gives_the_pages_of_the_range_newest_first_and_counts_the_others() -> None:
    made = walk(INDEX)
    items = (item("/b"), item("/2024/03/02/c"), item("/2019/01/01/d"), item("/2024/03/20/e"), item("/2026/01/01/f"))
    named = made.sitemap(INDEX, ParsedSitemap("urlset", items, (), ("entry 7: no link to a page",)))
    assert [found.candidate.url.rpartition("/")[2] for found in named.items] == ["e", "c", "b"]
    assert named.skipped == ("entry 7: no link to a page",)
    assert named.left_out == in_words(made.left_out) == "pages dated after the range: 1, pages dated before the range: 1"
    assert made.named == 3
    assert made.feed(INDEX, ParsedFeed("rss", items=items)).items == named.items
    assert made.left_out.total() == 4
    assert made.config.max_items == 50_000


def test_list_is_walked_until_most_of_a_page_is_older_than_the_range() -> None:
    made = walk(LIST)
    newer = made.section(LIST, ParsedSection((item("/2024/06/01/a"), item("/2024/02/01/picked-by-hand")), f"{HOME}/news/2"))
    (second,) = newer.children
    assert (second.url, second.kind, second.depth, second.language) == (f"{HOME}/news/2", ChannelKind.SECTION, 1, "en")
    assert newer.items == ()
    of_range = made.section(second, ParsedSection((item("/2024/03/05/a"), item("/2024/02/01/b")), f"{HOME}/news/3"))
    assert [found.candidate.url for found in of_range.items] == [f"{HOME}/2024/03/05/a"]
    older = (item("/2024/02/01/b"), item("/2024/01/31/c"), item("/2024/06/02/most-read"), item("/undated"))
    end = made.section(of_range.children[0], ParsedSection(older, f"{HOME}/news/4"))
    assert end.children == ()
    assert "pages of lists before the range: 1" in end.left_out
    assert [found.candidate.url for found in end.items] == [f"{HOME}/undated"]


def test_list_without_dates_without_end_or_in_a_circle_is_bounded() -> None:
    made = walk(LIST, max_undated_pages=2, max_section_pages=3)
    (second,) = made.section(LIST, ParsedSection((item("/a"),), f"{HOME}/news/2")).children
    assert made.section(second, ParsedSection((item("/b"),), f"{HOME}/news/3")).left_out == "pages of lists after page 2: 1"
    assert made.section(LIST, ParsedSection((item("/a"),), f"{HOME}/news/2")).children == ()
    dated = (item("", datetime(2024, 5, 1, tzinfo=UTC)),)
    (third,) = made.section(second, ParsedSection(dated, f"{HOME}/news/3")).children
    assert made.section(third, ParsedSection(dated, f"{HOME}/news/4")).left_out == (
        "pages dated after the range: 1, pages of lists after page 3: 1"
    )


def test_pages_of_a_dated_archive_are_followed_to_their_bound_whatever_they_name() -> None:
    day = Channel(f"{HOME}/2024/03/05/", ChannelKind.ARCHIVE)
    made = walk(day, max_archive_pages=2)
    old = (item("/2019/01/01/from-the-vault"),)
    (second,) = made.section(day, ParsedSection(old, f"{HOME}/2024/03/05/page/2")).children
    assert (second.kind, second.depth) == (ChannelKind.ARCHIVE, 1)
    assert "further pages of a dated archive: 1" in made.section(second, ParsedSection(old, f"{HOME}/2024/03/05/page/3")).left_out
    assert made.section(second, ParsedSection(old)).children == ()


def test_template_gives_each_day_month_or_year_of_the_range_newest_first() -> None:
    reach = Reach(datetime(2023, 12, 30, 21, tzinfo=UTC), datetime(2024, 1, 2, 21, tzinfo=UTC), "Asia/Baghdad")
    days = [url for _, url in archive_pages("https://x.example/{yyyy}/{mm}/{dd}/?m={m}-{d}", reach)]
    assert days == [
        "https://x.example/2024/01/02/?m=1-2",
        "https://x.example/2024/01/01/?m=1-1",
        "https://x.example/2023/12/31/?m=12-31",
    ]
    assert archive_pages("https://x.example/{yyyy}-{m}", reach) == [
        (date(2024, 1, 1), "https://x.example/2024-1"),
        (date(2023, 12, 1), "https://x.example/2023-12"),
    ]
    assert [url for _, url in archive_pages("https://x.example/{yyyy}", reach)] == ["https://x.example/2024", "https://x.example/2023"]
    ancient = Reach(datetime(1900, 1, 1, tzinfo=UTC), datetime(1991, 1, 1, tzinfo=UTC))
    assert [url for _, url in archive_pages("https://x.example/{yyyy}", ancient)] == ["https://x.example/1990"]


def test_walk_begins_at_sitemaps_then_archives_newest_first_then_sections() -> None:
    reach = Reach(datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 3, 1, tzinfo=UTC))
    made = source(
        sitemaps=[f"{HOME}/map.xml"],
        archives=[f"{HOME}/en/{{yyyy}}/{{mm}}/", f"{HOME}/ar/{{yyyy}}/{{mm}}/"],
        sections=[{"url": f"{HOME}/news/", "language": "ar"}],
    )
    assert [(channel.url.removeprefix(HOME), channel.kind.value, channel.guessed) for channel in first_channels(made, reach)] == [
        ("/map.xml", "sitemap", False),
        ("/en/2024/02/", "archive", False),
        ("/ar/2024/02/", "archive", False),
        ("/en/2024/01/", "archive", False),
        ("/ar/2024/01/", "archive", False),
        ("/news/", "section", False),
    ]
    guessed = first_channels(source(), reach)
    assert guessed[0] == Channel(f"{HOME}/robots.txt", ChannelKind.SITEMAP, guessed=True)
    assert f"{HOME}/sitemap.xml" in {channel.url for channel in guessed}
    assert all(channel.guessed for channel in guessed)


def test_robots_txt_is_an_index_of_the_sitemaps_it_names() -> None:
    body = b"User-agent: *\nDisallow: /admin\nSitemap: https://tigris.example/a.xml\nsitemap: https://tigris.example/b.xml.gz\n"
    read = robots_index(body, f"{HOME}/robots.txt")
    assert (read.kind, [child.url for child in read.children]) == ("index", [f"{HOME}/a.xml", f"{HOME}/b.xml.gz"])

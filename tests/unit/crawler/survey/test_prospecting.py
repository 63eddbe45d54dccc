"""Which of the places that a site names are worth reading."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crawler.survey.probing import ProbeStatus, Reading
from crawler.survey.prospecting import Find, choose, is_comment_address
from storage.records import ChannelKind

NOW = datetime(2026, 10, 20, 12, tzinfo=UTC)
HOME = "https://tigris.example"


def links(*numbers: int) -> frozenset[str]:
    return frozenset(f"{HOME}/{number}" for number in numbers)


def feed(path: str, *numbers: int, status: ProbeStatus = ProbeStatus.OK, **facts: Any) -> Find:
    reading = Reading("rss", len(numbers), len(numbers), NOW, NOW - timedelta(days=1), links=links(*numbers), **facts)
    return Find(
        HOME + path, ChannelKind.FEED, "named by the home page", status, str(status) if status is not ProbeStatus.OK else "", reading
    )


def sitemap(path: str, *numbers: int, form: str = "urlset", dated: bool = True, children: int = 0) -> Find:
    newest = NOW if dated else None
    reading = Reading(form, len(numbers), len(numbers) if dated else 0, newest, newest, links=links(*numbers), children=children)
    return Find(HOME + path, ChannelKind.SITEMAP, "named by robots.txt", ProbeStatus.OK, "", reading)


def kept(*finds: Find) -> list[str]:
    return [find.address.removeprefix(HOME) for find in choose(finds).kept]


def reasons(*finds: Find) -> dict[str, str]:
    return {find.url.removeprefix(HOME): reason for find, reason in choose(finds).dropped}


@pytest.mark.parametrize(
    ("url", "comment"),
    [
        ("https://tigris.example/comments/feed/", True),
        ("https://tigris.example/?feed=comments-rss2", True),
        ("https://tigris.example/feed/comments.xml", True),
        ("https://tigris.example/comment/rss", False),
        ("https://comments.example/rss", False),
        ("https://tigris.example/feed", False),
    ],
)
def test_feed_of_comments_is_known_by_its_address(url: str, comment: bool) -> None:
    assert is_comment_address(url) is comment


def test_feed_of_comments_is_known_by_its_title() -> None:
    found = feed("/f2", 1, 2, title="Comments on: Tigris Post")
    assert kept(feed("/f1", 3, 4), found) == ["/f1"]
    assert reasons(feed("/f1", 3, 4), found) == {"/f2": "readers' comments"}


def test_feed_that_names_the_same_articles_is_dropped() -> None:
    rss, atom, politics = feed("/rss", *range(10)), feed("/atom", *range(1, 10)), feed("/politics", *range(5, 15))
    assert kept(rss, atom, politics) == ["/rss", "/politics"]
    assert reasons(rss, atom) == {"/atom": f"the same as {HOME}/rss"}


def test_feeds_without_comparable_links_are_told_apart_by_their_address() -> None:
    one = Find(f"{HOME}/a", ChannelKind.FEED, "", ProbeStatus.OK, "", Reading("rss", 1))
    assert kept(one, Find(f"{HOME}/b", ChannelKind.FEED, "", ProbeStatus.OK, "", Reading("rss", 1))) == ["/a", "/b"]
    assert kept(one, Find(f"{HOME}/old", ChannelKind.FEED, "", ProbeStatus.MOVED, "", Reading("rss", 1), f"{HOME}/a")) == ["/a"]


def test_what_cannot_be_read_or_is_empty_is_dropped_with_its_reason() -> None:
    dead = Find(f"{HOME}/dead", ChannelKind.FEED, "", ProbeStatus.DEAD, "HTTP 404 Not Found")
    empty = Find(f"{HOME}/empty", ChannelKind.FEED, "", ProbeStatus.EMPTY, "", Reading("rss"))
    broken = Find(f"{HOME}/broken", ChannelKind.SITEMAP, "", ProbeStatus.DEAD, "its newest sitemap: gone", Reading("index", 4))
    assert choose([dead, empty, broken]).kept == ()
    assert reasons(dead, empty, broken) == {
        "/dead": "HTTP 404 Not Found",
        "/empty": "it names no article",
        "/broken": "its newest sitemap: gone",
    }


def test_stale_feed_is_dropped_only_beside_a_fresh_one() -> None:
    stale, fresh = feed("/old", 1, status=ProbeStatus.STALE), feed("/new", 2)
    assert kept(stale, fresh) == ["/new"]
    alone = choose([stale])
    assert [find.url for find in alone.kept] == [f"{HOME}/old"]
    assert alone.stale


def test_moved_feed_is_taken_at_its_new_address() -> None:
    found = Find(f"{HOME}/rss", ChannelKind.FEED, "", ProbeStatus.MOVED, "", Reading("rss", 1, links=links(1)), f"{HOME}/feed")
    assert kept(found) == ["/feed"]


def test_sitemaps_for_news_come_before_all_others() -> None:
    found = [sitemap("/pages.xml", 1), sitemap("/index.xml", 2, children=3), sitemap("/news.xml", 3, form="news")]
    assert kept(*found) == ["/news.xml"]
    assert kept(*found[:2]) == ["/index.xml", "/pages.xml"]


def test_index_is_preferred_to_the_child_that_it_names() -> None:
    assert kept(sitemap("/posts.xml", 1, 2), sitemap("/index.xml", 1, 2, children=3)) == ["/index.xml"]


def test_sitemap_without_dates_is_the_last_resort() -> None:
    undated = sitemap("/sitemap.xml", 1, 2, dated=False)
    assert kept(undated) == ["/sitemap.xml"]
    assert kept(feed("/rss", 5), undated) == ["/rss"]
    assert kept(sitemap("/dated.xml", 6), undated) == ["/dated.xml"]


def test_feed_for_every_tag_is_cut_short() -> None:
    found = [feed(f"/tag/{number}", number) for number in range(20)]
    assert len(kept(*found)) == 12
    assert reasons(*found)["/tag/19"] == "there are 12 others"

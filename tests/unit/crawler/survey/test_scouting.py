"""What is asked of a site to find its feeds, and in which order."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import pytest

from crawler.discovery.sites import WELL_KNOWN_FEEDS, WELL_KNOWN_SITEMAPS
from crawler.pool import WorkerPool
from crawler.survey.probing import ProbeStatus, Reply
from crawler.survey.scouting import ScoutConfig, ScoutErrand
from storage.records import Outcome

NOW = datetime.now(UTC)
HOME = "https://tigris.example/"
PAGE = b'<!doctype html><html lang="ar"><head><title>Tigris Post</title>%s</head><body><p>News</p></body></html>'
GONE = Reply("", "", Outcome.GONE, "HTTP 404 Not Found")


class SamePool(WorkerPool):
    """Run what is asked for here and now."""

    async def run(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        await asyncio.sleep(0)
        return function(*args, **kwargs)


def rss(*links: str) -> bytes:
    items = "".join(f"<item><title>T</title><link>{link}</link><pubDate>{format_datetime(NOW)}</pubDate></item>" for link in links)
    return f"<rss><channel>{items}</channel></rss>".encode()


def urlset(news: bool = False) -> bytes:
    note = b"<n:news><n:title>T</n:title></n:news>" if news else b""
    return b'<urlset xmlns:n="urn:n"><url><loc>/1</loc>%s</url></urlset>' % note


def scout(url: str, site: dict[str, bytes | Reply], config: ScoutConfig = ScoutConfig()) -> tuple[ScoutErrand, list[str]]:  # noqa: B008
    """Let an errand ask a site that is a dictionary of paths, several requests at a time."""
    errand = ScoutErrand(url, SamePool(), config=config)
    asked: list[str] = []

    async def run() -> None:
        waiting = deque(errand.first())
        while waiting:
            batch = [waiting.popleft() for _ in range(min(4, len(waiting)))]
            paths = [ask.url.removeprefix("https://tigris.example") for ask in batch]
            asked.extend(paths)
            answers = [site.get(path, GONE) for path in paths]
            replies = [
                Reply(ask.url, ask.url, body=answer) if isinstance(answer, bytes) else answer
                for ask, answer in zip(batch, answers, strict=True)
            ]
            for more in await asyncio.gather(*(errand.answered(ask, reply) for ask, reply in zip(batch, replies, strict=True))):
                waiting.extend(more)

    asyncio.run(run())
    return errand, asked


def found(errand: ScoutErrand) -> dict[str, tuple[ProbeStatus, str]]:
    return {find.url.removeprefix("https://tigris.example"): (find.status, find.found) for find in errand.finds(NOW)}


def test_named_feeds_are_asked_and_nothing_is_guessed_beside_them() -> None:
    head = b"".join(b'<link rel=alternate type="application/rss+xml" href="/%s">' % name for name in (b"a.rss", b"feed/comments.xml"))
    errand, asked = scout(
        HOME,
        {"/": PAGE % head, "/robots.txt": b"Sitemap: https://tigris.example/map.xml", "/a.rss": rss("/1"), "/map.xml": urlset()},
    )
    assert asked == ["/", "/robots.txt", "/a.rss", "/map.xml"]
    assert found(errand) == {
        "/a.rss": (ProbeStatus.OK, "named by the home page"),
        "/map.xml": (ProbeStatus.OK, "named by robots.txt"),
        "/feed/comments.xml": (ProbeStatus.EMPTY, "named by the home page"),
    }
    assert (errand.site.name, errand.site.language) == ("Tigris Post", "ar")


def test_well_known_paths_are_tried_until_something_good_is_there() -> None:
    errand, asked = scout(HOME, {"/": PAGE % b"", "/rss": rss("/1"), "/sitemap.xml": urlset(), "/sitemap-news.xml": urlset(news=True)})
    feeds = [path for path in asked if path in WELL_KNOWN_FEEDS]
    maps = [path for path in asked if path in WELL_KNOWN_SITEMAPS]
    assert feeds == list(WELL_KNOWN_FEEDS[: WELL_KNOWN_FEEDS.index("/rss") + 1])
    assert maps == list(WELL_KNOWN_SITEMAPS[: WELL_KNOWN_SITEMAPS.index("/sitemap-news.xml") + 1])
    assert set(found(errand)) == {"/rss", "/sitemap.xml", "/sitemap-news.xml"}, "a guess that led nowhere is no place"
    assert len(asked) == len(set(asked))


def test_everything_is_guessed_where_a_site_names_only_what_is_broken() -> None:
    head = b'<link rel=alternate type="application/rss+xml" href="/broken.rss">'
    errand, asked = scout(HOME, {"/": PAGE % head, "/broken.rss": b"<html>oops</html>"})
    assert found(errand) == {"/broken.rss": (ProbeStatus.DEAD, "named by the home page")}
    assert {*WELL_KNOWN_FEEDS, *WELL_KNOWN_SITEMAPS} <= set(asked)
    assert errand.refusal == ""


def test_feed_may_be_given_in_place_of_the_home_page() -> None:
    head = b'<link rel=alternate type="application/rss+xml" href="/other.rss">'
    errand, asked = scout(HOME + "given.rss", {"/": PAGE % head, "/given.rss": rss("/1"), "/other.rss": rss("/2")})
    assert asked[:2] == ["/given.rss", "/"]
    assert found(errand)["/given.rss"] == (ProbeStatus.OK, "given")
    assert "/other.rss" in found(errand)
    assert errand.site.homepage == HOME


@pytest.mark.parametrize("answer", [Reply("", "", Outcome.BLOCKED, "HTTP 403 Forbidden"), b"%PDF-1.7 no page"])
def test_given_feed_is_enough_when_its_home_page_cannot_be_read(answer: bytes | Reply) -> None:
    errand, _ = scout(HOME + "given.rss", {"/": answer, "/given.rss": rss("/1")})
    assert errand.refusal == ""
    assert "/given.rss" in found(errand)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Reply("", "", Outcome.BLOCKED, "HTTP 403 Forbidden"), "it does not let itself be read: HTTP 403 Forbidden"),
        (Reply("", "", Outcome.ROBOTS_DENIED, "forbidden by robots.txt"), "it does not let itself be read: forbidden by robots.txt"),
        (Reply("", "", Outcome.NETWORK_ERROR, "the host name cannot be resolved"), "it cannot be read: the host name cannot be resolved"),
        (b"\x00\x01\x02", "its home page cannot be read"),
    ],
)
def test_home_page_that_cannot_be_read_ends_it(answer: bytes | Reply, words: str) -> None:
    errand, asked = scout(HOME, {"/": answer})
    assert words in errand.refusal
    assert asked == ["/"]


def test_site_with_a_feed_for_every_tag_is_not_troubled_with_all_of_them() -> None:
    head = b"".join(b'<link rel=alternate type="application/rss+xml" href="/tag/%d.rss">' % number for number in range(90))
    _, asked = scout(HOME, {"/": PAGE % head}, ScoutConfig(max_feeds=5, max_sitemaps=3))
    assert sum(path.startswith("/tag/") for path in asked) == 5
    assert sum(path in WELL_KNOWN_SITEMAPS for path in asked) == 3

"""How a channel is: from what came of one request to one word with its reason."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crawler.catalog import Expected
from crawler.errors import FeedError
from crawler.pool import WorkerPool
from crawler.spiders.probe import moved_to
from crawler.survey.probing import ProbeStatus, Reading, Reply, Sounding, fresh_span, judge, read_channel
from storage.records import ChannelKind, Outcome

NOW = datetime(2026, 10, 20, 12, tzinfo=UTC)
URL = "https://tigris.example/rss"


class SamePool(WorkerPool):
    """Run what is asked for here and now."""

    async def run(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)


def rss(*items: tuple[str, str, str]) -> bytes:
    entries = "".join(f"<item><title>{title}</title><link>{link}</link><pubDate>{date}</pubDate></item>" for title, link, date in items)
    return f'<rss version="2.0"><channel><title>Tigris Post</title>{entries}</channel></rss>'.encode()


def urlset(**pages: str) -> bytes:
    return (
        b"<urlset>%s</urlset>"
        % "".join(f"<url><loc>https://tigris.example/{loc}</loc><lastmod>{date}</lastmod></url>" for loc, date in pages.items()).encode()
    )


def index(**children: str) -> bytes:
    return (
        b"<sitemapindex>%s</sitemapindex>"
        % "".join(
            f"<sitemap><loc>https://tigris.example/{loc}.xml</loc><lastmod>{date}</lastmod></sitemap>" for loc, date in children.items()
        ).encode()
    )


def answer(body: bytes = b"", **facts: Any) -> Reply:
    return Reply(URL, URL, body=body, **facts)


@pytest.mark.parametrize(
    ("outcome", "reason", "temporary", "status"),
    [
        (Outcome.BLOCKED, "HTTP 403 Forbidden", False, ProbeStatus.BLOCKED),
        (Outcome.BLOCKED, "tigris.example is left alone until …", True, ProbeStatus.BLOCKED),
        (Outcome.CONSENT_WALL, "asks for consent", False, ProbeStatus.BLOCKED),
        (Outcome.ROBOTS_DENIED, "forbidden by robots.txt", False, ProbeStatus.BLOCKED),
        (Outcome.ROBOTS_DENIED, "robots.txt cannot be read: HTTP 429", True, ProbeStatus.BLOCKED),
        (Outcome.ROBOTS_DENIED, "robots.txt cannot be read: the connection was refused", True, ProbeStatus.DEAD),
        (Outcome.GONE, "HTTP 404 Not Found", False, ProbeStatus.DEAD),
        (Outcome.HTTP_ERROR, "HTTP 500 Internal Server Error", False, ProbeStatus.DEAD),
        (Outcome.NETWORK_ERROR, "the host name cannot be resolved", False, ProbeStatus.DEAD),
        (Outcome.TIMEOUT, "no complete answer in time", False, ProbeStatus.DEAD),
        (Outcome.NOT_HTML, "a file of type video/mp4", False, ProbeStatus.DEAD),
        (Outcome.UNSAFE_URL, "a private address", False, ProbeStatus.DEAD),
        (Outcome.NO_TEXT, "an answer without content", False, ProbeStatus.EMPTY),
    ],
)
def test_request_without_a_readable_answer_keeps_its_reason(outcome: Outcome, reason: str, temporary: bool, status: ProbeStatus) -> None:
    assert judge(answer(outcome=outcome, reason=reason, temporary=temporary), None, "", NOW) == (status, reason)


@pytest.mark.parametrize(
    ("reading", "moved", "status", "words"),
    [
        (Reading("rss", 3, 3, NOW - timedelta(days=6)), None, ProbeStatus.OK, ""),
        (Reading("rss", 3), None, ProbeStatus.OK, ""),
        (Reading("index", children=2, next_sitemap="https://tigris.example/1.xml"), None, ProbeStatus.OK, ""),
        (Reading("rss"), None, ProbeStatus.EMPTY, "it names no article"),
        (Reading("rss", 3, 3, NOW - timedelta(days=30)), None, ProbeStatus.STALE, "its newest article is 30 days old"),
        (Reading("rss", 3), "https://new.example/rss", ProbeStatus.MOVED, "moved for good to https://new.example/rss"),
        (Reading("rss"), "https://new.example/rss", ProbeStatus.EMPTY, "it names no article; moved for good to https://new.example/rss"),
        (None, "https://new.example/", ProbeStatus.DEAD, "not readable: an HTML page; moved for good to https://new.example/"),
        (None, None, ProbeStatus.DEAD, "not readable: an HTML page"),
    ],
)
def test_answer_is_judged_by_what_it_holds(reading: Reading | None, moved: str | None, status: ProbeStatus, words: str) -> None:
    assert judge(answer(moved_to=moved), reading, "" if reading else "an HTML page", NOW) == (status, words)


@pytest.mark.parametrize(
    ("expected", "days"),
    [
        (None, 7),
        (Expected(low=20, high=100), 7),
        (Expected(low=1, high=5), 10),
        (Expected(low=0, high=5), 20),
        (Expected(low=0, high=1), 100),
        (Expected(low=0, high=300), 7),
    ],
)
def test_silence_is_measured_by_what_is_usual(expected: Expected | None, days: float) -> None:
    assert fresh_span(expected) / timedelta(days=1) == pytest.approx(days)


def test_feed_is_read_with_dates_language_and_the_hour_it_lives_by() -> None:
    body = rss(
        ("البرلمان العراقي يناقش قانون الموازنة الجديد", "https://tigris.example/1?utm_source=rss", "Mon, 19 Oct 2026 10:00:00 +0300"),
        ("وزير الخارجية يزور دمشق لبحث العلاقات الثنائية", "https://tigris.example/2", "Sat, 17 Oct 2026 10:00:00 +0300"),
        ("بيان", "https://tigris.example/3", "no date at all"),
    )
    reading = read_channel(ChannelKind.FEED, body, URL, "application/rss+xml", NOW, None)
    assert (reading.form, reading.items, reading.dated, reading.title, reading.language) == ("rss", 3, 2, "Tigris Post", "ar")
    assert reading.newest_at == datetime(2026, 10, 19, 7, tzinfo=UTC)
    assert reading.per_day == pytest.approx(0.5)
    assert reading.offset_minutes == 180
    assert "https://tigris.example/1" in reading.links


def test_rate_needs_two_different_dates() -> None:
    assert Reading("rss", 2, 1, NOW, NOW).per_day is None
    assert Reading("rss", 2, 2, NOW, NOW).per_day is None


def test_newest_child_of_an_index_is_followed() -> None:
    reading = read_channel(ChannelKind.SITEMAP, index(old="2020-01-01", new="2026-10-20", undated=""), URL, "", NOW, None)
    assert (reading.form, reading.children, reading.next_sitemap) == ("index", 3, "https://tigris.example/new.xml")


def test_page_is_no_feed() -> None:
    with pytest.raises(FeedError):
        read_channel(ChannelKind.FEED, b"<html><body>moved</body></html>", URL, "text/html", NOW, None)


def sound(kind: ChannelKind, *replies: Reply) -> tuple[Sounding, list[str | None]]:
    sounding = Sounding(URL, kind)
    pool = SamePool()

    async def take_all() -> list[str | None]:
        return [await sounding.take(reply, pool, NOW) for reply in replies]

    return sounding, asyncio.run(take_all())


def test_index_is_what_its_newest_child_is() -> None:
    sounding, asked = sound(
        ChannelKind.SITEMAP, answer(index(a="2026-10-01", b="2026-10-20")), answer(urlset(one="2026-10-19", two="2026-10-01"))
    )
    assert asked == ["https://tigris.example/b.xml", None]
    assert sounding.judged(NOW) == (ProbeStatus.OK, "")
    assert sounding.reading is not None
    assert (sounding.reading.items, sounding.reading.children, sounding.reading.form) == (2, 2, "index")


def test_index_whose_child_is_gone_is_dead_and_says_which() -> None:
    child = Reply("https://tigris.example/b.xml", "https://tigris.example/b.xml", Outcome.GONE, "HTTP 404 Not Found")
    sounding, _ = sound(ChannelKind.SITEMAP, answer(index(b="2026-10-20")), child)
    status, reason = sounding.judged(NOW)
    assert status is ProbeStatus.DEAD
    assert reason == "its newest sitemap https://tigris.example/b.xml: HTTP 404 Not Found"


def test_index_whose_child_is_no_sitemap_is_dead() -> None:
    sounding, _ = sound(ChannelKind.SITEMAP, answer(index(b="2026-10-20")), answer(b"<html></html>"))
    assert sounding.judged(NOW)[0] is ProbeStatus.DEAD


def test_indexes_without_end_are_followed_twice() -> None:
    sounding, asked = sound(ChannelKind.SITEMAP, *[answer(index(deeper="2026-10-20"))] * 3)
    assert asked[-1] is None
    assert asked[:-1] == ["https://tigris.example/deeper.xml"] * 2
    assert sounding.judged(NOW)[0] is ProbeStatus.EMPTY


def test_broken_feed_and_unasked_feed_are_dead() -> None:
    sounding, asked = sound(ChannelKind.FEED, answer(b"not a feed"))
    assert asked == [None]
    assert sounding.judged(NOW)[0] is ProbeStatus.DEAD
    assert Sounding(URL, ChannelKind.FEED).judged(NOW) == (ProbeStatus.DEAD, "it was not asked")


@pytest.mark.parametrize(
    ("urls", "reasons", "place"),
    [
        (["a"], [], None),
        (["a", "b"], [301], "b"),
        (["a", "b"], [302], None),
        (["a", "b", "c"], [308, 301], "c"),
        (["a", "b", "c"], [301, 302], "b"),
        (["a", "b", "c"], [302, 301], None),
        (["a", "b"], ["meta refresh"], None),
    ],
)
def test_only_permanent_redirects_move_a_feed(urls: list[str], reasons: list[object], place: str | None) -> None:
    assert moved_to(urls, reasons) == place

"""Whatever bytes a server sends for a feed or a sitemap, the answer is a record or a FeedError, and the records hold what they promise."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.discovery import ParsedFeed, ParsedSitemap
from crawler.discovery.feed_dates import read_date
from crawler.discovery.feeds import parse_feed
from crawler.discovery.scraps import plain_text
from crawler.discovery.sitemaps import parse_sitemap
from crawler.errors import FeedError

NOW = datetime(2026, 3, 1, tzinfo=UTC)
URL = "https://qarnabad-post.example/feed"

SEEDS = [
    """<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Post</title>
    <item><title><![CDATA[خبر <b>عاجل</b>]]></title><link>/a?x=1&amp;y=2</link><guid isPermaLink="true">http://x.example/1</guid>
    <pubDate>Tue, 10 Jun 2025 04:00:00 +0300</pubDate><description>&lt;p&gt;Café&#150;&lt;/p&gt;</description></item>
    <item><title>B</title><link>/b</link><dc:date>2025-06-10</dc:date></item></channel></rss>""".encode(),
    b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:base="/x/"><entry><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">A
    </div></title><link href="e"/><updated>2025-06-10T10:00:00Z</updated><summary>S</summary></entry></feed>""",
    b"""{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "url": "/1", "date_published": "2025-06-10"}]}""",
    b"""<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url>
    <loc>/a</loc><news:news><news:title>T</news:title><news:publication_date>2025-06-10</news:publication_date></news:news></url></urlset>""",
    b"""<sitemapindex><sitemap><loc>/1.xml</loc><lastmod>2025-06-10</lastmod></sitemap></sitemapindex>""",
]
SPANNERS = st.sampled_from(
    [
        b"&#x110000;",
        b"<![CDATA[",
        b"]]>",
        b"<",
        b"&",
        b"\x00",
        b"</item>",
        b"<item>",
        b"\xff\xfe",
        b'xml:base="//["',
        b"http://[",
        b"<p>",
        b"{",
    ]
)
EDITS = st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 30), st.one_of(SPANNERS, st.binary(max_size=8))), max_size=8)


def mutate(seed: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    for position, length, replacement in edits:
        start = position % (len(seed) + 1)
        seed = seed[:start] + replacement + seed[start + length :]
    return seed


def check(parse: Callable[..., ParsedFeed | ParsedSitemap], body: bytes) -> None:
    try:
        parsed = parse(body, URL, "application/xml", NOW)
    except FeedError:
        return
    addresses = [candidate.url for candidate in parsed.candidates]
    assert len(set(addresses)) == len(addresses)
    for item in parsed.items:
        assert urlsplit(item.candidate.url).scheme in {"http", "https"}
        item.candidate.url.encode()
        for at in (item.candidate.published_at, item.updated_at):
            assert at is None or (at.utcoffset() == timedelta(0) and at.year >= 1990 and at <= NOW + timedelta(hours=48))
        for text in (item.candidate.title, item.candidate.summary):
            assert text is None or (text == " ".join(text.split()) and len(text) <= 2000)
            (text or "").encode()


@pytest.mark.parametrize("parse", [parse_feed, parse_sitemap])
@given(body=st.binary(max_size=300))
def test_arbitrary_bytes_raise_nothing_but_feed_error(parse: Callable[..., ParsedFeed | ParsedSitemap], body: bytes) -> None:
    check(parse, body)


@pytest.mark.parametrize("parse", [parse_feed, parse_sitemap])
@given(seed=st.sampled_from(SEEDS), edits=EDITS)
def test_damaged_feeds_raise_nothing_but_feed_error(
    parse: Callable[..., ParsedFeed | ParsedSitemap], seed: bytes, edits: list[tuple[int, int, bytes]]
) -> None:
    check(parse, mutate(seed, edits))


@given(st.text(max_size=80))
def test_any_text_as_a_date_gives_an_instant_or_a_reason(raw: str) -> None:
    at, reason = read_date(raw, NOW)
    assert not (at and reason)
    assert at is None or at.utcoffset() == timedelta(0)


@given(st.datetimes(min_value=datetime(1991, 1, 1), max_value=datetime(2026, 2, 1)), st.integers(-14 * 60, 14 * 60))  # noqa: DTZ001
def test_iso_dates_come_back(naive: datetime, offset_minutes: int) -> None:
    sign, size = ("-" if offset_minutes < 0 else "+"), abs(offset_minutes)
    raw = f"{naive.replace(microsecond=0).isoformat()}{sign}{size // 60:02d}:{size % 60:02d}"
    assert read_date(raw, NOW) == (datetime.fromisoformat(raw).astimezone(UTC), "")


@given(st.text(alphabet=st.sampled_from("ab <>/&;!-\"'=x#1p\u0000\u200c"), max_size=200))
def test_plain_text_is_one_line(markup: str) -> None:
    text = plain_text(markup, 50)
    assert text is None or (text == " ".join(text.split()) and 0 < len(text) <= 50)

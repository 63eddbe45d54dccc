"""Whatever bytes a server sends for a page, a robots.txt or an address, discovery answers soon, with records or a FeedError."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.discovery import DiscoveryConfig
from crawler.discovery.alternates import alternates_of
from crawler.discovery.dated_urls import date_in_url, span_in_url
from crawler.discovery.feeds import parse_feed
from crawler.discovery.link_shapes import link_shape
from crawler.discovery.scraps import plain_paragraphs
from crawler.discovery.sections import parse_section
from crawler.discovery.sitemaps import parse_sitemap
from crawler.discovery.sites import read_home_page, sitemaps_in_robots
from crawler.errors import FeedError
from crawler.urls import same_site

NOW = datetime(2026, 3, 1, tzinfo=UTC)
URL = "https://qarnabad-post.example/ar/"
SEED = """<!doctype html><html lang="ar"><head><meta charset="utf-8"><base href="/ar/"><title>قرنباد</title>
<link rel="alternate" hreflang="en" href="/en/"><link rel="next" href="?page=2">
<link rel="alternate" type="application/rss+xml" href="/feed">
</head><body><nav class="menu"><a href="/">x</a></nav><main><article class="card">
<h2><a href="/2026/02/03/harbour-opens-again-now">فتح الميناء
القديم أمام السفن اليوم</a></h2><time datetime="2026-02-03T10:00:00Z">3</time></article>
<li><a href="news/12345" lang="fa"><img alt="بندر"></a>
</main><footer><a href="/rss.xml">RSS</a></footer></body></html>""".encode()
SPANNERS = st.sampled_from(
    [
        b"<",
        b">",
        b'"',
        b"&#0;",
        b"&#xD800;",
        b"\x00",
        b"\xff",
        b"</a>",
        b"<a href='//['>",
        b"<base href='http://['>",
        b"<h2>",
        b"<!--",
        b"<svg>",
    ]
)
EDITS = st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 40), st.one_of(SPANNERS, st.binary(max_size=8))), max_size=8)


def mutate(seed: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    for position, length, replacement in edits:
        start = position % (len(seed) + 1)
        seed = seed[:start] + replacement + seed[start + length :]
    return seed


def check(body: bytes) -> None:
    alternates = alternates_of(body, URL)
    assert all(same_site(found.url, URL) and found.language for found in alternates)
    try:
        section = parse_section(body, URL, now=NOW)
        places = read_home_page(body, URL)
    except FeedError:
        return
    addresses = [item.candidate.url for item in section.items]
    assert len(set(addresses)) == len(addresses)
    for item in section.items:
        assert urlsplit(item.candidate.url).scheme in {"http", "https"}
        assert same_site(item.candidate.url, URL)
        at = item.candidate.published_at
        assert at is None or (at.utcoffset() == timedelta(0) and at.year >= 1990 and at <= NOW + timedelta(hours=48))
        for text in (item.candidate.title, item.published_text):
            assert text is None or text == " ".join(text.split())
            (text or "").encode()
    assert section.next_url is None or (same_site(section.next_url, URL) and section.next_url != URL)
    assert all(urlsplit(feed.url).hostname for feed in places.feeds)
    (places.name or "").encode()


@given(body=st.binary(max_size=300))
def test_arbitrary_bytes_raise_nothing_but_feed_error(body: bytes) -> None:
    check(body)
    check(b"<html><body>" + body)
    sitemaps_in_robots(body)


@given(edits=EDITS)
def test_damaged_pages_raise_nothing_but_feed_error(edits: list[tuple[int, int, bytes]]) -> None:
    check(mutate(SEED, edits))


ADDRESSES = st.lists(
    st.sampled_from(
        ["2024", "05", "12", "20240512", "may", "/", "-", "_", ".", "?", "&", "m=", "yyyy=", "sitemap", ".xml", "99999", "٢٠", "%D9", "["]
    ),
    max_size=12,
).map("".join)


@given(st.one_of(ADDRESSES, st.text(max_size=40)))
def test_spans_of_any_address_are_spans(path: str) -> None:
    url = f"https://qarnabad-post.example/{path}"
    span, day = span_in_url(url, today=NOW.date()), date_in_url(url, today=NOW.date())
    assert span is None or date(1990, 1, 1) <= span[0] <= span[1] <= date(2027, 12, 31)
    assert day is None or (span is not None and span[0] == day)
    assert link_shape(url).depth >= 0


@given(
    st.dates(min_value=date(1990, 1, 1), max_value=date(2027, 12, 31)),
    st.sampled_from(["%Y/%m/%d/", "s-%Y-%m-%d.xml", "%Y%m%d.xml", "?date=%Y-%m-%d"]),
)
def test_every_day_is_found_as_it_is_written(day: date, form: str) -> None:
    assert date_in_url(f"https://qarnabad-post.example/{day.strftime(form)}", today=NOW.date()) == day


@given(st.text(alphabet=st.sampled_from("ab <>/&;!-\"'=pbr\n\x00\u200c"), max_size=200))
def test_paragraphs_are_lines_between_blank_lines(markup: str) -> None:
    text = plain_paragraphs(markup, 60)
    assert text is None or (0 < len(text) <= 60 and all(line == " ".join(line.split()) for line in text.split("\n\n")))


@pytest.mark.parametrize(
    "page",
    [
        b"<div>" * 2_000 + b"<a href='/2026/02/03/x-y-z-w'>t</a>",
        b"<a href='/n/1'>" * 15_000,
        b"<h2><a href='/n/1'><b>" * 7_000,
        b"<li><time>" * 15_000,
        b"<a href='/" + b"1/" * 200_000 + b"'>x</a>",
        b"<a href='/" + b"a-" * 200_000 + b"'>x</a>",
        b"<a href='?" + b"page=1&" * 200_000 + b"'>x</a>",
        b"<p class='" + b"a-B" * 100_000 + b"'><a href='/n/12345'>x</a>",
        b"<link rel=alternate hreflang=en href=/x>" * 15_000,
        b"<a href='/news/12345'>" + b"word " * 200_000 + b"</a>",
        b"<html><body>" + b"<a href='https://a%d.example/x'>x</a>" * 7_000,
    ],
)
def test_hostile_page_is_answered_in_time(page: bytes) -> None:
    started = time.process_time()
    for read in (lambda: parse_section(page, URL, now=NOW), lambda: read_home_page(page, URL), lambda: alternates_of(page, URL)):
        try:
            read()
        except FeedError:
            continue
    assert time.process_time() - started < 12


@pytest.mark.parametrize(
    "body",
    [
        b"<rss><channel><ttl>" + b"9" * 1_000_000 + b"</ttl><skipHours>" + b"<hour>1</hour>" * 200_000 + b"</skipHours></channel></rss>",
        b"<rss><channel><item><link>/a</link><content>" + b"&lt;p " * 200_000 + b"</content></item></channel></rss>",
        b"<rss><channel><item><link>/a</link><pubDate>" + b"10/" * 100_000 + b"</pubDate></item></channel></rss>",
        b"<rss><channel><item>" + b"<description>" * 5_000 + b"</item></channel></rss>",
        b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><link href='/a'/><content type='a/b'>"
        + b"QUFB" * 200_000
        + b"</content></entry></feed>",
        b"<urlset>" + b"<url><loc>/a</loc>" + b"<link rel='alternate' hreflang='en' href='/b'/>" * 100_000 + b"</url></urlset>",
        b"<?xml version='1.0' encoding='" + b"a" * 1_000_000,
        b"\x4c\x6f\xa7\x94" * 100_000,
    ],
)
def test_hostile_feed_is_answered_in_time(body: bytes) -> None:
    started = time.process_time()
    for parse in (parse_feed, parse_sitemap):
        try:
            parse(body, URL, "application/xml", NOW, None, DiscoveryConfig(max_items=50_000))
        except FeedError:
            continue
    assert time.process_time() - started < 12

"""Lists of subscriptions, as feed readers write them and as they should not."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from crawler.catalog import Feed, Source, SourceKind, load_catalog
from crawler.errors import FeedError
from crawler.survey.drafting import Given
from crawler.survey.opml import MAX_OUTLINES, Skipped, grouped, read_opml, sources_of, write_opml
from crawler.survey.source_files import Addresses

NOW = datetime(2026, 10, 20, 12, tzinfo=UTC)
NESTED = b"""\
<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0"><head><title>Mine & yours</title></head><body>
  <outline text="Iraq">
    <outline text="Newspapers">
      <outline type="rss" text="Tigris Post - Politics" xmlUrl="https://tigris.example/politics.rss" htmlUrl="https://tigris.example/"
               language="ar-IQ"/>
      <outline type="rss" text="Tigris Post - Sport" xmlUrl="https://tigris.example/sport.rss" htmlUrl="https://www.tigris.example/sport"/>
    </outline>
    <outline text="Zagros TV" XMLURL="https://feeds.feedburner.com/zagros" category="/Turkey,/Politics"/>
    <outline text="Marsh Agency" xmlurl="https://feeds.feedburner.com/marsh"/>
  </outline>
  <outline text="A page" type="link" url="https://tigris.example/about"/>
  <outline text="A file" xmlUrl="file:///etc/passwd"/>
  <outline text="Empty"/>
</body></opml>
"""


def sources(body: bytes, *known: Source, given: Given = Given()) -> tuple[list[Source], list[Skipped]]:  # noqa: B008 - frozen
    subscriptions, _ = read_opml(body)
    return sources_of(subscriptions, Addresses(known), [source.id for source in known], given, NOW)


def test_nested_list_gives_its_feeds_with_what_stands_above_them() -> None:
    subscriptions, skipped = read_opml(NESTED)
    assert [entry.feed for entry in subscriptions] == [
        "https://tigris.example/politics.rss",
        "https://tigris.example/sport.rss",
        "https://feeds.feedburner.com/zagros",
        "https://feeds.feedburner.com/marsh",
    ]
    first, _, zagros, marsh = subscriptions
    assert (first.folders, first.country, first.language) == (("Iraq", "Newspapers"), "IQ", "ar")
    assert (zagros.country, marsh.country, marsh.name) == ("TR", "IQ", "Marsh Agency")
    assert [(entry.entry, entry.reason) for entry in skipped] == [
        ("A page", "it names no feed"),
        ("A file", "file:///etc/passwd is not an http(s) address"),
        ("Empty", "it names no feed"),
    ]


def test_feeds_of_one_site_become_one_source() -> None:
    made, skipped = sources(NESTED)
    assert [(source.id, source.name, source.country, len(source.feeds)) for source in made] == [
        ("tigris", "Tigris Post", "IQ", 2),
        ("zagros-tv", "Zagros TV", "TR", 1),
        ("marsh-agency", "Marsh Agency", "IQ", 1),
    ]
    assert made[0].languages == ("ar",)
    assert skipped == []


def test_old_list_without_titles_is_named_by_its_hosts() -> None:
    body = b'<opml version="1.1"><body><outline xmlUrl="https://www.a.example/1"/><outline xmlUrl="https://a.example/2"/></body></opml>'
    (made,) = sources(body)[0]
    assert (made.name, made.homepage, len(made.feeds)) == ("a.example", "https://www.a.example/", 2)


def test_what_the_catalog_has_is_left_out_with_the_reason() -> None:
    known = Source(
        id="tigris-post",
        name="Tigris Post",
        homepage="https://tigris.example/",
        country="IQ",
        languages=("ar",),
        kind=SourceKind.NEWSPAPER,
        feeds=(Feed(url="http://tigris.example/sport.rss"), Feed(url="https://feeds.feedburner.com/marsh")),
    )
    made, skipped = sources(NESTED, known)
    assert [source.name for source in made] == ["Zagros TV"]
    assert [entry.reason for entry in skipped] == [
        "the catalog has this site, as tigris-post; add the feed there",
        "the catalog has this feed, in tigris-post",
        "the catalog has this feed, in tigris-post",
    ]


def test_feed_that_stands_twice_is_taken_once() -> None:
    body = b'<opml><body><outline xmlUrl="https://a.example/1"/><outline xmlUrl="http://a.example/1"/></body></opml>'
    made, skipped = sources(body)
    assert len(made[0].feeds) == 1
    assert [entry.reason for entry in skipped] == ["it stands in the list twice"]


def test_entry_that_makes_no_source_costs_only_itself() -> None:
    body = b"""<opml xmlns:d="urn:dragoman:opml"><body><outline text="A" xmlUrl="https://a.example/1" d:timeZone="Mars/Olympus" d:kind="x"/>
        <outline text="B" xmlUrl="https://b.example/1"/></body></opml>"""
    made, skipped = sources(body)
    assert [source.name for source in made] == ["B"]
    assert "not an IANA time zone" in skipped[0].reason


def test_options_fill_in_what_the_list_does_not_say() -> None:
    body = b'<opml><body><outline text="A" xmlUrl="https://a.example/1" htmlUrl="https://a.example/"/></body></opml>'
    (made,) = sources(body, given=Given(country="LB", languages=("fr", "ar"), kind=SourceKind.MAGAZINE))[0]
    assert (made.country, made.languages, made.kind, made.time_zone) == ("LB", ("fr", "ar"), SourceKind.MAGAZINE, "Asia/Beirut")


@pytest.mark.parametrize(
    "body",
    [b"", b"plain text", b"<html><body>no</body></html>", b'<rss version="2.0"/>', b"\x1f\x8bnot gzip", b"x" * (10 * 1024 * 1024 + 1)],
)
def test_what_is_not_opml_is_refused(body: bytes) -> None:
    with pytest.raises(FeedError):
        read_opml(body)


def test_entities_are_not_expanded_and_files_are_not_read() -> None:
    declared = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    body = f"""<!DOCTYPE opml [<!ENTITY l0 "lol">{declared}<!ENTITY file SYSTEM "file:///etc/passwd">]>
        <opml><body><outline text="&l11;&file;" xmlUrl="https://a.example/&l11;"/></body></opml>""".encode()
    started = time.process_time()
    (entry,), _ = read_opml(body)
    assert time.process_time() - started < 2
    assert entry.name == "&l11;&file;"
    assert "lollol" not in entry.feed
    assert "root:" not in entry.name


def test_broken_list_keeps_what_can_be_read_and_says_so() -> None:
    body = b'<opml><body><outline text="A & B" xmlUrl="https://a.example/1"/><outline text="C" xmlUrl="https://c.example/1">'
    subscriptions, skipped = read_opml(body)
    assert [entry.name for entry in subscriptions] == ["A & B", "C"]
    assert [entry.entry for entry in skipped] == ["the file"]


def test_deep_and_long_lists_end() -> None:
    deep = b"<opml><body>" + b'<outline text="x">' * 5000 + b"</outline>" * 5000 + b"</body></opml>"
    assert read_opml(deep)[0] == []
    entries = b"".join(b'<outline xmlUrl="https://a.example/%d"/>' % number for number in range(MAX_OUTLINES + 5))
    subscriptions, skipped = read_opml(b"<opml><body>" + entries + b"</body></opml>")
    assert len(subscriptions) == MAX_OUTLINES
    assert "more than 20,000 entries" in skipped[0].reason


def test_bundled_catalog_survives_the_way_there_and_back() -> None:
    before = [source for source in load_catalog() if source.enabled and source.feeds]
    body = write_opml(before, NOW)
    subscriptions, skipped = read_opml(body)
    assert skipped == []
    assert len(grouped(subscriptions)) == len(before)
    after, left_out = sources_of(subscriptions, Addresses(()), (), Given(), NOW)
    assert left_out == []

    def facts(source: Source) -> tuple[object, ...]:
        main = source.languages[0]
        feeds = {(feed.url, feed.language or main) for feed in source.feeds}
        return source.id, source.name, source.homepage, source.country, source.kind, source.time_zone, frozenset(feeds)

    assert {facts(source) for source in after} == {facts(source) for source in before}


def test_export_is_grouped_by_country_and_lists_no_source_without_feeds() -> None:
    common = {"homepage": "https://a.example/", "kind": SourceKind.WEBSITE, "languages": ("en",), "name": "A"}
    wide = Source(id="wide", country="XX", feeds=(Feed(url="https://a.example/x"),), **common)  # type: ignore[arg-type]
    iraqi = Source(id="iraqi", country="IQ", feeds=(Feed(url="https://a.example/i"),), **common)  # type: ignore[arg-type]
    mapped = Source(id="mapped", country="IQ", sitemaps=("https://a.example/m",), **common)  # type: ignore[arg-type]
    text = write_opml([wide, mapped, iraqi], NOW).decode()
    assert text.index('text="Iraq"') < text.index("https://a.example/i") < text.index('text="Pan-regional and international"')
    assert "mapped" not in text
    assert 'version="2.0"' in text

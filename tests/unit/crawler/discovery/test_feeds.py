"""Feeds of every kind and in every state give their candidates, or one reason."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime

import pytest

from crawler.discovery import DiscoveryConfig, ParsedFeed
from crawler.discovery.feeds import newest, parse_feed
from crawler.errors import FeedError

URL = "https://qarnabad-post.example/feeds/all.xml"
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
JUNE_10 = datetime(2025, 6, 10, 1, 0, tzinfo=UTC)


def feed(text: str, content_type: str = "", **kwargs: object) -> ParsedFeed:
    return parse_feed(text.encode(), URL, content_type, NOW, **kwargs)  # type: ignore[arg-type]


def rss(items: str, head: str = "", root: str = '<rss version="2.0">') -> str:
    return f'<?xml version="1.0"?>{root}<channel>{head}{items}</channel></rss>'


def test_rss_2_gives_all_that_it_says() -> None:
    parsed = feed(
        rss(
            """<item><title>Harbour of Qarnabad reopens</title><link>https://qarnabad-post.example/a?id=1&amp;p=2</link>
            <guid isPermaLink="false">17</guid><pubDate>Tue, 10 Jun 2025 04:00:00 +0300</pubDate>
            <description>&lt;p&gt;Ships are &lt;b&gt;back&lt;/b&gt;.&lt;/p&gt;</description></item>""",
            "<title>Qarnabad Post</title><language>en-GB</language>",
        )
    )
    (item,) = parsed.items
    assert (parsed.kind, parsed.title, parsed.language, parsed.skipped) == ("rss", "Qarnabad Post", "en", ())
    assert parsed.candidates == (item.candidate,)
    candidate = item.candidate
    assert candidate.url == "https://qarnabad-post.example/a?id=1&p=2"
    assert candidate.found_in == URL
    assert candidate.title == "Harbour of Qarnabad reopens"
    assert candidate.published_at == JUNE_10
    assert candidate.language == "en"
    assert candidate.summary == "Ships are back."
    assert item.updated_at is None


def test_rss_1_and_dublin_core_are_read() -> None:
    parsed = feed(
        """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
        xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">
        <channel rdf:about="https://qarnabad-post.example/"><title>Post</title><dc:language>fr</dc:language></channel>
        <item rdf:about="https://qarnabad-post.example/1"><title>Un</title><dc:date>2025-06-10T04:00:00+03:00</dc:date>
        <dcterms:modified>2025-06-11</dcterms:modified></item></rdf:RDF>"""
    )
    (item,) = parsed.items
    assert (parsed.kind, parsed.title) == ("rdf", "Post")
    assert item.candidate.url == "https://qarnabad-post.example/1"
    assert (item.candidate.published_at, item.candidate.language) == (JUNE_10, "fr")
    assert item.updated_at == datetime(2025, 6, 11, tzinfo=UTC)


def test_rss_0_90_is_read() -> None:
    parsed = feed(
        """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://my.netscape.com/rdf/simple/0.9/">
        <item><title>Old</title><link>https://qarnabad-post.example/old</link></item></rdf:RDF>"""
    )
    assert parsed.items[0].candidate.title == "Old"


def test_atom_keeps_published_and_updated_apart() -> None:
    parsed = feed(
        """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="tr" xml:base="/arsiv/"><title type="html">Haber &amp;amp; Yorum</title>
        <entry xml:base="2025/"><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Liman <i>yeniden</i> açıldı</div></title>
        <link rel="replies" href="yorum"/><link rel="alternate" type="application/json" href="a.json"/><link type="text/html" href="a"/>
        <id>tag:qarnabad,2025:1</id><published>2025-06-10T04:00:00+03:00</published><updated>2025-06-10T10:00:00Z</updated>
        <summary>Kısa</summary></entry>
        <entry><title>İki</title><link href="b"/><updated>2025-06-10T10:00:00Z</updated><content src="full"/></entry></feed>"""
    )
    first, second = parsed.items
    assert (parsed.kind, parsed.title, parsed.language) == ("atom", "Haber & Yorum", "tr")
    assert first.candidate.url == "https://qarnabad-post.example/arsiv/2025/a"
    assert first.candidate.title == "Liman yeniden açıldı"
    assert first.candidate.published_at == JUNE_10
    assert first.updated_at == datetime(2025, 6, 10, 10, 0, tzinfo=UTC)
    assert second.candidate.url == "https://qarnabad-post.example/arsiv/b"
    assert second.candidate.published_at is None
    assert second.updated_at == first.updated_at


def test_atom_0_3_and_its_old_names_are_read() -> None:
    parsed = feed(
        """<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><title>Old</title><id>https://qarnabad-post.example/o</id>
        <issued>2025-06-10T04:00:00+03:00</issued><modified>2025-06-11</modified></entry></feed>"""
    )
    assert parsed.items[0].candidate.url == "https://qarnabad-post.example/o"
    assert parsed.items[0].candidate.published_at == JUNE_10


def test_json_feed_is_read() -> None:
    data = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Qarnabad",
        "language": "he-IL",
        "items": [
            {"id": "1", "url": "/1", "title": "נמל", "date_published": "2025-06-10T04:00:00+03:00", "content_html": "<p>טקסט</p>"},
            {"id": "https://qarnabad-post.example/2", "date_modified": "2025-06-11", "title": 7, "language": "ar"},
            "not an item",
        ],
    }
    first, second = feed(json.dumps(data)).items
    assert first.candidate.url == "https://qarnabad-post.example/1"
    assert (first.candidate.published_at, first.candidate.language, first.candidate.summary) == (JUNE_10, "he", "טקסט")
    assert (second.candidate.title, second.candidate.language) == (None, "ar")
    assert second.updated_at == datetime(2025, 6, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("item", "url"),
    [
        ("<link>https://x.example/1</link><guid>https://x.example/guid</guid>", "https://x.example/1"),
        ("<guid>https://x.example/guid</guid>", "https://x.example/guid"),
        ('<guid isPermaLink="false">https://x.example/g</guid><link>\n /rel\n</link>', "https://qarnabad-post.example/rel"),
        ("<link><![CDATA[https://x.example/a b]]></link>", "https://x.example/a%20b"),
        ("<link>https://x.example/خبر</link>", "https://x.example/خبر"),
        ('<link xmlns="http://www.w3.org/2005/Atom" href="https://x.example/atom"/>', "https://x.example/atom"),
        (
            '<f:origLink xmlns:f="http://rssnamespace.org/feedburner/ext/1.0">https://x.example/real</f:origLink><link>https://p.example/</link>',
            "https://x.example/real",
        ),
        ("<link>javascript:alert(1)</link><guid>https://x.example/g</guid>", "https://x.example/g"),
        ("<link>https://[broken/</link><guid>https://x.example/g</guid>", "https://x.example/g"),
    ],
)
def test_link_is_found_where_it_is(item: str, url: str) -> None:
    assert feed(rss(f"<item>{item}</item>")).items[0].candidate.url == url


@pytest.mark.parametrize("item", ["", "<link/>", '<guid isPermaLink="false">https://x.example/</guid>', "<link>mailto:a@b.example</link>"])
def test_item_without_link_is_skipped_and_named(item: str) -> None:
    parsed = feed(rss(f"<item><title>T</title>{item}</item><item><link>/b</link></item>"))
    assert [candidate.url for candidate in parsed.candidates] == ["https://qarnabad-post.example/b"]
    assert parsed.skipped == ("item 1: no link to a page",)


def test_same_address_is_named_once() -> None:
    parsed = feed(rss("<item><link>/a</link></item><item><link>/a#top</link></item>"))
    assert len(parsed.items) == 1
    assert parsed.skipped == ("item 2: the same address again",)


def test_bad_date_costs_the_date_and_not_the_item() -> None:
    parsed = feed(rss("<item><link>/a</link><pubDate>soon</pubDate></item>"))
    assert parsed.items[0].candidate.published_at is None
    assert parsed.skipped == ("item 1: the date 'soon' is not understood",)


def test_date_without_zone_is_in_the_zone_of_the_source() -> None:
    parsed = feed(rss("<item><link>/a</link><pubDate>10 Jun 2025 04:00:00</pubDate></item>"), time_zone="Asia/Baghdad")
    assert parsed.items[0].candidate.published_at == JUNE_10


def test_words_of_other_vocabularies_are_not_taken_for_the_items_own() -> None:
    parsed = feed(
        rss(
            """<item xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd">
            <media:title>Caption</media:title><itunes:summary>Podcast</itunes:summary><link>/a</link><title>Headline</title></item>"""
        )
    )
    assert parsed.items[0].candidate.title == "Headline"
    assert parsed.items[0].candidate.summary is None


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("خبر <![CDATA[<b>عاجل</b> &amp; مهم]]>", "خبر عاجل & مهم"),
        ("Q&amp;amp;A", "Q&A"),
        ("Caf&eacute;&nbsp;central &bogus; AT&T", "Café central &bogus; AT&T"),
        ("5 &lt; 6 and 7 &gt; 3", "5 < 6 and 7 > 3"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;Calm&lt;style&gt;p{}", "Calm"),
        ("&lt;style&gt;p{}&lt;/style&gt;Calm &lt;script&gt;1&lt;/script&gt;seas", "Calm seas"),
        ("a&#x110000;b&#0;c&#150;d\x0be", "a\ufffdb\ufffdc–de"),
        ("می‌شود", "می‌شود"),
        ("one<br>two<br/>three<p>f<i>ou</i>r</p>five", "one two three four five"),
        ("x" * 2000, "x" * 999 + "…"),
        ("  ", None),
    ],
)
def test_title_is_one_line_of_text(title: str, expected: str | None) -> None:
    assert feed(rss(f"<item><link>/a</link><title>{title}</title></item>")).items[0].candidate.title == expected


def test_summary_is_cut() -> None:
    summary = feed(rss(f"<item><link>/a</link><description>{'word ' * 1000}</description></item>")).items[0].candidate.summary
    assert summary is not None
    assert len(summary) <= 2000
    assert summary.endswith("…")


@pytest.mark.parametrize(
    "text",
    [
        "\n\n<?xml version='1.0'?><rss><channel><item><link>/a</link></item></channel></rss>",
        "\ufeff<rss><channel><item><link>/a</link></item></channel></rss>",
        "<br /><b>Warning</b>: mysql is tired<?xml version='1.0'?><rss><channel><item><link>/a</link></item></channel></rss>",
        "<rss><channel><item><link>/a</link></item>",
        "<rss><channel><item><link>/a</link></item></rss>",
        "<rss><channel><item><dc:date>2025-06-10</dc:date><link>/a</link></item></channel></rss>",
        "<rss><channel><item><link>/a</link><title>x & y < z</title></item></channel></rss>",
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><item><link>/a</link><title>&x;</title></item></channel></rss>',
        "<RSS><Channel><Item><Link>/a</Link></Item></Channel></RSS>",
        "<rss><channel><item><link>/a</link><description><![CDATA[never closed</description></item></channel></rss>",
    ],
)
def test_ill_formed_feed_still_gives_its_item(text: str) -> None:
    assert [candidate.url for candidate in feed(text).candidates] == ["https://qarnabad-post.example/a"]


def test_undeclared_prefix_is_understood() -> None:
    parsed = feed("<rss><channel><item><dc:date>2025-06-10T01:00:00Z</dc:date><link>/a</link></item></channel></rss>")
    assert parsed.items[0].candidate.published_at == JUNE_10


def test_entities_of_a_dtd_are_not_expanded() -> None:
    bomb = '<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    parsed = feed(f"{bomb}<rss><channel><item><link>/a</link><title>&b;</title></item></channel></rss>")
    assert parsed.items[0].candidate.title == "&b;"


def test_items_that_lxml_loses_are_found_by_the_second_opinion() -> None:
    items = "".join(f"<item><title>T{n}</title><link>/{n}</link><pubDate>2025-06-10T01:00:00Z</pubDate><p></item>" for n in range(300))
    parsed = feed(rss(items))
    assert len(parsed.items) == 300
    assert parsed.items[299].candidate.url == "https://qarnabad-post.example/299"
    assert parsed.items[299].candidate.published_at == JUNE_10
    assert parsed.items[299].updated_at is None


def test_second_opinion_that_fails_leaves_the_first() -> None:
    stumbling_block = '<gml:pos xmlns:gml="http://www.opengis.net/gml">a b</gml:pos>'
    items = "".join(f"<item>{stumbling_block}<link>/{n}</link><p></item>" for n in range(300))
    parsed = feed(rss(items))
    assert 0 < len(parsed.items) < 300
    assert parsed.skipped[-1].endswith("items that broken XML hides")


def test_items_that_nobody_finds_are_counted() -> None:
    items = "".join(f"<item><title>T{n}</title><link>/{n}</link><p></item>" for n in range(2100))
    parsed = feed(rss(items))
    assert 0 < len(parsed.items) < 2100
    assert parsed.skipped[-1].endswith("items that broken XML hides")


def test_windows_1256_and_utf_16_are_read() -> None:
    text = rss("<item><link>/a</link><title>وزارة الهدوء في قرنباد تعلن إعادة فتح الميناء القديم أمام السفن</title></item>")
    arabic = parse_feed(text.replace('"1.0"', '"1.0" encoding="windows-1256"').encode("cp1256"), URL, "", NOW)
    wide = parse_feed(text.encode("utf-16"), URL, "application/rss+xml", NOW)
    assert arabic.items[0].candidate.title == wide.items[0].candidate.title
    assert (arabic.items[0].candidate.title or "").startswith("وزارة الهدوء")


def test_wrong_label_does_not_garble_arabic() -> None:
    text = rss("<item><link>/a</link><title>" + "وزارة الهدوء في قرنباد تعلن إعادة فتح الميناء القديم " * 5 + "</title></item>")
    parsed = parse_feed(text.encode("cp1256"), URL, "application/rss+xml; charset=utf-8", NOW)
    assert (parsed.items[0].candidate.title or "").startswith("وزارة الهدوء")


@pytest.mark.parametrize("charset", ["idna", "rot13", "no-such-thing", "utf-7"])
def test_odd_charset_does_no_harm(charset: str) -> None:
    assert feed(rss("<item><link>/a</link></item>"), f"text/xml; charset={charset}").items


def test_gzipped_file_is_unpacked() -> None:
    assert parse_feed(gzip.compress(rss("<item><link>/a</link></item>").encode()), URL, "", NOW).items


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b" \n ", "empty"),
        (b"just words", "no XML in it"),
        (b"\x00\x00\x00", "not XML"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "XML"),
        (b"<!DOCTYPE html><html><body><rss></rss></body></html>", "an HTML page"),
        (b"<html><body>Sorry</body></html>", "an HTML page"),
        (b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'></urlset>", "a sitemap, not a feed"),
        (b"<opml></opml>", "other XML"),
        (b'{"items": []}', "not a JSON Feed"),
        (b'{"version": "https://jsonfeed.org/version/1"}', "not a JSON Feed"),
        (b"{oops", "neither XML nor JSON"),
        (b'{"items":' + b"[" * 100_000, "neither XML nor JSON"),
        (b"\x1f\x8bnot gzip", "cannot be unpacked"),
        (gzip.compress(b"\0" * 20_000_000, mtime=0), "larger than"),
        (b"<rss>" + b" " * 10_500_000, "larger than"),
    ],
)
def test_bytes_that_are_no_feed_are_refused(body: bytes, reason: str) -> None:
    with pytest.raises(FeedError, match=reason):
        parse_feed(body, URL, "", NOW)


def test_empty_feed_is_a_feed() -> None:
    assert feed(rss("")).items == ()


def test_newest_items_are_kept_in_the_order_of_the_feed() -> None:
    days = [3, 9, 1, 7, 5]
    items = "".join(f"<item><link>/{day}</link><pubDate>2025-06-{day:02d}</pubDate></item>" for day in days)
    parsed = feed(rss(items), config=DiscoveryConfig(max_items=3))
    assert [candidate.url[-1] for candidate in parsed.candidates] == ["9", "7", "5"]
    assert parsed.skipped == ("the oldest 2 of 5 items",)


def test_items_beyond_reason_are_not_looked_at() -> None:
    items = "".join(f"<item><link>/{number}</link></item>" for number in range(9))
    parsed = feed(rss(items), config=DiscoveryConfig(max_examined=4))
    assert len(parsed.items) == 4
    assert parsed.skipped == ("everything after item 4",)


def test_remarks_are_limited_and_the_rest_is_counted() -> None:
    parsed = feed(rss("<item/>" * 60))
    assert len(parsed.skipped) == 51
    assert parsed.skipped[-1] == "and 10 more"


def test_undated_items_are_as_old_as_their_neighbour() -> None:
    dates = {"a": None, "b": datetime(2025, 1, 2, tzinfo=UTC), "c": None, "d": datetime(2025, 1, 3, tzinfo=UTC)}
    assert newest(list(dates), dates.get, 2) == ["a", "d"]
    assert newest(list(dates), dates.get, 3) == ["a", "b", "d"]


def test_language_of_an_item_goes_before_that_of_the_feed() -> None:
    parsed = feed(rss('<item xml:lang="fa"><link>/a</link></item><item><link>/b</link></item>', "<language>not a language</language>"))
    assert [candidate.language for candidate in parsed.candidates] == ["fa", None]


CONTENT = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'


def test_full_text_is_kept_in_paragraphs_beside_the_summary() -> None:
    parsed = feed(
        rss(
            """<item><link>/a</link><description>Short.</description><pubDate>Tue, 10 Jun 2025
            04:00:00 +0300</pubDate><content:encoded><![CDATA[<p>رست <b>السفينة</b>.</p><p>ثم أبحرت.</p>]]></content:encoded></item>""",
            root=f'<rss version="2.0" {CONTENT}>',
        )
    )
    (item,) = parsed.items
    assert item.candidate.summary == "Short."
    assert item.content == "رست السفينة.\n\nثم أبحرت."
    assert item.published_text == "Tue, 10 Jun 2025 04:00:00 +0300"


def test_item_with_full_text_alone_takes_its_summary_from_it() -> None:
    parsed = feed(rss("<item><link>/a</link><content:encoded>&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two.&lt;/p&gt;</content:encoded></item>"))
    assert (parsed.items[0].candidate.summary, parsed.items[0].content) == ("One. Two.", "One.\n\nTwo.")


def test_item_without_date_or_full_text_keeps_none() -> None:
    item = feed(rss("<item><link>/a</link><description>Short.</description></item>")).items[0]
    assert (item.published_text, item.content) == (None, None)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('type="html">&lt;p&gt;One &amp;amp; all.&lt;/p&gt;&lt;p&gt;Two.&lt;/p&gt;', "One & all.\n\nTwo."),
        (
            'type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>a &lt;b&gt; <i>c</i></p><x:y xmlns:x="http://x.example/">d</x:y></div>',
            "a <b> c\n\nd",
        ),
        ('type="text">One.\n\nTwo.', "One.\n\nTwo."),
        ('type="application/octet-stream">PHA+T25lLjwvcD48cD5Ud28uPC9wPg==', "One.\n\nTwo."),
        ('type="text/html" mode="base64">PHA+T25lLjwvcD48cD5Ud28uPC9wPg==', "One.\n\nTwo."),
        ('type="application/octet-stream">no base64!', "no base64!"),
    ],
)
def test_atom_content_is_read_as_its_type_says(content: str, expected: str) -> None:
    parsed = feed(f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><link href="/a"/><content {content}</content></entry></feed>')
    assert parsed.items[0].content == expected


def test_json_feed_has_html_or_text() -> None:
    items = [
        {"id": "1", "url": "/1", "content_html": "<p>One.</p><p>Two.</p>", "content_text": "other", "date_published": "2025-06-10"},
        {"id": "2", "url": "/2", "content_text": "5 < 6 & <b>\n\nTwo.", "date_published": "soon \ud800 \u0000 now"},
    ]
    first, second = feed(json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items})).items
    assert first.content == "One.\n\nTwo."
    assert first.published_text == "2025-06-10"
    assert second.content == "5 < 6 & <b>\n\nTwo."
    assert second.candidate.summary == "5 < 6 & <b> Two."
    assert second.published_text == "soon now"


def test_full_text_and_raw_date_are_cut() -> None:
    item = feed(
        rss(f"<item><link>/a</link><pubDate>{'x' * 500}</pubDate><content:encoded>{'word ' * 500}</content:encoded></item>"),
        config=DiscoveryConfig(max_content_characters=100),
    ).items[0]
    assert item.published_text == "x" * 63 + "…"
    assert item.content is not None
    assert len(item.content) <= 100


def test_second_opinion_brings_the_full_text_too() -> None:
    items = "".join(f"<item><link>/{n}</link><content:encoded>&lt;p&gt;Text {n}.&lt;/p&gt;</content:encoded><p></item>" for n in range(300))
    parsed = feed(rss(items, root=f'<rss version="2.0" {CONTENT}>'))
    assert len(parsed.items) == 300
    assert parsed.items[299].content == "Text 299."


@pytest.mark.parametrize(
    ("item", "url"),
    [
        ('<guid isPermaLink="true">a/1</guid>', "https://qarnabad-post.example/feeds/a/1"),
        ("<guid>a/1</guid><link>/b</link>", "https://qarnabad-post.example/b"),
        ("<link>/a<br/>b</link>", "https://qarnabad-post.example/ab"),
    ],
)
def test_guid_that_says_it_is_a_link_is_one(item: str, url: str) -> None:
    assert feed(rss(f"<item>{item}</item>")).items[0].candidate.url == url


def test_languages_of_title_and_text_stand_in_for_that_of_the_item() -> None:
    parsed = feed(
        """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><entry><link href="/a"/><title xml:lang="ckb">T</title></entry>
        <entry xml:lang="fa"><link href="/b"/><content xml:lang="ar">C</content></entry></feed>"""
    )
    assert [candidate.language for candidate in parsed.candidates] == ["ckb", "fa"]


def test_channel_may_have_its_title_in_dublin_core() -> None:
    head = '<dc:title xmlns:dc="http://purl.org/dc/elements/1.1/">Post</dc:title>'
    assert feed(rss("<item><link>/a</link><fullitem>One.</fullitem></item>", head)).title == "Post"


def test_references_in_upper_case_are_read() -> None:
    assert feed(rss("<item><link>/a</link><title>&#X41;&#x42;</title></item>")).items[0].candidate.title == "AB"

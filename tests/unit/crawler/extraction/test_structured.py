from __future__ import annotations

import json

import pytest

from crawler.extraction.structured import Facts, is_article, node_types, read_facts
from crawler.extraction.tree import parse


def facts(head: str = "", body: str = "", html: str = "") -> Facts:
    return read_facts(parse(f"<html {html}><head>{head}</head><body>{body}</body></html>", "u"))


def script(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


ARTICLE = {"@type": "NewsArticle", "headline": "Harbour talks resume"}


def test_meta_tags_are_kept_under_every_name_they_go_by() -> None:
    found = facts(
        '<meta property="og:title" name="title" content=" A &amp; B "><meta name="Empty" content=" ">'
        '<meta itemprop="datePublished" content="x">'
    )
    assert found.meta["og:title"] == found.meta["title"] == ["A & B"]
    assert "empty" not in found.meta
    assert found.items["datepublished"] == ["x"]
    assert found.first_meta("nothing", "og:title") == "A & B"
    assert found.first_meta("nothing") is None


def test_links_headings_title_and_language_are_read() -> None:
    found = facts(
        '<title>T</title><link rel="alternate canonical" href="/a">',
        "<svg><title>drawing</title></svg><h1> H <b>1</b></h1><h1></h1>",
        'lang="ar-EG"',
    )
    assert found.links["canonical"] == ["/a"]
    assert found.headings == ["H 1"]
    assert (found.title_tag, found.html_language) == ("T", "ar-EG")


def test_a_page_that_repeats_itself_is_not_heard_for_ever() -> None:
    found = facts('<meta name="a" content="x">' * 500, "<h1>title</h1>" * 500 + "<time>x</time>" * 500 + '<p class="author">A B</p>' * 500)
    assert len(found.meta["a"]) == len(found.headings) == len(found.times) == len(found.bylines) == 50


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(ARTICLE),
        json.dumps([{"@type": "WebSite"}, ARTICLE]),
        json.dumps({"@graph": [{"@type": "WebPage", "name": "x"}, ARTICLE]}),
        json.dumps({"@type": "WebPage", "mainEntity": ARTICLE}),
        "<!--" + json.dumps(ARTICLE) + "-->",
        "//<![CDATA[\n" + json.dumps(ARTICLE) + "\n//]]>",
        json.dumps(ARTICLE) + ";",
        '{"@type": ["NewsArticle", "https://schema.org/Thing"], "headline": "Harbour talks resume",}',
        '{"@type": "NewsArticle", "headline": "Harbour talks resume", "description": "a\nb"}',
    ],
)
def test_json_ld_is_read_as_pages_write_it(text: str) -> None:
    assert facts(script(text)).article["headline"] == "Harbour talks resume"


@pytest.mark.parametrize("text", ["", "nonsense", "{", "[" * 100_000, '"a"', "7", "{}", json.dumps({"@type": "Person", "name": "x"})])
def test_json_ld_without_an_article_says_nothing(text: str) -> None:
    assert facts(script(text)).article == {}


def test_the_article_that_the_page_shows_is_chosen() -> None:
    others = [
        {"@type": "NewsArticle", "headline": "Something else", "author": "x", "datePublished": "y"},
        {"@type": "VideoObject", "name": "z"},
    ]
    found = facts(script(json.dumps([*others, ARTICLE])), "<h1>Harbour talks resume</h1>")
    assert found.article == ARTICLE
    assert facts(script(json.dumps(others))).article["headline"] == "Something else"


def test_microdata_and_rdfa_are_read_by_property() -> None:
    found = facts(
        "",
        '<div itemprop="author"><i itemprop="name">Ann Lee</i> reporter</div><p property="schema:headline">H</p>'
        '<time itemprop="datePublished" datetime="2020">x</time><div itemprop="articleBody">text</div>'
        '<b itemprop="author"><meta itemprop="name" content="Omar"></b>',
    )
    assert found.items["author"] == ["Ann Lee", "Omar"]
    assert found.items["headline"] == ["H"]
    assert found.items["datepublished"] == ["2020"]
    assert "articlebody" not in found.items


def test_bylines_are_found_by_class_but_not_in_comments() -> None:
    found = facts(
        "", '<p class="post-Byline">By A</p><p class="comment-author">B</p><a rel="author" href="/c">C D</a><p class="authors" ></p>'
    )
    assert found.bylines == ["By A"]
    assert found.author_links == ["C D"]


def test_times_know_the_markup_around_them() -> None:
    (time,) = facts("", '<div class="Meta"><p id="pub"><time datetime="2020-01-01" pubdate="pubdate">1 Jan</time></p></div>').times
    assert (time.value, time.text) == ("2020-01-01", "1 Jan")
    assert {"meta", "pub", "pubdate"} <= set(time.marks.split())


def test_types_are_read_without_their_namespace() -> None:
    assert node_types({"@type": ["https://schema.org/NewsArticle", "Thing"]}) == {"newsarticle", "thing"}
    assert node_types({}) == set()


@pytest.mark.parametrize(
    ("head", "answer"),
    [
        (script(json.dumps(ARTICLE)), True),
        ('<meta property="og:type" content="article">', True),
        ('<meta property="og:type" content="article">' + script('{"@type": "VideoObject", "name": "x"}'), False),
        ('<meta property="article:published_time" content="2020">', True),
        ('<meta property="og:type" content="video.other"><meta property="article:published_time" content="2020">', False),
        ('<meta property="og:type" content="website">', False),
        ("", False),
    ],
)
def test_a_page_says_whether_it_is_an_article(head: str, answer: bool) -> None:
    assert is_article(facts(head)) is answer

"""The pages of each template: what they say, what surrounds it, and what a reader of HTML makes of them."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
import trafilatura
from lxml import etree, html

from crawler.demo.outlets import TEMPLATE_NAMES, Article, Outlet, Publication
from crawler.demo.pages import TEMPLATES, pdf, resources
from crawler.demo.templates.markup import Words, summary
from tests.unit.crawler.demo.conftest import Publish

BASE = "http://127.0.0.99:8080"


def document(text: str) -> Any:
    """Parse a page. Any, because the types of lxml do not know what an XPath gives."""
    return html.document_fromstring(text)


def page(pub: Publication, article: Article) -> str:
    """Return the page of an article as a reader sees it, by the outlet's encoding."""
    return resources(pub)[pub.url(article.path).removeprefix(BASE)].body.decode(pub.outlet.encoding)


def body_of(tree: Any) -> str:
    return " ".join(tree.text_content().split())


def every_page(outlets: tuple[Outlet, ...], edition: int) -> list[tuple[Publication, Article, str]]:
    """Return the article pages of all outlets that hold a text."""
    pubs = [Publication(outlet, BASE, edition) for outlet in outlets]
    return [(pub, article, page(pub, article)) for pub in pubs for article in pub.articles if article.kind in {"article", "disallowed"}]


def test_every_template_name_has_a_renderer() -> None:
    assert TEMPLATES.keys() == TEMPLATE_NAMES


@pytest.mark.parametrize("edition", [1, 2])
def test_every_page_holds_its_title_and_all_its_paragraphs(outlets: tuple[Outlet, ...], edition: int) -> None:
    for _, article, text in every_page(outlets, edition):
        shown = body_of(document(text))
        assert article.title in shown
        for paragraph in article.paragraphs:
            assert " ".join(paragraph.split()) in shown, article.key


def test_every_page_has_a_head_that_names_article_and_site_and_a_footer_that_owns_up(outlets: tuple[Outlet, ...]) -> None:
    for pub, article, text in every_page(outlets, 2):
        tree = document(text)
        title = tree.findtext(".//title") or ""
        assert article.title in title
        assert pub.outlet.name in title
        assert pub.outlet.notice in body_of(tree)
        assert tree.xpath("//meta[@charset or @http-equiv]")
        assert tree.get("lang", "").startswith(article.language)
        assert (tree.get("dir") == "rtl") is (article.language in {"ar", "fa", "he"})


def test_extractor_gets_nearly_every_word_of_every_page(outlets: tuple[Outlet, ...]) -> None:
    for _, article, text in every_page(outlets, 2):
        extracted = words_of(trafilatura.extract(text, include_comments=False) or "")
        expected = words_of(" ".join(article.paragraphs))
        assert (expected & extracted).total() >= 0.9 * expected.total(), article


def test_templates_differ_in_where_they_say_the_date(publish: Publish) -> None:
    found = {
        "levant-wire": "//meta[@name='date']/@content",
        "two-rivers-notes": "//time[contains(@class, 'entry-date')]/@datetime",
        "gulf-ledger": "//meta[@property='article:published_time']/@content",
        "rooznegar": "//meta[@property='article:published_time']/@content",
        "bogaz-postasi": "//*[@itemprop='datePublished']/@datetime",
        "la-depeche-du-maghreb": "//time/@datetime",
        "hashaar": "//time[@class='published']/@datetime",
    }
    for name, path in found.items():
        pub = publish(name, 1)
        article = next(article for article in pub.articles if article.kind == "article")
        assert document(page(pub, article)).xpath(path)[0] == article.published.isoformat(), name


def test_old_site_says_its_date_to_people_only_and_its_charset_in_the_page_only(publish: Publish) -> None:
    pub = publish("sawt-al-furat", 1)
    article = pub.articles[-1]
    resource = resources(pub)[article.path]
    assert resource.content_type == "text/html"
    assert b"charset=windows-1256" in resource.body
    assert article.title.encode("windows-1256") in resource.body
    text = resource.body.decode("windows-1256")
    assert article.published.isoformat() not in text
    assert not re.search(r"<time|published_time|ld\+json|itemprop", text)
    assert f"{article.published.day} تشرين الأول 2026" in text
    assert text.count("<table") >= 4


def test_linked_data_states_the_facts_of_both_editions(publish: Publish) -> None:
    for edition in (1, 2):
        pub = publish("gulf-ledger", edition)
        (article,) = [article for article in pub.articles if article.edit]
        (script,) = document(page(pub, article)).xpath("//script[@type='application/ld+json']/text()")
        data = json.loads(script)
        assert data["@type"] == "NewsArticle"
        assert data["headline"] == article.title
        assert data["datePublished"] == article.published.isoformat()
        assert data["dateModified"] == article.changed_at.isoformat()
        assert data["author"] == [{"@type": "Person", "name": name} for name in article.authors]
        assert data["articleSection"] == article.section


def test_reprint_names_the_agency_as_its_author(publish: Publish) -> None:
    pub = publish("gulf-ledger", 1)
    article = next(article for article in pub.articles if article.copy_of)
    (script,) = document(page(pub, article)).xpath("//script[@type='application/ld+json']/text()")
    assert json.loads(script)["author"] == [{"@type": "Organization", "name": "Levant Wire"}]


def test_blog_surrounds_its_posts_with_the_furniture_of_blogs(publish: Publish) -> None:
    pub = publish("two-rivers-notes", 2)
    for article in pub.articles:
        if article.kind != "article":
            continue
        tree = document(page(pub, article))
        assert len(tree.xpath("//*[@id='comments']//*[@class='comment-content']")) == 2
        assert tree.xpath("//*[@id='respond']//form")
        shown = body_of(tree)
        for line in ("Share this:", "Like this:", "Loading...", "Leave a Reply"):
            assert line in shown


def test_french_page_has_chapo_caption_quote_and_pointer(publish: Publish) -> None:
    pub = publish("la-depeche-du-maghreb", 1)
    article = next(article for article in pub.articles if article.pull_quote and article.caption)
    tree = document(page(pub, article))
    assert tree.xpath("string(//*[@class='chapo'])") == article.standfirst
    assert tree.xpath("string(//figcaption)") == article.caption
    assert article.pull_quote in tree.xpath("string(//aside//blockquote)")
    assert "Lire aussi" in tree.xpath("string(//*[@class='lire-aussi'])")


def test_picture_of_a_caption_is_there(outlets: tuple[Outlet, ...]) -> None:
    for outlet in outlets:
        made = resources(Publication(outlet, BASE, 2))
        for article in outlet.articles:
            if article.image_path:
                assert made[article.image_path].body.startswith(b"GIF89a")


def test_values_cannot_break_out_of_the_page(outlets: tuple[Outlet, ...]) -> None:
    hostile = "</script><script>alert(1)</script> \"'&<b>"
    for outlet in outlets:
        pages = {value: resources(_with_every_field(outlet, value)) for value in (hostile, "harmless")}
        for path, resource in pages[hostile].items():
            if resource.content_type.startswith("text/html"):
                # the same elements in the same order, whatever the values are
                spoilt, clean = (document(made[path].body.decode(outlet.encoding)) for made in (pages[hostile], pages["harmless"]))
                assert [element.tag for element in spoilt.iter()] == [element.tag for element in clean.iter()], (outlet.id, path)
                assert hostile in spoilt.text_content()
            elif "xml" in resource.content_type:
                spoilt, clean = (etree.fromstring(made[path].body) for made in (pages[hostile], pages["harmless"]))
                assert [element.tag for element in spoilt.iter()] == [element.tag for element in clean.iter()], (outlet.id, path)


def _with_every_field(outlet: Outlet, value: str) -> Publication:
    """Return an outlet with one article that says the same in every field."""
    article = replace(
        outlet.articles[0],
        title=value,
        standfirst=value,
        authors=(value,),
        section=value,
        caption=value,
        pull_quote=value,
        paragraphs=(value,),
        kind="article",
    )
    return Publication(replace(outlet, articles=(article,)), BASE, 1)


def test_video_page_has_a_player_and_no_text(outlets: tuple[Outlet, ...]) -> None:
    for outlet in outlets:
        video = replace(outlet.articles[0], kind="video", paragraphs=(), standfirst=None, edit=None)
        pub = Publication(replace(outlet, articles=(video,)), BASE, 1)
        tree = document(page(pub, video))
        assert len(tree.xpath("//video/source")) == 1, outlet.id
        assert outlet.articles[0].paragraphs[0] not in body_of(tree)


def test_updated_article_shows_when_it_changed(outlets: tuple[Outlet, ...]) -> None:
    at = outlets[0].articles[0].published.replace(month=11, day=3)
    for outlet in outlets:
        article = replace(outlet.articles[0], updated=at, edit=None)
        text = page(Publication(replace(outlet, articles=(article,)), BASE, 1), article)
        assert outlet.template in {"blog", "tables"} or at.isoformat() in text, outlet.id


def test_missing_article_is_named_but_not_there(publish: Publish) -> None:
    pub = publish("two-rivers-notes", 1)
    (missing,) = [article for article in pub.articles if article.kind == "missing"]
    assert missing.path not in resources(pub)
    assert missing.path in resources(pub)["/feed/"].body.decode()


def test_home_page_lists_everything(outlets: tuple[Outlet, ...]) -> None:
    for outlet in outlets:
        pub = Publication(outlet, BASE, 2)
        links = set(document(resources(pub)["/"].body.decode(outlet.encoding)).xpath("//a/@href"))
        assert {pub.url(article.path) for article in pub.articles} <= links


def test_pdf_can_be_walked_by_its_cross_references() -> None:
    made = pdf("Communiqué (final) \\ بيان", "http://127.0.0.1/(x)\\é")
    start = int(made.rsplit(b"startxref\n", 1)[1].split()[0])
    assert made[start:].startswith(b"xref\n0 7\n")
    for number, line in enumerate(made[start:].splitlines()[3:9], start=1):
        assert made[int(line[:10]) :].startswith(b"%d 0 obj" % number)
    assert "Communiqué".encode("utf-16-be").hex().upper().encode() in made
    assert rb"(http://127.0.0.1/\(x\)\\?)" in made


def test_summary_prefers_the_standfirst_and_cuts_at_a_word(outlets: tuple[Outlet, ...]) -> None:
    article = replace(outlets[0].articles[0], standfirst=None, paragraphs=("one two three four", "five"))
    assert summary(replace(article, standfirst="Said first.")) == "Said first."
    assert summary(article) == "one two three four"
    assert summary(article, 9) == "one two …"
    assert summary(replace(article, paragraphs=())) == article.title


def test_unknown_word_of_the_furniture_is_an_error() -> None:
    with pytest.raises(AttributeError, match="colour"):
        _ = Words({"share": "Share"}).colour
    assert Words({"share": "Tom & I"}).share == "Tom &amp; I"


def words_of(text: str) -> Counter[str]:
    """Count the words; trafilatura drops the zero-width non-joiner of Persian, so it counts on neither side."""
    return Counter(re.findall(r"\w+", text.replace("\u200c", "")))

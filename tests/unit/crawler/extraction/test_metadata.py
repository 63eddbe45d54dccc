from __future__ import annotations

import json
from typing import TypeVar

import pytest

from crawler.extraction import metadata
from crawler.extraction.structured import Facts, read_facts
from crawler.extraction.told import Told
from crawler.extraction.tree import parse
from crawler.urls import UrlError

T = TypeVar("T")
URL = "https://www.review.example/labour/3"


def facts(head: str = "", **json_ld: object) -> Facts:
    if json_ld:
        head += f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", "headline": "x"} | json_ld)}</script>'
    return read_facts(parse(f"<html><head>{head}</head><body><p>x</p></body></html>", URL))


def value(told: Told[T] | None) -> T | None:
    return told.value if told else None


def tag(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{content}">'


def test_description_comes_from_tags_then_json_ld() -> None:
    assert value(metadata.description(facts(tag("description", "b") + tag("og:description", "a  a"), description="c"))) == "a a"
    assert value(metadata.description(facts(description="c <b>d</b>"))) == "c d"
    assert value(metadata.description(facts())) is None


def test_site_name_comes_from_tags_then_the_publisher() -> None:
    assert value(metadata.site_name(facts(tag("og:site_name", "Review"), publisher={"name": "Press"}))) == "Review"
    assert value(metadata.site_name(facts(publisher=[{"name": "Press"}]))) == "Press"
    assert value(metadata.site_name(facts(publisher="Press"))) is None
    assert value(metadata.site_name(facts())) is None


def test_a_section_in_which_everything_stands_is_none() -> None:
    assert value(metadata.section(facts(tag("article:section", "Labour")))) == "Labour"
    assert value(metadata.section(facts(tag("article:section", "News"), articleSection=["Politics", "World"]))) == "Politics"
    assert value(metadata.section(facts(articleSection="Uncategorized"))) is None


@pytest.mark.parametrize(
    ("found", "image"),
    [
        (facts(tag("og:image", "/a.jpg")), "https://www.review.example/a.jpg"),
        (facts(tag("og:image", "//cdn.example/a.jpg")), "https://cdn.example/a.jpg"),
        (facts(image={"url": "https://cdn.example/b.jpg"}), "https://cdn.example/b.jpg"),
        (facts(image=["https://cdn.example/c.jpg"]), "https://cdn.example/c.jpg"),
        (facts(tag("og:image", "data:image/png;base64,AAAA") + tag("twitter:image", "/d.jpg")), "https://www.review.example/d.jpg"),
        (facts(tag("og:image", "http://[broken")), None),
        (facts(image={"caption": "x"}), None),
        (facts(), None),
    ],
)
def test_image_is_an_absolute_web_address(found: Facts, image: str | None) -> None:
    assert value(metadata.image_url(found, URL)) == image


@pytest.mark.parametrize(
    ("found", "paid"),
    [
        (facts(isAccessibleForFree=False), True),
        (facts(isAccessibleForFree="False"), True),
        (facts(isAccessibleForFree="https://schema.org/True"), False),
        (facts(isAccessibleForFree="maybe"), None),
        (facts(tag("article:content_tier", "locked")), True),
        (facts(tag("article:content_tier", "free")), False),
        (facts(tag("article:content_tier", "metered")), True),
        (facts(hasPart={"isAccessibleForFree": "False", "cssSelector": ".paid"}), True),
        (facts(hasPart=[{"isAccessibleForFree": True}, "more"]), None),
        (facts(isAccessibleForFree=True, hasPart={"isAccessibleForFree": False}), False),
        (facts(tag("article:content_tier", "gold")), None),
        (facts(), None),
    ],
)
def test_paid_content_is_what_the_page_says(found: Facts, paid: bool | None) -> None:
    assert value(metadata.paywalled(found)) is paid


@pytest.mark.parametrize(
    ("head", "canonical"),
    [
        ('<link rel="canonical" href="/labour/3-strike">', "https://review.example/labour/3-strike"),
        (
            '<link rel="canonical" href="https://review.example/">' + tag("og:url", "https://review.example/labour/3-strike"),
            "https://review.example/labour/3-strike",
        ),
        ('<link rel="canonical" href="https://other.example/1">', "https://review.example/labour/3"),
        ("", "https://review.example/labour/3"),
    ],
)
def test_identity_is_the_credible_claim_or_the_address_that_answered(head: str, canonical: str) -> None:
    assert metadata.canonical_address(facts(head), URL).value == canonical


def test_identity_needs_a_web_address() -> None:
    with pytest.raises(UrlError):
        metadata.canonical_address(facts(), "saved-page.html")


def test_a_saved_page_may_claim_an_address() -> None:
    assert metadata.claimed_address(facts('<link rel="canonical" href="https://review.example/a?b=1">')) == "https://review.example/a?b=1"
    assert (
        metadata.claimed_address(facts('<link rel="canonical" href="/a">' + tag("og:url", "https://review.example/b")))
        == "https://review.example/b"
    )
    assert metadata.claimed_address(facts('<link rel="canonical" href="/a">')) is None


def page(head: str = "", body: str = "<p>x</p>") -> Facts:
    return read_facts(parse(f"<html><head>{head}</head><body>{body}</body></html>", URL))


def nodes(*found: object) -> str:
    return "".join(f'<script type="application/ld+json">{json.dumps(node, ensure_ascii=False)}</script>' for node in found)


def test_what_the_site_says_of_itself_is_no_description() -> None:
    site = nodes({"@type": "WebSite", "name": "Review", "description": "All the news of the strait"})
    assert metadata.description(page(site + tag("og:description", "All the news of the Strait."))) is None
    told = metadata.description(
        page(site + tag("og:description", "All the news of the Strait.") + tag("twitter:description", "Ferries sail"))
    )
    assert told is not None
    assert (told.value, told.found_in) == ("Ferries sail", "twitter")
    assert value(metadata.description(page(body='<p itemprop="description">Ferries sail</p>'))) == "Ferries sail"


def test_site_name_follows_references_between_json_ld_nodes() -> None:
    graph = nodes(
        {"@type": "NewsArticle", "headline": "x", "publisher": {"@id": "#org"}}, {"@id": "#org", "@type": "Organization", "name": "Press"}
    )
    told = metadata.site_name(page(graph))
    assert told is not None
    assert (told.value, told.found_in) == ("Press", "json-ld")
    assert value(metadata.site_name(page('<meta name="application-name" content="Review">'))) == "Review"


@pytest.mark.parametrize(
    ("found", "section", "found_in"),
    [
        (page(tag("article:section", "أخبار") + '<meta name="section" content="اقتصاد">'), "اقتصاد", "meta"),
        (page(body='<a itemprop="articleSection">بازار</a>'), "بازار", "microdata"),
        (page(body='<a property="schema:articleSection" href="/e">Ekonomi</a>'), "Ekonomi", "microdata"),
        (
            page(
                nodes(
                    {
                        "@type": "BreadcrumbList",
                        "itemListElement": [{"name": "Home"}, {"item": {"name": "Labour"}}, {"name": "Ferries sail again on Monday"}, 7],
                    }
                )
            ),
            "Labour",
            "breadcrumbs",
        ),
        (
            page(
                body='<ol class="breadcrumb"><li><a>ראשי</a><li><a>כלכלה</a><li><a>Ferries sail again on</a></ol><p class=breadcrumbs><a>z'
            ),
            "כלכלה",
            "breadcrumbs",
        ),
        (page(tag("article:section", "The Review")), None, None),
        (page(tag("article:section", "x" * 100)), None, None),
        (page(tag("article:section", "Destpêk") + nodes({"@type": "BreadcrumbList", "itemListElement": "none"})), None, None),
    ],
)
def test_section_comes_from_where_it_is_surest(found: Facts, section: str | None, found_in: str | None) -> None:
    told = metadata.section(found, {"thereview"}, "Ferries sail again on Monday")
    assert (told and told.value, told and told.found_in) == (section, found_in)


@pytest.mark.parametrize(
    ("found", "image", "found_in"),
    [
        (
            page(tag("og:image", "/static/logo.png") + nodes({"@type": "NewsArticle", "headline": "x", "image": "/a.jpg"})),
            "/a.jpg",
            "json-ld",
        ),
        (page(tag("og:image", "/static/site-logo.png?v=2")), "/static/site-logo.png?v=2", "og"),
        (
            page(
                nodes(
                    {"@type": "NewsArticle", "headline": "x", "image": {"@id": "#i"}},
                    {"@id": "#i", "@type": "ImageObject", "url": "/b.jpg"},
                )
            ),
            "/b.jpg",
            "json-ld",
        ),
        (page('<link rel="image_src" href="/c.jpg">'), "/c.jpg", "link"),
        (page(body='<figure itemprop="image"><img data-src="/d.jpg"></figure>'), "/d.jpg", "microdata"),
        (page(body='<img property="schema:image" src="/e.jpg">'), "/e.jpg", "microdata"),
        (page(body='<figure itemprop="image"></figure>'), None, None),
        (page(nodes({"@type": "NewsArticle", "headline": "x", "image": {"@id": "#missing"}})), None, None),
    ],
)
def test_picture_of_the_article_is_preferred_to_the_logo_of_the_site(found: Facts, image: str | None, found_in: str | None) -> None:
    told = metadata.image_url(found, URL)
    assert (told and told.value.removeprefix("https://www.review.example"), told and told.found_in) == (image, found_in)


def test_a_doubtful_picture_is_not_sure() -> None:
    told = metadata.image_url(page(tag("og:image", "/default.jpg")), URL)
    assert told is not None
    assert told.evidence.confidence == metadata.CONFIG.doubtful


def test_microdata_may_say_what_is_paid() -> None:
    assert value(metadata.paywalled(page('<meta itemprop="isAccessibleForFree" content="false">'))) is True
    assert value(metadata.paywalled(page('<meta itemprop="isAccessibleForFree" content="perhaps">'))) is None


@pytest.mark.parametrize(
    ("text", "lead", "found_in"),
    [
        ("Ferries sail.\n\nThe harbour master said so.", "Ferries sail.", "class"),
        ("The bridge opens.\n\nThe harbour master said so.", "The bridge opens.", "description"),
        ("Storms are over.\n\nThe harbour master said so.", "Storms are over.", "apart"),
        ("Ferries sail.", None, None),
        ("The harbour master said so.\n\nFerries sail.", None, None),
        ("…\n\nFerries sail.", None, None),
    ],
)
def test_standfirst_is_the_first_paragraph_that_the_page_sets_apart(text: str, lead: str | None, found_in: str | None) -> None:
    told = metadata.standfirst(text, ["the bridge opens"], ["Ferries sail", "Other"], ["The harbour master said so.", "Ferries sail."])
    assert (told and told.value, told and told.found_in) == (lead, found_in)

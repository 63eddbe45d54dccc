from __future__ import annotations

import json

import pytest

from crawler.extraction import metadata
from crawler.extraction.structured import Facts, read_facts
from crawler.extraction.tree import parse
from crawler.urls import UrlError

URL = "https://www.review.example/labour/3"


def facts(head: str = "", **json_ld: object) -> Facts:
    if json_ld:
        head += f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", "headline": "x"} | json_ld)}</script>'
    return read_facts(parse(f"<html><head>{head}</head><body><p>x</p></body></html>", URL))


def tag(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{content}">'


def test_description_comes_from_tags_then_json_ld() -> None:
    assert metadata.description(facts(tag("description", "b") + tag("og:description", "a  a"), description="c")) == "a a"
    assert metadata.description(facts(description="c <b>d</b>")) == "c d"
    assert metadata.description(facts()) is None


def test_site_name_comes_from_tags_then_the_publisher() -> None:
    assert metadata.site_name(facts(tag("og:site_name", "Review"), publisher={"name": "Press"})) == "Review"
    assert metadata.site_name(facts(publisher=[{"name": "Press"}])) == "Press"
    assert metadata.site_name(facts(publisher="Press")) is None
    assert metadata.site_name(facts()) is None


def test_a_section_in_which_everything_stands_is_none() -> None:
    assert metadata.section(facts(tag("article:section", "Labour"))) == "Labour"
    assert metadata.section(facts(tag("article:section", "News"), articleSection=["Politics", "World"])) == "Politics"
    assert metadata.section(facts(articleSection="Uncategorized")) is None


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
    assert metadata.image_url(found, URL) == image


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
    assert metadata.paywalled(found) is paid


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
    assert metadata.canonical_address(facts(head), URL) == canonical


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

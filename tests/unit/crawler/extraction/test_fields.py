from __future__ import annotations

import json

from crawler.extraction.fields import read_fields
from crawler.extraction.structured import read_facts
from crawler.extraction.tree import parse

URL = "https://www.review.example/labour/3"
TEXT = "The harbour master said that the ferries would sail again on Monday, after three weeks in port."


def test_every_field_that_is_known_has_its_evidence() -> None:
    node = {
        "@type": "NewsArticle",
        "headline": "Ferries sail",
        "isAccessibleForFree": False,
        "articleSection": "Labour",
        "keywords": ["Ardal"],
    }
    head = (
        f'<script type="application/ld+json">{json.dumps(node)}</script><meta property="og:site_name" content="The Review">'
        '<meta property="og:image" content="/a.jpg"><meta name="description" content="Ferries sail.">'
        '<link rel="canonical" href="/labour/3-ferries">'
    )
    facts = read_facts(parse(f'<html lang="en"><head>{head}</head><body><p>x</p></body></html>', URL))
    fields = read_fields(facts, URL, ("thereview",), "Ferries sail", TEXT, pays=True)
    assert fields.values == {
        "canonical_url": "https://review.example/labour/3-ferries", "description": "Ferries sail.", "site_name": "The Review",
        "section": "Labour", "keywords": ("Ardal",), "image_url": "https://www.review.example/a.jpg", "paywalled": True, "language": "en",
        "languages": {},
    }  # fmt: skip
    assert {name: told.found_in for name, told in fields.evidence.items()} == {
        "canonical_url": "link", "description": "meta", "site_name": "og", "section": "json-ld", "keywords": "json-ld", "image_url": "og",
        "paywalled": "json-ld", "language": "text",
    }  # fmt: skip
    assert all(0 < told.confidence < 1 for told in fields.evidence.values())


def test_what_is_not_known_is_left_out() -> None:
    fields = read_fields(read_facts(parse("<html><body><p>x</p></body></html>", URL)), URL, (), None, "1234", pays=None)
    assert fields.values == {"canonical_url": "https://review.example/labour/3", "languages": {}}
    assert list(fields.evidence) == ["canonical_url"]


def test_what_the_page_turned_out_to_be_outweighs_its_claim() -> None:
    facts = read_facts(parse('<html><head><meta property="article:content_tier" content="free"></head><body><p>x</p></body></html>', URL))
    paid = read_fields(facts, URL, (), None, TEXT, pays=True)
    assert (paid.values["paywalled"], paid.evidence["paywalled"].found_in) == (True, "text")
    free = read_fields(facts, URL, (), None, TEXT, pays=False)
    assert (free.values["paywalled"], free.evidence["paywalled"].found_in) == (False, "content_tier")

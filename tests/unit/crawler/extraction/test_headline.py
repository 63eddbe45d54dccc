from __future__ import annotations

import json

import pytest

from crawler.extraction.headline import headline, site_names
from crawler.extraction.structured import Facts, read_facts
from crawler.extraction.tree import parse

URL = "https://www.harbour-review.example/a/1"


def facts(
    *, og: str = "", site: str = "", h1: str = "", title: str = "", twitter: str = "", json_ld: dict[str, object] | None = None
) -> Facts:
    head = f"<title>{title}</title>" if title else ""
    for name, value in (("og:title", og), ("og:site_name", site), ("twitter:title", twitter)):
        head += f'<meta property="{name}" content="{value}">' if value else ""
    if json_ld:
        head += f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **json_ld})}</script>'
    return read_facts(parse(f"<html><head>{head}</head><body>{h1}</body></html>", URL))


def chosen(found: Facts, feed: str | None = None) -> str | None:
    return headline(found, site_names(found, URL, None), feed)


@pytest.mark.parametrize(
    "og",
    [
        "Port talks resume in Ardal - Harbour Review",
        "Port talks resume in Ardal | Harbour Review",
        "Harbour Review | Port talks resume in Ardal",
        "Port talks resume in Ardal :: Harbour Review",
        "Port talks resume in Ardal – The Harbour Review",
        "Port talks resume in Ardal • harbour-review.example",
    ],
)
def test_the_name_of_the_site_is_cut_off(og: str) -> None:
    assert chosen(facts(og=og, site="Harbour Review")) == "Port talks resume in Ardal"


def test_the_section_is_cut_off_when_the_heading_stands_bare() -> None:
    found = facts(og="Port talks resume in Ardal - National | Harbour", h1="<h1>Port talks resume in Ardal</h1>")
    assert chosen(found) == "Port talks resume in Ardal"


def test_a_dash_inside_a_headline_stays() -> None:
    assert chosen(facts(og="Port talks - and a strike - in Ardal", site="Harbour Review")) == "Port talks - and a strike - in Ardal"


def test_a_title_that_is_the_name_of_the_site_is_no_headline() -> None:
    found = facts(og="Harbour Review", site="Harbour Review", h1="<h1>Port talks resume</h1>")
    assert chosen(found) == "Port talks resume"
    assert chosen(facts(og="Harbour Review", site="Harbour Review")) == "Harbour Review"


def test_a_share_title_is_outvoted_by_heading_json_ld_and_title_tag() -> None:
    found = facts(
        og="You will not believe this port",
        h1="<h1>Port talks resume</h1>",
        title="Port talks resume",
        json_ld={"headline": "Port talks resume"},
    )
    assert chosen(found) == "Port talks resume"


def test_a_share_title_wins_over_the_heading_alone() -> None:
    assert chosen(facts(og="Port talks resume in Ardal", h1="<h1>Talks at last</h1>")) == "Port talks resume in Ardal"


def test_of_several_headings_the_one_that_others_repeat_is_taken() -> None:
    found = facts(title="Port talks resume in Ardal", h1="<h1>Harbour Review of the week</h1><h1>Port talks resume in Ardal</h1>")
    assert chosen(found) == "Port talks resume in Ardal"


def test_the_feed_names_a_page_that_names_nothing() -> None:
    assert chosen(facts(), "Port talks resume") == "Port talks resume"
    assert chosen(facts()) is None


def test_a_site_goes_by_the_names_of_publisher_source_and_host() -> None:
    found = facts(site="HR", json_ld={"headline": "x", "publisher": [{"name": "Quay Press"}, "other"]})
    assert {"hr", "quaypress", "harbourreview", "harbourreviewexample", "thesource"} <= set(site_names(found, URL, "The Source"))

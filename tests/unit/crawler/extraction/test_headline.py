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
    told = headline(found, site_names(found, URL, None), feed)
    return told.value if told else None


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


def test_a_share_title_is_outvoted_only_when_all_others_and_the_feed_agree() -> None:
    found = facts(
        og="You will not believe this port",
        h1="<h1>Port talks resume</h1>",
        title="Port talks resume",
        json_ld={"headline": "Port talks resume"},
    )
    assert chosen(found, "Port talks resume") == "Port talks resume"
    assert chosen(found) == "You will not believe this port"


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


def shown(og: str, h1: str, **others: str) -> str | None:
    return chosen(facts(og=og, h1=f"<h1>{h1}</h1>", title=og, twitter=og, **others))  # type: ignore[arg-type]


def test_a_name_moved_to_the_front_for_search_engines_goes_back() -> None:
    assert (
        shown("Ardal: Talks on port of resume on Monday", "Talks on port of Ardal resume on Monday")
        == "Talks on port of Ardal resume on Monday"
    )


@pytest.mark.parametrize(
    "template",
    ["Live: harbour debate 0 - 0", "مباشر: مناقشة الميناء", "گزارش زنده؛ بندر", "Canlı anlatım: liman", "Harbour debate - 11/02/1398"],
)
def test_the_template_of_a_live_page_is_not_its_headline(template: str) -> None:
    assert shown(template, "Council votes for the new port after ten hours") == "Council votes for the new port after ten hours"


def test_a_title_that_ended_at_a_quotation_mark_is_completed() -> None:
    assert (
        shown("Council calls the new port a", "Council calls the new port a &quot;miracle&quot;")
        == 'Council calls the new port a "miracle"'
    )


def test_kicker_and_section_around_the_heading_are_cut_off() -> None:
    heading = "Council votes for the new port after ten hours"
    assert shown(f"Port votes in Varnia: {heading} | Ardal News - Harbour Review", heading, site="Harbour Review") == heading


def test_a_quotation_behind_two_kickers_is_the_headline() -> None:
    quotation = "«The new port will change all our lives»"
    assert shown(f"Vote in Ardal: {quotation}", f"The new port - {quotation}") == quotation
    assert shown(f"Vote in Ardal: {quotation}", f"Vote in Ardal: {quotation}") == f"Vote in Ardal: {quotation}"


@pytest.mark.parametrize("end", ["...", "…"])
def test_a_share_title_that_was_cut_short_is_completed(end: str) -> None:
    found = facts(og=f"Port talks resume in Ardal after{end}", h1="<h1>Port talks resume in Ardal after a week of fog</h1>")
    assert chosen(found) == "Port talks resume in Ardal after a week of fog"


def test_the_section_before_the_name_of_the_site_is_cut_off() -> None:
    found = facts(
        og="Port talks resume in Ardal | Harbours | Harbour Review", site="Harbour Review", json_ld={"articleSection": "Harbours"}
    )
    assert chosen(found) == "Port talks resume in Ardal"
    assert chosen(facts(og="Port talks resume | in Ardal | Harbour Review", site="Harbour Review")) == "Port talks resume | in Ardal"


def test_a_korean_section_glued_on_before_the_name_is_cut_off() -> None:
    assert chosen(facts(og="아르달 항구 회담이 다시 열렸다-정치ㅣ항구일보", site="항구일보")) == "아르달 항구 회담이 다시 열렸다"


def test_a_heading_that_the_name_of_the_site_is_glued_to_is_cut() -> None:
    found = facts(h1="<h1>Port talks resume in Ardal<span>Portlight</span></h1>", title="Port talks resume in Ardal » Local » Portlight")
    assert chosen(found) == "Port talks resume in Ardal"


def test_the_more_sources_agree_the_surer_the_headline() -> None:
    line, other = "Port talks resume in Ardal", "Talks at last in the north"

    def sure(**given: str) -> tuple[str, float]:
        told = headline(facts(**given), ())  # type: ignore[arg-type]
        assert told is not None
        return told.found_in, told.confidence

    agreed, most = sure(og=line, title=line), sure(og=line, title=other)
    split = sure(og=line, h1=f"<h1>{other}</h1>", title=other, twitter=other)
    assert (agreed[0], most[0], split[0]) == ("og", "og", "og")
    assert agreed[1] > most[1] > split[1]
    assert sure(title=line) == ("title tag", most[1])

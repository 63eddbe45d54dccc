from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from crawler.extraction.structured import read_facts
from crawler.extraction.tree import parse
from crawler.extraction.visible_dates import CONFIG, visible_dates

NOW = datetime(2024, 6, 30, 12, tzinfo=UTC)
HEADLINE = "<h1>Harbour talks resume after a week</h1>"


def shown(body: str, language: str | None = "en") -> list[tuple[str, str | None, bool]]:
    tree = parse(f"<html><head><title>Harbour talks resume after a week - Gazette</title></head><body>{body}</body></html>", "")
    found = visible_dates(tree, read_facts(tree), ZoneInfo("Asia/Beirut"), language, NOW)
    return [(date.instant.at.strftime("%m-%dT%H:%M") + ("d" if date.instant.day_only else ""), date.label, date.above) for date in found]


@pytest.mark.parametrize(
    ("byline", "expected"),
    [
        ("<p>Published: 3 May 2024, 10:00</p>", [("05-03T07:00", "published", False)]),
        ("<p>Published 3 May 2024 10:00 | Updated 4 May 2024 11:00</p>",
         [("05-03T07:00", "published", False), ("05-04T08:00", "updated", False)]),
        ("<span>آخر تحديث:</span><span>3 أيار 2024 - 10:00</span>", [("05-03T07:00", "updated", False)]),
        ("<span>تاریخ انتشار</span> : <b>۱۴ اردیبهشت ۱۴۰۳ - ۱۰:۰۰</b>", [("05-03T07:00", "published", False)]),
        ("<div>פורסם:</div><div>03.05.24 , 10:00</div>", [("05-03T07:00", "published", False)]),
        ("<i>Giriş: 03.05.2024 - 10:00</i><i>Güncelleme: 03.05.2024 - 11:00</i>",
         [("05-03T07:00", "published", False), ("05-03T08:00", "updated", False)]),
        ("<p>Mis à jour le 3 mai 2024 à 10h00</p>", [("05-03T07:00", "updated", False)]),
        ("<div class='last-updated'>3 May 2024 10:00</div>", [("05-03T07:00", "updated", False)]),
        ("<div class='post-published'>3 May 2024 10:00</div>", [("05-03T07:00", "published", False)]),
        ("<p>Beirut, 3 May 2024</p>", [("05-02T21:00d", None, False)]),
        ("<span>3 May 2024</span> <span>10:00</span>", [("05-03T07:00", None, False)]),
        ("<span>10:00</span> <span>3 May 2024</span>", [("05-03T07:00", None, False)]),
        ("<span>GMT</span> <span>10:00 3 May 2024</span>", [("05-03T10:00", None, False)]),
        ("<p>no date in sight, 2024 or other</p>", []),
    ],
)  # fmt: skip
def test_the_byline_says_what_its_dates_are(byline: str, expected: list[tuple[str, str | None, bool]]) -> None:
    assert shown(HEADLINE + byline) == expected


@pytest.mark.parametrize(
    "aside",
    [
        "<div class='related-news'>3 May 2024 10:00</div>",
        "<ul id='comments'><li>3 May 2024 10:00</li></ul>",
        "<script>var date = '3 May 2024 10:00';</script>",
        "<!-- 3 May 2024 10:00 -->",
        "<p>" + "A long sentence of the article itself. " * 8 + "On 3 May 2024 10:00</p>",
        ("<p>" + "A long sentence of the article itself. " * 8 + "</p>") * CONFIG.long_pieces + "<p>3 May 2024 10:00</p>",
        "<b>share</b>" * CONFIG.pieces_after + "<p>3 May 2024 10:00</p>",
        "<i></i>" * CONFIG.max_elements + "<p>3 May 2024 10:00</p>",
    ],
    ids=["related", "comments", "script", "remark", "sentence", "after the article", "far", "very far"],
)
def test_dates_of_other_things_are_passed_by(aside: str) -> None:
    assert shown(HEADLINE + aside) == []


def test_a_date_right_above_the_headline_counts_and_stands_last() -> None:
    above = "<header><p>29 June 2024 09:00</p>" + "<a>menu</a>" * 6 + "</header><div><div>2 May 2024 08:00</div></div>"
    assert shown(above + HEADLINE + "<p>3 May 2024 10:00</p>") == [("05-03T07:00", None, False), ("05-02T05:00", None, True)]


def test_the_headline_is_the_one_that_the_head_names() -> None:
    other = "<h1>Gazette of the Coast</h1><p>29 June 2024 09:00</p>" + "<a>menu</a>" * 6
    assert shown(other + HEADLINE + "<p>3 May 2024 10:00</p>") == [("05-03T07:00", None, False)]
    assert shown(other + "<h2>Harbour talks resume after a week</h2><p>3 May 2024 10:00</p>") == [("05-03T07:00", None, False)]
    assert shown("<h2>Harbour talks resume after a week</h2><p>3 May 2024 10:00</p>") == [("05-03T07:00", None, False)]


def test_a_page_without_headline_shows_no_dates() -> None:
    assert shown("<p>3 May 2024 10:00</p>") == []


def test_a_date_above_the_headline_is_found_behind_the_list_of_number_section_and_reporter() -> None:
    facts = "<i>3 May 2024 10:00</i><b>Number:</b><i>7349926</i><b>Section:</b><i>Coast</i>"
    facts += "<b>Reporter:</b><i>71617</i><i>Print</i><i>»</i><i>Coast</i>"
    assert shown(f"<div>{facts}</div>{HEADLINE}") == [("05-03T07:00", None, True)]

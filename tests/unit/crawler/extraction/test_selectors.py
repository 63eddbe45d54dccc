"""What rules select on a page, what they take out of it, and what the evidence says of those that gave nothing."""

from __future__ import annotations

import pickle
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from lxml.html import HtmlElement, document_fromstring, tostring

from crawler.extraction import extract
from crawler.extraction.selectors import CONFIG, FOUND, MISSED, NOTHING, Selected, remove, select, shown_line
from crawler.records import Dated, ExtractedArticle, Page, PageContext, SelectorRule, SelectorRules
from storage.records import Evidence

URL = "https://tigris.example/city/gate"
AT = datetime(2026, 10, 8, 6, 0, tzinfo=UTC)
PAGE = """<html lang="en"><head><title>Gate | Tigris Post</title>
<meta name="day" content="2026-10-07T18:40:00+03:00"><meta name="author" content="Idris Manun"></head><body>
<h1>North gate to be rebuilt</h1><p class="lead">The north gate will be rebuilt in brick, the council said.</p>
<div class="who">By <b>Salma Haddawi</b></div>
<div class="text"><p>The council of Qasr al-Nahr voted on Wednesday to rebuild the north gate of the old town, which fell in the storm of
last March and has been lying in the road since then.</p><p class="ad">Bricks at half the price, only this week.</p>
<p>The work is to begin in spring, under the eyes of the department for antiquities, and to cost as much as two school buses.</p></div>
<div class="text more"><p>Nobody was hurt when the gate fell, because it fell at night and the watchman was asleep elsewhere.</p></div>
</body></html>"""


def rules(**fields: str | list[str] | SelectorRule) -> SelectorRules:
    made = {}
    for name, value in fields.items():
        entries = value if isinstance(value, list) else [value]
        made[name] = tuple(entry if isinstance(entry, SelectorRule) else SelectorRule(entry) for entry in entries)
    return SelectorRules(**made)


def selected(page: str, **fields: str | list[str] | SelectorRule) -> Selected:
    return select(document_fromstring(page), rules(**fields))


def article(page: str = PAGE, **fields: str | list[str] | SelectorRule) -> ExtractedArticle:
    return extract(Page(URL, URL, page.encode(), AT), PageContext(time_zone="Asia/Baghdad", rules=rules(**fields)))


def test_source_without_rules_costs_nothing() -> None:
    tree = document_fromstring(PAGE)
    assert select(tree, None) is NOTHING
    told = {"title": Evidence("og", 0.9)}
    assert NOTHING.evidence(told, set()) is told
    assert NOTHING.page() is None
    assert NOTHING.led("One.\n\nTwo.") == ("One.\n\nTwo.", None)


def test_context_with_rules_goes_to_a_worker() -> None:
    context = PageContext(rules=rules(title="h1", prune=[".a", ".b"]))
    assert pickle.loads(pickle.dumps(context)) == context  # noqa: S301 - made here


def test_first_rule_that_gives_something_is_taken() -> None:
    found = selected("<h1> </h1><h2>Gate<br>falls</h2><h2>Other</h2>", title=["h3", "h1", "h2"])
    assert found.title == "Gate falls"
    assert [tried.elements for tried in found.tried] == [0, 1, 2]


def test_attribute_and_content_of_meta_are_values() -> None:
    page = "<head><meta name=t content='From meta'></head><p data-t='From data' title=' '>x</p>"
    assert selected(page, title="meta[name=t]").title == "From meta"
    assert selected(page, title=SelectorRule("p", "data-t")).title == "From data"
    assert selected(page, title=SelectorRule("p", "title")).title is None


def test_date_gives_the_value_for_machines_before_the_words() -> None:
    found = selected("<time datetime='2026-10-07' content='x1'>Wednesday</time>", date="time")
    assert found.dates == ("2026-10-07", "x1", "Wednesday")


def test_line_has_spaces_where_the_page_breaks_and_no_scripts() -> None:
    element = next(document_fromstring("<div>One<b>Two</b><p>Three</p><script>var x</script>Four<br>Five</div>tail").iter("div"))
    assert " ".join((shown_line(element) or "").split()) == "OneTwo Three Four Five"


def test_text_too_long_for_a_line_is_no_line() -> None:
    assert selected(f"<h1>{'long ' * 2000}</h1>", title="h1").title is None


def test_pruned_blocks_are_gone_for_rules_and_page_and_their_tails_stay() -> None:
    tree = document_fromstring("<div>a<i>1</i>b<i>2</i>c<u>x</u>d<i>3</i></div><h1><i>no</i> yes</h1><i><b>in</b></i>")
    found = select(tree, rules(prune="i", title=["i b", "h1"]))
    assert found.title == "yes"
    assert tostring(tree, encoding="unicode") == "<html><body><div>abc<u>x</u>d</div><h1> yes</h1></body></html>"


def test_page_itself_is_never_pruned() -> None:
    tree = document_fromstring("<p>x</p>")
    select(tree, rules(prune="body, html"))
    assert tostring(tree, encoding="unicode", method="text") == "x"


def test_elements_inside_selected_ones_are_not_taken_twice() -> None:
    found = selected("<div class=t>a<div class=t>b</div></div><div class=t>c</div><p>d</p>", body=[".none", ".t", "p"])
    page = found.page()
    assert page is not None
    assert page.text_content() == "abc"
    assert [element.get("class") for element in page.iter("div")] == [None, "t", None]


def test_body_without_a_letter_is_not_taken() -> None:
    assert selected("<div> - </div><p>text</p>", body=["div", "p"]).body[0].tag == "p"


@pytest.mark.parametrize(
    ("text", "led"),
    [
        ("One.\n\nTwo.", "The lead.\n\nOne.\n\nTwo."),
        ("The lead.\n\nOne.", "The lead.\n\nOne."),
        ("One.\n\nThe «lead»\n\nTwo.", "The «lead»\n\nOne.\n\nTwo."),
        ("", "The lead."),
    ],
)
def test_standfirst_leads_the_text_once(text: str, led: str) -> None:
    made, standfirst = Selected(standfirst="The lead.").led(text)
    assert made == led
    assert standfirst is not None
    assert made.startswith(standfirst)


def test_evidence_names_rules_that_gave_nothing() -> None:
    found = selected("<h1>Gate</h1>", title="h1", authors=".a", body=".b")
    told = found.evidence({"title": Evidence("og", 0.8), "authors": Evidence("meta", 0.7), "section": Evidence("meta", 0.5)}, {"title"})
    assert told == {
        "title": Evidence(FOUND, CONFIG.confidence),
        "authors": Evidence(f"meta, {MISSED}", 0.7),
        "section": Evidence("meta", 0.5),
        "text": Evidence(MISSED, 0.0),
    }
    dated = Dated(AT, "meta", 0.9)
    assert found.dated(dated) is dated
    assert selected("<p>x</p>", date="time").dated(dated) == Dated(AT, f"meta, {MISSED}", 0.9)
    assert selected("<p>x</p>", date="time").dated(None) is None


def test_article_by_rules_has_what_they_select() -> None:
    made = article(title="h1", standfirst=".lead", authors=".who", date="meta[name=day]", body=[".none", "div.text"], prune=[".ad"])
    assert made.title == "North gate to be rebuilt"
    assert made.authors == ("Salma Haddawi",)
    assert made.standfirst == "The north gate will be rebuilt in brick, the council said."
    assert made.text.startswith("The north gate will be rebuilt in brick, the council said.\n\nThe council of Qasr al-Nahr")
    assert made.text.endswith("the watchman was asleep elsewhere.")
    assert "Bricks" not in made.text
    assert made.published == Dated(datetime(2026, 10, 7, 15, 40, tzinfo=UTC), FOUND, CONFIG.confidence)
    assert {made.evidence[name].found_in for name in ("title", "standfirst", "authors", "text")} == {FOUND}


def test_rules_that_match_nothing_leave_the_generic_reading_and_say_so() -> None:
    plain = extract(Page(URL, URL, PAGE.encode(), AT), PageContext(time_zone="Asia/Baghdad"))
    made = article(title=".x", standfirst=".x", authors=".x", date=".x", body=".x", prune=".x")
    assert (made.title, made.text, made.authors, made.standfirst) == (plain.title, plain.text, plain.authors, plain.standfirst)
    assert plain.published is not None
    assert made.published == replace(plain.published, found_in=f"{plain.published.found_in}, {MISSED}")
    assert all(MISSED in made.evidence[name].found_in for name in ("title", "standfirst", "authors", "text"))


def test_day_by_rule_takes_the_clock_of_the_page_but_no_other_day() -> None:
    head = '<meta property="article:published_time" content="{}">'
    page = PAGE.replace("<title>", head.format("2026-10-06T09:15:00+03:00") + "<title>").replace("By <b>", "<i>6 October 2026</i> By <b>")
    exact = article(page, date=".who i").published
    assert exact is not None
    assert (exact.at, exact.found_in, exact.day_only) == (datetime(2026, 10, 6, 6, 15, tzinfo=UTC), f"{FOUND}, clock of meta", False)
    other = article(page.replace("6 October", "5 October"), date=".who i").published
    assert other is not None
    assert (other.at, other.found_in, other.day_only) == (datetime(2026, 10, 4, 21, tzinfo=UTC), FOUND, True)


def test_date_by_rule_is_found_in_a_line_and_not_that_of_the_update() -> None:
    page = PAGE.replace("By <b>", "<i>Updated: 7 October 2026 20:00 | Published: 7 October 2026 18:40</i> By <b>")
    published = article(page, date=".who i").published
    assert published is not None
    assert published.at == datetime(2026, 10, 7, 15, 40, tzinfo=UTC)


def test_line_that_is_no_date_is_a_rule_that_missed() -> None:
    published = article(date=["h1", ".text"]).published
    assert published is None or published.found_in.endswith(MISSED)


def hostile_tails(count: int) -> HtmlElement:
    return document_fromstring("<p>" + "<i></i>some text that follows it " * count + "</p>")


def test_removing_many_neighbours_costs_no_more_than_their_number() -> None:
    def seconds(count: int) -> float:
        tree = hostile_tails(count)
        doomed = list(tree.iter("i"))
        start = time.process_time()
        remove(doomed)
        assert next(tree.iter("i"), None) is None
        assert len(tree.text_content()) == 26 * count
        return time.process_time() - start

    assert seconds(40_000) < 50 * max(seconds(4_000), 0.01)

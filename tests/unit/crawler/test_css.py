"""Selectors select what XPath made of them selects, in one pass, and what they cannot do is said."""

from __future__ import annotations

import random
import time

import pytest
from cssselect import HTMLTranslator
from lxml.html import HtmlElement, document_fromstring

from crawler import css
from crawler.css import BadSelector, Finder, parse_selector

SELECTORS = [
    "*",
    "body",
    "P.x",
    "p.x.y",
    "#m a[href^='x' i]",
    "div.a > p:not(.x) + p",
    "div p",
    "div div p",
    "div > * > p",
    "p ~ b",
    "p + b ~ a",
    "a, b > c, li",
    ":is(a, b) c",
    "[data-q]",
    "[class~=x]",
    "[class~='']",
    "[lang|=en]",
    "[href$=q]",
    "[href*='=']",
    "[href='Xq=1']",
    "a:not([href])",
    "div:not(:first-child) b",
    "h1:first-child",
    "p:last-child",
    "p:only-child",
    "p:first-of-type",
    "b:nth-of-type(2)",
    "li:nth-child(3)",
    "li:nth-child(2n+1)",
    "li:nth-child(even)",
    "li:nth-child(-n+3)",
]


def random_markup(rng: random.Random, depth: int) -> str:
    parts = [rng.choice(["text ", ""])]
    for _ in range(rng.randint(0, 4) if depth else 0):
        tag = rng.choice(["div", "p", "a", "b", "c", "li", "h1", "span"])
        mark = rng.choice(["", "", " class=a", " class=x", " class='x y'", " id=m", " href='Xq=1'", " href=eq", " data-q", " lang=en-US"])
        parts.append(f"<{tag}{mark}>{random_markup(rng, depth - 1)}</{tag}>{rng.choice(['tail', ''])}")
    return "".join(parts)


def selected(tree: HtmlElement, selectors: list[str]) -> list[list[HtmlElement]]:
    found: list[list[HtmlElement]] = [[] for _ in selectors]
    for element, bits, _ in Finder(selectors).walk(tree):
        for index, elements in enumerate(found):
            if bits >> index & 1:
                elements.append(element)
    return found


def test_all_selectors_at_once_select_what_xpath_selects() -> None:
    rng = random.Random(20)
    matched = dict.fromkeys(SELECTORS, 0)
    for _ in range(60):
        tree = document_fromstring(f"<html><body><div>{random_markup(rng, 5)}</div></body></html>")
        for selector, elements in zip(SELECTORS, selected(tree, SELECTORS), strict=True):
            assert elements == tree.xpath(HTMLTranslator().css_to_xpath(selector)), selector
            matched[selector] += len(elements)
    assert [selector for selector, count in matched.items() if not count] == ["[class~='']"]


@pytest.mark.parametrize(
    ("selector", "why"),
    [
        ("", "is no CSS selector: Expected selector"),
        ("div >", "is no CSS selector"),
        ("a[b=]", "is no CSS selector"),
        ("li:nth-child(x)", "wants a number, odd, even or an"),
        ("a::attr(href)", "pseudo-element"),
        ("p::text", "pseudo-element"),
        ("a:hover", "uses :hover, which is not supported"),
        ("p:has(a)", "uses :has, which is not supported"),
        ("p:contains('a')", "uses :contains"),
        ("p:where(a)", "uses :where"),
        ("p:not(a b)", "uses :not with a selector of several steps"),
        ("p:is(a b)", "is no CSS selector"),
        ("svg|a", "names a namespace"),
        ("[x|a]", "names a namespace"),
        ("a[b!=c]", "compares an attribute by !="),
        ("." + "x" * 300, "is longer than 300 characters"),
        (" ".join("abcdefghijklmnopqr"), "has more than 16 steps"),
        (":not(" * 40 + "a" + ")" * 40, "is no CSS selector: Got nested"),
        (":is(" * 55 + ":hover" + ")" * 55, "uses :hover"),
    ],
)
def test_selector_that_cannot_be_used_says_why(selector: str, why: str) -> None:
    with pytest.raises(BadSelector, match=why) as caught:
        parse_selector(selector)
    assert "\n" not in str(caught.value)


def test_element_knows_which_selectors_took_its_ancestors() -> None:
    tree = document_fromstring("<div class=a><p><b>x</b></p></div><p>y</p>")
    found = [(element.tag, bits, around) for element, bits, around in Finder([".a", "p", "b"]).walk(tree)]
    assert found == [("div", 1, 0), ("p", 2, 1), ("b", 4, 3), ("p", 2, 0)]


def test_walk_does_not_go_into_closed_elements() -> None:
    tree = document_fromstring("<div class=a><p>x</p></div><p>y</p>")
    assert [element.text_content() for element, _, _ in Finder(["p", ".a"], closed=[1]).walk(tree)] == ["x", "y"]
    assert [element.tag for element, _, _ in Finder(["p", ".a"], closed=[1]).walk(tree)] == ["div", "p"]


def test_comment_in_a_page_is_passed_over() -> None:
    tree = document_fromstring("<div><!-- a --><p>x</p></div>")
    assert [element.tag for element, _, _ in Finder(["div > p", "*"]).walk(tree[0][0])] == ["div", "p"]


def test_only_so_many_elements_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(css, "MAX_ELEMENTS", 10)
    tree = document_fromstring("<p>x</p>" * 100)
    assert len(selected(tree, ["p"])[0]) == 8  # html and body before them


def test_page_made_for_xpath_costs_no_more_than_its_size() -> None:
    nested = document_fromstring("<div>" * 200 + "<p>x</p>" * 20_000 + "</div>" * 200)
    flat = document_fromstring("<div>" + "<p>x</p>" * 20_000 + "</div>")

    def cpu_seconds(tree: HtmlElement) -> float:
        start = time.process_time()
        (found,) = selected(tree, ["div div div p ~ p"])
        assert len(found) == (19_999 if tree is nested else 0)
        return time.process_time() - start

    # in turns, and the least of each: what else runs on the machine, or a collection of garbage, falls on both
    pairs = [(cpu_seconds(nested), cpu_seconds(flat)) for _ in range(3)]
    assert min(deep for deep, _ in pairs) < 6 * max(min(shallow for _, shallow in pairs), 0.02)

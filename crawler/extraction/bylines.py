"""Names that stand under the headline without markup: `By Ann Lee`, `بقلم …`, or a name in one row with the date."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from lxml.html import HtmlElement

from crawler.extraction.people import trimmed
from crawler.extraction.signatures import is_name, labelled
from crawler.extraction.strings import clean_line, comparable
from crawler.extraction.structured import Facts
from crawler.extraction.told import Told


@dataclass(frozen=True, slots=True)
class BylinesConfig:
    """How far below the headline a byline is looked for, and how long its line may be.

    The confidences are shares of right ones, (right + 1) / (found + 2), on the pages of `people.PeopleConfig`, where few were found: with a
    label 1 of 2, beside the date 1 of 1.
    """

    max_elements: int = 120
    max_text_nodes: int = 12
    max_chars: int = 120
    paragraph_chars: int = 200
    labelled: float = 0.5
    beside_date: float = 0.67


CONFIG = BylinesConfig()

_SILENT = frozenset({"script", "style", "noscript", "template", "svg", "nav", "footer", "form", "button", "select", "figure", "figcaption"})
_DATE = r"(?:[^\W\d_]{2,12},?\s+)?[0-9٠-٩۰-۹]{1,4}(?:[./-]|\s*,?\s+[^\W\d_]{3,})|[A-Z][a-z]{2,8}\.?\s\d{1,2},"
_ROW = re.compile(rf"^(?P<name>[^\d|•·,:/]{{5,40}}?)\s*[|•·,–—-]\s*(?={_DATE})")
_ROW_BACK = re.compile(r"^[^|•]{0,50}[0-9٠-٩۰-۹]{2}[^|•\d]{0,15}\s[|•·–—-]\s(?P<name>[^\d|•·,:/]{5,40})$")


def signed_near_headline(tree: HtmlElement, title: str | None) -> Told[tuple[str, ...]] | None:
    """Find the first line under the headline that says whom the article is by."""
    for line in _lines_below(tree, title):
        if found := labelled(trimmed(line)):
            return Told(found.names, "headline area", CONFIG.labelled)
    return None


def names_beside_dates(tree: HtmlElement, facts: Facts, names: Sequence[str], title: str | None) -> Told[tuple[str, ...]] | None:
    """Find what may be a name in one row with a date under the headline, and is neither the site (`names`) nor a section."""
    known = {*names, *(comparable(line) for line in (*facts.crumbs, *facts.tag_links, *facts.shown_tags))}
    known |= {comparable(value) for name in ("article:section", "keywords", "news_keywords") for value in facts.meta.get(name, ())}
    for line in _lines_below(tree, title):
        row = _ROW.match(line) or _ROW_BACK.match(line)
        if row and is_name(row["name"].strip()) and comparable(row["name"]) not in known:
            return Told((row["name"].strip(),), "beside the date", CONFIG.beside_date)
    return None


def _lines_below(tree: HtmlElement, title: str | None) -> Iterator[str]:
    """Give the short lines that elements below the headline hold, in document order, up to the first paragraph of the text."""
    heading = _heading(tree, title)
    for element in islice(_after(heading), CONFIG.max_elements) if heading is not None else ():
        if not isinstance(element.tag, str) or element.tag in _SILENT:
            continue
        texts = list(islice(element.itertext(), CONFIG.max_text_nodes + 1))
        if element.tag == "p" and sum(map(len, texts)) > CONFIG.paragraph_chars:
            return
        line = clean_line(" ".join(map(str, texts))[: 2 * CONFIG.max_chars]) if len(texts) <= CONFIG.max_text_nodes else None
        if line and len(line) <= CONFIG.max_chars:
            yield line


def _heading(tree: HtmlElement, title: str | None) -> HtmlElement | None:
    """Return the first-level heading that shows the title, else the first."""
    key, first = comparable(title or ""), None
    for heading in islice(tree.iter("h1"), 10):
        text = comparable(heading.text_content()[:1_000])
        if text and first is None:
            first = heading
        if len(text) >= 10 and (text in key or key in text) and key:
            return heading
    return first


def _after(element: HtmlElement) -> Iterator[HtmlElement]:
    """Walk the elements that follow one in document order, outside it."""
    around: HtmlElement | None = element
    while around is not None:
        following = around.getnext()
        while following is not None:
            yield from following.iter()
            following = following.getnext()
        around = around.getparent()

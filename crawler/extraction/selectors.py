"""What the rules of a source select on a page, for the few sources that the generic reading gets wrong.

A rule that selects nothing leaves its field to the generic reading and says so in the evidence (`MISSED`): a site that was rebuilt shows in
the corpus before anybody looks at it. Cost: one walk over the tree (`crawler.css`), nothing at all for a source without rules.
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from lxml import etree
from lxml.html import HtmlElement, document_fromstring

from crawler.css import Finder
from crawler.extraction.strings import clean_line, comparable
from crawler.records import Dated, SelectorRule, SelectorRules
from storage.records import Evidence


@dataclass(frozen=True, slots=True)
class SelectorConfig:
    """Limits and weights of rules.

    A maintainer looked at the page, so a rule is surer than any claim of the page itself, whose best is .95; not certain, because sites are
    rebuilt (`confidence`). Of each rule `max_lines` elements are read and `max_blocks` taken for the text; a line has `max_line_chars`, and
    twice that are looked at, spaces included.
    """

    confidence: float = 0.99
    max_lines: int = 20
    max_blocks: int = 2_000
    max_line_chars: int = 1_000


CONFIG = SelectorConfig()

#: What evidence says of a field that a rule gave, and of one whose rules gave nothing.
FOUND, MISSED = "selector", "selector missed"

#: The fields of `SelectorRules` in the order of its definition, and the name that the evidence of each goes by.
FIELDS = {part.name: part.name for part in fields(SelectorRules)} | {"date": "published_at", "body": "text"}

_FRAME = frozenset({"html", "head", "body"})  # what no rule takes out
_BREAKS = frozenset({"br", "p", "div", "li", "tr", "td", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "section", "article"})
_BLOCKS = frozenset({"p", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote", "pre", "figure"})
_NAMES = ("class", "id", "style", "hidden", "role", "aria-hidden")
_UNSEEN = frozenset({"script", "style", "template", "noscript"})


class Tried(NamedTuple):
    """A rule, the field it is for, and how many elements it selected (never counted beyond `max_blocks`)."""

    name: str
    rule: SelectorRule
    elements: int


@dataclass(frozen=True, slots=True)
class Selected:
    """What rules selected on one page.

    `title`, `standfirst`: a clean line. `authors`: bylines as they stand. `dates`: what may be read as the date, the best first. `body`:
    the elements of the page that hold the text. `ruled` are the fields that have rules, `prune` not among them.
    """

    title: str | None = None
    standfirst: str | None = None
    authors: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    body: tuple[HtmlElement, ...] = ()
    ruled: frozenset[str] = frozenset()
    tried: tuple[Tried, ...] = ()

    def page(self) -> HtmlElement | None:
        """Return a page of nothing but the elements selected for the body; None when there are none. It may be changed."""
        if not self.body:
            return None
        page = document_fromstring("<html><head></head><body><article></article></body></html>")
        article = page[1][0]
        for element in self.body:
            block = copy.deepcopy(element)
            block.tail = None
            if block.tag not in _BLOCKS:
                block.tag = "div"
            for name in _NAMES:  # it is the text, whatever it is called
                block.attrib.pop(name, None)
            article.append(block)
        return page

    def led(self, text: str) -> tuple[str, str | None]:
        """Return a text with the standfirst that a rule selected at its beginning, once, and that standfirst as it stands there."""
        if self.standfirst is None:
            return text, None
        paragraphs = text.split("\n\n")
        key = comparable(self.standfirst)
        at = next((number for number, paragraph in enumerate(paragraphs[:5]) if comparable(paragraph) == key), None)
        standfirst = self.standfirst if at is None else paragraphs.pop(at)
        return "\n\n".join(filter(None, [standfirst, *paragraphs])), standfirst

    def evidence(self, generic: Mapping[str, Evidence], taken: Collection[str]) -> Mapping[str, Evidence]:
        """Add to the evidence of the generic reading what became of the rules; `taken` are the fields that a rule gave."""
        if not self.ruled:
            return generic
        noted = dict(generic)
        for name in self.ruled:
            key, told = FIELDS[name], generic.get(FIELDS[name])
            if name in taken:
                noted[key] = Evidence(FOUND, CONFIG.confidence)
            else:
                noted[key] = replace(told, found_in=f"{told.found_in}, {MISSED}") if told else Evidence(MISSED, 0.0)
        return noted

    def gave(self, published: Dated | None) -> bool:
        """Say whether a rule gave the date."""
        return bool(self.dates) and published is not None and published.found_in.startswith(FOUND)

    def dated(self, published: Dated | None) -> Dated | None:
        """Add to the evidence of a date that there is a rule for it which gave none."""
        if published is None or "date" not in self.ruled or self.gave(published):
            return published
        return replace(published, found_in=f"{published.found_in}, {MISSED}")


NOTHING = Selected()


def select(tree: HtmlElement, rules: SelectorRules | None) -> Selected:
    """Take out of a page what the rules of its source prune, then give what they select; nothing in a pruned block is selected."""
    if rules is None:
        return NOTHING
    ordered, finder = _prepared(rules)
    found: list[list[HtmlElement]] = [[] for _ in ordered]
    doomed: list[HtmlElement] = []
    closed = sum(1 << index for index, (name, _) in enumerate(ordered) if name == "prune")
    bodies = sum(1 << index for index, (name, _) in enumerate(ordered) if name == "body")
    for element, selected, around in finder.walk(tree):
        wanted = selected & closed or selected & ~(around & bodies)
        if wanted & closed and element.tag not in _FRAME:
            doomed.append(element)
        for index, elements in enumerate(found):
            if wanted >> index & 1 and len(elements) < CONFIG.max_blocks:
                elements.append(element)
    remove(doomed)
    matched: dict[str, list[tuple[SelectorRule, list[HtmlElement]]]] = {name: [] for name in FIELDS}
    for (name, rule), elements in zip(ordered, found, strict=True):
        matched[name].append((rule, elements))
    return Selected(
        title=_first_line(matched["title"]),
        standfirst=_first_line(matched["standfirst"]),
        authors=next((lines for rule, elements in matched["authors"] if (lines := tuple(_lines(rule, elements)))), ()),
        dates=tuple(value for rule, elements in matched["date"] for value in _dates(rule, elements)),
        body=next((tuple(elements) for _, elements in matched["body"] if any(_says_something(one) for one in elements)), ()),
        ruled=frozenset(name for name, matches in matched.items() if matches and name != "prune"),
        tried=tuple(Tried(name, rule, len(elements)) for (name, rule), elements in zip(ordered, found, strict=True)),
    )


@lru_cache(maxsize=256)
def _prepared(rules: SelectorRules) -> tuple[tuple[tuple[str, SelectorRule], ...], Finder]:
    """Make rules ready for use: each with its field, and the finder that numbers them so."""
    ordered = tuple((name, rule) for name in FIELDS for rule in getattr(rules, name))
    pruning = [index for index, (name, _) in enumerate(ordered) if name == "prune"]
    return ordered, Finder([rule.selector for _, rule in ordered], closed=pruning)


def remove(elements: Iterable[HtmlElement]) -> None:
    """Take elements out of their tree and leave the text that follows them; they stand in the order of the page, none in another.

    The text after neighbours is joined once: `drop_tree` copies it again for each, which is quadratic in their number.
    """
    for _, run in groupby(_numbered_runs(elements), key=lambda numbered: numbered[0]):
        neighbours = [element for _, element in run]
        parent, before = neighbours[0].getparent(), neighbours[0].getprevious()
        if parent is None:
            continue
        text = "".join(element.tail or "" for element in neighbours)
        for element in neighbours:
            parent.remove(element)
        if before is None:
            parent.text = (parent.text or "") + text
        else:
            before.tail = (before.tail or "") + text


def _numbered_runs(elements: Iterable[HtmlElement]) -> Iterator[tuple[int, HtmlElement]]:
    """Give each element the number of its run: those that follow one another directly have one."""
    number, last = 0, None
    for element in elements:
        if last is None or element.getprevious() is not last:
            number += 1
        yield number, element
        last = element


def _first_line(matches: Sequence[tuple[SelectorRule, list[HtmlElement]]]) -> str | None:
    """Return the first line that any of the rules of a field gives."""
    return next((line for rule, elements in matches for line in _lines(rule, elements)), None)


def _lines(rule: SelectorRule, elements: Sequence[HtmlElement]) -> Iterator[str]:
    """Give the clean lines of the elements that a rule selected."""
    for element in elements[: CONFIG.max_lines]:
        attribute = rule.attribute or ("content" if element.tag == "meta" else None)
        if line := clean_line(element.get(attribute) if attribute else shown_line(element), CONFIG.max_line_chars):
            yield line


def _dates(rule: SelectorRule, elements: Sequence[HtmlElement]) -> Iterator[str]:
    """Give what may be the date in the elements that a rule selected: the value for machines before the one for people."""
    for element in elements[: CONFIG.max_lines]:
        values = [element.get(rule.attribute)] if rule.attribute else [element.get("datetime"), element.get("content"), shown_line(element)]
        yield from filter(None, (clean_line(value, CONFIG.max_line_chars) for value in values))


def shown_line(element: HtmlElement) -> str | None:
    """Return the text of an element as one line, with a space where a page breaks it; None when it is too long to be one."""
    pieces: list[str] = []
    chars = 0
    walk = etree.iterwalk(element, events=("start", "end"))
    for event, part in walk:
        if event == "start" and part.tag in _UNSEEN:
            walk.skip_subtree()
            continue
        piece = part.text if event == "start" and part.tag not in _UNSEEN else part.tail if event == "end" and part is not element else None
        if part.tag in _BREAKS:
            piece = f" {piece or ''}"
        if piece:
            pieces.append(piece)
            chars += len(piece)
            if chars > 2 * CONFIG.max_line_chars:
                return None
    return "".join(pieces)


def _says_something(element: HtmlElement) -> bool:
    """Say whether there is a letter or digit in an element."""
    return any(any(char.isalnum() for char in piece) for piece in element.itertext())

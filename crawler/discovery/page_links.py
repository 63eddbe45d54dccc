"""Walk through a page once and note its links with the places where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

from lxml import etree
from lxml.html import HtmlElement

from crawler.discovery.markup import web_link
from crawler.discovery.pages import page_base, rel_of

# Names of classes and ids, taken apart at hyphens and capitals. What stands in a part with such a name leads around the site and not into
# it.
_AROUND = """
    nav navbar navigation menu submenu megamenu breadcrumb breadcrumbs footer topbar toolbar share sharing social pagination pager pages
    cookie cookies consent popup modal login tags tagcloud categories byline comments advert ads subscribe newsletter
"""
_AROUND_WORDS = frozenset(_AROUND.split())
_BESIDE_WORDS = frozenset({"related", "sidebar", "aside", "recommended", "popular", "trending", "promo"})
_BLOCK_WORDS = frozenset(
    {"article", "card", "entry", "headline", "headlines", "item", "news", "post", "posts", "result", "stories", "story", "teaser"}
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4"})
_PARTS = re.compile(r"[a-z]+|[A-Z][a-z]*")
_MAX_NAME_CHARACTERS = 300
_MAX_TEXT_CHARACTERS = 2_000
_MAX_EVENTS = 400  # a link that holds a card holds some dozen elements
_HIDDEN = frozenset({"script", "style", "noscript", "svg"})
_INLINE = frozenset({"a", "abbr", "b", "bdi", "em", "font", "i", "mark", "small", "span", "strong", "u"})
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(slots=True)
class Block:
    """A part of the page that may hold one article: its dates, as written, and the accepted links inside (filled in later)."""

    parent: Block | None
    times: list[str] = field(default_factory=list)
    addresses: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Link:
    """One occurrence of a link: absolute address, text, language, and its place on the page.

    `around`: in a menu, header or footer; `beside`: in a side column; `listed`: in an article, card or list item of the page's main part;
    `headed`: in or around a heading.
    """

    url: str
    text: str
    language: str | None
    around: bool
    beside: bool
    listed: bool
    headed: bool
    is_next: bool
    block: Block


@dataclass(slots=True)
class _Place:
    """What holds for everything inside an element."""

    around: bool
    beside: bool
    main: bool
    listed: bool
    headed: bool
    language: str | None
    block: Block


def links_of(tree: HtmlElement, url: str, limit: int) -> tuple[list[Link], list[Block]]:
    """Return the first http(s) links of a page in their order, and its blocks, each after the one that holds it.

    One walk, with a stack of places, so that deep nesting costs no more than flat.
    """
    base = page_base(tree, url)
    whole = Block(None)
    blocks = [whole]
    places = [_Place(around=False, beside=False, main=False, listed=False, headed=False, language=None, block=whole)]
    links: list[Link] = []
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if event == "end":
            places.pop()
            continue
        place = _inside(element, places[-1])
        if place.block is not places[-1].block:
            blocks.append(place.block)
        places.append(place)
        if element.tag == "a" and len(links) < limit and (link := web_link(base, element.get("href") or "")):
            text, headed = _text_of_link(element)
            links.append(
                Link(
                    link,
                    text,
                    element.get("hreflang") or place.language,
                    around=place.around,
                    beside=place.beside,
                    listed=place.listed,
                    headed=headed or place.headed,
                    is_next="next" in rel_of(element),
                    block=place.block,
                )
            )
        elif element.tag == "time" and (written := element.get("datetime") or _read(element)[0]):
            place.block.times.append(written)
    return links, blocks


def _inside(element: HtmlElement, outer: _Place) -> _Place:
    """Say what holds inside an element, by its name and the names it is given."""
    tag = element.tag
    names = _names_of(element) if tag not in {"html", "body", "a"} else frozenset()
    is_block = tag in {"article", "li", "tr", "dd"} or bool(names & _BLOCK_WORDS)
    around = outer.around or tag in {"nav", "footer"} or bool(names & _AROUND_WORDS) or (tag == "header" and not outer.listed)
    beside = outer.beside or tag == "aside" or bool(names & _BESIDE_WORDS)
    return _Place(
        around=around,
        beside=beside,
        main=outer.main or tag in {"main", "article"} or element.get("role") == "main",
        listed=(outer.listed or is_block or outer.main) and not around,
        headed=outer.headed or tag in _HEADINGS,
        language=element.get("lang") or element.get(_LANG) or outer.language,
        block=Block(outer.block) if is_block else outer.block,
    )


def _names_of(element: HtmlElement) -> frozenset[str]:
    """Return the words in class, id and role; 'has-sidebar' and 'no-header' say nothing of the element itself."""
    written = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('role') or ''}"[:_MAX_NAME_CHARACTERS]
    words: set[str] = set()
    for name in written.split():
        parts = [part.lower() for part in _PARTS.findall(name)]
        if not parts or parts[0] in {"has", "with", "without", "no", "is"}:
            continue
        words.update(parts)
    return frozenset(words)


def _text_of_link(element: HtmlElement) -> tuple[str, bool]:
    """Return what a link says: its heading where it holds one, else its text, else what its image or its label says."""
    text, heading, image = _read(element)
    if heading or text:
        return heading or text, bool(heading)
    labels = (element.get("title"), element.get("aria-label"), image)
    return next((" ".join(label.split()) for label in labels if label and label.strip()), ""), False


def _read(element: HtmlElement) -> tuple[str, str, str]:
    """Return the visible text inside, that of the first heading in it, and the description of the first image; all within limits."""
    pieces: list[str] = []
    heading: tuple[int, int] | None = None  # from where to where in the pieces
    image, hidden, characters = "", 0, 0
    for event, inner in islice(etree.iterwalk(element, events=("start", "end")), _MAX_EVENTS):
        starts, tag = event == "start", inner.tag
        if tag in _HIDDEN:
            hidden += 1 if starts else -1
        elif tag in _HEADINGS and not hidden:
            if starts and heading is None:
                heading = (len(pieces), -1)
            elif not starts and heading and heading[1] < 0:
                heading = (heading[0], len(pieces))
        elif tag == "img" and starts:
            image = image or inner.get("alt") or ""
        gap = "" if tag in _INLINE else " "
        text = "" if hidden else (inner.text if starts else inner.tail if inner is not element else None) or ""
        pieces += (gap, text)
        characters += len(text)
        if characters > _MAX_TEXT_CHARACTERS:
            break
    start, end = heading or (0, 0)
    return _joined(pieces), _joined(pieces[start : end if end >= 0 else None]), image


def _joined(pieces: Iterable[str]) -> str:
    return " ".join("".join(pieces).split())

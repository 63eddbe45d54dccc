"""Quotations and subheads of an article, freed from the markup in which they are lost.

trafilatura drops every figure and whatever is named after embedding or social media; a quotation, a table or a post that the article
quotes may lie in one. A subhead written as a plain block between paragraphs is lost as well.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from lxml.html import HtmlElement


@dataclass(frozen=True, slots=True)
class QuotesConfig:
    """Lengths in characters: of a post, of what a wrapper may hold besides it, and of a subhead.

    Wrappers are measured up to `max_parts` elements, so that a page of nothing but quotations costs no more than one without.
    """

    post_chars: int = 1_500
    wrapper_chars: int = 40
    max_parts: int = 60
    max_wrappers: int = 6
    subhead_chars: int = 150


CONFIG = QuotesConfig()

# what the embedding codes of the networks call the quotation that they leave in the page
_POST = re.compile(
    r"(?:^|\s)(?:(?:twitter|tiktok|bluesky|threads|mastodon|reddit|instagram|facebook|fb|imgur|telegram|pinterest)[-_]"
    r"(?:tweet|video|embed|media|post|card)[-\w]*|text-post-media)(?:\s|$)"
)
_WRAPPERS = frozenset({"div", "figure", "section", "span", "p", "center", "twitter-widget"})
_UNREAD = frozenset({"script", "style", "noscript"})
_NAMES = ("class", "id")
_SUBHEAD = re.compile(
    r"(?:^|[^a-z])(?:(?:sub|cross|inter|mid|zwischen|mellom|mellan)[-_]?(?:head(?:ing|line|er)?|title|titel|tittel)|intertitre|tussenkop|ladillo"
    r"|heading-?h[2-6])(?:$|[^a-z])",
    re.IGNORECASE,
)
_INLINE = frozenset({"a", "abbr", "b", "br", "em", "font", "i", "mark", "small", "span", "strong", "sub", "sup", "u"})


def free_quotes(tree: HtmlElement) -> None:
    """Turn what holds a quotation or a table into plain blocks, in place, and quoted posts into plain quotations."""
    for quote in list(tree.iter("blockquote")):
        if _POST.search((quote.get("class") or "")[:500]):
            _free_post(quote)
    for figure in list(tree.iter("figure")):
        if next(figure.iter("blockquote", "table", "pre"), None) is not None:
            _make_plain(figure)


def _free_post(quote: HtmlElement) -> None:
    """Take the links out of a quoted post, and the names off it and what is wrapped around it alone.

    A short post may be half links, which is how lists of links are known.
    """
    for link in list(quote.iter("a")):
        link.drop_tag()
    chars = _chars(quote)
    _unname(quote)
    wrapper = quote.getparent()
    for _ in range(CONFIG.max_wrappers):
        if chars is None or wrapper is None or wrapper.tag not in _WRAPPERS:
            return
        held = _chars(wrapper)
        if held is None or held > chars + CONFIG.wrapper_chars:
            return
        _make_plain(wrapper)
        wrapper = wrapper.getparent()


def _make_plain(element: HtmlElement) -> None:
    """Make a nameless block of an element."""
    element.tag = "div"
    _unname(element)


def _unname(element: HtmlElement) -> None:
    """Take class and id off an element."""
    for name in _NAMES:
        element.attrib.pop(name, None)


def _chars(element: HtmlElement) -> int | None:
    """Count the characters of text in an element that are read, scripts left out; None when it is no mere post and what is around it."""
    chars = 0
    for count, part in enumerate(element.iter()):
        if part.text and part.tag not in _UNREAD:
            chars += len(part.text.strip())
        if part.tail and part is not element:
            chars += len(part.tail.strip())
        if count > CONFIG.max_parts or chars > CONFIG.post_chars:
            return None
    return chars


@lru_cache(maxsize=4096)
def _is_subhead_class(names: str) -> bool:
    """Say whether a class names a subhead."""
    return _SUBHEAD.search(names) is not None


def mark_subheads(tree: HtmlElement) -> None:
    """Turn plain blocks that are named subheads, and stand before a paragraph, into headings, in place."""
    for block in tree.iter("div"):
        names = block.get("class")
        if not names or not _is_subhead_class(names[:500]):
            continue
        following = block.getnext()
        if following is None or following.tag != "p" or any(part.tag not in _INLINE for part in block.iterdescendants()):
            continue
        if 0 < len("".join(block.itertext()).strip()) <= CONFIG.subhead_chars:
            block.tag = "h3"

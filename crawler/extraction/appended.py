"""Take out of a page the articles that are appended to its own while it is read ('infinite scroll')."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from lxml.html import HtmlElement

from crawler.extraction.strings import clean_line, comparable
from crawler.extraction.structured import Facts, Node, node_types

__all__ = ["CONFIG", "AppendedConfig", "cut_later_articles"]


@dataclass(frozen=True, slots=True)
class AppendedConfig:
    """What makes a second article: `second_paragraphs` paragraphs of `paragraph_chars`. Headlines are compared from `key_chars` on."""

    second_paragraphs: int = 3
    paragraph_chars: int = 60
    key_chars: int = 8
    max_headlines: int = 50


CONFIG = AppendedConfig()


def cut_later_articles(tree: HtmlElement, facts: Facts) -> int:
    """Take the articles out of a page that were appended to the first, in place.

    An appended article is of the same markup as the first, beside it, and has a headline of its own and paragraphs. The first must have the
    headline that the page gives itself, so that the posts of a blog's front page stay together.
    Returns: how many were taken out.
    """
    if len(facts.headings) < 2 and len(list(islice(tree.iter("article"), 2))) < 2:
        return 0
    headings = (element for element in tree.iter("h1", "h2") if element.tag == "h1" or _heads_article(element))
    headlines = list(islice(headings, CONFIG.max_headlines))
    titles = {
        key
        for line in (facts.first_meta("og:title"), facts.title_tag, clean_line(facts.article.get("headline")))
        if line and (key := comparable(line))
    }
    first = next((element for element in headlines if _is_title(element, titles)), None)
    if first is None or len(headlines) < 2 or first is headlines[-1]:
        return 0
    around = dict.fromkeys(first.iterancestors())
    described = _headlines_of(facts.nodes)
    own_key = comparable(_line(first))
    cut = 0
    for headline in headlines[headlines.index(first) + 1 :]:
        key = comparable(_line(headline))
        wrapper, own = _siblings(first, around, headline)
        if not key or key == own_key or wrapper is None or own is None or wrapper.getparent() is None:
            continue
        told = key in described
        alike = wrapper.tag == own.tag and (wrapper.tag == "article" or bool(set(_words(wrapper)) & set(_words(own))))
        signed = headline.tag == "h1" and (wrapper.tag == "article" or _is_dated(wrapper))
        if alike and (told or signed) and _has_paragraphs(wrapper, CONFIG.second_paragraphs) and _has_paragraphs(own, 1):
            wrapper.drop_tree()
            cut += 1
    return cut


def _words(element: HtmlElement) -> list[str]:
    return (element.get("class") or "").split()[:20]


def _heads_article(element: HtmlElement) -> bool:
    """Say whether a second-level heading is the first heading of an article."""
    frame = next(element.iterancestors("article"), None)
    return frame is not None and next(frame.iter("h1", "h2"), None) is element


def _is_title(element: HtmlElement, titles: Iterable[str]) -> bool:
    """Say whether a heading is the headline that the page gives itself."""
    key = comparable(_line(element)[:500])
    return len(key) >= CONFIG.key_chars and any(key in title or title in key for title in titles if len(title) >= CONFIG.key_chars)


def _headlines_of(nodes: Sequence[Node]) -> set[str]:
    """Collect the headlines of the articles that JSON-LD describes."""
    return {comparable(line) for node in nodes if (line := clean_line(node.get("headline"))) and "article" in "".join(node_types(node))}


def _siblings(first: HtmlElement, around: dict[HtmlElement, None], headline: HtmlElement) -> tuple[HtmlElement | None, HtmlElement | None]:
    """Return the largest element around a headline that does not hold the first one, and its counterpart around the first."""
    wrapper = headline
    while (parent := wrapper.getparent()) is not None and parent not in around:
        wrapper = parent
    common = wrapper.getparent()
    own: HtmlElement = first
    while (parent := own.getparent()) is not None and parent is not common:
        own = parent
    return (wrapper, own) if wrapper is not headline and own is not first else (None, None)


def _is_dated(element: HtmlElement) -> bool:
    """Say whether an element has a time, a byline or an address of its own, as an article has."""
    if next(element.iter("time"), None) is not None or any("url" in str(name) for name in element.attrib):
        return True
    return any("author" in _names(inner) or "byline" in _names(inner) for inner in element.iter("div", "span", "p", "a"))


def _line(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())


def _names(element: HtmlElement) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''}"[:500]


def _has_paragraphs(element: HtmlElement, number: int) -> bool:
    """Say whether an element has so many paragraphs of prose."""
    found = 0
    for paragraph in element.iter("p"):
        chars = len(_line(paragraph))
        if chars >= CONFIG.paragraph_chars and 2 * sum(len(link.text_content()) for link in paragraph.iter("a")) < chars:
            found += 1
            if found >= number:
                return True
    return False

"""The text of a page whose article is a few lines: an agency flash, a blog note.

Below 250 characters trafilatura doubts its own result and takes ever more of the page, down to the form for comments. Where the page marks
one container as the article, and hardly any other prose is on the page, that container is the article however short it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml.html import HtmlElement

from crawler.extraction.lines import Block
from crawler.extraction.pruning import is_body_class
from crawler.extraction.strings import clean_line


@dataclass(frozen=True, slots=True)
class ShortConfig:
    """What makes a short article, in characters.

    `min_chars` … `max_chars` of paragraphs, in a container that has no more than `max_container_chars` in all. A paragraph outside it of
    `prose_chars` that is not half links is prose; with more than `other_prose_chars` of that the container may be no more than the lead of
    a longer article.
    """

    min_chars: int = 20
    max_chars: int = 400
    max_container_chars: int = 600
    prose_chars: int = 80
    other_prose_chars: int = 500


CONFIG = ShortConfig()

_BLOCK_TAGS = ("p", "h2", "h3", "h4", "li", "blockquote")
_KINDS = {"li": "list", "h2": "head", "h3": "head", "h4": "head", "blockquote": "quote"}


def short_article(tree: HtmlElement) -> list[Block]:
    """Return the blocks of a short article; empty when the page marks none, or a longer one.

    `tree` is a page after pruning; it is not changed.
    """
    for containers in (_marked(tree), _classed(tree), _articles(tree)):
        if len(containers) != 1:
            continue
        container = containers[0]
        if len(" ".join(container.text_content().split())) > CONFIG.max_container_chars:
            return []
        blocks = list(_blocks(container))
        chars = sum(len(block.text) for block in blocks if block.kind in ("p", "quote"))
        if CONFIG.min_chars <= chars <= CONFIG.max_chars and _other_prose(tree, container) <= CONFIG.other_prose_chars:
            return blocks
    return []


def _outermost(elements: list[HtmlElement]) -> list[HtmlElement]:
    """Leave out elements that lie in another of them."""
    found = set(elements)
    return [element for element in elements if not any(ancestor in found for ancestor in element.iterancestors())]


def _marked(tree: HtmlElement) -> list[HtmlElement]:
    """Find the containers that microdata calls the body of the article."""
    return _outermost(
        [element for element in tree.iter("div", "section", "article", "p", "span") if "articleBody" in (element.get("itemprop") or "")]
    )


def _classed(tree: HtmlElement) -> list[HtmlElement]:
    """Find the containers whose class calls them the text of an article."""
    return _outermost([element for element in tree.iter("div", "section") if is_body_class((element.get("class") or "")[:500])])


def _articles(tree: HtmlElement) -> list[HtmlElement]:
    """Find the article elements; of several, those that hold the headline of the page."""
    articles = _outermost(list(tree.iter("article")))
    return articles if len(articles) == 1 else [article for article in articles if next(article.iter("h1"), None) is not None]


def _blocks(container: HtmlElement) -> Iterator[Block]:
    """Divide a container into blocks; one without any is itself a paragraph."""
    inner = [element for element in container.iter(*_BLOCK_TAGS) if element is not container]
    outer = [
        element for element in inner if not any(parent.tag in _BLOCK_TAGS for parent in element.iterancestors() if parent is not container)
    ]
    for element in outer or [container]:
        if line := clean_line(" ".join(element.itertext()), 20_000):
            kind = _KINDS.get(str(element.tag), "p")
            linked = sum(len("".join(link.itertext())) for link in element.iter("a"))
            if kind == "list" and linked and linked >= len(line) - 3:
                continue  # a link of a toolbar
            yield Block(kind, f"- {line}" if kind == "list" else line)


def _other_prose(tree: HtmlElement, container: HtmlElement) -> int:
    """Count the characters of prose outside a container."""
    inside = set(container.iter("p"))
    chars = 0
    for paragraph in tree.iter("p"):
        if paragraph in inside:
            continue
        length = len("".join(paragraph.itertext()).strip())
        linked = sum(len("".join(link.itertext())) for link in paragraph.iter("a"))
        if length >= CONFIG.prose_chars and linked < length / 2:
            chars += length
    return chars

"""The article in a page that shows none: JSON-LD's `articleBody`, or the HTML that a script holds in a string for the browser to draw.

Only for pages whose tree gives (almost) no text; a page that shows its text shows it better than it stores it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, fragment_fromstring

from crawler.extraction.strings import clean_line
from crawler.extraction.structured import Facts


@dataclass(frozen=True, slots=True)
class EmbeddedConfig:
    """When a string of a script counts as an article.

    `min_chars` of paragraphs in it; strings in strings are opened `max_depth` times (a string in a JSON object in a JavaScript string is
    two deep).
    """

    min_chars: int = 250
    max_depth: int = 3
    max_script_chars: int = 2_000_000


CONFIG = EmbeddedConfig()

_SCRIPT = re.compile(r"<script\b[^>]*>([^<]*+(?:<(?!/script)[^<]*+)*+)", re.IGNORECASE)
_STRING = re.compile(r'"((?:[^"\\]++|\\.)*+)"', re.DOTALL)
_MARKUP = re.compile(r"(?:<|\\u003[cC]|\\x3[cC]|&lt;)p\b")
_BLOCKS = ("p", "h2", "h3", "h4", "li", "blockquote")


def stored_paragraphs(facts: Facts) -> list[str]:
    """Return the paragraphs of the longest article body in JSON-LD; empty when there is none."""
    return _paragraphs(max(_json_ld_bodies(facts), key=len, default=""))


def embedded_paragraphs(source: str, facts: Facts) -> list[str]:
    """Return the paragraphs of the longest article that a page carries unseen; empty when there is none.

    `source` is the decoded page.
    """
    found: list[str] = []
    for body in (*_json_ld_bodies(facts), *_script_bodies(source)):
        paragraphs = _paragraphs(body)
        if _length(paragraphs) > max(CONFIG.min_chars, _length(found)):
            found = paragraphs
    return found


def _length(paragraphs: list[str]) -> int:
    """Count the characters of some paragraphs."""
    return sum(map(len, paragraphs))


def _json_ld_bodies(facts: Facts) -> Iterator[str]:
    """Give the article bodies of JSON-LD."""
    for node in (facts.article, *facts.nodes):
        body = node.get("articleBody")
        if isinstance(body, str):
            yield body


def _script_bodies(source: str) -> Iterator[str]:
    """Give the strings of scripts that hold paragraphs of HTML."""
    for script in _SCRIPT.finditer(source):
        if len(script[1]) <= CONFIG.max_script_chars and _MARKUP.search(script[1]):
            yield from _strings(script[1], CONFIG.max_depth)


def _strings(code: str, depth: int) -> Iterator[str]:
    """Open the strings in a piece of code, and the strings in those."""
    for literal in _STRING.finditer(code):
        if len(literal[1]) < CONFIG.min_chars or not _MARKUP.search(literal[1]):
            continue
        try:
            text = json.loads(f'"{literal[1]}"', strict=False)
        except ValueError:  # JavaScript knows escapes that JSON does not
            continue
        if text.lstrip()[:1] == "<":
            yield text
        elif depth > 1:
            yield from _strings(text, depth - 1)


def _paragraphs(body: str) -> list[str]:
    """Divide an article body, HTML or plain, into paragraphs."""
    if "<" not in body:
        return [line for part in re.split(r"\n+", body) if (line := clean_line(part, 20_000))]
    try:
        fragment: HtmlElement = fragment_fromstring(body, create_parent="div", parser=HTMLParser(encoding="utf-8"))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return []
    blocks = [element for element in fragment.iter(*_BLOCKS) if not any(parent.tag in _BLOCKS for parent in element.iterancestors())]
    lines = (clean_line("".join(element.itertext()), 20_000) for element in blocks)
    return [line for line in lines if line] or [line for line in [clean_line(fragment.text_content(), 200_000)] if line]

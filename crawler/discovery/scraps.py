"""Scraps of HTML, as feeds carry them, to plain text: in linear time, without building a tree."""

from __future__ import annotations

import base64
import binascii
import html
import re

from lxml import etree

from crawler.discovery.markup import FORBIDDEN, local_name

_INLINE_NAMES = frozenset({"a", "abbr", "b", "bdi", "cite", "em", "font", "i", "mark", "small", "span", "strong", "sub", "sup", "u"})
# The rest of a tag: quoted values may hold angle brackets, and a quote that nobody closes is a character like others. Bounded, so that the
# time stays linear.
_REST = r"""(?:(?:[^<>"']++|"[^"]{0,300}"|'[^']{0,300}'){0,200}+(?=>)|[^<>]*)"""
_INLINE_TAG = re.compile(rf"</?(?:{'|'.join(sorted(_INLINE_NAMES))})(?:[\s/]{_REST})?>", re.IGNORECASE)
_TAG = re.compile(rf"</?[A-Za-z]{_REST}>")
_DECLARATION = re.compile(r"<!--[^<>]*>?|<![^<>]*>")  # and what is left of comments
_HIDDEN = tuple((re.compile(rf"<{name}\b", re.IGNORECASE), re.compile(rf"</{name}", re.IGNORECASE)) for name in ("script", "style"))
_BLOCK_NAMES = (
    "address|article|aside|blockquote|caption|center|dd|div|dl|dt|figcaption|figure|footer|form|h[1-6]|header|hr|li|main|nav|ol|p|pre|"
    "section|table|tbody|tr|ul"
)
_BLOCK_TAG = re.compile(rf"</?(?:{_BLOCK_NAMES})(?:[\s/]{_REST})?>|(?:<br(?:[\s/][^<>]*)?>\s*){{2,}}", re.IGNORECASE)
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
_PARAGRAPH_MARK = "\x00"  # no character of a text: feeds are freed of it before


def scrap_of(element: etree._Element) -> str:
    """Return what is inside an element of a feed as a scrap of HTML.

    Text that stands alone is one already, escaped or in CDATA. Of elements inside, the names stay, so that paragraphs can be told apart; in
    Atom's XHTML their text is text, and is escaped to stay so.

    Source: RFC 4287 section 3.1.1.
    """
    if not len(element):
        text = element.text or ""
        return _from_base64(text) if _is_base64(element) else text
    escaped = "xhtml" in (element.get("type") or "").lower()
    pieces: list[str] = []
    for event, inner in etree.iterwalk(element, events=("start", "end")):
        name = local_name(inner)
        text = (inner.text if event == "start" else inner.tail if inner is not element else None) or ""
        if inner is not element and name not in _INLINE_NAMES:
            pieces.append(f"<{'' if event == 'start' else '/'}{name}>" if name.isalnum() and name.isascii() else " ")
        pieces.append(html.escape(text, quote=False) if escaped else text)
    return "".join(pieces)


def _is_base64(element: etree._Element) -> bool:
    """Say whether the text of an Atom element is base64: Atom 0.3 says so, of Atom 1.0 it is any type but text and XML.

    Source: RFC 4287 section 4.1.3.3.
    """
    kind = (element.get("type") or "text").lower()
    if mode := element.get("mode"):
        return mode.lower() == "base64"
    return "/" in kind and element.tag.startswith("{http://www.w3.org/2005/Atom}") and not kind.startswith("text/") and "xml" not in kind


def _from_base64(text: str) -> str:
    try:
        return base64.b64decode("".join(text.split()), validate=True).decode("utf-8", "replace")
    except binascii.Error:
        return text


def plain_text(markup: str, limit: int) -> str | None:
    """Turn a scrap of HTML into one line of text of at most `limit` characters; None when nothing is left.

    Works on the first characters only. Character references are resolved once.
    """
    return _cut(_line(_visible(markup[: limit * 10])), limit)


def plain_paragraphs(markup: str, limit: int) -> str | None:
    """Turn a scrap of HTML into paragraphs that a blank line separates, at most `limit` characters in all; None when nothing is left.

    In a scrap without any block element the blank lines that stand there are meant.
    """
    text = _visible(markup[: limit * 10].replace(_PARAGRAPH_MARK, ""), tags=False)
    ends = _BLOCK_TAG if _BLOCK_TAG.search(text) else _BLANK_LINE
    text = ends.sub(_PARAGRAPH_MARK, text)
    lines = (_line(_without_tags(piece)) for piece in text.split(_PARAGRAPH_MARK))
    return _cut("\n\n".join(line for line in lines if line), limit)


def _visible(text: str, *, tags: bool = True) -> str:
    """Take out what a reader does not see, and the tags with it if wanted."""
    if "<" not in text:
        return text
    text = _without_comments(text)
    for opening, closing in _HIDDEN:
        text = _without_element(text, opening, closing)
    return _without_tags(text) if tags else text


def _without_tags(text: str) -> str:
    return _TAG.sub(" ", _INLINE_TAG.sub("", text)) if "<" in text else text


def _line(text: str) -> str:
    if "&" in text:
        text = html.unescape(text)
    return " ".join(FORBIDDEN.sub(" ", text).split())


def _cut(text: str, limit: int) -> str | None:
    if len(text) > limit:
        text = text[: limit - 1].rstrip() + "…"
    return text or None


def _without_comments(text: str) -> str:
    """Take out comments; one that nobody closes ends at the next bracket, and so does any other declaration."""
    pieces: list[str] = []
    position = 0
    while (start := text.find("<!--", position)) >= 0 and (end := text.find("-->", start + 2)) >= 0:
        pieces.append(text[position:start])
        position = end + 3
    return _DECLARATION.sub("", "".join([*pieces, text[position:]])) if "<!" in text else text


def _without_element(text: str, opening: re.Pattern[str], closing: re.Pattern[str]) -> str:
    pieces: list[str] = []
    position = 0
    while start := opening.search(text, position):
        pieces.append(text[position : start.start()])
        end = closing.search(text, start.end())
        if end is None:
            return "".join(pieces)
        position = end.start()
    return "".join([*pieces, text[position:]])

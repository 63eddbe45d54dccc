"""Invisible marks that mean something, kept through an extraction that deletes them.

trafilatura removes every character that Python does not call printable. Two join or part letters (ZWNJ spells Persian words, ZWJ binds
emoji), three say in which direction a number or a Latin word stands in a line (LRM, RLM and the Arabic letter mark; Unicode Annex 9 calls
them implicit: they change nothing but the neutral characters beside them). Embeddings, overrides and isolates, which reorder what follows
until they are closed, are dropped with the soft hyphen, the zero-width space, the word joiner and the byte order mark.
"""

from __future__ import annotations

from collections.abc import Mapping

from lxml.html import HtmlElement

_MARKS = "\u200c\u200d\u200e\u200f\u061c"


def hide_marks(tree: HtmlElement) -> dict[str, str]:
    """Put letters that are not on the page in the place of the marks, in place.

    Returns: the stand-in of each.
    """
    text = tree.text_content()
    present = [mark for mark in _MARKS if mark in text]
    if not present:
        return {}
    # letters of Linear A (Unicode chapter 8.1): printable, of no case, and on a page about Linear A another of the 300
    free = (chr(code) for code in range(0x10600, 0x10737) if chr(code) not in text)
    stand_ins = {mark: next(free) for mark in present}
    table = str.maketrans(stand_ins)
    for element in tree.iter():
        if element.text and not element.text.isascii():
            element.text = element.text.translate(table)
        if element.tail and not element.tail.isascii():
            element.tail = element.tail.translate(table)
    return stand_ins


def restored(text: str, stand_ins: Mapping[str, str]) -> str:
    """Put the marks back where their stand-ins are."""
    for mark, stand_in in stand_ins.items():
        text = text.replace(stand_in, mark)
    return text

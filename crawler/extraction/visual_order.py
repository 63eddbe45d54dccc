"""Hebrew that is stored in the order in which it is seen, as pages of the nineties have it under the label iso-8859-8.

A browser shows such pages from left to right as they are stored; every other program needs the order in which they are read.

Source: RFC 1556 (visual and implicit directionality), RFC 1555; WHATWG Encoding Standard, ISO-8859-8 and ISO-8859-8-I.
"""

from __future__ import annotations

import re

# letters that stand at the end of a word alone
_FINAL_AT_END = re.compile("[א-ת]{2}[ךםןףץ](?![א-ת])")
_FINAL_AT_START = re.compile("(?<![א-ת])[ךםןףץ][א-ת]{2}")
_MIN_FINALS, _MIN_SHARE = 5, 3.0
_HEBREW = re.compile("[א-ת]")
_MARKUP = re.compile(r"(<[^<>]*+>|\n)")
# an entity, a word or number, or words of another script in a row: these keep their order
_PIECES = re.compile(r"&#?\w{1,10};|[A-Za-z0-9]+(?:[.,:/%&'-][A-Za-z0-9]+|(?<=[A-Za-z])\x20(?=[A-Za-z])[A-Za-z0-9]+)*|.", re.DOTALL)
_MIRRORED = str.maketrans("()[]{}«»", ")(][}{»«")


def is_visual(text: str) -> bool:
    """Say whether the Hebrew words of a text begin with the letters that can only end one."""
    at_start = len(_FINAL_AT_START.findall(text))
    return at_start >= _MIN_FINALS and at_start > _MIN_SHARE * len(_FINAL_AT_END.findall(text))


def logical_order(source: str) -> str:
    """Turn each line of Hebrew between the tags of a page from the order of the eye to that of reading."""
    return "".join(_turned(piece) if _HEBREW.search(piece) and not piece.startswith("<") else piece for piece in _MARKUP.split(source))


def _turned(line: str) -> str:
    """Reverse a line, brackets mirrored; words and numbers that run from left to right stay as they are."""
    pieces = _PIECES.findall(line)
    return "".join(piece.translate(_MIRRORED) if len(piece) == 1 else piece for piece in reversed(pieces))

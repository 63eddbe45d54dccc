"""Look for pieces of folded words in a text as it was written, at the speed of a copy of it: for snippets. Pure.

A text is folded as by `textnorm`, and what separates is dropped, so that words written in several parts are found as one. Nearly every
character of news folds to one of the Basic Multilingual Plane or to nothing: those go through one table of numpy, forty times as fast as
`str.translate`, and the offsets into the text come with it. A text with any other character (æ, emoji, Hangul) takes the slow way.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

import numpy as np

from storage import textnorm

# Two code points that are no characters, for those that were not met yet and for those that the table has no place for.
_UNMET, _OTHER = 0xFFFF, 0xFFFE
_TABLE = np.full(0x10000, _UNMET, dtype=np.uint16)


def offsets(text: str, cores: Sequence[str]) -> list[int]:
    """Return where in `text` something begins that folds to one of the cores, in order; each place once.

    Offsets are of characters. Where the folded text would have to be composed (Hangul, kana), the begin of every word.
    """
    units = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), dtype=np.uint16)
    folded = _TABLE[units]
    highest = int(folded.max(initial=0))
    if highest == _UNMET:
        _meet(units[folded == _UNMET])
        folded = _TABLE[units]
        highest = int(folded.max(initial=0))
    if highest >= _OTHER:
        return _slowly(text, cores)
    kept = np.flatnonzero(folded)
    squeezed = folded[kept].tobytes()
    at = [place for core in cores for place in _places(squeezed, core.encode("utf-16-le", "surrogatepass"))]
    return sorted(set(kept[at].tolist())) if at else []


def _places(squeezed: bytes, core: bytes) -> Iterator[int]:
    """Yield where one core stands, in characters of two bytes."""
    at = squeezed.find(core)
    while at >= 0:
        if at % 2 == 0:
            yield at // 2
        at = squeezed.find(core, at + 1)


def _meet(units: np.typing.NDArray[np.uint16]) -> None:
    """Fill the table for some UTF-16 units."""
    for unit in set(units.tolist()):
        folded = "" if 0xD800 <= unit < 0xE000 else textnorm.folded(chr(unit))
        bare = folded.replace(" ", "")
        alone = len(bare) == 1 and ord(bare) < 0xD800 and unicodedata.category(bare)[0] != "M" and not 0x1100 <= ord(bare) < 0x1200
        _TABLE[unit] = ord(bare) if alone else _OTHER if bare or 0xD800 <= unit < 0xE000 else 0


def _slowly(text: str, cores: Sequence[str]) -> list[int]:
    """Do the same character by character."""
    pieces = [textnorm.folded(char).replace(" ", "") for char in text]
    squeezed = "".join(pieces)
    if not unicodedata.is_normalized("NFC", squeezed):
        return [at for at, char in enumerate(text) if not char.isspace() and (at == 0 or text[at - 1].isspace())]
    ends = list(accumulate(map(len, pieces)))
    found: set[int] = set()
    for core in cores:
        at = squeezed.find(core)
        while at >= 0:
            found.add(bisect_right(ends, at))
            at = squeezed.find(core, at + 1)
    return sorted(found)

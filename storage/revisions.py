"""What changed between two versions of an article, word by word (pure)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from storage.records import Revision

_WORDS = re.compile(r"\S+")
_CONTEXT_WORDS = 3
_MAX_WORDS = 20_000  # difflib is quadratic at worst; a longer text is compared by paragraphs


@dataclass(frozen=True, slots=True)
class Change:
    """One place that changed: what stood there, and what stands there now; '' where nothing did. A few words around it tell where."""

    where: str
    removed: str
    added: str


def word_changes(before: Revision, after: Revision) -> list[Change]:
    """Compare two versions.

    Returns: the changed headline first, then the changes of the text in their order; white space does not count.
    """
    changes: list[Change] = []
    if (before.title or "").split() != (after.title or "").split():
        changes.append(Change("headline", before.title or "", after.title or ""))
    old, new = _pieces(before.text), _pieces(after.text)
    for old_start, old_end, new_start, new_end in _places(old, new):
        around = " ".join(old[max(0, old_start - _CONTEXT_WORDS) : old_start])
        changes.append(Change(around or "beginning", " ".join(old[old_start:old_end]), " ".join(new[new_start:new_end])))
    return changes


def _places(old: list[str], new: list[str]) -> list[tuple[int, int, int, int]]:
    """Return the ranges that differ; those with no more than a few equal words between them are one change to a reader."""
    places: list[tuple[int, int, int, int]] = []
    for tag, old_start, old_end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        if places and old_start - places[-1][1] <= _CONTEXT_WORDS:
            old_start, new_start = places[-1][0], places[-1][2]  # noqa: PLW2901 - the change begins where the one before began
            places.pop()
        places.append((old_start, old_end, new_start, new_end))
    return places


def _pieces(text: str) -> list[str]:
    words = _WORDS.findall(text)
    return words if len(words) <= _MAX_WORDS else [" ".join(part.split()) for part in text.split("\n\n")]

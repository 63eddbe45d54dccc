"""The word triples of a text as numbers: what near copies are compared by. Pure.

A text is folded by `storage.textnorm`, so that variants of spelling and script agree (two Arabic letters would cost all recall);
every three tokens in a row are a shingle (Broder, "On the resemblance and containment of documents", 1997), hashed to 64 bits.
"""

from __future__ import annotations

import zlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]

SHINGLE_TOKENS = 3
#: So many shingles, of its first 42 words, are the opening of a text.
OPENING_SHINGLES = 40

# Odd constants of splitmix64 (Steele, Lea & Flood, "Fast splittable pseudorandom number generators", 2014).
_ONE, _TWO, _THREE = (np.uint64(value) for value in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))
_SECOND, _THIRD = np.uint64(77), np.uint64(99_991)
_SHIFTS = tuple(np.uint64(bits) for bits in (31, 29, 32))


@dataclass(frozen=True, slots=True, eq=False)
class Shingles:
    """The shingles of one text: the first of them in the order of the text, and all, each once, in ascending order."""

    opening: Hashes
    distinct: Hashes

    @classmethod
    def none(cls) -> Shingles:
        """Return those of an empty text."""
        empty = np.zeros(0, dtype=np.uint64)
        return cls(empty, empty)

    def __len__(self) -> int:
        """Count the different shingles."""
        return len(self.distinct)

    def shared_with(self, other: Shingles) -> NDArray[np.bool_]:
        """Say of each distinct shingle whether `other` has it too."""
        return _found(self.distinct, other.distinct)

    def opening_shared_with(self, other: Shingles) -> float:
        """Return the share of the opening that `other` has too; 0 for an empty text."""
        return float(_found(self.opening, other.distinct).mean()) if len(self.opening) else 0.0

    def without(self, hashes: Hashes) -> Shingles:
        """Return the text less some shingles (ascending)."""
        if not len(hashes):
            return self
        return Shingles(self.opening[~_found(self.opening, hashes)], self.distinct[~_found(self.distinct, hashes)])

    def sketch(self, size: int) -> list[int]:
        """Return the `size` smallest hashes, of each the low 32 bits as a signed number, which is what a database keeps best.

        The smallest are a sample of the distinct shingles that two texts draw alike (bottom-k: Cohen & Kaplan, "Summarizing data using
        bottom-k sketches", 2007). 32 bits are enough, because what a sketch finds is compared in full.
        """
        smallest: list[int] = self.distinct[:size].astype(np.uint32).view(np.int32).tolist()
        return sorted(set(smallest))


def shingles(normalized: str) -> Shingles:
    """Return the shingles of a text that `textnorm.normalize` gave; none for fewer than three tokens."""
    tokens = normalized.encode("utf-8", "surrogatepass").split()
    if len(tokens) < SHINGLE_TOKENS:
        return Shingles.none()
    words = np.fromiter(map(zlib.crc32, tokens), dtype=np.uint64, count=len(tokens))
    mixed = words[:-2] * _ONE ^ (words[1:-1] * _TWO + _SECOND) ^ (words[2:] * _THREE + _THIRD)
    mixed ^= mixed >> _SHIFTS[0]
    mixed *= _TWO
    mixed ^= mixed >> _SHIFTS[1]
    mixed *= _THREE
    mixed ^= mixed >> _SHIFTS[2]
    # A copy, because a view would keep all of them in memory.
    return Shingles(mixed[:OPENING_SHINGLES].copy(), _ascending(mixed))


def _ascending(hashes: Hashes) -> Hashes:
    """Return each value once, in order: what numpy.unique does, which takes three times as long for so few."""
    ordered = np.sort(hashes)
    first = np.empty(len(ordered), dtype=np.bool_)
    first[0] = True
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return ordered[first]


def _found(wanted: Hashes, ascending: Hashes) -> NDArray[np.bool_]:
    """Say of each value whether it stands among ascending ones."""
    if not len(ascending):
        return np.zeros(len(wanted), dtype=np.bool_)
    places = np.searchsorted(ascending, wanted)
    places[places == len(ascending)] = 0
    found: NDArray[np.bool_] = ascending[places] == wanted
    return found


class ShingleCache:
    """The shingles of texts seen lately, by the hash of the text: a copy is usually compared with what came in the same hours.

    4,096 texts of 4,000 characters take 20 MB.
    """

    def __init__(self, size: int = 4_096) -> None:
        """Start empty."""
        self._size = size
        self._held: OrderedDict[str, Shingles] = OrderedDict()
        self._lock = Lock()

    def get(self, text_hash: str) -> Shingles | None:
        """Return the shingles of a text, None when they are not at hand."""
        with self._lock:
            if (held := self._held.get(text_hash)) is not None:
                self._held.move_to_end(text_hash)
            return held

    def keep(self, text_hash: str, make: Callable[[], Shingles]) -> Shingles:
        """Return the shingles of a text, made now if they are not at hand."""
        if (held := self.get(text_hash)) is not None:
            return held
        made = make()
        with self._lock:
            self._held[text_hash] = made
            if len(self._held) > self._size:
                self._held.popitem(last=False)
        return made

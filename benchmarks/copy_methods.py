"""Which of the known ways to look for near copies finds them at all: the share of copies that share a key with their text.

    python benchmarks/copy_methods.py FILE.jsonl[.gz]

FILE is as for `benchmarks/copies.py`. Each method turns a text into keys that a database can look up; a copy is found when it has enough of
them in common with the text that it was made of. Nothing is said of precision: what is found is compared in full afterwards. Prints a table
and, last, one JSON line.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
from collections.abc import Callable, Hashable, Iterable
from pathlib import Path
from typing import Any

import numpy as np

from storage import textnorm
from storage.dedup import exact
from storage.dedup.near import NearConfig
from storage.dedup.shingles import shingles

#: Reworded by a fifth, set into another text, or several edits at once: beyond what desks do every day.
HARD = frozenset({"reword20", "embed50", "combo"})
_BANDS, _ROWS, _GRAM = 14, 8, 5
_SIMHASH_BITS, _SIMHASH_DISTANCE = 64, 3

Keys = frozenset[Hashable]
_CHANCE = np.random.default_rng(1)
_FACTORS, _TERMS = (_CHANCE.integers(1, 2**63, _BANDS * _ROWS, dtype=np.uint64) | np.uint64(1) for _ in range(2))


def _hash(words: Iterable[str]) -> int:
    return int.from_bytes(hashlib.blake2b(" ".join(words).encode(), digest_size=8).digest(), "big")


def fingerprints(text: str) -> Keys:
    """Return the hashes of equal texts, dateline and credit taken off."""
    return frozenset(exact.hashes(text).fingerprints)


def banded_minhash(text: str) -> Keys:
    """Return 14 bands of 8 minima over grams of five words, as the pipelines of big text collections set them (Broder 1997)."""
    tokens = textnorm.normalize(text).split()
    grams = {_hash(tokens[start : start + _GRAM]) for start in range(len(tokens) - _GRAM + 1)}
    if not grams:
        return frozenset()
    values = np.array(sorted(grams), dtype=np.uint64)
    minima = (values[:, None] * _FACTORS + _TERMS).min(axis=0).reshape(_BANDS, _ROWS)
    return frozenset((band, row.tobytes()) for band, row in enumerate(minima))


def simhash(text: str) -> Keys:
    """Return the SimHash of the words of a text (Charikar 2002); two are near when at most three of 64 bits differ (Manku et al. 2007).

    The key is the number itself: which are near is asked of all.
    """
    values = np.array([_hash([token]) for token in textnorm.normalize(text).split()], dtype=np.uint64)
    if not len(values):
        return frozenset()
    bits = (values[:, None] >> np.arange(_SIMHASH_BITS, dtype=np.uint64)) & np.uint64(1)
    votes = bits.astype(np.int64).sum(axis=0) * 2 > len(values)
    return frozenset({sum(1 << place for place, vote in enumerate(votes) if vote)})


def sketch(text: str) -> Keys:
    """Return the smallest hashes of the word triples, as `storage.dedup.near` keeps them."""
    return frozenset(shingles(textnorm.normalize(text)).sketch(NearConfig().sketch_size))


def shared(least: int) -> Callable[[Keys, Keys], bool]:
    """Say that two texts must have so many keys in common."""
    return lambda one, other: len(one & other) >= least


def _close(one: Keys, other: Keys) -> bool:
    return any((int(a) ^ int(b)).bit_count() <= _SIMHASH_DISTANCE for a in one for b in other)  # type: ignore[call-overload]


METHODS: dict[str, tuple[Callable[[str], Keys], Callable[[Keys, Keys], bool]]] = {
    "equal but for dateline and credit": (fingerprints, shared(1)),
    "SimHash, 3 bits of 64": (simhash, _close),
    "MinHash, 14 bands of 8": (banded_minhash, shared(1)),
    "bottom-k sketch of 20, 2 shared": (sketch, shared(NearConfig().min_shared_hashes)),
}


def read(path: Path) -> list[dict[str, Any]]:
    """Read the rows that belong to a group."""
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [row for line in content.decode("utf-8").split("\n")[:-1] if (row := json.loads(line))["group"]]


def compare(path: Path) -> None:
    """Print what each method finds."""
    rows = read(path)
    results: dict[str, dict[str, float]] = {}
    print(f"{'method':36} {'keys a text':>12} {'found':>7} {'ordinary edits':>15}")
    for name, (keys_of, near) in METHODS.items():
        keys = {row["id"]: keys_of(row["text"]) for row in rows}
        copies = [row for row in rows if row["kind"] != "base"]
        hits = {row["id"]: near(keys[row["id"]], keys[row["group"]]) for row in copies}
        core = [hits[row["id"]] for row in copies if row["kind"] not in HARD]
        result = {
            "keys": sum(map(len, keys.values())) / len(keys),
            "found": sum(hits.values()) / len(hits),
            "core": sum(core) / len(core),
        }
        print(f"{name:36} {result['keys']:12.1f} {result['found']:7.3f} {result['core']:15.3f}", flush=True)
        results[name] = result
    print(json.dumps(results))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    compare(Path(sys.argv[1]))

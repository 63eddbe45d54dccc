"""Pinned floors of extraction: what was reached on which data. `extraction.py floors` writes them, `tests/quality` holds the code to them.

A floor is what was reached, rounded down to three decimals. Floors rise by themselves; what would lower one, or pin it to other data, is
refused unless `--allow-regression` is said.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import floor
from pathlib import Path

from benchmarks.extraction_readers import Dragoman, no_context, read_samples
from benchmarks.extraction_scores import COLUMNS, read_truth, score

FLOORS_FILE = Path(__file__).parents[1] / "tests" / "quality" / "extraction_floors.json"


@dataclass(frozen=True, slots=True)
class Pinned:
    """The floors of a set: `sha256` of its files, and the least that each column may be; `extracted` counts pages that gave an article."""

    sha256: str
    floors: Mapping[str, float]


def load_floors(path: Path = FLOORS_FILE) -> dict[str, Pinned]:
    """Read the pinned floors; none when there is no file yet."""
    rows = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    return {name: Pinned(row["sha256"], row["floors"]) for name, row in rows.items()}


def save_floors(pinned: Mapping[str, Pinned], path: Path = FLOORS_FILE) -> None:
    """Write the floors."""
    rows = {name: {"sha256": entry.sha256, "floors": dict(entry.floors)} for name, entry in sorted(pinned.items())}
    path.write_text(json.dumps(rows, indent=2) + "\n", "utf-8")


def data_hash(archive: Path, truth: Path) -> str:
    """Return the SHA-256 of the pages of a set and of its truth."""
    whole = hashlib.sha256()
    for path in (archive, truth):
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def reached(archive: Path, truth: Path) -> dict[str, float]:
    """Extract a set without help of the catalog and score it; a column without truth is left out."""
    reader = Dragoman("dragoman", no_context)
    readings = {sample.page.url: reader.read(sample) for sample in read_samples(archive, {})}
    scores, _ = score(read_truth(truth), {url: reading.said for url, reading in readings.items()})
    extracted = sum(reading.error is None for reading in readings.values())
    return {"extracted": extracted, **{name: value for name in COLUMNS if (value := scores[name]) is not None}}


def under(floors: Mapping[str, float], scores: Mapping[str, float]) -> dict[str, tuple[float, float]]:
    """Name the columns that are under their floor, with score and floor; one that is not scored any more is."""
    return {name: (scores.get(name, 0.0), least) for name, least in floors.items() if scores.get(name, 0.0) < least}


def rounded_down(scores: Mapping[str, float]) -> dict[str, float]:
    """Make floors of scores: three decimals, and nothing is rounded up."""
    return {name: value if name == "extracted" else floor(value * 1000 + 1e-9) / 1000 for name, value in scores.items()}


def new_floors(before: Pinned | None, sha256: str, scores: Mapping[str, float], *, allow_regression: bool) -> tuple[Pinned, list[str]]:
    """Make the floors of a set from what was reached, and say what speaks against them.

    Returns: the floors, and an objection for each that would fall; with objections the old floors stay, unless regressions are allowed.
    """
    new = Pinned(sha256, rounded_down(scores))
    if before is None:
        return new, []
    objections = [
        f"{name} would fall from {least} to {new.floors.get(name)}" for name, (_, least) in under(before.floors, new.floors).items()
    ]
    if before.sha256 != sha256:
        objections.insert(0, "the data is not that of the pinned floors")
    return (new if allow_regression or not objections else before), objections

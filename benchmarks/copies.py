"""How well near copies are found, and what each parameter of `NearConfig` does to that.

    python benchmarks/copies.py curve FILE.jsonl[.gz]

FILE has one object a line with `id`, `url`, `text`, `published_at` (ISO 8601 with zone), `kind` and `group`: rows of one group are copies
of one text, `kind` 'base' is the text itself, rows without a group stand alone. Everything runs in memory, with the functions that the
database uses; the source of a row is its host. Prints a table and, last, one JSON line.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import combinations
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from storage import textnorm
from storage.dedup import near
from storage.dedup.near import Likeness, NearConfig, Older
from storage.dedup.shingles import Hashes, Shingles, shingles
from storage.dedup.stars import stars

#: Reworded by a fifth, set into another text, or several edits at once: beyond what desks do every day.
HARD = frozenset({"reword20", "embed50", "combo"})
#: One value changed at a time.
VARIANTS: dict[str, Sequence[Any]] = {
    "sketch_size": (12, 16, 20, 32),
    "window_hours": (36, 48, 60, 72, 120, 10_000),
    "min_share": (0.3, 0.35, 0.4, 0.45, 0.5),
    "min_jaccard": (0.15, 0.2, 0.25, 0.3),
    "min_share_alone": (0.4, 0.5, 0.6),
    "min_share_in_source": (0.4, 0.6, 0.75, 0.9),
    "min_opening": (0.0, 0.15, 0.3, 0.5),
    "template_share": (0.25, 0.33, 0.4, 1.0),
    "template_days": (0, 14, 30),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One text of the file."""

    place: int
    id: str
    url: str
    source: str
    at: datetime
    kind: str
    group: str | None
    text: Shingles


@dataclass(frozen=True, slots=True)
class Score:
    """Precision over the pairs in one cluster; recall over copies that are in the cluster of their base, of all and of ordinary edits."""

    precision: float
    recall: float
    core: float


def read(path: Path) -> list[Row]:
    """Read the file."""
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    rows = []
    for place, line in enumerate(content.decode("utf-8").split("\n")[:-1]):
        row = json.loads(line)
        text = shingles(textnorm.normalize(row["text"]))
        at = datetime.fromisoformat(row["published_at"])
        rows.append(Row(place, row["id"], row["url"], urlsplit(row["url"]).hostname or "", at, row["kind"], row["group"], text))
    return rows


class Neighbours:
    """The rows that share hashes of their sketches, by row."""

    def __init__(self, rows: Sequence[Row], config: NearConfig) -> None:
        """Invert the sketches."""
        self._rows = rows
        self._config = config
        self._sketches = [row.text.sketch(config.sketch_size) if len(row.text) >= config.min_shingles else [] for row in rows]
        self._holders: dict[int, list[int]] = defaultdict(list)
        for place, sketch in enumerate(self._sketches):
            for value in sketch:
                self._holders[value].append(place)

    def of(self, row: Row) -> list[tuple[Row, int]]:
        """Return the rows that share enough hashes with one, those with most first."""
        counts = Counter(place for value in self._sketches[row.place] for place in self._holders[value])
        del counts[row.place]
        found = [(self._rows[place], count) for place, count in counts.items() if count >= self._config.min_shared_hashes]
        return sorted(found, key=lambda pair: (-pair[1], pair[0].at, pair[0].url))


def pairs(rows: Sequence[Row], config: NearConfig) -> dict[tuple[int, int], Likeness]:
    """Return the pairs of copies, as the database finds them."""
    neighbours = Neighbours(rows, config)
    templates: dict[int, Hashes] = {}

    def template(row: Row) -> Hashes:
        if row.place not in templates:
            past = [other for other, _ in neighbours.of(row) if row.at - config.memory <= other.at <= row.at - config.window]
            own = [other for other in past if other.source == row.source][: config.max_older]
            others = [other for other in past if other.source != row.source][: config.max_older]
            older = (Older(other.text, other.source == row.source, other.at.date().isoformat()) for other in (*own, *others))
            templates[row.place] = near.template(row.text, older)
        return templates[row.place]

    found: dict[tuple[int, int], Likeness] = {}
    for row in rows:
        for other, hashes in neighbours.of(row):
            if other.place <= row.place or abs(other.at - row.at) > config.window:
                continue
            same_source = row.source == other.source
            if same_source and hashes < config.min_hashes_in_source:
                continue
            like = near.alike(row.text, other.text, same_source=same_source)
            if like is not None and like.jaccard < config.sure_jaccard:
                like = near.alike_without(row.text, template(row), other.text, template(other), same_source=same_source, found=like)
            if like is not None:
                found[row.place, other.place] = like
    return found


def clusters(rows: Sequence[Row], found: Iterable[tuple[int, int]]) -> Iterator[list[Row]]:
    """Make stars of the pairs."""
    linked: dict[int, set[int]] = defaultdict(set)
    for one, other in found:
        linked[one].add(other)
        linked[other].add(one)
    left = set(linked)
    while left:
        piece, frontier = set[int](), {min(left)}
        while frontier:
            piece |= frontier
            frontier = {other for one in frontier for other in linked[one]} - piece
        left -= piece
        order = {place: (rows[place].at, rows[place].url) for place in piece}
        for star in stars({place: frozenset(linked[place]) for place in piece}, order):
            yield [rows[place] for place in star]


def score(rows: Sequence[Row], config: NearConfig) -> Score:
    """Find the copies with some parameters and compare them with the truth."""
    before = near.CONFIG
    near.CONFIG = config
    try:
        found = list(clusters(rows, pairs(rows, config)))
    finally:
        near.CONFIG = before
    right = wrong = 0
    cluster_of: dict[str, int] = {}
    for number, members in enumerate(found):
        cluster_of.update((member.id, number) for member in members)
        for one, other in combinations(members, 2):
            same = one.group is not None and one.group == other.group
            right, wrong = right + same, wrong + (not same)
    copies = [row for row in rows if row.group is not None and row.kind != "base"]
    hit = [row.id in cluster_of and cluster_of[row.id] == cluster_of.get(str(row.group)) for row in copies]
    core = [ok for row, ok in zip(copies, hit, strict=True) if row.kind not in HARD]
    return Score(right / max(1, right + wrong), sum(hit) / max(1, len(hit)), sum(core) / max(1, len(core)))


def curve(path: Path) -> None:
    """Print what each value of each parameter gives."""
    rows = read(path)
    chosen = NearConfig()
    results: dict[str, dict[str, float]] = {}
    print(f"{'parameter':24} {'value':>8}  precision   recall     core")
    for name, values in VARIANTS.items():
        for value in values:
            found = score(rows, replace(chosen, **{name: value}))
            mark = "  <- chosen" if value == getattr(chosen, name) else ""
            print(f"{name:24} {value:>8}     {found.precision:.4f}   {found.recall:.4f}   {found.core:.4f}{mark}", flush=True)
            results[f"{name}={value}"] = {"precision": found.precision, "recall": found.recall, "core": found.core}
    print(json.dumps(results))


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] != "curve":
        sys.exit(__doc__)
    curve(Path(sys.argv[2]))

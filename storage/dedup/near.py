"""Near copies: which articles to compare, whether two texts are copies, and what is only template. Pure.

A reprint may be cut, reworded, set into another text, or carry a frame of its source. Pairs are found by the shingles that their sketches
share (`Shingles.sketch`, an inverted table in the database), within `NearConfig.window_hours`, and then compared shingle by shingle:

- Enough of one text must stand in the other (containment: a copy is often a cut one), or enough of both (Jaccard).
- The begin of one of the two must be shared. A copy keeps the lead or is cut out of the middle of the other; a follow-up story repeats
  old background at its end (the inverted pyramid of news writing), and that alone makes no copy.
- What a source prints again and again is no evidence: shingles that stand in an older article of the same source, or in older articles of
  others on several days, are template (weather, royal cables, market tables, 'about this outlet') and ignored on both sides. A page that is
  mostly template must cover the other text, not only quote its begin.
- Within one source alike pages are the rule (series, live pages, tables), so that more is asked there.

The comparison is symmetric and looks at nothing but the two texts and the template that each one's past has taught, so that the order in
which articles arrive changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from storage.dedup.shingles import Hashes, Shingles


@dataclass(frozen=True, slots=True)
class NearConfig:
    """What makes a near copy. Shares are of distinct shingles, 0 … 1.

    Measured on 5,196 texts of which every copy is known (433 stories in Arabic, English and other languages, 1,732 made copies, 531 hard
    negatives; `python benchmarks/copies.py curve FILE`). With these values precision is .988, recall .995, and of ordinary wire edits .999.
    One value changed at a time gives

    ==================  ==============================================================================================
    `sketch_size`       12: recall .990; 16: .993; 20: .995; 32: .996 (rows an article grow with it)
    `window_hours`      36: recall .946; 48: .992; 60: .995; then precision falls: 72: .988; 120: .980; none: .915
    `min_share`         .30 to .45 change nothing; .50: recall .979
    `min_jaccard`       .20: precision .987; .30: recall .991
    `min_share_alone`   .40: precision .986; .60: recall .990
    `min_opening`       0 (off): precision .956, for follow-ups; .15: .985; .50: recall .973, for reworded begins
    `template_share`    1 (off): precision .983; .40: .985; .25: recall .994
    `template_days`     0 (off): precision .982; 14: as 30
    ==================  ==============================================================================================

    `min_shingles`: shorter texts are copies only when they are equal. `min_shared_hashes`: of a sketch of 20, two texts that share 40 %
    share eight on average, and less than two in 1 of 2,000 pairs. `template_days`: how far back the past of a page is looked at, and
    `template_occasions` the number of days on which other sources must have printed a shingle. `max_compared` bounds the work that a page
    with many half-alike neighbours can cause; the neighbours with most hashes in common come first. `max_older` likewise.
    """

    sketch_size: int = 20
    min_shingles: int = 24
    min_shared_hashes: int = 2
    window_hours: int = 72
    min_share: float = 0.4
    min_share_in_source: float = 0.75
    min_jaccard: float = 0.25
    min_share_alone: float = 0.5
    min_hashes_in_source: int = 8
    min_opening: float = 0.3
    sure_jaccard: float = 0.7
    template_share: float = 0.33
    template_cover: float = 0.5
    template_days: int = 30
    template_occasions: int = 2
    min_remaining: int = 12
    max_compared: int = 200
    max_older: int = 12
    whole_share: float = 0.9
    partial_share: float = 0.8

    @property
    def window(self) -> timedelta:
        """How far apart two near copies may have appeared."""
        return timedelta(hours=self.window_hours)

    @property
    def memory(self) -> timedelta:
        """How far back templates are looked for."""
        return timedelta(days=self.template_days)


CONFIG = NearConfig()
#: The last partition is of the year 2126, so that its number fits into 13 bits.
LAST_WEEK = 2**13 - 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NOTHING: Hashes = np.zeros(0, dtype=np.uint64)


@dataclass(frozen=True, slots=True)
class Likeness:
    """How two texts agree: the share of the first that stands in the second, of the second in the first, and of both together."""

    first_share: float
    second_share: float
    jaccard: float

    def turned(self) -> Likeness:
        """Return the same with the two texts exchanged."""
        return Likeness(self.second_share, self.first_share, self.jaccard)

    @property
    def containment(self) -> float:
        """The share of the text that is contained more."""
        return max(self.first_share, self.second_share)


@dataclass(frozen=True, slots=True)
class Older:
    """An article that appeared before the window of another and shares hashes with it."""

    text: Shingles
    same_source: bool
    day: str


def week(at: datetime) -> int:
    """Return the partition of an instant: whole weeks since 1970-01-01, from 0 to `LAST_WEEK` (what is dated beyond is put there).

    The past beyond the window is never looked at but for templates.
    """
    return min(max((at - _EPOCH).days // 7, 0), LAST_WEEK)


def weeks(first: datetime, last: datetime) -> range:
    """Return the partitions that hold what appeared between two instants."""
    return range(week(first), week(last) + 1)


def likeness(first: Shingles, second: Shingles) -> Likeness:
    """Compare two texts shingle by shingle."""
    if not len(first) or not len(second):
        return Likeness(0.0, 0.0, 0.0)
    shared = int(first.shared_with(second).sum())
    return Likeness(shared / len(first), shared / len(second), shared / (len(first) + len(second) - shared))


def alike(first: Shingles, second: Shingles, *, same_source: bool) -> Likeness | None:
    """Compare two texts as they stand; None when they are no copies, whatever their templates are."""
    if min(len(first), len(second)) < CONFIG.min_shingles:
        return None
    found = likeness(first, second)
    if not _enough(found, same_source=same_source):
        return None
    openings = (first.opening_shared_with(second), second.opening_shared_with(first))
    return found if max(openings) >= CONFIG.min_opening else None


def _enough(found: Likeness, *, same_source: bool) -> bool:
    least = CONFIG.min_share_in_source if same_source else CONFIG.min_share
    return found.containment >= least and (found.jaccard >= CONFIG.min_jaccard or found.containment >= CONFIG.min_share_alone)


def template(text: Shingles, older: Iterable[Older]) -> Hashes:
    """Return the shingles of a text that its past has taught to be template, ascending."""
    mine: list[Hashes] = [_NOTHING]
    occasions: Counter[int] = Counter()
    days: set[str] = set()
    for article in older:
        shared = text.distinct[text.shared_with(article.text)]
        if article.same_source:
            mine.append(shared)
        elif article.day not in days:
            days.add(article.day)
            occasions.update(shared.tolist())
    often = [value for value, count in occasions.items() if count >= CONFIG.template_occasions]
    return np.unique(np.concatenate([*mine, np.array(often, dtype=np.uint64)]))


def alike_without(
    first: Shingles, first_template: Hashes, second: Shingles, second_template: Hashes, *, same_source: bool, found: Likeness
) -> Likeness | None:
    """Compare two texts that were `found` alike once more, without their templates; None when nothing but template made them so."""
    if found.jaccard >= CONFIG.sure_jaccard or not (len(first_template) or len(second_template)):
        return found
    bare, other = first.without(first_template), second.without(second_template)
    if min(len(bare), len(other)) < CONFIG.min_remaining:
        return None
    rest = likeness(bare, other)
    mostly = (len(first_template) > CONFIG.template_share * len(first), len(second_template) > CONFIG.template_share * len(second))
    covers = (rest.second_share >= CONFIG.template_cover, rest.first_share >= CONFIG.template_cover)
    if any(is_template and not covered for is_template, covered in zip(mostly, covers, strict=True)):
        return None
    return rest if _enough(rest, same_source=same_source) else None

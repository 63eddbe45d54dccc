"""How strong a tie is, how sure that is, and whether a change is more than noise: pure arithmetic over counts.

Of N texts, n_a name the one, n_b the other, and O name both. If the two had nothing to do with each other, E = n_a n_b / N would be
expected to. Strength is O / E: 1 as often as by chance, 2 twice as often. It is the association strength of van Eck & Waltman, 'How to
normalize cooccurrence data?', JASIST 60(8), 2009, who find it the one to use for counts of this kind, and the ratio whose logarithm is
pointwise mutual information (Church & Hanks, 'Word association norms, mutual information, and lexicography', Computational Linguistics
16(1), 1990). Normalised PMI is that of Bouma, 'Normalized (pointwise) mutual information in collocation extraction', GSCL 2009.

Uncertainty. O is a count of rare events with mean E times the true strength, as in a standardised mortality ratio; its interval is Byar's
approximation of the exact Poisson one (Breslow & Day, Statistical Methods in Cancer Research II, IARC 1987, section 2.3). The counts n_a,
n_b and N are taken as known; since O is part of both n_a and n_b, the interval is wider than need be and never too narrow.

Change. Two counts O1 and O2 with expectations E1 and E2 have the same strength if O2, given O1 + O2, is binomial with the share
E2 / (E1 + E2): the conditional test of Przyborowski & Wilenski, Biometrika 31, 1940, exact and two-sided; the interval of the ratio is that
of Clopper & Pearson, Biometrika 26, 1934. In a series, as many changes are tried as there are steps, so that a chance one would often pass:
the p-values are adjusted by Holm, Scandinavian Journal of Statistics 6(2), 1979.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

_Z = 1.959964  # the normal quantile of 97.5 %
_LEVEL = 0.05
_BISECTIONS = 30
_TIES = 1 + 1e-7  # probabilities that differ by less are called equal: they come from rounded sums


class Direction(StrEnum):
    """Where a tie goes; `unclear` where the change may be noise."""

    UP = "up"
    DOWN = "down"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Strength:
    """What is said of a tie in one span: texts with both (O) and expected ones (E), O / E with its 95 % interval, and normalised PMI.

    `strength` and its interval are None where nothing is expected, because one of the two is named nowhere; `npmi`, from -1 (never
    together) through 0 (as by chance) to 1 (never apart), is None there, too.
    """

    together: int
    expected: float
    strength: float | None
    low: float | None
    high: float | None
    npmi: float | None


@dataclass(frozen=True, slots=True)
class Change:
    """How a strength compares with an earlier one: their ratio with its 95 % interval (None where it has no end), and the p-value.

    `direction` is unclear where the p-value, adjusted for the number of changes tried, is above 0.05.
    """

    ratio: float | None
    low: float
    high: float | None
    p_value: float
    direction: Direction


def strength_of(together: int, of_a: int, of_b: int, texts: int) -> Strength:
    """Weigh a tie.

    Args: texts that name both; the one; the other; any texts that are counted. `together` is at least 0 and no more than the others.
    """
    expected = of_a * of_b / texts if texts else 0.0
    if not expected:
        return Strength(together, 0.0, None, None, None, None)
    low, high = poisson_interval(together)
    return Strength(together, expected, together / expected, low / expected, high / expected, _npmi(together, expected, texts))


def _npmi(together: int, expected: float, texts: int) -> float:
    if not together:
        return -1.0
    if together == texts:
        return 1.0
    return math.log(together / expected) / -math.log(together / texts)


def poisson_interval(count: int) -> tuple[float, float]:
    """Return the 95 % interval of the mean of a Poisson count. Source: Byar, in Breslow & Day 1987, equation 2.11 and section 2.3."""
    above = count + 1
    high = above * (1 - 1 / (9 * above) + _Z / (3 * math.sqrt(above))) ** 3
    low = count * (1 - 1 / (9 * count) - _Z / (3 * math.sqrt(count))) ** 3 if count else 0.0
    return max(low, 0.0), high


def change_between(before: Strength, after: Strength) -> Change | None:
    """Compare two strengths; None where one of them cannot be told, or where the two were together in neither."""
    total = before.together + after.together
    if not (before.expected and after.expected and total):
        return None
    odds = before.expected / after.expected
    share = after.expected / (before.expected + after.expected)
    log_choose = _log_binomials(total)
    low, high = _share_interval(after.together, total, log_choose)
    p_value = _two_sided(after.together, total, share, log_choose)
    ratio = after.together / before.together * odds if before.together else None
    up = after.together > total * share
    return Change(
        ratio,
        low / (1 - low) * odds,
        high / (1 - high) * odds if high < 1 else None,
        p_value,
        _direction(p_value, up=up),
    )


def _direction(p_value: float, *, up: bool) -> Direction:
    return Direction.UNCLEAR if p_value > _LEVEL else Direction.UP if up else Direction.DOWN


def adjusted(changes: Sequence[Change | None]) -> tuple[Change | None, ...]:
    """Adjust the p-values of the changes of one series, and say again which of them are clear. Source: Holm 1979."""
    order = sorted((change.p_value, place) for place, change in enumerate(changes) if change is not None)
    made: list[Change | None] = list(changes)
    least = 0.0
    for rank, (p_value, place) in enumerate(order):
        least = min(1.0, max(least, p_value * (len(order) - rank)))
        change = changes[place]
        if change is not None:
            direction = Direction.UNCLEAR if least > _LEVEL else change.direction
            made[place] = replace(change, p_value=least, direction=direction)
    return tuple(made)


def _log_binomials(total: int) -> np.ndarray:
    """Return the logarithms of the binomial coefficients of `total` over 0 … total."""
    factorials = np.concatenate(([0.0], np.cumsum(np.log(np.arange(1, total + 1)))))
    return np.asarray(factorials[total] - factorials - factorials[::-1])


def _probabilities(total: int, share: float, log_choose: np.ndarray) -> np.ndarray:
    """Return the binomial probabilities of 0 … total."""
    hits = np.arange(total + 1)
    return np.asarray(np.exp(log_choose + hits * math.log(share) + (total - hits) * math.log1p(-share)))


def _two_sided(count: int, total: int, share: float, log_choose: np.ndarray) -> float:
    """Return the probability of all outcomes that are no likelier than the one met."""
    chances = _probabilities(total, share, log_choose)
    return min(1.0, float(chances[chances <= chances[count] * _TIES].sum()))


def _share_interval(count: int, total: int, log_choose: np.ndarray) -> tuple[float, float]:
    """Return the 95 % interval of a share. Source: Clopper & Pearson 1934."""

    def at_least(share: float) -> float:
        return float(_probabilities(total, share, log_choose)[count:].sum())

    def at_most(share: float) -> float:
        return float(_probabilities(total, share, log_choose)[: count + 1].sum())

    low = _root(lambda share: at_least(share) < _LEVEL / 2) if count else 0.0
    high = _root(lambda share: at_most(share) > _LEVEL / 2) if count < total else 1.0
    return low, high


def _root(below: Callable[[float], bool]) -> float:
    """Find where a condition that holds for small shares ceases to."""
    low, high = 0.0, 1.0
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        if below(middle):
            low = middle
        else:
            high = middle
    return (low + high) / 2

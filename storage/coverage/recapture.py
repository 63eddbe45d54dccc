"""Estimate how many articles there were, from how many two channels named and how many both did. Pure.

A feed and a sitemap are two looks at one population, the articles of a source in a span of time. If the looks are independent, the share of
the feed's articles that the sitemap has too is the share of all articles that the sitemap has: Lincoln (1930), whose N = n1 n2 / m is
biased upwards when m is small. Chapman (1951) takes most of that bias away:

    N = (n1 + 1)(n2 + 1) / (m + 1) - 1
    variance = (n1 + 1)(n2 + 1)(n1 - m)(n2 - m) / ((m + 1)^2 (m + 2))          Seber (1970)

with n1 and n2 articles named by the one and by the other, m by both, and so S = n1 + n2 - m seen and f = N - S never seen. N cannot be
smaller than S and is skewed, so the interval is that of a log-normal f (Chao 1987):

    C = exp(1.96 sqrt(log(1 + variance / f^2))),   from S + f / C to S + f C

rounded outwards, because articles are whole: when next to nothing was missed, S itself must be in it.

When one channel names all that the other does, f and its variance are 0, and that interval would be a point, as if one were certain. Then
the upper end is S / 0.05^(1/m): the other channel's share p is at least 0.05^(1/m) with 95 % confidence when it had m of m (Clopper and
Pearson 1934).

Assumptions: the population is closed (nothing dated in the span is added or taken away between the looks), an article that both name is
recognised, each article is as likely to be named as any other, and the channels are independent. The last is not so: one editorial system
fills feed and sitemap, and what it keeps out of one it tends to keep out of the other. They are positively correlated, which makes m too
large and N too small: read N as a lower bound of what there was. Estimates of strata (sources) are made one by one and added, because
sources differ in how much their channels name (Chandra Sekar and Deming 1949).

Sources: Lincoln, F. C. (1930), US Dept. Agric. Circular 118. Chapman, D. G. (1951), Univ. Calif. Publ. Stat. 1, 131-160. Robson, D. S. and
Regier, H. A. (1964), Trans. Am. Fish. Soc. 93, 215-226. Seber, G. A. F. (1970), Biometrika 57, 313-318; (1982), The Estimation of Animal
Abundance, 2nd ed., section 3.1. Chao, A. (1987), Biometrics 43, 783-791. Clopper, C. J. and Pearson, E. S. (1934), Biometrika 26, 404-413.
Chandra Sekar, C. and Deming, W. E. (1949), J. Am. Stat. Assoc. 44, 101-115.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RecaptureConfig:
    """When an estimate is made, and how wide its interval is.

    `min_both`: with 7 or more articles named by both, Chapman's bias can be neglected with 95 % confidence (Robson and Regier 1964; Seber
    1982, section 3.1). `z`: two-sided 95 % of the normal distribution; `alpha`: the one-sided rest of the interval without misses.
    """

    min_both: int = 7
    z: float = 1.959964
    alpha: float = 0.05


CONFIG = RecaptureConfig()


@dataclass(frozen=True, slots=True)
class Recapture:
    """An estimate: how many were `seen`, how many there were in all (`total`), and between `low` and `high` with 95 % confidence."""

    first: int
    second: int
    both: int
    seen: int
    total: float
    variance: float
    low: int
    high: int

    @property
    def missed(self) -> float:
        """How many nobody named."""
        return self.total - self.seen


def estimate(first: int, second: int, both: int, config: RecaptureConfig = CONFIG) -> Recapture | None:
    """Estimate a population from two looks at it.

    Args: how many the first look found, how many the second, and how many of them are the same; counts.
    Returns: the estimate, None when there is not enough to estimate from (`min_both`).
    Raises: ValueError when the counts contradict each other.
    Source: Chapman (1951), Seber (1970), Chao (1987), see the module.
    """
    if both < 0 or both > min(first, second):
        raise ValueError(f"{both} of {first} and {second} cannot be the same")
    if both < config.min_both:
        return None
    total = (first + 1) * (second + 1) / (both + 1) - 1
    variance = (first + 1) * (second + 1) * (first - both) * (second - both) / ((both + 1) ** 2 * (both + 2))
    return _with_interval(first, second, both, total, variance, config)


def added(strata: Sequence[Recapture], config: RecaptureConfig = CONFIG) -> Recapture | None:
    """Add the estimates of strata: totals and variances are sums, the interval is made anew; None when there are none.

    Source: Chandra Sekar and Deming (1949).
    """
    if not strata:
        return None
    first, second, both = (sum(getattr(stratum, name) for stratum in strata) for name in ("first", "second", "both"))
    total, variance = sum(stratum.total for stratum in strata), sum(stratum.variance for stratum in strata)
    return _with_interval(first, second, both, total, variance, config)


def _with_interval(first: int, second: int, both: int, total: float, variance: float, config: RecaptureConfig) -> Recapture:
    seen = first + second - both
    missed = total - seen
    if variance <= 0 or missed <= 0:
        return Recapture(first, second, both, seen, float(seen), 0.0, seen, math.ceil(seen / config.alpha ** (1 / both)))
    factor = math.exp(config.z * math.sqrt(math.log1p(variance / missed**2)))
    return Recapture(first, second, both, seen, total, variance, math.floor(seen + missed / factor), math.ceil(seen + missed * factor))

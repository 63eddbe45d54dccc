"""The circuit breaker: a source whose crawls fail is asked ever more seldom, and by a probe first. Pure.

Closed: crawled at its rhythm. Open: after `tolerated` failures in a row the interval doubles with each further failure, up to a day. Half
open: the crawl that then comes is a probe: it reads the channels and one page. A probe that succeeds closes the circuit, and the source is
due at once.

Source: M. Nygard, Release It!, 2nd ed., 2018, chapter 5 (circuit breaker); RFC 9110 section 15 (a server that fails is not to be pressed).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class BreakerConfig:
    """`tolerated`.

    Failures in a row that change nothing, the number that is a glitch. `factor` for each more; `most`: the longest interval.
    """

    tolerated: int = 3
    factor: float = 2.0
    most: timedelta = timedelta(hours=24)


CONFIG = BreakerConfig()


def is_open(failures: int, config: BreakerConfig = CONFIG) -> bool:
    """Tell whether the next crawl is a probe. `failures` counts crawls in a row that failed."""
    return failures >= config.tolerated


def slowed(interval: timedelta, failures: int, config: BreakerConfig = CONFIG) -> timedelta:
    """Return the interval to the next crawl after so many failures in a row."""
    if not is_open(failures, config):
        return interval
    doublings = min(failures - config.tolerated + 1, 16)
    return max(interval, min(interval * config.factor**doublings, config.most))

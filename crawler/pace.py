"""How fast a host may be asked, and when it is left alone because it fails: pure decisions over what its answers were like."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class PaceConfig:
    """How the pause after an exchange follows the answers of a host.

    `latency_factor`: the pause is at least as long as the server took to answer, so it spends half of its time on us at most, however weak
    it is. Where answers take less than a second the floor rules; the factor counts for hosts under strain.
    `smoothing`: the weight of the newest latency; ten answers make 97 % of the average. `first_step_seconds`: what a pause is raised from
    when there was hardly any. `growth`: 429, 503 and timeouts double the pause. `decay`: a good answer takes a quarter of what was added
    away, so one doubling is forgotten after three answers; growing is fast and shrinking slow, as in TCP (RFC 5681).
    `max_delay_seconds`: the cap of Crawl-delay too; a host that needs more than a minute is for the back-off.
    """

    latency_factor: float = 1.0
    smoothing: float = 0.3
    first_step_seconds: float = 0.5
    growth: float = 2.0
    decay: float = 0.75
    max_delay_seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class BackOffConfig:
    """When a host that fails is left alone, and for how long.

    `failures`: one or two failures in a row are an accident of the line or a page that crashes its server, five are a state.
    `first_wait`, `growth`, `longest_wait`: 15 min, 30 min, 1 h … 16 h, then a day: the first wait of the frontier, and its longest.
    """

    failures: int = 5
    first_wait: timedelta = timedelta(minutes=15)
    growth: int = 2
    longest_wait: timedelta = timedelta(hours=24)


PACE = PaceConfig()
BACK_OFF = BackOffConfig()


class Sign(StrEnum):
    """What an exchange says of the state of a host."""

    GOOD = "good"  # it answered, whatever the status below 500
    STRAINED = "strained"  # 429, 503, no answer in time: we may be too fast
    FAULTY = "faulty"  # another 5xx, a broken connection, nobody there: the pace has nothing to do with it


def sign_of_status(status: int) -> Sign:
    """Judge an answer. Source: RFC 9110 section 15.6, RFC 6585 section 4."""
    if status in {429, 503}:
        return Sign.STRAINED
    return Sign.FAULTY if status >= 500 else Sign.GOOD


@dataclass(frozen=True, slots=True)
class Pace:
    """How a host is doing: the pause that suits it, above what it or we ask for anyway, and how long it takes to answer (smoothed)."""

    delay_seconds: float = 0.0
    latency_seconds: float | None = None


def next_pace(pace: Pace, sign: Sign, latency_seconds: float | None, floor_seconds: float, config: PaceConfig = PACE) -> Pace:
    """Decide how long the pause after the next exchange is.

    Args: the pace so far; what the exchange was like; how long the server took to begin its answer, None without one; the pause that the
    host gets in any case (our default, its Crawl-delay).
    Returns: the new pace; its delay is 0 … `max_delay_seconds`.
    """
    if sign is Sign.STRAINED:
        raised = max(pace.delay_seconds, floor_seconds, config.first_step_seconds) * config.growth
        return Pace(min(raised, config.max_delay_seconds), pace.latency_seconds)
    if sign is Sign.FAULTY or latency_seconds is None:
        return pace
    smoothed = latency_seconds
    if pace.latency_seconds is not None:
        smoothed = (1 - config.smoothing) * pace.latency_seconds + config.smoothing * latency_seconds
    delay = max(config.latency_factor * smoothed, pace.delay_seconds * config.decay)
    return Pace(min(delay, config.max_delay_seconds), smoothed)


def back_off(failures: int, config: BackOffConfig = BACK_OFF) -> timedelta | None:
    """Say how long a host is left alone after so many failures in a row; None while they are few."""
    over = failures - config.failures
    if over < 0:
        return None
    doublings = min(over, 32)  # past any wait that counts, and before the numbers overflow
    return min(config.first_wait * int(config.growth**doublings), config.longest_wait)

"""When to look at a source again, from when it published. Pure.

**The rule.** Looking costs a poll; not looking costs the time that articles wait to be found. A poll is worth `poll_price` article-minutes:
we look as soon as the articles that are expected to wait have waited that long in all. With a rate λ(u) of articles at the moment u the
next look after `now` is at the t for which

    ∫ from now to t of λ(u) · (t - u) du = poll_price.

For a constant rate this is t - now = √(2 · poll_price / λ), the square-root law that is optimal for finding news with a given number of
polls (K. C. Sia, J. Cho, H.-K. Cho: Efficient monitoring algorithm for fast news alerts, IEEE TKDE 19(7), 2007; the same law stands in J.
Cho, H. Garcia-Molina: Effective page refresh policies, ACM TODS 28(4), 2003). For a rate that changes it looks often while a newsroom
works, and in the morning shortly after it began, not before.

**The rate.** A Poisson process whose rate has a gamma prior: n events in a time T give the posterior mean (a + n) / (a / prior + T). Three
of them stand on each other: the rate of the source over its last weeks; its shape by hour of day and by day of week in the source's own
zone, drawn towards flat by `shape_events` pretended events an hour or day; and the present: what came in the last hours against what the
shape promised, so that a burst is followed and a silence is believed. An exponential prior (a = 1) is the one that says least besides its
mean.

**The window.** A feed shows only its newest items. However seldom we would look, we look before it can have turned over: at the t at which
the expected number of articles plus four standard deviations fills the smallest window that the source has shown.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class RhythmConfig:
    """The numbers of the rule.

    `poll_price_minutes`: article-minutes of waiting that one poll is worth. Eight let the law meet the lower bound where the busiest
    agencies are, at ten articles an hour: λ · least² / 2 = 10 · (1/6)² / 2 hours. One of one an hour is then looked at every 31 minutes,
    one of one a day, if it published by night as by day, every two and a half hours; in a simulated week that is less than a quarter of
    the polls of looking each quarter of an hour. `least`, `most`: bounds of the interval. `memory`: the past that counts, four weeks, so
    that every day of the week is there four times. `prior_per_day`: articles a day of a source of which nothing is known, where its file
    expects none. `rate_events`: how many events the prior of the rate weighs. `shape_events`: pretended events for each hour of the day,
    and for each day of the week: a half is Jeffreys' prior of a multinomial (H. Jeffreys: An invariant form for the prior probability in
    estimation problems, Proc. R. Soc. A 186, 1946), which favours no shape. `present`: the last hours that are compared with the shape.
    `step`: how finely the integral is taken. `jitter`: the share of the interval by which a start may come earlier, so that sources drift
    apart; never later, or articles would wait longer than was decided.
    """

    poll_price_minutes: float = 8.0
    least: timedelta = timedelta(minutes=10)
    most: timedelta = timedelta(hours=24)
    memory: timedelta = timedelta(days=28)
    prior_per_day: float = 8.0
    rate_events: float = 2.0
    shape_events: float = 0.5
    present: timedelta = timedelta(hours=3)
    step: timedelta = timedelta(minutes=5)
    jitter: float = 0.1


CONFIG = RhythmConfig()


@dataclass(frozen=True, slots=True)
class Shape:
    """How much a source publishes by the hour, in articles an hour: `rate` on average, times a factor for the hour and one for the weekday.

    `hours` are 24 factors and `weekdays` 7 (0 Monday), each with mean 1, of local time in `zone`.
    """

    rate: float
    hours: tuple[float, ...]
    weekdays: tuple[float, ...]
    zone: ZoneInfo

    def at(self, instant: datetime) -> float:
        """Return the rate at an instant, in articles an hour."""
        local = instant.astimezone(self.zone)
        return self.rate * self.hours[local.hour] * self.weekdays[local.weekday()]


@dataclass(frozen=True, slots=True)
class Look:
    """When a source is looked at next, and why."""

    at: datetime
    interval: timedelta
    reason: str


def shape_of(
    published: Sequence[datetime],
    now: datetime,
    zone: ZoneInfo,
    since: datetime,
    expected_per_day: float | None,
    config: RhythmConfig = CONFIG,
) -> Shape:
    """Learn the shape of a source.

    Args: when its articles appeared, in any order; the present; its zone; since when it is watched (what appeared before is only what its
    feed still showed then); the articles a day that its file expects, None where it says nothing.
    """
    begin = max(now - config.memory, since)
    seen = [instant for instant in published if begin <= instant <= now]
    watched_hours = max((now - begin).total_seconds() / 3600, 0.0)
    prior = (expected_per_day or config.prior_per_day) / 24
    rate = (config.rate_events + len(seen)) / (config.rate_events / prior + watched_hours)
    hours, weekdays = [config.shape_events] * 24, [config.shape_events] * 7
    for instant in seen:
        local = instant.astimezone(zone)
        # half of it counts for the neighbours: a newsroom that begins at seven may begin at half past six
        hours[local.hour] += 0.5
        hours[(local.hour - 1) % 24] += 0.25
        hours[(local.hour + 1) % 24] += 0.25
        weekdays[local.weekday()] += 1
    full_weeks = watched_hours >= 14 * 24  # before, some days of the week were seen more often than others
    return Shape(rate, _normal(hours), _normal(weekdays) if full_weeks else (1.0,) * 7, zone)


def _normal(counts: Sequence[float]) -> tuple[float, ...]:
    mean = sum(counts) / len(counts)
    return tuple(count / mean for count in counts)


def excitement(
    shape: Shape, published: Sequence[datetime], now: datetime, since: datetime | None = None, config: RhythmConfig = CONFIG
) -> float:
    """Return by how much the present differs from the shape: 1 as promised, 2 twice as much, 0.3 a silence.

    The posterior mean of a factor with an exponential prior of mean 1: (1 + n) / (1 + what was promised).
    """
    begin = now - config.present if since is None else max(now - config.present, since)
    count = sum(1 for instant in published if begin < instant <= now)
    return (1 + count) / (1 + _expected(shape, begin, now, config.step))


def _expected(shape: Shape, begin: datetime, end: datetime, step: timedelta) -> float:
    total, at = 0.0, begin
    while at < end:
        span = min(step * 6, end - at)
        total += shape.at(at) * span.total_seconds() / 3600
        at += span
    return total


def next_look(
    shape: Shape,
    published: Sequence[datetime],
    now: datetime,
    window: int | None = None,
    since: datetime | None = None,
    config: RhythmConfig = CONFIG,
) -> Look:
    """Return when to look next.

    Args: the shape; when articles appeared; the present; how many items the smallest of its feeds shows, None where that is not known;
    since when it is watched, None for long ago: before that nothing was missed.
    """
    excited = excitement(shape, published, now, since, config)
    price = config.poll_price_minutes / 60
    hours = config.step.total_seconds() / 3600
    full = _filling(window) if window else math.inf
    came = waited = 0.0  # articles expected since now, and the hours that they have waited in all
    span = timedelta(0)
    why = "nothing is expected for a day"
    while span < config.most:
        # the excitement fades with the hours over which it was measured
        fading = math.exp(-span / config.present)
        rate = shape.at(now + span) * (1 + (excited - 1) * fading)
        waited += (came + rate * hours / 2) * hours
        came += rate * hours
        span += config.step
        if waited >= price:
            why = f"{came:.1f} articles are expected by then" if came >= 0.05 else "hardly an article is expected by then"
            break
        if came + rate * hours > full:  # with the next step
            why = "its feed may have turned over by then"
            break
    interval = min(max(span, config.least), config.most)
    return Look(now + interval, interval, why)


def _filling(window: int) -> float:
    """Return the expected number x of articles with x + 4 √x = window: more than the window come with a probability below 10^-4."""
    return (math.sqrt(4 + window) - 2) ** 2


def spread(interval: timedelta, chance: float, config: RhythmConfig = CONFIG) -> timedelta:
    """Return an interval shortened by a random part; `chance` is in 0 … 1."""
    return interval * (1 - config.jitter * chance)


def shrunk_by_clock(due: datetime, interval: timedelta, now: datetime) -> datetime | None:
    """Return when a source is due after the clock was set back.

    Never later than one interval from now; None when nothing is to be changed.
    """
    latest = now + interval
    return latest if due > latest + timedelta(minutes=1) else None


def in_utc(instant: datetime) -> datetime:
    """Return the instant in UTC."""
    return instant.astimezone(UTC)

"""How much does a source publish, against its own past and what is expected of it? Pure; a part of `storage.health.judging`.

Days are the source's own. A usual day is the mean of its days of the same weekday over the weeks before. Days on which the press of its
country rests count neither as usual days nor as days on which something is missing.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from storage.health.records import Expectations, SourceHistory


@dataclass(frozen=True, slots=True)
class VolumeConfig:
    """The limits of what is usual.

    `usual_days`: the days before the last week that make the usual. `young_days`: days that must have been watched before anything is
    called unusual. `missed`: articles that must be missing from a gap: e^-7 is one in a thousand for a Poisson process, and news clusters,
    so besides the gap must be `gap_factor` times the longest one before, and `gap_days` usual days long. `lull_share`: the share of the
    usual below which a week is called quiet. `decline_share`: the share of its best weeks to which a source has declined when it did so
    over `decline_weeks` weeks, each below `decline_step` of the best. `scarce_days`: days in a row, in the mean of which fewer than half of
    what is expected at least came. `flood_factor`: how many times the most that is expected, and the most that came on a day before, make a
    flood.
    """

    usual_days: int = 28
    young_days: int = 7
    missed: float = 7.0
    gap_factor: float = 2.0
    gap_days: float = 2.0
    lull_share: float = 0.4
    decline_share: float = 0.35
    decline_step: float = 0.75
    decline_weeks: int = 3
    scarce_days: int = 14
    flood_factor: float = 3.0


CONFIG = VolumeConfig()


@dataclass(frozen=True, slots=True)
class Volume:
    """The articles of a source by local day, `today` being unfinished.

    `counts` has every watched day, the oldest first; `usual` is what a day of each weekday (0 Monday) brings. `silence` is the time since
    the last article, `missing` what should have come in it; `longest` the longest time without an article before.
    """

    counts: Mapping[date, int]
    usual: tuple[float, ...]
    today: date
    last_at: datetime | None
    silence: timedelta
    missing: float
    silent_days: float
    longest: timedelta
    lulls: Mapping[date, str]

    @property
    def ages(self) -> int:
        """Return for how many whole days it has been watched."""
        return sum(1 for day in self.counts if day < self.today)

    def days(self, last: int, before: int = 0) -> list[date]:
        """Return the last whole days that are no days of rest, leaving out so many before today."""
        days = [day for day in self.counts if day < self.today and day not in self.lulls]
        return days[-last - before : len(days) - before]

    def mean(self, days: list[date]) -> float:
        """Return the articles a day."""
        return sum(self.counts[day] for day in days) / len(days) if days else 0.0

    def expected(self, days: list[date]) -> float:
        """Return what is usual for these days, in all."""
        return sum(self.usual[day.weekday()] for day in days)

    def sentence(self) -> str:
        """Say how much came."""
        week = [day for day in self.counts if day < self.today][-7:]
        came = sum(self.counts[day] for day in week) + self.counts.get(self.today, 0)
        usual = sum(self.usual) if self.ages >= CONFIG.young_days else None
        against = f"; usual is {usual:.0f} a week" if usual is not None else ""
        return f"{came} articles in the last {len(week)} days and today{against}"


def volume_of(history: SourceHistory, expected: Expectations, now: datetime, config: VolumeConfig = CONFIG) -> Volume:
    """Count the articles of a source by its own days."""
    zone = ZoneInfo(expected.time_zone)
    today = now.astimezone(zone).date()
    since = history.watched_since or now
    published = [instant for instant in history.published if instant <= now]
    counted = Counter(instant.astimezone(zone).date() for instant in published if instant >= since)
    first = since.astimezone(zone).date()
    # the day of the first look was not watched as a whole, unless it is today
    days = [first + timedelta(days=number) for number in range(min(1, (today - first).days), (today - first).days + 1)]
    counts = {day: counted[day] for day in days}
    usual = _usual(counts, today, expected.lulls, config)
    last_at = published[-1] if published else None
    begin = max(last_at or since, since)
    missing, silent_days = _missing(begin, now, zone, usual, expected.lulls)
    silence = now - (last_at or since)
    gaps = [later - earlier for earlier, later in pairwise(published)]
    return Volume(counts, usual, today, last_at, silence, missing, silent_days, max(gaps, default=timedelta(0)), expected.lulls)


def _usual(counts: Mapping[date, int], today: date, lulls: Mapping[date, str], config: VolumeConfig) -> tuple[float, ...]:
    """Return what a day of each weekday brings: its mean over the weeks before the last, drawn towards the mean of all days by one day."""
    days = [day for day in counts if day < today and day not in lulls]
    # the last week is what is judged; a young source has nothing else to be judged by
    past = days[-config.usual_days - 7 : -7] if len(days) >= 14 else days
    if not past:
        return (0.0,) * 7
    overall = sum(counts[day] for day in past) / len(past)
    by_weekday: list[list[int]] = [[] for _ in range(7)]
    for day in past:
        by_weekday[day.weekday()].append(counts[day])
    return tuple((sum(found) + overall) / (len(found) + 1) for found in by_weekday)


def _missing(begin: datetime, now: datetime, zone: ZoneInfo, usual: tuple[float, ...], lulls: Mapping[date, str]) -> tuple[float, float]:
    """Return how many articles should have come between two instants, and in how many usual days."""
    mean = sum(usual) / 7
    missing = days = 0.0
    at = begin
    while at < now:
        local = at.astimezone(zone)
        midnight = (local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)).astimezone(at.tzinfo)
        until = min(midnight, now)
        share = (until - at) / timedelta(days=1)
        if local.date() not in lulls:
            missing += usual[local.weekday()] * share
            days += share * min(1.0, usual[local.weekday()] / mean) if mean else 0.0
        at = until
    return missing, days


def gap(volume: Volume, expected: Expectations, config: VolumeConfig = CONFIG) -> str | None:
    """Say that nothing has come for longer than the past explains; None when it does."""
    if volume.last_at is None:
        # where none a day is expected, four weeks may well pass without one
        patience = config.usual_days if expected.low == 0 else config.young_days
        return f"nothing that it names was published in {volume.ages} days" if volume.ages >= patience else None
    if volume.ages >= config.young_days and not sum(volume.counts.values()) and volume.longest:
        if volume.silence > volume.longest * config.gap_factor * 2:
            hours, longest = volume.silence / timedelta(hours=1), volume.longest / timedelta(hours=1)
            return f"its newest article is {_span(hours)} old; between those that it still shows lie {_span(longest)} at most"
        return None
    if volume.ages < config.young_days or volume.missing < config.missed or volume.silent_days < config.gap_days:
        return None
    if volume.silence < volume.longest * config.gap_factor:
        return None
    hours = volume.silence / timedelta(hours=1)
    longest = volume.longest / timedelta(hours=1)
    return f"nothing new for {_span(hours)}, in which {volume.missing:.0f} articles are usual; the longest gap before was {_span(longest)}"


def decline(volume: Volume, config: VolumeConfig = CONFIG) -> str | None:
    """Say that it has published less and less for weeks; None when it has not. A rest of one or two weeks is no decline."""
    weeks: list[float] = []
    while len(week := volume.days(7, 7 * len(weeks))) == 7 and len(weeks) < 10:
        weeks.append(volume.mean(week))
    if len(weeks) < config.decline_weeks + 3:
        return None
    newest, older = weeks[: config.decline_weeks], weeks[config.decline_weeks :]
    best = sum(sorted(older, reverse=True)[:3]) / 3
    if best * 7 < 2 * config.missed or newest[0] > best * config.decline_share or any(week > best * config.decline_step for week in newest):
        return None
    if newest[0] * 7 > poisson_low(best * 7):
        return None
    return f"it declines: {newest[0]:.1f} articles a day in the last week, {best:.1f} in its best ones, low for {len(newest)} weeks"


def scarcity(volume: Volume, expected: Expectations, config: VolumeConfig = CONFIG) -> str | None:
    """Say that it brings much less than its file expects at least; None when it does not."""
    days = volume.days(config.scarce_days)
    if not expected.low or len(days) < config.scarce_days:
        return None
    mean = volume.mean(days)
    if mean * 2 >= expected.low or sum(volume.counts[day] for day in days) > poisson_low(expected.low / 2 * len(days)):
        return None
    return f"{mean:.1f} articles a day over {len(days)} days; at least {expected.low} are expected"


def flood(volume: Volume, expected: Expectations, config: VolumeConfig = CONFIG) -> str | None:
    """Say that it brings far more than it can publish: its archive, or a list of something else; None when it does not."""
    if not expected.high or volume.ages < config.young_days:
        return None
    days = [*volume.days(1), volume.today]
    before = volume.days(config.usual_days, 1)
    most = max((volume.counts[day] for day in before), default=0)
    came = max(volume.counts.get(day, 0) for day in days)
    if came <= config.flood_factor * max(expected.high, most):
        return None
    return f"{came} articles on one day; at most {expected.high} are expected, and {most} was the most before"


def lull(volume: Volume, expected: Expectations, config: VolumeConfig = CONFIG) -> str | None:
    """Say that it is quieter than usual, or silent, without that being an illness; None when it is not."""
    today = volume.lulls.get(volume.today)
    if today is not None and volume.silence > timedelta(days=1):
        return f"nothing new for {_span(volume.silence / timedelta(hours=1))}: {today}"
    if volume.ages < config.young_days:
        if volume.last_at is None:
            return f"nothing yet; it has been watched for {volume.ages} days"
        if volume.silence > max(timedelta(days=3), volume.longest * config.gap_factor):
            return f"its newest article is {_span(volume.silence / timedelta(hours=1))} old"
        return None
    if volume.silence > timedelta(days=1) and volume.missing >= 3 and volume.silence > volume.longest:
        return f"nothing new for {_span(volume.silence / timedelta(hours=1))}, in which {volume.missing:.0f} articles are usual"
    if sum(volume.counts.values()) == 0:
        return f"nothing new in {volume.ages} days"
    week = [day for day in volume.counts if day < volume.today][-7:]
    came, usual = sum(volume.counts[day] for day in week), volume.expected(week)
    if usual >= config.missed and came < usual * config.lull_share and came <= poisson_low(usual):
        resting = next((volume.lulls[day] for day in week if day in volume.lulls), None)
        return f"{came} articles in the last week, {usual:.0f} are usual" + (f": {resting}" if resting else "")
    if came == 0 and volume.silence > timedelta(days=7):
        return f"nothing new for {_span(volume.silence / timedelta(hours=1))}; {usual:.1f} articles a week are usual"
    low = expected.low or 0
    if week and volume.mean(week) < low and came <= poisson_low(low * len(week)):
        return f"{volume.mean(week):.1f} articles a day in the last week; at least {low} are expected"
    return None


def poisson_low(mean: float, deviations: float = 4.0) -> float:
    """Return a count so low that chance alone brings a lower one once in 30,000 times: the mean less four standard deviations."""
    return max(mean - deviations * math.sqrt(mean), 0.0)


def _span(hours: float) -> str:
    return f"{hours:.0f} hours" if hours < 72 else f"{hours / 24:.0f} days"

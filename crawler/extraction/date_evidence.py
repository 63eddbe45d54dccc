"""What is known of the dates of one page while they are judged: the claims, how sure each kind is, what is assumed of the page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from crawler.written_dates.instants import Instant


@dataclass(frozen=True, slots=True)
class DateConfig:
    """Limits and weights of dates.

    A page cannot be older than the web; clocks and zones of publishers are wrong by a day or two at most, hence `slack`. The confidences
    are, rounded down to 0.05, the shares of 149 real pages on which a claim of that kind was right: to the minute where it has clock and
    zone (JSON-LD .96, article:published_time .93, microdata 1.0 of 15, other meta tags .94, `time` .84, uploadDate and dateCreated .72), to
    the day where it has none (URL 1.0 of 18; htmldate where nothing else spoke, 4 of 5, and held lower for being so few). The feed's was
    not measured, nor what the page shows, which is held below all markup. A clock time without a zone was right in UTC on 4 of 27 pages
    (`assumed_utc`); in the zone of the source or its country it is taken to be right mostly, in the only country of its language less
    often. `corrected` is the price of every correction, `doubted` that of a time in UTC which the page shows as its own clock where the
    zone of the newsroom is not known. `clock_slack` is how far ahead of ours a publisher's clock may be before a time in the future is a
    mistake. `relative`: what the page counts back from
    now is as true as its copy is fresh. `lunar`: the month of the Hijri calendar begins a day earlier or later from country to country.
    """

    earliest: datetime = datetime(1990, 1, 1, tzinfo=UTC)
    slack: timedelta = timedelta(hours=48)
    clock_slack: timedelta = timedelta(minutes=10)
    max_zone_difference: timedelta = timedelta(hours=14)
    json_ld: float = 0.95
    meta: float = 0.9
    microdata: float = 0.9
    other_meta: float = 0.9
    created: float = 0.7
    time: float = 0.8
    time_elsewhere: float = 0.6
    feed: float = 0.7
    url: float = 0.9
    visible_labelled: float = 0.75
    visible: float = 0.65
    htmldate: float = 0.6
    relative: float = 0.3
    assumed_zone: float = 0.8
    assumed_language: float = 0.7
    assumed_utc: float = 0.15
    corrected: float = 0.8
    doubted: float = 0.6
    lunar: float = 0.7


CONFIG = DateConfig()


@dataclass(frozen=True, slots=True)
class Claim:
    """One reading of a date on the page."""

    instant: Instant
    found_in: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What is assumed of the dates of one page: its zone and how sure that is, its language, the present."""

    zone: tzinfo | None
    zone_confidence: float
    language: str | None
    fetched_at: datetime

    @property
    def civil(self) -> tzinfo:
        """Return the zone in which days are counted: the assumed one, else UTC."""
        return self.zone or UTC

    def is_possible(self, instant: Instant) -> bool:
        """Say whether a page fetched then can bear that date."""
        return CONFIG.earliest <= instant.at <= self.fetched_at + CONFIG.slack

    def offset(self, at: datetime) -> timedelta:
        """Return how far the assumed zone is ahead of UTC at an instant; nothing where none is assumed."""
        return at.astimezone(self.civil).utcoffset() or timedelta(0)


def is_midnight(instant: Instant, reading: Reading) -> bool:
    """Say whether a time is midnight, in the assumed zone or in UTC: then it is a day that a machine gave a clock."""
    return (
        instant.at.astimezone(reading.civil).time().replace(microsecond=0) == datetime.min.time()
        or instant.at.time() == datetime.min.time()
    )


def day_of(instant: Instant, reading: Reading) -> date:
    """Return the day of an instant where its readers live, which for a bare day is the day as written."""
    if instant.day_only and instant.wall is not None:
        return instant.wall.date()
    return instant.at.astimezone(reading.civil).date()


def is_same_day(one: Instant, other: Instant, zone: tzinfo) -> bool:
    """Say whether two instants fall on one day, in the zone assumed or in UTC."""
    return one.at.astimezone(zone).date() == other.at.astimezone(zone).date() or one.at.date() == other.at.date()


def is_same_minute(one: Instant, other: Instant) -> bool:
    """Say whether two instants are one clock time read in two zones (zones differ by quarters of an hour)."""
    difference = abs(one.at - other.at)
    off_quarter = difference.total_seconds() % 900
    return difference <= CONFIG.max_zone_difference and min(off_quarter, 900 - off_quarter) <= 1

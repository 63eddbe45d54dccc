"""Days of a time zone, for questions that are asked by day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from storage.errors import StorageError

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


class UnknownTimeZone(StorageError):
    """There is no such time zone."""


def time_zone(name: str) -> tzinfo:
    """Return a time zone by its name in the IANA database; 'UTC' is UTC itself. Raises: UnknownTimeZone."""
    if name.upper() == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # OSError: the name is that of a folder of the database
        raise UnknownTimeZone(f"{name!r} is not a time zone; write it as Asia/Baghdad") from error


def midnight(day: date, zone: tzinfo) -> datetime:
    """Return the instant at which a day begins, in UTC."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def days(first: date, last: date) -> Iterator[date]:
    """Yield days from the first to the last, both included."""
    for number in range((last - first).days + 1):
        yield first + number * _DAY


@dataclass(frozen=True, slots=True)
class Offset:
    """How many minutes a zone is ahead of UTC, up to an instant (None: from then on)."""

    minutes: int
    until: datetime | None


def offsets(zone: tzinfo, first: datetime, last: datetime) -> list[Offset]:
    """Return the offsets of a zone between two instants, with the minutes in which they change."""
    found: list[Offset] = []
    at = first
    while at < last:
        following = min(at + _DAY, last)
        if _minutes(zone, following) != _minutes(zone, at):
            changed = _change(zone, at, following)
            found.append(Offset(_minutes(zone, at), changed))
        at = following
    return [*found, Offset(_minutes(zone, last), None)]


def _minutes(zone: tzinfo, at: datetime) -> int:
    offset = at.astimezone(zone).utcoffset()
    return round(offset / _MINUTE) if offset is not None else 0


def _change(zone: tzinfo, before: datetime, after: datetime) -> datetime:
    """Return the first minute with the offset of `after`."""
    low = before.replace(second=0, microsecond=0)
    high = after.replace(second=0, microsecond=0) + _MINUTE
    while high - low > _MINUTE:
        middle = (low + (high - low) / 2).replace(second=0, microsecond=0)
        if _minutes(zone, middle) == _minutes(zone, before):
            low = middle
        else:
            high = middle
    return high

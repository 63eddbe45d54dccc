"""Time zones as dates name them: by IANA name, by offset, by an abbreviation that may mean several."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from crawler.written_dates.date_places import Place

_MAX_OFFSET_MINUTES = 15 * 60
# An abbreviation of several zones is read as the one nearest to the source's zone, when that is within two hours of it.
_NEAR_MINUTES = 120


@lru_cache(maxsize=256)
def named_zone(name: str) -> tzinfo | None:
    """Return a zone by its IANA name; None for a mistake in a source's file, or a system without zones."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def zone_of_offset(sign: str, hours: int, minutes: int) -> tzinfo | None:
    """Make a zone of its offset; no zone is more than 15 hours away."""
    total = hours * 60 + minutes
    if total > _MAX_OFFSET_MINUTES or minutes > 59:
        return None
    return timezone(timedelta(minutes=total if sign == "+" else -total))


def written_zone(written: object, wall: datetime, place: Place) -> tzinfo | None:
    """Return the zone that was written; an abbreviation that means several is the one near the source, else none."""
    if isinstance(written, tzinfo) or written is None:
        return written
    if isinstance(written, str):
        digits = re.sub(r"\D", "", written)
        hours, minutes = (digits[:2], digits[2:]) if ":" not in written and len(digits) != 3 else (digits[:-2], digits[-2:])
        return zone_of_offset(written[0], int(hours), int(minutes or 0))
    offsets: tuple[int, ...] = written  # type: ignore[assignment]
    if len(offsets) == 1:
        return timezone(timedelta(minutes=offsets[0]))
    if not place.known_zone:  # of two the first: what this region means by it
        return timezone(timedelta(minutes=offsets[0])) if len(offsets) == 2 else None
    assumed = (wall.replace(tzinfo=place.zone).utcoffset() or timedelta(0)).total_seconds() / 60
    nearest = min(offsets, key=lambda minutes: abs(minutes - assumed))
    return timezone(timedelta(minutes=nearest)) if abs(nearest - assumed) <= _NEAR_MINUTES else None

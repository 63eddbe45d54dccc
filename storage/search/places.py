"""The place of an article in time: one number, by which the full-text index is kept and everything is sorted newest first. Pure.

Bits 24 and up are the second in which it appeared (`dated_at`), counted from the first of January of the year 1, so that no date is
negative; the lower 24 count down with its `url_key`. A greater place is therefore newer, and of one second the smaller key comes first:
the order depends on nothing but the articles. Because the index keeps its lists by this number, the newest matches are read from their end
without looking at the others, a range of dates is a piece of each list, and matches are counted by day without a look at any table.
"""

from __future__ import annotations

from collections.abc import Container
from datetime import UTC, datetime, timedelta

KEY_BITS = 24
_KEY_MASK = (1 << KEY_BITS) - 1
_KEY_DIGITS = KEY_BITS // 4
_ORIGIN = datetime(1, 1, 1, tzinfo=UTC)
#: From the origin to 1970, for databases that count from there: 719,162 days.
UNIX_SECONDS = int((datetime(1970, 1, 1, tzinfo=UTC) - _ORIGIN).total_seconds())


def place_of(dated_at: datetime, url_key: str, taken: Container[int] = ()) -> int:
    """Return the place of an article that appeared at `dated_at` (aware) and has this key of its canonical URL.

    `taken` are places of other articles. Two of one second share a place with probability 2^-24; the later one then moves down by one.
    """
    place = begin_of(dated_at) + _KEY_MASK - int(url_key[:_KEY_DIGITS], 16)
    while place in taken:
        place -= 1
    return place


def begin_of(instant: datetime) -> int:
    """Return the smallest place of the second of an instant (aware)."""
    return int((instant.astimezone(UTC) - _ORIGIN) // timedelta(seconds=1)) << KEY_BITS


def day_of(number: int) -> str:
    """Return a day, counted from the origin, as YYYY-MM-DD: what `place >> KEY_BITS` divided by 86,400 gives."""
    return (_ORIGIN + timedelta(days=number)).date().isoformat()

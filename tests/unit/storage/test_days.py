from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from storage.days import Offset, UnknownTimeZone, days, midnight, offsets, time_zone

BEIRUT = ZoneInfo("Asia/Beirut")
TEHRAN = ZoneInfo("Asia/Tehran")


def test_utc_needs_no_database_of_zones() -> None:
    assert time_zone("utc") is UTC
    assert time_zone("Asia/Beirut") == BEIRUT


@pytest.mark.parametrize("name", ["", "Asia", "Nowhere/Land", "../etc/passwd", "/etc/passwd", "Asia/Bagh\0dad"])
def test_what_is_no_zone_is_refused(name: str) -> None:
    with pytest.raises(UnknownTimeZone, match="not a time zone"):
        time_zone(name)


def test_a_day_begins_at_midnight_of_its_zone() -> None:
    assert midnight(date(2026, 1, 15), BEIRUT) == datetime(2026, 1, 14, 22, tzinfo=UTC)
    assert midnight(date(2026, 7, 15), BEIRUT) == datetime(2026, 7, 14, 21, tzinfo=UTC)


def test_days_include_both_ends_and_may_be_none() -> None:
    assert list(days(date(2026, 2, 27), date(2026, 3, 1))) == [date(2026, 2, 27), date(2026, 2, 28), date(2026, 3, 1)]
    assert list(days(date(2026, 3, 2), date(2026, 3, 1))) == []


def test_offsets_change_in_the_minute_in_which_the_clock_does() -> None:
    found = offsets(BEIRUT, datetime(2026, 1, 1, 13, 7, 9, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
    assert found == [
        Offset(120, datetime(2026, 3, 28, 22, tzinfo=UTC)),
        Offset(180, datetime(2026, 10, 24, 21, tzinfo=UTC)),
        Offset(120, None),
    ]
    assert offsets(TEHRAN, datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)) == [Offset(210, None)]


def test_offsets_agree_with_the_zone_at_any_instant() -> None:
    first = datetime(2026, 1, 1, 5, 31, 17, tzinfo=UTC)
    found = offsets(BEIRUT, first, first + timedelta(days=400))
    for number in range(0, 400 * 24, 5):
        at = first + timedelta(hours=number)
        said = next(offset.minutes for offset in found if offset.until is None or at < offset.until)
        assert at.astimezone(BEIRUT).utcoffset() == timedelta(minutes=said)

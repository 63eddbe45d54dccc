"""The dates that readers see, in the words and calendars of their language."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from crawler.demo.visible_dates import (
    arabic_date,
    english_date,
    english_stamp,
    french_date,
    hebrew_date,
    jalali,
    persian_date,
    turkish_date,
)

MONDAY = datetime(2026, 10, 5, 9, 5, tzinfo=timezone(timedelta(hours=3)))


@pytest.mark.parametrize(
    ("gregorian", "expected"),
    [
        (date(2026, 10, 5), (1405, 7, 13)),
        (date(2026, 3, 21), (1405, 1, 1)),
        (date(2024, 3, 20), (1403, 1, 1)),
        (date(2025, 3, 20), (1403, 12, 30)),
        (date(2025, 3, 21), (1404, 1, 1)),
        (date(2021, 3, 20), (1399, 12, 30)),
        (date(2026, 9, 22), (1405, 6, 31)),
        (date(2026, 9, 23), (1405, 7, 1)),
        (date(1979, 2, 11), (1357, 11, 22)),
    ],
)
def test_known_days_convert_to_the_solar_hijri_calendar(gregorian: date, expected: tuple[int, int, int]) -> None:
    assert jalali(gregorian) == expected


def test_leap_years_of_a_lifetime_are_the_official_ones() -> None:
    last_days = [day for day in _days(date(1963, 1, 1), date(2030, 12, 31)) if jalali(day)[1:] == (12, 30)]
    assert [jalali(day)[0] for day in last_days] == [
        1342, 1346, 1350, 1354, 1358, 1362, 1366, 1370, 1375, 1379, 1383, 1387, 1391, 1395, 1399, 1403, 1408,
    ]  # fmt: skip


def test_every_day_follows_its_eve() -> None:
    eve = jalali(date(1990, 1, 1))
    for day in _days(date(1990, 1, 2), date(2035, 1, 1)):
        today = jalali(day)
        assert today == (eve[0], eve[1], eve[2] + 1) or (today[2] == 1 and eve[2] >= 29)
        assert (today[0], today[1]) >= (eve[0], eve[1])
        eve = today


@pytest.mark.parametrize("day", [date(1830, 1, 1), date(2260, 1, 1)])
def test_years_outside_the_rule_are_refused(day: date) -> None:
    with pytest.raises(ValueError, match="leap rule"):
        jalali(day)


def test_each_language_prints_its_own_date() -> None:
    assert english_date(MONDAY) == "October 5, 2026"
    assert english_stamp(MONDAY) == "05 Oct 2026 09:05 GMT+3"
    assert french_date(MONDAY) == "lundi 5 octobre 2026 à 9h05"
    assert turkish_date(MONDAY) == "5 Ekim 2026 Pazartesi 09:05"
    assert hebrew_date(MONDAY) == "5 באוקטובר 2026, 09:05"
    assert arabic_date(MONDAY) == "الإثنين 5 تشرين الأول 2026"
    assert persian_date(MONDAY) == "دوشنبه ۱۳ مهر ۱۴۰۵ - ۰۹:۰۵"


def test_first_of_a_month_is_ordinal_in_french() -> None:
    assert french_date(datetime(2026, 10, 1, 18, 0, tzinfo=UTC)) == "jeudi 1er octobre 2026 à 18h00"


@pytest.mark.parametrize(("offset_minutes", "shown"), [(0, "GMT"), (210, "GMT+3:30"), (-120, "GMT-2")])
def test_stamp_names_the_offset(offset_minutes: int, shown: str) -> None:
    at = datetime(2026, 10, 5, 9, 5, tzinfo=timezone(timedelta(minutes=offset_minutes)))
    assert english_stamp(at) == f"05 Oct 2026 09:05 {shown}"


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from crawler.written_dates.calendars import (
    FIRST_HIJRI_YEAR,
    FIRST_JALALI_YEAR,
    LAST_HIJRI_YEAR,
    LAST_JALALI_YEAR,
    hebrew_to_gregorian,
    hijri_to_gregorian,
    jalali_to_gregorian,
)

Conversion = Callable[[int, int, int], date]


@pytest.mark.parametrize(
    ("day", "gregorian"),
    [
        ((1300, 1, 1), "1921-03-21"),
        ((1357, 11, 22), "1979-02-11"),
        ((1399, 4, 2), "2020-06-22"),
        ((1399, 12, 30), "2021-03-20"),
        ((1400, 1, 1), "2021-03-21"),
        ((1403, 12, 30), "2025-03-20"),
        ((1404, 1, 1), "2025-03-21"),
        ((1408, 12, 30), "2030-03-20"),
    ],
)
def test_days_of_the_jalali_almanac(day: tuple[int, int, int], gregorian: str) -> None:
    assert jalali_to_gregorian(*day).isoformat() == gregorian


@pytest.mark.parametrize(
    ("day", "gregorian"),
    [
        ((1410, 1, 1), "1989-08-02"),
        ((1422, 1, 1), "2001-03-26"),
        ((1441, 9, 1), "2020-04-24"),
        ((1441, 12, 10), "2020-07-31"),
        ((1442, 1, 1), "2020-08-20"),
        ((1445, 10, 1), "2024-04-10"),
        ((1446, 1, 1), "2024-07-07"),
    ],
)
def test_days_of_the_umm_al_qura_almanac(day: tuple[int, int, int], gregorian: str) -> None:
    assert hijri_to_gregorian(*day).isoformat() == gregorian


@pytest.mark.parametrize(
    ("convert", "years", "lengths", "year_lengths"),
    [
        (jalali_to_gregorian, range(FIRST_JALALI_YEAR, LAST_JALALI_YEAR + 1), {29, 30, 31}, {365, 366}),
        (hijri_to_gregorian, range(FIRST_HIJRI_YEAR, LAST_HIJRI_YEAR + 1), {29, 30}, {354, 355}),
    ],
)
def test_every_day_follows_the_one_before(convert: Conversion, years: range, lengths: set[int], year_lengths: set[int]) -> None:
    expected = convert(years[0], 1, 1)
    for year in years:
        first = expected
        for month in range(1, 13):
            days = 0
            while days < max(lengths):
                try:
                    converted = convert(year, month, days + 1)
                except ValueError:
                    break
                assert converted == expected
                days, expected = days + 1, expected + timedelta(days=1)
            assert days in lengths
        assert (expected - first).days in year_lengths


@pytest.mark.parametrize("convert", [jalali_to_gregorian, hijri_to_gregorian])
@pytest.mark.parametrize("day", [(1299, 1, 1), (1501, 1, 1), (1420, 0, 1), (1420, 13, 1), (1420, 1, 0), (1420, 1, 32)])
def test_days_that_no_calendar_has_are_refused(convert: Conversion, day: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="no day of the"):
        convert(*day)


def test_the_leap_day_is_there_in_leap_years_only() -> None:
    with pytest.raises(ValueError, match="Jalali"):
        jalali_to_gregorian(1400, 12, 30)
    with pytest.raises(ValueError, match="Umm al-Qura"):
        hijri_to_gregorian(1441, 2, 30)


@pytest.mark.parametrize(
    ("day", "gregorian"),
    [
        ((5784, 7, 1), "2023-09-16"),
        ((5784, 7, 22), "2023-10-07"),
        ((5784, 13, 14), "2024-03-24"),
        ((5784, 1, 15), "2024-04-23"),
        ((5785, 7, 1), "2024-10-03"),
        ((5785, 12, 14), "2025-03-14"),
    ],
)
def test_days_of_the_hebrew_almanac(day: tuple[int, int, int], gregorian: str) -> None:
    assert hebrew_to_gregorian(*day).isoformat() == gregorian


@pytest.mark.parametrize("day", [(5785, 13, 1), (5784, 4, 30), (5784, 0, 1), (5784, 4, 0), (5749, 1, 1), (5861, 1, 1)])
def test_what_the_hebrew_calendar_has_not_is_refused(day: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        hebrew_to_gregorian(*day)

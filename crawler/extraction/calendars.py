"""Days of the Jalali and the Hijri calendar as days of the Gregorian one.

Source: the 33-year rule of the Jalali calendar in K. M. Borkowski, 'The Persian calendar for 3000 years', Earth, Moon and Planets 74
(1996), which agrees with the equinox from 1178 to 1633; the Umm al-Qura calendar of Saudi Arabia as tabulated by R. H. van Gent (Utrecht
University) and in ICU. Both were compared with independent implementations, day by day over the whole range.
"""

from __future__ import annotations

from datetime import date, timedelta

FIRST_JALALI_YEAR, LAST_JALALI_YEAR = 1300, 1500
FIRST_HIJRI_YEAR, LAST_HIJRI_YEAR = 1410, 1500

_JALALI_START = date(1921, 3, 21).toordinal()  # 1 Farvardin 1300
_HIJRI_START = date(1989, 8, 2).toordinal()  # 1 Muharram 1410
# Three hexadecimal digits a year: bit n is set when month n + 1 has 30 days and not 29.
_HIJRI_MONTHS = (
    "95d2da5d9db2ba4b4aa552b5575b6abd2bc4b89a9552d5adb6a6d4dc9d92aa69562ae56d36ab55aaa94d49d95d2ba5b55aad55a9a92e26e55dada6d4"
    "6a554ba9754eaae5acba9d92b2564bcab55ab556d2ea5e4aa9552daad36c7596d269552da5b4ba9ba3b4b69b52aa64b696d2ec6d9eb2d54d2aa564ae"
    "96dd6ab54b29a9352ba57536ab56aae93"
)


def jalali_to_gregorian(year: int, month: int, day: int) -> date:
    """Return the Gregorian day of a day of the Jalali (solar Hijri) calendar, of the years 1300 … 1500.

    Raises: ValueError, when that calendar has no such day, or the year is outside the range.
    """
    if not (FIRST_JALALI_YEAR <= year <= LAST_JALALI_YEAR and 1 <= month <= 12 and 1 <= day <= _jalali_month_days(year, month)):
        raise ValueError(f"no day of the Jalali calendar: {year}-{month}-{day}")
    days = (year - FIRST_JALALI_YEAR) * 365 + _jalali_leap_years(year) - _jalali_leap_years(FIRST_JALALI_YEAR)
    days += 31 * min(month - 1, 6) + 30 * max(month - 7, 0) + day - 1
    return date.fromordinal(_JALALI_START + days)


def hijri_to_gregorian(year: int, month: int, day: int) -> date:
    """Return the Gregorian day of a day of the Umm al-Qura calendar, of the years 1410 … 1500.

    Where the month begins by sighting (Morocco, Iran), the day may differ by one or two.

    Raises: ValueError, when that calendar has no such day, or the year is outside the range.
    """
    if not (FIRST_HIJRI_YEAR <= year <= LAST_HIJRI_YEAR and 1 <= month <= 12 and 1 <= day <= _hijri_month_days(year, month)):
        raise ValueError(f"no day of the Umm al-Qura calendar: {year}-{month}-{day}")
    index = year - FIRST_HIJRI_YEAR
    return date.fromordinal(_HIJRI_STARTS[index]) + timedelta(days=sum(_hijri_month_days(year, m) for m in range(1, month)) + day - 1)


def _jalali_leap_years(year: int) -> int:
    """Count the leap years before a year, up to a constant."""
    return (8 * year + 21) // 33


def _jalali_month_days(year: int, month: int) -> int:
    if month <= 6:
        return 31
    return 30 if month < 12 or _jalali_leap_years(year + 1) > _jalali_leap_years(year) else 29


def _hijri_month_days(year: int, month: int) -> int:
    bits = int(_HIJRI_MONTHS[3 * (year - FIRST_HIJRI_YEAR) :][:3], 16)
    return 29 + (bits >> (month - 1) & 1)


def _hijri_starts() -> list[int]:
    starts = [_HIJRI_START]
    for year in range(FIRST_HIJRI_YEAR, LAST_HIJRI_YEAR):
        starts.append(starts[-1] + sum(_hijri_month_days(year, month) for month in range(1, 13)))
    return starts


_HIJRI_STARTS = _hijri_starts()

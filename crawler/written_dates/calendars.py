"""Days of the Jalali, the Hijri and the Hebrew calendar as days of the Gregorian one, within the years that news can be of.

The conversion is persiantools', hijridate's (the Umm al-Qura calendar of Saudi Arabia) and pyluach's.
"""

from __future__ import annotations

from datetime import date

from hijridate import Hijri
from persiantools.jdatetime import JalaliDate
from pyluach.dates import HebrewDate

FIRST_JALALI_YEAR, LAST_JALALI_YEAR = 1300, 1500
FIRST_HIJRI_YEAR, LAST_HIJRI_YEAR = 1410, 1500
FIRST_HEBREW_YEAR, LAST_HEBREW_YEAR = 5750, 5860


def jalali_to_gregorian(year: int, month: int, day: int) -> date:
    """Return the Gregorian day of a day of the Jalali (solar Hijri) calendar, of the years 1300 … 1500.

    Raises: ValueError, when that calendar has no such day, or the year is outside the range.
    """
    if not (FIRST_JALALI_YEAR <= year <= LAST_JALALI_YEAR and JalaliDate.check_date(year, month, day)):
        raise ValueError(f"no day of the Jalali calendar: {year}-{month}-{day}")
    return JalaliDate(year, month, day).to_gregorian()  # type: ignore[no-untyped-call] # its constructor alone has no annotations


def hijri_to_gregorian(year: int, month: int, day: int) -> date:
    """Return the Gregorian day of a day of the Umm al-Qura calendar, of the years 1410 … 1500.

    Where the month begins by sighting (Morocco, Iran), the day may differ by one or two.

    Raises: ValueError, when that calendar has no such day, or the year is outside the range.
    """
    try:
        if FIRST_HIJRI_YEAR <= year <= LAST_HIJRI_YEAR:
            at = Hijri(year, month, day).to_gregorian()
            return date(at.year, at.month, at.day)
    except (ValueError, OverflowError):
        pass  # said below, with the rest of what is no day
    raise ValueError(f"no day of the Umm al-Qura calendar: {year}-{month}-{day}")


def hebrew_to_gregorian(year: int, month: int, day: int) -> date:
    """Return the Gregorian day in whose daylight a day of the Hebrew calendar falls, of the years 5750 … 5860.

    Nisan is month 1, Adar 12 (of a leap year the first Adar), the second Adar 13.

    Raises: ValueError, when that calendar has no such day, or the year is outside the range.
    """
    if not FIRST_HEBREW_YEAR <= year <= LAST_HEBREW_YEAR:
        raise ValueError(f"no year of the Hebrew calendar that news is of: {year}")
    at: date = HebrewDate(year, month, day).to_pydate()
    return at

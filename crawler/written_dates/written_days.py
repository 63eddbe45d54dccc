"""Say which days the tokens of a date can mean, in the Gregorian, the Jalali, the Hijri and the Hebrew calendar, the likeliest first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Literal

from crawler.written_dates.calendars import hebrew_to_gregorian, hijri_to_gregorian, jalali_to_gregorian
from crawler.written_dates.date_places import FIRST_YEAR, LAST_YEAR, Place
from crawler.written_dates.date_tokens import Token

Calendar = Literal["gregorian", "jalali", "hijri", "hebrew"]
_CALENDARS: tuple[Calendar, ...] = ("gregorian", "jalali", "hijri", "hebrew")

_TO_GREGORIAN = {"jalali": jalali_to_gregorian, "hijri": hijri_to_gregorian, "hebrew": hebrew_to_gregorian}
_KURDISH_YEARS, _FIRST_KURDISH_YEAR = 1321, 2600  # the Jalali year, counted from the Medes


def day_readings(tokens: Sequence[Token], place: Place) -> Iterator[tuple[date, Calendar]]:
    """Give the days that a written day can mean, the likeliest first."""
    if tokens[0].text.startswith("^"):
        parts = [int(part) for part in tokens[0].text[1:].split("-")]
        if day := _day(parts[0], parts[1], parts[2], "hebrew"):
            yield day, "hebrew"
        return
    if tokens[0].kind == "D":
        yield from _numeric_readings(tokens[0].text, place)
        return
    numbers = [token for token in tokens if token.kind in "NY"]
    year = next((token for token in numbers if token.kind == "Y"), numbers[-1])
    day_number = int(next(token for token in numbers if token is not year).text)
    for column, calendar in enumerate(_CALENDARS):
        months = {token.value[column] for token in tokens if token.kind == "M" and isinstance(token.value, tuple)}
        if len(months) == 1 and (month := months.pop()):  # آب/أغسطس is one month, آب/أيلول is none
            for number in _years(year.text, calendar):
                if day := _day(number, month, day_number, calendar):
                    yield day, calendar


def _numeric_readings(text: str, place: Place) -> Iterator[tuple[date, Calendar]]:
    """Give the days that three numbers can mean."""
    first, second, third = (part.strip() for part in re.split(r"[-/.]", text))
    if len(first) >= 3:
        orders = [(first, second, third)]
    elif len(third) >= 3:
        orders = (
            [(third, second, first), (third, first, second)]
            if place.day_first is not False
            else [(third, first, second), (third, second, first)]
        )
        if "." in text:
            orders = [(third, second, first)]
    elif place.is_jalali and len(first) == 2 and int(first) > 31:
        orders = [(first, second, third)]
    elif len(third) == 2 and (place.day_first is not None or "." in text):
        orders = [(third, first, second), (third, second, first)] if place.day_first is False else [(third, second, first)]
    else:
        return
    calendars: tuple[Calendar, ...] = ("jalali", "hijri", "gregorian") if place.is_jalali else ("gregorian", "hijri", "jalali")
    seen = set()
    for calendar in calendars:
        for year_text, month, day_number in orders:
            for year in _years(year_text, calendar):
                day = _day(year, int(month), int(day_number), calendar)
                if day and day not in seen:
                    seen.add(day)
                    yield day, calendar


def _years(text: str, calendar: str) -> tuple[int, ...]:
    """Give the year that digits mean in a calendar: four stand for themselves, two for the one in reach of the web."""
    year = int(text)
    if len(text) == 4:
        return (year - _KURDISH_YEARS if calendar == "jalali" and year > _FIRST_KURDISH_YEAR else year,)
    if len(text) != 2:
        return ()
    if calendar == "gregorian":
        return (2000 + year if year < 50 else 1900 + year,)  # RFC 5322 section 4.3
    if calendar == "jalali":
        return (1300 + year,) if year >= 69 else (1400 + year,)  # 1369 is 1990
    return ()


def _day(year: int, month: int, day: int, calendar: str) -> date | None:
    """Make a day; None when the calendar has no such one."""
    try:
        if calendar == "gregorian":
            return date(year, month, day) if FIRST_YEAR <= year <= LAST_YEAR else None
        return _TO_GREGORIAN[calendar](year, month, day)
    except ValueError:
        return None

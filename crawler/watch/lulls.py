"""Days on which the press of a country is expected to rest: so that a holiday is not taken for an illness. Pure.

Rules, not dates: feasts of the Islamic (Umm al-Qura), Jalali, Hebrew and Gregorian calendars, and the days on which newspapers commonly do
not appear around them. A sighting of the moon may move an Islamic feast by a day, so a day on each side belongs to it.

Source: R. H. van Gent, The Umm al-Qura calendar (through hijridate); N. Dershowitz, E. Reingold, Calendrical Calculations, 4th ed., 2018.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

from hijridate import Gregorian
from persiantools.jdatetime import JalaliDate
from pyluach.dates import GregorianDate

_MUSLIM = frozenset(
    [
        "AE",
        "AF",
        "BH",
        "DJ",
        "DZ",
        "EG",
        "IQ",
        "IR",
        "JO",
        "KW",
        "LB",
        "LY",
        "MA",
        "MR",
        "OM",
        "PK",
        "PS",
        "QA",
        "SA",
        "SD",
        "SO",
        "SY",
        "TN",
        "TR",
        "XX",
        "YE",
    ]
)
_SHIA = frozenset({"BH", "IQ", "IR", "LB"})
_NOWRUZ = frozenset({"AF", "IQ", "IR", "TR"})
_CHRISTIAN = frozenset({"CY", "LB", "XX", "SS", "ER", "ET", "GB", "US", "FR", "DE"})


@lru_cache(maxsize=64)
def lulls(country: str | None, since: date, until: date) -> dict[date, str]:
    """Return the days of rest of a country (ISO 3166-1, None: unknown) from `since` to `until`, both included, with their names."""
    days = (since + timedelta(days=number) for number in range((until - since).days + 1))
    return {day: name for day in days if (name := next(_names(country or "XX", day), None)) is not None}


def _names(country: str, day: date) -> Iterator[str]:
    if country in _MUSLIM:
        yield from _islamic(country, day)
    if country in _NOWRUZ:
        jalali = JalaliDate(day)  # type: ignore[no-untyped-call]
        longest = 13 if country == "IR" else 4
        if (jalali.month == 1 and jalali.day <= longest) or (jalali.month == 12 and jalali.day >= 29):
            yield "Nowruz"
    if country == "IL":
        yield from _hebrew(day)
    if country in _CHRISTIAN and (day.month, day.day) in {(12, 24), (12, 25), (12, 26), (12, 31), (1, 1)}:
        yield "Christmas and New Year"
    if country == "EG" and (day.month, day.day) in {(1, 6), (1, 7)}:
        yield "Coptic Christmas"


def _islamic(country: str, day: date) -> Iterator[str]:
    hijri = Gregorian(day.year, day.month, day.day).to_hijri()
    at = (hijri.month, hijri.day)
    if (at >= (9, 29) and at <= (9, 30)) or (hijri.month == 10 and hijri.day <= 6):
        yield "Eid al-Fitr"
    if hijri.month == 12 and 8 <= hijri.day <= 15:
        yield "Eid al-Adha"
    if country in _SHIA and hijri.month == 1 and 8 <= hijri.day <= 11:
        yield "Ashura"


def _hebrew(day: date) -> Iterator[str]:
    hebrew = GregorianDate(day.year, day.month, day.day).to_heb()
    at = (hebrew.month, hebrew.day)
    # the eve belongs to it; pyluach counts months from Nisan
    if at in {(6, 29), (7, 1), (7, 2)}:
        yield "Rosh Hashanah"
    elif at in {(7, 9), (7, 10)}:
        yield "Yom Kippur"
    elif at in {(7, 14), (7, 15), (7, 21), (7, 22)}:
        yield "Sukkot"
    elif at in {(1, 14), (1, 15), (1, 20), (1, 21)}:
        yield "Passover"
    elif at in {(3, 5), (3, 6)}:
        yield "Shavuot"

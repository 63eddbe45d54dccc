"""Dates as the sites of each language print them for their readers; machines read other places of the page."""

from __future__ import annotations

from datetime import date, datetime

_ENGLISH_MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
_FRENCH_MONTHS = ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"]
_FRENCH_DAYS = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]
_TURKISH_MONTHS = ["Ocak", "Şubat", "Mart", "Nisan", "Mayıs", "Haziran", "Temmuz", "Ağustos", "Eylül", "Ekim", "Kasım", "Aralık"]
_TURKISH_DAYS = ["Pazartesi", "Salı", "Çarşamba", "Perşembe", "Cuma", "Cumartesi", "Pazar"]
_HEBREW_MONTHS = ["ינואר", "פברואר", "מרץ", "אפריל", "מאי", "יוני", "יולי", "אוגוסט", "ספטמבר", "אוקטובר", "נובמבר", "דצמבר"]
# The month names of Iraq and the Levant.
_ARABIC_MONTHS = (
    "كانون الثاني", "شباط", "آذار", "نيسان", "أيار", "حزيران", "تموز", "آب", "أيلول", "تشرين الأول", "تشرين الثاني", "كانون الأول",
)  # fmt: skip
_ARABIC_DAYS = ["الإثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"]
_PERSIAN_MONTHS = ["فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند"]
_PERSIAN_DAYS = ("دوشنبه", "سه‌شنبه", "چهارشنبه", "پنج‌شنبه", "جمعه", "شنبه", "یکشنبه")
_PERSIAN_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")

# 1 Farvardin 1400 fell on 21 March 2021.
_ANCHOR_YEAR, _ANCHOR = 1400, date(2021, 3, 21)
_LEAP_REMAINDERS = frozenset({1, 5, 9, 13, 17, 22, 26, 30})
_JALALI_YEARS = range(1210, 1635)


def english_date(at: datetime) -> str:
    """Return 'October 5, 2026'."""
    return f"{_ENGLISH_MONTHS[at.month - 1]} {at.day}, {at.year}"


def english_stamp(at: datetime) -> str:
    """Return '05 Oct 2026 09:14 GMT+4' in the time's own offset."""
    return f"{at.day:02} {_ENGLISH_MONTHS[at.month - 1][:3]} {at.year} {at:%H:%M} {_gmt(at)}"


def french_date(at: datetime) -> str:
    """Return 'lundi 5 octobre 2026 à 9h05'; the first of a month is '1er'."""
    day = "1er" if at.day == 1 else str(at.day)
    return f"{_FRENCH_DAYS[at.weekday()]} {day} {_FRENCH_MONTHS[at.month - 1]} {at.year} à {at.hour}h{at.minute:02}"


def turkish_date(at: datetime) -> str:
    """Return '5 Ekim 2026 Pazartesi 09:05'."""
    return f"{at.day} {_TURKISH_MONTHS[at.month - 1]} {at.year} {_TURKISH_DAYS[at.weekday()]} {at:%H:%M}"


def hebrew_date(at: datetime) -> str:
    """Return '5 באוקטובר 2026, 09:05'."""
    return f"{at.day} ב{_HEBREW_MONTHS[at.month - 1]} {at.year}, {at:%H:%M}"


def arabic_date(at: datetime) -> str:
    """Return 'الإثنين 5 تشرين الأول 2026', the month as it is called in Iraq and the Levant."""
    return f"{_ARABIC_DAYS[at.weekday()]} {at.day} {_ARABIC_MONTHS[at.month - 1]} {at.year}"


def persian_date(at: datetime) -> str:
    """Return 'دوشنبه ۱۳ مهر ۱۴۰۵ - ۰۹:۰۵' in the Solar Hijri calendar with Persian digits."""
    year, month, day = jalali(at.date())
    return f"{_PERSIAN_DAYS[at.weekday()]} {day} {_PERSIAN_MONTHS[month - 1]} {year} - {at:%H:%M}".translate(_PERSIAN_DIGITS)


def jalali(day: date) -> tuple[int, int, int]:
    """Convert a Gregorian day to year, month and day of the Solar Hijri (Jalali) calendar.

    Raises: ValueError outside the years 1210 … 1634 (1831 … 2255 of the Gregorian calendar), where the leap rule no longer holds.
    Source: K. M. Borkowski, 'The Persian calendar for 3000 years', Earth, Moon and Planets 74 (1996): within those years the leap years
    of the astronomical calendar are those whose number leaves 1, 5, 9, 13, 17, 22, 26 or 30 when divided by 33.
    """
    year, days = _ANCHOR_YEAR, (day - _ANCHOR).days
    while days < 0:
        year -= 1
        days += _days_in_jalali_year(year)
    while days >= _days_in_jalali_year(year):
        days -= _days_in_jalali_year(year)
        year += 1
    if year not in _JALALI_YEARS:
        raise ValueError(f"{day} lies outside the years for which the leap rule holds")
    # Six months of 31 days, then months of 30; the last one is what is left.
    return (year, days // 31 + 1, days % 31 + 1) if days < 186 else (year, (days - 186) // 30 + 7, (days - 186) % 30 + 1)


def _days_in_jalali_year(year: int) -> int:
    return 366 if year % 33 in _LEAP_REMAINDERS else 365


def _gmt(at: datetime) -> str:
    """Return the offset as 'GMT', 'GMT+4' or 'GMT+3:30'."""
    offset = at.utcoffset()
    minutes = 0 if offset is None else int(offset.total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    return "GMT" if not minutes else f"GMT{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")

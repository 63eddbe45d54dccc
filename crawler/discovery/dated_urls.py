"""Dates in addresses: of articles, and of the sitemaps and archive pages that hold a day, a month or a year of them.

Numbers in addresses are ids first, so only those that stand where dates stand are believed: years from 1990 to the next one, months and
days that exist, digits that no other digit touches. A bare `202405` counts in the name of a file or as the value of a parameter, not as a
step of a path, where it may be an article's number.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, date, datetime
from urllib.parse import parse_qsl, unquote, urlsplit

from crawler.month_names import month_number

FIRST_YEAR = 1990
_MAX_CHARACTERS = 2_048

_YEAR = r"(?P<year>(?:19|20)\d\d)"
_MONTH = r"(?P<month>0[1-9]|1[0-2])"
_DAY = r"(?P<day>0[1-9]|[12]\d|3[01])"
_ENGLISH = (
    "(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?|september"
    "|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_FILE = r"(?=(?:[_.-][\w.-]*)?\.(?:xml|txt|gz|html?)\b)"  # the date stands in the name of a file
_END = rf"(?:(?=/|$)|{_FILE})"
_DAYS = tuple(
    re.compile(pattern)
    for pattern in (
        # 2024/05/12, 2024-05-12, 2024/0512, 202405/12, 20240512, and with a time of day 20240512T0830 or 20240512083000
        rf"(?<!\d){_YEAR}[/_.-]?{_MONTH}[/_.-]?{_DAY}(?:t?(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?z?)?(?!\d)",
        rf"(?<!\d){_YEAR}/(?P<month>\d{{1,2}})/(?P<day>\d{{1,2}})(?!\d)",  # 2024/5/2; in 2024-05-2 the last may count parts
        rf"(?<!\d){_YEAR}[/_-]{_ENGLISH}[/_-](?P<day>\d{{1,2}})(?!\d)",
        rf"(?<!\d)(?P<day>1[3-9]|2\d|3[01])[/_.-]{_MONTH}[/_.-]{_YEAR}(?!\d)",
        rf"(?<!\d)(?P<day>\d{{1,2}})[/_-]{_ENGLISH}[/_-]{_YEAR}(?!\d)",
    )
)
_MONTHS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<!\d){_YEAR}[/_.-]{_MONTH}{_END}",
        rf"(?<![^/]){_YEAR}/(?P<month>[1-9])(?![^/])",  # /2024/5/; 2024-5 may be the fifth part
        rf"(?<!\d){_YEAR}{_MONTH}{_FILE}",
        rf"(?<![a-z\d]){_YEAR}[/_-]{_ENGLISH}{_END}",
        rf"(?<![a-z]){_ENGLISH}[/_-]{_YEAR}{_END}",
        rf"(?<!\d)(?<!\d[/_.-]){_MONTH}[/_-]{_YEAR}{_END}",
    )
)
_YEARS = (re.compile(rf"(?<![^/]){_YEAR}(?=/|$)"), re.compile(rf"(?<!\d){_YEAR}{_FILE}"))
_YEAR_NAMES = ("yyyy", "year", "y", "yr", "annee", "sene", "yil")
_MONTH_NAMES = ("mm", "month", "m", "mon", "monthnum", "mois", "ay")
_DAY_NAMES = ("dd", "day", "d", "jour", "gun")
_DATE_NAMES = frozenset(
    {*_MONTH_NAMES, *_DAY_NAMES, "date", "dt", "tarih", "ym", "yyyymm", "yyyymmdd", "ymd", "archive"}
    | {"from", "to", "start", "end", "since", "until"}
)

Span = tuple[date, date]


def date_in_url(url: str, *, today: date | None = None) -> date | None:
    """Return the day that an address names, None when it names none for certain.

    Args: an absolute address; the present day (the clock's for None). Day and month that could be swapped are no date.
    """
    span = next(iter(_found(url, today)), None)
    return span[0] if span and span[0] == span[1] else None


def span_in_url(url: str, *, today: date | None = None) -> Span | None:
    """Return the first and last day that the name of a sitemap, an archive page or an article speaks of; None when it names no time.

    Args: as of `date_in_url`. Of two days or months in one address it is from the one to the other.
    """
    found = _found(url, today)
    if not found:
        return None
    first, second = found[0], found[min(1, len(found) - 1)]
    return (first[0], second[1]) if first[0] <= second[0] else first


def _found(url: str, today: date | None) -> list[Span]:
    """Return the spans of the finest kind that an address names, in their order."""
    last_year = (today or datetime.now(UTC).date()).year + 1
    try:
        parts = urlsplit(url[:_MAX_CHARACTERS])
        path = unquote(parts.path).lower()
        pairs = parse_qsl(parts.query.lower(), max_num_fields=50)
    except ValueError:
        return []
    if span := _span_of_parameters(dict(pairs), last_year):
        return [span]
    dated = [value for name, value in pairs if name in _DATE_NAMES or not value.isdecimal()]
    texts = [path, *(f"{value}.txt" if value.isdecimal() else value for value in dated)]
    for forms in (_DAYS, _MONTHS, _YEARS):
        if spans := [span for text in texts for span in _spans(text, forms, last_year)]:
            return spans
    return []


def _spans(text: str, forms: tuple[re.Pattern[str], ...], last_year: int) -> Iterator[Span]:
    """Give what the first of the forms finds that finds anything."""
    for form in forms:
        spans = [span for match in form.finditer(text) if (span := _span(match.groupdict(), last_year))]
        if spans:
            yield from spans
            return


def _span_of_parameters(values: dict[str, str], last_year: int) -> Span | None:
    """Read year, month and day that stand in parameters of their own."""
    year, month, day = (
        next((values[name] for name in names if values.get(name, "").isdecimal()), None)
        for names in (_YEAR_NAMES, _MONTH_NAMES, _DAY_NAMES)
    )
    return _span({"year": year, "month": month, "day": day if month else None}, last_year) if year else None


def _span(parts: dict[str, str | None], last_year: int) -> Span | None:
    """Make the span of a match; None for what the calendar does not have, or what could be two dates."""
    year = int(parts["year"] or 0)
    month = month_number(parts["name"] or "") if parts.get("name") else int(parts.get("month") or 0)
    if not FIRST_YEAR <= year <= last_year or not 0 <= month <= 12:
        return None
    if not month:
        return date(year, 1, 1), date(year, 12, 31)
    length = monthrange(year, month)[1]
    if not parts.get("day"):
        return date(year, month, 1), date(year, month, length)
    day = int(parts["day"] or 0)
    return (date(year, month, day), date(year, month, day)) if 1 <= day <= length else None

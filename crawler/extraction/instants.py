"""Read one written date: a string of a page to an instant, or None when it is not sure what it says.

Only forms that machines write are read here: ISO 8601 with its many variations, RFC 5322 (`Tue, 01 Sep 2020 …`), English month names,
numbers of seconds since 1970. Digits may be Arabic or Persian. A day and month that could be swapped (`03/04/2020`) is no date.

Source: ISO 8601-1:2019; RFC 3339; RFC 5322 section 3.3 and 4.3 (obsolete zone names).
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo


@dataclass(frozen=True, slots=True)
class Instant:
    """An instant read from a string: `at` is aware UTC. `day_only`: no clock time was written; `zoned`: the zone was."""

    at: datetime
    day_only: bool
    zoned: bool


MAX_CHARS = 64
_FIRST_YEAR, _LAST_YEAR = 1990, 2100
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_INVISIBLE = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_MONTHS = {
    name: number
    for number, names in enumerate(
        ("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug", "september sep sept",
         "october oct", "november nov", "december dec"), 1)
    for name in names.split()
}  # fmt: skip
# The zone names of RFC 5322, and those that mean one offset wherever they are written. AST, BST, CST of China, IST and MST of Malaysia
# mean several, and say nothing.
_ZONES = {
    "z": 0, "utc": 0, "gmt": 0, "ut": 0, "wet": 0, "edt": -240, "est": -300, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480,
    "pdt": -420, "cet": 60, "cest": 120, "eet": 120, "eest": 180, "west": 60, "msk": 180, "trt": 180, "irst": 210, "idt": 180, "jst": 540,
}  # fmt: skip

_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?(?:\s*(?P<half>[ap])\.?m\.?(?!\w))?"
_OFFSET = (
    r"(?:\s*\(?(?:(?:utc|gmt)\s*)?(?P<sign>[+\u2212-])(?P<off_hours>\d{1,2})(?::?(?P<off_minutes>\d{2}))?(?!\d)|\s*(?P<zone>[a-z]{1,4})\b)?"
)
_AFTER = r"(?:\s*\[[\w/+-]+\]|\s*\([\w\s+:-]{1,40}\)|\))?$"
_TIME = rf"(?:[\s,|-]+(?:at\s+)?{_CLOCK}{_OFFSET})?{_AFTER}"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_COMPACT_TIME = rf"(?:[t ]?(?P<hour>\d{{2}}):?(?P<minute>\d{{2}})(?::?(?P<second>\d{{2}}))?(?:[.,]\d{{1,9}})?{_OFFSET})?{_AFTER}"
_PATTERNS = (
    # 2020-09-01T10:11:12.345+03:00 and its looser cousins
    rf"^(?P<year>\d{{4}})(?P<sep>[-/.])(?P<month>\d{{1,2}})(?P=sep)(?P<day>\d{{1,2}})(?:(?:t|\s*[-,|]?\s+|\s*[-|]\s*)(?:at\s+)?{_CLOCK}{_OFFSET})?{_AFTER}",
    # 20200901T101112Z
    rf"^(?P<year>\d{{4}})(?P<month>\d{{2}})(?P<day>\d{{2}}){_COMPACT_TIME}",
    # Tue, 1 Sep 2020 10:11:12 GMT / September 1st, 2020, 10:11 am
    rf"^(?:[a-z]{{3,9}}\.?,?\s+)?{_DAY}[\s-]+(?P<name>[a-z]{{3,9}})\.?,?[\s-]+(?P<year>\d{{4}}){_TIME}",
    rf"^(?:[a-z]{{3,9}}\.?,?\s+)?(?P<name>[a-z]{{3,9}})\.?\s+{_DAY},?\s+(?P<year>\d{{4}}){_TIME}",
    # Java: Tue Sep 01 10:00:00 UTC 2020 (JavaScript's `Tue Sep 01 2020 10:00:00 GMT+0300` is read above)
    rf"^[a-z]{{3}}\s+(?P<name>[a-z]{{3}})\s+(?P<day>\d{{1,2}})\s+{_CLOCK}{_OFFSET}\s+(?P<year>\d{{4}})$",
    # day first is certain when the point separates (the custom of every country that writes points), or when the day exceeds 12
    rf"^(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})\.(?P<year>\d{{4}}){_TIME}",
    rf"^(?P<day>1[3-9]|2\d|3[01])(?P<sep>[/-])(?P<month>\d{{1,2}})(?P=sep)(?P<year>\d{{4}}){_TIME}",
    rf"^(?P<month>\d{{1,2}})/(?P<day>1[3-9]|2\d|3[01])/(?P<year>\d{{4}}){_TIME}",
)
_FORMS = tuple(re.compile(pattern, re.IGNORECASE) for pattern in _PATTERNS)
_EPOCH = re.compile(r"^(\d{10})(?:\d{3})?(?:\.\d+)?$")


def read_instant(raw: object, zone: tzinfo = UTC) -> Instant | None:
    """Read a date as a machine wrote it.

    `raw` is what stood in the page, `zone` the zone of a date that names none. Strings of more than 64 characters, years outside
    1990 … 2100 and everything ambiguous are None.
    """
    if isinstance(raw, bool) or not isinstance(raw, (str, int, float)):
        return None
    text = str(raw)
    if len(text) > 4 * MAX_CHARS:
        return None
    text = " ".join(_INVISIBLE.sub("", html.unescape(text)).translate(_DIGITS).split()).strip(" ,;|-")
    if not text or len(text) > MAX_CHARS:
        return None
    if epoch := _EPOCH.match(text):
        at = datetime.fromtimestamp(int(epoch[1]), UTC)
        return Instant(at, day_only=False, zoned=True) if at.year >= _FIRST_YEAR else None
    for form in _FORMS:
        if found := form.match(text):
            return _build(found.groupdict(), zone)
    return None


def _build(parts: dict[str, str | None], zone: tzinfo) -> Instant | None:
    """Make the instant that the parts of a match name, or None when there is no such day or hour."""
    try:
        month = _MONTHS[(parts["name"] or "").lower()] if "name" in parts else int(parts["month"] or 0)
        day = date(int(parts["year"] or 0), month, int(parts["day"] or 0))
        clock = _clock(parts)
    except (KeyError, ValueError):
        return None
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        return None
    written = _zone(parts) if clock is not None else None
    if written is not None:
        zone = written
    at = datetime.combine(day, time(), zone) if clock is None else datetime.combine(day, time(), zone) + clock
    return Instant(at.astimezone(UTC), day_only=clock is None, zoned=written is not None)


def _clock(parts: dict[str, str | None]) -> timedelta | None:
    """Read the time of day, None when there is none.

    Raises: ValueError, when the clock shows what no clock shows.
    """
    if parts.get("hour") is None:
        return None
    hour, minute, second = int(parts["hour"] or 0), int(parts["minute"] or 0), int(parts.get("second") or 0)
    if half := parts.get("half"):
        if not 1 <= hour <= 12:
            raise ValueError(hour)
        hour = hour % 12 + (12 if half.lower() == "p" else 0)
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and (minute or second)):
        raise ValueError((hour, minute, second))
    return timedelta(hours=hour, minutes=minute, seconds=min(second, 59))


def _zone(parts: dict[str, str | None]) -> tzinfo | None:
    """Read the written zone; a name that means several zones is none."""
    if parts.get("sign"):
        minutes = int(parts["off_hours"] or 0) * 60 + int(parts["off_minutes"] or 0)
        if minutes > 15 * 60:
            return None
        return timezone(timedelta(minutes=minutes if parts["sign"] == "+" else -minutes))
    name = (parts.get("zone") or "").lower()
    return timezone(timedelta(minutes=_ZONES[name])) if name in _ZONES else None

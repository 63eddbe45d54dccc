"""Read the dates that feeds and sitemaps carry: RFC 822 and ISO 8601, as they are written and not only as they should be.

Source: RFC 822 and RFC 5322 section 4.3 (obsolete zones, two-digit years), RFC 3339, W3C note 'Date and Time Formats'.
"""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from crawler.discovery import CONFIG, DiscoveryConfig
from crawler.discovery.scraps import plain_text
from crawler.month_names import fold_date, month_number

# Minutes east of UTC. Names that mean several zones mean here what they mean in the Middle East: AST is Arabia's and not the Atlantic's,
# IST Israel's and not India's, GST the Gulf's.
_ZONES = {
    name: minutes
    for minutes, names in {
        0: "z utc gmt ut wet",
        60: "bst cet wat west met",
        120: "eet cest cat sast ist mest",
        180: "ast eest idt trt msk eat",
        210: "irst",
        240: "gst azt amt",
        270: "irdt aft",
        300: "pkt uzt tjt",
        -240: "edt",
        -300: "est cdt",
        -360: "cst mdt",
        -420: "mst pdt",
        -480: "pst",
    }.items()
    for name in names.split()
}

_TIME = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?\s*(?P<half>[ap]\.?m\b\.?)?"
_ZONE = r"\s*(?P<zone>.*)"
_WORD_AFTER = r"(?:[\s,]+(?!(?:öö|ös|[ap]m)\b)[^\W\d]{3,12})?"  # Turkish has the weekday there
_ISO = re.compile(rf"(?P<year>\d{{4}})[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}})(?:(?:\s*t\s*|\s+){_TIME}{_ZONE})?\Z")
_COMPACT = re.compile(
    r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?:t?(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?(?P<half>)(?P<zone>z|[+-]\d{2}:?\d{2})?)?\Z"
)
_NUMERIC = re.compile(rf"(?P<one>\d{{1,2}})[/.-](?P<two>\d{{1,2}})[/.-](?P<year>\d{{4}})(?:[\s,-]+{_TIME}{_ZONE})?\Z")
_DAY_FIRST = re.compile(
    rf"(?P<day>\d{{1,2}})[\s.-]+(?P<name>[^\W\d]+)[\s.,-]+(?P<year>\d{{4}}|\d{{2}}){_WORD_AFTER}(?:[\s,-]+{_TIME}{_ZONE})?\Z"
)
_MONTH_FIRST = re.compile(rf"(?P<name>[^\W\d]+)[\s.]+(?P<day>\d{{1,2}})[\s,]+(?P<year>\d{{4}}){_WORD_AFTER}(?:[\s,-]+{_TIME}{_ZONE})?\Z")
_ASCTIME = re.compile(rf"(?P<name>[^\W\d]+)\s+(?P<day>\d{{1,2}})\s+{_TIME}\s*(?P<zone>[^\d\s]*)\s+(?P<year>\d{{4}})\Z")
_FORMS = (_ISO, _DAY_FIRST, _COMPACT, _MONTH_FIRST, _ASCTIME, _NUMERIC)
_WORD = re.compile(r"\A[^\W\d]+\.?\s*[,:]?\s*(?=\S)")  # a weekday, or 'published'
_MAX_WEEKDAY_WORDS = 3
_OFFSET = re.compile(r"(?:utc|gmt)?\s*(?P<sign>[+-])(?P<hours>\d{1,2})(?::?(?P<minutes>\d{2}))?(?:\s*\([^()]*\))?\Z")
_EPOCH = re.compile(r"\d{9,10}(?:\d{3})?(?:\.\d+)?\Z")


def read_date(raw: str, now: datetime, *, time_zone: str | None = None, config: DiscoveryConfig = CONFIG) -> tuple[datetime | None, str]:
    """Read one date of a feed.

    Args: the text as it came; the present (aware); the IANA zone of a date that names none (UTC without one).
    Returns: the instant in UTC with an empty reason, or None with the reason in words. An empty text is no date and no fault.
    """
    text = " ".join(raw.split())
    if not text:
        return None, ""
    if len(text) > config.max_date_characters:
        return None, f"a date of {len(text)} characters"
    at = _instant(fold_date(text), time_zone)
    if at is None:
        return None, f"the date {text!r} is not understood"
    if at.year < config.earliest_year or at > now + config.max_ahead:
        return None, f"the date {text!r} cannot be right"
    return at, ""


def as_written(raw: str, config: DiscoveryConfig = CONFIG) -> str | None:
    """Return a date as it stands in a feed, on one line and cut to `max_date_characters`; None when nothing stands there."""
    return plain_text(html.escape(raw, quote=False), config.max_date_characters)


def _instant(text: str, time_zone: str | None) -> datetime | None:
    if _EPOCH.match(text):
        number = float(text)
        return datetime.fromtimestamp(number / 1000 if number >= 1e11 else number, UTC)
    for _ in range(_MAX_WEEKDAY_WORDS + 1):
        for form in _FORMS:
            if match := form.match(text):
                return _from_parts(match.groupdict(), time_zone)
        text, words = _WORD.subn("", text, count=1)
        if not words:
            return None
    return None


def _from_parts(parts: dict[str, str | None], time_zone: str | None) -> datetime | None:
    """Put an instant together; None when a part is impossible."""
    if "one" in parts:
        one, two = int(parts["one"] or 0), int(parts["two"] or 0)
        if one <= 12 and two <= 12 and one != two:
            return None  # day and month, or month and day: nothing says which
        parts["month"], parts["day"] = str(min(one, two)), str(max(one, two))
    name = parts.get("name")
    month = month_number(name) if name else int(parts.get("month") or 0)
    year = _full_year(parts.get("year") or "")
    hour = _hour_of(int(parts.get("hour") or 0), parts.get("half") or "")
    zone = _zone_of(parts.get("zone") or "", time_zone)
    if zone is None:
        return None
    try:
        # 23:59:60 is a leap second, and 24:00 the end of the day
        local = datetime(year, month, int(parts.get("day") or 1), tzinfo=zone)
        seconds = min(int(parts.get("second") or 0), 59)
        minute = int(parts.get("minute") or 0)
        clock = timedelta(hours=hour, minutes=minute, seconds=seconds)
        return (local + clock).astimezone(UTC) if minute < 60 and clock <= timedelta(days=1) else None
    except (ValueError, OverflowError):
        return None


def _full_year(digits: str) -> int:
    year = int(digits)
    if len(digits) > 2:
        return year
    return year + (2000 if year < 50 else 1900)  # RFC 5322 section 4.3


def _hour_of(hour: int, half: str) -> int:
    if not half:
        return hour
    return hour % 12 + (12 if half.startswith("p") else 0)


def _zone_of(text: str, time_zone: str | None) -> tzinfo | None:
    """Return the zone that a text names, the source's own for an empty text, None for a name that nobody knows."""
    text = text.strip().removeprefix("(").removesuffix(")").strip()
    if not text:
        return _named_zone(time_zone) if time_zone else UTC
    first = text.split()[0].rstrip(",;")
    if (match := _OFFSET.match(text)) or (match := _OFFSET.match(first)):
        minutes = int(match["hours"]) * 60 + int(match["minutes"] or 0)
        if minutes > 14 * 60:  # Kiribati is the farthest
            return None
        return timezone(timedelta(minutes=minutes if match["sign"] == "+" else -minutes))
    minutes_east = _ZONES.get(first)
    if minutes_east is not None:
        return timezone(timedelta(minutes=minutes_east))
    return _named_zone(first) if "/" in first else None


@lru_cache(maxsize=256)
def _named_zone(name: str) -> tzinfo | None:
    parts = [part.capitalize() for part in name.split("/")] if name.islower() else [name]
    try:
        return ZoneInfo("/".join(parts))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None

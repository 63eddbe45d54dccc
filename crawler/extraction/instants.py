"""Read one written date: a string of a page to an instant, or None when it is not sure what it says.

ISO 8601 with its variations, RFC 5322, seconds and milliseconds since 1970, dates in numbers, dates in words of the region's languages, in
the Gregorian, the Jalali and the Hijri calendar. A string is cut into tokens, each of a known kind; one word of no known kind and it is no
date. The kinds in their order are matched by small patterns, so the cost is linear in a text of at most 64 characters.

Source: ISO 8601-1:2019; RFC 3339; RFC 5322 sections 3.3 and 4.3; Unicode CLDR for the words.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from crawler.extraction.calendars import hijri_to_gregorian, jalali_to_gregorian
from crawler.extraction.date_words import CITY_ZONES, EVENING, FILLERS, MORNING, PUBLISHED, UPDATED, WEEKDAYS, ZONES, mark_phrases
from crawler.month_names import HIJRI_MONTHS, JALALI_MONTHS, MONTHS, bare_month, fold_letters, join_months

Calendar = Literal["gregorian", "jalali", "hijri"]
Label = Literal["published", "updated"]
_CALENDARS: tuple[Calendar, ...] = ("gregorian", "jalali", "hijri")


@dataclass(frozen=True, slots=True)
class Instant:
    """An instant read from a string.

    `at` is aware UTC. `day_only`: no clock time was written; `zoned`: the zone was. `wall` is the date and time as it stood there, naive;
    `swapped` the instant with day and month exchanged, where nothing in the string says which is which. `plain_z`: a bare `Z` was
    written, to whole seconds, as templates do that put it behind any clock; what prints milliseconds or `+00:00` has a clock in UTC.
    """

    at: datetime
    day_only: bool
    zoned: bool
    wall: datetime | None = None
    swapped: datetime | None = None
    calendar: Calendar = "gregorian"
    plain_z: bool = False

    @property
    def claims_utc(self) -> bool:
        """Say whether it was written as a time of offset zero."""
        return self.zoned and self.wall == self.at.replace(tzinfo=None)


class Found(NamedTuple):
    """A date within a line, and the word before it: published or updated."""

    instant: Instant
    label: Label | None


MAX_CHARS = 64
MAX_LINE_CHARS = 200
_FIRST_YEAR, _LAST_YEAR = 1990, 2100
_SLACK = timedelta(hours=48)
_MAX_OFFSET_MINUTES = 15 * 60
# An abbreviation of several zones is read as the one nearest to the source's zone, when that is within two hours of it.
_NEAR_MINUTES = 120

_ISO = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?:[Tt ](?P<hour>\d{2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    r"(?:(?P<z>[Zz])|(?P<sign>[+-])(?P<off_hours>\d{2}):?(?P<off_minutes>\d{2}))?)?",
    re.ASCII,
)
_COMPACT = re.compile(
    r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?:[t ]?(?P<hour>\d{2}):?(?P<minute>\d{2})(?::?(?P<second>\d{2}))?(?:[.,]\d{1,9})?"
    r"\s?(?:(?P<z>z|utc|gmt)|(?P<sign>[+-])(?P<off_hours>\d{2}):?(?P<off_minutes>\d{2})?)?)?"
)
_EPOCH = re.compile(r"(?:/?date\()?(\d{9,10})(?:\d{3})?(?:\.\d+)?(?:[+-]\d{4})?(?:\)/?)?")
_COMMENT = re.compile(r"(?P<zone>(?:(?<=[\d\s])z|[+-]\d{2}:?\d{2}))\s*(?:\([^()]{1,40}\)|\[[\w/+-]{1,40}\])$")

_TOKEN = re.compile(
    r"(?P<zone>@[A-Za-z_]+(?:/[A-Za-z_]+)?)"
    r"|\^(?P<weekday>\d)"
    r"|(?P<numeric>\d{1,4}(?P<sep>\s?[-/.]\s?)\d{1,2}(?P=sep)\d{1,4}(?!\d))"
    r"|(?P<clock>\d{1,2}\s?:\s?\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?!\d)|\d{1,2}\s?h\s?\d{2}(?!\w))"
    r"|(?P<dotted>\d{1,2}\.\d{2}(?![\d.]))"
    r"|(?P<offset>[+-]\d{1,2}(?::?\d{2})?(?![\d.:/]))"
    r"|(?P<number>\d+)(?:(?:st|nd|rd|th|ers?|eme|e|an|ي|h(?=\s|$))(?![^\W_])|'[^\W\d]{1,4})?"
    r"|(?P<word>[^\W\d]+(?:[.'\"][^\W\d]+)*'?)"
    r"|(?P<plain>[\s,|/•·()\[\]:;.\-<>«»●\"']+)"
    r"|(?P<other>.)"
)
# Kinds: D numeric date, N number of one or two digits, Y year, M month, C clock, A half of the day, Z zone, O offset, W weekday,
# P published, U updated, F filler, X unknown.
_DAY_FORM = re.compile("D|NM+Y|M+NY|YM+N|YNM+|NM+N")
_WHOLE = re.compile("W*(?:(?:D|NM+Y|M+NY|YM+N|YNM+|NM+N)W*)+")
_AMERICAN = ("America/", "US/", "Pacific/Guam", "Asia/Manila")
_JALALI_ZONES = ("Asia/Tehran", "Asia/Kabul", "Iran")


class _Token(NamedTuple):
    kind: str
    text: str
    value: object = None


@dataclass(frozen=True, slots=True)
class _Place:
    """What is assumed of a date that does not say: its zone, and how its numbers are ordered."""

    zone: tzinfo
    known_zone: bool
    language: str | None
    now: datetime | None

    @property
    def key(self) -> str:
        return getattr(self.zone, "key", "") or ""

    @property
    def day_first(self) -> bool | None:
        """Say whether the day stands before the month; None when nothing says so."""
        if self.key.startswith(_AMERICAN) and self.language in (None, "en"):
            return False
        if self.language not in (None, "en") or (self.known_zone and "/" in self.key):
            return True
        return None

    @property
    def is_jalali(self) -> bool:
        return self.language in ("fa", "prs") or self.key in _JALALI_ZONES

    def is_possible(self, at: datetime) -> bool:
        return _FIRST_YEAR <= at.year <= _LAST_YEAR and (self.now is None or at <= self.now + _SLACK)


def read_instant(raw: object, zone: tzinfo | None = None, *, language: str | None = None, now: datetime | None = None) -> Instant | None:
    """Read a date that fills the whole string.

    `raw` is what stood in the page; `zone` that of a date that names none (UTC without one); `language` (ISO 639) and `zone` decide the
    order of day and month in `03/04/2020` and the calendar of `1399/02/21`; `now` (aware) is when the page was fetched, a date more than 48
    hours later is none. Strings of more than 64 characters, years outside 1990 … 2100 and what stays ambiguous are None. Never raises.
    """
    if isinstance(raw, bool) or not isinstance(raw, (str, int, float)):
        return None
    text = str(raw)
    if len(text) > 4 * MAX_CHARS:
        return None
    place = _Place(zone or UTC, zone is not None, _primary(language), now)
    try:
        return _read(text, place)
    except (ValueError, OverflowError):  # no such day, hour or number
        return None


def find_instants(line: str, zone: tzinfo | None = None, *, language: str | None = None, now: datetime | None = None) -> list[Found]:
    """Find the dates within a line that people read, in order, each with what the line calls it; never raises.

    Lines of more than 200 characters have none. A label holds until another comes.
    """
    if len(line) > MAX_LINE_CHARS:
        return []
    place = _Place(zone or UTC, zone is not None, _primary(language), now)
    found: list[Found] = []
    label: Label | None = None
    run: list[_Token] = []
    for token in (*_tokens(mark_phrases(join_months(fold_letters(line)))), _Token("X", "")):
        if token.kind not in "PUX":
            run.append(token)
            continue
        found += [Found(instant, label) for instant in _in_run(run, place)]
        run = []
        if token.kind in "PU":
            label = "published" if token.kind == "P" else "updated"
    return found


@lru_cache(maxsize=256)
def named_zone(name: str) -> tzinfo | None:
    """Return a zone by its IANA name; None for a mistake in a source's file, or a system without zones."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def find_label(line: str) -> Label | None:
    """Return what the last word of a line that says so calls the date after it."""
    if len(line) > MAX_CHARS:
        return None
    kinds = [token.kind for token in _tokens(fold_letters(line)) if token.kind in "PU"]
    return None if not kinds else "published" if kinds[-1] == "P" else "updated"


def _primary(language: str | None) -> str | None:
    return re.split("[-_]", language, maxsplit=1)[0].lower() or None if language else None


def _read(text: str, place: _Place) -> Instant | None:
    """Read a string that is a date and nothing else.

    Raises: ValueError, OverflowError, when a part is out of its range.
    """
    if "&" in text:
        text = html.unescape(text)
    text = text.strip()
    if (iso := _ISO.fullmatch(text)) and int(iso["year"]) >= _FIRST_YEAR:
        instant = _of_machine(iso.groupdict(), place)
        return replace(instant, plain_z=True) if instant and iso["z"] and "." not in text and "," not in text else instant
    folded = fold_letters(text).strip(" ,;|-")
    if not folded or len(folded) > MAX_CHARS:
        return None
    if epoch := _EPOCH.fullmatch(folded):
        at = datetime.fromtimestamp(int(epoch[1]), UTC)
        return Instant(at, day_only=False, zoned=True) if place.is_possible(at) else None
    if compact := _COMPACT.fullmatch(folded):
        return _of_machine(compact.groupdict(), place)
    folded = _COMMENT.sub(r"\g<zone>", folded)
    tokens = _tokens(mark_phrases(join_months(folded)))
    if any(token.kind == "X" for token in tokens):
        return None
    tokens = [token for token in tokens if token.kind not in "PU"]
    instants = list(_in_run(tokens, place, whole=True))
    gregorian = [instant for instant in instants if instant.calendar == "gregorian"]
    if not instants or len({instant.wall for instant in gregorian}) > 1:
        return None
    return (gregorian or instants)[0]


def _of_machine(parts: dict[str, str | None], place: _Place) -> Instant | None:
    """Make the instant of a date in the order that machines write."""
    day = date(int(parts["year"] or 0), int(parts["month"] or 0), int(parts["day"] or 0))
    clock = None
    if parts["hour"] is not None:
        clock = _time_of_day(int(parts["hour"]), int(parts["minute"] or 0), int(parts["second"] or 0))
    written: tzinfo | None = UTC if parts["z"] else None
    if parts["sign"]:
        written = _offset(parts["sign"], int(parts["off_hours"] or 0), int(parts["off_minutes"] or 0))
    return _instant(day, clock, written, place)


def _time_of_day(hour: int, minute: int, second: int = 0) -> timedelta:
    """Make a time of day; 24:00 ends the day, and 23:59:60 is a leap second.

    Raises: ValueError, when the clock shows what no clock shows.
    """
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and (minute or second)):
        raise ValueError((hour, minute, second))
    return timedelta(hours=hour, minutes=minute, seconds=min(second, 59))


def _offset(sign: str, hours: int, minutes: int) -> tzinfo | None:
    """Make a zone of its offset; no zone is more than 15 hours away."""
    total = hours * 60 + minutes
    if total > _MAX_OFFSET_MINUTES or minutes > 59:
        return None
    return timezone(timedelta(minutes=total if sign == "+" else -total))


def _instant(day: date, clock: timedelta | None, written: tzinfo | None, place: _Place, calendar: Calendar = "gregorian") -> Instant | None:
    """Put day, clock and zone together; None when a page of that time cannot have it."""
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        return None
    wall = datetime.combine(day, time()) + (clock or timedelta(0))
    zone = place.zone if written is None or clock is None else written
    at = wall.replace(tzinfo=zone).astimezone(UTC)
    if not place.is_possible(at):
        return None
    return Instant(at, day_only=clock is None, zoned=written is not None and clock is not None, wall=wall, calendar=calendar)


def _tokens(folded: str) -> list[_Token]:
    """Cut a folded string into tokens of known kinds; punctuation falls."""
    tokens: list[_Token] = []
    for found in _TOKEN.finditer(folded):
        kind, text = found.lastgroup or "", found[0]
        if kind == "plain":
            continue
        tokens.append(_classified(kind, text, found, tokens[-1].kind if tokens else ""))
    return tokens


def _classified(kind: str, text: str, found: re.Match[str], before: str) -> _Token:
    match kind:
        case "zone":
            zone = named_zone(text[1:]) if text[1:] in CITY_ZONES else None
            return _Token("Z", text, zone) if zone else _Token("X", text)
        case "weekday":
            return _Token("W", text, int(found["weekday"]))
        case "numeric" | "sep":
            return _Token("D", text)
        case "clock":
            return _Token("C", text)
        case "dotted":
            return _Token("c", text)
        case "offset":
            if before not in ("C", "A", "Z", "c"):  # a hyphen: ב-5 במאי
                return _Token({2: "N", 3: "N", 5: "Y"}.get(len(text), "X"), text[1:])
            return _Token("O", text)
        case "number":
            digits = found["number"]
            if text == f"{digits}h" and len(digits) <= 2:
                return _Token("C", f"{digits}:00")
            return _Token("N" if len(digits) <= 2 else "Y" if len(digits) == 4 else "X", digits)
        case "word":
            return _word(text, before)
    return _Token("X", text)


def _word(text: str, before: str) -> _Token:
    """Say what kind of word this is; `before` is the kind of the token before it."""
    bare = text.strip(".'")
    if bare in ("م", "ب"):  # after noon, or of the Christian era
        return _Token("A" if before in ("C", "N") and bare == "م" else "F", text, "pm")
    if before in ("C", "N", "c", "D", "Y", "A", "F", ""):
        if bare in MORNING:
            return _Token("A", text, "am")
        if bare in EVENING:
            return _Token("A", text, "pm")
    if months := _months(bare):
        return _Token("M", text, months)
    if bare in WEEKDAYS and bare not in ZONES:
        return _Token("W", text, WEEKDAYS[bare])
    if bare in ZONES:
        return _Token("Z" if before not in ("N", "M") else "F", text, ZONES[bare])
    if bare in PUBLISHED:
        return _Token("P", text)
    if bare in UPDATED:
        return _Token("U", text)
    return _Token("F" if bare in FILLERS or text in FILLERS else "X", text)


@lru_cache(maxsize=2048)
def _months(name: str) -> tuple[int, int, int] | None:
    """Return which month a name is in the Gregorian, Jalali and Hijri calendar, 0 for none; None when it is no month."""
    name = name.removeprefix("d'").removeprefix("l'")
    numbers = bare_month(name, MONTHS), JALALI_MONTHS.get(name, 0) or bare_month(name, JALALI_MONTHS), HIJRI_MONTHS.get(name, 0)
    return numbers if any(numbers) else None


def _in_run(run: Sequence[_Token], place: _Place, *, whole: bool = False) -> Iterator[Instant]:
    """Give the instants of tokens that belong together: the dates in order, each with the clock at its side."""
    tokens = [token for token in run if token.kind != "F"]
    try:
        clocks, days = _split(tokens)
    except ValueError:
        return
    kinds = "".join(token.kind for token in days)
    if whole and (not _WHOLE.fullmatch(kinds) or len(set(clocks)) > 1):
        return
    dates = list(_DAY_FORM.finditer(kinds))
    weekdays = {token.value for token in days if token.kind == "W"}
    for number, found in enumerate(dates):
        clock, written = clocks[min(number, len(clocks) - 1)] if clocks else (None, None)
        try:
            instant = _dated(days[found.start() : found.end()], clock, written, weekdays if len(dates) == 1 else set(), place)
        except (ValueError, OverflowError):
            if whole:
                return
            continue
        if instant is not None:
            yield instant


def _split(tokens: Sequence[_Token]) -> tuple[list[tuple[timedelta, object]], list[_Token]]:
    """Take the clock times, each with its zone, out of the tokens; what is left are days.

    A zone may stand before its clock or after the day.

    Raises: ValueError, when the clock shows what no clock shows.
    """
    clocks: list[tuple[timedelta, object]] = []
    days: list[_Token] = []
    waiting: object = None
    dotted = all(token.kind != "C" for token in tokens)
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if _begins_clock(tokens, at, dotted=dotted):
            clock, zone, at = _take_clock(tokens, at)
            clocks.append((clock, waiting if zone is None else zone))
            waiting = None
            continue
        if token.kind == "Z":
            zone, at = _take_zone(tokens, at)
            if clocks and clocks[-1][1] is None:
                clocks[-1] = clocks[-1][0], zone
            else:
                waiting = zone if waiting is None else waiting
            continue
        if token.kind in "DNYMW":
            days.append(token)
        at += 1
    return clocks, days


def _kind(tokens: Sequence[_Token], at: int) -> str:
    return tokens[at].kind if at < len(tokens) else ""


def _begins_clock(tokens: Sequence[_Token], at: int, *, dotted: bool) -> bool:
    """Say whether a time of day begins here: 09:23, 09.23 where no other stands, 9 ص, ص 09:23."""
    kind, following = _kind(tokens, at), _kind(tokens, at + 1)
    return kind == "C" or (kind == "c" and dotted) or (kind == "N" and following == "A") or (kind == "A" and following in ("C", "c"))


def _take_clock(tokens: Sequence[_Token], at: int) -> tuple[timedelta, object, int]:
    """Read the time of day that begins here, with its half and its zone, and return where it ends."""
    half = ""
    if tokens[at].kind == "A":
        half, at = str(tokens[at].value), at + 1
    text, at = tokens[at].text, at + 1
    zone: object = None
    while (kind := _kind(tokens, at)) in ("A", "Z", "O"):
        if kind == "A":
            half, at = half or str(tokens[at].value), at + 1
        else:
            if zone is not None:
                raise ValueError(zone)  # a second zone
            zone, at = _take_zone(tokens, at)
    return _clock(text, half), zone, at


def _take_zone(tokens: Sequence[_Token], at: int) -> tuple[object, int]:
    """Read the zone that begins here, and return where it ends; in `GMT+3` the offset counts."""
    if tokens[at].kind == "Z" and _kind(tokens, at + 1) == "O":
        at += 1
    token = tokens[at]
    return (token.text if token.kind == "O" else token.value), at + 1


def _clock(text: str, half: str) -> timedelta:
    """Read a time of day as it is written.

    `15:30 PM` is said twice and means half past three; `15:30 AM` and `00:30 PM` contradict themselves.

    Raises: ValueError, when the clock shows what no clock shows.
    """
    numbers = [int(part) for part in re.findall(r"\d+", text)]
    hour, minute, second = numbers[0], numbers[1] if len(numbers) > 1 else 0, numbers[2] if len(numbers) > 2 else 0
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "pm" else 0)
    elif half and (half == "am") != (hour == 0):
        raise ValueError(text)
    return _time_of_day(hour, minute, second)


def _dated(tokens: Sequence[_Token], clock: timedelta | None, written: object, weekdays: set[object], place: _Place) -> Instant | None:
    """Make the instant of one day and its clock time; of several readings the first that is possible.

    Raises: ValueError, OverflowError, when there is no such day.
    """
    readings: list[Instant] = []
    for day, calendar in _readings(tokens, place):
        zone = _written_zone(written, datetime.combine(day, time()), place)
        instant = _instant(day, clock, zone, place, calendar)
        if instant is not None:
            readings.append(instant)
    if len(readings) > 1 and weekdays:
        agreeing = [reading for reading in readings if reading.wall is not None and (reading.wall.date().weekday() in weekdays)]
        readings = agreeing[:1] or readings
    if not readings:
        return None
    first = readings[0]
    if len(readings) > 1 and first.calendar == readings[1].calendar:
        if place.day_first is None and tokens[0].kind == "D" and "." not in tokens[0].text:
            return None
        return replace(first, swapped=readings[1].at)
    return first


def _readings(tokens: Sequence[_Token], place: _Place) -> Iterator[tuple[date, Calendar]]:
    """Give the days that a written day can mean, the likeliest first."""
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


def _numeric_readings(text: str, place: _Place) -> Iterator[tuple[date, Calendar]]:
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
        return (year,)
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
            return date(year, month, day) if _FIRST_YEAR <= year <= _LAST_YEAR else None
        return jalali_to_gregorian(year, month, day) if calendar == "jalali" else hijri_to_gregorian(year, month, day)
    except ValueError:
        return None


def _written_zone(written: object, wall: datetime, place: _Place) -> tzinfo | None:
    """Return the zone that was written; an abbreviation that means several is the one near the source, else none."""
    if isinstance(written, tzinfo) or written is None:
        return written
    if isinstance(written, str):
        digits = re.sub(r"\D", "", written)
        hours, minutes = (digits[:2], digits[2:]) if ":" not in written and len(digits) != 3 else (digits[:-2], digits[-2:])
        return _offset(written[0], int(hours), int(minutes or 0))
    offsets: tuple[int, ...] = written  # type: ignore[assignment]
    if len(offsets) == 1:
        return timezone(timedelta(minutes=offsets[0]))
    if not place.known_zone:
        return None
    assumed = (wall.replace(tzinfo=place.zone).utcoffset() or timedelta(0)).total_seconds() / 60
    nearest = min(offsets, key=lambda minutes: abs(minutes - assumed))
    return timezone(timedelta(minutes=nearest)) if abs(nearest - assumed) <= _NEAR_MINUTES else None

"""Read one written date: a string of a page to an instant, or None when it is not sure what it says.

ISO 8601 with its variations, RFC 5322, seconds and their fractions since 1970, dates in numbers, dates in words of many languages, in four
calendars. A string is cut into tokens, each of a known kind; one word of no known kind and it is no date. The kinds in their order are
matched by small patterns, so the cost is linear in a text of at most 64 characters.

Source: ISO 8601-1:2019; RFC 3339; RFC 5322 sections 3.3 and 4.3; Unicode CLDR for the words.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal, NamedTuple

from crawler.month_names import MONTHS, fold_letters, join_months
from crawler.written_dates.clock_times import clocks_and_days, time_of_day
from crawler.written_dates.date_places import FIRST_YEAR, LAST_YEAR, Place, primary_language
from crawler.written_dates.date_tokens import Token, tokens_of
from crawler.written_dates.date_words import mark_phrases
from crawler.written_dates.date_zones import written_zone, zone_of_offset
from crawler.written_dates.written_days import Calendar, day_readings

Label = Literal["published", "updated"]


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
_ISO = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?:[Tt ](?P<hour>\d{2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    r"(?:(?P<z>[Zz])|(?P<sign>[+-])(?P<off_hours>\d{2}):?(?P<off_minutes>\d{2}))?)?",
    re.ASCII,
)
_COMPACT = re.compile(
    r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?:[t ]?(?P<hour>\d{2}):?(?P<minute>\d{2})(?::?(?P<second>\d{2}))?(?:[.,]\d{1,9})?"
    r"\s?(?:(?P<z>z|utc|gmt)|(?P<sign>[+-])(?P<off_hours>\d{2}):?(?P<off_minutes>\d{2})?)?)?"
)
_MAIL = re.compile(
    r"(?:[a-z]{3}, )?(?P<day>\d{1,2}) (?P<name>[a-z]{3}) (?P<year>\d{4}) (?P<hour>\d{2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?"
    r" (?:(?P<z>gmt|utc|z)|(?P<sign>[+-])(?P<off_hours>\d{2})(?P<off_minutes>\d{2}))"
)
_EPOCH = re.compile(r"(?:@|/?date\()?(\d{9,10})(?:\d{3}|(?<=\d{10})\d{6})?(?:\.\d+)?(?:[+-]\d{4})?(?:\)/?)?")
_COMMENT = re.compile(r"(?P<zone>(?:(?<=[\d\s])z|[+-]\d{2}:?\d{2}))\s*(?:\([^()]{1,40}\)|\[[\w/+-]{1,40}\])$")
_STAMP = re.compile(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d")
_WEEK = re.compile(r"(\d{4})-?[Ww](\d{2})-?(\d)(?=[Tt ]|$)", re.ASCII)
_ORDINAL = re.compile(r"(\d{4})-(\d{3})(?=[Tt]\d)", re.ASCII)
_MARKUP = re.compile(r"</?[A-Za-z][^<>]{0,40}>")
# A minus before an offset; any other hyphen after white space parts a date from its clock.
_SPACED_HALF = re.compile(r"\b([ap])\. m\b")
_WEST = re.compile(r"(?:(?<=:\d\d)|(?<=[ap]m)|(?<=gmt)|(?<=utc)) -(?=(?:0\d|1[0-2]):?[0-5]\d(?:\D|$))")
_DAY_FORM = re.compile("D|NM+W?Y|M+NY|YM+N|YNM+|NM+N")
_WHOLE = re.compile("W*(?:(?:D|NM+W?Y|M+NY|YM+N|YNM+|NM+N)W*)+")


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
    place = Place(zone or UTC, zone is not None, primary_language(language), now)
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
    place = Place(zone or UTC, zone is not None, primary_language(language), now)
    found: list[Found] = []
    label: Label | None = None
    run: list[Token] = []
    for token in (*_tokens(fold_letters(line)), Token("X", "")):
        if token.kind not in "PUX":
            run.append(token)
            continue
        found += [Found(instant, label) for instant in _in_run(run, place)]
        run = []
        if token.kind in "PU":
            label = "published" if token.kind == "P" else "updated"
    return found


def find_label(line: str) -> Label | None:
    """Return what the last word of a line that says so calls the date after it."""
    if len(line) > MAX_CHARS:
        return None
    kinds = [token.kind for token in tokens_of(fold_letters(line)) if token.kind in "PU"]
    return None if not kinds else "published" if kinds[-1] == "P" else "updated"


def _read(text: str, place: Place) -> Instant | None:
    """Read a string that is a date and nothing else.

    Raises: ValueError, OverflowError, when a part is out of its range.
    """
    if "&" in text:
        text = html.unescape(text)
    if "<" in text:
        text = _MARKUP.sub(" ", text)
    text = _day_of_year(text.strip())
    if (iso := _ISO.fullmatch(text)) and int(iso["year"]) >= FIRST_YEAR:
        instant = _of_machine(iso.groupdict(), place)
        return replace(instant, plain_z=True) if instant and iso["z"] and "." not in text and "," not in text else instant
    folded = fold_letters(text).strip(" ,;|").rstrip("-")
    if folded[:1] == "-" and not folded[1:2].isdecimal():  # before a digit it is a minus, and no date is negative
        folded = folded.lstrip("- ")
    if not folded or len(folded) > MAX_CHARS:
        return None
    if folded.startswith("d:2"):  # as in PDF
        folded = folded[2:].replace("'", "")
    if (epoch := _EPOCH.fullmatch(folded)) and not _STAMP.fullmatch(folded):
        at = datetime.fromtimestamp(int(epoch[1]), UTC)
        return Instant(at, day_only=False, zoned=True) if place.is_possible(at) else None
    if compact := _COMPACT.fullmatch(folded):
        return _of_machine(compact.groupdict(), place)
    if (mail := _MAIL.fullmatch(folded)) and (month := MONTHS.get(mail["name"])):  # what nearly every feed writes: the short way
        return _of_machine(mail.groupdict() | {"month": str(month)}, place)
    folded = _COMMENT.sub(r"\g<zone>", folded)
    tokens = _tokens(folded)
    if any(token.kind == "X" for token in tokens):
        return None
    instants = list(_in_run(_of_publication(tokens), place, whole=True))
    gregorian = [instant for instant in instants if instant.calendar == "gregorian"]
    if not instants or len({instant.wall for instant in gregorian}) > 1:
        return None
    return (gregorian or instants)[0]


def _tokens(folded: str) -> list[Token]:
    return tokens_of(mark_phrases(join_months(_WEST.sub("-", _SPACED_HALF.sub(r"\1m", folded)))))


def _of_publication(tokens: list[Token]) -> list[Token]:
    """Leave out what stands after a word for 'updated', when a date stands elsewhere too."""
    published: list[Token] = []
    updated: list[Token] = []
    part = published
    for token in tokens:
        if token.kind in "PU":
            part = published if token.kind == "P" else updated
        else:
            part.append(token)
    return published if any(token.kind in "DNYM" for token in published) else updated


def _day_of_year(text: str) -> str:
    """Write a day that is numbered within its week or its year (ISO 8601 sections 4.3.3 and 4.3.2) as a day of a month.

    Raises: ValueError, when there is no such day.
    """
    if found := _WEEK.match(text):
        day = date.fromisocalendar(int(found[1]), int(found[2]), int(found[3]))
    elif found := _ORDINAL.match(text):
        day = date(int(found[1]), 1, 1) + timedelta(days=int(found[2]) - 1)
        if day.year != int(found[1]):
            raise ValueError(text)
    else:
        return text
    return day.isoformat() + text[found.end() :]


def _of_machine(parts: dict[str, str | None], place: Place) -> Instant | None:
    """Make the instant of a date in the order that machines write."""
    day = date(int(parts["year"] or 0), int(parts["month"] or 0), int(parts["day"] or 0))
    clock = None
    if parts["hour"] is not None:
        clock = time_of_day(int(parts["hour"]), int(parts["minute"] or 0), int(parts["second"] or 0))
    written: tzinfo | None = UTC if parts["z"] else None
    if parts["sign"]:
        written = zone_of_offset(parts["sign"], int(parts["off_hours"] or 0), int(parts["off_minutes"] or 0))
        if written is None:
            raise ValueError(parts)
    return _instant(day, clock, written, place)


def _instant(day: date, clock: timedelta | None, written: tzinfo | None, place: Place, calendar: Calendar = "gregorian") -> Instant | None:
    """Put day, clock and zone together; None when a page of that time cannot have it."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        return None
    wall = datetime.combine(day, time()) + (clock or timedelta(0))
    zone = place.zone if written is None or clock is None else written
    at = wall.replace(tzinfo=zone).astimezone(UTC)
    if not place.is_possible(at):
        return None
    return Instant(at, day_only=clock is None, zoned=written is not None and clock is not None, wall=wall, calendar=calendar)


def _in_run(run: Sequence[Token], place: Place, *, whole: bool = False) -> Iterator[Instant]:
    """Give the instants of tokens that belong together: the dates in order, each with the clock at its side."""
    tokens = [token for token in run if token.kind != "F"]
    try:
        clocks, days = clocks_and_days(tokens)
    except ValueError:
        return
    kinds = "".join(token.kind for token in days)
    if whole and (not _WHOLE.fullmatch(kinds) or not _is_one_time(clocks, place)):
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


def _is_one_time(clocks: list[tuple[timedelta, object]], place: Place) -> bool:
    """Say whether the clock times of one date are the same instant, each in its own zone, in summer or in winter."""
    if len(set(clocks)) <= 1:
        return True
    if any(zone is None for _, zone in clocks):
        return False
    for month in (1, 7):
        noon = datetime(2024, month, 15, 12)  # noqa: DTZ001 - the zones are what is asked for
        zones = [written_zone(zone, noon, place) for _, zone in clocks]
        if (
            len({clock - (zone.utcoffset(noon) or timedelta(0)) if zone else None for (clock, _), zone in zip(clocks, zones, strict=True)})
            == 1
        ):
            return True
    return False


def _dated(tokens: Sequence[Token], clock: timedelta | None, written: object, weekdays: set[object], place: Place) -> Instant | None:
    """Make the instant of one day and its clock time; of several readings the first that is possible.

    Raises: ValueError, OverflowError, when there is no such day.
    """
    readings: list[Instant] = []
    for day, calendar in day_readings(tokens, place):
        zone = written_zone(written, datetime.combine(day, time()), place)
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

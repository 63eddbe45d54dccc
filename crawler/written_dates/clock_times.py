"""Read the clock times among the tokens of a date, each with its half of the day and its zone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from crawler.written_dates.date_tokens import Token


def clocks_and_days(tokens: Sequence[Token]) -> tuple[list[tuple[timedelta, object]], list[Token]]:
    """Take the clock times, each with its zone, out of the tokens; what is left are days.

    A zone may stand before its clock or after the day.

    Raises: ValueError, when the clock shows what no clock shows.
    """
    clocks: list[tuple[timedelta, object]] = []
    days: list[Token] = []
    waiting: object = None
    dotted = all(token.kind != "C" for token in tokens)
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if _begins_clock(tokens, at, dotted=dotted):
            clock, zone, at = _take_clock(tokens, at, has_zone=waiting is not None)
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


def _kind(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].kind if at < len(tokens) else ""


def _begins_clock(tokens: Sequence[Token], at: int, *, dotted: bool) -> bool:
    """Say whether a time of day begins here: 09:23, 09.23 where no other stands, 9 ص, ص 09:23."""
    kind, following = _kind(tokens, at), _kind(tokens, at + 1)
    return kind == "C" or (kind == "c" and dotted) or (kind == "N" and following == "A") or (kind == "A" and following in ("C", "c"))


def _take_clock(tokens: Sequence[Token], at: int, *, has_zone: bool) -> tuple[timedelta, object, int]:
    """Read the time of day that begins here, with its half and its zone, and return where it ends.

    `has_zone`: its zone stood before it, so one after it is that of the next clock. An offset counts more than the
    abbreviation at its side.

    Raises: ValueError, when two zones are written or the clock shows what no clock shows.
    """
    half = ""
    if tokens[at].kind == "A":
        half, at = str(tokens[at].value), at + 1
    text, at = tokens[at].text, at + 1
    zone: object = None
    while (kind := _kind(tokens, at)) in ("A", "Z", "O"):
        if kind == "A":
            half, at = half or str(tokens[at].value), at + 1
            continue
        if has_zone and kind == "Z":
            break
        written, at = _take_zone(tokens, at)
        if zone is None:
            zone = written
        elif not isinstance(zone, str) or (isinstance(written, str) and written != zone):
            raise ValueError(zone)  # a second zone
    return _clock(text, half), zone, at


def _take_zone(tokens: Sequence[Token], at: int) -> tuple[object, int]:
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
    if text.isdecimal() and len(text) == 4:  # 1405 GMT
        text = f"{text[:2]}:{text[2:]}"
    numbers = [int(part) for part in re.findall(r"\d+", text)]
    hour, minute, second = numbers[0], numbers[1] if len(numbers) > 1 else 0, numbers[2] if len(numbers) > 2 else 0
    if half == "noon":  # eleven before it, one to four after it
        half = "am" if hour in (9, 10, 11) else "pm"
    elif half == "night":  # to midnight, and after it
        half = "am" if hour in (0, 12) or hour < 6 else "pm"
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "pm" else 0)
    elif half and (half == "am") != (hour == 0):
        raise ValueError(text)
    return time_of_day(hour, minute, second)


def time_of_day(hour: int, minute: int, second: int = 0) -> timedelta:
    """Make a time of day; 24:00 ends the day, and 23:59:60 is a leap second.

    Raises: ValueError, when the clock shows what no clock shows.
    """
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and (minute or second)):
        raise ValueError((hour, minute, second))
    return timedelta(hours=hour, minutes=minute, seconds=min(second, 59))

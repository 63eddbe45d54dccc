"""Read when a feed wants to be fetched again: `ttl`, the syndication module, `skipHours` and `skipDays`.

Source: RSS 2.0 specification (ttl, skipHours, skipDays); RSS 1.0 Modules: Syndication. Hours are GMT; RSS 0.91 counts them 1 … 24.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from crawler.discovery import CONFIG, DiscoveryConfig, Remarks

_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NUMBER = re.compile(r"\d{1,9}")
_SHOWN_CHARACTERS = 40


@dataclass(slots=True)
class RawSchedule:
    """What a feed says of its schedule, as it stands there."""

    ttl: str = ""
    period: str = ""
    frequency: str = ""
    hours: list[str] = field(default_factory=list)
    days: list[str] = field(default_factory=list)


def read_ttl(raw: RawSchedule, remarks: Remarks, config: DiscoveryConfig = CONFIG) -> timedelta | None:
    """Return how long a feed asks not to be fetched again, at most `max_ttl`; None when it does not ask, or not understandably."""
    if text := raw.ttl.strip():
        if _NUMBER.fullmatch(text) and int(text) > 0:
            return min(timedelta(minutes=int(text)), config.max_ttl)
        remarks.add(f"a ttl of {text[:_SHOWN_CHARACTERS]!r} minutes")
    if text := raw.period.strip().lower():
        frequency = raw.frequency.strip() or "1"
        if text in _PERIODS and _NUMBER.fullmatch(frequency) and int(frequency) > 0:
            ttl = _PERIODS[text] / int(frequency)
            if ttl >= timedelta(minutes=1):
                return min(ttl, config.max_ttl)
        remarks.add(f"an update period of {text[:_SHOWN_CHARACTERS]!r}, {frequency[:_SHOWN_CHARACTERS]!r} times")
    return None


def read_skips(raw: RawSchedule, remarks: Remarks) -> tuple[frozenset[int], frozenset[int]]:
    """Return the UTC hours (0 … 23) and weekdays (0 Monday … 6) at which a feed asks not to be fetched; what forbids all forbids none."""
    hours = _understood(raw.hours, {str(hour): hour % 24 for hour in range(25)}, "hour", remarks)
    days = _understood(raw.days, {name: number for number, name in enumerate(_DAYS)}, "day", remarks)
    return hours, days


def _understood(texts: Iterable[str], known: dict[str, int], what: str, remarks: Remarks) -> frozenset[int]:
    found: set[int] = set()
    for text in texts:
        key = text.strip().lower()
        number = known.get(key.lstrip("0") or "0" if key.isdigit() else key)
        if number is None:
            remarks.add(f"{text.strip()[:_SHOWN_CHARACTERS]!r} is no {what} to skip")
        else:
            found.add(number)
    if len(found) == len(set(known.values())):
        remarks.add(f"every {what} is to be skipped")
        return frozenset()
    return frozenset(found)

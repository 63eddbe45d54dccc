"""What is assumed of a date that does not say: its zone, and how its numbers are ordered."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

FIRST_YEAR, LAST_YEAR = 1990, 2100
_SLACK = timedelta(hours=48)
_AMERICAN = ("America/", "US/", "Pacific/Guam", "Asia/Manila")
_JALALI_ZONES = ("Asia/Tehran", "Asia/Kabul", "Iran")


@dataclass(frozen=True, slots=True)
class Place:
    """What is assumed of a date that does not say: its zone, and how its numbers are ordered."""

    zone: tzinfo
    known_zone: bool
    language: str | None
    now: datetime | None

    @property
    def key(self) -> str:
        """Return the IANA name of the zone, empty for one without."""
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
        """Say whether a year that could be of either calendar is of the Jalali one."""
        return self.language in ("fa", "prs") or self.key in _JALALI_ZONES

    def is_possible(self, at: datetime) -> bool:
        """Say whether a page fetched at `now` can bear that instant."""
        return FIRST_YEAR <= at.year <= LAST_YEAR and (self.now is None or at <= self.now + _SLACK)


def primary_language(language: str | None) -> str | None:
    """Return the first subtag of a language tag, in lower case; None for none."""
    return re.split("[-_]", language, maxsplit=1)[0].lower() or None if language else None

"""Read the dates that feeds and sitemaps carry, with the reader of pages, which knows RFC 822 and ISO 8601 as they are written.

A feed tells no order of day and month and no country, so what can be read in two ways is not read, nor is a day of the lunar calendar,
which differs from country to country.
"""

from __future__ import annotations

import html
import re
from datetime import datetime

from crawler.discovery import CONFIG, DiscoveryConfig
from crawler.discovery.scraps import plain_text
from crawler.written_dates.date_zones import named_zone
from crawler.written_dates.instants import read_instant

# Years before the web, and seconds out of reach.
_NO_NEWS = re.compile(r"(?:0\d{3}|1[0-8]\d\d|19[0-8]\d)-\d\d-\d\d|\d{9,19}\Z|(?:\w{3,9}, )?\d{1,2} \w{3,9} (?:1[0-8]\d\d|19[0-8]\d)\b")


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
    zone = named_zone(time_zone) if time_zone else None
    instant = read_instant(text, zone) if zone or not time_zone else None
    if instant is None and _NO_NEWS.match(text):
        return None, f"the date {text!r} cannot be right"
    if instant is None or instant.swapped is not None or instant.calendar == "hijri":
        return None, f"the date {text!r} is not understood"
    if instant.at.year < config.earliest_year or instant.at > now + config.max_ahead:
        return None, f"the date {text!r} cannot be right"
    return instant.at, ""


def as_written(raw: str, config: DiscoveryConfig = CONFIG) -> str | None:
    """Return a date as it stands in a feed, on one line and cut to `max_date_characters`; None when nothing stands there."""
    return plain_text(html.escape(raw, quote=False), config.max_date_characters)

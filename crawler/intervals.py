"""Spans of time as people write them in options and source files: '90s', '30m', '6h', '1d'."""

from __future__ import annotations

import re
from datetime import timedelta

_SPAN = re.compile(r"(\d{1,6})\s*([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_LONGEST = timedelta(days=3650)
MAX_AGES = 20


def parse_span(text: str) -> timedelta:
    """Read one span. Raises: ValueError that says what one looks like."""
    match = _SPAN.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text.strip()!r:.40} is not a span of time (for example 30m, 6h, 1d)")
    span = timedelta(**{_UNITS[match[2]]: int(match[1])})
    if span > _LONGEST:
        raise ValueError(f"{text.strip()!r:.40} is longer than ten years")
    return span


def parse_ages(text: str) -> tuple[timedelta, ...]:
    """Read a list of spans, separated by commas; 'none' is the empty list. Raises: ValueError."""
    if text.strip().lower() == "none":
        return ()
    parts = text.split(",")
    if len(parts) > MAX_AGES:
        raise ValueError(f"more than {MAX_AGES} ages")
    return tuple(sorted({parse_span(part) for part in parts}))

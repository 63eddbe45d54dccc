"""Does a feed say that an article was edited since we fetched it? The decision to fetch a settled candidate again. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from storage import textnorm
from storage.records import Outcome


@dataclass(frozen=True, slots=True)
class EditConfig:
    """How far a feed is believed.

    Some stamp every item with the present at each poll. After a visit that found nothing new, a claim is not followed for `patience`, so
    that a liar costs four visits a day for each item it names.
    """

    patience: timedelta = timedelta(hours=6)


CONFIG = EditConfig()


@dataclass(frozen=True, slots=True)
class Memory:
    """What we know of a candidate that is named again: when it was settled (None while it waits) and how, who named it, and its hints."""

    settled_at: datetime | None
    found_in: str = ""
    hints: Mapping[str, Any] | None = None
    last_outcome: str | None = None


def edit_claimed(memory: Memory, found_in: str, hints: Mapping[str, Any], now: datetime, config: EditConfig = CONFIG) -> str | None:
    """Say in words why a settled candidate should be fetched again; None when it should not.

    The place that named it before is compared with itself: a later time or another headline there is an edit. Any other place is believed
    when its `updated_at` (ISO 8601) is later than our visit and not what it was told before.
    """
    if memory.settled_at is None:
        return None
    if memory.last_outcome == Outcome.UNCHANGED and now - memory.settled_at < config.patience:
        return None
    before = memory.hints or {}
    updated_at, updated_before = instant(hints.get("updated_at")), instant(before.get("updated_at"))
    if found_in == memory.found_in:
        stamp, stamp_before = _stamp(hints), _stamp(before)
        if stamp and stamp_before and stamp > stamp_before:
            return f"dated {stamp.isoformat()} instead of {stamp_before.isoformat()}"
        if _title(hints) and _title(before) and _title(hints) != _title(before):
            return "another headline"
    if updated_at and updated_at > memory.settled_at and updated_at != updated_before:
        return f"updated {updated_at.isoformat()}"
    return None


def instant(value: Any) -> datetime | None:
    """Read the ISO 8601 instant of a hint; one without a zone is taken as UTC, anything else is no instant."""
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):  # the year 1 is not in every zone
        return None


def _stamp(hints: Mapping[str, Any]) -> datetime | None:
    return instant(hints.get("updated_at")) or instant(hints.get("published_at"))


def _title(hints: Mapping[str, Any]) -> str:
    title = hints.get("title")
    return textnorm.normalize(title) if isinstance(title, str) else ""

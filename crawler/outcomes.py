"""What an answer means for a candidate, and when it is worth trying again: pure functions over statuses, headers and bytes.

Failures that never became an answer (timeouts, refusals, broken connections) are judged by `crawler.failures`, which knows Scrapy.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from crawler.walls import bot_wall
from storage.records import Outcome

Verdict = tuple[Outcome, str]


@dataclass(frozen=True, slots=True)
class RetryConfig:
    """How the frontier tries again.

    Waits grow as `first_wait` · `growth`^attempts: 15 min, 1 h, 4 h, 16 h, never more than `longest_wait`. The fifth attempt is the last:
    by then a day has passed, and an article that cannot be had for a day is found again only because its feed still names it.
    """

    first_wait: timedelta = timedelta(minutes=15)
    growth: int = 4
    longest_wait: timedelta = timedelta(hours=24)
    max_attempts: int = 5


RETRY = RetryConfig()


def outcome_of_status(status: int, headers: Mapping[str, str], body: bytes = b"") -> Verdict | None:
    """Judge an HTTP answer by its status, and by the signs of a bot wall.

    Args: the status code (0 when it could not be read); headers with lower-case names; the body, content encoding removed where known.
    Returns: the outcome with its reason in words, or None when the answer is worth reading.
    Source: RFC 9110 section 15 (status codes), RFC 7725 (451).
    """
    wall = bot_wall(status, headers, body)
    if wall:
        return Outcome.BLOCKED, blocked_by(wall, status)
    if 200 <= status < 300:
        return (Outcome.NO_TEXT, f"an answer without content ({_named(status)})") if status in {204, 205} else None
    if status == 304:
        return Outcome.NOT_MODIFIED, "unchanged since the last visit"
    if status in {404, 410}:
        return Outcome.GONE, _named(status)
    if status == 402:
        return Outcome.PAYWALLED, _named(status)
    if status in {401, 403, 407, 429, 451}:
        return Outcome.BLOCKED, _named(status)
    if 300 <= status < 400:
        return Outcome.HTTP_ERROR, f"{_named(status)} that leads nowhere"
    return Outcome.HTTP_ERROR, _named(status)


def blocked_by(wall: str, status: int) -> str:
    """Say in words which bot wall answered."""
    return f"the bot wall of {wall} answered ({_named(status)})"


def _named(status: int) -> str:
    try:
        return f"HTTP {status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"HTTP {status}"


def retry_after(value: str | None, now: datetime, longest: timedelta = RETRY.longest_wait) -> datetime | None:
    """Read a Retry-After header.

    Args: the header's value, seconds or an HTTP date; the present (aware); the longest wait that is believed.
    Returns: an aware UTC instant between now and now + `longest`, or None when there is no header or it means nothing.
    Source: RFC 9110 section 10.2.3.
    """
    text = (value or "").strip()
    if not text:
        return None
    if re.fullmatch(r"[0-9]{1,18}(\.[0-9]{1,9})?", text):
        return now + min(timedelta(seconds=min(float(text), longest.total_seconds())), longest)
    try:
        at = parsedate_to_datetime(text[:64])
        at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return min(max(at, now), now + longest)


def retry_at(
    outcome: Outcome, status: int | None, attempts: int, now: datetime, not_before: datetime | None = None, config: RetryConfig = RETRY
) -> datetime | None:
    """Decide when a candidate is tried again.

    Args: what came of this try; the HTTP status, None when no answer came; how many tries there were before this one; the present; the
    earliest time that the server, its robots.txt or our own gate allows.
    Returns: when to try again, or None when the outcome is final.

    Transient are network_error and timeout; http_error with 408, 425 or 5xx; blocked with 429 or 503; robots_denied with a `not_before`,
    which says that the rules could not be read. A candidate that was blocked without any answer was never asked for, because its host had
    to be left alone: it waits as long as that takes and does not run out of attempts.
    """
    if outcome is Outcome.BLOCKED and status is None:
        return not_before
    if not _is_transient(outcome, status, not_before) or attempts + 1 >= config.max_attempts:
        return None
    wait = min(config.first_wait * int(config.growth**attempts), config.longest_wait)
    return max(now + wait, not_before) if not_before else now + wait


def _is_transient(outcome: Outcome, status: int | None, not_before: datetime | None) -> bool:
    match outcome:
        case Outcome.NETWORK_ERROR | Outcome.TIMEOUT:
            return True
        case Outcome.HTTP_ERROR:
            return status is not None and (status in {408, 425} or status >= 500)
        case Outcome.BLOCKED:
            return status in {429, 503}
        case Outcome.ROBOTS_DENIED:
            return not_before is not None
        case _:
            return False

"""Correct a claim by the others: a false `Z`, a time moved the wrong way, a day and month that were exchanged."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from crawler.extraction.date_evidence import CONFIG, Claim, Reading, day_of
from crawler.written_dates.instants import Instant


def with_true_order(best: Claim, claims: list[Claim], reading: Reading) -> Claim:
    """Exchange day and month where the other evidence agrees with that and none with the date as it stands."""
    exchanged = exchanged_order(best.instant)
    if exchanged is None or not reading.is_possible(exchanged):
        return best
    others = {day_of(claim.instant, reading) for claim in claims if claim.found_in != best.found_in and not claim.instant.swapped}
    if day_of(exchanged, reading) in others and day_of(best.instant, reading) not in others:
        return Claim(exchanged, f"{best.found_in}, day and month exchanged", best.confidence * CONFIG.corrected)
    return best


def exchanged_order(instant: Instant) -> Instant | None:
    """Return an instant with the numbers of day and month exchanged, None where that is no other day."""
    wall = instant.wall
    if wall is None or wall.day > 12 or wall.day == wall.month or instant.calendar != "gregorian":
        return None
    moved = wall.replace(month=wall.day, day=wall.month)
    return replace(instant, at=instant.at + (moved - wall), wall=moved, swapped=None)


def with_true_zone(best: Claim, others: list[Claim], reading: Reading, zoned_edits: list[Instant]) -> Claim:
    """Correct a time that was written as UTC and is the clock of the newsroom, or was moved the wrong way.

    Evidence is the clock that the page shows without a zone, the feed's date, the same time elsewhere in another zone, and that no page is
    published after it was edited or fetched.
    """
    at = best.instant.at
    offset = reading.offset(at)
    for other in others:
        if other.instant.zoned and not other.instant.claims_utc and other.instant.wall == best.instant.wall and not other.instant.day_only:
            return _corrected(best, other.instant.at, other.found_in)
    local = [claim for claim in others if not claim.instant.zoned and not claim.instant.day_only and claim.instant.wall is not None]
    if not offset:
        in_doubt = (
            reading.zone is None and best.instant.plain_z and any(_minutes(at, claim) == 0 for claim in local if claim.found_in == "text")
        )
        return replace(best, confidence=best.confidence * CONFIG.doubted) if in_doubt else best
    offset_minutes = round(offset.total_seconds() / 60)
    for claim in local:
        ahead = _minutes(at, claim)
        if ahead == -offset_minutes:  # the clock of the newsroom, and its instant in UTC: all is well
            return best
        if ahead == 0 and claim.found_in == "text" and best.instant.plain_z:
            return _corrected(best, at - offset, claim.found_in)
        if ahead == offset_minutes:
            return _corrected(best, at - 2 * offset, claim.found_in)
    for claim in others:
        if claim.found_in == "feed" and 0 <= ((at - claim.instant.at) - offset).total_seconds() < 60:
            return _corrected(best, at - offset, "feed")
    if reading.fetched_at + CONFIG.clock_slack < at and at - offset <= reading.fetched_at + CONFIG.clock_slack:
        return _corrected(best, at - offset, "time of fetching")
    if any(at - offset <= edited < at for edited in (edit.at for edit in zoned_edits)):
        return _corrected(best, at - offset, "modification")
    return best


def _minutes(at: datetime, claim: Claim) -> int | None:
    """Return by how many minutes an instant's clock in UTC is ahead of a clock time without zone; seconds may be missing there."""
    if claim.instant.wall is None:
        return None
    seconds = (at.replace(tzinfo=None) - claim.instant.wall).total_seconds()
    if claim.instant.wall.second and seconds % 60:
        return None
    return int(seconds // 60)


def _corrected(claim: Claim, at: datetime, by: str) -> Claim:
    instant = replace(claim.instant, at=at)
    return Claim(instant, f"{claim.found_in}, zone corrected by {by}", claim.confidence * CONFIG.corrected)


def in_zone_of_newsroom(claim: Claim, reading: Reading) -> Claim:
    """Correct a time of modification as that of publication was; both come from one template."""
    if not claim.instant.claims_utc:
        return claim
    return _corrected(claim, claim.instant.at - reading.offset(claim.instant.at), "publication")

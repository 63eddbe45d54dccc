"""Choose among the claims of a page: believe the best, let the rest make it more exact."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from crawler.extraction.date_corrections import exchanged_order, with_true_order, with_true_zone
from crawler.extraction.date_evidence import CONFIG, Claim, Reading, day_of, is_midnight, is_same_day, is_same_minute
from crawler.written_dates.instants import Instant

_SPOKEN_IN_MANY_ZONES = frozenset({"ar", "ku", "kmr"})


def possible_claims(claims: list[Claim], reading: Reading) -> list[Claim]:
    """Drop what the page cannot bear; a date in the future is kept with day and month exchanged when another claim names that day."""
    days = {day_of(claim.instant, reading) for claim in claims if reading.is_possible(claim.instant)}
    kept = []
    for claim in claims:
        if reading.is_possible(claim.instant):
            kept.append(claim)
        elif (exchanged := exchanged_order(claim.instant)) and day_of(exchanged, reading) in days:
            kept.append(Claim(exchanged, f"{claim.found_in}, day and month exchanged", claim.confidence * CONFIG.corrected))
    return kept


def is_open(claims: list[Claim], reading: Reading) -> bool:
    """Say whether the markup leaves something for the visible text to decide: the day, the clock, the zone, the order of day and month."""
    if not claims:
        return True
    best = claims[0].instant
    if best.day_only or best.swapped or is_midnight(best, reading) or _days(claims, reading).keys() > {day_of(best, reading)}:
        return True
    if best.claims_utc:
        return bool(reading.offset(best.at)) or (reading.zone is None and reading.language in _SPOKEN_IN_MANY_ZONES)
    return False


def refined(claims: list[Claim], reading: Reading, zoned_edits: list[Instant]) -> Claim:
    """Let the other claims correct the most credible one and make it more exact."""
    best = with_true_order(_elected(claims, reading), claims, reading)
    others = [claim for claim in claims if claim.instant is not best.instant]
    if best.instant.day_only or is_midnight(best.instant, reading):
        for other in others:
            if (
                not other.instant.day_only
                and is_same_day(other.instant, best.instant, reading.civil)
                and other.instant.at != best.instant.at
            ):
                best = other
                break
    if not best.instant.zoned and not best.instant.day_only:
        for other in others:
            if other.instant.zoned and not other.instant.day_only and is_same_minute(other.instant, best.instant):
                return replace(best, instant=other.instant)
    if best.instant.claims_utc:
        return with_true_zone(best, others, reading, zoned_edits)
    return best


def _elected(claims: list[Claim], reading: Reading) -> Claim:
    """Return the most credible claim, unless two other kinds of evidence agree on another day and none on its own."""
    best = claims[0]
    own = day_of(best.instant, reading)
    kinds: dict[date, set[str]] = {}
    for claim in claims:
        kinds.setdefault(day_of(claim.instant, reading), set()).add(claim.found_in)
    if len(kinds.get(own, ())) > 1:
        return best
    for claim in claims:
        day = day_of(claim.instant, reading)
        if abs((day - own).days) > 1 and len(kinds[day] - {best.found_in}) >= 2:
            return claim
    return best


def _days(claims: list[Claim], reading: Reading) -> dict[date, list[Claim]]:
    days: dict[date, list[Claim]] = {}
    for claim in claims:
        days.setdefault(day_of(claim.instant, reading), []).append(claim)
    return days

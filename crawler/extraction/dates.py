"""When a page was published and modified: collect what it claims, believe the best, let the rest correct it and make it more exact.

A claim is believed by where it stands, unless two other places agree on another day. Then, each by another claim of the same page: one that
names a day (or midnight) takes the clock time of one that names the same day; one without a zone takes the zone of one that shows the same
minute within 14 hours; a time in UTC that is the clock of the newsroom takes the newsroom's zone; a day and month that were exchanged are
exchanged back. What is shown around the headline is read only where the markup leaves something open.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from lxml.html import HtmlElement

from crawler.extraction.date_choice import is_open, possible_claims, refined
from crawler.extraction.date_claims import by_bare_name, modified_claims, published_claims, searched_claims
from crawler.extraction.date_corrections import in_zone_of_newsroom
from crawler.extraction.date_evidence import CONFIG, Claim, Reading, day_of
from crawler.extraction.date_locale import reading_of
from crawler.extraction.selectors import CONFIG as RULES
from crawler.extraction.selectors import FOUND
from crawler.extraction.structured import Facts
from crawler.extraction.visible_dates import VisibleDate, visible_dates
from crawler.records import Dated, PageContext
from crawler.written_dates.instants import find_instants, read_instant


class Dates(NamedTuple):
    """When a page was published and modified, as far as it says."""

    published: Dated | None
    modified: Dated | None


def read_dates(
    tree: HtmlElement, facts: Facts, url: str, context: PageContext, fetched_at: datetime, *, selected: Sequence[str] = ()
) -> Dates:
    """Find when a page was first published and last modified.

    `url` is the final address, `context` may hold a time zone, a country, languages and the feed's date, `selected` is what a rule of the
    source says may be the date of publication. The tree must still be whole. None where nothing credible was found.
    """
    reading = reading_of(facts, url, context, fetched_at)
    shown: list[VisibleDate] | None = None

    def visible() -> list[VisibleDate]:
        nonlocal shown
        if shown is None:
            shown = visible_dates(tree, facts, reading.zone, reading.language, fetched_at)
        return shown

    named = by_bare_name(facts)
    published = _selected(selected, facts, named, url, context, reading) or _publication(tree, facts, named, url, context, reading, visible)
    return Dates(published, _modification(facts, named, reading, published, shown or []))


def _selected(
    values: Sequence[str], facts: Facts, named: dict[str, list[str]], url: str, context: PageContext, reading: Reading
) -> Dated | None:
    """Read the date that a rule of the source selected; the page's other claims may make it more exact, but not another day."""
    for value in values:
        instant = read_instant(value, reading.zone, language=reading.language) or next(
            (found.instant for found in find_instants(value, reading.zone, language=reading.language) if found.label != "updated"), None
        )
        if instant is None or not reading.is_possible(instant):
            continue
        claim = Claim(instant, FOUND, RULES.confidence)
        others = possible_claims(list(published_claims(facts, named, url, reading, context)), reading)
        best = refined([claim, *(other for other in others if day_of(other.instant, reading) == day_of(instant, reading))], reading, [])
        exact = best if best.found_in.startswith(FOUND) else replace(best, found_in=f"{FOUND}, clock of {best.found_in}")
        dated = _dated(exact, reading)
        # who wrote the rule wrote the time zone too
        return replace(dated, confidence=exact.confidence) if context.time_zone else dated
    return None


def _publication(
    tree: HtmlElement,
    facts: Facts,
    named: dict[str, list[str]],
    url: str,
    context: PageContext,
    reading: Reading,
    visible: Callable[[], list[VisibleDate]],
) -> Dated | None:
    claims = possible_claims(list(published_claims(facts, named, url, reading, context)), reading)
    if is_open(claims, reading):
        claims += [
            Claim(shown.instant, "text", CONFIG.visible_labelled if shown.label else CONFIG.visible)
            for shown in sorted(visible(), key=lambda shown: shown.label is None)
            if shown.label != "updated" and not shown.relative
        ]
    if not claims:
        claims = [Claim(shown.instant, "text", CONFIG.relative) for shown in visible() if shown.label != "updated" and shown.relative]
    if not claims:
        claims = [claim for claim in searched_claims(tree, url, reading) if reading.is_possible(claim.instant)]
    if not claims:
        return None
    zoned_edits = [
        claim.instant for claim in modified_claims(facts, named, reading) if claim.instant.zoned and not claim.instant.claims_utc
    ]
    return _dated(refined(claims, reading, zoned_edits), reading)


def _modification(
    facts: Facts, named: dict[str, list[str]], reading: Reading, published: Dated | None, shown: list[VisibleDate]
) -> Dated | None:
    claims = [claim for claim in modified_claims(facts, named, reading) if reading.is_possible(claim.instant)]
    edits = [date for date in shown if date.label == "updated"]
    labelled = [Claim(date.instant, "text", CONFIG.visible_labelled) for date in edits if not date.relative]
    if not claims and not labelled:
        labelled = [Claim(date.instant, "text", CONFIG.relative) for date in edits]
    if claims and published is not None and "zone corrected" in published.found_in:
        claims = [in_zone_of_newsroom(claim, reading) for claim in claims]
    claims += labelled
    if published is not None:
        earliest = published.at - (timedelta(days=1) if published.day_only else timedelta(0))
        claims = [
            claim for claim in claims if claim.instant.at >= earliest or (claim.instant.day_only and _is_day_of(claim, published, reading))
        ]
    return _dated(refined(claims, reading, []), reading) if claims else None


def _is_day_of(claim: Claim, published: Dated, reading: Reading) -> bool:
    return day_of(claim.instant, reading) == published.at.astimezone(reading.civil).date()


def _dated(claim: Claim, reading: Reading) -> Dated:
    """Make the record of a claim; a clock time is less sure when its zone had to be assumed."""
    confidence = claim.confidence
    if not claim.instant.zoned and not claim.instant.day_only:
        confidence *= CONFIG.assumed_utc if reading.zone is None else reading.zone_confidence
    return Dated(claim.instant.at, claim.found_in, round(confidence, 3), claim.instant.day_only)

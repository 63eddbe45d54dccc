"""When a page was published and modified: collect what it claims, believe the best, let the rest correct it and make it more exact.

A claim is believed by where it stands, unless two other places agree on another day. Then, each by another claim of the same page: one that
names a day (or midnight) takes the clock time of one that names the same day; one without a zone takes the zone of one that shows the same
minute within 14 hours; a time in UTC that is the clock of the newsroom takes the newsroom's zone; a day and month that were exchanged are
exchanged back. What is shown around the headline is read only where the markup leaves something open.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import NamedTuple
from urllib.parse import urlsplit

from htmldate import find_date
from lxml.html import HtmlElement

from crawler.extraction.instants import Instant, named_zone, read_instant
from crawler.extraction.structured import Facts
from crawler.extraction.visible_dates import VisibleDate, visible_dates
from crawler.records import Dated, PageContext


@dataclass(frozen=True, slots=True)
class DateConfig:
    """Limits and weights of dates.

    A page cannot be older than the web; clocks and zones of publishers are wrong by a day or two at most, hence `slack`. The confidences
    are, rounded down to 0.05, the shares of 149 real pages on which a claim of that kind was right: to the minute where it has clock and
    zone (JSON-LD .96, article:published_time .93, microdata 1.0 of 15, other meta tags .94, `time` .84, uploadDate and dateCreated .72), to
    the day where it has none (URL 1.0 of 18; htmldate where nothing else spoke, 4 of 5, and held lower for being so few). The feed's was
    not measured, nor what the page shows, which is held below all markup. A clock time without a zone was right in UTC on 4 of 27 pages
    (`assumed_utc`); in the zone of the source or its country it is taken to be right mostly, in the only country of its language less
    often. `corrected` is the price of every correction, `doubted` that of a time in UTC which the page shows as its own clock where the
    zone of the newsroom is not known. `clock_slack` is how far ahead of ours a publisher's clock may be before a time in the future is a
    mistake. `lunar`: the month of the Hijri calendar begins a day earlier or later from country to country.
    """

    earliest: datetime = datetime(1990, 1, 1, tzinfo=UTC)
    slack: timedelta = timedelta(hours=48)
    clock_slack: timedelta = timedelta(minutes=10)
    max_zone_difference: timedelta = timedelta(hours=14)
    json_ld: float = 0.95
    meta: float = 0.9
    microdata: float = 0.9
    other_meta: float = 0.9
    created: float = 0.7
    time: float = 0.8
    feed: float = 0.7
    url: float = 0.9
    visible_labelled: float = 0.75
    visible: float = 0.65
    htmldate: float = 0.6
    assumed_zone: float = 0.8
    assumed_language: float = 0.7
    assumed_utc: float = 0.15
    corrected: float = 0.8
    doubted: float = 0.6
    lunar: float = 0.7


CONFIG = DateConfig()

# Countries of the region with one civil time, by their top-level domain and ISO 3166 code (IANA time zone database, zone1970.tab).
_COUNTRY_ZONES = {
    "ae": "Asia/Dubai", "af": "Asia/Kabul", "bh": "Asia/Bahrain", "dz": "Africa/Algiers", "eg": "Africa/Cairo", "il": "Asia/Jerusalem",
    "iq": "Asia/Baghdad", "ir": "Asia/Tehran", "jo": "Asia/Amman", "kw": "Asia/Kuwait", "lb": "Asia/Beirut", "ly": "Africa/Tripoli",
    "ma": "Africa/Casablanca", "om": "Asia/Muscat", "ps": "Asia/Hebron", "qa": "Asia/Qatar", "sa": "Asia/Riyadh", "sd": "Africa/Khartoum",
    "sy": "Asia/Damascus", "tn": "Africa/Tunis", "tr": "Europe/Istanbul", "ye": "Asia/Aden",
}  # fmt: skip
# Languages that are written for one country almost only.
_LANGUAGE_ZONES = {"he": "Asia/Jerusalem", "iw": "Asia/Jerusalem", "fa": "Asia/Tehran", "tr": "Europe/Istanbul", "ckb": "Asia/Baghdad"}
_HEBREW = re.compile("[\u05d0-\u05ea]")
_PERSIAN = re.compile("[\u067e\u0686\u0698\u06af\u06cc\u06a9]")  # letters that Arabic does not have
_URDU = re.compile("[\u0679\u0688\u0691\u06ba\u06be\u06c1\u06d2]")  # letters that Persian does not have
_KURDISH = re.compile("[\u06d5\u06ce\u06c6\u06b5\u0695]")

# Names of meta tags are compared without their points, hyphens, colons and underscores.
_PUBLISHED_META = ("articlepublishedtime", "ogarticlepublishedtime", "articlepublished", "ogpublishedtime", "ogpubdate")
_OTHER_PUBLISHED_META = (
    "datepublished", "date", "pubdate", "publishdate", "published", "publishedat", "publishedtime", "publicationdate", "publicationtime",
    "parselypubdate", "sailthrudate", "cxenseparserecspublishtime", "cxenseparsepublishtime", "dcdateissued", "dctermsissued",
    "dctermsdate", "dctermscreated", "dcdate", "dcdatecreated", "dccreated", "articledateoriginal", "articlecreated",
    "rnewsdatepublished", "prismpublicationdate", "citationpublicationdate", "datecreated", "contentpublishdate", "vrpublishedtime",
    "btpubdate", "originalpublicationdate", "creationdate", "created", "articlecreatedtime", "displaydate", "releasedate",
    "articlepublicationdate", "articlepublishdate", "newspublishdate", "publishtime", "postdate", "articledate", "dateposted",
)  # fmt: skip
_MODIFIED_META = (
    "articlemodifiedtime", "ogarticlemodifiedtime", "articlemodified", "datemodified", "ogupdatedtime", "articledateupdated",
    "lastmodified", "dctermsmodified", "dcdatemodified", "datemodified", "dateupdated", "lastmod", "revised", "updatedtime",
    "articleupdatedtime", "modifiedtime", "lastupdated", "dateupdate",
)  # fmt: skip
_NAME_POINTS = str.maketrans("", "", "-_.: ")
_TIME_PUBLISHED = re.compile(r"publi|pubdate|posted|entry-date|post-?date|article-?date|dateline|created|veröffentlicht|tarih")
_TIME_MODIFIED = re.compile(r"modif|updat|revis|changed|aktualis|güncel")
_TIME_ELSEWHERE = re.compile(r"comment|related|teaser|sidebar|widget|footer|most-|latest|recommend|promo|card|list-|ticker|expir|event")
_URL_DAY = re.compile(r"/((?:19|20)\d\d)[/-]?(0?[1-9]|1[0-2])[/-]?(0?[1-9]|[12]\d|3[01])(?=[/_.-]|$)")


class Dates(NamedTuple):
    """When a page was published and modified, as far as it says."""

    published: Dated | None
    modified: Dated | None


@dataclass(frozen=True, slots=True)
class _Claim:
    """One reading of a date on the page."""

    instant: Instant
    found_in: str
    confidence: float


@dataclass(frozen=True, slots=True)
class _Reading:
    """What is assumed of the dates of one page: its zone and how sure that is, its language, the present."""

    zone: tzinfo | None
    zone_confidence: float
    language: str | None
    fetched_at: datetime

    @property
    def civil(self) -> tzinfo:
        return self.zone or UTC

    def is_possible(self, instant: Instant) -> bool:
        """Say whether a page fetched then can bear that date."""
        return CONFIG.earliest <= instant.at <= self.fetched_at + CONFIG.slack

    def offset(self, at: datetime) -> timedelta:
        """Return how far the assumed zone is ahead of UTC at an instant; nothing where none is assumed."""
        return at.astimezone(self.civil).utcoffset() or timedelta(0)


def read_dates(tree: HtmlElement, facts: Facts, url: str, context: PageContext, fetched_at: datetime) -> Dates:
    """Find when a page was first published and last modified.

    `url` is the final address, `context` may hold a time zone, a country, languages and the feed's date. The tree must still be whole. None
    where nothing credible was found.
    """
    reading = _reading(facts, url, context, fetched_at)
    shown: list[VisibleDate] | None = None

    def visible() -> list[VisibleDate]:
        nonlocal shown
        if shown is None:
            shown = visible_dates(tree, facts, reading.zone, reading.language, fetched_at)
        return shown

    named = _by_bare_name(facts)
    published = _publication(tree, facts, named, url, context, reading, visible)
    return Dates(published, _modification(facts, named, reading, published, shown or []))


def _publication(
    tree: HtmlElement,
    facts: Facts,
    named: dict[str, list[str]],
    url: str,
    context: PageContext,
    reading: _Reading,
    visible: Callable[[], list[VisibleDate]],
) -> Dated | None:
    claims = _possible(list(_published_claims(facts, named, url, reading, context)), reading)
    if _is_open(claims, reading):
        claims += [
            _Claim(shown.instant, "text", CONFIG.visible_labelled if shown.label else CONFIG.visible)
            for shown in sorted(visible(), key=lambda shown: shown.label is None)
            if shown.label != "updated"
        ]
    if not claims:
        claims = [claim for claim in _searched(tree, url, reading) if reading.is_possible(claim.instant)]
    if not claims:
        return None
    zoned_edits = [
        claim.instant for claim in _modified_claims(facts, named, reading) if claim.instant.zoned and not claim.instant.claims_utc
    ]
    return _dated(_refine(claims, reading, zoned_edits), reading)


def _modification(
    facts: Facts, named: dict[str, list[str]], reading: _Reading, published: Dated | None, shown: list[VisibleDate]
) -> Dated | None:
    claims = [claim for claim in _modified_claims(facts, named, reading) if reading.is_possible(claim.instant)]
    labelled = [_Claim(date.instant, "text", CONFIG.visible_labelled) for date in shown if date.label == "updated"]
    if claims and published is not None and "zone corrected" in published.found_in:
        claims = [_in_zone_of_newsroom(claim, reading) for claim in claims]
    claims += labelled
    if published is not None:
        earliest = published.at - (timedelta(days=1) if published.day_only else timedelta(0))
        claims = [
            claim for claim in claims if claim.instant.at >= earliest or (claim.instant.day_only and _is_day_of(claim, published, reading))
        ]
    return _dated(_refine(claims, reading, []), reading) if claims else None


def _by_bare_name(facts: Facts) -> dict[str, list[str]]:
    """Collect the meta tags by their names without points."""
    named: dict[str, list[str]] = {}
    for name, values in facts.meta.items():
        named.setdefault(name.translate(_NAME_POINTS), []).extend(values)
    return named


def _reading(facts: Facts, url: str, context: PageContext, fetched_at: datetime) -> _Reading:
    """Decide what is assumed: the zone of the source, else of the country of its domain or locale, else of the only one of its language."""
    language, region = _locale(facts, context)
    if context.time_zone and (zone := named_zone(context.time_zone)):
        return _Reading(zone, CONFIG.assumed_zone, language, fetched_at)
    host = urlsplit(url).hostname or ""
    for country in (context.country, host.rpartition(".")[2], region):
        if country and (zone := named_zone(_COUNTRY_ZONES.get(country.lower(), ""))):
            return _Reading(zone, CONFIG.assumed_zone, language, fetched_at)
    zone = named_zone(_LANGUAGE_ZONES.get(language or "", ""))
    return _Reading(zone, CONFIG.assumed_language, language, fetched_at)


def _locale(facts: Facts, context: PageContext) -> tuple[str | None, str | None]:
    """Return the language and the country that the page says it is written for; the script of the headline speaks before a template."""
    stated = facts.first_meta("og:locale") or ""
    language, region = None, None
    for value in (facts.html_language or "", stated):
        parts = re.split("[-_]", value.strip().lower())
        language = language or parts[0][:3] or None
        region = region or (parts[-1] if len(parts) > 1 and len(parts[-1]) == 2 else None)
    if language in (None, "en") and len(context.languages) == 1:
        language = context.languages[0].lower()
    headline = (facts.first_meta("og:title") or facts.title_tag or (facts.headings or [""])[0])[:200]
    if _HEBREW.search(headline):
        return "he", region
    if language in (None, "en", "ar", "ku") and _KURDISH.search(headline):
        return "ckb", region
    if language in (None, "en", "ar") and len(_PERSIAN.findall(headline)) > 1 and not _URDU.search(headline):
        return "fa", region
    return language, region


def _read(values: Iterable[object], found_in: str, confidence: float, reading: _Reading) -> Iterator[_Claim]:
    """Read each value that is a date."""
    for value in values:
        if value is None or value == "":
            continue
        if instant := read_instant(value, reading.zone, language=reading.language):
            yield _Claim(instant, found_in, confidence * (CONFIG.lunar if instant.calendar == "hijri" else 1.0))


def _published_claims(facts: Facts, named: dict[str, list[str]], url: str, reading: _Reading, context: PageContext) -> Iterator[_Claim]:
    """Give every claim of the publication date, the most credible first."""
    article = facts.article
    yield from _read([article.get("datePublished")], "json-ld", CONFIG.json_ld, reading)
    for name in _PUBLISHED_META:
        yield from _read(named.get(name, ()), "meta", CONFIG.meta, reading)
    yield from _read(facts.items.get("datepublished", ()), "microdata", CONFIG.microdata, reading)
    for name in _OTHER_PUBLISHED_META:
        yield from _read(named.get(name, ()), "meta", CONFIG.other_meta, reading)
    yield from _read([article.get("uploadDate"), article.get("dateCreated")], "json-ld", CONFIG.created, reading)
    marked = [time for time in facts.times if not _TIME_ELSEWHERE.search(time.marks) and not _TIME_MODIFIED.search(time.marks)]
    for time in (*(t for t in marked if _TIME_PUBLISHED.search(t.marks)), *marked[:1]):
        yield from _read([time.value or time.text], "time", CONFIG.time, reading)
    if context.candidate is not None and context.candidate.published_at is not None:
        yield _Claim(Instant(context.candidate.published_at.astimezone(UTC), day_only=False, zoned=True), "feed", CONFIG.feed)
    if day := _URL_DAY.search(url):
        yield from _read(["-".join(day.groups())], "url", CONFIG.url, reading)


def _modified_claims(facts: Facts, named: dict[str, list[str]], reading: _Reading) -> Iterator[_Claim]:
    """Give every claim of the modification date, the most credible first."""
    yield from _read([facts.article.get("dateModified")], "json-ld", CONFIG.json_ld, reading)
    for name in _MODIFIED_META:
        yield from _read(named.get(name, ()), "meta", CONFIG.meta, reading)
    yield from _read(facts.items.get("datemodified", ()), "microdata", CONFIG.microdata, reading)
    for time in facts.times:
        if _TIME_MODIFIED.search(time.marks) and not _TIME_ELSEWHERE.search(time.marks):
            yield from _read([time.value or time.text], "time", CONFIG.time, reading)


def _searched(tree: HtmlElement, url: str, reading: _Reading) -> Iterator[_Claim]:
    """Search the visible page for a day, the least sure of all; the extensive search would believe any date that stands there."""
    latest = (reading.fetched_at + CONFIG.slack).strftime("%Y-%m-%d")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # dateutil's opinions on the zones of other people's pages
        try:
            found = find_date(tree, original_date=True, extensive_search=False, url=url, min_date="1990-01-01", max_date=latest)
        except (ValueError, TypeError, OverflowError, RecursionError):  # what it raises on odd pages; no date is a right answer
            found = None
    yield from _read([found], "htmldate", CONFIG.htmldate, reading)


def _possible(claims: list[_Claim], reading: _Reading) -> list[_Claim]:
    """Drop what the page cannot bear; a date in the future is kept with day and month exchanged when another claim names that day."""
    days = {_day(claim.instant, reading) for claim in claims if reading.is_possible(claim.instant)}
    kept = []
    for claim in claims:
        if reading.is_possible(claim.instant):
            kept.append(claim)
        elif (exchanged := _exchanged(claim.instant)) and _day(exchanged, reading) in days:
            kept.append(_Claim(exchanged, f"{claim.found_in}, day and month exchanged", claim.confidence * CONFIG.corrected))
    return kept


def _is_open(claims: list[_Claim], reading: _Reading) -> bool:
    """Say whether the markup leaves something for the visible text to decide: the day, the clock, the zone, the order of day and month."""
    if not claims:
        return True
    best = claims[0].instant
    if best.day_only or best.swapped or _is_midnight(best, reading) or _days(claims, reading).keys() > {_day(best, reading)}:
        return True
    if best.claims_utc:
        return bool(reading.offset(best.at)) or (reading.zone is None and reading.language in _SPOKEN_IN_MANY_ZONES)
    return False


_SPOKEN_IN_MANY_ZONES = frozenset({"ar", "ku", "kmr"})


def _refine(claims: list[_Claim], reading: _Reading, zoned_edits: list[Instant]) -> _Claim:
    """Let the other claims correct the most credible one and make it more exact."""
    best = _exchange(_elected(claims, reading), claims, reading)
    others = [claim for claim in claims if claim.instant is not best.instant]
    if best.instant.day_only or _is_midnight(best.instant, reading):
        for other in others:
            if not other.instant.day_only and _same_day(other.instant, best.instant, reading.civil) and other.instant.at != best.instant.at:
                best = other
                break
    if not best.instant.zoned and not best.instant.day_only:
        for other in others:
            if other.instant.zoned and not other.instant.day_only and _same_minute(other.instant, best.instant):
                return replace(best, instant=other.instant)
    if best.instant.claims_utc:
        return _true_zone(best, others, reading, zoned_edits)
    return best


def _elected(claims: list[_Claim], reading: _Reading) -> _Claim:
    """Return the most credible claim, unless two other kinds of evidence agree on another day and none on its own."""
    best = claims[0]
    own = _day(best.instant, reading)
    kinds: dict[date, set[str]] = {}
    for claim in claims:
        kinds.setdefault(_day(claim.instant, reading), set()).add(claim.found_in)
    if len(kinds.get(own, ())) > 1:
        return best
    for claim in claims:
        day = _day(claim.instant, reading)
        if abs((day - own).days) > 1 and len(kinds[day] - {best.found_in}) >= 2:
            return claim
    return best


def _exchange(best: _Claim, claims: list[_Claim], reading: _Reading) -> _Claim:
    """Exchange day and month where the other evidence agrees with that and none with the date as it stands."""
    exchanged = _exchanged(best.instant)
    if exchanged is None or not reading.is_possible(exchanged):
        return best
    others = {_day(claim.instant, reading) for claim in claims if claim.found_in != best.found_in and not claim.instant.swapped}
    if _day(exchanged, reading) in others and _day(best.instant, reading) not in others:
        return _Claim(exchanged, f"{best.found_in}, day and month exchanged", best.confidence * CONFIG.corrected)
    return best


def _exchanged(instant: Instant) -> Instant | None:
    """Return an instant with the numbers of day and month exchanged, None where that is no other day."""
    wall = instant.wall
    if wall is None or wall.day > 12 or wall.day == wall.month or instant.calendar != "gregorian":
        return None
    moved = wall.replace(month=wall.day, day=wall.month)
    return replace(instant, at=instant.at + (moved - wall), wall=moved, swapped=None)


def _true_zone(best: _Claim, others: list[_Claim], reading: _Reading, zoned_edits: list[Instant]) -> _Claim:
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


def _minutes(at: datetime, claim: _Claim) -> int | None:
    """Return by how many minutes an instant's clock in UTC is ahead of a clock time without zone; seconds may be missing there."""
    if claim.instant.wall is None:
        return None
    seconds = (at.replace(tzinfo=None) - claim.instant.wall).total_seconds()
    if claim.instant.wall.second and seconds % 60:
        return None
    return int(seconds // 60)


def _corrected(claim: _Claim, at: datetime, by: str) -> _Claim:
    instant = replace(claim.instant, at=at)
    return _Claim(instant, f"{claim.found_in}, zone corrected by {by}", claim.confidence * CONFIG.corrected)


def _in_zone_of_newsroom(claim: _Claim, reading: _Reading) -> _Claim:
    """Correct a time of modification as that of publication was; both come from one template."""
    if not claim.instant.claims_utc:
        return claim
    return _corrected(claim, claim.instant.at - reading.offset(claim.instant.at), "publication")


def _is_midnight(instant: Instant, reading: _Reading) -> bool:
    """Say whether a time is midnight, in the assumed zone or in UTC: then it is a day that a machine gave a clock."""
    return (
        instant.at.astimezone(reading.civil).time().replace(microsecond=0) == datetime.min.time()
        or instant.at.time() == datetime.min.time()
    )


def _day(instant: Instant, reading: _Reading) -> date:
    """Return the day of an instant where its readers live, which for a bare day is the day as written."""
    if instant.day_only and instant.wall is not None:
        return instant.wall.date()
    return instant.at.astimezone(reading.civil).date()


def _days(claims: list[_Claim], reading: _Reading) -> dict[date, list[_Claim]]:
    days: dict[date, list[_Claim]] = {}
    for claim in claims:
        days.setdefault(_day(claim.instant, reading), []).append(claim)
    return days


def _is_day_of(claim: _Claim, published: Dated, reading: _Reading) -> bool:
    return _day(claim.instant, reading) == published.at.astimezone(reading.civil).date()


def _same_day(one: Instant, other: Instant, zone: tzinfo) -> bool:
    """Say whether two instants fall on one day, in the zone assumed or in UTC."""
    return one.at.astimezone(zone).date() == other.at.astimezone(zone).date() or one.at.date() == other.at.date()


def _same_minute(one: Instant, other: Instant) -> bool:
    """Say whether two instants are one clock time read in two zones (zones differ by quarters of an hour)."""
    difference = abs(one.at - other.at)
    off_quarter = difference.total_seconds() % 900
    return difference <= CONFIG.max_zone_difference and min(off_quarter, 900 - off_quarter) <= 1


def _dated(claim: _Claim, reading: _Reading) -> Dated:
    """Make the record of a claim; a clock time is less sure when its zone had to be assumed."""
    confidence = claim.confidence
    if not claim.instant.zoned and not claim.instant.day_only:
        confidence *= CONFIG.assumed_utc if reading.zone is None else reading.zone_confidence
    return Dated(claim.instant.at, claim.found_in, round(confidence, 3), claim.instant.day_only)

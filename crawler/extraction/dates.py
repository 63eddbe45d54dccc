"""When a page was published and modified: collect what it claims, believe the best, let the rest make it more exact.

A claim is believed by where it stands. Then two corrections, each by another claim of the same page: one that names a day (or midnight)
takes the clock time of one that names the same day; one without a zone takes the zone of one that shows the same minute within 14 hours.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from htmldate import find_date
from lxml.html import HtmlElement

from crawler.extraction.instants import Instant, read_instant
from crawler.extraction.structured import Facts
from crawler.records import Dated, PageContext


@dataclass(frozen=True, slots=True)
class DateConfig:
    """Limits and weights of dates.

    A page cannot be older than the web; clocks and zones of publishers are wrong by a day or two at most, hence `slack`. The confidences
    are, rounded down to 0.05, the shares of 149 real pages on which a claim of that kind was right: to the minute where it has clock and
    zone (JSON-LD .96, article:published_time .93, microdata 1.0 of 15, other meta tags .94, `time` .84, uploadDate and dateCreated .72), to
    the day where it has none (URL 1.0 of 18; htmldate where nothing else spoke, 4 of 5, and held lower for being so few). The feed's was
    not measured. A clock time without a zone was right in UTC on 4 of 27 pages (`assumed_utc`); in the zone of the source or its country
    it is taken to be right mostly.
    """

    earliest: datetime = datetime(1990, 1, 1, tzinfo=UTC)
    slack: timedelta = timedelta(hours=48)
    max_zone_difference: timedelta = timedelta(hours=14)
    json_ld: float = 0.95
    meta: float = 0.9
    microdata: float = 0.9
    other_meta: float = 0.9
    created: float = 0.7
    time: float = 0.8
    feed: float = 0.7
    url: float = 0.9
    htmldate: float = 0.6
    assumed_zone: float = 0.8
    assumed_utc: float = 0.15


CONFIG = DateConfig()

# Countries of the region with one civil time, by their top-level domain (IANA time zone database, zone1970.tab).
_TLD_ZONES = {
    "ae": "Asia/Dubai", "bh": "Asia/Bahrain", "dz": "Africa/Algiers", "eg": "Africa/Cairo", "il": "Asia/Jerusalem", "iq": "Asia/Baghdad",
    "ir": "Asia/Tehran", "jo": "Asia/Amman", "kw": "Asia/Kuwait", "lb": "Asia/Beirut", "ly": "Africa/Tripoli", "ma": "Africa/Casablanca",
    "om": "Asia/Muscat", "ps": "Asia/Hebron", "qa": "Asia/Qatar", "sa": "Asia/Riyadh", "sd": "Africa/Khartoum", "sy": "Asia/Damascus",
    "tn": "Africa/Tunis", "tr": "Europe/Istanbul", "ye": "Asia/Aden",
}  # fmt: skip

_PUBLISHED_META = ("article:published_time", "og:article:published_time", "article:published", "og:published_time", "og:pubdate")
_OTHER_PUBLISHED_META = (
    "datepublished", "date", "pubdate", "publishdate", "publish-date", "publish_date", "pub_date", "published", "published_at",
    "published_time", "publication_date", "date_published", "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime", "dc.date.issued", "dcterms.issued", "dcterms.date", "dcterms.created", "dc.date", "dc.date.created",
    "dc:date",
    "dc:created", "article_date_original", "article.published", "article.created", "rnews:datepublished", "prism.publicationdate",
    "citation_publication_date", "datecreated", "date.created", "content:publishdate", "vr:published_time", "bt:pubdate",
    "originalpublicationdate", "creation_date", "created", "article:created_time", "displaydate", "release_date",
)  # fmt: skip
_MODIFIED_META = (
    "article:modified_time", "og:article:modified_time", "article:modified", "datemodified", "og:updated_time", "article_date_updated",
    "last-modified", "dcterms.modified", "dc.date.modified", "date.modified", "date.updated", "lastmod", "revised", "updated_time",
)  # fmt: skip
_TIME_PUBLISHED = re.compile(r"publi|pubdate|posted|entry-date|post-?date|article-?date|dateline|created|veröffentlicht|tarih")
_TIME_MODIFIED = re.compile(r"modif|updat|revis|changed|aktualis|güncel")
_TIME_ELSEWHERE = re.compile(r"comment|related|teaser|sidebar|widget|footer|most-|latest|recommend|promo|card|list-|ticker|expir|event")
_URL_DAY = re.compile(r"/((?:19|20)\d\d)[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=[/_.-]|$)")


@dataclass(frozen=True, slots=True)
class _Claim:
    """One reading of a date on the page."""

    instant: Instant
    found_in: str
    confidence: float


def publication(tree: HtmlElement, facts: Facts, url: str, context: PageContext, fetched_at: datetime) -> Dated | None:
    """Find when the page was first published.

    `url` is the final address, `context` may hold a time zone and the feed's date. None when nothing credible was found.
    """
    assumed = _zone(context, url)
    zone = assumed or UTC
    claims = [claim for claim in _published_claims(facts, url, zone, context) if _is_possible(claim.instant, fetched_at)]
    if not claims:
        claims = [claim for claim in _searched(tree, url, zone, fetched_at) if _is_possible(claim.instant, fetched_at)]
    return _dated(_refine(claims, zone), assumed) if claims else None


def modification(facts: Facts, url: str, context: PageContext, fetched_at: datetime, published: Dated | None) -> Dated | None:
    """Find when the page was last modified; a time before its publication contradicts itself and is dropped."""
    assumed = _zone(context, url)
    zone = assumed or UTC
    claims = [claim for claim in _modified_claims(facts, zone) if _is_possible(claim.instant, fetched_at)]
    if published is not None:
        earliest = published.at - (timedelta(days=1) if published.day_only else timedelta(0))
        claims = [claim for claim in claims if claim.instant.at >= earliest]
    return _dated(_refine(claims, zone), assumed) if claims else None


def _zone(context: PageContext, url: str) -> tzinfo | None:
    """Return the zone of dates that state none: the source's, else that of the country whose domain it is; None when that is open."""
    host = urlsplit(url).hostname or ""
    for name in (context.time_zone, _TLD_ZONES.get(host.rpartition(".")[2])):
        if name:
            try:
                return ZoneInfo(name)
            except (ZoneInfoNotFoundError, ValueError, OSError):  # a mistake in a source's file, or a system without zones
                continue
    return None


def _is_possible(instant: Instant, fetched_at: datetime) -> bool:
    """Say whether a page fetched then can bear that date."""
    return CONFIG.earliest <= instant.at <= fetched_at + CONFIG.slack


def _read(values: Iterable[object], found_in: str, confidence: float, zone: tzinfo) -> Iterator[_Claim]:
    """Read each value that is a date."""
    for value in values:
        if instant := read_instant(value, zone):
            yield _Claim(instant, found_in, confidence)


def _published_claims(facts: Facts, url: str, zone: tzinfo, context: PageContext) -> Iterator[_Claim]:
    """Give every claim of the publication date, the most credible first."""
    article = facts.article
    yield from _read([article.get("datePublished")], "json-ld", CONFIG.json_ld, zone)
    for name in _PUBLISHED_META:
        yield from _read(facts.meta.get(name, ()), "meta", CONFIG.meta, zone)
    yield from _read(facts.items.get("datepublished", ()), "microdata", CONFIG.microdata, zone)
    for name in _OTHER_PUBLISHED_META:
        yield from _read(facts.meta.get(name, ()), "meta", CONFIG.other_meta, zone)
    yield from _read([article.get("uploadDate"), article.get("dateCreated")], "json-ld", CONFIG.created, zone)
    marked = [time for time in facts.times if not _TIME_ELSEWHERE.search(time.marks) and not _TIME_MODIFIED.search(time.marks)]
    for time in (*(t for t in marked if _TIME_PUBLISHED.search(t.marks)), *marked[:1]):
        yield from _read([time.value or time.text], "time", CONFIG.time, zone)
    if context.candidate is not None and context.candidate.published_at is not None:
        yield _Claim(Instant(context.candidate.published_at.astimezone(UTC), day_only=False, zoned=True), "feed", CONFIG.feed)
    if day := _URL_DAY.search(url):
        yield from _read(["-".join(day.groups())], "url", CONFIG.url, zone)


def _modified_claims(facts: Facts, zone: tzinfo) -> Iterator[_Claim]:
    """Give every claim of the modification date, the most credible first."""
    yield from _read([facts.article.get("dateModified")], "json-ld", CONFIG.json_ld, zone)
    for name in _MODIFIED_META:
        yield from _read(facts.meta.get(name, ()), "meta", CONFIG.meta, zone)
    yield from _read(facts.items.get("datemodified", ()), "microdata", CONFIG.microdata, zone)
    for time in facts.times:
        if _TIME_MODIFIED.search(time.marks) and not _TIME_ELSEWHERE.search(time.marks):
            yield from _read([time.value], "time", CONFIG.time, zone)


def _searched(tree: HtmlElement, url: str, zone: tzinfo, fetched_at: datetime) -> Iterator[_Claim]:
    """Search the visible page for a day, the least sure of all; the extensive search would believe any date that stands there."""
    latest = (fetched_at + CONFIG.slack).strftime("%Y-%m-%d")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # dateutil's opinions on the zones of other people's pages
        try:
            found = find_date(tree, original_date=True, extensive_search=False, url=url, min_date="1990-01-01", max_date=latest)
        except (ValueError, TypeError, OverflowError, RecursionError):  # what it raises on odd pages; no date is a right answer
            found = None
    yield from _read([found], "htmldate", CONFIG.htmldate, zone)


def _refine(claims: list[_Claim], zone: tzinfo) -> _Claim:
    """Let the other claims make the most credible one more exact."""
    best = claims[0]
    local = best.instant.at.astimezone(zone)
    if best.instant.day_only or local.time().replace(microsecond=0) == datetime.min.time() or best.instant.at.time() == datetime.min.time():
        for other in claims[1:]:
            if not other.instant.day_only and _same_day(other.instant, best.instant, zone) and other.instant.at != best.instant.at:
                best = other
                break
    if not best.instant.zoned and not best.instant.day_only:
        for other in claims:
            if other.instant.zoned and _same_minute(other.instant, best.instant):
                return replace(best, instant=other.instant)
    return best


def _same_day(one: Instant, other: Instant, zone: tzinfo) -> bool:
    """Say whether two instants fall on one day, in the zone assumed or in UTC."""
    return one.at.astimezone(zone).date() == other.at.astimezone(zone).date() or one.at.date() == other.at.date()


def _same_minute(one: Instant, other: Instant) -> bool:
    """Say whether two instants are one clock time read in two zones (zones differ by quarters of an hour)."""
    difference = abs(one.at - other.at)
    off_quarter = difference.total_seconds() % 900
    return difference <= CONFIG.max_zone_difference and min(off_quarter, 900 - off_quarter) <= 1


def _dated(claim: _Claim, assumed: tzinfo | None) -> Dated:
    """Make the record of a claim; a clock time is less sure when its zone had to be assumed."""
    confidence = claim.confidence
    if not claim.instant.zoned and not claim.instant.day_only:
        confidence *= CONFIG.assumed_utc if assumed is None else CONFIG.assumed_zone
    return Dated(claim.instant.at, claim.found_in, round(confidence, 3), claim.instant.day_only)

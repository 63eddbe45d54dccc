"""Collect what a page claims of its dates: in JSON-LD, meta tags, microdata, times, its address, the feed that named it."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator
from datetime import UTC

from htmldate import find_date
from lxml.html import HtmlElement

from crawler.extraction.date_evidence import CONFIG, Claim, Reading
from crawler.extraction.structured import Facts
from crawler.records import PageContext
from crawler.written_dates.instants import Instant, read_instant

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
_TIME_ELSEWHERE = re.compile(
    r"comment|related|teaser|sidebar|widget|footer|most-|latest|recommend|promo|card|list-|listitem|list_item|ticker|expir|event"
)
_URL_DAY = re.compile(
    r"/(?:(?P<year>(?:19|20)\d\d)(?P<mark>[/_-])(?P<month>0?[1-9]|1[0-2])(?P=mark)(?P<day>0?[1-9]|[12]\d|3[01])"
    r"|(?P<joined>(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))"
    r"|(?P<named>(?:19|20)\d\d/[a-z]{3}/\d\d?))(?=[/_.-]|$)"
)


def by_bare_name(facts: Facts) -> dict[str, list[str]]:
    """Collect the meta tags by their names without points."""
    named: dict[str, list[str]] = {}
    for name, values in facts.meta.items():
        named.setdefault(name.translate(_NAME_POINTS), []).extend(values)
    return named


def published_claims(facts: Facts, named: dict[str, list[str]], url: str, reading: Reading, context: PageContext) -> Iterator[Claim]:
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
    if not marked:  # one in a teaser may yet be the article's own: the first, and when it says so
        yield from _read(
            [time.value or time.text for time in facts.times[:1] if _TIME_PUBLISHED.search(time.marks)],
            "time",
            CONFIG.time_elsewhere,
            reading,
        )
    if context.candidate is not None and context.candidate.published_at is not None:
        yield Claim(Instant(context.candidate.published_at.astimezone(UTC), day_only=False, zoned=True), "feed", CONFIG.feed)
    if day := _URL_DAY.search(url):
        written = f"{day['year']}-{day['month']}-{day['day']}" if day["year"] else day["joined"] or day["named"].replace("/", " ")
        yield from _read([written], "url", CONFIG.url, reading)


def modified_claims(facts: Facts, named: dict[str, list[str]], reading: Reading) -> Iterator[Claim]:
    """Give every claim of the modification date, the most credible first."""
    yield from _read([facts.article.get("dateModified")], "json-ld", CONFIG.json_ld, reading)
    for name in _MODIFIED_META:
        yield from _read(named.get(name, ()), "meta", CONFIG.meta, reading)
    yield from _read(facts.items.get("datemodified", ()), "microdata", CONFIG.microdata, reading)
    for time in facts.times:
        if _TIME_MODIFIED.search(time.marks) and not _TIME_ELSEWHERE.search(time.marks):
            yield from _read([time.value or time.text], "time", CONFIG.time, reading)


def searched_claims(tree: HtmlElement, url: str, reading: Reading) -> Iterator[Claim]:
    """Search the visible page for a day, the least sure of all; the extensive search would believe any date that stands there."""
    latest = (reading.fetched_at + CONFIG.slack).strftime("%Y-%m-%d")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # dateutil's opinions on the zones of other people's pages
        try:
            found = find_date(tree, original_date=True, extensive_search=False, url=url, min_date="1990-01-01", max_date=latest)
        except (ValueError, TypeError, OverflowError, RecursionError):  # what it raises on odd pages; no date is a right answer
            found = None
    yield from _read([found], "htmldate", CONFIG.htmldate, reading)


def _read(values: Iterable[object], found_in: str, confidence: float, reading: Reading) -> Iterator[Claim]:
    """Read each value that is a date."""
    for value in values:
        if value is None or value == "":
            continue
        if instant := read_instant(value, reading.zone, language=reading.language):
            yield Claim(instant, found_in, confidence * (CONFIG.lunar if instant.calendar == "hijri" else 1.0))

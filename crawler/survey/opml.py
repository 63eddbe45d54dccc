"""Read and write OPML, the lists of subscriptions that feed readers exchange. Pure.

Source: OPML 1.0 and 2.0 specifications, 'Subscription lists'. What OPML has no attribute for stands in our own namespace, as section
'Extending OPML' has it, so that a list that was written here comes back as the same sources.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from itertools import groupby
from urllib.parse import urlsplit

from lxml import etree

from crawler.catalog import Feed, Source, SourceKind
from crawler.discovery.markup import language_code, local_name, parse_xml, unpacked, web_link
from crawler.errors import FeedError
from crawler.extraction.decode import decode
from crawler.survey.drafting import Given, draft_from_list
from crawler.survey.source_files import Addresses, identity
from crawler.survey.territories import territory_name, territory_named
from crawler.urls import UrlError, host_of

NAMESPACE = "urn:dragoman:opml"
MAX_OUTLINES = 20_000
# Services that keep the feeds of many publishers under their own name: their host tells no site.
_FEED_HOSTS = frozenset(
    {"feeds.feedburner.com", "feeds2.feedburner.com", "feedproxy.google.com", "rss.app", "rsshub.app", "news.google.com"}
)
_ROOT = re.compile(r"<opml[\s>]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Subscription:
    """One feed of a list. `folders` are the outlines above it, outermost first; `source_id`, `kind` and `time_zone` are our own."""

    feed: str
    name: str
    homepage: str | None = None
    language: str | None = None
    folders: tuple[str, ...] = ()
    country: str | None = None
    source_id: str | None = None
    kind: SourceKind | None = None
    time_zone: str | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """An entry that gave no source, and why."""

    entry: str
    reason: str


def read_opml(body: bytes) -> tuple[list[Subscription], list[Skipped]]:
    """Read a list of subscriptions.

    Args: the bytes of the file, at most 10 MiB. Its document type, and with it any entity of its own, is not looked at.
    Returns: its feeds in their order, and the entries that are none.
    Raises: FeedError when it is not OPML.
    """
    text = decode(unpacked(body), "").text
    start = _ROOT.search(text[:100_000])
    if start is None:
        raise FeedError("not OPML: there is no <opml> in it")
    root, forgiven, _ = parse_xml(text[start.start() :].encode("utf-8", "replace"), "text/xml; charset=utf-8")
    subscriptions: list[Subscription] = []
    skipped: list[Skipped] = []
    for number, (outline, folders) in enumerate(_outlines(root), start=1):
        if number > MAX_OUTLINES:
            skipped.append(Skipped(f"entry {number} and what follows", f"more than {MAX_OUTLINES:,} entries"))
            break
        address = _attribute(outline, "xmlUrl")
        name = _attribute(outline, "title") or _attribute(outline, "text")
        if not address:
            if not len(outline):
                skipped.append(Skipped(name or f"entry {number}", "it names no feed"))
            continue
        feed = web_link("", address)
        if feed is None:
            skipped.append(Skipped(name or f"entry {number}", f"{address:.100} is not an http(s) address"))
            continue
        subscriptions.append(_subscription(outline, feed, name, folders))
    if forgiven:
        skipped.append(Skipped("the file", "its XML is broken; what could not be read is missing"))
    return subscriptions, skipped


def _outlines(root: etree._Element) -> Iterator[tuple[etree._Element, tuple[str, ...]]]:
    """Yield the outlines with the names of those above them; lxml refuses nesting that is deeper than 256."""
    for element in root.iter():
        if local_name(element) == "outline":
            above = [parent for parent in element.iterancestors() if local_name(parent) == "outline"]
            yield element, tuple(_attribute(parent, "text") or _attribute(parent, "title") for parent in reversed(above))


def _attribute(element: etree._Element, name: str) -> str:
    """Return an attribute whatever the case of its name, in which programs differ."""
    value = next((str(value) for key, value in element.attrib.items() if str(key).lower() == name.lower()), "")
    return " ".join(value.split())


def _subscription(outline: etree._Element, feed: str, name: str, folders: tuple[str, ...]) -> Subscription:
    kind = _attribute(outline, f"{{{NAMESPACE}}}kind")
    home = web_link("", _attribute(outline, "htmlUrl"))
    categories = [part for path in _attribute(outline, "category").split(",") for part in path.split("/") if part.strip()]
    return Subscription(
        feed=feed,
        name=name or host_of_or_text(home or feed),
        homepage=home,
        language=language_code(_attribute(outline, "language")),
        folders=folders,
        country=next(filter(None, map(territory_named, [*categories, *reversed(folders)])), None),
        source_id=_attribute(outline, f"{{{NAMESPACE}}}source") or None,
        kind=next((known for known in SourceKind if known == kind), None),
        time_zone=_attribute(outline, f"{{{NAMESPACE}}}timeZone") or None,
    )


def host_of_or_text(url: str) -> str:
    """Return the host of an address without `www.`, or the text itself."""
    try:
        return host_of(url).removeprefix("www.")
    except UrlError:
        return url


@dataclass(slots=True)
class _Group:
    """The feeds of one site."""

    key: str
    subscriptions: list[Subscription] = field(default_factory=list)


def grouped(subscriptions: Iterable[Subscription]) -> list[list[Subscription]]:
    """Put the feeds of one site together, in the order in which the sites come: by our own mark, else by the host of its pages."""
    groups: dict[str, _Group] = {}
    for subscription in subscriptions:
        key = _site(subscription)
        groups.setdefault(key, _Group(key)).subscriptions.append(subscription)
    return [group.subscriptions for group in groups.values()]


def _site(subscription: Subscription) -> str:
    if subscription.source_id:
        return f"id {subscription.source_id}"
    if subscription.homepage:
        return host_of_or_text(subscription.homepage)
    host = host_of_or_text(subscription.feed)
    return subscription.feed if host in _FEED_HOSTS else host


def sources_of(
    subscriptions: Sequence[Subscription], known: Addresses, taken: Iterable[str], given: Given, now: datetime
) -> tuple[list[Source], list[Skipped]]:
    """Make sources of subscriptions.

    Args: the feeds of a list; what the catalog has already; the ids that are taken; what the user said, for what the list does not say;
    the present.
    Returns: one source a site, and the feeds that were left out with the reason.
    """
    ids = set(taken)
    sources: list[Source] = []
    skipped: list[Skipped] = []
    seen: set[str] = set()
    fresh: list[Subscription] = []
    for subscription in subscriptions:
        reason = _known_reason(subscription, known, seen)
        if reason:
            skipped.append(Skipped(subscription.feed, reason))
        else:
            seen.add(identity(subscription.feed))
            fresh.append(subscription)
    for group in grouped(fresh):
        try:
            source = _source_of(group, given, ids, now)
        except ValueError as error:  # pydantic's is one
            skipped += [Skipped(entry.feed, f"it makes no source: {' '.join(str(error).split()):.200}") for entry in group]
            continue
        ids.add(source.id)
        sources.append(source)
    return sources, skipped


def _known_reason(subscription: Subscription, known: Addresses, seen: set[str]) -> str:
    owner = known.of_channel(subscription.feed)
    if owner:
        return f"the catalog has this feed, in {owner}"
    owner = known.of_home(subscription.homepage) if subscription.homepage else None
    if owner:
        return f"the catalog has this site, as {owner}; add the feed there"
    return "it stands in the list twice" if identity(subscription.feed) in seen else ""


def _source_of(group: Sequence[Subscription], given: Given, taken: set[str], now: datetime) -> Source:
    first = group[0]
    parts = urlsplit(first.feed)
    elsewhere = host_of_or_text(first.feed) in _FEED_HOSTS
    # without a home page, that of a feed's host would make strangers one site
    homepage = first.homepage or (first.feed if elsewhere else f"{parts.scheme}://{parts.netloc}/")
    own = Given(
        id=first.source_id or (first.name if elsewhere and not first.homepage else None),
        country=given.country or next((entry.country for entry in group if entry.country), None),
        languages=given.languages,
        kind=given.kind or first.kind,
        time_zone=given.time_zone or first.time_zone,
    )
    name = first.name if len(group) == 1 or first.source_id else _common_name(group)
    feeds = [Feed(url=entry.feed, language=entry.language) for entry in group]
    return draft_from_list(homepage, name, feeds, own, taken, now)


def _common_name(group: Sequence[Subscription]) -> str:
    """Return what the names of a site's feeds begin with ('Tigris Post' of 'Tigris Post - Politics' and 'Tigris Post - Sport')."""
    words = [re.split(r"\s+[-–—|:»]\s+", entry.name)[0] for entry in group]
    return words[0] if len(set(words)) == 1 else host_of_or_text(group[0].homepage or group[0].feed)


def write_opml(sources: Iterable[Source], now: datetime) -> bytes:
    """Write the feeds of sources as OPML 2.0, grouped by country; a source's other channels have no place in it."""
    root = etree.Element("opml", {"version": "2.0"}, nsmap={"dragoman": NAMESPACE})
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = "News sources"
    etree.SubElement(head, "dateCreated").text = format_datetime(now)
    body = etree.SubElement(root, "body")
    ranked = sorted((source for source in sources if source.feeds), key=lambda source: (source.country == "XX", source.country, source.id))
    for country, group in groupby(ranked, key=lambda source: source.country):
        folder = etree.SubElement(body, "outline", {"text": territory_name(country), "title": territory_name(country)})
        for source in group:
            for feed in source.feeds:
                etree.SubElement(folder, "outline", _attributes(source, feed))
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True))


def _attributes(source: Source, feed: Feed) -> dict[str, str]:
    return {
        "type": "rss",
        "text": source.name,
        "title": source.name,
        "xmlUrl": feed.url,
        "htmlUrl": source.homepage,
        "language": feed.language or source.languages[0],
        "category": f"/{source.country}",
        f"{{{NAMESPACE}}}source": source.id,
        f"{{{NAMESPACE}}}kind": source.kind.value,
        f"{{{NAMESPACE}}}timeZone": source.time_zone,
    }

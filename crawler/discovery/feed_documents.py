"""Take feeds apart: bytes to the items of RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0, and JSON Feed, as they stand there.

lxml reads first, because it is fast and loses one item where others lose the feed. feedparser, slower and fooled by other things, is asked
only when lxml had something to forgive and found fewer items than the text seems to hold.

Source: RSS 2.0 specification, RSS 1.0, RFC 4287 (Atom), JSON Feed 1.1.
"""

from __future__ import annotations

import html
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import feedparser
from lxml import etree

from crawler.discovery import CONFIG, DiscoveryConfig
from crawler.discovery.feed_schedule import RawSchedule
from crawler.discovery.markup import XML_NAMESPACE, base_of, local_name, parse_xml, text_of, unpacked
from crawler.discovery.scraps import scrap_of
from crawler.errors import FeedError
from crawler.extraction.decode import decode

# Names of the same thing in different vocabularies. A namespace that is not here belongs to something else: media:title is a caption.
_NAMESPACES = {
    "http://www.w3.org/2005/Atom": "atom",
    "http://purl.org/atom/ns#": "atom",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/rss/1.0/modules/syndication/": "sy",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "http://www.w3.org/1999/xhtml": "xhtml",
}
_TITLES = ("title", "dc:title", "atom:title")
_PUBLISHED = ("pubdate", "published", "issued", "dc:date", "dcterms:issued", "dcterms:created", "created", "date", "atom:published")
_UPDATED = ("updated", "modified", "dcterms:modified", "atom:updated", "lastbuilddate")
_CONTENTS = ("content:encoded", "content", "atom:content", "xhtml:body", "body", "fullitem")
_SUMMARIES = ("description", "summary", "atom:summary", "dc:description", *_CONTENTS)
_SCRAPS = frozenset({*_TITLES, *_SUMMARIES})
_LANGUAGES = ("language", "dc:language")
_SCHEDULE = {"ttl": "ttl", "sy:updateperiod": "period", "sy:updatefrequency": "frequency"}
_MAX_SKIPS = 50  # a day has 24 hours
_FALLBACK_BYTES = 1024 * 1024  # feedparser needs a second for this much; 10 MiB would cost it the worker's deadline
_FALLBACK_ITEMS = 2_000


@dataclass(slots=True)
class RawItem:
    """One item as it stands in the feed: for each field what is believed first; `summary`, `content` and `title` are scraps of HTML."""

    links: list[str] = field(default_factory=list)
    base: str = ""
    title: str = ""
    published: str = ""
    updated: str = ""
    summary: str = ""
    content: str = ""
    language: str | None = None


@dataclass(slots=True)
class RawFeed:
    """One feed taken apart: its kind, title and language, its items, how many broken XML hides, and its wishes."""

    kind: str
    head: dict[str, str]
    items: Iterable[RawItem]
    lost: int = 0
    schedule: RawSchedule = field(default_factory=RawSchedule)


def read_document(body: bytes, content_type: str, url: str, config: DiscoveryConfig = CONFIG) -> RawFeed:
    """Take a feed apart.

    Args: its bytes, gzipped or not; the Content-Type header; the address that answered; limits.
    Raises: FeedError when the bytes are not a feed as a whole.
    """
    body = unpacked(body, config)
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return _read_json(body, content_type, url)
    return _read_xml(body, content_type, url, config)


def _read_xml(body: bytes, content_type: str, url: str, config: DiscoveryConfig) -> RawFeed:
    root, forgiven, text = parse_xml(body, content_type, config)
    kind = {"rss": "rss", "rdf": "rdf", "feed": "atom"}.get(local_name(root))
    if kind is None:
        what = {"urlset": "a sitemap", "sitemapindex": "a sitemap index"}.get(local_name(root), "other XML")
        raise FeedError(f"{what}, not a feed")
    found = [element for element in root.iter() if local_name(element) in {"item", "entry"}]
    head, schedule = _head_of(root)
    seeming = _count_items(text) if forgiven else len(found)
    if seeming > len(found):
        entries = _by_feedparser(text, url, seeming)
        if len(entries) > len(found):
            return RawFeed(kind, head, entries, seeming - len(entries), schedule)
    return RawFeed(kind, head, (_read_item(element, url) for element in found), seeming - len(found), schedule)


def _count_items(text: str) -> int:
    low = text.lower()
    return sum(low.count(tag) for tag in ("<item>", "<item ", "<entry>", "<entry "))


def _head_of(root: etree._Element) -> tuple[dict[str, str], RawSchedule]:
    """Return title, language and schedule of the feed itself."""
    head: dict[str, str] = {}
    schedule = RawSchedule()
    places = [root, *(child for child in root if local_name(child) == "channel")]
    for place in places:
        if label := place.get(f"{XML_NAMESPACE}lang"):
            head.setdefault("language", label)
        for child in place:
            name = _name(child, place)
            if name in {"title", "dc:title", "language", "dc:language"} and (text := scrap_of(child).strip()):
                head.setdefault(name.removeprefix("dc:"), text)
            elif name in _SCHEDULE:
                setattr(schedule, _SCHEDULE[name], getattr(schedule, _SCHEDULE[name]) or child.text or "")
            elif name in {"skiphours", "skipdays"}:
                texts = schedule.hours if name == "skiphours" else schedule.days
                texts += [inner.text or "" for inner in islice(child, _MAX_SKIPS) if local_name(inner) in {"hour", "day"}]
    return head, schedule


def _name(element: etree._Element, parent: etree._Element) -> str:
    """Return a field's name: bare in its parent's own vocabulary, with a prefix in a known one, '' in any other."""
    namespace, _, local = str(element.tag).rpartition("}")
    own = str(parent.tag).rpartition("}")[0]
    if not namespace or namespace == own:
        return local.lower()  # of an undeclared prefix, lxml leaves 'dc:date' as the whole name
    prefix = _NAMESPACES.get(namespace[1:])
    return f"{prefix}:{local.lower()}" if prefix else ""


def _read_item(element: etree._Element, url: str) -> RawItem:
    """Gather what one <item> or <entry> says."""
    fields: dict[str, str] = {}
    raw = RawItem(base=base_of(element, url), language=element.get(f"{XML_NAMESPACE}lang"))
    pages: list[str] = []
    others: list[str] = []
    languages: dict[str, str] = {}
    for child in element:
        name = _name(child, element)
        if label := child.get(f"{XML_NAMESPACE}lang"):
            languages.setdefault(name, label)
        if name in {"link", "atom:link"} and child.get("href"):
            if (child.get("rel") or "alternate").lower() in {"alternate", "http://www.iana.org/assignments/relation/alternate"}:
                (pages if "html" in (child.get("type") or "html") else others).append(child.get("href", ""))
        elif name == "guid":
            permanent = (child.get("isPermaLink") or child.get("ispermalink") or "").lower()
            if permanent != "false":
                fields.setdefault("permalink" if permanent else "guid", text_of(child))
        elif name == "content" and child.get("src"):
            fields.setdefault("src", child.get("src", ""))
        elif name:
            fields.setdefault(name, scrap_of(child) if name in _SCRAPS else text_of(child))
    about = element.get("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about", "")
    ids = [
        fields.get("permalink", ""),
        *(text for key in ("guid", "id") if (text := fields.get(key, "").strip()).startswith(("http://", "https://"))),
    ]
    raw.links = [fields.get("feedburner:origlink", ""), fields.get("link", ""), *pages, *ids, *others, fields.get("src", ""), about]
    raw.title = _first(fields, _TITLES)
    raw.published = _first(fields, _PUBLISHED)
    raw.updated = _first(fields, _UPDATED)
    raw.summary = _first(fields, _SUMMARIES)
    raw.content = _first(fields, _CONTENTS)
    raw.language = _first(fields, _LANGUAGES) or raw.language or _first(languages, (*_TITLES, *_CONTENTS, *_SUMMARIES))
    return raw


def _first(fields: Mapping[str, str], names: Iterable[str]) -> str:
    return next((text for name in names if (text := fields.get(name, "")).strip()), "")


def _by_feedparser(text: str, url: str, seeming: int) -> list[RawItem]:
    """Ask feedparser for the items; none when the feed is too large for it or it fails, and lxml's stand."""
    data = text.encode("utf-8", "replace")
    if len(data) > _FALLBACK_BYTES or seeming > _FALLBACK_ITEMS:
        return []
    try:
        # a stream, because a string may name a file or an address, which feedparser would open
        parsed = feedparser.parse(
            io.BytesIO(data), response_headers={"content-type": "text/xml; charset=utf-8"}, sanitize_html=False, resolve_relative_uris=False
        )
        return [_from_entry(entry, url) for entry in parsed.entries]
    except Exception:  # noqa: BLE001 - on fuzzed feeds it raised whatever there is; it is the second opinion only
        return []


def _from_entry(entry: Mapping[str, Any], url: str) -> RawItem:
    ids = [text for text in [str(entry.get("id", ""))] if text.startswith(("http://", "https://"))]
    contents = entry.get("content") or [{}]
    return RawItem(
        links=[str(entry.get("feedburner_origlink", "")), str(entry.get("link", "")), *ids],
        base=url,
        title=str(entry.get("title", "")),
        published=str(entry.get("published", "")),
        updated=str(entry.get("updated", "")) if "updated" in entry.keys() else "",  # noqa: SIM118 - its 'in' and get() fall back to published
        summary=str(entry.get("summary", "")),
        content=str(contents[0].get("value", "")),
    )


def _read_json(body: bytes, content_type: str, url: str) -> RawFeed:
    """Read a JSON Feed.

    Source: JSON Feed 1.1, https://www.jsonfeed.org/version/1.1/
    """
    try:
        data = json.loads(decode(body, content_type).text)
    except (ValueError, RecursionError) as error:
        raise FeedError("neither XML nor JSON") from error
    if not isinstance(data, dict) or not isinstance(data.get("items"), list) or "jsonfeed" not in str(data.get("version", "")):
        raise FeedError("JSON, but not a JSON Feed")
    head = {name: text for name in ("title", "language") if isinstance(text := data.get(name), str)}
    return RawFeed("json", head, (_from_json(item, url) for item in data["items"] if isinstance(item, dict)))


def _from_json(item: Mapping[str, Any], url: str) -> RawItem:
    def text(name: str) -> str:
        value = item.get(name)
        return value if isinstance(value, str) else ""

    content = text("content_html") or html.escape(text("content_text"), quote=False)
    return RawItem(
        links=[text("url"), identity if (identity := text("id")).startswith("http") else "", text("external_url")],
        base=url,
        title=text("title"),
        published=text("date_published"),
        updated=text("date_modified"),
        summary=text("summary") or html.escape(text("content_text"), quote=False) or content,
        content=content,
        language=text("language"),
    )

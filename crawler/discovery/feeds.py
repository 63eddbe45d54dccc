"""Read RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0, and JSON Feed: bytes in, candidates out.

lxml reads first, because it is fast and loses one item where others lose the feed. feedparser, slower and fooled by other things, is asked
only when lxml had something to forgive and found fewer items than the text seems to hold.

Source: RSS 2.0 specification, RSS 1.0, RFC 4287 (Atom), JSON Feed 1.1.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import urldefrag

import feedparser
from lxml import etree

from crawler.discovery import CONFIG, DiscoveryConfig, FeedItem, ParsedFeed, Remarks
from crawler.discovery.feed_dates import read_date
from crawler.discovery.markup import (
    XML_NAMESPACE,
    base_of,
    inner_text,
    language_code,
    local_name,
    parse_xml,
    plain_text,
    unpacked,
    web_link,
)
from crawler.errors import FeedError
from crawler.extraction.decode import decode
from crawler.records import Candidate

# Names of the same thing in different vocabularies. A namespace that is not here belongs to something else: media:title is a caption.
_NAMESPACES = {
    "http://www.w3.org/2005/Atom": "atom",
    "http://purl.org/atom/ns#": "atom",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
}
_PUBLISHED = ("pubdate", "published", "issued", "dc:date", "dcterms:issued", "dcterms:created", "created", "date", "atom:published")
_UPDATED = ("updated", "modified", "dcterms:modified", "atom:updated", "lastbuilddate")
_SUMMARIES = ("description", "summary", "content:encoded", "content", "atom:summary")
_LANGUAGES = ("language", "dc:language")
_FALLBACK_BYTES = 1024 * 1024  # feedparser needs a second for this much; 10 MiB would cost it the worker's deadline
_FALLBACK_ITEMS = 2_000

T = TypeVar("T")


@dataclass(slots=True)
class _Raw:
    """One item as it stands in the feed: candidates for each field in the order of belief."""

    links: list[str] = field(default_factory=list)
    base: str = ""
    title: str = ""
    published: str = ""
    updated: str = ""
    summary: str = ""
    language: str | None = None


def parse_feed(
    body: bytes,
    url: str,
    content_type: str = "",
    now: datetime | None = None,
    time_zone: str | None = None,
    config: DiscoveryConfig = CONFIG,
) -> ParsedFeed:
    """Read a feed.

    Args: its bytes; the address that answered, to which relative links belong; the Content-Type header; the present (aware; the clock's for
    None); the IANA zone of dates that name none; limits.
    Returns: what it names, in its own order; of more than `max_items`, the newest.
    Raises: FeedError when the bytes are not a feed as a whole.
    """
    now = now or datetime.now(UTC)
    body = unpacked(body, config)
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        kind, head, raws, lost = _read_json(body, content_type, url)
    else:
        kind, head, raws, lost = _read_xml(body, content_type, url, config)
    builder = _Builder(url, now, time_zone, language_code(head.get("language")), config)
    items = builder.build(raws)
    if lost > 0:
        builder.remarks.add(f"about {lost} items that broken XML hides")
    title = plain_text(head.get("title", ""), config.max_title_characters)
    return ParsedFeed(kind, title, builder.language, items, builder.remarks.all())


def _read_xml(body: bytes, content_type: str, url: str, config: DiscoveryConfig) -> tuple[str, dict[str, str], Iterable[_Raw], int]:
    root, forgiven, text = parse_xml(body, content_type, config)
    kind = {"rss": "rss", "rdf": "rdf", "feed": "atom"}.get(local_name(root))
    if kind is None:
        what = {"urlset": "a sitemap", "sitemapindex": "a sitemap index"}.get(local_name(root), "other XML")
        raise FeedError(f"{what}, not a feed")
    found = [element for element in root.iter() if local_name(element) in {"item", "entry"}]
    head = _head_of(root)
    seeming = _count_items(text) if forgiven else len(found)
    if seeming > len(found):
        entries = _by_feedparser(text, url, seeming)
        if len(entries) > len(found):
            return kind, head, entries, seeming - len(entries)
    return kind, head, (_read_item(element, url) for element in found), seeming - len(found)


def _count_items(text: str) -> int:
    low = text.lower()
    return sum(low.count(tag) for tag in ("<item>", "<item ", "<entry>", "<entry "))


def _head_of(root: etree._Element) -> dict[str, str]:
    """Return title and language of the feed itself."""
    head: dict[str, str] = {}
    places = [root, *(child for child in root if local_name(child) == "channel")]
    for place in places:
        if label := place.get(f"{XML_NAMESPACE}lang"):
            head.setdefault("language", label)
        for child in place:
            name = _name(child, place)
            if name in {"title", "language", "dc:language"} and (text := inner_text(child).strip()):
                head.setdefault(name.removeprefix("dc:"), text)
    return head


def _name(element: etree._Element, parent: etree._Element) -> str:
    """Return a field's name: bare in its parent's own vocabulary, with a prefix in a known one, '' in any other."""
    namespace, _, local = str(element.tag).rpartition("}")
    own = str(parent.tag).rpartition("}")[0]
    if not namespace or namespace == own:
        return local.lower()  # of an undeclared prefix, lxml leaves 'dc:date' as the whole name
    prefix = _NAMESPACES.get(namespace[1:])
    return f"{prefix}:{local.lower()}" if prefix else ""


def _read_item(element: etree._Element, url: str) -> _Raw:
    """Gather what one <item> or <entry> says."""
    fields: dict[str, str] = {}
    raw = _Raw(base=base_of(element, url), language=element.get(f"{XML_NAMESPACE}lang"))
    pages: list[str] = []
    others: list[str] = []
    for child in element:
        name = _name(child, element)
        if name in {"link", "atom:link"} and child.get("href"):
            if (child.get("rel") or "alternate").lower() in {"alternate", "http://www.iana.org/assignments/relation/alternate"}:
                (pages if "html" in (child.get("type") or "html") else others).append(child.get("href", ""))
        elif name == "guid":
            if (child.get("isPermaLink") or child.get("ispermalink") or "true").lower() != "false":
                fields.setdefault("guid", inner_text(child))
        elif name == "content" and child.get("src"):
            fields.setdefault("src", child.get("src", ""))
        elif name:
            fields.setdefault(name, inner_text(child))
    about = element.get("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about", "")
    ids = [text for key in ("guid", "id") if (text := fields.get(key, "").strip()).startswith(("http://", "https://"))]
    raw.links = [fields.get("feedburner:origlink", ""), fields.get("link", ""), *pages, *ids, *others, fields.get("src", ""), about]
    raw.title = _first(fields, ("title", "dc:title", "atom:title"))
    raw.published = _first(fields, _PUBLISHED)
    raw.updated = _first(fields, _UPDATED)
    raw.summary = _first(fields, _SUMMARIES)
    raw.language = _first(fields, _LANGUAGES) or raw.language
    return raw


def _first(fields: Mapping[str, str], names: Iterable[str]) -> str:
    return next((text for name in names if (text := fields.get(name, "")).strip()), "")


def _by_feedparser(text: str, url: str, seeming: int) -> list[_Raw]:
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


def _from_entry(entry: Mapping[str, Any], url: str) -> _Raw:
    ids = [text for text in [str(entry.get("id", ""))] if text.startswith(("http://", "https://"))]
    return _Raw(
        links=[str(entry.get("feedburner_origlink", "")), str(entry.get("link", "")), *ids],
        base=url,
        title=str(entry.get("title", "")),
        published=str(entry.get("published", "")),
        updated=str(entry.get("updated", "")) if "updated" in entry.keys() else "",  # noqa: SIM118 - its 'in' and get() fall back to published
        summary=str(entry.get("summary", "")),
    )


def _read_json(body: bytes, content_type: str, url: str) -> tuple[str, dict[str, str], Iterable[_Raw], int]:
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
    return "json", head, (_from_json(item, url) for item in data["items"] if isinstance(item, dict)), 0


def _from_json(item: Mapping[str, Any], url: str) -> _Raw:
    def text(name: str) -> str:
        value = item.get(name)
        return value if isinstance(value, str) else ""

    return _Raw(
        links=[text("url"), identity if (identity := text("id")).startswith("http") else "", text("external_url")],
        base=url,
        title=text("title"),
        published=text("date_published"),
        updated=text("date_modified"),
        summary=text("summary") or text("content_text") or text("content_html"),
        language=text("language"),
    )


class _Builder:
    """Make records of raw items: checked, cleaned, each address once, the newest of too many."""

    def __init__(self, url: str, now: datetime, time_zone: str | None, language: str | None, config: DiscoveryConfig) -> None:
        self.url, self.now, self.time_zone, self.language, self.config = url, now, time_zone, language, config
        self.remarks = Remarks(config.max_skipped)

    def build(self, raws: Iterable[_Raw]) -> tuple[FeedItem, ...]:
        dated = [(raw, self._dates(number, raw)) for number, raw in self._examined(raws)]
        chosen = newest(dated, lambda pair: pair[1][0] or pair[1][1], self.config.max_items)
        if len(chosen) < len(dated):
            self.remarks.add(f"the oldest {len(dated) - len(chosen)} of {len(dated)} items")
        return tuple(self._item(raw, published, updated) for raw, (published, updated) in chosen)

    def _examined(self, raws: Iterable[_Raw]) -> Iterator[tuple[int, _Raw]]:
        """Give the items that lead somewhere, each address once; the link that was chosen is the first of `links` afterwards."""
        seen: set[str] = set()
        for number, raw in enumerate(raws, start=1):
            if number > self.config.max_examined:
                self.remarks.add(f"everything after item {self.config.max_examined}")
                return
            link = next((link for text in raw.links if text and (link := web_link(raw.base, text))), None)
            if link is None:
                self.remarks.add(f"item {number}: no link to a page")
            elif (plain := urldefrag(link).url) in seen:
                self.remarks.add(f"item {number}: the same address again")
            else:
                seen.add(plain)
                raw.links = [link]
                yield number, raw

    def _dates(self, number: int, raw: _Raw) -> tuple[datetime | None, datetime | None]:
        found: list[datetime | None] = []
        for text in (raw.published, raw.updated):
            at, reason = read_date(text, self.now, time_zone=self.time_zone, config=self.config)
            if reason:
                self.remarks.add(f"item {number}: {reason}")
            found.append(at)
        return found[0], found[1]

    def _item(self, raw: _Raw, published: datetime | None, updated: datetime | None) -> FeedItem:
        candidate = Candidate(
            url=raw.links[0],
            found_in=self.url,
            title=plain_text(raw.title, self.config.max_title_characters),
            published_at=published,
            language=language_code(raw.language) or self.language,
            summary=plain_text(raw.summary, self.config.max_summary_characters),
        )
        return FeedItem(candidate, updated)


def newest(values: list[T], when: Callable[[T], datetime | None], limit: int) -> list[T]:
    """Keep the newest `limit` values in their own order; one without a date is as old as the one before it, the first are new."""
    if len(values) <= limit:
        return values
    last = datetime.max.replace(tzinfo=UTC)
    keys: list[datetime] = []
    for value in values:
        last = when(value) or last
        keys.append(last)
    order = sorted(range(len(values)), key=lambda index: keys[index], reverse=True)
    return [values[index] for index in sorted(order[:limit])]

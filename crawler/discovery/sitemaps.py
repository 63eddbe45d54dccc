"""Read sitemaps: plain ones, Google News ones, indexes of others, gzipped or not, and lists of addresses in plain text.

Other language editions that an entry names with `xhtml:link` are entries of their own; what is said of its images and videos is not read.

Source: sitemaps.org protocol 0.9; Google's news sitemap extension 0.9; Google on localized versions of pages.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from urllib.parse import urldefrag

from lxml import etree

from crawler.discovery import CONFIG, Alternate, ChildSitemap, DiscoveryConfig, FeedItem, ParsedSitemap, Remarks
from crawler.discovery.alternates import chosen_alternates
from crawler.discovery.feed_dates import as_written, read_date
from crawler.discovery.feeds import newest
from crawler.discovery.markup import language_code, local_name, parse_xml, text_of, unpacked, web_link
from crawler.discovery.scraps import plain_text
from crawler.errors import FeedError
from crawler.extraction.decode import decode
from crawler.records import Candidate

_MAX_CHILDREN = 500  # looked at for other editions; an entry has up to a thousand images


def parse_sitemap(
    body: bytes,
    url: str,
    content_type: str = "",
    now: datetime | None = None,
    time_zone: str | None = None,
    config: DiscoveryConfig = CONFIG,
) -> ParsedSitemap:
    """Read a sitemap.

    Args: its bytes, gzipped or not; the address that answered; the Content-Type header; the present (aware; the clock's for None); the IANA
    zone of dates that name none; limits.
    Returns: the pages it names with date, title and language where it is a news sitemap, the sitemaps it names where it is an index; in its
    own order, of more than `max_items` the newest.
    Raises: FeedError when the bytes are not a sitemap as a whole.
    """
    reader = _Reader(url, now or datetime.now(UTC), time_zone, config)
    body = unpacked(body, config)
    if not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"\xff\xfe", b"\xfe\xff")):
        return reader.text(decode(body, content_type).text)
    root, forgiven, text = parse_xml(body, content_type, config)
    if forgiven:
        reader.count_hidden(root, text.lower())
    match local_name(root):
        case "urlset":
            return reader.urlset(root)
        case "sitemapindex":
            return reader.index(root)
        case "rss" | "rdf" | "feed":
            raise FeedError("a feed, not a sitemap")
    raise FeedError("other XML, not a sitemap")


class _Reader:
    """What all kinds have in common: links that are checked, dates that are read, remarks that are kept."""

    def __init__(self, url: str, now: datetime, time_zone: str | None, config: DiscoveryConfig) -> None:
        self.url, self.now, self.time_zone, self.config = url, now, time_zone, config
        self.remarks = Remarks(config.max_skipped)
        self._seen: set[str] = set()

    def urlset(self, root: etree._Element) -> ParsedSitemap:
        entries: list[tuple[FeedItem, tuple[Alternate, ...]]] = []
        is_news = False
        for number, element in enumerate((child for child in root if local_name(child) == "url"), start=1):
            if self._too_many(number):
                break
            fields = _fields(element)
            news = _news_of(element)
            is_news = is_news or bool(news)
            link = self._link(number, fields.get("loc", ""))
            if link is None:
                continue
            own, others = self._editions(element, link)
            published = news.get("publication_date", "")
            candidate = Candidate(
                url=link,
                found_in=self.url,
                title=plain_text(news.get("title", ""), self.config.max_title_characters),
                published_at=self._date(number, published),
                language=language_code(news.get("language")) or own,
            )
            updated_at = self._date(number, fields.get("lastmod", ""))
            entries.append((FeedItem(candidate, updated_at, as_written(published, self.config)), others))
        items = list(self._with_editions(entries))
        chosen = newest(items, lambda item: item.candidate.published_at or item.updated_at, self.config.max_items)
        if len(chosen) < len(items):
            self.remarks.add(f"the oldest {len(items) - len(chosen)} of {len(items)} addresses")
        return ParsedSitemap("news" if is_news else "urlset", tuple(chosen), (), self.remarks.all())

    def _editions(self, element: etree._Element, link: str) -> tuple[str | None, tuple[Alternate, ...]]:
        """Return the language that an entry gives its own address, and its other editions."""
        links = [
            (web_link(self.url, child.get("href", "")), child.get("hreflang", ""))
            for child in islice(element, _MAX_CHILDREN)
            if _bare(child) == "link" and (child.get("rel") or "").lower() == "alternate"
        ]
        if not links:
            return None, ()
        own = next((language_code(label) for address, label in links if address == link), None)
        return own, chosen_alternates(links, link)

    def _with_editions(self, entries: list[tuple[FeedItem, tuple[Alternate, ...]]]) -> Iterator[FeedItem]:
        """Give each entry and, after it, those of its editions that are no entries themselves."""
        for item, others in entries:
            yield item
            for other in others:
                if (plain := urldefrag(other.url).url) not in self._seen:
                    self._seen.add(plain)
                    yield FeedItem(Candidate(other.url, self.url, language=other.language))

    def index(self, root: etree._Element) -> ParsedSitemap:
        children: list[ChildSitemap] = []
        for number, element in enumerate((child for child in root if local_name(child) == "sitemap"), start=1):
            if self._too_many(number):
                break
            fields = _fields(element)
            link = self._link(number, fields.get("loc", ""))
            if link is not None:
                children.append(ChildSitemap(link, self._date(number, fields.get("lastmod", ""))))
        return ParsedSitemap("index", (), tuple(children), self.remarks.all())

    def text(self, text: str) -> ParsedSitemap:
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        if not lines or not lines[0].lower().startswith(("http://", "https://")):
            raise FeedError("not a sitemap")
        items: list[FeedItem] = []
        for number, line in enumerate(lines, start=1):
            if self._too_many(number):
                break
            if not line.lower().startswith(("http://", "https://")):
                self.remarks.add(f"line {number} is no address")  # the protocol knows no relative ones
                continue
            link = self._link(number, line)
            if link is not None:
                items.append(FeedItem(Candidate(link, self.url)))
        if len(items) > self.config.max_items:
            self.remarks.add(f"all but the first {self.config.max_items} of {len(items)} addresses")
        return ParsedSitemap("text", tuple(items[: self.config.max_items]), (), self.remarks.all())

    def count_hidden(self, root: etree._Element, low: str) -> None:
        """Say how many entries broken XML hides, as far as their tags can be counted."""
        name = "sitemap" if local_name(root) == "sitemapindex" else "url"
        hidden = low.count(f"<{name}>") + low.count(f"<{name} ") - sum(1 for child in root if local_name(child) == name)
        if hidden > 0:
            self.remarks.add(f"about {hidden} entries that broken XML hides")

    def _too_many(self, number: int) -> bool:
        if number <= self.config.max_examined:
            return False
        self.remarks.add(f"everything after entry {self.config.max_examined}")
        return True

    def _link(self, number: int, text: str) -> str | None:
        link = web_link(self.url, text)
        if link is None:
            self.remarks.add(f"entry {number}: no link to a page")
            return None
        plain = urldefrag(link).url
        if plain in self._seen:
            self.remarks.add(f"entry {number}: the same address again")
            return None
        self._seen.add(plain)
        return link

    def _date(self, number: int, text: str) -> datetime | None:
        at, reason = read_date(text, self.now, time_zone=self.time_zone, config=self.config)
        if reason:
            self.remarks.add(f"entry {number}: {reason}")
        return at


def _fields(element: etree._Element) -> dict[str, str]:
    """Return the texts of the direct children in the sitemap's own vocabulary, or in none."""
    own = str(element.tag).rpartition("}")[0]
    fields: dict[str, str] = {}
    for child in element:
        if str(child.tag).rpartition("}")[0] in {own, ""}:
            fields.setdefault(local_name(child), text_of(child).strip())
    return fields


def _news_of(element: etree._Element) -> dict[str, str]:
    """Return the fields of a <news:news> block, those of its <news:publication> among them."""
    fields: dict[str, str] = {}
    for block in element:
        if _bare(block) == "news":
            for child in block:
                for leaf in (child, *child):
                    fields.setdefault(_bare(leaf), text_of(leaf).strip())
    return fields


def _bare(element: etree._Element) -> str:
    return local_name(element).rpartition(":")[2]  # an undeclared prefix stays in the name

"""Read feeds: bytes in, candidates out, each checked, each address once.

What stands in a feed is read by `feed_documents`; here it is made into records, and whatever is wrong with an item is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import TypeVar
from urllib.parse import urldefrag

from crawler.discovery import CONFIG, DiscoveryConfig, FeedItem, ParsedFeed, Remarks
from crawler.discovery.feed_dates import as_written, read_date
from crawler.discovery.feed_documents import RawFeed, RawItem, read_document
from crawler.discovery.feed_schedule import read_skips, read_ttl
from crawler.discovery.markup import language_code, web_link
from crawler.discovery.scraps import plain_paragraphs, plain_text
from crawler.records import Candidate

T = TypeVar("T")


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
    return records_of(read_document(body, content_type, url, config), url, now, time_zone, config)


def records_of(
    document: RawFeed, url: str, now: datetime | None = None, time_zone: str | None = None, config: DiscoveryConfig = CONFIG
) -> ParsedFeed:
    """Make records of a feed that was taken apart: checked, cleaned, each address once, the newest of too many.

    Args: as those of `parse_feed`.
    """
    builder = _Builder(url, now or datetime.now(UTC), time_zone, language_code(document.head.get("language")), config)
    items = builder.build(document.items)
    if document.lost > 0:
        builder.remarks.add(f"about {document.lost} items that broken XML hides")
    ttl = read_ttl(document.schedule, builder.remarks, config)
    hours, days = read_skips(document.schedule, builder.remarks)
    title = plain_text(document.head.get("title", ""), config.max_title_characters)
    return ParsedFeed(document.kind, title, builder.language, items, builder.remarks.all(), ttl, hours, days)


class _Builder:
    """Make records of raw items, and collect what is to be said of them."""

    def __init__(self, url: str, now: datetime, time_zone: str | None, language: str | None, config: DiscoveryConfig) -> None:
        self.url, self.now, self.time_zone, self.language, self.config = url, now, time_zone, language, config
        self.remarks = Remarks(config.max_skipped)

    def build(self, raws: Iterable[RawItem]) -> tuple[FeedItem, ...]:
        dated = [(raw, self._dates(number, raw)) for number, raw in self._examined(raws)]
        chosen = newest(dated, lambda pair: pair[1][0] or pair[1][1], self.config.max_items)
        if len(chosen) < len(dated):
            self.remarks.add(f"the oldest {len(dated) - len(chosen)} of {len(dated)} items")
        return tuple(self._item(raw, published, updated) for raw, (published, updated) in chosen)

    def _examined(self, raws: Iterable[RawItem]) -> Iterator[tuple[int, RawItem]]:
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

    def _dates(self, number: int, raw: RawItem) -> tuple[datetime | None, datetime | None]:
        found: list[datetime | None] = []
        for text in (raw.published, raw.updated):
            at, reason = read_date(text, self.now, time_zone=self.time_zone, config=self.config)
            if reason:
                self.remarks.add(f"item {number}: {reason}")
            found.append(at)
        return found[0], found[1]

    def _item(self, raw: RawItem, published: datetime | None, updated: datetime | None) -> FeedItem:
        candidate = Candidate(
            url=raw.links[0],
            found_in=self.url,
            title=plain_text(raw.title, self.config.max_title_characters),
            published_at=published,
            language=language_code(raw.language) or self.language,
            summary=plain_text(raw.summary, self.config.max_summary_characters),
        )
        content = plain_paragraphs(raw.content, self.config.max_content_characters) if raw.content else None
        return FeedItem(candidate, updated, as_written(raw.published, self.config), content)


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

"""Read pages that list articles: front pages, sections, tag pages, dated archives.

Nothing on such a page says which links lead to articles. Four things together do: what the address looks like, where on the page the link
stands, whether its text reads like a headline, and whether its address has the shape that most headlines of the page have.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urldefrag, urlsplit

from lxml.html import HtmlElement

from crawler.discovery import CONFIG, DiscoveryConfig, FeedItem, ParsedSection, Remarks
from crawler.discovery.alternates import alternates_of
from crawler.discovery.dated_urls import date_in_url
from crawler.discovery.feed_dates import as_written, read_date
from crawler.discovery.link_shapes import LinkShape, link_shape
from crawler.discovery.markup import language_code, web_link
from crawler.discovery.page_links import Block, Link, links_of
from crawler.discovery.pages import page_base, page_tree, rel_of
from crawler.discovery.scraps import plain_text
from crawler.records import Candidate
from crawler.urls import UrlError, canonical_url, same_site


@dataclass(frozen=True, slots=True)
class SectionConfig:
    """What speaks for a link and against it.

    A headline has `headline_words` words and between `headline_characters` characters; what is longer is a teaser. A slug of `slug_words`
    words is a headline written into an address; sections have one or two. A template is the page's own when at least `template_links`
    addresses with headline text have it and at least `template_share` of all of them. An address that looks like an article needs `enough`
    points, one that looks like nothing `enough_for_plain`. `max_links`: front pages have a thousand at most.
    """

    headline_words: int = 4
    headline_characters: tuple[int, int] = (20, 300)
    slug_words: int = 4
    slug_characters: int = 25
    template_links: int = 3
    template_share: float = 0.2
    enough: int = 4
    enough_for_plain: int = 7
    max_links: int = 5_000


SECTION_CONFIG = SectionConfig()

_PAGE_NAMES = frozenset({"page", "p", "pg", "paged", "pagina", "sayfa", "pageno", "pagenumber"})
_MAX_CHARACTERS = 2_048
_PAGE_STEP = re.compile(r"/page/(\d{1,4})(?=/|$)")


@dataclass(slots=True)
class _Target:
    """One address with all its occurrences; `url` is as the first one wrote it."""

    url: str
    shape: LinkShape
    links: list[Link] = field(default_factory=list)

    def title(self) -> str:
        """Return the text that reads most like a headline."""
        return max((link.text for link in sorted(self.links, key=lambda link: link.headed, reverse=True)), key=_headline_points, default="")


def parse_section(
    body: bytes,
    url: str,
    content_type: str = "",
    *,
    site_urls: Sequence[str] = (),
    now: datetime | None = None,
    time_zone: str | None = None,
    config: DiscoveryConfig = CONFIG,
) -> ParsedSection:
    """Read a page that lists articles.

    Args: its bytes; the address that answered; the Content-Type header; other addresses of the source, whose registered domains are its own
    too; the present (aware; the clock's for None); the IANA zone of dates that name none; limits.
    Returns: article-looking links in the order of the page, each once, with the best text as title and the date that stands beside them or
    in the address; the next page of the list, if it is certain; other language editions.
    Raises: FeedError when the bytes are no page.
    """
    tree = page_tree(body, url, content_type)
    reader = _Reader(url, site_urls, now or datetime.now(UTC), time_zone, language_code(tree.get("lang")), config)
    links, blocks = links_of(tree, url, SECTION_CONFIG.max_links)
    items = reader.items(links, blocks)
    return ParsedSection(items, reader.next_url(tree, links), alternates_of(tree, url), reader.remarks.all())


class _Reader:
    """Choose among the links of one page."""

    def __init__(
        self, url: str, site_urls: Sequence[str], now: datetime, time_zone: str | None, language: str | None, config: DiscoveryConfig
    ) -> None:
        self.url, self.now, self.time_zone, self.language, self.config = url, now, time_zone, language, config
        self.sites = (url, *site_urls)
        self.depth = link_shape(url).depth
        self.remarks = Remarks(config.max_skipped)

    def items(self, links: list[Link], blocks: list[Block]) -> tuple[FeedItem, ...]:
        """Return the links that lead to articles as records."""
        targets = self._targets(links)
        own_templates = _own_templates(targets)
        chosen = [target for target in targets if self._is_article(target, own_templates)]
        if len(chosen) < len(targets):
            self.remarks.add(f"{len(targets) - len(chosen)} links that do not look like articles")
        if len(chosen) > self.config.max_items:
            self.remarks.add(f"all but the first {self.config.max_items} of {len(chosen)} links")
            del chosen[self.config.max_items :]
        _fill_in_addresses(chosen, blocks)
        return tuple(self._item(target) for target in chosen)

    def _targets(self, links: Sequence[Link]) -> list[_Target]:
        """Bring the occurrences of each address of the site together, in the order of the first ones."""
        targets: dict[str, _Target] = {}
        own = _identity(self.url)
        elsewhere = 0
        is_own_site: dict[str, bool] = {}
        if len(links) == SECTION_CONFIG.max_links:
            self.remarks.add(f"everything after link {SECTION_CONFIG.max_links}")
        for link in links:
            host = urlsplit(link.url).netloc
            if host not in is_own_site:
                is_own_site[host] = any(same_site(link.url, site) for site in self.sites)
            identity = _identity(link.url)
            if not is_own_site[host] or identity is None:
                elsewhere += 1
            elif identity != own and urlsplit(identity).path.strip("/"):
                target = targets.get(identity)
                if target is None:
                    plain = urldefrag(link.url).url
                    target = targets[identity] = _Target(plain, link_shape(plain))
                target.links.append(link)
        if elsewhere:
            self.remarks.add(f"{elsewhere} links to other sites")
        return list(targets.values())

    def _is_article(self, target: _Target, own_templates: frozenset[str]) -> bool:
        """Weigh what speaks for an address and against it."""
        shape = target.shape
        if shape.listing or shape.file:
            return False
        look = _shape_points(shape)
        points = look + (shape.depth > self.depth) + 2 * (shape.template in own_templates)
        points += max(map(_link_points, target.links))
        return points >= (SECTION_CONFIG.enough if look >= 2 else SECTION_CONFIG.enough_for_plain)

    def _item(self, target: _Target) -> FeedItem:
        title = target.title()
        published_at, written = self._date(target)
        candidate = Candidate(
            url=target.url,
            found_in=self.url,
            title=plain_text(_escaped(title), self.config.max_title_characters) if _headline_points(title) > 0 else None,
            published_at=published_at,
            language=next((code for link in target.links if (code := language_code(link.language))), None) or self.language,
        )
        return FeedItem(candidate, None, written)

    def _date(self, target: _Target) -> tuple[datetime | None, str | None]:
        """Return the date that stands in the block of a link and of no other, else that of its address, and how it is written."""
        for link in target.links:
            block: Block | None = link.block
            while block is not None and block.parent is not None and len(block.addresses) <= 1:
                for written in block.times[:3]:
                    at, reason = read_date(written, self.now, time_zone=self.time_zone, config=self.config)
                    if at is not None:
                        return at, as_written(written, self.config)
                    self.remarks.add(f"{target.url[:200]}: {reason}")
                block = block.parent
        day = date_in_url(target.url, today=self.now.date())
        if day is None:
            return None, None
        return read_date(day.isoformat(), self.now, time_zone=self.time_zone, config=self.config)[0], None

    def next_url(self, tree: HtmlElement, links: Iterable[Link]) -> str | None:
        """Return the next page of the list: what says so, else what has the next page number in an address that is otherwise the same."""
        base = page_base(tree, self.url)
        said = [web_link(base, element.get("href", "")) for element in tree.iter("link") if "next" in rel_of(element)]
        said += [link.url for link in links if link.is_next]
        own = _identity(self.url)
        for address in said:
            if address and (identity := _identity(address)) and identity != own and same_site(address, self.url):
                return urldefrag(address).url
        place, number = _page_number(self.url)
        return next((link.url for link in links if _page_number(link.url) == (place, number + 1)), None)


def _identity(url: str) -> str | None:
    """Return the canonical form of an address, None when it has none."""
    try:
        return canonical_url(url)
    except UrlError:
        return None


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _shape_points(shape: LinkShape) -> int:
    """Weigh what an address looks like: a date, an id, a long slug."""
    points = 3 * shape.has_date + 2 * shape.has_id
    if shape.words >= SECTION_CONFIG.slug_words or shape.slug_characters >= SECTION_CONFIG.slug_characters:
        return points + 2
    return points + (shape.words == SECTION_CONFIG.slug_words - 1)


def _link_points(link: Link) -> int:
    """Weigh where a link stands and what it says."""
    return _headline_points(link.text) + 2 * link.headed + link.listed - 3 * link.around - 2 * link.beside


def _headline_points(text: str) -> int:
    """Weigh how much a text reads like a headline."""
    shortest, longest = SECTION_CONFIG.headline_characters
    words = text.count(" ") + 1
    if len(text) > longest:
        return 1
    if words >= SECTION_CONFIG.headline_words and len(text) >= shortest:
        return 3 if words > SECTION_CONFIG.headline_words else 2
    return 1 if len(text) >= shortest else -1


def _own_templates(targets: Iterable[_Target]) -> frozenset[str]:
    """Return the patterns that most headlines of the page have."""
    counts = Counter(
        target.shape.template
        for target in targets
        if not target.shape.listing and any(_headline_points(link.text) >= 2 and not link.around for link in target.links)
    )
    least = max(SECTION_CONFIG.template_links, SECTION_CONFIG.template_share * counts.total())
    return frozenset(template for template, count in counts.items() if count >= least)


def _fill_in_addresses(chosen: Iterable[_Target], blocks: list[Block]) -> None:
    """Note in each block the articles inside it; two are as good as many."""
    for target in chosen:
        for link in target.links:
            link.block.addresses.add(target.url)
    for block in reversed(blocks):  # those inside come after those that hold them
        if block.parent is not None and len(block.parent.addresses) < 2:
            block.parent.addresses.update(list(block.addresses)[:2])


def _page_number(url: str) -> tuple[str, int]:
    """Return an address without its page number, and the number, 1 where none is named; no page of a list has a very long one."""
    if len(url) > _MAX_CHARACTERS:
        return url, 0
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    number = 1
    kept = []
    for name, value in pairs:
        if name.lower() in _PAGE_NAMES and value.isdecimal() and len(value) <= 4 and number == 1:
            number = int(value)
        else:
            kept.append((name, value))
    path = parts.path
    if number == 1 and (found := _PAGE_STEP.search(path)):
        number = int(found[1])
        path = path[: found.start()] + path[found.end() :]
    host = parts.netloc.lower().removeprefix("www.")
    return f"{host}{path.rstrip('/')}?{sorted(kept)}", number

"""Find where a site names its articles: feeds and sitemaps in its home page, in robots.txt, and where such things usually lie.

Source: RSS Advisory Board, 'RSS Autodiscovery'; JSON Feed 1.1 (discovery); sitemaps.org (robots.txt); RFC 9309 section 2.2.4.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urldefrag, urlsplit

from lxml.html import HtmlElement

from crawler.discovery import Alternate
from crawler.discovery.alternates import alternates_of
from crawler.discovery.markup import language_code, web_link
from crawler.discovery.pages import page_base, page_tree, rel_of
from crawler.discovery.scraps import plain_text
from crawler.urls import same_site

#: Where feeds lie on most sites: WordPress, Drupal, Blogger, Ghost, Hugo, and what hand-made systems choose.
WELL_KNOWN_FEEDS = (
    "/feed/", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/rss/all.xml", "/feeds/posts/default", "/?feed=rss2",
    "/feed/rss", "/rss/feed.xml", "/rss/news.xml", "/rss/latest", "/api/rss", "/en/rss.xml", "/ar/rss.xml", "/fa/rss", "/feed.json",
)  # fmt: skip
#: Where sitemaps lie on most sites.
WELL_KNOWN_SITEMAPS = (
    "/sitemap.xml", "/sitemap_index.xml", "/sitemap-index.xml", "/news-sitemap.xml", "/sitemap-news.xml", "/sitemap_news.xml",
    "/google-news-sitemap.xml", "/wp-sitemap.xml", "/post-sitemap.xml", "/sitemap.xml.gz", "/sitemaps/sitemap.xml", "/sitemap/sitemap.xml",
    "/sitemap.txt",
)  # fmt: skip

MAX_PLACES = 100  # a broadcaster names a feed for each programme
_MAX_ROBOTS_BYTES = 500 * 1024  # RFC 9309 section 2.5
_MAX_NAME_CHARACTERS = 200
_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json"})
_FEED_PATH = re.compile(
    r"(?:^|/)(?:rss|feeds?|atom)(?:\d?\.(?:xml|php|aspx|json|rdf))?/?$|(?:^|/)(?:rss|feeds?)/[\w/-]{1,60}(?:\.(?:xml|rss|php|json))?/?$"
    r"|\.(?:rss|atom|rdf)$|(?:^|[/_-])(?:rss|atom|feed)[\w-]*\.xml$"
)
_NO_FEED_PATH = re.compile(r"(?:^|/)comments?(?:/|$)")  # comments are no articles
_SITEMAP_PATH = re.compile(r"(?:^|/)[\w-]*sitemap[\w-]*\.(?:xml|xml\.gz|txt)$")
_SITEMAP_LINE = re.compile(rb"^[ \t]*sitemap[ \t]*:[ \t]*([^\s#]+)", re.IGNORECASE | re.MULTILINE)
_TITLE_ENDS = re.compile(r"\s+[|–—-]\s+|\s*[|»:]\s+")


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """A feed that a page names: absolute address, and title and ISO 639 language as the page gives them."""

    url: str
    title: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class SitePlaces:
    """What a home page says of its site: where articles are named, what the site is called, its language and its other editions."""

    feeds: tuple[FoundFeed, ...] = ()
    sitemaps: tuple[str, ...] = ()
    name: str | None = None
    language: str | None = None
    alternates: tuple[Alternate, ...] = ()


def read_home_page(body: bytes, url: str, content_type: str = "") -> SitePlaces:
    """Read what a home page says of its site.

    Args: its bytes; the address that answered; the Content-Type header.
    Returns: what it declares first, then what its links look like; feeds of comments are left out, links to other sites too unless they are
    declared (feeds are often served elsewhere).
    Raises: FeedError when the bytes are no page.
    """
    tree = page_tree(body, url, content_type)
    base = page_base(tree, url)
    feeds: dict[str, FoundFeed] = {}
    for feed in (*_declared_feeds(tree, base), *_linked_feeds(tree, base, url)):
        if len(feeds) < MAX_PLACES:
            feeds.setdefault(urldefrag(feed.url).url, feed)
    return SitePlaces(
        tuple(feeds.values()), _sitemaps(tree, base, url), _name(tree), language_code(tree.get("lang")), alternates_of(tree, url)
    )


def sitemaps_in_robots(body: bytes, url: str = "") -> tuple[str, ...]:
    """Return the sitemaps that a robots.txt names, each once, at most 100.

    Args: its bytes, of which the first 500 KiB count; its address, to resolve what should have been absolute.
    """
    lines = (match[1].decode("utf-8", "replace") for match in _SITEMAP_LINE.finditer(body[:_MAX_ROBOTS_BYTES].replace(b"\r", b"\n")))
    links = (link for line in lines if (link := web_link(url, line)))
    return tuple(dict.fromkeys(links))[:MAX_PLACES]


def _declared_feeds(tree: HtmlElement, base: str) -> Iterator[FoundFeed]:
    """Give the feeds of <link rel=alternate type=…>."""
    for element in tree.iter("link"):
        kind = (element.get("type") or "").partition(";")[0].strip().lower()
        if not rel_of(element) & {"alternate", "feed"}:
            continue
        if kind not in _FEED_TYPES and not (kind == "application/json" and "feed" in (element.get("href") or "")):
            continue
        if (link := web_link(base, element.get("href") or "")) and not _is_of_comments(link, element.get("title") or ""):
            yield FoundFeed(link, _label(element.get("title")), language_code(element.get("hreflang")))


def _linked_feeds(tree: HtmlElement, base: str, url: str) -> Iterator[FoundFeed]:
    """Give the feeds to which links of the page lead, by the look of their addresses."""
    for element in tree.iter("a"):
        link = web_link(base, element.get("href") or "")
        if link and _looks_like_feed(link) and not _is_of_comments(link, "") and same_site(link, url):
            yield FoundFeed(link, _label(element.get("title") or element.text), language_code(element.get("hreflang")))


def _looks_like_feed(link: str) -> bool:
    path = unquote(urlsplit(link).path).lower()
    return bool(_FEED_PATH.search(path)) or _parameters(link).get("feed", "") in {"rss", "rss2", "atom", "rdf"}


def _is_of_comments(link: str, title: str) -> bool:
    """Say whether a feed is one of comments, as WordPress declares beside the real one."""
    path = unquote(urlsplit(link).path).lower()
    return bool(_NO_FEED_PATH.search(path)) or "comments" in _parameters(link).get("feed", "") or title.lower().endswith("comments feed")


def _parameters(link: str) -> dict[str, str]:
    try:
        return {name.lower(): value.lower() for name, value in parse_qsl(urlsplit(link).query, max_num_fields=50)}
    except ValueError:  # more fields than any feed has
        return {}


def _sitemaps(tree: HtmlElement, base: str, url: str) -> tuple[str, ...]:
    """Return the sitemaps that a page declares or links to."""
    declared = (element for element in tree.iter("link") if "sitemap" in rel_of(element))
    links = [link for element in declared if (link := web_link(base, element.get("href") or ""))]
    for element in tree.iter("a"):
        link = web_link(base, element.get("href") or "")
        if link and _SITEMAP_PATH.search(urlsplit(link).path.lower()) and same_site(link, url):
            links.append(link)
    return tuple(dict.fromkeys(links))[:MAX_PLACES]


def _name(tree: HtmlElement) -> str | None:
    """Return what the site calls itself: og:site_name, application-name, or the first part of its title."""
    said: dict[str, str] = {}
    for element in tree.iter("meta"):
        key = (element.get("property") or element.get("name") or "").lower()
        if key in {"og:site_name", "application-name"} and (label := _label(element.get("content"))):
            said.setdefault(key, label)
    for key in ("og:site_name", "application-name"):
        if key in said:
            return said[key]
    title = next((label for element in tree.iter("title") if (label := _label(element.text))), None)
    return _TITLE_ENDS.split(title, maxsplit=1)[0] or None if title else None


def _label(text: str | None) -> str | None:
    """Return a text on one line, None when nothing is left."""
    return plain_text((text or "").replace("&", "&amp;").replace("<", "&lt;"), _MAX_NAME_CHARACTERS)

"""Other language editions of a page: `<link rel=alternate hreflang>`, and the same in sitemaps.

Source: HTML Standard, section 4.6.7.1; Google's `xhtml:link` in sitemaps; 'x-default' names no language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice
from urllib.parse import urldefrag, urlsplit

from lxml.html import HtmlElement

from crawler.discovery import Alternate
from crawler.discovery.markup import language_code, web_link
from crawler.discovery.pages import page_base, page_tree, rel_of
from crawler.errors import FeedError
from crawler.urls import same_site

MAX_ALTERNATES = 20  # the largest broadcasters of the region publish in fewer languages
_MAX_EXAMINED = 500  # of which many may be regions of one language
_HEAD_END = re.compile(rb"</head\s*>|<body[\s>]", re.IGNORECASE)


def alternates_of(page: HtmlElement | bytes, url: str, content_type: str = "") -> tuple[Alternate, ...]:
    """Return the other language editions that the head of a page names.

    Args: the page, parsed already or its bytes; the address that answered; of bytes, the Content-Type header.
    Returns: absolute addresses on the same registered domain, each once, at most 20, without the page itself and other regions of its
    language. Bytes that are no page name none: whoever fetched them for their text learns that elsewhere.
    """
    if isinstance(page, bytes):
        head = _HEAD_END.search(page)
        try:
            tree = page_tree(page[: head.start()] if head else page, url, content_type)
        except FeedError:
            return ()
    else:
        tree = page
    base = page_base(tree, url)
    links = (element for element in tree.iter("link") if "alternate" in rel_of(element) and element.get("hreflang"))
    return chosen_alternates(
        ((web_link(base, element.get("href", "")), element.get("hreflang", "")) for element in links), url, _language(tree)
    )


def chosen_alternates(links: Iterable[tuple[str | None, str]], url: str, language: str | None = None) -> tuple[Alternate, ...]:
    """Choose what is another edition of the page at `url`: absolute address and `hreflang` of each link, in the order of belief.

    The page's own language is that of the link that leads to itself, else `language`.
    """
    known = [(link, code) for link, label in islice(links, _MAX_EXAMINED) if link and (code := language_code(label))]
    own_address, host = urldefrag(url).url, urlsplit(url).netloc
    own = next((code for link, code in known if urldefrag(link).url == own_address), language)
    chosen: dict[str, Alternate] = {}
    for link, code in known:
        plain = urldefrag(link).url
        if code == own or plain == own_address or plain in chosen or len(chosen) == MAX_ALTERNATES:
            continue
        if urlsplit(link).netloc == host or same_site(link, url):
            chosen[plain] = Alternate(link, code)
    return tuple(chosen.values())


def _language(tree: HtmlElement) -> str | None:
    """Return the language that a page declares for itself."""
    return language_code(tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang"))

"""HTML pages for discovery: the same guards and the same parser as for articles, with the errors of discovery."""

from __future__ import annotations

from lxml.html import HtmlElement

from crawler.discovery.markup import web_link
from crawler.errors import FeedError, PageError
from crawler.extraction.decode import decode
from crawler.extraction.refusal import refuse_bytes, refuse_text
from crawler.extraction.tree import parse


def page_tree(body: bytes, url: str, content_type: str = "") -> HtmlElement:
    """Parse a page, unless it is none or was made to hang a parser.

    Args: its bytes; the address that answered; the Content-Type header as it came.
    Raises: FeedError with the reason.
    """
    try:
        refuse_bytes(body, content_type, url)
        text = decode(body, content_type).text
        refuse_text(text, content_type, url)
        return parse(text, url)
    except PageError as error:
        raise FeedError(str(error), url=url) from error


def page_base(tree: HtmlElement, url: str) -> str:
    """Return the address to which the relative links of a page belong: its `<base href>`, else its own.

    Source: HTML Standard, section 4.2.3.
    """
    for element in tree.iter("base"):
        if href := element.get("href"):
            return web_link(url, href) or url
    return url


def rel_of(element: HtmlElement) -> frozenset[str]:
    """Return what a link says of its target, in lower case."""
    return frozenset((element.get("rel") or "").lower().split())

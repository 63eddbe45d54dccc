"""Hardened reading of the XML that feeds and sitemaps are made of, and of the scraps of HTML inside.

XML in the wild is full of what kills strict parsers: HTML's named entities, bare ampersands, character references to nothing, control
characters, a label that names the wrong encoding. All of that is mended in the text, in linear time, before lxml sees it; what lxml still
has to forgive is left to its own recovery.
"""

from __future__ import annotations

import html
import re
import zlib
from html.entities import html5
from urllib.parse import urljoin, urlsplit

from lxml import etree

from crawler.discovery import CONFIG, DiscoveryConfig
from crawler.discovery.xml_text import read_text
from crawler.errors import FeedError

XML_NAMESPACE = "{http://www.w3.org/XML/1998/namespace}"

_CDATA_START, _CDATA_END = "<![CDATA[", "]]>"
# Characters that XML 1.0 does not allow (section 2.2), and lone surrogates.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REFERENCE = re.compile(r"&(?:#(?P<decimal>[0-9]{1,12})|#[xX](?P<hex>[0-9a-fA-F]{1,12})|(?P<name>[A-Za-z][A-Za-z0-9]{1,31}));|&")
_VOID = re.compile(r"<(br|hr|img|wbr)((?:\s[^<>]*?)?)\s*/?>", re.IGNORECASE)  # HTML that nobody closes
_C1 = re.compile("[\x80-\x9f]")
_XML_NAMES = frozenset({"amp", "lt", "gt", "quot", "apos"})
_ROOT = re.compile(r"<(?:[A-Za-z][\w.-]{0,30}:)?(?:rss|rdf|feed|urlset|sitemapindex)[\s>]", re.IGNORECASE)
_PROLOG_CHARACTERS = 50_000  # warnings that a broken server prints before its feed
_HTML = re.compile(r"\s*(?:<!--.{0,1000}?-->\s*)?<(?:!doctype\s+html|html[\s>])", re.IGNORECASE | re.DOTALL)
# An address that needs no resolving and no repair, as nearly all are: ten times faster to recognise than to take apart and put together.
_PLAIN_LINK = re.compile(r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:/[\w.~!$&'()*+,;=:@%/-]*(?:\?[\w.~!$&'()*+,;=:@%/-]+)?)?", re.ASCII)
_LINE_BREAKS = dict.fromkeys(map(ord, "\t\r\n"))  # no part of an address (WHATWG URL, basic URL parser)


def unpacked(body: bytes, config: DiscoveryConfig = CONFIG) -> bytes:
    """Undo the gzip of a file that is an archive itself, within the limit.

    Raises: FeedError for a body that is too large, empty, or no gzip after all.
    """
    if body.startswith(b"\x1f\x8b"):
        try:
            body = zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(body, config.max_bytes + 1)
        except zlib.error as error:
            raise FeedError("a gzip archive that cannot be unpacked") from error
    if len(body) > config.max_bytes:
        raise FeedError(f"larger than {config.max_bytes:,} bytes")
    if not body.strip():
        raise FeedError("empty")
    return body


def mended(text: str) -> str:
    """Mend what would make an XML parser stop or stumble.

    That is: forbidden characters, HTML's entities and its tags that nobody closes, bare ampersands, references to no character. What stands
    before the root element goes: a declaration that is wrong by now, a DTD with its entities, a server's warnings.
    """
    root = _ROOT.search(text[:_PROLOG_CHARACTERS])
    text = _C1.sub(_as_windows, FORBIDDEN.sub("", text[root.start() :] if root else text))
    pieces: list[str] = []
    position = 0
    while True:
        start = text.find(_CDATA_START, position)
        end = text.find(_CDATA_END, start) if start >= 0 else -1
        if end < 0:
            pieces.append(_mend_markup(text[position:]))
            return "".join(pieces)
        pieces += (_mend_markup(text[position:start]), text[start : end + 3])
        position = end + 3


def _as_windows(match: re.Match[str]) -> str:
    """Read a control character that nobody writes as what Windows has at its place (HTML Standard, numeric character references)."""
    return html.unescape(f"&#{ord(match[0])};")


def _mend_markup(text: str) -> str:
    return _VOID.sub(r"<\1\2/>", _REFERENCE.sub(_mend_reference, text))


def _mend_reference(match: re.Match[str]) -> str:
    name = match["name"]
    if name is not None:
        if name in _XML_NAMES:
            return match[0]
        known = html5.get(f"{name};")
        return _escaped(known) if known else f"&amp;{match[0][1:]}"
    digits = match["decimal"] or match["hex"]
    if digits is None:
        return "&amp;"
    code = int(digits, 10 if match["decimal"] else 16)
    if 0x80 <= code <= 0x9F:  # Windows' idea of these numbers, which browsers follow
        return html.unescape(match[0])
    return match[0].lower() if code <= 0x10FFFF and not FORBIDDEN.match(chr(code)) else "\ufffd"  # XML has no '&#X41;'


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def parse_xml(body: bytes, content_type: str, config: DiscoveryConfig = CONFIG) -> tuple[etree._Element, bool, str]:
    """Parse the bytes of a feed or sitemap, forgiving what can be forgiven.

    Returns: the root element, whether lxml had anything to forgive, and the mended text.
    Raises: FeedError when there is no element in it at all.
    """
    decoded = read_text(unpacked(body, config), content_type)
    if _HTML.match(decoded):
        raise FeedError("an HTML page")
    text = mended(decoded)
    parser = etree.XMLParser(
        encoding="utf-8",
        recover=True,
        huge_tree=False,
        load_dtd=False,
        resolve_entities=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    try:
        root: etree._Element | None = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise FeedError(f"not XML ({error!s:.80})") from error
    if root is None:
        raise FeedError("no XML in it")
    return root, bool(parser.error_log), text


def local_name(element: etree._Element) -> str:
    """Return the name of an element without its namespace, in lower case."""
    return str(element.tag).rpartition("}")[2].lower()


def text_of(element: etree._Element) -> str:
    """Return all text inside an element as it stands there."""
    return "".join(map(str, element.itertext())) if len(element) else element.text or ""


def web_link(base: str, link: str) -> str | None:
    """Resolve a link; None when it does not lead to an http(s) address."""
    link = link.strip().translate(_LINE_BREAKS)
    if not link:
        return None
    if _PLAIN_LINK.fullmatch(link):
        return link
    try:
        absolute = urljoin(base, link)
        parts = urlsplit(absolute)
    except ValueError:
        return None
    if parts.scheme.lower() not in {"http", "https"} or not parts.hostname:
        return None
    return FORBIDDEN.sub("", absolute).replace(" ", "%20")


def base_of(element: etree._Element, url: str) -> str:
    """Return the base for relative links at an element: its own and its parents' `xml:base`, down from the document's address.

    Source: W3C XML Base, section 4.
    """
    bases = [base for ancestor in (element, *element.iterancestors()) if (base := ancestor.get(f"{XML_NAMESPACE}base"))]
    for base in reversed(bases[:8]):
        url = web_link(url, base) or url
    return url


def language_code(label: str | None) -> str | None:
    """Return the ISO 639 code of a language tag such as 'ar-EG', or None."""
    primary = re.split(r"[-_]", (label or "").strip().lower(), maxsplit=1)[0]
    return primary if re.fullmatch(r"[a-z]{2,3}", primary) else None

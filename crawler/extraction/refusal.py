"""Say no before parsing: what is not a page, what is too large, and what was made to hang a parser.

A parser that hangs does so inside libxml2, where no signal reaches it, so hostile markup is refused by one linear scan of the text. The
scan knows just enough of HTML not to be fooled: quoted attribute values, comments, and the raw text of scripts and styles.

Source: the numbers were measured on hostile pages (79 KB of `<!doctype ////…` 21 s, 40,000 attributes in one tag 19 s, a JSON-LD block of
escaped quotes 53 s); the most attributes in one tag of 240 real pages was 260.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from crawler.errors import Malformed, NotHtml, TooLarge


@dataclass(frozen=True, slots=True)
class RefusalConfig:
    """What is refused unparsed: bytes of a page, attributes of one tag, characters of a DOCTYPE and of a JSON-LD script."""

    max_body_bytes: int = 5_000_000
    max_attributes: int = 2_000
    max_doctype_chars: int = 1_024
    max_json_ld_chars: int = 262_144


CONFIG = RefusalConfig()

_HTML_TYPES = ("text/html", "application/xhtml", "text/xhtml", "application/vnd.wap.xhtml", "multipart/")
_MAGIC = (
    (b"%PDF-", "a PDF file"),
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "a media file"),
    (b"\x00\x00\x00", "a media file"),
    (b"ID3", "an audio file"),
    (b"OggS", "a media file"),
    (b"\x1a\x45\xdf\xa3", "a video file"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"PK\x05\x06", "a ZIP archive"),
    (b"\x1f\x8b", "a compressed file"),
    (b"7z\xbc\xaf", "a compressed file"),
    (b"Rar!", "a compressed file"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"{\\rtf", "an office document"),
    (b"wOFF", "a font"),
    (b"wOF2", "a font"),
    (b"\x7fELF", "a program"),
)
_FEED_ROOT = re.compile(
    r"\ufeff?\s*+(?:<\?[^>]*+>\s*+|<!--[^-]*+(?:-(?!->)[^-]*+)*+-->\s*+|<!doctype\s+(?!html)[^>]*+>\s*+)*+"
    r"<(rss|feed|rdf:RDF|urlset|sitemapindex|opml)\b",
    re.IGNORECASE,
)
_HTML_TAG = re.compile(r"<(?:!doctype\s+html|html|head|body|title|meta|div|p|article|section|main|h1|table|span|br|a)\b", re.IGNORECASE)

# What follows a tag's first letter: names, and values that are quoted only directly after their `=`. Possessive, so the scan is linear.
_REST = r"""(?:[^=>]++|=\s*+(?:"[^"]*+"?+|'[^']*+'?+|))*+"""
_MARKUP = re.compile(
    rf"<(?:!--[^-]*+(?:-(?!->)[^-]*+)*+|(?P<doctype>!\s*doctype[^>]*+)"
    rf"|(?P<raw>script|style)\b(?P<attributes>{_REST})>?(?P<content>[^<]*+(?:<(?!/(?P=raw))[^<]*+)*+)|(?P<tag>[a-z]{_REST}))",
    re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"""[^\s>/=]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]*))?""")


def refuse_bytes(body: bytes, content_type: str, url: str) -> None:
    """Refuse bytes that are too many or plainly no page.

    `content_type` is the HTTP header as it came; a missing or wrong one is no reason to refuse.

    Raises: TooLarge, NotHtml.
    """
    if len(body) > CONFIG.max_body_bytes:
        raise TooLarge(f"the page has {len(body)} bytes, more than {CONFIG.max_body_bytes}", url=url)
    head = body.lstrip()[:16]
    if not head:
        raise NotHtml("the body is empty", url=url)
    for magic, name in _MAGIC:
        if head.startswith(magic):
            raise NotHtml(f"the body is {name} ({_media_type(content_type) or 'no content type'})", url=url)


def refuse_text(text: str, content_type: str, url: str) -> None:
    """Refuse text that is a feed, JSON or plain text, or that was made to hang a parser.

    Raises: NotHtml, Malformed.
    """
    start = text[:65_536]
    if feed := _FEED_ROOT.match(start):
        raise NotHtml(f"the body is a feed or sitemap (<{feed.group(1)}>)", url=url)
    media_type = _media_type(content_type)
    if not _HTML_TAG.search(start):
        json_like = start.lstrip("\ufeff \t\r\n")[:1] in ("{", "[")
        if json_like or "<" not in text or (media_type and not media_type.startswith(_HTML_TYPES)):
            raise NotHtml(f"there is no HTML in the body ({media_type or 'no content type'})", url=url)
    elif media_type == "application/json" and start.lstrip()[:1] in ("{", "["):
        raise NotHtml("the body is JSON that holds HTML", url=url)
    _refuse_hostile(text, url)


def _media_type(content_type: str) -> str:
    """Reduce a Content-Type header to its lower-case media type."""
    return content_type.partition(";")[0].strip().lower()[:100]


def _refuse_hostile(text: str, url: str) -> None:
    """Refuse markup over the limits of `RefusalConfig`, in one pass."""
    shortest = 2 * CONFIG.max_attributes  # an attribute takes a letter and a separator
    for found in _MARKUP.finditer(text):
        if found["raw"]:
            if len(found["content"]) > CONFIG.max_json_ld_chars and "ld+json" in found["attributes"].lower():
                raise Malformed(f"a JSON-LD script has {len(found['content'])} characters", url=url)
            tag = found["attributes"]
        elif found["doctype"]:
            if len(found["doctype"]) > CONFIG.max_doctype_chars:
                raise Malformed(f"the DOCTYPE has {len(found['doctype'])} characters", url=url)
            continue
        else:
            tag = found["tag"] or ""
        if len(tag) > shortest and (attributes := sum(1 for _ in _ATTRIBUTE.finditer(tag))) > CONFIG.max_attributes:
            raise Malformed(f"a tag has {attributes} attributes", url=url)

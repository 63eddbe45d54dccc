"""Bytes of XML to text: what pages never are and feeds sometimes are.

Pages are decoded by `crawler.extraction.decode`, which knows the encodings of the web and believes statistics before it believes a label
that it does not know. XML has marks of its own, and its declaration may name any encoding; a feed of little text tells statistics nothing.

Source: XML 1.0, appendix F (autodetection of character encodings); GNU libiconv's names of the Windows code pages.
"""

from __future__ import annotations

import codecs
import re

from crawler.extraction.decode import decode

# a byte order mark, or '<?xm' as it looks without one
_MARKS = (
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\x00\x3c", "utf-32-be"),
    (b"\x3c\x00\x00\x00", "utf-32-le"),
    (b"\x4c\x6f\xa7\x94", "cp037"),
)
_DECLARED = re.compile(rb"<\?xml\b[^>]{0,200}?encoding\s*=\s*[\"']\s*([\w.:+-]{1,40})", re.IGNORECASE)
_ALIASES = {
    "ms-ansi": "cp1252",
    "ms-arab": "cp1256",
    "ms-cyrl": "cp1251",
    "ms-ee": "cp1250",
    "ms-greek": "cp1253",
    "ms-hebr": "cp1255",
    "ms-turk": "cp1254",
    "winbaltrim": "cp1257",
    "csmacintosh": "mac_roman",
    "x-mac-turkish": "mac_turkish",
    "dos-720": "cp720",
}
# What Python lists among the encodings and what is none, or none to read from strangers.
_REFUSED = frozenset(
    {"idna", "punycode", "raw_unicode_escape", "raw-unicode-escape", "unicode_escape", "unicode-escape", "utf-7", "undefined"}
)


def read_text(body: bytes, content_type: str = "") -> str:
    """Read the bytes of a feed or sitemap as text.

    Args: the bytes; the Content-Type header as it came. Never fails.
    """
    for mark, marked in _MARKS:
        if body.startswith(mark):
            return _with_declared(body, marked).removeprefix("\ufeff")
    decoded = decode(body, content_type)
    if decoded.found_in in {"statistics", "forced"} and (codec := _declared_codec(body)):
        try:
            return body.decode(codec)
        except UnicodeError:  # the declaration was no better than the guess
            return decoded.text
    return decoded.text


def _with_declared(body: bytes, codec: str) -> str:
    """Read marked bytes; of EBCDIC, which the mark only tells apart from the rest, the declaration names the kind."""
    text = body.decode(codec, "replace")
    declared = _declared_label(text[:300].encode("ascii", "replace")) if codec == "cp037" else ""
    return body.decode(declared, "replace") if re.fullmatch(r"cp\d{3,4}", declared) and _is_codec(declared) else text


def _declared_codec(body: bytes) -> str | None:
    """Return the Python codec that an XML declaration names, if there is one."""
    label = _declared_label(body)
    if not _is_codec(label):
        return None
    codec = codecs.lookup(label)
    try:
        fits = "<?xml".encode(codec.name) == body.lstrip()[:5]  # refuses, with a LookupError, what is no text encoding (rot13, base64)
    except (LookupError, UnicodeError):
        return None
    return codec.name if fits and codec.name not in _REFUSED else None


def _declared_label(body: bytes) -> str:
    """Return the encoding that an XML declaration names, in Python's words where they differ; '' without one."""
    found = _DECLARED.search(body[:300])
    label = found[1].decode("ascii", "replace").lower() if found else ""
    return _ALIASES.get(label, label)


def _is_codec(label: str) -> bool:
    try:
        codecs.lookup(label)
    except LookupError:
        return False
    return True

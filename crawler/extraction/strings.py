"""Make one clean line of whatever a page puts into a field."""

from __future__ import annotations

import html
import re
import unicodedata

# controls, lone surrogates, non-characters, and the invisible marks that change nothing but what a reader sees: bidi overrides and
# isolates, zero-width space, word joiner, soft hyphen, byte order mark. ZWNJ and ZWJ spell words and stay.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufffe\uffff\ud800-\udfff]"
)
# of a text of several lines, what no text may hold: there the marks of direction (LRM, RLM) keep numbers and Latin words in their places
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b\u202a-\u202e\u2060-\u206f\ufeff\ufffe\uffff\ud800-\udfff]")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,500}>")
# HTML that was escaped twice shows one level of entities after parsing
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")


def clean_line(value: object, max_chars: int = 2_000) -> str | None:
    """Reduce a value to one line of text: entities decoded, tags and invisible characters gone, whitespace collapsed, NFC.

    Anything that is not a string, or has nothing visible in it, or more than `max_chars` characters, is None.
    """
    if not isinstance(value, str) or len(value) > 4 * max_chars:
        return None
    for _ in range(2):
        if not _ENTITY.search(value):
            break
        value = html.unescape(value)
    if "<" in value:
        value = _TAG.sub(" ", value)
    line = unicodedata.normalize("NFC", " ".join(_INVISIBLE.sub("", value).split()))
    return line if line and len(line) <= max_chars and any(map(str.isalnum, line)) else None


def clean_block(text: str) -> str:
    """Remove what no text may hold from a text of several lines and normalise it to NFC."""
    return unicodedata.normalize("NFC", _UNWANTED.sub("", text))


def comparable(line: str) -> str:
    """Reduce a line to its letters and digits, compatibility-folded and case-folded, to see whether two say the same."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", line).casefold()))

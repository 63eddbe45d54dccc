"""Percent-encoding in one form: UTF-8 in NFC, upper-case hex, no needless escapes. Pure.

Two spellings of one character sequence are one: `%d8%ae` and `خ`, é as one code point or as two (feeds written on a Mac have two).
Escapes of characters that could mean something bare (`/ ? # % & + ; =`) stay, as do bytes that are no UTF-8 (old pages in windows-1256).

Source: RFC 3986 sections 2.3 and 6.2.2, RFC 3987 section 5.3.2.2 (NFC), WHATWG URL Standard section 5.1 for what form decoding makes equal.
"""

from __future__ import annotations

import re
from unicodedata import normalize

UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")

_ESCAPES = re.compile(r"((?:%[0-9A-Fa-f]{2})+)|%")
_KEPT = 0xDC00  # a byte whose escape stays is a lone surrogate while we work: nothing composes with it (PEP 383 has the upper half)
_LONE_PERCENT = chr(_KEPT + ord("%"))


class Escapes(dict[str, str]):
    """What each character is written as in one part of a URL; filled as characters come."""

    def __init__(self, bare: str) -> None:
        """Take the characters that stand bare besides the unreserved ones."""
        super().__init__({char: char for char in UNRESERVED | set(bare)})

    def __missing__(self, char: str) -> str:
        """Escape a character; the first plane only is remembered, so that no text makes the table large."""
        code = ord(char)
        kept = _KEPT <= code <= _KEPT + 0xFF
        escaped = f"%{code - _KEPT:02X}" if kept else "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "replace"))
        if code <= 0xFFFF:
            self[char] = escaped
        return escaped

    def encode(self, text: str) -> str:
        """Write a text that `decode` gave."""
        return "".join(map(self.__getitem__, text))


def decode(text: str, decodable: frozenset[str]) -> str:
    """Undo escapes of `decodable` ASCII and of UTF-8, and compose what can be composed; other bytes stay, marked as lone surrogates.

    `text` has no surrogates of its own.
    """

    def undo(found: re.Match[str]) -> str:
        if found[1] is None:
            return _LONE_PERCENT
        run = bytes.fromhex(found[1].replace("%", "")).decode("utf-8", "surrogateescape")
        return "".join(char if char > "\x7f" or char in decodable else chr(_KEPT + ord(char)) for char in run)

    if "%" in text:
        text = _ESCAPES.sub(undo, text)
    return text if text.isascii() else normalize("NFC", text)

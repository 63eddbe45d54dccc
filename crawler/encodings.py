"""Undo HTTP content and transfer encodings of archived responses, within a limit.

The crawl leaves this to Scrapy; records of a WARC keep the bytes as they came over the wire. Decoding happens in a worker, because 1.4 KB
of brotli can ask for 900 MB.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Sequence
from typing import Protocol

import brotli

from crawler.errors import Malformed, TooLarge

if sys.version_info >= (3, 14):
    from compression.zstd import ZstdDecompressor, ZstdError
else:
    from backports.zstd import ZstdDecompressor, ZstdError

MAX_BODY_BYTES = 10 * 1024 * 1024  # as DOWNLOAD_MAXSIZE in crawler.settings
MAX_ENCODINGS = 2  # honest servers use one; a hundred layers of gzip block a reader for seconds
ENCODINGS = frozenset({"gzip", "x-gzip", "deflate", "br", "zstd"})
_STEP_BYTES = 64 * 1024


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


def decode_body(body: bytes, content_encoding: str, transfer_encoding: str = "", *, limit_bytes: int = MAX_BODY_BYTES) -> bytes:
    """Return the body of an HTTP message as its author meant it.

    Args: `content_encoding` and `transfer_encoding` as the headers say (RFC 9110 section 8.4, RFC 9112 section 6.1).
    Raises: TooLarge past `limit_bytes`; Malformed for more than two encodings, an unknown one, or bytes that are not what the header
    says or that break off.
    """
    if "chunked" in transfer_encoding.lower():
        body = _unchunk(body)
    names = [name.strip().lower() for name in content_encoding.split(",") if name.strip()]
    if len(names) > MAX_ENCODINGS:
        raise Malformed(f"{len(names)} stacked content encodings")
    for name in reversed(names):
        body = _decompress(body, name, limit_bytes)
    if len(body) > limit_bytes:
        raise TooLarge(f"more than {limit_bytes:,} bytes")
    return body


def decode_content(body: bytes, encodings: Sequence[str], *, limit_bytes: int = MAX_BODY_BYTES) -> bytes:
    """Return the body of an answer without its content encodings, as the crawl reads it.

    Args: `encodings` in the order of the header, lower-case. A header that names no encoding at all ('Content-Encoding: utf-8') is not
    believed when the body is plain to see.
    Raises: TooLarge, Malformed.
    """
    plain = body.lstrip()[:1] in {b"<", b"{", b""}
    if not encodings or not body or (plain and not set(encodings) & ENCODINGS):
        return body
    return decode_body(body, ",".join(encodings), limit_bytes=limit_bytes)


def _unchunk(body: bytes) -> bytes:
    """Join the chunks; a body that is not chunked after all (archivers often store it joined) is returned as it is."""
    pieces: list[bytes] = []
    position = 0
    while True:
        line_end = body.find(b"\r\n", position)
        size_text = body[position:line_end].split(b";", 1)[0].strip() if line_end >= 0 else b""
        if not size_text or len(size_text) > 8 or any(byte not in b"0123456789abcdefABCDEF" for byte in size_text):
            return b"".join(pieces) if pieces else body
        size = int(size_text, 16)
        if size == 0:
            return b"".join(pieces)
        start = line_end + 2
        pieces.append(body[start : start + size])
        position = start + size + 2


def _decompress(body: bytes, name: str, limit_bytes: int) -> bytes:
    try:
        match name:
            case "identity":
                return body
            case "gzip" | "x-gzip":
                return _bounded(zlib.decompressobj(16 + zlib.MAX_WBITS), body, limit_bytes)
            case "deflate":
                return _inflate(body, limit_bytes)
            case "br":
                return _unbrotli(body, limit_bytes)
            case "zstd":
                return _bounded(ZstdDecompressor(), body, limit_bytes)
    except (zlib.error, brotli.error, ZstdError) as error:
        if body.lstrip()[:1] == b"<":  # the archiver decoded it and kept the header
            return body
        raise Malformed(f"the body is not {name}") from error
    raise Malformed(f"unknown content encoding {name!r:.40}")


def _bounded(decompressor: _Decompressor, body: bytes, limit_bytes: int) -> bytes:
    found = decompressor.decompress(body, limit_bytes + 1)
    if len(found) > limit_bytes:
        raise TooLarge(f"unpacks to more than {limit_bytes:,} bytes")
    if body and not decompressor.eof and not _is_whole(found):
        raise Malformed("the compressed body is cut short")
    return found


def _is_whole(found: bytes) -> bool:
    """Tell whether a stream that lacks its end has lost no more than its checksum: markup and JSON end with a bracket."""
    return found.rstrip()[-1:] in {b">", b"}", b"]"}


def _inflate(body: bytes, limit_bytes: int) -> bytes:
    """Read 'deflate' in both of its readings: zlib-wrapped as RFC 9110 says, raw as some servers send it."""
    try:
        return _bounded(zlib.decompressobj(), body, limit_bytes)
    except zlib.error:
        return _bounded(zlib.decompressobj(-zlib.MAX_WBITS), body, limit_bytes)


def _unbrotli(body: bytes, limit_bytes: int) -> bytes:
    decompressor = brotli.Decompressor()
    found = bytearray(decompressor.process(body, output_buffer_limit=_STEP_BYTES))
    while not decompressor.is_finished() and len(found) <= limit_bytes:
        step = decompressor.process(b"", output_buffer_limit=_STEP_BYTES)
        if not step:
            break
        found += step
    if len(found) > limit_bytes:
        raise TooLarge(f"unpacks to more than {limit_bytes:,} bytes")
    if body and not decompressor.is_finished() and not _is_whole(bytes(found[-100:])):
        raise Malformed("the compressed body is cut short")
    return bytes(found)

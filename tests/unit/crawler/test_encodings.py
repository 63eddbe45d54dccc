"""Archived bodies come out as their authors meant them, or with one reason."""

from __future__ import annotations

import contextlib
import gzip
import random
import sys
import zlib
from collections.abc import Callable

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.encodings import decode_body
from crawler.errors import Malformed, PageError, TooLarge

if sys.version_info >= (3, 14):
    from compression.zstd import ZstdCompressor
else:
    from backports.zstd import ZstdCompressor

PAGE = b"<html><body>" + "خبر من بغداد ".encode() * 500 + b"</body></html>"


def zstd(data: bytes) -> bytes:
    packer = ZstdCompressor()
    return packer.compress(data) + packer.flush()


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (PAGE, ""),
        (PAGE, "identity"),
        (gzip.compress(PAGE, mtime=0), "gzip"),
        (gzip.compress(PAGE, mtime=0), " X-GZIP "),
        (zlib.compress(PAGE), "deflate"),
        (raw_deflate(PAGE), "deflate"),
        (brotli.compress(PAGE), "br"),
        (zstd(PAGE), "zstd"),
        (brotli.compress(gzip.compress(PAGE, mtime=0)), "gzip, br"),
        (PAGE, "gzip"),
    ],
)
def test_body_is_decoded(body: bytes, encoding: str) -> None:
    assert decode_body(body, encoding) == PAGE


def test_chunks_are_joined() -> None:
    chunked = b"5\r\n<html\r\n6;ext=1\r\n>hello\r\n0\r\n\r\n"
    assert decode_body(chunked, "", "chunked") == b"<html>hello"


def test_chunks_that_end_early_keep_what_came() -> None:
    assert decode_body(b"5\r\n<html\r\nzz", "", "chunked") == b"<html"


def test_body_that_was_joined_by_the_archiver_stays() -> None:
    assert decode_body(PAGE, "", "chunked") == PAGE


@pytest.mark.parametrize(("name", "packer"), [("gzip", gzip.compress), ("deflate", zlib.compress), ("br", brotli.compress), ("zstd", zstd)])
def test_bomb_is_refused(name: str, packer: Callable[[bytes], bytes]) -> None:
    with pytest.raises(TooLarge):
        decode_body(packer(bytes(3_000_000)), name, limit_bytes=1_000_000)


def test_plain_body_over_the_limit_is_refused() -> None:
    with pytest.raises(TooLarge):
        decode_body(bytes(2000), "", limit_bytes=1000)


def test_more_than_two_encodings_are_refused() -> None:
    with pytest.raises(Malformed, match="3 stacked"):
        decode_body(b"", "gzip, gzip, gzip")


def test_unknown_encoding_is_named() -> None:
    with pytest.raises(Malformed, match="'pack200'"):
        decode_body(b"abc", "pack200")


@given(st.binary(max_size=300), st.sampled_from(["gzip", "deflate", "br", "zstd", "gzip, br", ""]), st.sampled_from(["", "chunked"]))
def test_any_bytes_give_bytes_or_a_page_error(body: bytes, encoding: str, transfer: str) -> None:
    with contextlib.suppress(PageError):
        assert isinstance(decode_body(body, encoding, transfer), bytes)


@pytest.mark.parametrize("name", ["gzip", "deflate", "br", "zstd"])
def test_packed_body_that_breaks_off_is_malformed_unless_only_its_checksum_is_missing(name: str) -> None:
    pack = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress, "zstd": zstd}[name]
    packed = pack(random.Random(1).randbytes(50_000).hex().encode() + b"</html>")
    with pytest.raises(Malformed, match="cut short"):
        decode_body(packed[: len(packed) // 2], name)
    if name in {"gzip", "deflate"}:
        assert decode_body(packed[:-4], name).endswith(b"</html>")

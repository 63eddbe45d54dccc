"""Feeds in any encoding that XML can name are read."""

from __future__ import annotations

import pytest

from crawler.discovery.feeds import parse_feed
from crawler.discovery.xml_text import read_text

TITLE = "ميناء قرنباد"


def declared(encoding: str, text: str = TITLE) -> str:
    return f'<?xml version="1.0" encoding="{encoding}"?><rss><channel><title>{text}</title></channel></rss>'


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("windows-1256", "cp1256"),
        ("windows_1256", "cp1256"),
        ("MS-ARAB", "cp1256"),
        ("iso-8859-6", "iso8859_6"),
        ("cp720", "cp720"),
        ("DOS-720", "cp720"),
    ],
)
def test_short_arabic_feed_is_read_as_it_declares(label: str, codec: str) -> None:
    parsed = parse_feed(declared(label).encode(codec), "https://qarnabad-post.example/feed")
    assert parsed.title == TITLE


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-be", "utf-16-le", "utf-32", "utf-32-be", "utf-32-le"])
def test_unicode_with_and_without_mark_is_read(codec: str) -> None:
    assert parse_feed(declared("utf-8").encode(codec), "https://qarnabad-post.example/feed").title == TITLE


@pytest.mark.parametrize(("label", "codec"), [("cp037", "cp037"), ("ebcdic-odd", "cp037"), ("cp500", "cp500")])
def test_ebcdic_is_read(label: str, codec: str) -> None:
    assert parse_feed(declared(label, "Été!").encode(codec), "https://qarnabad-post.example/feed").title == "Été!"


@pytest.mark.parametrize("label", ["rot13", "idna", "utf-7", "base64", "unicode_escape", "undefined", "no-such-thing", "cp037"])
def test_declaration_that_is_no_encoding_does_no_harm(label: str) -> None:
    body = declared(label).encode("cp1256")
    assert "<rss>" in read_text(body)


def test_declaration_that_is_wrong_leaves_the_guess() -> None:
    body = declared("cp864", "\x00").encode("latin-1").replace(b"\x00", b"caf\xe9 \xff\xff")
    assert "<title>caf" in read_text(body)


def test_control_characters_of_windows_are_read_as_quotes() -> None:
    assert parse_feed(declared("utf-8", "don\x92t").encode(), "https://qarnabad-post.example/feed").title == "don’t"

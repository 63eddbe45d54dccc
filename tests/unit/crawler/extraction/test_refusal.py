from __future__ import annotations

import contextlib
import time

import pytest

from crawler.errors import Malformed, NotHtml, PageError, TooLarge
from crawler.extraction.refusal import CONFIG, refuse_bytes, refuse_text

URL = "https://news.example/a"
HTML = "<html><head><title>t</title></head><body><p>text</p></body></html>"


@pytest.mark.parametrize(
    "body",
    [b"%PDF-1.7 ...", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"GIF89a", b"RIFF....WEBP", b"PK\x03\x04", b"\x1f\x8b\x08", b"", b"  \n "],
)
def test_files_that_are_no_page_are_refused_by_their_bytes(body: bytes) -> None:
    with pytest.raises(NotHtml):
        refuse_bytes(body, "text/html", URL)


def test_size_is_looked_at_before_anything_else() -> None:
    refuse_bytes(b"<" * CONFIG.max_body_bytes, "", URL)
    with pytest.raises(TooLarge, match="5000001 bytes"):
        refuse_bytes(b"<" * (CONFIG.max_body_bytes + 1), "", URL)


@pytest.mark.parametrize(
    ("text", "content_type"),
    [
        ('<?xml version="1.0"?><!-- made by hand --><rss version="2.0"><channel/></rss>', "text/html"),
        ('\ufeff<?xml version="1.0"?><?xml-stylesheet href="a"?>\n<feed xmlns="http://www.w3.org/2005/Atom"/>', ""),
        ("<urlset><url/></urlset>", "text/xml"),
        ('{"a": "b"}', "application/json"),
        ('{"html": "<p>text</p>"}', "application/json; charset=utf-8"),
        ("[1, 2]", ""),
        ("plain words", "text/plain"),
        ("plain words", ""),
        ("body { color: red } /* < */", "text/css"),
    ],
)
def test_feeds_json_and_plain_text_are_no_pages(text: str, content_type: str) -> None:
    with pytest.raises(NotHtml):
        refuse_text(text, content_type, URL)


@pytest.mark.parametrize("content_type", ["text/html", "", "application/octet-stream", "image/png", "text/plain", "nonsense"])
def test_html_is_a_page_whatever_its_content_type(content_type: str) -> None:
    refuse_text(HTML, content_type, URL)


def test_an_unknown_markup_under_an_html_type_is_left_to_the_parser() -> None:
    refuse_text("<custom-element>text</custom-element>", "text/html", URL)


HOSTILE = {
    "attributes": "<html><body><p " + " ".join(f"a{n}" for n in range(2_001)) + ">x</p>",
    "attributes with quoted brackets": "<html><p " + "".join(f'a{n}=">" ' for n in range(2_001)) + ">x</p>",
    "attributes of a script": "<html><script " + "a=1 " * 2_001 + "></script>",
    "doctype": "<!doctype " + "/" * 79_000 + "><html><p>",
    "doctype in the middle": "<html><p>x</p><!DOCTYPE" + " a" * 600 + ">",
    "json-ld": '<html><script type="application/ld+json">' + '\\"' * 140_000 + "</script>",
    "json-ld never closed": "<html><script type='application/LD+JSON'>" + "a" * 262_145,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_markup_made_to_hang_a_parser_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        refuse_text(text, "text/html", URL)


@pytest.mark.parametrize(
    "text",
    [
        "<html><p " + " ".join(f"a{n}" for n in range(1_999)) + ">x</p>",
        "<html><!-- <p " + "a " * 5_000 + "> --><p>x</p>",
        "<html><script>if (a<b) {" + "x y " * 5_000 + "}</script><p>x</p>",
        '<html><div data-state="' + "a=1 " * 5_000 + '"><p>x</p>',
        "<html><input alt='it''s' value=''><p>" + "word " * 5_000 + "</p>",
        '<html><script type="application/ld+json">' + "a" * 262_144 + "</script>",
    ],
    ids=["few attributes", "comment", "script", "long value", "stray quote", "json-ld"],
)
def test_large_but_honest_markup_passes(text: str) -> None:
    refuse_text(text, "text/html", URL)


@pytest.mark.parametrize("piece", ["<", "<!--", "<a b=", '<a b="', "<script ", "<!doctype ", "<?xml ?>", "=", "<a'"])
def test_the_scan_takes_linear_time(piece: str) -> None:
    text = "<html>" + piece * (1_000_000 // len(piece))
    start = time.process_time()
    with contextlib.suppress(PageError):
        refuse_text(text, "text/html", URL)
    assert time.process_time() - start < 3

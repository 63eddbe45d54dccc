"""Other language editions of a page are found in its head, on its own site only."""

from __future__ import annotations

from lxml.html import document_fromstring

from crawler.discovery import Alternate
from crawler.discovery.alternates import alternates_of

URL = "https://www.qarnabad-post.example/ar/2026/05/14/mina"
HEAD = """<link rel="alternate" hreflang="ar" href="/ar/2026/05/14/mina">
<link rel="alternate" hreflang="en-GB" href="https://en.qarnabad-post.example/harbour#top">
<link REL="Alternate" hreflang="he" href="//qarnabad-post.example/he/namal">
<link rel="alternate" hreflang="en" href="https://en.qarnabad-post.example/harbour">
<link rel="alternate" hreflang="ar-SY" href="/sy/2026/05/14/mina">
<link rel="alternate" hreflang="x-default" href="/">
<link rel="alternate" hreflang="fr" href="https://journal.example/port">
<link rel="alternate" hreflang="tr" href="mailto:x@qarnabad-post.example">
<link rel="alternate" type="application/rss+xml" href="/feed">
<link rel="canonical" hreflang="fa" href="/fa">"""


def page(head: str, lang: str = "", body: str = "<p>text</p>") -> bytes:
    return f"<!doctype html><html{lang}><head><title>T</title>{head}</head><body>{body}</body></html>".encode()


def test_editions_are_found_once_and_the_page_itself_is_none() -> None:
    assert alternates_of(page(HEAD), URL) == (
        Alternate("https://en.qarnabad-post.example/harbour#top", "en"),
        Alternate("https://qarnabad-post.example/he/namal", "he"),
    )


def test_parsed_page_serves_as_well() -> None:
    assert alternates_of(document_fromstring(page(HEAD)), URL) == alternates_of(page(HEAD), URL)


def test_language_of_the_page_counts_where_no_link_leads_to_itself() -> None:
    links = '<link rel="alternate" hreflang="ar" href="/ar/1"><link rel="alternate" hreflang="en" href="/en/1">'
    assert alternates_of(page(links, ' lang="en-US"'), "https://qarnabad-post.example/1") == (
        Alternate("https://qarnabad-post.example/ar/1", "ar"),
    )
    assert [found.language for found in alternates_of(page(links), "https://qarnabad-post.example/1")] == ["ar", "en"]


def test_base_of_the_page_is_obeyed() -> None:
    links = '<base href="https://qarnabad-post.example/x/"><link rel="alternate" hreflang="en" href="1">'
    assert alternates_of(page(links), URL) == (Alternate("https://qarnabad-post.example/x/1", "en"),)
    assert alternates_of(page(links.replace("https://qarnabad-post.example/x/", "https://[")), URL)[0].url.endswith("/ar/2026/05/14/1")


def test_body_is_not_read() -> None:
    body = '<link rel="alternate" hreflang="en" href="/en">' + "<div>" * 5_000
    assert alternates_of(page("", body=body), URL) == ()


def test_endless_list_of_editions_is_cut() -> None:
    links = "".join(f'<link rel="alternate" hreflang="en" href="/{number}">' for number in range(50))
    assert len(alternates_of(page(links), URL)) == 20


def test_bytes_that_are_no_page_name_none() -> None:
    assert alternates_of(b"", URL) == alternates_of(b"%PDF-1.7", URL) == alternates_of(b'{"a": 1}', URL) == ()

from __future__ import annotations

import base64
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import urljoin

import pytest

from crawler.urls import MAX_CHARS, MAX_RAW_CHARS, UrlError, canonical_url, credible_canonical, host_of, registered_domain, same_site

PAIRS = [tuple(line.split("\t")) for line in (Path(__file__).parent / "url_pairs.tsv").read_text(encoding="utf-8").split("\n")[1:] if line]


@pytest.mark.parametrize(("verdict", "one", "other", "why"), PAIRS)
def test_two_addresses_are_one_article_or_two(verdict: str, one: str, other: str, why: str) -> None:
    assert ("same" if canonical_url(one) == canonical_url(other) else "different") == verdict, why


def test_table_of_pairs_is_long_and_has_no_pair_twice() -> None:
    assert len({(one, other) for _, one, other, _ in PAIRS}) == len(PAIRS) > 400
    assert {verdict for verdict, *_ in PAIRS} == {"same", "different"}


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTP://WWW.News.Example:80/A/b.php?id=7&utm_source=x#f", "https://news.example/A/b.php?id=7"),
        ("http://127.0.0.2:8001/x", "http://127.0.0.2:8001/x"),
        ("http://[::1]:8000/", "http://[::1]:8000/"),
        ("http://[0:0:0:0:0:0:0:1]:80/", "http://[::1]/"),
        ("https://www.com/", "https://www.com/"),
        ("http://localhost/a", "https://localhost/a"),
        ("http://\uff11\uff12\uff17.0.0.1/x", "http://127.0.0.1/x"),
        ("https://news.example/100%/\ud800", "https://news.example/100%25/%EF%BF%BD"),
        ("https://news.example/a/..", "https://news.example/"),
        ("https://news.example/a/b/.", "https://news.example/a/b"),
        ("https://news.example/x/https://other.example//y/", "https://news.example/x/https://other.example/y"),
        ("https://news.example/a:///", "https://news.example/a:"),
        ("https://news.example/\u062e\u0627\u0653?\u0642=%d9%82+1", "https://news.example/%D8%AE%D8%A2?%D9%82=%D9%82%201"),
        ("https://news.example/%c7%e1?x=%ff", "https://news.example/%C7%E1?x=%FF"),
        ("https://news.example/<\u0338%3C\u0338", "https://news.example/%E2%89%AE%3C%CC%B8"),
        ("https://news.example/%%34%31", "https://news.example/%2541"),
        ("https://news.example/\U0001f4f0", "https://news.example/%F0%9F%93%B0"),
        ("https://news.example/..&utm_source=x/..amp", "https://news.example/..&utm_source=x/..amp"),
        ("https://news.example/#!/\u062e", "https://news.example/#!/%D8%AE"),
        ("https://news.example/#!", "https://news.example/"),
        ("https://news.example/\u200f", "https://news.example/"),
        ("https://www.google.com/url?q=https%3A%2F%2F%5B", "https://google.com/url?q=https://%5B"),
        ("https://www.google.com/amp/s/nowhere", "https://google.com/amp/s/nowhere"),
        ("https://l.facebook.com/other?u=https%3A%2F%2Fnews.example", "https://l.facebook.com/other?u=https://news.example"),
        ("https://news.google.com/topics/7", "https://news.google.com/topics/7"),
        ("https://news.google.com/rss/articles/C", "https://news.google.com/rss/articles/C"),
        ("https://news.google.com/rss/articles/CBMiEmZ0cA", "https://news.google.com/rss/articles/CBMiEmZ0cA"),
        ("http://news.example:8080/a?amp=1", "http://news.example:8080/a"),
        ("https://news.example/?=v&x=", "https://news.example/?=v&x"),
    ],
)
def test_canonical_form_is_as_documented(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical
    assert canonical_url(canonical) == canonical


@pytest.mark.parametrize(
    "text",
    [
        "", "news.example/a", "//news.example/a", "ftp://news.example/a", "javascript:alert(1)", "mailto:a@news.example", "file:///etc/passwd",
        "http:news.example", "http://", "http:///a", "http://[::1", "http://[news]/", "http://news.example:99999/", "http://news.example:x/",
        "http://a b/", "http://a..b/", "http://-/", "http://%ff.example/", "http://a\u0338.\u200d/", "http://" + "a" * 300 + ".example/",
        "https://news.example/" + "a" * MAX_CHARS,
        "https://news.example/?utm_source=" + "a" * MAX_RAW_CHARS, "https://" + "a" * 2_000 + "/", "http\u017f://news.example/",
        "https://news.example:65536/", "https://" + "google.com/amp/s/" * 9 + "news.example/", "https://google.com:\u0661/",
    ],
)  # fmt: skip
def test_what_is_no_web_address_raises_its_own_error(text: str) -> None:
    with pytest.raises(UrlError):
        canonical_url(text)


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("www.bbc.co.uk", "bbc.co.uk"),
        ("https://news.alharbour.com.sa/a?b", "alharbour.com.sa"),
        ("desk.blogspot.com", "desk.blogspot.com"),
        ("mideast.news.example", "news.example"),
        ("news.example", "news.example"),
        ("co.uk", "co.uk"),
        ("localhost", "localhost"),
        ("http://localhost:8000/", "localhost"),
        ("127.0.0.1", "127.0.0.1"),
        ("http://127.0.0.1:80/", "127.0.0.1"),
        ("http://127.0.0.3:8001/a", "127.0.0.3:8001"),
        ("https://[::1]:8443/", "[::1]:8443"),
    ],
)
def test_registered_domain_is_what_somebody_registered(host: str, domain: str) -> None:
    assert registered_domain(host) == domain


def test_host_keeps_its_www_and_an_odd_port() -> None:
    assert host_of("HTTP://WWW.News.Example:80/a") == "www.news.example"
    assert host_of("http://127.0.0.2:8001/") == "127.0.0.2:8001"
    with pytest.raises(UrlError):
        host_of("nowhere")


def test_sites_are_the_same_by_registered_domain() -> None:
    assert same_site("https://m.news.example/a", "arabic.news.example")
    assert not same_site("https://news.example/a", "https://other.example/a")
    assert not same_site("https://news.example/a", "http://[")


@pytest.mark.parametrize(
    ("declared", "credible"),
    [
        ("https://www.news.example/a/7?utm_source=x", "https://news.example/a/7"),
        ("/a/7", "https://news.example/a/7"),
        ("  /a/7 ", "https://news.example/a/7"),
        ("https://arabic.news.example/a/7", "https://arabic.news.example/a/7"),
        ("https://other.example/a/7", None),
        ("https://news.example/", None),
        ("https://news.example/index.html", None),
        ("javascript:void(0)", None),
        ("http://[", None),
        ("", None),
        (None, None),
    ],
)
def test_a_declared_address_is_believed_on_the_same_site_only(declared: str | None, credible: str | None) -> None:
    assert credible_canonical(declared, "http://m.news.example/a/7?ref=feed") == credible


def test_the_home_page_may_declare_itself() -> None:
    assert credible_canonical("https://news.example", "http://www.news.example/index.html") == "https://news.example/"


def test_a_long_address_is_read_from_an_article_of_google_news() -> None:
    address = "https://news.example/" + "a" * 200
    size = len(address)
    data = b"\x08\x13\x22" + bytes([size & 0x7F | 0x80, size >> 7]) + address.encode()
    code = base64.urlsafe_b64encode(data).decode().rstrip("=")
    assert canonical_url(f"https://news.google.com/read/{code}?hl=ar") == address
    assert canonical_url(f"https://news.google.com/read/{code[:-8]}") == f"https://news.google.com/read/{code[:-8]}"


@pytest.mark.parametrize(
    ("declared", "page", "why"),
    [
        ("/", "/a/7", "the home page"),
        ("/ar", "/ar/7142-vote", "the home page of an edition"),
        ("/home", "/a/7142", "the home page by name"),
        ("/politics", "/politics/minister-resigns-at-last", "the section"),
        ("/news/middle-east", "/news/middle-east/minister-resigns", "a section of two words"),
        ("/news", "/article.php?id=7", "some section"),
        ("/en/7", "/ar/7", "another language by path"),
        ("/7", "/ar/7", "the default edition"),
        ("/a?id=7&lang=en", "/a?id=7&lang=ar", "another language by parameter"),
        ("/a?id=7", "/a?id=7&lang=ar", "no language"),
        ("/en-US/7", "/ar-EG/7", "another locale"),
        ("https://english.news.example/7", "https://arabic.news.example/7", "another language by host"),
        ("/news/8", "/news/7", "another number"),
        ("/vote-1234568", "/vote-1234567", "another number behind a slug"),
        ("/news/7142/other", "/news/7141/vote", "another number before a slug"),
        ("/article.php?id=8", "/article.php?id=7", "another number in the query"),
        ("/article.php", "/article.php?id=7", "no number"),
        ("/?lang=ar", "/?p=7&lang=ar", "no number on the home page"),
        ("/vote-in-the-house", "/vote-in-the-house?page=2", "the first page"),
        ("/vote-in-the-house", "/vote-in-the-house/page/2", "the first page by path"),
        ("https://news.example.com/a/7", "/a/7", "another site"),
        ("https://news.co.uk/a/7", "https://news.com/a/7", "another country"),
    ],
)
def test_a_claim_that_contradicts_the_address_is_not_believed(declared: str, page: str, why: str) -> None:
    assert credible_canonical(declared, urljoin("https://news.example/", page)) is None, why


@pytest.mark.parametrize(
    ("declared", "page", "why"),
    [
        ("/news/7/minister-resigns", "/news/7", "a slug behind the number"),
        ("/news/7", "/news/7/minister-resigns", "no slug behind the number"),
        ("/2024/05/17/minister-resigns", "/?p=7142", "a permalink of WordPress"),
        ("/minister-resigns", "/?p=7142", "a permalink without date"),
        ("/article.php?id=7", "/print.php?id=7", "a print script"),
        ("/article/7142", "/amp.php?id=7142", "an AMP script"),
        ("/minister-resigns-at-last", "/minister-resigns-at-last-id119898", "the number left off"),
        ("/minister-resigns-at-last", "/minister-resigns-at-last?xyz=123", "a tracker that nobody knows"),
        ("/minister-resigns-at-last", "/minister-resigns-at-last/gallery", "a step below a slug"),
        ("/ar/7", "/7", "an edition made explicit"),
        ("https://news.example/ar/7", "https://arabic.news.example/7", "an edition that moved from host to path"),
        ("/articles/20240517/vote-1234567", "/story/20240518/vote-1234567", "another date, the same number"),
        ("/vote-in-the-house?page=2", "/vote-in-the-house?page=2&x=y", "the same page"),
        ("/vote-in-the-house/page/1", "/vote-in-the-house", "the first page in full"),
        ("/vote-in-the-house", "/vote-in-the-house?seite=all", "all pages at once"),
        ("/en-us/news/us/ar-BBWZedJ", "/en-us/news/us/ar-BBWZedJ?srcref=rss", "the same path without a tracker that nobody knows"),
        ("/%D8%AE%D8%A8%D8%B1-%D8%B9%D9%86-%D8%A7%D9%84%D9%88%D8%B2%D9%8A%D8%B1", "/node/7", "an Arabic slug for a node"),
        ("https://www.google.com/amp/s/news.example/vote-in-the-house", "/vote-in-the-house?x=1a", "a claim through a cache"),
    ],
)
def test_a_claim_that_agrees_with_the_address_is_believed(declared: str, page: str, why: str) -> None:
    page_url = urljoin("https://news.example/", page)
    assert credible_canonical(declared, page_url) == canonical_url(urljoin(page_url, declared)), why


def test_a_page_of_an_amp_cache_declares_the_publishers_address() -> None:
    cached = "https://news-example.cdn.ampproject.org/c/s/news.example/amp/7"
    assert credible_canonical("https://www.news.example/7", cached) == "https://news.example/7"


@pytest.mark.parametrize(
    "url",
    [
        "https://news.example/" + "amp/" * 2_000,
        "https://news.example/a" + ".amp" * 2_000,
        "https://news.example/a" + "/index.html" * 740,
        "https://news.example/a" + "/tag/print" * 800,
        "https://news.example/" + "%2e%2e/" * 1_100,
        "https://news.example/a?" + "&utm_a=1" * 8_000,
        "https://news.example/a?" + "&amp;amp;amp;" * 5_000,
        "https://news.example/?option=com_content&view=article&id=" + "7" * 8_000,
        "https://news.example/?share=1" + "&nb=1" * 13_000,
        "https://news.google.com/rss/articles/" + "C" * 8_000,
        "https://google.com/url?q=" + "https%3A%2F%2Fgoogle.com%2Furl%3Fq%3D" * 200,
        "https://l.facebook.com/l.php?u=https%3A%2F%2F" + "%25" * 8_000,
        "https://" + "a." * 500 + "example/",
        "https://news.example/#!" + "/" * 60_000,
    ],
)
def test_hostile_addresses_cost_little_time(url: str) -> None:
    begin = time.process_time()
    with suppress(UrlError):
        canonical_url(url)
    credible_canonical(url, "https://news.example/a/7")
    assert time.process_time() - begin < 1.5

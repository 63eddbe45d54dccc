from __future__ import annotations

import pytest

from crawler.urls import MAX_CHARS, UrlError, canonical_url, credible_canonical, host_of, registered_domain, same_site

SAME = [
    ("http://news.example/a", "https://news.example/a", "scheme"),
    ("https://NEWS.Example/a", "https://news.example/a", "case of the host"),
    ("https://news.example./a", "https://news.example/a", "trailing dot of the host"),
    ("https://www.news.example/a", "https://news.example/a", "www."),
    ("https://m.news.example/a", "https://www.news.example/a", "m."),
    ("https://amp.news.example/a", "https://news.example/a", "amp."),
    ("https://www.m.news.example/a", "https://news.example/a", "two variants"),
    ("http://news.example:80/a", "https://news.example:443/a", "default ports"),
    ("https://user:secret@news.example/a", "https://news.example/a", "user information"),
    ("https://news.example", "https://news.example/", "empty path"),
    ("https://news.example/a/./b/../c", "https://news.example/a/c", "dot segments"),
    ("https://news.example/a/%2e%2e/c", "https://news.example/c", "escaped dot segments"),
    ("https://news.example/%7Euser", "https://news.example/~user", "needless escapes"),
    ("https://news.example/خبر/١", "https://news.example/%d8%ae%d8%a8%d8%b1/%d9%a1", "Arabic path"),
    ("https://خبر.example/a", "https://xn--ngblk.example/a", "international host name"),
    ("https://news.example/a?utm_source=x&utm_medium=y", "https://news.example/a", "utm parameters"),
    ("https://news.example/a?fbclid=1&gclid=2&id=7", "https://news.example/a?id=7", "click ids beside a meaningful parameter"),
    ("https://news.example/a?b=2&a=1", "https://news.example/a?a=1&b=2", "order of parameters"),
    ("https://news.example/a?", "https://news.example/a", "empty query"),
    ("https://news.example/a?&&a=1", "https://news.example/a?a=1", "empty parameters"),
    ("https://news.example/a?q=x+y", "https://news.example/a?q=x%20y", "plus for space"),
    ("https://news.example/a?ref=homepage", "https://news.example/a", "a referrer in words"),
    ("https://news.example/a#part", "https://news.example/a", "fragment"),
    ("https://news.example/a;jsessionid=0A1B", "https://news.example/a", "session id in the path"),
    (" https://news.example/a\n", "https://news.example/a", "space around"),
    ("https://news.example/a\tb", "https://news.example/ab", "tabs inside"),
    ("https:\\\\news.example\\a", "https://news.example/a", "backslashes"),
]
DIFFERENT = [
    ("https://news.example/A", "https://news.example/a", "case of the path"),
    ("https://news.example/article.php?id=7", "https://news.example/article.php?id=8", "the id in the query"),
    ("https://news.example/article.php?id=7", "https://news.example/article.php", "an id and none"),
    ("https://ar.news.example/a", "https://news.example/a", "a language edition"),
    ("https://news.example:8443/a", "https://news.example/a", "a port"),
    ("http://127.0.0.2/a", "https://127.0.0.2/a", "schemes of an address"),
    ("http://127.0.0.2:8001/a", "http://127.0.0.2:8002/a", "ports of an address"),
    ("https://news.example/a%2Fb", "https://news.example/a/b", "an escaped slash"),
    ("https://news.example/a?ref=4411", "https://news.example/a", "a reference in digits"),
    ("https://news.example/a?a=1&a=2", "https://news.example/a?a=2&a=1", "order of one parameter's values"),
]


@pytest.mark.parametrize(("one", "other", "why"), SAME, ids=[why for _, _, why in SAME])
def test_addresses_of_one_article_have_one_canonical_form(one: str, other: str, why: str) -> None:
    assert canonical_url(one) == canonical_url(other), why


@pytest.mark.parametrize(("one", "other", "why"), DIFFERENT, ids=[why for _, _, why in DIFFERENT])
def test_addresses_of_different_pages_stay_apart(one: str, other: str, why: str) -> None:
    assert canonical_url(one) != canonical_url(other), why


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
        ("https://news.example/a/b/.", "https://news.example/a/b/"),
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

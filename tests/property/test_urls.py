from __future__ import annotations

import random

from hypothesis import example, given, settings
from hypothesis import strategies as st

from crawler.urls import UrlError, canonical_url, credible_canonical, registered_domain, same_site

PIECES = st.sampled_from(
    [
        *("http://", "https://", "HTTP:", "//", "\\", "www.", "m.", "news", ".example", ".co.uk", "127.0.0.1", "[::1]", "خبر", "\uff11"),
        *("@", ":", ":80", ":8080", "/", "..", "./", "%2e", "%2F", "%41", "%zz", "%", "?", "&", "=", "+", "a", "A", "id=7", "utm_source=x"),
        *(";jsessionid=1", "#", " ", "\t", "\n", "\x00", "\u200c", "\ud800", "ß", "İ", "xn--"),
    ]
)
NASTY = [
    *("http://", "HTTPS://", "//", "\\", "/", "www.", "m.", "amp.", "news", ".example", ".co.uk", "127.0.0.1", "[::1]", "خبر"),
    *("\uff11", "@", ":", ":80", ":8080", "..", "./", ".", "%2e", "%2E%2e", "%2F", "%41", "%zz", "%", "%25", "%C3%A9", "e\u0301"),
    *("e%CC%81", "%E2%84%AA", "%CD%BE", "<\u0338", "%3C\u0338", "=\u0338", "\u0327", "?", "&", "&amp;", "&%61mp;", "amp;"),
    *("&#038;", "#", "#!", "#!/", "#/", "=", "+", "a", "A", "id=7", "utm_source=x", "?utm_source=x", "&utm_source=x", "m=1"),
    *("nb=1", "share=x", "amp", "/amp", "/AMP/", "amp=1", ".amp", ".amp.html", "/print", "print=1", "/printable", "/index.html"),
    *("index.php", "/default.aspx", "/comment-page-2", "/(S(abcdefgh12))", "/tag", "q=node/7", "option=com_content"),
    *("&view=article", "&id=7:x", "&Itemid=3", ";jsessionid=1", ";sid=", "\x00", "\t", "\n", " ", "\u200c", "\u200f", "\ud800"),
    *("\udc25", "ß", "İ", "ſ", "xn--", "google.com/url?q=", "google.com/amp/s/", "x.cdn.ampproject.org/c/s/", "%3f", "%253A"),
    *("l.facebook.com/l.php?u=", "https%3A%2F%2F", "news.google.com/rss/articles/", "CBMi", "?url=", "/2024/05/x.html"),
    *("blogspot.com.eg", "{", "|", "^", "`", "[", "]", "'", '"', "~", "%7e", "%D8", "%d8%ae", "\U0001f600", "%F0%9F%98%80"),
    *("_=1715900000000", "ref=", "&_=1"),
]
HOSTS = [
    "https://news.example",
    "http://www.x.blogspot.com",
    "https://google.com",
    "https://www.google.com.eg/url?",
    "https://news.google.com",
]

URLISH = st.lists(PIECES, max_size=14).map("".join)
WEB = URLISH.map("https://news.example/".__add__)


@settings(deadline=None)  # the first call loads the public suffix list
@given(st.one_of(st.text(), URLISH, WEB))
@example("http://\u2100.example/")
@example("http://news.example/..//..")
def test_canonical_url_is_idempotent_and_raises_only_its_own_error(text: str) -> None:
    try:
        canonical = canonical_url(text)
    except UrlError:
        return
    assert canonical_url(canonical) == canonical
    assert canonical.isascii()
    assert "#" not in canonical or "#!" in canonical or "/#/" in canonical


@settings(deadline=None)  # the first call loads the public suffix list
@given(WEB)
def test_scheme_and_variant_of_the_host_never_matter(url: str) -> None:
    variant = url.replace("https://news.example/", "http://www.news.example:80/", 1)
    assert canonical_url(variant) == canonical_url(url)


@settings(deadline=None)  # the first call loads the public suffix list
@given(st.one_of(st.text(), URLISH), st.one_of(st.text(), URLISH, WEB))
def test_the_other_functions_answer_for_every_text(one: str, other: str) -> None:
    credible = credible_canonical(one, other)
    assert credible is None or canonical_url(credible) == credible
    assert same_site(one, other) == same_site(other, one)
    try:
        domain = registered_domain(one)
    except UrlError:
        return
    assert registered_domain(domain) == domain


def test_canonical_url_is_idempotent_on_a_hundred_thousand_nasty_addresses() -> None:
    chance = random.Random(20_260_301)
    kept = 0
    for _ in range(100_000):
        url = "".join(chance.choices(NASTY, k=chance.randrange(1, 16)))
        if chance.random() < 0.9:
            url = chance.choice(HOSTS) + chance.choice(["", "/", "/a/"]) + url
        try:
            canonical = canonical_url(url)
        except UrlError:
            continue
        kept += 1
        assert canonical_url(canonical) == canonical, url
        assert canonical.isascii(), url
        assert canonical.isprintable(), url
    assert kept > 50_000

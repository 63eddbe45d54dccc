from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from crawler.urls import UrlError, canonical_url, credible_canonical, registered_domain, same_site

PIECES = st.sampled_from(
    [
        *("http://", "https://", "HTTP:", "//", "\\", "www.", "m.", "news", ".example", ".co.uk", "127.0.0.1", "[::1]", "خبر", "\uff11"),
        *("@", ":", ":80", ":8080", "/", "..", "./", "%2e", "%2F", "%41", "%zz", "%", "?", "&", "=", "+", "a", "A", "id=7", "utm_source=x"),
        *(";jsessionid=1", "#", " ", "\t", "\n", "\x00", "\u200c", "\ud800", "ß", "İ", "xn--"),
    ]
)
URLISH = st.lists(PIECES, max_size=14).map("".join)
WEB = URLISH.map("https://news.example/".__add__)


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
    assert "#" not in canonical


@given(WEB)
def test_scheme_and_variant_of_the_host_never_matter(url: str) -> None:
    variant = url.replace("https://news.example/", "http://www.news.example:80/", 1)
    assert canonical_url(variant) == canonical_url(url)


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

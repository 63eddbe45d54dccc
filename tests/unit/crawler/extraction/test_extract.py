from __future__ import annotations

import pickle
import re
from datetime import UTC, datetime

import pytest

import crawler.extraction
from crawler.errors import Malformed, NoText, NotHtml, PageError, Paywalled, TooLarge
from crawler.extraction import declared_address, extract, extractor_name
from crawler.records import Candidate, ExtractedArticle, Page, PageContext

URL = "https://review.example/labour/3"
TEXT = "Delegates from both shores met on Sunday in the port of Ardal and agreed to reopen two crossings. Nothing else was said by either."
BODY = f"<article><h1>Port talks resume</h1><p>{TEXT}</p><p>{TEXT[::-1]}</p></article>"
HTML = f"<html><head><title>Port talks resume</title></head><body>{BODY}</body></html>"


def page(body: str | bytes, url: str = URL, content_type: str = "text/html") -> Page:
    data = body.encode() if isinstance(body, str) else body
    return Page("http://review.example/feed-link", url, data, datetime(2025, 6, 1, tzinfo=UTC), content_type=content_type)


def test_an_article_names_both_its_addresses_and_its_maker() -> None:
    article = extract(page(HTML))
    assert (article.url, article.canonical_url) == ("http://review.example/feed-link", URL)
    assert article.text.startswith(TEXT)
    assert re.fullmatch(r"dragoman/\d\S* trafilatura/\d\S*", article.extractor)
    assert article.extractor == extractor_name()


def test_unknown_facts_are_none_and_never_an_empty_guess() -> None:
    article = extract(page(HTML))
    assert article.authors == ()
    unknown = (
        article.published,
        article.modified,
        article.description,
        article.site_name,
        article.section,
        article.image_url,
        article.paywalled,
    )
    assert unknown == (None,) * 7


def test_the_candidate_gives_what_the_page_does_not() -> None:
    when = datetime(2025, 5, 30, 8, tzinfo=UTC)
    candidate = Candidate(URL, "feed.xml", title="Port talks resume", published_at=when)
    article = extract(
        page(HTML.replace("<title>Port talks resume</title>", "").replace("<h1>Port talks resume</h1>", "")),
        PageContext(candidate=candidate),
    )
    assert article.title == "Port talks resume"
    assert article.published is not None
    assert (article.published.at, article.published.found_in) == (when, "feed")


def test_extraction_and_its_errors_travel_to_a_worker_and_back() -> None:
    function = pickle.loads(pickle.dumps(extract))  # noqa: S301 - our own bytes
    article = function(page(HTML))
    assert isinstance(article, ExtractedArticle)
    assert pickle.loads(pickle.dumps(article)) == article  # noqa: S301 - our own bytes
    with pytest.raises(NoText) as caught:
        extract(page("<html><body><p></p></body></html>"))
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - our own bytes
    assert (type(again), again.url, str(again)) == (NoText, URL, str(caught.value))


@pytest.mark.parametrize(
    ("body", "content_type", "error"),
    [
        (b"%PDF-1.4", "text/html", NotHtml),
        ("<rss><channel/></rss>", "text/html", NotHtml),
        ('{"a": 1}', "application/json", NotHtml),
        ("", "text/html", NotHtml),
        (b"x" * 5_000_001, "text/html", TooLarge),
        ("<html><p " + " ".join(f"a{n}" for n in range(2_001)) + ">", "text/html", Malformed),
        ("<html><body>" + "<div>" * 5_000, "text/html", Malformed),
        ("<html><body><p>Too few words to be anything.</p></body></html>", "text/html", NoText),
        ("<html><head><title>x</title></head><body></body></html>", "text/html", NoText),
    ],
)
def test_what_gives_no_article_says_which_way(body: str | bytes, content_type: str, error: type[PageError]) -> None:
    with pytest.raises(error) as caught:
        extract(page(body, content_type=content_type))
    assert caught.value.url == URL


def test_deep_nesting_loses_no_article() -> None:
    assert (
        TEXT
        in extract(page(HTML.replace("<article>", "<article>" + "<div>" * 300).replace("</article>", "</div>" * 300 + "</article>"))).text
    )


def test_paid_content_with_its_whole_text_is_kept_and_marked() -> None:
    head = '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": false}</script>'
    long = HTML.replace("<head>", f"<head>{head}").replace("</article>", f"<p>{TEXT} {TEXT} {TEXT}</p></article>")
    assert extract(page(long)).paywalled is True
    with pytest.raises(Paywalled):
        extract(page(HTML.replace("<head>", f"<head>{head}")))


def test_an_address_that_is_none_is_malformed() -> None:
    with pytest.raises(Malformed, match="UrlError"):
        extract(page(HTML, url="saved-page.html"))


def test_what_a_library_raises_becomes_malformed(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("deep inside")

    monkeypatch.setattr(crawler.extraction, "read_facts", broken)
    with pytest.raises(Malformed, match="ZeroDivisionError: deep inside"):
        extract(page(HTML))


@pytest.mark.parametrize(
    ("body", "address"),
    [
        (b'<html><head><link rel="canonical" href="https://review.example/a"></head><body></body></html>', "https://review.example/a"),
        (b"<html><body><p>x</p></body></html>", None),
        (b"%PDF-1.4", None),
        (b"plain words", None),
        (b"<html><body>" + b"<div>" * 5_000, None),
    ],
)
def test_a_saved_page_may_know_its_address(body: bytes, address: str | None) -> None:
    assert declared_address(body) == address

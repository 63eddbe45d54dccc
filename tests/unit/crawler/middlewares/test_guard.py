"""The guard refuses what must not be asked for or read, and lets the rest through unchanged."""

from __future__ import annotations

import gzip

import brotli
import pytest
from scrapy import Request, Spider
from scrapy.exceptions import StopDownload
from scrapy.http import Headers, HtmlResponse, Response
from scrapy.utils.test import get_crawler

from crawler.failures import FetchRefused
from crawler.middlewares.guard import (
    EXPECTS,
    AddressGuard,
    BodyGuard,
    CheckedRedirects,
    ContentEncoding,
    Expected,
    refused_type,
)
from storage.records import Outcome

URL = "https://qarnabad-post.example/a"


def response(status: int = 200, body: bytes = b"", **headers: str) -> Response:
    return Response(URL, status=status, body=body, headers={name.replace("_", "-"): value for name, value in headers.items()})


@pytest.fixture
def redirects() -> CheckedRedirects:
    middleware = CheckedRedirects.from_crawler(get_crawler(Spider, {"REDIRECT_MAX_TIMES": 10}))
    middleware.crawler.spider = Spider("any")
    return middleware


@pytest.fixture
def encoding() -> ContentEncoding:
    return ContentEncoding.from_crawler(get_crawler(Spider))


def test_unsafe_address_is_refused_and_a_redirect_is_named() -> None:
    guard = AddressGuard.from_crawler(get_crawler(Spider, {"DRAGOMAN_ALLOW_PRIVATE_HOSTS": True}))
    guard.process_request(Request("http://127.0.0.1:8000/"))
    with pytest.raises(FetchRefused, match="reached by a redirect") as refused:
        guard.process_request(Request("http://169.254.169.254/", meta={"redirect_times": 1}))
    assert refused.value.outcome is Outcome.UNSAFE_URL


def test_private_hosts_are_closed_by_default() -> None:
    with pytest.raises(FetchRefused):
        AddressGuard.from_crawler(get_crawler(Spider)).process_request(Request("http://127.0.0.1:8000/"))


def test_redirect_becomes_the_next_request(redirects: CheckedRedirects) -> None:
    following = redirects.process_response(Request(URL), response(301, Location="/b"))
    assert isinstance(following, Request)
    assert following.url == "https://qarnabad-post.example/b"


@pytest.mark.parametrize(("status", "headers"), [(200, {}), (302, {}), (304, {"Location": "/b"}), (404, {"Location": "/b"})])
def test_answer_that_is_no_redirect_passes(redirects: CheckedRedirects, status: int, headers: dict[str, str]) -> None:
    answer = response(status, b"", **headers)
    assert redirects.process_response(Request(URL), answer) is answer


@pytest.mark.parametrize(
    ("location", "outcome", "reason"),
    [
        ("file:///etc/passwd", Outcome.UNSAFE_URL, "redirected to the scheme 'file'"),
        ("javascript:alert(1)", Outcome.UNSAFE_URL, "redirected to the scheme 'javascript'"),
        ("http://[broken/", Outcome.HTTP_ERROR, "redirected to what is no address"),
        ("/a", Outcome.HTTP_ERROR, "redirected in a circle"),
    ],
)
def test_redirect_to_nowhere_is_refused(redirects: CheckedRedirects, location: str, outcome: Outcome, reason: str) -> None:
    with pytest.raises(FetchRefused) as refused:
        redirects.process_response(Request(URL), response(302, Location=location))
    assert (refused.value.outcome, refused.value.reason, refused.value.http_status) == (outcome, reason, 302)


def test_too_many_redirects_are_refused(redirects: CheckedRedirects) -> None:
    with pytest.raises(FetchRefused, match="too many redirects"):
        redirects.process_response(Request(URL, meta={"redirect_times": 10, "redirect_ttl": 0}), response(302, Location="/next"))


@pytest.mark.parametrize(
    ("content_type", "page", "feed"),
    [
        ("text/html; charset=utf-8", True, True),
        ("", True, True),
        ("application/xhtml+xml", True, True),
        ("text/plain", True, True),
        ("application/json", True, True),
        ("application/vnd.wap.xhtml+xml", True, True),
        ("APPLICATION/PDF", False, False),
        ("image/jpeg", False, False),
        ("image/svg+xml", False, False),
        ("video/mp4", False, False),
        ("application/octet-stream", False, True),
        ("application/gzip", False, True),
        ("application/zip", False, True),
        ("application/vnd.ms-excel", False, True),
    ],
)
def test_type_is_judged_by_what_is_expected(content_type: str, page: bool, feed: bool) -> None:
    assert (refused_type(content_type, Expected.PAGE) is None) is page
    assert (refused_type(content_type, Expected.FEED) is None) is feed


@pytest.mark.parametrize("headers", [{"Content-Type": "application/pdf"}, {"Content-Encoding": "gzip, gzip, gzip"}])
def test_download_of_what_cannot_be_read_stops_at_the_headers(headers: dict[str, str]) -> None:
    guard = BodyGuard.from_crawler(get_crawler(Spider))
    guard.headers_received(Headers({"Content-Type": "text/html"}), Request(URL))
    with pytest.raises(StopDownload) as stopped:
        guard.headers_received(Headers(headers), Request(URL))
    assert stopped.value.fail is False


@pytest.mark.parametrize(
    ("answer", "outcome", "reason"),
    [
        (response(Content_Type="application/pdf"), Outcome.NOT_HTML, "a file of type application/pdf"),
        (response(Content_Encoding="gzip, br, gzip"), Outcome.MALFORMED, "3 stacked content encodings"),
    ],
)
def test_answer_that_cannot_be_read_is_refused(answer: Response, outcome: Outcome, reason: str) -> None:
    with pytest.raises(FetchRefused) as refused:
        BodyGuard().process_response(Request(URL), answer)
    assert (refused.value.outcome, refused.value.reason, refused.value.http_status) == (outcome, reason, 200)


def test_error_page_of_any_type_keeps_its_status() -> None:
    kept = BodyGuard().process_response(Request(URL), response(404, b"%PDF", Content_Type="application/pdf", Content_Encoding="gzip"))
    assert (kept.status, kept.body) == (404, b"")
    assert b"Content-Encoding" not in kept.headers


def test_feed_may_be_an_unnamed_stream() -> None:
    answer = response(Content_Type="application/octet-stream")
    assert BodyGuard().process_response(Request(URL, meta={EXPECTS: "feed"}), answer) is answer


@pytest.mark.parametrize(
    ("body", "label"),
    [
        (gzip.compress(b"<p>calm</p>", mtime=0), "gzip"),
        (brotli.compress(gzip.compress(b"<p>calm</p>", mtime=0)), "gzip, br"),
        (b"<p>calm</p>", "utf-8"),
        (b"<p>calm</p>", "none"),
    ],
)
def test_body_is_decoded(encoding: ContentEncoding, body: bytes, label: str) -> None:
    decoded = encoding.process_response(Request(URL), response(body=body, Content_Encoding=label, Content_Type="text/html"))
    assert isinstance(decoded, Response)
    assert decoded.body == b"<p>calm</p>"
    assert b"Content-Encoding" not in decoded.headers


def test_decoded_page_is_html(encoding: ContentEncoding) -> None:
    answer = response(body=gzip.compress(b"<p>calm</p>", mtime=0), Content_Encoding="gzip", Content_Type="text/html")
    assert isinstance(encoding.process_response(Request(URL), answer), HtmlResponse)


def test_body_without_encoding_is_left_alone(encoding: ContentEncoding) -> None:
    answer = response(body=b"x")
    assert encoding.process_response(Request(URL), answer) is answer
    head = response(Content_Encoding="gzip")
    assert encoding.process_response(Request(URL, method="HEAD"), head) is head


def test_empty_body_needs_no_decoding(encoding: ContentEncoding) -> None:
    decoded = encoding.process_response(Request(URL), response(Content_Encoding="gzip"))
    assert isinstance(decoded, Response)
    assert decoded.body == b""


@pytest.mark.parametrize(
    ("body", "label", "outcome"),
    [
        (brotli.compress(b"\0" * 20_000_000), "br", Outcome.TOO_LARGE),
        (b"\x00not gzip", "gzip", Outcome.MALFORMED),
        (b"\x00what", "snappy", Outcome.MALFORMED),
    ],
)
def test_hostile_body_is_refused(encoding: ContentEncoding, body: bytes, label: str, outcome: Outcome) -> None:
    with pytest.raises(FetchRefused) as refused:
        encoding.process_response(Request(URL), response(body=body, Content_Encoding=label))
    assert refused.value.outcome is outcome

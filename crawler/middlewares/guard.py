"""Refuse what must not be fetched or read: unsafe addresses, endless redirects, stacked encodings, files that are no page.

Four small downloader middlewares, in the order in which a request meets them (see DOWNLOADER_MIDDLEWARES in `crawler.settings`):
`AddressGuard` first of all, `CheckedRedirects` in the place of Scrapy's, `BodyGuard` behind it, `ContentEncoding` in the place of Scrapy's.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from urllib.parse import urljoin, urlsplit

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.exceptions import IgnoreRequest, StopDownload
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from crawler.encodings import MAX_ENCODINGS, decode_content
from crawler.errors import PageError
from crawler.failures import FetchRefused
from crawler.middlewares.addresses import unsafe_reason
from storage.records import Outcome

EXPECTS = "expects"  # request.meta: an Expected; absent means a page
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Expected(StrEnum):
    """What a request is for, which decides what kinds of file are worth receiving."""

    PAGE = "page"
    FEED = "feed"
    SITEMAP = "sitemap"
    SECTION = "section"
    ARCHIVE = "archive"
    ROBOTS = "robots"


_MEDIA = ("image/", "video/", "audio/", "font/", "model/", "application/pdf")
# Feeds and sitemaps are often served as an unnamed stream, and archives of sitemaps as what they are.
_FILES = (
    "application/octet-stream",
    "application/zip",
    "application/gzip",
    "application/x-gzip",
    "application/x-rar",
    "application/x-7z",
    "application/x-tar",
    "application/vnd.",
    "application/msword",
    "application/epub",
    "application/postscript",
    "application/x-shockwave-flash",
    "application/x-bittorrent",
)
_PAGES = frozenset({Expected.PAGE, Expected.SECTION, Expected.ARCHIVE})
_PAGE_AFTER_ALL = ("application/vnd.wap.xhtml",)


def refused_type(content_type: str, expected: Expected) -> str | None:
    """Say why a body of this type is not worth receiving, or None when it may be what is expected."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind.startswith(_PAGE_AFTER_ALL):
        return None
    if kind.startswith(_MEDIA) or (expected in _PAGES and kind.startswith(_FILES)):
        return f"a file of type {kind:.60}"
    return None


def encodings_in(headers: Headers) -> list[str]:
    """Name the content encodings of an answer, outermost last."""
    joined = b",".join(headers.getlist("Content-Encoding")).decode("latin-1")
    return [name for part in joined.split(",") if (name := part.strip().lower())]


class AddressGuard:
    """Refuse requests to unsafe addresses before anything else sees them; every hop of a redirect comes by here."""

    def __init__(self, *, allow_private: bool) -> None:
        """Take whether loopback and private networks are open."""
        self._allow_private = allow_private

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> AddressGuard:
        """Read DRAGOMAN_ALLOW_PRIVATE_HOSTS."""
        return cls(allow_private=crawler.settings.getbool("DRAGOMAN_ALLOW_PRIVATE_HOSTS"))

    def process_request(self, request: Request) -> None:
        """Raise FetchRefused for an unsafe address."""
        reason = unsafe_reason(request.url, allow_private=self._allow_private)
        if reason is not None:
            via = " (reached by a redirect)" if request.meta.get("redirect_times") else ""
            raise FetchRefused(Outcome.UNSAFE_URL, reason + via, url=request.url)


class CheckedRedirects(RedirectMiddleware):
    """Follow redirects as Scrapy does, and say plainly why one is not followed."""

    def process_response(self, request: Request, response: Response, spider: Spider | None = None) -> Request | Response:  # noqa: ARG002
        """Return the next request, or the response when it is no redirect. Raises: FetchRefused."""
        if response.status not in _REDIRECTS or b"Location" not in response.headers:
            return response
        location = (response.headers[b"Location"] or b"").decode("latin-1")
        scheme = _scheme_of(request.url, location)
        if scheme not in {"http", "https"}:
            raise FetchRefused(Outcome.UNSAFE_URL, f"redirected to the scheme {scheme[:20]!r}", http_status=response.status)
        try:
            following = super().process_response(request, response)
        except (IgnoreRequest, ValueError) as error:
            reason = "too many redirects" if isinstance(error, IgnoreRequest) else "redirected to what is no address"
            raise FetchRefused(Outcome.HTTP_ERROR, reason, http_status=response.status) from error
        if isinstance(following, Request) and following.url in following.meta.get("redirect_urls", ()):
            raise FetchRefused(Outcome.HTTP_ERROR, "redirected in a circle", http_status=response.status)
        return following


def _scheme_of(base: str, location: str) -> str:
    try:
        return urlsplit(urljoin(base, location.strip())).scheme.lower()
    except ValueError:
        return "http"  # for Scrapy to stumble over in its own words


class BodyGuard:
    """Hang up on bodies that cannot be what was asked for, as soon as the headers are there."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> BodyGuard:
        """Listen to arriving headers."""
        guard = cls()
        crawler.signals.connect(guard.headers_received, signal=signals.headers_received)
        return guard

    def headers_received(self, headers: Headers, request: Request) -> None:
        """Stop a download that will be refused; the status is not known here, so the decision itself waits for `process_response`."""
        if _refusal(headers, request.meta) is not None:
            raise StopDownload(fail=False)

    def process_response(self, request: Request, response: Response) -> Response:
        """Raise FetchRefused for an answer that is no page; an error page of whatever type keeps its status."""
        refusal = _refusal(response.headers, request.meta)
        if refusal is None:
            return response
        if 200 <= response.status < 300:
            raise FetchRefused(*refusal, http_status=response.status)
        bare = response.replace(body=b"")
        bare.headers.pop(b"Content-Encoding", None)
        return bare


def _refusal(headers: Headers, meta: Mapping[str, object]) -> tuple[Outcome, str] | None:
    encodings = encodings_in(headers)
    if len(encodings) > MAX_ENCODINGS:
        return Outcome.MALFORMED, f"{len(encodings)} stacked content encodings"
    content_type = (headers.get(b"Content-Type") or b"").decode("latin-1")
    reason = refused_type(content_type, Expected(str(meta.get(EXPECTS, Expected.PAGE))))
    return (Outcome.NOT_HTML, reason) if reason else None


class ContentEncoding(HttpCompressionMiddleware):
    """Ask for the encodings that Scrapy knows, and undo them with the project's own bounded decoder.

    One decoder serves crawl and archives, so an ingest of what was crawled gives the same bytes.
    """

    def process_response(self, request: Request, response: Response, spider: Spider | None = None) -> Request | Response:  # noqa: ARG002
        """Return the response decoded. Raises: FetchRefused with what is wrong with the body."""
        encodings = encodings_in(response.headers)
        if request.method == "HEAD" or not encodings:
            return response
        headers = response.headers.copy()
        headers.pop(b"Content-Encoding", None)
        try:
            body = decode_content(response.body, encodings)
        except PageError as error:
            raise FetchRefused(error.outcome, str(error), http_status=response.status) from error
        if body is response.body:
            return response.replace(headers=headers)
        kind = responsetypes.from_args(headers=headers, url=response.url, body=body)
        return response.replace(cls=kind, headers=headers, body=body)

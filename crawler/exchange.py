"""What one exchange of request and answer says of itself, whether it went well or not."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from scrapy.http import Response
from twisted.python.failure import Failure


def validators(etag: str | None, last_modified: str | None) -> dict[str, str]:
    """Return the headers by which a server can say 'not modified' (RFC 9110 section 13)."""
    asked = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {name: value for name, value in asked.items() if value}


def request_meta(result: Response | Failure) -> dict[str, Any]:
    """Return the meta of the request, the last one after redirects and second tries."""
    request = result.request if isinstance(result, Response) else getattr(result, "request", None)
    return request.meta if request is not None else {}


def elapsed_ms(result: Response | Failure) -> int | None:
    """Return how long the last exchange took; None when there was none."""
    return request_meta(result).get("elapsed_ms")


_FOR_GOOD = frozenset({301, 308})  # RFC 9110 sections 15.4.2 and 15.4.9


def moved_for_good(response: Response) -> str | None:
    """Return the address to which an answer was redirected for good; None where it only got its `www.`, its https or its last slash."""
    meta = request_meta(response)
    asked = meta.get("redirect_urls") or ()
    reasons = meta.get("redirect_reasons") or ()
    if not asked or not all(reason in _FOR_GOOD for reason in reasons) or _bare(asked[0]) == _bare(response.url):
        return None
    return response.url


def _bare(url: str) -> tuple[str, str, str]:
    parts = urlsplit(url)
    return parts.netloc.removeprefix("www."), parts.path.rstrip("/"), parts.query

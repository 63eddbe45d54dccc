"""What one exchange of request and answer says of itself, whether it went well or not."""

from __future__ import annotations

from typing import Any

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

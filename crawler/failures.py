"""What a failed fetch means for its candidate: one mapping from Scrapy's and Twisted's failures to outcomes."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    NotSupported,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from scrapy.http import Response
from twisted.internet.error import ConnectError, ConnectionClosed
from twisted.python.failure import Failure

from crawler.errors import PageError
from crawler.outcomes import Verdict, outcome_of_status, retry_after
from storage.records import Outcome

logger = logging.getLogger(__name__)


class FetchRefused(IgnoreRequest):
    """A request that Dragoman itself does not send, or an answer that it does not read.

    Derived from Scrapy's own 'ignore', so that it is neither retried nor logged as an error. `not_before` is set when the same request may
    succeed later; `http_status` when an answer had begun; `url` where it matters which hop of a redirect was refused.
    """

    def __init__(
        self, outcome: Outcome, reason: str, *, not_before: datetime | None = None, http_status: int | None = None, url: str | None = None
    ) -> None:
        """Keep what the ledger needs."""
        super().__init__(reason)
        self.outcome = outcome
        self.reason = reason
        self.not_before = not_before
        self.http_status = http_status
        self.url = url


def outcome_of(result: Failure | BaseException | Response) -> Verdict | None:
    """Judge what came of a request.

    Args: what Scrapy gave the callback or the errback.
    Returns: the outcome with its reason in words; None for a response that is worth reading.
    """
    if isinstance(result, Response):
        if result.status == 304 and not _was_conditional(result):
            return Outcome.HTTP_ERROR, "HTTP 304 Not Modified to a request that was not conditional"
        return outcome_of_status(result.status, headers_of(result), result.body)
    error = _error_of(result)
    match error:
        case FetchRefused():
            return error.outcome, error.reason
        case PageError():
            return error.outcome, str(error)
        case DownloadTimeoutError() | TimeoutError():
            return Outcome.TIMEOUT, "no complete answer in time"
        case DownloadCancelledError():
            # The transport cancels for one reason only, see http11: the body is larger than DOWNLOAD_MAXSIZE.
            return Outcome.TOO_LARGE, "the answer is larger than is read"
        case CannotResolveHostError():
            return Outcome.NETWORK_ERROR, "the host name cannot be resolved"
        case DownloadConnectionRefusedError():
            return Outcome.NETWORK_ERROR, "the connection was refused"
        case ResponseDataLossError():
            return Outcome.NETWORK_ERROR, "the answer broke off"
        case DownloadFailedError() | ConnectError() | ConnectionClosed():
            return _connection_outcome(error)
        case UnsupportedURLSchemeError() | NotSupported():
            return Outcome.UNSAFE_URL, "not an address of the web"
    logger.error("Unexpected failure of a fetch", exc_info=(type(error), error, error.__traceback__))
    return Outcome.MALFORMED, f"unexpected {type(error).__name__}: {error!s:.200}"


def _was_conditional(response: Response) -> bool:
    """Tell whether the server was told what we have; without that, 'not modified' says nothing (RFC 9110 section 15.4.5)."""
    request = response.request
    return request is not None and ("If-None-Match" in request.headers or "If-Modified-Since" in request.headers)


def http_status(result: Failure | BaseException | Response) -> int | None:
    """Return the status of the answer, or None when there was none."""
    if isinstance(result, Response):
        return result.status
    error = _error_of(result)
    return error.http_status if isinstance(error, FetchRefused) else None


def not_before(result: Failure | BaseException | Response, now: datetime) -> datetime | None:
    """Return the earliest time for another try that the server or our own gate named."""
    if isinstance(result, Response):
        return retry_after(headers_of(result).get("retry-after"), now) if result.status in {429, 503} else None
    error = _error_of(result)
    return error.not_before if isinstance(error, FetchRefused) else None


def headers_of(response: Response) -> dict[str, str]:
    """Return the headers with lower-case names, the last value of each, as `crawler.records.Page` wants them."""
    return {name.decode("latin-1").lower(): values[-1].decode("latin-1") for name, values in response.headers.items() if values}


def is_unreachable(error: BaseException) -> bool:
    """Tell whether no connection to the host came about at all: an unknown name, nobody there, no way to it, no trusted TLS."""
    if isinstance(error, CannotResolveHostError | DownloadConnectionRefusedError):
        return True
    cause = next(root_causes(error))
    return isinstance(cause, ConnectError) or _is_tls(cause)


def was_heard(error: BaseException) -> bool:
    """Tell whether anything came from the host, a refusal at least; if nothing did, our own line may be to blame."""
    if isinstance(error, DownloadConnectionRefusedError):
        return True
    silent = (CannotResolveHostError, DownloadTimeoutError, TimeoutError, ConnectError)
    return not isinstance(error, silent) and not isinstance(next(root_causes(error)), ConnectError)


def root_causes(error: BaseException) -> Iterator[BaseException]:
    """Walk from a wrapped download error to what really happened, the error itself last."""
    wrapped = error.__cause__ or error
    for reason in getattr(wrapped, "reasons", None) or ():
        if isinstance(reason, Failure) and reason.value is not None:
            yield reason.value
    yield error


def _error_of(result: Failure | BaseException) -> BaseException:
    if isinstance(result, Failure):
        return result.value or RuntimeError("a failure without an exception")
    return result


def _connection_outcome(error: Exception) -> Verdict:
    cause = next(root_causes(error))
    if _is_tls(cause):
        return Outcome.NETWORK_ERROR, f"no trusted TLS connection: {_tls_reason(cause)}"
    return Outcome.NETWORK_ERROR, f"the connection broke ({type(cause).__name__})"


def _is_tls(cause: BaseException) -> bool:
    return type(cause).__module__.startswith(("OpenSSL", "service_identity", "twisted.internet._sslverify", "ssl"))


def _tls_reason(cause: BaseException) -> str:
    """Take the words out of OpenSSL's list of (library, function, reason)."""
    first = cause.args[0] if cause.args else None
    if isinstance(first, list) and first and isinstance(first[0], tuple):
        return str(first[0][-1])
    return type(cause).__name__

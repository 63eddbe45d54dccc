"""Every way in which a fetch can fail has its outcome and its reason."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import pytest
from OpenSSL import SSL
from scrapy import Request, exceptions
from scrapy.http import Response
from twisted.internet import error as tx
from twisted.python.failure import Failure
from twisted.web._newclient import ResponseFailed

from crawler.errors import NoText
from crawler.failures import FetchRefused, headers_of, http_status, not_before, outcome_of
from storage.records import Outcome

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def as_failure(error: Exception) -> Failure:
    return Failure(error)  # type: ignore[no-untyped-call]


def failed(cause: Exception) -> exceptions.DownloadFailedError:
    error = exceptions.DownloadFailedError("wrapped")
    error.__cause__ = ResponseFailed([as_failure(cause)])  # type: ignore[no-untyped-call]
    return error


@pytest.mark.parametrize(
    ("error", "outcome", "reason"),
    [
        (FetchRefused(Outcome.UNSAFE_URL, "why not"), Outcome.UNSAFE_URL, "why not"),
        (NoText("nothing here"), Outcome.NO_TEXT, "nothing here"),
        (exceptions.DownloadTimeoutError("x"), Outcome.TIMEOUT, "no complete answer in time"),
        (exceptions.DownloadCancelledError("x"), Outcome.TOO_LARGE, "larger than is read"),
        (exceptions.CannotResolveHostError("x"), Outcome.NETWORK_ERROR, "cannot be resolved"),
        (exceptions.DownloadConnectionRefusedError("x"), Outcome.NETWORK_ERROR, "refused"),
        (exceptions.ResponseDataLossError(), Outcome.NETWORK_ERROR, "broke off"),
        (exceptions.UnsupportedURLSchemeError("x"), Outcome.UNSAFE_URL, "not an address of the web"),
        (exceptions.NotSupported("x"), Outcome.UNSAFE_URL, "not an address of the web"),
        (tx.ConnectionLost(), Outcome.NETWORK_ERROR, "the connection broke (ConnectionLost)"),
        (tx.ConnectionDone(), Outcome.NETWORK_ERROR, "the connection broke (ConnectionDone)"),
        (failed(tx.ConnectionLost()), Outcome.NETWORK_ERROR, "the connection broke (ConnectionLost)"),
        (failed(SSL.Error([("SSL routines", "", "certificate verify failed")])), Outcome.NETWORK_ERROR, "certificate verify failed"),
        (failed(SSL.SysCallError(-1, "Unexpected EOF")), Outcome.NETWORK_ERROR, "no trusted TLS connection: SysCallError"),
        (exceptions.DownloadFailedError("bare"), Outcome.NETWORK_ERROR, "DownloadFailedError"),
    ],
)
def test_error_has_its_outcome(error: Exception, outcome: Outcome, reason: str) -> None:
    for result in (error, as_failure(error)):
        verdict = outcome_of(result)
        assert verdict is not None
        assert verdict[0] is outcome
        assert reason in verdict[1]


def test_error_nobody_thought_of_is_malformed_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        assert outcome_of(KeyError("surprise")) == (Outcome.MALFORMED, "unexpected KeyError: 'surprise'")
    assert "Unexpected failure" in caplog.text


def test_response_is_judged_by_its_status() -> None:
    assert outcome_of(Response("http://x.example/", status=200)) is None
    assert outcome_of(Response("http://x.example/", status=410)) == (Outcome.GONE, "HTTP 410 Gone")


def test_status_is_known_where_an_answer_began() -> None:
    assert http_status(Response("http://x.example/", status=503)) == 503
    assert http_status(FetchRefused(Outcome.NOT_HTML, "a film", http_status=200)) == 200
    assert http_status(as_failure(FetchRefused(Outcome.UNSAFE_URL, "no"))) is None
    assert http_status(exceptions.DownloadTimeoutError()) is None


def test_time_of_the_next_try_comes_from_server_or_gate() -> None:
    busy = Response("http://x.example/", status=503, headers={"Retry-After": "60"})
    assert not_before(busy, NOW) == NOW + timedelta(seconds=60)
    assert not_before(Response("http://x.example/", status=200, headers={"Retry-After": "60"}), NOW) is None
    assert not_before(as_failure(FetchRefused(Outcome.BLOCKED, "later", not_before=NOW)), NOW) == NOW
    assert not_before(exceptions.DownloadTimeoutError(), NOW) is None


def test_headers_have_lower_case_names_and_last_values() -> None:
    response = Response("http://x.example/", headers={"Content-Type": "text/html", "X-A": ["1", "2"]})
    assert headers_of(response) == {"content-type": "text/html", "x-a": "2"}


@pytest.mark.parametrize(
    ("headers", "outcome"),
    [
        ({}, Outcome.HTTP_ERROR),
        ({"If-None-Match": '"1"'}, Outcome.NOT_MODIFIED),
        ({"If-Modified-Since": "Sun, 01 Mar 2026 12:00:00 GMT"}, Outcome.NOT_MODIFIED),
    ],
)
def test_not_modified_means_something_only_when_it_was_asked_for(headers: dict[str, str], outcome: Outcome) -> None:
    response = Response("http://x.example/", status=304, request=Request("http://x.example/", headers=headers))
    verdict = outcome_of(response)
    assert verdict is not None
    assert verdict[0] is outcome

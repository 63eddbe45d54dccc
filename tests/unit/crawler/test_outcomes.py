"""Every answer has one outcome, and every outcome one decision about the next try."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crawler.outcomes import RetryConfig, outcome_of_status, retry_after, retry_at
from storage.records import Outcome

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, None),
        (203, None),
        (206, None),
        (204, Outcome.NO_TEXT),
        (205, Outcome.NO_TEXT),
        (304, Outcome.NOT_MODIFIED),
        (302, Outcome.HTTP_ERROR),
        (404, Outcome.GONE),
        (410, Outcome.GONE),
        (401, Outcome.BLOCKED),
        (402, Outcome.PAYWALLED),
        (403, Outcome.BLOCKED),
        (407, Outcome.BLOCKED),
        (429, Outcome.BLOCKED),
        (451, Outcome.BLOCKED),
        (400, Outcome.HTTP_ERROR),
        (500, Outcome.HTTP_ERROR),
        (503, Outcome.HTTP_ERROR),
        (999, Outcome.HTTP_ERROR),
        (0, Outcome.HTTP_ERROR),
    ],
)
def test_status_decides(status: int, outcome: Outcome | None) -> None:
    verdict = outcome_of_status(status, {}, b"<p>text</p>")
    assert (verdict and verdict[0]) == outcome
    if verdict and status != 304:
        assert f"HTTP {status}" in verdict[1]


@pytest.mark.parametrize(
    ("status", "headers", "body", "who"),
    [
        (403, {"cf-mitigated": "challenge"}, b"", "Cloudflare"),
        (202, {"x-amzn-waf-action": "challenge"}, b"", "AWS WAF"),
        (503, {}, b"<TITLE>Just a moment...</TITLE><p>", "Cloudflare"),
        (200, {}, b"<script src='/_Incapsula_Resource?x'></script>", "Imperva"),
        (403, {}, b"<p>blocked by Sucuri Website Firewall", "Sucuri"),
        (503, {}, b"<p>DDoS protection by ddos-guard.net", "DDoS-Guard"),
    ],
)
def test_bot_wall_is_recognised(status: int, headers: dict[str, str], body: bytes, who: str) -> None:
    verdict = outcome_of_status(status, headers, body)
    assert verdict is not None
    assert verdict[0] is Outcome.BLOCKED
    assert verdict[1].startswith(f"the bot wall of {who} answered (HTTP {status}")


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"<p>Our site is behind geo.captcha-delivery.com, says the ministry</p>"),
        (200, b"<script src='/cdn-cgi/challenge-platform/x.js'></script>" + b"x" * 60_000),
        (404, b"<title>Just a moment...</title>"),
    ],
)
def test_page_that_only_mentions_a_wall_is_a_page(status: int, body: bytes) -> None:
    verdict = outcome_of_status(status, {}, body)
    assert verdict is None or verdict[0] is not Outcome.BLOCKED


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("1.5", 1.5),
        ("999999999999999999", 86_400),
        ("Sun, 01 Mar 2026 13:00:00 GMT", 3600),
        ("Sun, 01 Mar 2026 13:00:00", 3600),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0),
        ("Sun, 01 Mar 2099 11:00:00 GMT", 86_400),
    ],
)
def test_retry_after_is_read_as_seconds_and_as_date(value: str, seconds: float) -> None:
    assert retry_after(value, NOW) == NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize("value", [None, "", "soon", "-5", "1e9", "Sun, 99 Foo 2026", "Fri, 31 Dec 9999 23:59:59 -1200", "x" * 10_000])
def test_retry_after_that_means_nothing_is_none(value: str | None) -> None:
    assert retry_after(value, NOW) is None


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        (Outcome.NETWORK_ERROR, None),
        (Outcome.TIMEOUT, None),
        (Outcome.HTTP_ERROR, 500),
        (Outcome.HTTP_ERROR, 408),
        (Outcome.BLOCKED, 429),
        (Outcome.BLOCKED, 503),
    ],
)
def test_transient_outcomes_wait_longer_each_time_and_end(outcome: Outcome, status: int | None) -> None:
    waits = [retry_at(outcome, status, attempts, NOW) for attempts in range(6)]
    assert waits == [NOW + timedelta(minutes=minutes) for minutes in (15, 60, 240, 960)] + [None, None]


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        (Outcome.GONE, 404),
        (Outcome.BLOCKED, 403),
        (Outcome.HTTP_ERROR, 400),
        (Outcome.HTTP_ERROR, None),
        (Outcome.ROBOTS_DENIED, None),
        (Outcome.UNSAFE_URL, None),
        (Outcome.NEW, 200),
    ],
)
def test_other_outcomes_are_final(outcome: Outcome, status: int | None) -> None:
    assert retry_at(outcome, status, 0, NOW) is None


def test_wait_is_never_longer_than_a_day() -> None:
    config = RetryConfig(max_attempts=10)
    assert retry_at(Outcome.TIMEOUT, None, 6, NOW, config=config) == NOW + timedelta(hours=24)


def test_server_may_ask_for_longer_but_not_for_less() -> None:
    assert retry_at(Outcome.HTTP_ERROR, 503, 0, NOW, NOW + timedelta(hours=5)) == NOW + timedelta(hours=5)
    assert retry_at(Outcome.HTTP_ERROR, 503, 0, NOW, NOW + timedelta(seconds=5)) == NOW + timedelta(minutes=15)


def test_unreadable_robots_are_transient_and_a_rule_is_not() -> None:
    later = NOW + timedelta(minutes=15)
    assert retry_at(Outcome.ROBOTS_DENIED, None, 0, NOW, later) == later
    assert retry_at(Outcome.ROBOTS_DENIED, None, 4, NOW, later) is None


def test_candidate_that_was_never_asked_for_does_not_run_out_of_attempts() -> None:
    later = NOW + timedelta(hours=3)
    assert retry_at(Outcome.BLOCKED, None, 99, NOW, later) == later

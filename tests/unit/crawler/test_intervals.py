"""Spans of time as people write them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crawler.intervals import parse_ages, parse_span


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("90s", timedelta(seconds=90)),
        ("30m", timedelta(minutes=30)),
        (" 6 h ", timedelta(hours=6)),
        ("٣h", timedelta(hours=3)),
        ("1d", timedelta(days=1)),
    ],
)
def test_span_is_read(text: str, span: timedelta) -> None:
    assert parse_span(text) == span


@pytest.mark.parametrize("text", ["", "h", "1", "-1h", "1.5h", "1w", "1h30m", "9999999d", "999999d"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"span of time|ten years"):
        parse_span(text)


def test_ages_are_sorted_and_counted_once() -> None:
    assert parse_ages("24h,1h, 1d") == (timedelta(hours=1), timedelta(days=1))


@pytest.mark.parametrize("text", ["none", " None "])
def test_none_is_no_age(text: str) -> None:
    assert parse_ages(text) == ()


@pytest.mark.parametrize("text", ["", "1h,", "1h,none", ",".join(["1h"] * 21)])
def test_broken_list_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"span of time|more than"):
        parse_ages(text)

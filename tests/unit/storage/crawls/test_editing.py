"""A feed's word that an article was edited is believed, but not for ever."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from storage.crawls.editing import Memory, edit_claimed, instant

SETTLED = datetime(2026, 10, 5, 12, tzinfo=UTC)
NOW = SETTLED + timedelta(hours=1)
FEED, SITEMAP = "https://tigris.example/rss", "https://tigris.example/news.xml"


def memory(outcome: str = "new", **hints: Any) -> Memory:
    return Memory(SETTLED, FEED, hints, outcome)


def test_later_time_in_the_same_feed_is_an_edit() -> None:
    known = memory(published_at="2026-10-01T08:00:00Z")
    assert edit_claimed(known, FEED, {"published_at": "2026-10-01T09:00:00Z"}, NOW)
    assert edit_claimed(known, FEED, {"published_at": "2026-10-01T08:00:00Z", "updated_at": "2026-10-01T11:00:00+02:00"}, NOW)
    assert not edit_claimed(known, FEED, {"published_at": "2026-10-01T08:00:00Z"}, NOW)
    assert not edit_claimed(known, FEED, {"published_at": "2026-10-01T07:00:00Z"}, NOW)


def test_another_headline_in_the_same_feed_is_an_edit() -> None:
    known = memory(title="Talks resume in Baghdad")
    assert edit_claimed(known, FEED, {"title": "Talks collapse in Baghdad"}, NOW) == "another headline"
    assert edit_claimed(known, FEED, {"title": "TALKS resume in Baghdad!"}, NOW) is None
    assert edit_claimed(known, FEED, {}, NOW) is None


def test_another_place_with_its_own_headline_and_time_is_no_edit() -> None:
    known = memory(title="Talks resume", published_at="2026-10-01T08:00:00Z")
    assert edit_claimed(known, SITEMAP, {"title": "Talks resume – Tigris Post", "published_at": "2026-10-01T08:30:00Z"}, NOW) is None


def test_update_after_our_visit_is_an_edit_wherever_it_is_said_once() -> None:
    hints = {"updated_at": "2026-10-05T12:30:00Z"}
    assert edit_claimed(memory(), SITEMAP, hints, NOW)
    assert edit_claimed(memory(**hints), SITEMAP, hints, NOW) is None
    assert edit_claimed(Memory(SETTLED), FEED, hints, NOW)
    assert edit_claimed(memory(), SITEMAP, {"updated_at": "2026-10-05T11:30:00Z"}, NOW) is None


def test_feed_that_cried_wolf_waits() -> None:
    restamped = {"updated_at": "2026-10-05T12:30:00Z"}
    assert edit_claimed(memory("unchanged"), FEED, restamped, NOW) is None
    assert edit_claimed(memory("unchanged"), FEED, restamped, SETTLED + timedelta(hours=6))


def test_candidate_that_waits_needs_no_reopening() -> None:
    assert edit_claimed(Memory(None, FEED, {"title": "a"}), FEED, {"title": "b"}, NOW) is None


@pytest.mark.parametrize("value", [None, 17, "soon", "", [], "2026-13-01"])
def test_what_is_no_instant_is_none(value: object) -> None:
    assert instant(value) is None


def test_instant_without_zone_is_utc() -> None:
    assert instant("2026-10-05T12:30:00") == datetime(2026, 10, 5, 12, 30, tzinfo=UTC)

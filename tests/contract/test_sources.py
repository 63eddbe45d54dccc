from __future__ import annotations

from dataclasses import replace

import pytest

from storage import sources
from storage.crawls import hosts
from storage.crawls.records import FeedState
from storage.database import Database
from storage.errors import BadRecord, NotFound
from tests.contract.builders import NOON, minutes, source


def test_sync_writes_what_the_catalog_says_and_leaves_the_schedule(database: Database) -> None:
    sources.set_next_due(database, "courier", NOON + minutes(7))
    renamed = source("courier", name="Kurier", country="LK", languages=("de", "ar"), enabled=False, interval_minutes=5)
    sources.sync(database, [renamed], NOON)

    assert sources.get(database, "courier") == replace(renamed, next_due_at=NOON + minutes(7))
    assert sources.get(database, "herald") == source("herald")


def test_sync_of_nothing_changes_nothing(database: Database) -> None:
    sources.sync(database, [], NOON)

    assert [found.id for found in sources.list_all(database)] == ["courier", "herald"]


def test_ensure_adds_a_missing_source_and_never_overwrites_one(database: Database) -> None:
    made = source("port.example", from_catalog=False, country=None)
    sources.ensure(database, made)
    sources.ensure(database, replace(made, name="another"))
    sources.ensure(database, source("courier", name="another", from_catalog=False))

    assert sources.get(database, "port.example") == made
    assert sources.get(database, "courier") == source("courier")


def test_due_are_enabled_catalog_sources_never_scheduled_first(database: Database) -> None:
    sources.sync(database, [source(name) for name in "abcd"] + [source("off", enabled=False)], NOON)
    sources.ensure(database, source("made", from_catalog=False))
    for name, offset in {"a": 0, "b": -10, "c": 10, "courier": -5}.items():
        sources.set_next_due(database, name, NOON + minutes(offset))

    assert [found.id for found in sources.due(database, NOON)] == ["d", "herald", "b", "courier", "a"]


def test_feed_states_are_remembered_and_renewed(database: Database) -> None:
    first = FeedState("courier", "https://courier.example/feed", '"tag"', "Sun, 01 Mar 2026 12:00:00 GMT", NOON, "ok", 20)
    other = FeedState("herald", "https://herald.example/feed", failures=3, status="timeout\x00")
    sources.save_feed_states(database, [first, other])
    second = replace(first, etag=None, items=0, failures=1, status="empty")
    sources.save_feed_states(database, [second])
    sources.save_feed_states(database, [])

    assert sources.feed_states(database, "courier") == [second]
    assert sources.feed_states(database) == [second, replace(other, status="timeout")]
    assert sources.feed_state(database, "courier", first.url) == second
    assert sources.feed_state(database, "courier", "https://courier.example/other") is None


def test_unknown_sources_are_errors(database: Database) -> None:
    with pytest.raises(NotFound):
        sources.get(database, "nobody")
    with pytest.raises(NotFound):
        sources.set_next_due(database, "nobody", NOON)
    with pytest.raises(BadRecord):
        sources.save_feed_states(database, [FeedState("nobody", "https://nobody.example/feed")])


def test_host_is_left_alone_as_long_as_anybody_was_told(database: Database) -> None:
    hosts.defer(database, "Courier.example", NOON + minutes(60), "Retry-After: 3600")
    hosts.defer(database, "courier.example", NOON + minutes(10), "429")
    hosts.defer(database, "herald.example", NOON, "503")
    hosts.defer(database, "herald.example", NOON + minutes(1), "503")

    assert hosts.next_allowed(database) == {"courier.example": NOON + minutes(60), "herald.example": NOON + minutes(1)}


def test_time_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(BadRecord, match="has no time zone"):
        hosts.defer(database, "courier.example", NOON.replace(tzinfo=None), "429")

"""When an article is fetched again on purpose."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.crawls.visits import DEFAULT_VISITS, after, next_visit
from storage.records import Attempt, ChannelKind, Outcome

SEEN = datetime(2026, 3, 1, 12, tzinfo=UTC)


def attempt(age: timedelta, **values: object) -> Attempt:
    fields: dict[str, object] = {"outcome": Outcome.UNCHANGED, "visits": DEFAULT_VISITS, "channel": ChannelKind.REVISIT, **values}
    return Attempt("https://a.example/1", "https://a.example/1", "a", SEEN + age, **fields)  # type: ignore[arg-type] # of many types


@pytest.mark.parametrize(
    ("age", "following"),
    [
        (timedelta(0), timedelta(hours=1)),
        (timedelta(hours=1), timedelta(hours=6)),
        (timedelta(hours=5, minutes=59), timedelta(hours=6)),
        (timedelta(days=3), timedelta(days=7)),  # the crawler was down: missed visits are not made up for
        (timedelta(days=30), None),
        (timedelta(days=400), None),
    ],
)
def test_visits_come_at_growing_ages(age: timedelta, following: timedelta | None) -> None:
    assert next_visit(SEEN, SEEN + age, DEFAULT_VISITS) == (SEEN + following if following else None)


def test_no_plan_is_no_visit() -> None:
    assert next_visit(SEEN, SEEN, ()) is None


@given(st.lists(st.timedeltas(timedelta(seconds=1), timedelta(days=90)), max_size=8), st.timedeltas(timedelta(0), timedelta(days=100)))
def test_each_planned_age_is_visited_at_most_once_and_time_always_advances(ages: list[timedelta], start: timedelta) -> None:
    at, count = SEEN + start, 0
    while (following := next_visit(SEEN, at, ages)) is not None:
        assert following > at
        at, count = following, count + 1
    assert count == len({age for age in ages if age > start})


def test_visit_that_finds_the_article_renews_its_validators() -> None:
    values = after(attempt(timedelta(hours=1), etag='"2"'), Outcome.UNCHANGED, SEEN)
    assert values == {
        "next_visit_at": SEEN + timedelta(hours=6),
        "visited_at": SEEN + timedelta(hours=1),
        "etag": '"2"',
        "last_modified": None,
    }


def test_earlier_visit_that_is_told_later_changes_nothing() -> None:
    earlier = attempt(timedelta(hours=1), etag='"1"')
    assert after(earlier, Outcome.UNCHANGED, SEEN, SEEN + timedelta(hours=2)) == {}
    assert after(earlier, Outcome.UNCHANGED, SEEN, SEEN + timedelta(hours=1))["etag"] == '"1"'


def test_not_modified_without_validators_keeps_those_we_have() -> None:
    values = after(attempt(timedelta(hours=1)), Outcome.NOT_MODIFIED, SEEN)
    assert "etag" not in values
    assert values["visited_at"] == SEEN + timedelta(hours=1)


def test_visit_that_failed_is_left_to_the_next_planned_one() -> None:
    assert after(attempt(timedelta(hours=1), http_status=500), Outcome.HTTP_ERROR, SEEN) == {"next_visit_at": SEEN + timedelta(hours=6)}


def test_visit_that_was_never_made_is_made_when_the_host_allows() -> None:
    until = SEEN + timedelta(hours=2)
    assert after(attempt(timedelta(hours=1), retry_at=until), Outcome.BLOCKED, SEEN) == {"next_visit_at": until}

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from storage.decisions import Decision, Known, Version, decide, has_moved
from storage.records import Outcome

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
EARLIER = NOON - timedelta(hours=1)

FIRST = Version("title", "hash", NOON)
KNOWN = Known(7, 1, (FIRST,))
TWICE = Known(7, 2, (Version("title", "old", EARLIER), FIRST))


@pytest.mark.parametrize(
    ("fetched", "known", "expected"),
    [
        (FIRST, None, Decision(Outcome.NEW, "", 1)),
        (Version("title", "hash", LATER), KNOWN, Decision(Outcome.UNCHANGED, "", 1)),
        (Version("", "hash", LATER), KNOWN, Decision(Outcome.UNCHANGED, "", 1)),
        (Version("other", "hash", LATER), KNOWN, Decision(Outcome.REVISED, "title changed", 2)),
        (Version("title", "other", NOON), KNOWN, Decision(Outcome.REVISED, "text changed", 2)),
        (Version("other", "other", LATER), TWICE, Decision(Outcome.REVISED, "text and title changed", 3)),
        (Version("title", "old", LATER), TWICE, Decision(Outcome.REVISED, "text changed", 3)),
        (Version("title", "old", EARLIER), TWICE, Decision(Outcome.UNCHANGED, "an older version, known as revision 1", 1)),
        (
            Version("title", "oldest", EARLIER),
            TWICE,
            Decision(Outcome.REVISED, "an older version: text differs", 3, becomes_current=False),
        ),
        (
            Version("now known", "hash", LATER),
            Known(7, 1, (Version("", "hash", NOON),)),
            Decision(Outcome.REVISED, "title changed", 2),
        ),
    ],
)
def test_decision_and_its_reason(fetched: Version, known: Known | None, expected: Decision) -> None:
    assert decide(fetched, known) == expected


def test_counter_that_changed_is_no_change_of_text() -> None:
    known = Known(7, 1, (Version("title", "hash", NOON, wording_hash="said"),))
    assert decide(Version("title", "other", LATER, wording_hash="said"), known) == Decision(Outcome.UNCHANGED, "", 1)
    assert decide(Version("title", "other", LATER, wording_hash="otherwise"), known).outcome is Outcome.REVISED
    assert has_moved(Version("", "other", LATER, wording_hash="said"), known)


def test_version_older_than_the_last_visit_does_not_become_the_shown_one() -> None:
    known = Known(7, 1, (FIRST,), seen_at=LATER)
    between = Version("title", "other", NOON + timedelta(minutes=30))
    assert decide(between, known) == Decision(Outcome.REVISED, "an older version: text differs", 2, becomes_current=False)
    assert decide(Version("title", "other", LATER), known).becomes_current


def test_neighbours_of_an_instant_are_by_time_and_not_by_number() -> None:
    known = Known(7, 1, (FIRST, Version("title", "old", EARLIER)))
    assert known.around(NOON) == (1, None)
    assert known.around(NOON - timedelta(minutes=1)) == (2, 1)
    assert known.around(EARLIER - timedelta(minutes=1)) == (None, 2)


@pytest.mark.parametrize(
    ("fetched", "moved"),
    [
        (Version("title", "other", LATER), True),
        (Version("other", "hash", LATER), True),
        (Version("other", "old", LATER), True),
        (Version("other", "other", LATER), False),
        (Version("", "other", LATER), False),
    ],
)
def test_article_moved_when_its_text_or_headline_came_along(fetched: Version, moved: bool) -> None:
    assert has_moved(fetched, TWICE) is moved


def test_missing_headlines_are_not_the_same_headline() -> None:
    assert not has_moved(Version("", "other", LATER), Known(7, 1, (Version("", "hash", NOON),)))

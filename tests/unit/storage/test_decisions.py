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
    ("fetched", "known", "twin", "expected"),
    [
        (FIRST, None, None, Decision(Outcome.NEW, "", 1)),
        (FIRST, None, 3, Decision(Outcome.COPY, "same text as article 3", 1)),
        (Version("title", "hash", LATER), KNOWN, None, Decision(Outcome.UNCHANGED, "", 1)),
        (Version("title", "hash", LATER), KNOWN, 3, Decision(Outcome.UNCHANGED, "", 1)),
        (Version("", "hash", LATER), KNOWN, None, Decision(Outcome.UNCHANGED, "", 1)),
        (Version("other", "hash", LATER), KNOWN, None, Decision(Outcome.REVISED, "title changed", 2)),
        (Version("title", "other", NOON), KNOWN, 3, Decision(Outcome.REVISED, "text changed", 2)),
        (Version("other", "other", LATER), TWICE, None, Decision(Outcome.REVISED, "text and title changed", 3)),
        (Version("title", "old", LATER), TWICE, None, Decision(Outcome.REVISED, "text changed", 3)),
        (Version("title", "old", EARLIER), TWICE, None, Decision(Outcome.UNCHANGED, "an older version, known as revision 1", 1)),
        (
            Version("title", "oldest", EARLIER),
            TWICE,
            None,
            Decision(Outcome.REVISED, "an older version: text differs", 3, becomes_current=False),
        ),
        (
            Version("now known", "hash", LATER),
            Known(7, 1, (Version("", "hash", NOON),)),
            None,
            Decision(Outcome.REVISED, "title changed", 2),
        ),
    ],
)
def test_decision_and_its_reason(fetched: Version, known: Known | None, twin: int | None, expected: Decision) -> None:
    assert decide(fetched, known, twin) == expected


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

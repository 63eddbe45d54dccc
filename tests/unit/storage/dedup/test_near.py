from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest

from storage.dedup.near import CONFIG, LAST_WEEK, Likeness, NearConfig, Older, alike, alike_without, likeness, template, week, weeks
from storage.dedup.shingles import Shingles, shingles

NOTHING = Shingles.none().distinct


def words(name: str, count: int) -> list[str]:
    return [f"{name}{number}" for number in range(count)]


def text(*parts: list[str]) -> Shingles:
    return shingles(" ".join(word for part in parts for word in part))


STORY = words("story", 200)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("cut at the end", text(STORY[:120])),
        ("begin left out", text(STORY[60:])),
        ("set into a longer text", text(words("before", 100), STORY, words("after", 50))),
        ("a word in ten replaced", text([word if number % 10 else f"new{number}" for number, word in enumerate(STORY)])),
        ("with another begin and end", text(words("place", 5), STORY[:150], words("credit", 9))),
    ],
)
def test_edited_reprint_is_alike(name: str, other: Shingles) -> None:
    assert alike(text(STORY), other, same_source=False), name


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("another story", text(words("other", 200))),
        ("follow-up with old background", text(words("news", 70), STORY[50:200])),
        ("quotation", text(words("news", 150), STORY[:40], words("more", 50))),
        ("a few words", text(STORY[:20])),
        ("every third word replaced", text([word if number % 3 else f"new{number}" for number, word in enumerate(STORY)])),
    ],
)
def test_other_text_is_not_alike(name: str, other: Shingles) -> None:
    assert alike(text(STORY), other, same_source=False) is None, name


def test_more_is_asked_within_one_source() -> None:
    other = text(STORY[:110], words("other", 90))

    assert alike(text(STORY), other, same_source=False)
    assert alike(text(STORY), other, same_source=True) is None
    assert alike(text(STORY), text(STORY[:180]), same_source=True)


def test_likeness_says_how_much_of_each_stands_in_the_other() -> None:
    found = likeness(text(STORY), text(STORY[:102]))

    assert found == Likeness(100 / 198, 1.0, 100 / 198)
    assert found.turned() == Likeness(1.0, 100 / 198, 100 / 198)
    assert found.containment == found.turned().containment == 1.0
    assert likeness(text(STORY), Shingles.none()) == likeness(Shingles.none(), text(STORY)) == Likeness(0.0, 0.0, 0.0)


def test_what_a_source_printed_before_is_its_template() -> None:
    frame, page = words("frame", 60), text(words("frame", 60), words("today", 30))

    taught = template(page, [Older(text(frame, words("earlier", 30)), same_source=True, day="2026-03-01")])
    assert taught.tolist() == text(frame).distinct.tolist()
    assert template(page, []).tolist() == []


def test_what_others_printed_is_template_when_it_came_back_on_two_days() -> None:
    page = text(words("bulletin", 60), words("today", 30))

    def taught(*days: str) -> int:
        return len(
            template(page, [Older(text(words("bulletin", 60), words(f"{number}n", 9)), False, day) for number, day in enumerate(days)])
        )

    assert taught("2026-03-01") == taught("2026-03-01", "2026-03-01") == 0
    assert taught("2026-03-01", "2026-03-02") == 58


def compared(one: Shingles, its: Shingles, other: Shingles, others: Shingles, *, same_source: bool = False) -> Likeness | None:
    found = likeness(one, other)
    assert (found.jaccard < CONFIG.sure_jaccard) or one is other
    return alike_without(one, its.distinct, other, others.distinct, same_source=same_source, found=found)


def test_nothing_but_template_in_common_is_no_copy() -> None:
    frame = words("frame", 100)
    one, other = text(frame, words("monday", 60)), text(frame, words("tuesday", 60))

    assert compared(one, Shingles.none(), other, Shingles.none()) == likeness(one, other)
    assert compared(one, text(frame), other, text(frame)) is None


def test_copy_within_a_frame_is_seen_without_the_frame() -> None:
    frame = words("frame", 60)
    one, other = text(STORY), text(frame[:30], STORY, frame[30:])

    found = alike_without(one, NOTHING, other, text(frame).distinct, same_source=False, found=Likeness(1.0, 0.6, 0.6))
    assert found is not None
    assert found.jaccard > likeness(one, other).jaccard


def test_hardly_anything_beside_the_template_is_no_evidence() -> None:
    one = text(STORY[:50], words("a", 8))

    assert compared(one, text(STORY[:50]), text(STORY[:50], words("b", 80)), Shingles.none()) is None


def test_page_that_is_mostly_template_must_cover_the_other_text() -> None:
    frame = words("frame", 100)
    page = text(frame, STORY[:60])

    assert compared(page, text(frame), text(STORY), Shingles.none()) is None
    assert compared(text(STORY), Shingles.none(), page, text(frame)) is None
    assert compared(text(frame, STORY[:150]), text(frame), text(STORY), Shingles.none())


def test_texts_that_are_nearly_equal_are_copies_whatever_their_template() -> None:
    one = text(STORY)

    assert alike_without(one, one.distinct, one, one.distinct, same_source=False, found=Likeness(1.0, 1.0, 1.0)) == Likeness(1.0, 1.0, 1.0)


def test_weeks_are_whole_and_the_same_in_every_zone() -> None:
    at = datetime(2026, 3, 5, 0, 30, tzinfo=UTC)

    assert week(at) == week(at.astimezone(timezone(timedelta(hours=14)))) == 2931
    assert list(weeks(at - timedelta(hours=1), at)) == [2930, 2931]


def test_config_tells_spans_of_time() -> None:
    config = NearConfig(window_hours=5, template_days=2)

    assert (config.window, config.memory) == (timedelta(hours=5), timedelta(days=2))
    assert template(text(STORY), []).dtype == np.uint64


def test_what_is_dated_beyond_the_calendar_is_put_into_the_first_and_the_last_week() -> None:
    """A date of the year 1 or 9999 is a mistake of somebody else, and must fit into the table all the same."""
    assert week(datetime(1, 1, 1, tzinfo=UTC)) == week(datetime(1969, 12, 31, tzinfo=UTC)) == 0
    assert week(datetime(9999, 12, 31, tzinfo=UTC)) == LAST_WEEK

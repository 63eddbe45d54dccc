"""What changed between two versions is said in words."""

from __future__ import annotations

from datetime import UTC, datetime

from storage.records import Revision
from storage.revisions import Change, word_changes


def version(number: int, title: str | None, text: str) -> Revision:
    return Revision(1, number, title, text, "hash", datetime(2026, 10, 1, tzinfo=UTC), "test")


def test_changed_headline_and_words_are_named_apart() -> None:
    before = version(1, "Talks resume in Baghdad", "Three ministers met on Monday in the capital.\n\nNo date was set.")
    after = version(2, "Talks collapse in Baghdad", "Four ministers met on Monday in the capital.\n\nNo date was set yet.")
    assert word_changes(before, after) == [
        Change("headline", "Talks resume in Baghdad", "Talks collapse in Baghdad"),
        Change("beginning", "Three", "Four"),
        Change("No date was", "set.", "set yet."),
    ]


def test_added_and_removed_words_leave_the_other_side_empty() -> None:
    assert word_changes(version(1, None, "قال الوزير إن المحادثات"), version(2, None, "قال الوزير أمس إن المحادثات")) == [
        Change("قال الوزير", "", "أمس")
    ]
    assert word_changes(version(1, None, "a b c"), version(2, None, "a c")) == [Change("a", "b", "")]


def test_white_space_is_no_change() -> None:
    assert word_changes(version(1, "A  title", "one two"), version(2, "A title", "one\n\ntwo")) == []


def test_very_long_texts_are_compared_by_paragraphs() -> None:
    paragraphs = [f"paragraph {number} " + "word " * 50 for number in range(500)]
    changed = [*paragraphs[:250], "a new one", *paragraphs[250:]]
    changes = word_changes(version(1, None, "\n\n".join(paragraphs)), version(2, None, "\n\n".join(changed)))
    assert [change.added for change in changes] == ["a new one"]


def test_changes_with_few_equal_words_between_them_are_one() -> None:
    before = version(1, None, "It may be signed before the end of month said one of them on a sunny day in May")
    after = version(2, None, "It was signed after the end of talks said one of them on a sunny day in June")
    assert word_changes(before, after) == [
        Change("It", "may be signed before the end of month", "was signed after the end of talks"),
        Change("sunny day in", "May", "June"),
    ]

"""What changed between two versions is said in words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.records import Revision
from storage.revisions import DiffConfig, Paragraph, Piece, PieceKind, compare, is_changed

SIGNS = {PieceKind.SAME: "{}", PieceKind.REMOVED: "[-{}-]", PieceKind.ADDED: "{{+{}+}}"}


def version(number: int, title: str | None, text: str) -> Revision:
    return Revision(1, number, title, text, "hash", datetime(2026, 10, 1, tzinfo=UTC), "test")


def marked(paragraph: Paragraph) -> str:
    return "".join(SIGNS[piece.kind].format(piece.text) for piece in paragraph)


def diff(before: str, after: str) -> list[str]:
    return [marked(paragraph) for paragraph in compare(version(1, None, before), version(2, None, after)).paragraphs]


def test_changed_headline_and_words_are_named_apart() -> None:
    before = version(1, "Talks resume in Port Varda", "Three ministers met on Monday in the capital.\n\nNo date was set.")
    after = version(2, "Talks collapse in Port Varda", "Four ministers met on Monday in the capital.\n\nNo date was set yet.")
    compared = compare(before, after)
    assert marked(compared.headline) == "Talks [-resume -]{+collapse +}in Port Varda"
    assert [marked(paragraph) for paragraph in compared.paragraphs] == [
        "[-Three -]{+Four +}ministers met on Monday in the capital.",
        "No date was set {+yet+}.",
    ]
    assert compared.changed_paragraphs == compared.paragraphs
    assert is_changed(compared.headline)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("قال الوزير إن المحادثات بدأت", "قال الوزير أمس إن المحادثات بدأت", ["قال الوزير {+أمس +}إن المحادثات بدأت"]),
        ("قال كِتابٌ قديم جدا هنا", "قال كِتابٌ جديد جدا هنا", ["قال كِتابٌ [-قديم -]{+جديد +}جدا هنا"]),
        ("او می‌رود به خانه", "او می‌آید به خانه", ["او [-می‌رود -]{+می‌آید +}به خانه"]),
        ('צה"ל הודיע הבוקר על כך', 'צה"ל הודיע הערב על כך', ['צה"ל הודיע [-הבוקר -]{+הערב +}על כך']),
        ("Ankara'da 1.200 kişi toplandı", "Ankara'da 1.300 kişi toplandı", ["Ankara'da [-1.200 -]{+1.300 +}kişi toplandı"]),
        ("At 12:30 it rained", "At 12:45 it rained", ["At [-12:30 -]{+12:45 +}it rained"]),
        ("他们在港口见面", "他们在河口见面", ["他们在[-港-]{+河+}口见面"]),
        ("a b c d", "a c d", ["a [-b -]c d"]),
        ("Stop, and wait, he said.", "Stop, and wait, he said!", ["Stop, and wait, he said[-.-]{+!+}"]),
    ],
)
def test_words_of_every_script_are_compared_as_they_are_written(before: str, after: str, expected: list[str]) -> None:
    assert diff(before, after) == expected


def test_paragraphs_are_those_of_the_later_version_and_a_removed_one_stays_apart() -> None:
    assert diff("First one here.\n\nOld one there.\n\nLast one.", "First one here.\n\nLast one.\n\nNew one.") == [
        "First one here.",
        "[-Old one there.-]",
        "Last one.",
        "{+New one.+}",
    ]
    assert diff("One and two.\n\nThree and four.", "One and two. Three and four.") == ["One and two. Three and four."]
    assert diff("One and two. Three and four.", "One and two.\n\nThree and four.") == ["One and two.", "Three and four."]


def test_white_space_is_no_change() -> None:
    compared = compare(version(1, "A  title", "one two"), version(2, "A title", "one\n\ntwo"))
    assert not is_changed(compared.headline)
    assert compared.changed_paragraphs == ()


def test_headline_that_appears_is_added() -> None:
    assert compare(version(1, None, "a"), version(2, "Title", "a")).headline == (Piece(PieceKind.ADDED, "Title"),)
    assert compare(version(1, None, "a"), version(2, None, "a")).headline == ()


def test_long_passages_without_an_equal_paragraph_are_shown_replaced() -> None:
    config = DiffConfig(max_words=5)
    compared = compare(version(1, None, "same\n\na b c d e f g"), version(2, None, "same\n\na b c d e f h"), config)
    assert [marked(paragraph) for paragraph in compared.paragraphs] == ["same", "[-a b c d e f g-]", "{+a b c d e f h+}"]


def test_single_words_that_stayed_between_changes_are_shown_with_them() -> None:
    assert diff("It may be signed before the talks in the spring", "It was signed after the talks in the spring") == [
        "It [-may be signed before -]{+was signed after +}the talks in the spring"
    ]


@given(*[st.lists(st.text(alphabet="ab ،.קא‌می1", max_size=30), max_size=5)] * 2)
def test_both_versions_can_be_read_from_their_comparison(before: list[str], after: list[str]) -> None:
    compared = compare(version(1, None, "\n\n".join(before)), version(2, None, "\n\n".join(after)))
    pieces = [piece for paragraph in compared.paragraphs for piece in paragraph]
    for kind, paragraphs in ((PieceKind.ADDED, before), (PieceKind.REMOVED, after)):
        read = "".join(piece.text for piece in pieces if piece.kind is not kind)
        assert "".join(read.split()) == "".join("".join(paragraphs).split())
    later = [" ".join(paragraph.split()) for paragraph in after if paragraph.strip()]
    kept = ([piece.text for piece in paragraph if piece.kind is not PieceKind.REMOVED] for paragraph in compared.paragraphs)
    shown = [" ".join("".join(pieces).split()) for pieces in kept]
    assert [paragraph for paragraph in shown if paragraph] == later

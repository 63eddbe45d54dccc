from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.query import CONFIG, Query, parse


@pytest.mark.parametrize(
    ("text", "required", "excluded"),
    [
        ("two words", [("two",), ("words",)], []),
        ('"a phrase" word', [("a", "phrase"), ("word",)], []),
        ("“a phrase” «another one»", [("a", "phrase"), ("another", "one")], []),
        ('"never closed', [("never", "closed")], []),
        ('-word -"a phrase"', [], [("word",), ("a", "phrase")]),
        ("- word", [("word",)], []),
        ("--word", [], [("word",)]),
        ("e-mail", [("e", "mail")], []),
        ("same same Same", [("same",)], []),
        ('glued"to it"', [("glued",), ("to", "it")], []),
        ("AND OR NOT", [("and",), ("or",), ("not",)], []),
        ("", [], []),
        (" \t\n", [], []),
        ('"" - -"" ?!', [], []),
    ],
)
def test_words_phrases_and_exclusions_are_read(text: str, required: list[tuple[str, ...]], excluded: list[tuple[str, ...]]) -> None:
    assert parse(text) == Query(tuple(required), tuple(excluded))


@pytest.mark.parametrize("acronym", ['צה"ל', "צה״ל"])
def test_mark_of_a_hebrew_acronym_does_not_begin_a_phrase(acronym: str) -> None:
    assert parse(f"{acronym} הודיע").required == (("צהל",), ("הודיע",))


def test_query_without_anything_usable_is_false() -> None:
    assert not parse("?!")
    assert parse("-a")
    assert parse("a")


def test_terms_are_those_to_be_marked() -> None:
    assert parse('a "b c" -d').terms == {"a", "b", "c"}


def test_pasted_text_is_cut() -> None:
    assert len(parse(" ".join(f"w{number}" for number in range(10_000))).required) == CONFIG.max_phrases
    assert len(parse('"' + "w " * 10_000).required[0]) == CONFIG.max_phrase_tokens


@given(st.text())
def test_no_text_is_an_error(text: str) -> None:
    query = parse(text)

    assert all(token and " " not in token for phrase in (*query.required, *query.excluded) for token in phrase)

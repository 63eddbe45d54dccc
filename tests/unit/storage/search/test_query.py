from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.search.query import CONFIG, Query, Term, parse


def first(query: Query) -> tuple[list[str], list[str]]:
    """Write the first term of each group as a string: =word in the headline, word* as a prefix."""

    def written(term: Term) -> str:
        return ("=" if term.title else "") + " ".join(term.tokens) + ("*" if term.prefix else "")

    return [written(group[0]) for group in query.required], [written(group[0]) for group in query.excluded]


@pytest.mark.parametrize(
    ("text", "required", "excluded"),
    [
        ("two words", ["two", "words"], []),
        ('"a phrase" word', ["a phrase", "word"], []),
        ("“a phrase” «another one»", ["a phrase", "another one"], []),
        ('"never closed', ["never closed"], []),
        ('-word -"a phrase"', [], ["word", "a phrase"]),
        ("- word", ["word"], []),
        ("--word", [], ["word"]),
        ("e-mail", ["e mail"], []),
        ("same same Same", ["same"], []),
        ('glued"to it"', ["glued", "to it"], []),
        ("AND OR NOT", ["and"], []),
        ("OR", ["or"], []),
        ("a OR -b", ["a", "or"], ["b"]),
        ("-a OR b", ["or", "b"], ["a"]),
        ("a or b", ["a", "or", "b"], []),
        ('title:word title:"a phrase" -title:other', ["=word", "=a phrase"], ["=other"]),
        ("title:", ["title"], []),
        ("title: word", ["title", "word"], []),
        ("title:-word", ["title word"], []),
        ("subtitle:word", ["subtitle word"], []),
        ("pre* p* pre*fix *pre", ["pre*", "p", "pre fix", "pre"], []),
        ("title:pre*", ["=pre*"], []),
        ('"a pre*"', ["a pre"], []),
        ("e-mai*", ["e mai*"], []),
        ("", [], []),
        (" \t\n", [], []),
        ('"" - -"" ?!', [], []),
        ("* ** -*", [], []),
    ],
)
def test_language_is_read(text: str, required: list[str], excluded: list[str]) -> None:
    assert first(parse(text)) == (required, excluded)


def test_either_of_two_terms_is_one_group() -> None:
    query = parse('a "b c" OR title:d OR e* f')

    assert query.required == (
        (Term(("a",)),),
        (Term(("b", "c")), Term(("d",), title=True), Term(("e",))),
        (Term(("f",)),),
    )


@pytest.mark.parametrize("acronym", ['צה"ל', "צה״ל"])
def test_mark_of_a_hebrew_acronym_does_not_begin_a_phrase(acronym: str) -> None:
    assert first(parse(f"{acronym} הודיע"))[0] == ["צהל", "הודיע"]


def test_query_without_anything_usable_is_false() -> None:
    assert not parse("?!")
    assert parse("-a")
    assert parse("a")


def test_pasted_text_is_cut() -> None:
    assert len(parse(" ".join(f"w{number}" for number in range(10_000))).required) == CONFIG.max_groups
    assert len(parse('"' + "w " * 10_000).required[0][0].tokens) == CONFIG.max_phrase_tokens


def test_forms_of_a_long_query_are_limited() -> None:
    query = parse(" ".join(["وزارة", *(f"وزار{letter}ة" for letter in "ابتثجحخدذرزسشصضطظعغفقكلمنه")]))

    assert sum(len(group) for group in query.required) < CONFIG.max_forms + 60


@given(st.text())
def test_no_text_is_an_error(text: str) -> None:
    query = parse(text)

    assert all(
        term.tokens and all(token and " " not in token for token in term.tokens)
        for group in (*query.required, *query.excluded)
        for term in group
    )

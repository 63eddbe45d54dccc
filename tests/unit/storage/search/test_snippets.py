from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from storage.search.query import parse
from storage.search.snippets import CONFIG, snippet

LONG = "One sentence about nothing that goes on. " * 20


def test_matches_are_marked_as_they_stand_in_the_text() -> None:
    assert snippet("The Café of Lesk, a café.", parse("cafe")) == "The [[Café]] of Lesk, a [[café]]."


def test_phrase_is_marked_as_one_and_its_words_alone_are_not() -> None:
    assert snippet("new Lesk, Lesk new, New  Lesk", parse('"new lesk"')) == "[[new Lesk]], Lesk new, [[New Lesk]]"


def test_overlapping_phrases_are_marked_once() -> None:
    assert snippet("a b c d", parse('"a b" "b c" b')) == "[[a b c]] d"


def test_text_without_a_match_begins_at_its_begin() -> None:
    shown = snippet(LONG, parse("harbour"))

    assert shown.startswith("One sentence")
    assert shown.endswith("…")
    assert len(shown) <= CONFIG.max_chars + 1
    assert snippet("Short.\n\nText. ", parse("")) == "Short. Text."


def test_piece_with_most_of_the_query_is_shown() -> None:
    text = f"The harbour. {LONG} The old harbour of Lesk. {LONG}"
    shown = snippet(text, parse("harbour lesk"))

    assert "old [[harbour]] of [[Lesk]]." in shown
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert "…ne " not in shown


def test_right_to_left_text_keeps_its_order() -> None:
    assert snippet("قالت وزارة الخارجيّة للعراق أمس", parse("العراق")) == "قالت وزارة الخارجيّة [[للعراق]] أمس"


def test_text_without_spaces_is_cut_all_the_same() -> None:
    assert len(snippet("x" * 10_000, parse("y"))) == CONFIG.max_chars + 1
    assert "[[z]]" in snippet("x" * 3_000 + " z " + "x" * 3_000, parse("z"))


@given(st.text(st.characters(exclude_characters="[]…")), st.text())
def test_nothing_is_lost_or_added_but_marks(text: str, query: str) -> None:
    bare = snippet(text, parse(query)).replace("[[", "").replace("]]", "").strip("…").strip()

    assert bare in " ".join(text.split())

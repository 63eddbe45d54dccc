"""The text with its tokens, and the way back to the original."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.tagging.zone import Zone
from storage.textnorm import normalize, token_spans

LONG = "قال المتحدث باسم الحكومة إنّ «العِراقَ» بلدٌ كبير، ויצא צה״ל; l’Iran et la Türkiye'nin —  ﷺ end. " * 12


@given(st.text(alphabet=st.sampled_from("aB é'’\"״צל ن  العر\u200b\n\tﷺ—.,\u0301가"), max_size=400))
def test_blocks_fold_to_what_the_whole_folds_to(text: str) -> None:
    zone = Zone(text)
    assert zone.normalized == normalize(text)
    assert zone.tokens == normalize(text).split()


def test_places_are_those_of_the_whole_text() -> None:
    zone = Zone(LONG)
    spans = [(start, end) for start, end, _ in token_spans(LONG)]
    assert len(spans) == len(zone.tokens) > 200
    assert [zone.place(position, position + 1) for position in range(len(zone.tokens))] == spans


@given(st.text(alphabet=st.sampled_from("aBİıé '’\"״צל ن  العرـ\u064e\u200b\u200c\n\tﷺ—.,\u0301가«٥"), max_size=200))
def test_places_in_any_text_are_those_of_the_whole(text: str) -> None:
    zone = Zone(text)
    assert [zone.place(at, at + 1) for at in range(len(zone.tokens))] == [(start, end) for start, end, _ in token_spans(text)]


def test_words_come_in_one_line_and_whole() -> None:
    zone = Zone("It was the\nYalda’s (Iraqi-made) goods")
    assert zone.words(5, 6) == "Iraqi"
    assert zone.words(5, 6, context=1) == "Yalda’s (Iraqi-made)"
    assert zone.words(2, 4) == "the Yalda"
    assert zone.around(0, 1, 1) == (0, 6)


@pytest.mark.parametrize(("text", "expected"), [("Iraq votes", True), ("the iraq", True), ("The iraq", False)])
def test_a_capital_is_asked_for_where_there_are_any(text: str, expected: bool) -> None:
    assert Zone(text).may_be_name(Zone(text).tokens.index("iraq")) is expected


def test_headlines_are_told_from_sentences() -> None:
    assert Zone("Saboteurs Blow Up Oil Pipeline in Iraq").is_title_case
    assert not Zone("The poet Israel Zangwill wrote about London").is_title_case
    assert Zone("ALL OF IT").is_upper


def test_punctuation_parts_words_and_a_hyphen_does_not() -> None:
    zone = Zone("Anna, Berg al-Bahr")
    assert not zone.touches(0)
    assert zone.touches(1)
    assert zone.touches(2)

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from storage.search.squeezing import _slowly, offsets
from storage.textnorm import normalize


def test_folded_words_are_found_where_they_stand_in_the_text() -> None:
    assert offsets("The Café of Lesk, a café.", ["cafe"]) == [4, 20]
    assert offsets("قالت وزارة الخارجيّة للعراق", ["عراق"]) == [23]


def test_words_in_several_parts_are_found_as_one() -> None:
    assert offsets("in Sana'a by e-mail", ["sanaa", "email"]) == [3, 13]


def test_characters_that_fold_to_several_or_lie_beyond_the_first_plane_keep_offsets_right() -> None:
    assert offsets("😀 Encyclopædia Lesk", ["paedia", "lesk"]) == [9, 15]


@given(st.text(), st.text(min_size=1, max_size=3))
def test_both_ways_find_the_same(text: str, sought: str) -> None:
    if core := normalize(sought).replace(" ", ""):
        fast, slow = offsets(text, [core]), _slowly(text, [core])

        assert fast == slow

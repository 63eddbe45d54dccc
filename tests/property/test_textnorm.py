"""What must hold of the normaliser for any string."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from storage.textnorm import index_text, normalize, query_terms, token_spans, tokens

# Any code point, lone surrogates too; and text dense in what the rules look at.
ANY_CHARACTER = st.integers(0, 0x10FFFF).map(chr)
DENSE = st.sampled_from(
    "السعراقلبنانوفبكأإآٱؤئىةیک\u0640\u064e\u0654\u200c\u200f\u00adאבםץ\u05b8״׳\"'’İIıiğş e\u0301½ﷺ가が\u3099ᄀ\u1161 _.\n"
)
TEXT = st.text(ANY_CHARACTER | DENSE, max_size=60)


@given(TEXT)
def test_normalize_is_idempotent(text: str) -> None:
    assert normalize(normalize(text)) == normalize(text)


@given(TEXT)
def test_index_text_is_idempotent_and_ignores_prior_normalisation(text: str) -> None:
    assert index_text(index_text(text)) == index_text(normalize(text)) == index_text(text)


@given(TEXT)
def test_result_is_tokens_separated_by_single_spaces(text: str) -> None:
    folded = normalize(text)
    assert " ".join(tokens(text)) == folded
    assert all(unicodedata.category(char)[0] in "LNM" for char in folded.replace(" ", ""))


@given(TEXT)
def test_spans_cover_exactly_the_indexed_tokens_in_order(text: str) -> None:
    spans = list(token_spans(text))
    assert [token for _, _, token in spans] == index_text(text).split() == query_terms(text)
    previous = (0, 0)
    for start, end, _ in spans:
        assert 0 <= start < end <= len(text)
        assert start >= previous[1] or (start, end) == previous or start == previous[1] - 1
        previous = (start, end)


@given(TEXT)
def test_canonically_equal_texts_fold_alike(text: str) -> None:
    assert normalize(unicodedata.normalize("NFD", text)) == normalize(text) == normalize(unicodedata.normalize("NFC", text))


@given(TEXT, TEXT)
def test_white_space_cuts_cleanly(left: str, right: str) -> None:
    assert tokens(f"{left} {right}") == tokens(left) + tokens(right)

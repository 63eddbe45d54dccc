"""Finding phrases in tokens."""

from __future__ import annotations

import pytest

from crawler.tagging import phrases
from crawler.tagging.phrases import Phrase, PhraseIndex, Prefixes, parse_phrase
from storage.textnorm import tokens


def index(*entries: str, prefixes: Prefixes = Prefixes.NONE, bare: bool = False) -> PhraseIndex[str]:
    return PhraseIndex([phrase for entry in entries for phrase in parse_phrase(entry, entry, bare=bare)], prefixes)


def met(found_in: PhraseIndex[str], text: str) -> list[str]:
    return [value for found in found_in.find(tokens(text)) for value in found.values]


def test_the_longest_phrase_wins_and_consumes_its_words() -> None:
    found = list(index("Sudan", "South Sudan", "South Sudan Republic").find(tokens("In South Sudan, not Sudan")))
    assert [(hit.start, hit.end, hit.values) for hit in found] == [(1, 3, ("South Sudan",)), (4, 5, ("Sudan",))]


def test_phrases_of_three_words_need_all_of_them() -> None:
    assert met(index("bank of jordan"), "bank of jordan, bank on jordan, bank of") == ["bank of jordan"]


def test_phrases_of_the_same_words_are_met_together() -> None:
    both = PhraseIndex([Phrase(("tripoli",), "LY"), Phrase(("tripoli",), "LB")])
    assert [hit.values for hit in both.find(["tripoli"])] == [("LY", "LB")]


def test_a_star_stands_for_the_rest_of_a_word() -> None:
    assert met(index("parliament*", "peace talk*"), "Parliamentary parliament parle; peace talks, peace talk, peace") == [
        "parliament*", "parliament*", "peace talk*", "peace talk*",
    ]  # fmt: skip


def test_an_exact_word_is_preferred_to_a_stem() -> None:
    assert met(index("liber*", "liberia"), "Liberia liberal") == ["liberia", "liber*"]


@pytest.mark.parametrize("text", ["العراق", "والعراق", "بالعراق", "للعراق", "وللعراق", "فالعراق"])
def test_arabic_proclitics_come_off_a_name_with_article(text: str) -> None:
    assert met(index("العراق", prefixes=Prefixes.ARABIC), text) == ["العراق"]


@pytest.mark.parametrize("text", ["لبنان", "ولبنان", "بلبنان", "للبنان", "وللبنان"])
def test_arabic_proclitics_come_off_a_name_without_article(text: str) -> None:
    assert met(index("لبنان", prefixes=Prefixes.ARABIC), text) == ["لبنان"]


@pytest.mark.parametrize(("name", "text"), [("العراق", "عراق"), ("قطر", "القطر"), ("لبنان", "بنان"), ("مصر", "صر"), ("بنان", "لبن")])
def test_arabic_names_are_not_met_otherwise_than_they_are_written(name: str, text: str) -> None:
    assert met(index(name, prefixes=Prefixes.ARABIC), text) == []


@pytest.mark.parametrize("text", ["عراقي", "العراقي", "والعراقية", "بالعراقيين", "للعراقيين"])
@pytest.mark.parametrize("entry", ["عراقي*", "العراقي*"])
def test_arabic_adjectives_are_met_with_and_without_article(entry: str, text: str) -> None:
    assert met(index(entry, prefixes=Prefixes.ARABIC, bare=True), text) == [entry]


def test_a_short_arabic_word_keeps_what_looks_like_an_article() -> None:
    assert met(index("الف", prefixes=Prefixes.ARABIC, bare=True), "الف ف") == ["الف"]


@pytest.mark.parametrize("text", ["לבנון", "בלבנון", "ולבנון", "שבלבנון", "מלבנון"])
def test_hebrew_prefix_letters_come_off(text: str) -> None:
    assert met(index("לבנון", prefixes=Prefixes.HEBREW), text) == ["לבנון"]


@pytest.mark.parametrize("text", ["שובלבנון", "גלבנון", "בנון"])
def test_hebrew_words_that_only_end_alike_are_not_met(text: str) -> None:
    assert met(index("לבנון", prefixes=Prefixes.HEBREW), text) == []


def test_only_languages_that_glue_prefixes_have_them() -> None:
    assert [Prefixes.of_language(code) for code in ("ar", "he", "fa", "en")] == [
        Prefixes.ARABIC, Prefixes.HEBREW, Prefixes.NONE, Prefixes.NONE,
    ]  # fmt: skip


def test_a_joiner_is_met_as_a_space_too() -> None:
    assert met(index("رئیس‌جمهور"), "رئیس‌جمهور رئیس جمهور") == ["رئیس‌جمهور"] * 2


def test_an_entry_without_a_word_is_refused() -> None:
    with pytest.raises(ValueError, match="holds no word"):
        parse_phrase("*", "x")


def test_memory_of_tokens_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phrases, "_REMEMBERED_TOKENS", 3)
    small = index("iraq")
    assert met(small, "a b c d e iraq f g iraq") == ["iraq", "iraq"]
    assert len(small._starting) <= 3

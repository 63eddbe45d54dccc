"""The word lists themselves, and what is said of wrong ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from crawler.errors import CatalogError
from crawler.tagging.gazetteer import GAZETTEERS, country_index, country_phrases, lexicon_index, read_yaml, section_names
from crawler.tagging.region import load_region
from storage.textnorm import normalize

LEXICON_LANGUAGES = ["en", "ar", "fa", "tr", "fr", "he"]


@pytest.mark.parametrize("language", LEXICON_LANGUAGES)
def test_each_lexicon_has_at_least_eighty_political_terms_and_other_subjects(language: str) -> None:
    raw = read_yaml(GAZETTEERS / "politics.yml")[language]
    terms = {normalize(term) for entries in raw["political"].values() for term in entries}
    assert len(terms) >= 80
    assert set(raw["political"]) == {1, 2, 3}
    assert raw["other"].keys() >= {"sport", "entertainment", "lifestyle", "weather"}
    assert lexicon_index(language) is not None


@pytest.mark.parametrize("language", [*LEXICON_LANGUAGES, "ckb", "ku"])
def test_each_country_list_can_be_read_and_stays_with_two_letter_codes(language: str) -> None:
    path = GAZETTEERS / f"countries.{language}.yml"
    raw = read_yaml(path)
    assert raw["language"] == language
    codes = {phrase.value.country for phrase in country_phrases(raw, path, language)} - {"*", "-"}
    assert all(len(code) == 2 and code.isupper() for code in codes)
    if language in LEXICON_LANGUAGES:
        assert codes >= set(load_region().countries)


def test_unknown_languages_have_no_lists() -> None:
    assert lexicon_index("xx") is None
    assert lexicon_index("sections") is None
    assert list(country_index("xx").find(["iraq"])) == []
    assert list(country_index("../x").find(["iraq"])) == []


def test_cldr_names_serve_a_language_without_a_curated_list() -> None:
    assert [hit.values[0].country for hit in country_index("es").find(["argelia", "irak"])] == ["DZ", "IQ"]


def test_section_names_are_normalised_and_disjoint_enough() -> None:
    names = section_names()
    assert "سياسه" in names.political
    assert "sports" in names.other
    assert not names.political & names.other


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ({"IQ": ["Iraq"]}, "field 'IQ' must be a mapping"),
        ({"IQ": {"towns": []}}, "field 'IQ.towns' is not known"),
        ({"IQ": {"names": "Iraq"}}, "field 'IQ.names' must be a list"),
        ({"IQ": {"names": [False]}}, "holds False"),
        ({"region": ["…"]}, "holds '…'"),
    ],
)
def test_a_wrong_list_names_file_and_field(raw: dict[str, Any], message: str) -> None:
    with pytest.raises(CatalogError, match=message) as caught:
        list(country_phrases(raw, Path("mine.yml"), "en"))
    assert "mine.yml" in str(caught.value)


@pytest.mark.parametrize("text", ["[", "- a", "\tx"])
def test_an_unreadable_list_is_one_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mine.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CatalogError, match=r"mine\.yml") as caught:
        read_yaml(path)
    assert "\n" not in str(caught.value)

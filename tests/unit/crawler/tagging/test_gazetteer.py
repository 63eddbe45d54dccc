"""The word lists themselves, and what is said of wrong ones."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import pytest

from crawler.errors import CatalogError
from crawler.tagging.gazetteer import GAZETTEERS, country_index, country_phrases
from crawler.tagging.region import load_region
from crawler.tagging.subjects import OTHER, POLITICAL, SUBJECTS, read_subjects, section_names, subject_index
from crawler.tagging.word_lists import WordFile
from storage.textnorm import normalize

LANGUAGES = ["en", "ar", "fa", "tr", "fr", "he", "ckb", "ku"]
GOOD_SUBJECTS = """\
language: en
political:
  government: [parliament]
  elections: [vote]
  diplomacy: [talks]
  conflict: [war]
  protest: [protest]
  justice: [treason]
general: [official]
other:
  sport: [match]
  entertainment: [film]
  lifestyle: [recipe]
  weather: [rain]
  business: [bank]
  society: [school]
"""


def write(folder: Path, text: str) -> WordFile:
    path = folder / "mine.yml"
    path.write_text(text, encoding="utf-8")
    return WordFile.read(path)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_many_political_words_and_other_subjects(language: str) -> None:
    file = WordFile.read(SUBJECTS / f"{language}.yml")
    assert file.data["language"] == language
    political = {normalize(word) for kind in POLITICAL[:-1] for word in file.words("political", kind)}
    assert len(political) >= 200
    assert all(len(file.words("other", kind)) >= 10 for kind in OTHER)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_stands_in_one_list_only(language: str) -> None:
    file = WordFile.read(SUBJECTS / f"{language}.yml")
    places = [("political", kind) for kind in POLITICAL[:-1]] + [("general",)] + [("other", kind) for kind in OTHER]
    found = [(f"{normalize(word)}{'*' * word.endswith('*')}", place) for place in places for word in file.words(*place)]
    owners = dict(reversed(found))
    twice = [(word, owners[word], place) for word, place in found if owners[word] != place]
    assert not twice


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_country_list_covers_the_region(language: str) -> None:
    file = WordFile.read(GAZETTEERS / f"countries.{language}.yml")
    assert file.data["language"] == language
    codes = {phrase.value.country for phrase in country_phrases(file, language)} - {"*", "-"}
    assert codes >= set(load_region().countries)


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_the_horn_has_adjectives_and_places_too(language: str) -> None:
    data = WordFile.read(GAZETTEERS / f"countries.{language}.yml").data
    for country in load_region("horn").countries:
        assert data[country]["adjectives"], country
        assert data[country]["places"], country


def test_unknown_languages_have_no_lists() -> None:
    assert subject_index("xx") is None
    assert subject_index("../x") is None
    assert list(country_index("xx").find(["iraq"])) == []
    assert list(country_index("../x").find(["iraq"])) == []


def test_cldr_names_serve_a_language_without_a_curated_list() -> None:
    assert [hit.values[0].country for hit in country_index("es").find(["argelia", "irak"])] == ["DZ", "IQ"]


@pytest.mark.parametrize(
    ("language", "word", "country"),
    [("ckb", "تارانیش", "IR"), ("ckb", "بەغدادا", "IQ"), ("kmr", "Enqereyê", "TR"), ("ku", "Kuweytê", "KW"), ("kmr", "Îranî", "IR")],
)
def test_kurdish_names_are_met_with_their_suffixes(language: str, word: str, country: str) -> None:
    assert [hit.values[0].country for hit in country_index(language).find(normalize(word).split())] == [country]


def test_section_names_are_normalised_and_disjoint() -> None:
    names = section_names()
    assert "سياسه" in names.political
    assert "sports" in names.other
    assert not set(chain(names.political)) & names.other


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("language: en\nIQ: [Iraq]\n", "mine.yml:2: IQ: must be a mapping"),
        ("language: en\nIQ:\n  towns: []\n", "mine.yml:3: IQ.towns: is not one of names"),
        ("IQ:\n  names: Iraq\n", "mine.yml:2: IQ.names: must be a list of words"),
        ("IQ:\n  names:\n    - Iraq\n    - No\n", "mine.yml:4: IQ.names.1: False is not a word"),
        ("region: ['…']\n", "mine.yml:1: region.0: '…' holds no word"),
        ("Iraq: {names: [Iraq]}\n", "Iraq: is not an ISO 3166-1"),
        ("No: {names: [Norway]}\n", "quote NO"),
        ("IQ: {}\nIQ: {}\n", "mine.yml:2: IQ: stands twice"),
    ],
)
def test_a_wrong_country_list_names_file_line_and_field(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(CatalogError, match=message):
        list(country_phrases(write(tmp_path, text), "en"))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("  sport:", "  sports:", "mine.yml:11: other.sports: is not one of sport"),
        ("  weather: [rain]\n", "", "other.weather: must be a list of words"),
        ("[war]", "war", "mine.yml:6: political.conflict: must be a list of words"),
        ("[treason]", "[yes]", "mine.yml:8: political.justice.0: True is not a word"),
        ("general:", "generals:", "mine.yml:9: generals: is not a field"),
        ("political:", "politics:", "mine.yml:2: politics: is not a field"),
    ],
)
def test_a_wrong_subject_list_names_file_line_and_field(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert [hit.values for hit in read_subjects(write(tmp_path, GOOD_SUBJECTS), "en").find(["war"])] == [("conflict",)]
    with pytest.raises(CatalogError, match=message):
        read_subjects(write(tmp_path, GOOD_SUBJECTS.replace(old, new)), "en")


@pytest.mark.parametrize("text", ["[", "- a", "\tx"])
def test_an_unreadable_list_is_one_line(tmp_path: Path, text: str) -> None:
    with pytest.raises(CatalogError, match=r"mine\.yml:\d: ") as caught:
        write(tmp_path, text)
    assert "\n" not in str(caught.value)

"""Names in a text: boundaries, glued letters, endings, the longest of overlapping ones. All persons and bodies here are made up."""

from __future__ import annotations

import pickle

import pytest

from crawler.tagging.actors import Actor, ActorKind
from crawler.tagging.name_forms import arabic_forms, may_stand_after, may_stand_before
from crawler.tagging.names import NameIndex, Strength, name_language
from crawler.tagging.zone import Zone


def person(name: str, **names: list[str] | dict[str, list[str]]) -> Actor:
    short = names.pop("short", {})
    assert isinstance(short, dict)
    return Actor(
        id=name,
        kind=ActorKind.PERSON,
        country="IQ",
        names={language: tuple(entries) for language, entries in names.items()},
        short={language: tuple(entries) for language, entries in short.items()},
    )


def body(name: str, **names: list[str]) -> Actor:
    return Actor(id=name, kind=ActorKind.INSTITUTION, country="IQ", names={language: tuple(entries) for language, entries in names.items()})


INDEX = NameIndex(
    (
        person("tamur", en=["Tamur al-Qashani"], ar=["تامور القشاني"], short={"en": ["Qashani"], "ar": ["القشاني"]}),
        person(
            "barwar", ar=["برور زنكبادي"], he=["ברור זנגבאדי"], ckb=["بەروەر زەنگبادی"], kmr=["Berwer Zengbadî"], short={"ar": ["برور"]}
        ),
        body("council", en=["Council of Reeds", "COR"], tr=["Sazlık Yüksek Kurulu"], he=["קנ״ס"], fa=["شورای نیزار"], ar=["مجلس القصب"]),
        body("great-council", en=["Great Council of Reeds"]),
    ),
    never={"en": ["Qashani Street"]},
    words={"ar": ["برور"]},
)


def found(text: str, language: str) -> list[tuple[str, str, Strength]]:
    zone = Zone(text)
    return [(zone.words(hit.start, hit.end), use.actor, use.strength) for hit in INDEX.find(zone, language) for use in hit.uses]


def actors(text: str, language: str) -> list[str]:
    return [actor for _, actor, _ in found(text, language)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "the Tamur al-Qashani affair"),
        ("en", "Tamur al-Qashani’s house"),
        ("en", "“TAMUR AL-QASHANI”"),
        ("ar", "تامور القشاني"),
        ("ar", "وتامور القشاني"),
        ("ar", "فبتامور القشاني"),
        ("ar", "لتامور قشاني"),
        ("ar", "القشاني"),
        ("ar", "والقشاني"),
        ("ar", "للقشاني"),
        ("ar", "وللقشاني"),
        ("ar", "كالقشاني"),
        ("fa", "تامور القشاني"),
    ],
)
def test_a_name_is_found_with_what_its_language_glues_to_it(language: str, text: str) -> None:
    assert actors(text, language) == ["tamur"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Tamur al-Qashanite"),
        ("en", "qashani tiles in Shiraz"),
        ("ar", "مالقشاني"),
        ("ar", "القشانيون"),
        ("fa", "بتامور القشاني"),
        ("fr", "Tamur"),
        ("he", "Qashani"),
    ],
)
def test_a_name_is_not_found_inside_other_words_or_in_other_languages(language: str, text: str) -> None:
    assert actors(text, language) == []


@pytest.mark.parametrize(
    ("language", "text", "actor"),
    [
        ("he", "שברור זנגבאדי", "barwar"),
        ("he", "ולברור זנגבאדי", "barwar"),
        ("ckb", "بەروەر زەنگبادییش", "barwar"),
        ("ckb", "بەروەر زەنگبادی", "barwar"),
        ("kmr", "Berwer Zengbadîyê", "barwar"),
        ("ku", "Berwer Zengbadî", "barwar"),
        ("tr", "Sazlık Yüksek Kurulu'na", "council"),
        ("tr", "Sazlık Yüksek Kurulunun", "council"),
        ("fa", "شورای نیزارها", "council"),
    ],
)
def test_prefixes_and_endings_of_other_languages(language: str, text: str, actor: str) -> None:
    assert actors(text, name_language(language)) == [actor]


def test_endings_of_one_language_are_none_in_another() -> None:
    assert actors("Sazlık Yüksek Kurulunun", "en") == []
    assert actors("Berwer Zengbadîyê", "tr") == []


def test_the_longest_of_overlapping_names_wins() -> None:
    assert found("the Great Council of Reeds met", "en") == [("Great Council of Reeds", "great-council", Strength.FULL)]


def test_what_only_looks_like_a_name_hides_it() -> None:
    assert actors("a shop in Qashani Street", "en") == []


def test_an_acronym_keeps_its_capitals() -> None:
    assert actors("the COR met", "en") == ["council"]
    assert actors("the cor met", "en") == []
    assert actors("Cor anglais", "en") == []
    assert actors("THE COR MET", "en") == []


def test_a_hebrew_acronym_keeps_its_mark() -> None:
    assert actors("הקנ״ס התכנס", "he") == ["council"]
    assert actors('קנ"ס', "he") == ["council"]
    assert actors("קנס כבד", "he") == []


def test_a_short_name_says_how_little_it_is_worth() -> None:
    assert found("Qashani", "en") == [("Qashani", "tamur", Strength.SHORT)]
    assert found("برور", "ar") == [("برور", "barwar", Strength.WORD)]


def test_short_english_names_serve_languages_without_their_own() -> None:
    assert actors("Qashani", "fr") == actors("Qashani", "es") == ["tamur"]


def test_an_index_survives_pickling() -> None:
    copy: NameIndex = pickle.loads(pickle.dumps(INDEX))  # noqa: S301 - our own
    assert len(copy) == len(INDEX) > 0
    zone = Zone("Great Council of Reeds and Tamur al-Qashani")
    assert copy.find(zone, "en") == INDEX.find(zone, "en") != []


def test_an_empty_text_and_an_empty_index_find_nothing() -> None:
    assert INDEX.find(Zone(""), "en") == []
    assert NameIndex(()).find(Zone("Tamur"), "en") == []


def test_spellings_of_an_arabic_name() -> None:
    assert arabic_forms("تامور القشاني", person=True) == {"تامور قشاني"}
    assert arabic_forms("القشاني", person=True) == {"للقشاني"}
    assert arabic_forms("Tamor al-Qashani", person=True) == set()


@pytest.mark.parametrize(
    ("prefix", "form", "person", "expected"),
    [
        ("ال", "صدام", True, False),
        ("ال", "طالباني", True, True),
        ("وال", "قشاني", False, True),
        ("لل", "قشاني", False, True),
        ("و", "بري", True, True),
        ("ك", "بري", True, False),
        ("ول", "حزب القصب", False, True),
        ("ب", "للقشاني", True, False),
        ("س", "القشاني", True, False),
    ],
)
def test_arabic_letters_before_a_name(prefix: str, form: str, person: bool, expected: bool) -> None:
    assert may_stand_before(prefix, form, "arabic", person=person) is expected


def test_no_ending_is_taken_off_a_short_word() -> None:
    assert not may_stand_after("ye", "cor", "kmr", person=False)
    assert not may_stand_after("in", "tamur qashani", "tr", person=True)

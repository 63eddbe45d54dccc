"""The actors' files: the bundled ones, and what is said of wrong ones. All persons here are made up."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from crawler.errors import CatalogError
from crawler.tagging.actors import BUNDLED, Actor, ActorKind, Office, load_actors

TAMUR = """\
# somebody who never was
- id: tamur-al-qashani
  kind: person
  country: "NO"
  names:
    en: [Tamur al-Qashani]
    ar: [تامور القشاني]
  short:
    en: [Qashani]
  offices:
    - {title: Minister of Reeds, country: NO, from: 2006-05, to: 2014}
    - {title: Ferryman, country: NO}
  born: 1950
"""


def folder(path: Path, **files: str) -> Path:
    for name, text in files.items():
        (path / f"{name}.yml").write_text(text, encoding="utf-8")
    return path


def test_the_bundled_actors_are_many_and_of_every_country_of_the_region() -> None:
    gazetteer = load_actors()
    assert len(gazetteer) >= 600
    assert {actor.kind for actor in gazetteer} == set(ActorKind)
    assert len(gazetteer.version) == 12
    assert list(gazetteer.actors) == sorted(gazetteer.actors)
    assert load_actors() is gazetteer


def test_nouri_al_maliki_is_prime_minister_only_from_2006_to_2014() -> None:
    maliki = load_actors().actors["nouri-al-maliki"]
    titles = {
        day: [office.title for office in maliki.offices_on(date.fromisoformat(day))] for day in ("2005-01-01", "2011-12-20", "2021-01-01")
    }
    assert "Prime Minister" in titles["2011-12-20"]
    assert "Prime Minister" not in titles["2005-01-01"] + titles["2021-01-01"]


def test_files_of_ones_own_add_actors_and_replace_them(tmp_path: Path) -> None:
    maliki = "- {id: nouri-al-maliki, kind: person, country: IQ, names: {en: [Somebody Else]}}\n"
    own = load_actors(folder(tmp_path, mine=TAMUR + maliki))
    assert len(own) == len(load_actors()) + 1
    assert own.version != load_actors().version
    assert own.actors["nouri-al-maliki"].label == "Somebody Else"
    tamur = own.actors["tamur-al-qashani"]
    assert (tamur.country, tamur.born, tamur.short["en"]) == ("NO", "1950", ("Qashani",))
    assert tamur.offices[0].start == "2006-05"


@pytest.mark.parametrize(
    ("start", "end", "day", "held"),
    [
        ("2006-05", "2014", "2006-05-01", True),
        ("2006-05", "2014", "2006-04-30", False),
        ("2006-05", "2014", "2014-12-31", True),
        ("2006-05", "2014", "2015-01-01", False),
        ("2006", "2014-02", "2014-02-28", True),
        ("2006", "2014-02", "2014-03-01", False),
        ("2006-12-24", "2006-12-24", "2006-12-24", True),
        ("2006", "2006-12", "2006-12-31", True),
        ("2006", None, "2030-01-01", True),
        (None, "2014", "2010-01-01", False),
        (None, None, "2010-01-01", False),
    ],
)
def test_an_office_is_held_as_exactly_as_it_is_known(start: str | None, end: str | None, day: str, held: bool) -> None:
    assert Office("Ferryman", "NO", start, end).held_on(date.fromisoformat(day)) is held


def test_terms_are_written_in_years() -> None:
    terms = [
        Office("Ferryman", "NO", start, end).term
        for start, end in ((None, None), ("2006-05", None), ("2006", "2014-09-08"), (None, "2014"))
    ]
    assert terms == ["", "since 2006", "2006–2014", "until 2014"]


def test_nobody_acts_before_birth_or_after_death() -> None:
    actor = Actor("a", ActorKind.PERSON, "NO", {"ar": ("تامور",)}, born="1950", died="2006-12-30")
    assert [actor.lived_on(date(year, 1, 1)) for year in (1949, 1950, 2006, 2007)] == [False, True, True, False]
    assert actor.label == "تامور"


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("kind: person", "kind: wizard", 3, "0.kind: "),
        ("kind: person", "kind: party", 2, "a party holds no offices"),
        ("  kind: person\n", "", 2, "0.kind: is missing"),
        ('country: "NO"', "country: Norway", 4, "0.country: "),
        ("en: [Tamur al-Qashani]", "sv: [Tamur al-Qashani]", 6, "0.names.sv: is not a language of the gazetteer"),
        ("en: [Tamur al-Qashani]", "en: Tamur al-Qashani", 6, "0.names.en: "),
        ("en: [Tamur al-Qashani]", "en: ['—']", 6, "0.names.en: '—' holds no word"),
        ("en: [Tamur al-Qashani]", "en: [Tamur al-Qashani, Nouri al-Maliki]", 6, "'Nouri al-Maliki' is also a name of 'nouri-al-maliki'"),
        ("id: tamur-al-qashani", "id: Tamur Al Qashani", 2, "0.id: "),
        ("from: 2006-05,", "from: 2006-13,", 11, "0.offices.0.from: is not a date: write 2006, 2006-05 or 2006-05-20 (found '2006-13')"),
        ("to: 2014}", "to: May 2014}", 11, "0.offices.0.to: is not a date"),
        ("to: 2014}", "to: 2005}", 11, "ends (2005) before it begins (2006-05)"),
        ("born: 1950", "wikidata: 1950", 13, "0.wikidata: "),
        ("born: 1950", "birth: 1950", 13, "0.birth: is not a field of an actor"),
        ("born: 1950", "kind: person", 13, "kind: stands twice (first on line 3)"),
        ("  short:", "short:", 8, "broken YAML"),
    ],
)
def test_a_fault_is_named_with_file_line_and_field(tmp_path: Path, old: str, new: str, line: int, message: str) -> None:
    assert old in TAMUR
    with pytest.raises(CatalogError) as caught:
        load_actors(folder(tmp_path, mine=TAMUR.replace(old, new, 1)))
    assert f"mine.yml:{line}: " in str(caught.value)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_id_belongs_to_one_actor_of_a_folder(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match=r"b\.yml:2: 0\.id: 'tamur-al-qashani' is taken by an actor of .*a\.yml"):
        load_actors(folder(tmp_path, a=TAMUR, b=TAMUR.replace("Tamur", "Timur").replace("تامور", "تيمور")))


@pytest.mark.parametrize("text", ["", "id: tamur", "just words"])
def test_a_file_is_a_list(tmp_path: Path, text: str) -> None:
    with pytest.raises(CatalogError, match=r"mine\.yml"):
        load_actors(folder(tmp_path, mine=text))


def test_a_folder_without_files_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="no actor file"):
        load_actors(tmp_path)


def test_a_name_that_two_share_may_be_short(tmp_path: Path) -> None:
    own = load_actors(folder(tmp_path, mine=TAMUR.replace("en: [Qashani]", "en: [Maliki]")))
    assert own.actors["tamur-al-qashani"].short["en"] == ("Maliki",)


def test_each_bundled_file_says_what_it_covers() -> None:
    for path in BUNDLED.glob("*.yml"):
        assert path.read_text(encoding="utf-8").startswith("#"), path.name

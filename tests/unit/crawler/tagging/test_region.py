"""Region profiles: the bundled one, and what is said of a wrong one."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.errors import CatalogError
from crawler.tagging.region import RegionProfile, load_region
from crawler.tagging.relevance import assess

GOOD = "id: x\nname: X\ncountries: [IQ]\n"


def write(folder: Path, text: str) -> Path:
    path = folder / "x.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_mena_has_its_twenty_one_countries() -> None:
    region = load_region()
    assert region.id == "mena"
    assert set(region.countries) == {
        "IQ", "SY", "IR", "TR", "IL", "PS", "LB", "JO", "EG", "SA", "AE", "QA", "KW", "BH", "OM", "YE", "LY", "TN", "DZ", "MA", "SD",
    }  # fmt: skip
    assert not set(region.outside_actors) & set(region.countries)


def test_a_file_of_ones_own_is_read_with_defaults(tmp_path: Path) -> None:
    assert load_region(write(tmp_path, GOOD)) == RegionProfile("x", "X", ("IQ",))


def test_an_unknown_name_says_which_are_known() -> None:
    with pytest.raises(CatalogError, match=r"no such region \(known: .*mena"):
        load_region("atlantis")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- a\n", "x.yml:1: a region file is a mapping"),
        (GOOD + "colour: red\n", "x.yml:4: colour: is not a field of a region"),
        (GOOD + "thresholds: [1]\n", "x.yml:4: thresholds: "),
        (GOOD + "thresholds: {speed: 1}\n", "x.yml:4: thresholds.speed: is not a field"),
        (GOOD + "thresholds:\n  country: 2\n", "x.yml:5: thresholds.country: "),
        (GOOD + "thresholds: {relevance: true}\n", "x.yml:4: thresholds.relevance: must be a number between 0 and 1"),
        (GOOD + "home_languages: {tr: TR}\n", "home_languages: tr is at home in TR, which is not of the region"),
        ("id: x\nname: X\ncountries: []\n", "x.yml:3: countries: "),
        ("id: x\nname: X\ncountries: IQ\n", "x.yml:3: countries: "),
        ("id: x\nname: X\ncountries:\n  - IQ\n  - NO\n", r"x.yml:5: countries.1: is not an ISO 3166-1 alpha-2 code \(quote it"),
        ("id: x\nname: X\ncountries: [iq]\n", "x.yml:3: countries.0: .*found 'iq'"),
        ("id: x\nname: X\ncountries: [IQ, IQ]\n", "names IQ twice"),
        ("id: x\nname: 3\ncountries: [IQ]\n", "x.yml:2: name: "),
        ("id: x\ncountries: [IQ]\n", "name: is missing"),
        ("id: x\nname: [\n", "x.yml:3: broken YAML"),
    ],
)
def test_a_wrong_profile_names_file_line_and_field(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(CatalogError, match=message) as caught:
        load_region(write(tmp_path, text))
    assert "x.yml" in str(caught.value)


def test_a_folder_is_not_a_profile(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="directory"):
        load_region(tmp_path)


@pytest.mark.parametrize(
    ("language", "title", "text", "country"),
    [
        ("en", "Ethiopian army shells town in Tigray", "Federal troops fired artillery near Mekelle, officials in Addis Ababa said.", "ET"),
        ("en", "Kenyan opposition rejects election result", "Protesters marched in Nairobi after the vote.", "KE"),
        ("en", "Al-Shabaab bombs hotel in Mogadishu", "The militants' attack killed a minister's guards.", "SO"),
        ("en", "Eritrean troops withdraw from border", "Asmara and Addis Ababa signed a peace deal.", "ER"),
        ("fr", "Le président djiboutien réélu", "L'opposition dénonce la fraude dans ce scrutin.", "DJ"),
        ("fr", "Ougandais aux urnes", "Le scrutin présidentiel s'ouvre à Kampala, un candidat de l'opposition a été arrêté.", "UG"),
        ("ar", "البرلمان الصومالي يقر تعديلات دستورية", "صوت النواب في مقديشو وسط مقاطعة المعارضة.", "SO"),
        ("ar", "اشتباكات في جوبا بين قوات سلفا كير ومعارضيه", "دعت الأمم المتحدة إلى وقف إطلاق النار في جنوب السودان.", "SS"),
    ],
)
def test_the_horn_of_africa_is_judged_by_the_same_model(language: str, title: str, text: str, country: str) -> None:
    verdict = assess(title, text, language, region=load_region("horn"))
    assert verdict.relevant
    assert verdict.tags[0].value == country
    assert not assess(title, text, language, region=load_region()).relevant or country == "SD"


@pytest.mark.parametrize(
    ("language", "title", "text"),
    [
        ("en", "Kenyan runner wins Berlin marathon", "She finished the race in two hours and four minutes."),
        ("en", "Iraqi parliament elects president", "Lawmakers in Baghdad voted after weeks of talks."),
        ("fr", "Recette du poulet éthiopien", "Oignons, beurre et épices mijotent au four."),
        ("ar", "منتخب كينيا يفوز بالمباراة", "سجل اللاعب هدفين في ملعب نيروبي."),
    ],
)
def test_sport_recipes_and_the_middle_east_are_not_politics_of_the_horn(language: str, title: str, text: str) -> None:
    assert not assess(title, text, language, region=load_region("horn")).relevant


def test_a_region_of_ones_own_takes_one_file(tmp_path: Path) -> None:
    path = write(tmp_path, "id: maghreb\nname: Maghreb\ncountries: [MA, DZ, TN]\n")
    title, text = "Algeria recalls ambassador", "The foreign ministry in Algiers protested."
    assert assess(title, text, "en", region=load_region(path)).relevant
    assert not assess("Iraq votes", "Parliament in Baghdad met.", "en", region=load_region(path)).relevant

"""Region profiles: the bundled one, and what is said of a wrong one."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.errors import CatalogError
from crawler.tagging.region import RegionProfile, load_region

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
        ("- a\n", "must be a mapping"),
        (GOOD + "colour: red\n", "unknown field 'colour'"),
        (GOOD + "thresholds: [1]\n", "field 'thresholds'"),
        (GOOD + "thresholds: {speed: 1}\n", "field 'thresholds'"),
        (GOOD + "thresholds: {country: 2}\n", "'thresholds.country' must be a number"),
        (GOOD + "thresholds: {relevance: true}\n", "'thresholds.relevance' must be a number"),
        ("id: x\nname: X\ncountries: []\n", "'countries' must name at least one"),
        ("id: x\nname: X\ncountries: IQ\n", "'countries' must be a list"),
        ("id: x\nname: X\ncountries: [NO]\n", "holds False"),
        ("id: x\nname: X\ncountries: [iq]\n", "holds 'iq'"),
        ("id: x\nname: X\ncountries: [IQ, IQ]\n", "names a country twice"),
        ("id: x\nname: 3\ncountries: [IQ]\n", "field 'name' must be a text"),
        ("id: x\nname: [\n", r"x\.yml, line 3: not YAML"),
    ],
)
def test_a_wrong_profile_names_file_and_field(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(CatalogError, match=message) as caught:
        load_region(write(tmp_path, text))
    assert "x.yml" in str(caught.value)


def test_a_folder_is_not_a_profile(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="cannot be read"):
        load_region(tmp_path)

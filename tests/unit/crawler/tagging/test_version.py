"""The version of all that tags rest on."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.errors import CatalogError
from crawler.tagging import version
from crawler.tagging.region import load_region
from crawler.tagging.version import tagging_version

ACTOR = "- id: fictional-envoy\n  kind: person\n  country: IQ\n  names: {en: [Fictional Envoy]}\n"


def test_the_version_is_twelve_hexadecimal_digits_and_stays() -> None:
    first = tagging_version(load_region())
    assert re.fullmatch("[0-9a-f]{12}", first)
    assert tagging_version(load_region()) == first


def test_another_region_or_threshold_is_another_version() -> None:
    region = load_region()
    assert tagging_version(load_region("horn")) != tagging_version(region)
    assert tagging_version(replace(region, country_threshold=0.9)) != tagging_version(region)


def test_actors_of_ones_own_are_part_of_the_version(tmp_path: Path) -> None:
    (tmp_path / "mine.yml").write_text(ACTOR, encoding="utf-8")
    assert tagging_version(load_region(), tmp_path) != tagging_version(load_region())


def test_a_change_of_rules_is_another_version(monkeypatch: pytest.MonkeyPatch) -> None:
    before = tagging_version(load_region())
    monkeypatch.setattr(version, "RULES", version.RULES + 1)
    assert tagging_version(load_region()) != before


def test_an_edit_of_a_bundled_list_is_another_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(version, "_HERE", tmp_path)
    monkeypatch.setattr(version, "GAZETTEERS", tmp_path / "gazetteers")
    words = tmp_path / "gazetteers" / "countries.en.yml"
    words.parent.mkdir()
    seen = set()
    for text in ("IQ: {places: [Hilla]}\n", "IQ: {places: [Kut]}\n"):
        words.write_text(text, encoding="utf-8")
        version._bundled.cache_clear()
        seen.add(tagging_version(load_region()))
    version._bundled.cache_clear()
    assert len(seen) == 2


def test_a_wrong_gazetteer_has_no_version(tmp_path: Path) -> None:
    (tmp_path / "mine.yml").write_text("- id: x\n", encoding="utf-8")
    with pytest.raises(CatalogError, match=r"mine\.yml"):
        tagging_version(load_region(), tmp_path)

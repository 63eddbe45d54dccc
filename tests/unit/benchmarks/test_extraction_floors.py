"""Floors of extraction rise by themselves and fall only when that is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import extraction, extraction_floors
from benchmarks.extraction_floors import Pinned, data_hash, load_floors, new_floors, reached, rounded_down, save_floors, under
from benchmarks.extraction_scores import find_sets
from tests.unit.benchmarks.extraction_sets import write_set

BEFORE = Pinned("abc", {"body_f1": 0.9, "title": 0.5})


def test_floors_are_pinned_for_both_sets_and_every_column() -> None:
    pinned = load_floors()
    for name in ("pages", "rtl"):
        assert set(pinned[name].floors) == {"extracted", "body_f1", "page_f1", "title", "day", "minute", "authors", "language"}
        assert len(pinned[name].sha256) == 64


def test_better_scores_raise_floors() -> None:
    new, objections = new_floors(BEFORE, "abc", {"body_f1": 0.9419, "title": 0.5}, allow_regression=False)
    assert new == Pinned("abc", {"body_f1": 0.941, "title": 0.5})
    assert objections == []


def test_a_lower_score_leaves_every_floor_and_is_named() -> None:
    new, objections = new_floors(BEFORE, "abc", {"body_f1": 0.95, "title": 0.4}, allow_regression=False)
    assert new == BEFORE
    assert objections == ["title would fall from 0.5 to 0.4"]


def test_a_column_that_is_gone_counts_as_fallen() -> None:
    new, objections = new_floors(BEFORE, "abc", {"body_f1": 0.95}, allow_regression=False)
    assert new == BEFORE
    assert objections == ["title would fall from 0.5 to None"]


def test_other_data_is_refused() -> None:
    new, objections = new_floors(BEFORE, "def", {"body_f1": 0.95, "title": 0.6}, allow_regression=False)
    assert new == BEFORE
    assert objections == ["the data is not that of the pinned floors"]


def test_allowed_regressions_lower_floors_and_are_still_named() -> None:
    new, objections = new_floors(BEFORE, "def", {"body_f1": 0.8, "title": 0.5}, allow_regression=True)
    assert new == Pinned("def", {"body_f1": 0.8, "title": 0.5})
    assert len(objections) == 2


def test_the_first_floors_need_no_permission() -> None:
    assert new_floors(None, "abc", {"title": 1.0}, allow_regression=False) == (Pinned("abc", {"title": 1.0}), [])


def test_floors_are_rounded_down() -> None:
    assert rounded_down({"extracted": 19, "title": 0.9999, "day": 0.987}) == {"extracted": 19, "title": 0.999, "day": 0.987}
    assert under({"title": 0.5, "day": 0.9}, {"title": 0.5, "day": 0.89}) == {"day": (0.89, 0.9)}


def test_floors_survive_their_file(tmp_path: Path) -> None:
    path = tmp_path / "floors.json"
    assert load_floors(path) == {}
    save_floors({"one": BEFORE}, path)
    assert load_floors(path) == {"one": BEFORE}


def test_the_hash_is_that_of_pages_and_truth(tmp_path: Path) -> None:
    place = write_set(tmp_path)
    archive, truth = find_sets(place)["small"]
    before = data_hash(archive, truth)
    truth.write_text(truth.read_text("utf-8").replace("Cup", "Cap"), "utf-8")
    assert data_hash(archive, truth) != before


def test_small_pages_reach_everything_but_authors(tmp_path: Path) -> None:
    scores = reached(*find_sets(write_set(tmp_path))["small"])
    assert scores == pytest.approx({"extracted": 2, "body_f1": 1, "page_f1": 1, "title": 1, "day": 1, "minute": 1, "language": 1})


def test_the_command_refuses_to_lower(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    place, path = write_set(tmp_path), tmp_path / "floors.json"
    monkeypatch.setattr(extraction, "load_floors", lambda: load_floors(path))
    monkeypatch.setattr(extraction, "save_floors", lambda pinned: save_floors(pinned, path))
    assert extraction.main(["floors", str(place)]) == 0
    pinned = load_floors(path)
    save_floors({"small": Pinned(pinned["small"].sha256, {**pinned["small"].floors, "extracted": 3})}, path)
    assert extraction.main(["floors", str(place)]) == 1
    assert "small: extracted would fall from 3 to 2" in capsys.readouterr().err
    assert load_floors(path)["small"].floors["extracted"] == 3
    assert extraction.main(["floors", str(place), "--allow-regression"]) == 0
    assert load_floors(path)["small"].floors["extracted"] == 2


def test_the_floors_file_stands_with_the_quality_tests() -> None:
    assert extraction_floors.FLOORS_FILE.parent.name == "quality"

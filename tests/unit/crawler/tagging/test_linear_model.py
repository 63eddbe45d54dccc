"""The file of weights, and what is said of a wrong one."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.errors import CatalogError
from crawler.tagging.linear_model import LinearModel, load_model
from crawler.tagging.subjects import OTHER

GOOD = "about: {seed: '6'}\nrelevance:\n  bias: -1.5\n  weights: {a: 2.0, b: -1.0}\ncountries: {bias: 0, weights: {}}\n"


def write(folder: Path, text: str) -> Path:
    path = folder / "model.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_score_is_the_logistic_function_of_bias_and_effects() -> None:
    model = LinearModel(-1.5, {"a": 2.0, "b": -1.0})
    assert model.score({"a": 1.0, "b": 0.5}) == pytest.approx(0.5)
    assert [(item.feature, item.effect) for item in model.contributions({"b": 0.5, "a": 1.0, "c": 0.0})] == [("a", 2.0), ("b", -0.5)]


def test_the_bundled_model_says_what_it_was_fitted_on() -> None:
    model = load_model()
    assert model.about.keys() >= {"fitted_by", "data", "licence", "penalty", "seed"}
    assert len(model.relevance.weights) <= 30
    assert len(model.countries.weights) <= 12


def test_no_other_subject_speaks_for_politics() -> None:
    weights = load_model().relevance.weights
    assert all(weights.get(name, 0.0) <= 0 for name in (*OTHER, "other_section", "other_in_title", "in_passing"))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("bias: -1.5", "bias: much", "model.yml:3: relevance.bias: "),
        ("a: 2.0", "a: .nan", "model.yml:4: relevance.weights.a: "),
        ("a: 2.0", "a: 2000", "model.yml:4: relevance.weights.a: "),
        ("about:", "colour: red\nabout:", "model.yml:1: colour: is not a field of a model"),
        ("  bias: -1.5\n", "", "relevance.bias: is missing"),
        ("about:", "- about:", "model.yml:"),
    ],
)
def test_a_wrong_model_names_file_line_and_field(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert load_model(write(tmp_path, GOOD)).relevance.bias == -1.5
    load_model.cache_clear()
    with pytest.raises(CatalogError, match=message):
        load_model(write(tmp_path, GOOD.replace(old, new)))
    load_model.cache_clear()

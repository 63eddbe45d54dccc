"""Steps of extraction are switched off where they are taken, and a step that is gone is missed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import extraction
from benchmarks.extraction_scores import Truth
from benchmarks.extraction_steps import STEPS, Cost, Step, StepError, ablation, cost, find_step, nothing, profile, switched_off
from crawler.extraction import lines
from crawler.extraction.lines import Block
from tests.unit.benchmarks.extraction_sets import write_set

HEADLINE = STEPS[[step.name.strip() for step in STEPS].index("headline dropped")]


@pytest.mark.parametrize("where", [where for step in STEPS for where in step.where])
def test_every_step_is_still_in_the_code(where: str) -> None:
    assert callable(find_step(where)[2])


@pytest.mark.parametrize("where", ["text.gone", "gone.prune", "pruning._CANDIDATES[gone]", "gone"])
def test_a_step_that_is_gone_is_missed(where: str) -> None:
    with pytest.raises(StepError, match="STEPS"):
        list(ablation([], [], [Step("gone", (where,), nothing)]))


def test_a_step_is_off_only_as_long_as_asked() -> None:
    blocks = [Block("p", "Calm day in Qarnabad"), Block("p", "Nothing happened.")]
    with switched_off(HEADLINE) as calls:
        assert lines.after_headline(blocks, ["Calm day in Qarnabad"]) == blocks
        assert calls == [1]
    assert lines.after_headline(blocks, ["Calm day in Qarnabad"]) == blocks[1:]


def test_a_step_is_on_again_after_a_fault() -> None:
    before = lines.after_headline
    with pytest.raises(KeyError), switched_off(HEADLINE):
        raise KeyError
    assert lines.after_headline is before


def test_ablation_tells_what_a_step_is_worth(tmp_path: Path) -> None:
    (_, samples, truths) = next(extraction.read_sets(write_set(tmp_path)))
    changed = [Truth(truth.url, truth.body.split("\n", 1)[1]) for truth in truths]  # as if the first paragraph were none
    drop_first = Step("drop", ("text.clean_blocks",), lambda blocks, *_: list(blocks)[2:])  # and the headline
    (nought, whole), (step, effect) = ablation(samples, changed, [drop_first])
    assert nought is None
    assert step is drop_first
    assert whole.page_f1 < 1
    assert effect.page_f1 > 0
    assert (effect.changed, effect.calls) == (2, 2)


def test_a_replacement_that_does_not_fit_is_no_result(tmp_path: Path) -> None:
    (_, samples, truths) = next(extraction.read_sets(write_set(tmp_path)))
    with pytest.raises(StepError, match="without 'blocks'"):
        list(ablation(samples, truths, [Step("blocks", ("text.clean_blocks",), nothing)]))


def test_the_ablation_command_prints_a_row_a_step(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert extraction.main(["ablation", str(write_set(tmp_path))]) == 0
    out = capsys.readouterr().out
    row = json.loads(out.splitlines()[-1])
    assert set(row["sets"]["small"]) == {"everything", *(step.name.strip() for step in STEPS)}
    assert row["sets"]["small"]["everything"]["body_f1"] == 1
    assert "never taken" in out


def test_the_cost_command_prints_ratios_and_a_profile(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert extraction.main(["cost", str(write_set(tmp_path)), "--rounds", "2"]) == 0
    out = capsys.readouterr().out
    row = json.loads(out.splitlines()[-1])["sets"]["small"]
    assert len(row["ratios"]) == 2
    assert row["refused"] == 0
    assert row["min"] <= row["median"] <= row["max"]
    assert "core.bare_extraction" in out


def test_what_is_broken_is_not_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (_, samples, _) = next(extraction.read_sets(write_set(tmp_path)))
    table, key, _ = find_step("text.clean_blocks")
    monkeypatch.setitem(table, key, nothing)
    with pytest.raises(StepError, match="extraction is broken"):
        cost(samples, rounds=1)


def test_cost_is_a_ratio_a_round() -> None:
    assert Cost([(3.0, 2.0), (1.0, 1.0), (5.0, 2.0)]).spread() == (1.0, 1.5, 2.5)


def test_the_profile_is_of_extraction_and_what_it_calls(tmp_path: Path) -> None:
    (_, samples, _) = next(extraction.read_sets(write_set(tmp_path)))
    whole, spent = profile(samples, top=5)
    assert len(spent) == 5
    assert spent[0].total_seconds <= whole
    assert [entry.total_seconds for entry in spent] == sorted((entry.total_seconds for entry in spent), reverse=True)

"""Relevance on texts written for the purpose, in all languages with word lists: none of them was used to fit the model.

Floors on F1: 0.85 is what a user may count on; where we stand is a little above each floor, and docs/quality.md has the table.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from crawler.tagging.judging import Judgement, judge_article
from crawler.tagging.region import load_region

FOLDER = Path(__file__).with_name("relevance")
REGION = load_region()
#: language: least number of texts, floor on the F1 of relevance, floor on the F1 of the region's countries in relevant texts
FLOORS = {
    "fa": (60, 0.93, 0.93),
    "tr": (60, 0.92, 0.90),
    "he": (60, 0.92, 0.85),
    "ckb": (60, 0.93, 0.93),
    "kmr": (60, 0.93, 0.92),
    "en": (40, 0.94, 0.88),
    "ar": (40, 0.90, 0.87),
    "fr": (40, 0.94, 0.88),
}


def rows(language: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FOLDER / f"{language}.jsonl").read_text(encoding="utf-8").splitlines()]


@lru_cache
def judged(language: str) -> tuple[tuple[dict[str, Any], Judgement], ...]:
    return tuple(
        (
            row,
            judge_article(
                row["title"],
                row["text"],
                row["language"],
                region=REGION,
                section=row.get("section"),
                source_country=row.get("source_country"),
            ),
        )
        for row in rows(language)
    )


def f1(hits: int, extra: int, missed: int) -> float:
    return 2 * hits / max(1, 2 * hits + extra + missed)


@pytest.mark.parametrize("language", FLOORS)
def test_the_sets_are_large_balanced_and_distinct(language: str) -> None:
    texts = rows(language)
    assert len(texts) >= FLOORS[language][0]
    assert 0.4 <= sum(row["relevant"] for row in texts) / len(texts) <= 0.6
    assert len({row["title"] for row in texts}) == len(texts)


@pytest.mark.parametrize("language", FLOORS)
def test_relevance_keeps_its_floor(language: str) -> None:
    verdicts = [(bool(row["relevant"]), judgement.relevance.relevant) for row, judgement in judged(language)]
    hits = sum(truth and said for truth, said in verdicts)
    extra = sum(said and not truth for truth, said in verdicts)
    missed = sum(truth and not said for truth, said in verdicts)
    assert f1(hits, extra, missed) >= FLOORS[language][1]


@pytest.mark.parametrize("language", FLOORS)
def test_countries_keep_their_floor(language: str) -> None:
    pairs = [
        (set(row["countries"]) & set(REGION.countries), {tag.value for tag in judgement.relevance.tags} & set(REGION.countries))
        for row, judgement in judged(language)
        if row["relevant"]
    ]
    hits, extra, missed = (sum(map(len, part)) for part in zip(*((a & b, b - a, a - b) for a, b in pairs), strict=True))
    assert f1(hits, extra, missed) >= FLOORS[language][2]


@pytest.mark.parametrize("language", FLOORS)
def test_every_verdict_has_reasons(language: str) -> None:
    assert all(judgement.relevance.reasons for _, judgement in judged(language))


def test_the_fit_can_be_repeated_on_the_texts_that_are_bundled(capsys: pytest.CaptureFixture[str]) -> None:
    path = Path(__file__).parents[2] / "benchmarks" / "relevance_fit.py"
    spec = importlib.util.spec_from_file_location("relevance_fit_benchmark", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    assert module.main([str(path.with_name("relevance_contrast.jsonl"))]) == 0
    fitted = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert fitted["relevance_f1"]["all"] > 0.8
    weights = fitted["relevance"]["weights"]
    assert weights["conflict"] > 0 > weights["sport"]

"""Fit the weights of relevance and of country tags, and say by cross-validation how well they judge texts that they were not fitted on.

    python benchmarks/relevance_fit.py LABELLED.jsonl… [--write]

Rows: title, text, language, set; `relevant` (true or false) for relevance, `countries` (a list of ISO codes) for country tags; where known
section, url, source_country. Only figures leave this script: with --write they become crawler/tagging/relevance_model.yml.

Method: logistic regression with an L2 penalty (the bias is free), by Newton's method, on all languages together: one set of weights. A
feature that can only speak for the decision, or only against it, is taken out when the data say otherwise. Folds are drawn within each set,
five times anew; the penalty is the one of a small grid with the least log loss. The tables show F1 as the mean over the five repeats, its
range in brackets. Relevant articles without any sign of the region count as missed. Country tags come first, because relevance uses them.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

from crawler.tagging.actor_tags import ActorMention, actor_book, find_actors
from crawler.tagging.countries import Mentions, count_mentions, language_of
from crawler.tagging.country_tags import country_features, home_of
from crawler.tagging.linear_model import MODEL_FILE, TaggingModel, load_model
from crawler.tagging.region import RegionProfile, load_region
from crawler.tagging.relevance import gather_evidence
from crawler.tagging.standing import with_actors
from crawler.tagging.subjects import OTHER, POLITICAL

SEED, FOLDS, REPEATS = 6, 5, 5
PENALTIES = (0.3, 1.0, 3.0)
NEWTON_STEPS = 30
# What can only speak for relevance or for a country, and what only against: a fit that says otherwise has met chance, and in languages
# without labelled texts chance does not repeat itself.
SPEAK_FOR = frozenset(
    {*POLITICAL, "politics", "politics_in_title", "region", "region_in_title", "region_and_politics", "two_countries_in_title"}
    | {
        "regional_actors",
        "home_outlet",
        "home_language",
        "political_section",
        "mass",
        "share",
        "leading",
        "title",
        "lead",
        "mentions",
        "dateline",
    }
)
SPEAK_AGAINST = frozenset({*OTHER, "other_in_title", "other_section", "economy_section", "in_passing", "abroad", "only_actors", "once"})

HEAD = """\
# Weights of the decision about relevance and of the one about country tags: log-odds, features are 0 … 1. Made by
# benchmarks/relevance_fit.py --write, reviewed like code; docs/design/0010-relevance.md explains the features. No text is here.
"""
LICENCE = (
    "the news sets and countries-1987 are texts of publishers, labelled for research, and are not part of the project; "
    "contrast (benchmarks/relevance_contrast.jsonl) was written for it and has its licence"
)

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Example:
    """One decision: an article, or a country in an article."""

    row: int
    group: str
    features: Mapping[str, float]
    truth: bool


def design(examples: Sequence[Example], names: Sequence[str]) -> Matrix:
    """Return a row an example: 1, then its features."""
    return np.array([[1.0, *(example.features.get(name, 0.0) for name in names)] for example in examples])


def newton(x: Matrix, y: Matrix, penalty: float) -> Matrix:
    """Return bias and weights of the penalised logistic regression."""
    ridge = np.diag([0.0, *[penalty] * (x.shape[1] - 1)])
    w = np.zeros(x.shape[1])
    for _ in range(NEWTON_STEPS):
        p = 1 / (1 + np.exp(-np.clip(x @ w, -30, 30)))
        step = np.linalg.solve((x * (p * (1 - p))[:, None]).T @ x + ridge + 1e-9 * np.eye(len(w)), x.T @ (p - y) + ridge @ w)
        w -= step
        if np.abs(step).max() < 1e-6:
            break
    return w


def fit(examples: Sequence[Example], names: Sequence[str], penalty: float) -> Matrix:
    """Return bias and weights; a weight against its sign is taken out, the most wrong first, until none is left."""
    x = design(examples, names)
    y = np.array([float(example.truth) for example in examples])
    wanted = np.array([0, *(sign_of(name) for name in names)])
    kept = np.ones(len(wanted), dtype=bool)
    while True:
        w = np.zeros(len(wanted))
        w[kept] = newton(x[:, kept], y, penalty)
        wrong = np.where(w * wanted < 0, np.abs(w), 0.0)
        if not wrong.any():
            return w
        kept[int(wrong.argmax())] = False


def sign_of(feature: str) -> int:
    """Return 1 or -1 for a feature that can only speak for or against, 0 for one that may do either."""
    return 1 if feature in SPEAK_FOR else -1 if feature in SPEAK_AGAINST else 0


def scores(examples: Sequence[Example], names: Sequence[str], w: Matrix) -> Matrix:
    """Return probabilities."""
    given: Matrix = 1 / (1 + np.exp(-np.clip(design(examples, names) @ w, -30, 30)))
    return given


def folds(rows: Mapping[int, str], repeat: int) -> dict[int, int]:
    """Deal the rows of each set out to the folds, anew for each repeat."""
    chance = random.Random(SEED + repeat)  # noqa: S311 - folds, not secrets
    dealt: dict[int, int] = {}
    by_set: dict[str, list[int]] = defaultdict(list)
    for row, name in rows.items():
        by_set[name].append(row)
    for name in sorted(by_set):
        chance.shuffle(by_set[name])
        dealt |= {row: place % FOLDS for place, row in enumerate(by_set[name])}
    return dealt


def cross_validate(examples: Sequence[Example], names: Sequence[str], penalty: float) -> Matrix:
    """Return for each repeat and example the probability given by weights fitted without its fold."""
    out = np.zeros((REPEATS, len(examples)))
    for repeat in range(REPEATS):
        dealt = folds({example.row: example.group for example in examples}, repeat)
        held = np.array([dealt[example.row] for example in examples])
        for fold in range(FOLDS):
            train = [example for example, place in zip(examples, held, strict=True) if place != fold]
            test = [example for example, place in zip(examples, held, strict=True) if place == fold]
            if test:
                out[repeat, held == fold] = scores(test, names, fit(train, names, penalty))
    return out


def log_loss(examples: Sequence[Example], given: Matrix) -> float:
    """Return the mean log loss."""
    y = np.array([example.truth for example in examples])
    return float(-np.mean(np.log(np.clip(np.where(y, given, 1 - given), 1e-9, 1))))


def f1(hit: int, extra: int, missed: int) -> tuple[float, float, float]:
    """Return precision, recall and F1."""
    precision, recall = hit / max(1, hit + extra), hit / max(1, hit + missed)
    return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def read(paths: Sequence[Path]) -> list[dict[str, Any]]:
    """Read the rows of all files."""
    return [json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


@dataclass(frozen=True)
class Prepared:
    """A row with everything found in it."""

    row: dict[str, Any]
    code: str
    mentions: Mentions
    actors: tuple[ActorMention, ...]


def prepare(row: dict[str, Any]) -> Prepared:
    """Find countries and actors."""
    code = language_of(row.get("language"), f"{row.get('title') or ''} {row['text'][:1_000]}")
    named = count_mentions(row.get("title"), row["text"], code)
    actors = find_actors(named, code, source_country=row.get("source_country"), book=actor_book())
    return Prepared(row, code, with_actors(named, actors), actors)


def country_examples(prepared: Sequence[Prepared], region: RegionProfile) -> tuple[list[Example], dict[str, int]]:
    """Return a decision for each country of the region named in a row with country labels, and the labels that no word points to."""
    examples: list[Example] = []
    unnamed: dict[str, int] = defaultdict(int)
    for number, item in enumerate(prepared):
        wanted = item.row.get("countries")
        if not isinstance(wanted, list):
            continue
        for code in region.countries:
            features = country_features(code, item.mentions, home=home_of(item.row.get("source_country"), item.code, region))
            if features:
                examples.append(Example(number, item.row["set"], features, code in wanted))
            elif code in wanted:
                unnamed[item.row["set"]] += 1
    return examples, unnamed


def relevance_examples(prepared: Sequence[Prepared], region: RegionProfile, model: TaggingModel) -> tuple[list[Example], dict[str, int]]:
    """Return a decision for each labelled row with a sign of the region, and the number of relevant rows without one."""
    examples: list[Example] = []
    unnamed: dict[str, int] = defaultdict(int)
    for number, item in enumerate(prepared):
        row = item.row
        if row.get("relevant") is None:
            continue
        evidence = gather_evidence(
            item.mentions,
            item.code,
            item.actors,
            source_country=row.get("source_country"),
            url=row.get("url") or "",
            section=row.get("section"),
            region=region,
            model=model,
        )
        if evidence.features:
            examples.append(Example(number, row["set"], evidence.features, bool(row["relevant"])))
        elif row["relevant"]:
            unnamed[row["set"]] += 1
    return examples, unnamed


def choose(examples: Sequence[Example], names: Sequence[str]) -> tuple[float, Matrix]:
    """Return the penalty with the least log loss over the folds, and the probabilities that it gave."""
    tried = {penalty: cross_validate(examples, names, penalty) for penalty in PENALTIES}
    best = min(tried, key=lambda penalty: log_loss(examples, tried[penalty]))
    return best, tried[best]


def table(title: str, examples: Sequence[Example], given: Matrix, unnamed: Mapping[str, int], line: float) -> dict[str, Any]:
    """Print precision, recall and F1 by set; return them."""
    print(f"{title}\nset                 decisions  precision  recall  F1")
    found: dict[str, Any] = {}
    for name in [*sorted({example.group for example in examples}), "all"]:
        inside = np.array([name in (example.group, "all") for example in examples])
        truth = np.array([example.truth for example in examples])[inside]
        unmet = sum(unnamed.values()) if name == "all" else unnamed.get(name, 0)
        runs = [
            f1(int((truth & yes).sum()), int((yes & ~truth).sum()), int((truth & ~yes).sum()) + unmet) for yes in given[:, inside] >= line
        ]
        precision, recall, score = (sum(values) / len(runs) for values in zip(*runs, strict=True))
        spread = (min(run[2] for run in runs), max(run[2] for run in runs))
        found[name] = round(score, 3)
        print(f"{name:20}{int(inside.sum()):9}  {precision:9.3f}  {recall:6.3f}  {score:.3f} ({spread[0]:.3f}-{spread[1]:.3f})")
    return found


def names_of(examples: Sequence[Example]) -> list[str]:
    """Return the names of all features met, sorted."""
    return sorted({name for example in examples for name in example.features})


def part(w: Matrix, names: Sequence[str]) -> dict[str, Any]:
    """Return bias and weights as the model file has them, strongest first."""
    weights = sorted(zip(names, w[1:], strict=True), key=lambda item: -abs(item[1]))
    return {"bias": round(float(w[0]), 2), "weights": {name: round(float(value), 2) for name, value in weights if abs(value) >= 0.005}}


def main(arguments: Sequence[str] | None = None, report: Callable[[str], None] = print) -> int:
    """Fit, print the tables and a JSON line, and write the model where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("labelled", nargs="+", type=Path)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args(arguments)
    region = load_region()
    rows = read(options.labelled)
    prepared = [prepare(row) for row in rows]

    countries, unnamed = country_examples(prepared, region)
    names = names_of(countries)
    country_penalty, given = choose(countries, names)
    country_f1 = table(f"countries, penalty {country_penalty}", countries, given, unnamed, region.country_threshold)
    fitted = {"countries": part(fit(countries, names, country_penalty), names)}
    model = TaggingModel(about={}, relevance=load_model().relevance, countries=type(load_model().countries)(**fitted["countries"]))

    relevance, unseen = relevance_examples(prepared, region, model)
    names = names_of(relevance)
    penalty, given = choose(relevance, names)
    relevance_f1 = table(f"relevance, penalty {penalty}", relevance, given, unseen, region.relevance_threshold)
    fitted["relevance"] = part(fit(relevance, names, penalty), names)
    if options.write:
        counts = Counter(row["set"] for row in rows)
        yes = Counter(row["set"] for row in rows if row.get("relevant"))
        about = {
            "fitted_by": "benchmarks/relevance_fit.py: logistic regression, L2 penalty, fixed signs where only one is plausible",
            "data": ", ".join(f"{name} ({counts[name]} texts, {yes[name]} relevant)" for name in sorted(counts)),
            "licence": LICENCE,
            "penalty": f"relevance {penalty}, countries {country_penalty}: least log loss over {REPEATS} times {FOLDS} folds",
            "seed": str(SEED),
        }
        model_file = {"about": about, "relevance": fitted["relevance"], "countries": fitted["countries"]}
        MODEL_FILE.write_text(HEAD + yaml.safe_dump(model_file, sort_keys=False, allow_unicode=True, width=140), encoding="utf-8")
    report(json.dumps({"countries_f1": country_f1, "relevance_f1": relevance_f1, **fitted}))
    return 0


if __name__ == "__main__":
    sys.exit(main())

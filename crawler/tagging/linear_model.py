"""The fitted weights: a logistic model each for relevance and for country tags, read from one text file and reviewed like code.

score = 1 / (1 + exp(-(bias + sum of weight * feature))). Every feature lies between 0 and 1, so a weight says how much of the log-odds its
feature can move. `benchmarks/relevance_fit.py` fits them; docs/design/0010-relevance.md says on what and how.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, ClassVar

import yaml
from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from crawler.errors import CatalogError
from crawler.located_yaml import explain, parse_located, read_text

MODEL_FILE = Path(__file__).resolve().parent / "relevance_model.yml"
_MAX_BYTES = 64 * 1024
_STRICT = ConfigDict(extra="forbid")

Weight = Annotated[float, Field(ge=-50, le=50, allow_inf_nan=False)]


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one feature does to a decision: its value (0 … 1) times its weight, in log-odds."""

    feature: str
    value: float
    weight: float

    @property
    def effect(self) -> float:
        """How far it moves the log-odds."""
        return self.value * self.weight


@dataclass(frozen=True, slots=True)
class LinearModel:
    """One logistic model: the log-odds of an article without any feature, and what each feature adds."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    bias: Weight
    weights: Mapping[str, Weight]

    def score(self, features: Mapping[str, float]) -> float:
        """Return the probability, 0 … 1. A feature without a weight counts nothing."""
        weights = self.weights
        odds = self.bias + sum(weights.get(name, 0.0) * value for name, value in features.items())
        return 1 / (1 + math.exp(-odds)) if odds > -500 else 0.0

    def contributions(self, features: Mapping[str, float]) -> tuple[Contribution, ...]:
        """Return what each feature that is not 0 contributes, the strongest first."""
        found = (Contribution(name, round(value, 3), self.weights.get(name, 0.0)) for name, value in features.items() if value)
        return tuple(sorted(found, key=lambda item: (-abs(item.effect), item.feature)))


@dataclass(frozen=True, slots=True)
class TaggingModel:
    """Both models; `about` says what they were fitted on, for readers."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    about: Mapping[str, str]
    relevance: LinearModel
    countries: LinearModel


_MODEL: TypeAdapter[TaggingModel] = TypeAdapter(TaggingModel)


@lru_cache(maxsize=4)
def load_model(path: Path = MODEL_FILE) -> TaggingModel:
    """Read the weights, each file once a process.

    Raises: CatalogError naming file, line and field when they are not as they should be.
    """
    text = read_text(path, max_bytes=_MAX_BYTES, kind="model")
    data, lines = parse_located(path, text, yaml.MappingNode, "a mapping of about, relevance and countries", "model")
    try:
        return _MODEL.validate_python(data)
    except ValidationError as error:
        raise CatalogError(explain(path, error, lines, "a model")) from error

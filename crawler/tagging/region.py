"""Load a region profile: which countries the corpus is about. Whatever is wrong in one is said with file, line and field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, ClassVar, Self

import yaml
from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError, model_validator

from crawler.errors import CatalogError
from crawler.located_yaml import explain, parse_located, read_text

REGIONS = Path(__file__).resolve().parent.parent / "regions"
_MAX_BYTES = 64 * 1024
_STRICT = ConfigDict(extra="forbid", strict=False)


def _code(value: object) -> object:
    """Refuse what is no country code. NO without quotes is false in YAML: say so rather than drop Norway."""
    if not (isinstance(value, str) and len(value) == 2 and value.isascii() and value.isalpha() and value.isupper()):
        raise ValueError("is not an ISO 3166-1 alpha-2 code (quote it if it is one)")
    return value


def _distinct(values: tuple[str, ...]) -> tuple[str, ...]:
    """Refuse a list that names a country twice."""
    twice = [code for code, times in Counter(values).items() if times > 1]
    if twice:
        raise ValueError(f"names {twice[0]} twice")
    return values


def _number(value: object) -> object:
    """Refuse truth values and texts where a number is meant."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("must be a number between 0 and 1")  # noqa: TRY004 - pydantic collects these
    return value


Country = Annotated[str, BeforeValidator(_code)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, strict=True)]
Share = Annotated[float, BeforeValidator(_number), Field(ge=0, le=1)]


@dataclass(frozen=True, slots=True)
class RegionProfile:
    """A region: its countries (ISO 3166-1 alpha-2), who acts in it from outside, and where the lines are drawn.

    `relevance_threshold` and `country_threshold` are probabilities, 0 … 1: an article is relevant, a country is tagged, from there on.
    `home_languages` are languages (ISO 639) that are at home in one country of the region only: an article in one of them, of an outlet
    that nobody knows, may take that country for granted.
    """

    id: str
    name: str
    countries: tuple[str, ...]
    outside_actors: tuple[str, ...] = ()
    relevance_threshold: float = 0.5
    country_threshold: float = 0.5
    home_languages: tuple[tuple[str, str], ...] = ()

    def home_country(self, language: str) -> str | None:
        """Return the country that a language is at home in, as far as that is one of this region."""
        return dict(self.home_languages).get(language)


@dataclass(frozen=True, slots=True)
class _Thresholds:
    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    relevance: Share = 0.5
    country: Share = 0.5


@dataclass(frozen=True, slots=True)
class _ProfileFile:
    """The file as it is written."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    id: Words
    name: Words
    countries: Annotated[tuple[Country, ...], Field(min_length=1)]
    outside_actors: tuple[Country, ...] = ()
    thresholds: _Thresholds = _Thresholds()
    home_languages: Mapping[Annotated[str, StringConstraints(pattern="^[a-z]{2,3}$")], Country] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        """Refuse a country that stands twice, and a language whose country is not of the region."""
        _distinct((*self.countries, *self.outside_actors))
        for language, country in self.home_languages.items():
            if country not in self.countries:
                raise ValueError(f"home_languages: {language} is at home in {country}, which is not of the region")
        return self


_FILE: TypeAdapter[_ProfileFile] = TypeAdapter(_ProfileFile)


def load_region(name_or_path: str | Path = "mena") -> RegionProfile:
    """Read a region profile by its name or from a YAML file of one's own; each file is read once a process.

    Returns the profile. Raises CatalogError, naming file, line and field, when there is none or it is wrong.
    """
    text = str(name_or_path)
    is_name = text.replace("-", "").replace("_", "").isalnum()
    return _load(REGIONS / f"{text}.yml" if is_name else Path(text))


@lru_cache(maxsize=16)
def _load(path: Path) -> RegionProfile:
    """Read and check one file."""
    if not path.exists():
        known = ", ".join(sorted(file.stem for file in REGIONS.glob("*.yml")))
        raise CatalogError(f"{path}: there is no such region (known: {known})")
    text = read_text(path, max_bytes=_MAX_BYTES, kind="region")
    data, lines = parse_located(path, text, yaml.MappingNode, "a mapping with id, name and countries", "region")
    try:
        file = _FILE.validate_python(data)
    except ValidationError as error:
        raise CatalogError(explain(path, error, lines, "a region")) from error
    return RegionProfile(
        id=file.id,
        name=file.name,
        countries=file.countries,
        outside_actors=file.outside_actors,
        relevance_threshold=file.thresholds.relevance,
        country_threshold=file.thresholds.country,
        home_languages=tuple(file.home_languages.items()),
    )

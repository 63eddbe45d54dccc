"""Load a region profile: which countries the corpus is about."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from crawler.errors import CatalogError

REGIONS = Path(__file__).resolve().parent.parent / "regions"


@dataclass(frozen=True, slots=True)
class RegionProfile:
    """A region: its countries (ISO 3166-1 alpha-2), who acts in it from outside, and where the lines are drawn.

    `relevance_threshold` and `country_threshold` are scores in 0 … 1: an article is relevant, a country is tagged, from there on.
    """

    id: str
    name: str
    countries: tuple[str, ...]
    outside_actors: tuple[str, ...] = ()
    relevance_threshold: float = 0.5
    country_threshold: float = 0.3


def load_region(name_or_path: str | Path = "mena") -> RegionProfile:
    """Read a region profile by its name or from a YAML file of one's own; each file is read once a process.

    Returns the profile. Raises CatalogError, naming file and field, when there is none or it is wrong.
    """
    text = str(name_or_path)
    is_name = text.replace("-", "").replace("_", "").isalnum()
    return _load(REGIONS / f"{text}.yml" if is_name else Path(text))


@lru_cache(maxsize=16)
def _load(path: Path) -> RegionProfile:
    """Read and check one file."""
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        known = ", ".join(sorted(file.stem for file in REGIONS.glob("*.yml")))
        raise CatalogError(f"{path}: there is no such region (known: {known})") from error
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogError(f"{path}: cannot be read: {error}") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark is not None else ""
        raise CatalogError(f"{path}{line}: not YAML: {getattr(error, 'problem', None) or error}") from error
    return _profile(path, raw)


def _profile(path: Path, raw: Any) -> RegionProfile:
    """Turn what the file says into a profile, or say which field is wrong."""
    if not isinstance(raw, dict):
        raise CatalogError(f"{path}: must be a mapping with id, name and countries")
    unknown = sorted(map(str, raw.keys() - {"id", "name", "countries", "outside_actors", "thresholds"}))
    if unknown:
        raise CatalogError(f"{path}: unknown field {unknown[0]!r}")
    thresholds = raw.get("thresholds", {})
    if not isinstance(thresholds, dict) or thresholds.keys() - {"relevance", "country"}:
        raise CatalogError(f"{path}: field 'thresholds' may hold 'relevance' and 'country'")
    countries = _codes(path, "countries", raw.get("countries"))
    if not countries:
        raise CatalogError(f"{path}: field 'countries' must name at least one country")
    return RegionProfile(
        id=_word(path, "id", raw.get("id")),
        name=_word(path, "name", raw.get("name")),
        countries=countries,
        outside_actors=_codes(path, "outside_actors", raw.get("outside_actors", [])),
        relevance_threshold=_share(path, "thresholds.relevance", thresholds.get("relevance", 0.5)),
        country_threshold=_share(path, "thresholds.country", thresholds.get("country", 0.3)),
    )


def _word(path: Path, field: str, value: Any) -> str:
    """Check a text that must be there."""
    if not isinstance(value, str) or not value.strip():
        raise CatalogError(f"{path}: field {field!r} must be a text")
    return value.strip()


def _codes(path: Path, field: str, value: Any) -> tuple[str, ...]:
    """Check a list of country codes. NO without quotes is false in YAML: say so rather than drop Norway."""
    if not isinstance(value, list):
        raise CatalogError(f"{path}: field {field!r} must be a list of ISO 3166-1 codes")
    for code in value:
        if not (isinstance(code, str) and len(code) == 2 and code.isascii() and code.isalpha() and code.isupper()):
            raise CatalogError(f"{path}: field {field!r} holds {code!r}, which is not an ISO 3166-1 alpha-2 code (quote it if it is one)")
    if len(set(value)) != len(value):
        raise CatalogError(f"{path}: field {field!r} names a country twice")
    return tuple(value)


def _share(path: Path, field: str, value: Any) -> float:
    """Check a number between 0 and 1."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise CatalogError(f"{path}: field {field!r} must be a number between 0 and 1")
    return float(value)

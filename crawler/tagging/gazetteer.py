"""Load the word lists: which words point to which country, and which words are politics.

Each list is read once a process and language. Country names of CLDR (through babel) are added to the curated lists, in any language that
CLDR knows; a language without a curated list has those alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from babel import Locale, UnknownLocaleError

from crawler.errors import CatalogError
from crawler.tagging.phrases import Phrase, PhraseIndex, Prefixes, parse_phrase
from storage.textnorm import normalize

GAZETTEERS = Path(__file__).resolve().parent / "gazetteers"

# What a word of each kind counts, against 1 for the country's name. An adjective may qualify something foreign, a person may travel.
ACTOR_STRENGTH = 0.6
_STRENGTH = {"names": 1.0, "adjectives": 0.9, "places": 0.8, "actors": ACTOR_STRENGTH, "ambiguous": 0.7}
# Arabic adjectives and common nouns are met with and without the article; proper names only as they are written.
_BARE = frozenset({"adjectives", "ambiguous", "region"})
# Languages in which even adjectives of nationality have a capital letter; elsewhere in the Latin script only proper names have one.
_CAPITAL_ADJECTIVES = frozenset({"en", "tr"})
_LATIN = frozenset({"en", "fr", "tr", "ku"})

REGION = "*"
NOTHING = "-"


@dataclass(frozen=True, slots=True)
class CountryWord:
    """What a word points to: `country` is ISO 3166-1 alpha-2, `REGION`, or `NOTHING` for a phrase that only looks like a country.

    `strength` is 0 … 1. A word that is not `clear` counts only beside a clear one of the same country. `capital` asks for a capital letter.
    """

    country: str
    strength: float
    clear: bool = True
    capital: bool = False


@dataclass(frozen=True, slots=True)
class LexiconWord:
    """What a word says of the subject: `group` is 'political' or the name of another subject, `weight` 1 … 3."""

    group: str
    weight: int


@dataclass(frozen=True, slots=True)
class SectionNames:
    """Normalised names of sections that carry politics, that carry something else, and that carry the economy, which may be either."""

    political: frozenset[str]
    other: frozenset[str]
    economy: frozenset[str]


def read_yaml(path: Path) -> dict[str, Any]:
    """Read a word list; raise CatalogError naming the file when it is not a YAML mapping."""
    try:
        raw = yaml.load(path.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe loaders
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise CatalogError(f"{path}: cannot be read: {' '.join(str(error).split())}") from error
    if not isinstance(raw, dict):
        raise CatalogError(f"{path}: must be a mapping")
    return raw


def country_phrases(raw: Mapping[str, Any], path: Path, language: str) -> Iterator[Phrase[CountryWord]]:
    """Yield the phrases of a curated country list; raise CatalogError naming file and field for an entry that is none."""
    latin = language in _LATIN
    for country, groups in raw.items():
        if country == "language":
            continue
        if country in {"region", "none"}:
            groups = {country: groups}  # noqa: PLW2901
        if not isinstance(groups, dict):
            raise CatalogError(f"{path}: field {country!r} must be a mapping")
        for kind, entries in groups.items():
            if kind not in _STRENGTH and kind not in {"region", "none"}:
                raise CatalogError(f"{path}: field '{country}.{kind}' is not known")
            word = CountryWord(
                country={"region": REGION, "none": NOTHING}.get(kind, country),
                strength=_STRENGTH.get(kind, 1.0),
                clear=kind != "ambiguous",
                capital=latin and kind not in {"none", "region"} and (kind != "adjectives" or language in _CAPITAL_ADJECTIVES),
            )
            yield from _entries(path, f"{country}.{kind}", entries, word, bare=kind in _BARE)


def _entries(path: Path, field: str, entries: Any, value: Any, *, bare: bool) -> Iterator[Phrase[Any]]:
    """Yield the phrases of one list."""
    if not isinstance(entries, list):
        raise CatalogError(f"{path}: field {field!r} must be a list")
    for entry in entries:
        try:
            yield from parse_phrase(entry, value, bare=bare)
        except (ValueError, AttributeError) as error:
            raise CatalogError(f"{path}: field {field!r} holds {entry!r}, which is not a phrase (quote it if it is one)") from error


def _cldr_phrases(language: str) -> Iterator[Phrase[CountryWord]]:
    """Yield the names that CLDR gives to the countries of the world in a language; none where CLDR does not know it."""
    try:
        territories = Locale.parse(language).territories
    except (UnknownLocaleError, ValueError):
        return
    for code, name in territories.items():
        if len(code) != 2 or not code.isalpha() or code in {"EU", "EZ", "UN", "ZZ", "XA", "XB"}:
            continue
        # 'Myanmar (Burma)', 'Hong Kong (SAR)': the part before the bracket is the name.
        yield from parse_phrase(name.split("(")[0], CountryWord(code, _STRENGTH["names"], capital=language in _LATIN))


@lru_cache(maxsize=64)
def country_index(language: str) -> PhraseIndex[CountryWord]:
    """Return the words that point to countries in a language (ISO 639 code); empty for a language that nobody listed."""
    path = GAZETTEERS / f"countries.{language}.yml"
    curated = list(country_phrases(read_yaml(path), path, language)) if language.isalpha() and path.is_file() else []
    # where a person has decided about a word (عمان is Oman or Amman), CLDR has no say
    decided = {phrase.words for phrase in curated}
    added = [phrase for phrase in _cldr_phrases(language) if phrase.words not in decided]
    return PhraseIndex([*curated, *added], Prefixes.of_language(language))


@lru_cache(maxsize=1)
def _politics() -> dict[str, Any]:
    """Read the political lexicon of all languages."""
    return read_yaml(GAZETTEERS / "politics.yml")


@lru_cache(maxsize=64)
def lexicon_index(language: str) -> PhraseIndex[LexiconWord] | None:
    """Return the lexicon of a language (ISO 639 code), or None where there is none."""
    raw, path = _politics().get(language), GAZETTEERS / "politics.yml"
    if language == "sections" or raw is None:
        return None
    phrases: list[Phrase[LexiconWord]] = []
    for weight, entries in raw["political"].items():
        phrases += _entries(path, f"{language}.political.{weight}", entries, LexiconWord("political", weight), bare=True)
    for subject, entries in raw["other"].items():
        phrases += _entries(path, f"{language}.other.{subject}", entries, LexiconWord(subject, 1), bare=True)
    return PhraseIndex(phrases, Prefixes.of_language(language))


@lru_cache(maxsize=1)
def section_names() -> SectionNames:
    """Return the names of sections."""
    raw = _politics()["sections"]
    return SectionNames(*(frozenset(normalize(name) for name in raw[kind]) for kind in ("political", "other", "economy")))


@dataclass(frozen=True, slots=True)
class PeopleWords:
    """Normalised words by which people are told from countries and from actors of the same name; `people.yml` explains them."""

    given_names: frozenset[str]
    forms_of_address: frozenset[str]
    names_like_countries: frozenset[str]
    followers: frozenset[str]


@lru_cache(maxsize=1)
def people_words() -> PeopleWords:
    """Return the words about people; raise CatalogError naming file and field when one of the lists is none."""
    path = GAZETTEERS / "people.yml"
    raw = read_yaml(path)
    lists = []
    for field in ("given_names", "forms_of_address", "names_like_countries", "followers"):
        entries = raw.get(field)
        if not isinstance(entries, list) or not all(isinstance(entry, str) and normalize(entry) for entry in entries):
            raise CatalogError(f"{path}: field {field!r} must be a list of words (quote what YAML reads as something else)")
        lists.append(frozenset(map(normalize, entries)))
    return PeopleWords(*lists)

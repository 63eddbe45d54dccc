"""Load the words that point to countries, and the words that tell people from countries.

Each list is read once a process and language. Country names of CLDR (through babel) are added to the curated lists, in any language that
CLDR knows; a language without a curated list has those alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from babel import Locale, UnknownLocaleError

from crawler.tagging.phrases import Phrase, PhraseIndex, Prefixes, parse_phrase
from crawler.tagging.word_lists import GAZETTEERS, WordFile

__all__ = [
    "ACTOR_STRENGTH",
    "GAZETTEERS",
    "NOTHING",
    "REGION",
    "CountryWord",
    "country_index",
    "country_phrases",
    "listed_as",
    "people_words",
]

# What a word of each kind counts, against 1 for the country's name. An adjective may qualify something foreign, a person may travel.
ACTOR_STRENGTH = 0.6
_STRENGTH = {"names": 1.0, "adjectives": 0.9, "places": 0.8, "actors": ACTOR_STRENGTH, "ambiguous": 0.7}
# Arabic adjectives and common nouns are met with and without the article; proper names only as they are written.
_BARE = frozenset({"adjectives", "ambiguous", "region"})
# Languages in which even adjectives of nationality have a capital letter; elsewhere in the Latin script only proper names have one.
_CAPITAL_ADJECTIVES = frozenset({"en", "tr"})
_LATIN = frozenset({"en", "fr", "tr", "ku"})

_CODE = re.compile("[A-Z]{2}")
# Languages that write their case endings and postpositions in one word with a name.
_SUFFIXED = frozenset({"ckb", "ku"})
_SHORTEST_SUFFIXED = 4
# Dialects and countries' own codes of a language that has a list.
_LISTED_AS = {
    "kmr": "ku",
    "arz": "ar",
    "apc": "ar",
    "ary": "ar",
    "acm": "ar",
    "ars": "ar",
    "arb": "ar",
    "pes": "fa",
    "prs": "fa",
    "iw": "he",
}

REGION = "*"
NOTHING = "-"
_NO_COUNTRY = {"region": REGION, "none": NOTHING}


@dataclass(frozen=True, slots=True)
class CountryWord:
    """What a word points to: `country` is ISO 3166-1 alpha-2, `REGION`, or `NOTHING` for a phrase that only looks like a country.

    `strength` is 0 … 1. A word that is not `clear` counts only beside a clear one of the same country. `capital` asks for a capital letter.
    """

    country: str
    strength: float
    clear: bool = True
    capital: bool = False


def listed_as(language: str) -> str:
    """Return the code under which words of a language are listed: Kurmanji is Kurdish, Egyptian Arabic is Arabic."""
    return _LISTED_AS.get(language, language)


def country_phrases(file: WordFile, language: str) -> Iterator[Phrase[CountryWord]]:
    """Yield the phrases of a curated country list; raise CatalogError naming file, line and field for an entry that is none."""
    latin = language in _LATIN
    for country, groups in file.data.items():
        if country == "language":
            continue
        if country in _NO_COUNTRY:
            kinds: Mapping[str, tuple[str, ...]] = {country: (country,)}
        elif not _CODE.fullmatch(str(country)):
            quoted = " (quote NO: it is false in YAML)" if str(country) == "False" else ""
            raise file.fault((str(country),), f"is not an ISO 3166-1 alpha-2 code, 'region' or 'none'{quoted}")
        elif not isinstance(groups, dict):
            raise file.fault((country,), "must be a mapping of kinds of words")
        else:
            kinds = {kind: (country, kind) for kind in groups}
        for kind, location in kinds.items():
            if kind not in _STRENGTH and kind not in _NO_COUNTRY:
                raise file.fault(location, f"is not one of {' '.join(_STRENGTH)}")
            word = CountryWord(
                country=_NO_COUNTRY.get(kind, country),
                strength=_STRENGTH.get(kind, 1.0),
                clear=kind != "ambiguous",
                capital=latin and kind not in _NO_COUNTRY and (kind != "adjectives" or language in _CAPITAL_ADJECTIVES),
            )
            yield from file.phrases(location, word, bare=kind in _BARE)


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


def _with_suffixes(phrase: Phrase[CountryWord]) -> Phrase[CountryWord]:
    """Let a phrase of a language that joins its suffixes to names be met with them; a short word would be the beginning of others."""
    return replace(phrase, stem=True) if len(phrase.words[-1]) >= _SHORTEST_SUFFIXED else phrase


@lru_cache(maxsize=64)
def country_index(language: str) -> PhraseIndex[CountryWord]:
    """Return the words that point to countries in a language (ISO 639 code); empty for a language that nobody listed."""
    code = listed_as(language)
    path = GAZETTEERS / f"countries.{code}.yml"
    curated = list(country_phrases(WordFile.read(path), code)) if code.isalpha() and path.is_file() else []
    if code in _SUFFIXED:
        curated = [_with_suffixes(phrase) for phrase in curated]
    # where a person has decided about a word (عمان is Oman or Amman), CLDR has no say
    decided = {phrase.words for phrase in curated}
    added = [phrase for phrase in _cldr_phrases(code) if phrase.words not in decided]
    return PhraseIndex([*curated, *added], Prefixes.of_language(code))


@dataclass(frozen=True, slots=True)
class PeopleWords:
    """Normalised words by which people are told from countries and from actors of the same name; `people.yml` explains them."""

    given_names: frozenset[str]
    forms_of_address: frozenset[str]
    names_like_countries: frozenset[str]
    followers: frozenset[str]


@lru_cache(maxsize=1)
def people_words() -> PeopleWords:
    """Return the words about people.

    Raises: CatalogError naming file, line and field when one of the lists is none.
    """
    file = WordFile.read(GAZETTEERS / "people.yml")
    return PeopleWords(*map(file.normalized, ("given_names", "forms_of_address", "names_like_countries", "followers")))

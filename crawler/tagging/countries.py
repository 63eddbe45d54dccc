"""Say which countries an article is about, with the words that say so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from crawler.tagging.gazetteer import ACTOR_STRENGTH, NOTHING, REGION, CountryWord, country_index, people_words
from crawler.tagging.phrases import Found
from crawler.tagging.zone import Place, Zone

TITLE, TEXT = "title", "text"


@dataclass(frozen=True, slots=True)
class CountryConfig:
    """What a mention counts: its word's strength times `title_factor` in the title, `lead_factor` in the first `lead_tokens`, 1 after."""

    title_factor: float = 3.0
    lead_factor: float = 1.5
    lead_tokens: int = 50
    context_tokens: int = 3
    # What is read of a text. A longer one is a transcript or a book, and its subject is clear by then.
    text_chars: int = 100_000

    def factor(self, place: Place) -> float:
        """Return what a mention counts for where it stands."""
        if place.zone == TITLE:
            return self.title_factor
        return self.lead_factor if place.start < self.lead_tokens else 1.0


CONFIG = CountryConfig()


@dataclass(frozen=True, slots=True)
class Mention:
    """A country's standing in an article: its mass, how often and where it was met, and the first words of it in the original.

    `places` are all of them in the order of title and text. `named` says whether one of its words was more than a person or a body: its
    name, an adjective, a place.
    """

    country: str
    mass: float
    count: int
    in_title: bool
    words: str
    context: str
    named: bool = True
    places: tuple[Place, ...] = ()


@dataclass(frozen=True)
class Mentions:
    """All countries of the world that an article names, heaviest first, and the mass of words for the region as a whole."""

    by_country: Mapping[str, Mention]
    regional_mass: float
    title: Zone
    text: Zone
    regional_in_title: bool = False

    @cached_property
    def total_mass(self) -> float:
        """Mass of all countries together."""
        return sum(mention.mass for mention in self.by_country.values())


def count_mentions(title: str | None, text: str, language: str | None, config: CountryConfig = CONFIG) -> Mentions:
    """Find every country that a title and a text name.

    `language` is an ISO 639 code with or without subtags; None is guessed from the script. Returns the mentions, empty when there are
    none.
    """
    index = country_index(language_of(language, f"{title or ''} {text[:_GUESS_CHARS]}"))
    zones = {TITLE: Zone(title or ""), TEXT: Zone(text[: config.text_chars])}
    met = [(zone, found, word) for zone in zones for found in index.find(zones[zone].tokens) for word in _meant(zones[zone], found)]
    met = _settled(met)
    clear = {word.country for _, _, word in met if word.clear}
    mass: dict[str, float] = {}
    places: dict[str, list[Place]] = {}
    named: set[str] = set()
    for zone, found, word in met:
        if not word.clear and word.country not in clear:
            continue
        place = Place(zone, found.start, found.end)
        mass[word.country] = mass.get(word.country, 0.0) + word.strength * config.factor(place)
        places.setdefault(word.country, []).append(place)
        if word.clear and word.strength > ACTOR_STRENGTH:
            named.add(word.country)
    regional_mass = mass.pop(REGION, 0.0)
    by_country = {}
    for country, weight in mass.items():
        first = places[country][0]
        standing = zones[first.zone]
        by_country[country] = Mention(
            country=country,
            mass=weight,
            count=len(places[country]),
            in_title=first.zone == TITLE,
            words=standing.words(first.start, first.end),
            context=standing.words(first.start, first.end, context=config.context_tokens),
            named=country in named,
            places=tuple(places[country]),
        )
    regional_in_title = any(place.zone == TITLE for place in places.get(REGION, ()))
    return Mentions(heaviest_first(by_country), regional_mass, zones[TITLE], zones[TEXT], regional_in_title)


def heaviest_first(by_country: Mapping[str, Mention]) -> dict[str, Mention]:
    """Sort countries by their mass, then by their code."""
    return dict(sorted(by_country.items(), key=lambda item: (-item[1].mass, item[0])))


_Met = tuple[str, Found[CountryWord], CountryWord]


def _meant(zone: Zone, found: Found[CountryWord]) -> Iterator[CountryWord]:
    """Yield what words may stand for where they are: names with a capital letter, and no country where they are a person's name."""
    if found.end - found.start == 1 and found.values[0].capital and zone.tokens[found.start] in people_words().names_like_countries:
        person = _in_name(zone, found.start)
        if person is None:
            return
        words = tuple(replace(word, clear=False) for word in found.values) if person else found.values
    else:
        words = found.values
    for word in words:
        if word.country != NOTHING and not (word.capital and not zone.may_be_name(found.start)):
            yield word


def _in_name(zone: Zone, position: int) -> bool | None:
    """Say whether a token that is a country and a name is a person's first name, as far as can be seen; None when it is a surname for sure.

    'Dr Oman' and 'Michael Jordan' are persons. 'Israel Zangwill' looks like one, but so does many a headline: such a word counts only
    beside a clear one.
    """
    people = people_words()
    if position:
        before = zone.tokens[position - 1]
        if before in people.forms_of_address or (before in people.given_names and zone.touches(position - 1)):
            return None
        if position > 1 and zone.tokens[position - 2] in people.forms_of_address and zone.begins_upper(position - 1):
            return None
    after = position + 1
    return (
        after < len(zone.tokens)
        and zone.touches(position)
        and zone.begins_upper(after)
        and zone.tokens[after] not in people.followers
        and not zone.is_title_case
    )


def _settled(met: list[_Met]) -> list[_Met]:
    """Give a place of two countries (Tripoli) to the one that other words name, when they name only one of them."""
    others: dict[tuple[int, int, str], set[str]] = {}
    for zone, found, word in met:
        others.setdefault((found.start, found.end, zone), set()).add(word.country)
    shared = {place: countries for place, countries in others.items() if len(countries) > 1}
    if not shared:
        return met
    alone = {word.country for zone, found, word in met if word.clear and (found.start, found.end, zone) not in shared}
    kept = []
    for zone, found, word in met:
        rivals = shared.get((found.start, found.end, zone), set()) & alone
        if not rivals or word.country in rivals:
            kept.append((zone, found, word))
    return kept


# Letters that give a language away, the narrower alphabets first; then the script alone.
_TELLING_LETTERS = (
    ("ckb", re.compile("[ێۆڕڵ]")),
    ("fa", re.compile("[پچژگیک]")),
    ("ar", re.compile("[\u0620-\u06ff]")),
    ("he", re.compile("[\u05d0-\u05ea]")),
    ("tr", re.compile("[ğışİŞĞ]")),
    ("fr", re.compile("[éàâèêëîïôùûœçÉÀÈÊÇ]")),
)
_GUESS_CHARS = 1_000


def language_of(language: str | None, text: str) -> str:
    """Return the bare ISO 639 code of a language tag; without one, guess from the letters among those that have word lists."""
    if language:
        return language.replace("_", "-").split("-")[0].lower()
    beginning = text[:_GUESS_CHARS]
    letters = sum(map(str.isalpha, beginning))
    for code, pattern in _TELLING_LETTERS:
        # a quoted name has a foreign letter, a text has many: one in a hundred
        if len(pattern.findall(beginning)) * 100 > letters:
            return code
    return "en"

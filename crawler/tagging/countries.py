"""Say which countries an article is about, with the words that say so."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from crawler.tagging.gazetteer import ACTOR_STRENGTH, NOTHING, REGION, CountryWord, country_index, people_words
from crawler.tagging.phrases import Found
from crawler.tagging.region import RegionProfile
from crawler.tagging.zone import Place, Zone
from storage.records import Tag


@dataclass(frozen=True, slots=True)
class CountryConfig:
    """What a mention counts, and how counts become a weight.

    A mention counts its word's strength times `title_factor` in the title, `lead_factor` in the first `lead_tokens` of the text, 1 after.
    A country of mass m and share s of all countries' mass weighs (1 - exp(-m / saturation)) * s ** share_exponent.
    Fitted by eye on short news texts and wire stories labelled with their countries; the saturation makes one mention in the title of a
    short text 0.8, the exponent lets a country with a tenth of the mentions keep half of its weight.
    """

    title_factor: float = 3.0
    lead_factor: float = 1.5
    lead_tokens: int = 50
    saturation: float = 2.0
    share_exponent: float = 0.3
    # An outlet writes of its own country without naming it: that counts as this much mass, less the share of what it does name.
    source_prior: float = 0.8
    context_tokens: int = 3
    # What is read of a text. A longer one is a transcript or a book, and its subject is clear by then.
    text_chars: int = 100_000


CONFIG = CountryConfig()

TITLE, TEXT = "title", "text"


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
        factor = config.title_factor if zone == TITLE else config.lead_factor if found.start < config.lead_tokens else 1.0
        mass[word.country] = mass.get(word.country, 0.0) + word.strength * factor
        places.setdefault(word.country, []).append(Place(zone, found.start, found.end))
        if word.clear and word.strength > ACTOR_STRENGTH:
            named.add(word.country)
    regional_mass = mass.pop(REGION, 0.0)
    by_country = {}
    for country in sorted(mass, key=lambda country: (-mass[country], country)):
        first = places[country][0]
        standing = zones[first.zone]
        by_country[country] = Mention(
            country=country,
            mass=mass[country],
            count=len(places[country]),
            in_title=first.zone == TITLE,
            words=standing.words(first.start, first.end),
            context=standing.words(first.start, first.end, context=config.context_tokens),
            named=country in named,
            places=tuple(places[country]),
        )
    return Mentions(by_country, regional_mass, zones[TITLE], zones[TEXT])


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


def country_tags(
    mentions: Mentions, region: RegionProfile, *, source_country: str | None = None, config: CountryConfig = CONFIG
) -> tuple[Tag, ...]:
    """Return the countries of a region, and its outside actors, that an article is about, heaviest first.

    `source_country` is where its outlet is at home: a country of the region gets a prior from it. Tags have kind 'country', the code, a
    weight from the region's threshold to 1, and as evidence the original words with a little context.
    """
    prior = source_prior(mentions, region, source_country, config)
    total = mentions.total_mass + prior
    tags = []
    for code in (*region.countries, *region.outside_actors):
        mention = mentions.by_country.get(code)
        own_prior = prior if code == source_country else 0.0
        mass = (mention.mass if mention else 0.0) + own_prior
        if not mass:
            continue
        weight = (1 - math.exp(-mass / config.saturation)) * (mass / total) ** config.share_exponent
        if weight >= region.country_threshold:
            evidence = mention.context if mention else f"published by an outlet in {code}"
            tags.append(Tag("country", code, round(weight, 3), evidence))
    return tuple(sorted(tags, key=lambda tag: (-tag.weight, tag.value)))


def source_prior(mentions: Mentions, region: RegionProfile, source_country: str | None, config: CountryConfig = CONFIG) -> float:
    """Return the mass that an article gets for its outlet's own country: all of it when no other country is named."""
    if source_country not in region.countries:
        return 0.0
    own = mentions.by_country.get(source_country)
    other = mentions.total_mass - (own.mass if own else 0.0)
    return config.source_prior / (1 + other)


def tag_countries(
    title: str | None, text: str, language: str | None, *, region: RegionProfile, source_country: str | None = None
) -> tuple[Tag, ...]:
    """Find the countries that an article is about: `count_mentions`, then `country_tags`."""
    return country_tags(count_mentions(title, text, language), region, source_country=source_country)

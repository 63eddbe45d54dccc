"""Say which actors an article is about: which of the names met are meant, how much each weighs, and in which office the person was then."""

from __future__ import annotations

import math
import pickle
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import ClassVar

import yaml
from pydantic import ConfigDict, TypeAdapter, ValidationError

from crawler.errors import CatalogError
from crawler.located_yaml import explain, parse_located, read_text
from crawler.tagging.actors import (
    CONTEXT_FILE,
    MAX_FILE_BYTES,
    Actor,
    ActorKind,
    Gazetteer,
    Names,
    Office,
    collector_paused,
    fold_name,
    load_actors,
)
from crawler.tagging.countries import TEXT, TITLE, Mentions
from crawler.tagging.gazetteer import people_words
from crawler.tagging.names import NameHit, NameIndex, NameUse, Strength, name_language
from crawler.tagging.zone import Place, Zone
from storage.records import Tag
from storage.textnorm import normalize


@dataclass(frozen=True, slots=True)
class ActorConfig:
    """What a mention counts, and how counts become a weight: as for countries (`CountryConfig`), with a line of its own.

    A mention counts `title_factor` in the title, `lead_factor` in the first `lead_tokens` of the text, 1 after; a short name a tenth less.
    An actor of mass m and share s of all actors' mass weighs (1 - exp(-m / saturation)) * s ** share_exponent. An article names ten actors
    for two countries, so an actor earns a tag much earlier: at `least_weight`, which a single mention late in a long report passes.
    """

    title_factor: float = 3.0
    lead_factor: float = 1.5
    lead_tokens: int = 50
    short_factor: float = 0.9
    saturation: float = 2.0
    share_exponent: float = 0.3
    least_weight: float = 0.05
    context_tokens: int = 3


CONFIG = ActorConfig()

# A title stands before the name, at most so many words long, and in Arabic perhaps with an adjective between.
_TITLE_WORDS = 4
_ARTICLE = "ال"
# The article of a surname ('al-Maliki') between it and the given name.
_LATIN_ARTICLES = frozenset({"al", "el", "ad", "as", "ash", "an", "ar", "at", "az", "ez", "es"})
# What a full name may begin with that is no given name.
_PARTICLES = _LATIN_ARTICLES | {"abu", "ibn", "bin", "ben", "van", "von", "ابو", "ابن", "بن", "آل", "ال", "אבו", "בן", "aba", "mar", "umm"}
_SHORTEST_GIVEN_NAME = 3
# 'Sultan bin Salman': the name after it is the father's.
_SON_OF = frozenset({"bin", "ibn", "ben", "bint", "بن", "ابن", "بنت"})


@dataclass(frozen=True, slots=True)
class _ContextFile:
    """The words around names as the file has them."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    titles: Names
    never: Names
    words: Names
    named_after: Names


_CONTEXT: TypeAdapter[_ContextFile] = TypeAdapter(_ContextFile)


@dataclass(frozen=True, slots=True)
class NameContext:
    """The words around names: titles, and what is named after people, by language, as phrases of tokens; given names of all languages."""

    titles: Mapping[str, frozenset[str]]
    named_after: Mapping[str, frozenset[str]]
    given_names: frozenset[str]


@dataclass(frozen=True, slots=True)
class ActorBook:
    """All that is needed to find actors, ready made: it is built once and can be pickled to worker processes."""

    gazetteer: Gazetteer
    index: NameIndex
    context: NameContext

    @classmethod
    def of(cls, gazetteer: Gazetteer) -> ActorBook:
        """Make the book of a gazetteer.

        Raises: CatalogError naming file and field when the words around names are not as they should be.
        """
        words = _read_context(CONTEXT_FILE)
        folded_titles, named_after = (
            {language: frozenset(map(normalize, phrases)) for language, phrases in listed.items()}
            for listed in (words.titles, words.named_after)
        )
        every_title = frozenset[str]().union(*folded_titles.values())
        given = set(people_words().given_names)
        given |= {name for actor in gazetteer if actor.kind is ActorKind.PERSON for name in _given_names(actor)}
        index = NameIndex(tuple(gazetteer), words.never, words.words)
        return cls(gazetteer, index, NameContext(folded_titles, named_after, frozenset(given - every_title - _PARTICLES)))


def _read_context(path: Path) -> _ContextFile:
    """Read and check the words around names."""
    text = read_text(path, max_bytes=MAX_FILE_BYTES, kind="name context")
    data, lines = parse_located(path, text, yaml.MappingNode, "a mapping of titles, never, words and named_after", "name context")
    try:
        return _CONTEXT.validate_python(data)
    except ValidationError as error:
        raise CatalogError(explain(path, error, lines, "the words around names")) from error


def _given_names(actor: Actor) -> Iterable[str]:
    """Yield the first words of a person's full names."""
    for names in actor.names.values():
        for name in names:
            first, _, rest = fold_name(name).partition(" ")
            if rest and len(first) >= _SHORTEST_GIVEN_NAME:
                yield first


def actor_book(own: Path | None = None) -> ActorBook:
    """Return the book of the bundled actors and of a folder of one's own, made once a process or handed over (`adopt_book`)."""
    return _adopted.get(own) or _make_book(own)


@lru_cache(maxsize=2)
def _make_book(own: Path | None) -> ActorBook:
    with collector_paused():
        return ActorBook.of(load_actors(own))


_adopted: dict[Path | None, ActorBook] = {}


def packed_book(own: Path | None = None) -> bytes:
    """Return the book as bytes, for `adopt_book` in another process: reading and checking the files takes several times as long."""
    return pickle.dumps(actor_book(own), protocol=pickle.HIGHEST_PROTOCOL)


def adopt_book(packed: bytes, own: Path | None = None) -> None:
    """Take over the book that another process of ours made."""
    with collector_paused():
        _adopted[own] = pickle.loads(packed)  # noqa: S301 - made by our own parent


@dataclass(frozen=True, slots=True)
class ActorMention:
    """An actor's standing in an article: its mass, every place of a name, and the offices held on the article's day."""

    actor: Actor
    mass: float
    places: tuple[Place, ...]
    offices: tuple[Office, ...]

    @property
    def in_title(self) -> bool:
        """Whether the title names the actor."""
        return self.places[0].zone == TITLE


@dataclass(frozen=True, slots=True)
class _Met:
    """A name met in a zone."""

    zone: str
    hit: NameHit


def find_actors(
    mentions: Mentions,
    language: str,
    *,
    published: date | None = None,
    source_country: str | None = None,
    book: ActorBook | None = None,
    config: ActorConfig = CONFIG,
) -> tuple[ActorMention, ...]:
    """Find every actor that an article names, heaviest first.

    Args: the countries of the article with its title and text (`count_mentions`); its language (ISO 639, `language_of`); the day it was
    published, where that is known; where its outlet is at home; the actors (default: the bundled ones).
    """
    book = book or actor_book()
    language = name_language(language)
    zones = {TITLE: mentions.title, TEXT: mentions.text}
    met = [_Met(name, hit) for name, zone in zones.items() for hit in book.index.find(zone, language)]
    if not met:
        return ()
    judge = _Judge(book, mentions, language, published, source_country, met)
    mass: dict[str, float] = {}
    places: dict[str, list[Place]] = {}
    for item in met:
        use = judge.meant(item)
        if use is None:
            continue
        hit = item.hit
        factor = config.title_factor if item.zone == TITLE else config.lead_factor if hit.start < config.lead_tokens else 1.0
        strength = 1.0 if use.strength is Strength.FULL else config.short_factor
        mass[use.actor] = mass.get(use.actor, 0.0) + strength * factor
        places.setdefault(use.actor, []).append(Place(item.zone, hit.start, hit.end))
    found = []
    for name in sorted(mass, key=lambda name: (-mass[name], name)):
        actor = book.gazetteer.actors[name]
        found.append(ActorMention(actor, mass[name], tuple(places[name]), actor.offices_on(published) if published else ()))
    return tuple(found)


class _Judge:
    """Decides which of the actors that share a name is meant, or that none of them is."""

    def __init__(
        self,
        book: ActorBook,
        mentions: Mentions,
        language: str,
        published: date | None,
        source_country: str | None,
        met: Sequence[_Met],
    ) -> None:
        self._book = book
        self._titles = book.context.titles.get(language, frozenset())
        self._named_after = book.context.named_after.get(language, frozenset())
        self._language, self._published, self._source_country = language, published, source_country
        self._zones = {TITLE: mentions.title, TEXT: mentions.text}
        self._named = {code for code, mention in mentions.by_country.items() if mention.named}
        self._full = {use.actor for item in met for use in item.hit.uses if use.strength is Strength.FULL}

    def meant(self, item: _Met) -> NameUse | None:
        """Return what a name stands for here; None when that cannot be told, or it is nobody."""
        zone, hit = self._zones[item.zone], item.hit
        uses = hit.uses
        if any(use.person for use in uses) and self._is_of_a_person(zone, hit):
            uses = tuple(use for use in uses if not use.person)
        if hit.end - hit.start == 1 or not any(use.strength is Strength.FULL for use in uses):
            uses = tuple(use for use in uses if not self._is_another(use, zone, hit.start))
        full = [use for use in uses if use.strength is Strength.FULL]
        if full and (len(uses) == 1 or self._country(full[0]) in self._named):
            return full[0]
        candidates = [use for use in uses if use not in full]
        in_full = [use for use in candidates if use.actor in self._full]
        if in_full:
            return self._likeliest(in_full)
        titled = self._has_title(zone, item.hit.start)
        supported = [use for use in candidates if self._is_supported(use, titled=titled)]
        return self._likeliest(supported) if supported else full[0] if full else None

    def _country(self, use: NameUse) -> str:
        return self._book.gazetteer.actors[use.actor].country

    def _is_of_a_person(self, zone: Zone, hit: NameHit) -> bool:
        """Say whether a person's name belongs to somebody or something else: a child, or an airport that is named after the person."""
        tokens, words = zone.tokens, self._named_after
        if hit.start and (tokens[hit.start - 1] in _SON_OF or not words.isdisjoint(_bare_forms(tokens[hit.start - 1], self._language))):
            return True
        return hit.end < len(tokens) and (tokens[hit.end] in words or " ".join(tokens[hit.end : hit.end + 2]) in words)

    def _is_supported(self, use: NameUse, *, titled: bool) -> bool:
        """Say whether something besides a short name speaks for its actor."""
        if titled and use.person:
            return True
        country = self._country(use)
        if use.strength is Strength.WORD:
            return False
        return country in self._named or (use.person and country == self._source_country)

    def _likeliest(self, uses: Sequence[NameUse]) -> NameUse | None:
        """Choose among actors of one name: the only one, whose country is named, who was in office, who lived; nobody when two remain."""
        remaining = list(uses)
        actors = self._book.gazetteer.actors
        day = self._published or date.max  # of an article without a day: who has no known end
        tests: tuple[Callable[[Actor], bool], ...] = (
            lambda actor: actor.country in self._named,
            lambda actor: bool(actor.offices_on(day)),
            lambda actor: actor.lived_on(day),
        )
        for test in tests:
            if len(remaining) > 1:
                remaining = [use for use in remaining if test(actors[use.actor])] or remaining
        return remaining[0] if len(remaining) == 1 else None

    def _is_another(self, use: NameUse, zone: Zone, start: int) -> bool:
        """Say whether the word before a person's short name makes it somebody else's: a given name that is not one of the person's own."""
        if not use.person:
            return False
        before = start - 1
        if before >= 0 and zone.tokens[before] in _LATIN_ARTICLES:
            before -= 1
        if before < 0 or zone.tokens[before] not in self._book.context.given_names:
            return False
        between = zone.text[zone.place(before, before + 1)[1] : zone.place(start, start + 1)[0]]
        if any(not (char.isspace() or char.isalnum() or char in "-‐–'’") for char in between):
            return False
        actor = self._book.gazetteer.actors[use.actor]
        own = {word for names in actor.names.values() for name in names for word in fold_name(name).split()}
        return zone.tokens[before] not in own

    def _has_title(self, zone: Zone, start: int) -> bool:
        """Say whether a title stands before a token."""
        if self._ends_title(zone.tokens, start):
            return True
        if self._language != "ar" or start < 2:
            return False
        # 'رئيس الوزراء العراقي المالكي': an adjective may stand between
        adjective = zone.tokens[start - 1]
        return adjective.startswith(_ARTICLE) and adjective[-1] in "يه" and self._ends_title(zone.tokens, start - 1)

    def _ends_title(self, tokens: Sequence[str], end: int) -> bool:
        """Say whether the tokens before a place are a title, perhaps with proclitics."""
        for begin in range(end - 1, max(end - 1 - _TITLE_WORDS, -1), -1):
            first, *rest = tokens[begin:end]
            for form in _bare_forms(first, self._language):
                if " ".join((form, *rest)) in self._titles:
                    return True
        return False


def _bare_forms(token: str, language: str) -> tuple[str, ...]:
    """Return a token and what it may be without what is glued to it: one letter in Arabic and Hebrew, an ending in Kurmanji is listed."""
    if language == "ar" and token[0] in "وفبكل" and len(token) > 3:
        bare = token[1:]
        return token, bare, _ARTICLE + bare[1:] if token.startswith("لل") else bare
    if language == "he" and token[0] in "והבלמשכ" and len(token) > 2:
        return token, token[1:]
    return (token,)


def actor_tags(found: Sequence[ActorMention], mentions: Mentions, config: ActorConfig = CONFIG) -> tuple[Tag, ...]:
    """Return the actors that an article is about as tags, heaviest first.

    Tags have kind 'actor', the actor's id, a weight up to 1, and as evidence the original words with a little context and, in brackets, the
    offices that the person held on the article's day.
    """
    total = sum(mention.mass for mention in found)
    zones = {TITLE: mentions.title, TEXT: mentions.text}
    tags = []
    for mention in found:
        weight = (1 - math.exp(-mention.mass / config.saturation)) * (mention.mass / total) ** config.share_exponent
        if weight >= config.least_weight:
            place = mention.places[0]
            words = zones[place.zone].words(place.start, place.end, context=config.context_tokens)
            held = "; ".join(describe(office) for office in mention.offices)
            tags.append(Tag("actor", mention.actor.id, round(weight, 3), f"{words} [{held}]" if held else words))
    return tuple(tags)


def describe(office: Office) -> str:
    """Write an office for people: 'Prime Minister, IQ, 2006–2014'."""
    return ", ".join(part for part in (office.title, office.country if office.country != "XX" else "", office.term) if part)

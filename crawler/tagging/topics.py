"""Say which topics an article is about, from the words that say so. The words stand in `gazetteers/topics.yml`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, ClassVar, NamedTuple

import yaml
from pydantic import BeforeValidator, ConfigDict, StringConstraints, TypeAdapter, ValidationError

from crawler.errors import CatalogError
from crawler.located_yaml import Location, explain, parse_located, read_text
from crawler.tagging.countries import TEXT, TITLE, Mentions
from crawler.tagging.gazetteer import GAZETTEERS
from crawler.tagging.names import name_language
from crawler.tagging.phrases import Phrase, PhraseIndex, Prefixes, parse_phrase
from crawler.tagging.zone import Place, Zone
from storage.records import Tag

TOPICS_FILE = GAZETTEERS / "topics.yml"
MAX_FILE_BYTES = 1024 * 1024
#: The entry of what only looks like a word of a topic: its phrases hide the shorter ones in them.
NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class TopicConfig:
    """How words become a weight.

    A word that names a topic has weight `says`, one that goes with it `hints`. It counts `title_factor` times that where the title has it,
    `lead_factor` where the first `lead_tokens` of the text have it, once elsewhere, and with every e-fold of its number of mentions
    `repeat_share` more. Vocabulary grows slower than text: the sum is divided by the root of the length over `usual_tokens`, where that is
    more than one. Mass m weighs 1 - exp(-m / saturation). With the line at `least_weight`, m is 5.5: one naming word in the title (6), two
    in the text (6), or one in the lead and a hint or two (4.5 + 1).
    Chosen on made texts in eight languages; `tests/quality/test_topics.py` says how well they do on others.
    """

    says: float = 3.0
    hints: float = 1.0
    title_factor: float = 2.0
    lead_factor: float = 1.5
    lead_tokens: int = 50
    repeat_share: float = 0.5
    usual_tokens: int = 80
    saturation: float = 8.0
    least_weight: float = 0.5
    shown_words: int = 5


CONFIG = TopicConfig()


def _text(value: Any) -> Any:
    """Refuse what YAML reads as something else than a text: NO is Norway, and false without quotes."""
    if not isinstance(value, str):
        raise ValueError("is not a text (quote it)")  # noqa: TRY004 - pydantic turns ValueErrors into findings
    return value


_Word = Annotated[str, BeforeValidator(_text), StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]


@dataclass(frozen=True, slots=True)
class TopicWords:
    """The words of a topic in one language as the file has them: those that name it, and those that only go with it."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    says: tuple[_Word, ...]
    hints: tuple[_Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic: its name, and its words in each language."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    name: _Word
    en: TopicWords
    ar: TopicWords = field(default_factory=lambda: TopicWords(()))
    fa: TopicWords = field(default_factory=lambda: TopicWords(()))
    tr: TopicWords = field(default_factory=lambda: TopicWords(()))
    fr: TopicWords = field(default_factory=lambda: TopicWords(()))
    he: TopicWords = field(default_factory=lambda: TopicWords(()))
    ckb: TopicWords = field(default_factory=lambda: TopicWords(()))
    kmr: TopicWords = field(default_factory=lambda: TopicWords(()))


LANGUAGES = ("en", "ar", "fa", "tr", "fr", "he", "ckb", "kmr")
_TopicId = Annotated[str, StringConstraints(pattern=r"^[a-z]+(_[a-z]+)*$", max_length=40)]
_TOPICS: TypeAdapter[dict[str, Topic]] = TypeAdapter(dict[_TopicId, Topic])


class TopicWord(NamedTuple):
    """What a phrase says: a topic, and how much it speaks for it."""

    topic: str
    weight: float


@dataclass(frozen=True, slots=True)
class TopicMention:
    """A topic's standing in an article: its weight in 0 … 1, and every place of a word that speaks for it, those that name it first."""

    topic: str
    weight: float
    places: tuple[Place, ...]


def load_topics(path: Path = TOPICS_FILE) -> Mapping[str, Topic]:
    """Read and check the topics, in the order of the file.

    Raises: CatalogError naming file, line and field of the first fault.
    """
    text = read_text(path, max_bytes=MAX_FILE_BYTES, kind="topics")
    data, lines = parse_located(path, text, yaml.MappingNode, "a mapping of topics", "topics")
    try:
        topics = _TOPICS.validate_python(data)
    except ValidationError as error:
        raise CatalogError(explain(path, error, lines, "a topic")) from error
    for name, topic in topics.items():
        for language in LANGUAGES:
            _check_words(path, lines, (name, language), getattr(topic, language))
    return topics


def _check_words(path: Path, lines: Mapping[Location, int], where: Location, words: TopicWords) -> None:
    """Refuse an entry that holds no word, and one that stands twice."""
    seen: dict[str, int] = {}
    for kind in ("says", "hints"):
        for place, entry in enumerate(getattr(words, kind)):
            line = lines.get((*where, kind, place), 1)
            try:
                phrases = parse_phrase(entry, None)
            except ValueError as error:
                raise CatalogError(f"{path}:{line}: {'.'.join(map(str, where))}.{kind}: {error}") from error
            keys = {" ".join(phrase.words) + "*" * phrase.stem for phrase in phrases}
            if keys <= seen.keys():
                first = seen[min(keys)]
                raise CatalogError(f"{path}:{line}: {'.'.join(map(str, where))}.{kind}: {entry!r} stands twice (first on line {first})")
            seen.update(dict.fromkeys(keys, line))


@lru_cache(maxsize=1)
def _listed() -> Mapping[str, Topic]:
    return load_topics()


def topics() -> Mapping[str, Topic]:
    """Return the bundled topics by their ids, read once a process."""
    return {name: topic for name, topic in _listed().items() if name != NOTHING}


@lru_cache(maxsize=16)
def topic_index(language: str) -> PhraseIndex[TopicWord]:
    """Return the words of a language (a name of `LANGUAGES`); empty for another one."""
    return make_index(_listed(), language)


def make_index(listed: Mapping[str, Topic], language: str, config: TopicConfig = CONFIG) -> PhraseIndex[TopicWord]:
    """Make the words of a language ready to be found."""
    phrases: list[Phrase[TopicWord]] = []
    for name, topic in listed.items() if language in LANGUAGES else ():
        words: TopicWords = getattr(topic, language)
        for entries, weight in ((words.says, config.says), (words.hints, config.hints)):
            for entry in entries:
                phrases += parse_phrase(entry, TopicWord(name, weight), bare=True)
    return PhraseIndex(phrases, Prefixes.of_language(language))


def find_topics(mentions: Mentions, language: str, config: TopicConfig = CONFIG) -> tuple[TopicMention, ...]:
    """Weigh every topic of which an article has a word, heaviest first.

    Args: the title and text of an article (`count_mentions`); its language (ISO 639, `language_of`).
    """
    index = topic_index(name_language(language))
    best: dict[tuple[str, str], float] = {}  # of a topic and a phrase: the most that a mention of it counts
    times: dict[tuple[str, str], int] = {}
    places: dict[str, list[tuple[float, Place]]] = {}
    for zone_name, zone in ((TITLE, mentions.title), (TEXT, mentions.text)):
        for found in index.find(zone.tokens):
            phrase = " ".join(zone.tokens[found.start : found.end])
            factor = config.title_factor if zone_name == TITLE else config.lead_factor if found.start < config.lead_tokens else 1.0
            for topic, weight in found.values:
                if topic == NOTHING:
                    continue
                key = topic, phrase
                best[key] = max(best.get(key, 0.0), weight * factor)
                times[key] = times.get(key, 0) + 1
                places.setdefault(topic, []).append((-weight, Place(zone_name, found.start, found.end)))
    mass: dict[str, float] = {}
    for (topic, phrase), counts in best.items():
        mass[topic] = mass.get(topic, 0.0) + counts * (1 + config.repeat_share * math.log(times[topic, phrase]))
    length = math.sqrt(max(1.0, (len(mentions.title.tokens) + len(mentions.text.tokens)) / config.usual_tokens))
    weighed = [
        TopicMention(
            topic,
            round(1 - math.exp(-value / length / config.saturation), 3),
            tuple(place for _, place in sorted(places[topic], key=lambda item: item[0])),
        )
        for topic, value in mass.items()
    ]
    return tuple(sorted(weighed, key=lambda mention: (-mention.weight, mention.topic)))


def topic_tags(found: tuple[TopicMention, ...], mentions: Mentions, config: TopicConfig = CONFIG) -> tuple[Tag, ...]:
    """Return the topics that an article is about: kind 'topic', the topic's id, its weight, and as evidence the words that say so."""
    zones = {TITLE: mentions.title, TEXT: mentions.text}
    return tuple(
        Tag("topic", mention.topic, mention.weight, _evidence(mention, zones, config.shown_words))
        for mention in found
        if mention.weight >= config.least_weight
    )


def _evidence(mention: TopicMention, zones: Mapping[str, Zone], most: int) -> str:
    """List the words that speak for a topic, each once, in the order of their weight."""
    shown: dict[str, str] = {}
    for place in mention.places:
        zone = zones[place.zone]
        phrase = " ".join(zone.tokens[place.start : place.end])
        if phrase not in shown:
            if len(shown) == most:
                return ", ".join(shown.values()) + " …"
            shown[phrase] = zone.words(place.start, place.end)
    return ", ".join(shown.values())

"""Measure what kinds of words an article uses, title and text."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from crawler.tagging.countries import TEXT, TITLE, Mentions
from crawler.tagging.subjects import GENERAL, OTHER, POLITICAL, subject_index
from crawler.tagging.zone import Zone


@dataclass(frozen=True, slots=True)
class VocabularyConfig:
    """How words become features, each 0 … 1: 1 - exp(-n / saturation), n the distinct words of a kind for the length of the text."""

    # A word in the title counts as so many; the rest of the text repeats itself.
    title_factor: float = 1.5
    # Vocabulary grows slower than text: counts are divided by the root of the length over this many tokens.
    usual_tokens: int = 80
    # Distinct words of one kind, and of all political kinds together, after which more of them say little.
    kind_saturation: float = 1.5
    politics_saturation: float = 3.0
    # So many political words halve what one of another subject says (3, 5 and 8 do alike in cross-validation; 1 loses 0.02 in Arabic).
    political_for_other: float = 5.0
    shown_terms: int = 4


CONFIG = VocabularyConfig()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What was met: the features, and the words of each kind as they stand in the article, first met first.

    `known` is false for a language that nobody listed words of.
    """

    features: Mapping[str, float]
    political_words: tuple[str, ...] = ()
    other_words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    known: bool = True


def measure_vocabulary(mentions: Mentions, language: str, config: VocabularyConfig = CONFIG) -> Vocabulary:
    """Measure the words of an article. A word counts once, however often it stands; `language` is an ISO 639 code."""
    index = subject_index(language)
    if index is None:
        return Vocabulary({"no_word_list": 1.0}, known=False)
    met: dict[str, dict[str, float]] = {}
    shown: dict[str, dict[str, str]] = {}
    in_title: set[str] = set()
    names = {
        (place.zone, token)
        for mention in mentions.by_country.values()
        for place in mention.places
        for token in range(place.start, place.end)
    }
    for name, zone, factor in ((TITLE, mentions.title, config.title_factor), (TEXT, mentions.text, 1.0)):
        for found in index.find(zone.tokens):
            if found.values[0] in OTHER and (name, found.start) in names:
                continue  # the West Bank is no bank
            phrase = " ".join(zone.tokens[found.start : found.end])
            kind = found.values[0]
            words = met.setdefault(kind, {})
            if phrase not in words:
                words[phrase] = factor
                listed = shown.setdefault("political" if kind in POLITICAL else kind, {})
                listed[phrase] = zone.words(found.start, found.end) if len(listed) < config.shown_terms else phrase
            if zone is mentions.title:
                in_title.add(kind)
    return Vocabulary(
        features=_features(met, in_title, _length(mentions.title, mentions.text, config), config),
        political_words=tuple(shown.get("political", {}).values()),
        other_words={kind: tuple(words.values()) for kind, words in shown.items() if kind != "political"},
    )


def _length(title: Zone, text: Zone, config: VocabularyConfig) -> float:
    return math.sqrt(max(1.0, (len(text.tokens) + len(title.tokens)) / config.usual_tokens))


def _features(met: Mapping[str, Mapping[str, float]], in_title: set[str], length: float, config: VocabularyConfig) -> dict[str, float]:
    """Return the features of what was met."""
    sums = {kind: sum(words.values()) / length for kind, words in met.items()}
    features = {kind: 1 - math.exp(-value / config.kind_saturation) for kind, value in sums.items()}
    # A bank in a text full of politics is a bank that politics is about: other subjects count less where politics outweighs them.
    political = sum(value for kind, value in sums.items() if kind in POLITICAL)
    for kind in features.keys() & set(OTHER):
        features[kind] *= sums[kind] / (sums[kind] + political / config.political_for_other)
    specific = sum(value for kind, value in sums.items() if kind in POLITICAL and kind != GENERAL)
    features["politics"] = 1 - math.exp(-specific / config.politics_saturation)
    title_politics = bool(in_title & set(POLITICAL[:-1]))
    features["other_in_title"] = float(not title_politics and bool(in_title & set(OTHER)))
    return features


def vocabulary_reasons(vocabulary: Vocabulary, language: str, config: VocabularyConfig = CONFIG) -> Iterator[str]:
    """Say what the vocabulary showed."""
    if not vocabulary.known:
        yield f"no political word list for language {language!r}: judged by countries and actors alone"
        return
    if vocabulary.political_words:
        yield _terms("political", vocabulary.political_words, config)
    else:
        yield "no political terms"
    for kind, words in vocabulary.other_words.items():
        yield f"{_terms(kind, words, config)} −"


def _terms(kind: str, words: tuple[str, ...], config: VocabularyConfig) -> str:
    """List a few of the words met."""
    more = " …" if len(words) > config.shown_terms else ""
    return f"{len(words)} {kind} term{'s' if len(words) != 1 else ''}: {', '.join(words[: config.shown_terms])}{more}"

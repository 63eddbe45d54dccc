"""Decide whether an article is politics of a region: a score, and reasons that a person can read."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from crawler.tagging.countries import Mentions, count_mentions, country_tags, language_of, source_prior
from crawler.tagging.gazetteer import lexicon_index, section_names
from crawler.tagging.region import RegionProfile
from storage.records import Tag
from storage.textnorm import normalize


@dataclass(frozen=True, slots=True)
class RelevanceConfig:
    """The weights of the logistic decision: score = 1 / (1 + exp(-(bias + sum of weight * feature))).

    Features, each 0 … 1: `region` (how much the region's countries are named, times the root of their share among all countries),
    `politics` (how much political vocabulary, for the length of the text), `other` (the same for sport, weather, recipes …); the two
    section terms are there or not. The region's weight is smaller than the bias, so that a country alone, without any politics, is not
    enough; without any region the score is 0.
    The first four weights were chosen on 646 short news texts in English, Arabic and French labelled as regional politics or not. The word
    lists were completed while looking at errors on the same texts, so the scores there (F1 0.93, 0.99, 0.86; Arabic 0.85 before) flatter
    it and say little of unseen text; French has 12 positives. Nothing was fitted for Persian, Turkish and Hebrew. The section weights are
    judgement: a section outweighs a few words, not a whole text.
    """

    bias: float = -3.5
    region: float = 3.0
    politics: float = 6.0
    other: float = -6.0
    political_section: float = 0.7
    other_section: float = -1.5
    economy_section: float = -0.5
    # A headline with two countries of the region is about what is between them, also where it is gas or electricity.
    dyad: float = 1.5
    # Saturation of the features, in mass of mentions and in summed word weights.
    region_saturation: float = 2.0
    politics_saturation: float = 9.0
    other_saturation: float = 3.0
    # A word for the region as a whole (Middle East, Arab League) is worth half a country's name.
    regional_word: float = 0.5
    title_factor: float = 1.5
    # Vocabulary grows slower than text: sums are divided by the root of the length over this many tokens.
    usual_tokens: int = 80
    # A long text about elsewhere that names the region once: no country of it earns a tag, and the score is cut.
    passing_factor: float = 0.5
    # Where no lexicon exists, politics is neither shown nor excluded.
    unknown_politics: float = 0.3
    shown_terms: int = 4


CONFIG = RelevanceConfig()


@dataclass(frozen=True, slots=True)
class Relevance:
    """The decision: `score` 0 … 1 against the region's threshold, the reasons in words, the countries as tags."""

    relevant: bool
    score: float
    reasons: tuple[str, ...]
    tags: tuple[Tag, ...]


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    """What the lexicon says of a text: the feature values, the political words and the other subjects with their words, first met first."""

    politics: float
    other: float
    political_words: tuple[str, ...]
    other_words: dict[str, list[str]]
    known: bool


def assess(
    title: str | None,
    text: str,
    language: str | None,
    *,
    source_country: str | None = None,
    url: str = "",
    section: str | None = None,
    region: RegionProfile,
    config: RelevanceConfig = CONFIG,
) -> Relevance:
    """Judge an article from its words and the place where it stands.

    `language` is an ISO 639 code (None: guessed from the script); `source_country` (ISO 3166-1 alpha-2) is where its outlet is at home,
    `section` its section's name, `url` its address. Returns the decision; without any sign of the region it is no, whatever else is said.
    """
    code = language_of(language, f"{title or ''} {text[:1_000]}")
    mentions = count_mentions(title, text, code)
    return assess_mentions(mentions, code, source_country=source_country, url=url, section=section, region=region, config=config)


def assess_mentions(
    mentions: Mentions,
    code: str,
    *,
    source_country: str | None = None,
    url: str = "",
    section: str | None = None,
    region: RegionProfile,
    config: RelevanceConfig = CONFIG,
) -> Relevance:
    """Judge an article whose countries are counted already; `code` is its bare ISO 639 language, the rest as for `assess`."""
    tags = country_tags(mentions, region, source_country=source_country)
    prior = source_prior(mentions, region, source_country)
    regional, region_reasons = _region_feature(mentions, region, source_country, prior, config)
    vocabulary = _vocabulary(mentions, code, config)
    section_weight, section_reasons = _section_weight(section, url, config)
    dyad = sum(mention.in_title for code, mention in mentions.by_country.items() if code in region.countries) > 1
    if dyad:
        region_reasons.append("two countries of the region in the title")
    logit = (
        config.bias
        + config.region * regional
        + config.dyad * dyad
        + config.politics * vocabulary.politics
        + config.other * vocabulary.other
        + section_weight
    )
    score = 1 / (1 + math.exp(-logit)) if regional else 0.0
    if regional and not mentions.regional_mass and not any(tag.value in region.countries for tag in tags):
        score *= config.passing_factor
        region_reasons.append("the region is mentioned in passing −")
    reasons = (*region_reasons, *_vocabulary_reasons(vocabulary, code, config), *section_reasons)
    return Relevance(score >= region.relevance_threshold and regional > 0, round(score, 3), reasons, tags)


def _region_feature(
    mentions: Mentions, region: RegionProfile, source_country: str | None, prior: float, config: RelevanceConfig
) -> tuple[float, list[str]]:
    """Measure how much of an article is the region, and say by which countries."""
    own = [mention for code, mention in mentions.by_country.items() if code in region.countries]
    general = config.regional_word * mentions.regional_mass
    mass = sum(mention.mass for mention in own) + general + prior
    if not mass:
        return 0.0, ["no country of the region is named"]
    share = mass / (mentions.total_mass + general + prior)
    reasons = [
        f"country {mention.country} {'in title' if mention.in_title else 'in text'} ({mention.words}), {_times(mention.count)}"
        for mention in own[: config.shown_terms]
    ]
    if len(own) > config.shown_terms:
        reasons.append(f"{len(own) - config.shown_terms} more countries of the region")
    if general:
        reasons.append("words for the region as a whole")
    if prior:
        reasons.append(f"outlet in {source_country}")
    abroad = [mention.country for code, mention in mentions.by_country.items() if code not in region.countries]
    if share < 0.5:
        reasons.append(f"mostly about elsewhere ({', '.join(abroad[: config.shown_terms])})")
    return (1 - math.exp(-mass / config.region_saturation)) * math.sqrt(share), reasons


def _times(count: int) -> str:
    """Say a number of mentions."""
    return "1 mention" if count == 1 else f"{count} mentions"


def _vocabulary(mentions: Mentions, language: str, config: RelevanceConfig) -> _Vocabulary:
    """Measure the political and the other vocabulary. A political word counts once however often it stands; other words count each time."""
    lexicon = lexicon_index(language)
    if lexicon is None:
        return _Vocabulary(config.unknown_politics, 0.0, (), {}, known=False)
    political: dict[str, float] = {}
    shown: dict[str, str] = {}
    other: dict[str, list[str]] = {}
    other_sum = 0.0
    for zone, factor in ((mentions.title, config.title_factor), (mentions.text, 1.0)):
        for found in lexicon.find(zone.tokens):
            phrase = " ".join(zone.tokens[found.start : found.end])
            for word in found.values:
                if word.group == "political":
                    political[phrase] = max(political.get(phrase, 0.0), word.weight * factor)
                    if len(shown) < config.shown_terms and phrase not in shown:
                        shown[phrase] = zone.words(found.start, found.end)
                else:
                    words = other.setdefault(word.group, [])
                    words.append(zone.words(found.start, found.end) if len(words) < config.shown_terms else phrase)
                    other_sum += word.weight * factor
    length = math.sqrt(max(1.0, (len(mentions.text.tokens) + len(mentions.title.tokens)) / config.usual_tokens))
    return _Vocabulary(
        politics=1 - math.exp(-sum(political.values()) / length / config.politics_saturation),
        other=1 - math.exp(-other_sum / length / config.other_saturation),
        political_words=(*shown.values(), *list(political)[len(shown) :]),
        other_words=other,
        known=True,
    )


def _vocabulary_reasons(vocabulary: _Vocabulary, language: str, config: RelevanceConfig) -> Iterator[str]:
    """Say what the vocabulary showed."""
    if not vocabulary.known:
        yield f"no political word list for language {language!r}: judged by countries alone"
        return
    if vocabulary.political_words:
        yield _terms("political", vocabulary.political_words, config)
    else:
        yield "no political terms"
    for subject, words in vocabulary.other_words.items():
        yield f"{_terms(subject, words, config)} −"


def _terms(subject: str, words: Sequence[str], config: RelevanceConfig) -> str:
    """List a few of the words met."""
    distinct = list(dict.fromkeys(words))
    more = " …" if len(distinct) > config.shown_terms else ""
    return f"{len(words)} {subject} term{'s' if len(words) != 1 else ''}: {', '.join(distinct[: config.shown_terms])}{more}"


def _section_weight(section: str | None, url: str, config: RelevanceConfig) -> tuple[float, list[str]]:
    """Weigh the section that an article stands in: what the page says, or else the first folder or subdomain of its URL that is one."""
    names = section_names()
    for label, name in _places(section, url):
        folded = normalize(name)
        if folded in names.other:
            return config.other_section, [f"{label} −"]
        if folded in names.economy:
            return config.economy_section, [f"{label} −"]
        if folded in names.political:
            return config.political_section, [f"{label} +"]
    return 0.0, []


def _places(section: str | None, url: str) -> Iterator[tuple[str, str]]:
    """Yield (label, name) for the places that may be sections. The last part of a path is the article itself."""
    if section:
        yield f"section {section!r}", section
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:  # not a URL: there is nothing to learn from it, and its address is not this module's to judge
        return
    for folder in parts.path.split("/")[1:-1]:
        yield f"section /{unquote(folder)}", unquote(folder)
    subdomain, *domain = host.split(".")
    if len(domain) > 1:
        yield f"subdomain {subdomain}", subdomain

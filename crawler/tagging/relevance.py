"""Decide whether an article is politics of a region: a fitted score, and reasons that a person can read."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from crawler.tagging.actor_tags import ActorMention
from crawler.tagging.countries import Mentions, count_mentions, language_of
from crawler.tagging.country_tags import Home, country_tags, home_of, home_prior
from crawler.tagging.linear_model import Contribution, TaggingModel, load_model
from crawler.tagging.region import RegionProfile
from crawler.tagging.sections import section_sign
from crawler.tagging.standing import speaks_for
from crawler.tagging.vocabulary import Vocabulary, measure_vocabulary, vocabulary_reasons
from storage.records import Tag


@dataclass(frozen=True, slots=True)
class RelevanceConfig:
    """How the standing of the region becomes features (each 0 … 1) of the fitted decision."""

    # Mass of mentions of the region's countries, and of its actors, after which more of them say little.
    region_saturation: float = 2.0
    actor_saturation: float = 3.0
    # A word for the region as a whole (Middle East, Arab League) is worth half a country's name.
    regional_word: float = 0.5
    # An article of so many words is long: it has room for a country in passing.
    long_tokens: int = 400
    shown_countries: int = 4
    shown_actors: int = 3


CONFIG = RelevanceConfig()


@dataclass(frozen=True, slots=True)
class Relevance:
    """The decision: `score` 0 … 1 against the region's threshold, reasons in words, the countries as tags, what each feature did."""

    relevant: bool
    score: float
    reasons: tuple[str, ...]
    tags: tuple[Tag, ...]
    contributions: tuple[Contribution, ...] = ()


def assess(
    title: str | None,
    text: str,
    language: str | None,
    *,
    source_country: str | None = None,
    url: str = "",
    section: str | None = None,
    region: RegionProfile,
) -> Relevance:
    """Judge an article from its words and the place where it stands, without looking for actors.

    `language` is an ISO 639 code (None: guessed from the script); `source_country` (ISO 3166-1 alpha-2) is where its outlet is at home,
    `section` its section's name, `url` its address. Returns the decision; without any sign of the region it is no, whatever else is said.
    """
    code = language_of(language, f"{title or ''} {text[:1_000]}")
    mentions = count_mentions(title, text, code)
    return assess_mentions(mentions, code, source_country=source_country, url=url, section=section, region=region)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of an article before it is judged: features (none: there is no sign of the region), tags, and the reasons in words."""

    features: Mapping[str, float]
    tags: tuple[Tag, ...]
    vocabulary: Vocabulary
    reasons: tuple[str, ...]


def assess_mentions(
    mentions: Mentions,
    code: str,
    actors: Sequence[ActorMention] = (),
    *,
    source_country: str | None = None,
    url: str = "",
    section: str | None = None,
    region: RegionProfile,
    model: TaggingModel | None = None,
) -> Relevance:
    """Judge an article whose countries and actors are found already; `code` is its bare ISO 639 language, the rest as for `assess`."""
    weights = model or load_model()
    evidence = gather_evidence(
        mentions, code, actors, source_country=source_country, url=url, section=section, region=region, model=weights
    )
    score = weights.relevance.score(evidence.features) if evidence.features else 0.0
    relevant = bool(evidence.features) and score >= region.relevance_threshold
    return Relevance(
        relevant=relevant,
        score=round(score, 3),
        reasons=evidence.reasons,
        # who writes politics at home means home; a recipe that names no country is about none
        tags=tuple(tag for tag in evidence.tags if relevant or tag.value in mentions.by_country),
        contributions=weights.relevance.contributions(evidence.features),
    )


def gather_evidence(
    mentions: Mentions,
    code: str,
    actors: Sequence[ActorMention] = (),
    *,
    source_country: str | None = None,
    url: str = "",
    section: str | None = None,
    region: RegionProfile,
    model: TaggingModel,
    config: RelevanceConfig = CONFIG,
) -> Evidence:
    """Measure an article; arguments as for `assess_mentions`."""
    home = home_of(source_country, code, region)
    tags = country_tags(mentions, region, home=home, model=model.countries)
    vocabulary = measure_vocabulary(mentions, code)
    sign = section_sign(section, url)
    tagged = {tag.value for tag in tags} & set(region.countries)
    signs, strength, region_reasons = _region(mentions, actors, region, home, tagged, config)
    if signs and not mentions.regional_mass and not tagged:
        signs["in_passing"] = 1.0
        region_reasons.append("the region is mentioned in passing −")
    features: dict[str, float] = {}
    if signs:
        features = {**signs, **vocabulary.features}
        features["region_and_politics"] = math.sqrt(strength * features.get("politics", 0.0))
        tokens = len(mentions.text.tokens) + len(mentions.title.tokens)
        features["length"] = min(math.log1p(tokens) / math.log1p(config.long_tokens), 1.0)
        if sign:
            features[sign[0]] = 1.0
    reasons = (*region_reasons, *vocabulary_reasons(vocabulary, code), *((sign[1],) if sign else ()))
    return Evidence(features, tags, vocabulary, reasons)


def _region(
    mentions: Mentions,
    actors: Sequence[ActorMention],
    region: RegionProfile,
    home: Home | None,
    tagged: AbstractSet[str],
    config: RelevanceConfig,
) -> tuple[dict[str, float], float, list[str]]:
    """Measure how much of an article is the region: features (none: there is no sign of it), how much it is there (0 … 1), reasons."""
    own = [mention for code, mention in mentions.by_country.items() if code in region.countries]
    prior = home_prior(mentions, home)
    general = config.regional_word * mentions.regional_mass
    mass = sum(mention.mass for mention in own) + general + prior
    if not mass:
        return {}, 0.0, ["no country of the region is named"]
    share = mass / (mentions.total_mass + general + prior)
    in_title = [mention for mention in own if mention.in_title and (mention.named or mention.country in tagged)]
    regional = [actor for actor in actors if speaks_for(actor.actor) in region.countries]
    features = {
        "region_in_title": float(bool(in_title) or mentions.regional_in_title),
        "two_countries_in_title": float(len(in_title) > 1),
        "regional_actors": 1 - math.exp(-sum(actor.mass for actor in regional) / config.actor_saturation),
        "abroad": 1 - share,
    }
    if home:
        features[home.feature] = 1.0
    strength = (1 - math.exp(-mass / config.region_saturation)) * math.sqrt(share)
    return (
        features,
        strength,
        [
            *_country_reasons(mentions, region, home, share, config),
            *_actor_reasons(regional, config),
        ],
    )


def _country_reasons(mentions: Mentions, region: RegionProfile, home: Home | None, share: float, config: RelevanceConfig) -> list[str]:
    """Say which countries speak for the region."""
    own = [mention for code, mention in mentions.by_country.items() if code in region.countries]
    reasons = [
        f"country {mention.country} {'in title' if mention.in_title else 'in text'} ({mention.words}), {_times(mention.count)}"
        for mention in own[: config.shown_countries]
    ]
    if len(own) > config.shown_countries:
        reasons.append(f"{len(own) - config.shown_countries} more countries of the region")
    if mentions.regional_mass:
        reasons.append("words for the region as a whole")
    if home:
        reasons.append(home.reason)
    if share < 0.5:
        abroad = [code for code in mentions.by_country if code not in region.countries]
        reasons.append(f"mostly about elsewhere ({', '.join(abroad[: config.shown_countries])})")
    if sum(mention.in_title for mention in own) > 1:
        reasons.append("two countries of the region in the title")
    return reasons


def _actor_reasons(actors: Sequence[ActorMention], config: RelevanceConfig) -> list[str]:
    """Say which actors of the region are named."""
    if not actors:
        return []
    names = ", ".join(actor.actor.label for actor in actors[: config.shown_actors])
    more = " …" if len(actors) > config.shown_actors else ""
    return [f"{len(actors)} actor{'s' if len(actors) != 1 else ''} of the region: {names}{more}"]


def _times(count: int) -> str:
    """Say a number of mentions."""
    return "1 mention" if count == 1 else f"{count} mentions"

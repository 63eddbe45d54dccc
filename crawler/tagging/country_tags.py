"""Decide which of the countries that an article names it is about."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from crawler.tagging.countries import TEXT, Mention, Mentions, count_mentions
from crawler.tagging.gazetteer import listed_as
from crawler.tagging.linear_model import LinearModel, load_model
from crawler.tagging.region import RegionProfile
from storage.records import Tag


@dataclass(frozen=True, slots=True)
class CountryTagConfig:
    """How the standing of a country becomes features (each 0 … 1) of the fitted decision."""

    # Mass of mentions after which more of them say little: one in the title of a text is 0.8 of all.
    saturation: float = 2.0
    # Who is named in the title, or three times, is a subject; thirty times more make nobody else less of one: shares take masses up to it.
    enough: float = 3.0
    # The first sentence or two of a report say what it is about.
    lead_tokens: int = 40
    # A dateline stands within so many tokens and ends with a dash.
    dateline_tokens: int = 4
    dateline_chars: int = 60
    # A text that names so many countries is a list.
    many_countries: int = 12
    many_mentions: int = 8
    # An outlet writes of its own country without naming it: that counts as this much mass, divided by one more than the mass of others that
    # it names. Where the outlet is not known, a language that is at home in one country of the region says half as much.
    outlet_prior: float = 0.8
    language_prior: float = 0.4


CONFIG = CountryTagConfig()

_DASHES = "-–—"


@dataclass(frozen=True, slots=True)
class Home:
    """The country that an article may take for granted: its outlet's, or, where that is not known, the one its language is at home in.

    `language` is the ISO 639 code in the second case.
    """

    country: str
    language: str | None = None

    @property
    def reason(self) -> str:
        """Say in words where it is known from."""
        return f"written in {self.language!r}, at home in {self.country}" if self.language else f"outlet in {self.country}"

    @property
    def feature(self) -> str:
        """The feature that it is."""
        return "home_language" if self.language else "home_outlet"


def home_of(source_country: str | None, language: str, region: RegionProfile) -> Home | None:
    """Return the country of a region that an article may take for granted, from its outlet's country or else from its language."""
    if source_country:
        return Home(source_country) if source_country in region.countries else None
    country = region.home_country(listed_as(language))
    return Home(country, language) if country else None


def country_tags(
    mentions: Mentions,
    region: RegionProfile,
    *,
    home: Home | None = None,
    model: LinearModel | None = None,
    config: CountryTagConfig = CONFIG,
) -> tuple[Tag, ...]:
    """Return the countries of a region, and its outside actors, that an article is about, heaviest first.

    `home` is the country that it may take for granted, which gets a prior. Tags have kind 'country', the code, as
    weight the probability that a reader would name the country (from the region's threshold to 1), and as evidence the original words with
    a little context.
    """
    weights = model or load_model().countries
    tags = []
    for code in (*region.countries, *region.outside_actors):
        features = country_features(code, mentions, home=home, config=config)
        if not features:
            continue
        weight = weights.score(features)
        if weight >= region.country_threshold:
            mention = mentions.by_country.get(code)
            evidence = mention.context if mention else home.reason if home else ""
            tags.append(Tag("country", code, round(weight, 3), evidence))
    return tuple(sorted(tags, key=lambda tag: (-tag.weight, tag.value)))


def country_features(code: str, mentions: Mentions, *, home: Home | None = None, config: CountryTagConfig = CONFIG) -> Mapping[str, float]:
    """Return what speaks for a country, each 0 … 1; empty when nothing does."""
    mention = mentions.by_country.get(code)
    prior = home_prior(mentions, home, config) if home and code == home.country else 0.0
    mass = (mention.mass if mention else 0.0) + prior
    if not mass:
        return {}
    cap = config.enough
    total = sum(min(other.mass + (prior if name == code else 0.0), cap) for name, other in mentions.by_country.items())
    total += 0.0 if mention else min(prior, cap)
    features = {
        "mass": 1 - math.exp(-mass / config.saturation),
        "share": math.sqrt(min(mass, cap) / total),
        "list": min(len(mentions.by_country) / config.many_countries, 1.0),
    }
    if prior and home:
        features[home.feature] = 1.0
    if mention:
        features |= _standing(mention, mentions, config)
    return features


def _standing(mention: Mention, mentions: Mentions, config: CountryTagConfig) -> dict[str, float]:
    """Return where a country stands."""
    first_in_text = next((place.start for place in mention.places if place.zone == TEXT), None)
    dateline = (
        first_in_text is not None
        and first_in_text < config.dateline_tokens
        and any(dash in mentions.text.text[: config.dateline_chars] for dash in _DASHES)
    )
    return {
        "title": float(mention.in_title),
        "lead": float(first_in_text is not None and first_in_text < config.lead_tokens),
        "dateline_alone": float(dateline and mention.count == 1),
        "mentions": min(math.log1p(mention.count) / math.log1p(config.many_mentions), 1.0),
        "only_actors": float(not mention.named),
    }


def home_prior(mentions: Mentions, home: Home | None, config: CountryTagConfig = CONFIG) -> float:
    """Return the mass that an article gives to the country it takes for granted: all of it when no other country is named."""
    if home is None:
        return 0.0
    own = mentions.by_country.get(home.country)
    other = mentions.total_mass - (own.mass if own else 0.0)
    return (config.language_prior if home.language else config.outlet_prior) / (1 + other)


def tag_countries(
    title: str | None, text: str, language: str | None, *, region: RegionProfile, source_country: str | None = None
) -> tuple[Tag, ...]:
    """Find the countries that a text names and is about: `count_mentions`, then `country_tags`; its language alone speaks for none."""
    home = Home(source_country) if source_country in region.countries and source_country else None
    return country_tags(count_mentions(title, text, language), region, home=home)

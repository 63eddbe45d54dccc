"""Let the actors of an article speak for their countries: who writes of a prime minister writes of the country."""

from __future__ import annotations

from collections.abc import Sequence

from crawler.tagging.actor_tags import ActorMention
from crawler.tagging.actors import Actor, ActorKind
from crawler.tagging.countries import CONFIG, TITLE, CountryConfig, Mention, Mentions, heaviest_first
from crawler.tagging.gazetteer import ACTOR_STRENGTH
from crawler.tagging.zone import Place

#: The code of actors that belong to no country.
NOWHERE = "XX"


def speaks_for(actor: Actor) -> str | None:
    """Return the country that an actor stands for: a party, a group or a body for its own, a person for the one whose offices it held.

    Usama bin Laden came from Saudi Arabia and never spoke for it. None for those of no country.
    """
    if actor.country == NOWHERE or (actor.kind is ActorKind.PERSON and actor.country not in {office.country for office in actor.offices}):
        return None
    return actor.country


def with_actors(mentions: Mentions, actors: Sequence[ActorMention], config: CountryConfig = CONFIG) -> Mentions:
    """Return the mentions with those of actors added to their countries, where a word for the country is not what was met already.

    Each place counts ACTOR_STRENGTH times the factor of where it stands, as an actor's name of the country's own list does.
    """
    added: dict[str, list[Place]] = {}
    for actor in actors:
        code = speaks_for(actor.actor)
        if code is None:
            continue
        known = mentions.by_country.get(code)
        taken = {(place.zone, token) for place in (known.places if known else ()) for token in range(place.start, place.end)}
        fresh = [place for place in actor.places if not any((place.zone, token) in taken for token in range(place.start, place.end))]
        if fresh:
            added.setdefault(code, []).extend(fresh)
    if not added:
        return mentions
    zones = {zone: mentions.title if zone == TITLE else mentions.text for zone in ("title", "text")}
    by_country = dict(mentions.by_country)
    for code, fresh in added.items():
        mass = sum(ACTOR_STRENGTH * config.factor(place) for place in fresh)
        known = by_country.get(code)
        places = sorted([*(known.places if known else ()), *fresh], key=lambda place: (place.zone != TITLE, place.start))
        first = known.places[0] if known else places[0]
        by_country[code] = Mention(
            country=code,
            mass=mass + (known.mass if known else 0.0),
            count=len(places),
            in_title=places[0].zone == TITLE,
            words=zones[first.zone].words(first.start, first.end),
            context=zones[first.zone].words(first.start, first.end, context=config.context_tokens),
            named=known.named if known else False,
            places=tuple(places),
        )
    return Mentions(heaviest_first(by_country), mentions.regional_mass, mentions.title, mentions.text, mentions.regional_in_title)

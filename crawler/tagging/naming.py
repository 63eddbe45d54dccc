"""From what people write to what a tag holds, and back: countries by code or name, actors by id, Wikidata id or name, topics by name."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from babel import Locale, UnknownLocaleError

from crawler.errors import InputError
from crawler.tagging.actors import Actor, fold_name, load_actors
from crawler.tagging.topics import topics

_CODE = re.compile("[A-Za-z]{2}")
_WIKIDATA = re.compile(r"[Qq][1-9]\d*")
#: Languages in which the name of a country is understood: those of CLDR among ours.
_LANGUAGES = ("en", "ar", "fa", "tr", "fr", "he", "ckb", "ku")
_MOST_SUGGESTIONS = 4
_LEAST_LIKENESS = 0.6


class Party(NamedTuple):
    """A country or an actor as its tags know it: `kind` is 'country' or 'actor', `value` a code or an id; `name` is for people."""

    kind: str
    value: str
    name: str


@lru_cache(maxsize=1)
def _territories() -> Mapping[str, str]:
    """Return the English names of all countries by their codes."""
    return {code: name for code, name in Locale.parse("en").territories.items() if len(code) == 2 and code.isalpha()}


@lru_cache(maxsize=1)
def _country_names() -> Mapping[str, str]:
    """Return codes by the folded names of countries in all languages."""
    found: dict[str, str] = {}
    for language in _LANGUAGES:
        try:
            territories = Locale.parse(language).territories
        except UnknownLocaleError:
            continue
        for code, name in territories.items():
            if code in _territories():
                for form in (name, name.split("(")[0]):
                    found.setdefault(fold_name(form), code)
    return found


class _Names(NamedTuple):
    """Who is called what: actors by folded full name, by folded short name, and by Wikidata id."""

    full: Mapping[str, str]
    short: Mapping[str, frozenset[str]]
    wikidata: Mapping[str, str]


@lru_cache(maxsize=4)
def _names(own: Path | None) -> _Names:
    full: dict[str, str] = {}
    short: defaultdict[str, set[str]] = defaultdict(set)
    gazetteer = load_actors(own)
    for actor in gazetteer:
        for names in actor.names.values():
            full.update((fold_name(name), actor.id) for name in names)
        for names in actor.short.values():
            for name in names:
                short[fold_name(name)].add(actor.id)
    wikidata = {actor.wikidata: actor.id for actor in gazetteer if actor.wikidata}
    return _Names(full, {name: frozenset(ids) for name, ids in short.items()}, wikidata)


def actor_id(written: str, own: Path | None = None) -> str:
    """Return the id of an actor that somebody wrote: an id, a Wikidata Q-id, or a name in any language.

    `own` is a folder of actors besides the bundled ones. Raises: InputError when there is none, or several of that name.
    """
    return _actor(written, own).id


def _actor(written: str, own: Path | None) -> Actor:
    actors = load_actors(own).actors
    word = written.strip()
    if word in actors:
        return actors[word]
    names = _names(own)
    if _WIKIDATA.fullmatch(word):
        if word.upper() not in names.wikidata:
            raise InputError(f"no actor of the gazetteer has the Wikidata id {word}")
        return actors[names.wikidata[word.upper()]]
    folded = fold_name(word)
    if folded in names.full:
        return actors[names.full[folded]]
    sharing = names.short.get(folded, frozenset())
    if len(sharing) == 1:
        return actors[next(iter(sharing))]
    if sharing:
        some = sorted(sharing)
        more = ", …" if len(some) > _MOST_SUGGESTIONS else ""
        raise InputError(f"several actors are called {written!r}: {', '.join(some[:_MOST_SUGGESTIONS])}{more}; name one by its id")
    raise InputError(f"no actor is called {written!r}{_suggestion(folded, names.full)}")


def party(written: str, own: Path | None = None) -> Party:
    """Return the country or the actor that somebody wrote; where a word is both, it is the country.

    Raises: InputError when there is none, or several of that name.
    """
    word = written.strip()
    if _CODE.fullmatch(word):
        if word.upper() not in _territories():
            raise InputError(f"{word!r} is no country (ISO 3166-1 alpha-2), and too short to be an actor")
        return Party("country", word.upper(), _territories()[word.upper()])
    code = _country_names().get(fold_name(word))
    if code:
        return Party("country", code, _territories()[code])
    try:
        actor = _actor(word, own)
    except InputError as error:
        if str(error).startswith("no actor is called"):
            known = {**_names(own).full, **_country_names()}
            raise InputError(f"no country and no actor is called {written!r}{_suggestion(fold_name(word), known)}") from None
        raise
    return Party("actor", actor.id, actor.label)


def topic_id(written: str) -> str:
    """Return the id of a topic that somebody wrote by id or name. Raises: InputError that lists them."""
    folded = fold_name(written.replace("_", " "))
    for name, topic in topics().items():
        if folded in {fold_name(name.replace("_", " ")), fold_name(topic.name)}:
            return name
    raise InputError(f"there is no topic {written!r}; there are {', '.join(topics())}")


def namer(own: Path | None = None) -> Callable[[str, str], str]:
    """Return what gives the name of a tag by its kind and value, in English letters; the value itself where nothing is known of it."""

    def name(kind: str, value: str) -> str:
        if kind == "country":
            return _territories().get(value, value)
        if kind == "topic":
            return topics()[value].name if value in topics() else value
        actor = load_actors(own).actors.get(value)
        return actor.label if actor and "en" in actor.names else value

    return name


def _suggestion(folded: str, known: Mapping[str, str]) -> str:
    """Name what is written nearly like it."""
    near = difflib.get_close_matches(folded, known, n=_MOST_SUGGESTIONS, cutoff=_LEAST_LIKENESS)
    values = dict.fromkeys(known[name] for name in near)
    return f"; did you mean {' or '.join(values)}?" if values else ""

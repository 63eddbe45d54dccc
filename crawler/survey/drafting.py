"""Make a source of what was found on a site or stands in a list: what can be inferred, and what a person has to look at. Pure."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from crawler.catalog import Expected, Feed, Source, SourceKind
from crawler.survey.probing import Reading
from crawler.survey.prospecting import Choice, Find
from crawler.survey.source_files import free_id, id_of_site, joined
from crawler.survey.territories import main_language, territory_of, zone_of
from storage.records import ChannelKind
from storage.terminal import visible, when


@dataclass(frozen=True, slots=True)
class DraftConfig:
    """How one look at a site becomes bounds. `spread`: `expected` is a guess from one look, so its bounds lie that factor away from it."""

    spread: float = 3.0


CONFIG = DraftConfig()
UNDETERMINED = "und"  # ISO 639-2


@dataclass(frozen=True, slots=True)
class Site:
    """What a site says of itself on its home page."""

    homepage: str
    name: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """What the user knows better."""

    id: str | None = None
    name: str | None = None
    country: str | None = None
    languages: tuple[str, ...] = ()
    kind: SourceKind | None = None
    time_zone: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A source as it will be written: its comment, and what a person has to look at."""

    source: Source
    comment: tuple[str, ...]
    to_check: tuple[str, ...]


def draft_source(site: Site, choice: Choice, given: Given, taken: Iterable[str], asked: str, now: datetime) -> Draft:
    """Make a source of what was found.

    Args: what the site says of itself; the channels chosen; what the user said; the ids that are taken; the address that the user gave;
    the present.
    Returns: the source with its evidence.
    Raises: pydantic's ValidationError when what the user said fits no source.
    """
    readings = [find.reading for find in choice.kept if find.reading]
    name = (
        given.name or site.name or next((reading.title for reading in readings if reading.title), None) or id_of_site(site.homepage, None)
    )
    languages, why_languages = _languages(site, readings, given)
    country, why_country = _country(site, languages, given)
    time_zone, why_zone = _zone(country, readings, given, now)
    kind, why_kind = _kind(name, given)
    rate = _rate(choice.feeds or choice.kept)
    notes = "No fresh article was found when it was added; see the comment above." if choice.stale else None
    source = Source(
        id=given.id or free_id(id_of_site(site.homepage, name), taken),
        name=visible(name),
        homepage=site.homepage,
        country=country,
        languages=languages,
        kind=kind,
        time_zone=time_zone,
        feeds=tuple(Feed(url=find.address, language=_other_language(find, languages)) for find in choice.feeds),
        sitemaps=tuple(find.address for find in choice.kept if find.kind is ChannelKind.SITEMAP),
        expected=_expected(rate),
        enabled=not choice.stale,
        notes=notes,
    )
    guesses = [why for why in (why_languages, why_country, why_zone, why_kind) if why]
    to_check = (*guesses, *(() if rate else ("its feeds do not show how many articles a day are usual: add `expected`",)))
    return Draft(source, tuple(_comment(source, choice, asked, rate, guesses, now)), to_check)


def _comment(source: Source, choice: Choice, asked: str, rate: float | None, guesses: Sequence[str], now: datetime) -> Iterable[str]:
    yield f"{source.name}. Found by `dragoman sources add {asked}` on {now:%Y-%m-%d}; every address below was read then."
    yield ""
    for find in choice.kept:
        moved = f" (asked for as {find.url}, which moved for good)" if find.moved_to else ""
        yield f"- {find.kind} {find.address}: {find.found}{moved}; {_held(find)}."
    if choice.dropped:
        yield "Not used: " + "; ".join(f"{find.url} ({reason})" for find, reason in choice.dropped) + "."
    if rate:
        yield f"The dates show about {rate:.3g} articles a day; the bounds of `expected` lie a factor of {CONFIG.spread:g} away from that."
    if guesses:
        yield "To be checked by hand: " + "; ".join(guesses) + "."
    yield "Whether it is owned by a state was not looked at."


def _held(find: Find) -> str:
    reading = find.reading
    if reading is None:
        return "not read"
    count = f"{reading.items} article{'s' * (reading.items != 1)}"
    where = f" in the newest of {reading.children} sitemaps" if reading.children else ""
    newest = f"newest {when(reading.newest_at)} UTC" if reading.newest_at else "no dates"
    return f"{reading.form}, {count}{where}, {newest}"


def _languages(site: Site, readings: Sequence[Reading], given: Given) -> tuple[tuple[str, ...], str]:
    if given.languages:
        return given.languages, ""
    counts = Counter[str]()
    for reading in readings:
        if reading.language and re.fullmatch(r"[a-z]{2,3}", reading.language):
            counts[reading.language] += reading.items
    found = [language for language, _ in counts.most_common()]
    if found:
        first = [site.language] if site.language and site.language in counts else []
        return tuple(dict.fromkeys([*first, *found])), ""
    if site.language:
        return (site.language,), f"its language {site.language}, which only the home page claims"
    return (UNDETERMINED,), "its languages, which nothing tells (und: undetermined)"


def _country(site: Site, languages: Sequence[str], given: Given) -> tuple[str, str]:
    if given.country:
        return given.country, ""
    code, why = territory_of(site.homepage, languages)
    if code is None:
        return "XX", "its country, which neither its address nor its language tells (XX: pan-regional or international)"
    return code, f"its country {code}, {why}"


def _zone(country: str, readings: Sequence[Reading], given: Given, now: datetime) -> tuple[str, str]:
    if given.time_zone:
        return given.time_zone, ""
    offsets = Counter(reading.offset_minutes for reading in readings if reading.offset_minutes is not None)
    offset = offsets.most_common(1)[0][0] if offsets else None
    name, sure = zone_of(country, offset, now)
    return name, "" if sure and given.country else f"its time zone {name}"


_KINDS: tuple[tuple[SourceKind, re.Pattern[str]], ...] = (
    (SourceKind.AGENCY, re.compile(r"\bagenc(?:y|e)\b|\bajans|وكالة|خبرگزاری|ئاژانس|סוכנות", re.IGNORECASE)),
    (SourceKind.BROADCASTER, re.compile(r"\b(?:tv|radio|channel|television|fm|kanal)\b|قناة|إذاعة|تلفزيون|شبکه|ערוץ|רדיו", re.IGNORECASE)),
    (SourceKind.MAGAZINE, re.compile(r"\b(?:magazine|review|quarterly|dergi\w*|revue)\b|مجلة|مجله", re.IGNORECASE)),
    (SourceKind.BLOG, re.compile(r"\bblog\b|مدونة|وبلاگ", re.IGNORECASE)),
    (
        SourceKind.NEWSPAPER,
        re.compile(r"\b(?:times|post|daily|herald|tribune|gazette|newspaper|journal|gazete\w*)\b|جريدة|صحيفة|روزنامه|עיתון", re.IGNORECASE),
    ),
)


def _kind(name: str, given: Given) -> tuple[SourceKind, str]:
    if given.kind:
        return given.kind, ""
    found = next((kind for kind, pattern in _KINDS if pattern.search(name)), None)
    if found is None:
        return SourceKind.WEBSITE, "its kind, which its name does not tell"
    return found, f"its kind {found}, by its name"


def _other_language(find: Find, languages: Sequence[str]) -> str | None:
    """Return the language of a feed where it is not the source's main one."""
    language = find.reading.language if find.reading else None
    return language if language in languages and language != languages[0] else None


def _rate(finds: Sequence[Find]) -> float | None:
    """Estimate the articles a day: of each language the busiest channel, for the others mostly name the same."""
    rates: dict[str | None, float] = {}
    for find in finds:
        if find.reading and find.reading.per_day:
            rates[find.reading.language] = max(rates.get(find.reading.language, 0.0), find.reading.per_day)
    return sum(rates.values()) or None


def _expected(rate: float | None) -> Expected | None:
    if rate is None:
        return None
    return Expected(low=math.floor(rate / CONFIG.spread), high=max(1, math.ceil(rate * CONFIG.spread)))


def summary(draft: Draft) -> str:
    """Say in one line what a draft holds."""
    source = draft.source
    parts = [f"{len(source.feeds)} feed{'s' * (len(source.feeds) != 1)}"] if source.feeds else []
    parts += [f"{len(source.sitemaps)} sitemap{'s' * (len(source.sitemaps) != 1)}"] if source.sitemaps else []
    return f"{source.name} ({source.id}): {joined(parts)}, {' '.join(source.languages)}, {source.country}"


def draft_from_list(homepage: str, name: str, feeds: Sequence[Feed], given: Given, taken: Iterable[str], now: datetime) -> Source:
    """Make a source of feeds that a list names and nobody has read yet.

    Args: its home page and name; its feeds, `language` where the list says it; what the user said, for what the list does not say;
    the ids that are taken; the present.
    Returns: the source; its languages are those of its feeds, else the main one of its country.
    """
    said = tuple(dict.fromkeys([*(feed.language for feed in feeds if feed.language), *given.languages]))
    country = given.country or territory_of(homepage, said)[0] or "XX"
    languages = said or (main_language(country) or UNDETERMINED,)
    return Source(
        id=free_id(given.id or id_of_site(homepage, name), taken),
        name=visible(name),
        homepage=homepage,
        country=country,
        languages=languages,
        kind=_kind(name, given)[0],
        time_zone=given.time_zone or zone_of(country, None, now)[0],
        feeds=tuple(feed if feed.language != languages[0] else Feed(url=feed.url) for feed in feeds),
    )

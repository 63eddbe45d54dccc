"""What an export is about, in words that its descriptions share: title, period, places, rights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from babel import Locale, UnknownLocaleError

from storage.export.facts import Facts, ranked
from storage.export.manifest import UNDETERMINED, Manifest

SOFTWARE = "Dragoman"
VERSION_DIGITS = 12
_ENGLISH = Locale("en")
_RIGHTS = "https://rightsstatements.org/vocab/{}/1.0/"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What only people can say of a dataset: its title, who made it, whom to write to, and under which terms (a URL) it is given away."""

    title: str = ""
    creators: tuple[str, ...] = ()
    contact: str = ""
    license: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """An export in words. `tier` is full, metadata or ngrams; `version` names its content, `as_of` is the day of what it shows."""

    title: str
    description: str
    keywords: tuple[str, ...]
    creators: tuple[str, ...]
    contact: str
    license: str
    version: str
    as_of: date
    first: datetime | None
    last: datetime | None
    tier: str


def subject_of(manifest: Manifest, facts: Facts, wishes: Wishes, *, tier: str = "full") -> Subject:
    """Say what an export is, from what it counted."""
    sources, articles = len(facts.by_source), manifest.rows
    languages = [language_name(code) for code in ranked(facts.by_language) if code != UNDETERMINED]
    countries = [country_name(code) for code in ranked(facts.by_country)]
    first, last = facts.first_published_at, facts.last_published_at
    period = f", {first:%Y-%m-%d} to {last:%Y-%m-%d}" if first and last else ""
    what = {"full": "Articles", "metadata": "Metadata of articles", "ngrams": "Word counts of articles"}[tier]
    title = wishes.title or f"{what} of {sources} news source{'s' * (sources != 1)}{period}"
    written = f" in {listed(languages)}" if languages else ""
    about = f", most often about {listed(countries[:5])}" if countries else ""
    software = f"{SOFTWARE} {manifest.versions.get('dragoman', '')}".rstrip()
    description = f"{counted(articles, 'article')} of {counted(sources, 'news source')}{written}{about}, collected with {software}" + (
        f" and published from {first:%Y-%m-%d} to {last:%Y-%m-%d}." if first and last else "."
    )
    if "coverage" in manifest.tables:
        description += " The table of coverage says for each source and day what was looked for, found and missed."
    if "articles" not in manifest.tables and not facts.by_source:
        listed_tables = listed([f"{name} ({rows:,} rows)" for name, rows in manifest.tables.items()])
        title = wishes.title or f"Tables of a news corpus: {listed(list(manifest.tables))}"
        description = f"{listed_tables} of a news corpus, collected with {software}."
    return Subject(
        title=title,
        description=description,
        keywords=("news", "media", *languages[:8], *countries[:12]),
        creators=wishes.creators or (f"{SOFTWARE} (compiled automatically)",),
        contact=wishes.contact,
        license=wishes.license or _RIGHTS.format("InC" if tier == "full" else "UND"),
        version=_version(manifest),
        as_of=manifest.created_at.date(),
        first=first,
        last=last,
        tier=tier,
    )


def _version(manifest: Manifest) -> str:
    """Return a version that names this content: the day of what it shows, and a hash over its files (semver.org, section 10)."""
    content = sha256("".join(file.sha256 for file in manifest.files).encode()).hexdigest()[:VERSION_DIGITS]
    day = manifest.created_at
    return f"{day.year}.{day.month}.{day.day}+{content}"


def language_name(code: str) -> str:
    """Return the English name of a language; its code where it has none."""
    try:
        return Locale.parse(code).get_display_name("en") or code
    except (UnknownLocaleError, ValueError):
        return code


def country_name(code: str) -> str:
    """Return the English name of a country; its code where it has none."""
    names: Mapping[str, str] = _ENGLISH.territories
    return names.get(code, code)


def counted(number: int, noun: str) -> str:
    """Write how many there are: '1 article', '1,200 articles'."""
    return f"{number:,} {noun}{'s' * (number != 1)}"


def listed(items: list[str] | tuple[str, ...]) -> str:
    """Write a list for people: 'a, b and c'."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else ""

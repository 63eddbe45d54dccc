"""Options by which a user tells what a source is, and the checks of what was told."""

# ruff: noqa: PLC0415 - commands import what they need when they run
from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from storage.terminal import UsageMistake

if TYPE_CHECKING:
    from crawler.survey.drafting import Given

OwnCatalogOption = Annotated[
    Path | None,
    typer.Option("--catalog", metavar="DIR", envvar="DRAGOMAN_CATALOG", help="Your folder of source files; made if it is missing."),
]
CountryOption = Annotated[str | None, typer.Option("--country", metavar="CC", help="Its country, ISO 3166-1; XX: pan-regional.")]
LanguagesOption = Annotated[
    list[str] | None, typer.Option("--language", metavar="CODE", help="A language of it, ISO 639, the main one first (may be repeated).")
]
KindOption = Annotated[
    str | None, typer.Option("--kind", metavar="KIND", help="agency, blog, broadcaster, magazine, newspaper or website.")
]
ZoneOption = Annotated[str | None, typer.Option("--time-zone", metavar="ZONE", help="Its IANA time zone, for dates that state none.")]


def kind_named(name: str) -> Any:
    """Return the kind of publisher that a user names. Raises: UsageMistake."""
    from crawler.catalog import SourceKind

    try:
        return SourceKind(name.lower())
    except ValueError as error:
        raise UsageMistake(f"--kind {name!r} is none of {', '.join(SourceKind)}") from error


def given_facts(
    source_id: str | None, name: str | None, country: str | None, language: list[str] | None, kind: str | None, time_zone: str | None
) -> Given:
    """Check what the user says of a source, by the rules of the catalog."""
    from pydantic import ValidationError

    from crawler.catalog import Source, SourceKind
    from crawler.survey.drafting import Given
    from crawler.survey.territories import territory_named

    code = territory_named(country) if country else None
    if country and code is None:
        raise UsageMistake(f"--country {country!r} is no country; write its ISO 3166-1 code, as IQ, or XX for pan-regional")
    given = Given(source_id, name, code, tuple(language or ()), kind_named(kind) if kind else None, time_zone)
    try:
        Source(
            id=given.id if given.id is not None else "some",
            name=given.name if given.name is not None else "Some",
            homepage="https://some.example/",
            country=code or "XX",
            languages=given.languages or ("en",),
            kind=given.kind or SourceKind.WEBSITE,
            time_zone=time_zone or "UTC",
            enabled=False,
        )
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        option = {"languages": "language", "time_zone": "time-zone"}.get(str(first["loc"][0]), str(first["loc"][0]))
        raise UsageMistake(f"--{option} {first['input']!r}: {first['msg'].removeprefix('Value error, ')}") from error
    return given

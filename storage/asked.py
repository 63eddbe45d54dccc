"""The filters of a command line: read as an `ArticleFilter`, and said again for a manifest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from storage.records import ArticleFilter
from storage.terminal import UsageMistake, day_end, day_start


def wanted_articles(
    query: str,
    source: list[str] | None,
    country: list[str] | None,
    language: list[str] | None,
    since: str | None,
    until: str | None,
) -> ArticleFilter:
    """Read the options that most commands share. Raises: UsageMistake."""
    wanted = ArticleFilter(
        query=query,
        sources=tuple(source or ()),
        countries=tuple(code.upper() for code in country or ()),
        languages=tuple(code.lower() for code in language or ()),
        since=day_start(since, "--from"),
        until=day_end(until, "--to"),
    )
    if wanted.since and wanted.until and wanted.since >= wanted.until:
        raise UsageMistake(f"--from {since} is after --to {until}")
    return wanted


def described(wanted: ArticleFilter) -> dict[str, Any]:
    """Write a selection for a manifest; what was not asked for is left out."""
    facts: dict[str, Any] = {
        "query": wanted.query,
        "sources": list(wanted.sources),
        "countries": list(wanted.countries),
        "languages": list(wanted.languages),
        "since": wanted.since and wanted.since.isoformat(),
        "until": wanted.until and wanted.until.isoformat(),
    }
    return {name: value for name, value in facts.items() if value}


def asked_again(facts: Mapping[str, Any]) -> ArticleFilter:
    """Read a selection from a manifest, as `described` wrote it. Raises: ValueError, TypeError for anything else."""
    return ArticleFilter(
        query=str(facts.get("query", "")),
        sources=tuple(facts.get("sources", ())),
        countries=tuple(facts.get("countries", ())),
        languages=tuple(facts.get("languages", ())),
        since=_instant(facts.get("since")),
        until=_instant(facts.get("until")),
    )


def _instant(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None

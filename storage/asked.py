"""The filters of a command line: read as an `ArticleFilter`, and said again for a manifest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from storage.search.records import ArticleFilter
from storage.terminal import Outside, UsageMistake, day_end, day_start

_INSTANTS = frozenset({"since", "until", "seen_since", "seen_until"})


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


def about(told: Outside, wanted: ArticleFilter, actor: list[str] | None, topic: list[str] | None) -> ArticleFilter:
    """Add the actors and topics that are asked for, in whatever words. Raises: UsageMistake."""
    return replace(wanted, actors=tuple(map(told.actor_id, actor or ())), topics=tuple(map(told.topic_id, topic or ())))


def described(wanted: ArticleFilter) -> dict[str, Any]:
    """Write a selection for a manifest; what was not asked for is left out."""
    asked = {field.name: getattr(wanted, field.name) for field in fields(wanted) if getattr(wanted, field.name) != field.default}
    return {name: _plain(value) for name, value in asked.items()}


def asked_again(facts: Mapping[str, Any]) -> ArticleFilter:
    """Read a selection from a manifest, as `described` wrote it. Raises: ValueError, TypeError for anything else."""
    defaults = {field.name: field.default for field in fields(ArticleFilter)}
    return ArticleFilter(**{name: _read(name, value, defaults[name]) for name, value in facts.items() if name in defaults})


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _read(name: str, value: Any, default: Any) -> Any:
    if name in _INSTANTS:
        return datetime.fromisoformat(value)
    if isinstance(default, tuple):
        return tuple(value)
    return str(value) if isinstance(default, str) else value

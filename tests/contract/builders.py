"""Records to store, plainly made up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from storage.crawls.records import FrontierEntry
from storage.records import ArticleDraft, Attempt, Outcome, SourceRecord, Tag

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

HARBOUR = (
    "The council of Port Varda voted on Tuesday to reopen the old harbour to foreign ships after eleven years.\n\n"
    "Its mayor said that the first freighters from the island of Lesk were expected before the summer."
)
BRIDGE = (
    "Engineers in the valley of Ombria finished the long bridge that joins its two halves for the first time.\n\n"
    "The ministry of works had promised it before the elections, and critics called the date no accident."
)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def source(source_id: str = "courier", **changes: Any) -> SourceRecord:
    return replace(SourceRecord(source_id, f"The {source_id}", f"https://{source_id}.example/", "XX", ("en",)), **changes)


def draft(path: str = "a", text: str = HARBOUR, *, source_id: str = "courier", **changes: Any) -> ArticleDraft:
    url = f"https://{source_id}.example/{path}"
    made = ArticleDraft(
        url=url,
        canonical_url=url,
        source_id=source_id,
        title="Harbour opens again",
        text=text,
        fetched_at=NOON,
        extractor="plain 1",
        published_at=NOON - minutes(60),
        published_from="meta",
        published_confidence=0.9,
        language="en",
        relevant=True,
        relevance=0.8,
        relevance_reasons=("country in title",),
        tags=(Tag("country", "LK", 0.7, "Lesk"),),
    )
    return replace(made, **changes)


def fetched(article: ArticleDraft, **changes: Any) -> Attempt:
    """Wrap a draft as the attempt that gave it."""
    made = Attempt(
        candidate_url=article.url,
        canonical_url=article.canonical_url,
        source_id=article.source_id,
        fetched_at=article.fetched_at,
        draft=article,
        http_status=200,
        size_bytes=1234,
        elapsed_ms=56,
    )
    return replace(made, **changes)


def failed(path: str, outcome: Outcome, *, source_id: str = "courier", **changes: Any) -> Attempt:
    url = f"https://{source_id}.example/{path}"
    return replace(Attempt(url, url, source_id, NOON, outcome=outcome, reason="because"), **changes)


def entry(path: str, *, source_id: str = "courier", **changes: Any) -> FrontierEntry:
    url = f"https://{source_id}.example/{path}"
    return replace(FrontierEntry(url, url, source_id, f"https://{source_id}.example/feed", NOON), **changes)

"""Units and made-up examples of the columns of an export: the second half of the data dictionary, beside the columns themselves.

The outlets and people are fictional. An example shows the form of a value; it is never taken from a corpus, whose texts are not ours to
print.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from storage.export.columns import Column, ColumnType


@dataclass(frozen=True, slots=True)
class Detail:
    """An example of a value, and the unit of a number; 'ISO 8601' and the like say how a text is written."""

    example: str
    unit: str = ""


_KEY = Detail("a3f6b0c1d2e4f5a7", "17 letters and digits")
_SHARE = "share, 0 to 1"
_TIME = Detail("2026-03-01T12:00:00+00:00", "ISO 8601, UTC")

_BY_NAME: Mapping[str, Detail] = {
    "actors": Detail("government-of-iraq; arab-league", "identifiers of the gazetteer"),
    "agency": Detail("varda-press", "code"),
    "archive_file": Detail("dragoman-20260301T120000Z-71-0.warc.gz", "file name"),
    "archive_offset": Detail("48211", "bytes"),
    "article": _KEY,
    "articles": Detail("12", "articles"),
    "at": _TIME,
    "authors": Detail("Lina Haddar; Omar Velk", "names"),
    "backfills": Detail("0", "runs"),
    "canonical_url": Detail("https://courier.example/2026/harbour", "URL"),
    "changes": Detail("cut; headline"),
    "channel_bytes": Detail("20480", "bytes"),
    "channels": Detail("3", "channels"),
    "cluster": _KEY,
    "cluster_agency": Detail("varda-press", "code"),
    "cluster_members": Detail("4", "articles"),
    "cluster_role": Detail("copy"),
    "count": Detail("7", "occurrences"),
    "countries": Detail("IQ; SY", "ISO 3166-1 alpha-2"),
    "country": Detail("IQ", "ISO 3166-1 alpha-2"),
    "current": Detail("true"),
    "day": Detail("2026-03-01", "ISO 8601 day, UTC"),
    "description": Detail("The council of Port Varda votes on its harbour."),
    "discovered": Detail("41", "candidates"),
    "evidence": Detail("Port Varda"),
    "extra": Detail('{"desk": "coast"}', "JSON"),
    "extractor": Detail("trafilatura 2.3.1", "name and version"),
    "form": Detail("article"),
    "from_catalog": Detail("true"),
    "from_files": Detail("0", "tries"),
    "homepage": Detail("https://courier.example/", "URL"),
    "id": _KEY,
    "image_url": Detail("https://courier.example/harbour.jpg", "URL"),
    "keywords": Detail("harbour; council"),
    "kind": Detail("country"),
    "known": Detail("112", "namings"),
    "language": Detail("ar", "ISO 639"),
    "languages": Detail("ar; en", "ISO 639"),
    "members": Detail("4", "articles"),
    "n": Detail("2", "tokens"),
    "name": Detail("The Varda Courier"),
    "ngram": Detail("port varda", "normalised tokens, one space between them"),
    "origin_source": Detail("varda-press", "id of a source"),
    "origin_title": Detail("Harbour opens again"),
    "origin_url": Detail("https://wire.example/7", "URL"),
    "page_bytes": Detail("1048576", "bytes"),
    "paywalled": Detail("false"),
    "polls": Detail('{"ok": 24}', "JSON: status to number of polls"),
    "published_confidence": Detail("0.9", _SHARE),
    "published_from": Detail("json-ld"),
    "reason": Detail("404 Not Found"),
    "reasons": Detail('{"http_error": {"502": 3}}', "JSON: outcome to reason to number of tries"),
    "relevance": Detail("0.82", _SHARE),
    "relevance_reasons": Detail("country IQ in title"),
    "relevant": Detail("true"),
    "representative": _KEY,
    "requests": Detail("45", "HTTP requests"),
    "revision": Detail("1", "number, from 1"),
    "revisions": Detail("2", "versions"),
    "revisits": Detail("9", "tries"),
    "role": Detail("copy"),
    "section": Detail("Politics"),
    "similarity": Detail("0.87", _SHARE),
    "site_name": Detail("The Varda Courier"),
    "source": Detail("varda-courier", "id of a source"),
    "sources": Detail("varda-courier; varda-press", "ids of sources"),
    "standfirst": Detail("After eleven years, ships may come again."),
    "state": Detail("ok"),
    "state_owned": Detail("false"),
    "status": Detail("404", "HTTP status"),
    "stored": Detail("17", "articles"),
    "tagging": Detail("5f0c9e1ab2", "version"),
    "text": Detail("The council of Port Varda voted on Tuesday …"),
    "text_chars": Detail("2140", "characters"),
    "text_hash": Detail("9f2c… (64 digits)", "SHA-256 of the normalised text, hexadecimal"),
    "text_sha256": Detail("41d0… (64 digits)", "SHA-256 of the text in UTF-8, hexadecimal"),
    "title": Detail("Harbour opens again"),
    "topics": Detail("diplomacy; energy"),
    "tokens": Detail("48113", "tokens"),
    "unread": Detail("0", "channels"),
    "url": Detail("https://courier.example/2026/harbour?from=feed", "URL"),
    "value": Detail("IQ"),
    "waiting": Detail("2", "candidates"),
    "weight": Detail("0.25", _SHARE),
    "why": Detail("a crawl was lost"),
}
_BY_TABLE: Mapping[tuple[str, str], Detail] = {
    ("articles", "weight"): Detail("0.25", "1 / copies"),
    ("events", "kind"): Detail("gone"),
    ("removed", "key"): Detail('["a3f6b0c1d2e4f5a7"]', "JSON array"),
    ("removed", "table"): Detail("articles"),
    ("revisions", "kind"): Detail("text"),
    ("sources", "kind"): Detail("newspaper"),
}


def detail(table: str, column: Column) -> Detail:
    """Return unit and example of a column of a table. Raises: KeyError for a column that has none: it must be given one."""
    if found := _BY_TABLE.get((table, column.name)) or _BY_NAME.get(column.name):
        return found
    if column.type is ColumnType.TIME:
        return _TIME
    if column.name == "attempted" or column.name.startswith("outcome_"):
        return Detail("3", "tries")
    if column.name.startswith("crawls_"):
        return Detail("24", "runs")
    raise KeyError(f"{table}.{column.name}")

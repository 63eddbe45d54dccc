"""The coverage table of an export: what was looked for, found and missed, one row a source and day, beside the articles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from storage.coverage.records import CoverageDay
from storage.coverage.report import Coverage
from storage.export.columns import Column, ColumnType
from storage.records import Outcome, RunStatus

NOTES = (
    (
        "'coverage' has one row for each source and day (UTC) of the export's sources and dates: how it was looked for candidates, the one "
        "outcome of each that was tried, and a state. 'down' says that nobody looked, 'silent' that nothing was there."
    ),
    "It is not narrowed by the export's words, countries, languages or relevance: they are known of articles only.",
)

_T = ColumnType
_CRAWLS = (RunStatus.FINISHED, RunStatus.FAILED, RunStatus.STOPPED, RunStatus.LOST, RunStatus.RUNNING)
COLUMNS: tuple[Column, ...] = (
    Column("day", _T.TEXT, "The day, in UTC."),
    Column("source", _T.CATEGORY, "Identifier of the publisher."),
    Column("country", _T.CATEGORY, "Its country, ISO 3166-1 alpha-2; XX is pan-regional or international."),
    Column("language", _T.CATEGORY, "Its main language, ISO 639."),
    Column("state", _T.CATEGORY, "How well it was covered: down, failed, partial, silent or ok."),
    Column("why", _T.TEXT, "What speaks against 'ok', in words."),
    *(Column(f"crawls_{status}", _T.INTEGER, f"Crawls that began on that day and are {status}.") for status in _CRAWLS),
    Column("backfills", _T.INTEGER, "Backfills that began on that day."),
    Column("channels", _T.INTEGER, "Feeds, sitemaps and sections that were asked."),
    Column("unread", _T.INTEGER, "Those of them that could not be read all day."),
    Column("polls", _T.OBJECT, "How often they were asked, by what came of it."),
    Column("discovered", _T.INTEGER, "Candidates that a channel named for the first time."),
    Column("known", _T.INTEGER, "Namings of candidates that needed no fetch, each once a crawl."),
    Column("attempted", _T.INTEGER, "Candidates that were tried: the sum of the outcomes."),
    *(Column(f"outcome_{outcome}", _T.INTEGER, f"Tries that ended as '{outcome}'.") for outcome in Outcome),
    Column("waiting", _T.INTEGER, "Candidates discovered on that day that have no final outcome yet."),
    Column("stored", _T.INTEGER, "Articles that were not there before: new and copy."),
    Column("revisits", _T.INTEGER, "Tries that were visits of stored articles."),
    Column("from_files", _T.INTEGER, "Tries that read a file instead of asking a server."),
    Column("requests", _T.INTEGER, "HTTP requests for candidates, redirects and second tries included."),
    Column("page_bytes", _T.INTEGER, "Bytes of the pages."),
    Column("channel_bytes", _T.INTEGER, "Bytes of the channels."),
    Column("reasons", _T.OBJECT, "The most frequent reasons of each outcome, with their counts."),
)


def rows(coverage: Coverage) -> Iterator[dict[str, Any]]:
    """Yield the rows of the table: sources by id, their days in order."""
    return (_row(item) for item in coverage.days)


def _row(item: CoverageDay) -> dict[str, Any]:
    looking, counts = item.looking, item.candidates
    return {
        "day": item.day.isoformat(),
        "source": item.source,
        "country": item.country,
        "language": item.language,
        "state": item.verdict.state.value,
        "why": item.verdict.why,
        **{f"crawls_{status}": looking.crawls.get(status, 0) for status in _CRAWLS},
        "backfills": looking.backfills,
        "channels": looking.channels,
        "unread": looking.unread,
        "polls": dict(looking.polls),
        "discovered": counts.discovered,
        "known": looking.known,
        "attempted": counts.attempted,
        **{f"outcome_{outcome}": counts.outcomes.get(outcome, 0) for outcome in Outcome},
        "waiting": counts.waiting,
        "stored": counts.stored,
        "revisits": counts.revisits,
        "from_files": counts.from_files,
        "requests": counts.requests,
        "page_bytes": counts.page_bytes,
        "channel_bytes": looking.channel_bytes,
        "reasons": {outcome.value: {reason.text: reason.count for reason in reasons} for outcome, reasons in item.reasons.items()},
    }


def described(coverage: Coverage) -> dict[str, Any]:
    """Return what the manifest says of the table: its columns, its sums, and what was missed by capture-recapture, JSON-ready."""
    estimates = [
        {
            "source": item.source,
            "channels": [kind.value for kind in item.kinds],
            "since": item.since and item.since.isoformat(),
            "until": item.until and item.until.isoformat(),
            "first": item.first,
            "second": item.second,
            "both": item.both,
            "estimate": item.recapture and asdict(item.recapture),
            "why_not": item.why_not,
        }
        for item in coverage.comparisons
    ]
    return {
        "columns": [{"name": column.name, "type": str(column.type), "meaning": column.meaning} for column in COLUMNS],
        "discovered": coverage.total.candidates.discovered,
        "attempted": coverage.total.candidates.attempted,
        "states": {state.value: count for state, count in coverage.total.states.items()},
        "estimate": coverage.estimate and asdict(coverage.estimate),
        "estimates": estimates,
    }

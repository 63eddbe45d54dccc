"""What crawls remember of feeds, backfills and found URLs: frozen values, standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from storage.records import ChannelKind


@dataclass(frozen=True, slots=True)
class FeedState:
    """What is remembered of a feed, sitemap or section between two polls.

    `failures` counts polls in a row that failed. `not_before` is when it asked to be polled again at the earliest (its ttl); `skip_hours`
    (UTC) and `skip_days` (0 Monday) are when it asked not to be polled.
    """

    source_id: str
    url: str
    etag: str | None = None
    last_modified: str | None = None
    fetched_at: datetime | None = None
    status: str | None = None
    items: int | None = None
    failures: int = 0
    not_before: datetime | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Poll:
    """One row of the ledger of channels: a feed, sitemap, section or archive page that was asked for in a run, and what it answered.

    `status` is 'ok', 'empty', 'not_modified', 'skipped' (it had asked not to be polled now) or the outcome that says what was wrong;
    `named` counts the candidates it named, `fresh` those of them that nothing had named before. `moved_to` is the address to which it
    redirected for good.
    """

    run_id: int
    source_id: str
    url: str
    kind: ChannelKind
    status: str
    polled_at: datetime
    reason: str = ""
    http_status: int | None = None
    size_bytes: int | None = None
    elapsed_ms: int | None = None
    named: int = 0
    fresh: int = 0
    moved_to: str | None = None


@dataclass(frozen=True, slots=True)
class BackfillStep:
    """A sitemap or archive page that a backfill reads; `depth` counts the indexes or pages above it."""

    url: str
    kind: ChannelKind
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Backfill:
    """A walk through the past of a source: articles dated `since` (inclusive) to `until` (exclusive)."""

    id: int
    source_id: str
    since: datetime
    until: datetime
    started_at: datetime
    resumed: bool = False


@dataclass(frozen=True, slots=True)
class FrontierEntry:
    """A candidate that waits in the database until its outcome is written in the same transaction as its result.

    `found_in` names the feed, sitemap or file and `channel` its kind; `hints` carries what that place said of it (title, published_at,
    language, summary), JSON-ready. `backfill_id` is the backfill that wants it, None when any crawl may fetch it. An article that is
    visited again on purpose comes with `channel` revisit and with the validators that its server gave last time (RFC 9110 section 8.8).
    `known` says that its address leads to an article that we have: whatever the page has become, the article stays.
    """

    url: str
    canonical_url: str
    source_id: str
    found_in: str
    found_at: datetime
    hints: Mapping[str, Any] = field(default_factory=dict)
    attempts: int = 0
    channel: ChannelKind = ChannelKind.FEED
    backfill_id: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    known: bool = False

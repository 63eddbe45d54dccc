"""What the health of a source is judged from and what the judgement says: frozen values, standard library only."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from storage.records import Outcome, RunStatus


class HealthState(StrEnum):
    """How a source fares.

    `quiet` publishes less than usual, or nothing, and no fault is seen; `empty` is read and names no article; `stale` is read and has named
    nothing new for longer than its past explains; `broken layout` is fetched and not understood (no text, no date, another language, a
    flood).
    """

    OK = "ok"
    QUIET = "quiet"
    EMPTY = "empty"
    STALE = "stale"
    BLOCKED = "blocked"
    BROKEN_LAYOUT = "broken layout"
    MOVED = "moved"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class CrawlFacts:
    """One crawl of a source in numbers.

    `channels` counts polls by status ('ok', 'empty', 'not_modified', 'skipped', 'index' or an outcome); `failing` says of the channels that
    could not be read what each answered; `moved_to` are addresses on other sites to which channels redirected for good, `moved_within`
    those on their own. `fresh` counts candidates that nothing had named before. `pages` counts what came of candidates that were not
    visits; of the articles that were new `undated` have no date, and `languages` counts them by language.
    """

    started_at: datetime
    status: RunStatus
    channels: Mapping[str, int] = field(default_factory=dict)
    failing: tuple[str, ...] = ()
    moved_to: tuple[str, ...] = ()
    moved_within: tuple[str, ...] = ()
    fresh: int = 0
    pages: Mapping[Outcome, int] = field(default_factory=dict)
    articles: int = 0
    undated: int = 0
    languages: Mapping[str, int] = field(default_factory=dict)

    @property
    def tells(self) -> bool:
        """Tell whether a crawl says anything of the source: it ended by itself, and not all channels had asked not to be polled."""
        if self.status is RunStatus.FAILED:
            return True
        return self.status is RunStatus.FINISHED and any(status != "skipped" for status in self.channels)


@dataclass(frozen=True, slots=True)
class SourceHistory:
    """What happened to a source.

    `crawls` are those of the last weeks that ended, the oldest first; `published` is when its articles appeared (dated by their channel,
    else by when they were first named), in order. It is watched since `watched_since`; since `shown_since`, which is earlier, its channels
    have shown all that appeared. `window` is how many items its smallest feed shows.
    """

    source_id: str
    crawls: tuple[CrawlFacts, ...] = ()
    published: tuple[datetime, ...] = ()
    watched_since: datetime | None = None
    shown_since: datetime | None = None
    window: int | None = None


@dataclass(frozen=True, slots=True)
class Expectations:
    """What a source's file and the calendar say of it: zone, articles a day (low, high), languages, and days of rest with their names."""

    time_zone: str = "UTC"
    low: int | None = None
    high: int | None = None
    languages: tuple[str, ...] = ()
    lulls: Mapping[date, str] = field(default_factory=dict)

    @property
    def per_day(self) -> float | None:
        """Return the articles a day to begin with: the geometric mean of the bounds, for they are orders of magnitude."""
        if self.low is None or self.high is None:
            return None
        return math.sqrt(max(self.low, 0.2) * self.high)


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """The judgement: a state, the evidence in one sentence, and whether somebody should look (`ill`).

    `failures` counts crawls in a row, up to the last, that read no channel.
    """

    state: HealthState
    evidence: str
    ill: bool
    failures: int = 0

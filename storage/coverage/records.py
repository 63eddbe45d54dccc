"""What the ledger says of a source on a day, and how days are judged and added up. Pure: values in, values out.

The state of a source on a day tells 'nothing was there' from 'nobody looked'. The first rule that fits decides:

| state     | rule |
|---|---|
| `down`    | no crawl of the source began on that day; a backfill or an ingest does not look at the present |
| `failed`  | it was crawled, and no channel (feed, sitemap, section) could be read all day |
| `partial` | a channel that was asked could not be read all day, or a crawl was lost or stopped, or candidates found that day still wait |
| `silent`  | every channel could be read, and none named anything new |
| `ok`      | every channel could be read, something new was named, and each candidate has its outcome |

A channel that failed in one crawl of the day and was read in another counts as read: what it named is there.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeVar

from storage.records import Outcome, RunStatus

_Key = TypeVar("_Key", bound=str)

#: Statuses of a poll that gave what there is: 'index' is a sitemap that names sitemaps.
READ = frozenset({"ok", "index", "empty", "not_modified"})
#: The status of a poll that was not made, as the channel had asked.
SKIPPED = "skipped"
#: ISO 639-2 'undetermined', and what stands for a source without a country.
UNDETERMINED = "und"
UNKNOWN_COUNTRY = "??"


class State(StrEnum):
    """How well a source was covered on a day, worst first."""

    DOWN = "down"
    FAILED = "failed"
    PARTIAL = "partial"
    SILENT = "silent"
    OK = "ok"


class Axis(StrEnum):
    """By what the ledger is added up."""

    SOURCE = "source"
    COUNTRY = "country"
    LANGUAGE = "language"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, in the words of the ledger, and how often."""

    text: str
    count: int


@dataclass(frozen=True, slots=True)
class LookingCounts:
    """How it was looked for candidates.

    `crawls` counts crawls by how they ended, `backfills` the runs of backfills. `polls` counts the looks at channels by their status, in
    crawls only; `channels` are the different channels that were asked on a day and `unread` those that could not be read all that day
    (over several days: sums of days). `known` counts namings of candidates that needed no fetch, each once a run. Bytes are those of
    channels.
    """

    crawls: Mapping[RunStatus, int] = field(default_factory=dict)
    backfills: int = 0
    polls: Mapping[str, int] = field(default_factory=dict)
    channels: int = 0
    unread: int = 0
    known: int = 0
    channel_bytes: int = 0


@dataclass(frozen=True, slots=True)
class CandidateCounts:
    """What came of candidates.

    `discovered` are those that a channel named for the first time, `waiting` those of them that have no final outcome yet. `outcomes`
    counts the rows of the ledger, one outcome each; among them are `revisits` of stored articles and rows `from_files`. `requests` are the
    HTTP requests behind those rows, redirects and second tries included, robots.txt and channels not. Bytes are those of pages.
    """

    discovered: int = 0
    waiting: int = 0
    outcomes: Mapping[Outcome, int] = field(default_factory=dict)
    revisits: int = 0
    from_files: int = 0
    requests: int = 0
    page_bytes: int = 0

    @property
    def attempted(self) -> int:
        """Rows of the ledger: the sum of the outcomes."""
        return sum(self.outcomes.values())

    @property
    def stored(self) -> int:
        """Articles that were not there before."""
        return self.outcomes.get(Outcome.NEW, 0) + self.outcomes.get(Outcome.COPY, 0)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The state of a source on a day, why, and how likely such silence is when all is well (None: not silent, or nothing is known)."""

    state: State
    why: str = ""
    silence_probability: float | None = None


@dataclass(frozen=True, slots=True)
class CoverageDay:
    """One source on one day.

    `language` is the source's main one, `expected_low` the fewest articles a day that its catalog entry expects.
    """

    source: str
    day: date
    country: str | None
    language: str | None
    verdict: Verdict
    looking: LookingCounts
    candidates: CandidateCounts
    expected_low: float | None = None
    reasons: Mapping[Outcome, tuple[Reason, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """The ledger added up: of a source, country, language or day, or of all. `states` counts the days of sources by their state."""

    key: str
    states: Mapping[State, int]
    looking: LookingCounts
    candidates: CandidateCounts
    reasons: Mapping[Outcome, tuple[Reason, ...]] = field(default_factory=dict)


def judge(
    looking: LookingCounts,
    candidates: CandidateCounts,
    *,
    failures: Iterable[Reason] = (),
    expected_low: float | None = None,
    whole_day: bool = True,
) -> Verdict:
    """Say how well a source was covered on a day. The rules are those of the module.

    Args: what was done and what came of it; why polls failed; the fewest articles expected a day, if known; whether the day is over.
    Returns: the state. For a silent day that is over the probability of such silence is exp(-expected_low): that of no event where
    `expected_low` are expected (Poisson 1837). News comes in weekly waves, so a Friday may be silent more often than that.
    """
    crawls = sum(looking.crawls.values())
    if not crawls:
        return Verdict(State.DOWN, _besides(looking, candidates))
    read = sum(count for status, count in looking.polls.items() if status in READ)
    polls = sum(looking.polls.values())
    failed = polls - read - looking.polls.get(SKIPPED, 0)
    said = f": {'; '.join(reason.text for reason in failures)}" if failures else ""
    if not read and failed:
        return Verdict(State.FAILED, f"none of {_number(looking.channels, 'channel')} could be read{said}")
    if not polls and not looking.crawls.get(RunStatus.FINISHED):
        return Verdict(State.FAILED, f"{_number(crawls, 'crawl')} asked no channel")
    gaps = []
    if looking.unread:
        gaps.append(f"{looking.unread} of {_number(looking.channels, 'channel')} could not be read{said}")
    unfinished = ((status, looking.crawls.get(status)) for status in (RunStatus.LOST, RunStatus.STOPPED))
    gaps += [f"{_number(count, 'crawl')} {status}" for status, count in unfinished if count]
    if candidates.waiting:
        gaps.append(f"{_number(candidates.waiting, 'candidate')} waiting")
    if gaps:
        return Verdict(State.PARTIAL, ", ".join(gaps))
    expectation = f"; at least {expected_low:g} a day are expected" if expected_low and whole_day else ""
    if not candidates.discovered:
        probability = math.exp(-expected_low) if expected_low and whole_day else None
        asked = "nothing new was named" if read else "the channels asked not to be polled"
        return Verdict(State.SILENT, asked + expectation, probability)
    few = expected_low is not None and candidates.discovered < expected_low
    return Verdict(State.OK, f"{candidates.discovered} named{expectation}" if few and expectation else "")


def _besides(looking: LookingCounts, candidates: CandidateCounts) -> str:
    others = []
    if looking.backfills:
        others.append(_number(looking.backfills, "backfill"))
    if candidates.from_files:
        others.append(f"{_number(candidates.from_files, 'page')} from files")
    return "no crawl" + (f"; {' and '.join(others)}" if others else "")


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' * (count != 1)}"


def sum_looking(parts: Iterable[LookingCounts]) -> LookingCounts:
    """Add up."""
    crawls: Counter[RunStatus] = Counter()
    polls: Counter[str] = Counter()
    numbers: Counter[str] = Counter()
    for part in parts:
        crawls.update(part.crawls)
        polls.update(part.polls)
        for name in ("backfills", "channels", "unread", "known", "channel_bytes"):
            numbers[name] += getattr(part, name)
    return LookingCounts(crawls=_ranked(crawls), polls=_ranked(polls), **numbers)


def sum_candidates(parts: Iterable[CandidateCounts]) -> CandidateCounts:
    """Add up."""
    outcomes: Counter[Outcome] = Counter()
    numbers: Counter[str] = Counter()
    for part in parts:
        outcomes.update(part.outcomes)
        for name in ("discovered", "waiting", "revisits", "from_files", "requests", "page_bytes"):
            numbers[name] += getattr(part, name)
    return CandidateCounts(outcomes=_ranked(outcomes), **numbers)


def _ranked(counts: Counter[_Key]) -> dict[_Key, int]:
    return {key: count for key, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])) if count}


def add_up(days: Iterable[CoverageDay], axis: Axis) -> list[CoverageRow]:
    """Add days up by source, country, main language or day, in the order of the keys; what is unknown is 'und' (language) or '??'."""
    groups: dict[str, list[CoverageDay]] = {}
    for item in days:
        groups.setdefault(key_of(item, axis), []).append(item)
    return [summed(key, groups[key]) for key in sorted(groups)]


def key_of(item: CoverageDay, axis: Axis) -> str:
    """Return the name of the row to which a day of a source belongs."""
    match axis:
        case Axis.SOURCE:
            return item.source
        case Axis.COUNTRY:
            return item.country or UNKNOWN_COUNTRY
        case Axis.LANGUAGE:
            return item.language or UNDETERMINED
    return item.day.isoformat()


def summed(key: str, days: Iterable[CoverageDay]) -> CoverageRow:
    """Add days up to one row."""
    listed = list(days)
    states = Counter(item.verdict.state for item in listed)
    return CoverageRow(
        key,
        {state: states[state] for state in State if states[state]},
        sum_looking(item.looking for item in listed),
        sum_candidates(item.candidates for item in listed),
    )

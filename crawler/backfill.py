"""Fetch the past of one source: plan the walk, let the crawl's own machinery do it, and say how far it came.

Everything that a walk has learned is in the database: which sitemaps and archive pages were read, and which pages wait. So a walk that was
killed goes on where it was, and one that was told to stop after some pages goes on with the rest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from crawler.archive_walk import ArchiveWalk, Reach, first_channels, guesses
from crawler.catalog import Source
from crawler.crawl import CrawlOptions, CrawlReport, run_plans
from crawler.plan import SourcePlan, Tally
from crawler.walks import Channel
from storage import runs, sources
from storage.crawls import backfills
from storage.crawls.backfills import Standing
from storage.crawls.records import Backfill, BackfillStep
from storage.database import Database
from storage.records import RunKind, RunStatus

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # news on the web begins about then
_DAY_LETTERS = 10  # of 2026-03-31; what is longer is an instant


@dataclass(frozen=True, slots=True)
class BackfillPlan:
    """A walk that is ready to start or to go on: its run, where it was left, and how far it was then."""

    plan: SourcePlan
    walk: ArchiveWalk
    backfill: Backfill
    before: Standing


@dataclass(frozen=True, slots=True)
class BackfillReport:
    """How a call ended: what the crawl says, how far the walk is, what it left out and why, and whether it is finished.

    `dead_end` tells that nothing at all leads to the source's past.
    """

    crawl: CrawlReport
    backfill: Backfill
    standing: Standing
    left_out: Counter[str]
    finished: bool
    dead_end: bool

    @property
    def plan(self) -> SourcePlan:
        """Return the one plan of the run."""
        return self.crawl.plans[0]

    @property
    def verdict(self) -> tuple[RunStatus, str]:
        """Say how the run ended."""
        return self.plan.verdict(interrupted=self.crawl.interrupted)


def read_range(first: str, last: str, time_zone: str, now: datetime) -> tuple[datetime, datetime]:
    """Read a range of time as a user writes it.

    Args: its begin and end, each an ISO 8601 day of the source's calendar (the last one included) or an instant (the end excluded), without
    zone in the source's; the IANA zone; the present.
    Returns: the range in UTC, begin inclusive, end exclusive.
    Raises: ValueError with one line when it is unreadable, reversed, or not in the past.
    """
    zone = ZoneInfo(time_zone)
    since, until = _instant(first, "--from", zone), _instant(last, "--to", zone, ends=True)
    tomorrow = datetime.combine(now.astimezone(zone).date() + timedelta(days=1), time.min, zone).astimezone(UTC)
    if since >= now:
        raise ValueError(f"--from {first} lies in the future")
    if until > (tomorrow if len(last.strip()) == _DAY_LETTERS else now):
        raise ValueError(f"--to {last} lies in the future")
    if since >= until:
        raise ValueError(f"--from {first} is not before --to {last}")
    if until <= EARLIEST:
        raise ValueError(f"--to {last} is before {EARLIEST.year}, when there was no news on the web")
    return max(since, EARLIEST), until


def _instant(text: str, option: str, zone: ZoneInfo, *, ends: bool = False) -> datetime:
    try:
        if len(text.strip()) == _DAY_LETTERS:
            day = date.fromisoformat(text.strip())
            return datetime.combine(day + timedelta(days=1) if ends else day, time.min, zone).astimezone(UTC)
        at = datetime.fromisoformat(text.strip())
        return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{option} {text!r:.40} is neither a day (2026-03-31) nor an instant (2026-03-31T12:00:00+03:00)") from error


def plan_backfill(database: Database, source: Source, since: datetime, until: datetime, now: datetime) -> BackfillPlan:
    """Open a run, and find the walk of this source and range that was not finished, or begin one.

    Raises: SourceBusy when another living process walks through the past of this source.
    """
    sources.sync(database, [source.record()], now)
    run_id = runs.start(database, RunKind.BACKFILL, source.id, now)
    reach = Reach(since, until, source.time_zone)
    first = [BackfillStep(channel.url, channel.kind) for channel in first_channels(source, reach)]
    backfill = backfills.begin(database, source.id, since, until, first, now)
    guessed = set(guesses(source))
    languages = {section.url: section.language for section in source.sections}
    start = [
        Channel(step.url, step.kind, languages.get(step.url), step.depth, step.url in guessed)
        for step in backfills.open_steps(database, backfill.id)
    ]
    walk = ArchiveWalk(start, reach, backfills.known_steps(database, backfill.id))
    plan = SourcePlan(source=source, run_id=run_id, states={}, walk=walk, backfill=backfill)
    return BackfillPlan(plan, walk, backfill, backfills.standing(database, backfill.id, now))


def run_backfill(
    database: Database, planned: BackfillPlan, options: CrawlOptions, watcher: Callable[[Tally], None] | None = None
) -> BackfillReport:
    """Walk as far as the options allow; as with a crawl, once a process.

    `options.visits` should be empty: an article of long ago has passed the ages at which articles are edited.
    Returns: how it ended.
    """
    report = run_plans(database, (planned.plan,), options, watcher)
    now = datetime.now(UTC)
    standing = backfills.standing(database, planned.backfill.id, now)
    if standing.complete:
        backfills.finish(database, planned.backfill.id, now)
    source, walk = planned.plan.source, planned.walk
    known_places = source.sitemaps or source.sections or source.archives
    nothing = not planned.backfill.resumed and not walk.named and not walk.left_out
    dead_end = nothing and not known_places and standing.complete
    return BackfillReport(report, planned.backfill, standing, walk.left_out, standing.complete, dead_end)

"""Run one crawl: plan it, let Scrapy do it, and say how each source fared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from crawler.bookkeeping import Bookkeeper
from crawler.catalog import Source
from crawler.desk import Desk
from crawler.host_turns import lock_directory
from crawler.plan import SourcePlan, Tally
from crawler.pool import WorkerPool
from crawler.processing import Policy, tagging_ready
from crawler.settings import user_agent
from crawler.spiders.news import NewsSpider
from crawler.walks import NewsWalk
from crawler.warc.archiving import open_archive_folder
from crawler.warc.writer import CONFIG as ARCHIVE_CONFIG
from crawler.warc.writer import ArchiveConfig
from crawler.watch.appointments import appoint
from storage import runs, sources
from storage.crawls import hosts
from storage.crawls.visits import DEFAULT_VISITS
from storage.database import Database
from storage.errors import SourceBusy
from storage.records import RunKind, RunStatus


@dataclass(frozen=True, slots=True)
class CrawlOptions:
    """How a crawl behaves.

    `limit` is the number of article pages asked for at most, over all sources; `delay_seconds` the least time between two requests to one
    host (None: the default); `contact` an address for the user agent, so that a publisher can reach whoever crawls;
    `allow_private_hosts` opens loopback and private networks, for the demo and the tests. `visits` are the ages at which an article is
    fetched again on purpose (none: never). `archive` is the folder for WARC files of all that is received (None: none are written).
    """

    policy: Policy = field(default_factory=Policy)
    limit: int | None = None
    delay_seconds: float | None = None
    contact: str | None = None
    allow_private_hosts: bool = False
    workers: int | None = None
    visits: tuple[timedelta, ...] = DEFAULT_VISITS
    archive: Path | None = None
    archive_config: ArchiveConfig = ARCHIVE_CONFIG


@dataclass(frozen=True, slots=True)
class CrawlReport:
    """How a crawl ended.

    Its plans with their counts, Scrapy's word for why it ended ('finished', 'shutdown' …), and why sources were left to another process.
    """

    plans: tuple[SourcePlan, ...]
    tally: Tally
    reason: str
    busy: tuple[str, ...] = ()

    @property
    def interrupted(self) -> bool:
        """Tell whether something was left undone."""
        return self.reason != "finished"


def plan_crawl(database: Database, chosen: Sequence[Source], now: datetime) -> tuple[tuple[SourcePlan, ...], tuple[str, ...]]:
    """Tell the database of the sources, open a run for each, and recall how their feeds answered last.

    Returns: the plans, and for each source that another living process crawls one line that says so.
    Raises: SourceBusy when that is so for all of them.
    """
    sources.sync(database, [source.record() for source in chosen], now)
    states = {(state.source_id, state.url): state for state in sources.feed_states(database)}
    plans: list[SourcePlan] = []
    busy: list[str] = []
    for source in chosen:
        try:
            run_id = runs.start(database, RunKind.CRAWL, source.id, now)
        except SourceBusy as error:
            busy.append(str(error))
            continue
        known = {url: state for (source_id, url), state in states.items() if source_id == source.id}
        plans.append(SourcePlan(source=source, run_id=run_id, states=known, walk=NewsWalk(source)))
    if busy and not plans:
        more = f" (and {len(busy) - 1} more sources)" if len(busy) > 1 else ""
        raise SourceBusy(busy[0] + more)
    return tuple(plans), tuple(busy)


def crawl(
    database: Database, chosen: Sequence[Source], options: CrawlOptions, watcher: Callable[[Tally], None] | None = None
) -> CrawlReport:
    """Crawl the sources once.

    Scrapy's reactor runs in this process and cannot be started again in it: one crawl a process. The first Ctrl-C ends the crawl after the
    pages that are on their way, the second at once; what was stored stays, what was not asked for waits in the frontier.

    Args: an open database; the sources; how to behave; who is told of the progress.
    Returns: the report.
    """
    plans, busy = plan_crawl(database, chosen, datetime.now(UTC))
    return run_plans(database, plans, options, watcher, busy)


def run_plans(
    database: Database,
    plans: tuple[SourcePlan, ...],
    options: CrawlOptions,
    watcher: Callable[[Tally], None] | None = None,
    busy: tuple[str, ...] = (),
) -> CrawlReport:
    """Carry out plans whose runs are open, whatever they look for, and close their runs."""
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    settings.setdict(_run_settings(options), priority="cmdline")
    reason = "it broke down"
    try:
        lock_directory()  # a folder that cannot be used is said before anything starts
        with (
            open_archive_folder(options.archive, user_agent(options.contact), user_agent(), options.archive_config) as archive,
            closing(Bookkeeper(database, archive.writer if archive else None)) as bookkeeper,
            WorkerPool(options.workers, prepare=tagging_ready(options.policy)) as pool,
        ):
            memories = hosts.remembered(database)
            desk = Desk(
                plans, bookkeeper, pool, options.policy, limit=options.limit, visits=options.visits, memories=memories, watcher=watcher
            )
            process = AsyncCrawlerProcess(settings, install_root_handler=False)
            running = process.create_crawler(NewsSpider)
            process.crawl(running, desk=desk, archive=archive)
            process.start()
            reason = str(running.stats.get_value("finish_reason", "it did not start"))
    finally:
        close_runs(database, plans, interrupted=reason != "finished", now=datetime.now(UTC))
    return CrawlReport(plans, desk.tally, reason, busy)


def close_runs(database: Database, plans: Sequence[SourcePlan], *, interrupted: bool, now: datetime) -> None:
    """Write how each source fared, and when it is due again: by its health and its rhythm, or at once when it was cut off."""
    ended: list[Source] = []
    for plan in plans:
        status, reason = plan.verdict(interrupted=interrupted)
        runs.finish(database, plan.run_id, status, reason, now)
        if status is not RunStatus.STOPPED and plan.backfill is None:
            ended.append(plan.source)
    appoint(database, ended, now)


def _run_settings(options: CrawlOptions) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "USER_AGENT": user_agent(options.contact),
        "DRAGOMAN_ALLOW_PRIVATE_HOSTS": options.allow_private_hosts,
    }
    if options.delay_seconds is not None:
        settings["DRAGOMAN_HOST_DELAY_SECONDS"] = options.delay_seconds
    return settings

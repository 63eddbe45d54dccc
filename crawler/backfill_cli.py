"""The command that fetches the past: backfill."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from crawler.options import (
    EXIT_FAILED,
    EXIT_INTERRUPTED,
    ArchiveOption,
    ArchiveSizeOption,
    CatalogOption,
    ContactOption,
    DelayOption,
    GazetteerOption,
    KeepIrrelevant,
    PrivateHostsOption,
    Region,
)
from storage.terminal import DEFAULT_DATABASE, DatabaseOption, JsonOption, UsageMistake, cell, err, out, outcome_counts, print_json

if TYPE_CHECKING:
    from crawler.backfill import BackfillPlan, BackfillReport

app = typer.Typer()


@app.command()
def backfill(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="The id of a source.")],
    first: Annotated[str, typer.Option("--from", metavar="DATE", help="The first day (of the source's time zone), or an instant.")],
    last: Annotated[str, typer.Option("--to", metavar="DATE", help="The last day, or an instant.")],
    catalog: CatalogOption = None,
    db: DatabaseOption = DEFAULT_DATABASE,
    limit: Annotated[
        int | None, typer.Option("--limit", metavar="N", min=0, help="Ask for at most N article pages; the next call goes on.")
    ] = None,
    keep_irrelevant: KeepIrrelevant = False,
    region: Region = "mena",
    gazetteer: GazetteerOption = None,
    delay: DelayOption = None,
    contact: ContactOption = None,
    archive: ArchiveOption = None,
    archive_size: ArchiveSizeOption = 1000,
    allow_private_hosts: PrivateHostsOption = False,
    as_json: JsonOption = False,
) -> None:
    """Fetch the past of one source through its sitemaps and archives; the same call again goes on where it stopped."""
    from crawler.catalog import load_catalog
    from crawler.settings import DRAGOMAN_HOST_DELAY_SECONDS, user_agent
    from crawler.tagging.region import load_region

    chosen = load_catalog(catalog).select([source])[0]
    load_region(region)
    try:
        user_agent(contact)
    except ValueError as error:
        raise UsageMistake(f"--contact: {error}") from error
    from crawler.backfill import plan_backfill, read_range, run_backfill

    now = datetime.now(UTC)
    try:
        since, until = read_range(first, last, chosen.time_zone, now)
    except ValueError as error:
        raise UsageMistake(str(error)) from error
    from crawler.crawl import CrawlOptions
    from crawler.processing import Policy
    from crawler.progress import BackfillProgress
    from crawler.warc.writer import ArchiveConfig
    from storage.database import Database

    options = CrawlOptions(
        Policy(region, keep_irrelevant, gazetteer),
        limit,
        delay,
        contact,
        allow_private_hosts,
        visits=(),  # an article of long ago is past the ages at which articles are edited
        archive=archive,
        archive_config=ArchiveConfig(rotate_bytes=archive_size * 1_000_000),
    )
    with Database.open(db) as database:
        planned = plan_backfill(database, chosen, since, until, now)
        _say_resumed(planned)
        pause = DRAGOMAN_HOST_DELAY_SECONDS if delay is None else delay
        with BackfillProgress(planned.before.steps_read, planned.before.steps_known, pause) as progress:
            report = run_backfill(database, planned, options, progress.update)
    if report.dead_end:
        message = f"nothing leads to the past of {source}: neither robots.txt nor the usual addresses name a sitemap"
        raise UsageMistake(f"{message}; add 'sitemaps', 'archives' or 'sections' to its source file")
    if as_json:
        _print_json(report)
    else:
        _print_report(report)
    _say_what_is_left(report)
    if report.crawl.reason == "shutdown":
        raise typer.Exit(EXIT_INTERRUPTED)
    if report.crawl.interrupted or report.standing.failed or report.verdict[0] == "failed":
        raise typer.Exit(EXIT_FAILED)


def _say_resumed(planned: BackfillPlan) -> None:
    before = planned.before
    if planned.backfill.resumed:
        waiting = f", {before.due + before.later:,} pages wait" if before.due + before.later else ""
        err.print(f"Resumed: {before.steps_read:,} of {before.steps_known:,} sitemaps and archive pages were read{waiting}.")


def _print_json(report: BackfillReport) -> None:
    status, reason = report.verdict
    plan, standing = report.plan, report.standing
    print_json(
        {
            "source": plan.source.id,
            "run": plan.run_id,
            "status": status,
            "reason": reason,
            "since": report.backfill.since,
            "until": report.backfill.until,
            "resumed": report.backfill.resumed,
            "finished": report.finished,
            "steps_read": standing.steps_read,
            "steps_known": standing.steps_known,
            "steps_failed": dict(standing.failed),
            "left_out": dict(sorted(report.left_out.items())),
            "discovered": plan.discovered,
            "known": plan.known,
            "attempted": plan.outcomes.total(),
            "outcomes": dict(sorted(plan.outcomes.items())),
            "waiting": standing.due,
            "waiting_for_another_try": standing.later,
            "next_try_at": standing.next_try_at,
        }
    )


def _print_report(report: BackfillReport) -> None:
    from crawler.archive_walk import in_words

    _, reason = report.verdict
    plan, standing = report.plan, report.standing
    out.print(
        f"{standing.steps_read:,} of {standing.steps_known:,} sitemaps and archive pages are read; "
        f"{plan.discovered:,} pages found in this call, {plan.known:,} of them known."
    )
    if report.left_out:
        out.print(f"Left out: {in_words(report.left_out)}.")
    if plan.outcomes:
        out.print(f"{plan.outcomes.total():,} pages fetched: {outcome_counts(plan.outcomes)}.")
    if reason:
        out.print(cell(f"Remarks: {reason}", limit=2000))


def _say_what_is_left(report: BackfillReport) -> None:
    """Say on stderr what the next call has to do, and that there is one."""
    standing = report.standing
    if report.crawl.interrupted:
        err.print(cell(f"Stopped early ({report.crawl.reason}); what is stored stays.", limit=500))
    for url, status in standing.failed[:10]:
        err.print(cell(f"dragoman: {url} could not be read ({status}); the next call asks again", limit=500))
    if len(standing.failed) > 10:
        err.print(f"dragoman: … and {len(standing.failed) - 10:,} more")
    if report.finished:
        err.print("The backfill is finished: everything that was found is fetched.")
        return
    left = []
    if standing.steps_known > standing.steps_read:
        left.append(f"{standing.steps_known - standing.steps_read:,} sitemaps and archive pages are unread")
    if standing.due:
        left.append(f"{standing.due:,} pages wait")
    if standing.later:
        soonest = standing.next_try_at.isoformat(timespec="minutes") if standing.next_try_at else "later"
        left.append(f"{standing.later:,} pages wait for another try, the first from {soonest}")
    err.print(f"Not finished: {'; '.join(left)}. The same command again goes on from here.")

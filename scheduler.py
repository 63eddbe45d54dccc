"""The commands `schedule` and `status`: repeat the crawl, and tell how every source does.

The work is done in `crawler.watch`; here a command line becomes a leader. `sources.next_due_at` in the database is the truth of what is
due, APScheduler's jobs are its mirror in the same database, and what is due together is crawled by a child process, so that a crawl which
crashes, leaks or hangs never takes the scheduler down. One scheduler leads a database; the lock goes when its process does.
"""

from __future__ import annotations

import signal
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crawler.options import DEFAULT_AGES, ArchiveOption, CatalogOption, ContactOption, KeepIrrelevant, RevisitOption
from crawler.watch.journal import LogFormat
from storage.terminal import DEFAULT_DATABASE, DatabaseOption, JsonOption, UsageMistake

if TYPE_CHECKING:
    from crawler.catalog import Source
    from crawler.watch.crews import CrawlCommand
    from crawler.watch.leader import Surroundings
    from crawler.watch.notices import Send
    from crawler.watch.plan_file import Plan

app = typer.Typer()

LOOPBACK = "127.0.0.1"


@app.command()
def schedule(
    catalog: CatalogOption = None,
    db: DatabaseOption = DEFAULT_DATABASE,
    plan: Annotated[
        Path | None,
        typer.Option("--plan", metavar="FILE", envvar="DRAGOMAN_PLAN", help="The plan: quiet hours, snapshots, backfills, who is told."),
    ] = None,
    once: Annotated[bool, typer.Option("--once", help="Crawl what is due now, then exit.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Say whether catalog, plan and targets can be used, then exit.")] = False,
    test_alert: Annotated[bool, typer.Option("--test-alert", help="Send a test notice to every target of the plan, then exit.")] = False,
    metrics_port: Annotated[
        int | None, typer.Option("--metrics-port", metavar="PORT", min=1, max=65535, help="Answer Prometheus on this port.")
    ] = None,
    metrics_address: Annotated[
        str, typer.Option("--metrics-address", metavar="ADDRESS", help="The address of the metrics; by default they stay on this machine.")
    ] = LOOPBACK,
    log_format: Annotated[LogFormat, typer.Option("--log-format", help="How the log on stderr is written.")] = LogFormat.TEXT,
    keep_irrelevant: KeepIrrelevant = False,
    contact: ContactOption = None,
    revisit: RevisitOption = DEFAULT_AGES,
    archive: ArchiveOption = None,
    allow_private_hosts: Annotated[bool, typer.Option("--allow-private-hosts", hidden=True)] = False,
    delay: Annotated[float | None, typer.Option("--delay", metavar="SECONDS", min=0, hidden=True)] = None,
) -> None:
    """Crawl every source again and again, each at its own rhythm: that of its file, else adapted to what it publishes."""
    from crawler.catalog import load_catalog
    from crawler.intervals import parse_ages
    from crawler.settings import user_agent
    from crawler.watch.notices import targets_of
    from crawler.watch.plan_file import load_plan

    for option, value, accept in (("--contact", contact, user_agent), ("--revisit", revisit, parse_ages)):
        try:
            _ = accept(value) if value is not None else None
        except ValueError as error:
            raise UsageMistake(f"{option}: {error}") from error
    book = load_catalog(catalog)
    chosen = book.select([])
    agreed = load_plan(plan)
    book.select([backfill.source for backfill in agreed.backfills])  # says which one is unknown
    _check_snapshot(agreed)
    senders = targets_of(agreed.alerts.targets)
    if check:
        typer.echo(f"{len(chosen)} sources, {len(senders)} targets: all can be used.", err=True)
        return
    if test_alert:
        raise typer.Exit(_send_test(senders))

    from crawler.watch.crews import CrawlCommand
    from crawler.watch.journal import Journal
    from crawler.watch.leader import Surroundings

    polite = (("--delay", delay), ("--contact", contact))
    private = ["--allow-private-hosts"] if allow_private_hosts else []
    keep = ["--keep-irrelevant"] if keep_irrelevant else []
    shared = [*keep, *private, *(f"{option}={value}" for option, value in polite if value is not None)]
    given = (("--revisit", revisit), ("--archive", archive))
    options = [*shared, *(f"{option}={value}" for option, value in given if value is not None)]
    command = CrawlCommand(db, catalog, tuple(options), tuple(shared))
    around = Surroundings(plan=agreed, journal=Journal(log_format), senders=senders)
    _lead(chosen, command, around, once=once, metrics=(metrics_address, metrics_port))


def _lead(chosen: Sequence[Source], command: CrawlCommand, around: Surroundings, *, once: bool, metrics: tuple[str, int | None]) -> None:
    """Open the database, be its leader, and repeat until a signal comes. Raises: AlreadyLeading, typer.Exit with the code of `once`."""
    from crawler.watch.leader import Leader
    from crawler.watch.status import print_status
    from storage import runs, sources
    from storage.database import Database

    with ExitStack() as stack:
        database = stack.enter_context(Database.open(command.db))
        stack.enter_context(database.lead())
        sources.sync(database, [source.record() for source in chosen], datetime.now(UTC))
        lost = runs.close_orphans(database, datetime.now(UTC))
        address, port = metrics
        if port is not None:
            stack.callback(around.meters.serve(database, [source.id for source in chosen], port, address))
        leader = Leader(database, chosen, command, around)
        signal.signal(signal.SIGTERM, leader.stop)
        signal.signal(signal.SIGINT, leader.stop)
        if lost:
            around.journal.say("runs lost", f"{lost} runs were cut off; what they had not done is due", lost=lost)
        if once:
            code = leader.once()
            print_status(database, as_json=False)
            raise typer.Exit(code)
        text = f"{len(chosen)} sources are repeated; Ctrl-C stops. 'dragoman status' tells how they do."
        around.journal.say("started", text, sources=len(chosen), targets=sorted(around.senders))
        leader.forever()
        around.journal.say("stopped", "the scheduler has stopped; what was not done is due at the next start")


def _check_snapshot(plan: Plan) -> None:
    """Refuse options that `snapshot create` does not take: now, not at night. Raises: UsageMistake."""
    from crawler.snapshot_cli import mistake_in_create
    from crawler.watch.plan_file import HowOften, today

    if plan.snapshot is not HowOften.NEVER and (wrong := mistake_in_create(plan.snapshot_words(today(plan)))):
        raise UsageMistake(f"snapshot_options: {wrong}")


def _send_test(senders: Mapping[str, Send]) -> int:
    """Send a test to every target, and say of each whether it took it. Returns: the exit code."""
    if not senders:
        raise UsageMistake("--test-alert: the plan names no target (alerts: targets:)")
    failed = 0
    for name, send in senders.items():
        taken = send("Dragoman: a test", "This is a test of the alerts of Dragoman; no source is ill.")
        typer.echo(f"{name}: {'delivered' if taken else 'not delivered'}", err=True)
        failed += not taken
    return 1 if failed else 0


@app.command()
def status(
    source: Annotated[str | None, typer.Argument(metavar="SOURCE", help="The source to be shown in detail; none: a line for each.")] = None,
    ill: Annotated[bool, typer.Option("--ill", help="Only the sources that somebody should look at.")] = False,
    db: DatabaseOption = DEFAULT_DATABASE,
    as_json: JsonOption = False,
) -> None:
    """Show how each source does: its health with the evidence, what came in the last days, and when it is due again."""
    from crawler.watch.status import print_chores, print_source, print_status
    from storage.database import Database

    with Database.open(db, create=False) as database:
        if source is not None:
            print_source(database, source, as_json=as_json)
            return
        print_status(database, as_json=as_json, ill=ill)
        if not as_json and not ill:
            print_chores(database)

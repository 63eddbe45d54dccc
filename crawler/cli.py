"""The commands that get articles: crawl, ingest, extract, sources, demo."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crawler.options import (
    DEFAULT_AGES,
    EXIT_FAILED,
    EXIT_INTERRUPTED,
    EXIT_MISTAKE,
    ArchiveOption,
    ArchiveSizeOption,
    CatalogOption,
    ContactOption,
    DelayOption,
    GazetteerOption,
    KeepIrrelevant,
    PrivateHostsOption,
    Region,
    RevisitOption,
)
from crawler.survey.cli import sources_app
from storage.terminal import DEFAULT_DATABASE, DatabaseOption, JsonOption, UsageMistake, cell, err, out, outcome_counts, print_json, table

if TYPE_CHECKING:
    from crawler.crawl import CrawlReport
    from crawler.ingest import IngestSummary

app = typer.Typer()
app.add_typer(sources_app, name="sources")


@app.command()
def crawl(
    source: Annotated[list[str] | None, typer.Argument(metavar="SOURCE", help="Ids of sources; none means every enabled one.")] = None,
    catalog: CatalogOption = None,
    db: DatabaseOption = DEFAULT_DATABASE,
    limit: Annotated[int | None, typer.Option("--limit", metavar="N", min=0, help="Ask for at most N article pages in all.")] = None,
    keep_irrelevant: KeepIrrelevant = False,
    region: Region = "mena",
    gazetteer: GazetteerOption = None,
    delay: DelayOption = None,
    contact: ContactOption = None,
    revisit: RevisitOption = DEFAULT_AGES,
    archive: ArchiveOption = None,
    archive_size: ArchiveSizeOption = 1000,
    allow_private_hosts: PrivateHostsOption = False,
    as_json: JsonOption = False,
) -> None:
    """Fetch what is new from the sources and store it."""
    from crawler.catalog import load_catalog
    from crawler.intervals import parse_ages
    from crawler.settings import user_agent
    from crawler.tagging.region import load_region

    chosen = load_catalog(catalog).select(source or [])
    load_region(region)
    try:
        user_agent(contact)
    except ValueError as error:
        raise UsageMistake(f"--contact: {error}") from error
    try:
        ages = parse_ages(revisit)
    except ValueError as error:
        raise UsageMistake(f"--revisit: {error}") from error
    # what is wrong is said before the large libraries are loaded
    from crawler.crawl import CrawlOptions
    from crawler.crawl import crawl as run_crawl
    from crawler.processing import Policy
    from crawler.progress import CrawlProgress
    from crawler.warc.writer import ArchiveConfig
    from storage.database import Database

    options = CrawlOptions(
        Policy(region, keep_irrelevant, gazetteer),
        limit,
        delay,
        contact,
        allow_private_hosts,
        visits=ages,
        archive=archive,
        archive_config=ArchiveConfig(rotate_bytes=archive_size * 1_000_000),
    )
    with Database.open(db) as database, CrawlProgress(len(chosen)) as progress:
        report = run_crawl(database, chosen, options, progress.update)
    if as_json:
        _print_crawl_json(report)
    else:
        _print_crawl(report)
    for line in report.busy:
        err.print(cell(f"dragoman: {line}", limit=500))
    if report.interrupted:
        err.print(cell(f"Stopped early ({report.reason}); what is stored stays, the rest waits for the next crawl.", limit=500))
    if report.reason == "shutdown":
        raise typer.Exit(EXIT_INTERRUPTED)
    if report.interrupted or report.busy or any(plan.verdict(interrupted=False)[0] == "failed" for plan in report.plans):
        raise typer.Exit(EXIT_FAILED)


def _print_crawl_json(report: CrawlReport) -> None:
    for plan in report.plans:
        status, reason = plan.verdict(interrupted=report.interrupted)
        print_json(
            {
                "source": plan.source.id,
                "run": plan.run_id,
                "status": status,
                "reason": reason,
                "discovered": plan.discovered,
                "known": plan.known,
                "attempted": plan.outcomes.total(),
                "outcomes": dict(sorted(plan.outcomes.items())),
            }
        )


def _print_crawl(report: CrawlReport) -> None:
    made = table(None, "source", "found", "known", "attempted", "what came of it", "remarks", numbers=("found", "known", "attempted"))
    for plan in report.plans:
        status, reason = plan.verdict(interrupted=report.interrupted)
        style = {"failed": "red", "stopped": "yellow"}.get(status, "")
        counts = outcome_counts(plan.outcomes)
        made.add_row(
            cell(plan.source.id, style),
            cell(plan.discovered),
            cell(plan.known),
            cell(plan.outcomes.total()),
            cell(counts),
            cell(reason, style or "dim"),
        )
    out.print(made)
    out.print(f"In all: {outcome_counts(report.tally.outcomes)}.")


@app.command()
def ingest(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE", help="Files of .warc, .warc.gz, .json, .jsonl, .jsonl.gz or .csv, or folders of snapshots."),
    ],
    catalog: CatalogOption = None,
    db: DatabaseOption = DEFAULT_DATABASE,
    keep_irrelevant: KeepIrrelevant = False,
    region: Region = "mena",
    gazetteer: GazetteerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read archived pages, texts, snapshots and what other tools wrote through the same pipeline, without network."""
    from crawler.archives import in_order, open_archive
    from crawler.catalog import load_catalog
    from crawler.tagging.region import load_region

    for path in files:
        open_archive(path)  # every file is looked at before a database is made
    files = in_order(files)
    load_region(region)
    book = load_catalog(catalog)
    # what is wrong is said before the large libraries are loaded
    from crawler.ingest import Watcher
    from crawler.ingest import ingest as run_ingest
    from crawler.processing import Policy
    from crawler.progress import FileProgress
    from storage.database import Database

    with Database.open(db) as database, FileProgress(files) as progress:
        watcher = Watcher(progress.read, progress.saved, progress.next_file)
        summary = run_ingest(database, files, Policy(region, keep_irrelevant, gazetteer), catalog=book, watcher=watcher)
    _print_ingest(summary, as_json=as_json)
    if summary.damaged:
        raise typer.Exit(EXIT_MISTAKE)
    if summary.skipped:
        raise typer.Exit(EXIT_FAILED)


def _print_ingest(summary: IngestSummary, *, as_json: bool) -> None:
    from crawler.ingest import MAX_NAMED_FAULTS

    if as_json:
        print_json(
            {
                "run": summary.run_id,
                "records": summary.records,
                "set_aside": summary.set_aside,
                "waiting": summary.waiting,
                "known": summary.known,
                "outcomes": dict(sorted(summary.outcomes.items())),
                "skipped": summary.skipped,
                "damaged": summary.damaged,
                "restored": summary.beside,
            }
        )
    else:
        aside = f" {summary.set_aside} other answers were set aside (feeds, robots.txt, redirects)." if summary.set_aside > 0 else ""
        out.print(f"{summary.records} records read: {outcome_counts(summary.outcomes)}.{aside}")
        if summary.waiting or summary.known:
            out.print(
                f"{summary.waiting} stories wait to be fetched, {summary.known} are known: 'dragoman rehydrate FILE' fetches those of "
                "a list, 'dragoman crawl SOURCE' those of a source."
            )
        if summary.beside is not None:
            out.print(
                f"Beside them came back: what visits found of {summary.beside.articles} articles, and {summary.beside.days} days of the "
                "ledger, as counts. Single tries and looks at channels are in no snapshot."
            )
    for bad in summary.skipped[:MAX_NAMED_FAULTS]:
        err.print(cell(f"dragoman: skipped {bad.where}: {bad.reason}", limit=500))
    if len(summary.skipped) > MAX_NAMED_FAULTS:
        err.print(f"dragoman: … and {len(summary.skipped) - MAX_NAMED_FAULTS} more records were skipped")
    for line in summary.damaged:
        err.print(cell(f"dragoman: {line}", limit=500))


@app.command()
def extract(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Pages (.html, .htm) or archives (.warc, .warc.gz).")],
    url: Annotated[str | None, typer.Option("--url", help="The address of the page, for a single HTML file.")] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write here instead of to stdout.")] = None,
    source: Annotated[
        str | None, typer.Option("--source", metavar="ID", help="The source that the pages are of (default: by their addresses).")
    ] = None,
    catalog: CatalogOption = None,
) -> None:
    """Show what the pipeline makes of a page: one JSON object a line, no database."""
    from crawler.catalog import load_catalog
    from crawler.inspection import extract_files

    made, failed = extract_files(files, url=url, output=output, catalog=load_catalog(catalog), source=source)
    if failed and not made:
        raise typer.Exit(EXIT_FAILED)


@app.command()
def demo(
    output: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the database, the catalog and the export go.")] = Path(
        "demo-output"
    ),
    serve: Annotated[bool, typer.Option("--serve", help="Only put the outlets on the air, to be crawled by hand; Ctrl-C ends it.")] = False,
) -> None:
    """Crawl bundled fictional outlets twice over real HTTP on this machine, then search, compare and export."""
    from crawler.demo.tour import run_tour
    from crawler.demo.tour import serve as keep_serving

    raise typer.Exit(keep_serving(output) if serve else run_tour(output))

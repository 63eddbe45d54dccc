"""The command that asks whether the sources still answer: `dragoman sources check`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from crawler.options import EXIT_FAILED, CatalogOption, ContactOption, DelayOption, PrivateHostsOption
from crawler.survey.asking import end_if_stopped, inquiry_options
from storage.terminal import JsonOption, cell, err, out, print_json, table, when

if TYPE_CHECKING:
    from crawler.survey.checking import Checked

app = typer.Typer()
FEW_SOURCES = 10  # to check fewer, starting a second worker costs more than it saves


@app.command()
def check(
    source: Annotated[list[str] | None, typer.Argument(metavar="ID", help="Ids of sources; none means every enabled one.")] = None,
    catalog: CatalogOption = None,
    delay: DelayOption = None,
    contact: ContactOption = None,
    allow_private_hosts: PrivateHostsOption = False,
    as_json: JsonOption = False,
) -> None:
    """Ask every feed, sitemap and section of the sources once and say which are ok; nothing is stored.

    Exit code 1 when an enabled source has no channel that is ok.
    """
    from crawler.catalog import load_catalog

    chosen = load_catalog(catalog).select(source or [])
    options = inquiry_options(delay, contact, allow_private_hosts=allow_private_hosts)
    # what is wrong is said before the large libraries are loaded
    from rich.progress import MofNCompleteColumn, Progress, TextColumn

    from crawler.pool import WorkerPool
    from crawler.survey.checking import CheckErrand, sources_without_ok
    from crawler.survey.inquiry import inquire

    columns = (TextColumn("channels"), MofNCompleteColumn())
    bars = Progress(*columns, console=err, transient=True, disable=not err.is_terminal)
    workers = 1 if len(chosen) < FEW_SOURCES else None
    with bars as bar, WorkerPool(workers, preload=["crawler.survey.probing"]) as pool:
        task = bar.add_task("", total=None)
        errand = CheckErrand(chosen, pool, lambda done, total: bar.update(task, completed=done, total=total))
        reason = inquire(errand, options)
    results = errand.results(datetime.now(UTC))
    if as_json:
        for result in results:
            print_json(result)
    else:
        print_checked(results)
    end_if_stopped(reason)
    failing = sources_without_ok(chosen, results)
    if failing:
        err.print(cell(f"dragoman: no channel is ok of {', '.join(failing)}", limit=2000))
        raise typer.Exit(EXIT_FAILED)


_STYLES = {"ok": "green", "empty": "yellow", "stale": "yellow", "moved": "yellow", "blocked": "red", "dead": "red"}


def print_checked(results: Sequence[Checked]) -> None:
    """Print what a check found, and the count of each status."""
    made = table(None, "source", "channel", "status", "articles", "newest (UTC)", "address", "reason", numbers=("articles",))
    for result in results:
        made.add_row(
            cell(result.source),
            cell(result.kind),
            cell(result.status, _STYLES[result.status]),
            cell(result.items),
            cell(when(result.newest_at)),
            cell(result.url, limit=500),
            cell(result.reason, limit=500),
        )
    out.print(made)
    counts = Counter(str(result.status) for result in results)
    said = ", ".join(f"{counts[status]} {status}" for status in _STYLES if counts[status]) or "nothing to ask"
    out.print(f"{len(results)} channel{'s' * (len(results) != 1)}: {said}.")

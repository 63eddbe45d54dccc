"""The commands that look after copies: dedup stats, dedup rebuild."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime

import typer

from storage.copies.records import CopyShare
from storage.copies.words import agency_in_words
from storage.terminal import DEFAULT_DATABASE, DatabaseOption, JsonOption, cell, err, out, print_json, table

app = typer.Typer()
dedup_app = typer.Typer(help="Look after the copies of texts.", no_args_is_help=True)
app.add_typer(dedup_app, name="dedup")


_MOST = 15  # rows of a table


@dedup_app.command()
def stats(db: DatabaseOption = DEFAULT_DATABASE, as_json: JsonOption = False) -> None:
    """Count the copies: clusters by size, the share of articles that are copies by source and language, the agencies of their texts."""
    from storage.corpus import Corpus

    with Corpus.open(db) as corpus:
        counted = corpus.copy_stats()
    if as_json:
        print_json(counted)
        return
    clusters = f"{counted.clusters} cluster{'s' * (counted.clusters != 1)}"
    different = counted.articles - counted.copies
    out.print(f"{counted.copies} of {counted.articles} articles are copies of another, in {clusters}: {different} different texts.")
    _print_table("members", ("clusters",), {str(size): (str(count),) for size, count in counted.by_size.items()})
    for name, shares in (("source", counted.by_source), ("language", counted.by_language)):
        _print_table(name, ("articles", "copies", "share"), _rows(shares))
    _print_table("agency", ("texts",), {agency_in_words(code): (str(count),) for code, count in counted.agencies.items()})


def _rows(shares: Mapping[str, CopyShare]) -> dict[str, tuple[str, ...]]:
    return {name: (str(found.articles), str(found.copies), f"{found.share:.1%}") for name, found in shares.items()}


def _print_table(name: str, counts: tuple[str, ...], rows: Mapping[str, tuple[str, ...]]) -> None:
    if not rows:
        return
    made = table(None, name, *counts, numbers=counts)
    for value, cells in list(rows.items())[:_MOST]:
        made.add_row(cell(value), *(cell(count) for count in cells))
    if len(rows) > _MOST:
        made.add_row(cell(f"… {len(rows) - _MOST} more (--json)", "dim"), *(cell("") for _ in counts))
    out.print()
    out.print(made)


@dedup_app.command()
def rebuild(db: DatabaseOption = DEFAULT_DATABASE, as_json: JsonOption = False) -> None:
    """Find all copies anew from the stored texts; one that was interrupted goes on where it stopped."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

    from storage.copies.rebuild import rebuild as rebuild_copies
    from storage.database import Database

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Database.open(db, create=False) as database, Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        tasks = {step: bar.add_task(step, total=None, rate="") for step in ("comparing", "clustering")}

        def report(step: str, done: int, total: int) -> None:
            elapsed = bar.tasks[tasks[step]].elapsed or 0
            bar.update(tasks[step], completed=done, total=total, rate=f"{done / elapsed:.0f}/s" if elapsed else "")

        rebuilt = rebuild_copies(database, datetime.now(UTC), report)
    if as_json:
        print_json(asdict(rebuilt))
        return
    resumed = "An interrupted rebuild was finished: " if rebuilt.resumed else ""
    out.print(f"{resumed}{rebuilt.articles} articles, {rebuilt.copies} of them copies of another, in {rebuilt.clusters} clusters.")

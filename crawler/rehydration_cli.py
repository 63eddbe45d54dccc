"""The command that fetches again what a snapshot describes: rehydrate."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from crawler.options import (
    EXIT_FAILED,
    EXIT_INTERRUPTED,
    ArchiveOption,
    ArchiveSizeOption,
    CatalogOption,
    ContactOption,
    DelayOption,
    PrivateHostsOption,
    Region,
)
from crawler.snapshot_cli import HOME, HomeOption
from storage.terminal import DEFAULT_DATABASE, DatabaseOption, JsonOption, UsageMistake, cell, err, out, plain, print_json, table

app = typer.Typer()

_WORDS = {
    "same": "the same text, letter by letter",
    "same_words": "the same words, other spaces or signs",
    "changed": "another text now",
    "fetched": "fetched; nothing was said to hold it against",
    "gone": "taken down (404, 410)",
    "failed": "could not be fetched or read",
    "waiting": "not asked for yet, or waits for another try",
}


@app.command()
def rehydrate(
    snapshot: Annotated[
        str, typer.Argument(metavar="SNAPSHOT|FILE", help="A snapshot (name, address or folder), or a list of stories (.csv).")
    ],
    report: Annotated[
        Path | None, typer.Option("--report", metavar="FILE", help="Write what became of each article here, one JSON a line.")
    ] = None,
    home: HomeOption = HOME,
    catalog: CatalogOption = None,
    db: DatabaseOption = DEFAULT_DATABASE,
    limit: Annotated[
        int | None, typer.Option("--limit", metavar="N", min=0, help="Ask for at most N pages; the next call goes on.")
    ] = None,
    region: Region = "mena",
    delay: DelayOption = None,
    contact: ContactOption = None,
    archive: ArchiveOption = None,
    archive_size: ArchiveSizeOption = 1000,
    allow_private_hosts: PrivateHostsOption = False,
    as_json: JsonOption = False,
) -> None:
    """Fetch the pages that a snapshot without texts describes, politely, and say which still match their hash."""
    from crawler.catalog import load_catalog
    from crawler.settings import user_agent
    from crawler.tagging.region import load_region
    from storage.snapshots import folders

    book = load_catalog(catalog)
    load_region(region)
    try:
        user_agent(contact)
    except ValueError as error:
        raise UsageMistake(f"--contact: {error}") from error
    path = Path(snapshot) if Path(snapshot).suffix.lower() == ".csv" else folders.resolve(snapshot, home)
    # what is wrong is said before the large libraries are loaded
    from crawler.crawl import CrawlOptions
    from crawler.processing import Policy
    from crawler.progress import CrawlProgress
    from crawler.rehydration import compared, open_list, plan_rehydration
    from crawler.rehydration import rehydrate as fetch_again
    from crawler.warc.writer import ArchiveConfig
    from storage.database import Database

    wanted = open_list(path, book)
    options = CrawlOptions(
        Policy(region, keep_irrelevant=True), limit, delay, contact, allow_private_hosts, archive=archive,
        archive_config=ArchiveConfig(rotate_bytes=archive_size * 1_000_000),
    )  # fmt: skip
    counts: Counter[str] = Counter()
    failures: Counter[str] = Counter()
    with Database.open(db) as database:
        plans = plan_rehydration(database, wanted, book, datetime.now(UTC))
        with CrawlProgress(len(plans)) as progress:
            crawl = fetch_again(database, plans, options, progress.update)
        lines = []
        for item, found in compared(database, wanted):
            counts[found.fate.value] += 1
            if found.fate.value == "failed" and found.outcome is not None:
                failures[found.outcome.value] += 1
            lines.append({"article": item.key, "url": item.url, "fate": found.fate, "outcome": found.outcome})
    if report is not None:
        _write_report(report, lines)
    if as_json:
        print_json(
            {
                "articles": counts.total(),
                "fates": dict(counts),
                "failures": dict(failures),
                "interrupted": bool(crawl and crawl.interrupted),
            }
        )
    else:
        made = table(None, "articles", "what became of them", numbers=("articles",))
        for fate, words in _WORDS.items():
            if counts[fate]:
                why = ", ".join(f"{count} {name}" for name, count in failures.most_common()) if fate == "failed" else ""
                made.add_row(cell(counts[fate]), cell(words + (f": {why}" if why else ""), limit=500))
        out.print(made if counts else "It names no articles.")
    if counts["waiting"]:
        err.print(f"{counts['waiting']} articles wait; the same command again goes on from here.")
    if crawl is not None and crawl.reason == "shutdown":
        raise typer.Exit(EXIT_INTERRUPTED)
    if crawl is not None and crawl.interrupted:
        raise typer.Exit(EXIT_FAILED)


def _write_report(path: Path, lines: Sequence[Mapping[str, object]]) -> None:
    """Write the report, whole or not at all. Raises: UsageMistake when it cannot be written."""
    part = path.with_name(f"{path.name}.part")
    try:
        part.write_text("".join(json.dumps(plain(line), ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise UsageMistake(f"--report {path}: {error.strerror}") from error

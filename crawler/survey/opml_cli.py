"""The commands that exchange lists of subscriptions with feed readers: `dragoman sources import-opml|export-opml`."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from crawler.options import CatalogOption
from crawler.survey.source_options import CountryOption, KindOption, LanguagesOption, OwnCatalogOption, ZoneOption, given_facts
from storage.terminal import JsonOption, UsageMistake, cell, err, out, print_json, visible

app = typer.Typer()


@app.command("import-opml")
def import_opml(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A list of subscriptions, OPML 1.0 or 2.0.")],
    catalog: OwnCatalogOption = None,
    country: CountryOption = None,
    language: LanguagesOption = None,
    kind: KindOption = None,
    time_zone: ZoneOption = None,
    disabled: Annotated[bool, typer.Option("--disabled", help="Write the sources switched off, to be looked at one by one.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Make source files of a list of subscriptions, one a site; what the catalog has already is left out. Nothing is asked of the web."""
    if catalog is None:
        raise UsageMistake("say where the files go: --catalog DIR, your own folder (the bundled catalog is part of the program)")
    given = given_facts(None, None, country, language, kind, time_zone)
    from crawler.errors import FeedError, InputError
    from crawler.survey.opml import read_opml, sources_of
    from crawler.survey.source_files import Addresses, catalog_or_empty, write_source

    present = catalog_or_empty(catalog)
    try:
        subscriptions, skipped = read_opml(_bytes_of(file))
    except FeedError as error:
        raise InputError(f"{file}: {error}") from error
    now = datetime.now(UTC)
    made, left_out = sources_of(subscriptions, Addresses(present), present.sources, given, now)
    comment = [
        f"From the list {file.name}, imported on {now:%Y-%m-%d}; nothing was asked of the web yet: `dragoman sources check` does that.",
        "To be checked by hand: country, languages, kind and time zone, as far as the list does not tell them.",
    ]
    for source in made:
        if disabled:
            source = source.model_copy(update={"enabled": False, "notes": f"Imported from {file.name}, not looked at yet."})  # noqa: PLW2901
        path = write_source(catalog, source, comment)
        if as_json:
            print_json({"source": source.id, "file": path, "feeds": [feed.url for feed in source.feeds], "enabled": source.enabled})
    for entry in (*skipped, *left_out):
        if as_json:
            print_json({"skipped": entry.entry, "reason": entry.reason})
        else:
            err.print(cell(f"dragoman: skipped {entry.entry}: {entry.reason}", limit=500))
    if not as_json:
        feeds = sum(len(source.feeds) for source in made)
        out.print(
            f"{len(made)} sources with {feeds} feeds written below {visible(catalog)}, {len(skipped) + len(left_out)} entries skipped."
        )


def _bytes_of(file: Path) -> bytes:
    from crawler.discovery import CONFIG
    from crawler.errors import InputError

    try:
        with file.open("rb") as stream:
            return stream.read(CONFIG.max_bytes + 1)
    except OSError as error:
        raise InputError(f"{file}: {os.strerror(error.errno or 0)}") from error


@app.command("export-opml")
def export_opml(
    file: Annotated[str, typer.Argument(metavar="FILE", help="Where the list goes; - is stdout.")] = "-",
    source: Annotated[list[str] | None, typer.Argument(metavar="ID", help="Ids of sources; none means every enabled one.")] = None,
    catalog: CatalogOption = None,
) -> None:
    """Write the feeds of the sources as OPML 2.0, grouped by country, for feed readers; sitemaps and sections have no place in it."""
    from crawler.catalog import load_catalog
    from crawler.survey.opml import write_opml

    chosen = load_catalog(catalog).select(source or [])
    made = write_opml(chosen, datetime.now(UTC))
    if file == "-":
        sys.stdout.flush()
        sys.stdout.buffer.write(made)
        sys.stdout.buffer.flush()
    else:
        _replace(Path(file), made)
    with_feeds = [one for one in chosen if one.feeds]
    feeds = sum(len(one.feeds) for one in with_feeds)
    without = [one.id for one in chosen if not one.feeds]
    left_out = f"; without any: {', '.join(without)}" if without else ""
    err.print(cell(f"{feeds} feeds of {len(with_feeds)} sources{left_out}.", limit=1000))


def _replace(path: Path, content: bytes) -> None:
    """Write a file that has its name only when it is whole."""
    from crawler.errors import InputError

    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        try:
            part.write_bytes(content)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise InputError(f"cannot write {path}: {os.strerror(error.errno or 0)}") from error

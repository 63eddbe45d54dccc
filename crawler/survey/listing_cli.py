"""The commands that show what is in the catalog: `dragoman sources list|show`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.padding import Padding

from crawler.options import CatalogOption
from crawler.survey.source_options import kind_named
from storage.terminal import DEFAULT_DATABASE, JsonOption, cell, out, print_json, table, when

if TYPE_CHECKING:
    from crawler.catalog import Source
    from storage.crawls.records import FeedState

app = typer.Typer()


@app.command("list")
def list_sources(
    country: Annotated[list[str] | None, typer.Option("--country", metavar="CC", help="Only of this country (may be repeated).")] = None,
    language: Annotated[
        list[str] | None, typer.Option("--language", metavar="CODE", help="Only in this language (may be repeated).")
    ] = None,
    kind: Annotated[list[str] | None, typer.Option("--kind", metavar="KIND", help="Only of this kind (may be repeated).")] = None,
    enabled: Annotated[
        bool | None, typer.Option("--enabled/--disabled", help="Only those that are, or are not, crawled by default.")
    ] = None,
    catalog: CatalogOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the sources of the catalog."""
    from crawler.catalog import load_catalog

    loaded = load_catalog(catalog)
    countries = {code.upper() for code in country or ()}
    languages = {code.lower() for code in language or ()}
    kinds = {kind_named(name) for name in kind or ()}
    chosen = [
        source
        for source in loaded
        if (not countries or source.country in countries)
        and (not languages or languages & set(source.languages))
        and (not kinds or source.kind in kinds)
        and (enabled is None or source.enabled is enabled)
    ]
    if as_json:
        for source in chosen:
            print_json(source.model_dump(mode="json"))
        return
    made = table(None, "id", "name", "country", "languages", "kind", "state", "every", "enabled")
    for source in chosen:
        made.add_row(
            cell(source.id),
            cell(source.name),
            cell(source.country),
            cell(" ".join(source.languages)),
            cell(source.kind),
            cell("state" if source.state_owned else ""),
            cell(source.every or ("cron" if source.cron else "adaptive")),
            cell("yes" if source.enabled else "no"),
        )
    out.print(made)
    out.print(f"{len(chosen)} of {len(loaded)} sources.")


@app.command()
def show(
    source: Annotated[str, typer.Argument(metavar="ID", help="The id of a source.")],
    catalog: CatalogOption = None,
    db: Annotated[
        str | None,
        typer.Option(
            "--db", envvar="DRAGOMAN_DB", metavar="URL", help=f"The database that remembers its feeds (default: {DEFAULT_DATABASE})."
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show one source: its file, the evidence in it, and what the database remembers of its feeds."""
    from crawler.catalog import load_catalog
    from crawler.survey.source_files import file_of, head_comment

    loaded = load_catalog(catalog)
    found = loaded.select([source])[0]
    path = file_of(loaded, found.id)
    evidence = head_comment(path) if path else ""
    states = {state.url: state for state in _remembered(db, found.id)}
    if as_json:
        print_json(found.model_dump(mode="json") | {"file": path, "evidence": evidence, "polls": list(states.values())})
        return
    _print_source(found, path, evidence, states)


def _remembered(db: str | None, source_id: str) -> list[FeedState]:
    """Look up how its feeds answered last; without --db, the default database is asked if it is there."""
    if db is None and not Path(DEFAULT_DATABASE.removeprefix("sqlite:///")).is_file():
        return []
    from storage import sources
    from storage.database import Database

    with Database.open(db or DEFAULT_DATABASE, create=False) as database:
        return sources.feed_states(database, source_id)


def _print_source(source: Source, path: Path | None, evidence: str, states: dict[str, FeedState]) -> None:
    facts = {
        "id": source.id,
        "name": source.name,
        "home page": source.homepage,
        "country": source.country,
        "languages": " ".join(source.languages),
        "kind": f"{source.kind}{', owned by a state' if source.state_owned else ''}",
        "time zone": source.time_zone,
        "crawled": source.rhythm if source.enabled else "not by default (enabled: false)",
        "expected": f"{source.expected.low} to {source.expected.high} articles a day" if source.expected else None,
        "notes": source.notes,
        "file": path,
    }
    made = table(None, "", "")
    made.show_header = False
    for name, value in facts.items():
        made.add_row(cell(name, "dim"), cell(value, limit=1000))
    out.print(made)
    for line in evidence.splitlines():
        out.print(Padding(cell(f"# {line}".rstrip(), "dim", limit=1000), (0, 0, 0, 2)))
    out.print()
    channels = table(None, "channel", "address", "last answer", "articles", "failures", "asked", numbers=("articles", "failures"))
    for kind, url in named_channels(source):
        state = states.get(url)
        channels.add_row(
            cell(kind),
            cell(url, limit=500),
            cell(state.status if state else "never asked"),
            cell(state.items if state else None),
            cell(state.failures if state else None),
            cell(when(state.fetched_at) if state else None),
        )
    out.print(channels)


def named_channels(source: Source) -> list[tuple[str, str]]:
    """List what kind each channel of a source is, and its address."""
    named = [(f"feed {feed.language or ''}".strip(), feed.url) for feed in source.feeds]
    named += [("sitemap", url) for url in source.sitemaps]
    named += [("section", section.url) for section in source.sections]
    return named + [("archive", url) for url in source.archives]

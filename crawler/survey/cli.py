"""The commands of the catalog: `dragoman sources list|show|add|check|import-opml|export-opml`."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.padding import Padding

from crawler.options import CatalogOption, ContactOption, DelayOption, PrivateHostsOption
from storage.terminal import DEFAULT_DATABASE, JsonOption, UsageMistake, cell, err, out, print_json, table, visible, when

if TYPE_CHECKING:
    from crawler.catalog import Catalog, Source
    from crawler.survey.checking import Checked
    from crawler.survey.drafting import Draft, Given
    from crawler.survey.inquiry import InquiryOptions
    from crawler.survey.prospecting import Choice
    from crawler.survey.scouting import ScoutErrand
    from storage.records import FeedState

sources_app = typer.Typer(help="Look at the catalog, and let it grow.", no_args_is_help=True)

EXIT_FAILED = 1
EXIT_INTERRUPTED = 130
FEW_SOURCES = 10  # to check fewer, starting a second worker costs more than it saves

OwnCatalogOption = Annotated[
    Path | None,
    typer.Option("--catalog", metavar="DIR", envvar="DRAGOMAN_CATALOG", help="Your folder of source files; made if it is missing."),
]
CountryOption = Annotated[str | None, typer.Option("--country", metavar="CC", help="Its country, ISO 3166-1; XX: pan-regional.")]
LanguagesOption = Annotated[
    list[str] | None, typer.Option("--language", metavar="CODE", help="A language of it, ISO 639, the main one first (may be repeated).")
]
KindOption = Annotated[
    str | None, typer.Option("--kind", metavar="KIND", help="agency, blog, broadcaster, magazine, newspaper or website.")
]
ZoneOption = Annotated[str | None, typer.Option("--time-zone", metavar="ZONE", help="Its IANA time zone, for dates that state none.")]


@sources_app.command("list")
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
    kinds = {_kind_named(name) for name in kind or ()}
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
            cell(source.every),
            cell("yes" if source.enabled else "no"),
        )
    out.print(made)
    out.print(f"{len(chosen)} of {len(loaded)} sources.")


@sources_app.command()
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
        "crawled": f"every {source.every}" if source.enabled else "not by default (enabled: false)",
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
    for kind, url in _channels(source):
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


def _channels(source: Source) -> list[tuple[str, str]]:
    named = [(f"feed {feed.language or ''}".strip(), feed.url) for feed in source.feeds]
    named += [("sitemap", url) for url in source.sitemaps]
    named += [("section", section.url) for section in source.sections]
    return named + [("archive", url) for url in source.archives]


@sources_app.command()
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
    options = _inquiry_options(delay, contact, allow_private_hosts=allow_private_hosts)
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
    _stopped(reason)
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


@sources_app.command()
def add(
    url: Annotated[str, typer.Argument(metavar="URL", help="The home page of a news site, or of its edition in one language.")],
    catalog: OwnCatalogOption = None,
    source_id: Annotated[str | None, typer.Option("--id", metavar="ID", help="The id of the source, which names its file.")] = None,
    name: Annotated[str | None, typer.Option("--name", metavar="NAME", help="Its name.")] = None,
    country: CountryOption = None,
    language: LanguagesOption = None,
    kind: KindOption = None,
    time_zone: ZoneOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the file instead of writing it.")] = False,
    delay: DelayOption = None,
    contact: ContactOption = None,
    allow_private_hosts: PrivateHostsOption = False,
    as_json: JsonOption = False,
) -> None:
    """Find the feeds and sitemaps of a site, read each of them, and write its source file. No file is ever written over."""
    if catalog is None and not dry_run:
        raise UsageMistake(
            "say where the file goes: --catalog DIR, your own folder (the bundled catalog is part of the program), or --dry-run"
        )
    given = _given(source_id, name, country, language, kind, time_zone)
    address = _web_address(url)
    options = _inquiry_options(delay, contact, allow_private_hosts=allow_private_hosts)
    from crawler.survey.source_files import Addresses, catalog_or_empty, source_yaml, write_source

    present = catalog_or_empty(catalog) if catalog else None
    known = Addresses(present or ())
    _refuse_known(known, present, address, given)
    errand = _scout(address, options)
    now = datetime.now(UTC)
    draft, choice = drafted(errand, given, present, url, now)
    _refuse_known(known, present, draft.source.homepage, given)
    for channel in (*(feed.url for feed in draft.source.feeds), *draft.source.sitemaps):
        if owner := known.of_channel(channel):
            raise UsageMistake(f"the catalog reads {channel} already, as {owner}; nothing was written")
    path = None if dry_run or catalog is None else write_source(catalog, draft.source, draft.comment)
    if as_json:
        unused = [{"url": find.url, "kind": find.kind, "reason": reason} for find, reason in choice.dropped]
        facts: dict[str, Any] = {"file": path, "to_check": draft.to_check, "not_used": unused}
        print_json(facts | {"source": draft.source.model_dump(mode="json"), "evidence": draft.comment})
    elif path is None:
        sys.stdout.write(source_yaml(draft.source, draft.comment))
    else:
        _print_added(draft, path)


def _scout(address: str, options: InquiryOptions) -> ScoutErrand:
    from crawler.pool import WorkerPool
    from crawler.survey.inquiry import inquire
    from crawler.survey.scouting import ScoutErrand

    with (
        err.status("looking around") as status,
        WorkerPool(workers=1, preload=["crawler.survey.probing", "crawler.discovery.sites"]) as pool,
    ):
        errand = ScoutErrand(address, pool, lambda asked: status.update(cell(f"asking {asked}")))
        _stopped(inquire(errand, options))
    return errand


def drafted(errand: ScoutErrand, given: Given, present: Catalog | None, asked: str, now: datetime) -> tuple[Draft, Choice]:
    """Make a source of what was found, or say in one line why there is none and end the command."""
    from crawler.survey.drafting import draft_source
    from crawler.survey.prospecting import choose

    site = errand.site.homepage
    if errand.refusal:
        err.print(cell(f"dragoman: {site}: {errand.refusal}; nothing was written", limit=1000))
        raise typer.Exit(EXIT_FAILED)
    choice = choose(errand.finds(now))
    if not choice.kept:
        seen = "; ".join(f"{find.url}: {reason}" for find, reason in choice.dropped[:3])
        err.print(
            cell(f"dragoman: no feed or sitemap with articles at {site}{f' ({seen})' if seen else ''}; nothing was written", limit=1000)
        )
        raise typer.Exit(EXIT_FAILED)
    return draft_source(errand.site, choice, given, present.sources if present else (), asked, now), choice


def _refuse_known(known: Any, present: Catalog | None, homepage: str, given: Given) -> None:
    """Refuse a site or an id that the catalog has, before anything is asked of the site."""
    if owner := known.of_home(homepage):
        raise UsageMistake(f"the catalog has this site already, as {owner}; nothing was written")
    if present and given.id in present.sources:
        raise UsageMistake(f"--id {given.id}: the catalog has such a source already; nothing was written")


def _print_added(draft: Draft, path: Path) -> None:
    from crawler.survey.drafting import summary

    source = draft.source
    out.print(cell(f"{summary(draft)}.", limit=500))
    for kind, address in _channels(source):
        out.print(Padding(cell(f"{kind}: {address}", limit=500), (0, 0, 0, 2)))
    out.print(f"Written: {visible(path, limit=1000)}")
    if not source.enabled:
        out.print(cell(f"It is switched off (enabled: false): {source.notes}", "yellow", limit=500))
    if draft.to_check:
        out.print("Left to check by hand:")
        for line in draft.to_check:
            out.print(Padding(cell(f"- {line}", limit=500), (0, 0, 0, 2)))


@sources_app.command("import-opml")
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
    given = _given(None, None, country, language, kind, time_zone)
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


@sources_app.command("export-opml")
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


def _kind_named(name: str) -> Any:
    from crawler.catalog import SourceKind

    try:
        return SourceKind(name.lower())
    except ValueError as error:
        raise UsageMistake(f"--kind {name!r} is none of {', '.join(SourceKind)}") from error


def _given(
    source_id: str | None, name: str | None, country: str | None, language: list[str] | None, kind: str | None, time_zone: str | None
) -> Given:
    """Check what the user says of a source, by the rules of the catalog."""
    from pydantic import ValidationError

    from crawler.catalog import Source, SourceKind
    from crawler.survey.drafting import Given
    from crawler.survey.territories import territory_named

    code = territory_named(country) if country else None
    if country and code is None:
        raise UsageMistake(f"--country {country!r} is no country; write its ISO 3166-1 code, as IQ, or XX for pan-regional")
    given = Given(source_id, name, code, tuple(language or ()), _kind_named(kind) if kind else None, time_zone)
    try:
        Source(
            id=given.id if given.id is not None else "some",
            name=given.name if given.name is not None else "Some",
            homepage="https://some.example/",
            country=code or "XX",
            languages=given.languages or ("en",),
            kind=given.kind or SourceKind.WEBSITE,
            time_zone=time_zone or "UTC",
            enabled=False,
        )
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        option = {"languages": "language", "time_zone": "time-zone"}.get(str(first["loc"][0]), str(first["loc"][0]))
        raise UsageMistake(f"--{option} {first['input']!r}: {first['msg'].removeprefix('Value error, ')}") from error
    return given


def _web_address(url: str) -> str:
    from crawler.urls import UrlError, canonical_url

    address = url.strip() if "://" in url else f"https://{url.strip()}"
    try:
        canonical_url(address)
    except UrlError as error:
        raise UsageMistake(f"{url!r:.200} is not a web address") from error
    return address


def _inquiry_options(delay: float | None, contact: str | None, *, allow_private_hosts: bool) -> InquiryOptions:
    from crawler.settings import user_agent

    try:
        user_agent(contact)
    except ValueError as error:
        raise UsageMistake(f"--contact: {error}") from error
    from crawler.survey.inquiry import InquiryOptions

    return InquiryOptions(delay, contact, allow_private_hosts)


def _stopped(reason: str) -> None:
    """End the command when the inquiry was interrupted."""
    if reason != "finished":
        err.print(cell(f"dragoman: stopped early ({reason})", limit=500))
        raise typer.Exit(EXIT_INTERRUPTED if reason == "shutdown" else EXIT_FAILED)

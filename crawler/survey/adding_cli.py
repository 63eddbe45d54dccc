"""The command that makes a source of a site: `dragoman sources add`."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.padding import Padding

from crawler.options import EXIT_FAILED, ContactOption, DelayOption, PrivateHostsOption
from crawler.survey.asking import end_if_stopped, inquiry_options
from crawler.survey.listing_cli import named_channels
from crawler.survey.source_options import CountryOption, KindOption, LanguagesOption, OwnCatalogOption, ZoneOption, given_facts
from storage.terminal import JsonOption, UsageMistake, cell, err, out, print_json, visible

if TYPE_CHECKING:
    from crawler.catalog import Catalog
    from crawler.survey.drafting import Draft, Given
    from crawler.survey.inquiry import InquiryOptions
    from crawler.survey.prospecting import Choice
    from crawler.survey.scouting import ScoutErrand

app = typer.Typer()


@app.command()
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
    given = given_facts(source_id, name, country, language, kind, time_zone)
    address = _web_address(url)
    options = inquiry_options(delay, contact, allow_private_hosts=allow_private_hosts)
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
        end_if_stopped(inquire(errand, options))
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
    for kind, address in named_channels(source):
        out.print(Padding(cell(f"{kind}: {address}", limit=500), (0, 0, 0, 2)))
    out.print(f"Written: {visible(path, limit=1000)}")
    if not source.enabled:
        out.print(cell(f"It is switched off (enabled: false): {source.notes}", "yellow", limit=500))
    if draft.to_check:
        out.print("Left to check by hand:")
        for line in draft.to_check:
            out.print(Padding(cell(f"- {line}", limit=500), (0, 0, 0, 2)))


def _web_address(url: str) -> str:
    from crawler.urls import UrlError, canonical_url

    address = url.strip() if "://" in url else f"https://{url.strip()}"
    try:
        canonical_url(address)
    except UrlError as error:
        raise UsageMistake(f"{url!r:.200} is not a web address") from error
    return address

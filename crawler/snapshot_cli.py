"""The commands that freeze the corpus: snapshot create, list, verify, diff, apply."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.exceptions import TyperException

from crawler.options import EXIT_FAILED, CatalogOption, Region
from storage.asked import about, asked_again, wanted_articles
from storage.export_cli import ContactOption, CreatorOption, LicenseOption, TitleOption
from storage.search.records import ArticleFilter
from storage.terminal import (
    DEFAULT_DATABASE,
    ActorFilter,
    CountryFilter,
    DatabaseOption,
    FromFilter,
    JsonOption,
    LanguageFilter,
    Outside,
    QueryFilter,
    SourceFilter,
    ToFilter,
    TopicFilter,
    UsageMistake,
    cell,
    err,
    out,
    print_json,
    table,
    visible,
    when,
)

if TYPE_CHECKING:
    from storage.snapshots.comparing import Comparison
    from storage.snapshots.manifest import SnapshotManifest
    from storage.snapshots.ngrams import NgramConfig

app = typer.Typer()
snapshot_app = typer.Typer(help="Freeze the corpus under the hash of its content, to be cited and compared.", no_args_is_help=True)
app.add_typer(snapshot_app, name="snapshot")

_SHOWN = 20  # articles that a comparison names for people

HomeOption = Annotated[
    Path, typer.Option("--dir", envvar="DRAGOMAN_SNAPSHOTS", metavar="DIR", help="The folder in which snapshots stand beside each other.")
]
HOME = Path("snapshots")
SnapshotArgument = Annotated[str, typer.Argument(metavar="SNAPSHOT", help="A name, the first digits of an address, or a folder.")]


class TierChoice(StrEnum):
    """How much a snapshot gives away."""

    FULL = "full"
    METADATA = "metadata"
    NGRAMS = "ngrams"


@snapshot_app.command()
def create(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What to call it: letters, digits, '.', '_' and '-'.")],
    tier: Annotated[
        TierChoice | None,
        typer.Option("--tier", help="full; metadata: no texts but their hashes; ngrams: word counts alone. [default: full, or as --since]"),
    ] = None,
    query: QueryFilter = "",
    source: SourceFilter = None,
    country: CountryFilter = None,
    actor: ActorFilter = None,
    topic: TopicFilter = None,
    language: LanguageFilter = None,
    first: FromFilter = None,
    last: ToFilter = None,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="SNAPSHOT", help="Write only what is new, revised or gone since this one, which asked the same."),
    ] = None,
    min_count: Annotated[
        int,
        typer.Option("--min-count", metavar="N", min=2, help="For ngrams: leave out what occurs less often in a day, source and language."),
    ] = 5,
    max_n: Annotated[int, typer.Option("--max-n", metavar="N", min=1, max=3, help="For ngrams: the longest sequence of words.")] = 2,
    if_missing: Annotated[
        bool, typer.Option("--if-missing", help="Make none, and exit with 0, where this corpus has one of that name already.")
    ] = False,
    title: TitleOption = "",
    creator: CreatorOption = None,
    contact: ContactOption = "",
    license_url: LicenseOption = "",
    home: HomeOption = HOME,
    catalog: CatalogOption = None,
    region: Region = "mena",
    db: DatabaseOption = DEFAULT_DATABASE,
    as_json: JsonOption = False,
) -> None:
    """Freeze the selected articles; the same corpus and question give the same bytes, whichever database holds it."""
    from crawler.catalog import load_catalog
    from crawler.provenance import versions
    from storage.corpus import Corpus
    from storage.database import Database
    from storage.export.subject import Wishes
    from storage.progress import ArticleProgress
    from storage.snapshots import folders
    from storage.snapshots.ngrams import NgramConfig
    from storage.snapshots.register import made_as, register, require_free
    from storage.snapshots.tiers import Tier
    from storage.snapshots.writing import SnapshotPlan, create_snapshot

    folders.check_name(name)
    wanted = about(Outside.of(context), wanted_articles(query, source, country, language, first, last), actor, topic)
    chosen, counted = tier, NgramConfig(max_n, min_count)
    base = folders.resolve(since, home) if since else None
    if base is not None:
        wanted, chosen, counted = _as_base(base, wanted, tier)
    plan = SnapshotPlan(
        wanted,
        Tier(chosen or TierChoice.FULL),
        counted,
        Wishes(title, tuple(creator or ()), contact, license_url),
        versions(load_catalog(catalog), region),
    )
    _say_swept(home)
    with Database.open(db, create=False) as database:
        if if_missing and (made := made_as(database, name)) is not None:
            err.print(cell(f"dragoman: the snapshot {name} was made at {when(made)} UTC: nothing is to be done", limit=500))
            return
        require_free(database, name)
        with ArticleProgress("freezing", Corpus(database).count(wanted)) as progress:
            manifest = create_snapshot(database, plan, home, name, since=base, progress=progress.update)
        register(database, name, manifest, str((home / name).absolute()), datetime.now(UTC))
    if as_json:
        print_json({"name": name, "folder": str(home / name), "digest": manifest.digest, "manifest": manifest})
        return
    _print_made(name, home / name, manifest)


def mistake_in_create(words: Sequence[str]) -> str | None:
    """Say what is wrong with a command line of `snapshot create` before it is run; None when it can be read."""
    group = typer.main.get_command(snapshot_app)
    try:
        group.get_command(typer.Context(group), "create").make_context("create", list(words))  # type: ignore[attr-defined] # it is a group
    except TyperException as error:
        return str(error.format_message())
    return None


def _as_base(base: Path, wanted: ArticleFilter, tier: TierChoice | None) -> tuple[ArticleFilter, TierChoice, NgramConfig]:
    """Ask what the older snapshot asked. Raises: UsageMistake when something else was asked for."""
    from storage.snapshots.manifest import read_snapshot_manifest
    from storage.snapshots.ngrams import NgramConfig

    manifest = read_snapshot_manifest(base)
    again = asked_again(manifest.query)
    if wanted != ArticleFilter() and wanted != again:
        raise UsageMistake(f"--since {base.name} asked for other articles; leave the filters out to ask the same again")
    if tier is not None and tier.value != manifest.tier.value:
        raise UsageMistake(f"--since {base.name} is of the tier {manifest.tier}; leave --tier out")
    query = manifest.query
    return again, TierChoice(manifest.tier.value), NgramConfig(int(query.get("max_n", 2)), int(query.get("min_count", 5)))


def _say_swept(home: Path) -> None:
    from storage.snapshots import folders

    for name in folders.sweep(home):
        err.print(cell(f"dragoman: {home / name} was left by a snapshot that did not finish, and is removed", limit=500))


def _print_made(name: str, folder: Path, manifest: SnapshotManifest) -> None:
    counts = ", ".join(f"{rows:,} {table_name}" for table_name, rows in manifest.tables.items() if rows)
    what = "What is not as it was" if manifest.base else f"{manifest.articles:,} articles ({manifest.tier})"
    out.print(f"{what} in {visible(folder)}: {counts or 'no rows'}.")
    if manifest.base:
        out.print(
            f"With {manifest.base[:12]} it gives {(manifest.result or '')[:12]}: dragoman snapshot apply {manifest.base[:12]} {name} NAME"
        )
    out.print(f"Address: sha256:{manifest.digest}")


@snapshot_app.command("list")
def list_snapshots(home: HomeOption = HOME, db: DatabaseOption = DEFAULT_DATABASE, as_json: JsonOption = False) -> None:
    """List the snapshots that were made of the database, and those that stand in the folder."""
    from storage.database import Database
    from storage.errors import DatabaseUnavailable
    from storage.snapshots import folders
    from storage.snapshots.manifest import read_snapshot_manifest
    from storage.snapshots.register import registered

    _say_swept(home)
    try:
        with Database.open(db, create=False) as database:
            known = registered(database)
    except DatabaseUnavailable:
        if not home.is_dir():
            raise
        known = []
    rows: list[dict[str, Any]] = [
        {
            "name": item.name, "digest": item.digest, "tier": item.tier.value, "articles": item.articles, "created_at": item.created_at,
            "base": item.base, "folder": item.folder, "there": (Path(item.folder) / "manifest.json").is_file(), "query": dict(item.query),
        }
        for item in known
    ]  # fmt: skip
    places = {str(row["folder"]) for row in rows}
    for folder in folders.found(home):
        if str(folder.absolute()) not in places:
            manifest = read_snapshot_manifest(folder)
            rows.append(
                {
                    "name": folder.name, "digest": folders.digest_of(folder), "tier": manifest.tier.value, "articles": manifest.articles,
                    "created_at": None, "base": manifest.base, "folder": str(folder.absolute()), "there": True, "query":
                    dict(manifest.query),
                }
            )  # fmt: skip
    if as_json:
        for row in rows:
            print_json(row)
        return
    made = table(None, "name", "address", "tier", "articles", "made", "selection", "remarks", numbers=("articles",))
    for row in rows:
        asked = "; ".join(f"{key} {value}" for key, value in dict(row["query"]).items()) or "everything"
        remarks = [f"since {str(row['base'])[:12]}"] if row["base"] else []
        remarks += [] if row["there"] else [f"not in {row['folder']} any more"]
        created = row["created_at"]
        made.add_row(
            cell(row["name"]), cell(str(row["digest"])[:12]), cell(row["tier"]), cell(row["articles"]),
            cell(when(created) if isinstance(created, datetime) else None), cell(asked), cell("; ".join(remarks), "yellow"),
        )  # fmt: skip
    out.print(made if rows else "There is no snapshot yet; 'dragoman snapshot create NAME' makes one.")


@snapshot_app.command()
def verify(
    snapshot: SnapshotArgument,
    digest: Annotated[
        str | None, typer.Option("--digest", metavar="SHA256", help="The address that it must have, as it was cited.")
    ] = None,
    home: HomeOption = HOME,
    as_json: JsonOption = False,
) -> None:
    """Read every byte of a snapshot and say whether it is what it was; exit code 1 when it is not."""
    from storage.snapshots import folders
    from storage.snapshots.checking import problems

    folder = folders.resolve(snapshot, home)
    found = list(problems(folder, digest.removeprefix("sha256:") if digest else None))
    if as_json:
        print_json({"folder": str(folder), "problems": found, "digest": None if found else folders.digest_of(folder)})
    else:
        for problem in found:
            out.print(cell(problem, "red", limit=1000))
        out.print(f"{len(found)} problems." if found else f"Nothing was changed: sha256:{folders.digest_of(folder)}")
    if found:
        raise typer.Exit(EXIT_FAILED)


@snapshot_app.command()
def diff(
    older: Annotated[str, typer.Argument(metavar="A", help="The older snapshot: a name, the first digits of an address, or a folder.")],
    newer: Annotated[str, typer.Argument(metavar="B", help="The newer one.")],
    home: HomeOption = HOME,
    as_json: JsonOption = False,
) -> None:
    """Say what two snapshots do not have in common, row by row: articles that are new, revised, gone, back, removed or changed."""
    from storage.snapshots import folders
    from storage.snapshots.comparing import compare
    from storage.snapshots.manifest import read_snapshot_manifest

    first, second = folders.resolve(older, home), folders.resolve(newer, home)
    compared = compare(first, second, (read_snapshot_manifest(first), read_snapshot_manifest(second)))
    if as_json:
        print_json({"tables": compared.tables, "articles": compared.articles})
        return
    _print_comparison(compared)


def _print_comparison(compared: Comparison) -> None:
    if compared.same:
        out.print("No row differs.")
        return
    made = table(None, "table", "added", "changed", "removed", numbers=("added", "changed", "removed"))
    for name, counts in compared.tables.items():
        by_name = {change.value: count for change, count in counts.items()}
        made.add_row(cell(name), *(cell(f"{by_name[word]:,}") for word in ("added", "changed", "removed")))
    out.print(made)
    for change, keys in compared.articles.items():
        if keys:
            more = f" … and {len(keys) - _SHOWN:,} more (--json)" if len(keys) > _SHOWN else ""
            out.print(f"{len(keys):,} articles {change}: {' '.join(keys[:_SHOWN])}{more}")


@snapshot_app.command()
def apply(
    base: Annotated[str, typer.Argument(metavar="BASE", help="The snapshot that the increment builds upon.")],
    increment: Annotated[str, typer.Argument(metavar="INCREMENT", help="What 'create --since BASE' made.")],
    name: Annotated[str, typer.Argument(metavar="NAME", help="What to call the newer snapshot.")],
    home: HomeOption = HOME,
    as_json: JsonOption = False,
) -> None:
    """Make the newer snapshot of an older one and an increment, byte by byte as it would have been frozen whole."""
    from storage.snapshots import folders
    from storage.snapshots.increments import apply_increment

    _say_swept(home)
    manifest = apply_increment(folders.resolve(base, home), folders.resolve(increment, home), home, name)
    if as_json:
        print_json({"name": name, "folder": str(home / name), "digest": manifest.digest, "manifest": manifest})
        return
    _print_made(name, home / name, manifest)

"""The commands that ask the corpus: search, show, stats, export, db."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.padding import Padding
from rich.text import Text

from storage import coverage_cli
from storage.records import ArticleFilter
from storage.terminal import (
    DEFAULT_DATABASE,
    CountryFilter,
    DatabaseOption,
    FromFilter,
    JsonOption,
    LanguageFilter,
    SourceFilter,
    ToFilter,
    UsageMistake,
    cell,
    day_end,
    day_start,
    err,
    out,
    print_json,
    table,
    visible,
    when,
)

if TYPE_CHECKING:
    from storage.records import Article, Hit, Revision

app = typer.Typer()
db_app = typer.Typer(help="Look after the database.", no_args_is_help=True)
app.add_typer(coverage_cli.app)
app.add_typer(db_app, name="db")


class ExportFormat(StrEnum):
    """The file formats of an export."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"


@app.command()
def search(
    query: Annotated[str, typer.Argument(help='Words that must all occur; "a phrase"; -word for what must not.')] = "",
    source: SourceFilter = None,
    country: CountryFilter = None,
    language: LanguageFilter = None,
    since: FromFilter = None,
    until: ToFilter = None,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, max=10_000, help="Show at most N articles.")] = 20,
    db: DatabaseOption = DEFAULT_DATABASE,
    as_json: JsonOption = False,
) -> None:
    """Search the stored articles, best first; without a query, the newest first."""
    from storage.corpus import Corpus

    wanted = _filter(query, source, country, language, since, until)
    with Corpus.open(db) as corpus:
        hits = corpus.search(wanted, limit=limit)
        found = corpus.count(wanted)
    if as_json:
        for hit in hits:
            print_json({"score": hit.score, "snippet": hit.snippet, **_row(hit.article)})
        return
    for hit in hits:
        _print_hit(hit)
    shown = "" if found <= len(hits) else f", {len(hits)} shown (--limit)"
    out.print(f"{found} article{'s' * (found != 1)}{shown}." + ("" if found else " Fewer words or filters find more."))


def _filter(
    query: str,
    source: list[str] | None,
    country: list[str] | None,
    language: list[str] | None,
    since: str | None,
    until: str | None,
) -> ArticleFilter:
    wanted = ArticleFilter(
        query=query,
        sources=tuple(source or ()),
        countries=tuple(code.upper() for code in country or ()),
        languages=tuple(code.lower() for code in language or ()),
        since=day_start(since, "--from"),
        until=day_end(until, "--to"),
    )
    if wanted.since and wanted.until and wanted.since >= wanted.until:
        raise UsageMistake(f"--from {since} is after --to {until}")
    return wanted


def _print_hit(hit: Hit) -> None:
    article = hit.article
    out.print(Text.assemble((f"[{article.id}] ", "bold cyan"), cell(article.title or "(no title)", "bold")))
    facts = [article.source, when(article.published_at), article.language or "?", " ".join(article.countries)]
    if article.cluster is not None:
        facts.append(f"{article.cluster_role} of cluster {article.cluster}")
    out.print(Padding(cell(" · ".join(fact for fact in facts if fact), "dim"), (0, 0, 0, 4)))
    if hit.snippet:
        out.print(Padding(cell(hit.snippet, limit=400), (0, 0, 0, 4)))


def _row(article: Article) -> dict[str, Any]:
    from storage.export.columns import RowReader

    return {"number": article.id, **RowReader().read(article)}


@app.command()
def show(
    article: Annotated[str, typer.Argument(metavar="ID|URL", help="The number of an article, its id in an export, or its address.")],
    revisions: Annotated[bool, typer.Option("--revisions", help="Show every version and what changed between them.")] = False,
    db: DatabaseOption = DEFAULT_DATABASE,
    as_json: JsonOption = False,
) -> None:
    """Show one article with its metadata, its copies and, on request, its revisions."""
    from storage.corpus import Corpus

    with Corpus.open(db) as corpus:
        found = corpus.get(article)
        history = corpus.revisions(found.id) if revisions else []
        copies = [copy for copy in corpus.copies(found.id) if copy.id != found.id]
    if as_json:
        others = [{"id": copy.key, "number": copy.id, "source": copy.source, "url": copy.url, "role": copy.cluster_role} for copy in copies]
        row = _row(found) | {"copies": others}
        print_json(row | ({"history": history} if revisions else {}))
        return
    _print_article(found, copies)
    if revisions:
        _print_revisions(history)


def _print_article(article: Article, copies: list[Article]) -> None:
    out.print(cell(article.title or "(no title)", "bold", limit=500))
    dated = f"{when(article.published_at)} UTC, from {article.published_from}" if article.published_at else None
    judged = (
        f"{'yes' if article.relevant else 'no'} ({article.relevance:.2f}): {'; '.join(article.relevance_reasons)}"
        if article.relevance is not None
        else None
    )
    facts = {
        "number": article.id,
        "id": article.key,
        "address": article.url,
        "source": article.source,
        "authors": ", ".join(article.authors) or None,
        "published": dated,
        "first seen": f"{when(article.first_seen_at)} UTC",
        "last visited": f"{when(article.visited_at)} UTC" if article.visited_at else None,
        "gone since": f"{when(article.gone_at)} UTC" if article.gone_at else None,
        "language": article.language,
        "section": article.section,
        "relevant": judged,
        "countries": " ".join(article.countries) or None,
        "revisions": article.revisions,
        "extractor": article.extractor,
    }
    made = table(None, "", "")
    made.show_header = False
    for name, value in facts.items():
        made.add_row(cell(name, "dim"), cell(value, limit=600))
    for copy in copies:
        made.add_row(cell("copy", "dim"), cell(f"[{copy.id}] {copy.source} · {when(copy.published_at)} · {copy.title}", limit=600))
    out.print(made)
    for paragraph in article.text.split("\n\n"):
        out.print()
        out.print(cell(paragraph, limit=100_000))


def _print_revisions(history: list[Revision]) -> None:
    from storage.revisions import word_changes

    before: Revision | None = None
    for revision in history:
        out.print()
        out.print(cell(f"Revision {revision.number}, fetched {when(revision.fetched_at)} UTC: {revision.title}", "bold", limit=500))
        if before is None:
            out.print("  first version seen")
        else:
            for change in word_changes(before, revision):
                out.print(Padding(cell(f"… {change.where}", "dim"), (0, 0, 0, 2)))
                for sign, words, style in (("−", change.removed, "red"), ("+", change.added, "green")):
                    if words:
                        out.print(Padding(cell(f"{sign} {words}", style, limit=2000), (0, 0, 0, 2)))
        before = revision


@app.command()
def stats(db: DatabaseOption = DEFAULT_DATABASE, as_json: JsonOption = False) -> None:
    """Count what the corpus holds."""
    from storage.corpus import Corpus

    with Corpus.open(db) as corpus:
        counted = corpus.stats()
    if as_json:
        print_json(counted)
        return
    span = f", published {when(counted.first_published_at)} to {when(counted.last_published_at)}" if counted.first_published_at else ""
    out.print(f"{counted.articles} articles in {counted.revisions} revisions from {counted.sources} sources{span}.")
    out.print(
        f"{counted.copies} of them are copies of another, in {counted.clusters} clusters. The ledger holds {counted.fetches} fetches."
    )
    for name, counts in (
        ("source", counted.by_source),
        ("language", counted.by_language),
        ("country", counted.by_country),
        ("outcome", counted.by_outcome),
    ):
        _print_counts(name, counts)


def _print_counts(name: str, counts: Mapping[Any, int], most: int = 15) -> None:
    if not counts:
        return
    ranked = sorted(counts.items(), key=lambda item: (-item[1], str(item[0])))
    made = table(None, name, "count", "", numbers=("count",))
    for value, count in ranked[:most]:
        made.add_row(cell(value), cell(count), cell("█" * max(1, round(24 * count / ranked[0][1])), "cyan"))
    if len(ranked) > most:
        made.add_row(cell(f"… {len(ranked) - most} more", "dim"), cell(sum(count for _, count in ranked[most:])), cell(""))
    out.print()
    out.print(made)


@app.command()
def export(
    output: Annotated[Path, typer.Argument(metavar="OUT", help="The folder for the data file and its manifest.")],
    file_format: Annotated[ExportFormat, typer.Option("--format", help="The file format.")] = ExportFormat.JSONL,
    query: Annotated[str, typer.Option("--query", metavar="WORDS", help="Only what 'dragoman search WORDS' finds.")] = "",
    source: SourceFilter = None,
    country: CountryFilter = None,
    language: LanguageFilter = None,
    since: FromFilter = None,
    until: ToFilter = None,
    db: DatabaseOption = DEFAULT_DATABASE,
    as_json: JsonOption = False,
) -> None:
    """Write the selected articles, copies too, one row each, with a manifest that says what they are."""
    from rich.progress import Progress

    from storage.corpus import Corpus
    from storage.coverage import coverage_of
    from storage.database import Database
    from storage.export import export_articles

    wanted = _filter(query, source, country, language, since, until)
    now = datetime.now(UTC)
    with Database.open(db, create=False) as database, Corpus(database) as corpus:
        total = corpus.count(wanted)
        with Progress(console=err, transient=True, disable=not err.is_terminal) as bar:
            task = bar.add_task("exporting", total=total)
            manifest = export_articles(
                corpus.articles(wanted),
                output,
                format=file_format.value,
                query=_described(wanted),
                versions={"dragoman": version("dragoman"), "schema": corpus.schema_version},
                now=now,
                coverage=coverage_of(database, wanted, now=now),
                progress=lambda rows: bar.update(task, completed=rows),
            )
    if as_json:
        print_json(manifest)
        return
    data = output / f"articles.{file_format.value}"
    out.print(f"{manifest.rows} articles in {visible(data)}; {visible(output / 'manifest.json')} says what they are.")
    out.print(f"{visible(output / f'coverage.{file_format.value}')} says, for each source and day, what was looked for, found and missed.")


def _described(wanted: ArticleFilter) -> dict[str, Any]:
    """Write the selection for the manifest; what was not asked for is left out."""
    facts: dict[str, Any] = {
        "query": wanted.query,
        "sources": list(wanted.sources),
        "countries": list(wanted.countries),
        "languages": list(wanted.languages),
        "since": wanted.since and wanted.since.isoformat(),
        "until": wanted.until and wanted.until.isoformat(),
    }
    return {name: value for name, value in facts.items() if value}


@db_app.command()
def info(db: DatabaseOption = DEFAULT_DATABASE, as_json: JsonOption = False) -> None:
    """Say what the database is: kind, versions, size, and what to beware of."""
    from storage.database import Database

    with Database.open(db, create=False) as database:
        facts = dict(database.facts())
    if as_json:
        print_json(facts)
        return
    made = table(None, "", "")
    made.show_header = False
    for name, value in facts.items():
        made.add_row(cell(name, "yellow" if name == "warning" else "dim"), cell(value, limit=1000))
    out.print(made)


@db_app.command()
def upgrade(db: DatabaseOption = DEFAULT_DATABASE) -> None:
    """Bring a database of an older Dragoman up to date."""
    from storage.database import Database
    from storage.errors import SchemaTooOld

    try:
        with Database.open(db, create=False) as database:
            before = database.facts()["schema"]
    except SchemaTooOld:
        before = ""
    with Database.open(db) as database:
        after = database.facts()["schema"]
    out.print(f"The schema is {after}" + (", as it was." if before == after else "; it was brought up to date."))


@db_app.command()
def check(db: DatabaseOption = DEFAULT_DATABASE) -> None:
    """Look for damage and for rows that contradict each other; exit code 1 when there are any."""
    from storage.database import Database

    with Database.open(db, create=False) as database:
        problems = database.check()
    for problem in problems:
        out.print(cell(problem, "red", limit=1000))
    out.print("No problem found." if not problems else f"{len(problems)} problems.")
    if problems:
        raise typer.Exit(1)


@db_app.command()
def vacuum(db: DatabaseOption = DEFAULT_DATABASE) -> None:
    """Give back unused space and renew the planner's statistics; writers wait meanwhile."""
    from storage.database import Database

    with Database.open(db, create=False) as database:
        before = int(database.facts()["size_bytes"])
        database.vacuum()
        after = int(database.facts()["size_bytes"])
    out.print(f"{before:,} bytes before, {after:,} after.")

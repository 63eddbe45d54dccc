"""The commands that ask the corpus: search, show, stats, db."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.padding import Padding
from rich.text import Text

from storage import export_cli, history_cli
from storage.asked import about, wanted_articles
from storage.copies import cli as dedup_cli
from storage.copies.words import copies_in_words, origin_in_words, place_in_words
from storage.coverage import cli as coverage_cli
from storage.records import SourceKind
from storage.search import cli as search_cli
from storage.search.records import ArticleFilter, Bucket, Sort, Weight
from storage.terminal import (
    DEFAULT_DATABASE,
    ActorFilter,
    CountryFilter,
    DatabaseOption,
    FromFilter,
    JsonOption,
    LanguageFilter,
    Outside,
    SourceFilter,
    ToFilter,
    TopicFilter,
    cell,
    day_end,
    day_start,
    out,
    print_json,
    table,
    when,
)

if TYPE_CHECKING:
    from storage.records import Article
    from storage.search.records import Hit

app = typer.Typer()
db_app = typer.Typer(help="Look after the database.", no_args_is_help=True)
app.add_typer(coverage_cli.app)
app.add_typer(dedup_cli.app)
app.add_typer(db_app, name="db")
export_cli.register(app)


@app.command()
def search(
    context: typer.Context,
    query: Annotated[
        str, typer.Argument(help='Words that must all occur; "a phrase"; -word for what must not; OR; title:word; word* for its beginning.')
    ] = "",
    source: SourceFilter = None,
    country: CountryFilter = None,
    actor: ActorFilter = None,
    topic: TopicFilter = None,
    language: LanguageFilter = None,
    since: FromFilter = None,
    until: ToFilter = None,
    seen_since: Annotated[str | None, typer.Option("--seen-from", metavar="DATE", help="First seen on or after this day (UTC).")] = None,
    seen_until: Annotated[str | None, typer.Option("--seen-to", metavar="DATE", help="First seen on or before this day (UTC).")] = None,
    source_country: Annotated[
        list[str] | None, typer.Option("--source-country", metavar="CC", help="Only sources of this country (may be repeated).")
    ] = None,
    source_kind: Annotated[
        list[SourceKind] | None, typer.Option("--source-kind", help="Only sources of this kind (may be repeated).", show_choices=True)
    ] = None,
    state_owned: Annotated[
        bool | None, typer.Option("--state-owned/--not-state-owned", help="Only sources that a state owns, or that none does.")
    ] = None,
    relevant: Annotated[
        bool | None, typer.Option("--relevant/--irrelevant", help="Only what was judged to be politics of the region, or not to be.")
    ] = None,
    revised: Annotated[bool, typer.Option("--revised", help="Only articles that were edited since they were first seen.")] = False,
    gone: Annotated[bool, typer.Option("--gone", help="Only articles that are gone from their addresses.")] = False,
    copies: Annotated[bool, typer.Option("--copies", help="Show every copy of a text, and not the best one only.")] = False,
    sort: Annotated[
        Sort | None, typer.Option("--sort", help="The order; by default relevance, and newest without a query.", show_default=False)
    ] = None,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, max=10_000, help="Show at most N articles.")] = 20,
    offset: Annotated[int, typer.Option("--offset", metavar="N", min=0, max=10**9, help="Leave out the first N.")] = 0,
    after: Annotated[
        str | None,
        typer.Option("--after", metavar="TOKEN", help="Go on after the hit with this token, whatever was stored meanwhile."),
    ] = None,
    count_by: Annotated[Bucket | None, typer.Option("--count-by", help="Count what matches, instead of showing it.")] = None,
    plot: Annotated[
        Path | None,
        typer.Option("--plot", metavar="FILE", help="Draw the counts into a .png, .svg or .pdf; by month, if not told how."),
    ] = None,
    db: DatabaseOption = DEFAULT_DATABASE,
    as_json: JsonOption = False,
) -> None:
    """Search the stored articles, best first; without a query, the newest first. Of the copies of one text, one is shown."""
    from storage.corpus import Corpus

    wanted = wanted_articles(query, source, country, language, since, until)
    wanted = replace(
        about(Outside.of(context), wanted, actor, topic),
        copies=copies,
        revised=revised or None,
        gone=gone or None,
        relevant=relevant,
        source_countries=tuple(code.upper() for code in source_country or ()),
        source_kinds=tuple(kind.value for kind in source_kind or ()),
        state_owned=state_owned,
        seen_since=day_start(seen_since, "--seen-from"),
        seen_until=day_end(seen_until, "--seen-to"),
    )
    if count_by is not None or plot is not None:
        search_cli.count(db, wanted, count_by or Bucket.MONTH, plot, as_json=as_json)
        return
    with Corpus.open(db) as corpus, corpus.unchanging():
        hits = corpus.search(wanted, sort=sort, limit=limit, offset=offset, after=after)
        found = 0 if as_json else corpus.count(wanted)
        different = 0 if as_json else corpus.count(wanted, Weight.CLUSTERS)
    if as_json:
        for hit in hits:
            print_json({"score": hit.score, "snippet": hit.snippet, "after": hit.after, **_row(hit.article)})
        return
    for hit in hits:
        _print_hit(hit)
    repeated = "" if found == different else f", {different} without their copies" + (" (--copies)" if not copies else "")
    more = (found if copies else different) > len(hits) + offset
    shown = f"; {len(hits)} shown" + (f", more: --after {hits[-1].after}" if hits and more and len(hits) == limit else "")
    out.print(
        f"{found} article{'s' * (found != 1)}{repeated}{shown if more or offset or after else ''}."
        + ("" if found else " Fewer words or filters find more.")
    )


def _print_hit(hit: Hit) -> None:
    article = hit.article
    out.print(Text.assemble((f"[{article.id}] ", "bold cyan"), cell(article.title or "(no title)", "bold")))
    facts = [article.source, when(article.published_at), article.language or "?", " ".join(article.countries), ", ".join(article.topics)]
    out.print(Padding(cell(" · ".join(fact for fact in facts if fact), "dim"), (0, 0, 0, 4)))
    if article.cluster is not None:
        place = place_in_words(article, f"[{article.origin}]")
        counted = f"{copies_in_words(article)}, origin {origin_in_words(article)} · {place}"
        out.print(Padding(cell(counted, "dim", limit=400), (0, 0, 0, 4)))
    if hit.snippet:
        out.print(Padding(cell(hit.snippet, limit=400), (0, 0, 0, 4)))


def _row(article: Article) -> dict[str, Any]:
    from storage.export.columns import RowReader

    return {"number": article.id, **RowReader().read(article), "origin_source": article.origin_source}


@app.command(cls=history_cli.ShowCommand)
def show(
    article: Annotated[str, typer.Argument(metavar="ID|URL", help="The number of an article, its id in an export, or its address.")],
    revisions: Annotated[bool, typer.Option("--revisions", help="Show its history: every version, what changed, gone and back.")] = False,
    diff: Annotated[
        str | None,
        typer.Option("--diff", metavar="[A]..[B]", help="Compare two versions word by word: 1..3, 1.., ..3; alone, the last two."),
    ] = None,
    copies: Annotated[bool, typer.Option("--copies", help="Show the copies of its text and what each changed.")] = False,
    db: DatabaseOption = DEFAULT_DATABASE,
    as_json: JsonOption = False,
) -> None:
    """Show one article with its metadata and its copies; or how it changed, or what its copies are to each other."""
    from storage.corpus import Corpus

    with Corpus.open(db) as corpus:
        found = corpus.get(article)
        history = corpus.history(found.id) if revisions or diff else []
        members = corpus.copies(found.id)
    others = [copy for copy in members if copy.id != found.id]
    compared = history_cli.chosen(history, diff) if diff else None
    if as_json:
        row = _row(found) | {"copies": history_cli.copy_rows(members if copies else others)}
        row |= {"history": history_cli.history_rows(history)} if revisions else {}
        print_json(row | ({"diff": history_cli.comparison_row(*compared)} if compared else {}))
        return
    if copies or compared:
        out.print(Text.assemble((f"[{found.id}] ", "bold cyan"), cell(found.title or "(no title)", "bold", limit=500)))
    else:
        _print_article(found, others)
    if copies:
        history_cli.print_copies(members)
    if compared:
        history_cli.print_comparison(*compared)
    if revisions:
        history_cli.print_history(history)


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
        "actors": ", ".join(article.actors) or None,
        "topics": ", ".join(article.topics) or None,
        "revisions": article.revisions,
        "extractor": article.extractor,
        **_facts_of_copies(article, copies),
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


def _facts_of_copies(article: Article, copies: list[Article]) -> dict[str, str]:
    """Say of what text an article is a copy."""
    if article.cluster is None:
        return {}
    title = next((f"“{copy.title}” " for copy in copies if copy.id == article.origin and copy.title), "")
    cluster = f"{article.cluster_key}: {copies_in_words(article)}, origin {origin_in_words(article)}"
    return {"cluster": cluster, "among copies": place_in_words(article, f"[{article.origin}] {title}({origin_in_words(article)})")}


@app.command()
def stats(
    context: typer.Context,
    weight: Annotated[
        Weight, typer.Option("--weight", help="Count every article, or every text once, in however many copies it stands (clusters).")
    ] = Weight.ARTICLES,
    source: SourceFilter = None,
    country: CountryFilter = None,
    actor: ActorFilter = None,
    topic: TopicFilter = None,
    language: LanguageFilter = None,
    since: FromFilter = None,
    until: ToFilter = None,
    db: DatabaseOption = DEFAULT_DATABASE,
    as_json: JsonOption = False,
) -> None:
    """Count what the corpus holds, or what a filter selects of it."""
    from storage.corpus import Corpus

    wanted = about(Outside.of(context), wanted_articles("", source, country, language, since, until), actor, topic)
    with Corpus.open(db) as corpus:
        counted = corpus.stats(weight, wanted)
    if as_json:
        print_json(counted)
        return
    span = f", published {when(counted.first_published_at)} to {when(counted.last_published_at)}" if counted.first_published_at else ""
    out.print(f"{counted.articles} articles in {counted.revisions} revisions from {counted.sources} sources{span}.")
    out.print(
        f"{counted.copies} of them are copies of another, in {counted.clusters} clusters: {counted.texts} different texts."
        + ("" if wanted != ArticleFilter() else f" The ledger holds {counted.fetches} fetches.")
    )
    if weight is Weight.CLUSTERS:
        out.print("By source, language, country, actor and topic a text counts once wherever one of its copies stands.")
    for name, counts in (
        ("source", counted.by_source),
        ("language", counted.by_language),
        ("country", counted.by_country),
        ("actor", counted.by_actor),
        ("topic", counted.by_topic),
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

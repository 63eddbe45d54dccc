"""The commands about tags: explain, retag."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from crawler.options import CatalogOption, GazetteerOption, Region
from storage.terminal import DEFAULT_DATABASE, DatabaseOption, JsonOption, cell, err, out, print_json, visible

if TYPE_CHECKING:
    from crawler.explanation import Explanation
    from crawler.tagging.explaining import ExplainedTag

app = typer.Typer()

_MAX_PASSAGES = 5


@app.command()
def explain(
    article: Annotated[
        str, typer.Argument(metavar="ID|URL|FILE", help="An article of the corpus, a saved page (.html) or texts (.jsonl, .jsonl.gz).")
    ],
    catalog: CatalogOption = None,
    db: DatabaseOption = DEFAULT_DATABASE,
    region: Region = "mena",
    gazetteer: GazetteerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say why an article is relevant or not, and show the words behind each of its tags."""
    from crawler.catalog import load_catalog
    from crawler.tagging.region import load_region

    profile = load_region(region)
    book = load_catalog(catalog)
    from crawler.explanation import explain_article, file_subjects, is_file, stored_subject

    if is_file(article):
        subjects = file_subjects(Path(article), book)
    else:
        from storage.corpus import Corpus

        with Corpus.open(db) as corpus:
            subjects = iter([stored_subject(corpus, article, book)])
    for subject in subjects:
        explanation = explain_article(subject, profile, gazetteer)
        if as_json:
            print_json(_object(explanation))
        else:
            _print(explanation)


@app.command()
def retag(
    region: Region = "mena",
    gazetteer: GazetteerOption = None,
    db: DatabaseOption = DEFAULT_DATABASE,
    as_json: JsonOption = False,
) -> None:
    """Judge and tag the stored articles anew where lists or rules have changed since; one that was interrupted goes on where it stopped."""
    from dataclasses import asdict

    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from crawler.processing import Policy
    from crawler.retagging import retag as retag_articles
    from crawler.tagging.region import load_region
    from storage.database import Database

    load_region(region)
    columns = (
        TextColumn("tagging"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Database.open(db, create=False) as database, Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task("tagging", total=None, rate="")

        def report(done: int, total: int) -> None:
            elapsed = bar.tasks[task].elapsed or 0
            bar.update(task, completed=done, total=total, rate=f"{done / elapsed:.0f}/s" if elapsed and done else "")

        done = retag_articles(database, Policy(region, gazetteer=gazetteer), progress=report)
    if as_json:
        print_json(asdict(done))
        return
    if not done.judged and not done.failed:
        out.print(f"All articles are tagged by version {done.version} already.")
        return
    out.print(
        f"{done.judged} articles judged anew by version {done.version}: {done.changed} changed,"
        f" {done.now_relevant} of them are relevant now, {done.no_longer_relevant} no longer."
    )
    if done.revised or done.failed:
        out.print(f"{done.revised} were revised meanwhile and {done.failed} could not be judged: they stay as they are.")


def _object(explanation: Explanation) -> dict[str, Any]:
    """Put an explanation as one JSON object; `start` and `end` are characters of the title or the text."""
    subject = explanation.subject
    return {
        "article": subject.name,
        "title": subject.title,
        "language": subject.language,
        "published": subject.published.isoformat() if subject.published else None,
        "relevant": explanation.relevant,
        "score": explanation.score,
        "threshold": explanation.threshold,
        "reasons": explanation.reasons,
        "bias": explanation.bias,
        "contributions": [
            {"feature": item.feature, "value": item.value, "weight": item.weight, "effect": round(item.effect, 3)}
            for item in explanation.contributions
        ],
        "tags": [
            {
                "kind": item.tag.kind,
                "value": item.tag.value,
                "name": item.name,
                "weight": item.tag.weight,
                "offices": item.offices,
                "evidence": item.tag.evidence,
                "passages": [
                    {"in": passage.zone, "start": passage.start, "end": passage.end, "marked": passage.marked} for passage in item.passages
                ],
            }
            for item in explanation.tags
        ],
        "gazetteer": explanation.gazetteer,
        "version": explanation.version,
    }


def _print(explanation: Explanation) -> None:
    """Print an explanation for people: the verdict, then each tag with its words in bold."""
    subject = explanation.subject
    out.print(cell(subject.title or "(no title)", "bold", limit=500))
    out.print(cell(subject.name, "dim", limit=500))
    verdict = "relevant" if explanation.relevant else "not relevant"
    out.print(
        Text(
            f"{verdict}: score {explanation.score:.2f}, the line is at {explanation.threshold:.2f}",
            style="green" if explanation.relevant else "yellow",
        )
    )
    for reason in explanation.reasons:
        out.print(Text("  · ").append_text(cell(reason, limit=500)))
    if explanation.contributions:
        out.print(_table(explanation))
    for item in explanation.tags:
        out.print(_heading(item))
        for passage in item.passages[:_MAX_PASSAGES]:
            out.print(Text("    ").append_text(_bold(passage.marked, passage.zone)))
        if len(item.passages) > _MAX_PASSAGES:
            out.print(Text(f"    … and {len(item.passages) - _MAX_PASSAGES} more", style="dim"))
        if not item.passages:
            out.print(Text("    ").append_text(cell(item.tag.evidence)))
    if not explanation.tags:
        out.print(cell("no tags", "dim"))
    out.print(cell(f"actors: version {explanation.gazetteer}; lists, model and region: version {explanation.version}", "dim"))


def _table(explanation: Explanation) -> Table:
    """Set out what each feature did to the score: value times weight, in log-odds; 0 and more is more likely than not."""
    table = Table("feature", "value", "weight", "effect", box=None, padding=(0, 2, 0, 2))
    for column in table.columns[1:]:
        column.justify = "right"
    table.add_row("(bias)", "", "", f"{explanation.bias:+.2f}")
    for item in explanation.contributions:
        if item.weight:
            table.add_row(item.feature, f"{item.value:.2f}", f"{item.weight:+.2f}", f"{item.effect:+.2f}")
    odds = explanation.bias + sum(item.effect for item in explanation.contributions)
    table.add_row("sum", "", "", f"{odds:+.2f}", style="bold")
    return table


def _heading(item: ExplainedTag) -> Text:
    """Write what a tag is: its name, kind and value, weight, and the offices of the day."""
    text = Text("\n").append(visible(item.name), style="bold")
    text.append(f"  {item.tag.kind} {visible(item.tag.value)}, weight {item.tag.weight:.2f}")
    for office in item.offices:
        text.append(f"\n    {visible(office)}", style="dim")
    return text


def _bold(marked: str, zone: str) -> Text:
    """Write a passage with what stands between the marks in bold, and the marks, so that it can be read without colours."""
    before, _, rest = visible(marked, limit=500).partition("[[")
    within, _, after = rest.partition("]]")
    text = Text(f"{before}[[").append(within, style="bold").append(f"]]{after}")
    return text.append(" (title)", style="dim") if zone == "title" else text

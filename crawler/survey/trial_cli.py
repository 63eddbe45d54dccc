"""The command that reads stored pages by the rules of their source: `dragoman sources try`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crawler.options import EXIT_FAILED, CatalogOption
from storage.terminal import JsonOption, UsageMistake, cell, err, out, print_json, table, visible

if TYPE_CHECKING:
    from crawler.catalog import Catalog, Source
    from crawler.survey.trials import StoredPage, Trial

app = typer.Typer()


@app.command("try")
def try_pages(
    source: Annotated[
        list[str] | None, typer.Argument(metavar="ID", help="Ids of sources; none means every one that has stored pages.")
    ] = None,
    page: Annotated[
        list[Path] | None, typer.Option("--page", metavar="FILE", help="This page instead of the stored ones (may be repeated).")
    ] = None,
    url: Annotated[str | None, typer.Option("--url", help="The address of the page, for a single --page.")] = None,
    catalog: CatalogOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read stored pages of the sources: each field, where it was found, which selectors matched, and what was expected otherwise."""
    if page and len(source or ()) != 1:
        raise UsageMistake("--page goes with the id of the one source that the page is of")
    if url is not None and len(page or ()) != 1:
        raise UsageMistake("--url goes with a single --page")
    from crawler.catalog import load_catalog

    errands = _errands(load_catalog(catalog), source or [], page or [], url)
    from crawler.errors import PageError
    from crawler.pool import WorkerPool
    from crawler.survey.trials import Trial, idle_rules, try_page

    trials = []
    with WorkerPool(workers=1, preload=["crawler.survey.trials"]) as pool:
        for one, stored in errands:
            try:
                trial = pool.submit(try_page, one, stored).result()
            except PageError as error:  # the worker was lost over it
                trial = Trial(one.id, stored.path, {}, (), frozenset(), frozenset(), (f"no article: {error.outcome}: {error}",))
            trials.append(trial)
            _print_trial(trial, as_json=as_json)
    idle = idle_rules(trials)
    for source_id, fields in idle.items():
        err.print(cell(f"dragoman: {source_id}: the selectors of {', '.join(fields)} gave nothing on any page", limit=500))
    wrong = sum(bool(trial.problems) for trial in trials)
    if not as_json:
        out.print(f"{len(trials)} page{'s' * (len(trials) != 1)} read, {wrong} not as expected.")
    if wrong or idle:
        raise typer.Exit(EXIT_FAILED)


def _errands(catalog: Catalog, ids: list[str], pages: list[Path], url: str | None) -> list[tuple[Source, StoredPage]]:
    """List which pages are to be read, each with its source."""
    from crawler.survey.source_files import file_of
    from crawler.survey.trials import stored_page, stored_pages

    chosen = catalog.select(ids) if ids else tuple(catalog)
    if pages:
        return [(chosen[0], stored_page(path, url)) for path in pages]
    errands = [(one, stored) for one in chosen if (path := file_of(catalog, one.id)) for stored in stored_pages(path)]
    if not errands:
        where = ", ".join(ids) or f"any source in {catalog.directory}"
        raise UsageMistake(f"no stored page of {where}; name one with --page, or put it into pages/<id>/ beside the source's file")
    return errands


def _print_trial(trial: Trial, *, as_json: bool) -> None:
    from crawler.survey.trials import SHOWN

    if as_json:
        tried = [
            {"field": name, "selector": rule.selector, "attribute": rule.attribute, "elements": elements}
            for name, rule, elements in trial.tried
        ]
        print_json(
            {"source": trial.source_id, "page": trial.path, "article": trial.row or None, "rules": tried, "problems": trial.problems}
        )
        return
    out.print(cell(f"{trial.source_id}: {visible(trial.path, limit=1000)}", "bold", limit=1200))
    if trial.row:
        evidence = trial.row["evidence"]
        fields = table(None, "field", "value", "found in", "sure")
        for name in SHOWN:
            told = evidence.get(name)
            found_in, sure = (told["found_in"], f"{told['confidence']:.2f}") if told else ("", "")
            fields.add_row(cell(name), cell(_shown(trial.row[name]), limit=300), cell(found_in, limit=200), cell(sure))
        out.print(fields)
    if trial.tried:
        rules = table(None, "rule for", "selector", "elements", numbers=("elements",))
        for name, rule, elements in trial.tried:
            selector = f"{rule.selector} → {rule.attribute}" if rule.attribute else rule.selector
            rules.add_row(cell(name), cell(selector, limit=400), cell(elements or "none", "" if elements else "yellow"))
        out.print(rules)
    for problem in trial.problems:
        out.print(cell(f"- {problem}", "red", limit=1000))


def _shown(value: object) -> str:
    """Write a value in one cell: a long text by its beginning, its end and its length."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    text = " ".join(str(value).split()) if value is not None else ""
    return text if len(text) <= 160 else f"{text[:80]} … {text[-60:]} ({len(text):,} characters)"

"""What `dragoman search --count-by` and `--plot` show."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from storage.search import plots
from storage.search.records import ArticleFilter, Bucket, Weight
from storage.terminal import UsageMistake, cell, out, print_json, table, visible

_TIMES = frozenset((Bucket.DAY, Bucket.MONTH))
_MOST_ROWS = 60
_BAR_WIDTH = 50


def count(db: str, wanted: ArticleFilter, bucket: Bucket, picture: Path | None, *, as_json: bool) -> None:
    """Count what matches, each text once in each bucket unless copies are asked for, and print it; draw it where a file is named."""
    from storage.corpus import Corpus

    if picture is not None and picture.suffix.lower() not in plots.PICTURE_FORMATS:
        raise UsageMistake(f"--plot {picture} is not a picture that can be drawn; end its name in {', '.join(plots.PICTURE_FORMATS)}")
    if picture is not None and not picture.absolute().parent.is_dir():
        raise UsageMistake(f"--plot {picture}: there is no folder {picture.absolute().parent}")
    weight = Weight.ARTICLES if wanted.copies else Weight.CLUSTERS
    with Corpus.open(db) as corpus, corpus.unchanging():
        counts = corpus.count_by(bucket, wanted, weight)
        found = corpus.count(wanted, weight)
    unit = "articles" if wanted.copies else "texts"
    if as_json:
        for name, counted in counts.items():
            print_json({bucket.value: name, unit: counted})
    else:
        _print(counts, bucket, unit)
        what = "without their copies" if not wanted.copies else "with their copies"
        out.print(f"{found} {unit if found != 1 else unit[:-1]}, {what}.")
    if picture is None:
        return
    if not counts:
        raise UsageMistake("nothing was found, so there is nothing to draw; fewer words or filters find more")
    plots.draw(counts, bucket, picture, title=_title(wanted, unit, bucket), unit=unit)
    if not as_json:
        out.print(f"{visible(picture)} shows them.")


def _print(counts: Mapping[str, int], bucket: Bucket, unit: str) -> None:
    if not counts:
        return
    rows, each = plots.columns(counts, _MOST_ROWS) if bucket in _TIMES else (list(counts.items()), 1)
    most = max(counted for _, counted in rows)
    name = bucket.value if each == 1 else f"{each} {bucket.value}s from"
    made = table(None, name, unit, "", numbers=(unit,))
    for label, counted in rows[:_MOST_ROWS]:
        made.add_row(cell(label), cell(counted), cell(plots.bar(counted, most, _BAR_WIDTH), "cyan"))
    if len(rows) > _MOST_ROWS:
        made.add_row(cell(f"… {len(rows) - _MOST_ROWS} more", "dim"), cell(sum(counted for _, counted in rows[_MOST_ROWS:])), cell(""))
    out.print(made)


def _title(wanted: ArticleFilter, unit: str, bucket: Bucket) -> str:
    """Say what was counted, as a reader of the picture must know it."""
    asked = [
        wanted.query.strip(),
        *(", ".join(values) for values in (wanted.sources, wanted.countries, wanted.languages, wanted.source_countries) if values),
    ]
    return f"{unit.capitalize()} by {bucket.value}" + (f": {' · '.join(part for part in asked if part)}" if any(asked) else "")

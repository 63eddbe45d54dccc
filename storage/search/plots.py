"""Counts as a picture: bars for a terminal, a file for a paper."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from storage.errors import ExportError
from storage.search.records import Bucket
from storage.textgate import clean

PICTURE_FORMATS = (".png", ".svg", ".pdf")
_BLOCKS = " ▏▎▍▌▋▊▉█"
_TIMES = frozenset((Bucket.DAY, Bucket.MONTH))


def bar(count: int, most: int, width: int) -> str:
    """Return a bar of at most `width` characters for a count, to the eighth of a character; nothing for zero."""
    if count <= 0 or most <= 0:
        return ""
    eighths = max(1, round(count / most * width * 8))
    return "█" * (eighths // 8) + _BLOCKS[eighths % 8].strip()


def draw(counts: Mapping[str, int], bucket: Bucket, path: Path, *, title: str, unit: str) -> None:
    """Write counts as a picture, PNG, SVG or PDF by the name of the file: a line over time, else bars.

    `title` is what was asked, `unit` what was counted. Nothing is left at `path` when it fails. Raises: ExportError.
    """
    if path.suffix.lower() not in PICTURE_FORMATS:
        raise ExportError(f"{path} is not a picture that can be drawn; name a file that ends in {', '.join(PICTURE_FORMATS)}")
    # They take a second to import, and most searches draw nothing.
    from matplotlib.dates import date2num  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415

    names, values = list(counts), list(counts.values())
    tall = max(3.2, 0.28 * len(names) + 1.2)
    figure = Figure(figsize=(8, 3.6) if bucket in _TIMES else (8, min(tall, 30)), layout="constrained")
    axes = figure.add_subplot()
    if bucket in _TIMES:
        days = date2num([date.fromisoformat(f"{name}-01"[:10]) for name in names])  # type: ignore[no-untyped-call]
        axes.xaxis_date()
        many = len(days) > 60
        axes.plot(days, values, color="#20639b", linewidth=1.2, marker=None if many else "o", markersize=3.5)
        axes.fill_between(days, values, color="#20639b", alpha=0.15, linewidth=0)
        axes.set_ylabel(unit)
        axes.set_ylim(bottom=0)
        figure.autofmt_xdate(rotation=30)
    else:
        axes.barh(names[::-1], values[::-1], color="#20639b")
        axes.set_xlabel(unit)
    (axes.yaxis if bucket in _TIMES else axes.xaxis).set_major_locator(MaxNLocator(integer=True))
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y" if bucket in _TIMES else "x", color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
    # A dollar sign would begin a formula.
    axes.set_title(clean(title)[:100].replace("$", r"\$"), loc="left", fontsize=11)
    part = path.with_name(f"{path.name}.part")
    try:
        figure.savefig(part, format=path.suffix[1:].lower(), dpi=150)
        part.replace(path)
    except OSError as error:
        raise ExportError(f"{path} cannot be written: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)


def columns(counts: Mapping[str, int], width: int) -> tuple[list[tuple[str, int]], int]:
    """Return at most so many sums of neighbouring buckets that a terminal of `width` lines shows them, and how many are in each."""
    each = max(1, math.ceil(len(counts) / width))
    names, values = list(counts), list(counts.values())
    return [(names[at], sum(values[at : at + each])) for at in range(0, len(names), each)], each

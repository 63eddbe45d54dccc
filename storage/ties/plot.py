"""Draw ties: one over time, or several beside each other. What is drawn is what was counted, with its uncertainty and its numbers."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from storage.errors import ExportError
from storage.search.records import Weight
from storage.ties.records import Span, Tie, Ties
from storage.ties.strength import Direction

#: The ends of file names that a picture may be written to.
PICTURE_SUFFIXES = (".png", ".svg", ".pdf")


@dataclass(frozen=True, slots=True)
class PlotConfig:
    """How a picture looks: inches and dots an inch (a slide is 13.3 inches wide), colours that are told apart without colour vision.

    Colours: Okabe & Ito, 'Color Universal Design', 2008. Strength is drawn on a logarithmic axis, where twice and half are as far from 1;
    it is cut at `most_fold`, because the interval of one text in a small span has no end that says anything.
    """

    width: float = 10.0
    height: float = 5.6
    row_height: float = 0.36
    dots: int = 160
    ink: str = "#222222"
    soft: str = "#767676"
    line: str = "#0072B2"
    up: str = "#009E73"
    down: str = "#D55E00"
    bars: str = "#B8C4CE"
    most_fold: float = 16.0
    most_marked_spans: int = 40


CONFIG = PlotConfig()
_STYLE: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#999999",
    "svg.hashsalt": "dragoman",
    "svg.fonttype": "path",
    "text.parse_math": False,
}
_NOTE = "Strength = texts with both / texts expected if the two had nothing to do with each other (n_a · n_b / N); band: 95 % interval"


def draw(ties: Ties, path: Path, name: Callable[[str, str], str], config: PlotConfig = CONFIG) -> None:
    """Draw an answer into a file; the end of its name says as what. One tie is drawn over time, several side by side.

    Raises: ExportError when there is nothing to draw, the name ends otherwise, or the file cannot be written.
    """
    if path.suffix.lower() not in PICTURE_SUFFIXES:
        raise ExportError(f"{path}: a picture is written as {', '.join(PICTURE_SUFFIXES[:-1])} or {PICTURE_SUFFIXES[-1]}")
    series = ties.question.b is not None
    if not ties.ties or (series and not ties.begins):
        raise ExportError("there is nothing to draw: no text was found")
    import matplotlib as mpl  # noqa: PLC0415 - half a second, which only those who draw wait for
    from matplotlib.figure import Figure  # noqa: PLC0415

    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # what it says of fonts and caches is no business of the user's

    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(config.width, config.height))
        if series:
            _draw_series(figure, ties, ties.ties[0], name, config)
        else:
            _draw_ranking(figure, ties, name, config)
        metadata = {"Date": None} if path.suffix.lower() == ".svg" else {"CreationDate": None} if path.suffix.lower() == ".pdf" else {}
        try:
            figure.savefig(path, dpi=config.dots, metadata=metadata)
        except OSError as error:
            raise ExportError(f"cannot write {path}: {error.strerror}") from error


def _draw_series(figure: Any, ties: Ties, tie: Tie, name: Callable[[str, str], str], config: PlotConfig) -> None:
    """Draw strength over time above, counted and expected texts below."""
    by = ties.question.by
    upper, lower = figure.subplots(2, 1, sharex=True, gridspec_kw={"height_ratios": (3, 1.5), "hspace": 0.12})
    figure.subplots_adjust(left=0.095, right=0.975, top=0.83, bottom=0.17)
    _draw_strength(upper, tie, config)
    _draw_counts(lower, tie, config)
    shown = _labelled(ties.begins)
    lower.set_xticks(shown, [_written(by, ties.begins[place], first=place == shown[0]) for place in shown])
    lower.set_xlim(-0.6, len(tie.points) - 0.4)
    if tie.trend is not None:
        middle = len(tie.points) // 2 - 0.5
        upper.axvline(middle, color=config.soft, linewidth=0.8, linestyle=(0, (1, 3)))
        for side, where, text in (("right", -6, "earlier half"), ("left", 6, "later half")):
            upper.annotate(
                text, (middle, 1), xycoords=("data", "axes fraction"), xytext=(where, -2), textcoords="offset points", ha=side, va="top",
                fontsize=8, color=config.soft,
            )  # fmt: skip
    figure.text(0.02, 0.945, f"{name(*tie.a)} – {name(*tie.b)}", fontsize=18, fontweight="bold", color=config.ink)
    figure.text(0.02, 0.885, _subtitle(ties, tie), fontsize=10.5, color=config.soft)
    changed = any(point.change and point.change.direction is not Direction.UNCLEAR for point in tie.points)
    steps = "▲▼ more than noise since the span before" if changed else "No step from one span to the next is more than noise"
    figure.text(0.02, 0.05, f"{_NOTE}.", fontsize=7.5, color=config.soft)
    figure.text(0.02, 0.018, f"Hollow: never together. {steps} (p < 0.05, Holm). {_counted(ties)}", fontsize=7.5, color=config.soft)


def _draw_strength(axes: Any, tie: Tie, config: PlotConfig) -> None:
    """Draw the strengths with their intervals; where one of the two is named nowhere, there is nothing."""
    known = [(place, point) for place, point in enumerate(tie.points) if point.strength.strength is not None]
    least, most = 1 / config.most_fold, config.most_fold

    def cut(value: float | None) -> float:
        return min(max(value or 0.0, least), most)

    axes.axhline(1, color=config.soft, linewidth=1, linestyle=(0, (4, 3)))
    for run in _runs([place for place, _ in known]):
        of_run = [tie.points[place].strength for place in run]
        low, high = [cut(strength.low) for strength in of_run], [cut(strength.high) for strength in of_run]
        if len(run) > 1:
            axes.fill_between(run, low, high, color=config.line, alpha=0.15, linewidth=0)
        else:
            axes.plot([run[0]] * 2, [low[0], high[0]], color=config.line, alpha=0.3, linewidth=4)
        axes.plot(run, [cut(strength.strength) for strength in of_run], color=config.line, linewidth=2, solid_capstyle="round")
    for place, point in known:
        direction = point.change.direction if point.change else Direction.UNCLEAR
        clear = direction is not Direction.UNCLEAR
        if clear or len(known) <= config.most_marked_spans:
            marker, colour = _mark(direction, config)
            face = colour if point.strength.together else "white"
            where = cut(point.strength.strength)
            axes.plot([place], [where], marker=marker, markersize=9 if clear else 5.5, color=colour, markerfacecolor=face, zorder=5)
    axes.set_yscale("log", base=2)
    axes.set_ylim(least / 1.15, most * 1.15)
    axes.set_yticks([1 / 16, 1 / 4, 1, 4, 16], ["≤ 1/16", "1/4", "1×", "4×", "≥ 16×"])
    axes.tick_params(axis="y", which="minor", left=False)
    axes.tick_params(axis="x", length=0)
    axes.set_ylabel("strength")
    axes.annotate(
        "as often as by chance", (1, 1), xycoords=("axes fraction", "data"), xytext=(-2, -3), textcoords="offset points", fontsize=8,
        ha="right", va="top", color=config.soft,
    )  # fmt: skip


def _draw_counts(axes: Any, tie: Tie, config: PlotConfig) -> None:
    """Draw how many texts have both, and how many chance would give."""
    places = range(len(tie.points))
    counted, expected = [point.strength.together for point in tie.points], [point.strength.expected for point in tie.points]
    axes.bar(places, counted, width=0.72, color=config.bars, label="texts with both")
    sides = [place - 0.36 for place in places], [place + 0.36 for place in places]
    axes.hlines(expected, *sides, color=config.ink, linewidth=1.3, label="expected by chance")
    if len(places) <= config.most_marked_spans:
        for place, count, chance in zip(places, counted, expected, strict=True):
            if count:
                axes.annotate(
                    str(count), (place, max(count, chance)), xytext=(0, 2), textcoords="offset points", ha="center", va="bottom",
                    fontsize=8, color=config.soft,
                )  # fmt: skip
    axes.set_ylim(0, max([*expected, *counted, 1]) * 1.4)
    axes.yaxis.get_major_locator().set_params(integer=True, nbins=3)
    axes.set_ylabel("texts")
    axes.legend(loc="upper left", fontsize=8, frameon=False, ncols=2, borderaxespad=0.1, handlelength=1.4)


def _mark(direction: Direction, config: PlotConfig) -> tuple[str, str]:
    """Return shape and colour of a point: a change that is more than noise is told by both."""
    return {Direction.UP: ("^", config.up), Direction.DOWN: ("v", config.down)}.get(direction, ("o", config.line))


def _draw_ranking(figure: Any, ties: Ties, name: Callable[[str, str], str], config: PlotConfig) -> None:
    """Draw several ties as dots with their intervals, the strongest above."""
    shown = ties.ties
    figure.set_size_inches(config.width, 1.9 + config.row_height * len(shown))
    height = figure.get_size_inches()[1]
    axes = figure.subplots()
    figure.subplots_adjust(left=0.34, right=0.90, top=1 - 0.95 / height, bottom=0.85 / height)
    rows = list(range(len(shown)))[::-1]
    axes.axvline(1, color=config.soft, linewidth=1, linestyle=(0, (4, 3)))
    for row, tie in zip(rows, shown, strict=True):
        strength = tie.strength
        direction = tie.trend.direction if tie.trend else Direction.UNCLEAR
        marker, colour = _mark(direction, config)
        low, high = max(strength.low or 0.0, 1 / 64), strength.high or 1.0
        axes.plot([low, high], [row, row], color=colour, linewidth=2, alpha=0.45, solid_capstyle="round")
        axes.plot([max(strength.strength or 0.0, 1 / 64)], [row], marker=marker, markersize=7, color=colour)
        axes.annotate(
            f"n = {strength.together}", (1.0, row), xycoords=("axes fraction", "data"), xytext=(6, 0), textcoords="offset points",
            va="center", fontsize=8.5, color=config.soft,
        )  # fmt: skip
    axes.set_xscale("log", base=2)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}×" if value >= 1 else f"1/{1 / value:g}")
    axes.tick_params(axis="x", which="minor", bottom=False)
    axes.set_yticks(rows, [f"{name(*tie.a)} – {name(*tie.b)}" for tie in shown])
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(-0.7, len(shown) - 0.3)
    axes.set_xlabel("strength of the tie (1× = as often together as by chance)", fontsize=9)
    about = name(*ties.question.a) if ties.question.a else None
    title = (
        f"{about}: strongest ties" if about else f"Strongest ties between {'countries' if ties.question.kind == 'country' else 'actors'}"
    )
    figure.text(0.02, 1 - 0.42 / height, title, fontsize=17, fontweight="bold", color=config.ink)
    figure.text(
        0.02, 1 - 0.72 / height, f"{len(shown)} of {ties.found} ties in {_texts(ties)}{_time(ties)}", fontsize=10, color=config.soft
    )
    figure.text(0.02, 0.24 / height, f"{_NOTE.replace('band', 'line')}.", fontsize=7.5, color=config.soft)
    trend = "▲▼ later half stronger or weaker than the earlier one (p < 0.05). "
    clear = any(tie.trend and tie.trend.direction is not Direction.UNCLEAR for tie in shown)
    figure.text(0.02, 0.09 / height, f"{trend if clear else ''}{_counted(ties)}", fontsize=7.5, color=config.soft)


def _runs(places: Sequence[int]) -> list[list[int]]:
    """Put places that follow each other together: where nothing is known, no line is drawn."""
    runs: list[list[int]] = []
    for place in places:
        if runs and runs[-1][-1] == place - 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    return runs


def _labelled(begins: Sequence[date], most: int = 14) -> list[int]:
    """Return the places of the spans that are named below the axis."""
    step = max(1, -(-len(begins) // most))
    return list(range(0, len(begins), step))


def _written(by: Span, begin: date, *, first: bool) -> str:
    """Name a span on an axis, with its year where that is new."""
    if by is Span.MONTH:
        return begin.strftime("%b\n%Y") if first or begin.month == 1 else begin.strftime("%b")
    if by is Span.YEAR:
        return str(begin.year)
    return begin.strftime("%d %b\n%Y") if first else begin.strftime("%d %b")


def _subtitle(ties: Ties, tie: Tie) -> str:
    """Say what the whole of a series comes to."""
    strength, trend = tie.strength, tie.trend
    said = f"together in {strength.together} of {_texts(ties)}{_time(ties)}"
    if strength.strength is not None and strength.low is not None and strength.high is not None:
        said += f": {strength.strength:.1f}× what chance gives ({strength.low:.1f}–{strength.high:.1f})"
    if trend is not None and trend.direction is not Direction.UNCLEAR:
        word = "stronger" if trend.direction is Direction.UP else "weaker"
        high = "∞" if trend.high is None else f"{trend.high:.1f}"
        said += f"; {word} in the later half: ×{trend.ratio:.1f} ({trend.low:.1f}–{high})" if trend.ratio else f"; {word} in the later half"
    return said


def _texts(ties: Ties) -> str:
    """Count the texts in words; copies of one are one, unless articles are counted."""
    noun = "text" if ties.question.weight is Weight.CLUSTERS else "article"
    return f"{ties.texts:,} {noun}{'s' * (ties.texts != 1)}"


def _time(ties: Ties) -> str:
    """Say which time the spans are."""
    if not ties.begins:
        return ""
    by = ties.question.by
    first, last = by.written(ties.begins[0]), by.written(ties.begins[-1])
    return f", {first}" if first == last else f", {first} to {last}"


def _counted(ties: Ties) -> str:
    """Say how copies were counted."""
    copies = "Copies of one text count once." if ties.question.weight is Weight.CLUSTERS else "Every copy counts."
    return f"{copies} Made with Dragoman."

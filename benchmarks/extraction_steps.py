"""What each step around trafilatura is worth, and what extraction costs: the `ablation` and `cost` of `extraction.py`.

A step is switched off from outside: the function that takes it is replaced by one that does nothing, where its caller looks it up. So the
code that runs in a crawl has no switches in it; a function that is renamed must be renamed in `STEPS` too (`StepError`).
"""

from __future__ import annotations

import cProfile
import importlib
import pstats
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from trafilatura import bare_extraction

from benchmarks.extraction_readers import Dragoman, Sample, no_context
from benchmarks.extraction_scores import Prediction, Truth, score
from crawler.errors import PageError
from crawler.extraction import extract

PACKAGE = "crawler.extraction"
# how `extract` wraps what is a fault of code rather than of the page
_FAULT = re.compile(r"(?:Type|Attribute|Name|Index|Key|Value)Error:|UnboundLocalError")


class StepError(LookupError):
    """The table of steps does not fit the code any more: a function is gone, or gives something else."""


def nothing(*_: object, **__: object) -> None:
    """Change nothing in place, find nothing."""


def never(*_: object, **__: object) -> bool:
    """Say no."""
    return False


def zero(*_: object, **__: object) -> int:
    """Count none."""
    return 0


def none_of(*_: object, **__: object) -> tuple[()]:
    """Find none."""
    return ()


def no_replacements(*_: object, **__: object) -> dict[str, str]:
    """Replace nothing."""
    return {}


def unchanged(first: Any, *_: object, **__: object) -> list[Any]:
    """Give the blocks back as they came."""
    return list(first)


@dataclass(frozen=True, slots=True)
class Step:
    """A step of extraction and how to do without it: `where` names `module.function`, or `module.TABLE[key]`, in `crawler.extraction`."""

    name: str
    where: tuple[str, ...]
    instead: Callable[..., Any]


STEPS = (
    Step("pruning, all of it", ("text.prune",), nothing),
    Step("  blocks named by class", ("pruning._is_named",), never),
    Step("  lists of links", ("pruning._CANDIDATES[ul]", "pruning._CANDIDATES[ol]"), never),
    Step("  paragraphs of links", ("pruning._CANDIDATES[p]",), never),
    Step("  teasers in the article", ("pruning._CANDIDATES[article]",), never),
    Step("  labelled links", ("pruning._is_labelled_link",), never),
    Step("  links round headings", ("pruning._CANDIDATES[a]",), never),
    Step("  rows of cards", ("pruning._cards",), none_of),
    Step("  microdata not shown", ("pruning._is_hidden_data",), never),
    Step("quotes freed", ("text.free_quotes",), nothing),
    Step("subheads marked", ("text.mark_subheads",), nothing),
    Step("layout tables flattened", ("text.flatten_layout_tables",), nothing),
    Step("split bodies merged", ("text.merge_split_bodies",), nothing),
    Step("joiners and marks kept", ("text.hide_marks",), no_replacements),
    Step("standfirst", ("text.standfirst",), nothing),
    Step("short posts", ("text.short_article",), none_of),
    Step("lines, all rules", ("text.clean_blocks",), unchanged),
    Step("  headline dropped", ("lines.after_headline",), unchanged),
    Step("  promotional lines", ("lines.without_pointers",), unchanged),
    Step("  dates and bylines", ("lines.without_edge_labels",), unchanged),
    Step("  credits", ("lines.without_credits",), unchanged),
    Step("  loose headings", ("lines.without_loose_headings",), unchanged),
    Step("echoes dropped", ("text.without_echoes",), unchanged),
    Step("digests dropped", ("text.without_digest",), unchanged),
    Step("endings dropped", ("text.without_endings",), unchanged),
    Step("stored text as a check", ("text.confirmed",), unchanged),
    Step("stored text instead", ("text._stored_whole",), none_of),
    Step("unseen text, all of it", ("embedded_paragraphs",), none_of),
    Step("  JSON-LD", ("embedded._json_ld_bodies",), none_of),
    Step("  state of scripts", ("embedded._script_bodies",), none_of),
    Step("signatures", ("credits.signature_of",), nothing),
    Step("later articles cut", ("forms.cut_later_articles",), zero),
    Step("live blogs", ("forms.live_blog",), nothing),
)


@contextmanager
def switched_off(step: Step) -> Iterator[list[int]]:
    """Do without a step; the list that is given counts how often it would have been taken.

    Raises: StepError when there is no such function any more.
    """
    calls = [0]

    def instead(*arguments: Any, **named: Any) -> Any:
        calls[0] += 1
        return step.instead(*arguments, **named)

    places = [find_step(where) for where in step.where]
    for table, key, _ in places:
        table[key] = instead
    try:
        yield calls
    finally:
        for table, key, original in places:
            table[key] = original


def find_step(where: str) -> tuple[dict[Any, Any], str, Callable[..., Any]]:
    """Find the table (a module's names, or a table in it), the key and the function of a step.

    Raises: StepError.
    """
    path, _, key = where.partition("[")
    module_name, _, name = path.rpartition(".")
    try:
        names = vars(importlib.import_module(f"{PACKAGE}.{module_name}" if module_name else PACKAGE))
        table, key = (names[name], key.rstrip("]")) if key else (names, name)
        return table, key, table[key]
    except (ImportError, KeyError) as error:
        raise StepError(f"{PACKAGE} has no {where!r} any more: correct STEPS in {__file__}") from error


@dataclass
class Effect:
    """What a set loses without a step: differences of scores, pages whose text changes, and how often the step would have been taken."""

    body_f1: float
    page_f1: float
    changed: int
    calls: int


def texts_of(samples: Sequence[Sample], without: Step | None = None) -> dict[str, Prediction]:
    """Extract every page; one that is refused has no text.

    Raises: StepError when what stands for the step does not fit its caller, or extraction fails without it.
    """
    reader = Dragoman("dragoman", no_context)
    said = {}
    for sample in samples:
        reading = reader.read(sample)
        if reading.error and _FAULT.search(reading.error):
            cause = f"without {without.name.strip()!r}: correct STEPS in {__file__}" if without else "extraction is broken"
            raise StepError(f"{sample.page.url} fails: {reading.error}: {cause}")
        said[sample.page.url] = reading.said
    return said


def ablation(samples: Sequence[Sample], truths: Sequence[Truth], steps: Sequence[Step] = STEPS) -> Iterator[tuple[Step | None, Effect]]:
    """Give the scores of a set (with no step), then what it loses without each step."""
    for step in steps:
        for where in step.where:
            find_step(where)  # all of them before the long run
    whole = texts_of(samples)
    scores, _ = score(truths, whole)
    body, page = scores["body_f1"] or 0.0, scores["page_f1"] or 0.0
    yield None, Effect(body, page, 0, 0)
    for step in steps:
        with switched_off(step) as calls:
            without = texts_of(samples, step)
        scores, _ = score(truths, without)
        changed = sum(without[url].text != said.text for url, said in whole.items())
        yield step, Effect((scores["body_f1"] or 0.0) - body, (scores["page_f1"] or 0.0) - page, changed, calls[0])


@dataclass
class Cost:
    """CPU seconds of Dragoman and of trafilatura for all pages, a pair a round; `refused` pages gave no article, and cost less for it."""

    rounds: list[tuple[float, float]] = field(default_factory=list)
    refused: int = 0

    @property
    def ratios(self) -> list[float]:
        """Ours as a multiple of theirs, a number a round."""
        return [ours / theirs for ours, theirs in self.rounds]

    def spread(self) -> tuple[float, float, float]:
        """Return the least, the median and the largest ratio."""
        return min(self.ratios), median(self.ratios), max(self.ratios)


def cost(samples: Sequence[Sample], rounds: int) -> Cost:
    """Measure both in pairs, page by page, taking turns in who comes first.

    Dragoman gets bytes and finds their encoding; trafilatura, with its defaults and `with_metadata`, gets the text.
    """
    run_ours(samples[0])
    run_base(samples[0])
    measured = Cost(refused=sum(not said.text for said in texts_of(samples).values()))
    for number in range(rounds):
        ours = theirs = 0.0
        for at, sample in enumerate(samples):
            if (number + at) % 2:
                ours += run_ours(sample)
                theirs += run_base(sample)
            else:
                theirs += run_base(sample)
                ours += run_ours(sample)
        measured.rounds.append((ours, theirs))
    return measured


def run_ours(sample: Sample) -> float:
    """Extract a page and return the CPU seconds that it took."""
    started = time.process_time()
    with suppress(PageError):  # to refuse a page takes time too
        extract(sample.page)
    return time.process_time() - started


def run_base(sample: Sample) -> float:
    """Let trafilatura extract a page and return the CPU seconds that it took."""
    started = time.process_time()
    bare_extraction(sample.html, with_metadata=True)
    return time.process_time() - started


@dataclass(frozen=True, slots=True)
class Spent:
    """Where time goes: a function, its calls, and the seconds in it with and without what it calls."""

    function: str
    calls: int
    total_seconds: float
    own_seconds: float


def profile(samples: Sequence[Sample], top: int = 15) -> tuple[float, list[Spent]]:
    """Profile one round; return its seconds and the functions of extraction, and those it calls elsewhere, that take most.

    The profiler makes everything slower, calls more than loops: look at the order rather than the figures.
    """
    profiler = cProfile.Profile()
    profiler.enable()
    for sample in samples:
        try:
            extract(sample.page)
        except PageError:
            continue
    profiler.disable()
    stats: dict[tuple[str, int, str], tuple[int, int, float, float, dict[tuple[str, int, str], Any]]]
    stats = pstats.Stats(profiler).stats  # type: ignore[attr-defined]
    spent = []
    whole = 0.0
    for (file, _, name), (_, calls, own, total, callers) in stats.items():
        if _is_ours(file) and name == "extract":
            whole = total
        elif (_is_ours(file) and name != "_extract") or (file.endswith(".py") and any(_is_ours(caller[0]) for caller in callers)):
            spent.append(Spent(f"{_module(file)}.{name}", calls, total, own))
    return whole, sorted(spent, key=lambda entry: -entry.total_seconds)[:top]


def _module(file: str) -> str:
    """Return the short name of a module, that of its package for an `__init__`."""
    path = Path(file)
    return path.parent.name if path.stem == "__init__" else path.stem


def _is_ours(file: str) -> bool:
    """Say whether a file is one of the modules of extraction."""
    return Path(file).parent.parts[-2:] == ("crawler", "extraction")

"""Score extracted articles against hand-made truth: how much of the body came out, and which fields are right.

A data folder holds `NAME-pages.warc.gz` (pages as they were served) beside `NAME-truth.jsonl`: one object a line with `url`, `body` and,
where they are known, `title`, `date` (ISO 8601; ten characters when only the day is known), `authors` and `languages` (two letters each).
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import fmean
from typing import Any

SHINGLE_TOKENS = 4
SAME_INSTANT_SECONDS = 60
COLUMNS = ("body_f1", "page_f1", "title", "day", "minute", "authors", "language")

# a letter of a script that is written without spaces stands alone; everything else is a run of letters and digits
_TOKEN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]|[^\\W_]+")


@dataclass(frozen=True, slots=True)
class Truth:
    """What a page holds, read by people. None or empty: not known, so not scored."""

    url: str
    body: str
    title: str | None = None
    published: str | None = None
    authors: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Prediction:
    """What an extractor says of a page; `published` is ISO 8601, ten characters when it gives a day only."""

    text: str = ""
    title: str | None = None
    published: str | None = None
    authors: tuple[str, ...] = ()
    language: str | None = None


NOTHING = Prediction()


@dataclass(frozen=True, slots=True)
class PageScore:
    """How well one page came out: 0 … 1 each, None where it does not count.

    `precision` is None when there is no text, `recall` when truth has none.
    """

    url: str
    page_f1: float
    precision: float | None
    recall: float | None
    title: float | None
    day: float | None
    minute: float | None
    authors: float | None
    language: float | None


def find_sets(folder: Path) -> dict[str, tuple[Path, Path]]:
    """Find the sets of a data folder or of the folders in it: archive and truth of each, by the name of its folder.

    Raises: FileNotFoundError when there is none.
    """
    sets = {}
    for truth in sorted([*folder.glob("*-truth.jsonl"), *folder.glob("*/*-truth.jsonl")]):
        archive = truth.with_name(truth.name.removesuffix("-truth.jsonl") + "-pages.warc.gz")
        if archive.is_file():
            name = truth.parent.resolve().name
            sets[name if name not in sets else f"{name}/{truth.name.removesuffix('-truth.jsonl')}"] = (archive, truth)
    if not sets:
        raise FileNotFoundError(f"no NAME-truth.jsonl beside NAME-pages.warc.gz in {folder}, nor in a folder in it")
    return sets


def read_truth(path: Path) -> list[Truth]:
    """Read the truth of a set."""
    rows: list[dict[str, Any]] = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return [
        Truth(
            row["url"], row["body"], row.get("title"), row.get("date"), tuple(row.get("authors") or ()), tuple(row.get("languages") or ())
        )
        for row in rows
    ]


def tokens(text: str | None) -> list[str]:
    """Divide a text into words that are equal when they read alike."""
    return _TOKEN.findall(unicodedata.normalize("NFKC", text or "").casefold())


def shingles(text: str | None) -> Counter[tuple[str, ...]]:
    """Count the runs of four words in a text; a shorter text is one run."""
    words = tokens(text)
    starts = range(max(1, len(words) - SHINGLE_TOKENS + 1)) if words else ()
    return Counter(tuple(words[start : start + SHINGLE_TOKENS]) for start in starts)


def score_page(truth: Truth, said: Prediction) -> PageScore:
    """Compare what an extractor says of a page with truth."""
    wanted, got = shingles(truth.body), shingles(said.text)
    common, wanted_count, got_count = (wanted & got).total(), wanted.total(), got.total()
    day, minute = _score_date(truth.published, said.published)
    return PageScore(
        url=truth.url,
        page_f1=2 * common / (wanted_count + got_count) if wanted_count + got_count else 1.0,
        precision=common / got_count if got_count else None,
        recall=common / wanted_count if wanted_count else None,
        title=float(_letters(truth.title) == _letters(said.title)) if truth.title else None,
        day=day,
        minute=minute,
        authors=_score_names(truth.authors, said.authors) if truth.authors else None,
        language=float((said.language or "")[:2] == truth.languages[0][:2]) if len(truth.languages) == 1 else None,
    )


def score(truths: Sequence[Truth], said: Mapping[str, Prediction]) -> tuple[dict[str, float | None], list[PageScore]]:
    """Score a set: the mean of each column, None where no page has truth for it, and the pages. A page without prediction is an empty one.

    `body_f1` is the harmonic mean of mean precision and mean recall, `page_f1` the mean of each page's own.
    """
    pages = [score_page(truth, said.get(truth.url, NOTHING)) for truth in truths]
    means = {name: _mean([getattr(page, name) for page in pages]) for name in ("precision", "recall", *COLUMNS[1:])}
    precision, recall = means["precision"] or 0.0, means["recall"] or 0.0
    body_f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {"body_f1": body_f1, **means}, pages


def _mean(values: Sequence[float | None]) -> float | None:
    """Return the mean of what counts."""
    known = [value for value in values if value is not None]
    return fmean(known) if known else None


def _letters(text: str | None) -> str:
    """Reduce a line to its letters and digits."""
    return "".join(tokens(text))


def _score_names(wanted: Sequence[str], got: Sequence[str]) -> float:
    """Return the F1 of two sets of names."""
    names, said = {_letters(name) for name in wanted}, {_letters(name) for name in got}
    return 2 * len(names & said) / (len(names) + len(said)) if said else 0.0


def _score_date(wanted: str | None, got: str | None) -> tuple[float | None, float | None]:
    """Say whether the day is the same, as the truth's zone counts days, and whether the instant is, where truth has a clock time."""
    right = _instant(wanted)
    if wanted is None or right is None:
        return None, None
    said = _instant(got)
    said_day: date | None = None
    if said is not None:
        said_day = (said if _is_day(got) else said.astimezone(right.tzinfo)).date()
    same_instant = said is not None and not _is_day(got) and abs((said - right).total_seconds()) <= SAME_INSTANT_SECONDS
    return float(said_day == right.date()), None if _is_day(wanted) else float(same_instant)


def _instant(written: str | None) -> datetime | None:
    """Read an ISO 8601 date; one without a zone is taken as UTC, one that cannot be read as none."""
    try:
        read = datetime.fromisoformat((written or "").strip())
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def _is_day(written: str | None) -> bool:
    """Say whether a date is written without a clock time."""
    return len((written or "").strip()) <= 10

"""Count words and word sequences by day, source and language, for research that needs no texts (non-consumptive use).

Only what occurs `min_count` times in a group is told, so that no text can be put together again. The counts of one group are in memory at a
time: the articles of one source on one day.

Source: HathiTrust Research Center, "Non-Consumptive Use Research Policy" (2017): extracted features that let nobody read the work.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, func, select

from storage.corpus import Corpus
from storage.database import Database
from storage.export.arrow import batch_of
from storage.export.manifest import UNDETERMINED
from storage.export.reading import Chunk
from storage.models import ArticleRow, RevisionRow
from storage.search.records import ArticleFilter
from storage.search.selection import CURRENT
from storage.snapshots.tiers import NGRAMS, TOTALS
from storage.textnorm import tokens

_ROWS = 5_000  # ngrams in a batch
_ARTICLES = 200  # texts read at once


@dataclass(frozen=True, slots=True)
class NgramConfig:
    """What is counted.

    `max_n`: sequences of up to two tokens; longer ones are the text itself. `min_count`: what occurs less often in a group is left out.
    Of a text of 500 words hardly a pair occurs five times, so no chain of pairs leads through one.
    """

    max_n: int = 2
    min_count: int = 5


CONFIG = NgramConfig()


@dataclass(frozen=True, slots=True)
class _Article:
    """Where an article counts."""

    id: int
    day: str
    source: str
    language: str


def count_ngrams(database: Database, corpus: Corpus, wanted: ArticleFilter, config: NgramConfig = CONFIG) -> Iterator[Chunk]:
    """Yield the tables of counts of a selection, in the order of their keys; read it inside `corpus.unchanging()`."""
    day = database.dialect.day(ArticleRow.dated_at)
    with corpus.pages(wanted) as (connection, pages):
        names: tuple[dict[str, int], ...] = ({}, {}, {})
        ids, columns = array("q"), (array("q"), array("q"), array("q"))
        for page in pages:
            asked = select(ArticleRow.id, day, ArticleRow.source_id, func.coalesce(ArticleRow.language, UNDETERMINED))
            for article_id, *values in connection.execute(asked.where(ArticleRow.id.in_(page))):
                ids.append(article_id)
                for numbers, column, value in zip(names, columns, values, strict=True):
                    column.append(numbers.setdefault(value, len(numbers)))
        held: list[dict[str, object]] = []
        totals: list[dict[str, object]] = []
        listed = tuple(list(known) for known in names)
        for group, members in groupby(_in_order(ids, columns, listed), key=lambda item: (item.day, item.source, item.language)):
            of_group = [member.id for member in members]
            counts, total = _count(connection, of_group, config)
            place = dict(zip(("day", "source", "language"), group, strict=True))
            totals.append(place | {"articles": len(of_group), "tokens": total})
            held += [place | {"n": n, "ngram": ngram, "count": count} for n, ngram, count in counts]
            while len(held) >= _ROWS:
                yield Chunk(NGRAMS, batch_of(held[:_ROWS], NGRAMS.columns))
                held = held[_ROWS:]
        if held:
            yield Chunk(NGRAMS, batch_of(held, NGRAMS.columns))
        for start in range(0, len(totals), _ROWS):
            yield Chunk(TOTALS, batch_of(totals[start : start + _ROWS], TOTALS.columns))


def _in_order(ids: array[int], columns: Sequence[array[int]], names: Sequence[list[str]]) -> Iterator[_Article]:
    """Yield the articles by day, source and language. A number an article and group is what is held of them."""
    ranks: list[NDArray[np.int64]] = []
    for column, known in zip(columns, names, strict=True):
        order = {name: place for place, name in enumerate(sorted(known))}
        rank = np.array([order[name] for name in known], dtype=np.int64)
        ranks.append(rank[np.array(column, dtype=np.int64)])
    for place in np.lexsort(ranks[::-1]):
        day, source, language = (known[column[int(place)]] for column, known in zip(columns, names, strict=True))
        yield _Article(ids[int(place)], day, source, language)


def _count(connection: Connection, ids: Sequence[int], config: NgramConfig) -> tuple[list[tuple[int, str, int]], int]:
    """Count the tokens of articles; return what is told (length, ngram, count; in order) and the number of tokens."""
    counters = [Counter[str]() for _ in range(config.max_n)]
    total = 0
    for start in range(0, len(ids), _ARTICLES):
        asked = (
            select(RevisionRow.title, RevisionRow.text).join(ArticleRow, CURRENT).where(ArticleRow.id.in_(ids[start : start + _ARTICLES]))
        )
        for title, text in connection.execute(asked):
            for words in (list(tokens(title or "")), list(tokens(text))):
                total += len(words)
                for n, counter in enumerate(counters, start=1):
                    counter.update(words if n == 1 else (" ".join(words[at : at + n]) for at in range(len(words) - n + 1)))
    told = [
        (n, ngram, count)
        for n, counter in enumerate(counters, start=1)
        for ngram, count in sorted(counter.items())
        if count >= config.min_count
    ]
    return told, total

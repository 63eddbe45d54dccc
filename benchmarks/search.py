"""How fast searching is in a big archive: `python benchmarks/search.py --articles 100000 [--database URL] [--keep FILE]`.

The made-up archive of `benchmarks/press.py` (words by the law of Zipf and Mandelbrot, a third of them copies) is loaded in bulk with all
that a search touches: articles, texts, clusters, countries and the full-text index. Then a mix of questions is asked: one rare word,
two common words, a phrase, a filter and a word, a count by month; each kind with many different words, one after the other. Beside each,
in the same run, stand two bare queries of the database's own full-text search, said to its driver, ranked by bm25 or ts_rank_cd, with the
title and the text of the same number of articles: `bare` looks for the words as they stand, `forms` for all the forms of them that a search
looks for. Neither leaves out copies, cuts snippets, or tells anything else of an article. The ratio is that of the sums of all times.

Prints a table and one JSON line: milliseconds, the rate of loading at begin and end, and the size of the database by that of its texts.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, text

from benchmarks.press import CONFIG, Press, Printed
from storage import sources
from storage.corpus import Corpus
from storage.database import Database
from storage.dialects.base import IndexEntry
from storage.models import ArticleRow, ArticleUrlRow, ClusterRow, RevisionRow, TagRow, url_key
from storage.records import SourceKind, SourceRecord
from storage.search.fulltext import Written, document
from storage.search.places import place_of
from storage.search.query import parse
from storage.search.ranking import matching
from storage.search.records import ArticleFilter, Bucket
from storage.textnorm import index_text

FILLED_AT_ONCE, REPEATED = 4_000, 12
_Rows = tuple[dict[str, Any], dict[str, Any], IndexEntry, dict[str, Any]]
QUOTED_AND = '" AND "'
COUNTRIES = ("IQ", "IR", "SY", "LB", "EG", "TR", "IL", "JO", "YE", "LY")
LIMIT = 20


@dataclass(frozen=True, slots=True)
class Question:
    """One search: its kind, what is asked of the corpus, and the words of the bare query, folded as the index has them."""

    kind: str
    wanted: ArticleFilter
    words: tuple[str, ...]
    phrase: bool = False
    monthly: bool = False


def main() -> None:
    """Load, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--database", help="URL of an empty database; by default a SQLite file that is thrown away")
    parser.add_argument("--keep", type=Path, help="SQLite file to keep; when it is there already it is only asked")
    parser.add_argument("--cpu", action="store_true", help="tell CPU time of this process: for SQLite on a busy machine")
    chosen = parser.parse_args()
    press = Press()
    with tempfile.TemporaryDirectory() as folder:
        url = chosen.database or f"sqlite:///{chosen.keep or Path(folder) / 'big.db'}"
        with Database.open(url) as database:
            loaded = _load(database, press, chosen.articles)
            with database.read() as connection:
                texts, size = _size_of_texts(connection), _size(connection)
            asked = _ask(database, press, time.process_time if chosen.cpu else time.perf_counter)
    print(f"{'milliseconds':<20}{'median':>9}{'p95':>8}{'bare':>9}{'p95':>8}{'ratio':>7}{'forms':>9}{'p95':>8}{'ratio':>7}")
    for kind, row in asked.items():
        told = [row[f"{name}_{what}"] for name in ("ours", "bare", "bare_forms") for what in ("median", "p95")]
        told[4:4] = [row["ratio_to_bare"]]
        told.append(row["ratio_to_bare_forms"])
        print(
            f"{kind:<20}{told[0]:>9.1f}{told[1]:>8.1f}{told[2]:>9.1f}{told[3]:>8.1f}{told[4]:>7.2f}{told[5]:>9.1f}{told[6]:>8.1f}{told[7]:>7.2f}"
        )
    print(json.dumps({"articles": chosen.articles, "loaded": loaded, "size_to_texts": size / texts, "asked": asked}))


def _size_of_texts(connection: Any) -> int:
    length = "octet_length" if connection.dialect.name == "postgresql" else "length"
    cast = "text" if connection.dialect.name == "postgresql" else "CAST(text AS BLOB)"
    return int(connection.scalar(text(f"SELECT sum({length}({cast})) FROM revisions")))  # noqa: S608 - our own words


def _size(connection: Connection) -> int:
    """Return the bytes of the database, without what SQLite's log holds of it a second time."""
    if connection.dialect.name == "postgresql":
        return int(connection.scalar(text("SELECT pg_database_size(current_database())")) or 0)
    pages, size = (connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in ("page_count", "page_size"))
    return int(pages * size)


def _load(database: Database, press: Press, count: int) -> dict[str, float]:
    """Fill an empty database; return how many articles a second were folded and written, by the clock and by CPU time."""
    with database.read() as connection:
        if connection.scalar(text("SELECT count(*) FROM articles")):
            return {}
    names = [f"outlet{number}" for number in range(CONFIG.sources)]
    kinds = (SourceKind.NEWSPAPER, SourceKind.AGENCY, SourceKind.WEBSITE)
    records = [
        SourceRecord(name, name, f"https://{name}.example/", COUNTRIES[at % 10], kind=kinds[at % 3], state_owned=at % 4 == 0)
        for at, name in enumerate(names)
    ]
    sources.sync(database, records, CONFIG.begins)
    paces: list[float] = []
    by_work: list[float] = []
    clusters: dict[int, int] = {}
    began = time.perf_counter()
    for prepared in _prepared_ahead(press, count):
        worked = time.process_time()
        with database.write() as connection:
            _write(connection, database, prepared.printed, prepared.rows, clusters)
        now, made = time.perf_counter(), len(prepared.rows)
        paces.append(made / (now - began))
        by_work.append(made / (prepared.cpu_seconds + time.process_time() - worked))
        began = now
        print(
            f"\r{prepared.printed[-1].number + 1:,} of {count:,} articles, {paces[-1]:.0f} a second  ", end="", file=sys.stderr, flush=True
        )
    print(file=sys.stderr)
    if database.dialect.name == "postgresql":
        database.vacuum()
    tenth = max(1, len(paces) // 10)
    found: dict[str, float] = {}
    for name, rates in (("wall", paces), ("cpu", by_work)):
        first, last = statistics.harmonic_mean(rates[:tenth]), statistics.harmonic_mean(rates[-tenth:])
        found |= {f"first_{name}": first, f"last_{name}": last, f"ratio_{name}": last / first}
    return found


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A batch that is ready to be written, and the CPU time that its folding took; that of making it up is not counted."""

    printed: list[Printed]
    rows: list[_Rows]
    cpu_seconds: float


def _prepared_ahead(press: Press, count: int) -> Iterator[_Prepared]:
    """Yield batches in order, made and folded in processes of their own while the one before is written."""
    spans = [(start, min(count, start + FILLED_AT_ONCE)) for start in range(0, count, FILLED_AT_ONCE)]
    workers = max(1, os.cpu_count() or 1)
    waiting: deque[Future[_Prepared]] = deque()
    with ProcessPoolExecutor(workers) as pool:
        for span in spans:
            waiting.append(pool.submit(_prepared, press, *span))
            if len(waiting) > workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _prepared(press: Press, start: int, end: int) -> _Prepared:
    printed = [press.article(number) for number in range(start, end)]
    worked = time.process_time()
    rows = _rows(printed)
    return _Prepared(printed, rows, time.process_time() - worked)


def _rows(printed: Sequence[Printed]) -> list[_Rows]:
    """Make what is written of each article: its row, its revision, its entry in the index, its address."""
    made = []
    taken: set[int] = set()
    for article in printed:
        key = url_key(article.url)
        place = place_of(article.at, key, taken)
        taken.add(place)
        row = {
            "id": article.number + 1, "url_key": key, "source_id": article.source_id, "current_revision": 1, "revisions": 1,
            "first_seen_at": article.at, "dated_at": article.at, "published_at": article.at, "place": place, "url": article.url,
            "canonical_url": article.url, "authors": [], "relevance_reasons": [], "extra": {}, "language": ("ar", "en")[article.number % 2],
            "relevant": True,
        }  # fmt: skip
        revision = {
            "id": article.number + 1, "article_id": article.number + 1, "number": 1, "fetched_at": article.at, "text_hash": key,
            "extractor": "made up", "title": article.title, "text": article.text,
        }  # fmt: skip
        entry = IndexEntry(place, document(Written.of(article.title, article.text)))
        made.append((row, revision, entry, {"url_key": key, "url": article.url, "article_id": article.number + 1}))
    return made


def _write(connection: Any, database: Database, printed: Sequence[Printed], rows: Sequence[Any], clusters: dict[int, int]) -> None:
    connection.execute(insert(ArticleRow), [row for row, *_ in rows])
    connection.execute(insert(RevisionRow), [revision for _, revision, *_ in rows])
    connection.execute(insert(ArticleUrlRow), [address for *_, address in rows])
    database.dialect.add_to_index(connection, [entry for _, _, entry, _ in rows])
    tags = [
        {"article_id": article.number + 1, "kind": "country", "value": COUNTRIES[article.number * 7 % 10], "weight": 0.5, "evidence": ""}
        for article in printed
    ]
    connection.execute(insert(TagRow), tags)
    _write_clusters(connection, printed, clusters)


def _write_clusters(connection: Any, printed: Sequence[Printed], clusters: dict[int, int]) -> None:
    """Put each copy with what it copies, as it was made and not as it would be found."""
    made: list[dict[str, Any]] = []
    members: list[dict[str, Any]] = []
    for article in printed:
        if article.copy_of is None:
            continue
        if article.copy_of not in clusters:
            clusters[article.copy_of] = len(clusters) + 1
            made.append({"id": clusters[article.copy_of], "origin_id": article.copy_of + 1, "created_at": article.at})
            members.append({"article": article.copy_of + 1, "cluster": clusters[article.copy_of], "role": "origin"})
        members.append({"article": article.number + 1, "cluster": clusters[article.copy_of], "role": "copy"})
    if made:
        connection.execute(insert(ClusterRow), made)
    if members:
        joins = text("UPDATE articles SET cluster_id = :cluster, cluster_role = :role WHERE id = :article")
        connection.execute(joins, members)


def _questions(press: Press) -> Iterator[Question]:
    """Yield the mix, kinds in turn. Ranks are places in the vocabulary: 100 stands in a third of the articles of its language."""
    chance = random.Random(11)  # noqa: S311 - a choice of words
    arabic, latin = press.vocabularies
    for turn in range(REPEATED):
        words = (arabic, latin)[turn % 2]
        rare = str(words[chance.randrange(20_000, 45_000)])
        common = tuple(str(words[chance.randrange(100, 1_000)]) for _ in range(2))
        middle = str(words[chance.randrange(1_000, 5_000)])
        spoken = press.article(chance.randrange(1_000)).text.split()[40:42]
        phrase = tuple(word.strip(".") for word in spoken)
        yield Question("one rare word", ArticleFilter(query=rare), (rare,))
        yield Question("two common words", ArticleFilter(query=" ".join(common)), common)
        yield Question("phrase", ArticleFilter(query=f'"{" ".join(phrase)}"'), phrase, phrase=True)
        yield Question("filter and word", ArticleFilter(query=middle, countries=("IQ",), languages=("ar", "en")), (middle,))
        yield Question("count by month", ArticleFilter(query=middle, copies=True), (middle,), monthly=True)


def _ask(database: Database, press: Press, clock: Callable[[], float]) -> dict[str, dict[str, float]]:
    """Ask each question three times and keep the middle time, ours and the bare ones in turn."""
    taken: dict[str, dict[str, list[float]]] = {}
    corpus = Corpus(database)
    questions = list(_questions(press))
    for number, question in enumerate((*questions[:5], *questions)):  # the first five twice: imports and connections are nobody's query
        asked = (partial(_ours, corpus, question), partial(_bare, database, question), partial(_bare, database, question, forms=True))
        times = [[_timed(do, clock) for do in asked] for _ in range(3)]
        for name, of_name in zip(("ours", "bare", "bare_forms"), zip(*times, strict=True), strict=True):
            if number >= 5:
                for kind in (question.kind, "the whole mix"):
                    taken.setdefault(kind, {}).setdefault(name, []).append(statistics.median(of_name))
    mix = taken.pop("the whole mix")
    return {
        kind: {f"{name}_median": statistics.median(of_name) for name, of_name in times.items()}
        | {f"{name}_p95": _p95(of_name) for name, of_name in times.items()}
        | {f"ratio_to_{name}": sum(times["ours"]) / sum(times[name]) for name in ("bare", "bare_forms")}
        for kind, times in (taken | {"the whole mix": mix}).items()
    }


def _p95(times: Sequence[float]) -> float:
    return sorted(times)[max(0, int(0.95 * len(times)) - 1)]


def _timed(do: Callable[[], object], clock: Callable[[], float]) -> float:
    began = clock()
    do()
    return (clock() - began) * 1_000


def _ours(corpus: Corpus, question: Question) -> object:
    if question.monthly:
        return corpus.count_by(Bucket.MONTH, question.wanted)
    return corpus.search(question.wanted, limit=LIMIT)


def _bare(database: Database, question: Question, *, forms: bool = False) -> object:
    """Ask the database's own full-text search, best first by its own measure, with the title and text of what it found; by the driver.

    For the words as they stand, or in all the forms in which a search looks for them.
    """
    sqlite = database.dialect.name == "sqlite"
    if forms:
        match = database.dialect.written(matching(parse(question.wanted.query)))
    else:
        words = [index_text(word) for word in question.words]
        match = f'"{(" " if question.phrase else QUOTED_AND).join(words)}"' if sqlite else _tsquery(words, phrase=question.phrase)
    mark = "?" if sqlite else "CAST(%(match)s AS tsquery)"
    place, rank, condition = (
        ("f.rowid", "rank", f"article_text MATCH {mark}")
        if sqlite
        else ("f.place", f"ts_rank_cd(document, {mark}, 1) DESC", f"document @@ {mark}")
    )
    source = f"article_text AS f JOIN articles AS a ON a.place = {place}"
    shown = "JOIN revisions AS r ON r.article_id = a.id AND r.number = a.current_revision"
    month = "strftime('%Y-%m', a.dated_at)" if sqlite else "to_char(a.dated_at, 'YYYY-MM')"
    about = "EXISTS (SELECT 1 FROM tags AS t WHERE t.article_id = a.id AND t.kind = 'country' AND t.value = 'IQ')"
    if question.monthly:
        asked = f"SELECT {month}, count(*) FROM {source} WHERE {condition} GROUP BY 1"  # noqa: S608 - our own words
    elif question.wanted.countries:
        best = f"SELECT a.id FROM {source} WHERE {condition} AND {about} ORDER BY {rank} LIMIT {LIMIT}"  # noqa: S608
        asked = f"SELECT a.id, r.title, r.text FROM ({best}) AS b JOIN articles AS a ON a.id = b.id {shown}"  # noqa: S608
    else:
        best = f"SELECT {place} AS place FROM article_text AS f WHERE {condition} ORDER BY {rank} LIMIT {LIMIT}"  # noqa: S608
        asked = f"SELECT a.id, r.title, r.text FROM ({best}) AS b JOIN articles AS a ON a.place = b.place {shown}"  # noqa: S608
    with database.read() as connection:
        return connection.exec_driver_sql(asked, (match,) if sqlite else {"match": match}).all()


def _tsquery(words: Sequence[str], *, phrase: bool) -> str:
    return (" <-> " if phrase else " & ").join(f"'{word}'" for word in words)


if __name__ == "__main__":
    main()

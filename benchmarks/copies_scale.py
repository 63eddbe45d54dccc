"""What finding copies costs in a big archive: `python benchmarks/copies_scale.py --articles 1000000 [--database URL] [--keep FILE]`.

The made-up archive of `benchmarks/press.py` is filled into a database, first with 10,000 articles, then with as many as asked for, with
their texts, sketches, fingerprints and pairs. The next 3,000 come through `Copies` to warm up; then 2,000 are measured: normalise, sketch,
look up, verify and insert, in batches of 50 and a transaction each, without article rows and full-text index; then 1,000 through
`save_batch`, with everything. CPU time of this process counts first, because a machine that is busy with other things says little in wall
time; on PostgreSQL the server's part is in the wall time alone. `--keep` names a SQLite file that stays, and is filled further when it is
there already. With `--turns` both are measured so often, in turns: the small archive is a new one each time, the big one goes on, and so
is met at several days of the week, whose partition of the sketches grows until it ends.
Prints a table and one JSON line; `ratio` is that of the medians.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import pstats
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from sqlalchemy import Connection, func, insert, select, text

from benchmarks.press import CONFIG, Press, Printed
from storage import articles, runs, sources
from storage.copies.finding import Changes, Copies
from storage.copies.neighbours import Placed, keep_shingles
from storage.database import Database
from storage.dedup import exact, near
from storage.models import ArticleRow, FingerprintRow, LikenessRow, RevisionRow, RunRow, SketchRow, url_key
from storage.records import ArticleDraft, Attempt, RunKind, SourceRecord

SMALL, WARM, MEASURED, SAVED, BATCH, FILLED_AT_ONCE = 10_000, 3_000, 2_000, 1_000, 50, 2_000


@dataclass(frozen=True, slots=True)
class Measured:
    """Rates a second on `articles` stored ones, by CPU and by wall time, and the bytes an article takes in the index."""

    articles: int
    rate: float
    rate_wall: float
    saved_rate: float
    saved_rate_wall: float
    bytes_by_table: dict[str, float]


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--database", help="URL of an empty database; by default a SQLite file that is thrown away")
    parser.add_argument("--keep", type=Path, help="SQLite file to keep, and to fill further")
    parser.add_argument("--profile", action="store_true", help="tell where the measured time goes")
    parser.add_argument("--turns", type=int, default=1, help="how often to measure")
    chosen = parser.parse_args()
    press = Press()
    small: list[Measured] = []
    big: list[Measured] = []
    with tempfile.TemporaryDirectory() as folder:
        url = chosen.database or f"sqlite:///{chosen.keep or Path(folder) / 'big.db'}"
        for turn in range(chosen.turns):
            small.append(measured(f"sqlite:///{folder}/small{turn}.db", press, SMALL, profile=False))
            big.append(measured(url, press, chosen.articles, profile=chosen.profile))
    print(f"{'articles':>10} {'a second':>9} {'(wall)':>8} {'save_batch':>11} {'(wall)':>8} {'bytes an article'}")
    for one in (*small, *big):
        told = ", ".join(f"{table} {size:.0f}" for table, size in one.bytes_by_table.items())
        rates = f"{one.rate:9.0f} {one.rate_wall:8.0f} {one.saved_rate:11.0f} {one.saved_rate_wall:8.0f}"
        print(f"{one.articles:>10} {rates} {told}")
    ratio = median(one.rate for one in big) / median(one.rate for one in small)
    print(json.dumps({"small": [asdict(one) for one in small], "big": [asdict(one) for one in big], "ratio": ratio}))


def measured(url: str, press: Press, count: int, *, profile: bool) -> Measured:
    """Fill a database with so many articles and measure the next ones."""
    with Database.open(url) as database:
        run_id = _begin(database)
        _fill(database, press, count)
        first = _stored(database)
        _add(database, press, range(first, first + WARM + MEASURED))
        _find(database, press, range(first, first + WARM))
        with cProfile.Profile() if profile else nullcontext() as watched:
            cpu, wall = _find(database, press, range(first + WARM, first + WARM + MEASURED))
        if watched is not None:
            pstats.Stats(watched, stream=sys.stderr).sort_stats("tottime").print_stats(45)
        after = first + WARM + MEASURED
        saved_cpu, saved_wall = _save(database, run_id, press, range(after, after + SAVED))
        with database.read() as connection:
            sizes = _sizes(connection, database.dialect.name)
        stored = after + SAVED
    return Measured(
        first, MEASURED / cpu, MEASURED / wall, SAVED / saved_cpu, SAVED / saved_wall, {name: size / stored for name, size in sizes.items()}
    )


def _parts(numbers: range, size: int) -> Iterator[range]:
    return (numbers[start : start + size] for start in range(0, len(numbers), size))


def _begin(database: Database) -> int:
    outlets = [f"outlet{number}" for number in range(CONFIG.sources)]
    sources.sync(database, [SourceRecord(name, name, f"https://{name}.example/") for name in outlets], CONFIG.begins)
    with database.read() as connection:
        run_id = connection.scalar(select(func.min(RunRow.id)))
    return run_id or runs.start(database, RunKind.INGEST, None, CONFIG.begins)


def _stored(database: Database) -> int:
    with database.read() as connection:
        return connection.scalar(select(func.coalesce(func.max(ArticleRow.id), 0))) or 0


def _fill(database: Database, press: Press, count: int) -> None:
    """Write articles up to `count` with all that is known of them, the pairs of copies as they were made and not as they are found."""
    started, begun = time.monotonic(), _stored(database)
    for numbers in _parts(range(begun, count), FILLED_AT_ONCE):
        printed = [press.article(number) for number in numbers]
        placed = [_prepared(article) for article in printed]
        rows = [
            {"week": near.week(article.at), "hash": value, "article_id": place.article_id}
            for article, (place, _, normalized) in zip(printed, placed, strict=True)
            for value in keep_shingles(place.text_hash, normalized).sketch(near.CONFIG.sketch_size)
        ]
        values = [
            {"kind": "exact", "value": value, "article_id": place.article_id} for place, values, _ in placed for value in sorted(values)
        ]
        pairs = [_pair(article) for article in printed if article.copy_of is not None]
        with database.write() as connection:
            _write_articles(connection, printed, [place for place, _, _ in placed])
            for table, found in ((SketchRow, rows), (FingerprintRow, values), (LikenessRow, pairs)):
                connection.execute(database.dialect.insert(table).on_conflict_do_nothing(), found)
        pace = (numbers[-1] + 1 - begun) / (time.monotonic() - started)
        print(f"\r{numbers[-1] + 1:,} of {count:,} articles, {pace:.0f} a second  ", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)


def _pair(article: Printed) -> dict[str, object]:
    return {
        "first_id": (article.copy_of or 0) + 1,
        "second_id": article.number + 1,
        "via": 0,
        "first_share": 0.9,
        "second_share": 0.9,
        "jaccard": 0.82,
    }


def _prepared(article: Printed) -> tuple[Placed, frozenset[str], str]:
    """Do what `storage.preparation` does before the database is asked; numbers begin at 0, ids at 1."""
    hashes = exact.hashes(article.text)
    place = Placed(article.number + 1, article.source_id, article.at, url_key(article.url), hashes.text_hash)
    return place, hashes.fingerprints, hashes.normalized


def _write_articles(connection: Connection, printed: Sequence[Printed], placed: Sequence[Placed]) -> None:
    rows = [
        {
            "id": article.number + 1,
            "url_key": place.url_key,
            "source_id": article.source_id,
            "current_revision": 1,
            "revisions": 1,
            "first_seen_at": article.at,
            "dated_at": article.at,
            "published_at": article.at,
            "url": article.url,
            "canonical_url": article.url,
            "authors": [],
            "relevance_reasons": [],
            "extra": {},
        }
        for article, place in zip(printed, placed, strict=True)
    ]
    texts = [
        {
            "id": article.number + 1,
            "article_id": article.number + 1,
            "number": 1,
            "fetched_at": article.at,
            "text_hash": place.text_hash,
            "extractor": "made up",
            "title": article.title,
            "text": article.text,
        }
        for article, place in zip(printed, placed, strict=True)
    ]
    connection.execute(insert(ArticleRow), rows)
    connection.execute(insert(RevisionRow), texts)


def _add(database: Database, press: Press, numbers: range) -> None:
    """Write articles whose copies are still to be found."""
    printed = [press.article(number) for number in numbers]
    with database.write() as connection:
        _write_articles(connection, printed, [_prepared(article)[0] for article in printed])
    if database.dialect.name == "postgresql":
        # A server gathers these by itself, some time after a table grew.
        with database.job_store_engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))
            # The rows were written past their sequences.
            for table in ("articles", "revisions"):
                connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"))  # noqa: S608


def _timed(of_batch: Callable[[Sequence[Printed]], object], press: Press, numbers: range) -> tuple[float, float]:
    """Do something with batches of articles; return its CPU and wall seconds."""
    cpu = wall = 0.0
    for some in _parts(numbers, BATCH):
        printed = [press.article(number) for number in some]
        cpu_before, wall_before = time.process_time(), time.perf_counter()
        of_batch(printed)
        cpu, wall = cpu + time.process_time() - cpu_before, wall + time.perf_counter() - wall_before
    return cpu, wall


def _find(database: Database, press: Press, numbers: range) -> tuple[float, float]:
    """Find the copies of articles that are written already."""

    def of_batch(printed: Sequence[Printed]) -> None:
        changes = Changes()
        for place, values, normalized in map(_prepared, printed):
            keep_shingles(place.text_hash, normalized)
            changes.placed[place.article_id] = place
            changes.fingerprints[place.article_id] = set(values)
        with database.write() as connection:
            Copies(connection, database.dialect).take(changes, printed[-1].at)

    return _timed(of_batch, press, numbers)


def _save(database: Database, run_id: int, press: Press, numbers: range) -> tuple[float, float]:
    """Keep articles as a crawl does."""

    def of_batch(printed: Sequence[Printed]) -> None:
        drafts = [
            ArticleDraft(made.url, made.url, made.source_id, made.title, made.text, made.at, "made up", published_at=made.at)
            for made in printed
        ]
        articles.save_batch(database, run_id, [Attempt(made.url, made.url, made.source_id, made.fetched_at, draft=made) for made in drafts])

    return _timed(of_batch, press, numbers)


def _sizes(connection: Connection, dialect: str) -> dict[str, float]:
    """Return the bytes of the tables that finding copies keeps, with their indexes."""
    tables = ("sketches", "likenesses", "fingerprints")
    if dialect == "postgresql":
        return {table: float(connection.scalar(text(f"SELECT pg_total_relation_size('{table}')")) or 0) for table in tables}
    # Name by name, because only then does dbstat leave the other pages of the file alone.
    names = connection.execute(text("SELECT tbl_name, name FROM sqlite_master WHERE type = 'table' OR sql IS NOT NULL")).all()
    size = text("SELECT pgsize FROM dbstat WHERE name = :name AND aggregate = TRUE")
    return {table: sum(float(connection.scalar(size, {"name": name}) or 0) for of, name in names if of == table) for table in tables}


if __name__ == "__main__":
    main()

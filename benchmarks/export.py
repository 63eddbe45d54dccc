"""Measure how fast a corpus becomes files: `.venv/bin/python benchmarks/export.py [--articles 50000] [--db FILE]`.

The made-up archive of `benchmarks/press.py` goes into SQLite as rows (not through the pipeline: finding copies would take hours at a
million); texts come again after 4,000 articles, each with its number. Then, each in a process of its own: a bare copy of the articles into
Parquet, read with plain `sqlite3` and written with pyarrow and nothing else (times, lists and flags stay what SQLite has, tags are left
out); and
`export` of the table of articles, and of the tables that it writes when nothing is said, as Parquet, JSONL and CSV. Each is done `--repeat`
times in turns and the best time counts. Memory is the peak of the process. Quote the ratio; on a machine that others use too, hold it
against that of the CPU seconds, which they blur less. Prints a table and one JSON line.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.press import Press
from storage.database import Database
from storage.models import url_key

DISTINCT = 4_000
BATCH = 5_000
_ROWS = 10_000  # a row group
_COLUMNS = (
    "a.url_key, a.source_id, a.url, a.canonical_url, r.title, r.text, r.standfirst, a.form, a.authors, a.agency, a.published_at,"
    " a.published_from, a.published_confidence, a.modified_at, a.first_seen_at, a.gone_at, a.language, a.description, a.site_name,"
    " a.section, a.keywords, a.image_url, a.paywalled, r.extractor, a.cluster_id, a.cluster_role, a.similarity, a.changes, a.relevant,"
    " a.relevance, a.relevance_reasons, a.revisions, a.extra"
)


def fill(path: Path, count: int) -> None:
    """Make the corpus."""
    Database.open(f"sqlite:///{path}").close()
    press = Press()
    texts = [press.article(number) for number in range(min(count, DISTINCT))]
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA synchronous = OFF")
        at = "2026-01-01 00:00:00.000000"
        sources = sorted({text.source_id for text in texts})
        database.executemany(
            "INSERT INTO sources (id, name, homepage, country, languages, enabled, from_catalog, interval_minutes)"
            " VALUES (?, ?, ?, 'XX', '[\"ar\"]', 1, 1, 60)",
            [(name, name, f"https://{name}.example/") for name in sources],
        )
        for begin in range(0, count, BATCH):
            rows = list(_rows(texts, begin, min(count, begin + BATCH), at))
            for table, values in (("articles", 0), ("revisions", 1)):
                made = [row[values] for row in rows]
                names = ", ".join(made[0])
                marks = ", ".join("?" * len(made[0]))
                database.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", [tuple(row.values()) for row in made])  # noqa: S608
            tags = [tag for row in rows for tag in row[2]]
            database.executemany("INSERT INTO tags (article_id, kind, value, weight, evidence) VALUES (?, 'country', ?, ?, 'word')", tags)
        database.execute("ANALYZE")


def _rows(texts: list[Any], begin: int, end: int, at: str) -> Iterator[tuple[dict[str, Any], dict[str, Any], list[tuple[Any, ...]]]]:
    for number in range(begin, end):
        text = texts[number % len(texts)]
        url = f"https://{text.source_id}.example/{number}"
        published = f"{text.at:%Y-%m-%d %H:%M:%S}.000000"
        article = {
            "id": number + 1, "url_key": url_key(url), "source_id": text.source_id, "current_revision": 1, "revisions": 1,
            "first_seen_at": at, "dated_at": published, "published_at": published, "published_from": "json-ld", "published_confidence": 0.9,
            "modified_at": published, "language": "ar" if number % 2 else "en", "relevant": 1, "relevance": 0.8, "paywalled": 0, "url": url,
            "canonical_url": url, "section": "politics", "site_name": text.source_id, "image_url": f"{url}.jpg",
            "description": text.text[:200], "authors": json.dumps([f"Author {number % 300}"]),
            "relevance_reasons": json.dumps([f"country IQ in title, {number % 7} mentions", "11 political terms"]), "extra": "{}",
            "keywords": json.dumps([f"word {number % 100}", "harbour"]), "form": "article", "visited_at": at,
        }  # fmt: skip
        revision = {
            "article_id": number + 1, "number": 1, "fetched_at": at, "text_hash": url_key(url) * 2, "extractor": "bench 1",
            "title": text.title, "text": f"{text.text}\n\n({number})",
        }  # fmt: skip
        yield article, revision, [(number + 1, country, 0.5) for country in ("IQ", "SY")[: 1 + number % 2]]


def bare(path: Path, out: Path) -> int:
    """Copy the articles, by key, with nothing but sqlite3 and pyarrow; return their number."""
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
        database.execute("PRAGMA cache_size = -65536")
        cursor = database.execute(
            f"SELECT {_COLUMNS} FROM articles AS a JOIN revisions AS r ON r.article_id = a.id AND r.number = a.current_revision"  # noqa: S608
            " ORDER BY a.url_key"
        )
        names = [item[0] for item in cursor.description]
        writer, count = None, 0
        while rows := cursor.fetchmany(_ROWS):
            batch = pa.table(dict(zip(names, map(pa.array, zip(*rows, strict=True)), strict=True)))
            if writer is None:
                schema = pa.schema([field if field.type != pa.null() else pa.field(field.name, pa.string()) for field in batch.schema])
                dictionary = [
                    name for name in names if name not in {"url_key", "url", "canonical_url", "title", "text", "description", "image_url"}
                ]
                writer = pq.ParquetWriter(out, schema, compression="zstd", use_dictionary=dictionary)
            writer.write_table(batch.cast(writer.schema))
            count += batch.num_rows
        if writer is not None:
            writer.close()
    return count


def ours(path: Path, out: Path, extension: str, names: list[str]) -> int:
    """Export as `dragoman export` does; return the number of articles."""
    from storage.corpus import Corpus  # noqa: PLC0415 - what a process does not need must not take its memory
    from storage.coverage.report import coverage_of  # noqa: PLC0415
    from storage.export.base import export_tables  # noqa: PLC0415
    from storage.export.describing import describer  # noqa: PLC0415
    from storage.export.reading import read_tables  # noqa: PLC0415
    from storage.export.subject import Wishes  # noqa: PLC0415
    from storage.export.tables import TABLES  # noqa: PLC0415
    from storage.search.records import ArticleFilter  # noqa: PLC0415

    tables, now, wanted = [TABLES[name] for name in names], datetime.now(UTC), ArticleFilter()
    with Database.open(f"sqlite:///{path}", create=False) as database, Corpus(database) as corpus, corpus.unchanging():
        coverage = coverage_of(database, wanted, now=now) if "coverage" in names else None
        chunks = read_tables(corpus, wanted, tables, coverage=coverage)
        manifest = export_tables(
            chunks, tables, out, format=extension, query={}, versions={}, now=now, coverage=coverage, describer=describer(Wishes())  # type: ignore[arg-type]
        )  # fmt: skip
    return manifest.rows


_WAYS = {
    "bare copy, Parquet": ("bare", "", ""),
    "export articles, Parquet": ("ours", "parquet", "articles"),
    "export, Parquet": ("ours", "parquet", "articles,clusters,sources,coverage"),
    "export, JSONL": ("ours", "jsonl", "articles,clusters,sources,coverage"),
    "export, CSV": ("ours", "csv", "articles,clusters,sources,coverage"),
    "export, all tables, Parquet": ("ours", "parquet", "all"),
}


def measure(way: str, path: Path) -> dict[str, Any]:
    """Do one of the ways in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "benchmarks.export", "--way", way, "--db", str(path), "--out", folder]
        done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - ourselves
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def run_way(way: str, path: Path, out: Path) -> None:
    """Do one of the ways here, and print what it took."""
    kind, extension, names = _WAYS[way]
    if kind == "ours":
        import storage.export.describing  # noqa: PLC0415 - to load libraries takes a second, whatever there is to do
        import storage.export.reading  # noqa: F401, PLC0415
        from storage.export.tables import TABLES  # noqa: PLC0415

        chosen = list(TABLES) if names == "all" else names.split(",")
    started, cpu_started = time.perf_counter(), time.process_time()
    rows = bare(path, out / "bare.parquet") if kind == "bare" else ours(path, out / "export", extension, chosen)
    seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - cpu_started
    found = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    size = sum(file.stat().st_size for file in out.rglob("*") if file.is_file())
    print(
        json.dumps(
            {"rows": rows, "seconds": seconds, "cpu_seconds": cpu_seconds, "peak_mb": int(found[1]) // 1024 if found else 0, "bytes": size}
        )
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=50_000)
    parser.add_argument("--repeat", type=int, default=2)
    parser.add_argument("--ways", type=int, default=len(_WAYS), help="only the first of them")
    parser.add_argument("--db", type=Path, help="a corpus to read instead of a made one")
    parser.add_argument("--way", help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.way:
        run_way(given.way, given.db, given.out)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = given.db or Path(folder) / "corpus.db"
        if given.db is None or not given.db.exists():
            fill(path, given.articles)
        results: dict[str, dict[str, Any]] = {}
        for _ in range(given.repeat):
            for way in list(_WAYS)[: given.ways]:
                made = measure(way, path)
                if way not in results or made["seconds"] < results[way]["seconds"]:
                    results[way] = made | {"peak_mb": max(made["peak_mb"], results.get(way, made)["peak_mb"])}
    base = results["bare copy, Parquet"]["seconds"]
    print(f"{'':30}{'articles/s':>12}{'seconds':>10}{'ratio':>8}{'CPU s':>8}{'peak MB':>9}{'MB':>8}")
    for way, made in results.items():
        print(
            f"{way:30}{made['rows'] / made['seconds']:>12,.0f}{made['seconds']:>10.1f}{made['seconds'] / base:>8.2f}"
            f"{made['cpu_seconds']:>8.1f}{made['peak_mb']:>9}{made['bytes'] / 1e6:>8.1f}"
        )
    ways = {
        way: {
            "seconds": round(made["seconds"], 2),
            "ratio": round(made["seconds"] / base, 2),
            "cpu_seconds": round(made["cpu_seconds"], 2),
            "peak_mb": made["peak_mb"],
        }
        for way, made in results.items()
    }
    print(json.dumps({"benchmark": "export", "articles": results["bare copy, Parquet"]["rows"], "cpus": os.cpu_count(), "ways": ways}))


if __name__ == "__main__":
    main()

"""Measure what snapshots cost: `.venv/bin/python -m benchmarks.snapshots [--articles 50000] [--edits 100] [--db FILE]`.

The made-up corpus of `benchmarks/export.py` is frozen whole; some articles get another text, and it is frozen again whole and as an
increment, which is then applied; the outcome must be the newer snapshot, byte by byte. Beside the seconds stands the CPU time, which a busy
machine blurs less, the bytes, and the peak memory of the process so far. A corpus that is given is only read: nothing is edited then.
Prints a table and one JSON line.
"""

from __future__ import annotations

import argparse
import json
import re
import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.export import fill
from storage.database import Database
from storage.search.records import ArticleFilter
from storage.snapshots import folders
from storage.snapshots.checking import problems
from storage.snapshots.increments import apply_increment
from storage.snapshots.writing import SnapshotPlan, create_snapshot


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=50_000)
    parser.add_argument("--edits", type=int, default=100)
    parser.add_argument("--db", type=Path, help="a corpus to read instead of a made one")
    given = parser.parse_args()
    told: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        path, edits = given.db or home / "corpus.db", 0 if given.db else given.edits
        if given.db is None:
            fill(path, given.articles)
        plan = SnapshotPlan(ArticleFilter())
        with Database.open(f"sqlite:///{path}", create=False) as database:
            told["whole"] = _measured(home / "older", lambda: create_snapshot(database, plan, home, "older"))
            if edits:
                _edit(path, given.articles, edits)
            told["whole, again"] = _measured(home / "newer", lambda: create_snapshot(database, plan, home, "newer"))
            told["increment"] = _measured(home / "since", lambda: create_snapshot(database, plan, home, "since", since=home / "older"))
        told["apply"] = _measured(home / "both", lambda: apply_increment(home / "older", home / "since", home, "both"))
        told["verify"] = _measured(home / "both", lambda: list(problems(home / "both")))
        if folders.digest_of(home / "both") != folders.digest_of(home / "newer"):
            raise SystemExit("the increment does not give the newer snapshot")
        for path in home.iterdir():  # read-only files, which a temporary folder cannot remove everywhere
            if path.is_dir():
                folders.remove(path)
    base = told["whole, again"]
    print(f"{'':16}{'seconds':>9}{'CPU s':>8}{'CPU ratio':>11}{'MB':>9}{'peak MB':>9}")
    for way, made in told.items():
        ratio = made["cpu_seconds"] / base["cpu_seconds"]
        print(f"{way:16}{made['seconds']:>9.1f}{made['cpu_seconds']:>8.1f}{ratio:>11.2f}{made['mb']:>9.1f}{made['peak_mb']:>9.0f}")
    print(json.dumps({"benchmark": "snapshots", "articles": given.articles if not given.db else None, "edits": edits, "ways": told}))


def _edit(path: Path, articles: int, edits: int) -> None:
    """Give some articles, all over the corpus, another text."""
    with sqlite3.connect(path) as database:
        for number in range(0, articles, max(1, articles // edits)):
            database.execute("UPDATE revisions SET text = text || ' Edited.' WHERE article_id = ?", (number + 1,))


def _measured(folder: Path, work: Callable[[], object]) -> dict[str, float]:
    started, cpu_started = time.perf_counter(), time.process_time()
    work()
    seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - cpu_started
    found = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    return {
        "seconds": round(seconds, 2),
        "cpu_seconds": round(cpu_seconds, 2),
        "mb": round(size / 1e6, 1),
        "peak_mb": int(found[1]) // 1024 if found else 0,
    }


if __name__ == "__main__":
    main()

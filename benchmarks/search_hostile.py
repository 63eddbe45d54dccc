"""What random and hostile queries do to a search: `python benchmarks/search_hostile.py URL [--queries 5000]`, a filled database.

Queries are put together of signs with a meaning in SQL, FTS5 or tsquery, of the words that the corpus repeats most, of prefixes, of words
of every script, of format characters and lone surrogates, and of noise. Each is searched for, and counted by month.
Prints one JSON line: how many, how many failed, how many found something, the slowest and the 99th percentile in seconds.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter
from itertools import islice

from storage.corpus import Corpus
from storage.search.records import ArticleFilter, Bucket, Sort
from storage.textnorm import tokens

SIGNS = (
    *"\"'-*():^+\\|&!,%_;{}[]=~<>?#@/\x00\x1f\x7f\u200b\u200c\u202e\ufeff\ud800",
    *(" ", "  ", "\n", "--", "<->", " AND ", " OR ", " NOT ", "NEAR(a b, 2)", "title:", "text:", "rowid:", " -", ' "', '" '),
    *("'; DROP TABLE articles --", "العراق", "لبنان", "צה״ל", "می‌شود", "Erdoğan'ın", "l'accord", "U.S.", "1,000", "عبد الله", "😀", "ﷺ"),
    "x" * 3_000,
)  # fmt: skip


def main() -> None:
    """Ask, count, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database")
    parser.add_argument("--queries", type=int, default=5_000)
    chosen = parser.parse_args()
    chance = random.Random(2)  # noqa: S311 - noise
    times: list[float] = []
    failed: list[str] = []
    found = 0
    with Corpus.open(chosen.database) as corpus:
        counted: Counter[str] = Counter()
        for article in islice(corpus.articles(), 400):
            counted.update(tokens(article.text))
        frequent = [word for word, _ in counted.most_common(60)]
        for _ in range(chosen.queries):
            query = _query(chance, frequent)
            wanted = ArticleFilter(query=query, copies=chance.random() < 0.5)
            began = time.perf_counter()
            try:
                found += bool(corpus.search(wanted, sort=chance.choice((None, *Sort))))
                corpus.count_by(Bucket.MONTH, wanted)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is what we look for
                failed.append(f"{query!r}: {error!r}")
            times.append(time.perf_counter() - began)
    told = {
        "queries": len(times),
        "failed": len(failed),
        "found": found,
        "slowest": max(times),
        "p99": sorted(times)[int(0.99 * len(times))],
    }
    print(json.dumps(told | {"failures": failed[:5]}))


def _query(chance: random.Random, frequent: list[str]) -> str:
    pieces: list[str] = []
    for _ in range(chance.randint(1, 14)):
        kind = chance.randrange(6)
        if kind == 0:
            pieces.append(chr(chance.choice((chance.randrange(32, 0x250), chance.randrange(0x590, 0x700), chance.randrange(0x110000)))))
        elif kind < 3:
            pieces.append(chance.choice(SIGNS))
        elif kind == 3:
            pieces.append(chance.choice(frequent)[: chance.randint(1, 4)] + "*")
        else:
            pieces.append(f" {chance.choice(frequent)} ")
    return "".join(pieces)


if __name__ == "__main__":
    main()

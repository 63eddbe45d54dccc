"""How long ties take on a large corpus: countries and actors, all and one pair, on a database that is made here.

Articles have the tags that a political article has on average (2.6 countries, 5 of 600 actors by rank, 1.5 topics); a third of them stand
in clusters of three. Texts are left out: ties do not read them. Times are those of the processor, in which SQLite runs, too.

Run: PYTHONPATH=. python benchmarks/ties.py [ARTICLES] [FOLDER]
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from storage.corpus import Corpus
from storage.database import Database
from storage.models import ArticleRow, ClusterRow, SourceRow, TagRow
from storage.search.records import Weight
from storage.ties.records import Member, TieQuestion

COUNTRIES = [
    "IQ",
    "SY",
    "IR",
    "TR",
    "IL",
    "PS",
    "LB",
    "JO",
    "EG",
    "SA",
    "AE",
    "QA",
    "KW",
    "BH",
    "OM",
    "YE",
    "LY",
    "TN",
    "DZ",
    "MA",
    "SD",
    "US",
    "RU",
    "GB",
    "FR",
]
ACTORS = [f"actor-{number}" for number in range(600)]
TOPICS = ["diplomacy", "conflict", "elections", "protest", "sanctions", "energy", "refugees"]
BEGIN = datetime(2020, 1, 1, tzinfo=UTC)
DAYS = 1800
CHUNK = 10_000


def rows(first: int, count: int, chance: random.Random) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Make articles with their tags."""
    by_rank = [1 / (rank + 3) for rank in range(len(ACTORS))]
    by_country = [1 / (rank + 2) for rank in range(len(COUNTRIES))]
    for number in range(first, first + count):
        at = BEGIN + timedelta(days=chance.random() * DAYS)
        clustered = number % 3 == 0
        article = {
            "id": number, "url_key": f"{number:032x}", "source_id": f"s{number % 50}", "current_revision": 1, "revisions": 1,
            "first_seen_at": at, "dated_at": at, "published_at": at, "url": f"https://s.example/{number}", "canonical_url": f"https://s.example/{number}",
            "authors": [], "relevance_reasons": ["country IQ in title (Iraq), 3 mentions", "7 political terms: minister, vote, army"],
            "extra": {}, "language": "ar", "relevant": True, "relevance": 0.9, "cluster_id": number // 9 + 1 if clustered else None,
            "cluster_role": ("origin" if number % 9 == 0 else "copy") if clustered else None,
        }  # fmt: skip
        values = {("country", value) for value in chance.choices(COUNTRIES, by_country, k=3)}
        values |= {("actor", value) for value in chance.choices(ACTORS, by_rank, k=5)}
        values |= {("topic", value) for value in chance.choices(TOPICS, k=chance.randint(1, 2))}
        tags = [
            {
                "article_id": number,
                "kind": kind,
                "value": value,
                "weight": round(chance.uniform(0.1, 0.9), 3),
                "evidence": "words around the name, as they stand in the text",
            }
            for kind, value in values
        ]
        yield article, tags


def fill(database: Database, articles: int) -> None:
    """Write the articles."""
    chance = random.Random(6)  # noqa: S311 - numbers, not secrets
    with database.write() as connection:
        connection.execute(
            insert(SourceRow),
            [
                {
                    "id": f"s{n}",
                    "name": "S",
                    "homepage": "https://s.example",
                    "languages": [],
                    "enabled": True,
                    "from_catalog": False,
                    "interval_minutes": 60,
                }
                for n in range(50)
            ],
        )
        clusters = [{"id": n + 1, "origin_id": n * 9, "created_at": BEGIN, "members": 3} for n in range(articles // 9 + 1)]
        connection.execute(insert(ClusterRow), clusters)
    for first in range(1, articles + 1, CHUNK):
        made = list(rows(first, min(CHUNK, articles + 1 - first), chance))
        with database.write() as connection:
            connection.execute(insert(ArticleRow), [article for article, _ in made])
            connection.execute(insert(TagRow), [tag for _, tags in made for tag in tags])


QUESTIONS = {
    "one pair of countries, copies once": TieQuestion(Member("country", "IQ"), Member("country", "SY")),
    "one pair of countries, every article": TieQuestion(Member("country", "IQ"), Member("country", "SY"), weight=Weight.ARTICLES),
    "one pair, with its articles": TieQuestion(Member("country", "IQ"), Member("country", "SY"), articles=True),
    "a country and all others": TieQuestion(Member("country", "IQ"), limit=20, series=False),
    "all countries": TieQuestion(limit=20, series=False),
    "all actors": TieQuestion(kind="actor", limit=20, least_together=3, series=False),
    "network of all actors": TieQuestion(kind="actor", least_together=3, series=False, trend=False),
}


def main() -> int:
    """Print a table, and a JSON line for machines."""
    articles = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory(dir=sys.argv[2] if len(sys.argv) > 2 else None) as folder:
        path = Path(folder) / "ties.db"
        with Database.open(f"sqlite:///{path}") as database:
            started = time.perf_counter()
            fill(database, articles)
            database.vacuum()
            print(f"{articles} articles, {path.stat().st_size / 1e6:.0f} MB, made in {time.perf_counter() - started:.0f} s")
        seconds = {}
        with Corpus.open(f"sqlite:///{path}") as corpus:
            for name, question in QUESTIONS.items():
                started = time.process_time()
                answer = corpus.ties(question)
                seconds[name] = round(time.process_time() - started, 2)
                print(f"{name:40} {seconds[name]:7.2f} s  {answer.found} ties in {answer.texts} texts", flush=True)
    print(json.dumps({"articles": articles, "seconds": seconds}))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""What bm25 would have shown instead: `python benchmarks/search_order.py FILE.db [--least 6]`, a corpus in SQLite.

Words of its own articles are asked for, one and two at a time, out of headlines and texts. Of the queries with at least `--least` matches,
the first five by our order are compared with the first five by FTS5's bm25 of the same matches.
Prints one JSON line: queries, mean number of matches, the share of the five in common, how often bm25's first is among our five, and what
share chance would have in common.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
from pathlib import Path

from sqlalchemy import text

from storage.corpus import Corpus
from storage.database import Database
from storage.dialects.sqlite import fts5_expression
from storage.search.query import parse
from storage.search.ranking import matching
from storage.search.records import ArticleFilter
from storage.textnorm import tokens

FIRST, MOST_ARTICLES = 5, 2_000
BM25 = (
    "SELECT a.id FROM article_text JOIN articles AS a ON a.place = article_text.rowid WHERE article_text MATCH :wanted"
    " ORDER BY bm25(article_text), a.place DESC LIMIT 5"
)


def main() -> None:
    """Ask, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--least", type=int, default=6)
    chosen = parser.parse_args()
    matches: list[int] = []
    shared: list[float] = []
    first: list[bool] = []
    with Database.open(f"sqlite:///{chosen.file}", create=False) as database:
        corpus = Corpus(database)
        queries = _queries(corpus)
        for query in queries:
            wanted = ArticleFilter(query=query, copies=True)
            found = corpus.count(wanted)
            if found < chosen.least:
                continue
            ours = [hit.article.id for hit in corpus.search(wanted, limit=FIRST)]
            with database.read() as connection:
                theirs = list(connection.scalars(text(BM25), {"wanted": fts5_expression(matching(parse(query)))}))
            matches.append(found)
            shared.append(len(set(ours) & set(theirs)) / FIRST)
            first.append(theirs[0] in ours)
    told = {
        "queries": len(queries),
        "compared": len(matches),
        "mean_matches": statistics.mean(matches),
        "shared_of_five": statistics.mean(shared),
        "first_of_bm25_shown": statistics.mean(first),
        "chance": statistics.mean(FIRST / found for found in matches),
    }
    print(json.dumps(told))


def _queries(corpus: Corpus) -> list[str]:
    chance = random.Random(1)  # noqa: S311 - a choice of words
    made: list[str] = []
    for number, article in enumerate(corpus.articles()):
        if number >= MOST_ARTICLES:
            break
        for written, least in ((article.title or "", 4), (article.text, 5)):
            words = [word for word in tokens(written) if len(word) >= least]
            if len(words) > 1:
                made += [chance.choice(words), " ".join(chance.sample(words, 2))]
    return made


if __name__ == "__main__":
    main()

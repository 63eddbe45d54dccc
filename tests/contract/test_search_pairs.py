"""The table of queries and texts that should match, or should not: the same on both databases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from storage import articles
from storage.corpus import Corpus
from storage.database import Database
from storage.search.records import ArticleFilter, Sort
from tests.contract.builders import NOON, draft, fetched

TABLE = Path(__file__).parent.parent / "quality" / "search_pairs.tsv"
LEAST_RIGHT = 0.98


@dataclass(frozen=True)
class Pair:
    """A query, a text, and whether the one should find the other."""

    language: str
    rule: str
    query: str
    document: str
    match: bool


def pairs() -> list[Pair]:
    rows = [line.split("\t") for line in TABLE.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return [Pair(language, rule, query, document, {"yes": True, "no": False}[match]) for language, rule, query, document, match in rows]


def test_table_has_pairs_of_both_kinds_in_all_languages() -> None:
    table = pairs()
    assert len(table) >= 550
    assert {pair.language for pair in table} == {"ar", "fa", "ckb", "kmr", "he", "tr", "en", "fr"}
    for language in {pair.language for pair in table}:
        assert {pair.match for pair in table if pair.language == language} == {True, False}


def test_queries_of_the_table_find_what_they_should(database: Database, run_id: int, corpus: Corpus) -> None:
    table = pairs()
    made = [
        draft(str(number), title=None, text=pair.document, language=pair.language, published_at=NOON - timedelta(hours=number))
        for number, pair in enumerate(table)
    ]
    articles.save_batch(database, run_id, [fetched(one) for one in made])
    wrong = []
    for number, pair in enumerate(table):
        # Only its own text, by its date: what else in the table matches is no concern of the pair.
        at = NOON - timedelta(hours=number)
        wanted = ArticleFilter(query=pair.query, since=at, until=at + timedelta(minutes=1), copies=True)
        hits = corpus.search(wanted, sort=Sort.NEWEST)  # one question to the index, where relevance asks four
        if bool(hits) is not pair.match:
            wrong.append(f"{pair.language} {pair.rule}: {pair.query} / {pair.document}")
        if hits and "-" not in pair.query and not any(mark in pair.query for mark in '*"'):
            assert "[[" in hits[0].snippet, pair

    assert len(wrong) <= (1 - LEAST_RIGHT) * len(table), "\n".join(wrong)

"""Ties as both databases count them, against counting by hand."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from random import Random

import pytest

from storage import articles
from storage.corpus import Corpus
from storage.database import Database
from storage.records import Tag, article_key
from storage.search.records import ArticleFilter, Weight
from storage.ties.records import Member, Span, TieQuestion
from tests.contract.builders import draft, fetched

IQ, SY, TR = (Member("country", code) for code in ("IQ", "SY", "TR"))
MARCH = datetime(2026, 3, 1, 12, tzinfo=UTC)
WORDS = ["harbour", "bridge", "ferry", "market", "valley", "orchard", "school", "library", "canal", "garden", "mill", "lantern", "archive"]


def keep(database: Database, run_id: int, reports: list[tuple[str, datetime, str]], **fields: object) -> None:
    """Store reports: countries and actors with their weights ('IQ SY:0.1 somebody'), a day, and the word that makes the text different."""
    made = []
    for number, (named, at, word) in enumerate(reports):
        tags = []
        for item in named.split():
            value, _, weight = item.partition(":")
            tags.append(Tag("country" if value.isupper() else "actor", value, float(weight or 0.5), "words"))
        chance = Random(word)
        text = " ".join(chance.choices(WORDS, k=40)) + f" {word}"
        fields_of = {"title": f"Report {word}", "text": text, "tags": tuple(tags), "published_at": at, "relevant": True} | fields
        made.append(fetched(draft(f"{word}-{number}", **fields_of)))  # type: ignore[arg-type]
    articles.save_batch(database, run_id, made)


def test_a_tie_is_weighed_by_what_is_expected(database: Database, run_id: int, corpus: Corpus) -> None:
    keep(database, run_id, [("IQ SY", MARCH, "a"), ("IQ", MARCH, "b"), ("SY TR", MARCH, "c"), ("TR", MARCH, "d")])
    [tie] = corpus.ties(TieQuestion(IQ, SY)).ties
    assert (tie.of_a, tie.of_b, tie.strength.together, tie.strength.expected, tie.strength.strength) == (2, 2, 1, 1.0, 1.0)


def test_a_passing_mention_makes_no_tie(database: Database, run_id: int, corpus: Corpus) -> None:
    keep(database, run_id, [("IQ SY:0.19", MARCH, "a"), ("IQ SY:0.2", MARCH, "b")])
    [tie] = corpus.ties(TieQuestion(IQ, SY)).ties
    assert tie.strength.together == 1
    [tie] = corpus.ties(TieQuestion(IQ, SY, least_weight=0.1)).ties
    assert tie.strength.together == 2


def test_spans_without_texts_are_there(database: Database, run_id: int, corpus: Corpus) -> None:
    keep(database, run_id, [("IQ SY", MARCH, "a"), ("IQ SY", MARCH + timedelta(days=92), "b")])
    answer = corpus.ties(TieQuestion(IQ, SY))
    assert answer.begins == (date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1), date(2026, 6, 1))
    assert [(point.texts, point.strength.together, point.strength.strength) for point in answer.ties[0].points] == [
        (1, 1, 1.0), (0, 0, None), (0, 0, None), (1, 1, 1.0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("by", "begins"),
    [
        (Span.DAY, {date(2026, 1, 1), date(2026, 1, 4), date(2026, 1, 5)}),
        (Span.WEEK, {date(2025, 12, 29), date(2026, 1, 5)}),
        (Span.MONTH, {date(2026, 1, 1)}),
        (Span.YEAR, {date(2026, 1, 1)}),
    ],
)
def test_texts_stand_in_the_span_of_their_day(database: Database, run_id: int, corpus: Corpus, by: Span, begins: set[date]) -> None:
    days = (datetime(2026, 1, day, 23, 59, tzinfo=UTC) for day in (1, 4, 5))
    keep(database, run_id, [("IQ SY", day, f"r{number}") for number, day in enumerate(days)])
    [tie] = corpus.ties(TieQuestion(IQ, SY, by=by)).ties
    assert {point.begin for point in tie.points if point.texts} == begins
    assert sum(point.strength.together for point in tie.points) == 3


def test_copies_count_once_where_the_origin_stands(database: Database, run_id: int, corpus: Corpus) -> None:
    reprinted = [("IQ SY", MARCH + timedelta(hours=hour), "same") for hour in range(3)]
    keep(database, run_id, [*reprinted, ("IQ", MARCH, "b"), ("SY", MARCH, "c")])
    [once] = corpus.ties(TieQuestion(IQ, SY, articles=True)).ties
    assert (once.strength.together, once.of_a) == (1, 2)
    assert once.points[0].articles == (article_key(corpus.get("https://courier.example/same-0").canonical_url),)
    [each] = corpus.ties(TieQuestion(IQ, SY, weight=Weight.ARTICLES, articles=True)).ties
    assert (each.strength.together, each.of_a, len(each.points[0].articles)) == (3, 4, 3)


def test_a_copy_stands_for_a_text_whose_origin_a_filter_leaves_out(database: Database, run_id: int, corpus: Corpus) -> None:
    keep(database, run_id, [("IQ SY", MARCH, "same")])
    keep(
        database, run_id, [("IQ SY", MARCH + timedelta(hours=1), "same"), ("IQ SY", MARCH + timedelta(hours=2), "same")], source_id="herald"
    )
    question = TieQuestion(IQ, SY, wanted=ArticleFilter(sources=("herald",)))
    assert corpus.ties(question).ties[0].strength.together == 1
    assert corpus.ties(replace(question, weight=Weight.ARTICLES)).ties[0].strength.together == 2


def test_the_edge_of_the_time_moves_no_text(database: Database, run_id: int, corpus: Corpus) -> None:
    keep(database, run_id, [("IQ SY", MARCH, "same"), ("IQ SY", MARCH + timedelta(days=1), "same")])
    wanted = ArticleFilter(since=MARCH + timedelta(hours=12), until=MARCH + timedelta(days=9))
    [tie] = corpus.ties(TieQuestion(IQ, SY, wanted=wanted)).ties
    assert tie.strength.together == 0


def test_countries_and_actors_can_be_tied(database: Database, run_id: int, corpus: Corpus) -> None:
    keep(database, run_id, [("IQ somebody", MARCH, "a"), ("SY somebody other", MARCH, "b")])
    somebody = Member("actor", "somebody")
    [tie] = corpus.ties(TieQuestion(IQ, somebody)).ties
    assert (tie.a, tie.b, tie.strength.together) == (IQ, somebody, 1)
    answer = corpus.ties(TieQuestion(somebody, kind="country"))
    assert {(item.a, item.b) for item in answer.ties} == {(somebody, IQ), (somebody, SY)}
    answer = corpus.ties(TieQuestion(kind="actor"))
    assert [(item.a.value, item.b.value) for item in answer.ties] == [("other", "somebody")]


def test_irrelevant_articles_can_be_left_out(database: Database, run_id: int, corpus: Corpus) -> None:
    keep(database, run_id, [("IQ SY", MARCH, "a")])
    keep(database, run_id, [("IQ SY", MARCH, "b")], relevant=False)
    assert corpus.ties(TieQuestion(IQ, SY, wanted=ArticleFilter(relevant=True))).texts == 1


def test_an_empty_corpus_has_no_ties(corpus: Corpus) -> None:
    assert corpus.ties(TieQuestion()).ties == ()
    [tie] = corpus.ties(TieQuestion(IQ, SY)).ties
    assert (tie.strength.together, tie.strength.strength, tie.points, tie.trend) == (0, None, (), None)


def test_a_query_of_signs_alone_finds_no_text(database: Database, run_id: int, corpus: Corpus) -> None:
    keep(database, run_id, [("IQ SY", MARCH, "a")])
    assert corpus.ties(TieQuestion(wanted=ArticleFilter(query="?!"))).texts == 0


def test_all_ties_are_what_counting_by_hand_gives(database: Database, run_id: int, corpus: Corpus) -> None:
    chance = Random(4)
    codes = ["IQ", "SY", "TR", "IR", "LB", "EG"]
    named = [sorted(chance.sample(codes, chance.randint(1, 4))) for _ in range(60)]
    keep(database, run_id, [(" ".join(some), MARCH + timedelta(days=chance.randrange(90)), f"w{n}") for n, some in enumerate(named)])
    counted = Counter(pair for some in named for pair in combinations(some, 2))
    answer = corpus.ties(TieQuestion(series=False, trend=False))
    assert {(tie.a.value, tie.b.value): tie.strength.together for tie in answer.ties} == counted
    assert answer.found == len(counted)
    lows = [tie.strength.low or 0.0 for tie in answer.ties]
    assert lows == sorted(lows, reverse=True)
    of_iraq = corpus.ties(TieQuestion(IQ, series=False))
    assert {tie.b.value: tie.strength.together for tie in of_iraq.ties} == {
        (b if a == "IQ" else a): count for (a, b), count in counted.items() if "IQ" in {a, b}
    }
    limited = corpus.ties(TieQuestion(limit=2, least_together=2))
    assert [tie.points != () for tie in limited.ties] == [True, True]
    assert all(sum(point.strength.together for point in tie.points) == tie.strength.together for tie in limited.ties)

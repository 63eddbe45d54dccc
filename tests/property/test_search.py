"""What must hold of a search for any query: it never fails, whatever is typed."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage import articles, runs, sources
from storage.corpus import Corpus
from storage.database import Database
from storage.records import RunKind
from storage.search.query import parse
from storage.search.ranking import AllOf, AnyOf, Match, Without, matching, ranks
from storage.search.records import ArticleFilter, Bucket, Sort
from storage.search.snippets import snippet
from tests.contract.builders import NOON, draft, fetched, source

PIECES = st.sampled_from(
    [
        *"\"'-*():^+\\|&!,%_;{}[]=~<>?#@/\x00\x1f\x7f\u200b\u200c\u200d\u202e\ufeff\ud800",
        *(" ", "  ", "\n", "--", "<->", "AND", "OR", "NOT", "NEAR", "NEAR(a b, 2)", "title:", "text:", "document:", "rowid:", "^a"),
        *("a", "the", "harbour", "عراق", "والعراق", "لبنان", "ה", "צה״ל", 'צה"ל', "می‌شود", "Erdoğan'ın", "l'accord", "U.S.", "1,000"),
        *("عبد", "الله", "ها", "al", "el", "ﷺ", "😀", "ي" * 200, "x" * 3_000, "𐤀", "\u0301", "«", "»", "“", "a*", "**", '-"'),
        "'; DROP TABLE articles --",
    ]
)  # fmt: skip
QUERIES = st.lists(PIECES, max_size=12).map("".join) | st.text(max_size=40) | st.lists(PIECES, max_size=8).map(" ".join)
WORDS = "The council of Port Varda voted on e-mail and Sana'a; عبد الله می‌شود العراق ولبنان צה״ל בירושלים Erdoğan'ın l'accord U.S. 1,000."


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    with Database.open(f"sqlite:///{tmp_path_factory.mktemp('search') / 'a.db'}") as database:
        sources.sync(database, [source("courier")], NOON)
        run_id = runs.start(database, RunKind.INGEST, None, NOON)
        articles.save_batch(database, run_id, [fetched(draft(str(number), text=f"{number} {WORDS}")) for number in range(5)])
        yield Corpus(database)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(QUERIES)
def test_no_query_fails_or_takes_long(corpus: Corpus, query: str) -> None:
    began = time.process_time()
    wanted = ArticleFilter(query=query, copies=True)
    hits = corpus.search(wanted, limit=10)

    assert corpus.count(wanted) == len(hits) == len(corpus.search(wanted, sort=Sort.OLDEST, limit=10))
    assert sum(corpus.count_by(Bucket.MONTH, wanted).values()) == len(hits)
    assert time.process_time() - began < 8


@given(QUERIES)
def test_classes_of_a_query_are_few_and_a_text_without_a_query_is_its_own_snippet(query: str) -> None:
    parsed = parse(query)
    if parsed:
        assert 1 <= len(ranks(parsed)) <= 4
        assert isinstance(matching(parsed), Match | AllOf | AnyOf | Without)
    marked = snippet(WORDS, parsed)
    assert marked.replace("[[", "").replace("]]", "").removeprefix("…").removesuffix("…") in " ".join(WORDS.split())

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta, timezone

import pytest

from storage import articles
from storage.corpus import Corpus
from storage.database import Database
from storage.errors import NotFound
from storage.models import SCHEMA_REVISION
from storage.records import ClusterRole, Outcome, Tag, article_key
from storage.search.records import ArticleFilter, Stats
from tests.contract.builders import BRIDGE, NOON, draft, failed, fetched, minutes

FERRY = "Nobody in Ombria knows when the old ferry below the bridge will carry its last passengers to the other side of the river."


def fill(database: Database, run_id: int) -> dict[str, int]:
    """Store four articles and return their ids by path."""
    made = [
        draft("harbour", published_at=NOON - minutes(60)),
        draft("reprint", source_id="herald", published_at=NOON - minutes(30), tags=()),
        draft("bridge", text=BRIDGE, title="A bridge", language="fr", published_at=NOON - minutes(10), relevant=False,
              tags=(Tag("country", "OM", 0.9, "Ombria"), Tag("country", "LK", 0.1, "Lesk"), Tag("topic", "works", 0.5, "bridge"),
                    Tag("actor", "prefect-of-lesk", 0.2, "the prefect"))),
        draft("undated", text=FERRY, title=None, language=None, published_at=None, relevant=None, tags=()),
    ]  # fmt: skip
    saved = articles.save_batch(database, run_id, [fetched(article) for article in made])
    return {item.candidate_url.rsplit("/", 1)[1]: item.article_id or 0 for item in saved}


FILTERS: list[tuple[ArticleFilter, set[str]]] = [
    (ArticleFilter(), {"harbour", "reprint", "bridge", "undated"}),
    (ArticleFilter(sources=("herald",)), {"reprint"}),
    (ArticleFilter(sources=("herald", "courier")), {"harbour", "reprint", "bridge", "undated"}),
    (ArticleFilter(languages=("fr",)), {"bridge"}),
    (ArticleFilter(languages=("fr", "en")), {"harbour", "reprint", "bridge"}),
    (ArticleFilter(countries=("LK",)), {"harbour", "bridge"}),
    (ArticleFilter(countries=("OM", "XX")), set()),
    (ArticleFilter(countries=("OM", "LK")), {"bridge"}),
    (ArticleFilter(topics=("works",)), {"bridge"}),
    (ArticleFilter(topics=("works",), countries=("LK",)), {"bridge"}),
    (ArticleFilter(actors=("prefect-of-lesk",)), {"bridge"}),
    (ArticleFilter(actors=("prefect-of-lesk", "mayor-of-ombria")), set()),
    (ArticleFilter(relevant=True), {"harbour", "reprint"}),
    (ArticleFilter(relevant=False), {"bridge"}),
    (ArticleFilter(since=NOON - minutes(30)), {"reprint", "bridge", "undated"}),
    (ArticleFilter(until=NOON - minutes(30)), {"harbour"}),
    (ArticleFilter(since=NOON), {"undated"}),
    (ArticleFilter(query="ombria"), {"bridge", "undated"}),
    (ArticleFilter(query="ombria", languages=("fr",)), {"bridge"}),
    (ArticleFilter(query="-ombria"), {"harbour", "reprint"}),
    (ArticleFilter(query="  "), {"harbour", "reprint", "bridge", "undated"}),
    (ArticleFilter(query="?!"), set()),
    (ArticleFilter(revised=True), set()),
    (ArticleFilter(revised=False, languages=("fr",)), {"bridge"}),
    (ArticleFilter(gone=True), set()),
    (ArticleFilter(gone=False, query="ombria"), {"bridge", "undated"}),
]


def test_search_count_and_stream_agree_on_every_filter(database: Database, run_id: int, corpus: Corpus) -> None:
    ids = fill(database, run_id)
    for wanted, expected in ((replace(given, copies=True), expected) for given, expected in FILTERS):
        chosen = {ids[path] for path in expected}
        assert {hit.article.id for hit in corpus.search(wanted)} == chosen, wanted
        assert corpus.count(wanted) == len(chosen), wanted
        stream = list(corpus.articles(wanted))
        assert {article.id for article in stream} == chosen, wanted
        assert [article.key for article in stream] == sorted(article.key for article in stream), wanted


def test_without_a_query_the_newest_come_first_with_the_begin_of_their_text(database: Database, run_id: int, corpus: Corpus) -> None:
    ids = fill(database, run_id)

    hits = corpus.search(ArticleFilter(copies=True), limit=3)

    assert [hit.article.id for hit in hits] == [ids["undated"], ids["bridge"], ids["reprint"]]
    assert {hit.score for hit in hits} == {0.0}
    assert hits[1].snippet.startswith("Engineers in the valley")
    assert corpus.search(ArticleFilter(), limit=0) == []


def test_article_is_found_by_id_and_by_address(database: Database, run_id: int, corpus: Corpus) -> None:
    ids = fill(database, run_id)

    article = corpus.get(ids["bridge"])
    assert article == corpus.get(str(ids["bridge"])) == corpus.get("https://courier.example/bridge") == corpus.get(article.key)


@pytest.mark.parametrize("unknown", [4711, -1, 10**30, "4711", "https://courier.example/nowhere", "", "\x00", "a0123456789abcdef"])
def test_unknown_article_is_not_found(corpus: Corpus, unknown: int | str) -> None:
    with pytest.raises(NotFound):
        corpus.get(unknown)


@pytest.mark.parametrize("order", [("wire", "reprint"), ("reprint", "wire")])
def test_keys_and_origin_do_not_depend_on_the_order_of_arrival(
    database: Database, run_id: int, corpus: Corpus, order: tuple[str, str]
) -> None:
    # published in the same minute: only the address can decide
    made = {path: draft(path, source_id=name, published_at=NOON) for path, name in (("wire", "courier"), ("reprint", "herald"))}
    articles.save_batch(database, run_id, [fetched(made[path]) for path in order])

    keys = [article_key(made["reprint"].canonical_url), article_key(made["wire"].canonical_url)]
    stored = list(corpus.articles())
    assert [article.key for article in stored] == sorted(keys)
    assert {article.cluster_key for article in stored} == {min(keys)}
    assert [article.cluster_role for article in stored] == [ClusterRole.ORIGIN, ClusterRole.COPY]


def test_revisions_and_copies_of_an_unknown_article_are_not_found(corpus: Corpus) -> None:
    with pytest.raises(NotFound):
        corpus.revisions(4711)
    with pytest.raises(NotFound):
        corpus.copies(4711)


def test_article_alone_has_no_copies(database: Database, run_id: int, corpus: Corpus) -> None:
    assert corpus.copies(fill(database, run_id)["bridge"]) == []


def test_times_come_back_in_utc_whatever_zone_they_were_given_in(database: Database, run_id: int, corpus: Corpus) -> None:
    tehran = timezone(timedelta(hours=3, minutes=30))
    given = (NOON + timedelta(microseconds=123_456)).astimezone(tehran)
    (saved,) = articles.save_batch(database, run_id, [fetched(draft(published_at=given, fetched_at=given))])

    article = corpus.get(saved.article_id or 0)
    assert (article.published_at, article.first_seen_at) == (given, given)
    assert article.published_at is not None
    assert article.published_at.tzinfo is UTC


def test_stream_shows_one_state_while_a_crawl_writes(database: Database, run_id: int, corpus: Corpus) -> None:
    # Of words of their own, or they would be 700 copies to be compared with each other.
    many = [fetched(draft(str(number), text=f"freighters {' '.join(f'w{number}x{word}' for word in range(30))}")) for number in range(700)]
    articles.save_batch(database, run_id, many[:600])
    stream = corpus.articles()
    seen = [next(stream).id]
    articles.save_batch(database, run_id, [fetched(draft("0", text=BRIDGE, fetched_at=NOON + minutes(1))), *many[600:]])
    rest = list(stream)

    assert len(seen) + len(rest) == 600
    assert corpus.count(ArticleFilter()) == 700
    assert len(list(corpus.articles(ArticleFilter(query="freighters")))) == 699


def test_stream_that_is_left_early_gives_its_connection_back(database: Database, run_id: int, corpus: Corpus) -> None:
    fill(database, run_id)
    for _ in range(40):
        stream = corpus.articles()
        next(stream)
        stream.close()  # type: ignore[attr-defined]  # what a for loop does that is left

    assert corpus.count(ArticleFilter()) == 4


def test_stats_count_everything(database: Database, run_id: int, corpus: Corpus) -> None:
    fill(database, run_id)
    articles.save_batch(
        database, run_id, [failed("x", Outcome.GONE), fetched(draft("bridge", title="B", text=BRIDGE, fetched_at=NOON + minutes(1)))]
    )

    assert corpus.stats() == Stats(
        articles=4,
        revisions=5,
        clusters=1,
        copies=1,
        sources=2,
        fetches=6,
        first_published_at=NOON - minutes(60),
        last_published_at=NOON - minutes(30),
        by_source={"courier": 3, "herald": 1},
        by_language={"en": 3},
        by_country={"LK": 2},
        by_outcome={Outcome.NEW: 3, Outcome.COPY: 1, Outcome.GONE: 1, Outcome.REVISED: 1},
        texts=3,
    )


def test_stats_of_a_selection_say_nothing_of_the_ledger(database: Database, run_id: int, corpus: Corpus) -> None:
    fill(database, run_id)
    counted = corpus.stats(wanted=ArticleFilter(topics=("works",)))
    assert (counted.articles, counted.texts, counted.fetches, counted.by_outcome) == (1, 1, 0, {})
    assert (counted.by_country, counted.by_actor, counted.by_topic) == ({"LK": 1, "OM": 1}, {"prefect-of-lesk": 1}, {"works": 1})
    assert corpus.stats(wanted=ArticleFilter(query="ombria")).articles == 2
    assert corpus.stats(wanted=ArticleFilter(query="?!")).articles == 0


def test_stats_of_an_empty_corpus_are_zero(corpus: Corpus) -> None:
    assert corpus.stats() == Stats(0, 0, 0, 0, 0, 0, None, None, {}, {}, {}, {})


def test_opened_corpus_reads_and_closes_its_database(database: Database, run_id: int, url: str) -> None:
    fill(database, run_id)
    with Corpus.open(url) as opened:
        assert opened.count(ArticleFilter()) == 4
        assert opened.schema_version == SCHEMA_REVISION
    borrowed = Corpus(database)
    borrowed.close()
    assert borrowed.count(ArticleFilter()) == 4


def test_countries_of_an_article_are_the_heaviest_first(database: Database, run_id: int, corpus: Corpus) -> None:
    article = corpus.get(fill(database, run_id)["bridge"])

    assert article.countries == ("OM", "LK")
    assert [(tag.kind, tag.value) for tag in article.tags] == [
        ("country", "OM"),
        ("topic", "works"),
        ("actor", "prefect-of-lesk"),
        ("country", "LK"),
    ]
    assert (article.actors, article.topics) == (("prefect-of-lesk",), ("works",))
    assert replace(article, tags=()).countries == ()

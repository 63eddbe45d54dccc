"""Orders, pages and counts of a search: the same on both databases."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from storage import articles, runs, sources
from storage.corpus import Corpus
from storage.database import Database
from storage.errors import BadPage, StorageError
from storage.records import ArticleDraft, Outcome, RunKind, SourceKind, Tag
from storage.search.records import ArticleFilter, Bucket, Sort, Weight
from tests.contract.builders import NOON, draft, failed, fetched, minutes, source
from tests.contract.conftest import Server, Stock
from tests.contract.test_search_pairs import pairs

LATIN = ("harbour", "council", "bridge", "mayor", "vote", "ferry", "island", "ministry", "treaty", "port", "river", "valley")
ARABIC = ("ميناء", "مجلس", "جسر", "رئيس", "وزارة", "بغداد", "والعراق", "للعراق", "العراق", "ووزارة", "اتفاق", "كتاب", "بالميناء")


def made_up(count: int, seed: int = 3) -> list[ArticleDraft]:
    """Write articles of words that recur: some of a second, some of a day, every sixth a copy of an earlier one in another source."""
    chance = random.Random(seed)
    made: list[ArticleDraft] = []
    for number in range(count):
        words = ARABIC if number % 3 == 0 else LATIN
        text = ". ".join(" ".join(chance.choice(words) for _ in range(9)) for _ in range(chance.randint(8, 24))) + f" {number}."
        title = " ".join(chance.choice(words) for _ in range(4))
        if number % 6 == 5:
            title, text = made[chance.randrange(number)].title or "", made[chance.randrange(number)].text
        at = NOON - timedelta(days=chance.randrange(40), seconds=chance.choice((0, 0, 1, 7, 3_600)))
        made.append(
            draft(
                str(number), text=text, title=title, source_id=("courier", "herald")[number % 2], published_at=at,
                language=("ar" if words is ARABIC else "en"), relevant=number % 5 != 0,
                tags=(Tag("country", ("LK", "OM", "XX")[number % 3], 0.5, ""),),
            )
        )  # fmt: skip
    return made


def keep(database: Database, run_id: int, made: list[ArticleDraft]) -> None:
    for start in range(0, len(made), 50):
        articles.save_batch(database, run_id, [fetched(one) for one in made[start : start + 50]])


def queries(count: int) -> list[str]:
    """Ask for what the articles say: words, phrases, exclusions, either, headlines, beginnings."""
    chance = random.Random(8)
    made: list[str] = [pair.query for pair in pairs()[: count // 4]]
    while len(made) < count:
        one, two, three = (chance.choice((*LATIN, *ARABIC)) for _ in range(3))
        made.append(
            chance.choice(
                (one, f"{one} {two}", f'"{one} {two}"', f"{one} -{two}", f"{one} OR {two}", f"title:{one}", f"{one[:3]}*",
                 f"{one} {two} OR {three}", f"-{one} -{two}", f'{one} -"{two} {three}"', f"title:{one} {two}", f"{one} {two} {three}"),
            )
        )  # fmt: skip
    return made


@pytest.fixture
def both(postgresql: Server, migrated_file: Path, tmp_path: Path) -> list[Database]:
    """Fill both databases with the same articles, in different order of arrival."""
    postgresql.empty()
    file = tmp_path / "both.db"
    file.write_bytes(migrated_file.read_bytes())
    urls = (f"sqlite:///{file}", postgresql.migrated.render_as_string(hide_password=False))
    opened = [Database.open(url) for url in urls]
    for database, backwards in zip(opened, (False, True), strict=True):
        sources.sync(database, [source("courier"), source("herald")], NOON)
        run_id = runs.start(database, RunKind.INGEST, None, NOON)
        made = made_up(150)
        keep(database, run_id, made[::-1] if backwards else made)
    return opened


def test_two_hundred_queries_give_the_same_articles_in_the_same_order_on_both_databases(both: list[Database]) -> None:
    corpora = [Corpus(database) for database in both]
    found = 0
    for number, query in enumerate(queries(200)):
        wanted = ArticleFilter(query=query, copies=number % 2 == 0, languages=("en",) if number % 7 == 0 else ())
        sort, bucket, weight = list(Sort)[number % 3], list(Bucket)[number % 5], list(Weight)[number % 2]
        ours, theirs = (
            (
                [(hit.article.key, hit.score, hit.snippet) for hit in corpus.search(wanted, sort=sort, limit=30)],
                corpus.count(wanted, weight),
            )
            for corpus in corpora
        )
        assert ours == theirs, query
        assert corpora[0].count_by(bucket, wanted, weight) == corpora[1].count_by(bucket, wanted, weight), query
        found += bool(ours)
    assert found > 120
    for database in both:
        assert database.check() == []
        database.close()


def fill(database: Database) -> None:
    keep(database, runs.start(database, RunKind.INGEST, None, NOON), made_up(120))


@pytest.fixture
def filled(kind: str, stock: Stock) -> Iterator[Corpus]:
    """Give a corpus of 120 articles to read."""
    with Database.open(stock.original(kind, fill)) as database:
        yield Corpus(database)


@pytest.fixture
def own_filled(kind: str, stock: Stock, tmp_path: Path) -> Iterator[Database]:
    """Give the same to write to."""
    with stock.copy(kind, fill, tmp_path / "own.db") as url, Database.open(url) as database:
        yield database


@pytest.mark.parametrize("query", ["", "harbour", "council mayor", "العراق"])
@pytest.mark.parametrize("sort", [None, Sort.NEWEST, Sort.OLDEST])
@pytest.mark.parametrize("copies", [True, False])
def test_pages_join_to_the_whole_without_gap_or_repetition(filled: Corpus, query: str, sort: Sort | None, *, copies: bool) -> None:
    wanted = ArticleFilter(query=query, copies=copies)
    whole = filled.search(wanted, sort=sort, limit=500)
    paged = []
    after = None
    while page := filled.search(wanted, sort=sort, limit=7, after=after):
        paged += page
        after = page[-1].after

    assert [hit.article.key for hit in paged] == [hit.article.key for hit in whole]
    assert len({hit.article.key for hit in whole}) == len(whole) > 7
    assert filled.search(wanted, sort=sort, limit=5, offset=3) == whole[3:8]


def test_order_within_a_score_is_by_date_and_then_by_key(filled: Corpus) -> None:
    wanted = ArticleFilter(query='"council mayor"', copies=True)
    hits = filled.search(wanted, limit=500)
    order = [(-hit.score, -(hit.article.published_at or NOON).timestamp(), hit.article.key) for hit in hits]

    assert order == sorted(order)
    assert {hit.score for hit in hits} >= {1.0, 3.0, 4.0}
    oldest = filled.search(wanted, sort=Sort.OLDEST, limit=500)
    newest = filled.search(wanted, sort=Sort.NEWEST, limit=500)
    assert [hit.article.key for hit in oldest[::-1]] == [hit.article.key for hit in newest]


def test_pages_are_stable_while_a_crawl_writes(own_filled: Database) -> None:
    filled, run_id = Corpus(own_filled), runs.start(own_filled, RunKind.CRAWL, None, NOON)
    wanted = ArticleFilter(query="council", copies=True)
    before = [hit.article.key for hit in filled.search(wanted, limit=500)]
    first = filled.search(wanted, limit=10)
    newer = draft("newer", title="Council council", text="council " * 30, published_at=NOON + minutes(5))
    articles.save_batch(own_filled, run_id, [fetched(newer)])
    rest = filled.search(wanted, limit=500, after=first[-1].after)

    assert [hit.article.key for hit in (*first, *rest)] == before
    assert filled.search(wanted, limit=1)[0].article.title == "Council council"


@pytest.mark.parametrize("token", ["", "x", "r9-1", "n1-", "r1-zz", "n0-1", "'; DROP TABLE articles", "r1-" + "f" * 99])
def test_token_of_no_page_is_refused(filled: Corpus, token: str) -> None:
    with pytest.raises(BadPage):
        filled.search("council", after=token)


def test_better_place_of_the_words_comes_first_and_the_newer_of_equals(database: Database, run_id: int, corpus: Corpus) -> None:
    far = " ".join(["filler"] * 80)
    made = [
        draft("text", title="Other", text=f"{far} zephyr mistral", published_at=NOON),
        draft("text-later", title="Other thing", text=f"{far} mistral zephyr one", published_at=NOON + minutes(1)),
        draft("part", title="Zephyr", text=f"{far} mistral two", published_at=NOON - minutes(1)),
        draft("head", title="Zephyr", text=f"A mistral three. {far}", published_at=NOON - minutes(2)),
        draft("title", title="Zephyr and mistral", text=f"four {far}", published_at=NOON - minutes(3)),
    ]
    articles.save_batch(database, run_id, [fetched(one) for one in made])

    hits = corpus.search("zephyr mistral")

    assert [hit.article.url.rsplit("/", 1)[1] for hit in hits] == ["title", "head", "part", "text-later", "text"]
    assert [hit.score for hit in hits] == [4, 3, 2, 1, 1]


def test_of_copies_the_one_that_fits_best_is_shown_wherever_its_page_begins(database: Database, run_id: int, corpus: Corpus) -> None:
    text = " ".join(f"word{number}" for number in range(90))
    made = [
        draft("origin", text=text, title="Plain", published_at=NOON - minutes(9)),
        draft("better", source_id="herald", text=text, title="Word80 rises", published_at=NOON - minutes(5)),
        draft("later", source_id="herald", text=text, title="Plain again", published_at=NOON),
    ]
    articles.save_batch(database, run_id, [fetched(one) for one in made])

    assert [hit.article.url.rsplit("/", 1)[1] for hit in corpus.search("word80")] == ["better"]
    assert [hit.article.url.rsplit("/", 1)[1] for hit in corpus.search("word80", sort=Sort.NEWEST)] == ["origin"]
    assert [hit.article.url.rsplit("/", 1)[1] for hit in corpus.search("word70")] == ["origin"]
    assert len(corpus.search(ArticleFilter(query="word80", copies=True))) == 3
    best = corpus.search("word80")[0]
    assert corpus.search("word80", after=best.after) == []


def test_filters_ask_for_what_the_catalog_says_of_a_source(database: Database, run_id: int, corpus: Corpus) -> None:
    told = [
        source("courier", country="IQ", kind=SourceKind.NEWSPAPER, state_owned=False),
        source("herald", country="IR", kind=SourceKind.AGENCY, state_owned=True),
    ]
    sources.sync(database, told, NOON)
    made = [draft("c", text=f"one harbour {LATIN}"), draft("h", source_id="herald", text=f"two harbour {ARABIC}")]
    articles.save_batch(database, run_id, [fetched(one) for one in made])

    published, moment = NOON - minutes(60), timedelta(microseconds=1)
    for query in ("", "harbour"):
        cases = [
            (ArticleFilter(query=query, source_countries=("IQ",)), ["courier"]),
            (ArticleFilter(query=query, source_kinds=("agency",)), ["herald"]),
            (ArticleFilter(query=query, source_kinds=("agency", "newspaper")), ["courier", "herald"]),
            (ArticleFilter(query=query, state_owned=True), ["herald"]),
            (ArticleFilter(query=query, state_owned=False), ["courier"]),
            (ArticleFilter(query=query, state_owned=True, source_countries=("IQ",)), []),
            (ArticleFilter(query=query, seen_since=NOON), ["courier", "herald"]),
            (ArticleFilter(query=query, seen_until=NOON), []),
            (ArticleFilter(query=query, since=published, until=published + moment), ["courier", "herald"]),
            (ArticleFilter(query=query, since=published + moment), []),
            (ArticleFilter(query=query, until=published), []),
        ]
        for wanted, expected in cases:
            assert sorted(hit.article.source for hit in corpus.search(wanted)) == expected, wanted
            assert corpus.count(wanted) == len(expected), wanted
    assert [(one.kind, one.state_owned) for one in sources.list_all(database)] == [("newspaper", False), ("agency", True)]


def test_counts_over_time_have_their_zeros_and_agree_with_the_total(filled: Corpus) -> None:
    days = filled.count_by(Bucket.DAY)
    months = filled.count_by("month", "council OR العراق", Weight.CLUSTERS)

    assert sum(days.values()) == filled.count("")
    assert list(days) == sorted(days)
    assert 0 in days.values() or len(days) == 40
    assert list(months) == ["2026-01", "2026-02", "2026-03"]
    assert filled.count_by(Bucket.SOURCE) == {"courier": 60, "herald": 60}
    assert sum(filled.count_by(Bucket.COUNTRY, "council").values()) == filled.count("council")
    assert filled.count_by(Bucket.LANGUAGE, "?!") == {}
    assert filled.count_by(Bucket.MONTH, "nowhere") == {}


def test_copies_count_once_in_a_bucket(database: Database, run_id: int, corpus: Corpus) -> None:
    text = " ".join(f"word{number}" for number in range(90))
    made = [
        draft("a", text=text, published_at=NOON - timedelta(days=1)),
        draft("b", source_id="herald", text=text, published_at=NOON - timedelta(days=1, minutes=5)),
        draft("c", source_id="herald", text=text, published_at=NOON),
    ]
    articles.save_batch(database, run_id, [fetched(one) for one in made])

    assert corpus.count_by(Bucket.DAY, "word5") == {"2026-02-28": 2, "2026-03-01": 1}
    assert corpus.count_by(Bucket.DAY, "word5", Weight.CLUSTERS) == {"2026-02-28": 1, "2026-03-01": 1}
    assert corpus.count_by(Bucket.MONTH, "word5", Weight.CLUSTERS) == {"2026-02": 1, "2026-03": 1}
    assert corpus.count_by(Bucket.SOURCE, "word5", Weight.CLUSTERS) == {"courier": 1, "herald": 1}


def test_changed_date_moves_an_article_and_its_index_entry(database: Database, run_id: int, corpus: Corpus) -> None:
    articles.save_batch(database, run_id, [fetched(draft("a", text="harbour one", published_at=NOON - minutes(60)))])
    later = draft("a", text="harbour two", published_at=NOON - minutes(1), fetched_at=NOON + minutes(1))
    again = draft("a", text="harbour three", published_at=None, fetched_at=NOON + minutes(2))
    (revised,) = articles.save_batch(database, run_id, [fetched(later)])
    assert revised.outcome is Outcome.REVISED
    assert [len(corpus.search(word)) for word in ("one", "two", "harbour")] == [0, 1, 1]
    articles.save_batch(database, run_id, [fetched(again), fetched(replace(again, text="harbour four", fetched_at=NOON + minutes(3)))])

    assert [len(corpus.search(word)) for word in ("two", "three", "four", "harbour")] == [0, 0, 1, 1]
    assert corpus.search(ArticleFilter(query="harbour", since=NOON - minutes(2)))
    assert database.check() == []


def test_articles_of_one_second_with_keys_alike_keep_their_own_places(
    database: Database, run_id: int, corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.search.places._KEY_DIGITS", 1)
    made = [draft(str(number), text=f"harbour {number}", published_at=NOON) for number in range(40)]
    for start in (0, 20):
        articles.save_batch(database, run_id, [fetched(one) for one in made[start : start + 20]])

    assert len(corpus.search(ArticleFilter(query="harbour", copies=True), limit=100)) == 40
    assert database.check() == []


def test_frame_holds_what_an_export_holds(filled: Corpus) -> None:
    table = filled.frame("council", library="pyarrow")

    assert isinstance(table, pa.Table)
    assert table.num_rows == filled.count("council")
    assert {"id", "title", "text", "published_at", "cluster"} <= set(table.column_names)
    assert filled.frame("nowhere", library="pyarrow").num_rows == 0
    with pytest.raises(StorageError):
        filled.frame("council", library="excel")


def test_failed_attempt_changes_nothing_of_a_search(own_filled: Database) -> None:
    filled, run_id = Corpus(own_filled), runs.start(own_filled, RunKind.CRAWL, None, NOON)
    before = filled.search("council")
    articles.save_batch(own_filled, run_id, [failed("x", Outcome.HTTP_ERROR)])

    assert filled.search("council") == before

from __future__ import annotations

import random

import pytest

from storage import articles
from storage.corpus import Corpus
from storage.database import Database
from storage.records import article_key
from storage.search.records import ArticleFilter
from tests.contract.builders import NOON, draft, fetched, minutes

TEXTS = {
    "arabic": ("الوزارة تعلن", "أعلنت وزارة الخارجيّة في بغداد أن الوفد زار المرفأ القديم، وقال الوزير للعراق إن الاتفاق قريب."),
    "persian": ("خبر بندر", "این خبر گفته می\u200cشود که کتاب\u200cهای تازه به بندر رسید و مردم خوشحال شدند."),
    "hebrew": ('דובר צה"ל', 'דובר צה"ל מסר כי הנמל הישן נפתח מחדש אחרי שנים רבות.'),
    "turkish": ("Liman açıldı", "İstanbul'da toplanan meclis, Erdoğan'ın önerisiyle eski limanı yeniden açtı."),
    "english": ("Harbour", "An e-mail said: the council of New Lesk met, and the council of Lesk met again. C++ is not it's 3.5% off."),
    "french": ("Le café", "Le conseil a décidé d’ouvrir le café du port à l’été."),
}  # fmt: skip


@pytest.fixture
def filled(database: Database, run_id: int, corpus: Corpus) -> Corpus:
    made = [draft(path, text=text, title=title, language=None) for path, (title, text) in TEXTS.items()]
    articles.save_batch(database, run_id, [fetched(article) for article in made])
    return corpus


def found(corpus: Corpus, query: str) -> list[str]:
    return [hit.article.url.rsplit("/", 1)[1] for hit in corpus.search(ArticleFilter(query=query))]


def key_of(path: str) -> str:
    return article_key(draft(path).canonical_url)


# What a reader may type, and what it finds.
QUERIES: dict[str, list[str]] = {
    "الخارجية": ["arabic"],
    "بغداد المرفا": ["arabic"],
    "العراق": ["arabic"],
    "بغداد بيروت": [],
    "میشود": ["persian"],
    "می‌شود": ["persian"],
    "צה״ל": ["hebrew"],
    'צה"ל': ["hebrew"],
    "istanbul": ["turkish"],
    "İSTANBUL ERDOĞAN": ["turkish"],
    "cafe": ["french"],
    "CAFÉ": ["french"],
    '"new lesk"': ["english"],
    '"lesk new"': [],
    "“council of lesk”": ["english"],
    "lesk -harbour": [],
    "lesk -bridge": ["english"],
    'lesk -"new lesk"': [],
    'lesk -"lesk new"': ["english"],
    "harbour": ["english"],
    '"harbour the"': [],
    "e-mail": ["english"],
    "mail-e": [],
    '"the council': ["english"],
    "3.5%": ["english"],
    "c++": ["english"],
    "it's": ["english"],
    "council AND NOT lesk": ["english"],
    "council AND lesk": ["english"],
    "NEAR(council lesk)": [],
    "title:harbour": ["english"],
    "TITLE:HARBOUR": ["english"],
    "title:council": [],
    'title:"the harbour"': [],
    "title: harbour": [],
    "lesk -title:harbour": [],
    "lesk -title:council": ["english"],
    "coun*": ["english"],
    "-coun* lesk": [],
    "cou*ncil": [],
    "c* council": ["english"],
    "q* council": [],
    "lesk) OR (harbour": ["english"],
    "bagdad OR lesk": ["english"],
    "nowhere OR bridge": [],
    "OR lesk": [],
    "lesk OR": [],
    "council lesk OR bridge": ["english"],
    "nowhere lesk OR bridge": [],
    "title:nowhere OR title:harbour": ["english"],
    '""': [],
    "-": [],
    "; DROP TABLE articles --": [],
}


def test_every_query_finds_what_a_reader_expects(filled: Corpus) -> None:
    assert {query: found(filled, query) for query in QUERIES} == QUERIES


def test_excluded_words_alone_leave_the_rest(filled: Corpus) -> None:
    assert set(found(filled, "-lesk -بغداد")) == {"persian", "hebrew", "turkish", "french"}


def test_headline_weighs_more_than_text_and_ties_are_newest_first(database: Database, run_id: int, corpus: Corpus) -> None:
    filler = "Somebody said something else about another matter in the meantime, and nobody listened to it at all today."
    made = [
        draft("text", text=f"{filler} Zephyr.", title="Other words"),
        draft("title", text=f"{filler} Nothing.", title="Zephyr words"),
        draft("old", text=f"Mistral one. {filler}", published_at=NOON - minutes(50)),
        draft("new", text=f"Mistral two. {filler}", published_at=NOON - minutes(5)),
        draft("unborn", text=f"Mistral six. {filler}", published_at=NOON - minutes(50)),
    ]
    articles.save_batch(database, run_id, [fetched(article) for article in made])

    assert found(corpus, "zephyr") == ["title", "text"]
    assert found(corpus, "mistral") == ["new", *sorted(("old", "unborn"), key=key_of)]
    scores = [hit.score for hit in corpus.search(ArticleFilter(query="zephyr"))]
    assert scores[0] > scores[1] > 0


def test_snippet_is_cut_from_the_original_with_the_matches_marked(filled: Corpus) -> None:
    (arabic,) = filled.search(ArticleFilter(query="الخارجية العراق"))
    (english,) = filled.search(ArticleFilter(query='"new lesk"'))

    assert "[[الخارجيّة]]" in arabic.snippet
    assert "[[للعراق]]" in arabic.snippet
    assert "council of [[New Lesk]] met, and the council of Lesk" in english.snippet


def test_words_of_a_later_revision_only_are_found(database: Database, run_id: int, corpus: Corpus) -> None:
    articles.save_batch(database, run_id, [fetched(draft(title="Stale title"))])
    articles.save_batch(database, run_id, [fetched(draft(title="Fresh title", fetched_at=NOON + minutes(1)))])

    assert (found(corpus, "stale"), found(corpus, "fresh")) == ([], ["a"])


def test_words_far_into_a_long_text_are_found_on_both_databases_up_to_the_same_place(
    database: Database, run_id: int, corpus: Corpus
) -> None:
    words = [f"w{number}" for number in range(20_000)]
    articles.save_batch(database, run_id, [fetched(draft(text=" ".join(words)))])

    assert found(corpus, "w14999") == found(corpus, '"w14998 w14999"') == ["a"]
    assert found(corpus, "w15000") == []


def test_token_longer_than_the_index_takes_is_found_by_its_whole(database: Database, run_id: int, corpus: Corpus) -> None:
    token = "z" * 5_000
    articles.save_batch(database, run_id, [fetched(draft(text=f"{token} and more"))])

    assert found(corpus, token) == ["a"]


def test_no_query_is_an_error(filled: Corpus) -> None:
    chance = random.Random(7)
    pieces = [
        *"\"'-*():^+\\|&!,%_;{}[]",
        "--",
        "<->",
        "AND",
        "OR",
        "NOT",
        "NEAR",
        "title",
        "لسك",
        "lesk",
        "\x00",
        "\ud800",
        "\u202e",
        "\n",
        " ",
        "١",
        "א",
        "ي" * 200,
        "𐤀",
        "\u0301",
    ]
    for _ in range(400):
        query = "".join(chance.choice(pieces) for _ in range(chance.randint(1, 30)))
        hits = filled.search(ArticleFilter(query=query))
        assert filled.count(ArticleFilter(query=query)) == len(hits)


def test_pasted_article_is_a_query_too(filled: Corpus) -> None:
    assert found(filled, TEXTS["arabic"][1]) == ["arabic"]
    assert found(filled, "lesk " * 100_000) == ["english"]

"""What is made of copies: one text in a search, counts by text, the origin, the table of clusters of an export."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from storage import articles, sources
from storage.copies.records import CopyShare
from storage.corpus import Corpus
from storage.database import Database
from storage.export import export_articles
from storage.records import ArticleDraft, ClusterRole, Tag
from storage.search.records import ArticleFilter, Weight
from tests.contract.builders import BRIDGE, HARBOUR, NOON, draft, fetched, minutes, source

FERRY = "Nobody in Ombria knows when the old ferry below the bridge will carry its last passengers to the other side of the river."
PRESS = ("courier", "herald", "mirror", "wire")

Save = Callable[[Sequence[ArticleDraft]], dict[str, int]]


@pytest.fixture
def save(database: Database, run_id: int) -> Save:
    """Store drafts one batch at a time; return their ids by path."""
    sources.sync(database, [*map(source, PRESS[:3]), source("wire", agency="varda")], NOON)

    def stored(drafts: Sequence[ArticleDraft]) -> dict[str, int]:
        saved = articles.save_batch(database, run_id, [fetched(one) for one in drafts])
        return {item.candidate_url.rsplit("/", 1)[1]: item.article_id or 0 for item in saved}

    return stored


def press() -> list[ArticleDraft]:
    """Give three texts: one in three copies, one in two, one alone."""
    return [
        draft("harbour", published_at=NOON - minutes(60)),
        draft("reprint", source_id="herald", title="Ships return", published_at=NOON - minutes(30), language="fr"),
        draft("late", source_id="mirror", published_at=NOON - minutes(1), tags=(Tag("country", "OM", 0.9, "Ombria"),)),
        draft("bridge", text=BRIDGE, title="A bridge", published_at=NOON - minutes(50)),
        draft("arch", text=BRIDGE, title="A bridge", source_id="herald", published_at=NOON - minutes(20)),
        draft("ferry", text=FERRY, title="Last ferry", published_at=NOON - minutes(40), tags=()),
    ]


def paths(corpus: Corpus, wanted: ArticleFilter, *, limit: int = 20, offset: int = 0) -> list[str]:
    return [hit.article.url.rsplit("/", 1)[1] for hit in corpus.search(wanted, limit=limit, offset=offset)]


def test_search_shows_one_article_of_each_text_the_origin_without_a_query(save: Save, corpus: Corpus) -> None:
    save(press())

    assert paths(corpus, ArticleFilter()) == ["ferry", "bridge", "harbour"]
    assert paths(corpus, ArticleFilter(copies=True)) == ["late", "arch", "reprint", "ferry", "bridge", "harbour"]


def test_search_shows_the_copy_that_fits_the_query_best(save: Save, corpus: Corpus) -> None:
    save(press())

    assert paths(corpus, ArticleFilter(query="ships")) == ["reprint"]  # the word stands in its headline, in the others in the text only
    assert paths(corpus, ArticleFilter(query="council")) in (["harbour"], ["reprint"])
    assert paths(corpus, ArticleFilter(query="ombria bridge")) == paths(corpus, ArticleFilter(query="bridge ombria"))
    assert set(paths(corpus, ArticleFilter(query="ombria"))) == {"bridge", "ferry"}
    assert set(paths(corpus, ArticleFilter(query="ombria", copies=True))) == {"bridge", "arch", "ferry"}
    assert set(paths(corpus, ArticleFilter(query="-ombria"))) == {"harbour"}


def test_search_shows_another_copy_where_the_origin_is_filtered_out(save: Save, corpus: Corpus) -> None:
    save(press())

    assert paths(corpus, ArticleFilter(sources=("herald", "mirror"))) == ["arch", "reprint"]
    assert paths(corpus, ArticleFilter(since=NOON - minutes(20))) == ["late", "arch"]
    assert paths(corpus, ArticleFilter(languages=("fr",))) == ["reprint"]
    assert paths(corpus, ArticleFilter(countries=("OM",))) == ["late"]
    assert paths(corpus, ArticleFilter(query="harbour", sources=("mirror",))) == ["late"]
    (hit,) = corpus.search(ArticleFilter(countries=("OM",)))
    assert (hit.article.origin_source, hit.article.cluster_members, hit.article.cluster_role) == ("courier", 3, ClusterRole.COPY)


@pytest.mark.parametrize(
    "wanted", [ArticleFilter(), ArticleFilter(query="the"), ArticleFilter(copies=True), ArticleFilter("the", copies=True)]
)
def test_pages_of_a_search_neither_overlap_nor_leave_a_gap(save: Save, corpus: Corpus, wanted: ArticleFilter) -> None:
    save(press())
    whole = paths(corpus, wanted)

    for size in (1, 2, 4):
        pages = [paths(corpus, wanted, limit=size, offset=start) for start in range(0, len(whole) + size, size)]
        assert [path for page in pages for path in page] == whole
    assert len(whole) == (6 if wanted.copies else 3)
    assert paths(corpus, wanted, limit=0) == paths(corpus, wanted, offset=99) == []


def test_search_does_not_depend_on_the_order_of_arrival(save: Save, corpus: Corpus) -> None:
    drafts = [*press(), *(draft(f"same-{number}", text=f"{FERRY} {number}", published_at=NOON) for number in range(5))]
    random.Random(5).shuffle(drafts)
    for one in drafts:
        save([one])

    expected = ["ferry", "bridge", "harbour"]
    assert [path for path in paths(corpus, ArticleFilter()) if path in expected] == expected
    tied = [hit.article for hit in corpus.search(ArticleFilter(copies=True)) if hit.article.published_at == NOON]
    assert [article.key for article in tied] == sorted(article.key for article in tied)
    assert len(tied) == 5


def test_counts_are_of_articles_or_of_texts(save: Save, corpus: Corpus) -> None:
    save(press())
    both: list[tuple[ArticleFilter, int, int]] = [
        (ArticleFilter(), 6, 3),
        (ArticleFilter(copies=True), 6, 3),
        (ArticleFilter(query="ombria"), 3, 2),
        (ArticleFilter(query="?!"), 0, 0),
        (ArticleFilter(query="-ombria"), 3, 1),
        (ArticleFilter(sources=("herald",)), 2, 2),
        (ArticleFilter(countries=("LK",)), 4, 2),
        (ArticleFilter(query="ombria", until=NOON - minutes(40)), 1, 1),
    ]  # fmt: skip
    for wanted, by_article, by_text in both:
        assert (corpus.count(wanted), corpus.count(wanted, Weight.CLUSTERS)) == (by_article, by_text), wanted
        assert len(list(corpus.articles(wanted))) == by_article, wanted
        assert len(list(corpus.articles(wanted, Weight.CLUSTERS))) == len(corpus.search(replace(wanted, copies=False))) == by_text, wanted


def test_weights_of_a_corpus_add_up_to_its_texts(save: Save, corpus: Corpus) -> None:
    save(press())

    assert sum(article.weight for article in corpus.articles()) == pytest.approx(3)
    assert corpus.stats().texts == 3


def test_stream_of_one_a_text_takes_the_origin_else_the_earliest_that_matches(save: Save, corpus: Corpus) -> None:
    save(press())

    def streamed(wanted: ArticleFilter) -> set[str]:
        return {article.url.rsplit("/", 1)[1] for article in corpus.articles(wanted, Weight.CLUSTERS)}

    assert streamed(ArticleFilter()) == {"harbour", "bridge", "ferry"}
    assert streamed(ArticleFilter(query="ships")) == {"harbour"}
    assert streamed(ArticleFilter(query="ships", since=NOON - minutes(30))) == {"reprint"}
    assert streamed(ArticleFilter(since=NOON - minutes(30))) == {"reprint", "arch"}


def test_stats_by_cluster_count_a_text_once_in_every_group(save: Save, corpus: Corpus) -> None:
    save([*press(), draft("again", published_at=NOON)])

    by_article, by_text = corpus.stats(), corpus.stats(Weight.CLUSTERS)
    assert (by_article.weight, by_text.weight) == (Weight.ARTICLES, Weight.CLUSTERS)
    assert by_article.by_source == {"courier": 4, "herald": 2, "mirror": 1}
    assert by_text.by_source == {"courier": 3, "herald": 2, "mirror": 1}
    assert (by_article.by_language, by_text.by_language) == ({"en": 6, "fr": 1}, {"en": 3, "fr": 1})
    assert (by_article.by_country, by_text.by_country) == ({"LK": 5, "OM": 1}, {"LK": 2, "OM": 1})
    assert (by_text.articles, by_text.copies, by_text.clusters, by_text.texts) == (7, 4, 2, 3)
    assert by_text.by_outcome == by_article.by_outcome


def test_copies_are_counted_by_size_source_language_and_agency(save: Save, corpus: Corpus) -> None:
    save([replace(one, agency="varda") if one.text == HARBOUR else one for one in press()])

    counted = corpus.copy_stats()
    assert (counted.articles, counted.clusters, counted.copies) == (6, 2, 3)
    assert counted.by_size == {2: 1, 3: 1}
    assert counted.by_source == {"herald": CopyShare(2, 2, 1.0), "mirror": CopyShare(1, 1, 1.0), "courier": CopyShare(3, 0, 0.0)}
    assert counted.by_language == {"en": CopyShare(5, 2, 0.4), "fr": CopyShare(1, 1, 1.0)}
    assert counted.agencies == {"varda": 1}


def test_corpus_without_articles_has_no_copies(corpus: Corpus) -> None:
    counted = corpus.copy_stats()

    assert (counted.articles, counted.clusters, counted.copies, counted.by_size, counted.by_source) == (0, 0, 0, {}, {})
    assert list(corpus.clusters()) == []
    assert (corpus.count(ArticleFilter(), Weight.CLUSTERS), corpus.stats(Weight.CLUSTERS).texts) == (0, 0)


def test_clusters_say_of_the_whole_corpus_who_printed_a_text_and_when(save: Save, corpus: Corpus) -> None:
    ids = save([replace(press()[0], agency="varda"), *press()[1:]])

    of_all = list(corpus.clusters())
    assert [cluster.key for cluster in of_all] == sorted(cluster.key for cluster in of_all)
    of_ships = next(cluster for cluster in of_all if cluster.members == 3)
    assert of_ships.key == corpus.get(ids["harbour"]).key
    assert (of_ships.origin_source, of_ships.origin_title) == ("courier", "Harbour opens again")
    assert of_ships.origin_url == "https://courier.example/harbour"
    assert (of_ships.first_published_at, of_ships.last_published_at) == (NOON - minutes(60), NOON - minutes(1))
    assert of_ships.origin_published_at == NOON - minutes(60)
    assert of_ships.sources == ("courier", "herald", "mirror")
    assert of_ships.agency == "varda"
    assert list(corpus.clusters(ArticleFilter(sources=("mirror",)))) == list(corpus.clusters(ArticleFilter(query="ships"))) == [of_ships]
    assert list(corpus.clusters(ArticleFilter(query="?!"))) == []
    assert len(list(corpus.clusters(ArticleFilter(languages=("en",))))) == 2


def test_questions_inside_one_block_see_one_state_of_the_database(save: Save, corpus: Corpus) -> None:
    save(press()[:1])
    with corpus.unchanging():
        assert corpus.count(ArticleFilter()) == 1
        save(press()[1:])
        assert (corpus.count(ArticleFilter()), list(corpus.clusters()), corpus.stats().articles) == (1, [], 1)
        assert len(list(corpus.articles())) == len(corpus.search(ArticleFilter())) == 1
    assert corpus.count(ArticleFilter()) == 6


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_export_does_not_depend_on_the_order_of_arrival(save: Save, corpus: Corpus, tmp_path: Path, seed: int) -> None:
    drafts = press()
    random.Random(seed).shuffle(drafts)
    for one in drafts:
        save([one])
    with corpus.unchanging():
        manifest = export_articles(corpus.articles(), tmp_path, format="jsonl", query={}, versions={}, now=NOON, clusters=corpus.clusters())

    assert [(file.name, file.rows) for file in manifest.files] == [("articles.jsonl", 6), ("clusters.jsonl", 2)]
    rows = [json.loads(line) for line in (tmp_path / "articles.jsonl").read_text(encoding="utf-8").splitlines()]
    told = {row["url"].rsplit("/", 1)[1]: (row["cluster_role"], row["similarity"], row["changes"], row["weight"]) for row in rows}
    assert told == {
        "harbour": ("origin", 1.0, [], 1 / 3),
        "reprint": ("copy", 1.0, ["headline"], 1 / 3),
        "late": ("copy", 1.0, [], 1 / 3),
        "bridge": ("origin", 1.0, [], 0.5),
        "arch": ("copy", 1.0, [], 0.5),
        "ferry": (None, None, [], 1.0),
    }
    clusters = [json.loads(line) for line in (tmp_path / "clusters.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {row["cluster"] for row in rows} - {None} == {cluster["cluster"] for cluster in clusters}
    assert [cluster["cluster"] for cluster in clusters] == sorted(cluster["cluster"] for cluster in clusters)


# the origin


def origin_of(corpus: Corpus, ids: dict[str, int]) -> tuple[str, str | None]:
    found = {corpus.get(article_id).origin_source for article_id in ids.values()}
    agencies = {corpus.get(article_id).cluster_agency for article_id in ids.values()}
    assert len(found) == len(agencies) == 1
    return found.pop() or "", agencies.pop()


def copies(*agencies: str | None, wire: timedelta | None = None) -> list[ArticleDraft]:
    """Give copies of one text by three papers, an hour apart, credited to these agencies; and the agency's own so long after noon."""
    made = [
        draft("copy", source_id=name, agency=agency, published_at=NOON + minutes(60 * number))
        for number, (name, agency) in enumerate(zip(PRESS, agencies, strict=False))
    ]
    own = [draft("own", source_id="wire", published_at=NOON + wire)] if wire is not None else []
    return [replace(one, url=f"{one.url}-{one.source_id}", canonical_url=f"{one.url}-{one.source_id}") for one in (*made, *own)]


@pytest.mark.parametrize("backwards", [False, True])
def test_origin_is_the_agencys_own_article_though_it_came_later(save: Save, corpus: Corpus, backwards: bool) -> None:
    drafts = copies("varda", "varda", None, wire=minutes(500))

    assert origin_of(corpus, save(drafts[::-1] if backwards else drafts)) == ("wire", "varda")


def test_origin_is_the_earliest_where_the_agency_has_no_article_of_its_own(save: Save, corpus: Corpus) -> None:
    assert origin_of(corpus, save(copies("varda", "varda", "varda"))) == ("courier", "varda")


def test_agency_is_the_one_that_most_copies_name(save: Save, corpus: Corpus) -> None:
    assert origin_of(corpus, save(copies("lesk", "varda", "varda", wire=minutes(500)))) == ("wire", "varda")


def test_text_of_another_agency_does_not_come_from_an_agency_that_reprints_it(save: Save, corpus: Corpus) -> None:
    assert origin_of(corpus, save(copies("lesk", "lesk", None, wire=minutes(500)))) == ("courier", "lesk")


def test_text_of_no_agency_comes_from_who_printed_it_first(save: Save, corpus: Corpus) -> None:
    assert origin_of(corpus, save(copies(None, None, None))) == ("courier", None)


def test_origin_moves_when_the_agencys_own_article_arrives(save: Save, corpus: Corpus) -> None:
    drafts = copies("varda", "varda", wire=minutes(500))
    ids = save(drafts[:-1])
    assert origin_of(corpus, ids) == ("courier", "varda")

    assert origin_of(corpus, ids | save(drafts[-1:])) == ("wire", "varda")

"""Articles whose tags are of another version, and how new ones are kept, on both databases."""

from __future__ import annotations

from dataclasses import replace

from storage import articles
from storage.corpus import Corpus
from storage.database import Database
from storage.records import Tag
from storage.retagging import Judged, Rejudged, count_outdated, keep_rejudged, outdated
from tests.contract.builders import BRIDGE, HARBOUR, draft, fetched

NEW = Judged(
    False, 0.25, ("no country of the region is named",), (Tag("topic", "works", 0.6, "bridge"), Tag("country", "OM", 0.4, "Ombria"))
)


def keep(database: Database, run_id: int) -> None:
    made = [draft("a", text=HARBOUR, tagging="old"), draft("b", text=BRIDGE, tagging="new"), draft("c", text=HARBOUR + BRIDGE)]
    articles.save_batch(database, run_id, [fetched(article) for article in made])


def test_only_articles_of_another_version_wait(database: Database, run_id: int) -> None:
    keep(database, run_id)
    assert count_outdated(database, "new") == 2
    waiting = outdated(database, "new", 0, 10)
    assert [article.url.rsplit("/", 1)[1] for article in waiting] == ["a", "c"]
    assert [article.url for article in outdated(database, "new", waiting[0].article_id, 10)] == [waiting[1].url]
    assert len(outdated(database, "new", 0, 1)) == 1
    first = waiting[0]
    assert (first.title, first.text, first.language) == ("Harbour opens again", HARBOUR, "en")
    assert first.judged == Judged(True, 0.8, ("country in title",), (Tag("country", "LK", 0.7, "Lesk"),))


def test_new_tags_replace_the_old_ones_and_carry_their_version(database: Database, run_id: int, corpus: Corpus) -> None:
    keep(database, run_id)
    made = [Rejudged(article.article_id, article.revision, NEW, changed=True) for article in outdated(database, "new", 0, 10)]
    assert keep_rejudged(database, "new", made) == 2
    article = corpus.get(made[0].article_id)
    assert (article.relevant, article.relevance, article.relevance_reasons, article.tagging) == (False, 0.25, NEW.reasons, "new")
    assert set(article.tags) == set(NEW.tags)
    assert count_outdated(database, "new") == 0


def test_what_did_not_change_gets_the_version_alone(database: Database, run_id: int, corpus: Corpus) -> None:
    keep(database, run_id)
    [first, *_] = outdated(database, "new", 0, 10)
    keep_rejudged(database, "new", [Rejudged(first.article_id, first.revision, first.judged, changed=False)])
    article = corpus.get(first.article_id)
    assert (article.tagging, article.relevance, article.countries) == ("new", 0.8, ("LK",))


def test_an_article_of_another_revision_is_left_alone(database: Database, run_id: int, corpus: Corpus) -> None:
    keep(database, run_id)
    [first, *_] = outdated(database, "new", 0, 10)
    item = Rejudged(first.article_id, first.revision, NEW, changed=True)
    assert keep_rejudged(database, "new", [replace(item, revision=7)]) == 0
    assert corpus.get(first.article_id).tagging == "old"

"""One article, many addresses: what leads to it is remembered, and found again when canonical URLs have got another form."""

from __future__ import annotations

import pytest

from storage import articles
from storage.corpus import Corpus
from storage.crawls import frontier
from storage.database import Database
from storage.errors import NotFound
from storage.records import Outcome
from tests.contract.builders import BRIDGE, NOON, draft, entry, fetched, minutes

HOST = "https://courier.example"
OLD_FORM = f"{HOST}/vote/"  # as canonical URLs once were
NEW_FORM = f"{HOST}/vote"
FOUND = f"{HOST}/vote/?utm_source=rss"


def stored_long_ago(database: Database, run_id: int) -> int:
    old = draft(canonical_url=OLD_FORM, url=FOUND)
    (saved,) = articles.save_batch(database, run_id, [fetched(old, candidate_url=FOUND, canonical_url=OLD_FORM)])
    assert saved.outcome is Outcome.NEW
    assert saved.article_id is not None
    return saved.article_id


def test_every_address_that_led_to_an_article_is_one_of_it(database: Database, run_id: int, corpus: Corpus) -> None:
    came = fetched(draft("final"), candidate_url=f"{HOST}/go/7", canonical_url=f"{HOST}/go/7", also_at=(f"{HOST}/story/7",))
    (saved,) = articles.save_batch(database, run_id, [came])
    assert saved.article_id is not None
    assert corpus.addresses(saved.article_id) == [f"{HOST}/final", f"{HOST}/go/7", f"{HOST}/story/7"]
    added = frontier.add(database, run_id, [entry("story/7"), entry("go/7"), entry("final"), entry("other")])
    assert (added.new, added.known) == (1, 3)
    with pytest.raises(NotFound):
        corpus.addresses(saved.article_id + 1)


def test_article_whose_answering_address_declares_another_is_the_same(database: Database, run_id: int, corpus: Corpus) -> None:
    (first,) = articles.save_batch(database, run_id, [fetched(draft("story/7"))])
    declared = draft("final", url=f"{HOST}/go/7", fetched_at=NOON + minutes(1))
    attempt = fetched(declared, candidate_url=f"{HOST}/go/7", canonical_url=f"{HOST}/go/7", also_at=(f"{HOST}/story/7",))
    (again,) = articles.save_batch(database, run_id, [attempt])
    assert (again.outcome, again.article_id) == (Outcome.UNCHANGED, first.article_id)
    assert corpus.get(f"{HOST}/final").id == first.article_id


def test_article_of_an_older_form_is_known_by_the_address_as_found(database: Database, run_id: int) -> None:
    stored_long_ago(database, run_id)
    added = frontier.add(database, run_id, [entry("vote", url=FOUND, canonical_url=NEW_FORM)])
    assert (added.new, added.known) == (0, 1)


def test_article_of_an_older_form_gets_the_present_one_when_it_is_fetched(database: Database, run_id: int, corpus: Corpus) -> None:
    article_id = stored_long_ago(database, run_id)
    edited = draft(canonical_url=NEW_FORM, url=FOUND, text=BRIDGE, fetched_at=NOON + minutes(1))
    (again,) = articles.save_batch(database, run_id, [fetched(edited, candidate_url=FOUND, canonical_url=NEW_FORM)])
    assert (again.outcome, again.article_id) == (Outcome.REVISED, article_id)
    assert corpus.get(NEW_FORM).id == article_id
    assert NEW_FORM in corpus.addresses(article_id)


def test_another_article_at_an_address_that_once_led_elsewhere_is_new(database: Database, run_id: int) -> None:
    article_id = stored_long_ago(database, run_id)
    other = draft(canonical_url=NEW_FORM, url=FOUND, text=BRIDGE, title="A bridge at last", fetched_at=NOON + minutes(1))
    (again,) = articles.save_batch(database, run_id, [fetched(other, candidate_url=FOUND, canonical_url=NEW_FORM)])
    assert again.outcome is Outcome.NEW
    assert again.article_id != article_id

"""Revisions have a kind, and gone, back and moved are events: on both databases, in whatever order they are told."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import func, select, update

from storage import articles
from storage.copies import rebuild
from storage.corpus import Corpus
from storage.database import Database
from storage.errors import NotFound
from storage.models import ArticleRow, EventRow, RevisionRow
from storage.records import Attempt, ChannelKind, Event, EventKind, Outcome, Revision, RevisionKind, Saved
from storage.search.records import ArticleFilter
from tests.contract.builders import BRIDGE, HARBOUR, NOON, draft, failed, fetched, minutes

REVISIT = ChannelKind.REVISIT
A = "https://courier.example/a"


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def seen(hour: float, text: str = HARBOUR, *, path: str = "a", asked: str = "", channel: ChannelKind = REVISIT, **changes: Any) -> Attempt:
    """Make a visit to the article 'a' (or `asked`) that found a text, at the address `path`."""
    made = draft(path, text=text, fetched_at=NOON + hours(hour), **changes)
    address = f"https://courier.example/{asked or 'a'}"
    return fetched(made, candidate_url=address, canonical_url=address, channel=channel)


def gone(hour: float, status: int = 404) -> Attempt:
    return failed("a", Outcome.GONE, fetched_at=NOON + hours(hour), http_status=status, reason=f"HTTP {status}", channel=REVISIT)


def unmodified(hour: float) -> Attempt:
    return failed("a", Outcome.NOT_MODIFIED, fetched_at=NOON + hours(hour), http_status=304, channel=REVISIT)


def save(database: Database, run_id: int, *attempts: Attempt) -> list[Saved]:
    return [articles.save_batch(database, run_id, [attempt])[0] for attempt in attempts]


def told(corpus: Corpus, address: str = A) -> list[tuple[float, str]]:
    """Return the history of an article: the hour and what happened."""
    entries = []
    for entry in corpus.history(corpus.get(address).id):
        if isinstance(entry, Revision):
            entries.append(((entry.fetched_at - NOON) / hours(1), str(entry.kind)))
        else:
            entries.append(((entry.at - NOON) / hours(1), str(entry.kind)))
    return entries


def test_kind_of_a_revision_is_kept_with_it(database: Database, run_id: int, corpus: Corpus) -> None:
    slip = HARBOUR.replace("harbour", "habrour")
    save(
        database,
        run_id,
        seen(0),
        seen(1, slip),
        seen(2, slip.replace("eleven", "twelve")),
        seen(3, slip.replace("eleven", "twelve"), title="Ships come back"),
        seen(4, BRIDGE, title="A bridge"),
    )
    kinds = [revision.kind for revision in corpus.revisions(corpus.get(A).id)]
    assert kinds == [None, RevisionKind.MINOR, RevisionKind.TEXT, RevisionKind.HEADLINE, RevisionKind.BOTH]


@pytest.mark.parametrize(
    "line", ["1,204 views", "Read also: Storm closes the port", "Last updated: 5 October 2026 12:30", "اقرأ أيضا: خبر"]
)
def test_line_around_the_text_makes_no_revision(database: Database, run_id: int, corpus: Corpus, line: str) -> None:
    saved = save(database, run_id, seen(0), seen(1, f"{HARBOUR}\n\n{line}"), seen(2), seen(3, f"{line}\n\n{HARBOUR}"))
    assert [item.outcome for item in saved] == [Outcome.NEW, Outcome.UNCHANGED, Outcome.UNCHANGED, Outcome.UNCHANGED]
    assert corpus.get(A).text == HARBOUR


def test_changed_number_in_a_sentence_makes_a_revision(database: Database, run_id: int, corpus: Corpus) -> None:
    save(database, run_id, seen(0, f"{HARBOUR} At least 12 people were hurt."), seen(1, f"{HARBOUR} At least 13 people were hurt."))
    assert told(corpus) == [(0, "None"), (1, "text")]


def test_version_that_arrives_late_gets_its_place_and_its_kind(database: Database, run_id: int, corpus: Corpus) -> None:
    slip = HARBOUR.replace("harbour", "habrour")
    save(database, run_id, seen(0), seen(6, BRIDGE))
    save(database, run_id, seen(3, slip, channel=ChannelKind.FILE), seen(-3, BRIDGE, channel=ChannelKind.FILE, title="Older"))
    article = corpus.get(A)
    assert (article.text, article.revisions) == (BRIDGE, 4)
    assert told(corpus) == [(-3, "None"), (0, "text and headline"), (3, "minor"), (6, "text")]
    assert database.check() == []


def test_late_version_does_not_replace_one_that_a_visit_found_after_it(database: Database, run_id: int, corpus: Corpus) -> None:
    save(database, run_id, seen(0), unmodified(6), seen(3, BRIDGE, channel=ChannelKind.FILE))
    assert corpus.get(A).text == HARBOUR


def test_gone_and_back_are_events_with_what_the_server_said(database: Database, run_id: int, corpus: Corpus) -> None:
    save(database, run_id, seen(0), gone(1, 410), gone(2, 404))
    article = corpus.get(A)
    assert article.gone_at == NOON + hours(1)
    assert corpus.history(article.id)[1:] == [Event(article.id, EventKind.GONE, NOON + hours(1), 410, "HTTP 410")]
    save(database, run_id, unmodified(3), gone(4), seen(5, BRIDGE))
    assert told(corpus) == [(0, "None"), (1, "gone"), (3, "back"), (4, "gone"), (5, "back"), (5, "text")]
    assert corpus.get(A).gone_at is None


def test_events_of_one_batch_are_those_of_many(database: Database, run_id: int, corpus: Corpus) -> None:
    articles.save_batch(database, run_id, [seen(0), gone(1), unmodified(2), gone(3)])
    article = corpus.get(A)
    assert told(corpus) == [(0, "None"), (1, "gone"), (2, "back"), (3, "gone")]
    assert (article.visited_at, article.gone_at) == (NOON + hours(2), NOON + hours(3))


def test_visits_told_in_any_order_give_the_same_events(database: Database, run_id: int, corpus: Corpus) -> None:
    visits = [gone(2), gone(4), unmodified(5), unmodified(6), gone(8)]
    orders = random.sample(list(permutations(visits)), 12)
    histories = set()
    for number, order in enumerate(orders):
        with database.write() as connection:  # another article each time
            connection.execute(update(ArticleRow).where(ArticleRow.id > 0).values(source_id="herald"))
        path = f"story-{number}"
        address = f"https://courier.example/{path}"
        save(database, run_id, seen(0, path=path, asked=path))
        save(database, run_id, *(_at(visit, address) for visit in order))
        article = corpus.get(address)
        histories.add((tuple(entry for entry in told(corpus, address) if entry[1] != "republished"), article.gone_at, article.visited_at))
    assert histories == {(((0, "None"), (2, "gone"), (5, "back"), (8, "gone")), NOON + hours(8), NOON + hours(6))}


def _at(visit: Attempt, address: str) -> Attempt:
    return replace(visit, candidate_url=address, canonical_url=address)


def test_what_comes_from_a_file_is_no_event(database: Database, run_id: int, corpus: Corpus) -> None:
    save(database, run_id, seen(0), replace(gone(1), channel=ChannelKind.FILE), replace(gone(2), channel=None))
    assert told(corpus) == [(0, "None")]
    assert corpus.get(A).gone_at is None


def test_same_visits_told_again_add_no_event(database: Database, run_id: int, corpus: Corpus) -> None:
    for _ in range(2):
        save(database, run_id, seen(0), gone(1), unmodified(2))
    assert told(corpus) == [(0, "None"), (1, "gone"), (2, "back")]
    with database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(EventRow)) == 2


def test_redirect_to_a_new_address_is_a_move(database: Database, run_id: int, corpus: Corpus) -> None:
    save(database, run_id, seen(0), seen(1, path="b"), seen(2, path="b"), seen(3, path="c", title="Other", text=HARBOUR))
    article = corpus.get(A)
    assert [entry for entry in corpus.history(article.id) if isinstance(entry, Event)] == [
        Event(article.id, EventKind.MOVED, NOON + hours(1), 200, url="https://courier.example/b"),
        Event(article.id, EventKind.MOVED, NOON + hours(3), 200, url="https://courier.example/c"),
    ]
    assert corpus.get("https://courier.example/c").id == article.id


def test_move_to_an_address_that_the_feed_named_first_is_one_event(database: Database, run_id: int, corpus: Corpus) -> None:
    save(database, run_id, seen(0), seen(10, path="b", asked="b", channel=ChannelKind.FEED), seen(10.1, path="b"), seen(20, path="b"))
    # What stands there now is the article, whatever it says.
    save(database, run_id, seen(30, BRIDGE, path="b", asked="b", title="Other"), seen(30.1, BRIDGE, path="b", title="Other"))
    assert told(corpus) == [(0, "None"), (10.1, "moved")]
    assert corpus.get(A).gone_at is None


def test_text_published_again_at_another_address_is_told_of_the_first(database: Database, run_id: int, corpus: Corpus) -> None:
    save(database, run_id, seen(0), seen(0.2, path="section/a", asked="section/a"), seen(30, path="again", asked="again"), gone(30.5))
    assert told(corpus) == [(0, "None"), (30, "republished"), (30.5, "gone")]
    assert told(corpus, "https://courier.example/again") == [(30, "None")]
    save(database, run_id, fetched(draft("x", source_id="herald", fetched_at=NOON + hours(40)), channel=ChannelKind.FEED))
    assert told(corpus) == [(0, "None"), (30, "republished"), (30.5, "gone")]


def test_article_that_gave_way_to_another_is_gone_and_comes_back(database: Database, run_id: int, corpus: Corpus) -> None:
    save(database, run_id, seen(0), seen(0, BRIDGE, path="other", asked="other", title="A bridge"))
    save(database, run_id, seen(1, BRIDGE, path="other", title="A bridge"))
    article = corpus.get(A)
    assert article.gone_at == NOON + hours(1)
    assert corpus.history(article.id)[1:] == [
        Event(article.id, EventKind.GONE, NOON + hours(1), 200, "its address leads to https://courier.example/other")
    ]
    save(database, run_id, seen(2, BRIDGE, path="other", title="A bridge"), seen(3))
    assert told(corpus) == [(0, "None"), (1, "gone"), (3, "back")]
    assert corpus.get("https://courier.example/other").gone_at is None


def test_page_that_ceases_to_name_its_canonical_address_has_not_moved(database: Database, run_id: int, corpus: Corpus) -> None:
    named = fetched(draft("canonical", url="https://courier.example/printed", fetched_at=NOON), channel=ChannelKind.FEED)
    unnamed = fetched(draft("printed", fetched_at=NOON + hours(1)), canonical_url="https://courier.example/canonical", channel=REVISIT)
    save(database, run_id, named, unnamed)
    assert told(corpus, "https://courier.example/canonical") == [(0, "None")]


def test_filters_find_what_was_revised_and_what_is_gone(database: Database, run_id: int, corpus: Corpus) -> None:
    save(database, run_id, seen(0), seen(1, BRIDGE), seen(0, path="b", asked="b", text="A third text of nobody.", title="Third"), gone(2))
    found = {
        (revised, missing): corpus.count(ArticleFilter(revised=revised, gone=missing))
        for revised in (None, True, False)
        for missing in (None, True, False)
    }
    assert found == {
        (None, None): 2,
        (None, True): 1,
        (None, False): 1,
        (True, None): 1,
        (True, True): 1,
        (True, False): 0,
        (False, None): 1,
        (False, True): 0,
        (False, False): 1,
    }


def test_rebuild_names_the_kinds_of_older_revisions(database: Database, run_id: int, corpus: Corpus) -> None:
    save(database, run_id, seen(0), seen(2, BRIDGE), seen(1, HARBOUR.replace("harbour", "habrour"), channel=ChannelKind.FILE))
    with database.write() as connection:
        connection.execute(update(RevisionRow).values(kind=None))
    assert told(corpus) == [(0, "None"), (1, "None"), (2, "None")]
    rebuild.rebuild(database, NOON + minutes(900))
    assert told(corpus) == [(0, "None"), (1, "minor"), (2, "text")]


def test_history_of_an_unknown_article_is_an_error(corpus: Corpus) -> None:
    with pytest.raises(NotFound):
        corpus.history(4711)

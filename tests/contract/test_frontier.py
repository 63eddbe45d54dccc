from __future__ import annotations

import pytest

from storage import articles, runs
from storage.crawls import frontier
from storage.crawls.frontier import AddedCounts
from storage.crawls.records import FrontierEntry
from storage.database import Database
from storage.errors import BadRecord, NotFound
from storage.records import Outcome
from tests.contract.builders import NOON, draft, entry, failed, fetched, minutes


def taken(database: Database, limit: int | None = None, after_minutes: float = 0) -> list[str]:
    due = frontier.take(database, "courier", limit=limit, now=NOON + minutes(after_minutes))
    return [found.url.rsplit("/", 1)[1] for found in due]


def test_candidate_comes_back_as_it_was_found(database: Database, run_id: int) -> None:
    found = entry("a", url="https://courier.example/a?utm=1", hints={"title": "Über العراق", "published_at": "2026-02-28T10:00:00Z"})
    frontier.add(database, run_id, [found])

    assert frontier.take(database, "courier", limit=10, now=NOON) == [found]
    assert frontier.pending(database, "courier", NOON) == 1
    assert frontier.pending(database, "herald", NOON) == 0


def test_each_candidate_is_counted_once_and_on_its_run(database: Database, run_id: int) -> None:
    first = frontier.add(database, run_id, [entry("a"), entry("b"), entry("a", hints={"title": "again"})])
    articles.save_batch(database, run_id, [failed("a", Outcome.NO_TEXT)])
    second = frontier.add(database, run_id, [entry("a"), entry("b"), entry("c")])

    assert first == AddedCounts(new=2, known=0)
    assert second == AddedCounts(new=1, known=1, waiting=1)
    assert second.discovered == 3
    run = runs.get(database, run_id)
    assert (run.discovered, run.known) == (5, 1)


def test_newest_hint_is_taken_first_then_as_found(database: Database, run_id: int) -> None:
    hints = {
        "a": {},
        "b": {"published_at": "2026-02-28T10:00:00+00:00"},
        "c": {"published_at": "2026-02-28T13:00:00+02:00"},
        "d": {"published_at": "yesterday"},
        "e": {"published_at": 5},
        "f": {"published_at": "2026-02-28T10:30:00"},
        "g": {"published_at": "0001-01-01T00:00:00+05:00"},
    }
    frontier.add(database, run_id, [entry(path, hints=given) for path, given in hints.items()])

    assert taken(database) == ["c", "f", "b", "a", "d", "e", "g"]
    assert taken(database, limit=2) == ["c", "f"]


def test_candidate_found_later_is_not_due_before(database: Database, run_id: int) -> None:
    frontier.add(database, run_id, [entry("a", found_at=NOON + minutes(3))])

    assert taken(database) == []
    assert taken(database, after_minutes=3) == ["a"]


def test_edited_article_is_due_again_once(database: Database, run_id: int) -> None:
    edited = entry("a", hints={"updated_at": "2026-03-01T13:00:00+00:00"}, found_at=NOON + minutes(61))
    frontier.add(database, run_id, [entry("a")])
    articles.save_batch(database, run_id, [fetched(draft("a"))])

    assert frontier.add(database, run_id, [edited]) == AddedCounts(new=0, known=0, reopened=1)
    assert taken(database, after_minutes=61) == ["a"]
    articles.save_batch(database, run_id, [fetched(draft("a"), fetched_at=NOON + minutes(30))])

    assert frontier.add(database, run_id, [edited]) == AddedCounts(new=0, known=1)
    assert taken(database, after_minutes=61) == []


def test_date_in_the_future_does_not_have_an_article_fetched_at_every_poll(database: Database, run_id: int) -> None:
    future = entry("a", hints={"updated_at": "2099-01-01T00:00:00Z"})
    frontier.add(database, run_id, [future])
    articles.save_batch(database, run_id, [fetched(draft("a"))])

    assert frontier.add(database, run_id, [future]) == AddedCounts(new=0, known=1)


@pytest.mark.parametrize("updated_at", ["2026-03-01T11:59:00Z", "soon", None, 17])
def test_update_that_is_old_or_unreadable_reopens_nothing(database: Database, run_id: int, updated_at: object) -> None:
    articles.save_batch(database, run_id, [fetched(draft("a"))])

    assert frontier.add(database, run_id, [entry("a", hints={"updated_at": updated_at})]).known == 1


def test_other_address_of_a_stored_article_is_known_and_reopened_when_edited(database: Database, run_id: int) -> None:
    short = "https://courier.example/short"
    articles.save_batch(database, run_id, [fetched(draft("a"), candidate_url=short, canonical_url=short)])

    assert frontier.add(database, run_id, [entry("a")]) == AddedCounts(new=0, known=1)
    assert frontier.add(database, run_id, [entry("a", hints={"updated_at": "2026-03-01T12:30:00Z"})]).reopened == 1
    assert taken(database) == ["a"]


def test_known_are_those_that_wait_are_settled_or_lead_to_an_article(database: Database, run_id: int) -> None:
    short = "https://courier.example/short"
    frontier.add(database, run_id, [entry("waiting")])
    articles.save_batch(
        database, run_id, [failed("settled", Outcome.GONE), fetched(draft("article"), candidate_url=short, canonical_url=short)]
    )
    paths = ["waiting", "settled", "article", "short"]
    urls = {f"https://courier.example/{path}" for path in paths}

    assert frontier.known(database, [*urls, "https://courier.example/new"]) == urls
    assert frontier.known(database, []) == set()


def test_more_urls_than_one_statement_takes_are_looked_up(database: Database, run_id: int) -> None:
    many = [entry(str(number)) for number in range(2_500)]
    assert frontier.add(database, run_id, many).new == 2_500

    assert frontier.known(database, [found.canonical_url for found in many]) == {found.canonical_url for found in many}
    assert frontier.add(database, run_id, many).waiting == 2_500


def test_candidate_texts_pass_the_gate(database: Database, run_id: int) -> None:
    frontier.add(database, run_id, [entry("a", found_in="feed\x00", hints={"title": "\ud800x\u202ey"})])

    (found,) = frontier.take(database, "courier", limit=None, now=NOON)
    assert (found.found_in, found.hints) == ("feed", {"title": "xy"})


@pytest.mark.parametrize(
    ("bad", "error"),
    [
        (entry("a", source_id="nobody"), NotFound),
        (entry("a", canonical_url="\x00"), BadRecord),
        (entry("a", hints={"x": object()}), BadRecord),
        (entry("a", found_at=NOON.replace(tzinfo=None)), BadRecord),
    ],
)
def test_candidate_that_cannot_be_kept_is_refused_with_its_batch(
    database: Database, run_id: int, bad: FrontierEntry, error: type[Exception]
) -> None:
    with pytest.raises(error):
        frontier.add(database, run_id, [entry("fine"), bad])

    assert taken(database) == []


def test_candidates_of_an_unknown_run_are_refused(database: Database) -> None:
    with pytest.raises(NotFound):
        frontier.add(database, 4711, [entry("a")])

    assert taken(database) == []


def test_nothing_found_counts_nothing(database: Database, run_id: int) -> None:
    assert frontier.add(database, run_id, []) == AddedCounts(new=0, known=0)

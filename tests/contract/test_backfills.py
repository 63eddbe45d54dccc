from __future__ import annotations

from datetime import timedelta

import pytest

from storage import articles
from storage.crawls import backfills, channels, frontier
from storage.crawls.backfills import Standing
from storage.crawls.channels import Answer
from storage.crawls.records import Backfill, BackfillStep, FrontierEntry, Poll
from storage.database import Database
from storage.errors import NotFound
from storage.records import ChannelKind, Outcome
from tests.contract.builders import NOON, draft, entry, failed, fetched, minutes

SINCE, UNTIL = NOON - timedelta(days=90), NOON - timedelta(days=60)
MAP = "https://courier.example/sitemap.xml"
MAY = BackfillStep("https://courier.example/may.xml", ChannelKind.SITEMAP, 1)
LIST = BackfillStep("https://courier.example/2026/05/", ChannelKind.ARCHIVE)
FIRST = [BackfillStep(MAP, ChannelKind.SITEMAP), LIST]


def begun(database: Database) -> Backfill:
    return backfills.begin(database, "courier", SINCE, UNTIL, FIRST, NOON)


def wanted(path: str, backfill: Backfill) -> FrontierEntry:
    return entry(path, backfill_id=backfill.id, channel=ChannelKind.SITEMAP)


def answer(run_id: int, backfill: Backfill, url: str, *paths: str, steps: tuple[BackfillStep, ...] = ()) -> Answer:
    named = [wanted(path, backfill) for path in paths]
    poll = Poll(run_id, "courier", url, ChannelKind.SITEMAP, "ok", NOON)
    return Answer(poll, None, named, (), backfill.id, steps)


def test_walk_goes_on_where_it_was(database: Database, run_id: int) -> None:
    backfill = begun(database)
    assert backfill.resumed is False
    assert backfills.open_steps(database, backfill.id) == FIRST
    channels.note(database, answer(run_id, backfill, MAP, "a", "b", steps=(MAY, MAY, FIRST[0])))

    again = begun(database)
    assert again == Backfill(backfill.id, "courier", SINCE, UNTIL, NOON, resumed=True)
    assert backfills.open_steps(database, again.id) == [LIST, MAY]
    assert backfills.known_steps(database, again.id) == {MAP, LIST.url, MAY.url}
    assert backfills.standing(database, again.id, NOON) == Standing(1, 3, (), due=2)
    other = backfills.begin(database, "courier", SINCE, UNTIL + timedelta(days=1), FIRST, NOON)
    assert (other.id != backfill.id, other.resumed) == (True, False)


def test_resumed_walk_reads_what_the_catalog_has_gained(database: Database) -> None:
    begun(database)
    gained = BackfillStep("https://courier.example/second.xml", ChannelKind.SITEMAP)
    again = backfills.begin(database, "courier", SINCE, UNTIL, [*FIRST, gained], NOON)
    assert backfills.open_steps(database, again.id) == [*FIRST, gained]


def test_step_made_in_vain_stays_open_and_keeps_what_was_answered(database: Database, run_id: int) -> None:
    backfill = begun(database)
    poll = Poll(run_id, "courier", MAP, ChannelKind.SITEMAP, "timeout", NOON)
    channels.note(database, Answer(poll, backfill_id=backfill.id, step_open=True))
    assert backfills.standing(database, backfill.id, NOON) == Standing(0, 2, ((MAP, "timeout"),))
    assert backfills.open_steps(database, backfill.id) == FIRST
    channels.note(database, answer(run_id, backfill, MAP))
    channels.note(database, answer(run_id, backfill, LIST.url))
    standing = backfills.standing(database, backfill.id, NOON)
    assert standing == Standing(2, 2)
    assert standing.complete


def test_walk_is_complete_when_nothing_is_unread_and_nothing_waits(database: Database, run_id: int) -> None:
    backfill = begun(database)
    for url in (MAP, LIST.url):
        channels.note(database, answer(run_id, backfill, url, "a", "b"))
    retried = failed("a", Outcome.TIMEOUT, retry_at=NOON + minutes(15))
    articles.save_batch(database, run_id, [retried, fetched(draft("b"))])

    standing = backfills.standing(database, backfill.id, NOON)
    assert standing == Standing(2, 2, (), due=0, later=1, next_try_at=NOON + minutes(15))
    assert not standing.complete
    assert backfills.standing(database, backfill.id, NOON + minutes(15)) == Standing(2, 2, (), due=1)
    articles.save_batch(database, run_id, [failed("a", Outcome.GONE)])
    assert backfills.standing(database, backfill.id, NOON).complete

    backfills.finish(database, backfill.id, NOON)
    assert begun(database).resumed is False
    with pytest.raises(NotFound, match="no backfill 99"):
        backfills.finish(database, 99, NOON)


def test_page_of_a_walk_is_left_alone_by_crawls_until_one_of_their_channels_names_it(database: Database, run_id: int) -> None:
    backfill = begun(database)
    frontier.add(database, run_id, [wanted("a", backfill), wanted("b", backfill)])
    assert frontier.take(database, "courier", limit=10, now=NOON) == []
    frontier.add(database, run_id, [entry("a")])
    assert [found.url[-1] for found in frontier.take(database, "courier", limit=10, now=NOON)] == ["a"]
    frontier.add(database, run_id, [wanted("a", backfill)])
    due = frontier.take(database, "courier", limit=10, now=NOON, backfill_id=backfill.id)
    assert [found.url[-1] for found in due] == ["b"], "what waits for any crawl stays so"


def test_page_that_waits_for_another_walk_is_fetched_by_the_one_that_names_it_now(database: Database, run_id: int) -> None:
    abandoned = begun(database)
    frontier.add(database, run_id, [wanted("a", abandoned)])
    present = backfills.begin(database, "courier", SINCE, UNTIL + timedelta(days=1), FIRST, NOON)
    assert frontier.add(database, run_id, [wanted("a", present)]).waiting == 1
    assert backfills.standing(database, abandoned.id, NOON).due == 0
    assert backfills.standing(database, present.id, NOON).due == 1

"""The ledger of channels, sightings and visits, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from storage import articles, runs, sources
from storage.corpus import Corpus
from storage.crawls import channels, frontier, visits
from storage.crawls.channels import Answer
from storage.crawls.records import FeedState, FrontierEntry, Poll
from storage.database import Database
from storage.errors import NotFound
from storage.models import SightingRow
from storage.records import Attempt, ChannelKind, Outcome, RunKind
from tests.contract.builders import NOON, draft, minutes

FEED = "https://courier.example/rss"
AGES = (timedelta(hours=1), timedelta(hours=6))


@pytest.fixture
def crawl_id(database: Database) -> int:
    return runs.start(database, RunKind.CRAWL, "courier", NOON)


def entry(name: str, channel: ChannelKind = ChannelKind.FEED, **values: object) -> FrontierEntry:
    url = f"https://courier.example/{name}"
    return FrontierEntry(url, url, "courier", FEED, NOON, channel=channel, **values)  # type: ignore[arg-type] # of many types


def poll(run_id: int, status: str = "ok", **values: object) -> Poll:
    fields = {"reason": "", "http_status": 200, "size_bytes": 10, "elapsed_ms": 3, **values}
    return Poll(run_id, "courier", FEED, ChannelKind.FEED, status, NOON, **fields)  # type: ignore[arg-type] # of many types


def visit(name: str, outcome: Outcome | None = None, *, at_minutes: int, text: str | None = None, **values: object) -> Attempt:
    url = f"https://courier.example/{name}"
    at = NOON + minutes(at_minutes)
    made = None if outcome else draft(name, text or "The bridge of Qarnabad was opened.", fetched_at=at)
    fields: dict[str, object] = {"channel": ChannelKind.REVISIT, "visits": AGES, **values}
    return Attempt(url, url, "courier", at, made, outcome, **fields)  # type: ignore[arg-type] # of many types


def test_answer_is_kept_with_what_it_named(database: Database, crawl_id: int) -> None:
    state = FeedState("courier", FEED, etag='"1"', fetched_at=NOON, status="ok", items=2, not_before=NOON + minutes(60), skip_hours=(3,))

    added = channels.note(database, Answer(poll(crawl_id), state, [entry("a"), entry("b")], [entry("c")]))
    again = channels.note(database, Answer(poll(crawl_id), state, [entry("a"), entry("d")]))

    assert (added.new, again.new, again.waiting) == (2, 1, 1)
    assert [(row.named, row.fresh) for row in channels.ledger(database)] == [(3, 3), (2, 1)]
    assert sources.feed_state(database, "courier", FEED) == state
    assert runs.get(database, crawl_id).discovered == 4


def test_answer_of_an_unknown_run_leaves_nothing(database: Database) -> None:
    with pytest.raises(NotFound):
        channels.note(database, Answer(poll(4711), FeedState("courier", FEED, etag='"1"'), [entry("a")]))
    assert frontier.take(database, "courier", limit=9, now=NOON) == []
    assert sources.feed_state(database, "courier", FEED) is None


def test_ledger_of_channels_is_cut_by_source_and_time(database: Database, crawl_id: int) -> None:
    for number in range(3):
        row = replace(poll(crawl_id, "timeout", reason="no\x00 answer", http_status=None), polled_at=NOON + minutes(number))
        channels.note(database, Answer(row))
    found = list(channels.ledger(database, source_id="courier", since=NOON + minutes(1), until=NOON + minutes(2)))
    assert [(row.status, row.reason, row.polled_at) for row in found] == [("timeout", "no answer", NOON + minutes(1))]
    assert list(channels.ledger(database, source_id="herald")) == []


def test_first_sighting_by_each_kind_of_channel_is_remembered(database: Database, crawl_id: int) -> None:
    frontier.add(database, crawl_id, [entry("a"), entry("b")])
    frontier.add(database, crawl_id, [replace(entry("a", ChannelKind.SITEMAP), found_at=NOON + minutes(9))], counted=False)
    frontier.add(database, crawl_id, [replace(entry("a"), found_at=NOON + minutes(20))], counted=False)
    with database.read() as connection:
        rows = connection.execute(select(SightingRow.channel, SightingRow.seen_at).order_by(SightingRow.channel, SightingRow.seen_at)).all()
    assert [tuple(row) for row in rows] == [("feed", NOON), ("feed", NOON), ("sitemap", NOON + minutes(9))]


def test_candidates_of_a_backfill_wait_for_it_alone_until_a_crawl_names_them(database: Database, crawl_id: int) -> None:
    frontier.add(database, crawl_id, [entry("old", ChannelKind.SITEMAP, backfill_id=7), entry("older", ChannelKind.SITEMAP, backfill_id=7)])
    assert frontier.take(database, "courier", limit=9, now=NOON) == []
    assert frontier.pending(database, "courier", NOON, 7) == 2

    frontier.add(database, crawl_id, [entry("old")])

    assert [found.url for found in frontier.take(database, "courier", limit=9, now=NOON)] == ["https://courier.example/old"]
    assert [found.url for found in frontier.take(database, "courier", limit=9, now=NOON, backfill_id=7)] == [
        "https://courier.example/older"
    ]


def test_what_is_on_its_way_is_not_taken_again(database: Database, crawl_id: int) -> None:
    frontier.add(database, crawl_id, [entry("a"), entry("b"), entry("c")])
    taken = frontier.take(database, "courier", limit=2, now=NOON)
    rest = frontier.take(database, "courier", limit=2, now=NOON, besides={found.canonical_url for found in taken})
    assert [found.url[-1] for found in taken + rest] == ["a", "b", "c"]


def store(database: Database, run_id: int, *attempts: Attempt) -> list[Outcome]:
    return [saved.outcome for saved in articles.save_batch(database, run_id, attempts)]


def due(database: Database, at_minutes: int) -> list[FrontierEntry]:
    return visits.due(database, "courier", limit=9, now=NOON + minutes(at_minutes))


def test_article_is_due_at_its_ages_with_its_validators(database: Database, crawl_id: int) -> None:
    first = visit("a", at_minutes=0, etag='"1"', last_modified="then", channel=ChannelKind.FEED)
    assert store(database, crawl_id, first) == [Outcome.NEW]
    assert due(database, 59) == []
    (again,) = due(database, 61)
    assert (again.channel, again.etag, again.last_modified) == (ChannelKind.REVISIT, '"1"', "then")
    assert visits.due(database, "courier", limit=9, now=NOON + minutes(61), besides=[again.canonical_url]) == []

    assert store(database, crawl_id, visit("a", Outcome.NOT_MODIFIED, at_minutes=61)) == [Outcome.NOT_MODIFIED]
    assert due(database, 359) == []
    assert [found.etag for found in due(database, 361)] == ['"1"']
    assert store(database, crawl_id, visit("a", at_minutes=361)) == [Outcome.UNCHANGED]
    assert due(database, 100_000) == []


def test_gone_is_an_event_and_never_a_delete(database: Database, crawl_id: int, corpus: Corpus) -> None:
    store(database, crawl_id, visit("a", at_minutes=0, channel=ChannelKind.FEED))
    store(database, crawl_id, visit("a", Outcome.GONE, at_minutes=60, http_status=410))
    store(database, crawl_id, visit("a", Outcome.GONE, at_minutes=70, http_status=410))

    article = corpus.get("https://courier.example/a")
    assert (article.gone_at, article.visited_at, article.text) == (NOON + minutes(60), NOON, "The bridge of Qarnabad was opened.")
    assert [fetch.article_id for fetch in runs.ledger(database, crawl_id)] == [article.id] * 3

    store(database, crawl_id, visit("a", at_minutes=80))
    assert corpus.get(article.id).gone_at is None


def test_failed_visit_costs_nothing_but_itself(database: Database, crawl_id: int, corpus: Corpus) -> None:
    store(database, crawl_id, visit("a", at_minutes=0, channel=ChannelKind.FEED))
    store(database, crawl_id, visit("a", Outcome.TIMEOUT, at_minutes=60))
    assert corpus.get("https://courier.example/a").gone_at is None
    assert due(database, 61) == []
    assert len(due(database, 361)) == 1
    assert frontier.known(database, ["https://courier.example/a"]) == {"https://courier.example/a"}
    assert frontier.take(database, "courier", limit=9, now=NOON + minutes(400)) == []


def test_edit_found_by_a_visit_is_a_revision(database: Database, crawl_id: int, corpus: Corpus) -> None:
    store(database, crawl_id, visit("a", at_minutes=0, channel=ChannelKind.FEED))
    assert store(database, crawl_id, visit("a", at_minutes=60, text="The bridge of Qarnabad was closed again.")) == [Outcome.REVISED]
    assert corpus.get("https://courier.example/a").revisions == 2


def test_page_that_came_from_a_file_is_not_visited(database: Database, crawl_id: int) -> None:
    store(database, crawl_id, visit("a", at_minutes=0, channel=None), visit("b", at_minutes=0, channel=ChannelKind.FILE))
    assert due(database, 100_000) == []

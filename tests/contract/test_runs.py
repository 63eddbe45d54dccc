from __future__ import annotations

import os
from datetime import timedelta

import pytest

from storage import articles, runs
from storage.database import Database
from storage.errors import BadRecord, NotFound, SourceBusy
from storage.records import Fetch, Outcome, Run, RunKind, RunStatus
from tests.contract.builders import NOON, failed, minutes


def test_run_is_opened_counted_and_closed(database: Database) -> None:
    run_id = runs.start(database, RunKind.CRAWL, "courier", NOON)
    assert runs.get(database, run_id) == Run(run_id, RunKind.CRAWL, "courier", RunStatus.RUNNING, NOON)

    articles.save_batch(database, run_id, [failed("a", Outcome.GONE), failed("b", Outcome.GONE), failed("c", Outcome.BLOCKED)])
    runs.finish(database, run_id, RunStatus.FINISHED, "all\x00 done", NOON + minutes(2))

    assert runs.get(database, run_id) == Run(
        run_id,
        RunKind.CRAWL,
        "courier",
        RunStatus.FINISHED,
        NOON,
        NOON + minutes(2),
        "all done",
        outcomes={Outcome.GONE: 2, Outcome.BLOCKED: 1},
    )


DEAD = "nowhere.example:1:1"  # a process of another machine; a run of it is old by the time it is looked at
LONG_AFTER = NOON + timedelta(days=1)


def test_latest_run_of_each_source(database: Database) -> None:
    first = runs.start(database, RunKind.CRAWL, "courier", NOON)
    runs.finish(database, first, RunStatus.FINISHED, "", NOON)
    runs.start(database, RunKind.INGEST, None, NOON)
    herald = runs.start(database, RunKind.CRAWL, "herald", NOON)
    courier = runs.start(database, RunKind.CRAWL, "courier", NOON + minutes(1))
    articles.save_batch(database, courier, [failed("a", Outcome.GONE)])

    latest = runs.latest_by_source(database)

    assert {source_id: run.id for source_id, run in latest.items()} == {"courier": courier, "herald": herald}
    assert latest["courier"].outcomes == {Outcome.GONE: 1}


def test_ledger_of_one_run_and_of_all_in_the_order_of_writing(database: Database, run_id: int) -> None:
    other = runs.start(database, RunKind.CRAWL, "herald", NOON)
    articles.save_batch(database, run_id, [failed(str(number), Outcome.GONE) for number in range(1_500)])
    articles.save_batch(database, other, [failed("h", Outcome.TIMEOUT, source_id="herald")])

    assert [fetch.candidate_url.rsplit("/", 1)[1] for fetch in runs.ledger(database, run_id)] == [str(number) for number in range(1_500)]
    assert list(runs.ledger(database, other)) == [Fetch(other, "herald", "https://herald.example/h", Outcome.TIMEOUT, NOON, "because")]
    assert sum(1 for _ in runs.ledger(database)) == 1_501


def test_runs_that_died_are_called_lost_and_living_ones_are_not(database: Database, run_id: int) -> None:
    died = runs.start(database, RunKind.CRAWL, "courier", NOON, DEAD)

    assert runs.close_orphans(database, NOON + minutes(1)) == 0  # who knows
    assert runs.close_orphans(database, LONG_AFTER) == 1
    assert runs.close_orphans(database, LONG_AFTER) == 0
    lost = runs.get(database, died)
    assert (lost.status, lost.ended_at) == (RunStatus.LOST, LONG_AFTER)
    assert runs.get(database, run_id).status is RunStatus.RUNNING


def test_source_is_not_crawled_by_two_at_once(database: Database) -> None:
    first = runs.start(database, RunKind.CRAWL, "courier", NOON)

    with pytest.raises(SourceBusy, match=rf"^courier: another crawl is at work on it \(run {first}, process \S+:{os.getpid()}:\d+\)$"):
        runs.start(database, RunKind.CRAWL, "courier", NOON + minutes(1))
    runs.start(database, RunKind.BACKFILL, "courier", NOON)  # the past and the present do not meet
    runs.finish(database, first, RunStatus.FINISHED, "", NOON + minutes(2))
    runs.start(database, RunKind.CRAWL, "courier", NOON + minutes(3))


def test_run_takes_over_from_one_that_died(database: Database) -> None:
    died = runs.start(database, RunKind.CRAWL, "courier", NOON, DEAD)

    runs.start(database, RunKind.CRAWL, "courier", LONG_AFTER)

    assert runs.get(database, died).status is RunStatus.LOST


def test_unknown_run_and_source_are_errors(database: Database) -> None:
    with pytest.raises(NotFound):
        runs.get(database, 4711)
    with pytest.raises(NotFound):
        runs.finish(database, 4711, RunStatus.FINISHED, "", NOON)
    with pytest.raises(BadRecord):
        runs.start(database, RunKind.CRAWL, "nobody", NOON)

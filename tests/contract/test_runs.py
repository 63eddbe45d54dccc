from __future__ import annotations

import pytest

from storage import articles, runs
from storage.database import Database
from storage.errors import BadRecord, NotFound
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


def test_latest_run_of_each_source(database: Database) -> None:
    runs.start(database, RunKind.CRAWL, "courier", NOON)
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


def test_runs_that_died_are_called_lost(database: Database, run_id: int) -> None:
    finished = runs.start(database, RunKind.CRAWL, "courier", NOON)
    runs.finish(database, finished, RunStatus.STOPPED, "", NOON)

    assert runs.close_orphans(database, NOON + minutes(1)) == 1
    assert runs.close_orphans(database, NOON + minutes(2)) == 0
    lost = runs.get(database, run_id)
    assert (lost.status, lost.ended_at) == (RunStatus.LOST, NOON + minutes(1))
    assert runs.get(database, finished).status is RunStatus.STOPPED


def test_unknown_run_and_source_are_errors(database: Database) -> None:
    with pytest.raises(NotFound):
        runs.get(database, 4711)
    with pytest.raises(NotFound):
        runs.finish(database, 4711, RunStatus.FINISHED, "", NOON)
    with pytest.raises(BadRecord):
        runs.start(database, RunKind.CRAWL, "nobody", NOON)

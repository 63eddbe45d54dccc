"""Runs and their ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from storage import textgate
from storage.database import Database
from storage.errors import NotFound
from storage.models import FetchRow, RunRow
from storage.records import Attempt, Fetch, Outcome, Run, RunKind, RunStatus

_PAGE = 1_000  # ledger rows read at a time


def start(database: Database, kind: RunKind, source_id: str | None, now: datetime) -> int:
    """Open a run and return its id. `source_id` is None for a run over files. Raises: BadRecord for an unknown source."""
    values = {"kind": kind.value, "source_id": source_id, "status": RunStatus.RUNNING.value, "started_at": now, "reason": ""}
    with database.write() as connection:
        return connection.execute(insert(RunRow).values(**values, discovered=0, known=0).returning(RunRow.id)).scalar_one()


def finish(database: Database, run_id: int, status: RunStatus, reason: str, now: datetime) -> None:
    """Close a run. Raises: NotFound."""
    values = {"status": status.value, "reason": textgate.clean(reason), "ended_at": now}
    with database.write() as connection:
        if connection.execute(update(RunRow).where(RunRow.id == run_id).values(**values).returning(RunRow.id)).first() is None:
            raise NotFound(f"there is no run {run_id}")


def close_orphans(database: Database, now: datetime) -> int:
    """Mark runs that are still called running as lost, and return how many: for the leader, when no crawl can be alive."""
    values = {"status": RunStatus.LOST.value, "reason": "the process ended without closing its run", "ended_at": now}
    with database.write() as connection:
        orphans = update(RunRow).where(RunRow.status == RunStatus.RUNNING.value).values(**values).returning(RunRow.id)
        return len(connection.execute(orphans).all())


def get(database: Database, run_id: int) -> Run:
    """Return a run with its outcomes. Raises: NotFound."""
    with database.read() as connection:
        row = connection.execute(select(RunRow).where(RunRow.id == run_id)).first()
        if row is None:
            raise NotFound(f"there is no run {run_id}")
        return _run(row, _outcomes(connection, [run_id])[run_id])


def latest_by_source(database: Database) -> dict[str, Run]:
    """Return the last run of every source that had one."""
    last = select(func.max(RunRow.id)).where(RunRow.source_id.is_not(None)).group_by(RunRow.source_id)
    with database.read() as connection:
        rows = connection.execute(select(RunRow).where(RunRow.id.in_(last)).order_by(RunRow.source_id)).all()
        outcomes = _outcomes(connection, [row.id for row in rows])
        return {row.source_id: _run(row, outcomes[row.id]) for row in rows}


def ledger(database: Database, run_id: int | None = None) -> Iterator[Fetch]:
    """Yield the ledger of a run, or the whole, as it was written, from one state of the database."""
    after = 0
    with database.read() as connection:
        while True:
            page = select(FetchRow).where(FetchRow.id > after).order_by(FetchRow.id).limit(_PAGE)
            rows = connection.execute(page if run_id is None else page.where(FetchRow.run_id == run_id)).all()
            yield from (_fetch(row) for row in rows)
            if len(rows) < _PAGE:
                return
            after = rows[-1].id


def record(connection: Connection, runs: Mapping[str, int], attempts: Sequence[tuple[Attempt, Outcome, str, int | None]]) -> None:
    """Write one row of the ledger for each attempt, inside the transaction of its result.

    `runs` gives the run of each source; each attempt comes with its outcome, the reason, and the article it concerns.
    """
    connection.execute(
        insert(FetchRow),
        [
            {
                "run_id": runs[attempt.source_id],
                "source_id": attempt.source_id,
                "candidate_url": attempt.candidate_url,
                "outcome": outcome.value,
                "fetched_at": attempt.fetched_at,
                "reason": reason,
                "http_status": attempt.http_status,
                "size_bytes": attempt.size_bytes,
                "elapsed_ms": attempt.elapsed_ms,
                "article_id": article_id,
            }
            for attempt, outcome, reason, article_id in attempts
        ],
    )


def _outcomes(connection: Connection, run_ids: Sequence[int]) -> defaultdict[int, dict[Outcome, int]]:
    counted: defaultdict[int, dict[Outcome, int]] = defaultdict(dict)
    counts = select(FetchRow.run_id, FetchRow.outcome, func.count()).where(FetchRow.run_id.in_(run_ids))
    for run_id, outcome, count in connection.execute(counts.group_by(FetchRow.run_id, FetchRow.outcome).order_by(FetchRow.outcome)):
        counted[run_id][Outcome(outcome)] = count
    return counted


def _run(row: Any, outcomes: Mapping[Outcome, int]) -> Run:
    return Run(
        id=row.id,
        kind=RunKind(row.kind),
        source_id=row.source_id,
        status=RunStatus(row.status),
        started_at=row.started_at,
        ended_at=row.ended_at,
        reason=row.reason,
        discovered=row.discovered,
        known=row.known,
        outcomes=outcomes,
    )


def _fetch(row: Any) -> Fetch:
    return Fetch(
        run_id=row.run_id,
        source_id=row.source_id,
        candidate_url=row.candidate_url,
        outcome=Outcome(row.outcome),
        fetched_at=row.fetched_at,
        reason=row.reason,
        http_status=row.http_status,
        size_bytes=row.size_bytes,
        elapsed_ms=row.elapsed_ms,
        article_id=row.article_id,
    )

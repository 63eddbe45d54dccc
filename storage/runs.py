"""Runs and their ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, insert, select, update

from storage import textgate
from storage.crawls import holders
from storage.database import Database
from storage.errors import NotFound, SourceBusy
from storage.models import FetchRow, RunRow
from storage.records import Attempt, ChannelKind, Fetch, Outcome, Run, RunKind, RunStatus

_PAGE = 1_000  # ledger rows read at a time

#: Statements are made once: to make one takes as long as to run it, and each crawl of a source begins and ends a run.
_OPEN = insert(RunRow).returning(RunRow.id)
_CLOSE = (
    update(RunRow)
    .where(RunRow.id == bindparam("run"))
    .values(status=bindparam("status"), reason=bindparam("reason"), ended_at=bindparam("ended_at"))
    .returning(RunRow.id)
)
_RUNNING = select(RunRow.id, RunRow.holder, RunRow.started_at).where(
    RunRow.source_id == bindparam("source"), RunRow.kind == bindparam("kind"), RunRow.status == RunStatus.RUNNING.value
)
_RECORD = insert(FetchRow)


def start(database: Database, kind: RunKind, source_id: str | None, now: datetime, holder: str | None = None) -> int:
    """Open a run of this process and return its id; runs of the same kind and source whose process died are closed as lost.

    `source_id` is None for a run over files; `holder` is another process that does it (`storage.crawls.holders`).
    Raises: SourceBusy when a living process has such a run, BadRecord for an unknown source.
    """
    values = {
        "kind": kind.value,
        "source_id": source_id,
        "status": RunStatus.RUNNING.value,
        "started_at": now,
        "reason": "",
        "discovered": 0,
        "known": 0,
        "holder": holder or holders.present(),
    }
    with database.write() as connection:
        if source_id is not None:
            _take_over(connection, kind, source_id, now)
        return connection.execute(_OPEN, values).scalar_one()


def _take_over(connection: Connection, kind: RunKind, source_id: str, now: datetime) -> None:
    rows = connection.execute(_RUNNING, {"source": source_id, "kind": kind.value}).all()
    for row in rows:
        if holders.is_alive(row.holder, row.started_at, now):
            message = f"{source_id}: another {kind} is at work on it (run {row.id}, process {row.holder})"
            raise SourceBusy(message, source_id=source_id)
    _close_lost(connection, [row.id for row in rows], now)


def finish(database: Database, run_id: int, status: RunStatus, reason: str, now: datetime) -> None:
    """Close a run. Raises: NotFound."""
    values = {"run": run_id, "status": status.value, "reason": textgate.clean(reason), "ended_at": now}
    with database.write() as connection:
        if connection.execute(_CLOSE, values).first() is None:
            raise NotFound(f"there is no run {run_id}")


def close_orphans(database: Database, now: datetime) -> int:
    """Mark runs as lost that are called running and whose process is dead, and return how many."""
    with database.write() as connection:
        running = connection.execute(select(RunRow).where(RunRow.status == RunStatus.RUNNING.value)).all()
        dead = [row.id for row in running if not holders.is_alive(row.holder, row.started_at, now)]
        _close_lost(connection, dead, now)
    return len(dead)


def _close_lost(connection: Connection, run_ids: Sequence[int], now: datetime) -> None:
    values = {"status": RunStatus.LOST.value, "reason": "the process ended without closing its run", "ended_at": now}
    if run_ids:
        connection.execute(update(RunRow).where(RunRow.id.in_(run_ids)).values(**values))


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


def recent_within(connection: Connection, wanted: Select[Any]) -> list[Run]:
    """Return the runs of a selection with their outcomes, in its order."""
    rows = connection.execute(wanted).all()
    outcomes = _outcomes(connection, [row.id for row in rows])
    return [_run(row, outcomes[row.id]) for row in rows]


def blame(database: Database, source_id: str, reason: str, now: datetime) -> None:
    """Call the last run of a source failed, when it was lost: the process that died did nothing else."""
    last = select(func.max(RunRow.id)).where(RunRow.source_id == source_id, RunRow.kind == RunKind.CRAWL.value).scalar_subquery()
    mine = (RunRow.id == last, RunRow.status == RunStatus.LOST.value)
    with database.write() as connection:
        connection.execute(update(RunRow).where(*mine).values(status=RunStatus.FAILED.value, reason=textgate.clean(reason), ended_at=now))


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
        _RECORD,
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
                "requests": attempt.requests,
                "channel": attempt.channel.value if attempt.channel else None,
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
        requests=row.requests,
        channel=ChannelKind(row.channel) if row.channel else None,
    )

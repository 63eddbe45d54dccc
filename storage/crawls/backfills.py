"""Backfills: a walk through the past of a source, remembered step by step, so that a kill costs nothing but the step it hit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, case, func, insert, select, update

from storage import textgate
from storage.crawls.records import Backfill, BackfillStep, Poll
from storage.database import Database
from storage.dialects.base import DatabaseDialect
from storage.errors import NotFound
from storage.models import BackfillRow, BackfillStepRow, CandidateRow, url_key
from storage.records import ChannelKind


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a backfill is.

    `steps_read` of the `steps_known` sitemaps and pages were read; `failed` are those that were asked for in vain and are asked again by
    the next call, each with its address and what it answered. `due` pages wait to be fetched now, `later` ones for another try, the first
    of them at `next_try_at`.
    """

    steps_read: int
    steps_known: int
    failed: tuple[tuple[str, str], ...] = ()
    due: int = 0
    later: int = 0
    next_try_at: datetime | None = None

    @property
    def complete(self) -> bool:
        """Tell whether nothing is left to read and nothing left to fetch."""
        return self.steps_read == self.steps_known and not self.due and not self.later


def begin(database: Database, source_id: str, since: datetime, until: datetime, steps: Sequence[BackfillStep], now: datetime) -> Backfill:
    """Return the unfinished backfill of this source and range, or begin one.

    Args: the range, `since` inclusive and `until` exclusive (aware); where it begins, nearest to the present first; the present. Steps that
    a resumed backfill does not know, because the catalog has gained them meanwhile, are added to it.
    """
    with database.write() as connection:
        same = select(BackfillRow).where(
            BackfillRow.source_id == source_id,
            BackfillRow.since == since,
            BackfillRow.until == until,
            BackfillRow.finished_at.is_(None),
        )
        row = connection.execute(same.order_by(BackfillRow.id.desc())).first()
        if row is not None:
            _add_steps(connection, database.dialect, row.id, steps)
            return Backfill(row.id, row.source_id, row.since, row.until, row.started_at, resumed=True)
        values = {"source_id": source_id, "since": since, "until": until, "started_at": now}
        backfill_id = connection.execute(insert(BackfillRow).values(**values).returning(BackfillRow.id)).scalar_one()
        _add_steps(connection, database.dialect, backfill_id, steps)
    return Backfill(backfill_id, source_id, since, until, now)


def open_steps(database: Database, backfill_id: int) -> list[BackfillStep]:
    """Return the steps that are still to be made, in their order."""
    wanted = select(BackfillStepRow).where(BackfillStepRow.backfill_id == backfill_id, BackfillStepRow.read_at.is_(None))
    with database.read() as connection:
        rows = connection.execute(wanted.order_by(BackfillStepRow.position, BackfillStepRow.url_key)).all()
    return [BackfillStep(row.url, ChannelKind(row.kind), row.depth) for row in rows]


def known_steps(database: Database, backfill_id: int) -> set[str]:
    """Return the addresses of all steps, those that were made among them."""
    with database.read() as connection:
        return set(connection.scalars(select(BackfillStepRow.url).where(BackfillStepRow.backfill_id == backfill_id)))


def standing(database: Database, backfill_id: int, now: datetime) -> Standing:
    """Say how far a backfill is."""
    steps = select(func.count(BackfillStepRow.read_at), func.count()).where(BackfillStepRow.backfill_id == backfill_id)
    failed = select(BackfillStepRow.url, BackfillStepRow.status).where(
        BackfillStepRow.backfill_id == backfill_id, BackfillStepRow.read_at.is_(None), BackfillStepRow.status.is_not(None)
    )
    later = CandidateRow.due_at > now
    waiting = select(func.count(), func.sum(case((later, 1), else_=0)), func.min(case((later, CandidateRow.due_at)))).where(
        CandidateRow.source_id == select(BackfillRow.source_id).where(BackfillRow.id == backfill_id).scalar_subquery(),
        CandidateRow.backfill_id == backfill_id,
        CandidateRow.settled_at.is_(None),
    )
    with database.read() as connection:
        read, known = connection.execute(steps).one()
        unread = tuple((url, status or "") for url, status in connection.execute(failed.order_by(BackfillStepRow.position)))
        pages, put_off, next_try_at = connection.execute(waiting).one()
    return Standing(read, known, unread, pages - (put_off or 0), put_off or 0, next_try_at)


def finish(database: Database, backfill_id: int, now: datetime) -> None:
    """Note that a backfill has nothing left to do. Raises: NotFound."""
    with database.write() as connection:
        done = update(BackfillRow).where(BackfillRow.id == backfill_id).values(finished_at=now).returning(BackfillRow.id)
        if connection.execute(done).first() is None:
            raise NotFound(f"there is no backfill {backfill_id}")


def advance_within(
    connection: Connection, dialect: DatabaseDialect, backfill_id: int, poll: Poll, steps: Sequence[BackfillStep], *, again: bool = False
) -> None:
    """Note, inside the transaction of what it named, that a step was made and which steps it leads to.

    With `again` it was made in vain, by a fault that may pass: its answer is kept, and it stays open.
    """
    key = url_key(textgate.clean(poll.url))
    made = update(BackfillStepRow).where(BackfillStepRow.backfill_id == backfill_id, BackfillStepRow.url_key == key)
    connection.execute(made.values(read_at=None if again else poll.polled_at, status=poll.status, named=poll.named))
    _add_steps(connection, dialect, backfill_id, steps)


def _add_steps(connection: Connection, dialect: DatabaseDialect, backfill_id: int, steps: Sequence[BackfillStep]) -> None:
    if not steps:
        return
    last = connection.scalar(select(func.max(BackfillStepRow.position)).where(BackfillStepRow.backfill_id == backfill_id))
    rows = [
        {
            "backfill_id": backfill_id,
            "url_key": url_key(textgate.clean(step.url)),
            "position": (last or 0) + number,
            "url": textgate.clean(step.url),
            "kind": step.kind.value,
            "depth": step.depth,
        }
        for number, step in enumerate(steps, start=1)
    ]
    connection.execute(dialect.insert(BackfillStepRow).on_conflict_do_nothing(), rows)

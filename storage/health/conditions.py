"""The condition of each source as it was last judged, and the outbox of what people are to be told of it.

A judgement and when the source is due next are written in one transaction; so are a notice and the remark that it was told. A kill neither
loses a notice nor puts it into the outbox twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Executable, bindparam, func, insert, or_, select, update

from storage import textgate
from storage.database import Database
from storage.dialects.base import DatabaseDialect
from storage.health.records import HealthState, SourceHealth
from storage.models import Base, ConditionRow, NoticeRow


class NoticeKind(StrEnum):
    """Why somebody is told."""

    ALERT = "alert"
    REMINDER = "reminder"
    RECOVERY = "recovery"


@dataclass(frozen=True, slots=True)
class Condition:
    """How a source was when it was last judged; `plan` says when it is looked at next and why, `told_state` what people think."""

    source_id: str
    health: SourceHealth
    since: datetime
    judged_at: datetime
    plan: str = ""
    told_state: HealthState | None = None
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """When a source is looked at next, how long after now that was meant to be, and why."""

    at: datetime
    interval: timedelta
    reason: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A message to a target, by its name in the configuration."""

    id: int
    source_id: str | None
    kind: NoticeKind
    state: str
    target: str
    text: str
    created_at: datetime
    attempts: int
    next_try_at: datetime
    delivered_at: datetime | None = None
    given_up_at: datetime | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What follows from a judgement for those who are told: a message, or none."""

    kind: NoticeKind
    text: str


def what_to_tell(condition: Condition, now: datetime, repeat: timedelta | None) -> Told | None:
    """Decide whether the condition of a source is news to those who are told. Pure.

    An illness is told once, and again when it becomes another one, or after `repeat` (None: never). Its end is told once.
    """
    health, told, name = condition.health, condition.told_state, condition.source_id
    if health.ill:
        if told is not health.state:
            return Told(NoticeKind.ALERT, f"{name} is ill ({health.state}): {health.evidence}")
        if repeat is not None and condition.told_at is not None and now - condition.told_at >= repeat:
            return Told(NoticeKind.REMINDER, f"{name} is still ill ({health.state}): {health.evidence}")
        return None
    if told is None:
        return None
    return Told(NoticeKind.RECOVERY, f"{name} has recovered from '{told}' and is {health.state}: {health.evidence}")


def note(database: Database, source_id: str, health: SourceHealth, now: datetime, due: Due) -> None:
    """Write a judgement, and when the source is due next, in one transaction."""
    note_all(database, {source_id: (health, due)}, now)


def note_all(database: Database, judged: Mapping[str, tuple[SourceHealth, Due]], now: datetime) -> None:
    """Write judgements, and when these sources are due next, in one transaction."""
    if not judged:
        return
    with database.write() as connection:
        stood = {row.source_id: row for row in connection.execute(_STATES, {"sources": list(judged)})}
        rows: list[dict[str, Any]] = []
        for source_id, (health, due) in judged.items():
            row = stood.get(source_id)
            same = row is not None and row.state == health.state.value and row.ill == health.ill
            rows.append(
                {
                    "source_id": source_id,
                    "state": health.state.value,
                    "ill": health.ill,
                    "evidence": textgate.clean(health.evidence),
                    "since": row.since if row is not None and same else now,
                    "judged_at": now,
                    "failures": health.failures,
                    "plan": textgate.clean(due.reason),
                }
            )
        connection.execute(database.dialect.kept("conditions", lambda: _keeping(database.dialect)), rows)
        planned = [
            {"source": source_id, "due": due.at, "minutes": max(1, round(due.interval / timedelta(minutes=1)))}
            for source_id, (_, due) in judged.items()
        ]
        connection.execute(_PLAN, planned)


#: Statements are made once: to make one takes as long as to run it, and a crawl of hundreds of sources ends with as many judgements.
_STATES = select(ConditionRow.source_id, ConditionRow.state, ConditionRow.ill, ConditionRow.since).where(
    ConditionRow.source_id.in_(bindparam("sources", expanding=True))
)
_SOURCES = Base.metadata.tables["sources"]  # an UPDATE of many rows by a condition of our own is not for mapped classes
_PLAN = (
    update(_SOURCES).where(_SOURCES.c.id == bindparam("source")).values(next_due_at=bindparam("due"), interval_minutes=bindparam("minutes"))
)
_ALL = select(ConditionRow)
_SOME = _ALL.where(ConditionRow.source_id.in_(bindparam("sources", expanding=True)))
_FAILING = select(ConditionRow.source_id, ConditionRow.failures).where(ConditionRow.failures > 0)
_JUDGED = ("state", "ill", "evidence", "since", "judged_at", "failures", "plan")


def _keeping(dialect: DatabaseDialect) -> Executable:
    statement = dialect.insert(ConditionRow)
    changes = {name: statement.excluded[name] for name in _JUDGED}
    return statement.on_conflict_do_update(index_elements=[ConditionRow.source_id], set_=changes)


def tell(database: Database, targets: Sequence[str], now: datetime, repeat: timedelta | None = None) -> list[Told]:
    """Put what is news into the outbox: once for each target, and note that it was told, in one transaction.

    Args: the names of the targets (none: nothing is told, and nothing called told); after what time an illness is told again (None: never).
    """
    if not targets:
        return []
    news: list[Told] = []
    with database.write() as connection:
        wanted = select(ConditionRow).where(or_(ConditionRow.ill, ConditionRow.told_state.is_not(None))).order_by(ConditionRow.source_id)
        for row in connection.execute(wanted).all():
            condition = _condition(row)
            told = what_to_tell(condition, now, repeat)
            if told is None:
                continue
            news.append(told)
            values = {"told_state": condition.health.state.value if condition.health.ill else None, "told_at": now}
            connection.execute(update(ConditionRow).where(ConditionRow.source_id == row.source_id).values(**values))
            connection.execute(insert(NoticeRow), [_notice_row(row.source_id, told, row.state, target, now) for target in targets])
    return news


def tell_text(
    database: Database, targets: Sequence[str], text: str, now: datetime, *, repeat: timedelta | None, kind: NoticeKind = NoticeKind.ALERT
) -> None:
    """Put a message of the scheduler itself into the outbox, unless it said the same less than `repeat` ago (None: ever)."""
    if not targets:
        return
    told = Told(kind, text)
    with database.write() as connection:
        same = select(func.max(NoticeRow.created_at)).where(NoticeRow.source_id.is_(None), NoticeRow.text == textgate.clean(text))
        before = connection.scalar(same)
        if before is None or (repeat is not None and now - before >= repeat):
            connection.execute(insert(NoticeRow), [_notice_row(None, told, "", target, now) for target in targets])


def failures(database: Database) -> dict[str, int]:
    """Return by source how many crawls in a row failed, where the last one did."""
    with database.read() as connection:
        return {row.source_id: row.failures for row in connection.execute(_FAILING)}


def by_source(database: Database, source_ids: Sequence[str] | None = None) -> dict[str, Condition]:
    """Return the conditions of these sources (None: all), so far as they were judged."""
    with database.read() as connection:
        rows = connection.execute(_ALL) if source_ids is None else connection.execute(_SOME, {"sources": list(source_ids)})
        return {row.source_id: _condition(row) for row in rows}


def undelivered(database: Database, now: datetime, limit: int = 100) -> list[Notice]:
    """Return the notices that wait and may be sent now, the oldest first."""
    waiting = (NoticeRow.delivered_at.is_(None), NoticeRow.given_up_at.is_(None), NoticeRow.next_try_at <= now)
    with database.read() as connection:
        return [_notice(row) for row in connection.execute(select(NoticeRow).where(*waiting).order_by(NoticeRow.id).limit(limit))]


def notices(database: Database, source_id: str | None = None, limit: int = 100) -> list[Notice]:
    """Return the newest notices, the newest first."""
    wanted = select(NoticeRow).order_by(NoticeRow.id.desc()).limit(limit)
    with database.read() as connection:
        return [_notice(row) for row in connection.execute(wanted if source_id is None else wanted.where(NoticeRow.source_id == source_id))]


def delivered(database: Database, notice_ids: Sequence[int], now: datetime) -> None:
    """Note that notices have arrived."""
    with database.write() as connection:
        connection.execute(
            update(NoticeRow).where(NoticeRow.id.in_(notice_ids)).values(delivered_at=now, attempts=NoticeRow.attempts + 1, error="")
        )


def not_delivered(database: Database, notice_ids: Sequence[int], error: str, next_try_at: datetime, given_up_at: datetime | None) -> None:
    """Note that notices could not be sent, why, and when it is tried again, or that it is not."""
    values = {"attempts": NoticeRow.attempts + 1, "error": textgate.clean(error), "next_try_at": next_try_at, "given_up_at": given_up_at}
    with database.write() as connection:
        connection.execute(update(NoticeRow).where(NoticeRow.id.in_(notice_ids)).values(values))


def _notice_row(source_id: str | None, told: Told, state: str, target: str, now: datetime) -> Mapping[str, Any]:
    return {
        "source_id": source_id,
        "kind": told.kind.value,
        "state": state,
        "target": target,
        "text": textgate.clean(told.text),
        "created_at": now,
        "attempts": 0,
        "next_try_at": now,
        "error": "",
    }


def _condition(row: Any) -> Condition:
    return Condition(
        source_id=row.source_id,
        health=SourceHealth(HealthState(row.state), row.evidence, row.ill, row.failures),
        since=row.since,
        judged_at=row.judged_at,
        plan=row.plan,
        told_state=HealthState(row.told_state) if row.told_state else None,
        told_at=row.told_at,
    )


def _notice(row: Any) -> Notice:
    return Notice(
        id=row.id,
        source_id=row.source_id,
        kind=NoticeKind(row.kind),
        state=row.state,
        target=row.target,
        text=row.text,
        created_at=row.created_at,
        attempts=row.attempts,
        next_try_at=row.next_try_at,
        delivered_at=row.delivered_at,
        given_up_at=row.given_up_at,
        error=row.error,
    )

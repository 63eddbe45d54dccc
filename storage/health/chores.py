"""What is done once for each slot (a local date), and how it went: so that a restart repeats what was cut off and nothing that was done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from storage import textgate
from storage.database import Database
from storage.models import ChoreRow


@dataclass(frozen=True, slots=True)
class ChoreRecord:
    """How a chore went last: `status` is 'running', 'done', 'stopped' (goes on in the next slot) or 'failed', with the reason."""

    name: str
    slot: str
    started_at: datetime
    ended_at: datetime | None
    status: str
    reason: str

    def is_over(self, slot: str) -> bool:
        """Tell whether nothing is left to do in this slot. What a dead process left running is not over."""
        return self.slot == slot and self.ended_at is not None


def all_by_name(database: Database) -> dict[str, ChoreRecord]:
    """Return how each chore went last."""
    with database.read() as connection:
        return {row.name: _record(row) for row in connection.execute(select(ChoreRow).order_by(ChoreRow.name))}


def begin(database: Database, name: str, slot: str, now: datetime) -> None:
    """Note that a chore begins."""
    values = {"slot": slot, "started_at": now, "ended_at": None, "status": "running", "reason": ""}
    statement = database.dialect.insert(ChoreRow).values(name=name, **values)
    with database.write() as connection:
        connection.execute(statement.on_conflict_do_update(index_elements=[ChoreRow.name], set_=values))


def end(database: Database, name: str, status: str, reason: str, now: datetime) -> None:
    """Note how a chore ended."""
    values = {"ended_at": now, "status": status, "reason": textgate.clean(reason)}
    with database.write() as connection:
        connection.execute(update(ChoreRow).where(ChoreRow.name == name).values(**values))


def _record(row: Any) -> ChoreRecord:
    return ChoreRecord(row.name, row.slot, row.started_at, row.ended_at, row.status, row.reason)

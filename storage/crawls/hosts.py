"""What is remembered of hosts from one run to the next: when each may be asked again, the pace that suits it, failures in a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from storage import textgate
from storage.database import Database
from storage.models import HostRow


@dataclass(frozen=True, slots=True)
class HostMemory:
    """What earlier runs learned of a host.

    It must not be asked before `next_allowed_at` (aware UTC; it may have passed), for `reason`. `delay_seconds` is the pause that suited
    it, 0 when ours did; `failures` counts how often in a row it failed to answer.
    """

    host: str
    next_allowed_at: datetime
    reason: str = ""
    delay_seconds: float = 0.0
    failures: int = 0


def remembered(database: Database) -> dict[str, HostMemory]:
    """Return what is known of every host that was ever a difficult one."""
    columns = (HostRow.host, HostRow.next_allowed_at, HostRow.reason, HostRow.delay_seconds, HostRow.failures)
    with database.read() as connection:
        return {
            row.host: HostMemory(row.host, row.next_allowed_at, row.reason, row.delay_seconds or 0.0, row.failures or 0)
            for row in connection.execute(select(*columns))
        }


def next_allowed(database: Database) -> dict[str, datetime]:
    """Return for every host that ever asked for patience when it may be asked again; the time may have passed."""
    return {host: memory.next_allowed_at for host, memory in remembered(database).items()}


def defer(database: Database, host: str, until: datetime, reason: str) -> None:
    """Leave a host alone until then. Whoever asked for more patience earlier keeps it."""
    statement = database.dialect.insert(HostRow)
    given = statement.excluded
    statement = statement.on_conflict_do_update(
        index_elements=[HostRow.host],
        set_={"next_allowed_at": given.next_allowed_at, "reason": given.reason},
        where=given.next_allowed_at > HostRow.next_allowed_at,
    )
    with database.write() as connection:
        connection.execute(statement, [{"host": host.lower(), "next_allowed_at": until, "reason": textgate.clean(reason)}])


def remember(database: Database, memories: Sequence[HostMemory]) -> None:
    """Keep pace and failures of hosts. When a known one may be asked again, and why not now, is for `defer` to say and stays."""
    if not memories:
        return
    statement = database.dialect.insert(HostRow)
    given = statement.excluded
    statement = statement.on_conflict_do_update(
        index_elements=[HostRow.host], set_={"delay_seconds": given.delay_seconds, "failures": given.failures}
    )
    rows = [
        {
            "host": memory.host.lower(),
            "next_allowed_at": memory.next_allowed_at,
            "reason": textgate.clean(memory.reason),
            "delay_seconds": memory.delay_seconds,
            "failures": memory.failures,
        }
        for memory in memories
    ]
    with database.write() as connection:
        connection.execute(statement, rows)

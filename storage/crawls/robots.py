"""The robots.txt of each origin as it was last answered, kept from one run to the next until it expires.

Source: RFC 9309 section 2.4: a file should not be used for longer than 24 hours.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from storage.database import Database
from storage.models import RobotsRow


@dataclass(frozen=True, slots=True)
class StoredRobots:
    """One answer: `origin` is scheme, host and port, `body` what was read of the file, times are aware UTC."""

    origin: str
    fetched_at: datetime
    expires_at: datetime
    status: int
    body: bytes = b""


def get(database: Database, origin: str, now: datetime) -> StoredRobots | None:
    """Return the answer of an origin that may still be used; None when there is none."""
    wanted = select(RobotsRow).where(RobotsRow.origin == origin, RobotsRow.expires_at > now, RobotsRow.fetched_at <= now)
    with database.read() as connection:
        row = connection.execute(wanted).one_or_none()
    return None if row is None else StoredRobots(row.origin, row.fetched_at, row.expires_at, row.status, row.body)


def put(database: Database, answer: StoredRobots) -> None:
    """Keep an answer in the place of the one before."""
    statement = database.dialect.insert(RobotsRow)
    given = statement.excluded
    kept = {name: given[name] for name in ("fetched_at", "expires_at", "status", "body")}
    statement = statement.on_conflict_do_update(index_elements=[RobotsRow.origin], set_=kept)
    row = {
        "origin": answer.origin,
        "fetched_at": answer.fetched_at,
        "expires_at": answer.expires_at,
        "status": answer.status,
        "body": answer.body,
    }
    with database.write() as connection:
        connection.execute(statement, [row])

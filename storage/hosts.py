"""When a host may be asked again, remembered from one run to the next."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from storage import textgate
from storage.database import Database
from storage.models import HostRow


def next_allowed(database: Database) -> dict[str, datetime]:
    """Return for every host that ever asked for patience when it may be asked again; the time may have passed."""
    with database.read() as connection:
        return {row.host: row.next_allowed_at for row in connection.execute(select(HostRow.host, HostRow.next_allowed_at))}


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

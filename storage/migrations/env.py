"""Alembic's entry: upgrade through the connection that `storage.migrations` hands over, or the one a developer names with `-x db=URL`."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, NullPool, create_engine

from storage.migrations import configuration_of
from storage.models import Base


def _run(connection: Connection) -> None:
    context.configure(target_metadata=Base.metadata, **configuration_of(connection))
    context.run_migrations()


given: Connection | None = context.config.attributes.get("connection")
if given is not None:
    _run(given)
else:
    # Not through `Database.open`, which upgrades by itself: one Alembic cannot run inside another.
    with create_engine(context.get_x_argument(as_dictionary=True)["db"], poolclass=NullPool).begin() as opened:
        _run(opened)

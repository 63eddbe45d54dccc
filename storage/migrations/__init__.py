"""The schema's history, run by the program itself: nobody needs an alembic.ini to use it.

To add a migration: change `storage.models`, then, with an `alembic.ini` that says `script_location = storage/migrations`,
`alembic -x db=sqlite:///new.db revision --autogenerate -m "what it does"`; number it, set `storage.models.SCHEMA_REVISION`, and let the
contract tests compare the outcome with the models on both databases.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from storage.models import VERSION_TABLE, Base


def upgrade(connection: Connection) -> None:
    """Bring the schema up to date inside the transaction of `connection`, wholly or not at all."""
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def revisions() -> list[str]:
    """Return the revisions that this code knows, newest first."""
    return [script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()]


def configuration_of(connection: Connection) -> dict[str, Any]:
    """Return what Alembic must know of our tables: the version's name, batches for SQLite, and which tables are none of its business."""
    return {"connection": connection, "version_table": VERSION_TABLE, "render_as_batch": True, "include_name": is_ours}


def is_ours(name: str | None, kind: str, _parents: Any) -> bool:
    """Say whether a reflected object is one of the models' (not the full-text index, not another program's table)."""
    return kind != "table" or name in Base.metadata.tables


def _config() -> Config:
    config = Config()
    # The value passes through configparser, to which % is special.
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config

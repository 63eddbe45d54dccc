"""What the database remembers of the snapshots that were made of it: their names, when, where, and their addresses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from storage.database import Database
from storage.errors import SnapshotError
from storage.models import SnapshotRow
from storage.snapshots.manifest import SnapshotManifest
from storage.snapshots.tiers import Tier


@dataclass(frozen=True, slots=True)
class Registered:
    """A snapshot as the database knows it: `digest` is its address, `base` that of the one it builds upon, `folder` where it was put."""

    name: str
    digest: str
    created_at: datetime
    tier: Tier
    folder: str
    articles: int
    query: Mapping[str, Any]
    base: str | None = None


def made_as(database: Database, name: str) -> datetime | None:
    """Return when a snapshot of this name was made of this corpus; None when there is none."""
    with database.read() as connection:
        return connection.scalar(select(SnapshotRow.created_at).where(SnapshotRow.name == name))


def require_free(database: Database, name: str) -> None:
    """Refuse a name that a snapshot of this corpus has. Raises: SnapshotError."""
    taken = made_as(database, name)
    if taken is not None:
        raise SnapshotError(
            f"a snapshot {name} of this corpus was made on {taken:%Y-%m-%d}: a snapshot is never changed; choose another name"
        )


def register(database: Database, name: str, manifest: SnapshotManifest, folder: str, now: datetime) -> Registered:
    """Remember a snapshot."""
    made = Registered(name, manifest.digest, now, manifest.tier, folder, manifest.articles, manifest.query, manifest.base)
    values = {
        "name": name,
        "created_at": now,
        "digest": made.digest,
        "tier": made.tier.value,
        "folder": folder,
        "base": made.base,
        "manifest": {"articles": manifest.articles, "query": dict(manifest.query), "tables": dict(manifest.tables)},
    }
    with database.write() as connection:
        connection.execute(insert(SnapshotRow).values(values))
    return made


def registered(database: Database) -> list[Registered]:
    """Return all snapshots, the oldest first."""
    with database.read() as connection:
        rows = connection.execute(select(SnapshotRow).order_by(SnapshotRow.created_at, SnapshotRow.name)).all()
    return [
        Registered(
            row.name,
            row.digest,
            row.created_at,
            Tier(row.tier),
            row.folder,
            row.manifest.get("articles", 0),
            row.manifest.get("query", {}),
            row.base,
        )
        for row in rows
    ]

"""Sources as last synced from the catalog, when they are due, and what is remembered of their feeds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Executable, and_, bindparam, case, or_, select, update

from storage import textgate
from storage.crawls.records import FeedState
from storage.database import Database
from storage.dialects.base import DatabaseDialect
from storage.errors import NotFound
from storage.models import FeedRow, SourceRow, url_key
from storage.records import ADAPTIVE, SourceKind, SourceRecord

_FROM_CATALOG = (
    *("name", "homepage", "country", "languages", "enabled", "from_catalog", "synced_at", "agency", "kind", "state_owned"),
    "rhythm",
)
_FROM_POLL = ("etag", "last_modified", "fetched_at", "status", "items", "failures", "not_before", "skip_hours", "skip_days")

#: Statements are made once: to make one takes as long as to run it, and the scheduler asks all the time.
_ALL = select(SourceRow).order_by(SourceRow.id)
_DUE_BY = _ALL.where(or_(SourceRow.next_due_at.is_(None), SourceRow.next_due_at <= bindparam("until")))
_ONE = select(SourceRow).where(SourceRow.id == bindparam("source"))


def sync(database: Database, sources: Sequence[SourceRecord], now: datetime) -> None:
    """Write what the catalog says of these sources.

    When they are due next is ours and stays, as does an adapted interval. Others are left alone.
    """
    if not sources:
        return
    statement = database.dialect.insert(SourceRow)
    given = statement.excluded
    adapted = and_(given.rhythm == ADAPTIVE, SourceRow.rhythm == ADAPTIVE)
    changes: dict[str, Any] = {name: given[name] for name in _FROM_CATALOG}
    changes["interval_minutes"] = case((adapted, SourceRow.interval_minutes), else_=given.interval_minutes)
    statement = statement.on_conflict_do_update(index_elements=[SourceRow.id], set_=changes)
    with database.write() as connection:
        connection.execute(statement, [_row(source, now) for source in sources])


def ensure(database: Database, source: SourceRecord) -> None:
    """Add a source if it is missing; one that is there, from the catalog or not, is left as it is."""
    with database.read() as connection:
        if connection.scalar(select(SourceRow.id).where(SourceRow.id == source.id)) is not None:
            return
    with database.write() as connection:
        connection.execute(database.dialect.insert(SourceRow).on_conflict_do_nothing(), [_row(source, None)])


def get(database: Database, source_id: str) -> SourceRecord:
    """Return a source. Raises: NotFound."""
    with database.read() as connection:
        row = connection.execute(_ONE, {"source": source_id}).first()
    if row is None:
        raise NotFound(f"there is no source {source_id}", source_id=source_id)
    return _record(row)


def list_all(database: Database, due_by: datetime | None = None) -> list[SourceRecord]:
    """Return all sources by id, or those that are due by a time: also what was never scheduled, is disabled or left the catalog."""
    with database.read() as connection:
        rows = connection.execute(_ALL) if due_by is None else connection.execute(_DUE_BY, {"until": due_by})
        return [_record(row) for row in rows]


def due(database: Database, now: datetime) -> list[SourceRecord]:
    """Return the enabled sources of the catalog that are due: those never scheduled first, then the longest overdue."""
    wanted = (
        select(SourceRow)
        .where(SourceRow.enabled, SourceRow.from_catalog, or_(SourceRow.next_due_at.is_(None), SourceRow.next_due_at <= now))
        .order_by(SourceRow.next_due_at.asc().nulls_first(), SourceRow.id)
    )
    with database.read() as connection:
        return [_record(row) for row in connection.execute(wanted)]


def set_next_due(database: Database, source_id: str, at: datetime) -> None:
    """Say when a source is due next. Raises: NotFound."""
    with database.write() as connection:
        changed = update(SourceRow).where(SourceRow.id == source_id).values(next_due_at=at).returning(SourceRow.id)
        if connection.execute(changed).first() is None:
            raise NotFound(f"there is no source {source_id}", source_id=source_id)


def plan(database: Database, source_id: str, at: datetime, interval_minutes: int) -> None:
    """Say when a source is due next, and how long after now that was meant to be. Raises: NotFound."""
    values = {"next_due_at": at, "interval_minutes": max(1, interval_minutes)}
    with database.write() as connection:
        if connection.execute(update(SourceRow).where(SourceRow.id == source_id).values(**values).returning(SourceRow.id)).first() is None:
            raise NotFound(f"there is no source {source_id}", source_id=source_id)


def feed_states(database: Database, source_id: str | None = None) -> list[FeedState]:
    """Return what is remembered of the feeds of a source, or of all."""
    wanted = select(FeedRow).order_by(FeedRow.source_id, FeedRow.url)
    with database.read() as connection:
        rows = connection.execute(wanted if source_id is None else wanted.where(FeedRow.source_id == source_id))
        return [_feed_state(row) for row in rows]


def feed_state(database: Database, source_id: str, url: str) -> FeedState | None:
    """Return what is remembered of one feed; None when it was never polled."""
    with database.read() as connection:
        row = connection.execute(select(FeedRow).where(FeedRow.source_id == source_id, FeedRow.url_key == url_key(url))).first()
    return None if row is None else _feed_state(row)


def save_feed_states(database: Database, states: Sequence[FeedState]) -> None:
    """Remember how feeds answered. Raises: BadRecord for a feed of an unknown source."""
    if states:
        with database.write() as connection:
            save_feed_states_within(connection, database.dialect, states)


def save_feed_states_within(connection: Connection, dialect: DatabaseDialect, states: Sequence[FeedState]) -> None:
    """Remember how feeds answered, inside a transaction."""
    rows = [
        {
            "source_id": state.source_id,
            "url_key": url_key(state.url),
            "url": state.url,
            "etag": textgate.clean_optional(state.etag),
            "last_modified": textgate.clean_optional(state.last_modified),
            "fetched_at": state.fetched_at,
            "status": textgate.clean_optional(state.status),
            "items": state.items,
            "failures": state.failures,
            "not_before": state.not_before,
            "skip_hours": list(state.skip_hours),
            "skip_days": list(state.skip_days),
        }
        for state in states
    ]
    connection.execute(dialect.kept("feed states", lambda: _keeping_feeds(dialect)), rows)


def _keeping_feeds(dialect: DatabaseDialect) -> Executable:
    statement = dialect.insert(FeedRow)
    given = statement.excluded
    key = [FeedRow.source_id, FeedRow.url_key]
    return statement.on_conflict_do_update(index_elements=key, set_={name: given[name] for name in _FROM_POLL})


def _row(source: SourceRecord, synced_at: datetime | None) -> dict[str, Any]:
    return {
        "id": source.id,
        "name": textgate.clean(source.name),
        "homepage": textgate.clean(source.homepage),
        "country": source.country,
        "languages": list(source.languages),
        "enabled": source.enabled,
        "from_catalog": source.from_catalog,
        "interval_minutes": source.interval_minutes,
        "agency": source.agency,
        "kind": None if source.kind is None else source.kind.value,
        "state_owned": source.state_owned,
        "rhythm": source.rhythm,
        "next_due_at": source.next_due_at,
        "synced_at": synced_at,
    }


def _record(row: Any) -> SourceRecord:
    return SourceRecord(
        id=row.id,
        name=row.name,
        homepage=row.homepage,
        country=row.country,
        languages=tuple(row.languages),
        enabled=row.enabled,
        from_catalog=row.from_catalog,
        interval_minutes=row.interval_minutes,
        next_due_at=row.next_due_at,
        agency=row.agency,
        kind=SourceKind(row.kind) if row.kind else None,
        state_owned=row.state_owned,
        rhythm=row.rhythm,
    )


def _feed_state(row: Any) -> FeedState:
    return FeedState(
        source_id=row.source_id,
        url=row.url,
        etag=row.etag,
        last_modified=row.last_modified,
        fetched_at=row.fetched_at,
        status=row.status,
        items=row.items,
        failures=row.failures,
        not_before=row.not_before,
        skip_hours=tuple(row.skip_hours or ()),
        skip_days=tuple(row.skip_days or ()),
    )

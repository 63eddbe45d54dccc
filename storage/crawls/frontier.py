"""The frontier: found URLs that wait, and the memory of those that are done. It lives in the database, so that a kill loses none."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Executable, and_, bindparam, exists, func, or_, select, update

from storage import textgate
from storage.crawls.editing import Memory, edit_claimed, instant
from storage.crawls.records import FrontierEntry
from storage.crawls.visits import FOUND
from storage.database import Database
from storage.dialects.base import DatabaseDialect
from storage.errors import BadRecord, NotFound
from storage.models import ArticleRow, ArticleUrlRow, CandidateRow, RevisionRow, RunRow, SightingRow, SourceRow, url_key
from storage.records import Attempt, ChannelKind, Outcome

_CHUNK = 1_000  # URLs asked for in one statement: databases limit the parameters of one to some ten thousand
_NO_LIMIT = 2**40  # -1 says so in SQLite, NULL in PostgreSQL; no frontier holds this many

#: Statements are made once: to make one takes longer than to run it, and every poll of every feed runs most of them.
_DUE: tuple[ColumnElement[bool], ...] = (
    CandidateRow.source_id == bindparam("source"),
    CandidateRow.settled_at.is_(None),
    or_(CandidateRow.due_at.is_(None), CandidateRow.due_at <= bindparam("now")),
)
_DUE_FIRST = (
    select(CandidateRow, exists().where(ArticleUrlRow.url_key == CandidateRow.url_key).label("known"))
    .where(*_DUE)
    .order_by(CandidateRow.hinted_at.desc().nulls_last(), CandidateRow.id)
    .limit(bindparam("most"))
)
_TAKE = _DUE_FIRST.where(CandidateRow.backfill_id.is_(None))
_TAKE_OF_BACKFILL = _DUE_FIRST.where(CandidateRow.backfill_id == bindparam("backfill"))
_REMEMBERED = select(
    CandidateRow.url_key, CandidateRow.settled_at, CandidateRow.found_in, CandidateRow.hints, CandidateRow.last_outcome
).where(CandidateRow.url_key.in_(bindparam("keys", expanding=True)))
_STORED = (
    select(ArticleUrlRow.url_key, RevisionRow.fetched_at)
    .join(ArticleRow, ArticleRow.id == ArticleUrlRow.article_id)
    .join(RevisionRow, and_(RevisionRow.article_id == ArticleRow.id, RevisionRow.number == ArticleRow.current_revision))
    .where(ArticleUrlRow.url_key.in_(bindparam("keys", expanding=True)))
)
_KNOWN_SOURCES = select(SourceRow.id).where(SourceRow.id.in_(bindparam("wanted", expanding=True)))
_COUNT = (
    update(RunRow)
    .where(RunRow.id == bindparam("run"))
    .values(discovered=RunRow.discovered + bindparam("discovered_more"), known=RunRow.known + bindparam("known_more"))
    .returning(RunRow.id)
)


@dataclass(frozen=True, slots=True)
class AddedCounts:
    """What became of the candidates that a feed or file named, each counted once: `discovered` is their sum.

    `new` were never seen, `reopened` were edited since we fetched them and wait again, `waiting` waited already, `known` need no fetch.
    """

    new: int
    known: int
    reopened: int = 0
    waiting: int = 0

    @property
    def discovered(self) -> int:
        """How many different candidates were named."""
        return self.new + self.known + self.reopened + self.waiting


def add(database: Database, run_id: int, entries: Sequence[FrontierEntry], *, counted: bool = True) -> AddedCounts:
    """Put candidates into the frontier, see `add_within`."""
    with database.write() as connection:
        return add_within(connection, database.dialect, run_id, entries, counted=counted)


def add_within(
    connection: Connection, dialect: DatabaseDialect, run_id: int, entries: Sequence[FrontierEntry], *, counted: bool = True
) -> AddedCounts:
    """Put candidates into the frontier, and count them on the run unless another channel of it has named them before (`counted` False).

    A candidate that is settled is known and stays so, unless its hints claim an edit (`storage.crawls.editing`): then it is due again: so
    an edited article is fetched again. One that waits for a backfill and is named by a crawl waits for any crawl from now on; when
    another backfill names it, it waits for that one.
    Returns: what became of them. Raises: NotFound for an unknown run or source, BadRecord for hints that are not JSON-ready.
    """
    cleaned = {url_key(entry.canonical_url): entry for entry in reversed([_clean(entry) for entry in entries])}
    ordered = dict(reversed(cleaned.items()))
    _require_sources(connection, {entry.source_id for entry in entries})
    remembered = _remembered(connection, ordered)
    # an article that was stored when canonical URLs had another form is found by the address as it was found
    raw = {url_key(entry.url): key for key, entry in ordered.items() if key not in remembered}
    remembered.update({raw[key]: memory for key, memory in _stored(connection, raw).items()})
    fresh: list[dict[str, Any]] = []
    reopened: list[FrontierEntry] = []
    claimed: dict[int | None, list[str]] = {}
    waiting = 0
    for key, entry in ordered.items():
        memory = remembered.get(key)
        if memory is None:
            fresh.append(_row(key, entry))
        elif memory.settled_at is None:
            waiting += 1
            claimed.setdefault(entry.backfill_id, []).append(key)
        elif entry.backfill_id is None and edit_claimed(memory, entry.found_in, entry.hints, entry.found_at):
            reopened.append(entry)
    if fresh:
        connection.execute(dialect.kept("candidates", lambda: dialect.insert(CandidateRow)), fresh)
    for backfill_id, claims in claimed.items():
        for keys in _chunks(claims):
            of_a_backfill = update(CandidateRow).where(CandidateRow.url_key.in_(keys), CandidateRow.backfill_id.is_not(None))
            connection.execute(of_a_backfill.values(backfill_id=backfill_id))
    _reopen(connection, dialect, reopened)
    _sight(connection, dialect, run_id, ordered)
    known = len(ordered) - len(fresh) - len(reopened) - waiting
    more = {"run": run_id, "discovered_more": len(ordered) if counted else 0, "known_more": known if counted else 0}
    run = connection.execute(_COUNT, more).first()
    if run is None:
        raise NotFound(f"there is no run {run_id}")
    return AddedCounts(new=len(fresh), known=known, reopened=len(reopened), waiting=waiting)


def _sight(connection: Connection, dialect: DatabaseDialect, run_id: int, entries: Mapping[str, FrontierEntry]) -> None:
    """Remember for each candidate the first time that this kind of channel named it."""
    rows = [
        {
            "url_key": key,
            "channel": entry.channel.value,
            "source_id": entry.source_id,
            "run_id": run_id,
            "found_in": entry.found_in,
            "seen_at": entry.found_at,
            "dated_at": instant(entry.hints.get("published_at")) or instant(entry.hints.get("updated_at")),
        }
        for key, entry in entries.items()
    ]
    if rows:
        connection.execute(dialect.kept("sightings", lambda: dialect.insert(SightingRow).on_conflict_do_nothing()), rows)


def take(
    database: Database,
    source_id: str,
    *,
    limit: int | None,
    now: datetime,
    besides: Collection[str] = (),
    backfill_id: int | None = None,
) -> list[FrontierEntry]:
    """Return the candidates of a source that are due: by the publication time their feed gave, newest first, then as found.

    They stay in the frontier until `articles.save_batch` settles them. Args: also canonical URLs that are on their way already; the
    backfill whose candidates are wanted, None for those that any crawl may fetch.
    """
    most = _NO_LIMIT if limit is None else limit + len(besides)
    of_backfill = {} if backfill_id is None else {"backfill": backfill_id}
    due = _TAKE if backfill_id is None else _TAKE_OF_BACKFILL
    with database.read() as connection:
        entries = [
            FrontierEntry(
                url=row.url,
                canonical_url=row.canonical_url,
                source_id=row.source_id,
                found_in=row.found_in,
                found_at=row.found_at,
                hints=row.hints,
                attempts=row.attempts,
                channel=ChannelKind(row.channel) if row.channel else ChannelKind.FEED,
                backfill_id=row.backfill_id,
                known=row.known,
            )
            for row in connection.execute(due, {"source": source_id, "now": now, "most": most, **of_backfill})
            if row.canonical_url not in besides
        ]
    return entries[:limit]


def pending(database: Database, source_id: str, now: datetime, backfill_id: int | None = None) -> int:
    """Count the candidates of a source that are due, for any crawl or for one backfill."""
    with database.read() as connection:
        due = (*_DUE, CandidateRow.backfill_id == backfill_id)  # IS NULL for None
        wanted = select(func.count()).select_from(CandidateRow).where(*due)
        return connection.scalar(wanted, {"source": source_id, "now": now}) or 0


def known(database: Database, canonical_urls: Collection[str]) -> set[str]:
    """Return those of the URLs that need no discovery: they wait, are settled, or lead to an article."""
    by_key = {url_key(textgate.clean(url).strip()): url for url in canonical_urls}
    found: set[str] = set()
    with database.read() as connection:
        for keys in _chunks(by_key):
            for column in (CandidateRow.url_key, ArticleUrlRow.url_key):
                found.update(by_key[key] for key in connection.scalars(select(column).where(column.in_(keys))))
    return found


def settle(connection: Connection, dialect: DatabaseDialect, attempts: Sequence[tuple[Attempt, str, Outcome]]) -> None:
    """Write, inside the transaction of their results, that candidates are done, or due again at `retry_at`.

    Each attempt comes with the key of its canonical URL and its outcome. A candidate that was never in the frontier enters it settled. One
    that was not asked for, because its host has to be left alone, has not used up a try.
    """
    # A visit that did not find its article leaves the candidate as it is: it was settled when the article was stored.
    attempts = [item for item in attempts if item[0].channel is not ChannelKind.REVISIT or item[2] in FOUND]
    if not attempts:
        return
    connection.execute(
        dialect.kept("settled candidates", lambda: _settling(dialect)),
        [
            {
                "url_key": key,
                "canonical_url": attempt.canonical_url,
                "url": attempt.candidate_url,
                "source_id": attempt.source_id,
                "found_in": "",
                "found_at": attempt.fetched_at,
                "hints": {},
                "attempts": 0 if outcome is Outcome.BLOCKED and attempt.http_status is None else 1,
                "due_at": attempt.retry_at,
                "settled_at": attempt.fetched_at if attempt.retry_at is None else None,
                "last_outcome": outcome.value,
                "channel": attempt.channel.value if attempt.channel else None,
                "backfill_id": None,
            }
            for attempt, key, outcome in attempts
        ],
    )


def _settling(dialect: DatabaseDialect) -> Executable:
    statement = dialect.insert(CandidateRow)
    given = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=[CandidateRow.url_key],
        set_={
            "attempts": CandidateRow.attempts + given.attempts,
            "due_at": given.due_at,
            "settled_at": given.settled_at,
            "last_outcome": given.last_outcome,
        },
    )


def _remembered(connection: Connection, keys: Collection[str]) -> dict[str, Memory]:
    """Return what is known of candidates; of an article's other addresses when its current text was fetched."""
    memories = _stored(connection, keys)
    for chunk in _chunks(keys):
        memories.update({key: Memory(*remembered) for key, *remembered in connection.execute(_REMEMBERED, {"keys": chunk})})
    return memories


def _stored(connection: Connection, keys: Iterable[str]) -> dict[str, Memory]:
    """Return for each address that leads to an article when its current text was fetched."""
    memories: dict[str, Memory] = {}
    for chunk in _chunks(keys):
        memories.update({key: Memory(fetched_at) for key, fetched_at in connection.execute(_STORED, {"keys": chunk})})
    return memories


def _reopen(connection: Connection, dialect: DatabaseDialect, entries: Sequence[FrontierEntry]) -> None:
    """Make settled candidates due again, with what is said of them now."""
    if not entries:
        return
    statement = dialect.insert(CandidateRow)
    given = statement.excluded
    renewed = {name: given[name] for name in ("hints", "hinted_at", "attempts", "due_at", "settled_at")}
    statement = statement.on_conflict_do_update(index_elements=[CandidateRow.url_key], set_=renewed)
    connection.execute(statement, [_row(url_key(entry.canonical_url), entry) for entry in entries])


def _row(key: str, entry: FrontierEntry) -> dict[str, Any]:
    return {
        "url_key": key,
        "canonical_url": entry.canonical_url,
        "url": entry.url,
        "source_id": entry.source_id,
        "found_in": entry.found_in,
        "found_at": entry.found_at,
        "hinted_at": instant(entry.hints.get("published_at")) or instant(entry.hints.get("day_in_url")),
        "hints": entry.hints,
        "attempts": 0,
        "due_at": entry.found_at,
        "settled_at": None,
        "channel": entry.channel.value,
        "backfill_id": entry.backfill_id,
    }


def _clean(entry: FrontierEntry) -> FrontierEntry:
    """Pass an entry through the text gate."""
    url = textgate.clean(entry.url).strip()
    canonical_url = textgate.clean(entry.canonical_url).strip()
    if not url or not canonical_url:
        raise BadRecord(f"a candidate in {entry.found_in} has no URL", source_id=entry.source_id)
    found_in = textgate.clean(entry.found_in)
    return replace(entry, url=url, canonical_url=canonical_url, found_in=found_in, hints=textgate.clean_value(entry.hints))


def _require_sources(connection: Connection, wanted: Collection[str]) -> None:
    known_ids = set(connection.scalars(_KNOWN_SOURCES, {"wanted": list(wanted)}))
    for source_id in sorted(set(wanted) - known_ids):
        raise NotFound(f"there is no source {source_id}", source_id=source_id)


def _chunks(keys: Iterable[str]) -> Iterator[list[str]]:
    """Split keys into lists that fit into one statement."""
    listed = list(keys)
    for start in range(0, len(listed), _CHUNK):
        yield listed[start : start + _CHUNK]

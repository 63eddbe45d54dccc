"""SQLite: one file, write-ahead log, one writer at a time, FTS5."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, nullcontext, suppress
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from filelock import FileLock, Timeout
from sqlalchemy import (
    URL,
    BindParameter,
    ColumnElement,
    Connection,
    Engine,
    Integer,
    QueuePool,
    Subquery,
    Text,
    bindparam,
    create_engine,
    event,
    func,
    literal,
    select,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql import column, literal_column, table

from storage.dialects.base import WAIT, DatabaseDialect, Found, IndexEntry, to_json
from storage.dialects.sketches import Probe, SharingConfig, SharingRow, sharing_statement
from storage.dialects.turns import WriterTurns
from storage.errors import AlreadyLeading, BadDatabaseUrl, DatabaseUnavailable
from storage.models import JOBS_TABLE
from storage.search.places import KEY_BITS, UNIX_SECONDS
from storage.search.ranking import AllOf, AnyOf, Expression, Match, Without

_INDEX = table("article_text", column("rowid", Integer()))
# The sign keeps the planner from asking the index anew for every row of another table (SQLite manual, 'The SQLite Query Optimizer
# Overview', section 2.1: a term with unary + constrains no index).
_JOINED: ColumnElement[int] = literal_column("+article_text.rowid", Integer())

# Of a packed probe (`sharing`) the low 18 bits are the number, 32 the hash less the smallest there can be, 13 the week
# (`storage.dedup.near.LAST_WEEK`): in order of these integers the probes are in the order of the table's key. CROSS JOIN keeps them the
# outer loop (SQLite manual, 'Manual Control Of Query Plans').
_SHARING = sharing_statement(
    asked=(
        "SELECT json_extract(value, '$[0]') AS number, json_extract(value, '$[1]') AS source_id,"
        " json_extract(value, '$[2]') AS since, json_extract(value, '$[3]') AS until FROM json_each(:asked)"
    ),
    shared=(
        "SELECT p.value & 262143 AS number, s.article_id, count(*) AS hashes FROM json_each(:packed) AS p"
        " CROSS JOIN sketches AS s ON s.week = p.value >> 50 AND s.hash = (p.value >> 18 & 4294967295) - 2147483648 GROUP BY 1, 2"
    ),
)

_UNKNOWN = "SELECT t.value FROM json_each(?) AS t WHERE NOT EXISTS (SELECT 1 FROM article_text WHERE article_text MATCH t.value)"

_READ_ONCE_KIB = 16_384
_PRAGMAS = (
    "PRAGMA foreign_keys = ON",
    # What was acknowledged is on the disk, also after a power cut.
    "PRAGMA synchronous = FULL",
    # 64 MiB: the upper levels of the indexes of a million articles.
    "PRAGMA cache_size = -65536",
    # The log shrinks again after a big transaction.
    "PRAGMA journal_size_limit = 67108864",
)


class SqliteDialect(DatabaseDialect):
    """A database in one file."""

    name = "sqlite"

    def __init__(self, url: URL) -> None:
        """Take `sqlite:///path`. Raises: BadDatabaseUrl for a database in memory, a URI or options."""
        super().__init__()
        if not url.database or url.database == ":memory:":
            raise BadDatabaseUrl("a database in memory would be lost at the end: name a file, as in sqlite:///dragoman.db")
        if url.database.startswith("file:") or url.query or url.host:
            raise BadDatabaseUrl(f"{url} is not understood: say sqlite:///FILE, or sqlite:////ABSOLUTE/FILE")
        self.path = Path(url.database)
        self.label = str(self.path)
        self._turns = WriterTurns(self.path, WAIT.lock_seconds) if has_wal_reset_bug(sqlite3.sqlite_version_info) else None
        self.writer = self._engine(begin="BEGIN IMMEDIATE", turns=self._turns)
        self.reader = self._engine(begin="BEGIN", query_only=True)

    def _engine(self, *, begin: str, query_only: bool = False, turns: WriterTurns | None = None) -> Engine:
        """Make an engine whose transactions begin as we say and not as Python's driver would.

        Source: SQLAlchemy manual, 'Enabling Non-Legacy SQLite Transactional Modes with the sqlite3 driver'.
        """
        engine = create_engine(
            "sqlite+pysqlite://", creator=partial(self._connect, query_only=query_only), poolclass=QueuePool, json_serializer=to_json
        )
        if turns is not None:
            turns.guard(engine)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
        return engine

    def _connect(self, *, query_only: bool, mode: str = "rw") -> sqlite3.Connection:
        """Open the file; it must exist unless `mode` is rwc."""
        uri = f"file:{quote(str(self.path.absolute()))}?mode={mode}"
        connection = sqlite3.connect(uri, uri=True, timeout=WAIT.lock_seconds, isolation_level=None, check_same_thread=False)
        try:
            for pragma in _PRAGMAS:
                connection.execute(pragma)
            if query_only:
                connection.execute("PRAGMA query_only = ON")
            else:
                _use_write_ahead_log(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def ensure_reachable(self, *, create: bool) -> bool:
        """See the base class."""
        if self.path.is_dir():
            raise DatabaseUnavailable(f"{self.path} is a folder, not a database")
        if self.path.exists():
            return True
        if not create:
            raise DatabaseUnavailable(f"{self.path} does not exist; run dragoman crawl or ingest first")
        if not self.path.parent.is_dir():
            raise DatabaseUnavailable(f"the folder {self.path.parent} does not exist; make it first")
        try:
            with closing(self._connect(query_only=False, mode="rwc")):
                return False
        except sqlite3.Error as error:
            self.discard_created()
            raise DatabaseUnavailable(f"{self.path} cannot be created: {error}") from error

    def ensure_ours(self, connection: Connection, tables: Sequence[str]) -> None:  # noqa: ARG002 (the interface)
        """Refuse a file in which another program keeps its tables."""
        if foreign := sorted(set(tables) - {JOBS_TABLE}):
            raise DatabaseUnavailable(
                f"{self.path} is an SQLite database of another program (it has a table {foreign[0]}); name another file"
            )

    def discard_created(self) -> None:
        """Remove the file, unless another process has put a schema into it meanwhile."""
        self.close()
        with suppress(sqlite3.Error), closing(sqlite3.connect(f"file:{quote(str(self.path.absolute()))}?mode=ro", uri=True)) as connection:
            if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                return
        for suffix in ("", "-wal", "-shm", ".writer"):
            with suppress(OSError):
                Path(f"{self.path}{suffix}").unlink()

    def begin_write(self, connection: Connection) -> None:
        """Do nothing: BEGIN IMMEDIATE did it."""

    def insert(self, table: Any) -> sqlite.Insert:
        """See the base class."""
        return sqlite.insert(table)

    def add_to_index(self, connection: Connection, entries: Sequence[IndexEntry]) -> None:
        """See the base class. In the order of their places, because a smaller one after a greater makes FTS5 write what it has gathered."""
        rows = [(entry.place, entry.document) for entry in sorted(entries, key=lambda entry: entry.place)]
        connection.exec_driver_sql("INSERT INTO article_text(rowid, document) VALUES (?, ?)", rows)

    def take_from_index(self, connection: Connection, entries: Sequence[IndexEntry]) -> None:
        """See the base class. The index keeps no text, so it must be told what it forgets (SQLite manual, 'FTS5', 6.4)."""
        rows = [(entry.place, entry.document) for entry in sorted(entries, key=lambda entry: entry.place)]
        connection.exec_driver_sql("INSERT INTO article_text(article_text, rowid, document) VALUES ('delete', ?, ?)", rows)

    def asked(self, expression: BindParameter[str]) -> Found:
        """See the base class."""
        return Found(_INDEX, literal_column("article_text").op("MATCH", is_comparison=True)(expression), _INDEX.c.rowid, _JOINED)

    def written(self, expression: Expression) -> str:
        """See the base class."""
        return fts5_expression(expression)

    def among(self, column: Any, name: str) -> ColumnElement[bool]:
        """See the base class."""
        listed: ColumnElement[bool] = column.in_(select(func.json_each(bindparam(name, type_=Text())).table_valued("value").c.value))
        return listed

    @contextmanager
    def read_once(self, connection: Connection) -> Iterator[None]:
        """See the base class. A smaller cache holds the inner pages of the indexes, which is all that is met again."""
        kept = connection.exec_driver_sql("PRAGMA cache_size").scalar_one()
        connection.exec_driver_sql(f"PRAGMA cache_size = -{_READ_ONCE_KIB}")
        try:
            yield
        finally:
            connection.exec_driver_sql(f"PRAGMA cache_size = {kept}")

    def packed(self, numbers: Iterable[int]) -> str:
        """See the base class."""
        return to_json(list(numbers))

    def begin_search(self, connection: Connection) -> None:
        """Do nothing: what a planner could get wrong is said in each statement."""

    def unknown(self, connection: Connection, tokens: Collection[str]) -> set[str]:
        """See the base class. Each mention of a token is looked up in every segment of the index, whether it is there or not."""
        if not tokens:
            return set()
        asked = {fts5_expression(Match((token,))): token for token in tokens}
        return {asked[phrase] for (phrase,) in connection.exec_driver_sql(_UNKNOWN, (to_json(list(asked)),))}

    def indexed_places(self) -> Subquery:
        """See the base class."""
        return select(column("id", Integer()).label("place")).select_from(table("article_text_docsize")).subquery("indexed")

    def month(self, place: ColumnElement[int]) -> ColumnElement[str]:
        """See the base class."""
        return func.strftime("%Y-%m", place // (1 << KEY_BITS) - UNIX_SECONDS, "unixepoch", type_=Text())

    def add_sketches(self, connection: Connection, rows: Sequence[tuple[int, int, int]]) -> None:
        """See the base class. Said to the driver itself, because there are twenty rows an article."""
        connection.exec_driver_sql("INSERT OR IGNORE INTO sketches (week, hash, article_id) VALUES (?, ?, ?)", list(rows))

    def sharing(self, connection: Connection, probes: Mapping[int, Probe], worth: SharingConfig) -> Iterable[SharingRow]:
        """See the base class. A hash travels as one integer: to take a list of lists apart costs more than to look them up."""
        packed: list[int] = []
        for number, probe in probes.items():
            numbered = [value + 0x80000000 << 18 | number for value in probe.hashes]
            for week in probe.weeks:
                packed += [week << 50 | value for value in numbered]
        asked = [(number, probe.source_id, _instant(probe.since), _instant(probe.until)) for number, probe in probes.items()]
        found: Iterable[SharingRow] = connection.execute(
            _SHARING, {"packed": to_json(sorted(packed)), "asked": to_json(asked), **asdict(worth)}
        )
        return found

    def day(self, instant: Any, offset_minutes: ColumnElement[int] | None = None) -> ColumnElement[str]:
        """See the base class. Instants are kept as text in UTC, the day first: cutting is ten times as fast as reading them."""
        if offset_minutes is None:
            return func.substr(instant, 1, 10, type_=Text())
        return func.date(instant, sql_cast(offset_minutes, Text()) + literal(" minutes", Text()), type_=Text())

    def facts(self, connection: Connection) -> Mapping[str, str]:
        """See the base class."""
        version = connection.scalar(select(func.sqlite_version())) or ""
        size = sum(file.stat().st_size for file in (self.path, Path(f"{self.path}-wal")) if file.exists())
        facts = {
            "dialect": "SQLite",
            "version": version,
            "path": str(self.path.absolute()),
            "size_bytes": str(size),
            "journal_mode": str(connection.exec_driver_sql("PRAGMA journal_mode").scalar()),
        }
        if has_wal_reset_bug(tuple(int(part) for part in version.split("."))):
            facts["warning"] = (
                f"SQLite {version} has the WAL-reset bug: if two processes write and a checkpoint falls between them, a write can be lost. "
                "Dragoman lets one process write at a time, but knows nothing of other programs: let none of them write here, "
                "or use a Python with SQLite 3.51.3 or later (or 3.50.7, 3.44.6), or PostgreSQL"
            )
        return facts

    def damage(self, connection: Connection) -> list[str]:
        """See the base class."""
        lines = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check(20)")]
        damaged = [f"integrity: {line}" for line in lines if line != "ok"]
        orphans = connection.exec_driver_sql("PRAGMA foreign_key_check")
        return [*damaged, *(f"foreign key: row {row[1]} of {row[0]} names no row of {row[2]}" for row in orphans)]

    def compact(self) -> None:
        """See the base class."""
        with self.writer.begin() as transaction:
            transaction.exec_driver_sql("INSERT INTO article_text(article_text) VALUES ('optimize')")
        self.reader.dispose()
        with self._turns.turn() if self._turns else nullcontext(), closing(self.writer.raw_connection()) as connection:
            cursor = connection.cursor()
            for statement in ("VACUUM", "PRAGMA optimize", "ANALYZE", "PRAGMA wal_checkpoint(TRUNCATE)"):
                cursor.execute(statement)
            cursor.close()

    @contextmanager
    def lead(self) -> Iterator[None]:
        """Hold a lock on a file beside the database: the system gives it back when the process dies."""
        lock = FileLock(f"{self.path}.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise AlreadyLeading(f"another scheduler works on {self.path}; stop it first") from error
        except OSError as error:
            raise DatabaseUnavailable(f"{self.path}.lock cannot be written: {error.strerror}") from error
        try:
            yield
        finally:
            lock.release()


def has_wal_reset_bug(version: tuple[int, ...]) -> bool:
    """Say whether an SQLite version can lose a write to the WAL-reset bug.

    Source: SQLite release notes: 3.7.0 to 3.51.2 are affected; fixed in 3.51.3 and in the backports 3.50.7 and 3.44.6.
    """
    if version[:2] == (3, 50):
        return version < (3, 50, 7)
    if version[:2] == (3, 44):
        return version < (3, 44, 6)
    return (3, 7, 0) <= version < (3, 51, 3)


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Switch a new file to WAL, once. SQLite does not wait for a lock here, so two processes that create one file at once try again."""
    deadline = time.monotonic() + WAIT.lock_seconds
    while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _instant(at: datetime) -> str:
    """Write an instant as SQLAlchemy keeps it here (`sqlalchemy.dialects.sqlite.DATETIME`)."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def fts5_expression(expression: Expression) -> str:
    """Write an expression in FTS5's language; every token is quoted, and within quotes nothing but the quote has a meaning."""
    match expression:
        case Match(tokens, prefix):
            return '"' + " ".join(tokens).replace('"', '""') + '"' + (" *" if prefix else "")
        case AllOf(parts):
            return "(" + " AND ".join(map(fts5_expression, parts)) + ")"
        case AnyOf(parts):
            return "(" + " OR ".join(map(fts5_expression, parts)) + ")"
        case Without(wanted, unwanted):
            return f"({fts5_expression(wanted)} NOT {fts5_expression(unwanted)})"

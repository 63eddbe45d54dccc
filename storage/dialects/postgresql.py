"""PostgreSQL through psycopg 3: one writer at a time by an advisory lock, tsvector."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from typing import Any

from sqlalchemy import (
    URL,
    BigInteger,
    BindParameter,
    ColumnElement,
    Connection,
    Subquery,
    Text,
    any_,
    bindparam,
    cast,
    create_engine,
    delete,
    event,
    func,
    select,
    text,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY, TSVECTOR
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import column, table

from storage.dialects.base import WAIT, DatabaseDialect, Found, IndexEntry, to_json
from storage.dialects.sketches import Probe, SharingConfig, SharingRow, sharing_statement
from storage.errors import AlreadyLeading, BadDatabaseUrl, DatabaseUnavailable
from storage.models import VERSION_TABLE, Base
from storage.search.places import KEY_BITS, UNIX_SECONDS
from storage.search.ranking import AllOf, AnyOf, Expression, Match, Without

_INDEX = table("article_text", column("place", BigInteger()), column("document", TSVECTOR))

_SEARCH_SETTINGS = text("SELECT set_config('enable_seqscan', 'off', true), set_config('max_parallel_workers_per_gather', '0', true)")

# Advisory locks are numbers that belong to one database of the server: 'drag' in ASCII, and one more for each purpose.
_WRITER_LOCK = 0x64726167_01
_LEADER_LOCK = 0x64726167_02
_SHARING = sharing_statement(
    asked=(
        "SELECT * FROM unnest(CAST(:asked AS int[]), CAST(:sources AS text[]), CAST(:sinces AS timestamptz[]),"
        " CAST(:untils AS timestamptz[])) AS q (number, source_id, since, until)"
    ),
    shared=(
        "SELECT p.number, s.article_id, count(*) AS hashes FROM unnest(CAST(:numbers AS int[]), CAST(:weeks AS int[]),"
        " CAST(:hashes AS int[])) AS p (number, week, hash) JOIN sketches AS s ON s.week = p.week AND s.hash = p.hash GROUP BY 1, 2"
    ),
)


class PostgresqlDialect(DatabaseDialect):
    """A database on a server."""

    name = "postgresql"

    def __init__(self, url: URL) -> None:
        """Take `postgresql://…`. Raises: BadDatabaseUrl when it names no database."""
        super().__init__()
        if not url.database:
            raise BadDatabaseUrl(f"{url.render_as_string()} names no database: say postgresql://USER@HOST/NAME")
        self.label = url.set(drivername="postgresql").render_as_string(hide_password=True)
        self._leading: Connection | None = None
        self.writer = create_engine(
            url.set(drivername="postgresql+psycopg"),
            json_serializer=to_json,
            # A scheduler outlives a restart of its server.
            pool_pre_ping=True,
            connect_args={"connect_timeout": WAIT.connect_seconds, "application_name": "dragoman", "client_encoding": "utf8"},
        )
        # One snapshot for all statements of a read, as SQLite gives it.
        self.reader = self.writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

        @event.listens_for(self.writer, "connect")
        def _use_utc(connection: Any, _record: Any) -> None:
            with connection.cursor() as cursor:
                cursor.execute("SET TIME ZONE 'UTC'")
                # To compile a plan takes longer than to follow it.
                cursor.execute("SET jit = off")
            connection.commit()

    def ensure_reachable(self, *, create: bool) -> bool:  # noqa: ARG002 (the interface: a server's database is never created)
        """See the base class. A database on a server is made by whoever runs it: createdb NAME."""
        with self.reader.connect() as connection:
            encoding = connection.exec_driver_sql("SHOW server_encoding").scalar()
        if encoding != "UTF8":
            raise DatabaseUnavailable(f"{self.label} is encoded in {encoding}; create it with ENCODING 'UTF8'")
        return True

    def ensure_ours(self, connection: Connection, tables: Sequence[str]) -> None:  # noqa: ARG002 (the interface)
        """Refuse a database in which another program has a table of one of our names; any other may live beside ours."""
        ours = {*Base.metadata.tables, "article_text"}
        if taken := sorted(ours.intersection(tables)):
            raise DatabaseUnavailable(f"{self.label} already has a table {taken[0]} of another program; name another database")

    def discard_created(self) -> None:
        """Do nothing: an upgrade that fails is rolled back."""

    def begin_write(self, connection: Connection) -> None:
        """Wait until no other transaction of ours writes, so that both databases decide on what they see."""
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{WAIT.lock_seconds}s'")
        connection.execute(select(func.pg_advisory_xact_lock(_WRITER_LOCK)))

    def insert(self, table: Any) -> postgresql.Insert:
        """See the base class."""
        return postgresql.insert(table)

    def add_to_index(self, connection: Connection, entries: Sequence[IndexEntry]) -> None:
        """See the base class."""
        connection.execute(
            text("INSERT INTO article_text(place, document) VALUES (:place, CAST(:document AS tsvector))"),
            [{"place": entry.place, "document": tsvector_of(entry.document)} for entry in entries],
        )

    def take_from_index(self, connection: Connection, entries: Sequence[IndexEntry]) -> None:
        """See the base class."""
        connection.execute(delete(_INDEX).where(_INDEX.c.place.in_([entry.place for entry in entries])))

    def asked(self, expression: BindParameter[str]) -> Found:
        """See the base class."""
        # The sum keeps the planner from walking along the places and reading every document on its way, when a page is asked for in order:
        # it knows neither that most documents do not match nor what it costs to unpack one.
        return Found(_INDEX, _INDEX.c.document.bool_op("@@")(cast(expression, TSQUERY)), _INDEX.c.place + 0, _INDEX.c.place)

    def written(self, expression: Expression) -> str:
        """See the base class."""
        return _written(expression)

    def among(self, column: Any, name: str) -> ColumnElement[bool]:
        """See the base class."""
        listed: ColumnElement[bool] = column == any_(bindparam(name, type_=ARRAY(BigInteger())))
        return listed

    def packed(self, numbers: Iterable[int]) -> list[int]:
        """See the base class."""
        return list(numbers)

    def begin_search(self, connection: Connection) -> None:
        """Until the transaction ends, let no table be read from end to end where an index will do, and no process be started for help.

        The planner takes a query of many forms for one that matches half of all documents, and to unpack them for nothing. To start a
        worker takes 3 ms, longer than to find a page.
        """
        connection.execute(_SEARCH_SETTINGS)

    def unknown(self, connection: Connection, tokens: Collection[str]) -> set[str]:  # noqa: ARG002 (the interface)
        """Return none: a token that is not there costs this index one descent."""
        return set()

    def indexed_places(self) -> Subquery:
        """See the base class."""
        return select(_INDEX.c.place.label("place")).subquery("indexed")

    def month(self, place: ColumnElement[int]) -> ColumnElement[str]:
        """See the base class."""
        instant = func.to_timestamp(place // (1 << KEY_BITS) - UNIX_SECONDS)
        return func.to_char(func.timezone("UTC", instant), "YYYY-MM", type_=Text())

    def add_sketches(self, connection: Connection, rows: Sequence[tuple[int, int, int]]) -> None:
        """See the base class. One statement for all rows spares a round trip each."""
        statement = text(
            "INSERT INTO sketches (week, hash, article_id)"
            " SELECT * FROM unnest(CAST(:weeks AS int[]), CAST(:hashes AS int[]), CAST(:ids AS bigint[])) ON CONFLICT DO NOTHING"
        )
        weeks, hashes, ids = (list(column) for column in zip(*rows, strict=True))
        connection.execute(statement, {"weeks": weeks, "hashes": hashes, "ids": ids})

    def sharing(self, connection: Connection, probes: Mapping[int, Probe], worth: SharingConfig) -> Iterable[SharingRow]:
        """See the base class."""
        packed = [(number, week, value) for number, probe in probes.items() for week in probe.weeks for value in probe.hashes]
        numbers, weeks, hashes = (list(column) for column in zip(*packed, strict=True))
        found: Iterable[SharingRow] = connection.execute(
            _SHARING,
            {
                "numbers": numbers,
                "weeks": weeks,
                "hashes": hashes,
                "asked": list(probes),
                "sources": [probe.source_id for probe in probes.values()],
                "sinces": [probe.since for probe in probes.values()],
                "untils": [probe.until for probe in probes.values()],
                **asdict(worth),
            },
        )
        return found

    def day(self, instant: Any, offset_minutes: ColumnElement[int] | None = None) -> ColumnElement[str]:
        """See the base class. The offset is given, not the zone: the server's idea of a zone may be older than ours."""
        local: ColumnElement[Any] = func.timezone("UTC", instant)
        if offset_minutes is not None:
            local = local + func.make_interval(0, 0, 0, 0, 0, offset_minutes)
        return func.to_char(local, "YYYY-MM-DD", type_=Text())

    def facts(self, connection: Connection) -> Mapping[str, str]:
        """See the base class."""
        return {
            "dialect": "PostgreSQL",
            "version": str(connection.exec_driver_sql("SHOW server_version").scalar()),
            "path": self.label,
            "size_bytes": str(connection.scalar(select(func.pg_database_size(func.current_database())))),
        }

    def damage(self, connection: Connection) -> list[str]:  # noqa: ARG002 (the interface)
        """Return nothing: foreign keys are always enforced, and pg_amcheck looks for damaged pages."""
        return []

    def compact(self) -> None:
        """See the base class."""
        tables = ", ".join(sorted([*Base.metadata.tables, "article_text", VERSION_TABLE]))
        with self.writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(f"VACUUM (ANALYZE) {tables}")

    @contextmanager
    def lead(self) -> Iterator[None]:
        """Hold an advisory lock on a connection of its own: the server gives it back when the connection dies."""
        with self.writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if not connection.scalar(select(func.pg_try_advisory_lock(_LEADER_LOCK))):
                raise AlreadyLeading(f"another scheduler works on {self.label}; stop it first")
            self._leading = connection
            try:
                yield
            finally:
                self._leading = None
                if not connection.invalidated:
                    with suppress(DBAPIError):  # the lock goes with its connection
                        connection.scalar(select(func.pg_advisory_unlock(_LEADER_LOCK)))

    def ensure_leading(self) -> None:
        """See the base class. Every other connection is made anew when the server comes back, so that nothing else would tell."""
        if self._leading is not None:
            self._leading.scalar(select(1))


def _lexeme(token: str) -> str:
    """Quote a token for the text form of tsvector and tsquery."""
    return "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"


def tsvector_of(document: str) -> str:
    """Write the tokens with their positions in the text form of tsvector.

    No parser of PostgreSQL's sees them, because its idea of a word depends on the locale of the server.
    """
    positions: defaultdict[str, list[str]] = defaultdict(list)
    for position, token in enumerate(document.split(), start=1):
        positions[token].append(str(position))
    # Of one lexeme 256 positions are kept at most (PostgreSQL manual, section 12.11), which is no less than a phrase needs.
    return " ".join(f"{_lexeme(token)}:{','.join(found)}" for token, found in positions.items())


def _written(expression: Expression) -> str:
    """Write an expression in the text form of tsquery."""
    match expression:
        case Match(tokens, prefix):
            lexemes = [_lexeme(token) for token in tokens]
            return "(" + " <-> ".join(lexemes) + (":*)" if prefix else ")")
        case AllOf(parts):
            return "(" + " & ".join(map(_written, parts)) + ")"
        case AnyOf(parts):
            return "(" + " | ".join(map(_written, parts)) + ")"
        case Without(wanted, unwanted):
            return f"({_written(wanted)} & !{_written(unwanted)})"

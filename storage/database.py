"""Open a database, keep its schema right, and hand out transactions.

All reading goes through `Database.read`, all writing through `Database.write`; nothing else in the project opens a connection. What differs
between SQLite and PostgreSQL is behind `Database.dialect`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from types import TracebackType
from typing import Self

import sqlalchemy
from sqlalchemy import Connection, Engine, inspect, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, SQLAlchemyError, StatementError
from sqlalchemy.sql import column, table

from storage import integrity
from storage.dialects.base import DatabaseDialect
from storage.dialects.postgresql import PostgresqlDialect
from storage.dialects.sqlite import SqliteDialect
from storage.errors import BadDatabaseUrl, BadRecord, DatabaseUnavailable, SchemaTooNew, SchemaTooOld, StorageError
from storage.models import SCHEMA_REVISION, VERSION_TABLE, ArticleRow

_VERSION = table(VERSION_TABLE, column("version_num"))


class Database:
    """An open database. One a process; threads may share it, forked processes may not."""

    def __init__(self, dialect: DatabaseDialect) -> None:
        """Wrap a dialect; use `Database.open`."""
        self.dialect = dialect

    @classmethod
    def open(cls, url: str, *, create: bool = True) -> Self:
        """Open the database at `url`: `sqlite:///FILE` or `postgresql://USER@HOST/NAME`.

        With `create`, a missing SQLite file is made and a missing or older schema brought up to date; readers say False.
        Raises: BadDatabaseUrl, DatabaseUnavailable, SchemaTooNew, SchemaTooOld; nothing is left behind then.
        """
        dialect = _dialect(url)
        database = cls(dialect)
        try:
            with _translated(dialect.label):
                existed = dialect.ensure_reachable(create=create)
            try:
                database._ensure_schema(create=create)
            except BaseException:
                if not existed:
                    dialect.discard_created()
                raise
        except BaseException:
            dialect.close()
            raise
        return database

    def _ensure_schema(self, *, create: bool) -> None:
        """Compare the schema with the one this code knows; upgrade an older one when we may."""
        with self.read() as connection:
            found = schema_revision(connection)
            if found == SCHEMA_REVISION:
                return
            tables = inspect(connection).get_table_names()
            if found is None:
                self.dialect.ensure_ours(connection, tables)
            elif ArticleRow.__tablename__ not in tables:
                raise DatabaseUnavailable(f"{self.dialect.label} is a database of another program (schema {found}); name another one")
        # Alembic takes longer to import than a database to open, so only those who need it wait for it.
        from storage import migrations  # noqa: PLC0415

        if found is not None and found not in migrations.revisions():
            raise SchemaTooNew(
                f"{self.dialect.label} was written by a newer Dragoman (schema {found}); install that version or a later one"
            )
        if not create:
            if found is None:
                raise DatabaseUnavailable(f"{self.dialect.label} holds no articles yet; run dragoman crawl or ingest first")
            raise SchemaTooOld(f"{self.dialect.label} has schema {found}, this Dragoman needs {SCHEMA_REVISION}; run dragoman db upgrade")
        with self.write() as connection:
            migrations.upgrade(connection)

    def close(self) -> None:
        """Close all connections."""
        self.dialect.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection that cannot write and sees one state of the database until the end of the block.

        Raises: DatabaseUnavailable, or another StorageError, for whatever the database says.
        """
        with _translated(self.dialect.label), _transaction(self.dialect.reader) as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give the one connection that may write; committed at the end of the block, rolled back when it raises.

        Waits up to 30 s for another process that writes. Raises: DatabaseUnavailable, BadRecord for a value the database refuses, or
        another StorageError.
        """
        with _translated(self.dialect.label), _transaction(self.dialect.writer) as connection:
            self.dialect.begin_write(connection)
            yield connection

    def facts(self) -> Mapping[str, str]:
        """Tell what this database is: dialect, version, path, size_bytes, schema, sqlalchemy, and a `warning` where one is due."""
        with self.read() as connection:
            # First, because SQLite answers some questions from memory until it has read the file once.
            schema = schema_revision(connection) or "none"
            return {**self.dialect.facts(connection), "schema": schema, "sqlalchemy": sqlalchemy.__version__}

    def check(self) -> list[str]:
        """Look for damage and for rows that contradict each other; return one line for each problem, none when all is well."""
        with self.read() as connection:
            return [*self.dialect.damage(connection), *integrity.problems(connection, self.dialect)]

    def vacuum(self) -> None:
        """Give back unused space and renew the planner's statistics. Writers wait meanwhile."""
        with _translated(self.dialect.label):
            self.dialect.compact()

    def lead(self) -> AbstractContextManager[None]:
        """Be the one leader (scheduler) of this database inside a `with` block; a crash ends it too.

        Raises: AlreadyLeading when another process is.
        """
        return self._lead()

    def ensure_leading(self) -> None:
        """Do nothing while we are the leader that `lead` made us. Raises: DatabaseUnavailable when that is lost with its connection."""
        with _translated(self.dialect.label):
            self.dialect.ensure_leading()

    def job_store_engine(self) -> Engine:
        """Return the engine that writes, for APScheduler's job store: it keeps its table in this database, by the same rules.

        The one object of SQLAlchemy that leaves storage, because that library takes nothing else.
        """
        return self.dialect.writer

    def translated(self) -> AbstractContextManager[None]:
        """Turn what the database says inside a `with` block into errors of ours: for who uses `job_store_engine`."""
        return _translated(self.dialect.label)

    @contextmanager
    def _lead(self) -> Iterator[None]:
        with _translated(self.dialect.label), self.dialect.lead():
            yield


def schema_revision(connection: Connection) -> str | None:
    """Read the Alembic revision of a database; None when it has none of our tables."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    revision: str | None = connection.scalar(select(_VERSION.c.version_num))
    return revision


def _dialect(text: str) -> DatabaseDialect:
    """Choose by the URL."""
    try:
        url = make_url(text)
    except ArgumentError as error:
        hint = f"; did you mean sqlite:///{text}?" if text and "://" not in text else ""
        raise BadDatabaseUrl(f"{text!r} is not a database URL{hint}") from error
    if url.drivername in {"sqlite", "sqlite+pysqlite"}:
        return SqliteDialect(url)
    if url.drivername in {"postgresql", "postgresql+psycopg"}:
        return PostgresqlDialect(url)
    raise BadDatabaseUrl(f"{url.drivername} is not supported: say sqlite:///FILE or postgresql://USER@HOST/NAME")


@contextmanager
def _transaction(engine: Engine) -> Iterator[Connection]:
    """Run a block in one transaction; also a block that a generator left unfinished ends it."""
    with engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def _translated(label: str) -> Iterator[None]:
    """Turn what SQLAlchemy and its drivers raise into one line of ours."""
    try:
        yield
    except SQLAlchemyError as error:
        raise _storage_error(label, error) from error


def _storage_error(label: str, error: SQLAlchemyError) -> StorageError:
    """Sort an error of SQLAlchemy by whose mistake it is."""
    cause = error.orig if isinstance(error, StatementError) else None
    if isinstance(cause, StorageError):
        return cause
    line = " ".join(str(cause or error).split("\n", 1)[0].split())
    if isinstance(error, IntegrityError | DataError):
        return BadRecord(f"{label} refuses a record: {line}")
    if isinstance(error, DBAPIError):
        return DatabaseUnavailable(f"{label}: {line}")
    return StorageError(f"{label}: {line}")

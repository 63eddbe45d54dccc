"""Both databases: a SQLite file and a PostgreSQL server of our own, fresh for every test."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import URL, make_url

from storage import runs, sources
from storage.corpus import Corpus
from storage.database import Database
from storage.models import Base
from storage.records import RunKind
from tests.contract.builders import NOON, source

_numbers = count()
_PORTS_TRIED = 5


@dataclass(frozen=True)
class Server:
    """A PostgreSQL server: its maintenance database, and a migrated one.

    The migrated one is emptied for each test, because that is faster than making one.
    """

    url: URL
    migrated: URL

    def create(self, encoding: str = "UTF8") -> URL:
        """Make an empty database."""
        url = self.url.set(database=f"dragoman_test_{os.getpid()}_{next(_numbers)}")
        execute(self.url, f"CREATE DATABASE {url.database} TEMPLATE template0 ENCODING '{encoding}'")
        return url

    def drop(self, url: URL) -> None:
        execute(self.url, f"DROP DATABASE IF EXISTS {url.database} WITH (FORCE)")

    def empty(self) -> None:
        """Take every row out of the migrated database, and begin its numbers anew.

        TRUNCATE makes each table and index a new file, which takes twenty times as long as to delete the few rows that a test leaves.
        """
        tables = [*Base.metadata.tables, "article_text"]
        deleted = "; ".join(f"DELETE FROM {name}" for name in tables)  # noqa: S608 - our own names
        begun = "SELECT setval(format('%I.%I', schemaname, sequencename), start_value, false) FROM pg_sequences"
        try:
            # In any order: what refers to what is looked after by triggers, which a replica leaves out.
            execute(self.migrated, f"BEGIN; SET LOCAL session_replication_role = replica; {deleted}; {begun}; COMMIT")
        except psycopg.errors.InsufficientPrivilege:
            execute(self.migrated, f"TRUNCATE {', '.join(tables)} RESTART IDENTITY")


def execute(url: URL, statement: str) -> None:
    """Run a statement outside any transaction."""
    with psycopg.connect(url.set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True) as connection:
        connection.execute(statement.encode())


def _unavailable(reason: str) -> None:
    """Skip where a developer has no PostgreSQL; never where the tests are the gate."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"PostgreSQL is needed in CI: {reason}")
    pytest.skip(reason)


def _binaries() -> Path | None:
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return installed[-1].parent if installed else None


def _started(binaries: Path, folder: Path) -> URL:
    """Make and start a throw-away cluster in `folder`. The server refuses to run as root, so root hands it to another user."""
    as_user: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]
    data = folder / "data"
    initialise = [
        *as_user,
        str(binaries / "initdb"),
        "-D",
        str(data),
        "-U",
        "dragoman",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C",
        "--no-sync",
    ]
    subprocess.run(initialise, check=True, capture_output=True, cwd=folder)  # noqa: S603 - our own arguments
    careless = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off"
    log = folder / "log"
    for _ in range(_PORTS_TRIED):
        port = _free_port()
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} {careless}"
        start = [*as_user, str(binaries / "pg_ctl"), "-D", str(data), "-w", "-t", "100", "-l", str(log), "-o", options, "start"]
        # Not captured: the server would keep the pipe open for ever.
        done = subprocess.run(start, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)  # noqa: S603 - our own arguments
        if done.returncode == 0:
            return URL.create("postgresql", "dragoman", host="127.0.0.1", port=port, database="postgres")
    pytest.fail(f"PostgreSQL does not start: {log.read_text(encoding='utf-8', errors='replace')}")


def _free_port() -> int:
    """Return a port that is free now; another program may be faster to take it, so whoever wants it tries again."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _stop(binaries: Path, folder: Path) -> None:
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    stop = [*as_user, str(binaries / "pg_ctl"), "-D", str(folder / "data"), "-m", "immediate", "stop"]
    subprocess.run(stop, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)  # noqa: S603 - our own arguments


def _migrated(url: URL) -> Iterator[Server]:
    server = Server(url, Server(url, url).create())
    try:
        Database.open(server.migrated.render_as_string(hide_password=False)).close()
        yield server
    finally:
        server.drop(server.migrated)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """Give the server that DRAGOMAN_TEST_POSTGRES names, else one of our own."""
    if given := os.environ.get("DRAGOMAN_TEST_POSTGRES"):
        yield from _migrated(make_url(given))
        return
    binaries = _binaries()
    if binaries is None:
        _unavailable("PostgreSQL is not installed and DRAGOMAN_TEST_POSTGRES is not set")
        raise AssertionError
    with tempfile.TemporaryDirectory(prefix="dragoman-pg-", ignore_cleanup_errors=True) as name:
        url = _started(binaries, Path(name))
        try:
            yield from _migrated(url)
        finally:
            _stop(binaries, Path(name))


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a migrated SQLite database to copy."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    Database.open(f"sqlite:///{path}").close()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """Say on which of the two databases a test runs."""
    return str(request.param)


@pytest.fixture
def empty_url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the URL of a database without any table; of SQLite not even the file is there."""
    if kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server: Server = request.getfixturevalue("postgresql")
    made = server.create()
    yield made.render_as_string(hide_password=False)
    server.drop(made)


@pytest.fixture
def url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the URL of a fresh database with our schema."""
    if kind == "sqlite":
        return f"sqlite:///{shutil.copy(request.getfixturevalue('migrated_file'), tmp_path / 'fresh.db')}"
    server: Server = request.getfixturevalue("postgresql")
    server.empty()
    return server.migrated.render_as_string(hide_password=False)


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """Open a fresh database with the sources 'courier' and 'herald'."""
    with Database.open(url) as opened:
        sources.sync(opened, [source("courier"), source("herald")], NOON)
        yield opened


@pytest.fixture
def run_id(database: Database) -> int:
    """Start a run over files, for any source."""
    return runs.start(database, RunKind.INGEST, None, NOON)


@pytest.fixture
def corpus(database: Database) -> Corpus:
    """Give the read side of `database`."""
    return Corpus(database)

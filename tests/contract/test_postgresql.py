"""What only a PostgreSQL server can get wrong."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from crawler.demo.server import DemoSite
from storage import runs
from storage.database import Database
from storage.errors import AlreadyLeading, DatabaseUnavailable
from storage.records import RunStatus
from tests.contract.conftest import Server, execute


def opened(url: URL) -> Database:
    return Database.open(url.render_as_string(hide_password=False))


def test_database_in_another_encoding_is_refused(postgresql: Server) -> None:
    url = postgresql.create("SQL_ASCII")
    try:
        with pytest.raises(DatabaseUnavailable, match="is encoded in SQL_ASCII; create it with ENCODING 'UTF8'"):
            opened(url)
    finally:
        postgresql.drop(url)


def test_table_of_another_program_is_never_taken_over(postgresql: Server) -> None:
    url = postgresql.create()
    try:
        execute(url, "CREATE TABLE articles (id INTEGER)")
        with pytest.raises(DatabaseUnavailable, match="already has a table articles of another program"):
            opened(url)
        execute(url, "ALTER TABLE articles RENAME TO neighbours")
        with opened(url) as database:
            assert database.check() == []
    finally:
        postgresql.drop(url)


def test_missing_database_is_one_line_that_names_it(postgresql: Server) -> None:
    with pytest.raises(DatabaseUnavailable, match=r"^[^\n]*nowhere[^\n]*does not exist[^\n]*$"):
        opened(postgresql.url.set(database="nowhere"))


def test_leader_whose_connection_died_is_told_though_all_others_are_made_anew(postgresql: Server) -> None:
    """As after a restart of the server while nothing was asked of it: another scheduler may lead by now."""
    with opened(postgresql.migrated) as database, database.lead():
        database.ensure_leading()
        others = (
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'dragoman' AND datname = current_database()"
        )
        execute(postgresql.migrated, others)
        assert database.check() == []
        with pytest.raises(DatabaseUnavailable, match=r"^postgresql://[^\n]*$"):
            database.ensure_leading()
        with opened(postgresql.migrated) as next_one, next_one.lead():
            next_one.ensure_leading()


def test_scheduler_crawls_alone_and_ends_when_told(postgresql: Server, tmp_path: Path) -> None:
    """`tests/e2e/test_schedule.py` is on SQLite; here is what depends on the server."""
    postgresql.empty()
    url, log = postgresql.migrated.render_as_string(hide_password=False), tmp_path / "log"

    def said(event: str) -> bool:
        return f'"event": "{event}"' in log.read_text(encoding="utf-8")

    with DemoSite(tmp_path / "catalog"), opened(postgresql.migrated) as database, log.open("wb") as file:
        for path in (tmp_path / "catalog").rglob("*.yml"):
            if path.stem != "hashaar":
                path.unlink()
        words = ["schedule", "--catalog", "catalog", "--db", url, "--log-format", "json", "--allow-private-hosts", "--delay", "0.02"]
        clean = {name: value for name, value in os.environ.items() if not name.startswith("DRAGOMAN_")}
        running = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "cli", *words], cwd=tmp_path, stdout=file, stderr=file, env=clean | {"PYTHONWARNINGS": ""}
        )
        try:
            deadline = time.monotonic() + 60
            while not said("crawl ended"):
                assert time.monotonic() < deadline, log.read_text(encoding="utf-8")
                time.sleep(0.1)
            with pytest.raises(AlreadyLeading), database.lead():
                pass
        finally:
            stopped = time.monotonic()
            running.send_signal(signal.SIGTERM)
            code = running.wait(60)
        assert (code, said("stopped")) == (0, True), log.read_text(encoding="utf-8")
        assert time.monotonic() - stopped < 30
        with database.lead():
            run = runs.latest_by_source(database)["hashaar"]
        assert (run.status, run.outcomes != {}) == (RunStatus.FINISHED, True)

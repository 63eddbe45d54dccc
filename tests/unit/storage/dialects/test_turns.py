"""One writer at a time, across processes, where SQLite cannot be trusted with two."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from filelock import FileLock, Timeout
from sqlalchemy import text

from storage.crawls import hosts
from storage.database import Database
from storage.dialects import sqlite
from storage.dialects.turns import WriterTurns
from storage.errors import DatabaseUnavailable

UNTIL = datetime(2026, 10, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _affected(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every version of SQLite count as one that loses writes."""
    monkeypatch.setattr(sqlite, "has_wal_reset_bug", lambda _version: True)


def is_free(path: Path) -> bool:
    lock = FileLock(f"{path}.writer", timeout=0, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        return False
    lock.release()
    return True


def test_writer_holds_the_turn_until_its_connection_is_given_back(tmp_path: Path) -> None:
    path = tmp_path / "test.db"
    with Database.open(f"sqlite:///{path}") as database:
        assert is_free(path)
        with database.write() as connection:
            connection.execute(text("SELECT 1"))
            assert not is_free(path)
        assert is_free(path)
        with database.read():
            assert is_free(path)
        hosts.defer(database, "tigris.example", UNTIL, "asked")
        assert hosts.next_allowed(database) == {"tigris.example": UNTIL}
        database.vacuum()
        assert is_free(path)


def test_turn_is_given_back_when_the_transaction_fails(tmp_path: Path) -> None:
    path = tmp_path / "test.db"
    with Database.open(f"sqlite:///{path}") as database:
        with pytest.raises(DatabaseUnavailable), database.write() as connection:
            connection.execute(text("SELECT nothing FROM nowhere"))
        assert is_free(path)


def test_writer_that_waits_too_long_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "test.db"
    with Database.open(f"sqlite:///{path}") as database, FileLock(f"{path}.writer", thread_local=False):
        monkeypatch.setattr(database.dialect._turns, "_wait_seconds", 0.1)  # type: ignore[attr-defined]
        with pytest.raises(DatabaseUnavailable, match="another process has been writing"):
            hosts.defer(database, "tigris.example", UNTIL, "asked")


def test_turn_of_a_killed_process_is_free_again(tmp_path: Path) -> None:
    path = tmp_path / "test.db"
    script = f"""
import os, signal
from pathlib import Path
from storage.dialects.turns import WriterTurns
with WriterTurns(Path({str(path)!r}), 1).turn():
    os.kill(os.getpid(), signal.SIGKILL)
"""
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == -9  # noqa: S603
    with WriterTurns(path, 0).turn():
        assert not is_free(path)


def test_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailable, match="cannot be written"), WriterTurns(tmp_path / ("x" * 300), 0).turn():
        pass

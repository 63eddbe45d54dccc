"""What only a SQLite file can get wrong."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import event, text

from storage.database import Database
from storage.dialects.sqlite import SqliteDialect, has_wal_reset_bug
from storage.errors import BadDatabaseUrl, DatabaseUnavailable, StorageError


def foreign_database(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE bookmarks (id INTEGER)")
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("sqlite://", "in memory"),
        ("sqlite:///:memory:", "in memory"),
        ("sqlite:///file:x.db?uri=true", "say sqlite:///FILE"),
        ("sqlite:///x.db?mode=ro", "say sqlite:///FILE"),
        ("sqlite://x.db", "in memory"),
        ("x.db", "did you mean sqlite:///x.db"),
        ("", "is not a database URL"),
        ("://", "is not a database URL"),
        ("mysql://localhost/x", "mysql is not supported"),
        ("sqlite+aiosqlite:///x.db", "is not supported"),
        ("postgresql://localhost", "names no database"),
        ("postgresql+asyncpg://localhost/x", "is not supported"),
    ],
)
def test_url_that_cannot_be_understood_is_one_line_with_a_way_out(url: str, says: str) -> None:
    with pytest.raises(BadDatabaseUrl, match=says) as caught:
        Database.open(url)
    assert "\n" not in str(caught.value)


def test_password_is_never_shown() -> None:
    with pytest.raises(DatabaseUnavailable) as caught:
        Database.open("postgresql://user:secret@127.0.0.1:1/x")
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_file_in_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailable, match=r"the folder .* does not exist"):
        Database.open(f"sqlite:///{tmp_path}/nowhere/x.db")


def test_folder_is_not_a_database(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailable, match="is a folder"):
        Database.open(f"sqlite:///{tmp_path}")


def test_missing_file_is_not_made_by_a_reader(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailable, match=r"does not exist; run dragoman crawl or ingest first"):
        Database.open(f"sqlite:///{tmp_path}/x.db", create=False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder in which nobody can write")
def test_file_that_cannot_be_made_is_one_line() -> None:
    with pytest.raises(DatabaseUnavailable, match=r"^/proc/x.db cannot be created: [^\n]+$"):
        Database.open("sqlite:////proc/x.db")


@pytest.mark.parametrize("create", [True, False])
def test_file_of_another_kind_is_refused_and_left_alone(tmp_path: Path, create: bool) -> None:
    path = tmp_path / "x.db"
    path.write_bytes(b"not a database at all, but long enough to look like one" * 40)
    before = path.read_bytes()

    with pytest.raises(DatabaseUnavailable, match="file is not a database"):
        Database.open(f"sqlite:///{path}", create=create)
    assert path.read_bytes() == before
    assert {found.name for found in tmp_path.iterdir()} - {"x.db.writer"} == {"x.db"}


@pytest.mark.parametrize("create", [True, False])
def test_database_of_another_program_is_refused_and_left_alone(tmp_path: Path, create: bool) -> None:
    path = tmp_path / "x.db"
    foreign_database(path)
    before = path.read_bytes()

    with pytest.raises(DatabaseUnavailable, match=r"of another program .*bookmarks"):
        Database.open(f"sqlite:///{path}", create=create)
    assert path.read_bytes() == before
    assert {found.name for found in tmp_path.iterdir()} - {"x.db.writer"} == {"x.db"}


def test_empty_file_becomes_a_database(tmp_path: Path) -> None:
    (tmp_path / "x.db").touch()
    with Database.open(f"sqlite:///{tmp_path}/x.db") as database:
        assert database.check() == []


def test_path_with_odd_characters_is_a_path(tmp_path: Path) -> None:
    folder = tmp_path / "50% of #1? ملف"
    folder.mkdir()
    with Database.open(f"sqlite:///{folder}/x y.db".replace("?", "%3F")) as database:
        assert Path(database.facts()["path"]).exists()


def test_processes_that_create_one_file_at_once_all_get_it(tmp_path: Path) -> None:
    program = "import sys; from storage.database import Database as D\nwith D.open(sys.argv[1]) as d: print(d.check())"
    command = [sys.executable, "-c", program, f"sqlite:///{tmp_path}/x.db"]
    creators = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(4)]  # noqa: S603 - ours

    assert [(*creator.communicate(), creator.returncode) for creator in creators] == [("[]\n", "", 0)] * 4


def test_switch_to_the_write_ahead_log_waits_for_others(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")  # lets others read, and so get as far as the switch
    release = threading.Timer(0.2, other.execute, ["COMMIT"])
    release.start()
    try:
        with Database.open(f"sqlite:///{path}") as database:
            assert database.facts()["journal_mode"] == "wal"
    finally:
        release.join()
        other.close()


def test_failed_creation_does_not_remove_what_another_process_made_meanwhile(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    with Database.open(f"sqlite:///{path}") as database:
        database.dialect.discard_created()
        assert path.exists()


def test_closed_database_is_one_file(tmp_path: Path) -> None:
    with Database.open(f"sqlite:///{tmp_path}/x.db") as database:
        assert database.facts()["journal_mode"] == "wal"
        with database.write() as connection:
            connection.execute(text("DELETE FROM hosts"))
    assert {found.name for found in tmp_path.iterdir()} - {"x.db.writer"} == {"x.db"}


def test_settings_hold_on_every_connection(tmp_path: Path) -> None:
    wanted = {"foreign_keys": 1, "synchronous": 2, "busy_timeout": 30_000}
    with Database.open(f"sqlite:///{tmp_path}/x.db") as database:
        with database.read() as connection:
            assert {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in wanted} == wanted
            assert connection.exec_driver_sql("PRAGMA query_only").scalar() == 1
        with database.write() as connection:
            assert {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in wanted} == wanted


def test_writer_never_begins_deferred_and_upgrades_later(tmp_path: Path) -> None:
    sent: list[str] = []
    with Database.open(f"sqlite:///{tmp_path}/x.db") as database:

        @event.listens_for(database.dialect.writer, "checkout")
        def _trace(connection: sqlite3.Connection, *_rest: object) -> None:
            connection.set_trace_callback(sent.append)

        with database.write() as connection:
            connection.execute(text("SELECT count(*) FROM hosts"))
            connection.execute(text("DELETE FROM hosts"))
        with Database.open(f"sqlite:///{tmp_path}/x.db") as other, database.write() as connection:
            connection.execute(text("SELECT count(*) FROM hosts"))
            writer = sqlite3.connect(tmp_path / "x.db", timeout=0, isolation_level=None)
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                writer.execute("BEGIN IMMEDIATE")
            writer.close()
            with other.read() as reading:
                assert reading.execute(text("SELECT count(*) FROM hosts")).scalar() == 0

    begins = [statement for statement in sent if statement.startswith("BEGIN")]
    assert begins == ["BEGIN IMMEDIATE", "BEGIN IMMEDIATE"]
    assert sent.index("BEGIN IMMEDIATE") < sent.index("SELECT count(*) FROM hosts") < sent.index("DELETE FROM hosts") < sent.index("COMMIT")


def test_damaged_file_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    rows = [{"host": f"{number}.example", "reason": "x" * 200} for number in range(2_000)]
    with Database.open(f"sqlite:///{path}") as database, database.write() as connection:
        values = "VALUES (:host, '2026-03-01 12:00:00.000000', :reason)"
        connection.execute(text(f"INSERT INTO hosts (host, next_allowed_at, reason) {values}"), rows)
    broken = bytearray(path.read_bytes())
    broken[-40_000:-20_000] = b"\x99" * 20_000
    path.write_bytes(broken)

    with Database.open(f"sqlite:///{path}", create=False) as database:
        try:
            found = database.check()
        except DatabaseUnavailable as error:
            found = [str(error)]
    assert found


def test_orphan_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    Database.open(f"sqlite:///{path}").close()
    connection = sqlite3.connect(path)
    connection.execute("INSERT INTO feeds (source_id, url_key, url, failures) VALUES ('nobody', 'k', 'u', 0)")
    connection.commit()
    connection.close()

    with Database.open(f"sqlite:///{path}", create=False) as database:
        assert any("feeds names no row of sources" in line for line in database.check())


def test_lock_file_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    with Database.open(f"sqlite:///{path}") as database:
        Path(f"{path}.lock").mkdir()
        with pytest.raises(StorageError, match=r"x\.db\.lock"), database.lead():
            pass
        shutil.rmtree(f"{path}.lock")


@pytest.mark.parametrize(
    ("version", "affected"),
    [
        ("3.6.23", False),
        ("3.7.0", True),
        ("3.40.1", True),
        ("3.44.5", True),
        ("3.44.6", False),
        ("3.45.0", True),
        ("3.50.6", True),
        ("3.50.7", False),
        ("3.51.2", True),
        ("3.51.3", False),
        ("3.52.0", False),
    ],
)
def test_versions_with_the_wal_reset_bug_are_known(version: str, affected: bool) -> None:
    assert has_wal_reset_bug(tuple(int(part) for part in version.split("."))) is affected


def test_affected_version_is_warned_of(tmp_path: Path) -> None:
    with Database.open(f"sqlite:///{tmp_path}/x.db") as database:
        facts = database.facts()
    assert ("warning" in facts) is has_wal_reset_bug(sqlite3.sqlite_version_info)
    assert isinstance(database.dialect, SqliteDialect)

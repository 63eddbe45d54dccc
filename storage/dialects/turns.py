"""One writer at a time on a database file, across processes: for versions of SQLite that cannot be trusted with two.

SQLite 3.7.0 to 3.51.2 can lose a write when one connection resets the write-ahead log while another writes. `BEGIN IMMEDIATE` does not
prevent it, because the checkpoint at the end of a commit is not inside the transaction. A lock on a file beside the database is, from
before the transaction begins until after its connection is given back; the system frees it when the process dies.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, event

from storage.errors import DatabaseUnavailable

_LOCK = "writer_lock"  # where a pooled connection keeps the lock it holds


class WriterTurns:
    """Hand out the turn to write a database file."""

    def __init__(self, path: Path, wait_seconds: float) -> None:
        """Take the database file, and how long a writer waits for its turn."""
        self.lock_path = Path(f"{path}.writer")
        self._label = str(path)
        self._wait_seconds = wait_seconds
        self._spare: list[FileLock] = []  # free ones: to make one takes as long as to lock it

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Be the only writer inside a `with` block. Raises: DatabaseUnavailable when the others do not come to an end."""
        lock = self._acquire()
        try:
            yield
        finally:
            self._give_back(lock)

    def guard(self, engine: Engine) -> None:
        """Let every transaction of an engine wait for its turn. To be called before other listeners for 'begin'."""
        event.listen(engine, "begin", self._begin)
        event.listen(engine, "checkin", self._checkin)

    def _acquire(self) -> FileLock:
        try:
            lock = self._spare.pop()
        except IndexError:
            lock = FileLock(self.lock_path, thread_local=False)
        try:
            lock.acquire(timeout=self._wait_seconds)
        except Timeout as error:
            raise DatabaseUnavailable(f"{self._label}: another process has been writing for {self._wait_seconds:g} s") from error
        except OSError as error:
            raise DatabaseUnavailable(f"{self.lock_path} cannot be written: {error.strerror}") from error
        return lock

    def _begin(self, connection: Connection) -> None:
        if _LOCK not in connection.info:
            connection.info[_LOCK] = self._acquire()

    def _checkin(self, _connection: Any, record: Any) -> None:
        lock: FileLock | None = record.info.pop(_LOCK, None)
        if lock is not None:
            self._give_back(lock)

    def _give_back(self, lock: FileLock) -> None:
        lock.release()
        self._spare.append(lock)

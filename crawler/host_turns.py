"""One crawl at a time asks a host: turns, kept by file locks, among all crawls that one user runs on this machine.

Crawls with different databases know nothing of each other, yet the server sees one visitor. So each exchange, from before the connection to
the last byte, is made under the lock of its host, and the locked file says when the last exchange ended, how long a pause was promised, and
whether the server asked to be left alone; whoever is next keeps to it. The system frees the locks of a process that dies.

Two locks make it fair: who wants the turn holds `next` until it is had, so a crawl that has just had its turn lines up behind one that
waits. Within one process, Scrapy's download slot keeps the order. Waiting is to ask again after a short sleep, never in the reactor's way.

Source: flock(2).
"""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import json
import os
import random
import re
import stat
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from crawler.errors import CrawlerError

LOCK_DIRECTORY_VARIABLE = "DRAGOMAN_LOCK_DIR"
_MAX_RECORD_BYTES = 1000


@dataclass(frozen=True, slots=True)
class TurnConfig:
    """How a turn is waited for.

    `poll_seconds`: sleeps between two tries grow from the first to the second: after an exchange, a pause follows in which the one who is
    next gets the lock in good time, so a fifth of a second costs nobody anything. `clock_seconds`: how far in the future an end may lie
    before it is called a clock that was set back.
    """

    poll_seconds: tuple[float, float] = (0.005, 0.2)
    growth: float = 1.5
    clock_seconds: float = 1.0


TURNS = TurnConfig()


class TurnGivenUp(Exception):
    """The crawl ends; nobody waits any longer."""


@dataclass(frozen=True, slots=True)
class LastContact:
    """What the crawl that had the turn before says of its exchange.

    `ended_at` and `quiet_until` are seconds since 1970; `ended_at` is None when that crawl died in the middle. `pause_seconds` is what it
    would have kept; until `quiet_until` the server asked not to be asked, for the reason given.
    """

    ended_at: float | None = None
    pause_seconds: float = 0.0
    quiet_until: float = 0.0
    reason: str = ""


def lock_directory() -> Path:
    """Return the folder of the locks, made if it is missing.

    It is $DRAGOMAN_LOCK_DIR, else `dragoman/host-turns` in the cache of the user's home, else, where no home can be written, in the folder
    for temporary files. Neither XDG_CACHE_HOME nor TMPDIR decides while there is a home: both differ between a session and cron.
    Raises: CrawlerError for a folder that is not ours alone, or cannot be made.
    """
    named = os.environ.get(LOCK_DIRECTORY_VARIABLE)
    if named:
        return _own_directory(Path(named))
    try:
        return _own_directory(Path.home() / ".cache" / "dragoman" / "host-turns")
    except (CrawlerError, RuntimeError):
        return _own_directory(Path(tempfile.gettempdir()) / f"dragoman-{os.getuid()}")


def _own_directory(path: Path) -> Path:
    advice = f"name another folder in {LOCK_DIRECTORY_VARIABLE}"
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = path.lstat()
        usable = os.access(path, os.W_OK | os.X_OK)
    except OSError as error:
        raise CrawlerError(f"the folder of the host locks, {path}, cannot be made ({error.strerror}); {advice}") from error
    if not stat.S_ISDIR(found.st_mode):
        raise CrawlerError(f"{path}, where the host locks go, is no folder of its own; {advice}")
    if found.st_uid != os.getuid():
        raise CrawlerError(f"the folder of the host locks, {path}, belongs to another user; {advice}")
    if found.st_mode & 0o022 or not usable:
        raise CrawlerError(f"the folder of the host locks, {path}, must be writable by its owner alone (chmod 700), or {advice}")
    return path


class HostTurns:
    """Give out turns on hosts, in a folder that all crawls of the user share."""

    def __init__(self, directory: Path, config: TurnConfig = TURNS, now: Callable[[], float] = time.time) -> None:
        """Take the folder (see `lock_directory`), how to wait, and the clock that the crawls have in common."""
        self._directory = directory
        self._config = config
        self._now = now

    async def take(self, host: str, pause_seconds: float, stopped: Callable[[], bool] = lambda: False) -> Turn:
        """Wait for the turn on a host, and for the end of the pause after the last exchange, whichever crawl made it.

        Args: the host name; the pause that we keep after an exchange (the one that was promised last counts too); a question asked while
        waiting: does the crawl end?
        Returns: the turn, taken; `leave` it. When the server asked to be left alone, the turn comes at once, for `last` to be looked at.
        Raises: TurnGivenUp.
        """
        path = self._directory / _file_name(host)
        following = await self._locked(path.with_suffix(".next"), stopped)
        try:
            turn = Turn(await self._locked(path.with_suffix(".turn"), stopped), self._now)
        finally:
            os.close(following)
        try:
            await self._pause(turn, pause_seconds, stopped)
        except BaseException:
            turn.give_back()
            raise
        return turn

    async def _pause(self, turn: Turn, pause_seconds: float, stopped: Callable[[], bool]) -> None:
        last, now = turn.last, self._now()
        if last is None or last.quiet_until > now:
            return
        pause = max(pause_seconds, last.pause_seconds)
        # of a crawl that died in the middle, nobody knows when its exchange ended: at the latest now
        ended = now if last.ended_at is None or last.ended_at > now + self._config.clock_seconds else last.ended_at
        while (left := ended + pause - self._now()) > 0:
            await _sleep(min(left, self._config.poll_seconds[1]), stopped)

    async def _locked(self, path: Path, stopped: Callable[[], bool]) -> int:
        """Open a file and lock it, waiting as long as it takes; closing it gives the lock back."""
        sleep, longest = self._config.poll_seconds
        while True:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
            try:
                while not _try_lock(descriptor):
                    await _sleep(sleep * random.uniform(0.5, 1.0), stopped)  # noqa: S311 - so that two do not ask in step
                    sleep = min(sleep * self._config.growth, longest)
                if _still_there(descriptor, path):
                    return descriptor
            except BaseException:
                os.close(descriptor)
                raise
            os.close(descriptor)  # somebody cleans up temporary files: a lock on a file without a name keeps nobody out


async def _sleep(seconds: float, stopped: Callable[[], bool]) -> None:
    if stopped():
        raise TurnGivenUp
    await asyncio.sleep(seconds)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _still_there(descriptor: int, path: Path) -> bool:
    mine = os.fstat(descriptor)
    try:
        named = path.stat(follow_symlinks=False)
    except FileNotFoundError:
        return False
    return (mine.st_dev, mine.st_ino) == (named.st_dev, named.st_ino)


def _file_name(host: str) -> str:
    """Name the file of a host: readable, and never two hosts in one."""
    host = host.lower().removesuffix(".")
    readable = re.sub(r"[^a-z0-9-]", "_", host)[:60]
    return f"{readable}-{hashlib.sha256(host.encode()).hexdigest()[:16]}"


class Turn:
    """The turn on one host, held until it is left. `last` is the contact before, None for a host that was never asked."""

    def __init__(self, descriptor: int, now: Callable[[], float]) -> None:
        """Take a locked, open file, and read what it says."""
        self._descriptor = descriptor
        self._now = now
        self.last = _read(descriptor)

    def begin(self, pause_seconds: float) -> None:
        """Note that an exchange begins, for whoever comes after us if we die in it."""
        self._write(LastContact(None, pause_seconds))

    def leave(self, pause_seconds: float, quiet_until: float = 0.0, reason: str = "") -> None:
        """Note that the exchange is over, what pause is to follow, and until when the server wants peace; then free the host."""
        self._write(LastContact(self._now(), pause_seconds, quiet_until, reason))
        self.give_back()

    def give_back(self) -> None:
        """Free the host without having asked it anything."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _write(self, contact: LastContact) -> None:
        record = {
            "ended_at": contact.ended_at,
            "pause_seconds": contact.pause_seconds,
            "quiet_until": contact.quiet_until,
            "reason": contact.reason[:100],
        }
        data = json.dumps(record).encode()
        os.pwrite(self._descriptor, data, 0)
        os.ftruncate(self._descriptor, len(data))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.give_back()


def _read(descriptor: int) -> LastContact | None:
    data = os.pread(descriptor, _MAX_RECORD_BYTES, 0)
    if not data:
        return None
    try:
        record: dict[str, Any] = json.loads(data)
        ended_at = record["ended_at"]
        return LastContact(
            None if ended_at is None else float(ended_at),
            float(record["pause_seconds"]),
            float(record["quiet_until"]),
            str(record["reason"]),
        )
    except (ValueError, KeyError, TypeError):
        return LastContact()  # torn, or not ours: somebody was here, and we do not know when

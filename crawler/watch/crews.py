"""Crews: the child processes that crawl and do chores. What crashes, leaks or hangs there leaves the scheduler alone.

A crew is on a leash: it holds the reading end of a pipe, and ends in good order when the scheduler at the other end is no more, however
that died. So no crawl of yesterday stands in the way of the next scheduler.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import IO

STOP_SECONDS = 25.0  # for a crew to end by itself after a signal, before it is killed
_LEASH = "DRAGOMAN_LEASH"  # set in a crew: its standard input ends with the scheduler


@dataclass(frozen=True, slots=True)
class CrawlCommand:
    """How a crawl process is started: the database, the catalog and the options handed through, to crawls and to backfills."""

    db: str
    catalog: Path | None
    options: tuple[str, ...] = ()
    backfill_options: tuple[str, ...] = ()

    def arguments(self, source_ids: Sequence[str], *, probe: bool = False) -> list[str]:
        """Return the command line that crawls these sources; as a probe, their channels and a page each."""
        catalog = ("--catalog", str(self.catalog)) if self.catalog else ()
        limit = (f"--limit={len(source_ids)}",) if probe else ()
        return command("crawl", "--db", self.db, *catalog, *self.options, *limit, "--", *source_ids)


def command(*words: str) -> list[str]:
    """Return the command line of `dragoman WORDS…`. `-P` keeps a `cli.py` in the working folder from being run instead."""
    return [sys.executable, "-P", "-m", "cli", *words]


@dataclass(slots=True)
class Crew:
    """One child process at work: on which sources, or on which chore; since when (monotonic seconds) and until when at most."""

    process: subprocess.Popen[bytes]
    source_ids: tuple[str, ...]
    chore: str | None
    started: float
    limit_seconds: float | None
    said: list[str] = field(default_factory=list)
    output: IO[bytes] | None = None
    told_to_stop: float | None = None
    over_limit: bool = False

    def watch(self, now: float) -> None:
        """Stop what is over its limit, and kill what does not stop."""
        if self.told_to_stop is not None:
            if now - self.told_to_stop > STOP_SECONDS:
                self.process.kill()
        elif self.limit_seconds is not None and now - self.started > self.limit_seconds:
            self.over_limit = True
            self.stop(now)

    def stop(self, now: float) -> None:
        """Ask it to end in good order. Not by SIGINT: what was started in the background of a shell ignores it."""
        if self.told_to_stop is None:
            self.told_to_stop = now
            self.process.terminate()

    def printed(self) -> bytes:
        """Return what it printed on stdout, once it has ended."""
        if self.output is None:
            return b""
        self.output.seek(0)
        return self.output.read()


class Crews:
    """The crews that are at work, at most so many at a time."""

    def __init__(self, most: int, wake: Callable[[], None], say: Callable[[str], None]) -> None:
        """Take how many, who is to be woken when one has ended, and who hears the lines that they write on stderr."""
        self.most = most
        self.at_work: list[Crew] = []
        self._wake, self._say = wake, say

    def start(
        self,
        arguments: Sequence[str],
        source_ids: Sequence[str] = (),
        *,
        chore: str | None = None,
        limit: timedelta | None = None,
        output: IO[bytes] | None = None,
    ) -> Crew:
        """Start a crew on sources or on a chore, with a limit of time; `output` takes what it prints."""
        process = subprocess.Popen(  # noqa: S603 - our own program, no shell
            list(arguments),
            stdin=subprocess.PIPE,
            stdout=output or subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=os.environ | {_LEASH: "1"},
            start_new_session=True,
        )
        seconds = limit.total_seconds() if limit is not None else None
        crew = Crew(process, tuple(source_ids), chore, time.monotonic(), seconds, output=output)
        self.at_work.append(crew)
        threading.Thread(target=self._listen, args=(crew,), daemon=True, name=f"crew-{process.pid}").start()
        return crew

    def _listen(self, crew: Crew) -> None:
        if crew.process.stderr is None:  # it was opened above
            raise AssertionError
        for line in crew.process.stderr:
            text = line.decode("utf-8", "replace").rstrip()
            if text:
                crew.said = [*crew.said[-4:], text]
                self._say(text)
        crew.process.wait()
        self._wake()

    def ended(self) -> list[Crew]:
        """Watch the limits, and return the crews that have ended since the last call."""
        now = time.monotonic()
        over = [crew for crew in self.at_work if crew.process.poll() is not None]
        for crew in over:
            self.at_work.remove(crew)
            for pipe in (crew.process.stdin, crew.process.stderr):
                if pipe is not None:
                    with contextlib.suppress(OSError):
                        pipe.close()
        for crew in self.at_work:
            crew.watch(now)
        return over

    def stop_all(self) -> None:
        """Ask every crew to end."""
        now = time.monotonic()
        for crew in self.at_work:
            crew.stop(now)

    @property
    def busy(self) -> frozenset[str]:
        """Return the sources that are being crawled."""
        return frozenset(source_id for crew in self.at_work for source_id in crew.source_ids)

    def crawling(self) -> int:
        """Count the crews that crawl."""
        return sum(1 for crew in self.at_work if crew.chore is None)


def hold_leash() -> None:
    """End this process in good order when the scheduler that started it is no more; does nothing where none has."""
    if os.environ.pop(_LEASH, None):
        threading.Thread(target=_wait_for_the_end, daemon=True, name="leash").start()


def _wait_for_the_end() -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(STOP_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)

"""Run the project's programs in processes of their own, without loading the libraries anew for each of them.

A test of a command is about what it prints, stores, asks for and survives, seldom about how Python starts; but most of the time of such a
test went into starting it. So the programs are forked from a process that has the libraries loaded (`tests.preloaded`), one for each worker
of pytest-xdist. What is forked is a whole process: it can be killed, and has its own session, folder, environment and files. Tests that are
about how a program starts, and those that stand for all the others, say `fresh=True` or start it with `subprocess` themselves.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

_ROOT = Path(__file__).parents[1]
_servers: list[tuple[socket.socket, subprocess.Popen[bytes]]] = []


class Command:
    """A program at work, with what of `subprocess.Popen` the tests use; what it prints goes to files, so that it never waits for us."""

    def __init__(self, words: Sequence[str], module: str, cwd: Path | None, env: Mapping[str, str] | None, stdin: str) -> None:
        """Start it."""
        self.returncode: int | None = None
        self._printed: list[str] = []
        self._files = [_unnamed_file() for _ in range(3)]
        os.pwrite(self._files[0], stdin.encode(), 0)
        told, tell = os.pipe()
        self._status, out = os.pipe()
        job = {"module": module, "words": list(words), "cwd": str(cwd or Path.cwd()), "env": dict(os.environ if env is None else env)}
        socket.send_fds(_server(), [b"x"], [told, *self._files, out])
        os.close(told)
        os.close(out)
        with os.fdopen(tell, "w", encoding="utf-8") as file:
            json.dump(job, file)
        self.pid = self._read_number()

    def poll(self) -> int | None:
        """Return the return code, or None while it runs."""
        if self.returncode is None and select.select([self._status], [], [], 0)[0]:
            self.returncode = self._read_number()
            os.close(self._status)
            for descriptor in self._files:
                with os.fdopen(descriptor, encoding="utf-8") as file:
                    file.seek(0)
                    self._printed.append(file.read())
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end. Raises: TimeoutExpired, and it still runs."""
        if self.returncode is None and not select.select([self._status], [], [], timeout)[0]:
            raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0)
        code = self.poll()
        assert code is not None
        return code

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """Wait for its end and return what it printed to stdout and stderr."""
        self.wait(timeout)
        _, stdout, stderr = self._printed
        return stdout, stderr

    def send_signal(self, number: signal.Signals) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def strike(self, number: signal.Signals) -> None:
        """Send a signal from another thread than the one that waits for it."""
        os.kill(self.pid, number)

    def __del__(self) -> None:
        """End what a failed test has left running, so that no other test sees it."""
        if self.returncode is None and hasattr(self, "pid"):
            self.kill()
            self.wait(10)

    def _read_number(self) -> int:
        digits = b""
        while not digits.endswith(b"\n"):
            read = os.read(self._status, 1)
            assert read, "the process from which programs are forked is gone"
            digits += read
        return int(digits)


def start(
    words: Sequence[str], *, module: str = "cli", cwd: Path | None = None, env: Mapping[str, str] | None = None, stdin: str = ""
) -> Command:
    """Start `dragoman WORDS…`, or another module as a program, and return at once."""
    return Command(words, module, cwd, env, stdin)


def run(
    words: Sequence[str],
    *,
    module: str = "cli",
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdin: str = "",
    timeout: float = 100,
    fresh: bool = False,
) -> subprocess.CompletedProcess[str]:
    """Run `dragoman WORDS…`, or another module as a program, to its end.

    Args: the words; the module; the folder and the environment (default: ours); what it is given to read; after how many seconds it is
    killed; whether in a new interpreter, which takes about a second more, and two more for a crawl.
    Raises: TimeoutExpired.
    """
    if fresh:
        command = [sys.executable, "-m", module, *words]
        return subprocess.run(  # noqa: S603 - our own program
            command, cwd=cwd, env=env, input=stdin, capture_output=True, encoding="utf-8", timeout=timeout, check=False
        )
    command_running = start(words, module=module, cwd=cwd, env=env, stdin=stdin)
    try:
        stdout, stderr = command_running.communicate(timeout)
    except BaseException:
        command_running.kill()
        command_running.communicate()
        raise
    return subprocess.CompletedProcess([module, *words], command_running.wait(), stdout, stderr)


def stop() -> None:
    """End the process from which programs are forked."""
    while _servers:
        ours, process = _servers.pop()
        ours.close()
        process.wait(60)


def _unnamed_file() -> int:
    """Return the descriptor of a file that is gone when nobody has it open; a descriptor and no file, as failed tests leave some open."""
    descriptor, name = tempfile.mkstemp()
    Path(name).unlink()
    return descriptor


def _server() -> socket.socket:
    if not _servers:
        ours, theirs = socket.socketpair()
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("DRAGOMAN_", "COLUMNS"))}
        command = [sys.executable, "-m", "tests.preloaded", str(theirs.fileno())]
        process = subprocess.Popen(  # noqa: S603 - our own program
            command,
            cwd=_ROOT,
            env=clean | {"PYTHONWARNINGS": ""},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
        )
        theirs.close()
        _servers.append((ours, process))
    return _servers[0][0]

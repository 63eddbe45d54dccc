"""Whose run is it, and does that process still live? So that a crawl that was killed does not stand in the way of the next.

A holder is written `<host>:<process id>:<start of the process, in seconds since 1970>`: the start tells a process from a later namesake.
"""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from datetime import datetime, timedelta

import psutil


@dataclass(frozen=True, slots=True)
class HolderConfig:
    """When a run of another machine, whose processes cannot be seen from here, is taken for dead: no honest crawl lasts longer."""

    unseen: timedelta = timedelta(hours=12)


CONFIG = HolderConfig()
_START_TOLERANCE_SECONDS = 2.0  # the clock of the system may have been set since


def present() -> str:
    """Return the holder that stands for this process."""
    return f"{socket.gethostname()}:{os.getpid()}:{psutil.Process().create_time():.0f}"


def is_alive(holder: str | None, started_at: datetime, now: datetime, config: HolderConfig = CONFIG) -> bool:
    """Say whether the process behind a run lives.

    Args: the holder of the run (None: written before holders were); when the run started; the present.
    """
    host, _, rest = (holder or "").rpartition(":")[0].rpartition(":")
    pid, start = rest, (holder or "").rpartition(":")[2]
    if not host or not pid.isdecimal() or not start.isdecimal():
        return False
    if host != socket.gethostname():
        return now - started_at < config.unseen
    try:
        return abs(psutil.Process(int(pid)).create_time() - int(start)) <= _START_TOLERANCE_SECONDS
    except psutil.NoSuchProcess:
        return False
    except psutil.Error:
        return True  # it is there, and somebody else's

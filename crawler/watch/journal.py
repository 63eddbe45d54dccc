"""The journal: what the scheduler says of its own work on stderr, as lines for people or as one JSON object a line for programs."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TextIO

from storage.terminal import plain, visible


class LogFormat(StrEnum):
    """How the journal is written."""

    TEXT = "text"
    JSON = "json"


class Level(StrEnum):
    """How much it matters."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(slots=True)
class Journal:
    """Where events are written, one line each; several threads may write."""

    form: LogFormat = LogFormat.TEXT
    stream: TextIO = field(default_factory=lambda: sys.stderr)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def say(self, event: str, message: str, level: Level = Level.INFO, **fields: Any) -> None:
        """Write one event: its name (a few fixed words, for programs), a message for people, and facts."""
        now = datetime.now(UTC)
        line = _json(now, event, message, level, fields) if self.form is LogFormat.JSON else _text(now, message, level)
        with self._lock:
            self.stream.write(line + "\n")
            self.stream.flush()


def _json(now: datetime, event: str, message: str, level: Level, fields: Mapping[str, Any]) -> str:
    facts = {"at": now.isoformat(timespec="milliseconds"), "level": level.value, "event": event, "message": message}
    return json.dumps(facts | plain(fields), ensure_ascii=False, default=str)


def _text(now: datetime, message: str, level: Level) -> str:
    mark = "" if level is Level.INFO else f"{level.value}: "
    return f"{now.strftime('%Y-%m-%d %H:%M:%S')} {mark}{visible(message, limit=1000)}"

"""JSON Lines: one JSON object a line, UTF-8, unknown is null."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, BinaryIO, ClassVar

from storage.export.columns import dump_json


class JsonlWriter:
    """Writes one line an article."""

    notes: ClassVar[tuple[str, ...]] = ("Times are ISO 8601 with zone; lists are arrays; an unknown value is null.",)

    def __init__(self, stream: BinaryIO) -> None:
        """Keep the stream."""
        self._stream = stream

    def write(self, row: Mapping[str, Any]) -> None:
        """Write a line."""
        plain = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}
        self._stream.write(f"{dump_json(plain)}\n".encode())

    def finish(self) -> None:
        """Need nothing more."""

    def abandon(self) -> None:
        """Hold nothing."""

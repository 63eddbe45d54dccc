"""Read input files record by record: WARC (`.warc`, `.warc.gz`) and JSON lines (`.jsonl`, `.jsonl.gz`).

Files are streamed; memory does not grow with them. A file that ends in the middle gives every record that is whole, and then says so.

Source: ISO 28500:2017 (WARC 1.1) for the record types.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from crawler.encodings import MAX_BODY_BYTES
from crawler.errors import InputError

MAX_LINE_BYTES = 32 * 1024 * 1024  # a JSON line longer than this is no article
_STEP_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ArchivedResponse:
    """One HTTP response of a WARC as it came over the wire: `body` still has its encodings, and is cut after `MAX_BODY_BYTES` + 1."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    fetched_at: datetime


@dataclass(frozen=True, slots=True)
class JsonRow:
    """One object of a JSON-lines file, with the number of its line (from 1)."""

    line: int
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class BadRecord:
    """A record that cannot be used: where it stands, and why."""

    where: str
    reason: str


Record = ArchivedResponse | JsonRow | BadRecord
Progress = Callable[[int], None]


def open_archive(path: Path) -> Callable[[Progress], Iterator[Record]]:
    """Check that a file can be read and return what iterates over its records.

    Args: a file whose name ends in .warc, .warc.gz, .jsonl or .jsonl.gz.
    Returns: a function from a progress callback (bytes of the file read so far) to the records.
    Raises: InputError, now, when the file is missing, unreadable or of another kind; and from the iterator, when the file turns out to be
        damaged or to end in the middle of a record. The records before that have been given.
    """
    name = path.name.lower()
    if path.is_dir():
        raise InputError(f"{path} is a folder; name the files in it")
    try:
        with path.open("rb") as file:
            head = file.read(4)
    except OSError as error:
        raise InputError(f"{path}: {os.strerror(error.errno or 0)}") from error
    if name.endswith((".warc", ".warc.gz")):
        if not head:
            raise InputError(f"{path} is empty")
        if not head.startswith((b"\x1f\x8b", b"WARC")):
            raise InputError(f"{path} is not a WARC file")
        return lambda progress: _read_warc(path, progress)
    if name.endswith((".jsonl", ".jsonl.gz")):
        return lambda progress: _read_json_lines(path, progress, packed=head.startswith(b"\x1f\x8b"))
    raise InputError(f"{path}: unknown kind of file; .warc, .warc.gz, .jsonl and .jsonl.gz are read")


class _TruncationAware(ArchiveIterator):  # type: ignore[misc] # warcio has no types
    """Notice, before the reader is let go, whether the last gzip member was whole: warcio ends there in silence."""

    truncated = False

    def close(self) -> None:
        decompressor = self.reader.decompressor if self.reader else None
        if decompressor is not None and not decompressor.eof:
            self.truncated = True
        super().close()


def _read_warc(path: Path, progress: Progress) -> Iterator[Record]:
    count = 0
    try:
        with path.open("rb") as file:
            archive = _TruncationAware(file)
            for record in archive:
                if record.rec_type == "response":
                    found, whole = _response(record)
                    if not whole:
                        raise InputError(f"{path} ends in the middle of a record: {count} whole responses were read")
                    count += 1
                    yield found
                progress(file.tell())
            if archive.truncated:
                raise InputError(f"{path} ends in the middle of a record: {count} whole responses were read")
    except (ArchiveLoadFailed, zlib.error, EOFError) as error:
        detail = " ".join(str(error).split())
        raise InputError(f"{path} is damaged: {count} whole responses were read before it ({detail:.120})") from error
    except OSError as error:
        raise InputError(f"{path}: {os.strerror(error.errno or 0)}") from error


def _response(record: Any) -> tuple[Record, bool]:
    """Return a response, and whether the file holds all of it."""
    url = record.rec_headers.get_header("WARC-Target-URI") or ""
    stated = record.rec_headers.get_header("WARC-Date") or ""
    body = _read_at_most(record.raw_stream, MAX_BODY_BYTES + 1)
    while record.raw_stream.read(_STEP_BYTES):
        pass  # what is past the limit is only measured
    whole = getattr(record.raw_stream, "limit", 0) == 0
    where = record.rec_headers.get_header("WARC-Record-ID") or url
    http = record.http_headers
    if http is None:
        return BadRecord(where, "a response without HTTP headers"), whole
    try:
        fetched_at = datetime.fromisoformat(stated).astimezone(UTC)
    except ValueError:
        return BadRecord(where, f"its WARC-Date {stated!r:.40} is not a time"), whole
    code = http.get_statuscode()
    headers = {name.lower(): value for name, value in http.headers}
    return ArchivedResponse(url.strip("<>"), int(code) if code.isdecimal() else 0, headers, body, fetched_at), whole


def _read_at_most(stream: IO[bytes], size: int) -> bytes:
    pieces: list[bytes] = []
    while size > 0 and (piece := stream.read(min(size, _STEP_BYTES))):
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def _read_json_lines(path: Path, progress: Progress, *, packed: bool) -> Iterator[Record]:
    number = 0
    try:
        with path.open("rb") as file:
            stream: IO[bytes] = io.BufferedReader(gzip.GzipFile(fileobj=file)) if packed else file
            while line := stream.readline(MAX_LINE_BYTES + 1):
                number += 1
                if len(line) > MAX_LINE_BYTES:
                    raise InputError(f"{path}:{number} is longer than {MAX_LINE_BYTES // 2**20} MiB, so it is no line of JSON")
                if line.strip():
                    yield _row(path, number, line)
                progress(file.tell())
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError(f"{path} is damaged or ends too early: {number} whole lines were read") from error
    except OSError as error:
        raise InputError(f"{path}: {os.strerror(error.errno or 0)}") from error


def _row(path: Path, number: int, line: bytes) -> Record:
    where = f"{path.name}:{number}"
    try:
        data = json.loads(line)
    except UnicodeDecodeError:
        return BadRecord(where, "not UTF-8")
    except json.JSONDecodeError as error:
        return BadRecord(where, f"not JSON ({error.msg} at character {error.pos})")
    except RecursionError:
        return BadRecord(where, "not JSON that can be read (nested too deeply)")
    if not isinstance(data, dict):
        return BadRecord(where, "not a JSON object")
    return JsonRow(number, data)

"""Read one record of a WARC file at a known place: its headers, or all of it."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from storage.records import ArchivePlace


@dataclass(frozen=True, slots=True)
class RecordHead:
    """What the headers of a record say. `http` are the headers of the HTTP answer in it, lower-case names, the last value of each."""

    place: ArchivePlace
    kind: str
    record_id: str
    url: str
    date: str
    digest: str = ""
    status: int = 0
    http: Mapping[str, str] = field(default_factory=dict)


def read_head(folder: Path, place: ArchivePlace) -> RecordHead | None:
    """Return the headers of the record at a place, or None when there is none that can be read."""
    found = read_record(folder, place, 0)
    return found[0] if found else None


def read_record(folder: Path, place: ArchivePlace, limit_bytes: int) -> tuple[RecordHead, bytes] | None:
    """Return the headers of the record at a place and at most `limit_bytes` of its HTTP body, content encoding kept.

    Returns None when the file or the record is not there, or cannot be read.
    """
    try:
        with (folder / place.file).open("rb") as file:
            file.seek(place.offset)
            for record in ArchiveIterator(file, no_record_parse=True):
                # Bytes that begin in the middle of a record may look like one; every record has an id (ISO 28500, section 5.2).
                known = record.rec_headers is not None and record.rec_headers.get_header("WARC-Record-ID")
                return _head_and_body(record, place, limit_bytes) if known else None
    except (OSError, ArchiveLoadFailed, zlib.error, EOFError):
        return None
    return None


def _head_and_body(record: Any, place: ArchivePlace, limit_bytes: int) -> tuple[RecordHead, bytes]:
    block = bytearray()
    body_at = -1
    while body_at < 0 or len(block) - body_at < limit_bytes:
        piece = record.raw_stream.read(64 * 1024)
        if not piece:
            break
        block += piece
        if body_at < 0 and (end := block.find(b"\r\n\r\n")) >= 0:
            body_at = end + 4
    head = bytes(block[:body_at]) if body_at >= 0 else b""
    status, http = parse_http_head(head)
    named = {name.lower(): value for name, value in record.rec_headers.headers}
    found = RecordHead(
        place,
        str(record.rec_type),
        named.get("warc-record-id", ""),
        named.get("warc-target-uri", "").strip("<>"),
        named.get("warc-date", ""),
        named.get("warc-payload-digest", ""),
        status,
        http,
    )
    return found, bytes(block[body_at : body_at + limit_bytes]) if body_at >= 0 else b""


def parse_http_head(head: bytes) -> tuple[int, dict[str, str]]:
    """Read the status (0 when there is none) and the headers of an HTTP answer as `crawler.warc.writer` writes them."""
    first, *lines = head.decode("latin-1").split("\r\n")
    words = first.split(" ", 2)
    status = int(words[1]) if len(words) > 1 and words[1].isdecimal() else 0
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(": ")
        if colon:
            headers[name.lower()] = value
    return status, headers

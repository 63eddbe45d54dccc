"""Copy the archived records of a selection: the pages as the servers sent them, of every version that was archived, into one WARC file.

Records are copied byte by byte as the gzip members that they are, so that their digests still hold; before them stands a new `warcinfo`.
`dragoman ingest` reads the file like any other WARC.

Source: ISO 28500:2017 (WARC 1.1); RFC 1952 (gzip members).
"""

from __future__ import annotations

import gzip
import uuid
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Connection, select

from storage.corpus import Corpus
from storage.models import RevisionRow
from storage.records import ArchivePlace
from storage.search.records import ArticleFilter, Weight

_STEP_BYTES = 1024 * 1024


@dataclass(slots=True)
class Copied:
    """What came of a copy: records written, versions that were never archived, records that are not where they should be."""

    records: int = 0
    not_archived: int = 0
    missing: int = 0
    first_missing: str = ""


def copy_records(
    corpus: Corpus, wanted: ArticleFilter, weight: Weight, folder: Path, stream: BinaryIO, *, software: str, now: datetime
) -> Iterator[Copied]:
    """Write the records of a selection from the archives in `folder`; yield how far it is, after each page of articles."""
    copied = Copied()
    stream.write(_warcinfo(software, now))
    written: set[ArchivePlace] = set()
    with corpus.pages(wanted, weight) as (connection, pages):
        for ids in pages:
            for place in _places(connection, ids):
                if place is None:
                    copied.not_archived += 1
                elif place in written:
                    continue
                elif _copy(folder, place, stream):
                    written.add(place)
                    copied.records += 1
                else:
                    copied.missing += 1
                    copied.first_missing = copied.first_missing or f"byte {place.offset:,} of {folder / place.file}"
            yield copied
    yield copied


def _places(connection: Connection, ids: Sequence[int]) -> list[ArchivePlace | None]:
    wanted = select(RevisionRow.article_id, RevisionRow.fetched_at, RevisionRow.archive_file, RevisionRow.archive_offset)
    rows = connection.execute(wanted.where(RevisionRow.article_id.in_(ids))).all()
    order = {article_id: place for place, article_id in enumerate(ids)}
    ranked = sorted(rows, key=lambda row: (order[row.article_id], row.fetched_at))
    return [None if row.archive_file is None else ArchivePlace(row.archive_file, row.archive_offset or 0) for row in ranked]


def _copy(folder: Path, place: ArchivePlace, stream: BinaryIO) -> bool:
    """Copy the gzip member at a place; False when there is none that is whole."""
    try:
        with (folder / Path(place.file).name).open("rb") as archive:
            archive.seek(place.offset)
            if archive.read(2) != b"\x1f\x8b":
                return False
            archive.seek(place.offset)
            length = _member_length(archive)
            archive.seek(place.offset)
            while length:
                piece = archive.read(min(length, _STEP_BYTES))
                stream.write(piece)
                length -= len(piece)
    except (FileNotFoundError, zlib.error, EOFError):
        return False
    return True


def _member_length(archive: BinaryIO) -> int:
    """Return how many bytes the gzip member takes that begins here. Raises: EOFError when it is cut off, zlib.error when it is none."""
    reader, length = zlib.decompressobj(wbits=31), 0
    while not reader.eof:
        piece = archive.read(_STEP_BYTES)
        if not piece:
            raise EOFError
        length += len(piece)
        packed = piece
        while packed and not reader.eof:
            reader.decompress(packed, _STEP_BYTES)  # a megabyte at a time, however well it is packed
            packed = reader.unconsumed_tail
    return length - len(reader.unused_data)


def _warcinfo(software: str, now: datetime) -> bytes:
    """Return the record that says what the file is."""
    fields = f"software: {software}\r\nformat: WARC File Format 1.1\r\ndescription: archived pages of a selection of articles\r\n"
    block = fields.encode()
    identity = uuid.uuid5(uuid.NAMESPACE_URL, f"{software} {now.isoformat()}")
    head = (
        "WARC/1.1\r\nWARC-Type: warcinfo\r\n"
        f"WARC-Record-ID: <urn:uuid:{identity}>\r\nWARC-Date: {now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}\r\n"
        f"Content-Type: application/warc-fields\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return gzip.compress(head.encode() + block + b"\r\n\r\n", 6, mtime=0)

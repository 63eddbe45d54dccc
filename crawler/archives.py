"""Read input files record by record: WARC (`.warc`, `.warc.gz`), JSON (`.json`), JSON lines (`.jsonl`, `.jsonl.gz`), and other kinds.

The others are lists of stories (`.csv`, see `crawler.peers`) and folders of snapshots.

Files are streamed; memory does not grow with them. A file that ends in the middle gives every record that is whole, and then says so.
An archive of our own crawls (see `crawler.warc.notes`) gives the answers to candidates, in the order in which the crawl stored them;
of any other WARC every response is given as it stands there.

Source: ISO 28500:2017 (WARC 1.1) for the record types.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from crawler.encodings import MAX_BODY_BYTES
from crawler.errors import InputError
from crawler.peers import Story, is_story_list, story_of
from crawler.warc import notes as candidate_notes
from crawler.warc.heads import read_record
from crawler.warc.notes import CandidateNote
from storage.errors import SnapshotError
from storage.snapshots.restoring import StoredBeside, StoredVersion, check_restorable, restored

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
class ArchivedVisit:
    """What answered a candidate of a crawl of ours, with its note: `body` still has its content encoding; a 304 has none."""

    note: CandidateNote
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def response(self) -> ArchivedResponse:
        """The answer without its note."""
        return ArchivedResponse(self.note.url, self.status, self.headers, self.body, self.note.written.fetched_at)


@dataclass(frozen=True, slots=True)
class SetAside:
    """How many answers of a file of ours were no candidate's: feeds, sitemaps, robots.txt, redirects, pages that were never stored.

    Below zero where the file notes candidates whose answers stand in the file before it.
    """

    answers: int


@dataclass(frozen=True, slots=True)
class JsonRow:
    """One object of a JSON-lines file, with the number of its line (from 1)."""

    line: int
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class NamedStory:
    """A story that a list names and that is still to be fetched: where it stands in which file, and what is said of it."""

    where: str
    story: Story


@dataclass(frozen=True, slots=True)
class BadRecord:
    """A record that cannot be used: where it stands, and why."""

    where: str
    reason: str


Record = ArchivedResponse | ArchivedVisit | JsonRow | NamedStory | StoredVersion | StoredBeside | BadRecord | SetAside
Progress = Callable[[int], None]


def open_archive(path: Path) -> Callable[[Progress], Iterator[Record]]:
    """Check that a file can be read and return what iterates over its records.

    Args: a file whose name ends in .warc, .warc.gz, .json, .jsonl, .jsonl.gz or .csv, or the folder of a snapshot.
    Returns: a function from a progress callback (bytes of the file read so far) to the records.
    Raises: InputError, now, when the file is missing, unreadable or of another kind; and from the iterator, when the file turns out to be
        damaged or to end in the middle of a record. The records before that have been given.
    """
    name = path.name.lower()
    if path.is_dir():
        return _open_snapshot(path)
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
    if name.endswith(".json"):
        return lambda progress: _read_json(path, progress)
    if name.endswith(".csv"):
        _check_story_list(path)
        return lambda progress: _read_story_list(path, progress)
    raise InputError(f"{path}: unknown kind of file; .warc, .warc.gz, .json, .jsonl, .jsonl.gz, .csv and snapshots are read")


def _open_snapshot(path: Path) -> Callable[[Progress], Iterator[Record]]:
    if not (path / "manifest.sha256").is_file():
        raise InputError(f"{path} is a folder and no snapshot; name the files in it")
    try:
        check_restorable(path)
    except SnapshotError as error:
        raise InputError(str(error)) from error
    return lambda _progress: restored(path)


def _read_json(path: Path, progress: Progress) -> Iterator[Record]:
    """Read a file that is one object, or a list of objects, however long."""
    decoder, number, buffer, ended = json.JSONDecoder(), 0, "", False
    step = _STEP_BYTES
    try:
        with path.open("rb") as raw, io.TextIOWrapper(raw, encoding="utf-8-sig") as file:
            while True:
                buffer = buffer.lstrip(" \t\r\n,") if number else buffer.lstrip(" \t\r\n[,")
                if buffer[:1] == "]" or (not buffer and ended):
                    return
                data, end, fault = _decoded(decoder, buffer)
                if fault or (end == len(buffer) and not ended):  # a number or a word may go on
                    if ended:
                        raise InputError(f"{path} is damaged or ends too early: {number} whole objects were read ({fault})")
                    if len(buffer) > MAX_LINE_BYTES:
                        raise InputError(f"{path}: an object is longer than {MAX_LINE_BYTES // 2**20} MiB, so it is no article")
                    piece = file.read(step)
                    step = max(_STEP_BYTES, len(buffer))  # each try begins anew, so twice as much is read
                    ended = not piece
                    buffer += piece
                    continue
                buffer, number = buffer[end:], number + 1
                yield JsonRow(number, data) if isinstance(data, dict) else BadRecord(f"{path.name}:{number}", "not a JSON object")
                progress(raw.tell())
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8: {number} whole objects were read") from error
    except RecursionError as error:
        raise InputError(f"{path} is nested too deeply: {number} whole objects were read") from error
    except OSError as error:
        raise InputError(f"{path}: {os.strerror(error.errno or 0)}") from error


def _decoded(decoder: json.JSONDecoder, text: str) -> tuple[Any, int, str]:
    """Read the value that a text begins with; return it, where it ends, and what was wrong."""
    try:
        data, end = decoder.raw_decode(text)
    except json.JSONDecodeError as error:
        return None, 0, error.msg
    return data, end, ""


def _check_story_list(path: Path) -> None:
    """Refuse a CSV that is no list of stories. Raises: InputError."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            columns = next(csv.reader(file), [])
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path} is no CSV in UTF-8") from error
    if not is_story_list(columns):
        raise InputError(f"{path}: unknown columns; a list of stories of Media Cloud has url, publish_date, title and media_name")


def _read_story_list(path: Path, progress: Progress) -> Iterator[Record]:
    try:
        with path.open("rb") as raw, io.TextIOWrapper(raw, encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            for row in rows:
                where = f"{path.name}:{rows.line_num}"
                try:
                    yield NamedStory(where, story_of(row))
                except ValueError as error:
                    yield BadRecord(where, str(error))
                progress(raw.tell())
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path} is damaged after line {rows.line_num}: {error}") from error
    except OSError as error:
        raise InputError(f"{path}: {os.strerror(error.errno or 0)}") from error


class _TruncationAware(ArchiveIterator):  # type: ignore[misc] # warcio has no types
    """Notice, before the reader is let go, whether the last gzip member was whole: warcio ends there in silence."""

    truncated = False

    def close(self) -> None:
        decompressor = self.reader.decompressor if self.reader else None
        if decompressor is not None and not decompressor.eof:
            self.truncated = True
        super().close()


def in_order(files: Sequence[Path]) -> list[Path]:
    """Put the archives of our own crawls in the order of time, in the places that they have among the files; others stay where they are.

    What came of a page depends on what was known when it was fetched, so the past must be read first. Files that cannot be read stay, too.
    """
    began = {path: began_at for path in files if (began_at := _began_at(path)) is not None}
    own = iter(sorted(began, key=lambda path: (began[path], path.name)))
    return [next(own) if path in began else path for path in files]


def _began_at(path: Path) -> str | None:
    """Return the WARC-Date with which an archive of ours begins; None for any other file."""
    if not path.name.lower().endswith((".warc", ".warc.gz")):
        return None
    try:
        with path.open("rb") as file:
            record = next(iter(ArchiveIterator(file)), None)
            return str(record.rec_headers.get_header("WARC-Date")) if record is not None and _has_notes(record) else None
    except (ArchiveLoadFailed, zlib.error, EOFError, OSError):
        return None


def _has_notes(record: Any) -> bool:
    """Tell whether a record begins an archive with notes of candidates."""
    if record.rec_type != "warcinfo":
        return False
    lines = _read_at_most(record.raw_stream, _STEP_BYTES).decode("utf-8", "replace").splitlines()
    return f"{candidate_notes.WARCINFO_FIELD}: {candidate_notes.VERSION}" in lines


def _read_warc(path: Path, progress: Progress) -> Iterator[Record]:
    count = answers = notes = 0
    own = False
    try:
        with path.open("rb") as file:
            archive = _TruncationAware(file)
            for record in archive:
                if record.rec_type == "warcinfo":
                    own = _has_notes(record)
                elif own and record.rec_type in {"response", "revisit"}:
                    answers += 1
                elif own and record.content_type == candidate_notes.CONTENT_TYPE:
                    notes += 1
                    yield _visit(record, path.parent)
                elif record.rec_type == "response":
                    found, whole = _response(record)
                    if not whole:
                        raise InputError(f"{path} ends in the middle of a record: {count} whole responses were read")
                    count += 1
                    yield found
                progress(file.tell())
            if answers or notes:
                yield SetAside(answers - notes)
            if archive.truncated:
                raise InputError(f"{path} ends in the middle of a record: {count + notes} whole responses were read")
    except (ArchiveLoadFailed, zlib.error, EOFError) as error:
        detail = " ".join(str(error).split())
        raise InputError(f"{path} is damaged: {count + notes} whole responses were read before it ({detail:.120})") from error
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


def _visit(record: Any, folder: Path) -> Record:
    """Return the answer that a note is about, from wherever it stands."""
    header = record.rec_headers.get_header
    where = header("WARC-Record-ID") or "a note"
    block = _read_at_most(record.raw_stream, MAX_LINE_BYTES)
    try:
        note = candidate_notes.from_json(
            block,
            record_id=header("WARC-Refers-To") or "",
            url=(header("WARC-Target-URI") or "").strip("<>"),
            fetched_at=header("WARC-Date") or "",
        )
    except candidate_notes.BadNote as error:
        return BadRecord(where, str(error))
    place, payload = note.written.place, note.written.payload
    found = read_record(folder, place, MAX_BODY_BYTES + 1)
    if found is None or found[0].record_id != note.written.record_id:
        return BadRecord(note.url, f"its answer is not at byte {place.offset:,} of {folder / place.file}")
    head, body = found
    if payload is not None:
        earlier = read_record(folder, payload, MAX_BODY_BYTES + 1)
        if earlier is None or earlier[0].digest != head.digest:
            return BadRecord(note.url, f"the answer that it repeats is not at byte {payload.offset:,} of {folder / payload.file}")
        body = earlier[1]
    return ArchivedVisit(note, head.status, head.http, body)


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

"""Write what a crawl received into WARC files that stand a kill at any moment.

Every record is a gzip member of its own and is appended whole, so a file whose process died is readable to its last whole record. It has
its final name from the first byte, because revisions name it. What `exchange` wrote is on the disk once `note` or `close` has returned.

Source: ISO 28500:2017 (WARC 1.1); RFC 1952 (gzip members); the IIPC's recommendation of one gigabyte a file.
"""

from __future__ import annotations

import base64
import hashlib
import os
import threading
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.errors import CrawlerError
from crawler.warc.heads import RecordHead, read_head
from crawler.warc.notes import CONTENT_TYPE, VERSION, WARCINFO_FIELD, CandidateNote, Written, to_json
from storage.records import ArchivePlace

IDENTICAL = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"

Headers = Sequence[tuple[bytes, bytes]]


class ArchiveError(CrawlerError):
    """The archive cannot be written."""


@dataclass(frozen=True, slots=True)
class ArchiveConfig:
    """How files are written.

    `rotate_bytes`: a file that has reached it is closed and the next one begun; one gigabyte is what archives exchange. `remembered`: how
    many addresses of this crawl are kept in mind to notice that one answered the same again, some 300 bytes each. `gzip_level`: zlib's own
    default; most answers are packed already, and pages that are not gain little from level 9.
    """

    rotate_bytes: int = 1_000_000_000
    remembered: int = 20_000
    gzip_level: int = 6


CONFIG = ArchiveConfig()


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer.

    `body` has its content encoding, and no transfer encoding; `fetched_at` is when the request was sent (aware). `truncated` is set when
    the body was cut: 'length' or 'unspecified'. `earlier` is where an answer of the same address stands, when that is known.
    """

    url: str
    request_headers: Headers
    status: int
    headers: Headers
    body: bytes
    fetched_at: datetime
    method: str = "GET"
    protocol: str = "HTTP/1.1"
    ip_address: str | None = None
    truncated: str | None = None
    earlier: ArchivePlace | None = None


class _RawHeaders(StatusAndHeaders):  # type: ignore[misc] # warcio has no types
    """Headers that are written as they came: warcio would percent-encode what is not ASCII."""

    def __init__(self, head: bytes) -> None:
        super().__init__("written as it came", [])  # one without a status line is taken for none
        self._head = head

    def compute_headers_buffer(self, header_filter: Any = None) -> None:  # noqa: ARG002 - warcio's signature
        self.headers_buff = self._head


class WarcWriter:
    """Append records to files in one folder. Any thread may call it."""

    def __init__(
        self,
        folder: Path,
        *,
        software: str,
        user_agent: str,
        config: ArchiveConfig = CONFIG,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Begin the first file, so that a folder that cannot be written is known at once. Raises: ArchiveError."""
        self.folder = folder
        self._info = {
            "software": software,
            "format": "WARC File Format 1.1",
            "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
            "robots": "obey",
            "http-header-user-agent": user_agent,
            WARCINFO_FIELD: VERSION,
        }
        self._config, self._now = config, now
        self._lock = threading.Lock()
        self._known: OrderedDict[bytes, tuple[str, ArchivePlace]] = OrderedDict()
        self._serial = 0
        self._descriptor = -1
        self._name = ""
        self._size = self._opening_size = 0
        self._unsynced = False
        self._fault = ""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._open()
        except OSError as error:
            raise self._failed(error) from error

    def exchange(self, exchange: Exchange) -> Written:
        """Append an answer and its request; an answer that is the same as an earlier one becomes a revisit record without its body.

        Returns: where it stands. Raises: ArchiveError; the file then ends with its last whole record.
        """
        head = _http_head(exchange)
        digest = ""
        headers = {"WARC-Target-URI": exchange.url, "WARC-Date": _warc_date(exchange.fetched_at)}
        if exchange.ip_address:
            headers["WARC-IP-Address"] = exchange.ip_address
        if exchange.truncated:
            headers["WARC-Truncated"] = exchange.truncated
        with self._lock:
            earlier = None
            if exchange.status == HTTPStatus.NOT_MODIFIED:
                earlier = self._validated(exchange)
                headers |= {"WARC-Type": "revisit", "WARC-Profile": NOT_MODIFIED}
            elif not exchange.truncated:
                digest = _digest(exchange.body)
                headers["WARC-Payload-Digest"] = digest
                earlier = self._same(exchange, digest)
                if earlier is not None:
                    headers |= {"WARC-Type": "revisit", "WARC-Profile": IDENTICAL}
            kind = headers.pop("WARC-Type", "response")
            if earlier is not None:
                headers |= {
                    "WARC-Refers-To": earlier.record_id,
                    "WARC-Refers-To-Target-URI": earlier.url,
                    "WARC-Refers-To-Date": earlier.date,
                }
                if earlier.digest:
                    headers["WARC-Payload-Digest"] = earlier.digest
            answer, record_id = self._record(kind, headers, b"" if kind == "revisit" else exchange.body, _RawHeaders(head))
            asked = {"WARC-Target-URI": exchange.url, "WARC-Date": headers["WARC-Date"], "WARC-Concurrent-To": record_id}
            request, _ = self._record("request", asked, b"", _RawHeaders(_request_head(exchange)))
            self._rotate()
            place = ArchivePlace(self._name, self._size)
            self._append(answer + request)
            if kind == "response" and digest:
                self._remember(exchange.url, digest, place)
        payload = earlier.place if earlier is not None and kind == "revisit" and exchange.status != HTTPStatus.NOT_MODIFIED else None
        return Written(record_id, exchange.url, exchange.fetched_at, place, payload)

    def note(self, notes: Iterable[CandidateNote]) -> None:
        """Append what is known of candidates, and have all that was written so far on the disk. Raises: ArchiveError."""
        with self._lock:
            packed: list[bytes] = []
            for note in notes:
                headers = {
                    "WARC-Target-URI": note.written.url,
                    "WARC-Date": _warc_date(note.written.fetched_at),
                    "WARC-Refers-To": note.written.record_id,
                    "Content-Type": CONTENT_TYPE,
                }
                packed.append(self._record("metadata", headers, to_json(note))[0])
            if packed:
                self._rotate()
                self._append(b"".join(packed))
            self._sync()

    def close(self) -> None:
        """Have everything on the disk and close the file; one that nothing was written to is removed. Raises: ArchiveError."""
        with self._lock:
            if self._descriptor < 0:
                return
            try:
                if self._size == self._opening_size:
                    (self.folder / self._name).unlink(missing_ok=True)
                elif not self._fault:  # which has been said before
                    self._sync()
            except OSError as error:
                raise self._failed(error) from error
            finally:
                os.close(self._descriptor)
                self._descriptor = -1

    # -- earlier answers ------------------------------------------------------------------------------------------------------------

    def _same(self, exchange: Exchange, digest: str) -> RecordHead | None:
        """Return an earlier answer of the same address with the same body."""
        known, place = self._known.get(_key(exchange.url), (None, exchange.earlier))
        if place is None or not exchange.body or (known is not None and known != digest):
            return None
        head = read_head(self.folder, place)
        return head if head and head.kind == "response" and head.url == exchange.url and head.digest == digest else None

    def _validated(self, exchange: Exchange) -> RecordHead | None:
        """Return the earlier answer that a 304 confirms: the one whose validators were sent."""
        _, place = self._known.get(_key(exchange.url), (None, exchange.earlier))
        head = read_head(self.folder, place) if place is not None else None
        if head is None or head.kind != "response" or head.url != exchange.url:
            return None
        sent = {name.lower(): value.decode("latin-1") for name, value in exchange.request_headers}
        etag, modified = sent.get(b"if-none-match"), sent.get(b"if-modified-since")
        confirmed = head.http.get("etag") == etag if etag else modified is not None and head.http.get("last-modified") == modified
        return head if confirmed else None

    def _remember(self, url: str, digest: str, place: ArchivePlace) -> None:
        self._known[_key(url)] = (digest, place)
        self._known.move_to_end(_key(url))
        if len(self._known) > self._config.remembered:
            self._known.popitem(last=False)

    # -- records and files ----------------------------------------------------------------------------------------------------------

    def _record(self, kind: str, headers: Mapping[str, str], block: bytes, http: _RawHeaders | None = None) -> tuple[bytes, str]:
        """Make a record with warcio. Returns: its gzip member, and its id."""
        target = BytesIO()
        writer = WARCWriter(target, gzip=False, warc_version="1.1")
        rest = {name: value for name, value in headers.items() if name != "WARC-Target-URI"}
        record = writer.create_warc_record(
            headers.get("WARC-Target-URI", ""), kind, payload=BytesIO(block), length=len(block), warc_headers_dict=rest, http_headers=http
        )
        writer.write_record(record)
        return self._packed(target.getvalue()), str(record.rec_headers.get_header("WARC-Record-ID"))

    def _packed(self, data: bytes) -> bytes:
        member = zlib.compressobj(self._config.gzip_level, zlib.DEFLATED, zlib.MAX_WBITS + 16)
        return member.compress(data) + member.flush()

    def _open(self) -> None:
        self._serial += 1
        at = self._now().astimezone(UTC)
        self._name = f"dragoman-{at:%Y%m%dT%H%M%S}{at.microsecond // 1000:03}-{os.getpid()}-{self._serial:05}.warc.gz"
        self._descriptor = os.open(self.folder / self._name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o666)
        self._size = 0
        target = BytesIO()
        writer = WARCWriter(target, gzip=False, warc_version="1.1")
        record = writer.create_warcinfo_record(self._name, self._info)
        record.rec_headers.replace_header("WARC-Date", _warc_date(at))
        writer.write_record(record)
        self._write(self._packed(target.getvalue()))
        self._opening_size = self._size
        os.fsync(self._descriptor)
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _rotate(self) -> None:
        """Begin another file when this one is full; records that belong together are not parted."""
        if self._fault:
            raise ArchiveError(self._fault)
        if self._size < self._config.rotate_bytes:
            return
        try:
            self._sync()
            os.close(self._descriptor)
            self._descriptor = -1
            self._open()
        except OSError as error:
            raise self._failed(error) from error

    def _append(self, data: bytes) -> None:
        """Append whole records, or nothing."""
        before = self._size
        try:
            self._write(data)
        except OSError as error:
            try:
                os.ftruncate(self._descriptor, before)
            finally:
                raise self._failed(error) from error

    def _write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]
        self._size += len(data)
        self._unsynced = True

    def _sync(self) -> None:
        if self._fault:
            raise ArchiveError(self._fault)
        if not self._unsynced:
            return
        try:
            os.fsync(self._descriptor)
        except OSError as error:
            raise self._failed(error) from error
        self._unsynced = False

    def _failed(self, error: OSError) -> ArchiveError:
        """Remember a fault: what could not be written once is not tried again, for nobody knows what was."""
        self._fault = f"the archive {self.folder} cannot be written: {error.strerror or error}"
        return ArchiveError(self._fault)


def _http_head(exchange: Exchange) -> bytes:
    try:
        phrase = HTTPStatus(exchange.status).phrase
    except ValueError:
        phrase = ""
    return _head(f"{exchange.protocol} {exchange.status} {phrase}", exchange.headers)


def _request_head(exchange: Exchange) -> bytes:
    parts = urlsplit(exchange.url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    host = parts.netloc.rpartition("@")[2]
    return _head(f"{exchange.method} {path} HTTP/1.1", [(b"Host", host.encode("latin-1", "replace")), *exchange.request_headers])


def _head(first: str, headers: Headers) -> bytes:
    lines = [first.encode("latin-1", "replace"), *(name + b": " + value for name, value in headers)]
    return b"\r\n".join(b" ".join(line.splitlines()) for line in lines) + b"\r\n\r\n"


def _warc_date(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"


def _digest(body: bytes) -> str:
    """Return the digest by which archives name a payload: SHA-1 in base 32, as all WARC tools do; it guards against accidents only."""
    return "sha1:" + base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()


def _key(url: str) -> bytes:
    return hashlib.blake2b(url.encode("utf-8", "surrogatepass"), digest_size=16).digest()

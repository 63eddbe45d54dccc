"""Write and check archives as a crawl makes them, for tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from crawler.warc.notes import CandidateNote, NotedSource, Written
from crawler.warc.writer import CONFIG, ArchiveConfig, Exchange, WarcWriter
from storage.records import ChannelKind, Outcome

START = datetime(2026, 10, 1, 12, 0, 0, 123_456, tzinfo=UTC)
TIGRIS = NotedSource("tigris", "The Tigris", "https://tigris.example/", "IQ", ("en",), "Asia/Baghdad")
HTML = (b"Content-Type", b"text/html; charset=utf-8")


def writer(folder: Path, config: ArchiveConfig = CONFIG) -> WarcWriter:
    return WarcWriter(folder, software="Dragoman/0", user_agent="Dragoman/0 (+desk@tigris.example)", config=config)


def exchange(url: str, body: bytes, *, status: int = 200, minutes: int = 0, **more: Any) -> Exchange:
    made: dict[str, Any] = {"request_headers": [(b"User-Agent", b"Dragoman/0")], "headers": [HTML]}
    return Exchange(url=url, status=status, body=body, fetched_at=START + timedelta(minutes=minutes), **(made | more))


def note(written: Written, *, url: str = "", source: NotedSource = TIGRIS, outcome: Outcome | None = None, **hints: Any) -> CandidateNote:
    channel = ChannelKind(hints.pop("channel", "feed"))
    found = url or written.url
    return CandidateNote(source, found, found, channel, "https://tigris.example/rss", START, written, hints, outcome)


def records(path: Path) -> list[tuple[str, dict[str, str], bytes, int]]:
    """Return the kind, headers, raw block and offset of every record of a file."""
    found = []
    with path.open("rb") as file:
        archive = ArchiveIterator(file, no_record_parse=True)
        for record in archive:
            block = record.raw_stream.read()
            found.append((record.rec_type, dict(record.rec_headers.headers), block, archive.get_record_offset()))
    return found


def check(files: Sequence[Path]) -> int:
    """Return what `warcio check` returns: 0 when every digest is right."""
    return int(Checker(SimpleNamespace(inputs=[str(path) for path in files], verbose=False)).process_all())

"""Make small WARC files for tests."""

from __future__ import annotations

import gzip
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Recorded:
    """One response to be recorded."""

    url: str
    body: bytes
    status: str = "200 OK"
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": "text/html; charset=utf-8"})
    date: str = "2026-10-01T12:00:00Z"


def write_warc(path: Path, responses: Sequence[Recorded]) -> Path:
    """Write responses after a warcinfo record, gzipped record by record when the name ends in .gz (ISO 28500, annex D)."""
    records = [_record("warcinfo", "application/warc-fields", b"software: test\r\n", "2026-10-01T12:00:00Z")]
    for response in responses:
        headers = "".join(f"{name}: {value}\r\n" for name, value in response.headers.items())
        block = f"HTTP/1.1 {response.status}\r\n{headers}\r\n".encode() + response.body
        records.append(_record("response", "application/http; msgtype=response", block, response.date, response.url))
    path.write_bytes(b"".join(gzip.compress(record) if path.suffix == ".gz" else record for record in records))
    return path


def _record(kind: str, content_type: str, block: bytes, date: str, url: str = "") -> bytes:
    target = f"WARC-Target-URI: {url}\r\n" if url else ""
    head = (
        f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, url)}>\r\nWARC-Date: {date}\r\n"
        f"{target}Content-Type: {content_type}\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def article_page(title: str, paragraphs: Sequence[str], *, lang: str = "en", published: str = "2026-10-01T10:00:00+03:00") -> bytes:
    """Write a plain news page."""
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta property="og:title" content="{title}"><meta property="article:published_time" content="{published}"></head>'
        f"<body><nav><a href='/'>Home</a></nav><article><h1>{title}</h1>{body}</article><footer>Fictional</footer></body></html>"
    ).encode()


PARLIAMENT = (
    "BAGHDAD - The parliament of Iraq voted on Monday to send a delegation to Damascus, where ministers of Syria will discuss the border.",
    "The foreign minister told reporters that the government wants a treaty on water and trade before the elections of next spring.",
    "Members of the opposition demanded that the president explain the terms of the agreement with the army before any further talks.",
)
FOOTBALL = (
    "The home side scored twice in the second half and won the cup final before forty thousand spectators on Saturday evening.",
    "The coach praised his striker, who had missed most of the season after an injury, and the goalkeeper saved a late penalty.",
    "The players celebrated with their fans until midnight; the club will begin its training for the new league season in August.",
)

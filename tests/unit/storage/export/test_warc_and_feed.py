"""Archived records are copied byte by byte; feeds hold headlines and summaries and no texts."""

from __future__ import annotations

import gzip
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from warcio.archiveiterator import ArchiveIterator

from storage import articles, runs, sources
from storage.corpus import Corpus
from storage.database import Database
from storage.export.feed import ATOM, FeedFormat, write_feed
from storage.export.warc import copy_records
from storage.records import ArchivePlace, RunKind
from storage.search.records import ArticleFilter, Weight
from tests.contract.builders import NOON, draft, fetched, source
from tests.property.test_export_files import article
from tests.warcs import Recorded, write_warc


def test_records_of_a_selection_are_copied_and_what_is_missing_is_said(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    archive.mkdir()
    path = write_warc(archive / "pages.warc.gz", [Recorded(f"https://courier.example/{n}", f"<p>{n}</p>".encode() * 900) for n in range(3)])
    with path.open("rb") as file:
        reader, offsets = ArchiveIterator(file), {}
        for record in reader:
            offsets[record.rec_headers.get_header("WARC-Target-URI")] = reader.get_record_offset()
    places = {
        "0": ArchivePlace("pages.warc.gz", offsets["https://courier.example/0"]),
        "1": None,
        "2": ArchivePlace("pages.warc.gz", offsets["https://courier.example/2"]),
        "3": ArchivePlace("pages.warc.gz", 5),
        "4": ArchivePlace("lost.warc.gz", 0),
        "5": ArchivePlace("pages.warc.gz", offsets["https://courier.example/0"]),
    }
    with Database.open(f"sqlite:///{tmp_path / 'test.db'}") as database:
        sources.sync(database, [source("courier")], NOON)
        run = runs.start(database, RunKind.INGEST, None, NOON)
        made = [fetched(draft(name, f"Story {name}. " * 40), archived=place) for name, place in places.items()]
        articles.save_batch(database, run, made)
        stream = io.BytesIO()
        *_, copied = copy_records(Corpus(database), ArticleFilter(), Weight.ARTICLES, archive, stream, software="dragoman 0", now=NOON)
    assert (copied.records, copied.not_archived, copied.missing) == (2, 1, 2)
    found = [
        (record.rec_type, record.rec_headers.get_header("WARC-Target-URI"), record.content_stream().read()[:8])
        for record in ArchiveIterator(io.BytesIO(stream.getvalue()))
    ]
    assert found[0][0] == "warcinfo"
    assert {item[1] for item in found[1:]} == {"https://courier.example/0", "https://courier.example/2"}
    assert all(item[2].startswith(b"<p>") for item in found[1:])
    assert gzip.decompress(stream.getvalue()).count(b"WARC/1.1") == 3


ITEM: dict[str, Any] = {
    "title": "Vote <of> \x01 Varda & more", "description": "It \ufffe passed.", "text": "The whole text.", "authors": ("Lina",),
    "language": "en", "published_at": datetime(2026, 3, 1, 12, tzinfo=UTC),
}  # fmt: skip


@pytest.mark.parametrize("kind", ["rss", "atom"])
def test_a_feed_is_well_formed_and_holds_no_texts(kind: FeedFormat) -> None:
    stream = io.BytesIO()
    found = [article(**ITEM), article(url="https://paper.example/2?a=1&b=2")]
    assert write_feed(stream, found, kind, title="Query & more", identity="urn:x", now=NOON) == 2
    root = ET.fromstring(stream.getvalue())  # noqa: S314 - our own
    text = "".join(root.itertext())
    assert "Vote <of>  Varda & more" in text
    assert "It  passed." in text
    assert "The whole text." not in text
    entries = root.findall(f"{{{ATOM}}}entry") if kind == "atom" else root.findall("channel/item")
    assert len(entries) == 2
    required = (
        [f"{{{ATOM}}}{name}" for name in ("id", "title", "updated", "author", "link")] if kind == "atom" else ["title", "link", "guid"]
    )
    for entry in entries:
        assert all(entry.find(name) is not None for name in required)


@pytest.mark.parametrize("kind", ["rss", "atom"])
def test_a_feed_of_nothing_is_well_formed(kind: FeedFormat) -> None:
    stream = io.BytesIO()
    write_feed(stream, [], kind, title="Nothing", identity="urn:x", now=NOON)
    assert "Nothing" in "".join(ET.fromstring(stream.getvalue()).itertext())  # noqa: S314 - our own

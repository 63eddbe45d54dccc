"""A note says of a candidate what its bytes cannot, and is believed only when it makes sense."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from crawler.records import SelectorRule, SelectorRules
from crawler.warc.notes import BadNote, CandidateNote, NotedSource, Written, from_json, to_json
from storage.records import ArchivePlace, ChannelKind, Outcome

AT = datetime(2026, 10, 1, 12, 0, 0, 1, tzinfo=UTC)
WRITTEN = Written("<urn:uuid:1>", "https://tigris.example/news/1", AT, ArchivePlace("b.warc.gz", 77), ArchivePlace("a.warc.gz", 5))
NOTE = CandidateNote(
    NotedSource("tigris", "دجلة", "https://tigris.example/", "IQ", ("ar", "en"), "Asia/Baghdad"),
    "https://tigris.example/news/1?utm_source=rss",
    "https://tigris.example/news/1",
    ChannelKind.SITEMAP,
    "https://tigris.example/sitemap.xml",
    AT,
    WRITTEN,
    {"title": "عنوان \ud800", "published_at": "2026-10-01T09:00:00+00:00", "language": "ar", "summary": "s", "content": "c"},
    Outcome.GONE,
    "HTTP 410 Gone",
)


def read(block: bytes, **more: str) -> CandidateNote:
    headers = {"record_id": "<urn:uuid:1>", "url": "https://tigris.example/news/1", "fetched_at": "2026-10-01T12:00:00.000001Z"}
    return from_json(block, **(headers | more))


def test_note_comes_back_as_it_was() -> None:
    assert read(to_json(NOTE)) == NOTE
    assert to_json(NOTE).isascii()


def test_note_gives_what_extraction_asks_for() -> None:
    candidate = NOTE.candidate()
    assert candidate.url == NOTE.url
    assert candidate.published_at == datetime(2026, 10, 1, 9, tzinfo=UTC)
    assert (candidate.language, candidate.summary) == ("ar", "s")
    assert NOTE.source.context().time_zone == "Asia/Baghdad"
    assert NOTE.source.record().from_catalog is False
    assert NOTE.written.bytes_at == ArchivePlace("a.warc.gz", 5)


def test_rules_of_the_source_come_back_and_broken_ones_are_refused() -> None:
    rules = SelectorRules(title=(SelectorRule("h1"), SelectorRule("meta", "content")), prune=(SelectorRule(".ad"),))
    ruled = replace(NOTE, source=replace(NOTE.source, rules=rules))
    assert read(to_json(ruled)) == ruled
    assert ruled.source.context().rules == rules
    value = json.loads(to_json(ruled))
    for broken in ({"title": ["h1["]}, {"prune": ["a"] * 41}, {"colour": ["a"]}, ["h1"]):
        value["source"]["extraction"] = broken
        with pytest.raises(BadNote, match="its note of a candidate cannot be read") as caught:
            read(json.dumps(value).encode())
        assert "\n" not in str(caught.value)


def test_international_source_claims_no_country() -> None:
    source = NotedSource("wire", "The Wire", "https://wire.example/", "XX")
    assert source.context().country is None
    assert source.record().country == "XX"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda value: value.pop("source"),
        lambda value: value.update(source=[]),
        lambda value: value.update(url=""),
        lambda value: value.update(channel="pigeon"),
        lambda value: value.update(outcome="fine"),
        lambda value: value.update(found_at="yesterday"),
        lambda value: value.update(hints=7),
        lambda value: value.update(record={"file": "../../etc/passwd", "offset": 0}),
        lambda value: value.update(record={"file": "..", "offset": 0}),
        lambda value: value.update(record={"file": "a.warc.gz", "offset": -1}),
        lambda value: value.update(payload={"file": "a.warc.gz", "offset": "0"}),
    ],
)
def test_note_that_makes_no_sense_is_refused(spoil: Callable[[dict[str, Any]], None]) -> None:
    value = json.loads(to_json(NOTE))
    spoil(value)
    with pytest.raises(BadNote, match="its note of a candidate cannot be read"):
        read(json.dumps(value).encode())


@pytest.mark.parametrize("block", [b"", b"[]", b"\xff", b"7", b"null"])
def test_block_that_is_no_note_is_refused(block: bytes) -> None:
    with pytest.raises(BadNote):
        read(block)


def test_note_without_a_time_is_refused() -> None:
    with pytest.raises(BadNote):
        read(to_json(NOTE), fetched_at="")

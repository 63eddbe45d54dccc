"""Input files are read record by record; what is wrong with them is said, and what is whole is kept."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path

import pytest

from crawler.archives import ArchivedResponse, BadRecord, JsonRow, Record, open_archive
from crawler.encodings import MAX_BODY_BYTES
from crawler.errors import InputError
from tests.warcs import Recorded, write_warc

PAGES = [Recorded(f"https://tigris.example/{number}", random.Random(number).randbytes(20_000)) for number in range(5)]


def read(path: Path) -> tuple[list[Record], str]:
    """Return the records, and the error that ended them."""
    found: list[Record] = []
    try:
        for record in open_archive(path)(lambda _position: None):
            found.append(record)  # noqa: PERF402 - what came before an error counts
    except InputError as error:
        return found, str(error)
    return found, ""


@pytest.mark.parametrize("name", ["pages.warc", "pages.warc.gz"])
def test_responses_of_a_warc_are_read(tmp_path: Path, name: str) -> None:
    records, error = read(write_warc(tmp_path / name, PAGES))
    assert error == ""
    assert [record.url for record in records if isinstance(record, ArchivedResponse)] == [page.url for page in PAGES]
    first = records[0]
    assert isinstance(first, ArchivedResponse)
    assert first.body == PAGES[0].body
    assert first.status == 200
    assert first.headers["content-type"] == "text/html; charset=utf-8"
    assert first.fetched_at.isoformat() == "2026-10-01T12:00:00+00:00"


def test_progress_ends_at_the_size_of_the_file(tmp_path: Path) -> None:
    path = write_warc(tmp_path / "pages.warc", PAGES)
    seen: list[int] = []
    assert list(open_archive(path)(seen.append))
    assert seen == sorted(seen)
    assert seen[-1] == path.stat().st_size


@pytest.mark.parametrize("name", ["pages.warc", "pages.warc.gz"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_truncated_warc_keeps_what_is_whole_and_says_so(tmp_path: Path, name: str, share: float) -> None:
    path = write_warc(tmp_path / name, PAGES)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    records, error = read(path)
    assert "ends in the middle of a record" in error
    assert f"{len(records)} whole responses" in error
    assert len(records) < len(PAGES)
    assert [record.body for record in records if isinstance(record, ArchivedResponse)] == [page.body for page in PAGES[: len(records)]]


def test_warc_cut_by_a_few_bytes_of_its_last_gzip_trailer_is_noticed(tmp_path: Path) -> None:
    path = write_warc(tmp_path / "pages.warc.gz", PAGES)
    path.write_bytes(path.read_bytes()[:-4])
    records, error = read(path)
    assert "ends in the middle" in error
    assert len(records) == len(PAGES)


def test_damaged_warc_says_how_far_it_was_read(tmp_path: Path) -> None:
    path = write_warc(tmp_path / "pages.warc.gz", PAGES)
    data = bytearray(path.read_bytes())
    start = data.find(b"\x1f\x8b", len(data) // 2)
    data[start : start + 40] = b"x" * 40
    path.write_bytes(bytes(data))
    records, error = read(path)
    assert "damaged" in error
    assert "\n" not in error
    assert 0 < len(records) < len(PAGES)


def test_response_longer_than_is_read_is_cut_one_byte_later(tmp_path: Path) -> None:
    path = write_warc(tmp_path / "big.warc", [Recorded("https://tigris.example/big", bytes(MAX_BODY_BYTES + 5000)), PAGES[0]])
    records, error = read(path)
    assert error == ""
    assert [len(record.body) for record in records if isinstance(record, ArchivedResponse)] == [MAX_BODY_BYTES + 1, len(PAGES[0].body)]


def test_record_without_a_time_is_named(tmp_path: Path) -> None:
    path = write_warc(tmp_path / "pages.warc", [Recorded("https://tigris.example/", b"<p>", date="yesterday"), PAGES[0]])
    records, _ = read(path)
    assert isinstance(records[0], BadRecord)
    assert "'yesterday' is not a time" in records[0].reason
    assert isinstance(records[1], ArchivedResponse)


@pytest.mark.parametrize("packed", [False, True])
def test_json_lines_are_read(tmp_path: Path, packed: bool) -> None:
    rows = [{"url": "https://tigris.example/1", "text": "خبر"}, {"url": "https://tigris.example/2", "text": "ידיעה"}]
    data = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode() + b"\n\n"
    path = tmp_path / ("rows.jsonl.gz" if packed else "rows.jsonl")
    path.write_bytes(gzip.compress(data) if packed else data)
    records, error = read(path)
    assert error == ""
    assert records == [JsonRow(1, rows[0]), JsonRow(2, rows[1])]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"url": ', "not JSON"),
        (b"[1, 2]", "not a JSON object"),
        (b'{"url": "\xff"}', "not UTF-8"),
        (b"[" * 200_000, "not JSON"),
    ],
)
def test_bad_line_is_named_and_the_others_are_read(tmp_path: Path, line: bytes, reason: str) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b'{"url": "a"}\n' + line + b'\n{"url": "b"}\n')
    records, _ = read(path)
    assert [type(record) for record in records] == [JsonRow, BadRecord, JsonRow]
    assert isinstance(records[1], BadRecord)
    assert records[1].where == "rows.jsonl:2"
    assert reason in records[1].reason


def test_truncated_gzip_of_json_lines_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl.gz"
    data = gzip.compress(b"".join(b'{"url": "https://tigris.example/%d"}\n' % number for number in range(20_000)))
    path.write_bytes(data[: len(data) // 2])
    records, error = read(path)
    assert "ends too early" in error
    assert 0 < len(records) < 20_000


def test_endless_line_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.archives.MAX_LINE_BYTES", 1000)
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b'{"url": "a"}\n' + b"x" * 5000)
    records, error = read(path)
    assert "rows.jsonl:2 is longer" in error
    assert len(records) == 1


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("none.warc", None, "No such file"),
        ("page.html", b"<p>", "unknown kind of file"),
        ("text.warc", b"hello", "is not a WARC file"),
        ("empty.warc.gz", b"", "is empty"),
    ],
)
def test_file_that_cannot_be_read_is_refused_at_once(tmp_path: Path, name: str, content: bytes | None, message: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=message):
        open_archive(tmp_path / name)


def test_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder"):
        open_archive(tmp_path)

"""What a crawl archives can be read by any WARC tool, says what came over the wire, and survives a full disk."""

from __future__ import annotations

import gzip
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from crawler.warc.heads import read_head, read_record
from crawler.warc.writer import IDENTICAL, NOT_MODIFIED, ArchiveConfig, ArchiveError
from storage.records import ArchivePlace
from tests.archive_files import HTML, START, check, exchange, note, records, writer

URL = "https://tigris.example/news/1?a=b"
PAGE = b"<html><p>" + b"The council met again. " * 200 + b"</p></html>"


def only_file(folder: Path) -> Path:
    (path,) = folder.iterdir()
    return path


def test_answer_is_archived_as_it_came_with_its_request(tmp_path: Path) -> None:
    packed = gzip.compress(PAGE, mtime=0)
    archive = writer(tmp_path / "deep" / "warc")
    headers = [HTML, (b"Content-Encoding", b"gzip"), (b"X-Note", "résumé".encode("latin-1")), (b"Link", b"<a>"), (b"Link", b"<b>")]
    written = archive.exchange(exchange(URL, packed, headers=headers, ip_address="203.0.113.7"))
    archive.close()

    path = only_file(tmp_path / "deep" / "warc")
    (_, info, fields, _), (_, response, block, offset), (kind, request, asked, _) = records(path)
    assert info["WARC-Filename"] == path.name == written.place.file
    assert b"format: WARC File Format 1.1\r\n" in fields
    assert b"http-header-user-agent: Dragoman/0 (+desk@tigris.example)\r\n" in fields
    assert b"robots: obey\r\n" in fields
    head, _, body = block.partition(b"\r\n\r\n")
    assert body == packed
    assert head.split(b"\r\n") == [b"HTTP/1.1 200 OK", *(name + b": " + value for name, value in headers)]
    assert response["WARC-Type"] == "response"
    assert response["WARC-Date"] == "2026-10-01T12:00:00.123456Z"
    assert response["WARC-IP-Address"] == "203.0.113.7"
    assert response["WARC-Record-ID"] == written.record_id == request["WARC-Concurrent-To"]
    assert written.place.offset == offset
    assert kind == "request"
    assert asked == b"GET /news/1?a=b HTTP/1.1\r\nHost: tigris.example\r\nUser-Agent: Dragoman/0\r\n\r\n"
    assert check([path]) == 0
    with path.open("rb") as file:
        file.seek(offset)
        assert gzip.GzipFile(fileobj=file).read(13) == b"WARC/1.1\r\nWAR", "each record is a gzip member of its own"


def test_place_leads_to_the_bytes(tmp_path: Path) -> None:
    archive = writer(tmp_path)
    places = [archive.exchange(exchange(f"{URL}{number}", PAGE + bytes([65 + number]))).place for number in range(3)]
    for number, place in enumerate(places):
        head, body = read_record(tmp_path, place, 1_000_000) or pytest.fail("not there")
        assert (head.url, head.status, head.http["content-type"]) == (f"{URL}{number}", 200, "text/html; charset=utf-8")
        assert body == PAGE + bytes([65 + number])
    archive.close()
    assert read_head(tmp_path, ArchivePlace("elsewhere.warc.gz", 0)) is None
    assert read_head(tmp_path, ArchivePlace(places[0].file, places[0].offset + 1)) is None
    assert read_head(tmp_path, ArchivePlace(places[0].file, 10**9)) is None


def test_same_answer_again_is_a_revisit_that_names_the_first(tmp_path: Path) -> None:
    archive = writer(tmp_path)
    first = archive.exchange(exchange(URL, PAGE))
    again = archive.exchange(exchange(URL, PAGE, minutes=5))
    other = archive.exchange(exchange(f"{URL}&elsewhere", PAGE, minutes=6))
    changed = archive.exchange(exchange(URL, PAGE + b"!", minutes=7))
    empty = [archive.exchange(exchange(URL, b"", status=404, minutes=minutes)) for minutes in (8, 9)]
    archive.close()

    assert again.payload == again.bytes_at == first.place == first.bytes_at
    assert [written.payload for written in (first, other, changed, *empty)] == [None] * 5
    found = {headers["WARC-Record-ID"]: (kind, headers, block) for kind, headers, block, _ in records(only_file(tmp_path))}
    kind, headers, block = found[again.record_id]
    assert kind == "revisit"
    assert headers["WARC-Profile"] == IDENTICAL
    assert headers["WARC-Refers-To"] == first.record_id
    assert headers["WARC-Refers-To-Target-URI"] == URL
    assert headers["WARC-Refers-To-Date"] == "2026-10-01T12:00:00.123456Z"
    assert headers["WARC-Payload-Digest"] == found[first.record_id][1]["WARC-Payload-Digest"]
    assert block.endswith(b"\r\n\r\n"), "headers only"
    assert {found[written.record_id][0] for written in (first, other, changed, *empty)} == {"response"}
    assert check([only_file(tmp_path)]) == 0


@pytest.mark.parametrize(
    ("sent", "refers"),
    [
        ([(b"If-None-Match", b'"v1"')], True),
        ([(b"If-Modified-Since", b"Thu, 01 Oct 2026 10:00:00 GMT")], True),
        ([(b"If-None-Match", b'"v0"'), (b"If-Modified-Since", b"Thu, 01 Oct 2026 10:00:00 GMT")], False),
        ([], False),
    ],
)
def test_not_modified_refers_to_what_its_validators_came_from(tmp_path: Path, sent: list[tuple[bytes, bytes]], refers: bool) -> None:
    earlier = writer(tmp_path)
    validators = [HTML, (b"ETag", b'"v1"'), (b"Last-Modified", b"Thu, 01 Oct 2026 10:00:00 GMT")]
    first = earlier.exchange(exchange(URL, PAGE, headers=validators))
    earlier.close()

    archive = writer(tmp_path)
    written = archive.exchange(exchange(URL, b"", status=304, minutes=60, request_headers=sent, earlier=first.place))
    archive.close()
    assert written.payload is None
    head = read_head(tmp_path, written.place)
    assert head is not None
    assert (head.kind, head.status) == ("revisit", 304)
    _, headers, _, _ = records(tmp_path / written.place.file)[1]
    assert headers["WARC-Profile"] == NOT_MODIFIED
    assert (headers.get("WARC-Refers-To") == first.record_id) is refers
    assert ("WARC-Refers-To-Date" in headers) is refers
    assert check(list(tmp_path.iterdir())) == 0


def test_page_of_an_earlier_crawl_that_is_unchanged_is_a_revisit(tmp_path: Path) -> None:
    earlier = writer(tmp_path)
    first = earlier.exchange(exchange(URL, PAGE))
    earlier.close()
    archive = writer(tmp_path)
    again = archive.exchange(exchange(URL, PAGE, minutes=60, earlier=first.place))
    changed = archive.exchange(exchange(URL, PAGE + b"!", minutes=70, earlier=first.place))
    moved = archive.exchange(exchange(f"{URL}&moved", PAGE, minutes=80, earlier=first.place))
    archive.close()
    assert again.payload == first.place
    assert changed.payload is None
    assert moved.payload is None


def test_cut_answer_says_why_and_is_never_repeated(tmp_path: Path) -> None:
    archive = writer(tmp_path)
    for _ in range(2):
        archive.exchange(exchange(URL, PAGE, truncated="length"))
    archive.close()
    kinds = [(kind, headers.get("WARC-Truncated")) for kind, headers, _, _ in records(only_file(tmp_path)) if kind != "request"]
    assert kinds == [("warcinfo", None), ("response", "length"), ("response", "length")]
    assert check([only_file(tmp_path)]) == 0


def test_odd_answers_are_archived(tmp_path: Path) -> None:
    archive = writer(tmp_path)
    archive.exchange(exchange("http://[2001:db8::1]:8080", PAGE, status=799, headers=[(b"X", b"a\r\nb: c")]))
    archive.close()
    _, (_, _, block, _), (_, _, asked, _) = records(only_file(tmp_path))
    assert block.startswith(b"HTTP/1.1 799 \r\nX: a b: c\r\n\r\n")
    assert asked.startswith(b"GET / HTTP/1.1\r\nHost: [2001:db8::1]:8080\r\n")


def test_full_file_is_followed_by_another(tmp_path: Path) -> None:
    archive = writer(tmp_path, ArchiveConfig(rotate_bytes=3000))
    written = [archive.exchange(exchange(f"{URL}{number}", bytes(range(256)) * 4 + bytes([number]))) for number in range(8)]
    archive.note([note(written[-1])])
    archive.close()
    files = sorted(tmp_path.iterdir())
    assert len(files) > 2
    assert len({path.name for path in files}) == len(files)
    assert sorted({place.place.file for place in written}) == [path.name for path in files if path.name in {w.place.file for w in written}]
    for path in files:
        kinds = [kind for kind, _, _, _ in records(path)]
        assert kinds[0] == "warcinfo"
        assert kinds.count("request") == kinds.count("response"), "an answer and its request stand in one file"
    for number, place in enumerate(written):
        assert (read_head(tmp_path, place.place) or pytest.fail("not there")).url == f"{URL}{number}"
    assert check(files) == 0


def test_memory_of_addresses_is_bounded(tmp_path: Path) -> None:
    archive = writer(tmp_path, ArchiveConfig(remembered=2))
    for number in range(3):
        archive.exchange(exchange(f"{URL}{number}", PAGE))
    assert archive.exchange(exchange(f"{URL}0", PAGE)).payload is None
    assert archive.exchange(exchange(f"{URL}2", PAGE)).payload is not None
    archive.close()


def test_archive_of_nothing_leaves_no_file(tmp_path: Path) -> None:
    archive = writer(tmp_path)
    assert len(list(tmp_path.iterdir())) == 1
    archive.note([])
    archive.close()
    archive.close()
    assert list(tmp_path.iterdir()) == []


def test_folder_that_cannot_be_written_is_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(ArchiveError, match=r"the archive .*file/warc cannot be written: Not a directory"):
        writer(tmp_path / "file" / "warc")


@contextmanager
def largest_file(size_bytes: int) -> Iterator[None]:
    """Let no file of this process grow past a size, as a full disk would not."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def test_full_disk_leaves_whole_records_and_one_clear_line(tmp_path: Path) -> None:
    archive = writer(tmp_path)
    first = archive.exchange(exchange(URL, PAGE))
    size = only_file(tmp_path).stat().st_size
    with largest_file(size + 100):
        with pytest.raises(ArchiveError, match=r"^the archive .* cannot be written: File too large$"):
            archive.exchange(exchange(f"{URL}&2", PAGE))
        assert only_file(tmp_path).stat().st_size == size
        for again in (lambda: archive.exchange(exchange(f"{URL}&3", PAGE)), lambda: archive.note([note(first)]), lambda: archive.note([])):
            with pytest.raises(ArchiveError, match="cannot be written"):
                again()
    archive.close()
    assert [kind for kind, _, _, _ in records(only_file(tmp_path))] == ["warcinfo", "response", "request"]
    assert check([only_file(tmp_path)]) == 0


def test_folder_that_vanishes_is_said_when_the_next_file_begins(tmp_path: Path) -> None:
    archive = writer(tmp_path / "warc", ArchiveConfig(rotate_bytes=1))
    archive.folder.rename(tmp_path / "gone")
    with pytest.raises(ArchiveError, match="No such file or directory"):
        archive.exchange(exchange(URL, PAGE))
    archive.close()


def test_note_stands_beside_its_answer(tmp_path: Path) -> None:
    archive = writer(tmp_path)
    written = archive.exchange(exchange(URL, PAGE))
    archive.note([note(written, title="عنوان")])
    archive.close()
    kind, headers, block, _ = records(only_file(tmp_path))[-1]
    assert kind == "metadata"
    assert headers["WARC-Refers-To"] == written.record_id
    assert headers["WARC-Target-URI"] == URL
    assert headers["WARC-Date"] == f"{START:%Y-%m-%dT%H:%M:%S.%f}Z"
    assert headers["Content-Type"] == "application/x-dragoman-candidate+json"
    assert b'"hints": {"title": "\\u0639' in block

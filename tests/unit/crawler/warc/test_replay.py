"""An archive of our own gives the answers to candidates and nothing else, in the order in which the crawl stored them."""

from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from crawler.archives import ArchivedVisit, BadRecord, Record, SetAside, in_order, open_archive
from crawler.encodings import MAX_BODY_BYTES
from crawler.errors import InputError
from crawler.processing import Policy
from crawler.records import PageContext, SelectorRule, SelectorRules
from crawler.warc.replay import replay
from crawler.warc.writer import ArchiveConfig
from storage.records import ArchivePlace, Attempt, ChannelKind, Outcome
from tests.archive_files import HTML, START, TIGRIS, exchange, note, writer
from tests.warcs import FOOTBALL, PARLIAMENT, Recorded, article_page, write_warc

URL = "https://tigris.example/news/1"
POLITICS = article_page("Parliament sends delegation to Damascus", PARLIAMENT)
SPORT = article_page("Cup final won by two goals", FOOTBALL)


def read(*files: Path) -> list[Record]:
    return [record for path in in_order(files) for record in open_archive(path)(lambda _position: None)]


def visits(records: list[Record]) -> list[ArchivedVisit]:
    return [record for record in records if isinstance(record, ArchivedVisit)]


def replayed(record: Record, *, keep: bool = False) -> Attempt:
    assert isinstance(record, ArchivedVisit)
    return replay(record, record.note.source.context(), Policy(keep_irrelevant=keep))


def test_only_answers_with_a_note_are_given_in_the_order_of_the_notes(tmp_path: Path) -> None:
    archive = writer(tmp_path)
    archive.exchange(exchange("https://tigris.example/robots.txt", b"User-agent: *"))
    archive.exchange(exchange("https://tigris.example/rss", b"<rss/>"))
    first = archive.exchange(exchange(URL, POLITICS))
    second = archive.exchange(exchange(f"{URL}2", gzip.compress(SPORT, mtime=0), headers=[HTML, (b"Content-Encoding", b"gzip")]))
    archive.note([note(second), note(first, url="https://tigris.example/moved/1")])
    archive.close()
    records = read(*tmp_path.iterdir())
    assert [visit.note.written for visit in visits(records)] == [second, first]
    assert [visit.body for visit in visits(records)] == [gzip.compress(SPORT, mtime=0), POLITICS]
    assert records[-1] == SetAside(2)
    assert visits(records)[1].response.url == "https://tigris.example/moved/1"


def test_files_are_read_in_the_order_of_time_and_answers_are_found_across_them(tmp_path: Path) -> None:
    archive = writer(tmp_path / "b", ArchiveConfig(rotate_bytes=1))
    first, second = archive.exchange(exchange(URL, POLITICS)), archive.exchange(exchange(f"{URL}2", SPORT))
    archive.note([note(first), note(second)])
    archive.close()
    files = sorted((tmp_path / "b").iterdir(), reverse=True)
    foreign = write_warc(tmp_path / "foreign.warc.gz", [Recorded("https://else.example/", POLITICS)])
    missing = tmp_path / "missing.warc.gz"
    mixed = [files[0], foreign, files[1], missing, tmp_path / "rows.jsonl", *files[2:]]
    ordered = in_order(mixed)
    assert [ordered[place] for place in (1, 3, 4)] == [foreign, missing, tmp_path / "rows.jsonl"]
    assert [path for path in ordered if path in files] == sorted(files)
    records = read(*sorted(files))
    assert [visit.note.written for visit in visits(records)] == [first, second]
    assert sum(record.answers for record in records if isinstance(record, SetAside)) == 0


def test_foreign_records_behind_ours_are_read_as_ever(tmp_path: Path) -> None:
    archive = writer(tmp_path / "own")
    archive.note([note(archive.exchange(exchange(URL, POLITICS)))])
    archive.close()
    (own,) = (tmp_path / "own").iterdir()
    foreign = write_warc(tmp_path / "foreign.warc.gz", [Recorded("https://else.example/", POLITICS)])
    own.write_bytes(own.read_bytes() + foreign.read_bytes())
    kinds = [type(record).__name__ for record in read(own)]
    assert kinds == ["ArchivedVisit", "ArchivedResponse", "SetAside"]


def test_answer_that_is_not_there_is_named(tmp_path: Path) -> None:
    archive = writer(tmp_path, ArchiveConfig(rotate_bytes=1))
    lost = archive.exchange(exchange(URL, POLITICS))
    again = archive.exchange(exchange(URL, POLITICS, minutes=5))
    assert again.payload == lost.place
    archive.note([note(lost), note(again)])
    archive.close()
    (tmp_path / lost.place.file).unlink()
    bad = [record for record in read(*tmp_path.iterdir()) if isinstance(record, BadRecord)]
    assert [record.where for record in bad] == [URL, URL]
    assert f"its answer is not at byte {lost.place.offset:,} of {tmp_path / lost.place.file}" == bad[0].reason
    assert "the answer that it repeats is not at byte" in bad[1].reason


def test_note_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    archive = writer(tmp_path)
    archive.note([note(archive.exchange(exchange(URL, POLITICS)), url=" ")])
    archive.close()
    (path,) = tmp_path.iterdir()
    data = gzip.decompress(path.read_bytes()).replace(b'"channel": "feed"', b'"channel": "fend"')
    unpacked = tmp_path / "unpacked.warc"
    unpacked.write_bytes(data)
    bad = read(unpacked)[0]
    assert isinstance(bad, BadRecord)
    assert "cannot be read" in bad.reason


def test_archive_of_a_killed_crawl_gives_what_is_whole(tmp_path: Path) -> None:
    archive = writer(tmp_path)
    written = [archive.exchange(exchange(f"{URL}{number}", POLITICS)) for number in range(3)]
    archive.note([note(one) for one in written])
    archive.exchange(exchange(f"{URL}/late", SPORT))
    archive.close()
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes()[:-700])
    found: list[Record] = []
    stream = open_archive(path)(lambda _position: None)
    with pytest.raises(InputError, match="ends in the middle of a record: 3 whole responses were read"):
        found.extend(stream)
    assert len(visits(found)) == 3


def test_replay_gives_the_attempt_of_the_crawl(tmp_path: Path) -> None:
    archive = writer(tmp_path)
    undated = POLITICS.replace(b"article:published_time", b"x-nothing")
    headers = [HTML, (b"ETag", b'"v1"'), (b"Last-Modified", b"Thu, 01 Oct 2026 10:00:00 GMT")]
    written = archive.exchange(exchange(f"{URL}/final", undated, headers=headers))
    archive.note([note(written, url=f"{URL}?utm_source=rss", published_at="2026-10-01T09:00:00+00:00")])
    archive.close()
    attempt = replayed(read(*tmp_path.iterdir())[0])
    assert attempt.draft is not None
    assert attempt.draft.url == attempt.candidate_url == attempt.canonical_url == f"{URL}?utm_source=rss"
    assert attempt.draft.published_at == datetime.fromisoformat("2026-10-01T09:00:00+00:00")
    assert attempt.draft.published_from == "feed"
    assert attempt.fetched_at == attempt.draft.fetched_at == START
    assert attempt.source_id == TIGRIS.id
    assert (attempt.etag, attempt.last_modified) == ('"v1"', "Thu, 01 Oct 2026 10:00:00 GMT")
    assert (attempt.channel, attempt.requests, attempt.retry_at) == (ChannelKind.FEED, 0, None)
    assert attempt.archived == ArchivePlace(written.place.file, written.place.offset)


def test_page_is_replayed_by_the_rules_of_its_crawl(tmp_path: Path) -> None:
    archive = writer(tmp_path)
    page = POLITICS.replace(b"<body>", b"<body><b class=real>Delegation leaves for Damascus</b>")
    rules = SelectorRules(title=(SelectorRule("b.real"),))
    noted = note(archive.exchange(exchange(URL, page)))
    archive.note([replace(noted, source=replace(noted.source, rules=rules))])
    archive.close()
    attempt = replayed(read(*tmp_path.iterdir())[0])
    assert attempt.draft is not None
    assert attempt.draft.title == "Delegation leaves for Damascus"
    assert attempt.draft.evidence["title"].found_in == "selector"


def test_answer_that_was_judged_without_reading_keeps_its_judgement(tmp_path: Path) -> None:
    archive = writer(tmp_path)
    archive.note([note(archive.exchange(exchange(URL, POLITICS, status=410)), outcome=Outcome.GONE, channel="revisit")])
    archive.note([note(archive.exchange(exchange(f"{URL}2", b"", status=304)), outcome=Outcome.NOT_MODIFIED, channel="revisit")])
    archive.close()
    gone, same = (replayed(record) for record in visits(read(*tmp_path.iterdir())))
    assert (gone.outcome, gone.http_status, gone.channel) == (Outcome.GONE, 410, ChannelKind.REVISIT)
    assert (same.outcome, same.http_status) == (Outcome.NOT_MODIFIED, 304)


def test_article_that_is_visited_stays_whatever_it_has_become(tmp_path: Path) -> None:
    archive = writer(tmp_path)
    archive.note([note(archive.exchange(exchange(URL, SPORT))), note(archive.exchange(exchange(f"{URL}2", SPORT)), channel="revisit")])
    archive.close()
    found, visited = visits(read(*tmp_path.iterdir()))
    assert replayed(found).outcome is Outcome.IRRELEVANT
    assert replayed(found, keep=True).draft is not None
    assert replayed(visited).draft is not None


def test_body_that_is_not_what_its_header_says_ends_as_in_the_crawl(tmp_path: Path) -> None:
    archive = writer(tmp_path)
    packed = [HTML, (b"Content-Encoding", b"gzip")]
    archive.note([note(archive.exchange(exchange(URL, b"\x00\x01\x02", headers=packed)))])
    archive.note([note(archive.exchange(exchange(f"{URL}2", gzip.compress(bytes(MAX_BODY_BYTES + 1)), headers=packed)))])
    archive.note([note(archive.exchange(exchange(f"{URL}3", POLITICS, headers=[HTML, (b"Content-Encoding", b"utf-8")])))])
    archive.close()
    broken, bomb, plain = (replayed(record) for record in visits(read(*tmp_path.iterdir())))
    assert (broken.outcome, bomb.outcome) == (Outcome.MALFORMED, Outcome.TOO_LARGE)
    assert plain.draft is not None


def test_context_of_the_catalog_wins_over_the_note(tmp_path: Path) -> None:
    archive = writer(tmp_path)
    archive.note([note(archive.exchange(exchange(URL, POLITICS)))])
    archive.close()
    (visit,) = visits(read(*tmp_path.iterdir()))
    attempt = replay(visit, PageContext(source_id="tigris", source_name="Renamed"), Policy())
    assert attempt.source_id == "tigris"

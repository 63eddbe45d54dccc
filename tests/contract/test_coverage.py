"""The ledger asked by source and day, on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from storage import articles, runs, sources
from storage.coverage.records import Axis, Reason, State
from storage.coverage.report import Coverage, CoverageQuestion, ReasonsOf, coverage, coverage_of
from storage.crawls import channels, frontier
from storage.crawls.channels import Answer
from storage.crawls.records import FrontierEntry, Poll
from storage.database import Database
from storage.days import UnknownTimeZone
from storage.errors import NotFound
from storage.records import Attempt, ChannelKind, Outcome, RunKind, RunStatus
from storage.search.records import ArticleFilter
from tests.contract.builders import BRIDGE, HARBOUR, NOON, draft, entry, failed, fetched, source

DAY = timedelta(days=1)
LATER = NOON + 10 * DAY


def ask(database: Database, *sources_: str, now: datetime = LATER, low: dict[str, float] | None = None, **question: Any) -> Coverage:
    return coverage(database, CoverageQuestion(sources_, **question), now=now, expected_low=low)


def crawl(database: Database, at: datetime, source_id: str = "courier", status: RunStatus = RunStatus.FINISHED) -> int:
    run_id = runs.start(database, RunKind.CRAWL, source_id, at)
    runs.finish(database, run_id, status, "", at)
    return run_id


def poll(
    database: Database,
    run_id: int,
    at: datetime,
    entries: Sequence[FrontierEntry] = (),
    *,
    kind: ChannelKind = ChannelKind.FEED,
    status: str = "ok",
    again: Sequence[FrontierEntry] = (),
    reason: str = "",
    source_id: str = "courier",
) -> None:
    url = f"https://{source_id}.example/{kind}"
    made = Poll(run_id, source_id, url, kind, status, at, reason, size_bytes=1000)
    named = [[replace(item, channel=kind, found_at=at, found_in=url) for item in listed] for listed in (entries, again)]
    channels.note(database, Answer(made, None, named[0], named[1]))


def save(database: Database, run_id: int, *attempts: Attempt, at: datetime = NOON, requests: int = 1) -> None:
    channel = ChannelKind.FEED
    made = [replace(item, fetched_at=at, requests=requests, channel=item.channel or channel) for item in attempts]
    articles.save_batch(database, run_id, made)


def test_a_day_is_counted_from_discovery_to_outcome(database: Database) -> None:
    run_id = crawl(database, NOON)
    poll(database, run_id, NOON, [entry("a"), entry("b"), entry("c"), entry("d")])
    poll(database, run_id, NOON, [entry("e")], again=[entry("a")], kind=ChannelKind.SITEMAP)
    save(database, run_id, fetched(draft("a")), failed("b", Outcome.GONE), failed("c", Outcome.GONE, reason="HTTP 410"), requests=2)
    save(database, run_id, failed("d", Outcome.TIMEOUT, retry_at=NOON + DAY))
    again = crawl(database, NOON + timedelta(hours=1))
    poll(database, again, NOON + timedelta(hours=1), [entry("a"), entry("e")])
    save(database, again, replace(fetched(draft("a", BRIDGE)), channel=ChannelKind.REVISIT), at=NOON + timedelta(hours=2))
    answer = ask(database, "courier", reasons_of=ReasonsOf.ALL)
    (day,) = answer.days
    assert (day.source, day.day, day.country, day.language) == ("courier", NOON.date(), "XX", "en")
    found = day.candidates
    assert (found.discovered, found.attempted, found.stored, found.waiting) == (5, 5, 1, 2)
    assert dict(found.outcomes) == {Outcome.GONE: 2, Outcome.NEW: 1, Outcome.REVISED: 1, Outcome.TIMEOUT: 1}
    assert (found.requests, found.revisits, found.from_files, found.page_bytes) == (3 * 2 + 1 + 1, 1, 0, 2 * 1234)
    looked = day.looking
    assert (dict(looked.crawls), dict(looked.polls)) == ({RunStatus.FINISHED: 2}, {"ok": 3})
    assert (looked.channels, looked.unread, looked.known, looked.channel_bytes) == (2, 0, 1, 3000)
    assert (day.verdict.state, day.verdict.why) == (State.PARTIAL, "2 candidates waiting")
    assert answer.total.reasons[Outcome.GONE] == (Reason("HTTP 410", 1), Reason("because", 1))
    assert answer.total.candidates == found


def test_days_without_a_crawl_and_sources_that_were_never_crawled_are_down(database: Database) -> None:
    sources.sync(database, [source("retired", enabled=False)], NOON)
    for at in (NOON, NOON + 3 * DAY):
        poll(database, crawl(database, at), at, [entry(str(at.day))])
    answer = ask(database)
    states = {(item.source, item.day.day): item.verdict.state for item in answer.days}
    assert states == {
        **{("courier", day): State.DOWN for day in (2, 3)},
        **{("courier", day): State.PARTIAL for day in (1, 4)},  # what was found waits
        **{("herald", day): State.DOWN for day in (1, 2, 3, 4)},
    }
    assert answer.total.states == {State.DOWN: 6, State.PARTIAL: 2}
    assert {item.day for item in ask(database, until=date(2026, 3, 20)).days} == {date(2026, 3, day) for day in range(1, 12)}, "to today"
    assert [item.day.day for item in ask(database, "courier", since=date(2026, 3, 2), until=date(2026, 3, 3)).days] == [2, 3]
    assert ask(database, "retired").days == ()


def test_the_state_tells_silence_from_failure(database: Database) -> None:
    quiet, broken, half, lost = (NOON + number * DAY for number in range(4))
    poll(database, crawl(database, quiet), quiet, status="empty")
    poll(database, crawl(database, broken), broken, status="http_error", reason="HTTP 500")
    run_id = crawl(database, half)
    poll(database, run_id, half, status="not_modified")
    poll(database, run_id, half, kind=ChannelKind.SITEMAP, status="timeout", reason="no answer")
    poll(database, crawl(database, lost, status=RunStatus.LOST), lost)
    days = ask(database, "courier", low={"courier": 3}).days
    assert [item.verdict.state for item in days] == [State.SILENT, State.FAILED, State.PARTIAL, State.PARTIAL]
    assert [item.verdict.why for item in days] == [
        "nothing new was named; at least 3 a day are expected",
        "none of 1 channel could be read: http_error (HTTP 500)",
        "1 of 2 channels could not be read: timeout (no answer)",
        "1 crawl lost",
    ]
    assert days[0].verdict.silence_probability == pytest.approx(0.0498, abs=1e-4)
    assert (days[2].looking.channels, days[2].looking.unread) == (2, 1)


def test_a_channel_that_failed_and_was_read_later_is_no_gap(database: Database) -> None:
    run_id = crawl(database, NOON)
    poll(database, run_id, NOON, status="http_error")
    poll(database, run_id, NOON + timedelta(hours=1))
    (day,) = ask(database, "courier").days
    assert (day.looking.unread, day.verdict.state) == (0, State.SILENT)
    assert dict(day.looking.polls) == {"http_error": 1, "ok": 1}


def test_a_running_crawl_whose_process_is_dead_counts_as_lost(database: Database) -> None:
    runs.start(database, RunKind.CRAWL, "courier", NOON, holder="elsewhere:1:1")
    runs.start(database, RunKind.CRAWL, "herald", LATER)
    answer = ask(database, now=LATER)
    crawls = {item.source: item.looking.crawls for item in answer.days if item.looking.crawls}
    assert crawls == {"courier": {RunStatus.LOST: 1}, "herald": {RunStatus.RUNNING: 1}}


def test_backfills_and_files_do_not_make_a_day_covered(database: Database) -> None:
    poll(database, crawl(database, NOON), NOON)
    past = runs.start(database, RunKind.BACKFILL, "courier", NOON + DAY)
    poll(database, past, NOON + DAY, [entry("old")], kind=ChannelKind.SITEMAP)
    files = runs.start(database, RunKind.INGEST, None, LATER)
    articles.save_batch(database, files, [replace(fetched(draft("file")), fetched_at=NOON - 400 * DAY)])
    days = {item.day: item for item in ask(database, "courier").days}
    assert sorted(days) == [(NOON - 400 * DAY).date(), NOON.date(), (NOON + DAY).date()], "no years of empty days for an old file"
    backfilled, filed = days[(NOON + DAY).date()], days[(NOON - 400 * DAY).date()]
    assert (backfilled.verdict.state, backfilled.verdict.why) == (State.DOWN, "no crawl; 1 backfill")
    assert (backfilled.candidates.discovered, backfilled.looking.polls, backfilled.looking.backfills) == (1, {}, 1)
    assert (filed.verdict.state, filed.verdict.why) == (State.DOWN, "no crawl; 1 page from files")
    assert (filed.candidates.discovered, filed.candidates.attempted, filed.candidates.from_files) == (0, 1, 1)


def test_every_axis_adds_up_to_the_same(database: Database) -> None:
    sources.sync(database, [source("herald", country="IQ", languages=("ar",))], NOON)
    for source_id, at in (("courier", NOON), ("herald", NOON), ("herald", NOON + DAY)):
        run_id = crawl(database, at, source_id)
        name = f"{source_id}{at.day}"
        hinted = entry(f"{name}/hinted", source_id=source_id, hints={"language": "fr-FR"})
        plain = entry(f"{name}/plain", source_id=source_id)
        stored = entry(f"{name}/stored", source_id=source_id)
        waiting = entry(f"{name}/waiting", source_id=source_id, hints={"language": "fr"})
        poll(database, run_id, at, [hinted, plain, stored, waiting], source_id=source_id)
        text = HARBOUR + f"\n\nThe {source_id} heard of it on day {at.day}, and wrote a sentence of its own about the harbour."
        written = draft(f"{name}/stored", text, source_id=source_id, language="tr")
        tries = [failed(f"{name}/{path}", Outcome.GONE, source_id=source_id) for path in ("hinted", "plain")]
        save(database, run_id, fetched(written), *tries, at=at)
    answers = {axis: ask(database, axis=axis, reasons_of=ReasonsOf.ROWS) for axis in Axis}
    keys = {axis: [row.key for row in answer.rows] for axis, answer in answers.items()}
    assert keys == {
        Axis.SOURCE: ["courier", "herald"],
        Axis.COUNTRY: ["IQ", "XX"],
        Axis.LANGUAGE: ["ar", "en", "fr", "tr"],
        Axis.DAY: ["2026-03-01", "2026-03-02"],
    }
    for answer in answers.values():
        for name in ("discovered", "attempted", "stored", "waiting", "requests", "page_bytes"):
            assert sum(getattr(row.candidates, name) for row in answer.rows) == getattr(answer.total.candidates, name)
        assert sum(sum(row.states.values()) for row in answer.rows) == 4
        assert all(row.reasons[Outcome.GONE] for row in answer.rows if row.candidates.outcomes.get(Outcome.GONE))
    by_language = {row.key: row.candidates for row in answers[Axis.LANGUAGE].rows}
    assert {key: (found.discovered, found.attempted, found.stored, found.waiting) for key, found in by_language.items()} == {
        "ar": (2, 2, 0, 0),
        "en": (1, 1, 0, 0),
        "fr": (6, 3, 0, 3),
        "tr": (3, 3, 3, 0),
    }


def test_an_alternate_edition_is_discovered_on_the_day_it_was_named(database: Database) -> None:
    run_id = crawl(database, NOON)
    named = replace(entry("fr/a"), channel=ChannelKind.ALTERNATE)
    frontier.add(database, run_id, [named], counted=False)
    later = crawl(database, NOON + DAY)
    poll(database, later, NOON + DAY, [entry("fr/a"), entry("b")])
    frontier.add(database, later, [replace(entry("b"), channel=ChannelKind.ALTERNATE, found_at=NOON + DAY)], counted=False)
    assert [item.candidates.discovered for item in ask(database, "courier").days] == [1, 1]
    assert ask(database, "courier", axis=Axis.LANGUAGE).rows[0].candidates.discovered == 2


def test_days_are_those_of_the_zone_also_when_the_clock_changes(database: Database) -> None:
    # Beirut puts its clock forward on 29 March 2026 at midnight: +02:00 before, +03:00 after
    instants = [
        datetime(2026, 3, 27, 22, 30, tzinfo=UTC),
        datetime(2026, 3, 28, 21, 59, tzinfo=UTC),
        datetime(2026, 3, 29, 21, 30, tzinfo=UTC),
    ]
    for number, at in enumerate(instants):
        run_id = crawl(database, at)
        poll(database, run_id, at, [entry(str(number))])
        save(database, run_id, failed(str(number), Outcome.GONE), at=at)
    now = datetime(2026, 4, 5, tzinfo=UTC)
    local = ask(database, "courier", time_zone="Asia/Beirut", now=now).days
    assert [(item.day.day, item.candidates.attempted, item.candidates.discovered) for item in local] == [(28, 2, 2), (29, 0, 0), (30, 1, 1)]
    in_utc = ask(database, "courier", now=now).days
    assert [(item.day.day, item.candidates.attempted) for item in in_utc] == [(27, 1), (28, 1), (29, 1)]
    only = ask(database, "courier", time_zone="Asia/Beirut", since=date(2026, 3, 28), until=date(2026, 3, 28), now=now)
    assert only.total.candidates.attempted == 2


def test_an_empty_ledger_and_unknown_names_are_said(database: Database) -> None:
    assert ask(database).days == ()
    assert ask(database, time_zone="Africa/Cairo").total.candidates.attempted == 0
    with pytest.raises(NotFound, match="no source 'gazette'"):
        ask(database, "gazette")
    with pytest.raises(UnknownTimeZone, match="not a time zone"):
        ask(database, time_zone="Mars/Olympus")


def test_feed_and_sitemap_are_compared_where_both_look(database: Database) -> None:
    run_id = crawl(database, NOON)

    def dated(number: int) -> FrontierEntry:
        """One an hour, the latest first."""
        return entry(str(number), hints={"published_at": (NOON - timedelta(hours=number)).isoformat()})

    feed = [dated(number) for number in range(20)]
    sitemap = [dated(number) for number in range(100) if number % 2]
    poll(database, run_id, NOON, feed)
    poll(
        database,
        run_id,
        NOON,
        [item for item in sitemap if item not in feed],
        again=[item for item in sitemap if item in feed],
        kind=ChannelKind.SITEMAP,
    )
    (made,) = ask(database, "courier").comparisons
    assert made.kinds == (ChannelKind.FEED, ChannelKind.SITEMAP)
    assert (made.since, made.until) == (NOON - timedelta(hours=19), NOON), "what is older than the feed is no miss of the feed"
    assert (made.first, made.second, made.both) == (20, 10, 10)
    assert made.recapture is not None
    assert (made.recapture.seen, made.recapture.total) == (20, 20.0)
    assert ask(database).estimate == made.recapture
    (narrow,) = ask(database, "courier", since=date(2026, 3, 1)).comparisons
    assert (narrow.first, narrow.both, narrow.recapture) == (13, 6, None)
    assert narrow.why_not == "not enough to estimate from: 6 named by both, 7 are needed"


def test_channels_that_cannot_be_compared_are_named(database: Database) -> None:
    run_id = crawl(database, NOON)
    poll(database, run_id, NOON, [entry("1"), entry("2")])
    (alone,) = ask(database).comparisons
    assert (alone.kinds, alone.why_not) == ((ChannelKind.FEED,), "only feed names its articles")
    old = entry("old", hints={"published_at": (NOON - 99 * DAY).isoformat()})
    recent = entry("9", hints={"published_at": (LATER + DAY).isoformat()})
    poll(database, run_id, LATER, [recent], kind=ChannelKind.SECTION)
    poll(database, run_id, NOON, [old], kind=ChannelKind.SITEMAP)
    found = {item.why_not for item in ask(database).comparisons}
    assert found == {"not enough to estimate from: 0 named by both, 7 are needed"}
    assert ask(database).estimate is None


def test_the_coverage_of_an_export_is_that_of_its_sources_and_days(database: Database) -> None:
    for source_id in ("courier", "herald"):
        for at in (NOON, NOON + DAY):
            run_id = crawl(database, at, source_id)
            poll(database, run_id, at, [entry(f"{at.day}", source_id=source_id)], source_id=source_id)
            save(database, run_id, failed(f"{at.day}", Outcome.GONE, source_id=source_id), at=at)
    start = datetime(2026, 3, 1, tzinfo=UTC)
    wanted = ArticleFilter(sources=("herald", "unheard-of"), since=start, until=start + DAY)
    (day,) = coverage_of(database, wanted, now=LATER).days
    assert (day.source, day.day, day.reasons) == ("herald", start.date(), {Outcome.GONE: (Reason("because", 1),)})
    assert coverage_of(database, ArticleFilter(sources=("unheard-of",)), now=LATER).days == ()
    assert len(coverage_of(database, ArticleFilter(), now=LATER).days) == 4

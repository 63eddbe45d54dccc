"""Conditions, notices, chores and histories on both databases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crawler.watch.agenda import Agenda
from crawler.watch.notices import CONFIG, Send, deliver, message_of
from storage import articles, runs, sources
from storage.crawls import channels, frontier
from storage.crawls.channels import Answer
from storage.crawls.records import FeedState, Poll
from storage.database import Database
from storage.health import chores, conditions, histories, overview
from storage.health.conditions import Due, NoticeKind
from storage.health.records import HealthState, SourceHealth
from storage.records import ADAPTIVE, ChannelKind, Outcome, RunKind, RunStatus
from tests.contract.builders import NOON, draft, entry, failed, fetched, minutes, source

WELL = SourceHealth(HealthState.OK, "40 articles in the last 7 days", ill=False)
DEAD = SourceHealth(HealthState.DEAD, "no channel answered", ill=True, failures=2)
BLOCKED = SourceHealth(HealthState.BLOCKED, "HTTP 403", ill=True, failures=4)
SOON = Due(NOON + minutes(30), minutes(30), "every 30m")


def judged(database: Database, health: SourceHealth, after: float = 0.0, name: str = "courier") -> None:
    conditions.note(database, name, health, NOON + minutes(after), replace(SOON, at=NOON + minutes(after + 30)))


def told(database: Database, after: float, *targets: str, repeat: timedelta | None = None) -> list[str]:
    return [str(item.kind) for item in conditions.tell(database, targets or ("mail", "hook"), NOON + minutes(after), repeat)]


def test_judgement_and_next_crawl_are_written_together(database: Database) -> None:
    judged(database, DEAD)
    found = conditions.by_source(database)["courier"]
    assert (found.health, found.since, found.plan) == (DEAD, NOON, "every 30m")
    record = sources.get(database, "courier")
    assert (record.next_due_at, record.interval_minutes) == (NOON + minutes(30), 30)


def test_state_lasts_since_it_began(database: Database) -> None:
    judged(database, DEAD)
    judged(database, replace(DEAD, evidence="still nothing", failures=3), 30)
    assert conditions.by_source(database)["courier"].since == NOON
    judged(database, BLOCKED, 60)
    assert conditions.by_source(database)["courier"].since == NOON + minutes(60)


def test_illness_is_told_once_its_change_once_and_its_end_once(database: Database) -> None:
    judged(database, WELL)
    assert told(database, 1) == []
    judged(database, DEAD, 2)
    assert told(database, 3) == ["alert"]
    judged(database, replace(DEAD, failures=3), 4)
    assert told(database, 5) == []
    judged(database, BLOCKED, 6)
    assert told(database, 7) == ["alert"]
    judged(database, WELL, 8)
    assert told(database, 9) == ["recovery"]
    assert told(database, 10) == []
    texts = [(notice.kind, notice.target, notice.text) for notice in reversed(conditions.notices(database))]
    assert [kind for kind, target, _ in texts if target == "mail"] == [NoticeKind.ALERT, NoticeKind.ALERT, NoticeKind.RECOVERY]
    assert texts[0][2] == "courier is ill (dead): no channel answered"
    assert len(texts) == 6


def test_illness_that_lasts_is_told_again_after_the_agreed_time(database: Database) -> None:
    judged(database, DEAD)
    week = timedelta(days=7)
    assert told(database, 1, repeat=week) == ["alert"]
    assert told(database, 60, repeat=week) == []
    assert told(database, 8 * 24 * 60, repeat=week) == ["reminder"]
    assert told(database, 9 * 24 * 60, repeat=None) == []


def test_nothing_is_called_told_while_nobody_is_there_to_be_told(database: Database) -> None:
    judged(database, DEAD)
    assert conditions.tell(database, (), NOON) == []
    assert told(database, 5) == ["alert"]


def test_quiet_source_is_no_news(database: Database) -> None:
    judged(database, SourceHealth(HealthState.QUIET, "a holiday", ill=False))
    assert told(database, 1) == []


def test_notice_is_delivered_once_and_tried_again_when_it_was_not(database: Database) -> None:
    judged(database, DEAD)
    told(database, 0, "mail")
    sent: list[tuple[str, str]] = []
    works: list[bool] = [False]

    def send(title: str, text: str) -> bool:
        sent.append((title, text))
        return works[0]

    assert deliver(database, {"mail": send}, NOON) == (0, 1)
    assert deliver(database, {"mail": send}, NOON + minutes(0.5)) == (0, 0)  # not yet
    works[0] = True
    assert deliver(database, {"mail": send}, NOON + minutes(1)) == (1, 0)
    assert deliver(database, {"mail": send}, NOON + minutes(99)) == (0, 0)
    assert sent[-1] == ("Dragoman: courier is ill", "courier is ill (dead): no channel answered")
    assert conditions.notices(database)[0].attempts == 2


def test_target_that_raises_or_is_gone_harms_no_other(database: Database) -> None:
    judged(database, DEAD)
    told(database, 0, "broken", "gone", "good")

    def breaks(_title: str, _text: str) -> bool:
        raise RuntimeError("with a secret in it")

    assert deliver(database, {"broken": breaks, "good": lambda *_: True}, NOON) == (1, 2)
    errors = {notice.target: (notice.error, notice.given_up_at) for notice in conditions.notices(database)}
    assert errors == {
        "broken": ("it could not be delivered", None),
        "gone": ("the plan names no such target any more", NOON),
        "good": ("", None),
    }


def test_delivery_is_given_up_after_days(database: Database) -> None:
    judged(database, DEAD)
    told(database, 0, "mail")
    at = NOON
    for _ in range(60):
        deliver(database, {"mail": lambda *_: False}, at)
        at += timedelta(hours=2)
    assert conditions.notices(database)[0].given_up_at is not None
    assert deliver(database, {"mail": lambda *_: True}, at) == (0, 0)
    assert conditions.notices(database)[0].attempts < 45
    assert len(CONFIG.retries) == 4


def keeping(sent: list[tuple[str, str]]) -> Send:
    def send(title: str, text: str) -> bool:
        sent.append((title, text))
        return True

    return send


def test_many_notices_make_one_message(database: Database) -> None:
    names = [f"paper-{number:02}" for number in range(40)]
    sources.sync(database, [source(name) for name in names], NOON)
    for name in names:
        judged(database, DEAD, name=name)
    told(database, 0, "mail")
    sent: list[tuple[str, str]] = []
    deliver(database, {"mail": keeping(sent)}, NOON)
    (title, text), *more = sent
    assert (title, more) == ("Dragoman: 40 alerts", [])
    assert text.count("\n") == 30
    assert "and 10 more" in text
    assert "paper-00 is ill" in message_of(conditions.notices(database)[-1:])[1]


def test_message_of_the_scheduler_itself_goes_out(database: Database) -> None:
    failed, week = "the scheduler's chore failed: snapshot: failed", timedelta(days=7)
    sent: list[tuple[str, str]] = []

    def say(days: float, text: str, repeat: timedelta | None, kind: NoticeKind = NoticeKind.ALERT) -> int:
        now = NOON + timedelta(days=days)
        conditions.tell_text(database, ("mail",), text, now, repeat=repeat, kind=kind)
        deliver(database, {"mail": keeping(sent)}, now)
        return len(sent)

    assert say(0, failed, week) == 1
    assert sent == [("Dragoman: the scheduler has trouble", failed)]
    assert (say(1, failed, week), say(8, failed, None), say(8, failed, week), say(9, failed, week)) == (1, 1, 2, 2)
    assert say(9, failed + " (the disk is full)", week) == 3
    assert say(10, "the scheduler's chore works again: snapshot", timedelta(0), NoticeKind.RECOVERY) == 4
    assert sent[-1][0] == "Dragoman: the scheduler is well again"


def test_chore_is_remembered(database: Database) -> None:
    chores.begin(database, "snapshot", "2026-03-01", NOON)
    (record,) = chores.all_by_name(database).values()
    assert not record.is_over("2026-03-01")
    chores.end(database, "snapshot", "done", "", NOON + minutes(3))
    record = chores.all_by_name(database)["snapshot"]
    assert (record.is_over("2026-03-01"), record.is_over("2026-03-02"), record.status) == (True, False, "done")
    chores.begin(database, "snapshot", "2026-03-02", NOON + timedelta(days=1))
    assert chores.all_by_name(database)["snapshot"].ended_at is None


def crawled(
    database: Database, at: float, polls: Mapping[str, Any], outcomes: tuple[Outcome, ...] = (), status: RunStatus = RunStatus.FINISHED
) -> int:
    """Write a crawl: what its channel answered, and what came of its pages."""
    now = NOON + minutes(at)
    run = runs.start(database, RunKind.CRAWL, "weekly", now)
    url = "https://weekly.example/feed"
    facts: dict[str, Any] = {"status": "ok", "http_status": 200, **polls}
    named = [
        entry(f"{at}-{number}", source_id="weekly", hints={"published_at": (now - minutes(5)).isoformat()})
        for number in range(len(outcomes))
    ]
    state = FeedState("weekly", url, fetched_at=now, status=str(facts["status"]), items=12)
    channels.note(database, Answer(Poll(run, "weekly", url, ChannelKind.FEED, polled_at=now, **facts), state, named))
    made = [
        fetched(
            draft(f"{at}-{number}", f"Text number {number} of {at}: " + "words about harbours. " * 9, source_id="weekly"), fetched_at=now
        )
        if outcome is Outcome.NEW
        else failed(f"{at}-{number}", outcome, source_id="weekly", fetched_at=now)
        for number, outcome in enumerate(outcomes)
    ]
    if made:
        articles.save_batch(database, {"weekly": run}, made)
    runs.finish(database, run, status, "", now + minutes(1))
    return run


@pytest.fixture
def weekly(database: Database) -> Database:
    sources.sync(database, [source("weekly", rhythm=ADAPTIVE)], NOON)
    return database


def test_history_counts_what_happened(weekly: Database) -> None:
    crawled(weekly, 0, {}, (Outcome.NEW, Outcome.NEW, Outcome.NO_TEXT))
    crawled(weekly, 60, {"status": "not_modified", "http_status": 304})
    crawled(weekly, 120, {"status": "timeout", "reason": "silence", "http_status": None}, status=RunStatus.FAILED)
    made = histories.history(weekly, "weekly", NOON + minutes(121))
    first, second, third = made.crawls
    assert (dict(first.channels), first.fresh, first.articles, first.undated, dict(first.languages)) == ({"ok": 1}, 3, 2, 0, {"en": 2})
    assert dict(first.pages) == {Outcome.NEW: 2, Outcome.NO_TEXT: 1}
    assert dict(second.channels) == {"not_modified": 1}
    assert (dict(third.channels), third.failing) == ({"timeout": 1}, ("https://weekly.example/feed: silence",))
    assert (len(made.published), made.watched_since, made.window) == (3, NOON, 12)
    assert all(at == NOON - minutes(5) for at in made.published)


def test_feed_that_is_still_empty_is_empty_though_the_server_says_not_modified(weekly: Database) -> None:
    crawled(weekly, 0, {"status": "empty"})
    crawled(weekly, 60, {"status": "not_modified", "http_status": 304})
    assert [dict(crawl.channels) for crawl in histories.history(weekly, "weekly", NOON + minutes(61)).crawls] == [
        {"empty": 1},
        {"empty": 1},
    ]


def test_host_that_was_left_alone_says_nothing_of_its_health(weekly: Database) -> None:
    crawled(weekly, 0, {"status": "blocked", "reason": "is left alone until noon", "http_status": None}, status=RunStatus.FAILED)
    crawled(weekly, 60, {"status": "blocked", "reason": "HTTP 403", "http_status": 403}, status=RunStatus.FAILED)
    assert [dict(crawl.channels) for crawl in histories.history(weekly, "weekly", NOON + minutes(61)).crawls] == [
        {"skipped": 1},
        {"blocked": 1},
    ]


def test_move_within_the_site_is_told_from_one_away(weekly: Database) -> None:
    crawled(weekly, 0, {"moved_to": "https://feeds.weekly.example/rss"})
    crawled(weekly, 60, {"moved_to": "https://elsewhere.test/rss"})
    first, second = histories.history(weekly, "weekly", NOON + minutes(61)).crawls
    assert (first.moved_within, first.moved_to) == (("https://feeds.weekly.example/rss",), ())
    assert (second.moved_within, second.moved_to) == ((), ("https://elsewhere.test/rss",))


def test_adapted_interval_survives_a_sync_and_a_stated_one_is_taken(database: Database) -> None:
    adapted = source("weekly", rhythm=ADAPTIVE, interval_minutes=60)
    sources.sync(database, [adapted], NOON)
    sources.plan(database, "weekly", NOON + minutes(200), 200)
    sources.sync(database, [adapted], NOON)
    assert sources.get(database, "weekly").interval_minutes == 200
    sources.sync(database, [replace(adapted, rhythm="every 30m", interval_minutes=30)], NOON)
    assert sources.get(database, "weekly").interval_minutes == 30


def test_totals_and_days(weekly: Database) -> None:
    crawled(weekly, 0, {}, (Outcome.NEW, Outcome.NEW, Outcome.BLOCKED))
    frontier.add(
        weekly, runs.start(weekly, RunKind.CRAWL, "weekly", NOON + minutes(5)), [entry("waits", source_id="weekly")], counted=False
    )
    made = overview.totals(weekly)
    assert (made.articles, made.outcomes[Outcome.BLOCKED], made.waiting, made.notices) == (2, 1, 1, 0)
    assert made.size_bytes > 0
    assert overview.found_by_day(weekly, NOON + timedelta(days=1), 3) == {"weekly": [0, 2, 0]}
    assert [run.status for run in overview.recent_crawls(weekly, "weekly")] == [RunStatus.RUNNING, RunStatus.FINISHED]


def test_agenda_says_what_has_fallen_due_and_keeps_the_rest(database: Database) -> None:
    now = datetime.now(UTC)
    sources.sync(database, [source("later")], NOON)
    sources.set_next_due(database, "courier", now - timedelta(seconds=5))
    sources.set_next_due(database, "later", now + timedelta(hours=1))
    agenda = Agenda(database)
    agenda.begin(sources.list_all(database), now)
    fallen, wait = agenda.tick()
    assert "courier" in fallen
    assert "later" not in fallen
    assert wait is not None
    assert 3500 < wait <= 3600
    assert agenda.tick()[0] == []
    agenda.shutdown()


@pytest.mark.parametrize(("counts", "line"), [([], ""), ([0, 0], "··"), ([1, 1], "▅▅"), ([0, 1, 10], "·▁█"), ([3, 9, 100], "▁▁█")])
def test_sparkline(counts: list[int], line: str) -> None:
    assert overview.sparkline(counts) == line


def test_run_whose_crawl_died_alone_is_blamed_and_no_other(weekly: Database) -> None:
    fine = crawled(weekly, 0, {})
    runs.blame(weekly, "weekly", "its crawl died", NOON)
    assert runs.get(weekly, fine).status is RunStatus.FINISHED

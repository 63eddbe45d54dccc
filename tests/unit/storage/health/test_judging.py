"""The health of a source: each illness by its name within two cycles, and no alarm over healthy months."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from crawler.watch.lulls import lulls
from storage.health.judging import binomial_tail, judge
from storage.health.records import CrawlFacts, Expectations, HealthState, SourceHistory
from storage.records import Outcome, RunStatus
from tests.unit.storage.health.staged_health import BEGIN, EVEN, FRIDAY_OFF, OFFICE, WEEKEND_OFF, Life, Press, failing, pages_of

DAILY = Press("daily", 40, weekdays=FRIDAY_OFF, expected=Expectations("Asia/Baghdad", 10, 80, ("ar",)))
AGENCY = Press(
    "agency", 150, EVEN, every=timedelta(minutes=15), expected=Expectations("Asia/Tehran", 60, 300, ("fa",)), languages={"fa": 1}
)
WEEKLY = Press(
    "weekly",
    2.0,
    weekdays=WEEKEND_OFF,
    every=timedelta(hours=6),
    expected=Expectations("Europe/London", 0, 6, ("en",)),
    languages={"en": 1},
)
BILINGUAL = Press("bilingual", 30, expected=Expectations("Asia/Beirut", 5, 80, ("ar", "en")), languages={"ar": 0.7, "en": 0.3})
ONSET = BEGIN + timedelta(days=45, hours=9)

S = HealthState


def empties(facts: CrawlFacts, _rng: random.Random) -> CrawlFacts:
    return CrawlFacts(facts.started_at, RunStatus.FINISHED, {"empty": 1})


def kills_text(facts: CrawlFacts, _rng: random.Random) -> CrawlFacts:
    return pages_of(facts, Outcome.NO_TEXT)


def listings(facts: CrawlFacts, _rng: random.Random) -> CrawlFacts:
    return pages_of(facts, Outcome.LISTING)


def breaks_half(facts: CrawlFacts, rng: random.Random) -> CrawlFacts:
    total = max(8, sum(facts.pages.values()))
    bad = sum(rng.random() < 0.75 for _ in range(total))
    return replace(facts, status=RunStatus.FINISHED, channels={"ok": 1}, pages={Outcome.NO_TEXT: bad, Outcome.NEW: total - bad}, failing=())


def dates_vanish(facts: CrawlFacts, _rng: random.Random) -> CrawlFacts:
    articles = max(3, facts.articles)
    made = {"ok": 1}
    return replace(
        facts, status=RunStatus.FINISHED, channels=made, failing=(), pages={Outcome.NEW: articles}, articles=articles, undated=articles
    )


def speaks(language: str) -> Callable[[CrawlFacts, random.Random], CrawlFacts]:
    def change(facts: CrawlFacts, _rng: random.Random) -> CrawlFacts:
        count = max(4, facts.articles)
        facts = replace(facts, status=RunStatus.FINISHED, channels={"ok": 1}, failing=(), undated=0)
        return replace(facts, pages={Outcome.NEW: count}, articles=count, languages={language: count})

    return change


def answers(status: str, reason: str) -> Callable[[CrawlFacts, random.Random], CrawlFacts]:
    return lambda facts, _rng: failing(facts, status, reason)


def pages_are(outcome: Outcome) -> Callable[[CrawlFacts, random.Random], CrawlFacts]:
    return lambda facts, _rng: pages_of(facts, outcome)


def moves_away(facts: CrawlFacts, _rng: random.Random) -> CrawlFacts:
    return replace(facts, status=RunStatus.FINISHED, channels={"ok": 1}, failing=(), moved_to=("https://new.example/feed",))


def moves_within(facts: CrawlFacts, _rng: random.Random) -> CrawlFacts:
    return replace(facts, status=RunStatus.FINISHED, channels={"ok": 1}, failing=(), moved_within=("https://x.example/rss.xml",))


@dataclass(frozen=True)
class Stage:
    """An illness: how it changes crawls or what is published, what it is to be called, and after how many crawls or days it must be."""

    name: str
    press: Press
    state: HealthState
    ill: Callable[[CrawlFacts, random.Random], CrawlFacts] | None = None
    crawls: int | None = 2
    days: float = 0.0
    silent: bool = False
    fading: Callable[[float], float] | None = None
    says: str = ""
    is_ill: bool = True


STAGES = (
    Stage("feed empties", DAILY, S.EMPTY, empties, says="name no article"),
    Stage("feed empties, agency", AGENCY, S.EMPTY, empties),
    Stage("feed empties, weekly", WEEKLY, S.EMPTY, empties),
    Stage("layout change kills the text", DAILY, S.BROKEN_LAYOUT, kills_text, says="have no text"),
    Stage("layout change kills the text of a weekly", WEEKLY, S.BROKEN_LAYOUT, kills_text),
    Stage("layout change breaks three pages of four", AGENCY, S.BROKEN_LAYOUT, breaks_half),
    Stage("article pages become listings", DAILY, S.BROKEN_LAYOUT, listings),
    Stage("dates vanish", DAILY, S.BROKEN_LAYOUT, dates_vanish, says="have no date"),
    Stage("dates vanish, agency", AGENCY, S.BROKEN_LAYOUT, dates_vanish),
    Stage("another language", DAILY, S.BROKEN_LAYOUT, speaks("en"), says="are in en"),
    Stage("one of two languages is gone", BILINGUAL, S.BROKEN_LAYOUT, speaks("en"), crawls=6, says="ar"),
    Stage("403 wall at the feed", DAILY, S.BLOCKED, answers("blocked", "HTTP 403"), says="403"),
    Stage("403 wall at the pages", DAILY, S.BLOCKED, pages_are(Outcome.BLOCKED), says="were refused"),
    Stage("consent wall at the pages", BILINGUAL, S.BLOCKED, pages_are(Outcome.CONSENT_WALL)),
    Stage("robots.txt forbids the feed", DAILY, S.BLOCKED, answers("robots_denied", "robots.txt")),
    Stage("feed moves to another site", DAILY, S.MOVED, moves_away, says="new.example"),
    Stage("feed is gone", DAILY, S.MOVED, answers("gone", "HTTP 404"), says="404"),
    Stage("feed redirects within the site", DAILY, S.MOVED, moves_within, is_ill=False),
    Stage("articles are gone as soon as they are named", DAILY, S.MOVED, pages_are(Outcome.GONE)),
    Stage("feed becomes a page", DAILY, S.BROKEN_LAYOUT, answers("malformed", "no feed")),
    Stage("host is not found", DAILY, S.DEAD, answers("network_error", "no such host"), says="no such host"),
    Stage("host is silent", AGENCY, S.DEAD, answers("timeout", "no answer in 30 s")),
    Stage("server fails", WEEKLY, S.DEAD, answers("http_error", "HTTP 503")),
    Stage("pages cannot be fetched", DAILY, S.DEAD, pages_are(Outcome.HTTP_ERROR)),
    Stage("feed stands still", DAILY, S.STALE, crawls=None, days=3, silent=True, says="nothing new for"),
    Stage("feed stands still, agency", AGENCY, S.STALE, crawls=None, days=2.1, silent=True),
    Stage("feed stands still, weekly", WEEKLY, S.STALE, crawls=None, days=9, silent=True),
    Stage("slow decay", DAILY, S.QUIET, crawls=None, days=56, fading=lambda day: max(0.1, 1 - day / 56), says="declines"),
    Stage("half the sections are lost", AGENCY, S.QUIET, crawls=None, days=28, fading=lambda _day: 0.2, says="declines"),
)


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)
def test_illness_is_named_within_two_cycles(stage: Stage) -> None:
    until = ONSET + timedelta(days=max(stage.days, 2) + 1)
    life = Life(stage.press, until, ONSET, stage.ill, stage.silent, stage.fading)
    healthy = judge(life.history(ONSET - timedelta(minutes=1)), stage.press.expected, ONSET)
    assert not healthy.ill, healthy
    now = life.after(stage.crawls) if stage.crawls else ONSET + timedelta(days=stage.days)
    health = judge(life.history(now), stage.press.expected, now)
    assert (health.state, health.ill) == (stage.state, stage.is_ill), health
    assert stage.says in health.evidence, health
    assert "\n" not in health.evidence


@pytest.mark.parametrize(
    "stage", [stage for stage in STAGES if stage.ill is not None and stage.crawls and stage.is_ill], ids=lambda s: s.name
)
def test_single_bad_crawl_is_no_illness(stage: Stage) -> None:
    if stage.ill is None:
        raise AssertionError
    life = Life(replace(stage.press, videos=0.0), ONSET + timedelta(days=2), ONSET, stage.ill)
    now = life.after(1)
    health = judge(life.history(now), stage.press.expected, now)
    assert not health.ill, health


def no_press_at_feasts(country: str) -> Callable[[date], float]:
    def factor(day: date) -> float:
        return 0.05 if lulls(country, day, day) else 1.0

    return factor


HEALTHY = (
    DAILY,
    AGENCY,
    WEEKLY,
    BILINGUAL,
    Press("monthly", 0.15, every=timedelta(hours=24), expected=Expectations("UTC", 0, 3, ("ar",))),
    Press("three a week", 0.5, weekdays=WEEKEND_OFF, every=timedelta(hours=12), expected=Expectations("UTC", 0, 5, ("ar",))),
    Press("bursty", 25, clustering=2.0, expected=Expectations("Africa/Cairo", 5, 100, ("ar",))),
    Press("videos", 30, videos=0.4, expected=Expectations("Africa/Cairo", 5, 100, ("ar",))),
    Press("half undated", 30, undated=0.5, expected=Expectations("Africa/Cairo", 5, 100, ("ar",))),
    Press("sabbath", 35, OFFICE, (1, 1, 1, 1, 0.5, 0.02, 1), expected=Expectations("Asia/Jerusalem", 5, 80, ("he",)), languages={"he": 1}),
    Press("mostly one", 20, languages={"en": 0.97, "ar": 0.03}, expected=Expectations("Asia/Beirut", 4, 60, ("en", "ar"))),
    Press("no bounds", 12, expected=Expectations("Asia/Dubai", None, None, ("ar",))),
    Press("no language known", 12, languages={"xx": 1.0}, expected=Expectations("Asia/Dubai")),
    Press("rests at feasts", 30, factor=no_press_at_feasts("EG"), expected=Expectations("Africa/Cairo", 8, 60, ("ar",))),
    Press("short days", 25, OFFICE, (1, 1, 1, 1, 0.0, 0.0, 1), expected=Expectations("Asia/Riyadh", 5, 60, ("ar",))),
)


@pytest.mark.parametrize("press", HEALTHY, ids=lambda press: press.name)
def test_healthy_source_raises_no_alarm_over_a_month(press: Press) -> None:
    end = BEGIN + timedelta(days=66)  # the Feast of Sacrifice of 2026 (27 May) lies in the month that is judged
    life = Life(press, end)
    expected = replace(press.expected, lulls=lulls("EG", BEGIN.date(), end.date()) if press.name == "rests at feasts" else {})
    now = BEGIN + timedelta(hours=3)
    alarms = []
    while now < end:
        health = judge(life.history(now), expected, now)
        alarms += [(now, health)] if health.ill else []
        now += timedelta(hours=23)
    assert alarms == []


def test_holiday_lull_is_quiet_and_no_illness() -> None:
    press = Press("rests at feasts", 30, factor=no_press_at_feasts("EG"), expected=Expectations("Africa/Cairo", 8, 60, ("ar",)))
    now = datetime(2026, 5, 30, 18, tzinfo=UTC)
    life = Life(replace(press, factor=lambda day: 0.0 if lulls("EG", day, day) else 1.0), now)
    health = judge(life.history(now), replace(press.expected, lulls=lulls("EG", BEGIN.date(), now.date())), now)
    assert (health.state, health.ill) == (S.QUIET, False)
    assert "Eid al-Adha" in health.evidence


def test_lull_that_no_calendar_knows_is_quiet_and_no_illness() -> None:
    quiet_days = range(50, 56)
    press = replace(DAILY, factor=lambda day: 0.12 if (day - BEGIN.date()).days in quiet_days else 1.0)
    life = Life(press, BEGIN + timedelta(days=60))
    now = BEGIN + timedelta(days=56, hours=4)
    health = judge(life.history(now), press.expected, now)
    assert (health.state, health.ill) == (S.QUIET, False), health


def test_source_that_was_never_crawled_is_not_called_ok() -> None:
    health = judge(SourceHistory("new"), Expectations(), ONSET)
    assert (health.state, health.ill) == (S.QUIET, False)


def test_source_without_any_article_is_never_silently_ok() -> None:
    """Read well for weeks, naming nothing new: quiet at first, and an illness after a week."""
    for days, ill in ((1, False), (4, False), (9, True), (40, True)):
        now = BEGIN + timedelta(days=days)
        crawls = tuple(CrawlFacts(BEGIN + timedelta(hours=hour), RunStatus.FINISHED, {"ok": 1}) for hour in range(0, 24 * days, 6))
        health = judge(SourceHistory("mute", crawls[-120:], (), BEGIN, BEGIN), Expectations(), now)
        assert health.state is not S.OK, (days, health)
        assert health.ill == ill, (days, health)


def test_feed_that_was_dead_when_it_was_added_is_stale_after_a_week() -> None:
    old = tuple(BEGIN - timedelta(days=200) + timedelta(hours=9 * number) for number in range(20))
    for days, state in ((1, S.QUIET), (8, S.STALE)):
        now = BEGIN + timedelta(days=days)
        crawls = tuple(
            CrawlFacts(BEGIN + timedelta(hours=hour), RunStatus.FINISHED, {"not_modified": 1}) for hour in range(0, 24 * days, 6)
        )
        health = judge(SourceHistory("dead", crawls, old, BEGIN, old[5]), Expectations(), now)
        assert health.state is state, (days, health)
        assert "days old" in health.evidence


def test_flood_of_an_archive_is_named() -> None:
    life = Life(DAILY, ONSET)
    published = (*life.published, *(ONSET - timedelta(minutes=number) for number in range(900)))
    history = replace(life.history(ONSET), published=tuple(sorted(published)))
    health = judge(history, DAILY.expected, ONSET)
    assert (health.state, health.ill) == (S.BROKEN_LAYOUT, True)
    assert "at most 80 are expected" in health.evidence


def test_one_of_several_channels_that_fails_is_said_and_no_illness() -> None:
    life = Life(DAILY, ONSET)
    said = ("https://x.example/second: HTTP 404",)
    crawls = [replace(crawl, status=RunStatus.FINISHED, channels={"ok": 1, "gone": 1}, failing=said) for crawl in life.crawls]
    health = judge(replace(life.history(ONSET), crawls=tuple(crawls[-120:])), DAILY.expected, ONSET)
    assert (health.state, health.ill) == (S.OK, False)
    assert "a channel fails: https://x.example/second" in health.evidence


def test_crawls_that_were_stopped_or_lost_say_nothing_of_the_source() -> None:
    life = Life(DAILY, ONSET)
    cut_off = (RunStatus.LOST, RunStatus.STOPPED)
    crawls = (*life.crawls[-100:], *(CrawlFacts(ONSET, cut_off[number % 2]) for number in range(6)))
    health = judge(replace(life.history(ONSET), crawls=crawls), DAILY.expected, ONSET)
    assert (health.state, health.failures) == (S.OK, 0)


def test_failures_in_a_row_are_counted() -> None:
    life = Life(DAILY, ONSET + timedelta(days=1), ONSET, answers("timeout", "silence"))
    now = life.after(5)
    assert judge(life.history(now), DAILY.expected, now).failures == 5


def test_source_recovers_with_its_first_good_crawls() -> None:
    def briefly(facts: CrawlFacts, _rng: random.Random) -> CrawlFacts:
        return failing(facts, "timeout", "silence") if facts.started_at < ONSET + timedelta(hours=6) else facts

    life = Life(DAILY, ONSET + timedelta(days=1), ONSET, briefly)
    during, later = ONSET + timedelta(hours=5), ONSET + timedelta(hours=9)
    assert judge(life.history(during), DAILY.expected, during).ill
    assert not judge(life.history(later), DAILY.expected, later).ill


@pytest.mark.parametrize(
    ("least", "trials", "probability", "tail"), [(0, 5, 0.1, 1.0), (3, 3, 0.1, 0.001), (1, 2, 0.5, 0.75), (6, 5, 0.5, 0.0)]
)
def test_binomial_tail(least: int, trials: int, probability: float, tail: float) -> None:
    assert binomial_tail(least, trials, probability) == pytest.approx(tail)


def test_states_are_those_that_the_documentation_names() -> None:
    names: Mapping[str, HealthState] = {state.value: state for state in HealthState}
    assert set(names) == {"ok", "quiet", "empty", "stale", "blocked", "broken layout", "moved", "dead"}

"""Histories of made-up sources, healthy or ill from a moment on: published at random by a rhythm, crawled at an interval, by a seed."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from storage.health.records import CrawlFacts, Expectations, SourceHistory
from storage.records import Outcome, RunStatus

BEGIN = datetime(2026, 3, 28, tzinfo=UTC)  # a Saturday, after Nowruz and the feast of 2026
EVEN = (1.0,) * 24
OFFICE = (0.1,) * 6 + (0.8, 1.4, 1.8, 2.0, 2.0, 1.8, 1.6, 1.6, 1.6, 1.5, 1.4, 1.3, 1.2, 1.1, 0.9, 0.6, 0.4, 0.2)
FRIDAY_OFF = (1.0, 1.0, 1.0, 1.0, 0.1, 0.7, 1.1)
WEEKEND_OFF = (1.1, 1.1, 1.1, 1.1, 1.0, 0.15, 0.1)


@dataclass(frozen=True)
class Press:
    """How a source publishes.

    Articles a day, its hours and days of the week, how much news clusters, what share of its pages is a video.
    """

    name: str
    per_day: float
    hours: tuple[float, ...] = OFFICE
    weekdays: tuple[float, ...] = (1.0,) * 7
    clustering: float = 0.3
    videos: float = 0.05
    undated: float = 0.0
    every: timedelta = timedelta(hours=1)
    languages: Mapping[str, float] = field(default_factory=lambda: {"ar": 1.0})
    expected: Expectations = field(default_factory=lambda: Expectations(time_zone="Asia/Baghdad", languages=("ar",)))
    factor: Callable[[date], float] = lambda _day: 1.0

    def published(self, until: datetime, rng: random.Random, begin: datetime = BEGIN) -> list[datetime]:
        """Draw when its articles appear, hour by hour."""
        zone = ZoneInfo(self.expected.time_zone)
        made: list[datetime] = []
        at = begin
        while at < until:
            local = at.astimezone(zone)
            mean = self.per_day / 24 * self.hours[local.hour] * self.weekdays[local.weekday()] * self.factor(local.date())
            mean *= rng.gammavariate(1 / self.clustering, self.clustering) if self.clustering else 1.0
            count, chance = 0, rng.random()
            term = total = 2.718281828459045**-mean
            while total < chance and count < 500:
                count += 1
                term *= mean / count
                total += term
            made += [at + timedelta(minutes=rng.uniform(0, 60)) for _ in range(count)]
            at += timedelta(hours=1)
        return sorted(made)


Crawl = Callable[[CrawlFacts, random.Random], CrawlFacts]


@dataclass
class Life:
    """A source that lives from `BEGIN`.

    `ill` changes its crawls from a moment on, `lost` says which share of its articles is not named any more.
    """

    press: Press
    until: datetime
    onset: datetime | None = None
    ill: Crawl | None = None
    silent: bool = False
    fading: Callable[[float], float] | None = None
    seed: int = 1

    def __post_init__(self) -> None:
        rng = random.Random(f"{self.press.name} {self.seed}")
        published = self.press.published(self.until, rng)
        onset = self.onset
        if onset is not None and self.silent:
            published = [at for at in published if at < onset]
        if onset is not None and self.fading is not None:
            published = [at for at in published if at < onset or rng.random() < self.fading((at - onset) / timedelta(days=1))]
        self.published = published
        self.crawls = list(self._crawled(rng))

    def _crawled(self, rng: random.Random) -> Iterator[CrawlFacts]:
        at, place = BEGIN, 0
        while at <= self.until:
            fresh = 0
            while place < len(self.published) and self.published[place] <= at:
                place += 1
                fresh += 1
            facts = self._healthy(at, fresh, rng)
            if self.ill is not None and self.onset is not None and at >= self.onset:
                facts = self.ill(facts, rng)
            yield facts
            at += self.press.every * rng.uniform(0.9, 1.0)

    def _healthy(self, at: datetime, fresh: int, rng: random.Random) -> CrawlFacts:
        pages: dict[Outcome, int] = {}
        languages: dict[str, int] = {}
        undated = 0
        for _ in range(fresh):
            draw = rng.random()
            outcome = (
                Outcome.NO_TEXT
                if draw < self.press.videos
                else Outcome.IRRELEVANT
                if draw < self.press.videos + 0.3
                else Outcome.COPY
                if draw < self.press.videos + 0.35
                else Outcome.NETWORK_ERROR
                if draw > 0.99
                else Outcome.NEW
            )
            pages[outcome] = pages.get(outcome, 0) + 1
            if outcome in {Outcome.NEW, Outcome.COPY}:
                language = rng.choices(list(self.press.languages), list(self.press.languages.values()))[0]
                languages[language] = languages.get(language, 0) + 1
                undated += rng.random() < self.press.undated
        status = {"ok": 1} if fresh else {"not_modified": 1}
        if rng.random() < 0.004:  # now and then a server does not answer
            return CrawlFacts(at, RunStatus.FAILED, {"timeout": 1}, ("https://x.example/feed: timeout",))
        articles = sum(languages.values())
        return CrawlFacts(at, RunStatus.FINISHED, status, fresh=fresh, pages=pages, articles=articles, undated=undated, languages=languages)

    def history(self, now: datetime) -> SourceHistory:
        """Return what is known at a moment."""
        crawls = [crawl for crawl in self.crawls if crawl.started_at <= now]
        published = tuple(at for at in self.published if at <= (crawls[-1].started_at if crawls else now))
        return SourceHistory("made-up", tuple(crawls[-60:]), published, BEGIN, BEGIN, 30)

    def after(self, crawls: int) -> datetime:
        """Return the moment after so many crawls since the onset."""
        assert self.onset is not None
        later = [crawl.started_at for crawl in self.crawls if crawl.started_at >= self.onset]
        return later[crawls - 1]


def pages_of(facts: CrawlFacts, outcome: Outcome, least: int = 3) -> CrawlFacts:
    """Return a crawl whose pages all came to one outcome."""
    count = max(least, sum(facts.pages.values()))
    return replace(
        facts, status=RunStatus.FINISHED, channels={"ok": 1}, failing=(), pages={outcome: count}, articles=0, undated=0, languages={}
    )


def failing(facts: CrawlFacts, status: str, reason: str) -> CrawlFacts:
    """Return a crawl whose channel failed."""
    said = (f"https://x.example/feed: {reason}",)
    return CrawlFacts(facts.started_at, RunStatus.FAILED, {status: 1}, said)

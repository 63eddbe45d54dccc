"""When is a source crawled again? Its history is judged, its rhythm followed, and both are written down in one transaction.

Called at the end of every crawl, by the crawl itself, so that a crawl by hand and a scheduled one come to the same; and by the scheduler
for those whose crawl could not.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from crawler.catalog import Source
from crawler.watch import breaker, lulls, rhythm
from crawler.watch.windows import next_cron
from storage.database import Database
from storage.health import conditions, histories
from storage.health.conditions import Condition, Due
from storage.health.judging import LOOKED_BACK, judge
from storage.health.records import Expectations, SourceHealth, SourceHistory

# Not `secrets`: what is drawn only spreads starts.
_draw = random.random
_TOGETHER = 50  # sources whose histories are in memory, and whose judgements are written, at once


def expectations(source: Source, now: datetime) -> Expectations:
    """Return what the file of a source and the calendar say of it."""
    bounds = source.expected
    return Expectations(
        time_zone=source.time_zone,
        low=bounds.low if bounds else None,
        high=bounds.high if bounds else None,
        languages=source.languages,
        lulls=lulls.lulls(source.country, (now - LOOKED_BACK).date(), (now + timedelta(days=1)).date()),
    )


def next_due(source: Source, history: SourceHistory, health: SourceHealth, before: int, now: datetime, chance: float) -> Due:
    """Decide when a source is due next. Pure.

    Args: the source; its history and health; how many crawls in a row had failed before the last one; the present; a random number in 0 …
    1.
    """
    if breaker.is_open(before) and health.failures == 0:
        return Due(now, timedelta(0), "the probe succeeded")
    if source.cron is not None:
        at = next_cron(source.cron, ZoneInfo(source.time_zone), now)
        due = Due(at, at - now, source.rhythm)
    elif source.every is not None:
        interval = timedelta(minutes=source.interval_minutes)
        due = Due(now + rhythm.spread(interval, chance), interval, source.rhythm)
    else:
        due = _adapted(source, history, now, chance)
    if breaker.is_open(health.failures):
        interval = breaker.slowed(due.interval, health.failures)
        reason = f"probed after {health.failures} failures in a row; {due.reason}"
        due = Due(max(due.at, now + rhythm.spread(interval, chance)), interval, reason)
    return due


def _adapted(source: Source, history: SourceHistory, now: datetime, chance: float) -> Due:
    known = expectations(source, now).per_day
    zone = ZoneInfo(source.time_zone)
    shape = rhythm.shape_of(history.published, now, zone, history.shown_since or now, known)
    look = rhythm.next_look(shape, history.published, now, history.window, history.shown_since or now)
    interval = max(rhythm.spread(look.interval, chance), rhythm.CONFIG.least)
    return Due(now + interval, look.interval, f"adaptive: {look.reason}")


def appoint(
    database: Database,
    sources: Sequence[Source],
    now: datetime,
    *,
    told: Callable[[str, SourceHealth], None] | None = None,
    chance: Callable[[], float] = _draw,
) -> None:
    """Judge sources and say when they are due next. `told` hears of each judgement."""
    for start in range(0, len(sources), _TOGETHER):
        some = sources[start : start + _TOGETHER]
        before = conditions.by_source(database, [source.id for source in some])
        known = histories.of_sources(database, [source.id for source in some], now)
        judged: dict[str, tuple[SourceHealth, Due]] = {}
        for source in some:
            history = known[source.id]
            health = judge(history, expectations(source, now), now)
            judged[source.id] = health, next_due(source, history, health, _failures(before.get(source.id)), now, chance())
        conditions.note_all(database, judged, now)
        if told is not None:
            for source_id, (health, _) in judged.items():
                told(source_id, health)


def _failures(condition: Condition | None) -> int:
    return condition.health.failures if condition is not None else 0

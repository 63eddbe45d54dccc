"""What `dragoman status` shows: how every source does, or one of them in detail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from rich.text import Text

from crawler.progress import in_time
from storage import runs, sources
from storage.crawls.records import FeedState
from storage.database import Database
from storage.health import chores, conditions, overview
from storage.health.conditions import Condition
from storage.health.overview import sparkline
from storage.health.records import HealthState
from storage.records import ADAPTIVE, Run, SourceRecord
from storage.terminal import cell, err, out, outcome_counts, print_json, table, when

DAYS = 14  # of the sparkline
_STYLES: Mapping[str, str] = {"finished": "green", "failed": "red", "lost": "red", "stopped": "yellow", "running": "cyan"}


@dataclass(frozen=True, slots=True)
class Line:
    """One source with all that is known of how it does; `days` counts the articles found on each of the last days, today last."""

    source: SourceRecord
    condition: Condition | None
    last_run: Run | None
    feeds: tuple[FeedState, ...]
    days: tuple[int, ...]

    @property
    def ill(self) -> bool:
        """Tell whether somebody should look."""
        return self.condition is not None and self.condition.health.ill


def lines(database: Database, now: datetime, *, ill: bool = False) -> list[Line]:
    """Return every source that was crawled or scheduled, or only those that are ill, the ill ones first."""
    latest = runs.latest_by_source(database)
    judged = conditions.by_source(database)
    found = overview.found_by_day(database, now, DAYS)
    feeds: dict[str, list[FeedState]] = {}
    for state in sources.feed_states(database):
        feeds.setdefault(state.source_id, []).append(state)
    made = [
        Line(
            record, judged.get(record.id), latest.get(record.id), tuple(feeds.get(record.id, ())), tuple(found.get(record.id, (0,) * DAYS))
        )
        for record in sources.list_all(database)
        if record.next_due_at is not None or record.id in latest
    ]
    made.sort(key=lambda line: (not line.ill, line.source.id))
    return [line for line in made if line.ill or not ill]


def print_status(database: Database, *, as_json: bool, ill: bool = False) -> None:
    """Print one line a source."""
    now = datetime.now(UTC)
    found = lines(database, now, ill=ill)
    if as_json:
        for line in found:
            print_json(_facts(line))
        return
    made = table(
        None, "source", "health", f"{DAYS} days", "today", "last run (UTC)", "ended", "next run (UTC)", "evidence", numbers=("today",)
    )
    for line in found:
        made.add_row(*_row(line))
    if found:
        out.print(made)
        sick = sum(line.ill for line in found)
        err.print(f"{_sources(len(found))}, {sick} ill." if not ill else f"{_sources(sick)} to be looked at.")
    elif ill:
        out.print("No source is ill.")
    else:
        out.print("No source was crawled or scheduled yet: 'dragoman crawl' or 'dragoman schedule' begins.")


def _facts(line: Line) -> dict[str, Any]:
    condition = line.condition
    return {
        "source": line.source,
        "health": None
        if condition is None
        else {
            "state": condition.health.state,
            "ill": condition.health.ill,
            "evidence": condition.health.evidence,
            "failures": condition.health.failures,
            "since": condition.since,
            "judged_at": condition.judged_at,
            "plan": condition.plan,
        },
        "last_run": line.last_run,
        "articles_by_day": line.days,
        "feeds": line.feeds,
    }


def _sources(count: int) -> str:
    return f"{count} source{'s' * (count != 1)}"


def _health(condition: Condition | None) -> Text:
    if condition is None:
        return cell("not judged yet", "dim")
    health = condition.health
    style = "red" if health.ill else "green" if health.state is HealthState.OK else "yellow"
    return cell(health.state, style)


def _row(line: Line) -> Sequence[Any]:
    run = line.last_run
    evidence = line.condition.health.evidence if line.condition else run.reason if run else ""
    return (
        cell(line.source.id),
        _health(line.condition),
        Text(sparkline(line.days)),
        cell(line.days[-1]),
        cell(when(run.started_at) if run else "never"),
        cell(run.status if run else None, _STYLES.get(run.status, "") if run else ""),
        cell(when(line.source.next_due_at)),
        cell(evidence or ("" if line.source.enabled else "not enabled")),
    )


def print_source(database: Database, source_id: str, *, as_json: bool) -> None:
    """Print everything that is known of how one source does. Raises: NotFound."""
    record = sources.get(database, source_id)
    now = datetime.now(UTC)
    line = next((line for line in lines(database, now) if line.source.id == source_id), Line(record, None, None, (), (0,) * DAYS))
    crawls = overview.recent_crawls(database, source_id)
    told = conditions.notices(database, source_id, limit=10)
    if as_json:
        print_json(_facts(line) | {"crawls": crawls, "notices": told})
        return
    out.print(cell(f"{record.name} ({record.id}), {record.homepage}", "bold"))
    facts = table(None, "", "")
    facts.show_header = False
    for name, value in _described(line):
        facts.add_row(cell(name, "dim"), value if isinstance(value, Text) else cell(value, limit=1000))
    out.print(facts)
    if line.feeds:
        made = table("Channels", "address", "last answer", "at (UTC)", "items", "failures", numbers=("items", "failures"))
        for feed in line.feeds:
            style = "red" if feed.failures else ""
            made.add_row(
                cell(feed.url), cell(feed.status, style), cell(when(feed.fetched_at)), cell(feed.items), cell(feed.failures, style)
            )
        out.print(made)
    if crawls:
        made = table(
            "Crawls, the newest first", "began (UTC)", "ended", "named", "known", "what came of it", "remarks", numbers=("named", "known")
        )
        for run in crawls:
            counts = outcome_counts(run.outcomes)
            style = _STYLES.get(run.status, "")
            row = (cell(run.status, style), cell(run.discovered), cell(run.known), cell(counts), cell(run.reason, limit=120))
            made.add_row(cell(when(run.started_at)), *row)
        out.print(made)
    if told:
        made = table("Notices, the newest first", "at (UTC)", "kind", "target", "delivered (UTC)", "text")
        for notice in told:
            arrived = when(notice.delivered_at) if notice.delivered_at else notice.error or "waits"
            made.add_row(cell(when(notice.created_at)), cell(notice.kind), cell(notice.target), cell(arrived), cell(notice.text))
        out.print(made)


def _described(line: Line) -> list[tuple[str, Any]]:
    condition, record = line.condition, line.source
    facts: list[tuple[str, Any]] = [("health", _health(condition))]
    if condition is not None:
        facts.append(("evidence", condition.health.evidence))
        facts.append(("in this state since", when(condition.since)))
        if condition.health.failures:
            facts.append(("failures in a row", condition.health.failures))
        if condition.told_state is not None:
            facts.append(("told", f"{condition.told_state}, {when(condition.told_at)}"))
    now = f"; now every {in_time(record.interval_minutes * 60)}" if record.rhythm == ADAPTIVE else ""
    facts.append(("rhythm", f"{record.rhythm or 'not scheduled'}{now}"))
    why = f" ({condition.plan.removeprefix('adaptive: ')})" if condition is not None and condition.plan != record.rhythm else ""
    facts.append(("next run", f"{when(record.next_due_at)}{why}"))
    facts.append((f"{DAYS} days", f"{sparkline(line.days)}  {sum(line.days)} articles, {line.days[-1]} of them today"))
    return facts


def print_chores(database: Database) -> None:
    """Print how each chore went last; nothing when there were none."""
    records = chores.all_by_name(database)
    if records:
        made = table("Chores", "chore", "for", "began (UTC)", "ended (UTC)", "how", "remarks")
        for name, record in records.items():
            row = (cell(when(record.started_at)), cell(when(record.ended_at)), cell(record.status), cell(record.reason))
            made.add_row(cell(name), cell(record.slot), *row)
        out.print(made)

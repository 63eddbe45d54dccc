"""Read the history of a source from the ledgers, as its health and its rhythm are judged from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, Select, bindparam, case, func, or_, select

from storage.database import Database
from storage.dialects.base import DatabaseDialect
from storage.health.judging import LOOKED_BACK
from storage.health.records import CrawlFacts, SourceHistory
from storage.models import ArticleRow, FeedRow, FetchRow, PollRow, RunRow, SightingRow
from storage.records import ChannelKind, Outcome, RunKind, RunStatus

MAX_CRAWLS = 60  # of the newest: more than the pages of any of them are compared with
MAX_ARTICLES = 20_000  # of the newest: 285 a day over ten weeks; of a source that publishes more, fewer weeks say enough
FIRST_LOOK = timedelta(minutes=30)  # what is named so soon after the first look was shown at it
_LOOKING = (ChannelKind.FEED.value, ChannelKind.SITEMAP.value, ChannelKind.SECTION.value)
_ANSWERS = frozenset({"ok", "empty", "not_modified", "index", "skipped"})


#: Statements are made once: to make one takes as long as to run it, and a thousand histories may be asked for in a quarter of an hour.
_RUNS = (
    select(RunRow.id, RunRow.started_at, RunRow.status)
    .where(RunRow.source_id == bindparam("source"), RunRow.kind == RunKind.CRAWL.value, RunRow.status != RunStatus.RUNNING.value)
    .order_by(RunRow.id.desc())
    .limit(bindparam("most"))
)
_POLLS = select(PollRow.run_id, PollRow.url, PollRow.status, PollRow.reason, PollRow.fresh, PollRow.moved_to, PollRow.http_status).order_by(
    PollRow.id
)
_PAGES = (
    select(FetchRow.run_id, FetchRow.outcome, func.count())
    .where(or_(FetchRow.channel.is_(None), FetchRow.channel != ChannelKind.REVISIT.value))
    .group_by(FetchRow.run_id, FetchRow.outcome)
)
_ARTICLES = (
    select(FetchRow.run_id, ArticleRow.language, func.count(), func.sum(case((ArticleRow.published_at.is_(None), 1), else_=0)))
    .join(ArticleRow, ArticleRow.id == FetchRow.article_id)
    .where(FetchRow.outcome.in_([Outcome.NEW.value, Outcome.COPY.value]))
    .group_by(FetchRow.run_id, ArticleRow.language)
)
_SEEN = func.min(SightingRow.seen_at).label("seen")
_PUBLISHED = (
    select(func.min(func.coalesce(SightingRow.dated_at, SightingRow.seen_at)).label("dated"), _SEEN)
    .where(SightingRow.source_id == bindparam("source"), SightingRow.seen_at >= bindparam("since"), SightingRow.channel.in_(_LOOKING))
    .group_by(SightingRow.url_key)
    .order_by(_SEEN.desc())
    .limit(MAX_ARTICLES)
)
_FIRST_POLL = select(PollRow.polled_at).where(PollRow.source_id == bindparam("source")).order_by(PollRow.polled_at).limit(1)
_WINDOW = select(func.min(FeedRow.items)).where(FeedRow.source_id == bindparam("source"), FeedRow.items >= 5)


def history(database: Database, source_id: str, now: datetime, crawls: int = MAX_CRAWLS) -> SourceHistory:
    """Return what happened to a source up to now, from one state of the database."""
    return of_sources(database, [source_id], now, crawls)[source_id]


def of_sources(database: Database, source_ids: Sequence[str], now: datetime, crawls: int = MAX_CRAWLS) -> dict[str, SourceHistory]:
    """Return what happened to some sources, all from one state of the database."""
    with database.read() as connection:
        rows: dict[str, Sequence[Any]] = {}
        for source_id in source_ids:
            rows[source_id] = connection.execute(_RUNS, {"source": source_id, "most": crawls}).all()[::-1]
        facts = _crawls(connection, database.dialect, [row for some in rows.values() for row in some])
        made: dict[str, SourceHistory] = {}
        for source_id, some in rows.items():
            published, since, shown = _published(connection, source_id, now)
            # what shows hardly any says nothing of how many it can show
            window = connection.scalar(_WINDOW, {"source": source_id})
            made[source_id] = SourceHistory(source_id, tuple(facts[row.id] for row in some), published, since, shown, window)
        return made


def _crawls(connection: Connection, dialect: DatabaseDialect, rows: Sequence[Any]) -> dict[int, CrawlFacts]:
    """Return by run what came of it."""
    ids = {"runs": dialect.packed(row.id for row in rows)}

    def of_runs(name: str, statement: Select[*tuple[Any, ...]], run_id: Any) -> Iterable[Any]:
        return connection.execute(dialect.kept(name, lambda: statement.where(dialect.among(run_id, "runs"))), ids)

    polls = _polls(of_runs("history of polls", _POLLS, PollRow.run_id))
    pages = _pages(of_runs("history of pages", _PAGES, FetchRow.run_id))
    articles = _articles(of_runs("history of articles", _ARTICLES, FetchRow.run_id))
    return {
        row.id: CrawlFacts(
            started_at=row.started_at,
            status=RunStatus(row.status),
            pages=pages.get(row.id, {}),
            **polls.get(row.id, {}),
            **articles.get(row.id, {}),
        )
        for row in rows
    }


def _polls(rows: Iterable[Any]) -> dict[int, dict[str, Any]]:
    """Return by run what its channels answered; what was not modified is as empty as it was, what was held back was skipped."""
    made: dict[int, dict[str, Any]] = {}
    empty: set[str] = set()
    for run_id, url, answered, reason, fresh, moved_to, http_status in rows:
        # a host that was left alone (`crawler.gate`) was not asked
        status = "skipped" if answered == Outcome.BLOCKED and http_status is None else answered
        facts = made.setdefault(run_id, {"channels": defaultdict(int), "failing": (), "moved_to": (), "moved_within": (), "fresh": 0})
        if status == "empty":
            empty.add(url)
        elif status in {"ok", "index"}:
            empty.discard(url)
        facts["channels"]["empty" if status == Outcome.NOT_MODIFIED and url in empty else status] += 1
        facts["fresh"] += fresh
        if status not in _ANSWERS:
            facts["failing"] += (f"{url}: {reason or status}",)
        if moved_to:
            facts["moved_within" if _same_site(url, moved_to) else "moved_to"] += (moved_to,)
    return made


def _same_site(first: str, second: str) -> bool:
    """Tell whether two addresses are of one site: the same last two labels of the host, or the same number and port."""
    return _site(first) == _site(second)


def _site(url: str) -> str:
    host = urlsplit(url).hostname or ""
    return urlsplit(url).netloc if host.replace(".", "").isdecimal() else ".".join(host.split(".")[-2:])


def _pages(rows: Iterable[Any]) -> dict[int, dict[Outcome, int]]:
    made: defaultdict[int, dict[Outcome, int]] = defaultdict(dict)
    for run_id, outcome, count in rows:
        made[run_id][Outcome(outcome)] = count
    return made


def _articles(rows: Iterable[Any]) -> dict[int, dict[str, Any]]:
    """Return by run, of the articles that it found: how many, how many without a date, and their languages."""
    made: dict[int, dict[str, Any]] = {}
    for run_id, language, count, undated in rows:
        facts = made.setdefault(run_id, {"articles": 0, "undated": 0, "languages": defaultdict(int)})
        facts["articles"] += count
        facts["undated"] += int(undated)
        if language:
            facts["languages"][language.partition("-")[0]] += count
    return made


def _published(connection: Connection, source_id: str, now: datetime) -> tuple[tuple[datetime, ...], datetime | None, datetime | None]:
    """Return when the articles of a source appeared, since when it is watched, and since when its channels show everything.

    A feed still shows at the first look what came before, so everything since its first items, but for the oldest quarter of them: some are
    pinned.
    """
    wanted = {"source": source_id, "since": now - LOOKED_BACK}
    rows = [(min(row.dated, row.seen), row.seen) for row in connection.execute(_PUBLISHED, wanted)]
    first = connection.scalar(_FIRST_POLL, {"source": source_id})
    if first is None:
        return (), None, None
    since = max(first, now - LOOKED_BACK)
    if len(rows) == MAX_ARTICLES:
        since = max(since, rows[-1][1])
    at_first = sorted(dated for dated, seen in rows if seen <= first + FIRST_LOOK)
    shown = min(since, at_first[len(at_first) // 4]) if at_first and since == first else since
    return tuple(sorted(dated for dated, _ in rows if dated >= shown)), since, shown

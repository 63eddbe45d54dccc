"""The database in a few numbers for who watches it, and what a source did day by day and crawl by crawl."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from storage.database import Database
from storage.models import ArticleRow, CandidateRow, FetchRow, NoticeRow, RunRow
from storage.records import Outcome, Run, RunKind
from storage.runs import recent_within


@dataclass(frozen=True, slots=True)
class Totals:
    """How much there is: articles, attempts by outcome, candidates and notices that wait, bytes, when the last article was found."""

    articles: int
    outcomes: Mapping[Outcome, int]
    waiting: int
    notices: int
    size_bytes: int
    last_article_at: datetime | None


def totals(database: Database) -> Totals:
    """Count from one state of the database."""
    with database.read() as connection:
        outcomes = {row[0]: row[1] for row in connection.execute(select(FetchRow.outcome, func.count()).group_by(FetchRow.outcome))}
        return Totals(
            articles=connection.scalar(select(func.count()).select_from(ArticleRow)) or 0,
            outcomes={Outcome(name): count for name, count in sorted(outcomes.items())},
            waiting=connection.scalar(select(func.count()).select_from(CandidateRow).where(CandidateRow.settled_at.is_(None))) or 0,
            notices=connection.scalar(
                select(func.count()).select_from(NoticeRow).where(NoticeRow.delivered_at.is_(None), NoticeRow.given_up_at.is_(None))
            )
            or 0,
            size_bytes=int(database.dialect.facts(connection)["size_bytes"]),
            last_article_at=connection.scalar(select(ArticleRow.first_seen_at).order_by(ArticleRow.id.desc()).limit(1)),
        )


def has_articles(database: Database) -> bool:
    """Tell whether the corpus holds anything."""
    with database.read() as connection:
        return connection.scalar(select(ArticleRow.id).limit(1)) is not None


def found_by_day(database: Database, now: datetime, days: int = 14) -> dict[str, list[int]]:
    """Return for each source how many articles were found on each of the last days (UTC), today last."""
    begin = (now - timedelta(days=days - 1)).replace(hour=0, minute=0, second=0, microsecond=0)
    found = (Outcome.NEW.value, Outcome.COPY.value)
    day = database.dialect.day(FetchRow.fetched_at).label("day")
    wanted = (
        select(FetchRow.source_id, day, func.count())
        .where(FetchRow.fetched_at >= begin, FetchRow.outcome.in_(found))
        .group_by(FetchRow.source_id, "day")
    )
    counted: defaultdict[str, list[int]] = defaultdict(lambda: [0] * days)
    with database.read() as connection:
        for source_id, text, count in connection.execute(wanted):
            place = (date.fromisoformat(text) - begin.date()).days
            if 0 <= place < days:
                counted[source_id][place] = count
    return dict(counted)


def recent_crawls(database: Database, source_id: str, limit: int = 15) -> list[Run]:
    """Return the newest crawls of a source, the newest first."""
    wanted = select(RunRow).where(RunRow.source_id == source_id, RunRow.kind == RunKind.CRAWL.value).order_by(RunRow.id.desc()).limit(limit)
    with database.read() as connection:
        return recent_within(connection, wanted)


def sparkline(counts: Sequence[int]) -> str:
    """Draw counts as bars of eight heights, the highest being the largest count; a dot is nothing."""
    most = max(counts, default=0)
    return "".join("·" if count == 0 else "▁▂▃▄▅▆▇█"[min(7, count * 8 // (most + 1))] for count in counts)

"""Gone, back, moved: what visits found of an article besides its text.

The ledger says when an article was found and when it was gone; an event is where the one follows the other in time. So events are a
function of what was seen and when, not of the order in which it was told: when an archive brings an earlier visit later, they are found
anew from the ledger. Rows are only ever added. One that a later-told visit made superfluous (gone, when it is known now that it was gone
before) stays in the table and is passed over when events are read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, or_, select, update

from storage.crawls.visits import FOUND
from storage.dialects.base import DatabaseDialect
from storage.models import ArticleRow, EventRow, FetchRow
from storage.records import ChannelKind, ClusterRole, Event, EventKind, Outcome


@dataclass(frozen=True, slots=True)
class EventConfig:
    """When a second article with the text of a first is a republication.

    `apart`: two addresses of one text that are found within the time that a crawl takes were both there (sections, editions).
    """

    apart: timedelta = timedelta(hours=1)


CONFIG = EventConfig()

_ORDER = {kind: place for place, kind in enumerate(EventKind)}


def in_order(told: Iterable[Event]) -> list[Event]:
    """Return the events of one article in time, without those that tell nothing new: at first it is there, and at its own address."""
    events: list[Event] = []
    gone, url = False, None
    for event in sorted(told, key=lambda event: (event.at, _ORDER[event.kind])):
        if event.kind is EventKind.MOVED:
            if event.url == url:
                continue
            url = event.url
        elif event.kind in {EventKind.GONE, EventKind.BACK}:
            if gone is (event.kind is EventKind.GONE):
                continue
            gone = not gone
        events.append(event)
    return events


def of_articles(connection: Connection, ids: Collection[int]) -> dict[int, list[Event]]:
    """Return the events of articles in time; an article without any is left out."""
    told: dict[int, list[Event]] = {}
    for row in connection.execute(select(EventRow).where(EventRow.article_id.in_(ids))):
        told.setdefault(row.article_id, []).append(_event(row))
    return {article_id: in_order(events) for article_id, events in told.items()}


def has_moved_to(connection: Connection, article_id: int, url: str, told: Iterable[Event] = ()) -> bool:
    """Say whether an article was seen to move to an address, or is `told` to have: then whatever stands there now is the article."""
    if any((event.article_id, event.kind, event.url) == (article_id, EventKind.MOVED, url) for event in told):
        return True
    moved = select(EventRow.url).where(EventRow.article_id == article_id, EventRow.kind == EventKind.MOVED.value)
    return url in set(connection.scalars(moved))


def republications(connection: Connection, article_id: int, config: EventConfig = CONFIG) -> list[Event]:
    """Return when the source of an article published its text again under other addresses.

    They are told of the first article of the source in the cluster, and follow from the articles that there are: nothing is stored.
    """
    cluster = select(ArticleRow.cluster_id, ArticleRow.source_id).where(ArticleRow.id == article_id)
    row = connection.execute(cluster).first()
    if row is None or row.cluster_id is None:
        return []
    members = (
        select(ArticleRow.id, ArticleRow.canonical_url, ArticleRow.first_seen_at)
        .where(ArticleRow.cluster_id == row.cluster_id, ArticleRow.source_id == row.source_id)
        .where(or_(ArticleRow.id == article_id, ArticleRow.cluster_role != ClusterRole.PARTIAL.value))
        .order_by(ArticleRow.first_seen_at, ArticleRow.url_key)
    )
    first, *others = connection.execute(members).all()
    if first.id != article_id:
        return []
    late = [other for other in others if other.first_seen_at - first.first_seen_at >= config.apart]
    return [Event(article_id, EventKind.REPUBLISHED, other.first_seen_at, url=other.canonical_url) for other in late]


def write(
    connection: Connection, dialect: DatabaseDialect, *, told: Sequence[Event], gone: Collection[int], found: Collection[int]
) -> Mapping[int, list[Event]]:
    """Add the events that a batch of visits gave, when its ledger is written; keep `gone_at` in step.

    Args: what was seen of an article that its ledger does not say (it moved, another one took its place); the articles that were found to
    be gone, and those that were found.
    Returns: the events of the articles that have any now, of those named.
    """
    _add(connection, dialect, told)
    known = set(connection.scalars(select(EventRow.article_id).where(EventRow.article_id.in_(found)).distinct()))
    concerned = known | set(gone) | {event.article_id for event in told}
    if not concerned:
        return {}
    seen = _ledger(connection, concerned)
    before = of_articles(connection, concerned)
    for article_id in concerned:
        stood = [event for event in before.get(article_id, []) if event.kind is not EventKind.BACK]
        _add(connection, dialect, [event for event in in_order([*stood, *seen.get(article_id, [])]) if event not in stood])
    after = of_articles(connection, concerned)
    for article_id in concerned:
        presence = [event for event in after.get(article_id, []) if event.kind in {EventKind.GONE, EventKind.BACK}]
        gone_at = presence[-1].at if presence and presence[-1].kind is EventKind.GONE else None
        connection.execute(update(ArticleRow).where(ArticleRow.id == article_id).values(gone_at=gone_at))
    return after


def _ledger(connection: Connection, ids: Collection[int]) -> dict[int, list[Event]]:
    """Read the ledger of articles as one event for each time that they were gone or there. A file says nothing of what the web says now."""
    wanted = select(FetchRow.article_id, FetchRow.fetched_at, FetchRow.outcome, FetchRow.http_status, FetchRow.reason).where(
        FetchRow.article_id.in_(ids), FetchRow.outcome.in_([*FOUND, Outcome.GONE]), FetchRow.channel != ChannelKind.FILE.value
    )
    seen: dict[int, list[Event]] = {}
    for row in connection.execute(wanted):
        if row.outcome == Outcome.GONE:
            event = Event(row.article_id, EventKind.GONE, row.fetched_at, row.http_status, row.reason)
        else:
            event = Event(row.article_id, EventKind.BACK, row.fetched_at, row.http_status)
        seen.setdefault(row.article_id, []).append(event)
    return seen


def _add(connection: Connection, dialect: DatabaseDialect, events: Sequence[Event]) -> None:
    rows: list[dict[str, Any]] = [
        {
            "article_id": event.article_id,
            "at": event.at,
            "kind": event.kind.value,
            "status": event.status,
            "reason": event.reason,
            "url": event.url,
        }
        for event in events
    ]
    if rows:
        connection.execute(dialect.insert(EventRow).on_conflict_do_nothing(), rows)


def _event(row: Any) -> Event:
    return Event(row.article_id, EventKind(row.kind), row.at, row.status, row.reason, row.url)

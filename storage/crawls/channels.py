"""The ledger of channels: what each feed, sitemap, section and archive page answered, kept together with what it named.

One transaction holds the candidates, the answer's validators and the row of the ledger. Were the validators kept first, a kill would lose
the candidates for good: the next poll would be told 'not modified'.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import insert, select

from storage import sources, textgate
from storage.crawls import backfills, frontier
from storage.crawls.frontier import AddedCounts
from storage.crawls.records import BackfillStep, FeedState, FrontierEntry, Poll
from storage.database import Database
from storage.models import PollRow, RunRow
from storage.records import ChannelKind

NOTHING = AddedCounts(new=0, known=0)
_RECORD = insert(PollRow)  # made once: to make a statement takes as long as to run it


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of asking a channel.

    `poll` is the row of the ledger (its counts are filled in when it is written) and `state` what is remembered of the channel, None for a
    page that is read once. `first` are candidates that nothing in this run has named before, `again` those that another channel has. In a
    backfill, `steps` are the sitemaps and pages that it leads to, and its own step is done unless `step_open`: then it is to be made again.
    """

    poll: Poll
    state: FeedState | None = None
    first: Sequence[FrontierEntry] = ()
    again: Sequence[FrontierEntry] = ()
    backfill_id: int | None = None
    steps: Sequence[BackfillStep] = ()
    step_open: bool = False


def note(database: Database, answer: Answer) -> AddedCounts:
    """Write what a channel answered, in one transaction.

    Returns: what became of `first`, with the reopened of `again` among them.
    Raises: NotFound for an unknown run or source, BadRecord for hints that are not JSON-ready.
    """
    run_id = answer.poll.run_id
    with database.write() as connection:
        dialect = database.dialect
        added = repeated = NOTHING
        if answer.first:
            added = frontier.add_within(connection, dialect, run_id, answer.first)
        if answer.again:
            repeated = frontier.add_within(connection, dialect, run_id, answer.again, counted=False)
        poll = replace(answer.poll, named=len(answer.first) + len(answer.again), fresh=added.new + repeated.new)
        if answer.state is not None:
            sources.save_feed_states_within(connection, dialect, [answer.state])
        if answer.backfill_id is not None:
            backfills.advance_within(connection, dialect, answer.backfill_id, poll, answer.steps, again=answer.step_open)
        connection.execute(_RECORD, _row(poll))
    return replace(added, reopened=added.reopened + repeated.reopened)


def _row(poll: Poll) -> dict[str, object]:
    return {
        "run_id": poll.run_id,
        "source_id": poll.source_id,
        "url": textgate.clean(poll.url),
        "kind": poll.kind.value,
        "status": textgate.clean(poll.status),
        "polled_at": poll.polled_at,
        "reason": textgate.clean(poll.reason),
        "http_status": poll.http_status,
        "size_bytes": poll.size_bytes,
        "elapsed_ms": poll.elapsed_ms,
        "named": poll.named,
        "fresh": poll.fresh,
        "moved_to": textgate.clean_optional(poll.moved_to),
    }


def ledger(
    database: Database, *, source_id: str | None = None, since: datetime | None = None, until: datetime | None = None
) -> Iterator[Poll]:
    """Yield polls as they were made: of one source or all, from `since` (inclusive) to `until` (exclusive)."""
    wanted = select(PollRow).join(RunRow, RunRow.id == PollRow.run_id).order_by(PollRow.id)
    if source_id is not None:
        wanted = wanted.where(PollRow.source_id == source_id)
    if since is not None:
        wanted = wanted.where(PollRow.polled_at >= since)
    if until is not None:
        wanted = wanted.where(PollRow.polled_at < until)
    with database.read() as connection:
        for row in connection.execute(wanted):
            yield Poll(
                run_id=row.run_id,
                source_id=row.source_id,
                url=row.url,
                kind=ChannelKind(row.kind),
                status=row.status,
                polled_at=row.polled_at,
                reason=row.reason,
                http_status=row.http_status,
                size_bytes=row.size_bytes,
                elapsed_ms=row.elapsed_ms,
                named=row.named,
                fresh=row.fresh,
                moved_to=row.moved_to,
            )

"""Compare what kinds of channels named, like with like: the input of capture-recapture.

Candidates are compared that are dated (by what a channel said; else by when they were first named) in the span that both kinds cover: from
the later of the two kinds' earliest dated candidates to the earlier of their latest looks. What lies outside, one of them could not name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, case, func, select

from storage.coverage.recapture import CONFIG, Recapture, RecaptureConfig, estimate
from storage.coverage.records import READ
from storage.coverage.tallies import Scope
from storage.models import PollRow, SightingRow
from storage.records import ChannelKind

#: Pairs of kinds that are compared, the one that says most first.
PAIRS = (
    (ChannelKind.FEED, ChannelKind.SITEMAP),
    (ChannelKind.FEED, ChannelKind.SECTION),
    (ChannelKind.SITEMAP, ChannelKind.SECTION),
)
_KINDS = (ChannelKind.FEED, ChannelKind.SITEMAP, ChannelKind.SECTION)


@dataclass(frozen=True, slots=True)
class ChannelComparison:
    """Two kinds of channels of one source.

    `first` candidates were named by the one, `second` by the other, `both` by both; dated from `since` (inclusive) to `until` (inclusive),
    None when the kinds cover no common span. `recapture` is the estimate, None when `why_not` says why there is none.
    """

    source: str
    kinds: tuple[ChannelKind, ...]
    since: datetime | None = None
    until: datetime | None = None
    first: int = 0
    second: int = 0
    both: int = 0
    recapture: Recapture | None = None
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class _Span:
    earliest: datetime
    latest: datetime


def compare(connection: Connection, scope: Scope, config: RecaptureConfig = CONFIG) -> list[ChannelComparison]:
    """Compare the channels of each source that named anything.

    Returns: for each source one comparison, of the first of `PAIRS` that an estimate can be made from, else of the one with most in common.
    """
    return [_best(connection, scope, source, spans, config) for source, spans in sorted(_spans(connection, scope).items())]


def _best(connection: Connection, scope: Scope, source: str, spans: dict[ChannelKind, _Span], config: RecaptureConfig) -> ChannelComparison:
    found: list[ChannelComparison] = []
    for pair in PAIRS:
        if all(kind in spans for kind in pair):
            made = _comparison(connection, scope, source, (pair[0], pair[1]), spans, config)
            if made.recapture is not None:
                return made
            found.append(made)
    if found:
        return max(found, key=lambda comparison: comparison.both)
    (only,) = spans
    return ChannelComparison(source, (only,), why_not=f"only {only} names its articles")


def _comparison(
    connection: Connection,
    scope: Scope,
    source: str,
    pair: tuple[ChannelKind, ChannelKind],
    spans: dict[ChannelKind, _Span],
    config: RecaptureConfig,
) -> ChannelComparison:
    since = max(spans[kind].earliest for kind in pair)
    until = min(spans[kind].latest for kind in pair)
    since = max(since, scope.since) if scope.since else since
    until = min(until, scope.until) if scope.until else until
    if until < since:
        return ChannelComparison(source, pair, why_not="the two cover no common time")
    first, second, both = connection.execute(_overlap(source, pair, since, until)).one()
    first, second, both = int(first or 0), int(second or 0), int(both or 0)
    made = estimate(first, second, both, config)
    why_not = "" if made else f"not enough to estimate from: {both} named by both, {config.min_both} are needed"
    return ChannelComparison(source, pair, since, until, first, second, both, made, why_not)


def _overlap(source: str, pair: tuple[ChannelKind, ChannelKind], since: datetime, until: datetime) -> Select[Any]:
    """Count what the one, the other and both named of what is dated in a span."""
    each = (
        select(
            func.max(_is(pair[0])).label("first"),
            func.max(_is(pair[1])).label("second"),
            func.coalesce(func.min(SightingRow.dated_at), func.min(SightingRow.seen_at)).label("dated"),
        )
        .where(SightingRow.source_id == source, SightingRow.channel.in_([kind.value for kind in pair]))
        .group_by(SightingRow.url_key)
        .subquery()
    )
    sums = (func.sum(each.c.first), func.sum(each.c.second), func.sum(each.c.first * each.c.second))
    return select(*sums).where(each.c.dated >= since, each.c.dated <= until)


def _is(kind: ChannelKind) -> ColumnElement[int]:
    return case((SightingRow.channel == kind.value, 1), else_=0)


def _spans(connection: Connection, scope: Scope) -> dict[str, dict[ChannelKind, _Span]]:
    """Return what each kind of channel of each source covers: from its earliest dated candidate to its last answer."""
    kinds = [kind.value for kind in _KINDS]
    of_sources = [SightingRow.source_id.in_(scope.sources)] if scope.sources else []
    dated = func.coalesce(SightingRow.dated_at, SightingRow.seen_at)
    sighted = (
        select(SightingRow.source_id, SightingRow.channel, func.min(dated, type_=SightingRow.seen_at.type), func.max(SightingRow.seen_at))
        .where(SightingRow.channel.in_(kinds), *of_sources)
        .group_by(SightingRow.source_id, SightingRow.channel)
    )
    looked = (
        select(PollRow.source_id, PollRow.kind, func.max(PollRow.polled_at))
        .where(PollRow.kind.in_(kinds), PollRow.status.in_(READ))
        .group_by(PollRow.source_id, PollRow.kind)
    )
    looks = {(source, kind): at for source, kind, at in connection.execute(looked)}
    spans: dict[str, dict[ChannelKind, _Span]] = {}
    for source, kind, earliest, seen_at in connection.execute(sighted):
        latest = max(looks.get((source, kind), seen_at), seen_at)
        spans.setdefault(source, {})[ChannelKind(kind)] = _Span(earliest, latest)
    return spans

"""Who stands in which text, and when: lists that the database makes, and the counting of what two of them share.

The database gives, for each member, the numbers of its articles as one line (out of an index that holds nothing else), and for each span
the numbers of the texts in it. Joining the table of tags with itself takes ten times as long (`docs/design/0011-ties.md`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import numpy as np
from sqlalchemy import ColumnElement, Connection, Text, cast, func, or_, select

from storage.dialects.base import DatabaseDialect
from storage.models import ArticleRow, TagRow
from storage.records import ClusterRole, article_key
from storage.search.query import parse
from storage.search.records import ArticleFilter, Weight
from storage.search.selection import one_a_cluster, selection
from storage.ties.records import Member, Span

# How much of a day (YYYY-MM-DD) tells spans apart; weeks are put together from days.
_DAY_CHARS = {Span.DAY: 10, Span.WEEK: 10, Span.MONTH: 7, Span.YEAR: 4}
_NUMBERS_A_QUERY = 1000
# Up to so many pairs of members are counted in a table of all, 8 bytes each; more are sorted.
_MOST_CELLS = 1 << 24

Numbers = np.ndarray


@dataclass(frozen=True)
class Texts:
    """The texts that count: their article numbers in order (`ids`, int64), and for each the place of its span among `begins` (`spans`)."""

    ids: Numbers
    spans: Numbers
    begins: tuple[date, ...]

    def by_span(self, places: Numbers) -> Numbers:
        """Count texts, given by their places in `ids`, in each span."""
        return np.bincount(self.spans[places], minlength=len(self.begins))


def chosen_texts(connection: Connection, dialect: DatabaseDialect, wanted: ArticleFilter, weight: Weight, by: Span) -> Texts:
    """Find the articles that count; by clusters, one of the copies of each text."""
    empty = Texts(np.empty(0, np.int64), np.empty(0, np.int64), ())
    undated = replace(wanted, since=None, until=None, copies=False)
    statement = selection(dialect, undated, parse(undated.query))
    if statement is None:
        return empty
    if weight is Weight.CLUSTERS:
        # Chosen before the time is looked at, or texts would move at its edges.
        if undated == ArticleFilter(relevant=undated.relevant):
            statement = statement.where(or_(ArticleRow.cluster_id.is_(None), ArticleRow.cluster_role == ClusterRole.ORIGIN.value))
        else:
            statement = one_a_cluster(statement, undated)
    day = func.substr(dialect.day(ArticleRow.dated_at), 1, _DAY_CHARS[by], type_=Text())
    lines = connection.execute(statement.with_only_columns(day, _line(ArticleRow.id)).where(*_in_time(wanted)).group_by(day)).all()
    if not lines:
        return empty
    first_days = [by.begin(_first_day(written)) for written, _ in lines]
    begins = _all_spans(wanted, by, first_days)
    place = {begin: number for number, begin in enumerate(begins)}
    ids = [_numbers(line) for _, line in lines]
    spans = np.repeat([place[begin] for begin in first_days], [len(some) for some in ids])
    together = np.concatenate(ids)
    order = np.argsort(together)
    return Texts(together[order], spans[order], begins)


def _in_time(wanted: ArticleFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.since is not None:
        yield ArticleRow.dated_at >= wanted.since
    if wanted.until is not None:
        yield ArticleRow.dated_at < wanted.until


def _first_day(written: str) -> date:
    """Return the first day of a year, a month or a day as it is written."""
    return date.fromisoformat(f"{written}-01-01"[:10])


def _all_spans(wanted: ArticleFilter, by: Span, found: Sequence[date]) -> tuple[date, ...]:
    """Return the first days of all spans of the time that was asked for; to the first and last text where it has no end."""
    first = by.begin(wanted.since.date()) if wanted.since else min(found)
    last = date.fromordinal(wanted.until.toordinal() - 1) if wanted.until else max(found)
    begins = [first]
    while (following := by.following(begins[-1])) <= last:
        begins.append(following)
    return tuple(begins)


def _line(number: ColumnElement[int] | object) -> ColumnElement[str]:
    """Write the numbers of a group in one line."""
    return func.aggregate_strings(cast(number, Text()), ",")


def _numbers(line: str) -> Numbers:
    """Read numbers that stand in one line."""
    return np.fromstring(line, dtype=np.int64, sep=",")


def postings(
    connection: Connection, texts: Texts, kinds: Sequence[str], least_weight: float, members: Sequence[Member] = ()
) -> Mapping[Member, Numbers]:
    """Return, for each member of some kinds, the places in `texts.ids` of the texts in which it weighs enough, in order.

    `members` are all that are wanted; none means every one.
    """
    found: dict[Member, Numbers] = {}
    for kind in kinds:
        values = [member.value for member in members if member.kind == kind]
        statement = (
            select(TagRow.value, _line(TagRow.article_id))
            .where(TagRow.kind == kind, TagRow.weight >= least_weight)
            .group_by(TagRow.value)
            .order_by(TagRow.value)
        )
        for value, line in connection.execute(statement.where(TagRow.value.in_(values)) if values else statement):
            ids = np.sort(_numbers(line))
            places = np.searchsorted(texts.ids, ids)
            places[places == len(texts.ids)] = 0
            places = places[texts.ids[places] == ids] if len(texts.ids) else places[:0]
            if len(places):
                found[Member(kind, value)] = places
    return found


def shared(first: Numbers, second: Numbers) -> Numbers:
    """Return the texts of two members; both lists are in order and name each text once."""
    return np.intersect1d(first, second, assume_unique=True)


def count_pairs(members: Mapping[Member, Numbers]) -> Iterator[tuple[Member, Member, int]]:
    """Count the texts of every two members that have one in common, each pair once, in the order of the members.

    The lists are put in the order of texts; members of one text then stand beside each other, and all pairs at one distance are counted
    at once.
    """
    names = sorted(members)
    total = len(names)
    if total < 2:
        return
    texts = np.concatenate([members[name] for name in names])
    codes = np.repeat(np.arange(total), [len(members[name]) for name in names])
    order = np.argsort(texts, kind="stable")  # stable: within a text, members stay in their order
    texts, codes = texts[order], codes[order]
    dense = total * total <= _MOST_CELLS
    table = np.zeros(total * total, np.int64) if dense else None
    sparse: list[Numbers] = []
    distance = 1
    while True:
        same = np.flatnonzero(texts[:-distance] == texts[distance:])
        if not len(same):
            break
        pairs = codes[same] * total + codes[same + distance]
        if table is not None:
            table += np.bincount(pairs, minlength=total * total)
        else:
            sparse.append(pairs)
        distance += 1
        if distance >= len(texts):
            break
    if table is not None:
        met = np.flatnonzero(table)
        counts = table[met]
    else:
        met, counts = np.unique(np.concatenate(sparse) if sparse else np.empty(0, np.int64), return_counts=True)
    for pair, count in zip(met.tolist(), counts.tolist(), strict=True):
        yield names[pair // total], names[pair % total], count


def keys_of(connection: Connection, ids: Sequence[int]) -> list[str]:
    """Return the keys of articles, the earliest first."""
    found: list[tuple[datetime, str, str]] = []
    for start in range(0, len(ids), _NUMBERS_A_QUERY):
        some = select(ArticleRow.dated_at, ArticleRow.url_key, ArticleRow.canonical_url).where(
            ArticleRow.id.in_(ids[start : start + _NUMBERS_A_QUERY])
        )
        found += [(row.dated_at, row.url_key, row.canonical_url) for row in connection.execute(some)]
    return [article_key(url) for _, _, url in sorted(found)]

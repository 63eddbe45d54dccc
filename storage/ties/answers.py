"""Answer questions about ties: who shares texts with whom, how much more often than by chance, and when.

What is counted is a text: of the copies of one, the origin stands for all (the first copy, where a filter by source or language leaves the
origin out), with its own date and tags, so that a report that thirty outlets printed is one. `docs/design/0011-ties.md` says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import pairwise

import numpy as np
from sqlalchemy import Connection

from storage.dialects.base import DatabaseDialect
from storage.ties.counts import Numbers, Texts, chosen_texts, count_pairs, keys_of, postings, shared
from storage.ties.records import Member, Tie, TiePoint, TieQuestion, Ties
from storage.ties.strength import Change, Strength, adjusted, change_between, strength_of

_NOWHERE = np.empty(0, np.int64)


def count_ties(connection: Connection, dialect: DatabaseDialect, question: TieQuestion) -> Ties:
    """Answer a question about ties.

    Ties come in the order of the lower end of their strength's interval, so that few texts do not rank above many; equal ones by how many
    texts they share, then by name.
    """
    texts = chosen_texts(connection, dialect, question.wanted, question.weight, question.by)
    asked = [member for member in (question.a, question.b) if member]
    kinds = sorted({member.kind for member in asked} | ({question.kind} if len(asked) < 2 else set()))
    members = postings(connection, texts, kinds, question.least_weight, asked if len(asked) == 2 else ())
    weighed = []
    for a, b, together in _counted(question, members):
        strength = strength_of(together, len(members.get(a, _NOWHERE)), len(members.get(b, _NOWHERE)), len(texts.ids))
        weighed.append((-(strength.low or 0.0), -together, a, b, strength))
    weighed.sort(key=lambda item: item[:4])
    ties = [_tie(connection, texts, members, question, item[2], item[3], item[4]) for item in weighed[: question.limit]]
    named = sorted(((member, len(places)) for member, places in members.items()), key=lambda item: (-item[1], item[0]))
    return Ties(question, len(texts.ids), texts.begins, dict(named), tuple(ties), len(weighed))


def _counted(question: TieQuestion, members: Mapping[Member, Numbers]) -> Iterable[tuple[Member, Member, int]]:
    """Return the pairs that are asked for, with the texts that they share. A pair named by both ends is answered though they share none."""
    if question.a is None:
        pairs: Iterable[tuple[Member, Member, int]] = count_pairs(members)
    else:
        own = members.get(question.a, _NOWHERE)
        others = [question.b] if question.b else [member for member in members if member.kind == question.kind and member != question.a]
        pairs = ((question.a, other, len(shared(own, members.get(other, _NOWHERE)))) for other in others)
    return (pair for pair in pairs if question.b or pair[2] >= max(question.least_together, 1))


def _tie(
    connection: Connection,
    texts: Texts,
    members: Mapping[Member, Numbers],
    question: TieQuestion,
    a: Member,
    b: Member,
    strength: Strength,
) -> Tie:
    """Put a tie together, with its points if they are wanted."""
    own, other = members.get(a, _NOWHERE), members.get(b, _NOWHERE)
    if not (question.series or question.trend):
        return Tie(a, b, len(own), len(other), strength, ())
    both = shared(own, other)
    all_texts = np.bincount(texts.spans, minlength=len(texts.begins))
    counts = zip(texts.begins, all_texts.tolist(), *(texts.by_span(places).tolist() for places in (own, other, both)), strict=True)
    points = [TiePoint(begin, n, of_a, of_b, strength_of(together, of_a, of_b, n)) for begin, n, of_a, of_b, together in counts]
    trend = _trend(points) if question.trend else None
    if not question.series:
        return Tie(a, b, len(own), len(other), strength, (), trend)
    steps = adjusted([None, *(change_between(before.strength, after.strength) for before, after in pairwise(points))])
    points = [replace(point, change=step) for point, step in zip(points, steps, strict=False)]
    if question.articles:
        points = [
            replace(point, articles=tuple(keys_of(connection, texts.ids[both[texts.spans[both] == number]].tolist())))
            for number, point in enumerate(points)
        ]
    return Tie(a, b, len(own), len(other), strength, tuple(points), trend)


def _trend(points: list[TiePoint]) -> Change | None:
    """Compare the later half of a series with the earlier one."""
    middle = len(points) // 2
    return change_between(_together(points[:middle]), _together(points[middle:]))


def _together(points: list[TiePoint]) -> Strength:
    """Weigh several spans as one."""
    return strength_of(
        sum(point.strength.together for point in points),
        sum(point.of_a for point in points),
        sum(point.of_b for point in points),
        sum(point.texts for point in points),
    )

"""What is asked of ties and what is answered: frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from storage.search.records import ArticleFilter, Weight
from storage.ties.strength import Change, Strength

#: A country or an actor counts where its tag weighs so much at least. Every country's tag does (it is tagged from 0.5 on); an actor's does
#: that is named in the title or the lead, or several times.
LEAST_WEIGHT = 0.2


class Span(StrEnum):
    """What a point of a series stands for. Weeks begin on Monday (ISO 8601); all are of UTC."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"

    def begin(self, day: date) -> date:
        """Return the first day of the span that a day is in."""
        match self:
            case Span.DAY:
                return day
            case Span.WEEK:
                return day - timedelta(days=day.weekday())
            case Span.MONTH:
                return day.replace(day=1)
            case Span.YEAR:
                return day.replace(month=1, day=1)

    def following(self, begin: date) -> date:
        """Return the first day of the span after the one that begins on a day."""
        longest = {Span.DAY: 1, Span.WEEK: 7, Span.MONTH: 31, Span.YEAR: 366}[self]
        return self.begin(begin + timedelta(days=longest))

    def written(self, begin: date) -> str:
        """Write a span: 2026, 2026-03, 2026-W10, 2026-03-02."""
        if self is Span.WEEK:
            year, week, _ = begin.isocalendar()
            return f"{year}-W{week:02}"
        return begin.isoformat()[: {Span.YEAR: 4, Span.MONTH: 7, Span.DAY: 10}[self]]


class Member(NamedTuple):
    """One end of a tie as tags know it: `kind` is 'country' or 'actor'."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class TieQuestion:
    """Which ties are asked for.

    With `a` and `b`, the one between them; with `a` alone, all of `a` with members of `kind`; without both, all among members of `kind`.
    `wanted` selects articles; `weight` says whether copies count once or each. A member is in an article from `least_weight` on. `articles`
    asks for the keys of the articles behind every point; a tie needs `least_together` texts, and `limit` is how many ties are given back.
    Without `series` they come without points, without `trend` without that: for a network of thousands.
    """

    a: Member | None = None
    b: Member | None = None
    kind: str = "country"
    by: Span = Span.MONTH
    wanted: ArticleFilter = field(default_factory=ArticleFilter)
    weight: Weight = Weight.CLUSTERS
    least_weight: float = LEAST_WEIGHT
    least_together: int = 1
    limit: int | None = None
    articles: bool = False
    series: bool = True
    trend: bool = True


@dataclass(frozen=True, slots=True)
class TiePoint:
    """A tie in one span: all texts, those that name the one, the other, and both; `change` is since the span before.

    `articles` are keys of the articles that were counted, the earliest first.
    """

    begin: date
    texts: int
    of_a: int
    of_b: int
    strength: Strength
    change: Change | None = None
    articles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tie:
    """A tie over all the time that was asked for, and in each span of it.

    `trend` compares the later half of the spans with the earlier one.
    """

    a: Member
    b: Member
    of_a: int
    of_b: int
    strength: Strength
    points: tuple[TiePoint, ...]
    trend: Change | None = None


@dataclass(frozen=True, slots=True)
class Ties:
    """The answer: ties, strongest evidence first, of the `found` ones no more than were wanted.

    `begins` are the first days of all spans, `texts` all texts that were counted, `members` how many of them name each.
    """

    question: TieQuestion
    texts: int
    begins: tuple[date, ...]
    members: Mapping[Member, int]
    ties: tuple[Tie, ...]
    found: int = 0

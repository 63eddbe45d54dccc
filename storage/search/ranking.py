"""How well an article fits a query: a few classes that both databases give alike, as expressions for their indexes. Pure.

News says first what matters most. An article is therefore the more relevant the earlier its words stand, and among equals the newer one:

    4  all of what was asked for is in the headline
    3  all is in the headline, the standfirst or the first sentences
    2  all is somewhere, some of it in the headline
    1  all is somewhere

Each class is a set that the index knows how to find (`storage.search.fulltext` marks what stands where), so no match is scored that is
not shown, and the class of an article depends on the article and the query alone. bm25 and ts_rank_cd differ from each other, change for
all articles when one is added, and have to see every match: see docs/design/0012-search-order.md for what that is worth.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from storage.search.fulltext import BREAK, HEAD, TITLE
from storage.search.query import Group, Query, Term


@dataclass(frozen=True, slots=True)
class Match:
    """Tokens that stand side by side, the last one perhaps only begun."""

    tokens: tuple[str, ...]
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class AllOf:
    """Documents that match every part."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Documents that match at least one part."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Without:
    """Documents that match the first and not the second."""

    wanted: Expression
    unwanted: Expression


Expression = Match | AllOf | AnyOf | Without


@dataclass(frozen=True, slots=True)
class Rank:
    """A class of matches and its score."""

    score: int
    expression: Expression


def matching(query: Query) -> Expression:
    """Return what a query that is not empty matches, in no order."""
    wanted = _every(query.required, "") if query.required else Match((BREAK,))
    return _allowed(wanted, query)


def ranks(query: Query) -> list[Rank]:
    """Return the classes of a query that is not empty, best first: no two have a document in common, together they are `matching`."""
    if not query.required:
        return [Rank(1, matching(query))]
    if all(term.title for group in query.required for term in group):
        return [Rank(4, matching(query))]
    title, head = _every(query.required, TITLE), _every(query.required, HEAD)
    found = [Rank(4, title), Rank(3, Without(head, title))]
    everywhere, better = _every(query.required, ""), head
    if len(query.required) > 1:
        some = _any(_either(group, TITLE) for group in query.required)
        found.append(Rank(2, Without(_all((everywhere, some)), head)))
        better = _any((head, some))
    found.append(Rank(1, Without(everywhere, better)))
    return [Rank(rank.score, _allowed(rank.expression, query)) for rank in found]


def _allowed(wanted: Expression, query: Query) -> Expression:
    return Without(wanted, _any(_either(group, "") for group in query.excluded)) if query.excluded else wanted


def _every(groups: Iterable[Group], sign: str) -> Expression:
    return _all(_either(group, sign) for group in groups)


def _either(group: Group, sign: str) -> Expression:
    return _any(_match(term, sign) for term in group)


def _match(term: Term, sign: str) -> Match:
    """Look for a term where `sign` says; one that is asked for in the headline stands only there."""
    sign = TITLE if term.title else sign
    return Match(tuple(sign + token for token in term.tokens), term.prefix)


def _all(parts: Iterable[Expression]) -> Expression:
    kept = tuple(parts)
    return kept[0] if len(kept) == 1 else AllOf(kept)


def _any(parts: Iterable[Expression]) -> Expression:
    kept = tuple(parts)
    return kept[0] if len(kept) == 1 else AnyOf(kept)

"""What the copies of one text are to each other: which came first, from which agency, what each changed. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from storage.dedup.near import CONFIG, Likeness
from storage.records import ClusterRole, CopyChange


@dataclass(frozen=True, slots=True)
class Member:
    """An article of a cluster, as far as its place in it depends on it. Times are aware; `url_key` is that of its canonical URL.

    `agency` is the news agency that it names, `is_agency` the one that its source is.
    """

    article_id: int
    published_at: datetime | None
    first_seen_at: datetime
    url_key: str
    agency: str | None = None
    is_agency: str | None = None

    @property
    def dated_at(self) -> datetime:
        """When it appeared, as far as we know."""
        return self.published_at or self.first_seen_at


def agency(members: Iterable[Member]) -> str | None:
    """Return the news agency that a text comes from: the one that most members name or are; of several the first by name."""
    named = Counter(name for member in members if (name := member.agency or member.is_agency))
    return min(named, key=lambda name: (-named[name], name), default=None)


def origin(members: Sequence[Member]) -> int:
    """Return the article that the others are copies of: the agency's own, if it is there, else the one that appeared first.

    Of several at one time it is the one with the smallest key, whichever was stored first. Raises: ValueError when there are no members.
    """
    wire = agency(members)
    own = [member for member in members if wire is not None and member.is_agency == wire]
    return min(own or members, key=lambda member: (member.dated_at, member.url_key)).article_id


def role(article_id: int, origin_id: int, like: Likeness) -> ClusterRole:
    """Return the place of an article: the origin, a copy, or partial where less than `partial_share` of either text is in the other.

    `like` compares it with the cluster's representative.
    """
    if article_id == origin_id:
        return ClusterRole.ORIGIN
    return ClusterRole.COPY if like.containment >= CONFIG.partial_share else ClusterRole.PARTIAL


def changes(like: Likeness, *, retitled: bool) -> tuple[CopyChange, ...]:
    """Say what a copy changed. `like` compares the representative (first) with it (second)."""
    kept, own = like.first_share >= CONFIG.whole_share, like.second_share >= CONFIG.whole_share
    found = [CopyChange.HEADLINE] if retitled else []
    if kept and not own:
        found.append(CopyChange.ADDED)
    elif own and not kept:
        found.append(CopyChange.CUT)
    elif not own:
        found.append(CopyChange.REWORDED)
    return tuple(found)

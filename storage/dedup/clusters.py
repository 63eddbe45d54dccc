"""Which of the copies of one text is its origin: pure, so that it does not depend on the order of arrival."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from storage.records import ClusterRole


@dataclass(frozen=True, slots=True)
class Member:
    """An article of a cluster, as far as its place in it depends on it. Times are aware; `url_key` is that of its canonical URL."""

    article_id: int
    published_at: datetime | None
    first_seen_at: datetime
    url_key: str

    @property
    def dated_at(self) -> datetime:
        """When it appeared, as far as we know."""
        return self.published_at or self.first_seen_at


def origin(members: Iterable[Member]) -> int:
    """Return the article that appeared first; of several at one time the one with the smallest key, whichever was stored first.

    Raises: ValueError when there are no members.
    """
    return min(members, key=lambda member: (member.dated_at, member.url_key)).article_id


def role(article_id: int, origin_id: int | None) -> ClusterRole | None:
    """Return the place of an article in a cluster with that origin; None when it is in none."""
    if origin_id is None:
        return None
    return ClusterRole.ORIGIN if article_id == origin_id else ClusterRole.COPY

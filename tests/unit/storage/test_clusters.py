from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from storage.dedup.clusters import Member, origin, role
from storage.records import ClusterRole

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def member(article_id: int, published_hour: int | None, seen_hour: int = 0, url_key: str = "") -> Member:
    published_at = None if published_hour is None else NOON + timedelta(hours=published_hour)
    return Member(article_id, published_at, NOON + timedelta(hours=seen_hour), url_key or f"{article_id:032x}")


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ([member(1, 2), member(2, 1)], 2),
        ([member(1, 2), member(2, None, 1)], 2),
        ([member(1, 2), member(2, None, 3)], 1),
        ([member(2, 1), member(1, 1)], 1),
        ([member(3, None, 5), member(9, None, 5), member(4, 7)], 3),
        ([member(1, 1, url_key="b"), member(2, 1, url_key="a")], 2),
    ],
)
def test_origin_appeared_first_whatever_the_order_of_arrival(members: list[Member], expected: int) -> None:
    assert {origin(order) for order in permutations(members)} == {expected}


def test_cluster_of_nobody_has_no_origin() -> None:
    with pytest.raises(ValueError, match="empty"):
        origin([])


def test_roles() -> None:
    assert (role(1, 1), role(2, 1), role(1, None)) == (ClusterRole.ORIGIN, ClusterRole.COPY, None)

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from storage.dedup.clusters import Member, agency, changes, origin, role
from storage.dedup.near import Likeness
from storage.records import ClusterRole, CopyChange

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


def told(article_id: int, agency: str | None, hour: int, *, is_agency: str | None = None) -> Member:
    return replace(member(article_id, hour), agency=agency, is_agency=is_agency)


def test_agency_is_the_one_that_most_members_name_or_are() -> None:
    assert agency([told(1, "Lesk", 1), told(2, "Varda", 2), told(3, None, 3, is_agency="Varda")]) == "Varda"
    assert agency([told(1, "Varda", 1), told(2, "Lesk", 2)]) == "Lesk"
    assert agency([told(1, "Lesk", 1, is_agency="Varda")]) == "Lesk"
    assert agency([told(1, None, 1)]) is None


def test_own_text_of_the_agency_is_the_origin_though_a_paper_was_earlier() -> None:
    members = [
        told(1, "Lesk", 1),
        told(2, None, 3, is_agency="Lesk"),
        told(3, None, 4, is_agency="Lesk"),
        told(4, None, 0, is_agency="Varda"),
    ]

    assert {origin(order) for order in permutations(members)} == {2}
    assert origin([told(1, "Lesk", 1), told(2, "Lesk", 0)]) == 2


@pytest.mark.parametrize(
    ("first_share", "second_share", "expected"),
    [(1.0, 1.0, ClusterRole.COPY), (0.3, 0.8, ClusterRole.COPY), (0.8, 0.3, ClusterRole.COPY), (0.79, 0.79, ClusterRole.PARTIAL)],
)
def test_role_depends_on_how_much_of_either_text_is_kept(first_share: float, second_share: float, expected: ClusterRole) -> None:
    like = Likeness(first_share, second_share, 0.3)

    assert role(2, 1, like) is expected
    assert role(1, 1, like) is ClusterRole.ORIGIN


@pytest.mark.parametrize(
    ("first_share", "second_share", "retitled", "expected"),
    [
        (1.0, 1.0, False, ()),
        (1.0, 1.0, True, (CopyChange.HEADLINE,)),
        (0.9, 0.5, False, (CopyChange.ADDED,)),
        (0.5, 0.9, False, (CopyChange.CUT,)),
        (0.5, 0.9, True, (CopyChange.HEADLINE, CopyChange.CUT)),
        (0.6, 0.6, False, (CopyChange.REWORDED,)),
    ],
)
def test_changes_are_told_by_what_is_kept_of_each_text(
    first_share: float, second_share: float, retitled: bool, expected: tuple[CopyChange, ...]
) -> None:
    assert changes(Likeness(first_share, second_share, 0.4), retitled=retitled) == expected

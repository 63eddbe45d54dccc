from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from storage.dedup.stars import keep_identities, stars

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def divided(pairs: Iterable[str]) -> list[str]:
    """Divide articles that are called by letters; a letter is earlier than the next."""
    neighbours: dict[str, set[str]] = {}
    for one, other in map(tuple, pairs):
        neighbours.setdefault(one, set()).add(other)
        neighbours.setdefault(other, set()).add(one)
    order = {name: (NOON + timedelta(hours=ord(name)), name) for name in neighbours}
    return ["".join(star) for star in stars({name: frozenset(others) for name, others in neighbours.items()}, order)]


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([], []),
        (["ab"], ["ab"]),
        (["ba"], ["ab"]),
        (["ab", "bc", "ac"], ["abc"]),
        (["ab", "bc"], ["bac"]),
        (["ab", "bc", "cd", "de", "ef"], ["bac", "edf"]),
        (["ax", "bx", "cx", "dx"], ["xabcd"]),
    ],
)
def test_every_member_is_a_copy_of_the_representative(pairs: list[str], expected: list[str]) -> None:
    assert divided(pairs) == expected


def test_representative_is_the_earliest_of_those_with_nearly_most_copies() -> None:
    full = [one + other for one in "abcdef" for other in "abcdef" if one < other]

    assert divided(full) == ["abcdef"]
    # One stray neighbour more does not make f the text itself.
    assert divided([*full, "fg"]) == ["abcdef", "g"]


def test_what_is_left_of_a_star_may_be_a_star_of_its_own() -> None:
    assert divided(["ab", "ac", "ad", "ae", "ex", "xy"]) == ["abcde", "xy"]


def test_same_date_is_decided_by_key() -> None:
    neighbours = {1: frozenset({2}), 2: frozenset({1})}

    assert stars(neighbours, {1: (NOON, "b"), 2: (NOON, "a")}) == [[2, 1]]


@pytest.mark.parametrize(
    ("found", "known", "expected"),
    [
        ([["a", "b"]], {}, [None]),
        ([["a", "b", "c"]], {"a": 7, "b": 7}, [7]),
        ([["a", "b", "c"]], {"a": 9, "b": 7, "c": 7}, [7]),
        ([["a", "b", "c", "d"]], {"a": 9, "b": 9, "c": 7, "d": 7}, [7]),
        ([["a", "b"], ["c", "d", "e"]], dict.fromkeys("abcde", 7), [None, 7]),
        ([["a", "b"], ["c", "d"]], dict.fromkeys("abcd", 7), [7, None]),
        ([["a"], ["b", "c"]], {"a": 7, "b": 7}, [None, 7]),
        ([["a", "b", "c"], ["d", "e"]], {"a": 7, "b": 7, "c": 7, "d": 7, "e": 8}, [7, 8]),
        ([["a", "b", "x"], ["d", "e"]], {"a": 7, "b": 8, "d": 8, "e": 8}, [7, 8]),
    ],
)
def test_ids_go_on_in_the_biggest_part_of_the_older_cluster(
    found: list[list[str]], known: dict[str, int], expected: list[int | None]
) -> None:
    assert keep_identities(found, known) == expected

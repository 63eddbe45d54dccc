"""The estimator against numbers from textbooks, by hand and by simulation."""

from __future__ import annotations

import math
import random

import pytest

from storage.coverage.recapture import CONFIG, Recapture, RecaptureConfig, added, estimate

SMALL = RecaptureConfig(min_both=1)


def sure(made: Recapture | None) -> Recapture:
    assert made is not None
    return made


def test_the_textbook_turtles_are_twenty_eight() -> None:
    # the usual first example of the method: 10 marked, 15 caught, 5 of them with a mark; Lincoln-Petersen says 30
    made = sure(estimate(10, 15, 5, SMALL))
    assert made.total == pytest.approx(28.333, abs=0.001)
    assert made.variance == pytest.approx(11 * 16 * 5 * 10 / (6 * 6 * 7))
    assert made.seen == 20
    assert made.missed == pytest.approx(8.333, abs=0.001)


def test_a_hundred_two_times_with_twenty_in_common() -> None:
    made = sure(estimate(100, 100, 20))
    assert made.total == pytest.approx(101 * 101 / 21 - 1)  # 484.76; Lincoln-Petersen says 500
    assert math.sqrt(made.variance) == pytest.approx(82.0, abs=0.1)  # 101^2 80^2 / (21^2 22)
    factor = math.exp(1.959964 * math.sqrt(math.log(1 + made.variance / made.missed**2)))
    assert (made.low, made.high) == (math.floor(180 + made.missed / factor), math.ceil(180 + made.missed * factor))
    assert 180 < made.low < made.total < made.high


def test_too_few_in_common_give_no_estimate() -> None:
    assert estimate(1000, 1000, CONFIG.min_both - 1) is None
    assert estimate(1000, 1000, CONFIG.min_both) is not None
    assert estimate(0, 0, 0) is None


def test_channels_that_agree_leave_room_for_doubt() -> None:
    made = sure(estimate(20, 50, 20))
    assert (made.total, made.variance, made.low) == (50, 0, 50)
    assert made.high == 59  # 50 / 0.05^(1/20) = 58.08


@pytest.mark.parametrize(("first", "second", "both"), [(3, 5, 4), (5, 3, 4), (5, 5, -1)])
def test_counts_that_contradict_each_other_are_refused(first: int, second: int, both: int) -> None:
    with pytest.raises(ValueError, match="cannot be the same"):
        estimate(first, second, both)


def test_sources_are_added_and_the_interval_is_narrower_than_the_sum_of_intervals() -> None:
    parts = [sure(estimate(100, 100, 20)), sure(estimate(40, 60, 30)), sure(estimate(20, 50, 20))]
    whole = sure(added(parts))
    assert whole.total == pytest.approx(sum(part.total for part in parts))
    assert whole.seen == sum(part.seen for part in parts)
    assert whole.seen < whole.low < whole.total < whole.high < sum(part.high for part in parts)
    assert added([]) is None
    assert sure(added([parts[2]])) == parts[2]


@pytest.mark.parametrize(
    ("population", "first_share", "second_share"),
    [(50, 0.5, 0.5), (100, 0.3, 0.6), (100, 0.95, 0.95), (200, 0.9, 0.9), (300, 0.95, 0.4), (1000, 0.2, 0.2)],
)
def test_intervals_hold_the_truth_nine_times_in_ten_when_channels_are_independent(
    population: int, first_share: float, second_share: float
) -> None:
    chance = random.Random(f"{population} {first_share} {second_share}")
    held = trials = 0
    totals: list[float] = []
    for _ in range(400):
        first = [chance.random() < first_share for _ in range(population)]
        second = [chance.random() < second_share for _ in range(population)]
        made = estimate(sum(first), sum(second), sum(map(min, first, second)))
        if made is None:
            continue
        trials += 1
        totals.append(made.total)
        held += made.low <= population <= made.high
        assert made.low >= made.seen
    assert trials > 300
    assert held / trials >= 0.9
    assert sum(totals) / trials == pytest.approx(population, rel=0.03)


def test_positive_correlation_makes_the_estimate_a_lower_bound() -> None:
    chance = random.Random(7)
    articles = [(0.9, 0.9) if chance.random() < 0.7 else (0.1, 0.1) for _ in range(2000)]  # what an editor hides, both hide
    first = [chance.random() < share for share, _ in articles]
    second = [chance.random() < share for _, share in articles]
    made = sure(estimate(sum(first), sum(second), sum(map(min, first, second))))
    assert made.seen < made.total < made.high < 2000

"""Strength of ties, its uncertainty, and changes, against values worked out elsewhere."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.ties.strength import Change, Direction, Strength, adjusted, change_between, poisson_interval, strength_of


def test_strength_is_observed_over_expected() -> None:
    strength = strength_of(12, 40, 30, 200)
    assert (strength.expected, strength.strength) == (6.0, 2.0)
    assert strength.npmi == pytest.approx(math.log(2) / -math.log(12 / 200))


def test_together_as_often_as_by_chance_is_one() -> None:
    strength = strength_of(6, 40, 30, 200)
    assert (strength.strength, strength.npmi) == (1.0, 0.0)
    assert strength.low is not None
    assert strength.high is not None
    assert strength.low < 1 < strength.high


@pytest.mark.parametrize(("together", "npmi"), [(0, -1.0), (20, 1.0)])
def test_normalised_pmi_runs_from_never_together_to_never_apart(together: int, npmi: float) -> None:
    assert strength_of(together, 20, 20, 100).npmi == pytest.approx(npmi)


def test_two_in_every_text_are_never_apart() -> None:
    assert strength_of(9, 9, 9, 9).npmi == 1.0


@pytest.mark.parametrize("counts", [(0, 0, 5, 10), (0, 5, 0, 10), (0, 0, 0, 0)])
def test_nothing_is_said_where_one_is_named_nowhere(counts: tuple[int, int, int, int]) -> None:
    assert strength_of(*counts) == Strength(counts[0], 0.0, None, None, None, None)


@pytest.mark.parametrize(
    ("count", "low", "high"),
    # exact limits: half the 2.5 % point of chi-square with 2n degrees of freedom, half the 97.5 % point with 2n + 2 (Garwood 1936)
    [(0, 0.0, 3.689), (1, 0.0253, 5.572), (5, 1.623, 11.668), (10, 4.795, 18.390), (100, 81.364, 121.627)],
)
def test_interval_of_a_count_is_near_the_exact_one(count: int, low: float, high: float) -> None:
    found = poisson_interval(count)
    assert found[0] == pytest.approx(low, abs=0.03)
    assert found[1] == pytest.approx(high, rel=0.01)


def of(together: int, expected: float) -> Strength:
    return Strength(together, expected, together / expected, None, None, None)


def test_change_is_tested_by_the_conditional_binomial() -> None:
    change = change_between(of(2, 5.0), of(10, 5.0))
    assert change is not None
    # of 12 texts, 10 or more or 2 or less in the later half: 2 * (1 + 12 + 66) / 4096
    assert change.p_value == pytest.approx(2 * 79 / 4096)
    assert change.ratio == pytest.approx(5.0)
    assert change.direction is Direction.UP
    # Clopper and Pearson for 10 of 12: 0.5159 … 0.9791
    assert change.low == pytest.approx(0.5159 / (1 - 0.5159), rel=1e-3)
    assert change.high == pytest.approx(0.9791 / (1 - 0.9791), rel=2e-3)


def test_few_texts_show_no_change() -> None:
    change = change_between(of(1, 2.0), of(3, 2.0))
    assert change is not None
    assert change.direction is Direction.UNCLEAR


def test_more_coverage_alone_is_no_change() -> None:
    change = change_between(of(20, 10.0), of(200, 100.0))
    assert change is not None
    assert change.ratio == pytest.approx(1.0)
    assert change.direction is Direction.UNCLEAR


def test_first_time_together_has_no_ratio_and_an_open_end() -> None:
    change = change_between(of(0, 5.0), of(9, 5.0))
    assert change is not None
    assert (change.ratio, change.high, change.direction) == (None, None, Direction.UP)
    assert change.low > 1


@pytest.mark.parametrize(("before", "after"), [((0, 2.0), (0, 3.0)), ((1, 2.0), (0, 0.0))])
def test_there_is_no_change_to_speak_of(before: tuple[int, float], after: tuple[int, float]) -> None:
    def told(counts: tuple[int, float]) -> Strength:
        return of(*counts) if counts[1] else Strength(counts[0], 0.0, None, None, None, None)

    assert change_between(told(before), told(after)) is None


def test_p_values_of_a_series_are_adjusted_by_holm() -> None:
    changes = [Change(2.0, 1.0, 4.0, p_value, Direction.UP) for p_value in (0.01, 0.04, 0.03)]
    made = adjusted([None, *changes])
    assert made[0] is None
    assert [change.p_value for change in made if change] == pytest.approx([0.03, 0.06, 0.06])
    assert [change.direction for change in made if change] == [Direction.UP, Direction.UNCLEAR, Direction.UNCLEAR]


@given(before=st.integers(0, 400), after=st.integers(0, 400), times=st.floats(0.05, 20))
def test_a_change_back_is_as_likely_and_turns_the_ratio_round(before: int, after: int, times: float) -> None:
    there, back = change_between(of(before, 5.0), of(after, 5.0 * times)), change_between(of(after, 5.0 * times), of(before, 5.0))
    assert (there is None) == (back is None)
    if there is None or back is None:
        return
    assert there.p_value == pytest.approx(back.p_value, abs=1e-9)
    if there.ratio and back.ratio:
        assert there.ratio * back.ratio == pytest.approx(1.0)
        assert there.low <= there.ratio * (1 + 1e-6)
        assert there.high is None or there.ratio <= there.high * (1 + 1e-6)

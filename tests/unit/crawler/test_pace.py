"""The pause of a host follows how it does, and a host that fails is left alone longer and longer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crawler.pace import BACK_OFF, PACE, Pace, Sign, back_off, next_pace, sign_of_status


def after(signs: str, latency_seconds: float = 0.2, floor_seconds: float = 1.0, pace: Pace | None = None) -> Pace:
    """Go through exchanges: g good, s strained, f faulty."""
    pace = pace or Pace()
    for letter in signs:
        sign = {"g": Sign.GOOD, "s": Sign.STRAINED, "f": Sign.FAULTY}[letter]
        pace = next_pace(pace, sign, latency_seconds if letter == "g" else None, floor_seconds)
    return pace


@pytest.mark.parametrize(
    ("status", "sign"),
    [(200, Sign.GOOD), (304, Sign.GOOD), (404, Sign.GOOD), (429, Sign.STRAINED), (503, Sign.STRAINED), (500, Sign.FAULTY)],
)
def test_status_says_how_a_host_does(status: int, sign: Sign) -> None:
    assert sign_of_status(status) is sign


def test_quick_host_gets_no_longer_pause_than_the_floor() -> None:
    assert after("gggggggggg").delay_seconds < 1.0


def test_slow_host_gets_as_long_a_pause_as_it_took_to_answer() -> None:
    assert after("gggggggggg", latency_seconds=4.0).delay_seconds == pytest.approx(4.0)


def test_one_slow_answer_weighs_less_than_a_slow_host() -> None:
    once = next_pace(after("gggg"), Sign.GOOD, 10.0, 1.0)
    assert 1.0 < once.delay_seconds < 4.0


def test_strain_doubles_the_pause_up_to_a_minute() -> None:
    pauses = [after("s" * times).delay_seconds for times in range(1, 9)]
    assert pauses == [2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0, 60.0]


def test_strain_raises_even_no_pause_at_all() -> None:
    assert after("s", floor_seconds=0.0).delay_seconds == PACE.first_step_seconds * 2


def test_pause_shrinks_with_good_answers_and_more_slowly_than_it_grew() -> None:
    assert after("sss").delay_seconds == 8.0
    assert after("sssg").delay_seconds == 6.0
    assert after("sss" + "g" * 20).delay_seconds < 1.0


def test_fault_says_nothing_about_the_pace() -> None:
    before = after("gs")
    assert after("f", pace=before) == before


@pytest.mark.parametrize(
    ("failures", "wait"),
    [
        (0, None),
        (BACK_OFF.failures - 1, None),
        (BACK_OFF.failures, timedelta(minutes=15)),
        (BACK_OFF.failures + 1, timedelta(minutes=30)),
        (BACK_OFF.failures + 6, timedelta(hours=16)),
        (BACK_OFF.failures + 7, timedelta(hours=24)),
        (10**9, timedelta(hours=24)),
    ],
)
def test_wait_doubles_from_a_quarter_of_an_hour_to_a_day(failures: int, wait: timedelta | None) -> None:
    assert back_off(failures) == wait

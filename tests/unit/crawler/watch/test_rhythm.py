"""The rhythm: the square-root law where the rate is constant, the newsroom's hours where it is not, and its bounds."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.watch.rhythm import CONFIG, Shape, excitement, next_look, shape_of, shrunk_by_clock, spread

NOW = datetime(2026, 5, 6, 10, tzinfo=UTC)  # a Wednesday
FLAT = (1.0,) * 24
UTC_ZONE = ZoneInfo("UTC")


NEUTRAL = replace(CONFIG, present=timedelta(seconds=1))  # nothing is compared with the last hours


def flat(rate: float) -> Shape:
    return Shape(rate, FLAT, (1.0,) * 7, UTC_ZONE)


def steady(rate: float, hours: float = 24 * 28, now: datetime = NOW) -> list[datetime]:
    """Return articles at even distances, up to now."""
    count = int(rate * hours)
    return [now - timedelta(hours=hours) + timedelta(hours=(number + 1) / rate) for number in range(count)]


@pytest.mark.parametrize("rate", [0.05, 0.2, 1.0, 4.0, 8.0])
def test_constant_rate_follows_the_square_root_law(rate: float) -> None:
    look = next_look(flat(rate), [], NOW, config=NEUTRAL)
    law = timedelta(hours=math.sqrt(2 * CONFIG.poll_price_minutes / 60 / rate))
    assert abs(look.interval - law) <= max(CONFIG.step, law * 0.12)
    assert look.at == NOW + look.interval


def test_law_meets_the_lower_bound_at_ten_articles_an_hour() -> None:
    assert next_look(flat(10), [], NOW, config=NEUTRAL).interval == CONFIG.least
    assert next_look(flat(5), [], NOW, config=NEUTRAL).interval > CONFIG.least


def test_bounds_hold_for_a_torrent_and_for_a_desert() -> None:
    assert next_look(flat(1000), [], NOW, config=NEUTRAL).interval == timedelta(minutes=10)
    desert = next_look(flat(1e-6), [], NOW, config=NEUTRAL)
    assert (desert.interval, desert.reason) == (timedelta(hours=24), "nothing is expected for a day")


def test_newsroom_that_begins_at_seven_is_looked_at_soon_after() -> None:
    hours = (0.001,) * 7 + (2.5,) * 9 + (0.3,) * 8
    zone = ZoneInfo("Asia/Baghdad")
    shape = Shape(2.0, hours, (1.0,) * 7, zone)
    at_two = datetime(2026, 5, 6, 2, tzinfo=zone)
    look = next_look(shape, [], at_two).at.astimezone(zone)
    assert (look.hour, look.day) == (7, 6)
    by_day = next_look(shape, [], datetime(2026, 5, 6, 11, tzinfo=zone), config=NEUTRAL)
    assert by_day.interval < timedelta(minutes=45)


def test_day_of_rest_is_looked_at_seldom() -> None:
    friday_off = Shape(2.0, FLAT, (1.15, 1.15, 1.15, 1.15, 0.05, 1.15, 1.15), UTC_ZONE)
    friday, monday = datetime(2026, 5, 8, 3, tzinfo=UTC), datetime(2026, 5, 11, 3, tzinfo=UTC)
    resting = next_look(friday_off, [], friday, config=NEUTRAL).interval
    assert resting > 3 * next_look(friday_off, [], monday, config=NEUTRAL).interval


def test_burst_is_followed_and_silence_is_believed() -> None:
    shape = flat(1.0)
    usual = next_look(shape, steady(1.0, 48), NOW).interval
    burst = [*steady(1.0, 48), *(NOW - timedelta(minutes=2 * number) for number in range(15))]
    assert next_look(shape, burst, NOW).interval < usual / 1.5
    assert next_look(shape, steady(1.0, 48, NOW - timedelta(hours=12)), NOW).interval > usual * 1.2
    assert excitement(shape, burst, NOW) > 3
    assert excitement(shape, [], NOW) < 0.5


def test_feed_is_read_before_it_can_have_turned_over() -> None:
    shape = flat(8)
    roomy, narrow = (next_look(shape, [], NOW, window=window, config=NEUTRAL) for window in (100, 6))
    assert narrow.interval < roomy.interval
    expected = 8 * narrow.interval / timedelta(hours=1)
    assert expected + 4 * math.sqrt(expected) <= 6 + 1
    assert narrow.reason == "its feed may have turned over by then"


def test_rate_is_learned_from_what_was_published() -> None:
    shape = shape_of(steady(1.5), NOW, UTC_ZONE, NOW - timedelta(days=28), None)
    assert shape.rate == pytest.approx(1.5, rel=0.02)
    assert max(shape.hours) < 1.2
    assert min(shape.hours) > 0.8


def test_hours_are_those_of_the_source() -> None:
    zone = ZoneInfo("Asia/Tehran")
    mornings = [datetime(2026, 5, 5, 9, 30, tzinfo=zone) - timedelta(days=day, minutes=m) for day in range(20) for m in (0, 10, 20)]
    shape = shape_of(mornings, NOW, zone, NOW - timedelta(days=28), None)
    assert shape.hours.index(max(shape.hours)) == 9


def test_hours_of_a_small_source_are_learned_within_days() -> None:
    zone = ZoneInfo("Asia/Beirut")
    noons = [datetime(2026, 5, 6 - day, hour, 30, tzinfo=zone) for day in (1, 2, 3) for hour in (11, 12, 13)]
    shape = shape_of(noons, NOW, zone, datetime(2026, 5, 3, 0, tzinfo=zone), 3.0)
    by_day, by_night = (sum(shape.hours[begin : begin + 4]) for begin in (11, 1))
    assert by_day > 4 * by_night
    assert by_night > 0


def test_source_of_which_nothing_is_known_begins_with_what_is_expected() -> None:
    few = shape_of([], NOW, UTC_ZONE, NOW, 1.0)
    many = shape_of([], NOW, UTC_ZONE, NOW, 200.0)
    unknown = shape_of([], NOW, UTC_ZONE, NOW, None)
    assert few.rate == pytest.approx(1 / 24)
    assert many.rate == pytest.approx(200 / 24)
    assert unknown.rate == pytest.approx(CONFIG.prior_per_day / 24)
    assert next_look(many, [], NOW).interval < next_look(few, [], NOW).interval


def test_what_appeared_before_it_was_watched_does_not_count() -> None:
    old = [NOW - timedelta(days=20) + timedelta(minutes=number) for number in range(100)]
    assert shape_of(old, NOW, UTC_ZONE, NOW - timedelta(days=1), 2.0).rate < 0.2


@pytest.mark.parametrize(
    ("zone", "around"),
    [
        ("Asia/Beirut", datetime(2023, 3, 25, 21, tzinfo=UTC)),  # the clock went forward at midnight, in the end
        ("Asia/Tehran", datetime(2022, 9, 21, 19, tzinfo=UTC)),  # it went back for the last time
        ("Africa/Cairo", datetime(2023, 4, 27, 21, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 10, 25, 0, tzinfo=UTC)),
    ],
)
def test_change_of_the_clock_changes_no_interval(zone: str, around: datetime) -> None:
    shape = Shape(1.0, FLAT, (1.0,) * 7, ZoneInfo(zone))
    usual = next_look(flat(1.0), [], NOW).interval
    for minutes in range(-120, 180, 7):
        look = next_look(shape, [], around + timedelta(minutes=minutes))
        assert look.interval == usual
        assert look.at.astimezone(UTC) > around + timedelta(minutes=minutes)


def test_jitter_only_shortens() -> None:
    hour = timedelta(hours=1)
    assert spread(hour, 0.0) == hour
    assert spread(hour, 1.0) == timedelta(minutes=54)


def test_clock_that_was_set_back_brings_appointments_forward() -> None:
    hour = timedelta(hours=1)
    assert shrunk_by_clock(NOW + timedelta(hours=3), hour, NOW) == NOW + hour
    assert shrunk_by_clock(NOW + hour, hour, NOW) is None


instants = st.lists(st.integers(0, 28 * 24 * 60).map(lambda minutes: NOW - timedelta(minutes=minutes)), max_size=60)


@given(published=instants, expected=st.floats(0.01, 2000), window=st.none() | st.integers(1, 500))
def test_every_history_gives_an_interval_within_bounds(published: list[datetime], expected: float, window: int | None) -> None:
    shape = shape_of(published, NOW, ZoneInfo("Africa/Casablanca"), NOW - timedelta(days=28), expected)
    look = next_look(shape, published, NOW, window)
    assert CONFIG.least <= look.interval <= CONFIG.most
    assert shape.rate > 0
    assert sum(shape.hours) == pytest.approx(24)

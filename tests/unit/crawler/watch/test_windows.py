"""Local times on the days on which the clock is changed: Beirut 2023, Tehran's last change, and a jump back."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from crawler.watch.windows import BadCron, QuietHours, check_cron, next_cron, parse_time

BEIRUT, TEHRAN, BERLIN, CAIRO = (ZoneInfo(name) for name in ("Asia/Beirut", "Asia/Tehran", "Europe/Berlin", "Africa/Cairo"))


def times(expression: str, zone: ZoneInfo, after: datetime, count: int) -> list[datetime]:
    found = []
    for _ in range(count):
        after = next_cron(expression, zone, after)
        found.append(after)
    return found


def test_cron_time_that_beirut_jumped_over_in_2023_is_run_once() -> None:
    """At midnight on 26 March 2023 the clock of Beirut went to one, after a week in which the government had said it would not."""
    before = datetime(2023, 3, 25, 12, tzinfo=BEIRUT)
    found = times("30 0 * * *", BEIRUT, before, 3)
    assert [at.astimezone(BEIRUT).date().day for at in found] == [26, 27, 28]
    assert found[0] == datetime(2023, 3, 25, 22, 0, tzinfo=UTC)  # the moment of the jump


def test_cron_time_that_the_clock_shows_twice_is_run_once() -> None:
    before = datetime(2026, 10, 24, 12, tzinfo=BERLIN)
    found = times("30 2 * * *", BERLIN, before, 3)
    assert [at.astimezone(BERLIN).date().day for at in found] == [25, 26, 27]
    assert all(later - earlier > timedelta(hours=23) for earlier, later in pairwise(found))


def test_hourly_cron_keeps_its_hours_over_a_jump_back() -> None:
    found = times("5 * * * *", BERLIN, datetime(2026, 10, 24, 23, 30, tzinfo=UTC), 5)
    assert all(later - earlier == timedelta(hours=1) for earlier, later in pairwise(found))


@pytest.mark.parametrize(("year", "offset"), [(2022, 4.5), (2023, 3.5), (2024, 3.5)])
def test_tehran_keeps_one_time_since_its_abolition(year: int, offset: float) -> None:
    at = next_cron("0 9 * * *", TEHRAN, datetime(year, 6, 1, tzinfo=UTC))
    assert at == datetime(year, 6, 1, 9, tzinfo=UTC) - timedelta(hours=offset)


def test_tehran_on_the_night_of_its_last_change() -> None:
    """On 22 September 2022 (Iran's 21 September at midnight) it went back by an hour, for good."""
    found = times("30 23 * * *", TEHRAN, datetime(2022, 9, 20, 12, tzinfo=TEHRAN), 4)
    assert [at.astimezone(TEHRAN).day for at in found] == [20, 21, 22, 23]


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("hello", "is not a cron expression"),
        ("* * * * *", "more often than every ten minutes"),
        ("0 0 30 2 *", "is not a cron expression|never comes"),
        ("0 25 * * *", "is not a cron expression"),
        ("*/5 8 * * *", "more often than every ten minutes"),
        ("0 0 * * * *", "more often|is not a cron|never"),
    ],
)
def test_cron_that_cannot_be_followed_is_refused(expression: str, says: str) -> None:
    with pytest.raises(BadCron, match=says):
        check_cron(expression)


def test_cron_that_can_be_followed_is_taken() -> None:
    assert check_cron("5 6-22/2 * * 1-5") == "5 6-22/2 * * 1-5"


def quiet(begin: str, end: str, zone: ZoneInfo) -> QuietHours:
    return QuietHours(parse_time(begin), parse_time(end), zone)


def test_quiet_hours_over_midnight_belong_to_the_date_on_which_they_began() -> None:
    hours = quiet("23:00", "05:00", BEIRUT)
    late, early = datetime(2026, 5, 6, 23, 30, tzinfo=BEIRUT), datetime(2026, 5, 7, 4, 59, tzinfo=BEIRUT)
    assert hours.slot(late) == hours.slot(early) == date(2026, 5, 6)
    assert hours.is_now(late)
    assert hours.is_now(early)
    assert not hours.is_now(datetime(2026, 5, 7, 5, 0, tzinfo=BEIRUT))
    assert not hours.is_now(datetime(2026, 5, 7, 22, 59, tzinfo=BEIRUT))


@pytest.mark.parametrize(
    ("hours", "night", "length"),
    [
        (quiet("00:30", "04:00", BEIRUT), date(2023, 3, 26), 3.0),  # 00:30 does not exist: they begin at one
        (quiet("00:30", "04:00", CAIRO), date(2023, 4, 28), 3.0),
        (quiet("01:00", "05:00", BERLIN), date(2026, 10, 25), 5.0),  # an hour more: two o'clock comes twice
        (quiet("01:00", "05:00", BERLIN), date(2026, 3, 29), 3.0),
        (quiet("23:00", "05:00", TEHRAN), date(2022, 9, 21), 7.0),
        (quiet("01:00", "05:00", TEHRAN), date(2023, 3, 22), 4.0),  # it would have gone forward
    ],
    ids=str,
)
def test_quiet_hours_on_the_day_of_a_change(hours: QuietHours, night: date, length: float) -> None:
    begin, end = hours.begins(night), hours.ends(night)
    assert (end - begin) / timedelta(hours=1) == pytest.approx(length, abs=0.01)
    assert hours.slot(begin) == night
    assert hours.slot(begin - timedelta(seconds=2)) == night - timedelta(days=1)


@pytest.mark.parametrize("zone", [BEIRUT, TEHRAN, BERLIN, CAIRO], ids=str)
def test_every_night_of_a_year_of_changes_has_one_slot(zone: ZoneInfo) -> None:
    hours = quiet("00:30", "03:30", zone)
    at = datetime(2022, 9, 1, tzinfo=UTC)
    slots: list[date] = []
    while at < datetime(2023, 12, 1, tzinfo=UTC):
        slot = hours.slot(at)
        if hours.is_now(at) and (not slots or slots[-1] != slot):
            slots.append(slot)
        at += timedelta(minutes=20)
    assert len(slots) == len(set(slots))
    assert all(later - earlier == timedelta(days=1) for earlier, later in pairwise(slots))


def test_time_of_day_is_read_strictly() -> None:
    assert parse_time("01:30") == time(1, 30)
    for text in ("1:30", "25:00", "noon", "01:30:00"):
        with pytest.raises(ValueError, match="time of day"):
            parse_time(text)

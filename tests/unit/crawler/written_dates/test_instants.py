from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from crawler.written_dates.instants import read_instant

TEHRAN = ZoneInfo("Asia/Tehran")

ZONED = [
    ("2020-03-17T17:27:41Z", "2020-03-17T17:27:41"),
    ("2020-06-03T03:01+0400", "2020-06-02T23:01:00"),
    ("2020-06-03T03:01:00.123+04", "2020-06-02T23:01:00"),
    ("2019-05-16T23:49:01.2300000&#x2B;04:30", "2019-05-16T19:19:01"),
    ("2024-04-24 13:24:35.123456+00:00", "2024-04-24T13:24:35"),
    ("2024-04-24T13:24:35+02:00[Europe/Berlin]", "2024-04-24T11:24:35"),
    ("20201109T101112Z", "2020-11-09T10:11:12"),
    ("Tue, 01 Sep 2020 10:11:12 GMT", "2020-09-01T10:11:12"),
    ("Tue, 1 Sep 2020 10:11:12 +0300", "2020-09-01T07:11:12"),
    ("Tue Sep 01 2020 10:00:00 GMT+0300 (Arabian Standard Time)", "2020-09-01T07:00:00"),
    ("Tue Sep 01 10:00:00 UTC 2020", "2020-09-01T10:00:00"),
    ("Nov 9, 2020 3:05 PM EST", "2020-11-09T20:05:00"),
    ("November 9th, 2020 at 12:05 a.m. UTC", "2020-11-09T00:05:00"),
    ("2020-11-09 10:11:12 UTC+3", "2020-11-09T07:11:12"),
    ("2020-11-09T24:00:00Z", "2020-11-10T00:00:00"),
    ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59"),
    ("1704103200", "2024-01-01T10:00:00"),
    ("1704103200000", "2024-01-01T10:00:00"),
    (1704103200, "2024-01-01T10:00:00"),
]
ZONELESS = [
    ("2019-05-01T15:54:40.8500000", "2019-05-01T11:24:40"),
    ("٢٠٢٠-١١-٠٩ ١٠:١١", "2020-11-09T06:41:00"),
    ("2021-02-25 - 10:20", "2021-02-25T06:50:00"),
    ("27.12.2016 18:57", "2016-12-27T15:27:00"),
    ("2020-11-09 10:11 CST", "2020-11-09T06:41:00"),  # of Chicago or Shanghai, both far from Tehran: no zone
]
DAYS = [
    "2020-11-09",
    "20201109",
    "2020/11/9",
    "9 November 2020",
    "Monday, November 9, 2020",
    "Nov. 9, 2020",
    "09.11.2020",
    "\u200f2020-11-09\u200e",
]
NOTHING: list[object] = [
    None, True, [], "", "yesterday", "5", "2020-02-30", "2020-13-01", "2020-11-09T25:00:00Z", "2020-11-09T10:61:00Z",
    "Foo 9, 2020", "November 9, 2020 13:05 AM", "1704-01-01", "0600000000", "9" * 14, "2020-11-09" + " " * 300,
    "2020-11-09 " + "x" * 60, "," * 20_000,
]  # fmt: skip


@pytest.mark.parametrize(("raw", "utc"), ZONED)
def test_dates_with_a_zone_are_instants(raw: object, utc: str) -> None:
    instant = read_instant(raw, TEHRAN)
    assert instant is not None
    assert (instant.at.isoformat(), instant.zoned, instant.day_only) == (f"{utc}+00:00", True, False)


@pytest.mark.parametrize(("raw", "utc"), ZONELESS)
def test_dates_without_a_zone_take_the_given_one(raw: str, utc: str) -> None:
    instant = read_instant(raw, TEHRAN)
    assert instant is not None
    assert (instant.at.isoformat(), instant.zoned, instant.day_only) == (f"{utc}+00:00", False, False)


@pytest.mark.parametrize("raw", DAYS)
def test_days_are_midnight_in_the_given_zone(raw: str) -> None:
    instant = read_instant(raw, TEHRAN)
    assert instant is not None
    assert (instant.at.isoformat(), instant.day_only) == ("2020-11-08T20:30:00+00:00", True)


@pytest.mark.parametrize("raw", DAYS)
def test_days_without_any_zone_are_utc(raw: str) -> None:
    instant = read_instant(raw)
    assert instant is not None
    assert instant.at.isoformat() == "2020-11-09T00:00:00+00:00"


@pytest.mark.parametrize("raw", NOTHING, ids=lambda raw: repr(raw)[:30])
def test_what_is_ambiguous_or_no_date_is_nothing(raw: object) -> None:
    assert read_instant(raw, TEHRAN) is None


def test_clock_times_follow_summer_time() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    summer, winter = read_instant("2024-07-01 12:00", berlin), read_instant("2024-12-01 12:00", berlin)
    assert summer is not None
    assert winter is not None
    assert (summer.at.hour, winter.at.hour) == (10, 11)

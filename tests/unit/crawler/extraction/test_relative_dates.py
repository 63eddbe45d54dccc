"""Dates told from now, in the languages of the region."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from crawler.extraction.relative_dates import read_relative

FETCHED = datetime(2024, 7, 18, 11, 5, 30, tzinfo=UTC)
RIYADH = ZoneInfo("Asia/Riyadh")
TWO_HOURS_AGO = [
    "2 hours ago",
    "Published 2 hours ago",
    "منذ ساعتين",
    "نشر منذ ساعتين",
    "قبل ساعتين",
    "منذ 2 ساعة",
    "۲ ساعت پیش",
    "2 ساعت قبل",
    "לפני שעתיים",
    "פורסם לפני 2 שעות",
    "2 saat önce",
    "Il y a 2 heures",
    "vor 2 Stunden",
    "hace 2 horas",
    "٢ کاتژمێر لەمەوبەر",
    "2 saat əvvəl",
]
DAYS = [
    ("قبل 3 أيام", "2024-07-15"),
    ("3 days ago", "2024-07-15"),
    ("منذ يومين", "2024-07-16"),
    ("לפני יומיים", "2024-07-16"),
    ("a day ago", "2024-07-17"),
    ("1 hafta önce", "2024-07-11"),
    ("منذ أسبوعين", "2024-07-04"),
    ("yesterday", "2024-07-17"),
    ("أمس", "2024-07-17"),
    ("دیروز", "2024-07-17"),
    ("dün", "2024-07-17"),
    ("אתמול", "2024-07-17"),
    ("hier", "2024-07-17"),
    ("avant-hier", "2024-07-16"),
    ("أول أمس", "2024-07-16"),
    ("Today", "2024-07-18"),
    ("اليوم", "2024-07-18"),
    ("aujourd'hui", "2024-07-18"),
    ("۳ روز پیش", "2024-07-15"),
    ("3 gün önce", "2024-07-15"),
]
CLOCKS = [
    "yesterday 14:30",
    "Yesterday at 14:30",
    "أمس الساعة 14:30",
    "أمس 14:30",
    "دیروز ساعت ۱۴:۳۰",
    "dün 14:30",
    "Dün, saat 14:30",
    "אתמול בשעה 14:30",
    "hier à 14h30",
]
NOTHING = [
    "",
    "2 hours",
    "ago",
    "2 years ago",
    "قبل",
    "قبل الانتخابات",
    "two of them ago",
    "5000 hours ago",
    "0 hours ago",
    "2 2 hours ago",
    "yesterday's news",
    "yesterday 25:30",
    "yesterday 10:00 11:00",
    "the day before yesterday we met",
    "2 ساعتين منذ",
    "منذ 2 ساعتين",
    "hours ago " * 9,
    "\u202e" * 48,
    "\ufdfa" * 48,
    "ago ago",
    "1 hour 2 minutes ago ago",
    "bugün hava",
    "2024 hours ago",
]


@pytest.mark.parametrize("text", TWO_HOURS_AGO)
def test_hours_are_counted_back_from_the_fetch_to_the_minute(text: str) -> None:
    instant = read_relative(text, FETCHED, RIYADH)
    assert instant is not None
    assert (instant.at, instant.day_only, instant.zoned) == (datetime(2024, 7, 18, 9, 5, tzinfo=UTC), False, True)


@pytest.mark.parametrize(("text", "day"), DAYS)
def test_days_and_weeks_give_a_day_where_the_source_is(text: str, day: str) -> None:
    instant = read_relative(text, FETCHED, RIYADH)
    assert instant is not None
    assert instant.day_only
    assert instant.at == datetime.fromisoformat(day).replace(tzinfo=RIYADH)


@pytest.mark.parametrize("text", CLOCKS)
def test_a_named_day_takes_the_clock_beside_it(text: str) -> None:
    instant = read_relative(text, FETCHED, RIYADH)
    assert instant is not None
    assert instant.at == datetime(2024, 7, 17, 11, 30, tzinfo=UTC)


def test_the_day_before_is_that_of_the_source_and_not_of_greenwich() -> None:
    late = datetime(2024, 7, 18, 22, 30, tzinfo=UTC)  # the 19th in Riyadh
    instant = read_relative("yesterday", late, RIYADH)
    assert instant is not None
    assert instant.wall == datetime.fromisoformat("2024-07-18")


@pytest.mark.parametrize("text", NOTHING, ids=lambda text: repr(text)[:20])
def test_what_is_not_told_from_now_is_nothing(text: str) -> None:
    started = time.process_time()
    assert read_relative(text, FETCHED) is None
    assert time.process_time() - started < 1

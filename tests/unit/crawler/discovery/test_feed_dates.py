"""Dates of feeds come out as one instant, or as None with a reason."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.discovery.feed_dates import as_written, read_date
from crawler.month_names import MONTHS

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Tue, 10 Jun 2025 04:00:00 GMT", at(2025, 6, 10, 4)),
        ("Tue, 10 Jun 2025 04:00 +0300", at(2025, 6, 10, 1)),
        ("10 Jun 25 04:00:00 Z", at(2025, 6, 10, 4)),
        ("10 Jun 97 04:00:00 Z", at(1997, 6, 10, 4)),
        ("Tue, 10 Jun 2025 04:00:00 UTC+3", at(2025, 6, 10, 1)),
        ("Tue, 10 Jun 2025 04:00:00 GMT+03:30", at(2025, 6, 10, 0, 30)),
        ("Tue, 10 Jun 2025 04:00:00 UTC-3", at(2025, 6, 10, 7)),
        ("Tue, 10 Jun 2025 04:00:00 \u22120300", at(2025, 6, 10, 7)),
        ("Tue, 10 Jun 2025 04:00:00 AST", at(2025, 6, 10, 1)),
        ("Tue, 10 Jun 2025 04:00:00 EDT", at(2025, 6, 10, 8)),
        ("Tue, 10 Jun 2025 04:00:00 (UTC)", at(2025, 6, 10, 4)),
        ("Tue, 10 Jun 2025 04:00:00 +0300 (Arabia Standard Time)", at(2025, 6, 10, 1)),
        ("Tue, 10 Jun 2025 04:00:00 Asia/Baghdad", at(2025, 6, 10, 1)),
        ("Tue Jun 10 2025 04:00:00 GMT+0300 (GMT+03:00)", at(2025, 6, 10, 1)),
        ("Tue Jun 10 04:00:00 2025", at(2025, 6, 10, 4)),
        ("Tue Jun 10 04:00:00 UTC 2025", at(2025, 6, 10, 4)),
        ("Jun 10, 2025 4:07 PM", at(2025, 6, 10, 16, 7)),
        ("June 10, 2025 12:07 a.m.", at(2025, 6, 10, 0, 7)),
        ("Tuesday, June 10, 2025 - 04:00", at(2025, 6, 10, 4)),
        ("mardi, 10 juin 2025 04:00:00 +0100", at(2025, 6, 10, 3)),
        ("Sal, 10 Haz 2025 04:00:00 +0300", at(2025, 6, 10, 1)),
        ("10-Jun-2025 04:00:00", at(2025, 6, 10, 4)),
        ("2025-06-10T04:00:00Z", at(2025, 6, 10, 4)),
        ("2025-06-10T04:00:00.123456+03:30", at(2025, 6, 10, 0, 30)),
        ("2025-06-10 04:00:00 +0300", at(2025, 6, 10, 1)),
        ("2025/06/10 04:00", at(2025, 6, 10, 4)),
        ("2025-06-10", at(2025, 6, 10)),
        ("20250610T040000Z", at(2025, 6, 10, 4)),
        ("20250610", at(2025, 6, 10)),
        ("25/06/2025 04:00", at(2025, 6, 25, 4)),
        ("06/25/2025", at(2025, 6, 25)),
        ("06.06.2025", at(2025, 6, 6)),
        ("٢٠٢٥-٠٦-١٠T٠٤:٠٠:٠٠Z", at(2025, 6, 10, 4)),
        ("۱۰ Jun ۲۰۲۵ 04:00:00 GMT", at(2025, 6, 10, 4)),
        ("1749528000", at(2025, 6, 10, 4)),
        ("1749528000123", at(2025, 6, 10, 4)),
        ("Tue, 10 Jun 2025 24:00:00 GMT", at(2025, 6, 11)),
        ("Tue, 10 Jun 2025 23:59:60 GMT", at(2025, 6, 10, 23, 59, 59)),
        ("  Tue,\n 10 Jun 2025   04:00:00 GMT ", at(2025, 6, 10, 4)),
    ],
)
def test_date_is_read(raw: str, expected: datetime) -> None:
    assert read_date(raw, NOW) == (expected, "")


@pytest.mark.parametrize(
    "raw",
    [
        "yesterday",
        "written on some day, 10 Jun 2025",
        "Tue, 32 Jun 2025 04:00:00 GMT",
        "Tue, 10 Jun 2025 04:60:00 GMT",
        "Tue, 10 Jun 2025 25:00:00 GMT",
        "Tue, 10 Foo 2025 04:00:00 GMT",
        "Tue, 10 Jun 2025 04:00:00 XYZ",
        "Tue, 10 Jun 2025 04:00:00 Nowhere/Land",
        "Tue, 10 Jun 2025 04:00:00 ../../etc/passwd",
        "2025-06-10T04:00:00+99:00",
        "9999-12-31T23:59:59-14:00",
        "03/04/2025",
        "2025-13-01",
        "2025-06",
        ",,,,,,,,,,,,,,,,,,,,,,",
        "12345",
        "17495280001234567",
    ],
)
def test_date_that_is_not_understood_says_so(raw: str) -> None:
    found, reason = read_date(raw, NOW)
    assert found is None
    assert raw in reason


@pytest.mark.parametrize("raw", ["1989-12-31", "0001-01-01T00:00:00Z", "2026-03-03T12:00:01Z", "9999999999999"])
def test_date_outside_the_possible_is_refused(raw: str) -> None:
    assert read_date(raw, NOW) == (None, f"the date {raw!r} cannot be right")


def test_date_two_days_ahead_is_still_possible() -> None:
    assert read_date("2026-03-03T12:00:00Z", NOW)[0] == at(2026, 3, 3, 12)


def test_long_date_is_not_even_looked_at() -> None:
    assert read_date("," * 20_000, NOW) == (None, "a date of 20000 characters")


@pytest.mark.parametrize("raw", ["", "  \n "])
def test_absent_date_is_no_fault(raw: str) -> None:
    assert read_date(raw, NOW) == (None, "")


def test_zone_of_the_source_applies_only_where_none_is_named() -> None:
    assert read_date("2025-06-10 04:00", NOW, time_zone="Asia/Baghdad")[0] == at(2025, 6, 10, 1)
    assert read_date("2025-06-10 04:00Z", NOW, time_zone="Asia/Baghdad")[0] == at(2025, 6, 10, 4)


def test_unknown_zone_of_the_source_gives_no_date() -> None:
    assert read_date("2025-06-10 04:00", NOW, time_zone="Moon/Tycho")[0] is None


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("الثلاثاء 10 يونيو 2025", at(2025, 6, 10)),
        ("الثلاثاء، ١٠ حزيران ٢٠٢٥ - ٠٤:٠٠", at(2025, 6, 10, 4)),
        ("10 حزيران/يونيو 2025 04:00", at(2025, 6, 10, 4)),
        ("10 جوان 2025 الساعة 04:00", at(2025, 6, 10, 4)),
        ("10 كانون الثاني 2025", at(2025, 1, 10)),
        ("10 كانون الأول 2024 - 4:07 مساءً", at(2024, 12, 10, 16, 7)),
        ("10 تشرين الاول 2024 4:07 م", at(2024, 10, 10, 16, 7)),
        ("10 غشت 2025م", at(2025, 8, 10)),
        ("10 شتنبر 2025 04:07 ص", at(2025, 9, 10, 4, 7)),
        ("\u200f10\u200f أبريل\u200f، 2025", at(2025, 4, 10)),
        ("سه\u200cشنبه ۱۰ ژوئن ۲۰۲۵ ساعت ۰۴:۰۰", at(2025, 6, 10, 4)),
        ("۱۰ اوت ۲۰۲۵ ۴:۰۷ ب.ظ", at(2025, 8, 10, 16, 7)),
        ("10 ژانویه 2025", at(2025, 1, 10)),
        ("10 حوزەیران 2025", at(2025, 6, 10)),
        ("10 کانوونی دووەم 2025", at(2025, 1, 10)),
        ("10 Hezîran 2025", at(2025, 6, 10)),
        ("יום שלישי, 10 ביוני 2025, 04:00", at(2025, 6, 10, 4)),
        ("10 ינואר 2025", at(2025, 1, 10)),
        ("10 Haziran 2025 Salı 04:00", at(2025, 6, 10, 4)),
        ("10 Haziran 2025, Salı", at(2025, 6, 10)),
        ("10 Kasım 2025, saat 04:00", at(2025, 11, 10, 4)),
        ("10 KASIM 2025 04:00", at(2025, 11, 10, 4)),
        ("10 AĞUSTOS 2025 ÖS 04:00", at(2025, 8, 10, 16)),
        ("10 Ağustos 2025 4:07 ÖS", at(2025, 8, 10, 16, 7)),
        ("mar. 10 juin 2025 à 04:00", at(2025, 6, 10, 4)),
        ("Publié le mardi 10 août 2025", at(2025, 8, 10)),
        ("۲۰ خرداد ۱۴۰۴", at(2025, 6, 10)),
    ],
)
def test_dates_in_the_languages_of_the_region_are_read(raw: str, expected: datetime | None) -> None:
    assert read_date(raw, datetime(2026, 3, 1, tzinfo=UTC))[0] == expected


def test_every_month_name_stands_for_one_month() -> None:
    assert set(MONTHS.values()) == set(range(1, 13))


@pytest.mark.parametrize(
    ("raw", "expected"),
    [(" Tue,\n 10\u200fJun ", "Tue, 10\u200fJun"), (" ", None), ("x" * 65, "x" * 63 + "…"), ("a<b> &amp;", "a<b> &amp;")],
)
def test_date_is_kept_as_written(raw: str, expected: str | None) -> None:
    assert as_written(raw) == expected

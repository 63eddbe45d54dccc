"""Whatever stands where a date should be: an instant or nothing, soon, and never an exception."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from crawler.extraction.relative_dates import read_relative
from crawler.written_dates.instants import find_instants, find_label, read_instant

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ZONES = st.sampled_from([None, ZoneInfo("Asia/Tehran"), ZoneInfo("Africa/Cairo"), ZoneInfo("America/New_York"), UTC])
LANGUAGES = st.sampled_from([None, "en", "fa", "ar", "he", "tr", "ckb", "x-y_z", ""])
WORDS = """
2020 1399 1442 99 0 12 31 00 / - . : , T Z +03 +99:99 GMT AST م ص am PM مايو آب/أغسطس تیر محرم תשרי ב Mayıs Fri الجمعة updated نشر بتوقيت
مكة @ ^9 ^5784-4-12 W29 p. m. hrs et אדר י"ב תשפ"ד ago منذ ساعت پیش saat Asia/Tehran d:2024 h ( ) [ ' " ٣ ۴ ² １ 年 日
"""
PIECES = st.sampled_from([*WORDS.split(), " ", "\u200f", "\u0640", "\ufdfa", "\x00", "\ud800"])
TEXTS = st.one_of(st.text(max_size=120), st.lists(PIECES, max_size=25).map("".join))


@given(TEXTS, ZONES, LANGUAGES)
def test_any_text_is_an_instant_of_the_web_or_nothing(text: str, zone: ZoneInfo | None, language: str | None) -> None:
    instant = read_instant(text, zone, language=language, now=NOW)
    found = [entry.instant for entry in find_instants(text, zone, language=language, now=NOW)]
    find_label(text)
    told = read_relative(text, NOW, zone)
    assert told is None or NOW - timedelta(days=40) < told.at <= NOW + timedelta(hours=24)
    for one in [*found, *([instant] if instant else [])]:
        assert one.at.tzinfo is UTC
        assert one.at.year > 1988
        assert one.at <= NOW + timedelta(hours=48)


@given(PIECES, PIECES, st.integers(1, 20_000))
def test_repetition_costs_nothing(one: str, other: str, times: int) -> None:
    text = (one + other) * times
    started = time.process_time()
    read_instant(text, now=NOW)
    find_instants(text, now=NOW)
    find_instants(text[:200], now=NOW)
    assert time.process_time() - started < 1


@given(st.integers(631_238_400, 1_795_000_000), st.sampled_from([-300, 0, 60, 180, 210, 270, 540]))
def test_what_is_written_as_iso_8601_is_read_back(seconds: int, offset: int) -> None:
    sign, hours, minutes = "-" if offset < 0 else "+", abs(offset) // 60, abs(offset) % 60
    at = datetime.fromtimestamp(seconds, UTC)
    wall = (at + timedelta(minutes=offset)).replace(tzinfo=None)
    for separator in ("T", " "):
        instant = read_instant(f"{wall.isoformat(separator)}{sign}{hours:02}:{minutes:02}", now=NOW)
        assert instant is not None
        assert instant.at == at

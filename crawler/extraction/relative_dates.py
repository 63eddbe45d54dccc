"""Read a date that is told from now: '2 hours ago', 'قبل 3 أيام', 'dün 14:30'.

It is as exact as its unit and as true as the time of fetching: a page from a cache tells the time of the cache.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta, tzinfo

from crawler.month_names import fold_letters
from crawler.written_dates.date_words import FILLERS, PUBLISHED, UPDATED
from crawler.written_dates.instants import Instant

MAX_CHARS = 48

_MINUTES = (
    "second seconds sec secs minute minutes min mins دقيقة دقائق دقيقه دقایق ثانية ثوان ثانیه"
    " דקה דקות שניות dakika dakikalık dk saniye dəqiqə"
    " minutos minuto minuten minuti خولەک دەقیقە deqe deqîqe منٹ"
)
_HOURS = (
    "hour hours hr hrs h ساعة ساعات ساعت שעה שעות saat heure heures stunde stunden hora horas ora ore کاتژمێر سەعات saet saetan گھنٹے گھنٹہ"
)
_DAYS = "day days d يوم أيام ايام يوماً روز יום ימים gün jour jours tag tagen día días giorno giorni ڕۆژ roj rojan دن"
_WEEKS = "week weeks أسبوع أسابيع هفته שבוע שבועות hafta həftə semaine semaines woche wochen semana semanas هەفتە hefte ہفتے"
_TWO = {"minute": "دقيقتين دقيقتان דקותיים", "hour": "ساعتين ساعتان שעתיים", "day": "يومين يومان יומיים", "week": "أسبوعين أسبوعان שבועיים"}
_ONE = "a an one un une bir ein eine einer una uno یک یەک واحدة אחת אחד yek"
_AGO = "ago منذ قبل پیش לפני önce əvvəl il_y_a vor hace fa fà لەمەوبەر پێش berî پہلے"
_TODAY = "today اليوم امروز היום bugün bu_gün aujourd'hui heute hoy oggi ئەمڕۆ îro"
_YESTERDAY = "yesterday أمس امس البارحة دیروز אתמול dün dünən hier gestern ayer ieri دوێنێ duh"
_BEFORE = "أول_أمس اول_امس پریروز שלשום evvelsi_gün avant-hier vorgestern anteayer"


def _folded(words: str) -> list[str]:
    return [fold_letters(word).replace("_", " ") for word in words.split()]


_UNITS = {
    word: (timedelta(**{f"{unit}s": 1}), 1)
    for unit, words in (("minute", _MINUTES), ("hour", _HOURS), ("day", _DAYS), ("week", _WEEKS))
    for word in _folded(words)
} | {word: (timedelta(**{f"{unit}s": 1}), 2) for unit, words in _TWO.items() for word in _folded(words)}
_MOST = {timedelta(minutes=1): 180, timedelta(hours=1): 72, timedelta(days=1): 31, timedelta(weeks=1): 5}
_NUMBERS = frozenset(_folded(_ONE))
_AGO_WORDS = frozenset(_folded(_AGO))
_DAY_WORDS = {word: back for back, words in enumerate((_TODAY, _YESTERDAY, _BEFORE)) for word in _folded(words)}
_PHRASES = sorted({word for word in (*_AGO_WORDS, *_DAY_WORDS) if " " in word or "-" in word or "'" in word}, key=len, reverse=True)
_WORD = re.compile("|".join([*map(re.escape, _PHRASES), r"\d{1,2}[:h]\d{2}(?!\d)", r"\d+", r"[^\W\d_]+", r"[^\s,.:|·•()\-]"]))
_TELLS = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted((*_AGO_WORDS, *_DAY_WORDS), key=len, reverse=True)))})(?!\w)")


def read_relative(text: str, fetched_at: datetime, zone: tzinfo | None = None) -> Instant | None:
    """Read a short text that is a date told from now and nothing else.

    `fetched_at` (aware) is the now of the page, `zone` the one in which its days and clock times are counted (UTC without one). Minutes and
    hours give an instant to the minute, days and weeks a day. None for any other text; never raises.
    """
    if len(text) > MAX_CHARS:
        return None
    folded = fold_letters(text)
    if len(folded) > MAX_CHARS or not _TELLS.search(folded):
        return None
    words = [word for word in _WORD.findall(folded) if word not in PUBLISHED and word not in UPDATED]
    local = fetched_at.astimezone(zone or UTC)
    for index, word in enumerate(words):
        if word in _DAY_WORDS:
            return _on_day(words[:index] + words[index + 1 :], local - timedelta(days=_DAY_WORDS[word]), zone)
    return _ago(words, local)


def _on_day(words: list[str], day: datetime, zone: tzinfo | None) -> Instant | None:
    """Make the instant of a day called by its name, with the clock time among the other words."""
    clocks = [word for word in words if re.fullmatch(r"\d{1,2}[:h]\d{2}", word)]
    if len(clocks) > 1 or any(word not in FILLERS for word in words if word not in clocks):
        return None
    midnight = datetime.combine(day.date(), time())
    if not clocks:
        return Instant(midnight.replace(tzinfo=zone or UTC).astimezone(UTC), day_only=True, zoned=False, wall=midnight)
    hour, minute = (int(part) for part in re.split("[:h]", clocks[0]))
    if hour > 23 or minute > 59:
        return None
    wall = midnight + timedelta(hours=hour, minutes=minute)
    return Instant(wall.replace(tzinfo=zone or UTC).astimezone(UTC), day_only=False, zoned=False, wall=wall)


def _ago(words: list[str], local: datetime) -> Instant | None:
    """Make the instant of so many units ago."""
    units = [word for word in words if word in _UNITS]
    numbers = [word for word in words if word.isdecimal()]
    rest = [word for word in words if word not in _UNITS and word not in numbers]
    ago = [word for word in rest if word in _AGO_WORDS]
    if len(ago) != 1 or len(units) != 1 or len(numbers) > 1 or any(word not in _NUMBERS for word in rest if word not in ago):
        return None
    unit, times = _UNITS[units[0]]
    count = int(numbers[0]) if numbers and times == 1 else times
    if not 0 < count <= _MOST[unit] or (numbers and times != 1):
        return None
    at = local - count * unit
    if unit >= timedelta(days=1):
        midnight = datetime.combine(at.date(), time())
        return Instant(midnight.replace(tzinfo=local.tzinfo).astimezone(UTC), day_only=True, zoned=False, wall=midnight)
    at = at.replace(second=0, microsecond=0)
    return Instant(at.astimezone(UTC), day_only=False, zoned=True, wall=at.replace(tzinfo=None))

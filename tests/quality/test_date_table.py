"""Written dates of all calendars, languages and zones, with the instants that they mean: every one must be read right.

The days of the Jalali, Hijri and Hebrew calendars are those of published almanacs (Nowruz, Islamic new year, holidays with fixed dates).
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from crawler.written_dates.instants import read_instant

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
Row = tuple[str, str | None, str | None, str]

# text, zone of the source, language, the instant in UTC; a day alone is its midnight in that zone, and ends with 'day'
MACHINES: list[Row] = [
    ("2020-03-17T17:27:41Z", "Asia/Riyadh", None, "2020-03-17T17:27:41"),
    ("2020-03-17t17:27:41z", None, None, "2020-03-17T17:27:41"),
    ("2020-03-17T17:27Z", None, None, "2020-03-17T17:27:00"),
    ("2020-06-03T03:01+0400", None, None, "2020-06-02T23:01:00"),
    ("2020-06-03T03:01:00.123+04", None, None, "2020-06-02T23:01:00"),
    ("2019-05-16T23:49:01.2300000+04:30", None, None, "2019-05-16T19:19:01"),
    ("2019-05-16T23:49:01&#x2B;04:30", None, None, "2019-05-16T19:19:01"),
    ("2024-04-24 13:24:35.123456+00:00", None, None, "2024-04-24T13:24:35"),
    ("2024-04-24T13:24:35+02:00[Europe/Berlin]", None, None, "2024-04-24T11:24:35"),
    ("2024-04-24T13:24:35,5-03:00", None, None, "2024-04-24T16:24:35"),
    ("2024-04-24T13:24:35\u221203:00", None, None, "2024-04-24T16:24:35"),
    ("2024-04-24T13:24:35", "Africa/Cairo", None, "2024-04-24T11:24:35"),
    ("2024-04-26T13:24:35", "Africa/Cairo", None, "2024-04-26T10:24:35"),
    ("2020-02-18 T 07:20:50 +0330", None, None, "2020-02-18T03:50:50"),
    ("2020-11-09T24:00:00Z", None, None, "2020-11-10T00:00:00"),
    ("2016-12-31T23:59:60Z", None, None, "2016-12-31T23:59:59"),
    ("20201109T101112Z", None, None, "2020-11-09T10:11:12"),
    ("20201109101112", None, None, "2020-11-09T10:11:12"),
    ("20201109T1011+0300", None, None, "2020-11-09T07:11:00"),
    ("20201109", "Asia/Tehran", None, "2020-11-08T20:30:00 day"),
    ("2020-11-09", "Asia/Riyadh", None, "2020-11-08T21:00:00 day"),
    ("2020/11/09", None, None, "2020-11-09T00:00:00 day"),
    ("2020.11.9", None, None, "2020-11-09T00:00:00 day"),
    ("2021-02-25 - 10:20", "Asia/Dubai", None, "2021-02-25T06:20:00"),
    ("2021-02-25 | 10:20", "Asia/Dubai", None, "2021-02-25T06:20:00"),
    ("2021-02-25, 10:20:31", None, None, "2021-02-25T10:20:31"),
    ("Tue, 01 Sep 2020 10:11:12 GMT", None, None, "2020-09-01T10:11:12"),
    ("Tue, 1 Sep 2020 10:11:12 +0300", None, None, "2020-09-01T07:11:12"),
    ("Tue, 01 Sep 20 10:11:12 EST", None, None, "2020-09-01T15:11:12"),
    ("1 Sep 2020 10:11 UT", None, None, "2020-09-01T10:11:00"),
    ("Tue Sep 01 2020 10:00:00 GMT+0300 (Arabian Standard Time)", None, None, "2020-09-01T07:00:00"),
    ("Tue Sep 01 10:00:00 UTC 2020", None, None, "2020-09-01T10:00:00"),
    ("Tue Sep  1 10:00:00 2020", "Asia/Amman", None, "2020-09-01T07:00:00"),
    ("1704103200", None, None, "2024-01-01T10:00:00"),
    ("1704103200000", None, None, "2024-01-01T10:00:00"),
    ("1704103200.25", None, None, "2024-01-01T10:00:00"),
    ("١٧٠٤١٠٣٢٠٠", None, None, "2024-01-01T10:00:00"),
    ("/Date(1704103200000)/", None, None, "2024-01-01T10:00:00"),
    ("/Date(1704103200000+0300)/", None, None, "2024-01-01T10:00:00"),
    ("999999999", None, None, "2001-09-09T01:46:39"),
]
ZONES: list[Row] = [
    ("2020-11-09 10:11:12 UTC+3", None, None, "2020-11-09T07:11:12"),
    ("2020-11-09 10:11 GMT+03:00", None, None, "2020-11-09T07:11:00"),
    ("2020-11-09 10:11 (GMT+3)", None, None, "2020-11-09T07:11:00"),
    ("2020-11-09 10:11 UTC+03:30", None, None, "2020-11-09T06:41:00"),
    ("2020-11-09 10:11 UTC-5", None, None, "2020-11-09T15:11:00"),
    ("2020-11-09 10:11 +0330", None, None, "2020-11-09T06:41:00"),
    ("UTC+3 10:11 09.11.2020", None, None, "2020-11-09T07:11:00"),
    ("GMT 17:27 17.03.2020", "Asia/Riyadh", None, "2020-03-17T17:27:00"),
    ("17:55 GMT | 17 March 2020", "Asia/Riyadh", None, "2020-03-17T17:55:00"),
    ("9 November 2020 10:11 AST", "Asia/Riyadh", None, "2020-11-09T07:11:00"),
    ("9 November 2020 10:11 AST", "Asia/Baghdad", None, "2020-11-09T07:11:00"),
    ("9 November 2020 10:11 AST", "Africa/Cairo", None, "2020-11-09T07:11:00"),
    ("9 November 2020 10:11 AST", "America/Halifax", None, "2020-11-09T14:11:00"),
    ("9 November 2020 10:11 AST", None, None, "2020-11-09T07:11:00"),
    ("9 November 2020 10:11 IST", "Asia/Jerusalem", None, "2020-11-09T08:11:00"),
    ("9 November 2020 10:11 IST", "Asia/Kolkata", None, "2020-11-09T04:41:00"),
    ("9 July 2020 10:11 IDT", None, None, "2020-07-09T07:11:00"),
    ("9 November 2020 10:11 EET", None, None, "2020-11-09T08:11:00"),
    ("9 July 2020 10:11 EEST", None, None, "2020-07-09T07:11:00"),
    ("9 July 2020 10:11 TRT", None, None, "2020-07-09T07:11:00"),
    ("9 July 2020 10:11 MSK", None, None, "2020-07-09T07:11:00"),
    ("9 July 2020 10:11 CEST", None, None, "2020-07-09T08:11:00"),
    ("9 January 2020 10:11 CET", None, None, "2020-01-09T09:11:00"),
    ("9 January 2020 10:11 IRST", None, None, "2020-01-09T06:41:00"),
    ("9 July 2020 10:11 IRDT", None, None, "2020-07-09T05:41:00"),
    ("9 July 2020 10:11 GST", None, None, "2020-07-09T06:11:00"),
    ("9 July 2020 10:11 PKT", None, None, "2020-07-09T05:11:00"),
    ("9 July 2020 3:05 PM EDT", "Asia/Qatar", None, "2020-07-09T19:05:00"),
    ("9 July 2020 10:11 Mecca time", None, None, "2020-07-09T07:11:00"),
    ("9 July 2020 10:11 Tehran time", None, None, "2020-07-09T05:41:00"),
    ("الساعة 10:11 بتوقيت غرينتش 9 يوليو 2020", "Asia/Riyadh", "ar", "2020-07-09T10:11:00"),
    ("9 تموز 2020 10:11 بتوقيت مكة المكرمة", "Africa/Tunis", "ar", "2020-07-09T07:11:00"),
    ("9 تموز 2020، 10:11 بتوقيت القدس المحتلة", None, "ar", "2020-07-09T07:11:00"),
    ("9 تموز 2020 10:11 (توقيت بيروت)", None, "ar", "2020-07-09T07:11:00"),
    ("9 يوليو 2020 10:11 بتوقيت القاهرة", None, "ar", "2020-07-09T08:11:00"),
    ("9 يوليو 2020 10:11 م بتوقيت أبوظبي", None, "ar", "2020-07-09T18:11:00"),
    ("9 Temmuz 2020 10:11 TSİ", "Europe/London", "tr", "2020-07-09T07:11:00"),
    ("9 Temmuz 2020 Türkiye saatiyle 10:11", "Europe/London", "tr", "2020-07-09T07:11:00"),
    ("۱۹ تیر ۱۳۹۹ ساعت ۱۰:۱۱ به وقت تهران", None, "fa", "2020-07-09T05:41:00"),
    ("9 ביולי 2020 10:11 שעון ישראל", None, "he", "2020-07-09T07:11:00"),
    ("9 juillet 2020 à 10h11 heure de Paris", None, "fr", "2020-07-09T08:11:00"),
    ("9 juillet 2020 à 10h11 GMT", "Africa/Algiers", "fr", "2020-07-09T10:11:00"),
    ("9 juillet 2020 10:11 TU", "Africa/Algiers", "fr", "2020-07-09T10:11:00"),
]
LATIN: list[Row] = [
    ("November 9, 2020", "Asia/Riyadh", "en", "2020-11-08T21:00:00 day"),
    ("Nov. 9, 2020", None, "en", "2020-11-09T00:00:00 day"),
    ("Sept. 9, 2020, 3 p.m.", "Asia/Qatar", "en", "2020-09-09T12:00:00"),
    ("Monday, November 9th, 2020 at 12:05 a.m.", None, "en", "2020-11-09T00:05:00"),
    ("the 2nd of May 2021, 12:30 PM", None, "en", "2021-05-02T12:30:00"),
    ("01-Sep-2020 18:40", "Asia/Beirut", "en", "2020-09-01T15:40:00"),
    ("09 NOV 2020 15:30 PM", None, "en", "2020-11-09T15:30:00"),
    ("Published: 3 March 2021 - 08:00", "Asia/Kuwait", "en", "2021-03-03T05:00:00"),
    ("9 janvier 2020", "Africa/Tunis", "fr", "2020-01-08T23:00:00 day"),
    ("1er février 2020", None, "fr", "2020-02-01T00:00:00 day"),
    ("Mardi 3 mars 2020 à 15h30", "Africa/Algiers", "fr", "2020-03-03T14:30:00"),
    ("le 4 avril 2020 à 7:05", "Africa/Casablanca", "fr", "2020-04-04T06:05:00"),
    ("5 mai 2020", None, "fr", "2020-05-05T00:00:00 day"),
    ("6 juin 2020", None, "fr", "2020-06-06T00:00:00 day"),
    ("7 juil. 2020", None, "fr", "2020-07-07T00:00:00 day"),
    ("8 AOÛT 2020", None, "fr", "2020-08-08T00:00:00 day"),
    ("9 septembre 2020", None, "fr", "2020-09-09T00:00:00 day"),
    ("10 octobre 2020", None, "fr", "2020-10-10T00:00:00 day"),
    ("11 novembre 2020", None, "fr", "2020-11-11T00:00:00 day"),
    ("12 décembre 2020", None, "fr", "2020-12-12T00:00:00 day"),
    ("9 Ocak 2020 Perşembe", "Europe/Istanbul", "tr", "2020-01-08T21:00:00 day"),
    ("3 Şubat 2020, 15:30", "Europe/Istanbul", "tr", "2020-02-03T12:30:00"),
    ("5 Mart 2020 - 08:15", "Europe/Istanbul", "tr", "2020-03-05T05:15:00"),
    ("5 Nisan 2020", "Europe/Istanbul", "tr", "2020-04-04T21:00:00 day"),
    ("5 MAYIS 2020", "Europe/Istanbul", "tr", "2020-05-04T21:00:00 day"),
    ("5 Haziran 2020", "Europe/Istanbul", "tr", "2020-06-04T21:00:00 day"),
    ("5 Temmuz 2020 ÖS 3:30", "Europe/Istanbul", "tr", "2020-07-05T12:30:00"),
    ("5 Ağustos 2020 ÖÖ 9:30", "Europe/Istanbul", "tr", "2020-08-05T06:30:00"),
    ("5 Eylül 2020'de saat 11:00", "Europe/Istanbul", "tr", "2020-09-05T08:00:00"),
    ("5 EKİM 2020", "Europe/Istanbul", "tr", "2020-10-04T21:00:00 day"),
    ("05 Kas 2020 14:00", "Europe/Istanbul", "tr", "2020-11-05T11:00:00"),
    ("5 Aralık 2020", "Europe/Istanbul", "tr", "2020-12-04T21:00:00 day"),
    ("Güncelleme : 28.04.2024 - 14:07", "Europe/Istanbul", "tr", "2024-04-28T11:07:00"),
    ("27.12.2016\u00a018:57", "Europe/Istanbul", "tr", "2016-12-27T15:57:00"),
    ("27.07.2016 18:57", "Europe/Istanbul", "tr", "2016-07-27T15:57:00"),
    ("27.01.2016 18:57", "Europe/Istanbul", "tr", "2016-01-27T16:57:00"),
    ("5 Çile 2021", "Europe/Istanbul", "kmr", "2021-01-04T21:00:00 day"),
    ("5 Rêbendan 2021", "Europe/Istanbul", "ku", "2021-01-04T21:00:00 day"),
    ("5ê Sibatê 2021", "Europe/Istanbul", "kmr", "2021-02-04T21:00:00 day"),
    ("5'ê Adarê 2021", "Europe/Istanbul", "kmr", "2021-03-04T21:00:00 day"),
    ("5 Nîsan 2021", "Europe/Istanbul", "kmr", "2021-04-04T21:00:00 day"),
    ("5 Gulan 2021", "Europe/Istanbul", "kmr", "2021-05-04T21:00:00 day"),
    ("5 Hezîran 2021 saet 10:00", "Europe/Istanbul", "kmr", "2021-06-05T07:00:00"),
    ("5 Tîrmeh 2021", "Europe/Istanbul", "kmr", "2021-07-04T21:00:00 day"),
    ("5 Tebax 2021", "Europe/Istanbul", "kmr", "2021-08-04T21:00:00 day"),
    ("12ê Îlona 2023an", "Europe/Istanbul", "kmr", "2023-09-11T21:00:00 day"),
    ("5 Cotmeh 2021", "Europe/Istanbul", "kmr", "2021-10-04T21:00:00 day"),
    ("5 Mijdar 2021", "Europe/Istanbul", "kmr", "2021-11-04T21:00:00 day"),
    ("5 Kanûn 2021", "Europe/Istanbul", "kmr", "2021-12-04T21:00:00 day"),
    ("Do 25.04.24 | 14:07 Uhr", "Europe/Berlin", "de", "2024-04-25T12:07:00"),
    ("30. Juni 2025, 14.07 Uhr", "Europe/Berlin", "de", "2025-06-30T12:07:00"),
]
ARABIC: list[Row] = [
    ("9 كانون الثاني 2020", "Asia/Beirut", "ar", "2020-01-08T22:00:00 day"),
    ("9 شباط 2020", "Asia/Beirut", "ar", "2020-02-08T22:00:00 day"),
    ("9 آذار 2020", "Asia/Beirut", "ar", "2020-03-08T22:00:00 day"),
    ("9 نيسان 2020", "Asia/Beirut", "ar", "2020-04-08T21:00:00 day"),
    ("9 أيار 2020", "Asia/Beirut", "ar", "2020-05-08T21:00:00 day"),
    ("9 حزيران 2020", "Asia/Beirut", "ar", "2020-06-08T21:00:00 day"),
    ("9 تموز 2020", "Asia/Beirut", "ar", "2020-07-08T21:00:00 day"),
    ("9 آب 2020", "Asia/Beirut", "ar", "2020-08-08T21:00:00 day"),
    ("9 أيلول 2020", "Asia/Beirut", "ar", "2020-09-08T21:00:00 day"),
    ("9 تشرين الأول 2020", "Asia/Beirut", "ar", "2020-10-08T21:00:00 day"),
    ("9 تشرين  الثاني 2020", "Asia/Beirut", "ar", "2020-11-08T22:00:00 day"),
    ("٩ كانون الأوّل ٢٠٢٠", "Asia/Beirut", "ar", "2020-12-08T22:00:00 day"),
    ("9 آب/أغسطس 2020", "Asia/Beirut", "ar", "2020-08-08T21:00:00 day"),
    ("26 فبراير/ شباط 2024", "Asia/Beirut", "ar", "2024-02-25T22:00:00 day"),
    ("9 تشرين الثاني/نوفمبر 2020 - 10:11", "Asia/Beirut", "ar", "2020-11-09T08:11:00"),
    ("9 كانون الثاني / يناير 2020", "Asia/Beirut", "ar", "2020-01-08T22:00:00 day"),
    ("الخميس 9 يناير 2020 02:05 م", "Africa/Cairo", "ar", "2020-01-09T12:05:00"),
    ("الإثنين، 24 أغسطس 2020 09:23 ص", "Africa/Cairo", "ar", "2020-08-24T07:23:00"),
    ("الاثنين، ٢٤ أغسطس ٢٠٢٠ - ٠٩:٢٣ مساءً", "Africa/Cairo", "ar", "2020-08-24T19:23:00"),
    ("9 فبراير 2020 الساعة 9 صباحا", "Asia/Riyadh", "ar", "2020-02-09T06:00:00"),
    ("9 مـــارس 2020", "Asia/Riyadh", "ar", "2020-03-08T21:00:00 day"),
    ("\u200f9 أبريل 2020\u200f", "Asia/Riyadh", "ar", "2020-04-08T21:00:00 day"),
    ("9 مايو 2020م", "Asia/Riyadh", "ar", "2020-05-08T21:00:00 day"),
    ("9 يونيو 2020", "Asia/Riyadh", "ar", "2020-06-08T21:00:00 day"),
    ("9 يوليه 2020", "Africa/Cairo", "ar", "2020-07-08T22:00:00 day"),
    ("9 سبتمبر 2020", "Asia/Riyadh", "ar", "2020-09-08T21:00:00 day"),
    ("9 أكتوبر 2020", "Asia/Riyadh", "ar", "2020-10-08T21:00:00 day"),
    ("نشر في: 9 نوفمبر 2020 10:11", "Asia/Riyadh", "ar", "2020-11-09T07:11:00"),
    ("آخر تحديث 9 ديسمبر 2020 10:11", "Asia/Riyadh", "ar", "2020-12-09T07:11:00"),
    ("9 جانفي 2020", "Africa/Algiers", "ar", "2020-01-08T23:00:00 day"),
    ("9 فيفري 2020", "Africa/Tunis", "ar", "2020-02-08T23:00:00 day"),
    ("9 أفريل 2020", "Africa/Tunis", "ar", "2020-04-08T23:00:00 day"),
    ("9 ماي 2020", "Africa/Tunis", "ar", "2020-05-08T23:00:00 day"),
    ("9 جوان 2020", "Africa/Tunis", "ar", "2020-06-08T23:00:00 day"),
    ("9 جويلية 2020", "Africa/Tunis", "ar", "2020-07-08T23:00:00 day"),
    ("9 أوت 2020", "Africa/Tunis", "ar", "2020-08-08T23:00:00 day"),
    ("9 غشت 2020", "Africa/Casablanca", "ar", "2020-08-08T23:00:00 day"),
    ("9 شتنبر 2020", "Africa/Casablanca", "ar", "2020-09-08T23:00:00 day"),
    ("9 نونبر 2020", "Africa/Casablanca", "ar", "2020-11-08T23:00:00 day"),
    ("9 دجنبر 2020", "Africa/Casablanca", "ar", "2020-12-08T23:00:00 day"),
    ("9 يوليوز 2020", "Africa/Casablanca", "ar", "2020-07-08T23:00:00 day"),
    ("٠٩/١١/٢٠٢٠ ١٠:١١", "Asia/Baghdad", "ar", "2020-11-09T07:11:00"),
    ("1 محرم 1442 هـ", "Asia/Riyadh", "ar", "2020-08-19T21:00:00 day"),
    ("1 رمضان 1441هـ", "Asia/Riyadh", "ar", "2020-04-23T21:00:00 day"),
    ("10 ذو الحجة 1441 هـ", "Asia/Riyadh", "ar", "2020-07-30T21:00:00 day"),
    ("١ شوّال ١٤٤١", "Asia/Riyadh", "ar", "2020-05-23T21:00:00 day"),
    ("12 ربيع الأول 1442", "Asia/Riyadh", "ar", "2020-10-28T21:00:00 day"),
    ("27 رجب 1441 هـ", "Asia/Riyadh", "ar", "2020-03-21T21:00:00 day"),
    ("الثلاثاء 13 محرم 1442 هـ الموافق 1 سبتمبر 2020 م", "Asia/Riyadh", "ar", "2020-08-31T21:00:00 day"),
    ("1442/01/01", "Asia/Riyadh", "ar", "2020-08-19T21:00:00 day"),
]
PERSIAN_HEBREW_KURDISH: list[Row] = [
    ("2 تير 1399", "Asia/Tehran", "fa", "2020-06-21T19:30:00 day"),
    ("1 فروردین 1399", "Asia/Tehran", "fa", "2020-03-19T20:30:00 day"),
    ("۱ فروردین ۱۴۰۰", "Asia/Tehran", "fa", "2021-03-20T20:30:00 day"),
    ("۳۰ اسفند ۱۳۹۹", "Asia/Tehran", "fa", "2021-03-19T20:30:00 day"),
    ("۲۲ بهمن ۱۳۹۷", "Asia/Tehran", "fa", "2019-02-10T20:30:00 day"),
    ("۲۱ ارديبهشت ۱۳۹۹ - ۱۸:۵۹", "Asia/Tehran", "fa", "2020-05-10T14:29:00"),
    ("پنجشنبه ۹ خرداد ۱۳۹۸ / ۰۰:۲۰", "Asia/Tehran", "fa", "2019-05-29T19:50:00"),
    ("سه‌شنبه ۱۴ مرداد ۱۳۹۹ ساعت ۹:۳۰ ب.ظ", "Asia/Tehran", "fa", "2020-08-04T17:00:00"),
    ("سه شنبه ۱۴ مرداد ۱۳۹۹ ۹:۳۰ ق.ظ", "Asia/Tehran", "fa", "2020-08-04T05:00:00"),
    ("31 شهریور 1402", "Asia/Tehran", "fa", "2023-09-21T20:30:00 day"),
    ("تاریخ انتشار: ۱۳ مهر ۱۴۰۲ - ۱۰:۰۰", "Asia/Tehran", "fa", "2023-10-05T06:30:00"),
    ("۱۳ آبان ۱۴۰۲", "Asia/Tehran", "fa", "2023-11-03T20:30:00 day"),
    ("۳۰ آذر ۱۴۰۲", "Asia/Tehran", "fa", "2023-12-20T20:30:00 day"),
    ("15 دی 99 ساعت 15:30", "Asia/Tehran", "fa", "2021-01-04T12:00:00"),
    ("۱۳۹۹/۰۲/۲۱ - ۱۸:۵۹", "Asia/Tehran", "fa", "2020-05-10T14:29:00"),
    ("19:04 1398/02/11", "Asia/Tehran", "fa", "2019-05-01T14:34:00"),
    ("98/02/11", "Asia/Tehran", "fa", "2019-04-30T19:30:00 day"),
    ("1399-04-02 10:00", None, None, "2020-06-22T10:00:00"),
    ("۲۶ ژانویه ۲۰۲۱", "Asia/Tehran", "fa", "2021-01-25T20:30:00 day"),
    ("۲۶ فوریه ۲۰۲۱", "Asia/Tehran", "fa", "2021-02-25T20:30:00 day"),
    ("۲۶ آوریل ۲۰۲۳", "Asia/Tehran", "fa", "2023-04-25T20:30:00 day"),
    ("۲۶ مه ۲۰۲۳", "Asia/Tehran", "fa", "2023-05-25T20:30:00 day"),
    ("۲۶ ژوئن ۲۰۲۳", "Asia/Tehran", "fa", "2023-06-25T20:30:00 day"),
    ("۲۶ ژوئیه ۲۰۲۳", "Asia/Tehran", "fa", "2023-07-25T20:30:00 day"),
    ("۲۶ سپتامبر ۲۰۲۳", "Asia/Tehran", "fa", "2023-09-25T20:30:00 day"),
    ("۲۶ نوامبر ۲۰۲۳", "Asia/Tehran", "fa", "2023-11-25T20:30:00 day"),
    ("۲۶ دسامبر ۲۰۲۳ برابر با ۵ دی ۱۴۰۲", "Asia/Tehran", "fa", "2023-12-25T20:30:00 day"),
    ("۱۱ ثور ۱۴۰۰", "Asia/Kabul", "fa", "2021-04-30T19:30:00 day"),
    ("9 בינואר 2020", "Asia/Jerusalem", "he", "2020-01-08T22:00:00 day"),
    ("ה-5 במאי 2020 בשעה 15:30", "Asia/Jerusalem", "he", "2020-05-05T12:30:00"),
    ("יום רביעי, 14 ביולי 2021, 09:10", "Asia/Jerusalem", "he", "2021-07-14T06:10:00"),
    ('יום רביעי 14.07.2021 ה אב התשפ"א 09:10', "Asia/Jerusalem", "he", "2021-07-14T06:10:00"),
    ("פורסם: 22.05.20 , 15:26", "Asia/Jerusalem", "he", "2020-05-22T12:26:00"),
    ("עודכן: 09/11/2020 10:11", "Asia/Jerusalem", "he", "2020-11-09T08:11:00"),
    ("12 אוג׳ 2020", "Asia/Jerusalem", "he", "2020-08-11T21:00:00 day"),
    ("3 בדצמבר 2020", "Asia/Jerusalem", "he", "2020-12-02T22:00:00 day"),
    ("٥ی کانوونی دووەمی ٢٠٢٤", "Asia/Baghdad", "ckb", "2024-01-04T21:00:00 day"),
    ("5ی شوباتی 2024", "Asia/Baghdad", "ckb", "2024-02-04T21:00:00 day"),
    ("5ی ئازاری 2024", "Asia/Baghdad", "ckb", "2024-03-04T21:00:00 day"),
    ("5 نیسان 2024", "Asia/Baghdad", "ckb", "2024-04-04T21:00:00 day"),
    ("5 حوزەیران 2024 10:00", "Asia/Baghdad", "ckb", "2024-06-05T07:00:00"),
    ("5 ئەیلوول 2024", "Asia/Baghdad", "ckb", "2024-09-04T21:00:00 day"),
    ("5 تشرینی یەکەم 2024", "Asia/Baghdad", "ckb", "2024-10-04T21:00:00 day"),
    ("5 گەلاوێژ 1403", "Asia/Tehran", "ckb", "2024-07-25T20:30:00 day"),
    ("5 گەلاوێژ 2024", "Asia/Baghdad", "ckb", "2024-08-04T21:00:00 day"),
]
NUMBERS: list[Row] = [
    ("03/04/2020", "Asia/Beirut", "en", "2020-04-02T21:00:00 day"),
    ("03/04/2020", "America/New_York", "en", "2020-03-04T05:00:00 day"),
    ("03/04/2020", None, "fr", "2020-04-03T00:00:00 day"),
    ("Fri 03/04/2020", None, "en", "2020-04-03T00:00:00 day"),
    ("Wed 03/04/2020", None, "en", "2020-03-04T00:00:00 day"),
    ("13/04/2020", None, None, "2020-04-13T00:00:00 day"),
    ("04/13/2020", None, None, "2020-04-13T00:00:00 day"),
    ("03.04.2020 10:11", None, None, "2020-04-03T10:11:00"),
    ("22. 05. 2020", None, None, "2020-05-22T00:00:00 day"),
    ("12/11/2026", "Asia/Beirut", "en", "2026-11-11T22:00:00 day"),
    ("11/12/2026", "Asia/Beirut", "en", "2026-11-11T22:00:00 day"),  # 11 December has not come
    ("2026년 1월 29일 18:40", "Asia/Seoul", "ko", "2026-01-29T09:40:00"),
]
READ = [*MACHINES, *ZONES, *LATIN, *ARABIC, *PERSIAN_HEBREW_KURDISH, *NUMBERS]

NOT_READ = [
    "", " ", "yesterday", "منذ ساعتين", "5", "2020", "May 2020", "03/04/2020", "2020-02-30", "2020-13-01", "2020-11-09T25:00:00Z",
    "2020-11-09T10:61:00Z", "9 November 2020 13:05 AM", "9 November 2020 00:30 PM", "Foo 9, 2020", "5 reasons why May 9 2020 matters",
    "1704-01-01", "1704", "0600000000", "17041032001704103200", "9" * 60, "2027-01-01", "4102444800", "3000-01-01", "1989-12-31",
    "31 تير 1399 31", "32 تیر 1399", "30 اسفند 1400", "30 صفر 1441 هـ", "5 آب/أيلول 2020",
    "," * 20_000, "2020-11-09" + "," * 20_000, "2020-11-09 " + "x" * 60, "1 " * 30, "(" * 60, "2020-11-09\x00", "@Europe/Berlin",
    "\u202e" * 200, "\ufdfa" * 64, "²⁰²⁰-¹¹-⁰⁹" * 4, "٪" * 64, "10:11", "12 ساعت پیش", "%Y-%m-%d", "${date}", "0000-00-00T00:00:00",
    "NaN", "2020-11-09T10:11:12+99:00Z+03", "1 Jan 2020 1 Jan 2021",
]  # fmt: skip

# As news sites print them: the text, the zone of the source, its language, and what a careful reader takes it for: a day in that zone, an
# instant with its offset, or nothing.
PRINTED: list[tuple[str, str | None, str | None, str | None]] = [
    tuple(json.loads(line)) for line in Path(__file__).with_name("written_dates.jsonl").read_text("utf-8").splitlines()
]
LONG = ["1" + "0" * 400, "9" * 400, "a" * 10_000, "1" * 10_000, "/" * 10_000, "18 " * 5_000,
        "\u200f" * 5_000, "٠" * 5_000, "2024-07-18" * 500,
        ":" * 5_000, "T" * 5_000]  # fmt: skip


@pytest.mark.parametrize(("text", "zone", "language", "expected"), PRINTED, ids=[f"{number}" for number in range(len(PRINTED))])
def test_dates_as_printed_are_what_a_careful_reader_takes_them_for(
    text: str, zone: str | None, language: str | None, expected: str | None
) -> None:
    instant = read_instant(text, ZoneInfo(zone) if zone else None, language=language, now=NOW)
    if expected is None:
        assert instant is None, text
        return
    assert instant is not None, text
    assert instant.day_only == (len(expected) == len("2024-07-18")), text
    at = datetime.fromisoformat(expected)
    assert instant.at == (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone or "UTC"))), text


@pytest.mark.parametrize("text", LONG, ids=lambda text: repr(text)[:10])
def test_no_long_string_is_a_date(text: str) -> None:
    assert read_instant(text, now=NOW) is None


@pytest.mark.parametrize(("text", "zone", "language", "expected"), READ, ids=[f"{number}" for number in range(len(READ))])
def test_every_written_date_is_its_instant(text: str, zone: str | None, language: str | None, expected: str) -> None:
    instant = read_instant(text, ZoneInfo(zone) if zone else None, language=language, now=NOW)
    assert instant is not None, text
    assert instant.at.strftime("%Y-%m-%dT%H:%M:%S") + (" day" if instant.day_only else "") == expected, text


@pytest.mark.parametrize("text", NOT_READ, ids=lambda text: repr(text)[:30])
def test_what_is_no_date_or_hostile_is_nothing(text: str) -> None:
    assert read_instant(text, now=NOW) is None


def test_the_table_is_large_enough_to_mean_something() -> None:
    assert len(READ) >= 200
    assert len({text for text, *_ in READ}) >= 190
    assert len({text for text, *_ in PRINTED}) >= 650

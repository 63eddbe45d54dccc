"""The words that stand in dates besides months: days of the week, halves of the day, zones, and what says 'published' or 'updated'.

All words are folded by `crawler.month_names.fold_letters` when the tables are made.

Source: Unicode CLDR for days and day periods; RFC 5322 section 4.3 and the IANA time zone database for the abbreviations.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from crawler.month_names import HEBREW_MONTHS, fold_letters

_WEEKDAYS = (  # Monday first
    "monday mon lundi lun pazartesi pzt الاثنين الإثنين اثنين إثنين دوشنبه دووشەممە دوو‌شەممە duşem duşemb montag lunes lunedì",
    "tuesday tue tues mardi salı sal الثلاثاء الثلثاء ثلاثاء سه‌شنبه سێشەممە سێ‌شەممە sêşem dienstag martes martedì",
    "wednesday wed mercredi mer çarşamba çar الأربعاء الاربعاء أربعاء چهارشنبه چهار‌شنبه چوارشەممە çarşem mittwoch miércoles mercoledì",
    "thursday thu thur thurs jeudi jeu perşembe per الخميس خميس پنجشنبه پنج‌شنبه پێنجشەممە پێنج‌شەممە pêncşem donnerstag do jueves giovedì",
    "friday fri vendredi ven cuma cum الجمعة الجمعه جمعة جمعه آدینه هەینی în înî freitag fr viernes venerdì",
    "saturday sat samedi sam cumartesi cmt السبت سبت شنبه شەممە şemî samstag sa sábado sabato שבת",
    "sunday sun dimanche dim pazar paz الأحد الاحد أحد یکشنبه یک‌شنبه یەکشەممە یەک‌شەممە yekşem sonntag so domingo domenica",
)
_HEBREW_WEEKDAYS = "שני ב' שלישי ג' רביעי ד' חמישי ה' שישי ו' שבת ש' ראשון א'"  # after the word for day only, Monday first, in pairs
_AM = 'am a.m صباحا صباحاً ص ق.ظ صبح öö لفنه لפנה"צ בבוקר پ.ن پێش‌نیوەڕۆ قبل_ازظهر matin'
_PM = 'pm p.m مساء مساءً م ب.ظ عصر شب بعدازظهر ös אחה"צ בערב د.ن دوای‌نیوەڕۆ soir ظهرا'
_FILLERS = (
    "at on the of and de du le la les a à en il i um uhr den der vom o'clock hrs hr h t saat saati tarih tarihi günü el los al del alle ore"
    " آخر في فی يوم بتاريخ بتأريخ تاريخ التاريخ تاریخ الموافق للموافق الساعة الساعه ساعة ساعت روز مورخ برابر با مطابق"
    " میلادی الميلادي ميلادي ميلادية هجري هجرية شمسی خورشیدی قمری ش.ه هـ.ش ه.ش ه.ق ھ.ش هـ ه ش ق بەرواری ڕۆژی کاتژمێر سەعات ی ساڵی زایینی"
    " ב ה ב- ה- יום ביום בתאריך תאריך שעה בשעה בשנת roja saet li di date dated time local"
    " المحلي محلي محلی بالتوقيت"
)
_PUBLISHED = (
    "published publish posted created issued publié publiée publie parution paru yayınlanma yayınlandı yayın yayim yayımlanma"
    " yayımlandı eklenme oluşturulma oluşturma giriş نشر نشرت تم النشر نشره أضيف كتب انتشار منتشر ثبت درج پخش فرستادن"
    " פורסם פורסמה עלה נכתב بڵاوکراوەتەوە بڵاوکردنەوە بڵاوکراوە weşandin weşan veröffentlicht erschienen publicado pubblicato first"
)
_UPDATED = (
    "updated update modified revised edited corrected changed màj jour maj modifié modifiée actualisé güncelleme güncellenme"
    " güncellendi güncellenmiş تحديث محدث محدثة حدث التحديث تعديل عدل بروزرسانی به‌روزرسانی روزرسانی ویرایش آپدیت עודכן עדכון"
    " נוێکردنەوە نوێکراوەتەوە دواین rojanekirin aktualisiert stand geändert actualizado aggiornato last"
)

# Minutes east of UTC. Where an abbreviation means several zones, the one nearest to the zone of the source is meant.
_ABBREVIATIONS: dict[str, tuple[int, ...]] = {
    "z": (0,), "utc": (0,), "gmt": (0,), "ut": (0,), "tu": (0,), "zulu": (0,), "wet": (0,), "west": (60,), "wat": (60,), "cet": (60,),
    "met": (60,), "mez": (60,), "cest": (120,), "mesz": (120,), "mest": (120,), "cat": (120,), "sast": (120,), "eet": (120,),
    "eest": (180,), "eat": (180,), "idt": (180,), "msk": (180,), "trt": (180,), "tsi": (180,), "irst": (210,), "irdt": (270,),
    "aft": (270,), "azt": (240,), "gst": (240,), "pkt": (300,), "uzt": (300,), "jst": (540,), "kst": (540,), "ast": (180, -240),
    "adt": (240, -180), "ist": (120, 330, 60), "bst": (60,), "cst": (-360, 480), "cdt": (-300,), "est": (-300,), "edt": (-240,),
    "mst": (-420,), "mdt": (-360,), "pst": (-480,), "pdt": (-420,), "ndt": (-150,), "hst": (-600,), "akst": (-540,),
    "aest": (600,), "aedt": (660,), "غ.م": (0,), "ت.غ": (0,),
}  # fmt: skip
_CITIES = {
    "UTC": "غرينتش جرينتش غرينيتش غرينويتش جرينيتش گرینویچ greenwich גריניץ' גריניץ עולמי العالمي universel universal",
    "Asia/Riyadh": "مكة مكه السعودية الرياض mecca makkah riyadh saudi",
    "Asia/Jerusalem": "القدس israel jerusalem ישראל ירושלים kudüs",
    "Asia/Hebron": "فلسطين غزة رام_الله palestine gaza ramallah",
    "Africa/Cairo": "القاهرة مصر cairo egypt caire",
    "Asia/Beirut": "بيروت لبنان beirut lebanon beyrouth",
    "Asia/Damascus": "دمشق سوريا damascus damas şam",
    "Asia/Baghdad": "بغداد العراق هەولێر baghdad erbil hewler بەغداد bağdat",
    "Asia/Amman": "الأردن amman jordan",
    "Asia/Dubai": "دبي الإمارات أبوظبي ابوظبي dubai uae emirates",
    "Asia/Muscat": "مسقط muscat oman",
    "Asia/Qatar": "الدوحة قطر doha qatar",
    "Asia/Kuwait": "الكويت kuwait",
    "Asia/Bahrain": "المنامة البحرين bahrain manama",
    "Asia/Aden": "صنعاء عدن اليمن sanaa aden",
    "Asia/Tehran": "تهران طهران ایران إيران tehran iran téhéran tahran",
    "Asia/Kabul": "کابل کابول كابول kabul",
    "Europe/Istanbul": "تركيا إسطنبول اسطنبول أنقرة türkiye türkiye_saati istanbul ankara turkey tirkiye",
    "Africa/Tunis": "تونس tunis",
    "Africa/Algiers": "الجزائر algiers alger d'alger",
    "Africa/Casablanca": "المغرب الرباط الدار_البيضاء rabat morocco maroc casablanca",
    "Africa/Tripoli": "طرابلس ليبيا tripoli libya",
    "Africa/Khartoum": "الخرطوم السودان khartoum sudan",
    "Europe/Moscow": "موسكو مسکو moscow moskova moscou",
    "Europe/Paris": "باريس پاریس paris",
    "Europe/London": "لندن london londra londres",
    "America/New_York": "نيويورك واشنطن eastern",
    "Europe/Berlin": "برلين berlin",
}


def _folded(words: str) -> list[str]:
    return [" ".join(fold_letters(word).replace("_", " ").split()) for word in words.split()]


def _either(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(set(words), key=len, reverse=True))


WEEKDAYS = {name: number for number, names in enumerate(_WEEKDAYS) for name in _folded(names)}
MORNING, EVENING = frozenset(_folded(_AM)), frozenset(_folded(_PM))
FILLERS = frozenset(_folded(_FILLERS))
PUBLISHED, UPDATED = frozenset(_folded(_PUBLISHED)), frozenset(_folded(_UPDATED))
ZONES = {fold_letters(name): minutes for name, minutes in _ABBREVIATIONS.items()}
CITY_ZONES = frozenset(_CITIES)
_CITY_ZONES = {city: zone for zone, cities in _CITIES.items() for city in _folded(cities)}
_CITY = _either(_CITY_ZONES)

_EDGE, _END = r"(?<![^\W_])", r"(?![^\W_])"
_ZONE_PHRASE = re.compile(
    rf"\(?{_EDGE}(?:(?:ب?توقيت|ب?وقت|به وقت|שעון|לפי שעון|heure de |heure d'|heure |temps )\s*\(?(?P<after>{_CITY})(?: المکرمه| المحتله)?"
    rf"|(?P<before>{_CITY}) (?:time|saatiyle|saati ile|standard time))\)?{_END}"
)
_HEBREW_DAY = re.compile(rf"{_EDGE}(?:ב?יום) ({_either(_folded(_HEBREW_WEEKDAYS))})(?![^\W_])")
_HEBREW_DAY_NUMBERS = {name: number // 2 for number, name in enumerate(_folded(_HEBREW_WEEKDAYS))}
# A day of the Hebrew calendar, in Hebrew numerals: it names the same day again, or one that is not read.
_HEBREW_DATE = re.compile(rf"{_EDGE}[א-ת]{{1,2}}['\"]?[א-ת]? [בל]?(?:{_either(HEBREW_MONTHS)}),? ה?'?[א-ת]{{1,3}}[\"'][א-ת]{_END}")
_SPACED = {"قبل از ظهر": "صبح", "بعد از ظهر": "عصر", "سه شنبه": "سهشنبه", "چهار شنبه": "چهارشنبه", "پنج شنبه": "پنجشنبه",
           "به روز رساني": "بروزرساني", "پيش نيوەرو": "صبح", "دواي نيوەرو": "عصر", "تشرين 1": "تشرين1", "تشرين 2": "تشرين2"}  # fmt: skip
_PHRASES = re.compile(rf"{_EDGE}(?:{_either(map(fold_letters, _SPACED))}){_END}")
_SPACED_FOLDED = {fold_letters(words): fold_letters(word) for words, word in _SPACED.items()}


def mark_phrases(folded: str) -> str:
    """Write what takes several words as one: a named zone becomes `@Area/City`, a weekday of Hebrew `^n`; Hebrew-calendar days fall."""
    if folded.isascii():
        if "time" not in folded and "heure" not in folded and "saat" not in folded:
            return folded
        return _ZONE_PHRASE.sub(_zone_mark, folded)
    folded = _PHRASES.sub(lambda found: _SPACED_FOLDED[found[0]], folded)
    folded = _ZONE_PHRASE.sub(_zone_mark, folded)
    if max(folded) >= "\u05d0" and re.search("[א-ת]", folded):
        folded = _HEBREW_DAY.sub(lambda found: f" ^{_HEBREW_DAY_NUMBERS[found[1]]} ", _HEBREW_DATE.sub(" ", folded))
    return folded


def _zone_mark(found: re.Match[str]) -> str:
    return f" @{_CITY_ZONES[found['after'] or found['before']]} "

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
_OTHER_WEEKDAYS = (  # Urdu, Azerbaijani, Russian, Portuguese, Dutch, Chinese, Japanese, Korean
    "پیر понедельник segunda maandag bazarertəsi 星期一 周一 月曜日 월요일",
    "منگل вторник terça dinsdag çərşənbəaxşamı 星期二 周二 火曜日 화요일",
    "بدھ среда quarta woensdag çərşənbə 星期三 周三 水曜日 수요일",
    "جمعرات четверг quinta donderdag cüməaxşamı 星期四 周四 木曜日 목요일",
    "пятница sexta vrijdag cümə 星期五 周五 金曜日 금요일",
    "ہفتہ суббота zaterdag şənbə 星期六 周六 土曜日 토요일",
    "اتوار воскресенье zondag bazar 星期日 星期天 周日 日曜日 일요일",
)
_HEBREW_WEEKDAYS = "שני ב' שלישי ג' רביעי ד' חמישי ה' שישי ו' שבת ש' ראשון א'"  # after the word for day only, Monday first, in pairs
_AM = (
    'am a.m صباحا صباحاً ص ق.ظ صبح öö ö.ö sabah sabahı לפנה"צ לפנהצ בבוקר پ.ن پێش‌نیوەڕۆ بەیانی فجرا فجراً بامداد قبل_ازظهر matin sibê morgens'
    " mañana mattina utra 오전 午前 上午"
)
_PM = (
    'pm p.m مساء مساءً م ب.ظ عصر عصرا عصراً شام بعدازظهر ös ö.s akşam öğledensonra אחה"צ אחהצ בערב د.ن دوای‌نیوەڕۆ ئێوارە soir êvarê abends'
    " tarde sera вечера 오후 午後 下午"
)
_NOON = "ظهرا ظهراً ظهر نیوەڕۆ öğle öğlen בצהריים צהריים midi mittags nîvro دوپہر noon"
_NIGHT = "ليلا ليلاً شب شەو gece בלילה nachts şev notte noche nuit رات"
_FILLERS = (
    "at on the of and de du le la les a à en il i um uhr den der vom o'clock hrs hr h t saat saati tarih tarihi günü el los al del alle ore"
    " آخر في فی يوم بتاريخ بتأريخ تاريخ التاريخ تاریخ الموافق للموافق الساعة الساعه ساعة ساعت روز مورخ برابر با مطابق"
    " میلادی الميلادي ميلادي ميلادية هجري هجرية شمسی خورشیدی قمری ش.ه هـ.ش ه.ش ه.ق ھ.ش هـ ه ش ق بەرواری ڕۆژی کاتژمێر سەعات ی ساڵی زایینی"
    " ב ה ב- ה- יום ביום בתאריך תאריך שעה בשעה בשנת roja saet li di date dated time local"
    " المحلي محلي محلی بالتوقيت ماه به وقت شده شد است در بجے ء سنة عام لسنة by mis mise son tarihinde tarihli locale ah hijri hicri miladi"
    " il ili ci cu günlü às do da dos no ore godz r в г года om час minute min mn hs kl klo hour hours heures feira"
    " haber haberi אחרון אחרונה am"
)
_PUBLISHED = (
    "published publish posted created issued publié publiée publie parution paru yayınlanma yayınlandı yayın yayim yayımlanma"
    " yayımlandı eklenme oluşturulma oluşturma giriş نشر نشرت تم النشر نشره أضيف كتب انتشار منتشر ثبت درج پخش فرستادن"
    " פורסם פורסמה עלה נכתב بڵاوکراوەتەوە بڵاوکردنەوە بڵاوکراوە weşandin weşan veröffentlicht erschienen publicado pubblicato first"
    " شائع publiziert publisert publiceret publicerad gepubliceerd geplaatst opublikowano"
    " опубликовано dərc 입력 등록 公開 配信 発行 发布 发表"
)
_UPDATED = (
    "updated update modified revised edited corrected changed màj jour maj modifié modifiée actualisé güncelleme güncellenme"
    " güncellendi güncellenmiş تحديث محدث محدثة حدث التحديث تعديل عدل بروزرسانی به‌روزرسانی روزرسانی ویرایش آپدیت עודכן עדכון"
    " נוێکردنەوە نوێکراوەتەوە دواین rojanekirin aktualisiert stand geändert actualizado aggiornato last"
    " اپڈیٹ oppdatert opdateret uppdaterad bijgewerkt zaktualizowano"
    " обновлено atualizado yenilənib 수정 更新"
)

# Minutes east of UTC. Where an abbreviation means several zones, the one nearest to the zone of the source is meant; of two the first where
# that is not known.
_ABBREVIATIONS: dict[str, tuple[int, ...]] = {
    "z": (0,), "utc": (0,), "gmt": (0,), "ut": (0,), "tu": (0,), "zulu": (0,), "wet": (0,), "west": (60,), "wat": (60,), "cet": (60,),
    "met": (60,), "mez": (60,), "cest": (120,), "mesz": (120,), "mest": (120,), "cat": (120,), "sast": (120,), "eet": (120,),
    "eest": (180,), "eat": (180,), "idt": (180,), "msk": (180,), "trt": (180,), "tsi": (180,), "irst": (210,), "irdt": (270,),
    "ksa": (180,), "uae": (240,), "aft": (270,), "azt": (240,), "gst": (240,), "pkt": (300,), "uzt": (300,), "jst": (540,), "kst": (540,),
    "ast": (180, -240),
    "adt": (-180, 240), "ist": (120, 330, 60), "bst": (60,), "cst": (-360, 480), "cdt": (-300,), "est": (-300,), "edt": (-240,),
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


WEEKDAYS = {name: number for table in (_WEEKDAYS, _OTHER_WEEKDAYS) for number, names in enumerate(table) for name in _folded(names)}
HALVES = {word: half for half, words in (("noon", _NOON), ("night", _NIGHT), ("am", _AM), ("pm", _PM)) for word in _folded(words)}
FILLERS = frozenset(_folded(_FILLERS))
PUBLISHED, UPDATED = frozenset(_folded(_PUBLISHED)), frozenset(_folded(_UPDATED))
ZONES = {fold_letters(name): minutes for name, minutes in _ABBREVIATIONS.items()}
CITY_ZONES = frozenset(_CITIES)
_CITY_ZONES = {city: zone for zone, cities in _CITIES.items() for city in _folded(cities)}
_CITY = _either(_CITY_ZONES)

_EDGE, _END = r"(?<![^\W_])", r"(?![^\W_])"
_ZONE_PHRASE = re.compile(
    rf"\(?{_EDGE}(?:(?:ب?توقيت|ب?وقت|به وقت|שעון|לפי שעון|heure de |heure d'|heure |temps )\s*"
    rf"\(?(?P<after>{_CITY})(?: المکرمه| المحتله| المحلي)?"
    rf"|\((?P<noted>{_CITY})(?: المکرمه)?(?=\))"
    rf"|(?P<before>{_CITY}) (?:(?:local |standard |daylight |summer )?time|saatiyle|saati ile|saatı ilə))\)?{_END}"
)
_HEBREW_DAY = re.compile(rf"{_EDGE}(?:ב?יום) ({_either(_folded(_HEBREW_WEEKDAYS))})(?![^\W_])")
_HEBREW_DAY_NUMBERS = {name: number // 2 for number, name in enumerate(_folded(_HEBREW_WEEKDAYS))}
_HEBREW_MONTH = _either(name for name in HEBREW_MONTHS if not name.isascii()).replace("_", "[_ ]")
# A day of the Hebrew calendar, in Hebrew numerals; the thousands of its year are left out or a geresh.
_HEBREW_DATE = re.compile(
    rf"{_EDGE}(?P<day>[א-ת]{{1,2}}['\"]?[א-ת]?)'? [בל]?(?P<month>{_HEBREW_MONTH})'?,?"
    rf" (?:שנת )?ה?'?(?P<year>ת[א-ת]{{0,2}}[\"']?[א-ת]){_END}"
)
_HEBREW_VALUES = (*range(1, 10), *range(10, 100, 10), *range(100, 500, 100))
_HEBREW_LETTERS = ["א", "ב", "ג", "ד", "ה", "ו", "ז", "ח", "ט", "י", "כך", "ל", "מם", "נן", "ס", "ע", "פף", "צץ", "ק", "ר", "ש", "ת"]
_HEBREW_NUMERALS = {letter: value for letters, value in zip(_HEBREW_LETTERS, _HEBREW_VALUES, strict=True) for letter in letters}
_SPACED = {
    "قبل از ظهر": "صبح", "بعد از ظهر": "عصر", "قبل الظهر": "صباحا", "بعد الظهر": "مساء", "بعد منتصف الليل": "صباحا",
    "לפנות בוקר": "בבוקר", "לפני הצהריים": "בבוקר", "אחר הצהריים": "בערב", "אחרי הצהריים": "בערב",
    "öğleden sonra": "ös", "öğleden önce": "öö", "پيش نيوەرو": "صبح", "دواي نيوەرو": "عصر",
    "سه شنبه": "سهشنبه", "چهار شنبه": "چهارشنبه", "پنج شنبه": "پنجشنبه",
    "bazar ertəsi": "bazarertəsi", "çərşənbə axşamı": "çərşənbəaxşamı", "cümə axşamı": "cüməaxşamı",
    "به روز رساني": "بروزرساني", "اپ ڈیٹ": "اپڈیٹ", "تشرين 1": "تشرين1", "تشرين 2": "تشرين2",
}  # fmt: skip
_PHRASES = re.compile(rf"{_EDGE}(?:{_either(map(fold_letters, _SPACED))}){_END}")
_PERSIAN_CLOCK = re.compile(r"(?<!\d)(\d{1,2}) و ?(\d{1,2}) دقيقه")
_IANA = re.compile(r"(?<![\w/])(?:asia|europe|africa|america|australia|pacific|atlantic)/[a-z]{2,14}(?:_[a-z]{2,14})?(?![\w/])")
_SPACED_FOLDED = {fold_letters(words): fold_letters(word) for words, word in _SPACED.items()}


def mark_phrases(folded: str) -> str:
    """Write what takes several words as one.

    A named zone becomes `@Area/City`, a weekday of Hebrew `^n`, a day of the Hebrew calendar `^year-month-day`.
    """
    if "/" in folded:
        folded = _IANA.sub(_iana_mark, folded)
    if folded.isascii():
        if "time" in folded or "heure" in folded or "saat" in folded:
            folded = _ZONE_PHRASE.sub(_zone_mark, folded)
        return _PHRASES.sub(lambda found: _SPACED_FOLDED[found[0]], folded) if "ogleden" in folded else folded
    folded = _PHRASES.sub(lambda found: _SPACED_FOLDED[found[0]], folded)
    folded = _ZONE_PHRASE.sub(_zone_mark, folded)
    folded = _PERSIAN_CLOCK.sub(lambda found: f"{found[1]}:{found[2]:0>2}", folded)
    if max(folded) >= "\u05d0" and re.search("[א-ת]", folded):
        folded = _HEBREW_DATE.sub(_hebrew_mark, folded.replace("''", '"'))
        folded = _HEBREW_DAY.sub(lambda found: f" ^{_HEBREW_DAY_NUMBERS[found[1]]} ", folded)
    return folded


def _zone_mark(found: re.Match[str]) -> str:
    return f" @{_CITY_ZONES[found['after'] or found['noted'] or found['before']]} "


def _iana_mark(found: re.Match[str]) -> str:
    return " @" + "/".join("_".join(word.capitalize() for word in part.split("_")) for part in found[0].split("/")) + " "


def _hebrew_mark(found: re.Match[str]) -> str:
    day, year = _hebrew_number(found["day"]), 5000 + _hebrew_number(found["year"])
    return f" ^{year}-{HEBREW_MONTHS[found['month'].replace(' ', '_')]}-{day} "


def _hebrew_number(letters: str) -> int:
    return sum(_HEBREW_NUMERALS.get(letter, 0) for letter in letters)

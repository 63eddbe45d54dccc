"""Names of months in the languages of the region's newsrooms, in four calendars, and the one spelling in which they are compared.

Arabic has three sets of Gregorian names: the Levant and Iraq say حزيران, Egypt and the Gulf يونيو, the Maghreb جوان or (Morocco) غشت.
Persian takes the French names. Sorani and Kurmanji have names of their own, and in Iran the Kurdish names mean the months of the Jalali
calendar, as the signs of the zodiac do in Afghanistan. German, Spanish and Italian are here for the press abroad.

Source: Unicode CLDR (ar, ar-SY, ar-IQ, ar-DZ, ar-TN, ar-MA, ar-MR, fa, fa-AF, he, tr, ku, ckb, fr, en, de, es, it), months wide and
abbreviated of the calendars gregorian, persian, islamic and hebrew; spellings without accents and with other letters are added.
"""

from __future__ import annotations

import re
import unicodedata

# One line a month; an underscore stands for any white space within a name.
_LATIN = (
    "january jan janvier janv ocak oca januar jänner enero ene gennaio gen çile rêbendan",
    "february feb febr fevrier fevr subat şub februar febrero febbraio sibat reşemî",
    "march mar mars mart märz mrz marzo adar",
    "april apr avril avr nisan nis abril abr aprile nîsan avrêl",
    "may mai mayis mayo maggio mag gulan",
    "june jun juin haziran haz juni junio giugno giu hezîran pûşper",
    "july jul juil juillet temmuz tem juli julio luglio lug tîrmeh tîrme temûz",
    "august aug aout agustos ağu agosto ago tebax gelawêj",
    "september sep sept septembre eylul eyl septiembre settembre set îlon rezber",
    "october oct octobre ekim eki oktober okt octubre ottobre ott cotmeh kewçêr",
    "november nov novembre kasim kas noviembre mijdar sermawez",
    "december dec decembre aralik ara dezember dez diciembre dic dicembre kanûn berfanbar",
)
_ARABIC_AND_HEBREW = (
    "يناير ينایر جانفي كانون_الثاني كانون_ثاني كانون2 ژانویه جنوری ינואר ינו کانوونی_دووەم کانونی_دووەم ڕێبەندان",
    "فبراير فيفري شباط فوریه فبروری פברואר פבר شوبات ڕەشەمە",
    "مارس آذار اذار مارت مارچ ئازار ئادار מרץ מרס מארס",
    "أبريل ابريل أفريل نيسان نیسان آوریل آپریل اپریل אפריל אפר",
    "مايو ماي أيار مه می مئی ئایار מאי",
    "يونيو يونية يونيه جوان حزيران ژوئن جون حوزەیران حوزیران יוני יונ",
    "يوليو يولية يوليه جويلية يوليوز تموز ژوئیه ژوئيه ژوییه جولای جولایی تەمووز تەموز יולי יול",
    "أغسطس اغسطس أوت غشت آب اوت آگوست اگست ئاب אוגוסט אוג گەلاوێژ",
    "سبتمبر سيبتمبر شتنبر شتمبر أيلول سپتامبر سپتمبر ئەیلوول ئەیلول ספטמבר ספט ڕەزبەر",
    "أكتوبر اكتوبر أوكتوبر تشرين_الأول تشرين_أول تشرين1 اکتبر اکتوبر تشرینی_یەکەم אוקטובר אוק",
    "نوفمبر نونبر نوفنبر تشرين_الثاني تشرين_ثاني تشرين2 نوامبر نومبر تشرینی_دووەم נובמבר נוב سەرماوەز",
    "ديسمبر دجنبر دجمبر كانون_الأول كانون_أول كانون1 دسامبر دسمبر کانوونی_یەکەم کانونی_یەکەم דצמבר דצמ بەفرانبار",
)
_JALALI = (
    "فروردین حمل خاکەلێوە خاكه‌لیوه farvardin",
    "اردیبهشت ثور گوڵان بانەمەڕ ordibehesht",
    "خرداد جوزا جۆزەردان khordad",
    "تیر سرطان پووشپەڕ tir",
    "مرداد امرداد اسد گەلاوێژ mordad",
    "شهریور سنبله خەرمانان shahrivar",
    "مهر میزان ڕەزبەر mehr",
    "آبان عقرب گەڵاڕێزان خەزەڵوەر aban",
    "آذر قوس سەرماوەز azar",
    "دی جدی بەفرانبار dey",
    "بهمن دلو ڕێبەندان bahman",
    "اسفند حوت ڕەشەمە esfand",
)
_HIJRI = (
    "محرم محرم_الحرام المحرم muharram muharrem",
    "صفر صفر_المظفر صفر_الخير safar safer",
    "ربيع_الأول ربيع_أول ربیع‌الاول ربيع_اول rebiülevvel",
    "ربيع_الآخر ربيع_الثاني ربيع_ثاني ربیع‌الثانی ربیع_الاخر rebiülahir",
    "جمادى_الأولى جمادى_الأول جمادي_الاول جمادی‌الاول جمادى_أولى cemaziyelevvel",
    "جمادى_الآخرة جمادى_الثانية جمادى_الآخر جمادى_الثاني جمادی‌الثانی جمادی_الثانی cemaziyelahir",
    "رجب رجب_المرجب recep rajab",
    "شعبان شعبان_المعظم şaban shaban",
    "رمضان رمضان_المبارك ramazan ramadan",
    "شوال شوال_المكرم şevval shawwal",
    "ذو_القعدة ذي_القعدة ذوالقعدة ذی‌القعده ذیقعده ذي_قعدة zilkade",
    "ذو_الحجة ذي_الحجة ذوالحجة ذی‌الحجه ذیحجه ذي_حجة zilhicce",
)
# A month of the Hebrew calendar is known only to be told from the others: אב is no abbreviation of אוגוסט.
_HEBREW = "תשרי חשוון חשון מרחשוון כסלו טבת שבט אדר אדר_א אדר_ב ניסן אייר סיוון סיון תמוז אב אלול"

# Arabic-Indic and Extended Arabic-Indic digits become Western by their decimal value. Letters that keyboards of different countries write
# in different ways become one; hamza and accents are marks and fall with the vowels.
_LETTERS = str.maketrans(
    {"ى": "ي", "ی": "ي", "ې": "ي", "ے": "ي", "ك": "ک", "ة": "ه", "ھ": "ه", "ۀ": "ه", "ڕ": "ر", "ڵ": "ل", "ٱ": "ا", "ı": "i", "،": ",",
     "؛": ";", "\u066b": ".", "\u066c": ",", "\u2212": "-", "\u2010": "-", "\u2011": "-", "\u2013": "-", "\u2014": "-", "’": "'",
     "‘": "'", "´": "'", "`": "'", "״": '"', "“": '"', "”": '"', "׳": "'", "־": "-", "\u0640": None, "\u00ad": None}
)  # fmt: skip
_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u061c]")
_EAST_ASIAN = re.compile(r"(?<=\d)\s*(?:([年년月월])|[日일])\s*")
_AT = re.compile(r"(?:^|(?<=[\s,-]))(?:at|a|saat|الساعه|ساعت|בשעה|ב-)\s*(?=\d)")
_TWO_NAMES = re.compile(r"(?<=[\u0600-\u06ff])\s*/\s*[\u0600-\u06ff_]+")  # حزيران/يونيو: the same month for both halves of the Arab world
_ERA = re.compile(r"(?<=\d{4})\s*م(?=$|[\s,.-])")  # ميلادي: of the Christian era
_HALVES = (
    (re.compile(r"(?<=\d)\s*(?:صباحا|ق\.ظ\.?|قبل\s+از\s+ظهر|ص|oo)(?=$|\s)"), " am"),
    (re.compile(r"(?<=\d)\s*(?:مساء|ب\.ظ\.?|بعد\s+از\s+ظهر|م|os)(?=$|\s)"), " pm"),
)


def fold_letters(text: str) -> str:
    """Write a text in one case, with Western digits and one form of each letter, without accents, vowels and marks that nobody sees.

    `text` should be short: the cost is linear. White space becomes one space.
    """
    text = text.lower()
    if not text.isascii():
        if max(text) >= "\u1100":  # Korean, Chinese, Japanese, or a presentation form
            text = _EAST_ASIAN.sub(lambda found: "-" if found[1] else " ", text)
        text = unicodedata.normalize("NFKD", text)
        text = "".join([_western(char) for char in text if not unicodedata.combining(char)])
        text = _UNSEEN.sub("", text.translate(_LETTERS)).lower()
    return " ".join(text.split())


def join_months(folded: str) -> str:
    """Write every two-word month of a folded text as one word."""
    return folded if folded.isascii() else _TWO_WORDS.sub(lambda found: "_".join(found[0].split()), folded)


def fold_date(text: str) -> str:
    """Write a date in the letters and digits that plain patterns know.

    Two-word months become one word, of a month that is named twice one name stays, halves of the day are `am` and `pm`.
    """
    text = _ERA.sub("", _TWO_NAMES.sub("", join_months(fold_letters(text))))
    for half, latin in _HALVES:
        text = half.sub(latin, text)
    return " ".join(_AT.sub("", text).split())


def month_number(name: str) -> int:
    """Return 1 … 12 for the folded name of a Gregorian month, 0 for any other word."""
    return bare_month(name, MONTHS)


def bare_month(name: str, names: dict[str, int]) -> int:
    """Return the number that a folded name has in a table, 0 when it is not there.

    Hebrew writes 'in June' as one word, Kurdish 'of June'.
    """
    name = name.rstrip(".")
    if number := names.get(name):
        return number
    if name[:1] == "ב":
        return names.get(name[1:], 0)
    for ending in ("ي", "an", "ya", "ye", "e", "a"):
        if name.endswith(ending) and len(name) - len(ending) >= 3 and (number := names.get(name[: -len(ending)])):
            return number if ending == "ي" or name[: -len(ending)] in _KURMANJI else 0
    return 0


def _western(char: str) -> str:
    value = unicodedata.decimal(char, None)
    return char if value is None else str(value)


def _table(lines: tuple[str, ...]) -> dict[str, int]:
    return {fold_letters(name): number for number, names in enumerate(lines, start=1) for name in names.split()}


MONTHS = _table(_LATIN) | _table(_ARABIC_AND_HEBREW)
JALALI_MONTHS = _table(_JALALI)
HIJRI_MONTHS = _table(_HIJRI)
HEBREW_MONTHS = frozenset(fold_letters(name) for name in _HEBREW.split())
_KURMANJI_NAMES = """
çile rêbendan sibat reşemî adar nîsan avrêl gulan hezîran pûşper tîrmeh temûz tebax gelawêj îlon rezber cotmeh kewçêr mijdar sermawez kanûn
berfanbar
"""
_KURMANJI = frozenset(fold_letters(name) for name in _KURMANJI_NAMES.split())
_TWO_WORDS = re.compile(
    "(?<![^\\W_])(?:"
    + "|".join(
        sorted(
            (name.replace("_", r"\s+") for table in (MONTHS, HIJRI_MONTHS, HEBREW_MONTHS) for name in table if "_" in name),
            key=len,
            reverse=True,
        )
    )
    + ")ي?(?![^\\W_])"  # the ending is Kurdish: of November
)

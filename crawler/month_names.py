"""Names of months in the languages of the region's newsrooms, in four calendars, and the one spelling in which they are compared.

Arabic has three sets of Gregorian names: the Levant and Iraq say حزيران, Egypt and the Gulf يونيو, the Maghreb جوان or (Morocco) غشت.
Persian takes the French names. Sorani and Kurmanji have names of their own, and in Iran the Kurdish names mean the months of the Jalali
calendar, as the signs of the zodiac do in Afghanistan. German, Spanish, Italian and six more are here for the
press abroad.

Source: Unicode CLDR (ar, ar-SY, ar-IQ, ar-DZ, ar-TN, ar-MA, ar-MR, fa, fa-AF, he, tr, ku, ckb, fr, en, de, es, it), months wide and
abbreviated of the calendars gregorian, persian, islamic and hebrew; spellings without accents and with other letters are added.
"""

from __future__ import annotations

import re
import unicodedata

# One line a month; an underscore stands for any white space within a name.
_LATIN = (
    "january jan janvier janv ocak oca januar jänner enero ene gennaio gen çile rêbendan kanûna_paşîn",
    "february feb febr fevrier fevr subat şub februar febrero febbraio sibat reşemî",
    "march mar mars mart märz mrz marzo adar",
    "april apr avril avr nisan nis abril abr aprile nîsan avrêl",
    "may mai mayis mayo maggio mag gulan",
    "june jun juin haziran haz juni junio giugno giu hezîran pûşper",
    "july jul juil juillet temmuz tem juli julio luglio lug tîrmeh tîrme temûz",
    "august aug aout agustos ağu agosto ago tebax gelawêj",
    "september sep sept septembre eylul eyl septiembre settembre set îlon rezber",
    "october oct octobre ekim eki oktober okt octubre ottobre ott cotmeh kewçêr çirîya_pêşîn",
    "november nov novembre kasim kas noviembre mijdar sermawez çirîya_paşîn",
    "december dec decembre aralik ara dezember dez diciembre dic dicembre kanûn berfanbar kanûna_pêşîn",
)
_OTHER = (  # Portuguese, Dutch, Russian, Polish, Azerbaijani, Greek
    "janeiro januari января styczeń stycznia yanvar ιανουαρίου",
    "fevereiro fev februari февраля luty lutego fevral φεβρουαρίου",
    "março maart mrt марта marzec marca mart μαρτίου",
    "апреля kwiecień kwietnia aprel απριλίου",
    "maio mei мая maj maja μαΐου",
    "junho июня czerwiec czerwca iyun ιουνίου",
    "julho июля lipiec lipca iyul ιουλίου",
    "augustus августа sierpień sierpnia avqust αυγούστου",
    "setembro сентября wrzesień września sentyabr σεπτεμβρίου",
    "outubro октября październik października oktyabr οκτωβρίου",
    "novembro ноября listopad listopada noyabr νοεμβρίου",
    "dezembro декабря grudzień grudnia dekabr δεκεμβρίου",
)
_ARABIC_AND_HEBREW = (
    "يناير ينایر جانفي كانون_الثاني كانون_ثاني كانون2 ژانویه جنوری ינואר ינו کانوونی_دووەم کانونی_دووەم ڕێبەندان",
    "فبراير فيفري شباط فوریه فبروری فروری פברואר פבר شوبات ڕەشەمە",
    "مارس آذار اذار مارت مارچ ئازار ئادار מרץ מרס מארס",
    "أبريل ابريل أفريل نيسان نیسان آوریل آپریل اپریل אפריל אפר",
    "مايو ماي أيار مه می مئی ئایار מאי",
    "يونيو يونية يونيه جوان حزيران ژوئن جون حوزەیران حوزیران יוני יונ",
    "يوليو يولية يوليه جويلية يوليوز تموز ژوئیه ژوئيه ژوییه جولای جولایی تەمووز تەموز تەممووز تەمموز יולי יול",
    "أغسطس اغسطس أوت غشت آب اوت آگوست اگست ئاب אוגוסט אוג گەلاوێژ",
    "سبتمبر سيبتمبر شتنبر شتمبر أيلول سپتامبر سپتمبر ستمبر ئەیلوول ئەیلول ספטמבר ספט ڕەزبەر",
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
# Hebrew: Nisan is the first month, Adar of a common year and first Adar of a leap year the twelfth, second Adar the thirteenth.
_HEBREW = (
    "ניסן nisan nissan",
    "אייר iyar iyyar",
    "סיוון סיון sivan",
    "תמוז tammuz tamuz",
    "אב מנחם_אב av",
    "אלול elul",
    "תשרי tishrei tishri",
    "חשוון חשון מרחשוון מרחשון cheshvan heshvan marcheshvan",
    "כסלו kislev",
    "טבת tevet",
    "שבט shevat shvat",
    "אדר אדר_א adar adar_i",
    "אדר_ב adar_ii",
)

# Arabic-Indic and Extended Arabic-Indic digits become Western by their decimal value. Letters that keyboards of different countries write
# in different ways become one; hamza and accents are marks and fall with the vowels.
_LETTERS = str.maketrans(
    {"ہ": "ه", "ۂ": "ه",
     "ى": "ي", "ی": "ي", "ې": "ي", "ے": "ي", "ك": "ک", "ة": "ه", "ھ": "ه", "ۀ": "ه", "ڕ": "ر", "ڵ": "ل", "ٱ": "ا", "ı": "i", "،": ",",
     "؛": ";", "\u066b": ".", "\u066c": ",", "\u2212": "-", "\u2010": "-", "\u2011": "-",
     "\u2012": "-", "\u2015": "-", "\u2013": "-", "\u2014": "-", "’": "'",
     "‘": "'", "´": "'", "`": "'", "״": '"', "“": '"', "”": '"', "׳": "'", "־": "-", "\u0640": None, "\u00ad": None}
)  # fmt: skip
_STRETCHED = re.compile(r"(?<=\d)\s?\u0640+\s?(?=\d)")  # the stretching stroke where a hyphen is meant
_EAST_ASIAN_CLOCK = re.compile(r"(\d{1,2})\s?[時时点點시]\s?(\d{1,2})\s?[分분]")
_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u061c]")
_EAST_ASIAN = re.compile(r"(?<=\d)\s*(?:([年년月월])|[日일])\s*")


def fold_letters(text: str) -> str:
    """Write a text in one case, with Western digits and one form of each letter, without accents, vowels and marks that nobody sees.

    `text` should be short: the cost is linear. White space becomes one space.
    """
    text = text.lower()
    if not text.isascii():
        if max(text) >= "\u1100":  # Korean, Chinese, Japanese, or a presentation form
            text = _EAST_ASIAN_CLOCK.sub(r" \1:\2 ", text)
            text = _EAST_ASIAN.sub(lambda found: "-" if found[1] else " ", text)
        text = unicodedata.normalize("NFKD", text)
        text = "".join([_western(char) for char in text if not unicodedata.combining(char)])
        if "\u0640" in text:
            text = _STRETCHED.sub("-", text)
        text = _UNSEEN.sub("", text.translate(_LETTERS)).lower()
    return " ".join(text.split())


def join_months(folded: str) -> str:
    """Write every two-word month of a folded text as one word."""
    if folded.isascii() and " pe" not in folded and " pa" not in folded and "adar i" not in folded:  # the Latin ones of two words
        return folded
    return _TWO_WORDS.sub(lambda found: "_".join(found[0].split()), folded)


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


MONTHS = _table(_OTHER) | _table(_LATIN) | _table(_ARABIC_AND_HEBREW)
JALALI_MONTHS = _table(_JALALI)
HIJRI_MONTHS = _table(_HIJRI)
HEBREW_MONTHS = _table(_HEBREW)
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

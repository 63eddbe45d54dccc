"""News agencies: which one a text comes from, by its byline, its signature or its dateline.

Agencies are no people. A code stands for each, whatever script and abbreviation a page writes it in.

Source: the agencies' own names for themselves in the languages they publish in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from crawler.extraction.strings import comparable

_SPELLINGS = {
    "AFP": "AFP|Agence France-Presse|France Presse|فرانس برس|وكالة فرانس برس|ا ف ب|أ ف ب|خبرگزاری فرانسه|סוכנות הידיעות הצרפתית|איי אף פי",
    "Reuters": "Reuters|Thomson Reuters|رويترز|رویترز|רויטרס|ڕۆیتەرز",
    "AP": "AP|The Associated Press|Associated Press|Associated Press (AP)|أسوشيتد برس|اسوشيتد برس|أ ب|آسوشیتدپرس|اسوشیتدپرس|איי פי",
    "UPI": "UPI|United Press International|يونايتد برس إنترناشونال",
    "AA": "AA|Anadolu|Anadolu Agency|Anadolu Ajansı|الأناضول|وكالة الأناضول|آناتولی|خبرگزاری آناتولی|סוכנות אנאדולו|Ajansa Anadoluyê",
    "DHA": "DHA|Demirören Haber Ajansı|Doğan Haber Ajansı",
    "IHA": "İHA|IHA|İhlas Haber Ajansı|Ihlas News Agency",
    "ANKA": "ANKA|ANKA Haber Ajansı",
    "ANHA": "ANHA|Hawar News|Hawar News Agency|وكالة هاوار|وكالة أنباء هاوار|Ajansa Nûçeyan a Hawarê",
    "Mezopotamya": "Mezopotamya Ajansı|Mezopotamya Agency|Ajansa Mezopotamyayê",
    "WAM": "WAM|وام|وكالة أنباء الإمارات|Emirates News Agency",
    "SPA": "SPA|واس|وكالة الأنباء السعودية|Saudi Press Agency",
    "QNA": "QNA|قنا|وكالة الأنباء القطرية|Qatar News Agency",
    "KUNA": "KUNA|كونا|وكالة الأنباء الكويتية|Kuwait News Agency",
    "BNA": "BNA|بنا|وكالة أنباء البحرين|Bahrain News Agency",
    "ONA": "ONA|العمانية|وكالة الأنباء العمانية|Oman News Agency",
    "IRNA": "IRNA|ایرنا|إيرنا|ارنا|إرنا|خبرگزاری جمهوری اسلامی|Islamic Republic News Agency",
    "ISNA": "ISNA|ایسنا|إسنا|خبرگزاری دانشجویان ایران|Iranian Students News Agency",
    "Mehr": "Mehr|Mehr News|Mehr News Agency|خبرگزاری مهر|وكالة مهر|وكالة مهر للأنباء",
    "Tasnim": "Tasnim|Tasnim News|Tasnim News Agency|تسنیم|تسنيم|خبرگزاری تسنیم|وكالة تسنيم",
    "Fars": "Fars|Fars News|Fars News Agency|خبرگزاری فارس|وكالة فارس|وكالة أنباء فارس",
    "ILNA": "ILNA|ایلنا|خبرگزاری کار ایران",
    "MENA": "MENA|أ ش أ|أ.ش.أ|ا ش ا|وكالة أنباء الشرق الأوسط|Middle East News Agency",
    "SANA": "SANA|سانا|الوكالة العربية السورية للأنباء|Syrian Arab News Agency",
    "NNA": "NNA|الوكالة الوطنية للإعلام|الوطنية للإعلام|وطنية|National News Agency|Agence nationale de l'information",
    "WAFA": "WAFA|وفا|وكالة وفا|وكالة الأنباء الفلسطينية|Palestinian News Agency",
    "Ma'an": "Ma'an|Maan News|Ma'an News Agency|معا|وكالة معا|وكالة معا الإخبارية",
    "Petra": "Petra|بترا|وكالة الأنباء الأردنية|Jordan News Agency",
    "INA": "INA|واع|وكالة الأنباء العراقية|Iraqi News Agency",
    "TAP": "TAP|وات|وكالة تونس إفريقيا للأنباء|وكالة تونس افريقيا للأنباء|Tunis Afrique Presse|Agence Tunis Afrique Presse",
    "APS": "APS|وأج|واج|وكالة الأنباء الجزائرية|Algérie Presse Service|Algeria Press Service",
    "MAP": "MAP|و م ع|ومع|وكالة المغرب العربي للأنباء|Maghreb Arabe Presse|Maghreb Arab Press|Agence marocaine de presse",
    "LANA": "LANA|وال|وكالة الأنباء الليبية|Libyan News Agency",
    "SUNA": "SUNA|سونا|وكالة السودان للأنباء|وكالة الأنباء السودانية|Sudan News Agency",
    "Saba": "SABA|سبأ|سبأنت|وكالة سبأ|وكالة الأنباء اليمنية|Yemen News Agency|Saba News Agency",
    "AMI": "AMI|الوكالة الموريتانية للأنباء|Agence Mauritanienne d'Information",
    "SONNA": "SONNA|Somali National News Agency|وكالة الأنباء الصومالية",
    "Azertac": "AZERTAC|AZƏRTAC|Azərbaycan Dövlət İnformasiya Agentliyi",
    "APA": "Azeri Press Agency|Azəri-Press Agentliyi",
    "Xinhua": "Xinhua|Xinhua News Agency|شينخوا|وكالة شينخوا|شینهوا|新华社|שינחואה",
    "Sputnik": "Sputnik|Sputnik News|سبوتنيك|اسپوتنیک|ספוטניק",
    "TASS": "TASS|ITAR-TASS|تاس|وكالة تاس|ТАСС",
    "RIA": "RIA Novosti|ريا نوفوستي|نوفوستي|РИА Новости",
    "Interfax": "Interfax|إنترفاكس|انترفاكس|Интерфакс",
    "dpa": "dpa|dpa-AFX|Deutsche Presse-Agentur|د ب أ|د.ب.أ|د ب ا|وكالة الأنباء الألمانية",
    "EFE": "EFE|Agencia EFE|إفي",
    "ANSA": "ANSA|أنسا|آنسا",
    "APA (Austria)": "APA|Austria Presse Agentur",
    "SDA": "SDA|Keystone-SDA|Keystone-ATS",
    "SID": "SID|Sport-Informations-Dienst",
    "epd": "epd|Evangelischer Pressedienst",
    "KNA": "KNA|Katholische Nachrichten-Agentur",
    "Kyodo": "Kyodo|Kyodo News|共同通信",
    "Yonhap": "Yonhap|Yonhap News Agency|يونهاب",
    "PTI": "PTI|Press Trust of India",
    "ANI": "Asian News International",
    "Bloomberg": "Bloomberg|Bloomberg News|بلومبرغ|بلومبرج|בלומברג",
    "PA": "PA Media|Press Association",
    "CNA": "Central News Agency",
}  # fmt: skip
# these are also words or names of people; as a name without `News` or `خبرگزاری` they count only where an agency stands: in brackets
_ALSO_WORDS = frozenset(
    [
        "petra",
        "mehr",
        "fars",
        "saba",
        "sana",
        "أب",
        "واج",
        "تاس",
        "map",
        "tap",
        "ina",
        "ami",
        "وات",
        "وال",
        "ومع",
        "قنا",
        "بنا",
        "معا",
        "وفا",
        "وطنية",
        "واع",
        "سونا",
    ]
)
_CODES = {comparable(spelling): code for code, spellings in _SPELLINGS.items() for spelling in spellings.split("|")}
_SHORT_LATIN = re.compile(r"[a-z]{2,5}")

_DECORATION = re.compile(
    r"^(?:(?:via|from|source|with|kaynak|المصدر|مصدر|منبع|מקור|par|by|von|وكالات|وكالة)\s*[:\-–]?\s+)+|\s+(?:in|à|в|ב)\s+\S+$|^the\s+",
    re.IGNORECASE,
)
_PARTS = re.compile(r"\s*(?:[,;/|+&،؛•·]|\s[-–—]\s|\s(?:and|with|und|et|ve|و)\s)\s*")
_BRACKETS = re.compile(r"[(\[（]([^()\[\]（）]{2,60})[)\]）]")
# a dateline ends in its agency: `ARDAL (Reuters) -`, `ARDAL, 3 May (AA) —`, `أردال - رويترز:`, `(ا ف ب) -`
_DATELINE = re.compile(
    r"^.{0,60}?[(\[]([^()\[\]]{2,60})[)\]]\s*[-–—:.]?|^[^.!?؟:]{2,40}?\s*[-–—/،,]\s*([^.!?؟:\d]{2,40}?)\s*[:–—]\s|^([^.!?؟:\d,،]{2,30}?)\s*[:–—]\s"
)
_LAST_CHARS = 120


def agency_of(authors: Sequence[str], text: str) -> tuple[str | None, tuple[str, ...]]:
    """Name the agency that an article comes from, and the authors who are people.

    `authors` are what the page's bylines name; `text` has its paragraphs separated by blank lines: a dateline is looked for where the
    first two begin, a credit in the last. An agency that alone signs an article stays its (corporate) author.

    Returns: the code of the agency, of several the first, None when none is named; the authors without agencies, in their order.
    """
    named = [(author, agency_code(author)) for author in authors]
    code = next((found for _, found in named if found), None) or _shown(text)
    people = tuple(author for author, found in named if not found)
    return code, people or tuple(authors)


def agency_code(line: str, *, bracketed: bool = False) -> str | None:
    """Give the code of the agency that a whole line names: `وكالة الأناضول`, `Reuters in Ardal`, `AFP, Reuters`; None for any other line.

    `bracketed` says that the line stood in brackets or closed a signature, where even a word such as `Petra` is an agency.
    """
    line = line.strip(" .:-–—()[]*/")
    whole = _known(line, bracketed=bracketed) or _known(_DECORATION.sub("", line), bracketed=bracketed)
    if whole:
        return whole
    parts = [part for part in _PARTS.split(line) if part]
    found = [_known(_DECORATION.sub("", part), bracketed=bracketed) for part in parts]
    return found[0] if len(parts) > 1 and all(found) else None


def _known(name: str, *, bracketed: bool) -> str | None:
    """Look up one spelling. Short Latin abbreviations are written in capitals, or `dpa` as the agency itself does."""
    key = comparable(name)
    if key in _ALSO_WORDS and " " not in name and not bracketed and not (name.isascii() and name.isupper()):
        return None
    code = _CODES.get(key)
    if code and name.isascii() and name.islower() and _SHORT_LATIN.fullmatch(key) and name != code:
        return None
    return code


def _shown(text: str) -> str | None:
    """Find the agency in the dateline of the first two paragraphs, or in the brackets or the line that ends the last one."""
    paragraphs = text.split("\n\n")
    for paragraph in paragraphs[:2]:
        found = _DATELINE.match(paragraph[:_LAST_CHARS])
        if found and (code := _first(found.groups(), bracketed=found[1] is not None)):
            return code
    last = paragraphs[-1][-_LAST_CHARS:]
    if len(paragraphs[-1]) <= _LAST_CHARS and (code := agency_code(last.rpartition(":")[2] or last, bracketed=True)):
        return code
    closing = [found[1] for found in _BRACKETS.finditer(last) if not last[found.end() :].strip(" .")]
    return _first(closing, bracketed=True)


def _first(lines: Iterable[str | None], *, bracketed: bool) -> str | None:
    """Give the first agency that any of the lines names."""
    return next((code for line in lines if line and (code := agency_code(line, bracketed=bracketed))), None)

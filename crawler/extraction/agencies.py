"""News agencies: which one an article comes from, by its byline, its machine-readable credits, its dateline or its last line.

Agencies are no people. A code stands for each, whatever script and abbreviation a page writes it in. An agency that a text merely speaks
of is not where it comes from, so each place where one may stand is read as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from crawler.extraction.agency_names import AGENCY_NAMES
from crawler.extraction.strings import clean_line, comparable
from crawler.extraction.structured import Facts
from crawler.extraction.told import Told


@dataclass(frozen=True, slots=True)
class AgenciesConfig:
    """How far from the edges of a text an agency is looked for, and how sure each place is.

    The confidences are shares of right ones, (right + 1) / (found + 2), of the agencies found in 300 real pages (13 in JSON-LD, 5 in meta
    tags, 6 in bylines, 2 by the name of the site, 7 datelines) and in the 588 datelines of 5,196 texts with known edits, all read by hand.
    A credit in the last lines was found once and wrong, before links were excluded; it has the share of the bylines, less a tenth.
    """

    head_paragraphs: int = 3
    tail_paragraphs: int = 3
    max_line_chars: int = 160
    max_place_chars: int = 60
    max_place_words: int = 6
    byline: float = 0.88
    json_ld: float = 0.93
    meta: float = 0.86
    dateline: float = 0.99
    credit: float = 0.78
    own_site: float = 0.75


CONFIG = AgenciesConfig()

_ALEF = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ئ": "ي", "ك": "ک", "ة": "ه", "ـ": None, "ı": "i"})


def _key(name: str) -> str:
    """Fold a name for comparison: as `comparable`, and the letters that Arabic and Persian newsrooms write in several ways made one."""
    return comparable(name.replace("İ", "i").replace("\u0640", "")).translate(_ALEF)


def _table(place: int) -> dict[str, str]:
    """Map the folded names of one column of the table to their codes."""
    return {_key(name): code for code, columns in AGENCY_NAMES.items() for name in columns[place].split("|") if name}


_DISTINCT, _AMBIGUOUS = _table(0), _table(1)
#: abbreviations that begin a text with a mere dash behind them
_STANDS_ALONE = frozenset({"afp", "reuters", "dpa", "aa", "ap", "xinhua", "efe", "ansa", "irna", "isna", "kuna", "wafa", "dha", "iha"})

# the word for agency makes any of its names one
_AGENCY_WORD = re.compile(
    r"^(?:(?:the|l['’])\s?)?(?:وكالة(?:\s(?:ال)?[أا]نباء)?|وكالات|خبرگزاری|خبرگزاري|آژانس(?:\sخبری)?|ئاژانسی(?:\sهەواڵی)?"
    r"|סוכנות(?:\sהידיעות|\sהחדשות)?|agence(?:\sde\spresse)?|news agency|ajansa)\s+"
    r"|\s+(?:(?:news|press)\s)?agency$|\s+(?:agence|haber\sajansı|ajansı|للأنباء|الإخبارية|نیوز)$",
    re.IGNORECASE,
)
_DECORATION = re.compile(
    r"^(?:(?:via|from|par|by|von|with|avec|mit|مع|عن|به نقل از|نقلا عن|המקור)\s*[:\-–]?\s+)+"
    r"|\s+(?:in|à|в|ב|من|from)\s+[^\W\d_][\w'’-]*(?:\s[A-ZÀ-Þ][\w'’-]*)?$|^the\s+"
    r"|\s+(?:(?:\w+\s)?(?:writers?|reporters?|correspondents?|staff|contributors?)|muhabiri|مراسل\w*)$",
    re.IGNORECASE,
)
_PARTS = re.compile(r"\s*(?:[,;/|+&،؛•·]|\s[-–—]\s|\s(?:and|with|und|et|ve|و|avec|mit|via|מתוך)\s)\s*")
_WITH = re.compile(r"\s(?:with|and|avec|et|via|mit|und|ve|مع|و|با|עם)\s+(?P<agency>\S.{1,30})$", re.IGNORECASE)
_PICTURE = re.compile(r"photo|foto|image|picture|video|vidéo|fotoğraf|صور|عدسة|فيديو|عکس|فیلم|ویدئو|צילום|תמונה|וידאו|getty", re.IGNORECASE)

_LABEL = re.compile(
    r"^(?:sources?|credit|kaynak|haber|haber kaynağı|المصدر|مصدر|منبع|מקור|quelle|fuente|çavkanî|سەرچاوە)\s*[:：\-–]\s*(?P<who>.{2,60})$",
    re.IGNORECASE,
)


def agency_code(line: str, *, bracketed: bool = False) -> str | None:
    """Give the code of the agency that a whole line names: `وكالة الأناضول`, `Reuters in Ardal`, `AFP, Reuters`; None for any other line.

    `bracketed` says that the line stood in brackets or closed a signature, where even a word such as `Petra` is an agency.
    """
    labelled = _LABEL.match(line)
    if labelled:
        line, bracketed = labelled["who"], True
    line = line.strip(" .:-–—()[]*/©")
    if not line or len(line) > CONFIG.max_line_chars:
        return None
    if whole := _decorated(line, bracketed=bracketed):
        return whole
    parts = [part for part in _PARTS.split(line) if part]
    if not 1 < len(parts) <= 6:
        return None
    found = [_decorated(part, bracketed=bracketed) for part in parts]
    return found[0] if all(found) else None


def _decorated(line: str, *, bracketed: bool) -> str | None:
    """Look up a name as it stands, and without the words that introduce it or name its office."""
    return _known(line, bracketed=bracketed) or _known(_DECORATION.sub("", _DECORATION.sub("", line)), bracketed=bracketed)


def _known(name: str, *, bracketed: bool) -> str | None:
    """Look up one name. Short Latin abbreviations are written in capitals, or `dpa` as the agency itself does."""
    key = _key(name)
    if code := _DISTINCT.get(key):
        return None if _is_small(name) and code != name else code
    code = _AMBIGUOUS.get(key)
    if code:
        written = bracketed or (name.isascii() and name.isupper()) or any(char >= "\u0590" and " " in name for char in name)
        return code if written and not (_is_small(name) and code != name) else None
    bare = _AGENCY_WORD.sub("", name)
    return _DISTINCT.get(_key(bare)) or _AMBIGUOUS.get(_key(bare)) if bare != name else None


def _is_small(name: str) -> bool:
    """Say whether a name is a short Latin word in small letters."""
    return name.isascii() and name.islower() and len(name) <= 5


def of_authors(authors: Sequence[str]) -> tuple[str | None, tuple[str, ...]]:
    """Divide authors into the agency that they name first, and the people, in their order. A lone `Le Port avec AFP` names an agency."""
    named = [(author, agency_code(author)) for author in authors]
    code = next((found for _, found in named if found), None)
    if code is None:
        code = next((found for author in authors if (tail := _WITH.search(author)) and (found := agency_code(tail["agency"]))), None)
    return code, tuple(author for author, found in named if not found)


def agency_of(authors: Told[tuple[str, ...]] | None, text: str, facts: Facts | None = None, lines: Sequence[str] = ()) -> Told[str] | None:
    """Name the agency that an article comes from.

    `authors` are those of the byline or the signature; `text` has its paragraphs separated by blank lines; `lines` are further lines that
    may hold a credit (bylines of the page, what was pruned at its end). In this order: byline, machine-readable credit, dateline, the last
    lines, the site when it is an agency's own.

    Returns: the code of the agency, of several the first, None when none is credited.
    """
    if authors and (code := of_authors(authors.value)[0]):
        return Told(code, authors.found_in, CONFIG.byline)
    paragraphs = [paragraph for paragraph in text.split("\n\n") if paragraph]
    found = (
        _credited(facts) if facts else None,
        _told(_first(lines), "byline", CONFIG.byline),
        _told(next(filter(None, map(_of_head, paragraphs[: CONFIG.head_paragraphs])), None), "dateline", CONFIG.dateline),
        _told(_of_tail(paragraphs), "credit", CONFIG.credit),
        _own_site(facts) if facts else None,
    )
    return next(filter(None, found), None)


def _told(code: str | None, found_in: str, confidence: float) -> Told[str] | None:
    return Told(code, found_in, confidence) if code else None


def _first(lines: Iterable[str]) -> str | None:
    """Give the first agency that any of the lines names."""
    return next((code for line in lines if (code := agency_code(line))), None)


# machine-readable credits

_CREDITS = ("sourceOrganization", "provider", "creditText", "contributor", "copyrightHolder", "author", "creator")
_META = (
    "source", "article:source", "news:source", "og:article:source", "og:source", "dc.source", "dcterms.source", "sourcename",
    "original-source", "article:author", "author", "dc.creator", "byl",
)  # fmt: skip


def _credited(facts: Facts) -> Told[str] | None:
    """Read whom JSON-LD and meta tags credit."""
    for key in _CREDITS:
        if code := _first(_named(facts.article.get(key))):
            return Told(code, "json-ld", CONFIG.json_ld)
    for name in _META:
        if code := _first(line for value in facts.meta.get(name, ()) if (line := clean_line(value, CONFIG.max_line_chars))):
            return Told(code, "meta", CONFIG.meta)
    return None


def _named(value: Any) -> Iterator[str]:
    """Give the names in a JSON-LD value: a string, an object or a list of them."""
    for entry in (value if isinstance(value, list) else [value])[:20]:
        line = clean_line(entry.get("name") if isinstance(entry, dict) else entry, CONFIG.max_line_chars)
        if line:
            yield line


def _own_site(facts: Facts) -> Told[str] | None:
    """Name the agency whose own site the page is: by a name that is nothing else than an agency's."""
    names = [facts.first_meta("og:site_name"), facts.first_meta("application-name"), *_named(facts.article.get("publisher"))]
    for name in names:
        for part in _PARTS.split(name) if name else ():
            code = _DISTINCT.get(_key(part)) or _DISTINCT.get(_key(_AGENCY_WORD.sub("", part)))
            if code and not _is_small(part):
                return Told(code, "site", CONFIG.own_site)
    return None


# datelines

_BRACKET = re.compile(r"^(?P<place>[^()\[\]（）!?؟]{0,60})[(\[（](?P<inside>[^()\[\]（）]{2,60})[)\]）]\s*(?P<end>[-–—:：،,./]*)")
_SEPARATED = re.compile(r"\s*(?:(?P<mark>[–—:：/،,|])|(?<=\s)-+(?=\s)|(?<=\w)-(?=\w)|(?<=\w)-(?=\s)|(?<=\s)-(?=\w))\s*")
_AGENCY_ITSELF = re.compile(r"agency|agence|ajans|وكالة|خبرگزاری|סוכנות|associat|organi[sz]|union|party|university", re.IGNORECASE)
_SENTENCE_END = re.compile(r"\.\s+\D")
_SMALL_WORD = frozenset({"and", "of", "the", "de", "la", "du", "et", "des", "for", "in", "ve"})
# how Persian agencies and their reprints begin, and the formula of the Turkish ones for whom their own reporter spoke to
_BY_REPORT = re.compile(r"^.{0,70}?(?:به گزارش|به نقل از|بنا به گزارش)\s+(?P<who>[^،,:؛.()«»]{2,70})")
_SPOKEN_TO = re.compile(r"(?<!\w)(?P<who>AA|DHA|İHA|ANKA)\s(?:muhabir(?:ine|inin|lerine)|ekib(?:ine|inin))\s")


def _of_head(paragraph: str) -> str | None:
    """Find the agency in the dateline of a paragraph: `ARDAL, 3 May (AA) —`, `أردال - رويترز:`, `(ا ف ب) -`, `به گزارش ایرنا،`."""
    head = paragraph[: CONFIG.max_line_chars].strip(" \"“”«»'*-–—")
    if found := _BRACKET.match(head):
        code = agency_code(found["inside"], bracketed=True)
        if code and _is_place(found["place"], found["inside"], marked=bool(found["end"].strip(" ./")) or not head[found.end() :].strip()):
            return code
    if code := _separated(head, whole=len(paragraph) <= CONFIG.max_place_chars):
        return code
    if found := _BY_REPORT.match(head):
        return _reported(found["who"].removeprefix("خبرنگار ").split()[:10])
    spoken = _SPOKEN_TO.search(paragraph[:1_000])
    return agency_code(spoken["who"], bracketed=True) if spoken else None


def _is_place(place: str, inside: str, *, marked: bool) -> bool:
    """Say whether the words before a bracket can be place and date, and not a sentence or the long form of an abbreviation.

    `marked` says that a dash or colon follows the bracket; without one, the place is a word or two, in capitals where there are such.
    """
    words = [word for word in re.split(r"[\s,،/-]+", place) if word]
    if _AGENCY_ITSELF.search(place) or _SENTENCE_END.search(place) or len(words) > CONFIG.max_place_words:
        return False
    initials = "".join(word[0] for word in words if word.casefold() not in _SMALL_WORD).casefold()
    if len(initials) > 1 and initials.endswith(inside.casefold()):
        return False
    letters = [word for word in words if not any(char.isdigit() for char in word)]
    if marked:
        return not letters or not letters[0].islower()
    return len(letters) <= 3 and all(not word.isascii() or word.isupper() or (len(words) == 1 and word.istitle()) for word in letters)


def _separated(head: str, *, whole: bool) -> str | None:
    """Find an agency among the pieces of a dateline without brackets; `whole` says that the paragraph may be nothing but a dateline."""
    start, pieces = 0, 0
    colon = False
    for mark in () if "(" in head else _SEPARATED.finditer(head):
        piece = head[start : mark.start()].strip()
        colon = mark[0].strip() in (":", "：")
        if code := _piece(piece, first=pieces == 0, colon=colon, comma=mark[0].strip() in (",", "،")):
            return code
        pieces += 1
        start = mark.end()
        if pieces > 3 or len(piece) > 40 or len(piece.split()) > 4 or (pieces == 1 and piece[:1].islower()):
            return None
    return agency_code(head[start:], bracketed=True) if whole and pieces and not colon and len(head[start:]) <= 40 else None


def _piece(piece: str, *, first: bool, colon: bool, comma: bool) -> str | None:
    """Read one piece of a dateline. Alone in front an agency is told by its very name, before a colon only in scripts without capitals."""
    if not piece or len(piece) > 40:
        return None
    if not first:
        return agency_code(piece, bracketed=not comma)
    code = agency_code(piece)
    if not code or comma or (colon and piece.isascii()):
        return None
    return code if _key(piece) in _DISTINCT or (code in _STANDS_ALONE and piece.isupper()) else None


def _reported(words: Sequence[str]) -> str | None:
    """Find the agency in what follows `به گزارش`: its own name, or any name behind the word for agency."""
    for start in range(len(words)):
        for end in range(min(len(words), start + 5), start, -1):
            name = " ".join(words[start:end])
            alone = start == 0 and end == len(words)
            if code := (_known(name, bracketed=alone) if _key(name) not in _AMBIGUOUS or alone else None):
                return code
    return None


# the end of a text

_END_BRACKET = re.compile(r"[(（]([^()\[\]（）]{2,60})[)）][\s.]*$")  # in square ones stand the sources of links
_RIGHTS = re.compile(
    r"^(?:copyright|\(c\)|©|حقوق النشر)[\s©\d–-]*(?:by\s)?(?P<who>[^.,\d]{2,50}?)(?:[.,]\s*(?:all rights.*)?|\s-.*)?$", re.IGNORECASE
)
_DESK = re.compile(r"(?:^|[\s(])Reporting by [^\n]{3,200}?[;.,] ?(?:Additional reporting|Writing|Editing|editing|writing)\b")
_WRITERS = re.compile(r"^[_\s]*(?:Associated Press|AP) (?:\w+ ){0,2}?(?:writers?|reporters?|journalists?) .{3,200} contributed\b")


def _of_tail(paragraphs: Sequence[str]) -> str | None:
    """Find the agency that the last lines credit: alone, behind a label, in closing brackets, or by the formula of its desk."""
    for paragraph in reversed(paragraphs[-CONFIG.tail_paragraphs :]):
        last = paragraph[-CONFIG.max_line_chars :]
        if len(paragraph) <= CONFIG.max_line_chars and not _PICTURE.search(paragraph):
            rights = _RIGHTS.match(paragraph)
            if rights and (code := agency_code(rights["who"], bracketed=True)):
                return code
            if (len(paragraphs) > 1 or _LABEL.match(paragraph)) and (code := agency_code(paragraph)):
                return code
        if (closing := _END_BRACKET.search(last)) and (code := agency_code(closing[1], bracketed=True)):
            return code
        if _DESK.search(paragraph[-400:]):
            return "reuters"
        if _WRITERS.match(paragraph[:300]):
            return "ap"
    return None

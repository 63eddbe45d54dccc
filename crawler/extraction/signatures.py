"""Who signed a text: the line at its edge that names its authors, for pages whose markup names nobody.

Newsrooms of the region sign in the text: a name alone in brackets under it, `Ad SOYAD/ŞEHİR, (AGENCY)`, `كتب: …`,
`گزارش: …`, `מאת …`. A line is a signature only as a whole; what stands in a sentence is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml.html import HtmlElement

from crawler.extraction.agencies import agency_code
from crawler.extraction.people import bare_name
from crawler.extraction.strings import clean_line, comparable
from crawler.extraction.told import Told


@dataclass(frozen=True, slots=True)
class SignaturesConfig:
    """How far from the edges a signature may stand (blocks), how long it and a name in it may be, and how sure signatures and links are.

    The confidences are shares of right ones, (right + 1) / (found + 2), on the pages of `people.PeopleConfig`: 6 of 6, and 9 of 10 links.
    """

    edge_blocks: int = 3
    max_chars: int = 120
    max_name_chars: int = 40
    max_names: int = 6
    max_linked: int = 2
    max_words: int = 4
    confidence: float = 0.88
    linked: float = 0.83


CONFIG = SignaturesConfig()


@dataclass(frozen=True, slots=True)
class Signature:
    """The people and the agency of a signature, and the line it was."""

    names: tuple[str, ...]
    agency: str | None
    line: str


_LABELLED = re.compile(
    r"""^[\s\-–—*•(\[]*(?:
    (?:(?:written|reported|reporting|story|words|text|posted|published)\s+)?by\s*:?\s+(?=[A-ZÀ-Þ])|(?:reporter|author)\s*:\s*
    |(?:(?:propos\s+recueillis|rédigé|écrit|publié|posté)\s+)?par\s*:?\s+(?=[A-ZÀ-Þ])|(?:texte|auteur)\s*:\s*
    |(?:haber|yazan|yazar|muhabir|röportaj)\s*:\s*|(?:nivîskar|nûçegihan|amadekar)\s*:\s*|(?:müəllif|müxbir)\s*:\s*
    |(?:بقلم|كتبت?|كتابة|إعداد|اعداد|تقرير|حوار|متابعة|تغطية|مراسلنا)\s*[:\-–/|]\s*|بقلم\s+|كتبت?\s+(?=\S+(?:\s+\S+){1,3}$)
    |(?:گزارش|نویسنده|خبرنگار|گزارشگر|نوشته|تهیه(?:\s+و\s+تنظیم)?|یادداشت|گفت‌?وگو)\s*[:：/]\s*|به\sقلم\s*:?\s+|نوشته(?:[‌\s]ی)?\s+(?=\S+(?:\s+\S+){1,3}$)|خبرنگار\s+(?=\S+(?:\s+\S+){1,3}$)
    |מאת\s*[:\-–]?\s+|כתבה?\s*:\s*
    |(?:تحریر|رپورٹ|مصنف)\s*[:：]\s*|(?:نووسینی|ئامادەکردنی|نووسەر|پەیامنێر)\s*[:：]?\s+
    )(?P<names>\S.*?)[\s.*]*$""",
    re.IGNORECASE | re.VERBOSE,
)
# the addresses under which sites list what one author wrote
_AUTHOR_PAGE = re.compile(
    r"/(?:author|autor|autoren|auteur|yazar|yazarlar|writer|journalist|reporter|columnist|kateb|katib|writers|authors|auteurs|journalists|nivis[ae]kar"
    r"|nuvisander|muhabir|كاتب|الكاتب|كتاب|نویسنده|כתב|כתבים|מחבר)s?(?:/|\?|=)",
    re.IGNORECASE,
)
_ASIDE = frozenset({"nav", "aside", "footer"})
_BRACKETED = re.compile(r"^[(\[（]\s*([^()\[\]（）]{3,80}?)\s*[)\]）]\.?$")
# `Ad SOYAD-Ad SOYAD/ŞEHİR-ŞEHİR, (AGENCY)`: the places in capitals, the agency in brackets, in either order
_TURKISH = re.compile(
    r"^(?P<names>[^/(),.!?:]{5,90}?)(?:\s*[/,]\s*|\s[-–]\s)(?P<places>[A-ZÇĞİÖŞÜÂÎÛ' ]{3,}(?:[-–,][A-ZÇĞİÖŞÜÂÎÛ' ]{3,})*)[\s,/]*"
    r"(?:[(\[]?\s*(?P<agency>[A-ZÇĞİÖŞÜ]{2,6})\s*[)\]]?)?[\s.–-]*$"
)
_GLUED = re.compile(r"(?<=[A-ZÇĞİÖŞÜ]{2})(?=[A-ZÇĞİÖŞÜ][a-zçğıöşüâîû])")
_SEPARATOR = re.compile(
    r"\s*(?:[,;/|&،؛•+]|\s[-–—]\s|(?<=\w)[-–](?=\w+\s)|\s(?:and|et|ve|û|və|و|ו)\s|\s+و(?=\w{3,}\s+\w)|\s+ו(?=\w{3,}\s+\w))\s*"
)
_NAME = re.compile(r"[^\W\d_][\w.'’`\"״׳\u200c\u200d-]*(?:\s+[^\W\d_][\w.'’`\"״׳\u200c\u200d-]*){1,3}")
_LATIN_NAME = re.compile(r"(?:(?:de|al|el|bin|ibn|van|von|le|la|da|di)\s+|[A-ZÀ-ÞĀ-ŽḀ-Ỿ][\w.'’-]*\s+){1,3}[A-ZÀ-ÞĀ-ŽḀ-Ỿ][\w'’-]+")
_NO_NAME = re.compile(
    r"""\b(?:news|press|agency|agencies|photo|video|image|file|archive|staff|desk|editorial|writers|journalists|correspondents|team|report|update|read|more|the|of|for|and|with|from|this|breaking|live|top|best
    |corp|inc|ltd|co|group|board|bank|ministry|minister|secretary|president|international|federal|national|university|company|republic|united|department
    |haber|haberi|ajansı|servisi|merkezi|foto|fotoğraf|arşiv|son|dakika|özel|güncel|ilgili|archives?|crédit|photos|rédaction|avec
    |وكالات?|أخبار|اخبار|صور[ةه]?|فيديو|أرشيف|ارشيف|المحرر|التحرير|تحرير|مكتب|خاص|قناة|موقع|صحيفة|جريدة|مراسل|مراسلون|المصدر|تحديث|عاجل|يتبع|ترجمة|بالصور
    |خبرگزاری|عکس|فیلم|ویدئو|ویدیو|آرشیو|سرویس|گروه|تحریریه|منبع|ادامه|پایان|روزنامه|سایت|اخبار|خبر
    |חדשות|צילום|וידאו|ארכיון|מערכת|סוכנות|סוכנויות|מתוך|מקור|באדיבות|עדכון|כתבי|כתבנו|יום|שעה|עמוד|חלק|דובר|דוברות|משרד
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_LATIN = re.compile("[A-Za-zÀ-žḀ-ỿ]")


def signature_of(blocks: Sequence[str], headlines: Sequence[str] = ()) -> Signature | None:
    """Find the signature among the first and last blocks of a text; the last ones are read first, as that is the commoner place.

    `headlines` are the wordings of the headline: names in it are those of whom the text is about.
    """
    edge = CONFIG.edge_blocks
    order = [*reversed(range(max(0, len(blocks) - edge), len(blocks))), *range(min(edge, max(0, len(blocks) - edge)))]
    for at in order:
        line = blocks[at].strip()
        if len(line) > CONFIG.max_chars:
            continue
        if found := labelled(line) or _turkish(line):
            return found
        if at == len(blocks) - 1 and (found := _bracketed(line)):
            return found
        if at in (0, len(blocks) - 1) and len(blocks) > 2:
            others = [*headlines, *(other for index, other in enumerate(blocks) if index != at)]
            if found := _alone(line, others):
                return found
    return None


def linked_authors(tree: HtmlElement) -> Told[tuple[str, ...]] | None:
    """Name the few people whose author pages the page links to, outside its menus and lists; a page with many such links names nobody."""
    found: dict[str, str] = {}
    for link in tree.iter("a"):
        if not _AUTHOR_PAGE.search(link.get("href") or "") or any(around.tag in _ASIDE for around in link.iterancestors()):
            continue
        name = (clean_line(link.text_content(), 200) or "").strip(" .,:|-–—")
        if is_name(name):
            found.setdefault(comparable(name), name)
    return Told(tuple(found.values()), "author link", CONFIG.linked) if 0 < len(found) <= CONFIG.max_linked else None


def without_line(text: str, line: str) -> str:
    """Take a signature out of a text of paragraphs, unless it is all there is."""
    key = comparable(line)
    kept = [paragraph for paragraph in text.split("\n\n") if comparable(paragraph) != key]
    return "\n\n".join(kept) or text


def labelled(line: str) -> Signature | None:
    """Read `By …`, `بقلم: …`, `گزارش: …`, `מאת …`."""
    found = _LABELLED.match(line)
    return _signed(found["names"], line) if found else None


def _bracketed(line: str) -> Signature | None:
    """Read a line that is nothing but names in brackets."""
    found = _BRACKETED.match(line)
    return _signed(found[1], line) if found else None


def _turkish(line: str) -> Signature | None:
    """Read the signature line of a Turkish agency: names, places in capitals, the agency."""
    found = _TURKISH.match(line)
    if not found:
        return None
    names = tuple(name for part in _GLUED.split(found["names"]) for name in _names(part))
    agency = agency_code(found["agency"], bracketed=True) if found["agency"] else agency_code(found["places"], bracketed=True)
    if not names or not (agency or all(_has_surname(name) for name in names)):
        return None
    return Signature(names[: CONFIG.max_names], agency, line)


def _has_surname(name: str) -> bool:
    """Say whether a name is written as Turkish agencies do: given names, then the surname in capitals."""
    *given, surname = name.split()
    return surname.isupper() and any(not word.isupper() for word in given)


def _alone(line: str, others: Sequence[str]) -> Signature | None:
    """Read a line of Latin letters that is nothing but one name, none of whose words occurs elsewhere: no place or body of the article."""
    if (
        len(line) > CONFIG.max_name_chars
        or len(line.split()) >= CONFIG.max_words
        or not _LATIN_NAME.fullmatch(line)
        or _NO_NAME.search(line)
    ):
        return None
    rest = " ".join(others).casefold()
    if any(re.search(rf"\b{re.escape(word.casefold())}\b", rest) for word in line.split() if len(word) > 2):
        return None
    return None if agency_code(line, bracketed=True) else Signature((line,), None, line)


def _signed(names: str, line: str) -> Signature | None:
    """Make the signature of a list of names, in which agencies and places may stand after the people."""
    if line.lstrip()[:1] in "([":
        names = names.rstrip(" )]")
    inside = re.search(r"[(\[]([^()\[\]]{2,40})[)\]]\s*$", names)
    if inside:
        names = names[: inside.start()]
    parts = list(_names(names))
    if any(len(piece.split()) > CONFIG.max_words for piece in _SEPARATOR.split(names)) or names.startswith(tuple("0123456789")):
        return None  # a sentence, or a part of one
    agency = agency_code(inside[1], bracketed=True) if inside else None
    agency = agency or next((code for part in _SEPARATOR.split(names) if (code := agency_code(part, bracketed=True))), None)
    return Signature(tuple(parts[: CONFIG.max_names]), agency, line) if parts else None


def _names(line: str) -> Iterator[str]:
    """Give the names of people in a list of them; when a piece is a sentence or a newsroom, nobody."""
    for part in _SEPARATOR.split(line.strip(" .-–—")):
        name = bare_name(part.strip(" .:-–—*"))
        if name and is_name(name):
            yield name


def is_name(line: str) -> bool:
    """Say whether a line is written as the name of a person is, and is no newsroom, body or label."""
    return (
        len(line) <= CONFIG.max_name_chars
        and _NAME.fullmatch(line) is not None
        and not _NO_NAME.search(line)
        and _is_written_as_name(line)
        and not agency_code(line, bracketed=True)
    )


def _is_written_as_name(name: str) -> bool:
    """Say whether the words of a name look like one: capitals in Latin letters, no definite noun before the surname in Arabic."""
    if _LATIN.search(name):
        return _LATIN_NAME.fullmatch(name) is not None
    return not name.startswith("ال")

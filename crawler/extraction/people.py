"""Who wrote a page: people and agencies, not the publisher, not its newsroom.

The first source that names anybody wins: JSON-LD, meta tags, author links, microdata, bylines. A publisher that signs its own pages, the
newsroom, job titles, addresses and links are no authors. Only when nobody is named anywhere and the page's JSON-LD signs it expressly with
an organisation, that organisation is its (corporate) author.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from crawler.extraction.agencies import agency_code
from crawler.extraction.strings import clean_line, comparable
from crawler.extraction.structured import Facts, Node, node_types
from crawler.extraction.told import Told


@dataclass(frozen=True, slots=True)
class PeopleConfig:
    """How sure each source of authors is.

    The confidences are the shares of right ones, (right + 1) / (found + 2), on 190 real pages whose authors are known (127 with truth, 63
    read by hand); right is a page whose set of authors is exactly that: JSON-LD 95 of 99, meta tags 21 of 21, cards of a link 1 of 1,
    author links 9 of 10, microdata 4 of 4, bylines 18 of 20, organisations 12 of 14. An editor alone was named on none; it is a guess.
    """

    json_ld: float = 0.95
    meta: float = 0.96
    card: float = 0.67
    link: float = 0.83
    microdata: float = 0.83
    byline: float = 0.86
    editor: float = 0.5
    corporate: float = 0.81


CONFIG = PeopleConfig()

_META = (
    "article:author", "author", "article:author_name", "og:article:author", "sailthru.author", "parsely-author", "cxenseparse:author",
    "og:author", "articleauthor", "article_author", "dc.creator", "dcterms.creator", "dcsext.author", "byl", "citation_author",
    "twitter:data1:author",
    "twitter:misc:written",
)  # fmt: skip
# how content systems label the author in the preview of a link (`twitter:label1`)
_WRITTEN_BY = re.compile(
    r"written by|verfasst von|geschrieben von|écrit par|escrito por|scritto da|yazan|tarafından yazıldı"
    r"|كُ?تب(?:ت)? بواسطة|نوشته شده(?: به‌?وسیله| توسط)?|نویسنده"
    r"|נכתב על[- ]ידי|مصنف|автор|author|auteur|autor",
    re.IGNORECASE,
)
_MAX_NAMES = 12
_MAX_NAME_CHARS, _MAX_NAME_WORDS = 60, 6

# Words before a name, as bylines are written in the languages of the region and its neighbours.
_BY = re.compile(
    r"""^\s*(?:(?:(?:written|story|words|posted|published|reported|report|analysis|opinion|comment|commentary)\s)?by\b
    |(?:kommentar\s)?von\b|ein(?:e\s\w+)?\svon\b|par\b|propos\srecueillis\spar\b|por\b|di\b|door\b|av\b|af\b|przez\b
    |автор:?|yazan:?|haber:|yazar:?|muhabir:?|autor(?:in|en|i)?:|auteur:|author:?|reporter:|текст:|editor:|text:|foto:
    |بقلم|كتبت?(?=[\s:])|تحرير|إعداد|نوشته|نویسنده:?|خبرنگار:?|گزارش\sاز|מאת:?|כתב(?:ת)?:?)\s*[:/]?\s*""",
    re.IGNORECASE | re.VERBOSE,
)
_GLUED_BY = re.compile(r"^(?:by|von|par)(?=[A-ZÀ-Þ])", re.IGNORECASE)
_SPLIT = re.compile(r"\s*(?:[,;|•·،؛]|\s[&/+–—-]\s|\band\b|\bund\b|\bvè\b|\bog\b|\boch\b|\bve\b|\bو\b)\s*", re.IGNORECASE)
# these join names and also stand inside them (Ortega y Gasset, Al-Sayed wa …), so both sides must be whole names
_SOFT_SPLIT = re.compile(r"\s+(?:et|y|e|i|en|&)\s+|\s+و(?=\w)|\s+ו(?=\w)")
_NO_LINE = re.compile(
    r"https?:|www\.|://|^(?:quelle|source|المصدر|منبع|kaynak|פורסם|עודכן|published|veröffentlicht|publié|updated|yayın\w*)\b", re.IGNORECASE
)
_NO_NAME = re.compile(
    r"""@|https?:|www\.|\d{2}|\.(?:com|net|org|de|ir|tr|il|ae|sa|eg|lb)(?:$|\s)|\bdeveloper\b|redaktion|newsroom|editorial|editors?\b|staff|redacci[oó]n|r[eé]daction|redazione
    |newsdesk|\bdesk\b|journalists\b|\bwriters\b|\bbureau\b|\bwire$|^[\w-]+(?:\.[\w-]+)+$|webmaster|administrator|\badmin\b|contributor|guest\sauthor|unknown|anonymous|haber\smerkezi
    |haber\sservisi|dış\shaberler|yazı\sişleri|المحرر|التحرير|تحریریه|غرفة\sالأخبار|مدیر\sسایت|מערכת|سرویس|اخبار|أخبار|חדשות
    |^(?:مكتب|مراسلو?|قسم|فريق|وحدة|گروه|דסק)\s|^(?:خاص|متابعات?|وكالات|وكالة|سياسة|رياضة|اقتصاد|منوعات)$
    |^(?:gündem|haber(?:ler)?|güncel|spor|ekonomi|siyaset|dünya|actualités|politics?|world|news|sports?|business|opinion)$
    |facebook|twitter|instagram|\*|quelle|source:|المصدر|منبع|kaynak""",
    re.IGNORECASE | re.VERBOSE,
)
# what follows a name in one breath: place, job, date of the page
_REST = re.compile(
    r"\s+(?:in|[Ff]or|[Ff]rom) (?:[Tt]he )?[A-ZÀ-Þ][\w -]+$|\s+기자$|\s+دبیر\s.*$"
    r"|\s+(?i:stand|updated?|published|veröffentlicht|aktualisiert|posted)\b.*$"
    r"|\s*(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day$|\s+(?:January|February|March|April|May|June|July|August|September|October|November|December)"
    r"\s+\d.*$|\s*\d{1,2}[./]\d{1,2}[./]\d{2,4}.*$"
)
# handles, addresses, what stands in brackets (not a lone bracketed name), symbols
_ASIDE = re.compile(r"\s*\(?\S{0,60}@[\w.-]{1,60}\)?|(?<=\w)\s*[(\[][^()\[\]]{0,80}[)\]]|[\u2190-\u2bff\ufe0f\U0001f000-\U0001faff]")
_DATED = re.compile(
    r"(?<![\w])(?:[0-9٠-٩۰-۹]{1,4}[./-][0-9٠-٩۰-۹]{1,2}[./-][0-9٠-٩۰-۹]{2,4}|[0-9٠-٩۰-۹]{1,2}:[0-9٠-٩۰-۹]{2}"
    r"|(?:(?:on|posted)\s)?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?\s\d{1,2}\b"
    r"|[0-9٠-٩۰-۹]{1,2}\.?\s[^\W\d_]{3,10}\.?,?\s[0-9٠-٩۰-۹]{4}|\d{1,2}\s(?:min|hour|hr|day)\w*\s(?:\d{1,2}\s\w+\s)?ago)",
    re.IGNORECASE,
)
# `Ann Lee — Portlight`, `Ardal - Ann Lee`, but not `Ann Lee | AFP`
_DASH = re.compile(r"\s[|—–/-]\s")
_PLACE_BEFORE = re.compile(r"^(\w{3,})\s[|—–/-]\s(?=[^\W\d_]\S*\s[^\W\d_])")
_SPLIT_PLACE = re.compile(r"\s*\|\s*")
_IN_NAMES = frozenset(
    ["and", "und", "et", "ve", "y", "e", "i", "og", "och", "en", "de", "del", "della", "di", "da", "dos", "la", "le", "al", "el",
     "bin", "ibn", "van",
     "von", "der", "den", "zu", "ter", "bint", "û", "və", "&", "do", "du"]
)  # fmt: skip
_JOB_NOUN = re.compile(
    r"(?:correspondent|reporter|editor|writer|journalist|columnist|producer|analyst|contributor|photographer|redakteur(?:in)?|korrespondent(?:in)?"
    r"|envoyée?s?|correspondante?s?|journaliste|redacteur|rédact(?:eur|rice)|muhabir[ıi]?|editör[üu]?|gazeteci|yazar[ıi]|periodista|corresponsal"
    r"|مراسلة?|محررة?|كاتبة?|صحفية?|صحافية?|إعلامية?|باحثة?|خبرنگار|روزنامه‌نگار|نویسنده|כתבת?|עורכת?|עיתונאית?|פרשנית?)s?",
    re.IGNORECASE,
)
_JOB_ADJECTIVE = re.compile(
    r"senior|chief|deputy|political|foreign|business|news|sports?|special|science|health|travel|royal|national|international|staff|executive|managing"
    r"|associate|assistant|diplomatic|economics?|white|middle|grand|freier|freie|für",
    re.IGNORECASE,
)
_FUNCTION_BEFORE = re.compile(
    r"^(?:(?:ال(?:كاتب|صحفي|صحافي|إعلامي|زميل|باحث|محرر|مراسل)ة?|الأستاذ(?:ة)?|مراسلنا|مراسلتنا|كتبه|כתבנו|כתבתנו)\s+){1,3}(?=\S)"
)
_EDITOR = re.compile(
    r"^\s*(?:editor|edited by|editör|redaktur|redaktor|penyunting|تحرير|مدير التحرير|دبیر(?: خبر)?"
    r"|ویراستار|עריכה|עורך|עורכת|rédacteur en chef)\s*[:：]\s*(\S.*)$",
    re.IGNORECASE,
)
_ADMIN_ADDRESS = re.compile(
    r"/author/(?:admin|administrator|editor|webmaster|news|newsroom|redaction|tahrir)\d{0,3}/?(?:$|[#?])", re.IGNORECASE
)
# what is no name of an organisation: a section, a newsroom, an account, the slogan or the address that site builders put there
_MAX_CORPORATE_CHARS = 40
_NO_ORGANISATION = re.compile(
    r"""^(?:the\s)?(?:admin\w*|administrator|webmaster|editors?|editorial(?:\s(?:team|board|staff|desk))?|news\s?(?:desk|room)?|staff(?:\s(?:writer|reporter))?
    |home|author|user|root|guest|unknown|anonymous|none|null|haber(?:ler)?(?:\s(?:merkezi|servisi))?|gündem|güncel|editör|yönetici|actualités|infos?|la\srédaction|rédaction
    |(?:ال)?[أا]خبار|اخبار|المحررو?ن?|محرر|(?:هيئة|أسرة|فريق|قسم)\s(?:ال)?تحرير|التحرير|تحریریه|ادمین|مدیر(?:\sسایت)?|خبر|خبرنگار|سیاسی|الرئيسية|سياسة|منوعات|رياضة|اقتصاد
    |חדשות|דסק(?:\sחדשות)?|כללי|ספורט|כלכלה|פוליטי|מנהל|אדמין|הנהלה)$
    |^(?:מערכת|مكتب|مراسلو|قسم|فريق|سرویس|گروه|تحریریه|دبیر)\s|[|｜»]|\s[-–—]\s""",
    re.IGNORECASE | re.VERBOSE,
)
_TITLES = {"ms", "md", "rd", "rdn", "phd", "mph", "jd", "mba", "ma", "ba", "dr", "cpa", "esq"}
_JOB = re.compile(
    r"^(?:the )?(?:senior |chief |deputy |political |foreign |business |news |sports? |special |science |health |travel |royal )*"
    r"(?:reporter|correspondent|editor|writer|journalist|columnist|producer|director|redakteurin?|korrespondentin?|reporterin|autorin|journalistin?"
    r"|muhabiri?|رئيس التحرير|مراسل|كاتب|خبرنگار|دبیر)(?:\b.*)?$|^.*\b(?:writer|reporter|correspondent|columnist|analyst)$",
    re.IGNORECASE,
)


def authors(facts: Facts, names: Sequence[str]) -> Told[tuple[str, ...]] | None:
    """Name the authors: the people that the markup names, else the organisation that it names expressly.

    `names` are the comparable forms of the site's own names (`headline.site_names`).
    """
    return persons(facts, names) or corporate_author(facts)


def persons(facts: Facts, names: Sequence[str]) -> Told[tuple[str, ...]] | None:
    """Name the people and agencies that the markup credits; `names` as for `authors`."""
    own = {_folded(name) for name in names}
    edits = [label[1] for line in facts.bylines if (label := _EDITOR.match(line))]
    editors = {comparable(name) for line in edits for name in split_names(line)}
    edited: dict[str, str] = {}
    for found_in, confidence, lines in _sources(facts):
        found = _names(lines, own)
        if found and found.keys() <= editors:  # the page says who edited; who wrote may be named further on
            edited = edited or found
            continue
        if found:
            linked = _names(facts.author_links, own)
            if found.keys() < linked.keys() and len(linked) <= 3:  # JSON-LD and meta tags may name only the first of several
                found = linked
            return Told(tuple(found.values())[:_MAX_NAMES], found_in, confidence)
    return Told(tuple(edited.values())[:_MAX_NAMES], "editor", CONFIG.editor) if edited else None


def credited(bylines: Iterable[str], names: Sequence[str]) -> tuple[str, ...]:
    """Name the people and agencies of lines that are known to be bylines; `names` as for `authors`."""
    return tuple(_names(bylines, {_folded(name) for name in names}).values())[:_MAX_NAMES]


def corporate_author(facts: Facts) -> Told[tuple[str, ...]] | None:
    """Name the organisation that the page's JSON-LD signs expressly with, when it is a name and neither section, newsroom nor slogan."""
    for name in _json_ld_names(facts, corporate=True):
        if len(name) <= _MAX_CORPORATE_CHARS and not _NO_ORGANISATION.search(name):
            return Told((name,), "json-ld organisation", CONFIG.corporate)
    return None


def is_stand_in_account(facts: Facts, names: Sequence[str]) -> bool:
    """Say whether the only person named is the account under which a site posts what others wrote (`/author/admin`)."""
    addresses = [
        str(node.get(key) or "") for node in _listed(facts.article.get("author")) if isinstance(node, dict) for key in ("@id", "url")
    ]
    return len(names) == 1 and any(_ADMIN_ADDRESS.search(address) for address in addresses)


def _names(lines: Iterable[str], own: set[str]) -> dict[str, str]:
    """Give the authors that some bylines name, by their comparable form."""
    found: dict[str, str] = {}
    for line in lines:
        if _NO_LINE.search(line) or _folded(comparable(line)) in own:
            continue
        names = list(split_names(line))
        if names and _folded(comparable(names[0])) in own:  # the site's own imprint: name, town, country
            continue
        if any(_folded(comparable(name)) in own for name in names):  # a dateline: the town, and the site
            names = [name for name in names if " " in name]
        for name in names:
            if _is_author(name, own):
                found.setdefault(comparable(name), name)
    return found


def trimmed(line: str) -> str:
    """Cut off what follows the names of a byline: handles and addresses, what stands in brackets, symbols, the date of the page."""
    line = " ".join(_ASIDE.sub(" ", line).split())
    dated = _DATED.search(line)
    if not dated:
        line = _one_word_behind(line)
        before = _PLACE_BEFORE.match(line)
        return line[before.end() :] if before and not agency_code(before[1]) else line
    line = line[: dated.start()].rstrip(" |•·,-–—/")
    return _SPLIT_PLACE.split(line, maxsplit=1)[0]  # `Name | Town | date`


def _one_word_behind(line: str) -> str:
    """Cut a place or a site of one word off a name of several."""
    front, _, last = _DASH.sub("|", line).rpartition("|")
    several = " " in front.strip() and "|" not in front and last.isalnum()
    return line if not several or agency_code(last) else front


def bare_name(name: str) -> str:
    """Take the function off a name, in front (`الكاتب أحمد سعيد`) or behind (`Ann Lee Senior Correspondent`)."""
    return _without_function(_FUNCTION_BEFORE.sub("", name))


def _without_function(name: str) -> str:
    """Cut off the function behind a name, which may be all there is: `Ann Lee Senior Port Correspondent`, `أحمد سعيد مراسل …`."""
    words = name.split()
    if words and _JOB_ADJECTIVE.fullmatch(words[0]) and any(_JOB_NOUN.fullmatch(word) for word in words):
        return ""  # nothing but a function
    if len(words) < 3 or agency_code(name) or not any(_JOB_NOUN.fullmatch(word) for word in words[2:]):
        return name
    at = next(number for number, word in enumerate(words) if number >= 2 and (_JOB_NOUN.fullmatch(word) or _JOB_ADJECTIVE.fullmatch(word)))
    return " ".join(words[:at])


def split_names(line: str) -> Iterator[str]:
    """Split a byline into names: `By Ann Lee and Omar Said, Beirut` gives three."""
    line = _GLUED_BY.sub("", _BY.sub("", trimmed(line), count=1)).strip(" .:-–—()[]")
    for piece in _SPLIT.split(_FUNCTION_BEFORE.sub("", line)):
        if not piece:
            continue
        halves = [half.strip() for half in _SOFT_SPLIT.split(piece)]
        whole = len(halves) > 1 and all(len(half.split()) >= 2 for half in halves)
        for name in halves if whole else [piece]:
            name = bare_name(_REST.sub("", _BY.sub("", name)).strip(" .:-–—()[]"))  # noqa: PLW2901 - the same name, bare
            if name:
                yield name


def _sources(facts: Facts) -> Iterator[tuple[str, float, list[str]]]:
    """Give where each source stands, how sure it is and what it says, the most credible first."""
    yield "json-ld", CONFIG.json_ld, list(_json_ld_names(facts, corporate=False))
    for name in _META:
        yield "meta", CONFIG.meta, [line for value in facts.meta.get(name, ()) if (line := clean_line(value, 300))]
    if _WRITTEN_BY.match(facts.first_meta("twitter:label1") or ""):
        yield "twitter", CONFIG.card, [line for value in facts.meta.get("twitter:data1", ()) if (line := clean_line(value, 300))]
    yield "author link", CONFIG.link, _few(facts.author_links)
    yield "microdata", CONFIG.microdata, [line for value in facts.items.get("author", ()) if (line := clean_line(value, 200))]
    marked = [line for line in facts.bylines if (by := _BY.match(line) or _GLUED_BY.match(line)) and len(line) > by.end() + 2]
    if marked:
        yield "byline", CONFIG.byline, [min((line for line in marked[:3] if line in marked[0]), key=len)]  # an element and what wraps it
    else:
        yield "byline", CONFIG.byline, _few([line for line in facts.bylines if _is_written_as_names(trimmed(line))])


def _is_written_as_names(line: str) -> bool:
    """Say whether a byline without a word for `by` is nothing but a name or two."""
    words = line.split()
    return 2 <= len(words) <= 8 and line[0].isalpha() and not any(word[:1].islower() and word not in _IN_NAMES for word in words)


def _few(lines: Iterable[str]) -> list[str]:
    """Keep the lines when they name a few people; many are the authors of other articles."""
    distinct = list(dict.fromkeys(lines))
    return distinct if len(distinct) <= 4 else distinct[:1]


def _json_ld_names(facts: Facts, *, corporate: bool) -> Iterator[str]:
    """Give the names of the authors in JSON-LD; those of organisations only when asked."""
    entries = _listed(facts.article.get("author")) or _listed(facts.article.get("creator"))
    for entry in (inner for outer in entries for inner in _listed(outer)):
        node: Node = entry if isinstance(entry, dict) else {"name": entry}
        if "name" not in node and "@id" in node:
            node = next((other for other in facts.nodes if other.get("@id") == node["@id"] and "name" in other), node)
        if not corporate and any("organi" in kind for kind in node_types(node)):
            continue
        for value in _listed(node.get("name") or node.get("byline")):
            line = clean_line(value, 300)
            if line and not _NO_LINE.search(line):
                yield line


def _listed(value: Any) -> list[Any]:
    """Wrap a lone value in a list; nothing is an empty one."""
    return value if isinstance(value, list) else [value] if value else []


def _folded(name: str) -> str:
    """Drop the accents of a comparable name, as host names do."""
    return "".join(char for char in unicodedata.normalize("NFKD", name) if not unicodedata.combining(char))


def _is_author(name: str, own: set[str]) -> bool:
    """Say whether a piece of a byline is a person or an agency and not the site, a newsroom, a job or an address."""
    key = _folded(comparable(name))
    first, _, rest = name.partition(" ")
    if rest and name.isupper() and _folded(comparable(first)) in own:  # a department of the site
        return False
    if (
        len(key) < 2
        or key in own
        or f"{key}news" in own
        or key in _TITLES
        or len(name) > _MAX_NAME_CHARS
        or len(name.split()) > _MAX_NAME_WORDS
    ):
        return False
    return not (_NO_NAME.search(name) or _JOB.match(name) or _BY.fullmatch(name))

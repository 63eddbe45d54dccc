"""The publisher's own keywords: what its editors say an article is about.

Pages carry them in a dozen places, mixed with the words of search engines and the switches of their own machinery. This module splits them
in every script, drops what says nothing of this article, and keeps each once.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from crawler.extraction.strings import clean_line, comparable
from crawler.extraction.structured import Facts
from crawler.extraction.told import Told
from storage.textnorm import normalize


@dataclass(frozen=True, slots=True)
class KeywordConfig:
    """Limits of keywords, and how sure each place is.

    `max_keywords`: of one article. `max_chars`, `max_words`: what is longer is a sentence. `site_wide_from`: so many keywords of the
    general `keywords` tag, none of which stands in title, description or text, describe the site and not the article; so many single
    words, all of the headline, are the headline cut up by a machine. `codes_from`: so many short capitals, most of a list, are codes.
    Confidence is an order, as no truth is at hand: fields made for the news, then fields made for any page, then links that are shown,
    then a box that is called so.
    """

    max_keywords: int = 30
    max_chars: int = 80
    max_words: int = 8
    site_wide_from: int = 5
    codes_from: int = 5
    news_meta: float = 0.95
    json_ld: float = 0.9
    article_tag: float = 0.9
    vendor: float = 0.85
    microdata: float = 0.85
    meta: float = 0.7
    linked: float = 0.8
    shown: float = 0.6


CONFIG = KeywordConfig()

_SEPARATORS = re.compile("[,;|\n•·،؛٬⸲、，；｜]")
_OPEN, _CLOSE = "([（", ")]）"
_DASHES = re.compile(r"\s[-–—]\s")
_LABEL = re.compile(r"^(?:tags?|keywords?|topics?|etiketler|الوسوم|وسوم|کلمات کلیدی|برچسب‌?ها|תגיות)\s*[:：]\s*", re.IGNORECASE)
# what machines sort by: `type:news`, `channel_other`, `Section: World`, `topic/football`, numbers, addresses, hashes
_MACHINE = re.compile(
    r"^(?:[A-Za-z][\w-]{1,40}:\S.*|[A-Za-z0-9-]{0,60}_[\w-]*|[a-z]{1,20}/\S.*|[\W\d_]+|.*(?:https?:|www\.|@\w).*|[0-9a-f-]{8,}"
    r"|(?i:(?:primary )?(?:section|category|channel|type|source|format|subject)|nlp[\w ]{0,40}) ?:.*)$"
)
_ENTITY_TYPE = re.compile(r"\b[A-Z]{2,20}_[A-Z_]{2,40}\b|&[a-z]{2,8}\b;?")
_CODE = re.compile(r"[A-Z]{2,5}\d{0,3}|[A-Z]{1,3}\d{1,3}")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+")
_NOT_ASCII = re.compile("[^\x00-\x7f]")
# sections and templates in which everything stands
_EMPTY = """
news, latest news, breaking news, top news, all news, front page, frontpage, homepage, home, article, articles, story,
uncategorized, uncategorised, featured, standard, default, general, headline, headlines, none, null, undefined,
actualité, actualités, actu, infos, à la une, non classé, haber, haberler, son dakika, son dakika haberleri, manşet,
anasayfa, ana sayfa, genel, güncel haberler, أخبار, الأخبار, خبر, عاجل, آخر الأخبار, اخر الاخبار, الرئيسية, غير مصنف,
مقالات, خبرها, آخرین اخبار, صفحه اصلی, صفحه نخست, دسته‌بندی نشده, חדשות, ראשי, כללי, מבזקים, خبریں, تازہ ترین, هەواڵ,
هەواڵەکان, nûçe, xəbər, xəbərlər
"""
_EMPTY_WORDS = frozenset(normalize(word) for word in _EMPTY.split(","))


def keywords(facts: Facts, names: Collection[str], title: str | None, text: str) -> Told[tuple[str, ...]] | None:
    """Collect the keywords of an article, those of the surest place first.

    `names` are the comparable names of the site, which are no keywords; `title` and `text` tell keywords of the article from the site's.
    Returns: 1 … `max_keywords` different ones, and the place of the first; None when there are none.
    """
    found: dict[str, str] = {}
    place: tuple[str, float] | None = None
    known = _Known(title, facts.first_meta("og:description", "description"), text)
    for found_in, confidence, values in _places(facts):
        if place is not None and found_in in _LAST_RESORTS:
            break
        words = [word for value in values for word in _cleaned(value, alone=len(values) < 3) if comparable(word) not in names]
        if found_in == "vendor":
            words = [word.replace("-", " ") if _SLUG.fullmatch(word) else word for word in words]
        codes = [word for word in words if _CODE.fullmatch(word)]
        if len(codes) >= CONFIG.codes_from and 2 * len(codes) > len(words):  # a list of subject codes
            words = [word for word in words if word not in codes]
        if found_in == "meta" and known.says_nothing_of(words):
            continue
        for word in words:
            key = _key(word)
            if key and key not in found and len(found) < CONFIG.max_keywords:
                found[key] = word
                place = place or (found_in, confidence)
    return Told(tuple(found.values()), *place) if place else None


_LAST_RESORTS = frozenset({"meta", "vendor", "links", "tags"})  # as good as the others only where there are no others


def _places(facts: Facts) -> Iterator[tuple[str, float, list[Any]]]:
    """Give the values of each place that may hold keywords, the surest first."""
    yield "news_keywords", CONFIG.news_meta, facts.meta.get("news_keywords", [])
    yield "article:tag", CONFIG.article_tag, [*facts.meta.get("article:tag", ()), *facts.meta.get("og:article:tag", ())]
    yield "json-ld", CONFIG.json_ld, _listed(facts.article.get("keywords"))
    yield "microdata", CONFIG.microdata, facts.items.get("keywords", [])
    yield "links", CONFIG.linked, facts.tag_links
    yield "vendor", CONFIG.vendor, [value for name in ("parsely-tags", "sailthru.tags") for value in facts.meta.get(name, ())]
    yield "meta", CONFIG.meta, [value for name in ("keywords", "dc.subject", "dcterms.subject") for value in facts.meta.get(name, ())]
    yield "tags", CONFIG.shown, facts.shown_tags


def _listed(value: Any) -> list[Any]:
    """List the names in a JSON-LD value: a string, a term with a name, or a list of them."""
    entries = value[:200] if isinstance(value, list) else [value]
    return [entry.get("name") if isinstance(entry, dict) else entry for entry in entries]


def _cleaned(value: Any, *, alone: bool) -> Iterator[str]:
    """Split a value into keywords; one of many values is a keyword by itself, whatever commas it has."""
    if not isinstance(value, str):
        return
    line = clean_line(value.replace("\n", ","), 8_000)
    if not line:
        return
    line = _LABEL.sub("", line).strip("[]{}")
    parts = _split(line) if alone or len(line) > CONFIG.max_chars else [line]
    for part in parts:
        word = _LABEL.sub("", _ENTITY_TYPE.sub(" ", part).strip(" \"'«»“”„#*.:-–—"))
        if _NOT_ASCII.search(word):
            word = word.replace("_", " ")  # a hashtag
        elif part.strip().startswith("#"):
            word = re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", word)
        word = " ".join(word.split())
        if (
            (len(word) > 1 or _NOT_ASCII.match(word))
            and len(word) <= CONFIG.max_chars
            and len(word.split()) <= CONFIG.max_words
            and not _MACHINE.match(word)
            and normalize(word) not in _EMPTY_WORDS
        ):
            yield word


def _split(line: str) -> list[str]:
    """Split a line at the separators of any script, outside of brackets; at dashes between spaces when there is no separator."""
    cuts, depth = [-1], 0
    for match in _MARKS.finditer(line):
        mark = match.group()
        if mark in _OPEN:
            depth += 1
        elif mark in _CLOSE:
            depth = max(0, depth - 1)
        elif not depth:
            cuts.append(match.start())
    if len(cuts) == 1:
        return _DASHES.split(line)
    return [line[start + 1 : end] for start, end in zip(cuts, [*cuts[1:], len(line)], strict=True)]


_MARKS = re.compile(f"{_SEPARATORS.pattern}|[{re.escape(_OPEN + _CLOSE)}]")


@lru_cache(maxsize=4096)
def _key(word: str) -> str:
    """Reduce a keyword to what spellings of it share: case, marks, hamza, the keyboards of Arabic and Persian, hyphens."""
    return normalize(word).replace(" ", "")


class _Known:
    """What an article says, to see whether keywords are about it; read only when asked."""

    def __init__(self, title: str | None, description: str | None, text: str) -> None:
        self._title, self._rest = title or "", f"{description or ''} {text}"

    def says_nothing_of(self, words: list[str]) -> bool:
        """Say whether the keywords are the site's, or only the headline cut into words."""
        if len(words) < CONFIG.site_wide_from:
            return False
        title = normalize(self._title).split()
        if all(" " not in word for word in words) and {normalize(word) for word in words} <= set(title):
            return True
        said = normalize(f"{self._title} {self._rest}"[:20_000]).replace(" ", "")
        return not any(_key(word) in said for word in words)

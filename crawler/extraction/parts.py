"""Find where an article goes on that is divided over several pages.

Nothing is believed but an address that is the article's own with a page number in it: what is marked 'next' without that is another
article. A number alone may belong to the comments, to a list beside the article or to another article of a similar name, so the link must
read like a page's too, and stand outside of those.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from urllib.parse import parse_qsl, quote, unquote, urldefrag, urlencode, urljoin, urlsplit

from lxml.html import HtmlElement

from crawler.discovery.link_shapes import link_shape
from crawler.extraction.structured import Facts
from crawler.urls import UrlError, canonical_url

__all__ = ["Parts", "parts_of"]


@dataclass(frozen=True, slots=True)
class PartsConfig:
    """Limits: the highest page number that is believed, and how many links and ancestors are looked at.

    A slug of `slug_words` words names an article, so that a number after it counts pages.
    """

    max_page: int = 60
    slug_words: int = 3
    max_links: int = 5_000
    max_ancestors: int = 15
    short_href_chars: int = 16
    label_chars: int = 30


CONFIG = PartsConfig()


@dataclass(frozen=True, slots=True)
class Parts:
    """Where an article goes on, and whether the page is one part of several."""

    next_url: str | None = None
    is_part: bool = False


@dataclass(frozen=True, slots=True)
class _Spot:
    """An address without its page number. It is weak when such a number may be part of another article's name."""

    base: str
    number: int
    weak: bool = False


_NAMES = "page|paged|pg|pagina|sayfa|seite|pageno|pagenumber|page_no|page_num|pagenum|currentpage|pn|part|p"
_QUERY_NAMES = frozenset(_NAMES.split("|")) - {"p"}  # an id at WordPress, the comments elsewhere
_WHOLE = frozenset({"all", "full", "single", "singlepage", "print", "1page", "alle", "tout", "hepsi"})
_STEP = re.compile(rf"(?P<base>/.+?)/(?:(?:{_NAMES}|صفحة|صفحه)[-_/]?)?(?P<number>[1-9]\d?)/?", re.IGNORECASE)
_SUFFIX = re.compile(
    rf"(?P<base>/.*?[^/\d])(?P<mark>[-_,;.](?:(?:{_NAMES})[-_=]?)?)(?P<number>[1-9]\d?)(?P<ending>\.[a-z]{{3,5}}|/)?", re.IGNORECASE
)
_AFTER = re.compile(r"\d[/\w.,=&;%#-]{0,24}$")
_SHARED = re.compile("(?::|%3a)(?:/|%2f){2}", re.IGNORECASE)  # an address inside of another
_NEXT = re.compile(
    r"next(?: page| part)?|continue(?: reading)?|continued|(?:page |partie )?suivante?|(?:lire )?la suite|weiter|nächste(?: seite)?"
    r"|sonraki(?: sayfa)?|devamı|ileri|التالي|التالية|الصفحة التالية|تابع القراءة|بعدی|صفحه بعد|صفحهٔ بعد|صفحه بعدی|ادامه|ادامه مطلب"
    r"|הבא|הבאה|העמוד הבא|לעמוד הבא|הדף הבא|לדף הבא|המשך|دواتر|پەڕەی دواتر|لاپەڕەی دواتر|داهاتوو|siguiente|página siguiente"
)
_NUMBER = re.compile(r"(?:(?:page|seite|sayfa|part|الصفحة|صفحة|صفحه|صفحهٔ|עמוד|דף|پەڕە|پەڕەی|لاپەڕە|لاپەڕەی)\s*)?(\d{1,2})")
_ELSEWHERE = re.compile(
    r"comment|yorum|respond|repl(?:y|ies)|disqus|related|latest|sidebar|widget|recommend|teaser|listing|more-?news|most-?read|carousel",
    re.IGNORECASE,
)


def parts_of(tree: HtmlElement, facts: Facts, url: str) -> Parts:
    """Find the next page of an article, and say whether the page is one of several.

    Args: the page before anything was taken out of it, not changed; its claims; the address that answered.
    Returns: the absolute address of the next page, None when there is none; and whether there is one, or one before.
    """
    here = _spots(url)
    if not here:
        return Parts()
    base = next((_absolute(url, href) or url for element in tree.iterfind("head/base") if (href := element.get("href"))), url)
    following: str | None = None
    earlier = False
    for relation in ("next", "prev", "previous"):
        for href in facts.links.get(relation, ())[:1]:
            target, steps = _step(here, _absolute(base, href))
            if target and relation == "next" and steps == 1:
                following = target
            earlier = earlier or (steps < 0 and relation != "next")
    name, *spellings = _own_names(here)
    for link in islice(tree.iter("a"), CONFIG.max_links):
        href = link.get("href")
        if not href or (len(href) > CONFIG.short_href_chars and name not in href and not any(other in href for other in spellings)):
            continue
        if following and earlier:
            break
        if (len(here) == 1 and not _AFTER.search(href)) or _SHARED.search(href, 8):
            continue
        target, steps = _step(here, _absolute(base, href), _label(link))
        if steps and not _stands_elsewhere(link):
            following = following or (target if steps == 1 else None)
            earlier = earlier or steps < 0
    return Parts(following, following is not None or earlier)


def _absolute(base: str, href: str) -> str | None:
    """Resolve the address of a link; None when it cannot be one, or leads to comments."""
    try:
        absolute, fragment = urldefrag(urljoin(base, href.strip()))
    except ValueError:  # a bracket where no IPv6 address is
        return None
    return None if _ELSEWHERE.search(fragment) or "comment" in href or "cpage" in href else absolute


def _spots(url: str) -> list[_Spot]:
    """Read an address: as an article's first page, and where a page number stands in it, as the page of that number."""
    try:
        canonical = canonical_url(url)
    except UrlError:
        return []
    numbered = _numbered(canonical)
    if any(
        value.lower() in _WHOLE for name, value in parse_qsl(urlsplit(canonical).query, max_num_fields=50) if name.lower() in _QUERY_NAMES
    ):
        return []
    first = _Spot(_identity(canonical), 1)
    return [first, *([numbered] if numbered and _names_article(numbered.base) else [])]


def _identity(canonical: str) -> str:
    """Write an address so that a slash at its end and an escape make no difference."""
    parts = urlsplit(canonical)
    return f"{parts.netloc}{unquote(parts.path).rstrip('/')}?{parts.query}"


def _numbered(canonical: str) -> _Spot | None:
    """Take the page number out of an address."""
    parts = urlsplit(canonical)
    pairs = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=50)
    for at, (name, value) in enumerate(pairs):
        if name.lower() in _QUERY_NAMES and value.isdecimal() and len(value) <= 2:
            rest = parts._replace(query=urlencode(pairs[:at] + pairs[at + 1 :]))
            return _Spot(_identity(rest.geturl()), int(value))
    path = unquote(parts.path)[:2_000]
    if found := _STEP.fullmatch(path):
        return _Spot(_identity(parts._replace(path=quote(found["base"])).geturl()), int(found["number"]))
    if found := _SUFFIX.fullmatch(path):
        rest = parts._replace(path=quote(found["base"] + (found["ending"] or "")))
        return _Spot(_identity(rest.geturl()), int(found["number"]), weak=len(found["mark"]) == 1)
    return None


def _names_article(base: str) -> bool:
    """Say whether an address without its last number is still an article's."""
    shape = link_shape(f"https://{base}")
    return shape.words >= CONFIG.slug_words or shape.has_id


def _step(here: list[_Spot], target: str | None, label: str | None = None) -> tuple[str | None, int]:
    """Say how many pages of the article another address is ahead: 1 is the next, less than 0 one before, 0 is not this article's.

    `label` is what the link says, None for what says 'next' by its relation.
    """
    if target is None:
        return None, 0
    try:
        canonical = canonical_url(target)
    except UrlError:
        return None, 0
    there = _numbered(canonical)
    for spot in here:
        if there and there.base == spot.base and there.number <= CONFIG.max_page:
            steps = there.number - spot.number
            # some count from nought: then the second page is number 1, and the first has none
            if steps == 0 and spot is here[0] and spot.number == 1 and len(here) == 1 and "?" in target:
                steps = 1 if label is None or _NEXT.fullmatch(label) or label == "2" else 0
            if (steps > 0 or spot is not here[0]) and _is_believed(there, steps, label):
                return target, steps
        if spot is not here[0] and _identity(canonical) == spot.base and (label is None or (spot.number > 1 and not spot.weak)):
            return target, -1
    return None, 0


def _is_believed(there: _Spot, steps: int, label: str | None) -> bool:
    """Say whether a link to another page number reads like one: by its relation, as 'next', as that number, or as an arrow."""
    if steps == 0:
        return False
    number = _NUMBER.fullmatch(label) if label else None
    if number:
        return abs(int(number[1]) - there.number) <= 1
    return not there.weak and (not label or steps < 0 or _NEXT.fullmatch(label) is not None)


def _own_names(here: list[_Spot]) -> tuple[str, ...]:
    """Give the end of the article's path as links may write it."""
    name = here[-1].base.partition("?")[0].rpartition("/")[2]
    stem = name.rpartition(".")[0] or name or "?"
    quoted = quote(stem)
    return (stem,) if stem == quoted else (stem, quoted, quoted.lower())


def _label(link: HtmlElement) -> str | None:
    """Read what a link says, in lower case without arrows; None for one that is marked as the next page."""
    if "next" in (link.get("rel") or "").lower().split():
        return None
    text = " ".join(link.text_content().split())[: CONFIG.label_chars + 1] or link.get("aria-label") or link.get("title") or ""
    return text.replace("İ", "i").lower().replace("\u200c", " ").strip(" \t«»‹›<>→←…|[]().:-")


def _stands_elsewhere(link: HtmlElement) -> bool:
    """Say whether a link stands in comments, or in a list beside the article."""
    outer: HtmlElement | None = link
    for _ in range(CONFIG.max_ancestors):
        if outer is None or outer.tag in ("body", "main", "article"):
            return False
        if outer.tag == "aside" or _ELSEWHERE.search(f"{outer.get('class') or ''} {outer.get('id') or ''}"[:500]):
            return True
        outer = outer.getparent()
    return False

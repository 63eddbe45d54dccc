"""What a page says of itself in machine-readable form: meta tags, links, JSON-LD, microdata, RDFa, headings, times.

This module only collects, in the words of the page; what to believe is decided by `metadata` and `dates`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Any, cast

from lxml.etree import XPath
from lxml.html import HtmlElement

from crawler.extraction.strings import clean_line, comparable

Node = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Timed:
    """A `<time>` element, or another that carries a machine-readable time: its value, its text, and what its markup says it is."""

    value: str
    text: str
    marks: str


@dataclass(slots=True)
class Facts:
    """All claims of one page, in document order. Keys are lower case; `items` holds microdata and RDFa by property name."""

    meta: dict[str, list[str]] = field(default_factory=dict)
    links: dict[str, list[str]] = field(default_factory=dict)
    nodes: list[Node] = field(default_factory=list)
    article: Node = field(default_factory=dict)
    items: dict[str, list[str]] = field(default_factory=dict)
    times: list[Timed] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    title_tag: str | None = None
    html_language: str | None = None
    bylines: list[str] = field(default_factory=list)
    author_links: list[str] = field(default_factory=list)
    tag_links: list[str] = field(default_factory=list)
    shown_tags: list[str] = field(default_factory=list)
    crumbs: list[str] = field(default_factory=list)
    standfirsts: list[str] = field(default_factory=list)

    def first_meta(self, *names: str) -> str | None:
        """Return the first clean value of the first of these meta tags that has one."""
        for name in names:
            for value in self.meta.get(name, ()):
                if line := clean_line(value):
                    return line
        return None


_MAX_VALUES = 50  # of one name; a page that repeats a meta tag more often is not telling anything
_ITEMS = XPath("//*[@itemprop or (@property and not(self::meta))]")
_CLASSED = XPath("//*[@class or @id or @data-testid]")
_NO_BYLINE_AROUND = frozenset({"figure", "figcaption", "blockquote", "nav", "footer"})
_RELATED_LINKS = XPath("//a[@rel][contains(@rel,'author') or contains(@rel,'tag')]")
# all of them for words in lower case: to ignore their case makes them twice as slow
_BYLINE_CLASS = re.compile(
    "author|byline|writer|writeby|written|auteur|yazar|autor|muhabir|submitted|posted-?by|reporter|nevisande|كاتب|نویسنده"
)
_NO_BYLINE_CLASS = re.compile("comment|respond|related|reply|quote|testimonial")
# whole words of a class: what shows the publisher's keywords, the path to the section, the lead paragraph
_TAGS_CLASS = (
    r"(?:(?:article|post|news|entry|story|content|single|item|detail)s?[-_]{0,2})?(?:tags|keywords|etiketler|etiketleri|hashtags)"
    r"(?:[-_]{0,2}(?:list|links|container|wrap|wrapper|box|area|section))?|(?:article|post|news|entry|story)[-_]{1,2}tag[-_]list"
)
_CRUMBS_CLASS = r"(?:[a-z]{1,12}[-_]{1,2})?bread-?crumbs?(?:[-_]{1,2}(?:list|nav|container|wrap|wrapper))?"
_STANDFIRST_CLASS = (
    r"(?:[a-z]{1,20}[-_]{1,2}){0,3}(?:lead|lede|lid|standfirst|chapo|chapeau|spot|introtext|dek|deck|sommaire|abstract|vorspann|anrisstext|ingress"
    r"|manchet|sootitr|sotitr|su[-_]?titr)(?:[-_]{1,2}(?:text|paragraph|p|content))?"
    r"|(?:article|post|news|story|entry|content|detail|page|single|text|haber|khabar)[-_]{0,2}(?:intro|introduction|summary|subtitle|sub-title"
    r"|subhead|subheading|sub-headline|subheadline|description|desc|excerpt|brief|teaser|ozet|spot|lead|lid)(?:[-_]{1,2}(?:text|paragraph))?"
    r"|intro|subtitle|sub-?headline|news-?brief"
)
_MARKING_CLASS = re.compile(f"(?P<tags>{_TAGS_CLASS})|(?P<crumbs>{_CRUMBS_CLASS})|(?P<standfirst>{_STANDFIRST_CLASS})")
_NO_MARKS: frozenset[str] = frozenset()
_MAX_STANDFIRSTS, _MAX_CLASS, _MAX_CLASS_WORD = 8, 500, 60
_TEXT_ITEMS = frozenset(
    {"headline", "author", "creator", "name", "datepublished", "datemodified", "keywords", "articlesection", "description"}
)
_ITEM_NAME = XPath(".//*[@itemprop='name']")
_ARTICLE_TYPES = {
    "newsarticle": 5, "reportagenewsarticle": 5, "analysisnewsarticle": 5, "opinionnewsarticle": 5, "backgroundnewsarticle": 5,
    "reviewnewsarticle": 5, "askpublicnewsarticle": 5, "liveblogposting": 5, "article": 4, "blogposting": 4, "report": 4, "techarticle": 4,
    "scholarlyarticle": 4, "satiricalarticle": 4, "advertisercontentarticle": 4, "medicalscholarlyarticle": 4, "socialmediaposting": 3,
    "discussionforumposting": 3, "review": 3, "creativework": 2, "videoobject": 2, "audioobject": 2, "podcastepisode": 2, "webpage": 1,
    "itempage": 1, "medicalwebpage": 1,
}  # fmt: skip
_JSON_WRAPPING = (
    "<!--",
    "-->",
    "//<![CDATA[",
    "// <![CDATA[",
    "<![CDATA[",
    "/*<![CDATA[*/",
    "/* <![CDATA[ */",
    "//]]>",
    "// ]]>",
    "]]>",
    "/*]]>*/",
    "/* ]]> */",
    ";",
)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")


def read_facts(tree: HtmlElement) -> Facts:
    """Collect the claims of a parsed page. The tree is not changed."""
    facts = Facts(html_language=_language(tree))
    for element in tree.iter("meta", "link", "script", "title", "h1", "time"):
        _READERS[str(element.tag)](element, facts)
    for element in _found(_ITEMS, tree):
        _read_item(element, facts)
    _read_marked(tree, facts)
    facts.article = _choose_article(facts)
    return facts


def _found(path: XPath, element: HtmlElement) -> list[HtmlElement]:
    """Evaluate a path that selects elements."""
    return cast("list[HtmlElement]", path(element))


def _language(tree: HtmlElement) -> str | None:
    """Read what the root element says the language is."""
    return clean_line(tree.get("lang") or tree.get("xml:lang"), 35)


def _add(values: dict[str, list[str]], name: str, value: str | None) -> None:
    """Keep a value under a name, unless there are too many of it."""
    if value and value.strip():
        held = values.setdefault(name, [])
        if len(held) < _MAX_VALUES:
            held.append(value.strip())


def _read_meta(element: HtmlElement, facts: Facts) -> None:
    """Keep a meta tag under each of the names it goes by."""
    content = element.get("content")
    for attribute in ("property", "name", "itemprop", "http-equiv"):
        for name in (element.get(attribute) or "").lower().split():
            _add(facts.meta, name, content)


def _read_link(element: HtmlElement, facts: Facts) -> None:
    """Keep a link under each of its relations."""
    for relation in (element.get("rel") or "").lower().split():
        _add(facts.links, relation, element.get("href"))


def _read_script(element: HtmlElement, facts: Facts) -> None:
    """Keep the nodes of a JSON-LD script."""
    if "ld+json" in (element.get("type") or "").lower() and element.text:
        facts.nodes.extend(_nodes(_load_json(element.text)))


def _read_title(element: HtmlElement, facts: Facts) -> None:
    """Keep the first title of the head; SVG drawings have titles too."""
    if facts.title_tag is None:
        facts.title_tag = clean_line(element.text_content())


def _read_heading(element: HtmlElement, facts: Facts) -> None:
    """Keep a first-level heading."""
    line = clean_line(element.text_content(), 500)
    if line and len(facts.headings) < _MAX_VALUES:
        facts.headings.append(line)


def _read_time(element: HtmlElement, facts: Facts) -> None:
    """Keep a time with the words of its own markup and of the two elements around it."""
    value = element.get("datetime") or element.get("content") or ""
    if len(facts.times) >= _MAX_VALUES:
        return
    marks = []
    around: HtmlElement | None = element
    for _ in range(3):
        if around is None:
            break
        marks += [around.get(name) or "" for name in ("class", "id", "itemprop", "pubdate", "property", "rel")]
        around = around.getparent()
    facts.times.append(Timed(value, clean_line(element.text_content(), 100) or "", " ".join(filter(None, marks)).lower()))


_READERS = {"meta": _read_meta, "link": _read_link, "script": _read_script, "title": _read_title, "h1": _read_heading, "time": _read_time}


def _read_item(element: HtmlElement, facts: Facts) -> None:
    """Keep a microdata or RDFa property: the machine-readable attribute if there is one, else the text."""
    value = element.get("content") or element.get("datetime")
    names = f"{element.get('itemprop') or ''} {element.get('property') or ''}".lower().split()
    if not names or element.tag == "meta":
        if element.tag == "meta":
            for name in names:
                _add(facts.items, name, value)
        return
    last_names = [name.rpartition(":")[2].rpartition("/")[2] for name in names]
    if value is None and "image" in last_names:
        value = _image_address(element)
    elif value is None and not _TEXT_ITEMS.isdisjoint(last_names):
        named = _found(_ITEM_NAME, element) if "author" in names else []
        value = (named[0].get("content") if named else None) or clean_line((named[0] if named else element).text_content(), 500)
    for name in last_names:
        _add(facts.items, name, value)


def _image_address(element: HtmlElement) -> str | None:
    """Read the address of a picture from an element that is one or holds one."""
    for holder in (element, *element.iter("img")):
        for attribute in ("src", "href", "resource", "data-src"):
            if address := holder.get(attribute):
                return str(address)
    return None


@lru_cache(maxsize=32_768)
def _marked_as(word: str) -> str | None:
    """Say what a word of a class marks its element as: 'byline', 'tags', 'crumbs', 'standfirst', or 'other' what none of them is."""
    word = word.lower()
    if _NO_BYLINE_CLASS.search(word):
        return "other"
    if _BYLINE_CLASS.search(word):
        return "byline"
    found = _MARKING_CLASS.fullmatch(word) if len(word) <= _MAX_CLASS_WORD else None
    return found.lastgroup if found else None


@lru_cache(maxsize=8_192)
def _marks_of(names: str) -> frozenset[str]:
    """Say what the words of a class mark an element as."""
    return frozenset(mark for word in names.split() if (mark := _marked_as(word)))


def _is_byline_name(word: str | None) -> bool:
    """Say whether an id names the author's line."""
    return word is not None and len(word) <= _MAX_CLASS_WORD and _marked_as(word) == "byline"


def _read_marked(tree: HtmlElement, facts: Facts) -> None:
    """Keep the texts of elements that are marked as naming author, keywords or section, or as the lead paragraph."""
    for element in _found(_RELATED_LINKS, tree):
        kept = facts.author_links if "author" in element.get("rel") else facts.tag_links
        if len(kept) < _MAX_VALUES and (text := clean_line(element.text_content(), 200)):
            kept.append(text)
    for element in _found(_CLASSED, tree):
        names = element.get("class")
        marks = _marks_of(names) if names and len(names) < _MAX_CLASS else _NO_MARKS
        if _is_byline_name(element.get("id")) or _is_byline_name(element.get("data-testid")):
            marks |= {"byline"}
        if marks:
            _read_mark(marks, element, facts)


def _read_mark(marks: frozenset[str], element: HtmlElement, facts: Facts) -> None:
    """Keep what an element shows, by what its class marks it as; of keywords and paths the first that shows any."""
    if "other" in marks:
        return
    if "byline" in marks:
        if any(around.tag in _NO_BYLINE_AROUND for around in islice(element.iterancestors(), 5)):
            return
        if len(facts.bylines) < _MAX_VALUES and (text := clean_line(element.text_content(), 200)):
            facts.bylines.append(text)
        return
    if "standfirst" in marks:
        if len(facts.standfirsts) < _MAX_STANDFIRSTS and (text := clean_line(element.text_content(), 1_000)):
            facts.standfirsts.append(text)
        return
    kept = facts.shown_tags if "tags" in marks else facts.crumbs
    if not kept:
        links = (clean_line(link.text_content(), 100) for link in list(element.iter("a"))[:_MAX_VALUES])
        kept.extend(text for text in links if text)


def _load_json(text: str) -> Any:
    """Parse JSON as pages write it: in comments, with raw newlines, with a comma too many. What cannot be parsed says nothing."""
    text = text.strip()
    for wrapping in _JSON_WRAPPING:
        text = text.removeprefix(wrapping).removesuffix(wrapping).strip()
    for attempt in (text, _TRAILING_COMMA.sub(r"\1", text)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _nodes(value: Any, depth: int = 0) -> Iterator[Node]:
    """Walk JSON-LD down to every typed node that can describe the page."""
    if depth > 6:
        return
    if isinstance(value, list):
        for entry in value[:200]:
            yield from _nodes(entry, depth + 1)
    elif isinstance(value, dict):
        yield value
        for key in ("@graph", "mainEntity", "mainEntityOfPage", "itemReviewed"):
            if isinstance(value.get(key), (list, dict)):
                yield from _nodes(value[key], depth + 1)


def node_types(node: Node) -> set[str]:
    """Name the types of a JSON-LD node in lower case, without their namespace."""
    types = node.get("@type")
    return {str(name).rsplit("/", 1)[-1].lower() for name in (types if isinstance(types, list) else [types]) if name}


def _rank(node: Node) -> int:
    """Say how surely a node describes an article."""
    return max((_ARTICLE_TYPES.get(name, 0) for name in node_types(node)), default=0)


def is_article(facts: Facts) -> bool:
    """Say whether a page calls itself an article, and not a video or a list."""
    if _rank(facts.article) >= 3:
        return True
    kind = (facts.first_meta("og:type") or "").lower()
    dated = any(name in facts.meta for name in ("article:published_time", "og:article:published_time"))
    return (kind in ("article", "news", "newsarticle", "blog") and not node_types(facts.article) & {"videoobject", "audioobject"}) or (
        dated and not kind.startswith("video")
    )


def _choose_article(facts: Facts) -> Node:
    """Choose the node that describes this page's article: the right type first, then the headline that the page itself shows."""
    shown = {comparable(line) for line in (*facts.headings, facts.first_meta("og:title", "twitter:title"), facts.title_tag) if line}
    best: tuple[int, int, int] = (0, 0, 0)
    chosen: Node = {}
    for node in facts.nodes:
        rank = _rank(node)
        if not rank:
            continue
        headline = comparable(clean_line(node.get("headline") or node.get("name")) or "")
        agrees = bool(headline) and any(headline in line or line in headline for line in shown if line)
        key = (int(agrees and rank > 1), rank, sum(name in node for name in ("headline", "datePublished", "author")))
        if key > best:
            best, chosen = key, node
    return chosen

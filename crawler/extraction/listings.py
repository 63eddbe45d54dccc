"""Tell a page that lists articles from one that is an article: front pages, sections, tags, authors, searches, archives, galleries.

An extractor takes the teasers of such a page for its text. A list says so itself (JSON-LD, the classes that WordPress gives it), or its
address does, or its shape: many headlines that are links to elsewhere, and between them never more than a teaser. An article has a run of
prose instead, however many teasers stand around it. In doubt a page is an article: a list that is stored is found again as a text that
repeats others, an article that is refused is lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from lxml.html import HtmlElement

from crawler.discovery.link_shapes import LinkShape, link_shape
from crawler.extraction.strings import clean_line, comparable
from crawler.extraction.structured import Facts, Node, node_types

__all__ = ["CONFIG", "ListingConfig", "is_doubtful", "is_navigation", "listing_reason"]


@dataclass(frozen=True, slots=True)
class ListingConfig:
    """What makes a list. All sizes are characters unless they say otherwise.

    A headline is a link of `headline_chars` and `headline_words` that stands by itself. A block is prose from `prose_chars` on; a run is
    the prose between two headlines. A page that calls itself a list is one with `told_headlines`; one whose address does, with
    `address_headlines` and no run over `intro_chars`, the introduction of a topic; one that only looks like it, with `shape_headlines`
    (`section_headlines` when its address could be a section's), no run over `teaser_chars` or `teaser_blocks`, and no more than
    `other_share` of its text outside links and prose (tables, results). `title_words`: what has so many words is a headline, no
    section's name. Without any prose a page of `nav_links` links is one when they make `nav_share` of its text. Around a link
    `nested_inlines` elements are left to find the block that it stands in.
    """

    headline_chars: int = 15
    headline_words: int = 3
    prose_chars: int = 60
    told_headlines: int = 3
    told_lead_chars: int = 2_500
    address_headlines: int = 5
    intro_chars: int = 1_200
    shape_headlines: int = 10
    section_headlines: int = 6
    teaser_chars: int = 450
    teaser_blocks: int = 2
    other_share: float = 0.4
    title_words: int = 4
    nav_links: int = 15
    nav_share: float = 0.6
    nav_prose_chars: int = 100
    nav_words: int = 25
    nested_inlines: int = 10


CONFIG = ListingConfig()

_LIST_TYPES = frozenset({"collectionpage", "searchresultspage", "profilepage"})
_ARTICLES = frozenset({"newsarticle", "article", "blogposting", "reportagenewsarticle", "liveblogposting"})
_WORDPRESS_LISTS = (
    ("home", "blog"), ("search", "search-results"), ("search", "search-no-results"), ("archive", "category"), ("archive", "tag"),
    ("archive", "author"), ("archive", "date"), ("archive", "tax"), ("archive", "post-type-archive"),
)  # fmt: skip
_SEARCH_NAMES = frozenset({"s", "q", "query", "search", "keyword", "keywords", "term", "ara", "aranan", "recherche"})
_FRONT = re.compile(r"[a-z]{2}(?:-[a-z]{2})?|index\.(?:html?|php|aspx?)|home")
_NO_ADDRESS = ".invalid"  # RFC 6761: stands in for the address of a page that was saved without it

_SKIPPED = frozenset({"script", "style", "noscript", "template", "head", "svg", "iframe", "form", "select", "button", "figcaption"})
_AROUND = frozenset({"nav", "footer"})
_INLINE = frozenset(
    {"a", "b", "i", "em", "strong", "span", "small", "mark", "u", "s", "q", "cite", "abbr", "sub", "sup", "br", "time", "font",
     "code", "bdi", "bdo", "wbr"}
)  # fmt: skip
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCKS = _HEADINGS | {"p", "div", "section", "article", "header", "ul", "ol", "li", "figure", "table"}
_NO_TARGET = ("#", "javascript:", "mailto:", "tel:", "whatsapp:")


@dataclass(slots=True)
class _Shape:
    """What a page is made of, counted in its order."""

    headlines: set[str] = field(default_factory=set)
    links: int = 0
    link_chars: int = 0
    prose_chars: int = 0
    all_chars: int = 0
    longest_run: int = 0
    most_blocks: int = 0
    lead_chars: int = 0
    title: str = ""
    own_chars: dict[HtmlElement, int] = field(default_factory=dict)
    _run: int = 0
    _blocks: int = 0
    _leads: bool = False

    def headline(self, target: str) -> None:
        self.headlines.add(target)
        self._run = self._blocks = 0
        self._leads = False

    def prose(self, chars: int) -> None:
        self.prose_chars += chars
        self._run += chars
        self._blocks += 1
        self.longest_run = max(self.longest_run, self._run)
        self.most_blocks = max(self.most_blocks, self._blocks)
        if self._leads:
            self.lead_chars += chars

    def heading(self, line: str | None) -> None:
        """Take the first-level heading of the page; what comes next may be its article."""
        self.title, self._leads = line or "", line is not None


def is_doubtful(tree: HtmlElement, facts: Facts, url: str) -> bool:
    """Say whether a page may be a list although it calls itself an article, so that its shape has to be looked at.

    `tree` is the page, before or after its text was taken out; `facts` are its claims, `url` is its address. Many sites call every page of
    theirs an article in OpenGraph, and describe each teaser as one in JSON-LD.
    """
    if _is_front(url) or _calls_itself_list(tree, facts):
        return True
    if _describes_headline(facts.article, facts) or "article:published_time" in facts.meta:
        return False
    if sum("headline" in node for node in facts.nodes) >= CONFIG.told_headlines:
        return True
    address = link_shape(url)
    return not node_types(facts.article) & _ARTICLES and (_could_be_section(address) or _is_list_address(url, address))


def listing_reason(tree: HtmlElement, facts: Facts, text: str, url: str) -> str | None:
    """Say why a page is a list of articles and none itself; None when it is not.

    Args: the page, not changed; its claims; the text that was taken out of it; its address.
    """
    shape = _shape(tree)
    headlines = len(shape.headlines)
    article = _is_headed(shape) and shape.lead_chars >= CONFIG.told_lead_chars
    if not article and headlines >= CONFIG.told_headlines and _calls_itself_list(tree, facts):
        return f"the page calls itself a list and names {headlines} others"
    if _is_front(url) and headlines >= CONFIG.address_headlines:
        return f"the page is a front page and names {headlines} others"
    address = link_shape(url)
    if _is_list_address(url, address) and headlines >= CONFIG.address_headlines and shape.longest_run <= CONFIG.intro_chars:
        return f"the address is a list's, and the page names {headlines} others"
    if _looks_like_list(shape, address):
        return f"the page names {headlines} others and says no more than a teaser of each"
    if _is_navigation(shape, text):
        return f"the page holds {shape.links} links and no prose"
    return None


def is_navigation(tree: HtmlElement, text: str) -> bool:
    """Say whether the text that was taken out of a page is nothing but the names of links."""
    return _is_navigation(_shape(tree), text)


def _calls_itself_list(tree: HtmlElement, facts: Facts) -> bool:
    """Say whether a page calls itself a list, in JSON-LD or by the classes of its body, and describes no article of its own headline."""
    if any(node_types(node) & _LIST_TYPES for node in facts.nodes):
        return not _describes_headline(facts.article, facts)
    body = tree.find("body")
    names = frozenset((body.get("class") or "").lower().split()[:200]) if body is not None else frozenset()
    if any(name.startswith("single") for name in names):
        return False
    return any(names.issuperset(pair) for pair in _WORDPRESS_LISTS)


def _describes_headline(node: Node, facts: Facts) -> bool:
    """Say whether a node has the headline that the page gives itself."""
    if not node.get("datePublished"):
        return False
    headline = comparable(clean_line(node.get("headline")) or "")
    titles = (comparable(line) for line in (facts.first_meta("og:title"), facts.title_tag, *facts.headings[:2]) if line)
    return bool(headline) and any(headline in title or title in headline for title in titles if title)


def _is_front(url: str) -> bool:
    """Say whether an address is that of a front page, of the site or of a language."""
    parts = urlsplit(url)
    steps = [step for step in parts.path.lower()[:2_000].split("/") if step]
    if parts.query or (parts.hostname or "").endswith(_NO_ADDRESS):
        return False
    return not steps or (len(steps) == 1 and _FRONT.fullmatch(steps[0]) is not None)


def _is_list_address(url: str, shape: LinkShape) -> bool:
    """Say whether an address is that of a section, tag, author or search."""
    names = {name.lower() for name, value in parse_qsl(urlsplit(url).query, max_num_fields=50) if value}
    searches = bool(names & _SEARCH_NAMES) and shape.words < CONFIG.title_words
    return searches or (shape.listing and shape.words < CONFIG.title_words and not shape.has_id)


def _could_be_section(address: LinkShape) -> bool:
    """Say whether an address is as short as that of a section."""
    return address.words <= 2 and not address.has_id and not address.has_date and address.depth <= 2


def _is_headed(shape: _Shape) -> bool:
    """Say whether a page has a headline over its prose."""
    return len(shape.title.split()) >= CONFIG.title_words and shape.lead_chars > 0


def _looks_like_list(shape: _Shape, address: LinkShape) -> bool:
    """Say whether a page is many headlines, each with no more than a teaser."""
    enough = CONFIG.section_headlines if _could_be_section(address) else CONFIG.shape_headlines
    if len(shape.headlines) < enough or _is_headed(shape):
        return False
    if shape.longest_run > CONFIG.teaser_chars or shape.most_blocks > CONFIG.teaser_blocks:
        return False
    return shape.all_chars - shape.link_chars - shape.prose_chars <= CONFIG.other_share * shape.all_chars


def _is_navigation(shape: _Shape, text: str) -> bool:
    """Say whether a text is nothing but the names of links."""
    if shape.links < CONFIG.nav_links or shape.prose_chars >= CONFIG.nav_prose_chars or len(text.split()) < CONFIG.nav_words:
        return False
    return shape.link_chars >= CONFIG.nav_share * shape.all_chars


def _shape(tree: HtmlElement) -> _Shape:
    """Count what a page is made of, in one walk without recursion; what stands in navigation and footer is links, never headlines."""
    shape = _Shape()
    body = tree.find("body")
    walk: list[tuple[HtmlElement, bool]] = [(tree if body is None else body, False)]
    while walk:
        element, around = walk.pop()
        tag = element.tag
        if not isinstance(tag, str) or tag in _SKIPPED:
            continue
        around = around or tag in _AROUND
        if tag == "a" and (target := element.get("href")) and not target.startswith(_NO_TARGET):
            _count_link(element, target, shape, around=around)
            continue
        if tag == "h1" and not shape.title:
            shape.heading(clean_line(element.text_content(), 500))
        if tag not in _INLINE:
            _count_block(element, shape, around=around)
        walk.extend((child, around) for child in reversed(element))
    return shape


def _count_link(element: HtmlElement, target: str, shape: _Shape, *, around: bool) -> None:
    """Count a link, as a headline when it reads like one and stands by itself."""
    text = " ".join(element.text_content().split())
    shape.links += 1
    shape.link_chars += len(text)
    if _is_card(element):
        shape.all_chars += len(text)  # elsewhere a link is counted with its block
    if (
        not around
        and len(text) >= CONFIG.headline_chars
        and len(text.split()) >= CONFIG.headline_words
        and _stands_alone(element, text, shape.own_chars)
    ):
        shape.headline(target)


def _is_card(link: HtmlElement) -> bool:
    """Say whether a link holds blocks of its own: picture, headline and teaser in one."""
    return any(child.tag in _BLOCKS for child in link)


def _stands_alone(element: HtmlElement, text: str, own_chars: Mapping[HtmlElement, int]) -> bool:
    """Say whether a link is a block of its own, or most of one, and not a few words of a sentence."""
    outer = element.getparent()
    for _ in range(CONFIG.nested_inlines):
        if outer is None or outer.tag not in _INLINE:
            break
        outer = outer.getparent()
    if outer is None or outer.tag in _HEADINGS or _is_card(element):
        return True
    return _fills_line(element) or 2 * len(text) >= own_chars.get(outer, 0)


def _fills_line(link: HtmlElement) -> bool:
    """Say whether a link stands between two line breaks, or between one and the edge of its block."""
    before, after, outer = link.getprevious(), link.getnext(), link.getparent()
    text_before = (outer.text if before is None else before.tail) if outer is not None else None
    if (text_before or "").strip() or (link.tail or "").strip():
        return False
    return (before is None or before.tag == "br") and after is not None and after.tag == "br"


def _own_text(element: HtmlElement) -> Iterator[str]:
    """Give the text that stands in an element itself or in inline elements of it, blocks left out."""
    yield element.text or ""
    for child in element:
        if child.tag in _INLINE and not (child.tag == "a" and _is_card(child)):
            yield child.text_content()
        yield child.tail or ""


def _count_block(element: HtmlElement, shape: _Shape, *, around: bool) -> None:
    """Count the text of a block, as prose when most of it is no link."""
    chars = len(" ".join(" ".join(_own_text(element)).split()))
    shape.own_chars[element] = chars
    shape.all_chars += chars
    if chars < CONFIG.prose_chars or around or element.tag in _HEADINGS:
        return
    linked = sum(len(link.text_content()) for child in element if child.tag in _INLINE for link in child.iter("a"))
    if 2 * linked < chars:
        shape.prose(chars)

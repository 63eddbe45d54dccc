"""Take out of a page what is never its article, in one pass over the tree.

Only names that say plainly what a block is are trusted, as whole words of a class or id: `related-posts` is one, `related` inside another
word is not. Whatever the name, a block that holds most of the page's text stays.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from lxml.etree import XPath
from lxml.html import HtmlElement


@dataclass(frozen=True, slots=True)
class PruningConfig:
    """Guards of pruning. `max_share`: a named block with a larger share of the page's text is the page itself."""

    max_share: float = 0.4
    small_chars: int = 300
    max_word_chars: int = 60
    max_names_chars: int = 1_000
    teaser_chars: int = 400
    max_split: int = 8
    split_chars: int = 200
    prose_chars: int = 80
    min_cards: int = 3
    max_headings: int = 2_000
    card_chars: int = 500
    headline_chars: int = 15
    label_chars: int = 32


CONFIG = PruningConfig()

_TAGS = frozenset({"script", "style", "svg", "template", "figcaption"})
_KEPT = frozenset({"html", "body", "head", "main", "h1"})

_WORDS = r"""
# comments and their form
comments?|comment-?(?:s|list|form|respond|section|area|thread|wrap(?:per)?|container|box|block|count|reply)s?(?:-.+)?|commentlist|respond|disqus.*|dsq-.+
|fb-?comments.*|(?:reader|post|article|facebook)-?comments?(?:-.+)?|leave-a-(?:reply|comment)|reply-form
# sharing
|social[-_]shar(?:e|ing).*|sharedaddy|sd-(?:sharing|block|content|like|title).*|jp-(?:relatedposts|sharing|likes?|post-flair).*|post-?likes-widget.*|likes-widget.*|wpl-likebox|sharing
|(?:social|share|sharing)[-_]?(?:buttons?|bar|links?|icons?|tools?|toolbar|box|block|wrap(?:per)?|container|widgets?|media|list|group|this|modal|items?|panel|menu)(?:[-_].+)?
|(?:post|article|entry|story)[-_]?(?:share|sharing|social)(?:[-_].+)?|addtoany.*|a2a_.+|addthis.*|at-(?:share|above|below).*|ssba.*|heateor.+|shareaholic.*|sharethis.*
# other articles
|yarpp.*|crp_related|wp_rp.*|(?:related|recommended|popular|trending|latest|similar)[-_]?(?:posts?|articles?|stories|news|content|links?|items?|topics?|reading|section)(?:[-_].+)?
|more[-_]?(?:topics?|stories|articles|news|posts?)(?:[-_].+)?|(?:also|must)[-_]?read(?:[-_].+)?|read[-_]?(?:also|next|more[-_].+)|outbrain.*|taboola.*|trc_.+|zergnet.*|mgid.*
|most[-_]?(?:read|popular|viewed|discussed).*|up-?next|next[-_](?:post|article|story)|recirculation.*
# letters, subscriptions, consent, dialogs
|newsletters?(?:[-_].+)?|.+[-_]newsletter(?:[-_].+)?|mc4wp-.+|mailchimp.*|inline-?sign-?up.*|article-si(?:gn|ng)up.*|(?:sign-?up|subscribe|subscription)[-_](?:box|form|widget|cta|prompt|block)
|cookie[-_]?(?:banner|notice|consent|bar|policy|message).*|gdpr.*|onetrust.*|consent[-_].+|modal|modal[-_].+|.+[-_]modal|pop-?up|popup[-_].+|lightbox.*
# navigation, colophon
|post-navigation|nav-(?:links|previous|next|below|above|single)|navigation|bread-?crumbs?(?:[-_].+)?|pagination|entry-(?:meta|footer|utility)|post-?(?:meta|footer|tags|categories|info|views)
|posted-(?:on|in)|cat-links|tags?-(?:links|list)|article-?tags|author-?(?:box|bio|card|profile)(?:[-_].+)?|about-(?:the-)?author|skip-(?:link|to-content|nav).*
# captions, hidden labels, advertising, boxes beside the text, polls
|wp-caption-text|(?:image|photo|img|picture|media|gallery|video|foto|bild)[-_]{0,2}(?:captions?|credits?|description|copyright|source|text-box)(?:[-_].+)?|caption(?:[-_].+)?|gallery-overlay.*
|screen-reader(?:-text)?|sr-only|visually-?hidden|a11y-hidden|assistive-text
|ads?|advert(?:isement|ising|s)?(?:[-_].+)?|adsbygoogle|ad-(?:slot|container|wrapper|unit|block|label|banner|placeholder).*|dfp-.+|google-auto-placed|sponsor(?:ed)?[-_].+
|(?:.+[-_])?(?:info|fact|fakta|faktaboks|side)[-_]?(?:box|boks|ruta|kasten)(?:[-_].+)?|faktaboks.*|faktaruta.*
|poll|poll[-_](?:block|container|wrapper|widget|item|form).*|.+-poll(?:[-_].+)?
"""
# of words in lower case: to ignore their case makes these twice as slow
_NAMED = re.compile(f"(?:{_WORDS})", re.VERBOSE)
# a word that says what a page can do, not what a block is: `modal-enabled`, `has-comments`
_STATE = re.compile(
    r"^(?:has|no|not|with|without|is|js|hide|show|enable)[-_]|[-_](?:enabled|disabled|open|opened|closed|active|inactive|allowed|loaded|on|off)$"
)
_BEM = re.compile("__|--")
# where a page of today names its blocks when its classes are hashes
_DATA_NAMES = frozenset({"data-testid", "data-component", "data-component-name"})
_FRAMES = frozenset({"div", "section", "ul"})
_HEADINGS = frozenset({"h2", "h3", "h4", "h5"})
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)


def _is_named(names: str) -> bool:
    """Say whether one of the words of a class or id names a block that is no article, or a part of one between double marks (BEM)."""
    return _has_name(names[: CONFIG.max_names_chars])


@lru_cache(maxsize=8_192)
def _has_name(names: str) -> bool:
    """Say whether there is such a word among some."""
    return any(_is_name(word) for word in names.lower().split() if len(word) <= CONFIG.max_word_chars)


@lru_cache(maxsize=32_768)
def _is_name(word: str) -> bool:
    """Say whether a word, in lower case, is one: sites share many."""
    parts = {word, *_BEM.split(word)} if "__" in word or "--" in word else (word,)
    return any(_NAMED.fullmatch(part) and not _STATE.search(part) for part in parts)


def _is_named_by_data(element: HtmlElement) -> bool:
    """Say whether a block is named so in the attributes by which scripts and tests find it."""
    return any(_is_named(element.get(key, "")) for key in element.attrib if key in _DATA_NAMES)


def prune(tree: HtmlElement) -> None:
    """Remove scripts, named blocks, teasers, cards and lists of links from a page, in place."""
    doomed: list[HtmlElement] = []
    named: list[HtmlElement] = []
    headings: list[HtmlElement] = []
    for element in tree.iter():
        tag = element.tag
        if tag in _TAGS or (tag in _CANDIDATES and _CANDIDATES[tag](element)) or (element.get("style") and _is_hidden_data(element)):
            doomed.append(element)
        elif tag not in _KEPT:
            names, identifier = element.get("class"), element.get("id")
            if (names and _is_named(names)) or (identifier and _is_named(identifier)) or (tag in _FRAMES and _is_named_by_data(element)):
                named.append(element)
            elif tag in _HEADINGS and _is_linked(element):
                headings.append(element)
    doomed.extend(_cards(headings))
    for element in doomed:
        if element.getparent() is not None:
            element.drop_tree()
    # pages of old write their text into table cells and line breaks
    measure = _paragraph_chars if _paragraph_chars(tree) > CONFIG.small_chars else _chars
    most = CONFIG.max_share * measure(tree)
    for element in named:
        if element.getparent() is not None and (_chars(element) <= CONFIG.small_chars or measure(element) <= most):
            element.drop_tree()


def _chars(element: HtmlElement) -> int:
    """Count the characters of text in an element."""
    return len(element.text_content())


def _paragraph_chars(element: HtmlElement) -> int:
    """Count the characters of text in the paragraphs of an element."""
    return sum(len(paragraph.text_content()) for paragraph in element.iter("p"))


def _is_hidden_data(element: HtmlElement) -> bool:
    """Say whether an element holds microdata that is not shown."""
    style = element.get("style")
    return (
        style is not None
        and _HIDDEN.search(style) is not None
        and (element.get("itemprop") or element.get("itemscope") is not None or element.find("./*[@itemprop]") is not None)
    )


def _is_link_list(element: HtmlElement) -> bool:
    """Say whether a list holds nothing but links to other pages."""
    items = list(element.iterchildren("li"))
    if len(items) < 2 or len(items) != len(element):
        return False
    for item in items:
        text = "".join(item.itertext()).strip()
        linked = "".join("".join(link.itertext()) for link in item.iter("a")).strip()
        if not linked or len(text) - len(linked) > 3:
            return False
    return True


def _is_teaser(element: HtmlElement) -> bool:
    """Say whether a nested article is a teaser of another one: short, and most of it a link."""
    if next(element.iterancestors("article", "main"), None) is None:
        return False
    text = "".join(element.itertext()).strip()
    linked = sum(len("".join(link.itertext()).strip()) for link in element.iter("a"))
    return len(text) <= CONFIG.teaser_chars and linked >= 0.6 * len(text)


def _is_card(element: HtmlElement) -> bool:
    """Say whether a link wraps a heading: the card of another article."""
    return next(element.iter("h2", "h3", "h4"), None) is not None


def _is_linked(heading: HtmlElement) -> bool:
    """Say whether a heading links to another page: not to a place in its own."""
    link = next(heading.iter("a"), None)
    if link is None:
        link = next(heading.iterancestors("a"), None)
    address = "" if link is None else (link.get("href") or "").strip()
    return address[:1] not in ("", "#") and len("".join(heading.itertext()).strip()) >= CONFIG.headline_chars


def _cards(headings: list[HtmlElement]) -> list[HtmlElement]:
    """Find the cards of other articles: blocks side by side, short, and each with one linked heading.

    Two may be the article's own. Headings that stand side by side themselves are those of its chapters.
    """
    if not CONFIG.min_cards <= len(headings) <= CONFIG.max_headings:
        return []
    counts = Counter(ancestor for heading in headings for ancestor in heading.iterancestors())
    rows: dict[HtmlElement, list[HtmlElement]] = {}
    for heading in headings:
        card, parent = heading, heading.getparent()
        while parent is not None and counts[parent] == 1:
            card, parent = parent, parent.getparent()
        if parent is not None and card is not heading:
            rows.setdefault(parent, []).append(card)
    return [
        card
        for cards in rows.values()
        if len(cards) >= CONFIG.min_cards and all(_chars(card) <= CONFIG.card_chars for card in cards)
        for card in cards
    ]


def _is_labelled_link(element: HtmlElement) -> bool:
    """Say whether a paragraph is a label and the headline to which it points: `More: Another article`."""
    link, *others = element.iter("a")
    if others or not link.get("href") or (link.tail and link.tail.strip()):
        return False
    text, headline = (" ".join("".join(part.itertext()).split()) for part in (element, link))
    label = text.removesuffix(headline).strip()
    if len(headline) < CONFIG.headline_chars + 5 or "://" in headline or "@" in headline or not text.endswith(headline):
        return False
    return 0 < len(label) <= CONFIG.label_chars and label[-1] in ":：|»>"


def _is_link_paragraph(element: HtmlElement) -> bool:
    """Say whether a paragraph is nothing but the link to another page."""
    text = "".join(element.itertext()).strip()
    if not 15 <= len(text) <= 250 or "http" in text:
        return False
    return sum(len("".join(link.itertext()).strip()) for link in element.iter("a")) >= len(text) - 3


def _is_link_run(element: HtmlElement) -> bool:
    """Say whether a paragraph is one of several in a row that only link."""
    if not _is_link_paragraph(element):
        return False
    return any(other is not None and other.tag == "p" and _is_link_paragraph(other) for other in (element.getnext(), element.getprevious()))


def _is_pointer(element: HtmlElement) -> bool:
    """Say whether a paragraph only points to other pages."""
    return next(element.iter("a"), None) is not None and (_is_link_run(element) or _is_labelled_link(element))


_CANDIDATES = {"p": _is_pointer, "ul": _is_link_list, "ol": _is_link_list, "article": _is_teaser, "a": _is_card}


def flatten_layout_tables(tree: HtmlElement) -> None:
    """Turn tables that lay out a page into plain blocks, in place: those that hold a headline, a table, or a cell of several paragraphs."""
    for table in list(tree.iter("table")):
        if _is_layout(table):
            for element in (table, *_own_parts(table)):
                element.tag = "div"


def _own_parts(table: HtmlElement) -> list[HtmlElement]:
    """List the rows and cells of a table that are not those of a table inside it."""
    parts = table.iter("tbody", "thead", "tfoot", "tr", "td", "th")
    return [element for element in parts if next(element.iterancestors("table"), None) is table]


def _is_layout(table: HtmlElement) -> bool:
    """Say whether a table lays out a page."""
    if next(table.iter("h1"), None) is not None or next(table.iterdescendants("table"), None) is not None:
        return True
    prose = [paragraph for paragraph in table.iter("p") if _chars(paragraph) >= CONFIG.prose_chars]
    cells = [next(paragraph.iterancestors("td", "th"), None) for paragraph in prose]
    return len(set(cells)) < len(cells)


_BODY = re.compile(
    r"(?:article|story|post|entry|news|page)[-_]{0,2}(?:body|content|text|copy|chunk|section)|body[-_]?text|content[-_]{0,2}body|articlebody",
    re.IGNORECASE,
)


_HEADLINES_BEFORE = XPath("count(preceding::h1)")


@lru_cache(maxsize=4096)
def is_body_class(names: str) -> bool:
    """Say whether a class names a container of article text."""
    return _BODY.search(names) is not None


def merge_split_bodies(tree: HtmlElement) -> None:
    """Join containers of article text that advertising split, in place: trafilatura reads only the first.

    They are of one tag and class, in one `<article>` or `<main>`, hold paragraphs, and no headline stands in or between them. Many of them
    are not a split text but its paragraphs, or the entries of a live blog.
    """
    groups: dict[tuple[object, str, HtmlElement | None], list[HtmlElement]] = {}
    for element in tree.iter("div", "section"):
        names = element.get("class")
        if names and is_body_class(names[:500]):
            frame = next(element.iterancestors("article", "main"), None)
            groups.setdefault((element.tag, " ".join(names.split()), frame), []).append(element)
    for first, *others in groups.values():
        if not 1 <= len(others) < CONFIG.max_split or _HEADLINES_BEFORE(others[-1]) != _HEADLINES_BEFORE(first):
            continue
        if any(next(element.iter("h1"), None) is not None for element in (first, *others)):
            continue
        for element in others:
            nested = any(ancestor is first or ancestor in others for ancestor in element.iterancestors())
            if not nested and _paragraph_chars(element) >= CONFIG.split_chars:
                for child in list(element):
                    first.append(child)

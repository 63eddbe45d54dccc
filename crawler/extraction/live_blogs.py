"""Recognise a live blog, and take it apart before the text is taken out.

Its entries are often articles of the markup, of which an extractor believes the first, and each has a time that is no text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nlargest
from urllib.parse import unquote, urlsplit

from lxml.html import HtmlElement

from crawler.extraction.strings import clean_block, clean_line
from crawler.extraction.structured import Facts, node_types

__all__ = ["CONFIG", "LiveBlog", "LiveBlogConfig", "live_blog", "told_updates"]


@dataclass(frozen=True, slots=True)
class LiveBlogConfig:
    """What makes a live blog. Sizes are characters.

    Entries are siblings with a time each and `entry_chars` of text; `declared_entries` are enough where the page calls itself live,
    `shape_entries` with subheadings where nothing does. A time is looked for `max_climb` elements below its entry, and only
    the `max_families` largest families are looked at.
    """

    entry_chars: int = 40
    declared_entries: int = 3
    shape_entries: int = 8
    max_climb: int = 6
    max_stamps: int = 3_000
    max_families: int = 30
    stamp_chars: int = 40
    label_chars: int = 60
    max_updates: int = 1_000


CONFIG = LiveBlogConfig()


@dataclass(frozen=True, slots=True)
class LiveBlog:
    """A page of many short entries; they are empty where none could be told apart."""

    entries: tuple[HtmlElement, ...]

    def unfold(self) -> None:
        """Make one article of the entries, in place, so that an extractor sees them all; their times go, they are no text."""
        if not self.entries:
            return
        for entry in self.entries:
            entry.tag = "div"
            for name in ("class", "id"):
                entry.attrib.pop(name, None)
            for stamp in [element for element in entry.iter("time", *_STAMPED) if _is_stamp(element)]:
                if stamp.getparent() is not None and stamp is not entry:
                    stamp.drop_tree()
        frame = _frame(self.entries)
        if frame.tag not in ("body", "html", "main") and next(frame.iterancestors("article"), None) is None:
            frame.tag = "article"
            frame.attrib.pop("class", None)


_LIVE_NAME = re.compile(
    r"live[-_]?(?:blog|ticker|updates?|coverage|entry|entries|feed|stream-post)|newsticker|lb-post|live__(?:post|entry)", re.IGNORECASE
)
_LIVE_SOURCE = ("iveblog", "iveBlog", "ive-blog", "ive-update")
_LIVE_STEP = re.compile(
    r"live[-_]?(?:blog|updates?|ticker|coverage|reporting|feed|news)?|(?:.+[-_])?live[-_]?(?:blog|updates?|ticker|coverage)(?:[-_].+)?|direct|en-direct"
    r"|canli(?:-(?:anlatim|blog|takip|gelismeler))?|مباشر|تغطية-مباشرة"
)
_LIVE_TITLE = re.compile(
    r"\blive[ -]?(?:blog|updates?|coverage|reporting|ticker)\b|\bas it happened\b|\bminute by minute\b|^live\b ?[:|–—-]"
    r"|[-–—|(\[] ?live\b[)\]]?$"
    r"|\ben direct\b|^direct ?[:.|–—-]|\[direct\]|\bminute par minute\b|\bnews-?ticker\b"
    r"|\bcanlı (?:anlatım|blog|takip|gelişmeler|güncelleme)|^canlı ?[:|–—-]|\b(?:dakika dakika|an be an|anbean)\b|\banlık gelişmeler"
    r"|لحظة بلحظة|(?:ال)?تغطية (?:ال)?(?:مباشرة|مستمرة|حية)|تحديثات (?:مباشرة|مستمرة|حية)|مدونة (?:مباشرة|حية)|^مباشر ?[:|.–—-]"
    r"|أولا بأول|دقيقة بدقيقة"
    r"|لحظه ?به ?لحظه|(?:پوشش|گزارش|وبلاگ) زنده|^زنده ?[:|–—-]|دقیقه به دقیقه"
    r"|עדכונים (?:שוטפים|חיים)|דיווחים שוטפים|דיווח שוטף|סיקור חי|בלוג חי|דקה (?:אחר|אחרי) דקה|רגע אחר רגע|^(?:לייב|בזמן אמת) ?[:|–—-]"
    r"|سات ?بە ?سات|ساتەوسات|ڕووماڵی ڕاستەوخۆ|^ڕاستەوخۆ ?[:|–—-]|چرکە بە چرکە|خولەک بە خولەک",
    re.IGNORECASE,
)
_LIVE_KINDS = re.compile(r"live[-_ ]?(?:blog|ticker|updates?|coverage)(?:posting)?", re.IGNORECASE)
_KIND_NAMES = (
    "og:type",
    "article:type",
    "page-type",
    "pagetype",
    "page_type",
    "content-type",
    "content_type",
    "contenttype",
    "template",
    "parsely-type",
)

_STAMPED = ("span", "div", "p", "strong", "b", "small", "h4", "h5", "a", "header")
_CLOCK = re.compile(r"\(?\[?\s*[\d٠-٩۰-۹]{1,2}\s*[:.h٫]\s*[\d٠-٩۰-۹]{2}\b")
_LETTERS = re.compile(r"[^\W\d_]")
_AROUND = re.compile(r"comment|respond|disqus|related|most-?read|latest|sidebar|teaser|carousel|yorum", re.IGNORECASE)


def live_blog(tree: HtmlElement, facts: Facts, source: str, title: str | None, url: str) -> LiveBlog | None:
    """Find out whether a page is a live blog.

    Args: the page before anything was taken out of it, not changed; its claims; its source; its headline; its address.
    Returns: the entries in their order; None for another kind of page.
    """
    declared = _calls_itself_live(facts)
    hinted = declared or _is_hinted(facts, title, url)
    timed = len(facts.times)
    named = timed >= CONFIG.declared_entries and any(name in source for name in _LIVE_SOURCE)
    if not hinted and not named and timed < CONFIG.shape_entries:
        return None
    entries = _entries(tree)
    enough = len(entries) >= CONFIG.declared_entries
    if declared or (hinted and enough):
        return LiveBlog(tuple(entries if enough else ()))
    if (
        enough
        and named
        and any(_LIVE_NAME.search(_names(element)) for entry in entries[:3] for element in (entry, *list(entry.iterancestors())[:3]))
    ):
        return LiveBlog(tuple(entries))
    headed = sum(any(_is_heading(element) for element in entry.iter("h2", "h3", "h4")) for entry in entries)
    clocks = sum(any(_CLOCK.match(_line(element)) for element in entry.iter("time")) for entry in entries)
    if len(entries) >= CONFIG.shape_entries and 2 * headed >= len(entries) and 2 * clocks >= len(entries):
        return LiveBlog(tuple(entries))
    return None


def told_updates(facts: Facts) -> str:
    """Return the entries of a live blog as its JSON-LD tells them: headline and text of each, in its order. Empty when it tells none."""
    lines: list[str] = []
    for node in facts.nodes:
        updates = node.get("liveBlogUpdate")
        for update in (updates if isinstance(updates, list) else [updates])[: CONFIG.max_updates]:
            if isinstance(update, dict):
                body = update.get("articleBody")
                head = clean_line(update.get("headline"))
                paragraphs = [clean_line(line, 20_000) for line in body.split("\n")] if isinstance(body, str) else []
                repeated = head is not None and any(paragraph and paragraph.startswith(head) for paragraph in paragraphs[:1])
                lines += [line for line in (None if repeated else head, *paragraphs) if line]
        if lines:
            break
    return clean_block("\n\n".join(lines))


def _calls_itself_live(facts: Facts) -> bool:
    """Say whether the machine-readable part of a page calls it a live blog."""
    if "liveblogposting" in node_types(facts.article) or any("liveBlogUpdate" in node for node in facts.nodes):
        return True
    return any(_LIVE_KINDS.fullmatch(value) for name in _KIND_NAMES for value in facts.meta.get(name, ()))


def _is_hinted(facts: Facts, title: str | None, url: str) -> bool:
    """Say whether headline or address call a page live."""
    lines = (title, facts.first_meta("og:title"), facts.title_tag, *facts.headings[:1])
    if any(_LIVE_TITLE.search(line.replace("İ", "i").replace("\u200c", " ")) for line in lines if line):
        return True
    return any(_LIVE_STEP.fullmatch(step) for step in unquote(urlsplit(url).path).lower()[:2_000].split("/"))


def _names(element: HtmlElement) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''}"[:500]


def _line(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())


def _is_heading(element: HtmlElement) -> bool:
    """Say whether a heading leads nowhere else, as the headline of a teaser does."""
    links = [link for link in element.iter("a") if not (link.get("href") or "").startswith("#")]
    return not links and not any(parent.tag == "a" for parent in list(element.iterancestors())[:3])


def _is_stamp(element: HtmlElement) -> bool:
    """Say whether an element says nothing but a time."""
    if len(element) > 4:
        return False
    if element.tag == "time":
        return len(_line(element)) <= CONFIG.label_chars
    text = element.text
    if not (text and text.strip()) and (len(element) != 1 or len(element[0])):
        return False
    line = _line(element)
    return len(line) <= CONFIG.stamp_chars and _CLOCK.match(line) is not None and len(_LETTERS.findall(line)) <= CONFIG.stamp_chars // 2


def _entries(tree: HtmlElement) -> list[HtmlElement]:
    """Find the largest family of siblings that have a time and a text each, and its cousins: the entries of other days or pages.

    A time belongs to the entry whose text it heads, so families are looked for from each time outward.
    """
    families: dict[HtmlElement, dict[HtmlElement, None]] = {}
    stamps = 0
    for element in tree.iter("time", *_STAMPED):
        if not _is_stamp(element):
            continue
        stamps += 1
        if stamps > CONFIG.max_stamps:
            break
        child = element
        for _ in range(CONFIG.max_climb):
            parent = child.getparent()
            if parent is None or child.tag == "body":
                break
            families.setdefault(parent, {})[child] = None
            child = parent
    best: list[HtmlElement] = []
    for children in nlargest(CONFIG.max_families, families.values(), key=len):
        if len(children) > len(best):
            found = [child for child in children if _is_entry(child)]
            best = found if len(found) > len(best) else best
    if not best:
        return []
    kin = {(child.tag, child.get("class")) for child in best}
    depth = sum(1 for _ in best[0].iterancestors())
    cousins = {
        child
        for children in families.values()
        for child in children
        if child.get("class")
        and (child.tag, child.get("class")) in kin
        and sum(1 for _ in child.iterancestors()) == depth
        and _is_entry(child)
    }
    together = cousins | set(best)
    return [element for element in tree.iter(*{str(child.tag) for child in together}) if element in together]


def _is_entry(element: HtmlElement) -> bool:
    """Say whether an element holds enough text of its own beside its time, and is neither a comment nor a teaser."""
    if element.tag in ("html", "body", "head", "main", "nav", "footer", "aside", "a") or _AROUND.search(_names(element)):
        return False
    linked = sum(len(link.text_content()) for link in element.iter("a"))
    chars = len(_line(element))
    if chars < CONFIG.entry_chars + CONFIG.stamp_chars // 2 or 2 * linked > chars:
        return False
    return not any(
        _AROUND.search(_names(outer)) or outer.tag in ("aside", "nav", "footer")
        for outer in list(element.iterancestors())[: CONFIG.max_climb]
    )


def _frame(entries: Sequence[HtmlElement]) -> HtmlElement:
    """Return the element around all entries, with the headline where it stands near them."""
    around = list(entries[0].iterancestors())
    for entry in entries[1:]:
        others = set(entry.iterancestors())
        around = [element for element in around if element in others]
    for element in around[:3]:
        if element.tag not in ("body", "html") and next(element.iter("h1"), None) is not None:
            return element
    return around[0]

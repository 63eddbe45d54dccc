"""Read the dates that a reader sees around the headline: in the byline, in the dateline above it, told apart by the words before them.

Only the surroundings of the headline are walked, so the cost does not grow with the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import islice
from typing import cast

from lxml.etree import XPath
from lxml.html import HtmlElement

from crawler.extraction.relative_dates import read_relative
from crawler.extraction.strings import comparable
from crawler.extraction.structured import Facts
from crawler.written_dates.instants import Instant, Label, find_instants, find_label


@dataclass(frozen=True, slots=True)
class VisibleConfig:
    """How far around the headline is looked.

    Bylines stand within some thirty pieces of text after the headline, with share buttons between; a date before it counts when it is right
    above, for further up stands the date of today. After three pieces of `long_characters` the article itself has begun, where dates are
    those of events.
    """

    pieces_after: int = 45
    pieces_before: int = 5
    max_characters: int = 110
    beside_characters: int = 20
    long_characters: int = 160
    long_pieces: int = 3
    max_elements: int = 400
    short_headline: int = 12


CONFIG = VisibleConfig()


@dataclass(frozen=True, slots=True)
class VisibleDate:
    """A date that the page shows; `label` is what the page calls it, None when nothing is said.

    `above`: it stands before the headline; `relative`: it is told from the time of fetching.
    """

    instant: Instant
    label: Label | None
    above: bool
    relative: bool = False


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    label: Label | None


_HEADINGS = XPath("(//h1)[position() <= 20]")
_OTHER_HEADINGS = XPath(
    "(//h2 | //*[@itemprop='headline'] | //*[contains(@class, 'title') or contains(@class, 'headline')])[position() <= 60]"
)
_SILENT = frozenset(
    {"script", "style", "noscript", "template", "svg", "select", "option", "textarea", "button", "iframe", "form", "blockquote"}
)
_ELSEWHERE = re.compile(
    r"comment|related|tweet|embed|teaser|sidebar|widget|footer|most-|latest|recommend|promo|ticker|weather|prayer|breadcrumb|breaking|copyright|read-?more"
)
_MODIFIED_MARK = re.compile(r"modif|updat|revis|aktualis|güncel|guncel")
_PUBLISHED_MARK = re.compile(r"publi(?!sher)|pubdate|posted|created")
_IN_LIST = re.compile(r":$|^\d+$")  # number, section and reporter of an article, one below the other: the date is among them
_HAS_WORD = re.compile(r"\w")
_HAS_DATE = re.compile(r"\d.*\d", re.DOTALL)


def visible_dates(tree: HtmlElement, facts: Facts, zone: tzinfo | None, language: str | None, now: datetime) -> list[VisibleDate]:
    """Find the dates shown around the headline, the nearest first, those below it before those above it.

    `zone` and `language` decide what is not written; a date more than 48 hours after `now` is none.
    """
    headline = _headline(tree, facts)
    if headline is None:
        return []
    found: list[VisibleDate] = []
    for above, pieces in ((False, _below(headline)), (True, _above(headline))):
        for instant, label in _in_pieces(pieces, zone, language, now):
            found.append(VisibleDate(instant, label, above))
        found += _told_from_now(pieces, above=above, zone=zone, now=now)
    return found


def _told_from_now(pieces: list[_Piece], *, above: bool, zone: tzinfo | None, now: datetime) -> Iterator[VisibleDate]:
    """Give the first date that is told from now, and the first of an edit; those after them are of other articles."""
    seen: set[Label | None] = set()
    for number, piece in enumerate(pieces):
        if instant := read_relative(piece.text, now, zone):
            label = find_label(piece.text) or _label_before(pieces, number) or piece.label
            kind: Label | None = "updated" if label == "updated" else None
            if kind not in seen and not above:
                yield VisibleDate(instant, label, above, relative=True)
            seen.add(kind)


def _headline(tree: HtmlElement, facts: Facts) -> HtmlElement | None:
    """Return the element that shows the headline: the h1 that says what the head says, else the first."""
    wordings = [line for line in (comparable(facts.first_meta("og:title") or ""), comparable(facts.title_tag or "")) if line]
    first: HtmlElement | None = None
    for path in (_HEADINGS, _OTHER_HEADINGS):
        for element in cast("list[HtmlElement]", path(tree)):
            text = comparable("".join(str(text) for text in islice(element.itertext(), 20))[:500])
            if len(text) > CONFIG.short_headline and any(text in line or line in text for line in wordings):
                return element
            if text and path is _HEADINGS and first is None:
                first = element
    return first


def _in_pieces(pieces: list[_Piece], zone: tzinfo | None, language: str | None, now: datetime) -> Iterator[tuple[Instant, Label | None]]:
    """Give the dates of pieces of text in document order; a label may stand in the piece before, a clock time in one beside."""
    for number, piece in enumerate(pieces):
        if not _HAS_DATE.search(piece.text):
            continue
        found = find_instants(piece.text, zone, language=language, now=now)
        for instant, label in found:
            if len(found) == 1 and not instant.zoned:
                instant = _completed(instant, pieces, number, zone, language, now)  # noqa: PLW2901 - the same date, more exact
            yield instant, label or _label_before(pieces, number) or piece.label


def _label_before(pieces: list[_Piece], number: int) -> Label | None:
    """Return what the pieces right before one call it; a date between ends that."""
    for piece in reversed(pieces[max(number - 2, 0) : number]):
        if _HAS_DATE.search(piece.text):
            return None
        if label := find_label(piece.text):
            return label
    return None


def _completed(day: Instant, pieces: list[_Piece], number: int, zone: tzinfo | None, language: str | None, now: datetime) -> Instant:
    """Give a date the clock time or the zone that stands alone in the short piece after or before it."""
    here = pieces[number].text
    beside = [(here, piece.text) for piece in pieces[number + 1 : number + 2]]
    beside += [(piece.text, here) for piece in pieces[max(number - 1, 0) : number]]
    for texts in beside:
        if min(len(text) for text in texts) > CONFIG.beside_characters:
            continue
        joined = find_instants(" ".join(texts), zone, language=language, now=now)
        if len(joined) == 1 and _day_of(joined[0].instant) == _day_of(day):
            more = joined[0].instant
            if (day.day_only and not more.day_only) or (more.zoned and more.wall == day.wall):
                return more
    return day


def _day_of(instant: Instant) -> object:
    return instant.wall.date() if instant.wall else None


def _below(headline: HtmlElement) -> list[_Piece]:
    """Collect the short pieces of text after the headline, as far as the text of the article."""
    pieces: list[_Piece] = []
    long = 0
    for piece in _following(headline):
        if len(piece.text) <= CONFIG.max_characters:
            pieces.append(piece)
        elif len(piece.text) > CONFIG.long_characters:
            long += 1
        if len(pieces) >= CONFIG.pieces_after or long >= CONFIG.long_pieces:
            break
    return pieces


def _above(headline: HtmlElement) -> list[_Piece]:
    """Collect the short pieces of text right above the headline, in document order."""
    pieces: list[_Piece] = []
    counted = 0
    for piece in _preceding(headline):
        if len(piece.text) <= CONFIG.max_characters and _HAS_WORD.search(piece.text):
            pieces.append(piece)
            counted += not _IN_LIST.search(piece.text)
        if counted >= CONFIG.pieces_before or len(pieces) >= 3 * CONFIG.pieces_before:
            break
    return pieces[::-1]


def _following(element: HtmlElement) -> Iterator[_Piece]:
    """Walk the text after an element in document order; other places of the page and what is not shown are passed by."""
    left = CONFIG.max_elements
    at: HtmlElement | None = element
    inside = False
    while at is not None and left > 0:
        left -= 1
        if inside and (piece := _piece(at.text, at)):
            yield piece
        child = at[0] if inside and len(at) else None
        if child is None:
            # climb until there is a next sibling; the tail of what is left is text too
            while at is not None:
                if piece := _piece(at.tail, at.getparent()):
                    yield piece
                following = at.getnext()
                if following is not None:
                    at = following
                    break
                at = at.getparent()
        else:
            at = child
        if at is not None:
            inside = not _is_passed_by(at)


def _preceding(element: HtmlElement) -> Iterator[_Piece]:
    """Walk the text before an element backwards."""
    left = CONFIG.max_elements
    at: HtmlElement | None = element
    while at is not None and left > 0:
        left -= 1
        before = at.getprevious()
        parent = at.getparent()
        if before is not None:
            if piece := _piece(before.tail, parent):
                yield piece
            if not _is_passed_by(before):
                yield from reversed(_inside(before)[-3 * CONFIG.pieces_before :])
            at = before
        else:
            if parent is not None and (piece := _piece(parent.text, parent)):
                yield piece
            at = parent


def _inside(element: HtmlElement) -> list[_Piece]:
    """Collect the pieces of one element, as many as could matter."""
    pieces: list[_Piece] = []
    for number, node in enumerate(element.iter()):
        if number > CONFIG.max_elements:
            break
        if isinstance(node.tag, str) and node.tag not in _SILENT and (piece := _piece(node.text, node)):
            pieces.append(piece)
        if node is not element and (piece := _piece(node.tail, node.getparent())):
            pieces.append(piece)
    return pieces


def _is_passed_by(element: HtmlElement) -> bool:
    if not isinstance(element.tag, str) or element.tag in _SILENT:
        return True
    return bool(_ELSEWHERE.search(f"{element.get('class') or ''} {element.get('id') or ''}".lower()[:300]))


def _piece(text: str | None, element: HtmlElement | None) -> _Piece | None:
    """Make a piece of a text and of what the markup around it calls it."""
    if not text or len(text) > 4 * CONFIG.long_characters:
        return _Piece(text, None) if text else None
    words = " ".join(text.split())
    if not words:
        return None
    label: Label | None = None
    around = element
    for _ in range(2):
        if around is None or label is not None:
            break
        marks = f"{around.get('class') or ''} {around.get('id') or ''} {around.get('itemprop') or ''}".lower()[:200]
        if _MODIFIED_MARK.search(marks):
            label = "updated"
        elif _PUBLISHED_MARK.search(marks):
            label = "published"
        around = around.getparent()
    return _Piece(words, label)

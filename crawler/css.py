"""Find the elements of a page that CSS selectors select: all selectors in one pass whose cost grows with the page and no faster.

Selectors come from a catalog, pages from anybody. XPath, to which selectors are usually translated, can take quadratic time on a page made
for it (`div p` in 1,000 nested divs), so selectors are read by cssselect and matched here: each is a row of steps, and a walk down the tree
carries one bit a step that says whether the row was matched up to there by an ancestor, the parent, or an earlier sibling.

Source: Selectors Level 3 and 4 (W3C), without what looks ahead or needs a browser (`:has`, `:hover`, `::before`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import cssselect
from cssselect import parser as tree_of
from lxml import etree
from lxml.html import HtmlElement

MAX_SELECTOR_CHARS = 300
MAX_STEPS = 16  # in one selector, all its alternatives together
MAX_ELEMENTS = 100_000  # of a page are looked at (about 1 s at worst); the longest of 240 news pages had 4,098

Test = Callable[["_Place"], bool]


class BadSelector(ValueError):
    """A selector that cannot be used; the text says why."""


class Found(NamedTuple):
    """An element, the selectors that select it, and those that select one of its ancestors: one bit for each selector, by its index."""

    element: HtmlElement
    selected: int
    around: int


@dataclass(slots=True)
class _Frame:
    """What is known at one level of the walk, in bits of steps: of the element itself and all above it, and of the children seen."""

    own: int
    within: int
    previous: int = 0
    earlier: int = 0
    children: int = 0
    by_tag: dict[str, int] | None = None


class _Place(NamedTuple):
    """An element as the tests see it: `number` and `number_of_tag` count from 1 among its siblings."""

    element: HtmlElement
    number: int
    number_of_tag: int


@dataclass(frozen=True, slots=True)
class _HasClass:
    """The one condition that is met often enough to be looked up: a class that the element must have."""

    name: str

    def __call__(self, place: _Place) -> bool:
        return self.name in (place.element.get("class") or "").split()


@dataclass(frozen=True, slots=True)
class Step:
    """One part of a selector between combinators: a tag (None: any) and what else must hold; `joint` binds it to the step before."""

    tag: str | None
    tests: tuple[Test, ...]
    joint: str = ""

    def matches(self, place: _Place) -> bool:
        """Say whether an element passes, wherever it stands."""
        return (self.tag is None or place.element.tag == self.tag) and all(test(place) for test in self.tests)


@lru_cache(maxsize=1024)
def parse_selector(selector: str) -> tuple[tuple[Step, ...], ...]:
    """Read a selector into rows of steps, one row for each alternative between commas.

    Raises: BadSelector, saying what is wrong with it.
    """
    if len(selector) > MAX_SELECTOR_CHARS:
        raise BadSelector(f"is longer than {MAX_SELECTOR_CHARS} characters")
    try:
        parsed = cssselect.parse(selector)
    except cssselect.SelectorError as error:
        raise BadSelector(f"is no CSS selector: {' '.join(str(error).split())}") from error
    rows = []
    for alternative in parsed:
        if alternative.pseudo_element is not None:
            raise BadSelector("selects no element (a pseudo-element, '::'); an attribute is named by `attribute`")
        rows.append(_steps(alternative.parsed_tree))
    if sum(map(len, rows)) > MAX_STEPS:
        raise BadSelector(f"has more than {MAX_STEPS} steps")
    return tuple(rows)


def _steps(node: object) -> tuple[Step, ...]:
    """Lay out a parsed selector from left to right."""
    joints = [""]
    parts: list[object] = []
    while isinstance(node, tree_of.CombinedSelector):
        joints.insert(1, node.combinator)
        parts.insert(0, node.subselector)
        node = node.selector
    return tuple(_step(part, joint) for part, joint in zip([node, *parts], joints, strict=True))


def _step(node: object, joint: str) -> Step:
    """Read what stands between two combinators."""
    tests: list[Test] = []
    while not isinstance(node, tree_of.Element):
        test = _test(node)
        tests.insert(0, test)
        node = node.selector  # type: ignore[attr-defined]  # every kind that _test knows has one
    if node.namespace not in (None, "*"):
        raise BadSelector("names a namespace, and HTML has none")
    return Step(node.element.lower() if node.element and node.element != "*" else None, tuple(tests), joint)


def _test(node: object) -> Test:
    """Make the test of one condition. Raises: BadSelector for those that are not supported."""
    match node:
        case tree_of.Class():
            return _HasClass(node.class_name)
        case tree_of.Hash():
            return lambda place, name=node.id: place.element.get("id") == name  # type: ignore[misc]
        case tree_of.Attrib():
            return _attribute_test(node)
        case tree_of.Negation() if not isinstance(node.subselector, tree_of.CombinedSelector):
            denied = _step(node.subselector, "")
            return lambda place: not denied.matches(place)
        case tree_of.Matching():
            allowed = [_step(one, "") for one in node.selector_list]
            return lambda place: any(step.matches(place) for step in allowed)
        case tree_of.Pseudo() if node.ident in _POSITIONS:
            return _POSITIONS[node.ident]
        case tree_of.Function() if node.name in ("nth-child", "nth-of-type"):
            return _counting_test(node)
    unknown = {tree_of.Relation: "has", tree_of.Negation: "not with a selector of several steps", tree_of.SpecificityAdjustment: "where"}
    name = getattr(node, "ident", None) or getattr(node, "name", None) or unknown[type(node)]
    raise BadSelector(f"uses :{name}, which is not supported (supported: {SUPPORTED})")


_POSITIONS: dict[str, Test] = {
    "first-child": lambda place: place.number == 1,
    "last-child": lambda place: place.element.getnext() is None,
    "only-child": lambda place: place.number == 1 and place.element.getnext() is None,
    "first-of-type": lambda place: place.number_of_tag == 1,
}
SUPPORTED = (
    "tags, .class, #id, [attribute], the four combinators, :not, :is, :first-child, :last-child, :only-child, :nth-child, :first-of-type, "
    ":nth-of-type"
)


def _counting_test(node: tree_of.Function) -> Test:
    """Make the test of `:nth-child(an+b)`."""
    try:
        every, first = tree_of.parse_series(node.arguments)
    except ValueError as error:
        raise BadSelector(f"is no CSS selector: :{node.name} wants a number, odd, even or an+b") from error
    of_type = node.name == "nth-of-type"

    def counts(place: _Place) -> bool:
        ahead = (place.number_of_tag if of_type else place.number) - first
        return ahead == 0 if every == 0 else ahead % every == 0 and ahead // every >= 0

    return counts


def _attribute_test(node: tree_of.Attrib) -> Test:
    """Make the test of `[name operator 'value' i]`."""
    if node.namespace not in (None, "*"):
        raise BadSelector("names a namespace, and HTML has none")
    name, folds = node.attrib.lower(), (node.flag or "") == "i"
    wanted = node.value.value or "" if node.value is not None else ""
    wanted = wanted.casefold() if folds else wanted
    compare = _COMPARISONS.get(node.operator)
    if compare is None:
        raise BadSelector(f"compares an attribute by {node.operator}, which CSS does not know")

    def holds(place: _Place) -> bool:
        value = place.element.get(name)
        return value is not None and compare(value.casefold() if folds else value, wanted)

    return holds


_COMPARISONS: dict[str, Callable[[str, str], bool]] = {
    "exists": lambda _value, _wanted: True,
    "=": lambda value, wanted: value == wanted,
    "~=": lambda value, wanted: bool(wanted) and wanted in value.split(),
    "|=": lambda value, wanted: value == wanted or value.startswith(f"{wanted}-"),
    "^=": lambda value, wanted: bool(wanted) and value.startswith(wanted),
    "$=": lambda value, wanted: bool(wanted) and value.endswith(wanted),
    "*=": lambda value, wanted: bool(wanted) and wanted in value,
}


class Finder:
    """Several selectors made ready to be looked for together; it may be used for any number of pages."""

    def __init__(self, selectors: Sequence[str], closed: Sequence[int] = ()) -> None:
        """Lay the steps of all selectors side by side, one bit for each.

        `closed` are the indexes of selectors into whose elements the walk does not go. Raises: BadSelector.
        """
        self._steps: list[Step] = []
        self._joined = dict.fromkeys(("", " ", ">", "+", "~"), 0)
        self._ends: list[tuple[int, int]] = []
        self._closed = 0
        self._counts_tags = any("of-type" in selector.lower() for selector in selectors)
        for index, selector in enumerate(selectors):
            for row in parse_selector(selector):
                for step in row:
                    self._joined[step.joint] |= 1 << len(self._steps)
                    self._steps.append(step)
                self._ends.append((1 << (len(self._steps) - 1), 1 << index))
        for index in closed:
            self._closed |= 1 << index
        self._of_tag = {str(step.tag): 0 for step in self._steps}
        for tag in self._of_tag:
            self._of_tag[tag] = self._bits(lambda step, tag=tag: step.tag in (None, tag))  # type: ignore[misc]
        self._of_any = self._bits(lambda step: step.tag is None)
        self._without_class = self._bits(lambda step: not any(isinstance(test, _HasClass) for test in step.tests))

    def _bits(self, holds: Callable[[Step], bool]) -> int:
        return sum(1 << bit for bit, step in enumerate(self._steps) if holds(step))

    def walk(self, tree: HtmlElement) -> Iterator[Found]:
        """Give every element that is selected, in the order of the page. The tree must not change meanwhile."""
        walk = etree.iterwalk(tree, events=("start", "end"))
        frames = [_Frame(0, 0)]
        of_classes: dict[str, int] = {}
        left = MAX_ELEMENTS
        for event, element in walk:
            if event == "end":
                frames.pop()
                continue
            if not left:
                return
            left -= 1
            above = frames[-1]
            above.children += 1
            own = self._matched(element, above, of_classes)
            selected = self._selectors(own) if own else 0
            if selected:
                yield Found(element, selected, self._selectors(above.within))
            frames.append(_Frame(own, above.within | own))
            if selected & self._closed:
                walk.skip_subtree()

    def _matched(self, element: HtmlElement, above: _Frame, of_classes: dict[str, int]) -> int:
        """Return the bits of the steps that an element takes, and note it among its siblings."""
        tag, names, joined = element.tag, element.get("class"), self._joined
        if self._counts_tags:
            by_tag = above.by_tag = above.by_tag or {}
            by_tag[tag] = by_tag.get(tag, 0) + 1
        steps = self._of_tag.get(tag, self._of_any)
        if not names:
            steps &= self._without_class
        else:
            allowed = of_classes.get(names)
            if allowed is None:
                allowed = of_classes[names] = self._allowed_by(names)
            steps &= allowed
        if steps:
            steps &= (
                joined[""]
                | (joined[" "] & above.within << 1)
                | (joined[">"] & above.own << 1)
                | (joined["+"] & above.previous << 1)
                | (joined["~"] & above.earlier << 1)
            )
        own = 0
        if steps:
            place = _Place(element, above.children, above.by_tag[tag] if above.by_tag else 0)
            while steps:
                bit = steps & -steps
                if self._steps[bit.bit_length() - 1].matches(place):
                    own |= bit
                steps ^= bit
        above.previous = own
        above.earlier |= own
        return own

    def _allowed_by(self, names: str) -> int:
        """Return the bits of the steps that want no class but those in an attribute."""
        words = frozenset(names.split())
        return self._bits(lambda step: all(test.name in words for test in step.tests if isinstance(test, _HasClass)))

    def _selectors(self, steps: int) -> int:
        """Turn bits of steps into bits of the selectors that end in them."""
        return sum({selector for end, selector in self._ends if steps & end}) if steps else 0

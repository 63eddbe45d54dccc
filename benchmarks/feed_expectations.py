"""Read what the authors of feed parsers expect of their own test feeds, as values to compare with: nothing of theirs is executed.

Four layouts are known, each that of a source distribution: feedparser (`Expect:` in a comment of each feed), podcastparser (a `.json`
beside each `.rss`), rss-parser (`expect.json` or `result.json` beside `data.xml`) and reader (a `.py` beside each feed, read as a syntax
tree).
"""

from __future__ import annotations

import ast
import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

SITE = "http://127.0.0.1:8097/"  # where feedparser's tests stand when they are served
_HEADER = re.compile(rb"^Header:\s*([\w-]+):\s*(.*?)\s*$", re.MULTILINE | re.IGNORECASE)
_EXPECT = re.compile(rb"Description:\s*(.*?)\s*Expect:\s*(.*)\s*-->")
_CODEC_NEEDED = re.compile(rb"SkipUnless:\s*__import__\('codecs'\)\.lookup\('([\w-]+)'\)")
_MARKS = (
    (b"\x4c\x6f\xa7\x94", "cp037"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\x00\x3c", "utf-32-be"),
    (b"\x3c\x00\x00\x00", "utf-32-le"),
    (b"\xfe\xff", "utf-16-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\x00\x3c\x00\x3f", "utf-16-be"),
    (b"\x3c\x00\x3f\x00", "utf-16-le"),
)


@dataclass(frozen=True)
class Check:
    """One expectation: the field of the feed (`index` None) or of an item, and the values of which one is right; none: not understood."""

    field: str
    index: int | None = None
    expected: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Case:
    """One feed with what its authors expect; `skip` says why they would not run it here."""

    collection: str
    name: str
    body: bytes
    url: str
    content_type: str = ""
    checks: tuple[Check, ...] = ()
    skip: str = ""
    headers: dict[str, str] = field(default_factory=dict)


def load_cases(directory: Path) -> Iterator[Case]:
    """Find all that is understood below a directory, in the order of the paths."""
    for path in sorted(directory.rglob("*")):
        if not path.is_file():
            continue
        if path.suffix == ".xml" and {"wellformed", "illformed", "encoding", "entities"} & set(path.parts):
            if case := _feedparser_case(path, directory):
                yield case
        elif path.name in {"expect.json", "result.json"} and (feed := path.with_name("data.xml")).exists():
            yield _case("rss-parser", feed, directory, tuple(_rss_parser_checks(json.loads(path.read_bytes()))))
        elif path.suffix == ".json" and (feed := path.with_suffix(".rss")).exists() and not path.with_suffix(".rss.py").exists():
            yield _case("podcastparser", feed, directory, tuple(_podcast_checks(json.loads(path.read_bytes()), feed)))
        elif path.suffix == ".py" and (feed := path.with_suffix("")).suffix in {".rss", ".atom", ".json"} and feed.exists():
            yield _case("reader", feed, directory, tuple(_reader_checks(ast.parse(path.read_bytes()), feed)))


def _case(collection: str, feed: Path, directory: Path, checks: tuple[Check, ...]) -> Case:
    return Case(collection, str(feed.relative_to(directory)), feed.read_bytes(), _address(feed), checks=checks)


def _address(feed: Path) -> str:
    return f"{SITE}tests/data/{feed.name}"


# feedparser


def _feedparser_case(path: Path, directory: Path) -> Case | None:
    body = path.read_bytes()
    text = next((body.decode(codec, "replace").encode() for mark, codec in _MARKS if body.startswith(mark)), body)
    found = _EXPECT.search(text)
    if found is None:
        return None
    headers = {name.decode().lower(): value.decode("latin-1") for name, value in _HEADER.findall(text)}
    tests = path.parts.index("tests") if "tests" in path.parts else 0
    url = headers.get("content-location") or SITE + "/".join(path.parts[tests:])
    expression = found[2].decode("utf-8", "replace").strip()
    needed = _CODEC_NEEDED.search(text)
    skip = "" if needed is None or _is_codec(needed[1].decode()) else f"Python has no codec {needed[1].decode()}"
    checks = tuple(_checks(expression))
    name = str(path.relative_to(directory))
    return Case("feedparser", name, body, url, headers.get("content-type", ""), checks, skip, headers)


def _is_codec(name: str) -> bool:
    try:
        codecs.lookup(name)
    except LookupError:
        return False
    return True


def _checks(expression: str) -> Iterator[Check]:
    try:
        tree = ast.parse(expression, mode="eval").body
    except SyntaxError:
        yield Check("(an expression of Python 2)")
        return
    parts = tree.values if isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.And) else [tree]
    for part in parts:
        yield from _conjunct(part)


def _conjunct(node: ast.expr) -> Iterator[Check]:
    """Turn one condition into checks of equality."""
    is_sound = isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not) and _dotted(node.operand) == ["bozo"]
    if is_sound or isinstance(node, ast.Constant):  # '1': it is enough that it can be read
        yield Check("bozo", None, (False,))
    elif isinstance(node, ast.Name):
        yield Check(node.id, None, (True,) if node.id == "bozo" else ())
    elif isinstance(node, ast.BoolOp):  # one or the other
        either = [check for value in node.values for check in _conjunct(value)]
        yield Check(either[0].field, either[0].index, tuple(value for check in either for value in check.expected))
    elif isinstance(node, ast.Compare) and all(isinstance(operator, ast.Eq) for operator in node.ops):
        yield from _comparison([node.left, *node.comparators])
    else:
        yield Check(_field_within(node))


def _comparison(sides: list[ast.expr]) -> Iterator[Check]:
    try:
        expected = ast.literal_eval(sides[-1])
    except ValueError:
        yield Check(_field_within(sides[0]))
        return
    for side in sides[:-1]:
        value, place = expected, side
        if isinstance(side, ast.Call) and isinstance(side.func, ast.Name) and side.func.id in {"ord", "len"}:
            place = side.args[0]
            if side.func.id == "len":
                yield Check("count", None, (expected,)) if _dotted(place) == ["entries"] else Check(_field_within(place))
                continue
            value = chr(expected)
        path = _dotted(place)
        if not path:
            yield Check(_field_within(side))
        elif path[0] == "entries" and len(path) > 2 and isinstance(path[1], int):
            yield Check(".".join(map(str, path[2:])), path[1], (value,))
        else:
            yield Check(".".join(map(str, path)), None, (value,))


def _dotted(node: ast.expr) -> list[str | int]:
    """Return the steps of `entries[0]['content'].value`; nothing for any other expression."""
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Attribute) and (path := _dotted(node.value)):
        return [*path, node.attr]
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str | int):
        return [*path, node.slice.value] if (path := _dotted(node.value)) else []
    return []


def _field_within(node: ast.expr) -> str:
    """Name the first field that an expression speaks of."""
    paths = [path for inner in ast.walk(node) if isinstance(inner, ast.expr) and (path := _dotted(inner))]
    longest = max(paths, key=len, default=["(nothing)"])
    return ".".join(str(step) for step in longest if isinstance(step, str) and step != "entries") or "entries"


# the others


def _podcast_checks(data: dict[str, Any], feed: Path) -> Iterator[Check]:
    def address(value: str) -> str:
        return value.replace("file://tests/data/", SITE + "tests/data/")

    if data.get("title") and data["title"] != feed.stem:  # its name where it has none
        yield Check("feed.title", None, (data["title"],))
    if feed.read_bytes().count(b"<item") + feed.read_bytes().count(b"<entry") != len(data.get("episodes", ())):
        yield Check("count (of podcasts: what has no enclosure is left out)")
        return
    episodes = data.get("episodes", ())
    for index, episode in enumerate(reversed(episodes) if data.get("type") == "serial" else episodes):
        if (episode.get("link") or "").startswith("http"):
            yield Check("link", index, (address(episode["link"]),))
        if episode.get("published"):
            yield Check("published_parsed", index, (datetime.fromtimestamp(episode["published"], UTC),))
        if episode.get("title"):
            yield Check("title", index, (episode["title"],))


def _rss_parser_checks(data: dict[str, Any]) -> Iterator[Check]:
    if "first_item_title" in data:  # expect.json
        yield Check("feed.title", None, (data["title"],))
        yield Check("count", None, (data["items"],))
        yield Check("title", 0, (data["first_item_title"],))
        return
    place = data.get("channel") or data.get("feed") or data
    place = place.get("content", place)
    items = data.get("item") or place.get("item") or place.get("items") or place.get("entry") or place.get("entries") or []
    yield Check("feed.title", None, (_content(place.get("title")),))
    yield Check("count", None, (len(items),))
    for index, item in enumerate(items):
        fields = item.get("content", item)
        for name, kept in (("title", "title"), ("link", "link"), ("pubDate", "published"), ("description", "summary")):
            value = _content(fields.get(name))
            if isinstance(value, str) and value.strip():
                yield Check("published_parsed", index, (_instant(value),)) if kept == "published" else Check(kept, index, (value,))


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _content(value: object) -> object:
    """Unwrap `{"content": …, "attributes": …}` and lists of it."""
    while isinstance(value, list | dict):
        value = (value[0] if value else None) if isinstance(value, list) else value.get("content")
    return value


def _reader_checks(tree: ast.Module, feed: Path) -> Iterator[Check]:
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    for call in calls:
        if isinstance(call.func, ast.Name) and call.func.id == "FeedData":
            fields = _keywords(call)
            yield Check("version", None, (fields.get("version"),)) if fields.get("version") else Check("bozo", None, (False,))
            if isinstance(fields.get("title"), str):
                yield Check("feed.title", None, (fields["title"],))
    entries = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "EntryData"]
    body = feed.read_bytes()
    if feed.suffix != ".json" and body.count(b"<item") + body.count(b"<entry") != len(entries):
        yield Check("count (of reader: what has no id is left out)")
        return
    for index, call in enumerate(entries):
        fields = _keywords(call)
        for name, kept in (
            ("title", "title"),
            ("link", "link"),
            ("published", "published_parsed"),
            ("updated", "updated_parsed"),
            ("summary", "summary"),
        ):
            if isinstance(fields.get(name), str | datetime):
                yield Check(kept, index, (fields[name],))


def _keywords(call: ast.Call) -> dict[str, Any]:
    return {keyword.arg: _value(keyword.value) for keyword in call.keywords if keyword.arg}


def _value(node: ast.expr) -> str | datetime | None:
    """Read a string, an f-string over the bases of addresses, or a UTC datetime; anything else is nothing."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else f"{SITE}tests/data/" for part in node.values)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "datetime":
        numbers = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
        return datetime(*numbers, tzinfo=UTC)  # type: ignore[arg-type,misc]
    return None

"""Read YAML so that whatever is wrong in it can be said with file, line and field."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from crawler.errors import CatalogError

#: The way to a value: names of fields and numbers of list items.
Location = tuple[int | str, ...]

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml where it is there: ten times faster


def read_text(path: Path, *, max_bytes: int, kind: str) -> str:
    """Read a file of at most `max_bytes`; `kind` says what it should be, for the message.

    Raises: CatalogError naming the file.
    """
    try:
        if path.stat().st_size > max_bytes:
            raise CatalogError(f"{path}: larger than {max_bytes // 1024} KiB, so it is no {kind} file")
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise CatalogError(f"{path}: not UTF-8 ({error.reason} at byte {error.start})") from error
    except OSError as error:
        raise CatalogError(f"{path}: {os.strerror(error.errno or 0)}") from error


def parse_located(path: Path, text: str, root: type[yaml.Node], shape: str, kind: str) -> tuple[Any, dict[Location, int]]:
    """Read YAML into plain data and the line on which each value stands (1-based), refusing aliases and repeated keys.

    Args: the file's name and text; the node that it must be as a whole, and words for it ('a mapping of fields'); what kind of file it is.
    Raises: CatalogError, one line: `file:line: field: what is wrong`.
    """
    lines: dict[Location, int] = {}
    try:
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            if not isinstance(node, root):
                raise CatalogError(f"{path}:1: a {kind} file is {shape}")
            _note_lines(path, node, (), lines, set(), kind)
            return loader.construct_document(node), lines
        finally:
            loader.dispose()
    except yaml.YAMLError as error:
        raise broken(path, error) from error


def broken(path: Path, error: yaml.YAMLError) -> CatalogError:
    """Say in one line that a file is not YAML, and where."""
    if isinstance(error, yaml.MarkedYAMLError):
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        return CatalogError(f"{path}:{line}: broken YAML: {error.problem or 'cannot be read'}")
    return CatalogError(f"{path}: broken YAML: {' '.join(str(error).split())}")


def _note_lines(path: Path, node: yaml.Node, location: Location, lines: dict[Location, int], seen: set[int], kind: str) -> None:
    if id(node) in seen:  # an alias is the same node again, and a few of them can stand for billions of values
        raise CatalogError(f"{path}:{_line(node)}: {dotted(location)}: YAML aliases are not used in {kind} files")
    seen.add(id(node))
    lines[location] = _line(node)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            place = (*location, key.value)
            if place in lines:
                raise CatalogError(f"{path}:{_line(key)}: {key.value}: stands twice (first on line {lines[place]})")
            _note_lines(path, value, place, lines, seen, kind)
            lines[place] = _line(key)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            _note_lines(path, item, (*location, index), lines, seen, kind)


def _line(node: yaml.Node) -> int:
    return node.start_mark.line + 1 if node.start_mark else 1


def dotted(location: Location) -> str:
    """Write the way to a value: `feeds.0.url`."""
    return ".".join(str(part) for part in location)


def explain(path: Path, error: ValidationError, lines: Mapping[Location, int], kind: str) -> str:
    """Put pydantic's first finding into one line, with the line number of the nearest thing that stands in the file."""
    findings = error.errors(include_url=False)
    first = findings[0]
    place: Location = first["loc"]
    known = place
    while known and known not in lines:
        known = known[:-1]
    wrong = first["type"]
    if wrong in {"extra_forbidden", "unexpected_keyword_argument"}:
        wrong, what = "extra", f"is not a field of {kind}"
    elif wrong in {"missing", "missing_argument"}:
        wrong, what = "missing", "is missing"
    else:
        what = first["msg"].removeprefix("Value error, ")
    field = dotted(place if wrong == "missing" else known)  # a lone value stands for a list of one, whose index nobody wrote
    value = first.get("input")
    shown = f" (found {value!r:.60})" if wrong not in {"missing", "extra"} and isinstance(value, str | int | float | bool) else ""
    more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
    return f"{path}:{lines.get(known, 1)}: {field + ': ' if field else ''}{what}{shown}{more}"

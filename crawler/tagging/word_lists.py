"""Read a file of word lists so that whatever is wrong in it can be said with file, line and field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from crawler.errors import CatalogError
from crawler.located_yaml import Location, dotted, parse_located, read_text
from crawler.tagging.phrases import Phrase, parse_phrase
from storage.textnorm import normalize

GAZETTEERS = Path(__file__).resolve().parent / "gazetteers"
_MAX_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class WordFile:
    """A file of word lists: its data, and the line on which each value stands."""

    path: Path
    data: dict[str, Any]
    lines: Mapping[Location, int]

    @classmethod
    def read(cls, path: Path) -> WordFile:
        """Read a file.

        Raises: CatalogError naming file and line when it is not a YAML mapping.
        """
        text = read_text(path, max_bytes=_MAX_BYTES, kind="word list")
        data, lines = parse_located(path, text, yaml.MappingNode, "a mapping of lists of words", "word list")
        return cls(path, data, lines)

    def fault(self, location: Location, what: str) -> CatalogError:
        """Say in one line what is wrong with the value at a location."""
        known = location
        while known and known not in self.lines:
            known = known[:-1]
        field = f"{dotted(location)}: " if location else ""
        return CatalogError(f"{self.path}:{self.lines.get(known, 1)}: {field}{what}")

    def mapping(self, *location: str) -> dict[str, Any]:
        """Return the mapping at a location.

        Raises: CatalogError when there is none.
        """
        value: dict[str, Any] = self.data
        for depth, key in enumerate(location):
            inner = value.get(key)
            if not isinstance(inner, dict):
                raise self.fault(location[: depth + 1], "must be a mapping")
            value = inner
        return value

    def words(self, *location: str) -> list[str]:
        """Return the list of words at a location.

        Raises: CatalogError when it is no list, or holds what YAML reads as something else than text, or what is no word.
        """
        value: Any = self.data
        for key in location:
            value = value.get(key) if isinstance(value, dict) else None
        if not isinstance(value, list):
            raise self.fault(location, "must be a list of words")
        for number, entry in enumerate(value):
            if not isinstance(entry, str):
                raise self.fault((*location, number), f"{entry!r} is not a word (quote what YAML reads as something else)")
            if not normalize(entry):
                raise self.fault((*location, number), f"{entry!r} holds no word")
        return value

    def phrases(self, location: tuple[str, ...], value: Any, *, bare: bool) -> Iterator[Phrase[Any]]:
        """Yield the phrases of the list at a location, each standing for `value`; raise as `words`."""
        for entry in self.words(*location):
            yield from parse_phrase(entry, value, bare=bare)

    def normalized(self, *location: str) -> frozenset[str]:
        """Return the words at a location, folded; raise as `words`."""
        return frozenset(map(normalize, self.words(*location)))

"""Load the actors: who may be named in an article, under which names, and who held which office when.

One YAML list a country in `gazetteers/actors/<cc>.yml`; `docs/adding-an-actor.md` explains the fields. Whatever is wrong is said with file,
line and field, and a gazetteer with a wrong file is not used at all: an actor who silently vanished would be a hole in the corpus.
"""

from __future__ import annotations

import gc
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, ClassVar

import yaml
from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from crawler.errors import CatalogError
from crawler.located_yaml import broken, explain, parse_located, read_text
from crawler.tagging.gazetteer import GAZETTEERS
from storage.textnorm import normalize

BUNDLED = GAZETTEERS / "actors"
CONTEXT_FILE = GAZETTEERS / "actor_context.yml"
#: What the gazetteer's version covers besides the actors: the words around names that decide about them.
CONTEXT_FILES = (CONTEXT_FILE, GAZETTEERS / "people.yml")
MAX_FILE_BYTES = 1024 * 1024
VERSION_DIGITS = 12
LANGUAGES = ("en", "fr", "ar", "fa", "he", "tr", "ckb", "kmr")

_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


class _AsWritten:
    """Of a loader of PyYAML's: leave every scalar the text that was written (NO is Norway, 2006-05 is a month) and ask for no types.

    `_plain` looks at no tags, and to work them out takes a third of the time of reading.
    """

    def resolve(self, _kind: type[yaml.Node], _value: str | None, _implicit: object) -> str:
        """Give every node the same tag."""
        return ""

    def descend_resolver(self, _parent: yaml.Node | None, _index: object) -> None:
        """Do not follow the path to a node: no type depends on it."""

    def ascend_resolver(self) -> None:
        """Do not follow it back."""


_Loader: Any = type("_Loader", (_AsWritten, getattr(yaml, "CBaseLoader", yaml.BaseLoader)), {})


#: `normalize`, which is asked for each name three times.
fold_name = lru_cache(maxsize=1 << 16)(normalize)


class ActorKind(StrEnum):
    """What an actor is."""

    PERSON = "person"
    PARTY = "party"
    ARMED_GROUP = "armed_group"
    ALLIANCE = "alliance"
    GOVERNMENT = "government"
    INSTITUTION = "institution"
    INTERNATIONAL = "international"


def _first_day(written: str) -> date:
    """Return the first day that a year, a month or a day stands for."""
    match = _DATE.fullmatch(written)
    if match is None:
        raise ValueError("is not a date: write 2006, 2006-05 or 2006-05-20")
    year, month, day = (int(part) if part else 1 for part in match.groups())
    return date(year, month, day)


def _last_day(written: str) -> date:
    """Return the last day that a year, a month or a day stands for."""
    first = _first_day(written)
    if len(written) == 4:
        return date(first.year, 12, 31)
    if len(written) == 7:
        return date.fromordinal(date(first.year + first.month // 12, first.month % 12 + 1, 1).toordinal() - 1)
    return first


def _dated(written: str) -> str:
    """Accept a year, a month or a day, ISO 8601."""
    try:
        _first_day(written)
    except ValueError as error:
        raise ValueError("is not a date: write 2006, 2006-05 or 2006-05-20") from error
    return written


def _language(code: str) -> str:
    """Accept a language in which names are listed."""
    if code not in LANGUAGES:
        raise ValueError(f"is not a language of the gazetteer ({' '.join(LANGUAGES)})")
    return code


IsoDate = Annotated[str, AfterValidator(_dated)]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Names = Mapping[Annotated[str, AfterValidator(_language)], tuple[Name, ...]]
_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class Office:
    """An office of a person: `start` and `end` are a year, a month or a day as far as it is known; without `end` it is still held."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    title: Name
    country: Country
    start: Annotated[IsoDate | None, Field(alias="from")] = None
    end: Annotated[IsoDate | None, Field(alias="to")] = None

    def __post_init__(self) -> None:
        """Refuse a term that ends before it begins."""
        if self.start and self.end and _first_day(self.start) > _last_day(self.end):
            raise ValueError(f"ends ({self.end}) before it begins ({self.start})")

    def held_on(self, day: date) -> bool:
        """Say whether it was held on a day, as far as is known: one whose begin is not known is never said to have been."""
        return self.start is not None and _first_day(self.start) <= day and (self.end is None or day <= _last_day(self.end))

    @property
    def term(self) -> str:
        """The term as people write it: '2006–2014', 'since 2006', or nothing."""
        if self.start is None:
            return f"until {self.end[:4]}" if self.end else ""
        return f"{self.start[:4]}–{self.end[:4]}" if self.end else f"since {self.start[:4]}"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody or something that acts: `names` are unmistakable by themselves, `short` ones are shared with others; both by language.

    `country` is ISO 3166-1 alpha-2, XX for what belongs to none. `wikidata` is there where it is certain.
    """

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
    kind: ActorKind
    country: Country
    names: Annotated[Names, Field(min_length=1)]
    short: Names = field(default_factory=dict)
    offices: tuple[Office, ...] = ()
    wikidata: Annotated[str | None, StringConstraints(pattern=r"^Q[1-9]\d*$")] = None
    born: IsoDate | None = None
    died: IsoDate | None = None

    def __post_init__(self) -> None:
        """Refuse offices of what is no person."""
        if self.offices and self.kind is not ActorKind.PERSON:
            raise ValueError(f"a {self.kind} holds no offices")

    @property
    def label(self) -> str:
        """The name to show: the first English one, or else the first there is."""
        return next(iter(self.names.get("en") or next(iter(self.names.values()))))

    def offices_on(self, day: date) -> tuple[Office, ...]:
        """Return the offices held on a day, in the order of the file."""
        return tuple(office for office in self.offices if office.held_on(day))

    def lived_on(self, day: date) -> bool:
        """Say whether the actor can have acted on a day: not before birth nor after death, as far as they are known."""
        return not (self.born and day < _first_day(self.born)) and not (self.died and day > _last_day(self.died))


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """All actors by id, and the version of the files that they come from."""

    actors: Mapping[str, Actor]
    version: str

    def __iter__(self) -> Iterator[Actor]:
        """Yield the actors by id."""
        return iter(self.actors.values())

    def __len__(self) -> int:
        """Count the actors."""
        return len(self.actors)


_ACTORS: TypeAdapter[tuple[Actor, ...]] = TypeAdapter(tuple[Actor, ...])


def load_actors(own: Path | str | None = None) -> Gazetteer:
    """Load the bundled actors, and those of a folder of one's own, which add to them or replace those of the same id.

    Each folder is read once a process. Returns the gazetteer, actors in the order of their ids.
    Raises: CatalogError naming file, line and field of the first fault.
    """
    return _load(Path(own) if own is not None else None)


@lru_cache(maxsize=4)
def _load(own: Path | None) -> Gazetteer:
    return read_folders([BUNDLED] if own is None else [BUNDLED, own])


@contextmanager
def collector_paused() -> Iterator[None]:
    """Keep Python from looking for garbage among a hundred thousand values that are all in use: that takes longer than reading them."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def read_folders(folders: Sequence[Path]) -> Gazetteer:
    """Read folders in their order, a later one replacing what an earlier one says.

    Raises: CatalogError naming file, line and field of the first fault.
    """
    with collector_paused():
        return _read_folders(folders)


def _read_folders(folders: Sequence[Path]) -> Gazetteer:
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in CONTEXT_FILES))
    actors: dict[str, Actor] = {}
    places: dict[str, tuple[Path, int]] = {}
    for folder in folders:
        taken: dict[str, Path] = {}
        for path in actor_files(folder):
            text = read_text(path, max_bytes=MAX_FILE_BYTES, kind="actor")
            digest.update(f"{path.name}\0{text}\0".encode())
            for index, actor in enumerate(_read(path, text)):
                if actor.id in taken:
                    raise _fault(path, index, "id", f"{actor.id!r} is taken by an actor of {taken[actor.id]}")
                taken[actor.id] = path
                actors[actor.id], places[actor.id] = actor, (path, index)
    _check_names(actors, places)
    return Gazetteer(dict(sorted(actors.items())), digest.hexdigest()[:VERSION_DIGITS])


def actor_files(folder: Path) -> list[Path]:
    """List the files of a folder, in the order of their names.

    Raises: CatalogError when there is none.
    """
    files = sorted(path for path in folder.glob("*") if path.suffix in {".yml", ".yaml"} and path.is_file())
    if not files:
        raise CatalogError(f"no actor file (*.yml) in {folder}")
    return files


def _read(path: Path, text: str) -> tuple[Actor, ...]:
    """Read one file; where its values stand is only worked out when one of them is wrong."""
    try:
        node = yaml.compose(text, _Loader)
        return _ACTORS.validate_python(_plain(node))
    except yaml.YAMLError as error:
        raise broken(path, error) from error
    except (_Doubtful, ValidationError) as error:
        _, lines = parse_located(path, text, yaml.SequenceNode, "a list of actors, as in '- id: …'", "actor")
        if not isinstance(error, ValidationError):
            raise CatalogError(f"{path}: {error}") from error
        raise CatalogError(explain(path, error, lines, "an actor")) from error


class _Doubtful(Exception):
    """The file has a shape that only the slow reader can name."""


def _plain(node: yaml.Node | None) -> Any:
    """Turn YAML nodes into lists, mappings and texts, three times as fast as the library's constructor."""
    if isinstance(node, yaml.ScalarNode):
        return node.value
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item) for item in node.value]
    if isinstance(node, yaml.MappingNode):
        mapping = {key.value: _plain(value) for key, value in node.value if isinstance(key, yaml.ScalarNode)}
        if len(mapping) == len(node.value):
            return mapping
    raise _Doubtful("a field stands twice, or the file is empty")


def _fault(path: Path, index: int, where: str, what: str) -> CatalogError:
    """Say what is wrong with a field of the actor at a place of its file, with the line."""
    _, lines = parse_located(path, path.read_text(encoding="utf-8"), yaml.SequenceNode, "a list of actors", "actor")
    known: Sequence[Any] = (index, *where.split("."))
    while tuple(known) not in lines:
        known = known[:-1]
    return CatalogError(f"{path}:{lines[tuple(known)]}: {index}.{where}: {what}")


def _check_names(actors: Mapping[str, Actor], places: Mapping[str, tuple[Path, int]]) -> None:
    """Refuse a name that is no word and a full name that two actors have."""
    owners: dict[str, str] = {}
    for actor in actors.values():
        for group, by_language in (("names", actor.names), ("short", actor.short)):
            for language, names in by_language.items():
                for name in names:
                    folded = fold_name(name)
                    if not folded:
                        raise _fault(*places[actor.id], f"{group}.{language}", f"{name!r} holds no word")
                    if group == "short":
                        continue
                    owner = owners.setdefault(folded, actor.id)
                    if owner != actor.id:
                        where, line = places[owner]
                        raise _fault(
                            *places[actor.id],
                            f"names.{language}",
                            f"{name!r} is also a name of {owner!r} ({where}, actor {line + 1}): a name that two share belongs under short",
                        )

"""Load and validate the catalog: one YAML file a source, in `<catalog>/<cc>/<id>.yml`.

A source is plain data with comments for its maintainer; adding one needs no Python. Everything that is wrong with a file is said with its
name, line and field, and a catalog with a wrong file is not used at all: a source that silently vanished would be a hole in the corpus.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from crawler.errors import CatalogError
from crawler.located_yaml import explain, parse_located, read_text
from crawler.records import PageContext
from crawler.selector_rules import Extraction
from crawler.watch.windows import check_cron
from storage.records import ADAPTIVE, SourceRecord
from storage.records import SourceKind as SourceKind  # noqa: PLC0414 - told here, because a source file says it

BUNDLED = Path(__file__).with_name("sources")
MAX_FILE_BYTES = 256 * 1024
#: A folder of this name holds stored pages (`crawler.survey.trials`) and no sources.
PAGES = "pages"
_EVERY = re.compile(r"(\d{1,5})\s*(m|h|d)")
_MINUTES = {"m": 1, "h": 60, "d": 1440}
_ID = r"^[a-z0-9][a-z0-9_-]{0,63}$"


def _http_url(value: str) -> str:
    """Accept an absolute http(s) URL with a host and without white space."""
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or re.search(r"\s", value):
        raise ValueError("is not an http(s) address")
    return value


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())  # walks through the zone files each time it is called


def _zone(value: str) -> str:
    """Accept a zone name of the IANA time-zone database."""
    if value not in _zones():
        raise ValueError("is not an IANA time zone (for example Asia/Baghdad)")
    return value


HttpUrl = Annotated[str, AfterValidator(_http_url)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Feed(_Strict):
    """An RSS or Atom feed; `language` is given where it differs within the source."""

    url: HttpUrl
    language: Language | None = None


class Section(_Strict):
    """A page of the site that lists articles; `pages` is how many of its `rel=next` pages are read in a crawl, itself included."""

    url: HttpUrl
    language: Language | None = None
    pages: int = Field(default=1, ge=1, le=20)


def _archive_template(value: str) -> str:
    """Accept the address of a dated archive: an http(s) URL with at least {yyyy}, and only the placeholders that are known."""
    _http_url(value)
    named = re.findall(r"\{([^{}]*)\}", value)
    unknown = [name for name in named if name not in ARCHIVE_PLACEHOLDERS]
    if unknown:
        known = ", ".join(f"{{{name}}}" for name in ARCHIVE_PLACEHOLDERS)
        raise ValueError(f"has the unknown placeholder {{{unknown[0]}}} (known: {known})")
    if "yyyy" not in named:
        raise ValueError("is no dated archive without {yyyy}")
    if {"dd", "d"} & set(named) and not {"mm", "m"} & set(named):
        raise ValueError("names a day without a month")
    return value


#: What stands in the address of a dated archive for year, month and day: 2026, 09, 9, 05, 5.
ARCHIVE_PLACEHOLDERS = ("yyyy", "mm", "m", "dd", "d")

ArchiveTemplate = Annotated[str, AfterValidator(_archive_template)]


class Expected(_Strict):
    """How many articles a day are usual: `low` and `high` bounds that the health check reads."""

    low: int = Field(ge=0)
    high: int = Field(ge=1)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low > self.high:
            raise ValueError("low is greater than high")
        return self


class Source(_Strict):
    """A publisher as the catalog describes it.

    `native_name` is the name in its own script, where `name` is not. `country` is ISO 3166-1 alpha-2, `XX` for pan-regional and
    international outlets; `languages` are ISO 639 codes, the main one first; `time_zone` reads dates that state no zone; `every` is the
    time between two scheduled crawls ('30m', '6h', '1d'), `cron` instead five fields in the source's own time ('5 6-22 * * *'); with
    neither it is adapted to what the source publishes (`crawler.watch.rhythm`). `feeds`, `sitemaps` and `sections` are read in every crawl;
    `archives` are addresses of dated lists of articles ('https://host/{yyyy}/{mm}/{dd}/'), which only a backfill reads. `extraction` is for
    the few whose pages are read wrongly without.
    """

    id: str = Field(pattern=_ID)
    name: str = Field(min_length=1, max_length=200)
    native_name: str | None = Field(default=None, min_length=1, max_length=200)
    homepage: HttpUrl
    country: str = Field(pattern=r"^[A-Z]{2}$")
    languages: tuple[Language, ...] = Field(min_length=1)
    kind: SourceKind
    state_owned: bool = False
    time_zone: Annotated[str, AfterValidator(_zone)] = "UTC"
    feeds: tuple[Feed, ...] = ()
    sitemaps: tuple[HttpUrl, ...] = ()
    sections: tuple[Section, ...] = ()
    archives: tuple[ArchiveTemplate, ...] = ()
    every: str | None = None
    cron: Annotated[str, AfterValidator(check_cron)] | None = None
    expected: Expected | None = None
    extraction: Extraction | None = None
    enabled: bool = True
    notes: str | None = None

    @field_validator("every")
    @classmethod
    def _interval(cls, value: str | None) -> str | None:
        match = _EVERY.fullmatch(value) if value is not None else None
        if value is None:
            return None
        if match is None or not 10 <= int(match[1]) * _MINUTES[match[2]] <= 43200:
            raise ValueError("is not an interval from 10m to 30d (for example 30m, 6h, 1d)")
        return value

    @model_validator(mode="after")
    def _discoverable(self) -> Self:
        if self.enabled and not self.feeds and not self.sitemaps and not self.sections:
            raise ValueError("an enabled source needs at least one feed, sitemap or section")
        return self

    @model_validator(mode="after")
    def _one_rhythm(self) -> Self:
        if self.every is not None and self.cron is not None:
            raise ValueError("has both 'every' and 'cron': say one")
        return self

    @property
    def interval_minutes(self) -> int:
        """Minutes between two scheduled crawls as the file says; an hour to begin with where it says none."""
        match = _EVERY.fullmatch(self.every or "1h")
        if match is None:  # validated above
            raise AssertionError(self.every)
        return int(match[1]) * _MINUTES[match[2]]

    @property
    def rhythm(self) -> str:
        """Say how the source is repeated: 'every 30m', 'cron 5 6-22 * * *' or 'adaptive'."""
        if self.cron is not None:
            return f"cron {self.cron}"
        return f"every {self.every}" if self.every is not None else ADAPTIVE

    def context(self) -> PageContext:
        """Return what is known of the source's pages besides their bytes; an international source claims no country."""
        return PageContext(
            source_id=self.id,
            source_name=self.name,
            country=self.country if self.country != "XX" else None,
            languages=self.languages,
            time_zone=self.time_zone,
            rules=self.extraction.rules() if self.extraction and self.extraction != Extraction() else None,
        )

    def record(self) -> SourceRecord:
        """Return what storage keeps of the source."""
        from crawler.agency_sources import code_of_agency  # noqa: PLC0415 - it loads all of extraction, and most uses of a catalog need none

        return SourceRecord(
            id=self.id,
            name=self.name,
            homepage=self.homepage,
            country=self.country,
            languages=self.languages,
            enabled=self.enabled,
            from_catalog=True,
            interval_minutes=self.interval_minutes,
            rhythm=self.rhythm,
            agency=code_of_agency((self.name, self.native_name)) if self.kind is SourceKind.AGENCY else None,
            kind=self.kind,
            state_owned=self.state_owned,
        )


@dataclass(frozen=True, slots=True)
class Catalog:
    """All sources of one directory, by id."""

    directory: Path
    sources: Mapping[str, Source]

    def __iter__(self) -> Iterator[Source]:
        """Yield the sources by id."""
        return iter(self.sources.values())

    def __len__(self) -> int:
        """Count the sources."""
        return len(self.sources)

    def select(self, ids: Sequence[str]) -> tuple[Source, ...]:
        """Return the sources named, or every enabled one when none is named.

        Raises: CatalogError for an id that the catalog does not have (with the nearest one), or when nothing is enabled.
        """
        if not ids:
            enabled = tuple(source for source in self if source.enabled)
            if not enabled:
                raise CatalogError(f"no source in {self.directory} is enabled")
            return enabled
        for name in ids:
            if name not in self.sources:
                raise CatalogError(f"unknown source {name!r}{self._nearest(name)}; 'dragoman sources list' names them all", source_id=name)
        return tuple(self.sources[name] for name in dict.fromkeys(ids))

    def _nearest(self, name: str) -> str:
        near = difflib.get_close_matches(name, self.sources, n=1)
        return f" (did you mean {near[0]!r}?)" if near else ""


def load_catalog(directory: Path | str | None = None) -> Catalog:
    """Load every source below a directory (default: the bundled catalog).

    Returns: the catalog, sources in the order of their ids.
    Raises: CatalogError naming file, line and field of the first fault and how many more there are.
    """
    root = Path(directory) if directory is not None else BUNDLED
    if not root.is_dir():
        raise CatalogError(f"no catalog at {root}: it is a folder with one YAML file a source")
    files = source_files(root)
    if not files:
        raise CatalogError(f"no source file (*.yml) below {root}")
    sources: dict[str, Source] = {}
    places: dict[str, Path] = {}
    for path in files:
        source = load_source(path)
        if source.id in sources:
            raise CatalogError(f"{path}: the id {source.id!r} is taken by {places[source.id]}", source_id=source.id)
        sources[source.id], places[source.id] = source, path
    return Catalog(root, dict(sorted(sources.items())))


def source_files(root: Path) -> list[Path]:
    """List the source files below a directory, in the order of their paths; those of stored pages (`PAGES`) are none."""
    found = (path for path in root.rglob("*") if path.suffix in {".yml", ".yaml"} and path.is_file())
    return sorted(path for path in found if PAGES not in path.relative_to(root).parts)


def load_source(path: Path) -> Source:
    """Load and check one source file.

    Raises: CatalogError, one line: `file:line: field: what is wrong`.
    """
    text = read_text(path, max_bytes=MAX_FILE_BYTES, kind="source")
    data, lines = parse_located(path, text, yaml.MappingNode, "a mapping of fields, as in 'id: …'", "source")
    try:
        source = Source.model_validate(data)
    except ValidationError as error:
        raise CatalogError(explain(path, error, lines, "a source")) from error
    if source.id != path.stem:
        raise CatalogError(
            f"{path}:{lines.get(('id',), 1)}: id: is {source.id!r}, but the file is named {path.stem!r}", source_id=source.id
        )
    return source

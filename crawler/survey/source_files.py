"""Write source files: YAML that a maintainer would have written, put in place whole and never over another."""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from textwrap import wrap

import yaml

from crawler.catalog import Catalog, Section, Source, load_catalog, load_source, source_files
from crawler.errors import CatalogError
from crawler.urls import UrlError, canonical_url, host_of, registered_domain
from storage.records import ADAPTIVE
from storage.terminal import visible

_COMMENT_WIDTH = 138
#: Stands where a rhythm would.
_HOW_TO_FIX_A_RHYTHM = "# every: 30m   # a fixed rhythm, 10m to 30d; while this is a comment, the rhythm is adapted to what is published"


def source_yaml(source: Source, comment: Iterable[str]) -> str:
    """Write a source as a file of the catalog.

    Args: the source; the lines of the comment that stands above it, of any length and from anywhere.
    Returns: YAML without the fields that are at their defaults, in the order of the documentation.
    """
    lines = [f"# {part}".rstrip() for line in comment for part in (wrap(visible(line, limit=2000), _COMMENT_WIDTH) or [""])]
    lines += [
        f"id: {_scalar(source.id)}",
        f"name: {_scalar(source.name)}",
        f"homepage: {_scalar(source.homepage)}",
        f"country: {_scalar(source.country)}",
        f"languages: [{', '.join(_scalar(language) for language in source.languages)}]",
        f"kind: {_scalar(source.kind.value)}",
        f"state_owned: {str(source.state_owned).lower()}",
        f"time_zone: {_scalar(source.time_zone)}",
    ]
    lines += _channel_lines(source)
    if source.every is not None:
        lines.append(f"every: {_scalar(source.every)}")
    if source.cron is not None:
        lines.append(f"cron: {_scalar(source.cron)}")
    if source.rhythm == ADAPTIVE:
        lines.append(_HOW_TO_FIX_A_RHYTHM)
    if source.expected:
        lines.append(f"expected: {{low: {source.expected.low}, high: {source.expected.high}}}")
    if not source.enabled:
        lines.append("enabled: false")
    if source.notes:
        lines.append(f"notes: {_scalar(source.notes)}")
    return "\n".join(lines) + "\n"


def _channel_lines(source: Source) -> list[str]:
    """Write where a source's articles are named."""
    lines: list[str] = []
    for name, places in (("feeds", source.feeds), ("sections", source.sections)):
        lines += [f"{name}:"] if places else []
        for place in places:
            lines.append(f"  - url: {_scalar(place.url)}")
            lines += [f"    language: {_scalar(place.language)}"] if place.language else []
            lines += [f"    pages: {place.pages}"] if isinstance(place, Section) and place.pages > 1 else []
    for name, addresses in (("sitemaps", source.sitemaps), ("archives", source.archives)):
        lines += [f"{name}:", *(f"  - {_scalar(url)}" for url in addresses)] if addresses else []
    return lines


def _scalar(text: str) -> str:
    """Write a text bare where YAML reads it back as the same text, else in double quotes."""
    with contextlib.suppress(yaml.YAMLError):
        if yaml.safe_load(f"[{text}]") == [text] and yaml.safe_load(f"key: {text}") == {"key": text}:
            return text
    return str(yaml.safe_dump(text, default_style='"', allow_unicode=True, width=10_000)).rstrip("\n")


def write_source(directory: Path, source: Source, comment: Iterable[str]) -> Path:
    """Put a source into a catalog as `<directory>/<cc>/<id>.yml`: checked by the catalog's own reader first, whole or not at all.

    Raises: CatalogError when there is such a file already, or it cannot be written.
    """
    path = place_of(directory, source)
    text = source_yaml(source, comment)
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / path.name
        draft.write_text(text, encoding="utf-8")
        if load_source(draft) != source:
            raise AssertionError(f"the file of {source.id} does not say what was meant")
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with part.open("w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.link(part, path)  # unlike a rename, it never replaces
        finally:
            part.unlink(missing_ok=True)
    except FileExistsError as error:
        raise CatalogError(f"{path} exists already, and is never written over", source_id=source.id) from error
    except OSError as error:
        raise CatalogError(f"cannot write {path}: {os.strerror(error.errno or 0)}", source_id=source.id) from error
    return path


def place_of(directory: Path, source: Source) -> Path:
    """Return where the file of a source belongs."""
    return directory / source.country.lower() / f"{source.id}.yml"


def file_of(catalog: Catalog, source_id: str) -> Path | None:
    """Return the file of a source; None when it was taken away meanwhile."""
    return next((path for path in source_files(catalog.directory) if path.stem == source_id), None)


def head_comment(path: Path) -> str:
    """Return the comment at the top of a source file, without its number signs."""
    lines: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            break
        lines.append(line.removeprefix("#").removeprefix(" "))
    return "\n".join(lines)


def catalog_or_empty(directory: Path) -> Catalog:
    """Load a catalog that is about to grow: a folder that is missing or holds no source yet is an empty one.

    Raises: CatalogError when it is no folder, or a file in it is wrong.
    """
    if not directory.exists():
        return Catalog(directory, {})
    if directory.is_dir() and not source_files(directory):
        return Catalog(directory, {})
    return load_catalog(directory)


class Addresses:
    """Which feeds, sitemaps and home pages a catalog has, so that nothing is taken up twice."""

    def __init__(self, sources: Iterable[Source]) -> None:
        """Index the addresses of the sources in their canonical form."""
        self._channels: dict[str, str] = {}
        self._homes: dict[str, str] = {}
        for source in sources:
            self.add(source)

    def add(self, source: Source) -> None:
        """Take up a source."""
        for url in (*(feed.url for feed in source.feeds), *source.sitemaps):
            self._channels.setdefault(identity(url), source.id)
        self._homes.setdefault(_home(source.homepage), source.id)

    def of_channel(self, url: str) -> str | None:
        """Return the id of the source that has a feed or sitemap."""
        return self._channels.get(identity(url))

    def of_home(self, url: str) -> str | None:
        """Return the id of the source that has a home page."""
        return self._homes.get(_home(url))


def identity(url: str) -> str:
    """Return the canonical form of an address, or the address itself where it has none."""
    try:
        return canonical_url(url)
    except UrlError:
        return url


def _home(url: str) -> str:
    return identity(url).rstrip("/")


def free_id(wanted: str, taken: Iterable[str]) -> str:
    """Make an id of a name that no source has: lower-case ASCII letters, digits and hyphens, numbered where it is taken."""
    stem = re.sub(r"[^a-z0-9]+", "-", wanted.lower()).strip("-")[:60].strip("-") or "source"
    known = set(taken)
    number, name = 1, stem
    while name in known:
        number += 1
        name = f"{stem}-{number}"
    return name


def id_of_site(url: str, name: str | None) -> str:
    """Propose an id: the registered name of the site without its suffix, else the name of the outlet."""
    try:
        host = host_of(url)
        label = registered_domain(url).partition(".")[0]
    except UrlError:
        host, label = "", ""
    is_name = label and not label.isdecimal() and ":" not in label and not host.startswith("[")
    return label if is_name else (name or host)


def joined(values: Sequence[str]) -> str:
    """Write a list for people: 'a, b and c'."""
    return " and ".join(filter(None, [", ".join(values[:-1]), *values[-1:]]))

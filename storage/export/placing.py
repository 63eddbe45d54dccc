"""Put files in place so that they are whole or not there: parts, a sweep of what the dead left, and renames in an order that never lies.

Everything goes into `NAME.<pid>.part`, is synced and renamed. The old manifest is removed before that, and the new one is renamed into
place
last. So a manifest never describes other data than that beside it, whenever the process dies: what is left is `.part` files, which the next
export sweeps once their process is gone.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pyarrow as pa

from storage.errors import ExportError
from storage.export.manifest import MANIFEST_NAME, ExportedFile
from storage.export.tables import TABLES

_DATA = rf"(?:{'|'.join(TABLES)})(?:-[\w.-]+)?\.(?:csv|jsonl|parquet)(?:\.gz|\.zst)?"
_OTHERS = ("corpus.db", "datasette.json", "articles.warc.gz", "feed.rss", "feed.atom")
#: What describes an export beside its manifest.
DESCRIPTIONS = ("DICTIONARY.md", "datapackage.json", "croissant.json", "DATASHEET.md", "CITATION.cff")
# The only names that an export ever gives: nothing else in the folder is touched, whatever an old manifest lists.
_OWN = re.compile(rf"{_DATA}|{'|'.join(map(re.escape, (*_OTHERS, *DESCRIPTIONS)))}")
_PART = re.compile(rf"(?:{_OWN.pattern}|{re.escape(MANIFEST_NAME)})\.(\d+)\.part(?:-journal)?")


@contextmanager
def one_line(out: Path, faults: list[BaseException]) -> Iterator[None]:
    """Turn what the file system and Arrow raise into one line that a user can act on; `faults` are somebody else's and pass."""
    try:
        yield
    except OSError as error:
        if any(fault is error for fault in faults):
            raise
        raise ExportError(f"{out}: cannot be written: {error.strerror or error}") from error
    except (pa.ArrowException, sqlite3.Error) as error:
        raise ExportError(f"{out}: cannot be written: {' '.join(str(error).split())}") from error


def prepare(out: Path, targets: tuple[Path, ...]) -> list[str]:
    """Make the folder, and sweep what exports that were killed left in it; return the names of what was swept."""
    if out.exists() and not out.is_dir():
        raise ExportError(f"{out}: is a file; an export needs a folder")
    out.mkdir(parents=True, exist_ok=True)
    for target in targets:
        if target.is_dir():
            raise ExportError(f"{target}: is a folder; the export needs that name for a file")
    swept = []
    for path in sorted(out.iterdir()):
        match = _PART.fullmatch(path.name)
        if match and not is_alive(int(match[1])):
            path.unlink(missing_ok=True)
            swept.append(path.name)
    return swept


def is_alive(pid: int) -> bool:
    """Say whether another process of this number runs; a part of our own number is a dead namesake's."""
    if pid == os.getpid():
        return False
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True
    except (ProcessLookupError, OverflowError):
        return False
    return True


def part_of(path: Path) -> Path:
    """Return where a file is written before it is whole."""
    return path.with_name(f"{path.name}.{os.getpid()}.part")


def describe(path: Path, name: str) -> ExportedFile:
    """Weigh and hash a file as it stands on disk."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return ExportedFile(name, path.stat().st_size, digest)


def write_synced(path: Path, content: bytes) -> None:
    """Write a small file and sync it."""
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def put_in_place(out: Path, moves: list[tuple[Path, Path]]) -> None:
    """Replace an earlier export: its manifest goes first, then data come, what is left of it goes, the new manifest comes last."""
    manifest_path = out / MANIFEST_NAME
    obsolete = _listed(manifest_path) - {target.name for _, target in moves}
    manifest_path.unlink(missing_ok=True)
    sync_folder(out)
    placed: list[Path] = []
    try:
        for part, target in moves:
            if target == manifest_path:
                for name in obsolete:
                    (out / name).unlink(missing_ok=True)
                sync_folder(out)
            part.replace(target)
            placed.append(target)
        sync_folder(out)
    except BaseException:  # data without its manifest is no export
        for target in reversed(placed):
            with suppress(OSError):
                target.unlink(missing_ok=True)
        raise


def _listed(manifest_path: Path) -> set[str]:
    """Return the data files that an old manifest lists, of the names that exports give; a file that is no manifest lists none."""
    try:
        raw = json.loads(manifest_path.read_text(encoding="utf-8"))
        names = {entry["name"] for entry in raw["files"]}
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return set()
    return {name for name in names if isinstance(name, str) and _OWN.fullmatch(name)}


def sync_folder(folder: Path) -> None:
    """Make renames and removals in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""Where snapshots stand: one folder each, under a name, beside each other. They are published by one rename and never changed."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from storage.errors import SnapshotError
from storage.export.placing import is_alive, sync_folder
from storage.snapshots.manifest import DIGEST_NAME, MANIFEST_NAME, SnapshotManifest, digest_line, read_snapshot_manifest

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_PART = re.compile(r"\.(?:[A-Za-z0-9][A-Za-z0-9._-]*)\.(\d+)\.part")
_LEAST_DIGITS = 8


def check_name(name: str) -> str:
    """Return a name that a snapshot may have. Raises: SnapshotError."""
    if not _NAME.fullmatch(name):
        raise SnapshotError(
            f"{name!r} is no name for a snapshot: letters, digits, '.', '_' and '-', at most 100, the first a letter or digit"
        )
    return name


@contextmanager
def being_made(home: Path, name: str) -> Iterator[Path]:
    """Give a folder in which a snapshot is put together; it gets its name when the block ends well, and is removed when it does not.

    Raises: SnapshotError when the name is taken or the folder cannot be written, in one line.
    """
    target = home / check_name(name)
    if target.exists():
        raise SnapshotError(f"{target} is there already: a snapshot is never changed; choose another name")
    part = home / f".{name}.{os.getpid()}.part"
    try:
        home.mkdir(parents=True, exist_ok=True)
        remove(part)
        part.mkdir()
        yield part
        for path in part.rglob("*"):
            if path.is_file():
                path.chmod(stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH)
        for folder in (part, *(path for path in part.rglob("*") if path.is_dir())):
            sync_folder(folder)
        part.rename(target)
        sync_folder(home)
    except OSError as error:
        raise SnapshotError(f"{target}: cannot be written: {error.strerror or error}") from error
    finally:
        remove(part)


def remove(folder: Path) -> None:
    """Remove a folder of ours, its read-only files too, if it is there."""
    with suppress(FileNotFoundError):
        shutil.rmtree(folder)


def sweep(home: Path) -> list[str]:
    """Remove what snapshots that were killed left behind; return the names of what was removed."""
    swept = []
    for path in sorted(home.iterdir()) if home.is_dir() else []:
        match = _PART.fullmatch(path.name)
        if match and path.is_dir() and not is_alive(int(match[1])):
            remove(path)
            swept.append(path.name)
    return swept


def write_manifest(folder: Path, manifest: SnapshotManifest) -> None:
    """Write the manifest of a snapshot and its hash, and sync both."""
    content = manifest.to_bytes()
    for name, data in ((MANIFEST_NAME, content), (DIGEST_NAME, digest_line(content))):
        write_file(folder / name, data)


def write_file(path: Path, content: bytes) -> None:
    """Write a small file and sync it."""
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def digest_of(folder: Path) -> str:
    """Return the address of the snapshot in a folder: the SHA-256 of its manifest as it stands there. Raises: SnapshotError."""
    read_snapshot_manifest(folder)
    return hashlib.sha256((folder / MANIFEST_NAME).read_bytes()).hexdigest()


def found(home: Path) -> list[Path]:
    """Return the folders of snapshots by name; what is no snapshot is passed over."""
    return [path for path in sorted(home.iterdir()) if (path / DIGEST_NAME).is_file()] if home.is_dir() else []


def resolve(reference: str, home: Path) -> Path:
    """Find a snapshot by its path, by its name in `home`, or by the first digits of its address. Raises: SnapshotError."""
    for path in (home / reference, Path(reference)):
        if (path / MANIFEST_NAME).is_file():
            return path
    if len(reference) >= _LEAST_DIGITS and re.fullmatch("[0-9a-f]+", reference):
        fitting = [path for path in found(home) if digest_of(path).startswith(reference)]
        if fitting:
            return fitting[0]
    there = [path.name for path in found(home)]
    known = f"there are {', '.join(there[:10])}" if there else f"there is none in {home}"
    raise SnapshotError(f"there is no snapshot {reference}: {known}")

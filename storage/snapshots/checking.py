"""Tell whether a snapshot is still what it was: every byte of every file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from storage.errors import SnapshotError
from storage.snapshots.manifest import DIGEST_NAME, MANIFEST_NAME, digest_line, read_snapshot_manifest


def problems(folder: Path, expected: str | None = None) -> Iterator[str]:
    """Yield one line for each thing that is not as it was; none when the snapshot is whole.

    Args: the folder; the address that it should have, where that is known from elsewhere (the database, a citation).
    """
    try:
        content = (folder / MANIFEST_NAME).read_bytes()
        noted = (folder / DIGEST_NAME).read_bytes()
    except OSError as error:
        yield f"{error.filename}: {error.strerror}"
        return
    digest = hashlib.sha256(content).hexdigest()
    if noted != digest_line(content):
        yield f"{MANIFEST_NAME} and {DIGEST_NAME} contradict each other: one of them was changed"
    if expected is not None and digest != expected:
        yield f"its address is {digest}, and should be {expected}"
    try:
        manifest = read_snapshot_manifest(folder)
    except SnapshotError as error:
        yield str(error)
        return
    listed = {file.name for file in manifest.files}
    for file in manifest.files:
        path = folder / file.name
        try:
            with path.open("rb") as stream:
                found = hashlib.file_digest(stream, "sha256").hexdigest()
            size = path.stat().st_size
        except OSError as error:
            yield f"{file.name}: {error.strerror}"
            continue
        if size != file.bytes:
            yield f"{file.name}: has {size:,} bytes, and should have {file.bytes:,}"
        elif found != file.sha256:
            yield f"{file.name}: its content was changed"
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    for name in sorted(there - listed - {MANIFEST_NAME, DIGEST_NAME}):
        yield f"{name}: does not belong to it"

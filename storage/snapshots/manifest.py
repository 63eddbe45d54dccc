"""The manifest of a snapshot: what was asked of which corpus with which code, what came, and the hash of each file.

It holds nothing that depends on who made the snapshot, when, or under which name, so that equal content has equal bytes; its own SHA-256
is the address of the snapshot. Name and time of making are kept by the database (`storage.snapshots.register`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from storage.errors import SnapshotError
from storage.export.manifest import ExportedFile
from storage.snapshots.tiers import Tier

MANIFEST_NAME = "manifest.json"
DIGEST_NAME = "manifest.sha256"
#: The form of the manifest.
FORM = 1


@dataclass(frozen=True, slots=True)
class SnapshotManifest:
    """What a snapshot is.

    `versions` names code, schema, catalog, tagging (gazetteer and rules) and the library that packs the files; `extractors` counts
    articles by
    what turned their pages into text. `as_of` is the last instant at which anything was fetched; `published` are the first and last dates.
    `base` is the address of the snapshot that an increment builds upon, `result` that of what both give together.
    """

    tier: Tier
    query: Mapping[str, Any]
    versions: Mapping[str, str]
    as_of: datetime
    articles: int
    tables: Mapping[str, int]
    files: tuple[ExportedFile, ...]
    published: tuple[str | None, str | None] = (None, None)
    extractors: Mapping[str, int] = field(default_factory=dict)
    by_source: Mapping[str, int] = field(default_factory=dict)
    by_language: Mapping[str, int] = field(default_factory=dict)
    by_month: Mapping[str, int] = field(default_factory=dict)
    coverage: Mapping[str, Any] = field(default_factory=dict)
    base: str | None = None
    result: str | None = None
    removed: int = 0

    def to_bytes(self) -> bytes:
        """Return the file."""
        value = {"dragoman_snapshot": FORM} | asdict(self) | {"tier": self.tier.value, "as_of": self.as_of.isoformat()}
        return (json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2, sort_keys=True) + "\n").encode()

    @property
    def digest(self) -> str:
        """The address of the snapshot."""
        return hashlib.sha256(self.to_bytes()).hexdigest()


def digest_line(content: bytes) -> bytes:
    """Return the file that `sha256sum --check` reads: the hash of the manifest."""
    return f"{hashlib.sha256(content).hexdigest()}  {MANIFEST_NAME}\n".encode()


def read_snapshot_manifest(folder: Path) -> SnapshotManifest:
    """Read the manifest of a snapshot. Raises: SnapshotError when there is none, or it is not one."""
    path = folder / MANIFEST_NAME
    try:
        return manifest_from(path.read_bytes())
    except OSError as error:
        raise SnapshotError(f"{path}: cannot be read: {error.strerror}") from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise SnapshotError(f"{path}: is not the manifest of a snapshot") from error


def manifest_from(content: bytes) -> SnapshotManifest:
    """Read a manifest from its bytes. Raises: ValueError, TypeError, KeyError or AttributeError when it is none."""
    raw = json.loads(content)
    if raw.pop("dragoman_snapshot") != FORM:
        raise ValueError("another form")
    return SnapshotManifest(
        tier=Tier(raw.pop("tier")),
        as_of=datetime.fromisoformat(raw.pop("as_of")),
        files=tuple(ExportedFile(**entry) for entry in raw.pop("files")),
        published=tuple(raw.pop("published")),
        **raw,
    )

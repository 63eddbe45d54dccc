"""Name what tags and relevance rest on in one short word, so that a stored tag can say by which lists and which rules it was made."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path

import babel

from crawler.tagging.actors import VERSION_DIGITS, load_actors
from crawler.tagging.gazetteer import GAZETTEERS
from crawler.tagging.region import RegionProfile

#: Raised by whoever changes what the code of `crawler.tagging` decides while all of its data stays the same.
RULES = 1
_HERE = Path(__file__).resolve().parent


def tagging_version(region: RegionProfile, gazetteer: Path | None = None) -> str:
    """Return the version of all that decides about tags and relevance: 12 hexadecimal digits of a SHA-256.

    It covers the bundled word lists, actors and model (every YAML file in and below `crawler/tagging`), the actors of one's own in the
    folder `gazetteer`, the region's profile, the names of countries that babel brings, and `RULES`. Two equal versions judge and tag any
    article alike; any edit of a list gives another one.
    Raises: CatalogError when the gazetteer is wrong.
    """
    parts = (str(RULES), babel.__version__, repr(sorted(asdict(region).items())), load_actors(gazetteer).version, _bundled())
    return _digest(*(part.encode() for part in parts))


@lru_cache(maxsize=1)
def _bundled() -> str:
    """Return the digest of the bundled data files, names and contents; they are read once a process."""
    files = [*sorted(_HERE.glob("*.yml")), *sorted(GAZETTEERS.rglob("*.yml"))]
    return _digest(*(part for file in files for part in (file.relative_to(_HERE).as_posix().encode(), file.read_bytes())))


def _digest(*parts: bytes) -> str:
    """Return one hash over parts, each hashed alone so that no two lists of parts run together."""
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()[:VERSION_DIGITS]

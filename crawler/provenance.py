"""Name the versions of everything that decided what is in a corpus: code, catalog, word lists and rules."""

from __future__ import annotations

import hashlib
from importlib.metadata import version

from crawler.catalog import Catalog, source_files
from crawler.tagging.region import load_region
from crawler.tagging.version import tagging_version

CATALOG_DIGITS = 12


def catalog_version(catalog: Catalog) -> str:
    """Return the version of a catalog: the first digits of a SHA-256 over the names and contents of its source files."""
    digest = hashlib.sha256()
    for path in source_files(catalog.directory):
        for part in (path.relative_to(catalog.directory).as_posix().encode(), path.read_bytes()):
            digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()[:CATALOG_DIGITS]


def versions(catalog: Catalog, region: str) -> dict[str, str]:
    """Return the versions that stand in the manifest of a snapshot. Raises: CatalogError for an unknown region."""
    return {
        "dragoman": version("dragoman"),
        "catalog": catalog_version(catalog),
        "gazetteer": tagging_version(load_region(region)),
        "region": region,
    }

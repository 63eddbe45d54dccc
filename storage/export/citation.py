"""How an export is cited: a CITATION.cff that names this content and no other.

Source: https://github.com/citation-file-format/citation-file-format, schema 1.2.0.
"""

from __future__ import annotations

from typing import Any

import yaml

from storage.export.manifest import Manifest
from storage.export.subject import SOFTWARE, Subject


def citation(manifest: Manifest, subject: Subject) -> str:
    """Return the content of `CITATION.cff`."""
    data = next((file for file in manifest.files if file.table or manifest.format == "sqlite"), None)
    value: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": "If you use this dataset, please cite it as below.",
        "type": "dataset",
        "title": subject.title,
        "abstract": subject.description,
        "authors": [{"name": name} for name in subject.creators],
        "version": subject.version,
        "date-released": subject.as_of.isoformat(),
        "keywords": list(subject.keywords),
    }
    if data is not None:
        value["identifiers"] = [{"type": "other", "value": f"sha256:{data.sha256}", "description": f"SHA-256 of {data.name}"}]
    if subject.contact:
        value["contact"] = [{"name": subject.contact}]
    value["references"] = [
        {
            "type": "software",
            "title": SOFTWARE,
            "version": manifest.versions.get("dragoman", "0"),
            "authors": [{"name": f"The {SOFTWARE} authors"}],
        }
    ]
    return yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=100)

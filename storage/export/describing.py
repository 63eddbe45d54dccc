"""Everything that stands beside the data of an export and says what it is, made of what was counted."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import partial

from storage.export.base import Describer
from storage.export.citation import citation
from storage.export.croissant import croissant
from storage.export.datapackage import datapackage
from storage.export.datasheet import datasheet
from storage.export.dictionary import dictionary
from storage.export.facts import Facts
from storage.export.manifest import Manifest
from storage.export.subject import Subject, Wishes, subject_of
from storage.export.tables import Table


def describer(wishes: Wishes) -> Describer:
    """Return what describes an export as its maker wishes."""
    return partial(_described, wishes)


def _described(wishes: Wishes, manifest: Manifest, facts: Facts, tables: Sequence[Table]) -> Mapping[str, str]:
    return descriptions(manifest, facts, tables, subject_of(manifest, facts, wishes))


def descriptions(manifest: Manifest, facts: Facts, tables: Sequence[Table], subject: Subject) -> dict[str, str]:
    """Return the files by name."""
    made = {
        "DICTIONARY.md": dictionary(tables, facts),
        "datapackage.json": datapackage(manifest, subject, tables),
        "croissant.json": croissant(manifest, subject, tables),
        "DATASHEET.md": datasheet(manifest, facts, subject, tables),
        "CITATION.cff": citation(manifest, subject),
    }
    if manifest.format == "sqlite":
        made["datasette.json"] = _datasette(subject, tables)
    return made


def _datasette(subject: Subject, tables: Sequence[Table]) -> str:
    """Return metadata for `datasette corpus.db --metadata datasette.json`."""
    described = {
        table.name: {"description": table.meaning, "columns": {column.name: column.meaning for column in table.columns}} for table in tables
    }
    value = {"title": subject.title, "description": subject.description, "license_url": subject.license}
    return json.dumps(value | {"databases": {"corpus": {"tables": described}}}, ensure_ascii=False, indent=2) + "\n"

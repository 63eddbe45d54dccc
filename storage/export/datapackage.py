"""Describe an export as a data package, which Frictionless and its friends read.

Source: https://specs.frictionlessdata.io/data-package/ and /table-schema/ (version 1).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from storage.export.columns import ColumnType
from storage.export.examples import detail
from storage.export.manifest import ExportedFile, Manifest
from storage.export.subject import Subject
from storage.export.tables import Table

_TYPES = {
    ColumnType.INTEGER: "integer",
    ColumnType.NUMBER: "number",
    ColumnType.BOOLEAN: "boolean",
    ColumnType.TIME: "datetime",
    ColumnType.OBJECT: "object",
    ColumnType.TEXTS: "array",
    ColumnType.CATEGORIES: "array",
}
# In CSV a list is a cell of text; in Parquet an object is a text.
_AS_TEXT = {"csv": {ColumnType.TEXTS, ColumnType.CATEGORIES}, "parquet": {ColumnType.OBJECT}}
_MEDIA_TYPES = {
    "csv": "text/csv",
    "jsonl": "application/jsonl",
    "parquet": "application/vnd.apache.parquet",
    "sqlite": "application/vnd.sqlite3",
}


def datapackage(manifest: Manifest, subject: Subject, tables: Sequence[Table]) -> str:
    """Return the content of `datapackage.json`."""
    of_name = {table.name: table for table in tables}
    whole = {file.table for file in manifest.files if file.table and file.name.split(".")[0] == file.table}
    package: dict[str, Any] = {
        "profile": "data-package",
        "name": "dragoman-export",
        "title": subject.title,
        "description": subject.description,
        "version": subject.version,
        "created": manifest.created_at.isoformat(),
        "keywords": list(subject.keywords),
        "licenses": [{"path": subject.license, "title": "Terms of use; the texts are their publishers'"}],
        "contributors": [{"title": name, "role": "author"} for name in subject.creators],
        "sources": [],
        "resources": [_resource(file, of_name.get(file.table or ""), manifest.format, whole) for file in manifest.files],
    }
    del package["sources"]
    return json.dumps(package, ensure_ascii=False, indent=2) + "\n"


def _resource(file: ExportedFile, table: Table | None, extension: str, whole: set[str]) -> dict[str, Any]:
    stem = file.name.split(".")[0]
    resource: dict[str, Any] = {
        "name": re.sub(r"[^a-z0-9._-]", lambda match: f"u{ord(match[0]):x}", stem.lower()),
        "path": file.name,
        "format": extension,
        "mediatype": _MEDIA_TYPES[extension],
        "bytes": file.bytes,
        "hash": f"sha256:{file.sha256}",
    }
    if file.name.endswith(".gz"):
        resource["compression"] = "gz"
    if table is None:
        return resource
    resource["description"] = table.meaning
    if extension != "parquet":
        resource["encoding"] = "utf-8"
    resource["schema"] = _schema(table, extension, whole)
    if extension == "parquet" or file.name.endswith(".zst") or not file.rows:
        # As a file it is checked by size and hash. Parquet has its types inside, and validators that read it through pandas take lists and
        # empty integers for faults; none reads zstd, nor an empty file of JSON lines.
        return {"type": "file", **resource}
    return {"profile": "tabular-data-resource", "type": "table", **resource}


def _schema(table: Table, extension: str, whole: set[str]) -> dict[str, Any]:
    fields = []
    for column in table.columns:
        known = detail(table.name, column)
        text = column.type in _AS_TEXT.get(extension, set())
        field: dict[str, Any] = {
            "name": column.name,
            "type": "string" if text else _TYPES.get(column.type, "string"),
            "description": column.meaning,
            "example": _example(known.example, column.type, text=text),
        }
        if column.type is ColumnType.TIME:
            field["format"] = "any"
        if known.unit:
            field["unit"] = known.unit
        if column.name in table.key:
            field["constraints"] = {"required": True}
        fields.append(field)
    schema: dict[str, Any] = {"fields": fields, "missingValues": [""], "primaryKey": list(table.key)}
    # A table that is split into files is no one resource that a key could point to.
    foreign = [_foreign(name, target) for name, target in table.references.items() if target[0] in whole]
    return schema | ({"foreignKeys": foreign} if foreign else {})


def _example(example: str, kind: ColumnType, *, text: bool) -> Any:
    """Return an example as the field holds it."""
    if text:
        return example
    match kind:
        case ColumnType.TEXTS | ColumnType.CATEGORIES:
            return example.split("; ")
        case ColumnType.INTEGER | ColumnType.NUMBER | ColumnType.BOOLEAN | ColumnType.OBJECT:
            return json.loads(example)
    return example


def _foreign(name: str, target: tuple[str, str]) -> Mapping[str, Any]:
    return {"fields": [name], "reference": {"resource": target[0], "fields": [target[1]]}}

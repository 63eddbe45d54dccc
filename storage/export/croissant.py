"""Describe an export in Croissant, the JSON-LD vocabulary of ML Commons, by which dataset searches and loaders find their way.

Keys that join are said in words: the `references` of Croissant make its reader join tables that were asked for one by one.

Source: https://docs.mlcommons.org/croissant/docs/croissant-spec.html (version 1.0).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from storage.export.columns import Column, ColumnType
from storage.export.examples import detail
from storage.export.manifest import ExportedFile, Manifest
from storage.export.subject import Subject
from storage.export.tables import Table

_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
_DATA_TYPES = {
    ColumnType.INTEGER: "sc:Integer",
    ColumnType.NUMBER: "sc:Float",
    ColumnType.BOOLEAN: "sc:Boolean",
    ColumnType.TIME: "sc:DateTime",
}
_ENCODINGS = {"csv": "text/csv", "jsonl": "application/jsonlines", "parquet": "application/x-parquet", "sqlite": "application/vnd.sqlite3"}
_LISTS = {ColumnType.TEXTS, ColumnType.CATEGORIES}


def croissant(manifest: Manifest, subject: Subject, tables: Sequence[Table]) -> str:
    """Return the content of `croissant.json`."""
    of_name = {table.name: table for table in tables}
    files = [file for file in manifest.files if file.table or manifest.format == "sqlite"]
    described: dict[str, Any] = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": subject.title,
        "description": subject.description,
        "version": subject.version,
        "license": subject.license,
        "keywords": list(subject.keywords),
        "creator": [{"@type": "sc:Organization", "name": name} for name in subject.creators],
        "datePublished": subject.as_of.isoformat(),
        "citeAs": f"{'; '.join(subject.creators)} ({subject.as_of.year}): {subject.title}. Version {subject.version}.",
        "isLiveDataset": False,
        "url": "./",
        **_period(subject),
        "distribution": [_file(file, manifest.format) for file in files],
        "recordSet": [_record_set(file, of_name[file.table], manifest.format) for file in files if file.table],
    }
    return json.dumps(described, ensure_ascii=False, indent=2) + "\n"


def _period(subject: Subject) -> dict[str, str]:
    return {"temporalCoverage": f"{subject.first:%Y-%m-%d}/{subject.last:%Y-%m-%d}"} if subject.first and subject.last else {}


def _file(file: ExportedFile, extension: str) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": file.name,
        "name": file.name,
        "contentUrl": file.name,
        "contentSize": f"{file.bytes} B",
        "encodingFormat": _ENCODINGS[extension],
        "sha256": file.sha256,
    }


def _record_set(file: ExportedFile, table: Table, extension: str) -> dict[str, Any]:
    name = file.name.split(".")[0]
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": table.meaning,
        "key": [{"@id": f"{name}/{column}"} for column in table.key],
        "field": [_field(column, name, file, table, extension) for column in table.columns if _describable(column, extension)],
    }


def _describable(column: Column, extension: str) -> bool:
    """Say whether Croissant 1.0 has a type for a column: it has none for an object of any shape."""
    return column.type is not ColumnType.OBJECT or extension != "jsonl"


def _field(column: Column, name: str, file: ExportedFile, table: Table, extension: str) -> dict[str, Any]:
    unit, target = detail(table.name, column).unit, table.references.get(column.name)
    meaning = column.meaning + (f" It joins {target[0]}.{target[1]}." if target else "")
    field: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{name}/{column.name}",
        "name": f"{name}/{column.name}",
        "description": f"{meaning} ({unit})" if unit else meaning,
        "dataType": _DATA_TYPES.get(column.type, "sc:Text"),
        "source": {"fileObject": {"@id": file.name}, "extract": {"column": column.name}},
    }
    if column.type in _LISTS and extension != "csv":
        field["repeated"] = True
    return field

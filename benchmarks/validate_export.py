"""Have others judge exports and snapshots: `VALIDATORS/bin/python benchmarks/validate_export.py FOLDER…`.

    python3 -m venv VALIDATORS && VALIDATORS/bin/pip install -r benchmarks/validators.txt

For each folder: mlcroissant must find no error in `croissant.json` and read every record set with as many rows as the manifest says;
Frictionless must find the data package valid; DuckDB, pandas and Hugging Face's `datasets` must read every table, with as many rows, DuckDB
also as `FROM 'FILE'` with no word of what is in it. Prints one JSON line a folder; exit code 1 when anything is wrong. It needs nothing of
Dragoman, so it runs where those packages are.
`DRAGOMAN_VALIDATORS=VALIDATORS/bin/python` lets the tests run it.
"""

from __future__ import annotations

import json
import logging
import os
import sqlite3
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

warnings.simplefilter("ignore")
logging.disable(logging.WARNING)
os.environ |= {"HF_HUB_OFFLINE": "1", "HF_DATASETS_DISABLE_PROGRESS_BARS": "1"}

import datasets  # noqa: E402 - after its warnings are silenced
import duckdb  # noqa: E402
import frictionless  # noqa: E402
import mlcroissant  # noqa: E402
import pandas as pd  # noqa: E402

_HUGGING_FACE = {".csv": "csv", ".jsonl": "json", ".parquet": "parquet"}
_PANDAS = {".csv": pd.read_csv, ".parquet": pd.read_parquet}
_DUCKDB = {
    ".csv": "read_csv('{}', header = true, all_varchar = true, max_line_size = 33554432)",
    ".jsonl": "read_json('{}', format = 'newline_delimited', maximum_object_size = 33554432)",
    ".parquet": "read_parquet('{}')",
}


def judge(folder: Path) -> dict[str, Any]:
    """Return what each reader says of a folder; `wrong` lists what is not as it should be."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    files = {file["name"]: file["rows"] for file in manifest["files"] if file.get("table")}
    said: dict[str, Any] = {"folder": folder.name, "files": len(files), "wrong": []}
    _croissant(folder, files, said)
    report = frictionless.validate(str(folder / "datapackage.json"))
    said["frictionless"] = bool(report.valid)
    said["wrong"] += [] if report.valid else [f"frictionless: {line}" for line in report.flatten(["title", "message"])[:5]]
    said["duckdb"] = said["duckdb_unaided"] = said["pandas"] = said["datasets"] = 0
    for name, rows in files.items():
        kind = "." + name.split(".")[1]
        _read("duckdb", name, rows, said, lambda: _rows_of_duckdb(folder / name, _DUCKDB[kind]))  # noqa: B023 - called at once
        _read("duckdb_unaided", name, rows, said, lambda: _rows_of_duckdb(folder / name, "'{}'"))  # noqa: B023
        if name.endswith(".zst"):
            continue  # the others want one more package for zstd
        _read("pandas", name, rows, said, lambda: _rows_of_pandas(folder / name, kind, rows))  # noqa: B023
        _read("datasets", name, rows, said, lambda: _rows_of_datasets(folder / name, kind, rows))  # noqa: B023
    if (folder / "corpus.db").exists():
        with sqlite3.connect(folder / "corpus.db") as database:
            for table, rows in manifest["tables"].items():
                _read("duckdb", table, rows, said, lambda: len(pd.read_sql(f"SELECT * FROM {table}", database)))  # noqa: B023, S608
    return said


def _croissant(folder: Path, files: dict[str, int], said: dict[str, Any]) -> None:
    dataset = mlcroissant.Dataset(jsonld=str(folder / "croissant.json"))
    issues = dataset.metadata.ctx.issues
    said["croissant_errors"], said["croissant_warnings"] = len(issues.errors), len(issues.warnings)
    said["wrong"] += [f"mlcroissant: {error}" for error in issues.errors]
    readable = {name.split(".")[0]: rows for name, rows in files.items() if not name.endswith(".zst")}
    for record_set in dataset.metadata.record_sets:
        rows = readable.get(record_set.uuid)
        if rows:
            _read("mlcroissant", record_set.uuid, rows, said, lambda: sum(1 for _ in dataset.records(record_set.uuid)))  # noqa: B023


def _rows_of_duckdb(path: Path, source: str) -> int:
    if path.stat().st_size == 0:
        return 0  # an empty file of JSON lines has no columns
    return len(duckdb.sql(f"SELECT * FROM {source.format(path)}").fetchall())  # noqa: S608 - a count alone would read no column


def _rows_of_datasets(path: Path, kind: str, rows: int) -> int:
    if not rows and kind != ".parquet":
        return 0  # a file without rows says nothing of its types
    with tempfile.TemporaryDirectory() as cache:
        return len(datasets.load_dataset(_HUGGING_FACE[kind], data_files=str(path), split="train", cache_dir=cache))


def _rows_of_pandas(path: Path, kind: str, rows: int) -> int:
    if kind == ".jsonl":
        return len(pd.read_json(path, lines=True, convert_dates=False)) if rows else 0
    return len(_PANDAS[kind](path))


def _read(reader: str, name: str, rows: int, said: dict[str, Any], count: Any) -> None:
    try:
        found = count()
    except Exception as error:  # noqa: BLE001 - whatever a reader cannot do is what is asked for
        said["wrong"].append(f"{reader}: {name}: {type(error).__name__}: {str(error)[:200]}")
        return
    said[reader] = said.get(reader, 0) + 1
    if found != rows:
        said["wrong"].append(f"{reader}: {name}: {found} rows, and should have {rows}")


def main() -> int:
    """Judge each folder that is named."""
    wrong = 0
    for name in sys.argv[1:]:
        said = judge(Path(name))
        wrong += len(said["wrong"])
        print(json.dumps(said, ensure_ascii=False))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

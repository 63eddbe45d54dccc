"""What others validate and read datasets with finds exports and snapshots in order: mlcroissant, Frictionless, DuckDB, pandas.

Their packages are half a gigabyte, so they are in a Python of their own: `benchmarks/validate_export.py` says how to make it, and
`DRAGOMAN_VALIDATORS` names it.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from storage.corpus import Corpus
from storage.coverage.report import coverage_of
from storage.database import Database
from storage.export.base import ExportOptions, export_tables
from storage.export.describing import describer
from storage.export.reading import SplitBy, read_tables
from storage.export.sinks import Compression
from storage.export.subject import Wishes
from storage.export.tables import TABLES
from storage.search.records import ArticleFilter
from storage.snapshots.tiers import Tier
from storage.snapshots.writing import SnapshotPlan, create_snapshot
from tests.contract.builders import NOON
from tests.contract.varied_corpus import fill

VALIDATORS = os.environ.get("DRAGOMAN_VALIDATORS", "")
SCRIPT = Path(__file__).parents[2] / "benchmarks" / "validate_export.py"
EVERYTHING = tuple(TABLES.values())

pytestmark = pytest.mark.skipif(not VALIDATORS, reason="DRAGOMAN_VALIDATORS names no Python with the validators")


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_exports_and_snapshots_are_valid_and_readable_for_others(tmp_path: Path) -> None:
    folders = []
    with Database.open(f"sqlite:///{tmp_path / 'test.db'}") as database:
        fill(database, 5)
        wanted = ArticleFilter()
        coverage = coverage_of(database, wanted, now=NOON)
        ways: dict[str, tuple[Any, ExportOptions, SplitBy | None]] = {
            "csv": ("csv", ExportOptions(), None),
            "csv-excel": ("csv", ExportOptions(Compression.GZIP, bom=True), None),
            "jsonl": ("jsonl", ExportOptions(), None),
            "jsonl-zstd": ("jsonl", ExportOptions(Compression.ZSTD), None),
            "parquet": ("parquet", ExportOptions(), None),
            "parquet-split": ("parquet", ExportOptions(split=True), SplitBy.LANGUAGE),
            "sqlite": ("sqlite", ExportOptions(), None),
        }
        for name, (extension, options, split_by) in ways.items():
            with Corpus(database) as corpus, corpus.unchanging():
                chunks = read_tables(corpus, wanted, EVERYTHING, coverage=coverage, split_by=split_by)
                export_tables(
                    chunks, EVERYTHING, tmp_path / name, format=extension, query={}, versions={"dragoman": "0.1.0"}, now=NOON,
                    options=options, coverage=coverage, describer=describer(Wishes(creators=("A. Researcher",))),
                )  # fmt: skip
            folders.append(tmp_path / name)
        for tier in Tier:
            create_snapshot(database, SnapshotPlan(wanted, tier), tmp_path, f"snapshot-{tier}")
            folders.append(tmp_path / f"snapshot-{tier}")
    done = subprocess.run(  # noqa: S603 - a Python that the developer names
        [VALIDATORS, str(SCRIPT), *map(str, folders)], capture_output=True, encoding="utf-8", check=False
    )
    assert done.stdout, done.stderr
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert {item["folder"]: item["wrong"] for item in said} == {folder.name: [] for folder in folders}
    for item in said:
        assert item["frictionless"]
        assert item["croissant_errors"] == 0

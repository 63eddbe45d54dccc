"""The coverage table beside the articles."""

from __future__ import annotations

import csv
import hashlib
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from storage.coverage.recapture import estimate
from storage.coverage.records import CandidateCounts, CoverageDay, LookingCounts, Reason, State, Verdict, summed
from storage.coverage.report import Coverage
from storage.coverage.sightings import ChannelComparison
from storage.errors import ExportError
from storage.export import ExportFormat, Manifest, export_articles, read_manifest
from storage.export.coverage import COLUMNS, NOTES
from storage.records import ChannelKind, Outcome, RunStatus

NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)
FORMATS: list[ExportFormat] = ["csv", "jsonl", "parquet"]
every_format = pytest.mark.parametrize("extension", FORMATS)

DAY = CoverageDay(
    "qarnabad-post",
    date(2026, 3, 1),
    "LB",
    "ar",
    Verdict(State.PARTIAL, "=1 of 2 channels could not be read"),
    LookingCounts({RunStatus.FINISHED: 3}, 0, {"ok": 3, "timeout": 3}, 2, 1, 7, 4096),
    CandidateCounts(9, 1, {Outcome.NEW: 5, Outcome.GONE: 3}, 0, 0, 8, 123456),
    reasons={Outcome.GONE: (Reason("HTTP 404", 2), Reason("HTTP 410", 1))},
)
DOWN = CoverageDay("wire", date(2026, 3, 1), None, None, Verdict(State.DOWN, "no crawl"), LookingCounts(), CandidateCounts())
COMPARED = ChannelComparison("qarnabad-post", (ChannelKind.FEED, ChannelKind.SITEMAP), NOW, NOW, 20, 30, 15, estimate(20, 30, 15))
ALONE = ChannelComparison("wire", (ChannelKind.FEED,), why_not="only feed names its articles")
COVERAGE = Coverage((DAY, DOWN), (), summed("all", (DAY, DOWN)), (COMPARED, ALONE), COMPARED.recapture)


def export(out: Path, extension: ExportFormat, coverage: Coverage | None = COVERAGE) -> Manifest:
    versions = {"dragoman": "0", "schema": "1"}
    return export_articles([], out, format=extension, query={}, versions=versions, now=NOW, coverage=coverage)


def read(path: Path) -> list[dict[str, Any]]:
    match path.suffix:
        case ".csv":
            with path.open(encoding="utf-8", newline="") as stream:
                return list(csv.DictReader(stream))
        case ".jsonl":
            return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    rows: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return rows


@every_format
def test_the_table_has_a_row_for_each_source_and_day(tmp_path: Path, extension: ExportFormat) -> None:
    export(tmp_path, extension)
    first, second = read(tmp_path / f"coverage.{extension}")
    assert list(first) == [column.name for column in COLUMNS]
    assert (first["day"], first["source"], first["country"], first["state"]) == ("2026-03-01", "qarnabad-post", "LB", "partial")
    assert [int(first[name]) for name in ("discovered", "attempted", "outcome_new", "outcome_gone", "waiting")] == [9, 8, 5, 3, 1]
    assert sum(int(first[f"outcome_{outcome}"]) for outcome in Outcome) == int(first["attempted"])
    said = first["reasons"] if extension == "jsonl" else json.loads(first["reasons"])
    assert said == {"gone": {"HTTP 404": 2, "HTTP 410": 1}}
    assert first["why"] == ("'" if extension == "csv" else "") + "=1 of 2 channels could not be read"
    assert (second["state"], int(second["crawls_finished"])) == ("down", 0)
    assert not second["country"]


@every_format
def test_the_manifest_lists_the_table_and_says_what_was_missed(tmp_path: Path, extension: ExportFormat) -> None:
    manifest = export(tmp_path, extension)
    file = manifest.files[1]
    content = (tmp_path / f"coverage.{extension}").read_bytes()
    assert (file.name, file.rows, file.sha256) == (f"coverage.{extension}", 2, hashlib.sha256(content).hexdigest())
    assert manifest.files[0].rows == 0
    assert manifest.notes[-len(NOTES) :] == NOTES
    said = manifest.coverage
    assert (said["discovered"], said["attempted"], said["states"]) == (9, 8, {"down": 1, "partial": 1})
    assert [entry["source"] for entry in said["estimates"]] == ["qarnabad-post", "wire"]
    assert said["estimates"][0]["estimate"]["seen"] == said["estimate"]["seen"] == 35
    assert said["estimates"][1]["why_not"] == "only feed names its articles"
    assert read_manifest(tmp_path) == manifest


def test_an_export_in_another_format_or_without_the_table_leaves_no_old_one(tmp_path: Path) -> None:
    export(tmp_path, "csv")
    (tmp_path / "coverage.txt").write_text("mine", encoding="utf-8")
    export(tmp_path, "parquet")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["articles.parquet", "coverage.parquet", "coverage.txt", "manifest.json"]
    export(tmp_path, "parquet", coverage=None)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["articles.parquet", "coverage.txt", "manifest.json"]


def test_a_table_that_cannot_be_written_leaves_the_old_export(tmp_path: Path) -> None:
    before = export(tmp_path, "csv")
    (tmp_path / "coverage.jsonl").mkdir()
    with pytest.raises(ExportError, match="is a folder"):
        export(tmp_path, "jsonl")
    assert read_manifest(tmp_path) == before
    (tmp_path / "coverage.csv.999999999.part").write_bytes(b"of a dead process")
    export(tmp_path, "csv")
    assert not list(tmp_path.glob("*.part"))

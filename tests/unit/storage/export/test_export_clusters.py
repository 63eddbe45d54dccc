"""The table of clusters beside the articles."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from storage.copies.records import Cluster
from storage.errors import ExportError
from storage.export import ExportFormat, Manifest, export_articles, read_manifest
from storage.export.clusters import COLUMNS, NOTES

NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)
FORMATS: list[ExportFormat] = ["csv", "jsonl", "parquet"]
every_format = pytest.mark.parametrize("extension", FORMATS)

LATER = NOW.astimezone(timezone(timedelta(hours=3))) + timedelta(hours=1)
WIRE = Cluster("a1", "wire", "https://wire.example/1", "=Ports \ud800 open", NOW, "varda", 3, NOW, LATER, ("courier", "wire"))
UNDATED = Cluster("a2", "courier", "https://courier.example/2", None, None, None, 2, None, None, ("courier",))


def export(out: Path, extension: ExportFormat, clusters: Any = (WIRE, UNDATED)) -> Manifest:
    return export_articles([], out, format=extension, query={}, versions={}, now=NOW, clusters=clusters)


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
def test_the_table_has_a_row_for_each_cluster(tmp_path: Path, extension: ExportFormat) -> None:
    export(tmp_path, extension)

    first, second = read(tmp_path / f"clusters.{extension}")
    assert list(first) == [column.name for column in COLUMNS]
    assert (first["cluster"], first["origin_source"], first["agency"], int(first["members"])) == ("a1", "wire", "varda", 3)
    assert first["origin_url"] == "https://wire.example/1"
    assert first["origin_title"] == ("'" if extension == "csv" else "") + "=Ports \ufffd open"
    times = [first[name] for name in ("origin_published_at", "first_published_at", "last_published_at")]
    wanted = [NOW, NOW, LATER.astimezone(UTC)]
    assert times == (wanted if extension == "parquet" else [at.isoformat() for at in wanted])
    assert first["sources"] == ("courier; wire" if extension == "csv" else ["courier", "wire"])
    assert not second["origin_title"]
    assert not second["first_published_at"]
    assert not second["agency"]


@every_format
def test_the_manifest_lists_the_table_and_says_what_its_columns_mean(tmp_path: Path, extension: ExportFormat) -> None:
    manifest = export(tmp_path, extension)

    file = manifest.files[1]
    content = (tmp_path / f"clusters.{extension}").read_bytes()
    assert (file.name, file.rows, file.sha256) == (f"clusters.{extension}", 2, hashlib.sha256(content).hexdigest())
    assert manifest.notes[-len(NOTES) :] == NOTES
    assert manifest.clusters["rows"] == 2
    assert [column["name"] for column in manifest.clusters["columns"]] == [column.name for column in COLUMNS]
    assert read_manifest(tmp_path) == manifest


@every_format
def test_a_corpus_without_copies_gives_a_table_without_rows(tmp_path: Path, extension: ExportFormat) -> None:
    assert export(tmp_path, extension, clusters=iter(())).files[1].rows == 0
    assert read(tmp_path / f"clusters.{extension}") == []


def test_an_export_in_another_format_or_without_the_table_leaves_no_old_one(tmp_path: Path) -> None:
    export(tmp_path, "csv")
    export(tmp_path, "parquet")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["articles.parquet", "clusters.parquet", "manifest.json"]
    manifest = export(tmp_path, "parquet", clusters=None)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["articles.parquet", "manifest.json"]
    assert (manifest.clusters, len(manifest.notes)) == ({}, 1)


@every_format
def test_clusters_that_cannot_be_read_leave_the_old_export(tmp_path: Path, extension: ExportFormat) -> None:
    before = export(tmp_path, extension)

    def failing() -> Iterator[Cluster]:
        yield WIRE
        raise LookupError("the database went away")

    with pytest.raises(LookupError, match="went away"):
        export(tmp_path, extension, clusters=failing())
    assert read_manifest(tmp_path) == before
    assert not list(tmp_path.glob("*.part"))


def test_a_time_without_zone_is_refused_by_the_name_of_its_cluster(tmp_path: Path) -> None:
    wrong = Cluster("a1", "wire", "https://wire.example/1", None, datetime(2026, 3, 9), None, 2, None, None, ("wire",))  # noqa: DTZ001

    with pytest.raises(ExportError, match=r"cluster \(https://wire\.example/1\) cannot be exported: origin_published_at has no time zone"):
        export(tmp_path, "jsonl", clusters=[wrong])

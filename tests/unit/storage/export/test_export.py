"""An export as a whole: its manifest, and that it is whole or not there."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import textwrap
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from storage.errors import ExportError
from storage.export import ExportFormat, Manifest, export_articles, read_manifest
from storage.records import Article

NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)
FORMATS: list[ExportFormat] = ["csv", "jsonl", "parquet"]
every_format = pytest.mark.parametrize("extension", FORMATS)


def article(number: int = 1, **fields: Any) -> Article:
    url = f"https://paper.example/{number}"
    known: dict[str, Any] = {
        "id": number, "url": url, "canonical_url": url, "source": "paper", "title": f"Vote {number}", "text": "It passed.", "authors": (),
        "published_at": None, "published_from": None, "published_confidence": None, "modified_at": None, "first_seen_at": NOW,
        "fetched_at": NOW, "language": "en", "description": None, "site_name": None, "section": None, "image_url": None,
        "paywalled": None, "extractor": "made 1.0", "cluster": None, "cluster_role": None, "relevant": None, "relevance": None,
        "relevance_reasons": (), "tags": (), "revisions": 1, "extra": {},
    }  # fmt: skip
    return Article(**(known | fields))


def articles(count: int) -> Iterator[Article]:
    return (article(number) for number in range(1, count + 1))


def export(found: Any, out: Path, extension: ExportFormat = "csv", **more: Any) -> Manifest:
    settings: dict[str, Any] = {"query": {}, "versions": {"dragoman": "0", "schema": "1"}, "now": NOW}
    return export_articles(found, out, format=extension, **(settings | more))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@every_format
def test_data_and_manifest_are_all_that_is_there(tmp_path: Path, extension: ExportFormat) -> None:
    out = tmp_path / "deep" / "er"
    manifest = export(articles(3), out, extension)
    assert names(out) == [f"articles.{extension}", "manifest.json"]
    (file,) = manifest.files
    content = (out / file.name).read_bytes()
    assert (file.bytes, file.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert read_manifest(out) == manifest


def test_manifest_says_what_was_asked_and_what_came(tmp_path: Path) -> None:
    found = [
        article(1), article(2, source="wire", language=None), article(3, extractor="made 1.1", title="\ud800"), article(4, language="ar"),
    ]  # fmt: skip
    cairo = timezone(timedelta(hours=3))
    query = {"query": "vote", "since": NOW, "countries": ("IQ", "SY"), "relevant": None}
    manifest = export(found, tmp_path, query=query, now=datetime(2024, 5, 1, 15, tzinfo=cairo))
    raw = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert raw["query"] == {"query": "vote", "since": "2024-05-01T12:00:00+00:00", "countries": ["IQ", "SY"], "relevant": None}
    assert raw["rows"] == manifest.rows == 4
    assert raw["by_source"] == {"paper": 3, "wire": 1}
    assert raw["by_language"] == {"en": 2, "ar": 1, "und": 1}
    assert raw["extractors"] == {"made 1.0": 3, "made 1.1": 1}
    assert raw["versions"] == {"dragoman": "0", "schema": "1"}
    assert raw["created_at"] == "2024-05-01T12:00:00+00:00"
    assert raw["format"] == "csv"
    assert raw["repaired_rows"] == 1
    assert "apostrophe" in raw["notes"][0]
    assert raw["columns"]["articles"][0].keys() == {"name", "type", "meaning"}
    assert raw["tables"] == {"articles": 4}


@every_format
def test_no_articles_make_an_empty_export(tmp_path: Path, extension: ExportFormat) -> None:
    assert export([], tmp_path, extension).rows == 0
    assert names(tmp_path) == [f"articles.{extension}", "manifest.json"]


def test_progress_is_told_now_and_then_and_at_the_end(tmp_path: Path) -> None:
    told: list[int] = []
    export(articles(250), tmp_path, progress=told.append)
    assert told == [100, 200, 250]


@every_format
def test_an_iterator_that_fails_midway_leaves_nothing(tmp_path: Path, extension: ExportFormat) -> None:
    def failing() -> Iterator[Article]:
        yield from articles(3)
        raise LookupError("the database went away")

    with pytest.raises(LookupError, match="went away"):
        export(failing(), tmp_path / "out", extension)
    assert names(tmp_path / "out") == []


def test_a_system_error_of_the_iterator_is_not_blamed_on_the_folder(tmp_path: Path) -> None:
    def failing() -> Iterator[Article]:
        yield article()
        raise ConnectionResetError("peer")

    with pytest.raises(ConnectionResetError):
        export(failing(), tmp_path)
    assert names(tmp_path) == []


@every_format
def test_an_interrupt_leaves_nothing(tmp_path: Path, extension: ExportFormat) -> None:
    def interrupted() -> Iterator[Article]:
        yield article()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(interrupted(), tmp_path, extension)
    assert names(tmp_path) == []


@every_format
def test_a_failed_export_leaves_the_earlier_one_whole(tmp_path: Path, extension: ExportFormat) -> None:
    export(articles(2), tmp_path, extension)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(ExportError, match="no time zone"):
        export([article(1), article(2, modified_at=datetime(2024, 1, 1))], tmp_path, extension)  # noqa: DTZ001 - the mistake
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_another_format_replaces_the_data_file_of_the_earlier_export_and_nothing_else(tmp_path: Path) -> None:
    export(articles(2), tmp_path, "csv")
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    export(articles(1), tmp_path, "jsonl")
    assert names(tmp_path) == ["articles.jsonl", "manifest.json", "notes.txt"]
    assert read_manifest(tmp_path).rows == 1


@pytest.mark.parametrize(
    "manifest",
    [
        json.dumps({"files": [{"name": "notes.txt"}, {"name": "../outside.txt"}, {"name": "/etc/hostname"}]}),
        "{}", "[]", "not json", json.dumps({"files": [1]}), json.dumps({"files": [{"name": []}]}), "\udcff",
    ],
)  # fmt: skip
def test_a_foreign_manifest_cannot_make_us_remove_files(tmp_path: Path, manifest: str) -> None:
    out = tmp_path / "out"
    out.mkdir()
    for path in (out / "notes.txt", tmp_path / "outside.txt"):
        path.write_text("mine", encoding="utf-8")
    (out / "manifest.json").write_text(manifest, encoding="utf-8", errors="surrogateescape")
    export(articles(1), out)
    assert names(out) == ["articles.csv", "manifest.json", "notes.txt"]
    assert (tmp_path / "outside.txt").exists()


def test_parts_of_dead_processes_are_swept_and_those_of_living_ones_stay(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        child.wait()
    dead = child.pid
    for name in (
        f"articles.csv.{dead}.part",
        f"manifest.json.{dead}.part",
        f"articles.jsonl.{10**30}.part",
        f"articles.csv.{os.getpid()}.part",
    ):
        (tmp_path / name).write_bytes(b"torn")
    kept = [f"articles.csv.{os.getppid()}.part", "articles.csv.part", "other.1.part"]
    for name in kept:
        (tmp_path / name).write_bytes(b"other")
    export(articles(1), tmp_path)
    assert names(tmp_path) == sorted(["articles.csv", "manifest.json", *kept])


def test_a_process_of_somebody_else_is_alive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(_pid: int, _signal: int) -> None:
        raise PermissionError

    (tmp_path / "articles.csv.1.part").write_bytes(b"other")
    monkeypatch.setattr(os, "kill", forbidden)
    export(articles(1), tmp_path)
    assert "articles.csv.1.part" in names(tmp_path)


def one_line(error: pytest.ExceptionInfo[ExportError]) -> str:
    text = str(error.value)
    assert "\n" not in text
    return text


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.write_text("mine", encoding="utf-8")
    with pytest.raises(ExportError) as caught:
        export(articles(1), out)
    assert "is a file" in one_line(caught)
    assert out.read_text(encoding="utf-8") == "mine"


def test_a_parent_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(ExportError) as caught:
        export(articles(1), tmp_path / "file" / "out")
    assert "cannot be written" in one_line(caught)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder in which nobody may write")
def test_a_parent_in_which_nobody_may_write_is_refused() -> None:
    with pytest.raises(ExportError) as caught:
        export(articles(1), Path("/proc/dragoman-export"))
    assert "cannot be written" in one_line(caught)


@pytest.mark.parametrize("name", ["articles.csv", "manifest.json"])
def test_a_folder_under_a_final_name_is_refused_and_kept(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    with pytest.raises(ExportError, match="is a folder"):
        export(articles(1), tmp_path)
    assert names(tmp_path) == [name]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"extension": "xlsx"}, "choose one of csv, jsonl, parquet"),
        ({"now": datetime(2024, 1, 1)}, "needs a zone"),  # noqa: DTZ001 - the mistake
        ({"query": {"source": {1, 2}}}, "query cannot be written"),
        ({"query": {"limit": float("nan")}}, "query cannot be written"),
    ],
)
def test_wrong_arguments_are_one_line_and_touch_nothing(tmp_path: Path, settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ExportError, match=message):
        export(articles(1), tmp_path / "out", **settings)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("failing", ["articles.jsonl", "manifest.json"])
def test_a_failure_while_putting_in_place_leaves_neither_data_nor_manifest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    export(articles(2), tmp_path, "csv")
    replace = Path.replace

    def full(self: Path, target: Path) -> Path:
        if target.name == failing:
            raise OSError(28, "No space left on device")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(ExportError, match="No space left on device"):
        export(articles(2), tmp_path, "jsonl")
    assert not {"manifest.json", "articles.jsonl"} & set(names(tmp_path))
    assert not [name for name in names(tmp_path) if name.endswith(".part")]


SCRIPT = """
    import os, resource, signal, sys
    from datetime import UTC, datetime
    from pathlib import Path
    from storage.errors import ExportError
    from storage.export import export_articles
    from storage.records import Article

    now = datetime(2024, 5, 1, tzinfo=UTC)

    def articles():
        for number in range(12_000):
            if number == 11_000 and sys.argv[3] == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            url = f"https://paper.example/{number}"
            yield Article(
                number, url, url, "paper", "t", os.urandom(40).hex(), (), None, None, None, None, now, now, None, None, None, None, None,
                None, "made 1.0", None, None, None, None, (), (), 1, {},
            )

    if sys.argv[3] == "full":
        resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, 500_000))
    try:
        export_articles(articles(), Path(sys.argv[1]), format=sys.argv[2], query={}, versions={}, now=now)
    except ExportError as error:
        print(error)
        sys.exit(2)
"""


def run(out: Path, extension: str, way: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", textwrap.dedent(SCRIPT), str(out), extension, way]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - ourselves


@every_format
def test_a_killed_export_leaves_the_earlier_one_and_a_part_that_is_swept(tmp_path: Path, extension: ExportFormat) -> None:
    before = export(articles(2), tmp_path, extension)
    assert run(tmp_path, extension, "kill").returncode == -signal.SIGKILL
    assert read_manifest(tmp_path) == before
    content = (tmp_path / before.files[0].name).read_bytes()
    assert hashlib.sha256(content).hexdigest() == before.files[0].sha256
    assert len(names(tmp_path)) == 3
    export(articles(3), tmp_path, extension)
    assert names(tmp_path) == [f"articles.{extension}", "manifest.json"]


@every_format
def test_a_full_disk_is_one_line_and_leaves_nothing(tmp_path: Path, extension: ExportFormat) -> None:
    done = run(tmp_path, extension, "full")
    assert (done.returncode, done.stderr) == (2, "")
    assert "File too large" in done.stdout
    assert len(done.stdout.splitlines()) == 1
    assert names(tmp_path) == []


def test_a_value_that_arrow_refuses_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ExportError) as caught:
        export([article(1, revisions="two")], tmp_path, "parquet")
    assert "cannot be written" in one_line(caught)
    assert names(tmp_path) == []


@pytest.mark.parametrize("extension", ["csv", "jsonl"])
def test_memory_does_not_grow_with_the_number_of_articles(tmp_path: Path, extension: ExportFormat) -> None:
    def large(count: int) -> Iterator[Article]:
        return (article(number, text="x" * 10_000) for number in range(count))

    export(large(1), tmp_path, extension)
    tracemalloc.start()
    try:
        export(large(2_000), tmp_path, extension)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8_000_000  # of 20 million characters


@pytest.mark.parametrize("content", ["{}", "[]", "no json", '{"columns": [], "files": [], "created_at": "never"}'])
def test_what_is_no_manifest_is_said_to_be_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "manifest.json").write_text(content, encoding="utf-8")
    with pytest.raises(ExportError, match="is not the manifest"):
        read_manifest(tmp_path)


def test_a_missing_manifest_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="cannot be read"):
        read_manifest(tmp_path)

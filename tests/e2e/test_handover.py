"""Exports and snapshots from the command line: made, listed, verified, compared; and what happens when they cannot be finished."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.e2e.conftest import Run

pytestmark = pytest.mark.slow


@pytest.fixture
def db(one_article: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a database of one's own: a snapshot is remembered in it, and its name is taken then."""
    own = tmp_path_factory.mktemp("own") / "own.db"
    shutil.copyfile(one_article / "filled.db", own)
    return f"sqlite:///{own}"


ENDING = """
    import os, resource, signal, sys
    import cli

    import storage.export.base as export
    import storage.snapshots.writing as writing

    def full(made):
        def begin(*arguments, **more):  # the database is open: its own files are no part of this
            resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, 1_000))  # bytes: every export is larger
            return made(*arguments, **more)

        return begin

    def killed(*_):  # all rows are written, nothing has its name yet
        os.kill(os.getpid(), signal.SIGKILL)

    if sys.argv[1] == "full":
        export.FileSink, export.SqliteSink, writing.FileSink = map(full, (export.FileSink, export.SqliteSink, writing.FileSink))
    else:
        export.put_in_place = writing.descriptions = killed
    sys.exit(cli.main(sys.argv[2:]))
"""


def ended(folder: Path, way: str, *words: str) -> subprocess.CompletedProcess[str]:
    script = "\n".join(line.removeprefix("    ") for line in ENDING.splitlines())
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", script, way, *words], cwd=folder, capture_output=True, encoding="utf-8", timeout=110, check=False
    )


@pytest.mark.parametrize("extension", ["csv", "jsonl", "parquet", "sqlite"])
def test_a_full_disk_is_one_line_and_leaves_nothing(db: str, tmp_path: Path, extension: str) -> None:
    done = ended(tmp_path, "full", "export", "out", "--format", extension, "--table", "all", "--db", db)
    assert done.returncode == 2, done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "out: cannot be written" in done.stderr
    assert list((tmp_path / "out").iterdir()) == []


def test_a_killed_export_leaves_no_file_under_its_name_and_the_next_one_says_so(dragoman: Run, db: str, tmp_path: Path) -> None:
    done = ended(tmp_path, "kill", "export", "out", "--format", "parquet", "--db", db)
    assert done.returncode == -signal.SIGKILL
    left = [path.name for path in (tmp_path / "out").iterdir()]
    assert left
    assert all(name.endswith(".part") for name in left)
    again = dragoman("export", "out", "--format", "parquet", "--db", db)
    assert again.returncode == 0
    assert "did not finish" in again.stderr
    assert not [path for path in (tmp_path / "out").iterdir() if path.name.endswith(".part")]


def test_a_snapshot_that_is_killed_or_has_no_room_is_not_there_and_that_is_said(dragoman: Run, db: str, tmp_path: Path) -> None:
    full = ended(tmp_path, "full", "snapshot", "create", "one", "--db", db)
    assert (full.returncode, len(full.stderr.splitlines())) == (2, 1), full.stderr
    assert list((tmp_path / "snapshots").iterdir()) == []
    killed = ended(tmp_path, "kill", "snapshot", "create", "one", "--db", db)
    assert killed.returncode == -signal.SIGKILL
    assert [path.name.endswith(".part") for path in (tmp_path / "snapshots").iterdir()] == [True]
    made = dragoman("snapshot", "create", "one", "--db", db)
    assert made.returncode == 0
    assert "did not finish" in made.stderr
    assert [path.name for path in (tmp_path / "snapshots").iterdir()] == ["one"]


def test_snapshot_is_made_listed_verified_compared_and_built_upon(dragoman: Run, tmp_path: Path, db: str) -> None:
    named = ("--db", db)
    done = dragoman("snapshot", "create", "one", *named, "--json", "--creator", "A. Researcher")
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    versions = made["manifest"]["versions"]
    assert {"dragoman", "schema", "catalog", "gazetteer", "region", "pyarrow"} == versions.keys()
    assert "A. Researcher" in (tmp_path / "snapshots" / "one" / "CITATION.cff").read_text(encoding="utf-8")
    assert dragoman("snapshot", "create", "one", *named).returncode == 2
    assert dragoman("snapshot", "create", "next", "--since", "one", *named).returncode == 0
    listed = [json.loads(line) for line in dragoman("snapshot", "list", *named, "--json").stdout.splitlines()]
    assert [(item["name"], item["digest"] == made["digest"], item["there"]) for item in listed] == [
        ("one", True, True),
        ("next", False, True),
    ]
    assert listed[1]["base"] == made["digest"]
    assert dragoman("snapshot", "apply", "one", "next", "both").returncode == 0
    assert dragoman("snapshot", "diff", "one", "both").stdout == "No row differs.\n"
    assert made["digest"] in dragoman("snapshot", "verify", "both", "--digest", f"sha256:{made['digest']}").stdout
    tags = tmp_path / "snapshots" / "both" / "tags.parquet"
    tags.chmod(0o644)
    data = bytearray(tags.read_bytes())
    data[len(data) // 2] ^= 1
    tags.write_bytes(data)
    broken = dragoman("snapshot", "verify", "both")
    assert (broken.returncode, broken.stdout.splitlines()[0]) == (1, "tags.parquet: its content was changed")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("export", "out", "--format", "rss", "--table", "all"), "has no tables"),
        (("export", "out", "--format", "warc"), "--archive"),
        (("export", "out", "--format", "sqlite", "--split-by", "month"), "one file"),
        (("export", "out", "--format", "parquet", "--compress", "gzip"), "needs none"),
        (("export", "out", "--bom"), "for csv"),
        (("export", "out", "--table", "articels"), "is no table"),
        (("snapshot", "create", "a/b"), "no name"),
        (("snapshot", "create", "x", "--since", "nothing"), "there is no snapshot"),
        (("snapshot", "verify", "nothing"), "there is no snapshot"),
        (("rehydrate", "nothing"), "there is no snapshot"),
    ],
)
def test_a_mistake_is_one_line(dragoman: Run, tmp_path: Path, words: tuple[str, ...], message: str) -> None:
    done = dragoman(*words)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert message in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["rss", "atom"])
def test_a_query_is_a_feed(dragoman: Run, db: str, tmp_path: Path, kind: str) -> None:
    assert dragoman("export", "out", "--format", kind, "--query", "parliament", "--db", db).returncode == 0
    root = ET.parse(tmp_path / "out" / f"feed.{kind}").getroot()  # noqa: S314 - our own
    text = ET.tostring(root, encoding="unicode")
    assert "Parliament sends delegation to Damascus" in text
    assert "https://tigris.example/1" in text
    assert "The foreign minister told reporters" not in text

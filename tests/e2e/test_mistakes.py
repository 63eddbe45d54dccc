"""A mistake is one clear line on stderr and exit code 2, and the database is untouched."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from tests.e2e.conftest import Run
from tests.warcs import PARLIAMENT, Recorded, article_page, write_warc

SOURCE = """\
id: tigris-post
name: Tigris Post
homepage: https://tigris.example/
country: IQ
languages: [en]
kind: newspaper
feeds: [{url: "https://tigris.example/rss"}]
"""


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    folder = tmp_path / "catalog" / "iq"
    folder.mkdir(parents=True)
    (folder / "tigris-post.yml").write_text(SOURCE, encoding="utf-8")
    return tmp_path / "catalog"


@pytest.fixture
def filled(tmp_path: Path, one_article: Path) -> Path:
    """Return a copy of a database with one article, beside the WARC that it came from."""
    shutil.copy(one_article / "one.warc", tmp_path)
    return Path(shutil.copy(one_article / "filled.db", tmp_path))


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def one_line(stderr: str) -> str:
    lines = stderr.strip().splitlines()
    assert len(lines) == 1, stderr
    assert lines[0].startswith("dragoman: ")
    assert "Traceback" not in stderr
    return lines[0]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("crawl", "tigris-pots", "--catalog", "catalog"), "unknown source 'tigris-pots' (did you mean 'tigris-post'?)"),
        (("crawl", "--catalog", "nowhere"), "no catalog at nowhere"),
        (("crawl", "--catalog", "catalog", "--contact", "two words"), "must be one word of ASCII"),
        (("crawl", "--catalog", "catalog", "--region", "atlantis"), "atlantis"),
        (("crawl", "--catalog", "catalog", "--limit", "-1"), "--limit"),
        (("crawl", "--nonsense"), "No such option"),
        (("ingest", "missing.warc"), "missing.warc: No such file or directory"),
        (("ingest", "catalog"), "catalog is a folder"),
        (("ingest",), "Missing argument"),
        (("extract", "missing.html"), "missing.html: No such file or directory"),
        (("extract", "one.warc", "--url", "https://a.example"), "--url goes with a single HTML file"),
        (("search", "x", "--from", "soon"), "--from 'soon' is not a day"),
        (("search", "x", "--from", "2026-02-01", "--to", "2026-01-01"), "is after --to"),
        (("show", "4711"), "4711"),
        (("show", "https://tigris.example/none"), "https://tigris.example/none"),
        (("export", "one.warc"), "one.warc"),
        (("nonsense",), "No such command"),
    ],
)
def test_mistake_is_one_line_and_changes_nothing(dragoman: Run, filled: Path, catalog: Path, words: tuple[str, ...], message: str) -> None:
    assert catalog.is_dir()
    before = digest(filled)
    done = dragoman(*words, env={"DRAGOMAN_DB": "sqlite:///filled.db"})
    assert message in one_line(done.stderr)
    assert done.returncode == 2
    assert done.stdout == ""
    assert digest(filled) == before


@pytest.mark.parametrize("command", [("search", "x"), ("stats",), ("export", "out"), ("show", "1"), ("status",), ("db", "info")])
def test_question_to_a_missing_database_makes_none(dragoman: Run, tmp_path: Path, command: tuple[str, ...]) -> None:
    done = dragoman(*command, "--db", "sqlite:///none.db")
    assert "none.db does not exist" in one_line(done.stderr)
    assert done.returncode == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("url", ["filled.db", "mysql://x/y", "sqlite://", "postgresql://127.0.0.1:1/none"])
def test_wrong_database_url_is_one_line(dragoman: Run, url: str) -> None:
    done = dragoman("stats", "--db", url)
    one_line(done.stderr)
    assert done.returncode == 2


def test_broken_yaml_names_file_and_line(dragoman: Run, catalog: Path, filled: Path) -> None:
    (catalog / "iq" / "tigris-post.yml").write_text(SOURCE.replace("[en]", "[en"), encoding="utf-8")
    before = digest(filled)
    done = dragoman("crawl", "--catalog", "catalog", "--db", "sqlite:///filled.db")
    assert "catalog/iq/tigris-post.yml:6: broken YAML" in one_line(done.stderr)
    assert done.returncode == 2
    assert digest(filled) == before


def test_truncated_warc_keeps_and_counts_what_could_be_read(dragoman: Run, tmp_path: Path) -> None:
    pages = [
        Recorded(
            f"https://tigris.example/{n}",
            article_page(f"Talks {n}", [*PARLIAMENT, f"The delegation leaves on day {n} of the talks, the minister said."]),
        )
        for n in range(3)
    ]
    path = write_warc(tmp_path / "cut.warc.gz", pages)
    path.write_bytes(path.read_bytes()[:-200])
    done = dragoman("ingest", "cut.warc.gz")
    assert done.returncode == 2
    assert "cut.warc.gz ends in the middle of a record: 2 whole responses were read" in one_line(done.stderr)
    assert "2 records read: 1 copy, 1 new." in done.stdout
    assert "2 articles" in dragoman("search", "parliament").stdout


def test_database_of_a_newer_schema_is_refused(dragoman: Run, filled: Path) -> None:
    connection = sqlite3.connect(filled)
    connection.execute("UPDATE alembic_version SET version_num = '9999_from_the_future'")
    connection.commit()
    connection.close()
    before = digest(filled)
    for words in (("stats",), ("ingest", "one.warc"), ("crawl",), ("schedule", "--once")):
        done = dragoman(*words, "--db", "sqlite:///filled.db")
        assert "newer Dragoman" in one_line(done.stderr)
        assert done.returncode == 2
    assert digest(filled) == before


@pytest.mark.skipif(os.geteuid() != 0 and not Path("/proc").exists(), reason="needs a folder that cannot be written to")
def test_unwritable_output_folder_is_refused(dragoman: Run, filled: Path) -> None:
    before = digest(filled)
    for out in ("/proc/nothing/out", "filled.db", "filled.db/out"):
        done = dragoman("export", out, "--db", "sqlite:///filled.db")
        one_line(done.stderr)
        assert done.returncode == 2
    assert digest(filled) == before


def test_debug_shows_the_traceback(dragoman: Run) -> None:
    done = dragoman("--debug", "ingest", "missing.warc")
    assert done.returncode != 0
    assert "Traceback" in done.stderr


def test_interrupted_pipe_is_no_error(dragoman: Run) -> None:
    assert dragoman("--version").stdout.startswith("dragoman ")
    assert dragoman("--help").returncode == 0

"""The demo does the main job once, and leaves behind what it says."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from urllib.parse import urlsplit

import pyarrow.parquet
import pytest

from storage.corpus import Corpus
from storage.records import ArticleFilter, ClusterRole
from tests.e2e.conftest import Run, run_in

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def toured(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Return the folder of a demo, and what it printed."""
    folder = tmp_path_factory.mktemp("demo")
    done = run_in(folder)("demo", env={"COLUMNS": "160"})
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return folder, done.stdout


def test_demo_prints_what_it_promises(toured: tuple[Path, str]) -> None:
    _, printed = toured
    assert printed.count("$ dragoman crawl") == 2
    assert printed.count("What came of every candidate") == 2
    for outcome in ("new", "copy", "irrelevant", "no_text", "not_html", "robots_denied", "gone", "revised"):
        assert f"\n{outcome} " in printed, outcome
    assert "[[العراق]]" in printed
    assert "origin" in printed
    assert "Revision 2" in printed
    assert "articles.parquet" in printed
    assert "$ dragoman ties Iraq SY --plot" in printed
    assert "Later half against the earlier one: ×" in printed
    tail = printed.rsplit("Type next:", 1)[1]
    assert [name for name in ("search", "stats", "status") if f"dragoman {name} " in tail] == ["search", "stats", "status"]
    took = int(printed.rsplit("That took ", 1)[1].split(" s")[0])
    assert took < 60, "the demo is promised in 30 s on two free cores"


def test_demo_leaves_a_picture_of_a_tie(toured: tuple[Path, str]) -> None:
    folder, _ = toured
    assert (folder / "demo-output" / "ties.png").read_bytes().startswith(b"\x89PNG")


def test_demo_leaves_a_corpus_and_an_export_that_agree(toured: tuple[Path, str]) -> None:
    folder, _ = toured
    with Corpus.open(f"sqlite:///{folder / 'demo-output' / 'dragoman.db'}") as corpus:
        articles = list(corpus.articles(ArticleFilter()))
        counted = corpus.stats()
    assert counted.articles == len(articles) > 45
    assert set(counted.by_language) == {"ar", "en", "fa", "fr", "he", "tr"}
    hosts = {urlsplit(article.url).hostname or "" for article in articles}
    assert all(host.startswith("127.0.0.") or host.endswith(".example") for host in hosts)
    clusters = {article.cluster for article in articles if article.cluster}
    assert len(clusters) == counted.clusters >= 4
    assert sum(article.cluster_role is ClusterRole.ORIGIN for article in articles) == len(clusters)
    table = pyarrow.parquet.read_table(folder / "demo-output" / "export" / "articles.parquet")
    assert table.column("id").to_pylist() == [article.key for article in articles]
    manifest = json.loads((folder / "demo-output" / "export" / "manifest.json").read_text(encoding="utf-8"))
    data = (folder / "demo-output" / "export" / "articles.parquet").read_bytes()
    assert hashlib.sha256(data).hexdigest() in json.dumps(manifest)
    assert manifest["rows"] == len(articles)


def test_commands_that_the_demo_names_work(toured: tuple[Path, str]) -> None:
    folder, printed = toured
    for line in printed.rsplit("Type next:", 1)[1].splitlines():
        words = line.split()
        if line.startswith("  ") and words[0].endswith("dragoman"):
            done = run_in(folder)(*words[1:])
            assert done.returncode == 0, done.stderr
            assert done.stdout.strip()


def test_demo_can_be_run_again_in_the_same_folder(toured: tuple[Path, str], dragoman: Run, tmp_path: Path) -> None:
    _, first = toured
    (tmp_path / "demo-output").mkdir()
    (tmp_path / "demo-output" / "mine.txt").write_text("keep me")
    second = dragoman("demo", env={"COLUMNS": "160"})
    assert second.returncode == 0, second.stderr
    assert (tmp_path / "demo-output" / "mine.txt").read_text() == "keep me"
    summary = [line for line in first.splitlines() if line.startswith("In all:")]
    assert [line for line in second.stdout.splitlines() if line.startswith("In all:")] == summary

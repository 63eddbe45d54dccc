"""Every example of docs/python.md runs as it stands."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from storage import articles, runs, sources
from storage.database import Database
from storage.records import RunKind
from tests.contract.builders import NOON, draft, fetched, source

PAGE = Path(__file__).parents[2] / "docs" / "python.md"
EXAMPLES = re.findall(r"^## (.+?)$.*?```python\n(.*?)```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
EXPECTED = {
    "Search": "[[harbour]]",
    "Page by page": "['Harbour', 'Harbour opens again']",
    "One article, its versions and its copies": "herald copy 1.0",
    "Counts over time": "2026-01 1",
    "A table for pandas, polars or Arrow": "5 ['id', 'source', 'url', 'canonical_url']",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("python")
    with Database.open(f"sqlite:///{folder / 'corpus.db'}") as database:
        sources.sync(database, [source("courier", country="IQ"), source("herald", country="IQ")], NOON)
        run_id = runs.start(database, RunKind.INGEST, None, NOON)
        harbour = draft(title="Harbour", text="The old harbour opens.")
        made = [
            replace(harbour, url=url, canonical_url=url, text=f"The old harbour number {number} opens.", published_at=at)
            for number in range(3)
            for url, at in [(f"https://courier.example/{number}", NOON - timedelta(days=20 * number))]
        ]
        made += [draft("a"), draft("b", source_id="herald", published_at=NOON)]
        articles.save_batch(database, run_id, [fetched(one) for one in made])
    return folder


def test_page_has_an_example_of_everything() -> None:
    assert [title for title, _ in EXAMPLES] == list(EXPECTED)
    assert all(len(code.strip().splitlines()) <= 12 for _, code in EXAMPLES)


@pytest.mark.parametrize(("title", "code"), EXAMPLES, ids=[title for title, _ in EXAMPLES])
def test_example_runs_and_prints(folder: Path, title: str, code: str) -> None:
    command = [sys.executable, "-c", code]
    path = {"PYTHONPATH": str(PAGE.parents[1]), "PATH": "", "PYTHONIOENCODING": "utf-8"}
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", env=path, check=False)  # noqa: S603

    assert (ran.returncode, ran.stderr) == (0, "")
    assert EXPECTED[title] in ran.stdout

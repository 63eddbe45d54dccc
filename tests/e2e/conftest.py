"""End-to-end tests type the command line in a process of its own, as a user does."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests import commands
from tests.warcs import PARLIAMENT, Recorded, article_page, write_warc

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def run_in(folder: Path) -> Run:
    """Return a function that runs `dragoman WORDS…` in a folder and gives back what it printed."""

    def run(
        *words: str, env: Mapping[str, str] | None = None, fresh: bool = False, timeout: float = 110
    ) -> subprocess.CompletedProcess[str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("DRAGOMAN_")}
        return commands.run(
            words,
            cwd=folder,
            env=clean | {"PYTHONPATH": "", "PYTHONWARNINGS": "", "COLUMNS": "200"} | dict(env or {}),
            timeout=timeout,
            fresh=fresh,
        )

    return run


@pytest.fixture
def dragoman(tmp_path: Path) -> Run:
    """Return what types commands in an empty folder."""
    return run_in(tmp_path)


@pytest.fixture(scope="session")
def one_article(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a WARC of one page, and the database into which it was read."""
    folder = tmp_path_factory.mktemp("one-article")
    page = article_page("Parliament sends delegation to Damascus", PARLIAMENT)
    write_warc(folder / "one.warc", [Recorded("https://tigris.example/1", page)])
    done = run_in(folder)("ingest", "one.warc", "--db", "sqlite:///filled.db")
    assert done.returncode == 0, done.stderr
    return folder

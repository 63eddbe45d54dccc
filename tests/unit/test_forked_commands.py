"""A program that the tests fork is what it would be in an interpreter of its own."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path

import pytest

from tests import commands


def test_program_has_its_words_folder_environment_and_input(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text("", encoding="utf-8")
    env = {"DRAGOMAN_DB": "sqlite:///named-by-the-environment.db"}
    forked = commands.run(["ingest", "rows.jsonl"], cwd=tmp_path, env=env)
    assert forked.returncode == 0, forked.stderr
    assert (tmp_path / "named-by-the-environment.db").exists()
    crawl: dict[str, object] = {"urls": [], "settings": {}}
    answered = commands.run([], module="tests.integration.fetching", stdin=json.dumps(crawl))
    assert json.loads(answered.stdout)["results"] == []


def test_program_prints_what_a_new_interpreter_prints(tmp_path: Path) -> None:
    for words in (["--version"], ["search", "x", "--db", "sqlite:///nowhere.db"], ["no-such-command"]):
        forked, fresh = (commands.run(words, cwd=tmp_path, fresh=fresh) for fresh in (False, True))
        assert (forked.returncode, forked.stdout, forked.stderr) == (fresh.returncode, fresh.stdout, fresh.stderr), words


def test_program_can_be_waited_for_and_killed(tmp_path: Path) -> None:
    waiting = commands.start(["demo", "--serve"], cwd=tmp_path)
    assert waiting.poll() is None
    with pytest.raises(subprocess.TimeoutExpired):
        waiting.wait(0.01)
    waiting.kill()
    assert waiting.wait(90) == -signal.SIGKILL
    assert waiting.communicate()[1] == ""

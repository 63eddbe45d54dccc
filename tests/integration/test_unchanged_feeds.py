"""A crawl of feeds in which nothing changed costs one small answer a feed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_second_crawl_of_unchanged_feeds_gets_304_and_nothing_else() -> None:
    command = [sys.executable, str(ROOT / "benchmarks" / "unchanged_feeds.py"), "--feeds", "30", "--hosts", "6"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=280, check=False)  # noqa: S603 - our own program
    assert done.returncode == 0, done.stdout + done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    assert result["first"]["requests"] == {"feed 200": 30, "page 200": 30, "robots 200": 6}
    assert result["second"]["requests"] == {"feed 304": 30}
    assert result["second"]["bytes"] < result["first"]["bytes"] / 50

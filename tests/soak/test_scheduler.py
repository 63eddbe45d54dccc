"""The scheduler for a long time: what `benchmarks/` measures, at its full size, with its exit code as the verdict."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.soak, pytest.mark.timeout(7200)]


@pytest.mark.parametrize(
    ("script", "arguments"),
    [
        ("simulated_week.py", []),  # 300 sources over a week
        ("thousand_sources.py", []),  # at fifteen minutes, for two hours
        ("kills.py", ["--kills", "50"]),
        ("left_alone.py", []),  # forty real minutes
    ],
)
def test_benchmark_reaches_what_it_promises(script: str, arguments: list[str]) -> None:
    done = subprocess.run(  # noqa: S603 - our own scripts
        [sys.executable, str(ROOT / "benchmarks" / script), *arguments], capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr

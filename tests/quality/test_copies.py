"""Pinned floors of finding copies among texts of which every copy is known; they are not part of the project.

The data is found through `DRAGOMAN_QUALITY_DATA`, else in `../shared/data` beside the repository; without it this test is skipped.
`python benchmarks/copies.py curve FILE` tells what each parameter does to the scores.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from benchmarks.copies import read, score
from storage.dedup.near import NearConfig

DATA = Path(os.environ.get("DRAGOMAN_QUALITY_DATA") or Path(__file__).parents[2] / ".." / "shared" / "data").resolve()
COPIES = DATA / "copies" / "dev.jsonl.gz"
#: What was reached, rounded down.
PRECISION, RECALL, CORE = 0.987, 0.994, 0.999


@pytest.mark.skipif(not COPIES.is_file(), reason="the quality data is absent (set DRAGOMAN_QUALITY_DATA)")
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_known_copies_are_found_and_little_else() -> None:
    found = score(read(COPIES), NearConfig())

    assert found.precision >= PRECISION
    assert found.recall >= RECALL
    assert found.core >= CORE

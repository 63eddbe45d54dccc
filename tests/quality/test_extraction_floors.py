"""Pinned floors of extraction on real pages, which are not part of the project.

The data is found through `DRAGOMAN_QUALITY_DATA`, else in `../shared/data` beside the repository; without it these tests are skipped. The
floors stand in `extraction_floors.json` with a hash of the data that they were reached on. `python benchmarks/extraction.py floors DATA`
raises them; it lowers one only with `--allow-regression`.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks.extraction_floors import data_hash, load_floors, reached, under
from benchmarks.extraction_scores import find_sets
from crawler.extraction import extract
from crawler.records import Page

DATA = Path(os.environ.get("DRAGOMAN_QUALITY_DATA") or Path(__file__).parents[2] / ".." / "shared" / "data").resolve()
PINNED = load_floors()

pytestmark = [
    pytest.mark.skipif(not (DATA / "pages").is_dir(), reason="the quality data is absent (set DRAGOMAN_QUALITY_DATA)"),
    pytest.mark.slow,
    pytest.mark.timeout(600),
]


@pytest.mark.parametrize("name", PINNED)
def test_real_pages_score_no_worse_than_before(name: str) -> None:
    archive, truth = find_sets(DATA / name)[name]
    assert data_hash(archive, truth) == PINNED[name].sha256, f"the floors of {name} were reached on other data"
    lower = under(PINNED[name].floors, reached(archive, truth))
    assert not lower, f"{name}: (score, floor) of {lower}"


def test_the_founding_article_comes_out_exactly() -> None:
    truth = json.loads((DATA / "seed" / "truth.json").read_text("utf-8"))
    body = (DATA / "seed" / "iraq-syria.html").read_bytes()
    article = extract(Page(truth["url"], truth["url"], body, datetime.now(UTC)))
    assert [" ".join(part.split()) for part in article.text.split("\n\n")] == [" ".join(part.split()) for part in truth["paragraphs"]]
    assert not [line for line in truth["forbidden"] if line in article.text]
    assert article.title == " ".join(truth["title"].split())
    assert list(article.authors) == truth["authors"]
    assert article.published is not None
    assert article.published.at == datetime.fromisoformat(truth["published"])
    assert article.language == truth["language"]

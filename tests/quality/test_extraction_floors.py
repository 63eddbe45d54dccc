"""Pinned floors of extraction on real pages, which are not part of the project.

The data is found through `DRAGOMAN_QUALITY_DATA`, else in `../shared/data` beside the repository; without it these tests are skipped. The
numbers are those of `score_extraction.py`, which lies in `tools` beside the data. A floor is what was reached, rounded down.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawler.errors import PageError
from crawler.extraction import extract
from crawler.records import ExtractedArticle, Page

DATA = Path(os.environ.get("DRAGOMAN_QUALITY_DATA") or Path(__file__).parents[2] / ".." / "shared" / "data").resolve()
SCORER = DATA.parent / "tools" / "score_extraction.py"
FLOORS = {
    "pages": {
        "predicted": 221, "body_f1": 0.973, "body_page_f1": 0.970, "title": 0.892, "day": 0.992, "minute": 0.961, "authors": 0.931,
        "language": 0.992,
    },
    "rtl": {
        "predicted": 19, "body_f1": 0.987, "body_page_f1": 0.985, "title": 1.0, "day": 1.0, "minute": 0.947, "authors": 1.0,
        "language": 1.0,
    },
}  # fmt: skip

pytestmark = [
    pytest.mark.skipif(not SCORER.is_file(), reason="the quality data is absent (set DRAGOMAN_QUALITY_DATA)"),
    pytest.mark.slow,
    pytest.mark.timeout(600),
]


def pages(name: str) -> Iterator[Page]:
    with (DATA / name / "dev-pages.warc.gz").open("rb") as file:
        for record in ArchiveIterator(file):
            if record.rec_type == "response":
                url = record.rec_headers.get_header("WARC-Target-URI")
                fetched_at = datetime.fromisoformat(record.rec_headers.get_header("WARC-Date"))
                content_type = record.http_headers.get_header("Content-Type") or ""
                yield Page(url, url, record.content_stream().read(), fetched_at, content_type=content_type)


def row(article: ExtractedArticle) -> dict[str, Any]:
    published_at = article.published.at.isoformat() if article.published else None
    fields = {name: getattr(article, name) for name in ("url", "text", "title", "authors", "language")}
    return fields | {"published_at": published_at}


@pytest.mark.parametrize("name", FLOORS)
def test_real_pages_score_no_worse_than_before(name: str, tmp_path: Path) -> None:
    rows = []
    for page in pages(name):
        try:
            rows.append(json.dumps(row(extract(page)), ensure_ascii=False))
        except PageError:
            continue
    predicted = tmp_path / "predicted.jsonl"
    predicted.write_text("\n".join(rows), "utf-8")
    command = [sys.executable, str(SCORER), str(DATA / name / "dev-truth.jsonl"), str(predicted)]
    scores = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)["all"]  # noqa: S603 - our own scorer
    lower = {key: (scores[key], floor) for key, floor in FLOORS[name].items() if scores[key] < floor}
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

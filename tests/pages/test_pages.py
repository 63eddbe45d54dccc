"""Small pages in several languages, each beside what must come out of it.

To add one, write `name.html` (in UTF-8) and `name.json`: `what` it is about, its `url`, `expected` fields or the name of the `error`,
and where it matters the `evidence` of fields (where they were found), the `encoding` in which the page is served, its `content_type`,
and the `context`.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawler import errors
from crawler.extraction import extract
from crawler.records import Dated, ExtractedArticle, Page, PageContext

FOLDER = Path(__file__).parent
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))
FETCHED_AT = datetime(2025, 6, 1, 12, 0, tzinfo=UTC)


def load(name: str) -> tuple[dict[str, Any], Page, PageContext]:
    case: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    body = (FOLDER / f"{name}.html").read_text("utf-8").encode(case.get("encoding", "utf-8"))
    page = Page(case["url"], case["url"], body, FETCHED_AT, content_type=case.get("content_type", "text/html"))
    return case, page, PageContext(**case.get("context", {}))


def fields(article: ExtractedArticle) -> dict[str, Any]:
    row = asdict(article) | {"authors": list(article.authors), "keywords": list(article.keywords), "body": article.body}
    for name, dated in (("published", article.published), ("modified", article.modified)):
        row[f"{name}_at"] = dated.at.isoformat() if isinstance(dated, Dated) else None
    published = article.published or Dated(FETCHED_AT, "", 0)
    return row | {"found_in": published.found_in, "day_only": published.day_only}


@pytest.mark.parametrize("name", NAMES)
def test_page_gives_what_stands_beside_it(name: str) -> None:
    case, page, context = load(name)
    if "error" in case:
        with pytest.raises(getattr(errors, case["error"])):
            extract(page, context)
        return
    row = fields(extract(page, context))
    assert {key: row[key] for key in case["expected"]} == case["expected"]
    found_in = {name: told["found_in"] for name, told in row["evidence"].items()}
    assert {name: found_in.get(name) for name in case.get("evidence", {})} == case.get("evidence", {})


def test_every_page_has_its_expectation() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.html")) == NAMES
    assert len(NAMES) >= 12

"""The page on misbehaviours is written from the list that the crawl of them is tested with."""

from __future__ import annotations

from pathlib import Path

from tests.integration.misbehaviours import table


def test_page_on_misbehaviours_says_what_is_tested() -> None:
    written = (Path(__file__).parents[2] / "docs" / "misbehaviours.md").read_text(encoding="utf-8")
    assert written == table(), "run 'python -m tests.integration.misbehaviours > docs/misbehaviours.md'"

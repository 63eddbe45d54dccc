"""Feeds that nobody here wrote: what parsers' authors expect of their own test feeds comes out.

The feeds are not part of the project. `DRAGOMAN_FEED_COLLECTIONS` names folders (separated as in PATH) of unpacked source distributions of
feedparser, podcastparser, rss-parser or reader; without it these tests are skipped. A floor is what was reached.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from benchmarks.feed_collections import DIFFERS, EXACT, NOT_OURS, TEXT, Judgement, judge
from benchmarks.feed_expectations import load_cases

FOLDERS = [Path(name) for name in os.environ.get("DRAGOMAN_FEED_COLLECTIONS", "").split(os.pathsep) if name]
# of the feeds with expectations on what is kept: how many there are, and how many may differ
FLOORS = {"feedparser": (1_000, 21), "podcastparser": (60, 2), "reader": (10, 0), "rss-parser": (20, 0)}

pytestmark = pytest.mark.skipif(not FOLDERS, reason="no feed collections (set DRAGOMAN_FEED_COLLECTIONS)")


@pytest.fixture(scope="module")
def judgements() -> list[Judgement]:
    return [judge(case) for folder in FOLDERS for case in load_cases(folder)]


@pytest.mark.parametrize("collection", FLOORS)
def test_feeds_yield_what_their_authors_expect(judgements: list[Judgement], collection: str) -> None:
    ours = [
        judgement for judgement in judgements if judgement.case.collection == collection and judgement.verdict in {EXACT, TEXT, DIFFERS}
    ]
    if not ours:
        pytest.skip(f"no feeds of {collection} in DRAGOMAN_FEED_COLLECTIONS")
    least, most_differing = FLOORS[collection]
    differing = [f"{judgement.case.name}: {judgement.reason}" for judgement in ours if judgement.verdict == DIFFERS]
    assert len(ours) >= least
    assert len(differing) <= most_differing, "\n".join(differing)


def test_no_feed_takes_long(judgements: list[Judgement]) -> None:
    assert max(judgement.seconds for judgement in judgements) < 2


def test_what_is_not_ours_was_read_all_the_same(judgements: list[Judgement]) -> None:
    refused = [judgement.case.name for judgement in judgements if judgement.verdict == NOT_OURS and judgement.reason.startswith("CDF")]
    assert len(refused) <= 15, "formats other than RSS, Atom and JSON Feed"

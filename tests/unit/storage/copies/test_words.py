"""The place of an article among copies, as a researcher reads it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from storage.copies.words import agency_in_words, copies_in_words, origin_in_words, place_in_words
from storage.records import Article, ClusterRole, CopyChange

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ORIGIN = "[4] (wire, Reuters)"


def article(**fields: Any) -> Article:
    url = "https://herald.example/7"
    known: dict[str, Any] = {
        "id": 7, "url": url, "canonical_url": url, "source": "herald", "title": "Vote", "text": "It passed.", "authors": (),
        "published_at": None, "published_from": None, "published_confidence": None, "modified_at": None, "first_seen_at": NOON,
        "fetched_at": NOON, "language": "en", "description": None, "site_name": None, "section": None, "image_url": None,
        "paywalled": None, "extractor": "made 1.0", "cluster": 1, "cluster_role": ClusterRole.COPY, "relevant": None, "relevance": None,
        "relevance_reasons": (), "tags": (), "revisions": 1, "extra": {}, "similarity": 0.616, "cluster_members": 4, "origin": 4,
        "origin_source": "wire", "representative": 4, "cluster_agency": "reuters",
    }  # fmt: skip
    return Article(**(known | fields))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (
            {"changes": (CopyChange.HEADLINE, CopyChange.CUT)},
            "copy of [4] (wire, Reuters): cut, new headline; 62 % alike",
        ),
        ({"changes": (CopyChange.ADDED,), "similarity": 0.9999}, "copy of [4] (wire, Reuters): text added; 99 % alike"),
        ({"similarity": 1.0}, "copy of [4] (wire, Reuters): unchanged; 100 % alike"),
        (
            {"cluster_role": ClusterRole.PARTIAL, "changes": (CopyChange.REWORDED,), "similarity": 0.4},
            "in part a copy of [4] (wire, Reuters): reworded; 40 % alike",
        ),
        ({"cluster_role": ClusterRole.ORIGIN, "id": 4}, "origin of 3 copies"),
        ({"cluster_role": ClusterRole.ORIGIN, "id": 4, "cluster_members": 2}, "origin of 1 copy"),
        ({"representative": 7}, "copy of [4] (wire, Reuters); the other copies are compared with it"),
        (
            {"representative": 9, "changes": (CopyChange.CUT,)},
            "copy of [4] (wire, Reuters): cut; 62 % alike, compared with [9]",
        ),
        ({"similarity": None, "representative": 9}, "copy of [4] (wire, Reuters): unchanged"),
        ({"cluster": None, "cluster_role": None}, ""),
    ],
)
def test_place_is_said_in_words(fields: dict[str, Any], words: str) -> None:
    assert place_in_words(article(**fields), ORIGIN) == words


def test_copies_and_origin_are_said_in_words() -> None:
    assert (copies_in_words(article()), copies_in_words(article(cluster_members=2))) == ("3 copies", "1 copy")
    assert (copies_in_words(article(cluster_members=None)), copies_in_words(article(cluster_members=1))) == ("", "")
    assert (origin_in_words(article()), origin_in_words(article(cluster_agency=None))) == ("wire, Reuters", "wire")


@pytest.mark.parametrize(("code", "words"), [("afp", "AFP"), ("aa", "AA"), ("reuters", "Reuters"), ("tasnim", "Tasnim")])
def test_agencies_are_named_as_people_know_them(code: str, words: str) -> None:
    assert agency_in_words(code) == words

"""How well topics are told: short texts in eight languages, made for this test, each with the topics that a reader would give it.

People and events are fictional. Lists and texts have one author, and the texts of a topic tell one story in all languages, which flatters
the lists: this holds what was reached and says little of newspapers. `docs/quality.md` has the numbers.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.tagging.countries import count_mentions
from crawler.tagging.topics import LANGUAGES, find_topics, topic_tags, topics

TEXTS = [json.loads(line) for line in Path(__file__).with_name("topics.jsonl").read_text(encoding="utf-8").splitlines()]


def judged(language: str | None = None) -> Iterator[tuple[set[str], set[str]]]:
    """Yield the topics that a text has and those that were found."""
    for row in TEXTS:
        if language in {None, row["language"]}:
            mentions = count_mentions(row["title"], row["text"], row["language"])
            tags = topic_tags(find_topics(mentions, row["language"]), mentions)
            yield set(row["topics"]), {tag.value for tag in tags}


def f1(pairs: Iterator[tuple[set[str], set[str]]]) -> float:
    counts: Counter[str] = Counter()
    for true, found in pairs:
        counts.update(hit=len(true & found), extra=len(found - true), missed=len(true - found))
    return 2 * counts["hit"] / (2 * counts["hit"] + counts["extra"] + counts["missed"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_topics_are_told_in_every_language(language: str) -> None:
    assert f1(judged(language)) >= 0.95


def test_every_topic_is_tried_in_every_language() -> None:
    assert {(row["language"], topic) for row in TEXTS for topic in row["topics"]} == {
        (code, topic) for code in LANGUAGES for topic in topics()
    }


def test_a_text_about_sport_has_no_topic() -> None:
    assert [found for true, found in judged() if not true] == [set()] * len(LANGUAGES)

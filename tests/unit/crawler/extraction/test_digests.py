from __future__ import annotations

import pytest

from crawler.extraction.digests import without_digest
from crawler.extraction.lines import Block

POINTS = Block("list", "- Two crossings reopen.\n- The pilots wait.")
TEXT = Block("p", "Delegates from both shores met on Sunday in the port of Ardal.")


@pytest.mark.parametrize(
    "title",
    [
        "Kort fortalt",
        "Kortversjonen",
        "AI-generated summary",
        "Summary by AI",
        "KI-Zusammenfassung",
        "Résumé par IA",
        "Yapay zekâ özeti",
        "ملخص بالذكاء الاصطناعي",
    ],
)
def test_points_that_a_machine_made_are_dropped(title: str) -> None:
    assert without_digest([TEXT, Block("head", title), POINTS, TEXT]) == [TEXT, TEXT]


@pytest.mark.parametrize("title", ["Key points", "At a glance", "Highlights", "المحاور", "What we said about the fair summary: nothing"])
def test_points_of_editors_stay(title: str) -> None:
    blocks = [Block("p", title), POINTS, TEXT]
    assert without_digest(blocks) == blocks


def test_a_title_without_points_or_far_down_stays() -> None:
    for blocks in (
        [Block("head", "Kort fortalt"), TEXT],
        [*[TEXT] * 5, Block("head", "Kort fortalt"), POINTS],
        [Block("head", "Kort fortalt")],
    ):
        assert without_digest(blocks) == blocks

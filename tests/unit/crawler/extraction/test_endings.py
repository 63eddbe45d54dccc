from __future__ import annotations

import pytest

from crawler.extraction.endings import without_endings
from crawler.extraction.lines import Block

TEXT = "Delegates from both shores met on Sunday in the port of Ardal."
MORE = "The ferry company expects the first sailing within a week."


def kept(*lines: str, names: tuple[str, ...] = ()) -> list[str]:
    return [block.text for block in without_endings([Block("p", line) for line in lines], names)]


@pytest.mark.parametrize(
    "line",
    [
        "There is more where that came from: sign up for the Ardal Tide today to get it in your inbox.",
        "Did you enjoy this article? Tell a friend.",
        "What do you think? Leave a note in the comments.",
        "Hat Ihnen dieser Artikel gefallen? Dann spenden Sie bitte.",
        "Cet article vous a plu ?",
        "¿Le ha gustado este artículo?",
        "Görüşlerinizi bize bekliyoruz.",
        "ما رأيكم في هذا القرار؟",
        "נהניתם מהכתבה?",
        "mara.venn@tide.example",
        "https://twitter.com/maravenn",
        "@maravenn",
    ],
)
def test_requests_and_addresses_end_no_article(line: str) -> None:
    assert kept(TEXT, MORE, line) == [TEXT, MORE]
    assert kept(TEXT, line, MORE, MORE, MORE) == [TEXT, line, MORE, MORE, MORE]


def test_the_life_of_an_author_is_no_article() -> None:
    for life in (
        "Mara Venn covers ferries and their pilots.",
        "Mara Venn ist Reporterin in Ardal.",
        "Mara Venn’s book about light is out.",
    ):
        assert kept(TEXT, MORE, life, names=("Mara Venn",)) == [TEXT, MORE]
        assert kept(TEXT, MORE, life, names=("Orlo Thane",)) == [TEXT, MORE, life]
    assert kept(TEXT, "Mara Venn (Ardal)", names=("Mara Venn",)) == [TEXT, "Mara Venn (Ardal)"]
    assert kept(TEXT, f"Mara Venn is {'very ' * 120}old.", names=("Mara Venn",))[-1].endswith("old.")


def test_what_announces_the_paid_rest_is_dropped_anywhere() -> None:
    notice = "Il vous reste 57 % de cet article à lire. La suite est réservée aux abonnés."
    assert kept(TEXT, notice, MORE, MORE, MORE, MORE) == [TEXT, MORE, MORE, MORE, MORE]
    report = f"The paper now says to all visitors: subscribe to continue reading. {TEXT * 4}"
    assert kept(TEXT, report, MORE) == [TEXT, report, MORE]


def test_something_is_left() -> None:
    assert kept("What do you think? Let us know below.") == ["What do you think? Let us know below."]
    assert without_endings([Block("p", TEXT), Block("table", "@maravenn")]) == [Block("p", TEXT), Block("table", "@maravenn")]
    assert without_endings([]) == []

from __future__ import annotations

import pytest

from crawler.extraction.strings import clean_block, clean_line, comparable


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ("  two\u00a0 words\n", "two words"),
        ("Iraq&#8217;s &amp;amp; Syria&#39;s", "Iraq’s & Syria's"),
        ("<b>bold</b> <br/>words", "bold words"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("می\u200cشود", "می\u200cشود"),
        ("a\u202eb\u200f\u00ad\u0000c\ud800", "abc"),
        ("e\u0301", "é"),
        ("Q&A; &c.", "Q&A; &c."),
    ],
)
def test_values_become_one_clean_line(value: str, line: str) -> None:
    assert clean_line(value) == line


@pytest.mark.parametrize("value", [None, 7, ["a"], "", " \n", "\u200b", "—", "x" * 2_001, "x" * 100_000])
def test_what_says_nothing_is_none(value: object) -> None:
    assert clean_line(value) is None


def test_blocks_keep_their_lines() -> None:
    assert clean_block("e\u0301\n\na\x00b\u200c") == "é\n\nab\u200c"


def test_comparable_lines_differ_only_in_letters_and_digits() -> None:
    assert comparable("“Ardal”, 3rd — Day!") == comparable("ardal 3RD day")
    assert comparable("Ardal 3") != comparable("Ardal 4")

from __future__ import annotations

import pytest

from crawler.errors import Malformed
from crawler.extraction.tree import parse

TEXT = "Delegates met in the harbour town and spoke for hours."


@pytest.mark.parametrize("levels", [10, 253, 254, 300, 2_000])
def test_deep_nesting_loses_nothing(levels: int) -> None:
    tree = parse("<html><body>" + "<div>" * levels + f"<p>{TEXT}</p>" + "</div>" * levels + "<p>after</p>", "u")
    assert TEXT in tree.text_content()
    assert "after" in tree.text_content()


def test_nesting_beyond_the_parser_is_malformed() -> None:
    with pytest.raises(Malformed, match="nested"):
        parse("<html><body>" + "<div>" * 5_000 + TEXT, "u")


@pytest.mark.parametrize("text", ["", " \n", "<!-- nothing -->", "\x00"])
def test_a_page_without_an_element_is_malformed(text: str) -> None:
    with pytest.raises(Malformed):
        parse(text, "u")


def test_characters_that_xml_cannot_hold_disappear_however_they_are_written() -> None:
    tree = parse("<p>a\x00\x01\ud800\ufffe\uffffb&#1;&#x1F;&#0011;c&#65535;&#xFFFE;d&#32;e&#311;&#x10c;</p>", "u")
    assert tree.text_content() == "abcd e\u0137\u010c"
    tree.text = tree.text_content()  # lxml would refuse


def test_comments_and_instructions_are_no_text() -> None:
    assert parse("<p>a<!-- b --><?php c ?>d</p>", "u").text_content() == "ad"

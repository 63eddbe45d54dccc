from __future__ import annotations

from crawler.extraction.confirmation import confirmed, known_share, without_echoes
from crawler.extraction.lines import Block
from crawler.extraction.text import text_and_blocks
from crawler.extraction.tree import parse

ONE = "Delegates from both shores met on Sunday in the port of Ardal and agreed to reopen two crossings before the autumn storms."
TWO = "The ferry company expects the first sailing within a week, while the pilots want to see the signed paper before anything moves."
THREE = "“We have waited eleven years for this and can wait another week,” said Mara Venn, who keeps the light at the northern pier."
LONG = (
    "Nobody in the harbour office would say how many ships are fit to sail, or who is to pay for the repair of the rest of them, and when."
)
BOX = "Barriers, pilots and lights: what you need to know about the strait and its eleven quiet years without a single ferry."
CAPTION = "Ships at anchor on Monday"
STORED = [ONE, TWO, THREE]


def blocks(*lines: str, kind: str = "p") -> list[Block]:
    return [Block(kind, line) for line in lines]


def lines(found: list[Block]) -> list[str]:
    return [block.text for block in found]


def test_a_paragraph_that_a_complete_stored_article_lacks_is_dropped() -> None:
    assert lines(confirmed(blocks(ONE, CAPTION, TWO, THREE), STORED)) == STORED


def test_a_stored_article_that_lacks_much_confirms_nothing() -> None:
    shown = blocks(ONE, BOX, TWO, LONG, THREE)
    assert confirmed(shown, STORED) == shown


def test_a_stored_article_that_is_cut_short_confirms_nothing() -> None:
    shown = blocks(ONE, CAPTION, TWO, THREE)
    assert confirmed(shown, [ONE, TWO, THREE[:-30]]) == shown
    assert confirmed(shown, [ONE[:60]]) == shown
    assert confirmed(shown, []) == shown


def test_standfirst_headings_tables_and_quotations_need_no_confirmation() -> None:
    shown = [Block("p", CAPTION), Block("p", ONE), Block("head", "The pilots"), Block("p", TWO), Block("quote", "Aye"), Block("p", THREE)]
    assert confirmed(shown, STORED) == shown
    assert confirmed([*shown, Block("list", "- Harbour\n- Ferries")], STORED) == shown


def test_pull_quotes_are_echoes_and_headings_are_not() -> None:
    pulled = "We have waited eleven years for this"
    shown = [Block("p", ONE), Block("quote", pulled), Block("p", THREE)]
    assert lines(without_echoes(shown)) == [ONE, THREE]
    assert without_echoes([Block("head", pulled), *blocks(ONE, THREE)]) == [Block("head", pulled), *blocks(ONE, THREE)]
    assert without_echoes([*blocks(ONE, TWO), Block("quote", pulled)]) == [*blocks(ONE, TWO), Block("quote", pulled)]
    assert without_echoes([Block("quote", pulled), Block("table", THREE)]) == [Block("quote", pulled), Block("table", THREE)]


def test_only_long_paragraphs_are_doubled_by_mistake() -> None:
    doubled = LONG + " " + TWO
    assert lines(without_echoes(blocks(doubled, ONE, doubled))) == [doubled, ONE]
    question = "What do you like to cook on board?"
    assert lines(without_echoes(blocks(question, ONE, question, TWO))) == [question, ONE, question, TWO]


def test_known_share_counts_words() -> None:
    assert known_share(blocks(ONE, TWO), STORED) == 1.0
    assert known_share(blocks(BOX), STORED) < 0.1
    assert known_share([], STORED) == 0.0
    assert known_share(blocks("…"), STORED) == 0.0


def test_a_page_that_shows_a_part_of_what_it_stores_gives_the_whole() -> None:
    page = f"<html><body><article><p>{ONE}</p><p>{TWO}</p></article></body></html>"
    stored = [ONE, TWO, THREE, LONG, f"{THREE} {BOX}", f"{BOX} {LONG}"]
    assert text_and_blocks(parse(page, "u"), (), stored=stored)[0].startswith(f"{ONE}\n\n{TWO}\n\n{THREE}\n\n{LONG}")
    other = [f"{BOX} {number}." for number in range(8)]
    assert text_and_blocks(parse(page, "u"), (), stored=other)[0] == f"{ONE}\n\n{TWO}"

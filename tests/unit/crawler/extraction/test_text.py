from __future__ import annotations

from crawler.extraction.standfirst import standfirst
from crawler.extraction.text import text_and_blocks
from crawler.extraction.tree import parse

TEXT = "Delegates from both shores met on Sunday in the port of Ardal and agreed to reopen two crossings. Nothing else was said by either."
MORE = "The ferry company expects the first sailing within a week, while the pilots want to see the signed paper before anything moves."
LEAD = "Two crossings reopen, eleven years after the last ferry left the port of Ardal."


def text(body: str, *, headlines: tuple[str, ...] = (), summaries: tuple[str, ...] = ()) -> str:
    return text_and_blocks(parse(f"<html><body>{body}</body></html>", "u"), headlines, summaries=summaries)[0]


def test_paragraphs_are_separated_by_one_blank_line() -> None:
    assert text(f"<article><p>{TEXT}</p>\n\n\n<p>{MORE}<br><br>{LEAD}</p></article>") == f"{TEXT}\n\n{MORE}\n\n{LEAD}"


def test_lists_and_tables_keep_their_lines() -> None:
    table = "<table><tr><th>Year</th><th>Ships</th></tr><tr><td>2005</td><td></td></tr></table>"
    body = f"<article><p>{TEXT}</p><ul><li>one</li><li>two</li></ul>{table}<p>{MORE}</p></article>"
    assert text(body) == f"{TEXT}\n\n- one\n- two\n\nYear | Ships\n2005\n\n{MORE}"


def test_the_standfirst_is_kept_once() -> None:
    page = f"<header><h1>T</h1><h2>{LEAD}</h2></header><article><p>{TEXT}</p><p>{MORE}</p></article>"
    assert text(page, summaries=(LEAD,)) == f"{LEAD}\n\n{TEXT}\n\n{MORE}"
    inside = f"<article><p>{LEAD}</p><p>{TEXT}</p><p>{MORE}</p></article>"
    assert text(inside, summaries=(LEAD,)) == f"{LEAD}\n\n{TEXT}\n\n{MORE}"


def test_a_description_that_the_page_does_not_show_is_not_text() -> None:
    assert text(f"<article><p>{TEXT}</p><p>{MORE}</p></article>", summaries=(LEAD,)) == f"{TEXT}\n\n{MORE}"


def test_a_standfirst_may_begin_with_markup_but_not_end_early() -> None:
    tree = parse(f"<div><p><b>{LEAD[:20]}</b>{LEAD[20:]}</p><p>{TEXT}</p></div>", "u")
    assert standfirst(tree, [LEAD]) == LEAD
    assert standfirst(tree, [LEAD[:40]]) is None
    assert standfirst(tree, ["short"]) is None


def test_joiners_survive_even_when_a_page_uses_their_stand_ins() -> None:
    line = "نامه‌های رد و بدل‌شده میان دو طرف سازنده بوده است و کارشناسان نیز پیش‌نویس توافق را بررسی می‌کنند و 𐘀𐘁 می‌ماند 👩\u200d🚀 امروز."
    result = text(f"<article><h1>تیتر می‌شود امروز</h1><p>{line}</p><p>{line}۲</p></article>", headlines=("تیتر می‌شود امروز",))
    assert result == f"{line}\n\n{line}۲"


def test_a_page_without_text_gives_an_empty_one() -> None:
    assert text("<div><img src='a.jpg'></div>") == ""


def test_a_description_cut_short_still_finds_the_standfirst() -> None:
    lead = f"{LEAD} The pilots and the keepers of the lights, who were not asked, learned of it from the radio."
    tree = parse(f"<div><h2>{lead}</h2><p>{TEXT}</p></div>", "u")
    assert standfirst(tree, [lead[:120] + "..."]) == lead
    assert (
        standfirst(tree, ["Two crossings reopen, and other things that the page does not show at all in any of its many lines..."]) is None
    )


def test_a_block_named_standfirst_is_one_when_the_description_says_much_of_it() -> None:
    lead = "Eleven years after the last ferry, two crossings from the port of Ardal reopen this week."
    page = '<div class="article__intro-text">{}</div><p>' + TEXT + "</p>"
    assert standfirst(parse(page.format(lead), "u"), [LEAD]) == lead
    assert standfirst(parse(page.format("Nothing of what stands here is known to any description of the page."), "u"), [LEAD]) is None
    assert standfirst(parse(page.format("Too short."), "u"), [LEAD]) is None

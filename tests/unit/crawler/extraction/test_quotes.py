from __future__ import annotations

import time

import pytest

from crawler.extraction.quotes import free_quotes, mark_subheads
from crawler.extraction.text import text_and_blocks
from crawler.extraction.tree import parse

TEXT = "Delegates from both shores met on Sunday in the port of Ardal and agreed to reopen two crossings. Nothing else was said by either."
MORE = "The ferry company expects the first sailing within a week, while the pilots want to see the signed paper before anything moves."
POST = "The first ferry leaves on Friday at noon."


def text(body: str) -> str:
    return text_and_blocks(parse(f"<html><body><article><p>{TEXT}</p>{body}<p>{MORE}</p></article></body></html>", "u"), ())[0]


@pytest.mark.parametrize(
    "markup",
    [
        f'<div class="social-media-embed"><blockquote class="twitter-tweet"><p>{POST}</p></blockquote></div>',
        f'<figure class="embed"><div class="embed-wrap"><blockquote class="tiktok-embed x"><p>{POST}</p></blockquote></div></figure>',
        f'<blockquote class="twitter-tweet"><p><a href="/a">{POST}</a></p></blockquote>',
        f'<figure><blockquote class="q1w2"><p>{POST}</p></blockquote></figure>',
    ],
)
def test_quoted_posts_and_quotations_in_figures_are_kept(markup: str) -> None:
    assert text(markup) == f"{TEXT}\n\n{POST}\n\n{MORE}"


def test_tables_in_figures_are_kept() -> None:
    rows = "<tr><td>Ardal</td><td>2 ships</td></tr><tr><td>Veyne</td><td>3 ships</td></tr>"
    table = f"<figure class='wp-block-table'><table>{rows}</table></figure>"
    assert text(table) == f"{TEXT}\n\nArdal | 2 ships\nVeyne | 3 ships\n\n{MORE}"


def test_a_wrapper_that_holds_more_than_the_post_keeps_its_name() -> None:
    post = f'<blockquote class="twitter-tweet"><p>{POST}</p></blockquote>'
    assert (
        text(f'<div class="related-posts">{post}<p>Three other articles about ferries, harbours and their pilots</p></div>')
        == f"{TEXT}\n\n{MORE}"
    )


def test_plain_blocks_named_subheads_become_headings_before_a_paragraph() -> None:
    tree = parse(
        f'<div><div class="x_subheadline">Who pays?</div><p>{TEXT}</p><div class="x_subheadline"><p>No</p></div><div>No</div></div>', "u"
    )
    mark_subheads(tree)
    assert [element.text for element in tree.iter("h3")] == ["Who pays?"]
    assert text('<div class="sub-head">Who pays for the crossings?</div>') == f"{TEXT}\n\nWho pays for the crossings?\n\n{MORE}"


def test_pages_of_nothing_but_quotations_cost_little() -> None:
    posts = f'<div><blockquote class="twitter-tweet"><p>{POST}</p></blockquote></div>' * 2_000
    tree = parse(f"<html><body><section>{'<div>' * 100}{posts}</body></html>", "u")
    started = time.process_time()
    free_quotes(tree)
    assert time.process_time() - started < 2
    assert not any(quote.get("class") for quote in tree.iter("blockquote"))


def test_a_long_quotation_is_no_post_to_be_freed_from_its_frame() -> None:
    tree = parse(f'<div class="frame"><blockquote class="twitter-tweet"><p>{TEXT * 20}</p></blockquote></div>', "u")
    free_quotes(tree)
    assert next(tree.iter("div")).get("class") == "frame"

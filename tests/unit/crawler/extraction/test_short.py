from __future__ import annotations

import pytest

from crawler.extraction.lines import Block
from crawler.extraction.short import short_article
from crawler.extraction.tree import parse

FLASH = "Lesk recalled its envoy to Varnia on Thursday. No reason was given."
PROSE = "Delegates from both shores met on Sunday in the port of Ardal and agreed to reopen two crossings, and nothing else was said. "


@pytest.mark.parametrize(
    "body",
    [
        f'<div itemprop="articleBody"><p>{FLASH}</p></div><p>{PROSE}</p>',
        f'<div class="entry-content"><p>{FLASH}</p></div>',
        f"<article><p>{FLASH}</p></article>",
        f"<article><p>{FLASH}</p></article><p>{PROSE}</p>",
        f'<div itemprop="articleBody">{FLASH}</div>',
        f'<div class="entry-content"><p>{FLASH}</p><ul><li><a href="#">Print</a></li></ul></div>',
    ],
)
def test_a_marked_container_is_the_article_however_short(body: str) -> None:
    assert short_article(parse(f"<html><body>{body}</body></html>", "u")) == [Block("p", FLASH)]


def test_of_several_articles_the_one_with_the_headline_is_meant() -> None:
    tree = parse(f"<article><p>teaser</p></article><article><h1>T</h1><p>{FLASH}</p><h2>S</h2><ul><li>one</li></ul></article>", "u")
    assert short_article(tree) == [Block("p", FLASH), Block("head", "S"), Block("list", "- one")]


@pytest.mark.parametrize(
    "body",
    [
        f"<p>{FLASH}</p>",
        f"<article><p>{PROSE * 6}</p></article>",
        f"<article><p>{PROSE * 4}</p></article>",
        f"<article><p>{FLASH}</p></article>" + f"<div><p>{PROSE}</p></div>" * 5,
        f"<article><p>{FLASH}</p></article><article><p>{FLASH}</p></article>",
        "<article><h2>Only</h2><h2>headings</h2><h2>of another page</h2></article>",
        "<article><p>No.</p></article>",
    ],
    ids=["unmarked", "long container", "long text", "much prose elsewhere", "two articles", "headings", "too little"],
)
def test_elsewhere_nothing_is_claimed(body: str) -> None:
    assert short_article(parse(f"<html><body>{body}</body></html>", "u")) == []


def test_lists_of_links_are_no_prose_elsewhere() -> None:
    links = f'<p><a href="/x">{PROSE}</a></p>' * 10
    assert short_article(parse(f"<html><body><article><p>{FLASH}</p></article>{links}</body></html>", "u")) == [Block("p", FLASH)]

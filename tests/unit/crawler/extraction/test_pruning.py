from __future__ import annotations

import pytest
from lxml.html import HtmlElement

from crawler.extraction.pruning import flatten_layout_tables, merge_split_bodies, prune
from crawler.extraction.tree import parse

TEXT = "Delegates from both shores met on Sunday in the port of Ardal and agreed to reopen two crossings, and nothing else was said. "
BODY = f"<p>{TEXT}</p>" * 4


def pruned(body: str) -> HtmlElement:
    tree = parse(f"<html><body>{body}</body></html>", "u")
    prune(tree)
    return tree


@pytest.mark.parametrize(
    "names",
    [
        "comments",
        "comment-respond",
        "comments-area clearfix",
        "commentlist",
        "sharedaddy sd-sharing-enabled",
        "jp-relatedposts",
        "social-share-buttons",
        "post-share",
        "addtoany_share",
        "related-posts",
        "more-stories",
        "read-more-big",
        "newsletter-box",
        "article-signup",
        "cookie-notice",
        "modal",
        "breadcrumb",
        "entry-meta",
        "author-box",
        "wp-caption-text",
        "image__caption",
        "sr-only",
        "advertisement",
        "ad-slot",
        "infobox",
        "article-infobox",
        "reader-poll__form",
        "POST-NAVIGATION",
    ],
)
def test_blocks_that_say_what_they_are_go(names: str) -> None:
    assert "unwanted" not in pruned(f'<article>{BODY}<div class="{names}">unwanted</div></article>').text_content()
    assert (
        "unwanted" not in pruned(f'<article>{BODY}<section id="{names.split(maxsplit=1)[0]}">unwanted</section></article>').text_content()
    )


@pytest.mark.parametrize(
    "names",
    [
        "modal-enabled",
        "has-comments",
        "comments-open",
        "no-sidebar",
        "related",
        "promo",
        "unrelated-postscript",
        "content",
        "story-comment-free-zone",
        "address",
        "shareholders",
        "administration",
        "x" * 100,
    ],
)
def test_names_that_only_resemble_them_stay(names: str) -> None:
    assert "wanted" in pruned(f'<article>{BODY}<div class="{names}">wanted</div></article>').text_content()


def test_a_block_that_holds_most_of_the_text_stays_whatever_its_name() -> None:
    assert TEXT.strip() in pruned(f'<div class="modal">{BODY}</div><p>footer</p>').text_content()
    lines = TEXT + "<br>"
    assert TEXT.strip() in pruned(f'<div class="navigation">{lines * 4}</div>').text_content()


def test_the_frame_of_the_page_stays() -> None:
    tree = parse(
        f'<html class="modal"><body class="comments"><main class="share-box"><h1 class="entry-meta">T</h1>{BODY}</main></body></html>', "u"
    )
    prune(tree)
    assert tree.text_content().startswith("T" + TEXT)


def test_scripts_styles_captions_and_hidden_data_are_no_text() -> None:
    data = '<div style="display: none"><span itemprop="datePublished">2020</span></div><p style="display:none" itemprop="headline">x</p>'
    tree = pruned(
        f"<script>1</script><style>2</style><figure><img><figcaption>3</figcaption></figure><svg><text>4</text></svg>{data}{BODY}tail"
    )
    assert tree.text_content() == TEXT * 4 + "tail"


def test_hidden_text_that_is_no_data_is_left_to_others() -> None:
    assert "wanted" in pruned(f'{BODY}<div style="display:none"><p>wanted</p></div>').text_content()


@pytest.mark.parametrize(
    "block",
    [
        '<ul><li><a href="/1">one story</a></li><li><a href="/2">another story</a></li></ul>',
        '<article><a href="/1"><h3>unwanted</h3></a><p>short</p></article>',
        '<a href="/1"><h3>unwanted</h3><p>card</p></a>',
        '<p><a href="/1">The cranes that came by night</a></p><p><a href="/2">A short history of the quay</a></p>',
    ],
    ids=["list of links", "nested teaser", "card", "run of links"],
)
def test_ways_to_other_pages_go(block: str) -> None:
    assert pruned(f"<article>{BODY}{block}</article>").text_content() == TEXT * 4


@pytest.mark.parametrize(
    "block",
    [
        '<ul><li><a href="/1">one</a>, which came first</li><li><a href="/2">two</a></li></ul>',
        '<ul><li><a href="/1">a single link</a></li></ul>',
        "<ul><li>no link</li><li>none</li></ul>",
        f'<article><p>{TEXT}</p><a href="/1">more</a></article>',
        '<p><a href="/1">The cranes that came by night</a></p><p>A sentence.</p>',
        '<p><a href="/1">https://review.example/1</a></p><p><a href="/2">https://review.example/2</a></p>',
    ],
    ids=["list with words", "single link", "plain list", "nested article", "lone link", "sources"],
)
def test_links_inside_the_text_stay(block: str) -> None:
    assert pruned(f"<article>{BODY}{block}</article>").text_content() == parse(f"<article>{BODY}{block}</article>", "u").text_content()


def test_a_body_split_by_advertising_is_joined() -> None:
    part = f'<div class="article-body">{BODY}</div>'
    tree = parse(f"<article><h1>T</h1>{part}<p>between</p>{part}</article>", "u")
    merge_split_bodies(tree)
    first, second = tree.xpath("//div")
    assert (len(first), len(second)) == (8, 0)


@pytest.mark.parametrize(
    "body",
    [
        "<article>{0}</article><article>{0}</article>",
        "<h1>One</h1>{0}<h1>Two</h1>{0}",
        '<article><div class="article-body"><h1>T</h1>{1}</div>{0}</article>',
        "<article>" + "{0}" * 9 + "</article>",
        '<article>{0}<div class="article-body"><p>short</p></div></article>',
        '<article><div class="article-body">{0}{1}</div></article>',
    ],
    ids=["two articles", "two headlines", "headline inside", "too many", "too short", "nested"],
)
def test_what_is_no_split_body_is_not_joined(body: str) -> None:
    tree = parse(body.format(f'<div class="article-body">{BODY}</div>', BODY), "u")
    before = [len(element) for element in tree.xpath("//div")]
    merge_split_bodies(tree)
    assert [len(element) for element in tree.xpath("//div")] == before


def test_tables_that_lay_out_a_page_become_blocks() -> None:
    data = "<table><tr><td>2005</td><td>41</td></tr></table>"
    tree = parse(f"<table><tbody><tr><td>menu</td><td><h1>T</h1>{BODY}{data}</td></tr></tbody></table>", "u")
    flatten_layout_tables(tree)
    assert len(tree.xpath("//table")) == 1
    assert len(tree.xpath("//td")) == 2
    tree = parse(f"<table><tr><td>{BODY}</td></tr></table>{data}", "u")
    flatten_layout_tables(tree)
    assert len(tree.xpath("//table")) == 1


def test_tables_of_data_stay() -> None:
    tree = parse(f"<table><tr><td><p>{TEXT}</p></td><td><p>{TEXT}</p></td></tr></table>", "u")
    flatten_layout_tables(tree)
    assert len(tree.xpath("//table")) == 1


CARD = '<div><a href="/{0}"><h3>Another article about ferry {0}</h3></a><p>Its first lines.</p></div>'


def test_rows_of_cards_are_pruned_whatever_their_names() -> None:
    tree = pruned(f"<article>{BODY}<div class='q1'>{''.join(CARD.format(number) for number in range(3))}</div></article>")
    assert "Another article" not in tree.text_content()
    assert tree.text_content().count("Delegates") == 4


def test_two_cards_linked_chapters_and_anchors_stay() -> None:
    two = "".join(f'<div><h3><a href="/{number}">Another article {number}</a></h3></div>' for number in range(2))
    chapters = "".join(f'<h3><a href="/shop/{number}">A good lamp for piers {number}</a></h3><p>{TEXT}</p>' for number in range(4))
    anchors = "".join(f'<div><h3><a href="#c{number}">A chapter about ferry {number}</a></h3><p>{TEXT}</p></div>' for number in range(4))
    assert pruned(f"<article>{BODY}{two}</article>").text_content().count("Another article") == 2
    assert pruned(f"<article>{chapters}</article>").text_content().count("A good lamp") == 4
    assert pruned(f"<article>{anchors}</article>").text_content().count("A chapter") == 4


def test_long_blocks_with_linked_headings_are_no_cards() -> None:
    body = "".join(f'<section><h3><a href="/{number}">A chapter about ferry {number}</a></h3>{BODY}</section>' for number in range(4))
    assert pruned(f"<article>{body}</article>").text_content().count("A chapter") == 4


@pytest.mark.parametrize("label", ["MORE :", "FUNDA OLUNYE |", "Lisez »"])
def test_a_label_and_a_linked_headline_are_pruned(label: str) -> None:
    assert "harbour" not in pruned(f'<p>{TEXT}</p><p>{label} <a href="/b">The harbour of Ardal reopens</a></p><p>{TEXT}</p>').text_content()


@pytest.mark.parametrize(
    "paragraph",
    [
        'Link: <a href="https://a.example/timetable/of/ferries">https://a.example/timetable/of/ferries</a>',
        'Account: <a href="/u">@the_keeper_of_the_light</a>',
        'She says it all began with a book that her uncle wrote: <a href="/b">The harbour of Ardal in winter</a>',
        'Read <a href="/b">The harbour of Ardal reopens</a>, a book.',
        'Two: <a href="/b">The harbour of Ardal reopens</a> <a href="/c">The harbour of Veyne reopens</a>',
        "More: <a>The harbour of Ardal reopens</a>",
    ],
)
def test_other_paragraphs_with_a_link_stay(paragraph: str) -> None:
    before = f"<p>{TEXT}</p><p>{paragraph}</p><p>{TEXT}</p>"
    assert len(list(pruned(before).iter("p"))) == 3


@pytest.mark.parametrize(
    "markup",
    ['class="article__related-posts"', 'class="c-x story--newsletter"', 'data-testid="related-articles"', 'data-component="newsletter"'],
)
def test_parts_of_names_and_names_for_scripts_count(markup: str) -> None:
    assert "Box" not in pruned(f"<article>{BODY}<div {markup}>Box</div></article>").text_content()
    assert "Box" in pruned(f"<article>{BODY}<div data-testid='paragraph'>Box</div></article>").text_content()

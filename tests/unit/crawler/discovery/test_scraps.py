"""Scraps of HTML become plain lines and paragraphs."""

from __future__ import annotations

import time

import pytest

from crawler.discovery.scraps import plain_paragraphs, plain_text


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>One.</p><p>Two.</p>", "One.\n\nTwo."),
        ("<p>One\n\nline.</p>\n<p> Two. </p>", "One line.\n\nTwo."),
        ("One.<br><br />Two.<br>still two.", "One.\n\nTwo. still two."),
        ("<div>One.<ul><li>a</li><li>b</li></ul></div>", "One.\n\na\n\nb"),
        ("One.\n\nTwo.\n \nThree\nlines.", "One.\n\nTwo.\n\nThree lines."),
        ("<P CLASS='x > y'>One <IMG alt='a > b' src=x>more.</P>", "One more."),
        ('<p>See <a href="/x">the <b>old</b> port</a>.</p>', "See the old port."),
        ("<p>&lt;b&gt; is a tag &amp; stays.</p>", "<b> is a tag & stays."),
        ("<style>p{}</style><p>İki</p><SCRIPT>if (a < b) x()</SCRIPT><p>Üç</p>", "İki\n\nÜç"),
        ("<!--[if mso]><xml><w:x>no</w:x></xml><![endif]--><p>Yes</p><!-- more -->", "Yes"),
        ("<p>One<!-- never closed</p>", "One"),
        ("5 < 6 and a<b", "5 < 6 and a<b"),
        ("<p> </p>", None),
        ("", None),
    ],
)
def test_paragraphs_are_kept_apart(markup: str, expected: str | None) -> None:
    assert plain_paragraphs(markup, 1000) == expected


def test_long_text_is_cut() -> None:
    text = plain_paragraphs("<p>word word</p>" * 100, 50)
    assert text is not None
    assert len(text) <= 50
    assert text.endswith("…")


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ('<img alt="cat<br />dog" src="c.jpg">Cat', "Cat"),
        ('<img src="data:image/png;base64,AAAA' + "A" * 5000 + '">Cat', "Cat"),
        ("<b title='it>is'>Cat</b>", "Cat"),
        ("<a href=it's>Cat</a>", "Cat"),
        ("sa<!-- -- odd >fe", "safe"),
        ("safe<!--", "safe"),
        ("<!DOCTYPE x>safe", "safe"),
    ],
)
def test_odd_markup_leaves_the_text(markup: str, expected: str) -> None:
    assert plain_text(markup, 1000) == expected


@pytest.mark.parametrize(
    "piece", ["<", "<!--", "<a ", "<a '", "<a \"'", "<br ", "<br> ", "<script", "</script><script>", "<p", "&", "\n\n ", "<p \"'"]
)
def test_hostile_scrap_costs_no_more_than_an_honest_one(piece: str) -> None:
    started = time.process_time()
    plain_paragraphs(piece * (500_000 // len(piece)), 50_000)
    plain_text(piece * (500_000 // len(piece)), 50_000)
    assert time.process_time() - started < 4

"""A page is recognised as what it is: an article, one part of several, or a live blog."""

from __future__ import annotations

from crawler.extraction.forms import Form, read_form
from crawler.extraction.parts import Parts
from crawler.extraction.structured import read_facts
from crawler.extraction.tree import parse
from storage.records import ArticleForm, Evidence

URL = "https://post.example/world/the-two-bridges-of-qarnabad"


def form(body: str, head: str = "") -> Form:
    source = f"<html><head><title>The two bridges of Qarnabad</title>{head}</head><body>{body}</body></html>"
    tree = parse(source, URL)
    return read_form(tree, read_facts(tree), source, "The two bridges of Qarnabad", URL)


def test_page_without_any_sign_is_an_article() -> None:
    plain = form("<h1>The two bridges of Qarnabad</h1><p>Nobody crosses them.</p>")
    assert (plain.kind, plain.next_url, plain.later_articles) == (ArticleForm.ARTICLE, None, 0)
    assert plain.evidence(Evidence("page", 0.9)) == Evidence("page", 0.9)
    assert plain.text(read_facts(parse("<p>x</p>", URL)), "shown") == "shown"


def test_page_with_a_next_one_is_a_part() -> None:
    part = form("<p>Nobody crosses them.</p><a href='?page=2'>2</a>")
    assert (part.kind, part.next_url) == (ArticleForm.PART, f"{URL}?page=2")


def test_older_entries_of_a_live_blog_are_no_next_part() -> None:
    live = form("<p>Follow the vote.</p><a href='?page=2'>2</a>", "<meta property='og:type' content='liveblog'>")
    assert (live.kind, live.next_url) == (ArticleForm.LIVE_BLOG, None)


def test_evidence_says_that_the_text_was_cut() -> None:
    cut = Form(None, Parts(), later_articles=2).evidence(Evidence("page", 0.9))
    assert cut == Evidence("page, cut before a second article", 0.9)

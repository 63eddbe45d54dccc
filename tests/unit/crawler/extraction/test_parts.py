"""The next page of an article is found by its address, and the next article is never taken for it."""

from __future__ import annotations

import time

import pytest

from crawler.extraction.parts import Parts, parts_of
from crawler.extraction.structured import read_facts
from crawler.extraction.tree import parse

STORY = "https://post.example/world/the-two-bridges-of-qarnabad"
NONE = Parts()


def parts(body: str, url: str = STORY, head: str = "") -> Parts:
    tree = parse(f"<html><head><title>The two bridges</title>{head}</head><body>{body}</body></html>", url)
    return parts_of(tree, read_facts(tree), url)


@pytest.mark.parametrize(
    ("url", "href", "following"),
    [
        (STORY, "?page=2", f"{STORY}?page=2"),
        (STORY, f"{STORY}/2", f"{STORY}/2"),
        (STORY + "/", "2/", f"{STORY}/2/"),
        (STORY + "/", "/world/the-two-bridges-of-qarnabad/page/2/", f"{STORY}/page/2/"),
        (STORY + "/2/", "../3/", f"{STORY}/3/"),
        (STORY + "?page=2", "?page=3", f"{STORY}?page=3"),
        (STORY + "?utm_source=feed", f"{STORY}?page=2", f"{STORY}?page=2"),
        (STORY + ".html", "the-two-bridges-of-qarnabad-page-2.html", f"{STORY}-page-2.html"),
        (STORY + "-seite-2.html", "the-two-bridges-of-qarnabad-seite-3.html", f"{STORY}-seite-3.html"),
        (STORY + ".html", "/world/the-two-bridges-of-qarnabad,page-2.html", f"{STORY},page-2.html"),
        ("https://post.example/a/77812?lang=en", "?lang=en&sayfa=2", "https://post.example/a/77812?lang=en&sayfa=2"),
        ("https://post.example/خبر/الجسران-القديمان-في-الشمال", "?page=2", "https://post.example/خبر/الجسران-القديمان-في-الشمال?page=2"),
    ],
)
def test_next_page_is_found_by_its_address(url: str, href: str, following: str) -> None:
    assert parts(f"<p>Text.</p><a href='{href}'>Next page »</a>", url) == Parts(following, is_part=True)
    assert parts(f"<p>Text.</p><a rel='next' href='{href}'><svg></svg></a>", url) == Parts(following, is_part=True)
    assert parts("", url, f"<link rel='next' href='{href}'>") == Parts(following, is_part=True)


@pytest.mark.parametrize(
    "label",
    [
        "Next", "Next page", "NEXT ›", "Continue reading", "Page suivante", "Suivant »", "La suite", "Sonraki", "Sonraki sayfa", "İleri",
        "التالي", "الصفحة التالية", "بعدی", "صفحهٔ بعد", "הבא", "לעמוד הבא", "دواتر", "پەڕەی دواتر", "Nächste Seite", "2", "Page 2",
        "صفحة ٢", "صفحه ۲", "עמוד 2", "Sayfa 2", "لاپەڕەی ٢", "→",
    ],
)  # fmt: skip
def test_next_page_is_found_in_every_language(label: str) -> None:
    assert parts(f"<div><span>1</span><a href='{STORY}?page=2'>{label}</a></div>").next_url == f"{STORY}?page=2"


def test_numbers_beside_the_text_lead_to_the_second_page_and_not_to_the_third() -> None:
    numbers = f"<span>1</span><a href='{STORY}/3'>3</a><a href='{STORY}/2'>2</a><a href='{STORY}/3'>Last</a>"
    assert parts(numbers) == Parts(f"{STORY}/2", is_part=True)


def test_pages_counted_from_nought_are_followed() -> None:
    numbers = "<a href='?page=0'>1</a><a href='?page=1'>2</a><a href='?page=2'>3</a>"
    assert parts(numbers).next_url == f"{STORY}?page=1"
    assert parts("<a href='?page=1'>Next</a>").next_url == f"{STORY}?page=1"
    assert parts("", head="<link rel='next' href='?page=1'>").next_url == f"{STORY}?page=1"
    assert parts("<a href='?page=1'>1</a>") == NONE


def test_last_page_is_a_part_without_a_next_one() -> None:
    assert parts(f"<a href='{STORY}/1'>1</a><a href='{STORY}/2'>2</a>", f"{STORY}/3") == Parts(None, is_part=True)
    assert parts(f"<a href='{STORY}'>1</a>", f"{STORY}?page=2") == Parts(None, is_part=True)
    assert parts("", f"{STORY}?page=2", f"<link rel='prev' href='{STORY}'>") == Parts(None, is_part=True)
    assert parts("", f"{STORY}?page=2") == NONE


@pytest.mark.parametrize(
    "href",
    [
        "/world/another-story-of-the-delta", "/world/the-two-bridges-of-qarnabad-rise-again", "/world/", "/world/page/2", "/world?page=2",
        "https://other.example/world/the-two-bridges-of-qarnabad/2", f"{STORY}/3", f"{STORY}?page=61", f"{STORY}?id=2",
        "mailto:a@b.example",         f"{STORY}/comment-page-2/#comments", f"{STORY}?cpage=2", f"{STORY}?page=2#comments",
        "http://[broken/2", "javascript:next(2)", "#2",
        f"{STORY}/2024", f"{STORY}?page=0",
    ],
)  # fmt: skip
def test_what_is_no_page_of_this_article_is_not_followed(href: str) -> None:
    for label in ("Next", "2", "Next article"):
        assert parts(f"<a href='{href}'>{label}</a>") == NONE
    assert parts(f"<a rel='next' href='{href}'>Next</a>", head=f"<link rel='next' href='{href}'>") == NONE


@pytest.mark.parametrize("frame", ["<div class='comments'>{}</div>", "<aside>{}</aside>", "<div id='related-news'><ul><li>{}</ul></div>"])
def test_pages_of_comments_and_of_lists_beside_the_article_are_not_followed(frame: str) -> None:
    assert parts(frame.format("<a href='?page=2'>2</a>")) == NONE
    assert parts("<article class='has-comments'><a href='?page=2'>2</a></article>").is_part


def test_article_of_the_same_name_with_a_number_is_another_one_unless_the_link_counts() -> None:
    assert parts(f"<a href='{STORY}-2'>Next</a>") == NONE
    assert parts(f"<a href='{STORY}'>The two bridges of Qarnabad</a>", f"{STORY}-2") == NONE
    assert parts(f"<a href='{STORY}-2'>2</a>").next_url == f"{STORY}-2"


def test_articles_that_are_numbers_do_not_follow_each_other() -> None:
    assert parts("<a href='/news/13'>Next</a>", "https://post.example/news/12") == NONE
    assert parts("", "https://post.example/news/12", "<link rel='next' href='/news/13'>") == NONE


def test_whole_article_on_one_page_has_no_next_one() -> None:
    assert parts("<a href='?page=2'>2</a>", f"{STORY}?page=all") == NONE


def test_base_of_the_page_is_obeyed_and_what_is_no_address_has_no_parts() -> None:
    assert parts("<a href='2'>2</a>", head=f"<base href='{STORY}/'>").next_url == f"{STORY}/2"
    assert parts("<a href='?page=2'>2</a>", "ftp://post.example/x") == NONE
    assert parts("<a href='?page=2'>2</a>", "https://post.example/").next_url == "https://post.example/?page=2"


def test_many_links_take_linear_time() -> None:
    body = "<div>" * 100 + "<a href='?page=2x'>2</a>" * 20_000 + f"<a href='{STORY}/{'2/' * 4_000}'>2</a>" * 50
    started = time.process_time()
    assert parts(body) == NONE
    assert time.process_time() - started < 5

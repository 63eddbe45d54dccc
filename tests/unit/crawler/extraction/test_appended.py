"""Of a page to which other articles were appended only the first is read; an article with many headlines stays whole."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.extraction import extract
from crawler.extraction.appended import cut_later_articles
from crawler.extraction.structured import read_facts
from crawler.extraction.tree import parse
from crawler.records import ExtractedArticle, Page
from storage.records import ArticleForm

URL = "https://post.example/world/the-two-bridges-of-qarnabad"
FIRST, SECOND, THIRD = "The two bridges of Qarnabad", "A harbour without a single boat", "The minister of calm resigns again"


def lines(about: str, count: int = 5) -> list[str]:
    return [
        f"Of the {about.rsplit(maxsplit=1)[-1]} the clerk of the {number} district said that nobody had asked the people of the delta."
        for number in range(count)
    ]


def prose(about: str, count: int = 5) -> str:
    return "".join(f"<p>{line}</p>" for line in lines(about, count))


def story(
    about: str, *, tag: str = "article", head: str = "h1", count: int = 5, more: str = "<span class='byline'>Selma Orhun</span>"
) -> str:
    return f"<{tag} class='story'><{head}>{about}</{head}>{more}{prose(about, count)}</{tag}>"


def json_ld(*headlines: str) -> str:
    nodes = (f'{{"@type":"NewsArticle","headline":"{line}","url":"/{at}"}}' for at, line in enumerate(headlines, 1))
    return "".join(f'<script type="application/ld+json">{node}</script>' for node in nodes)


def read(body: str, head: str = "") -> ExtractedArticle:
    html = f"<html><head><title>{FIRST} - Post</title>{head}</head><body><main>{body}</main></body></html>"
    return extract(Page(URL, URL, html.encode(), datetime(2026, 3, 9, tzinfo=UTC)))


@pytest.mark.parametrize(
    ("body", "head"),
    [
        (story(FIRST) + story(SECOND) + story(THIRD), ""),
        (story(FIRST, tag="div") + story(SECOND, tag="div") + story(THIRD, tag="div"), ""),
        (story(FIRST) + story(SECOND, more="") + story(THIRD, more=""), json_ld(FIRST, SECOND, THIRD)),
        (story(FIRST) + story(SECOND, head="h2", more="") + story(THIRD, head="h2", more=""), json_ld(FIRST, SECOND, THIRD)),
        (f"<div class='w'><div>{story(FIRST)}</div></div><div class='w'><div>{story(SECOND)}</div></div>", ""),
        (story(FIRST) + story(SECOND, more="<time datetime='2026-03-01'>1 March</time>"), ""),
    ],
)
def test_articles_after_the_first_are_cut_and_the_evidence_says_so(body: str, head: str) -> None:
    article = read(body, head)
    assert article.text.split("\n\n")[-5:] == lines(FIRST)
    assert SECOND not in article.text
    assert THIRD not in article.text
    assert "cut before a second article" in article.evidence["text"].found_in
    assert article.form is ArticleForm.ARTICLE


def test_authors_of_later_articles_are_not_those_of_the_first() -> None:
    other = "<span class='byline'>By Imran Tekin</span>"
    assert read(story(FIRST, more="<span class='byline'>By Selma Orhun</span>") + story(SECOND, more=other)).authors == ("Selma Orhun",)


@pytest.mark.parametrize(
    "body",
    [
        story(FIRST),
        f"<article><h1>{FIRST}</h1>{prose(FIRST)}<h1>{SECOND}</h1>{prose(SECOND)}</article>",
        f"<article><h1>{FIRST}</h1>{prose(FIRST)}<section><h1>{SECOND}</h1>{prose(SECOND)}</section></article>",
        f"<h1>{FIRST}</h1><div class='story'>{prose(FIRST)}</div><div class='story'><h2>{SECOND}</h2>{prose(SECOND)}</div>",
        story(FIRST) + story(SECOND, head="h2"),
        story(FIRST, tag="div") + story(SECOND, tag="div", more=""),
        story(FIRST) + story(SECOND, count=2),
        story(FIRST) + story(FIRST),
        story(SECOND) + story(THIRD),
        story(FIRST) + f"<section class='box'><h1>{SECOND}</h1><time>1 March</time>{prose(SECOND)}</section>",
        f"<article><h1>{FIRST}</h1></article>" + story(SECOND),
        f"<h2>{SECOND}</h2>{story(FIRST)}",
    ],
)
def test_page_that_is_one_article_stays_whole(body: str) -> None:
    tree = parse(f"<html><head><title>{FIRST} - Post</title></head><body><main>{body}</main></body></html>", URL)
    assert cut_later_articles(tree, read_facts(tree)) == 0


def test_evidence_says_nothing_of_a_cut_where_there_was_none() -> None:
    article = read(story(FIRST))
    assert "text" not in article.evidence or "cut" not in article.evidence["text"].found_in

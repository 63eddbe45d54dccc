"""A live blog is one, in all languages and markups, with the text of every entry in the order of the page."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from crawler.extraction import extract
from crawler.records import ExtractedArticle, Page
from storage.records import ArticleForm

URL = "https://post.example/world/the-vote-of-qarnabad"
# language: (headline, with its marker; what twelve entries say)
LIVE = {
    "en": (
        "Vote of Qarnabad: live updates", "The council of the {} district has sent its ballots to the hall by boat, the clerk said."),
    "fr": (
        "EN DIRECT - Le vote de Qarnabad", "Le conseil du {}e district a envoyé ses bulletins en bateau, a dit le greffier hier soir."),
    "tr": (
        "Karnabad oylaması: canlı anlatım", "Kâtip, {}. bölge meclisinin oy pusulalarını tekneyle salona gönderdiğini söyledi."),
    "ar": (
        "مباشر: تصويت قرناباد لحظة بلحظة", "قال الكاتب إن مجلس الحي رقم {} أرسل أوراق الاقتراع إلى القاعة على متن قارب صغير."),
    "fa": (
        "رأی‌گیری قرن‌آباد، لحظه به لحظه", "منشی گفت که شورای ناحیهٔ {} برگه‌های رأی خود را با قایق به تالار شهر فرستاده است."),
    "he": (
        "ההצבעה בקרנבאד: עדכונים שוטפים", "המזכיר אמר כי מועצת רובע {} שלחה את פתקי ההצבעה שלה אל האולם בסירה קטנה."),
    "ckb": (
        "دەنگدانی قەڕناباد، سات بە سات", "نووسەرەکە گوتی ئەنجوومەنی گەڕەکی {} کاغەزەکانی دەنگدانی بە بەلەم ناردووە بۆ هۆڵەکە."),
}  # fmt: skip
LANGUAGES = list(LIVE)
COUNT = 12


def says(language: str, number: int) -> str:
    return LIVE[language][1].format(number)


def article_entries(language: str) -> str:
    return "".join(
        f"<article class='post'><header><time datetime='2026-03-01T{20 - n:02}:15:00Z'>{20 - n:02}:15</time></header>"
        f"<p>{says(language, n)}</p></article>"
        for n in range(1, COUNT + 1)
    )


def list_entries(language: str) -> str:
    items = (f"<li class='it'><span>{20 - n:02}:15</span><div><p>{says(language, n)}</p></div></li>" for n in range(1, COUNT + 1))
    return f"<ul class='stream'>{''.join(items)}</ul>"


def dated_sections(language: str) -> str:
    entries = [f"<div class='entry'><b>{n:02}:15 GMT</b><p>{says(language, n)}</p></div>" for n in range(1, COUNT + 1)]
    return f"<section><h2>A</h2>{''.join(entries[:7])}</section><section><h2>B</h2>{''.join(entries[7:])}</section>"


MARKUPS: list[Callable[[str], str]] = [article_entries, list_entries, dated_sections]


def read(body: str, title: str, head: str = "", url: str = URL, language: str = "en") -> ExtractedArticle:
    top = f"<html lang='{language}'><head><meta charset='utf-8'><title>{title}</title>{head}</head>"
    page = Page(url, url, f"{top}<body><main><h1>{title}</h1>{body}</main></body></html>".encode(), datetime(2026, 3, 2, tzinfo=UTC))
    return extract(page)


def in_order(text: str, lines: list[str]) -> bool:
    places = [text.find(line) for line in lines]
    return -1 not in places and places == sorted(places)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("markup", MARKUPS)
def test_all_entries_are_kept_in_their_order_without_their_times(markup: Callable[[str], str], language: str) -> None:
    article = read(markup(language), LIVE[language][0], language=language)
    assert article.form is ArticleForm.LIVE_BLOG
    assert in_order(article.text, [says(language, n) for n in range(1, COUNT + 1)])
    assert ":15" not in article.text


DECLARED = [
    '<script type="application/ld+json">{"@type":"LiveBlogPosting","headline":"The vote of Qarnabad"}</script>',
    '<meta property="og:type" content="liveblog">',
    '<meta name="pagetype" content="Live-Blog">',
]


@pytest.mark.parametrize("head", DECLARED)
def test_page_that_calls_itself_a_live_blog_is_one(head: str) -> None:
    article = read(article_entries("en"), "The vote of Qarnabad", head)
    assert article.form is ArticleForm.LIVE_BLOG
    assert in_order(article.text, [says("en", n) for n in range(1, COUNT + 1)])
    story = "".join(f"<p>{says('en', n)}</p>" for n in range(1, COUNT))
    assert read(f"<article>{story}</article>", "The vote of Qarnabad", head).form is ArticleForm.LIVE_BLOG


@pytest.mark.parametrize("step", ["live", "liveblog", "vote-live-updates", "live-blog-vote", "canli-anlatim", "direct", "مباشر"])
def test_address_that_says_live_is_enough_for_entries(step: str) -> None:
    assert read(article_entries("en"), "The vote of Qarnabad", url=f"https://post.example/{step}/the-vote").form is ArticleForm.LIVE_BLOG


def test_names_of_the_markup_are_enough_for_entries_and_not_without() -> None:
    named = article_entries("en").replace("class='post'", "class='live-blog__entry'")
    assert read(named, "The vote of Qarnabad").form is ArticleForm.LIVE_BLOG
    assert read(article_entries("en") + "<script>var a='liveblog'</script>", "The vote of Qarnabad").form is ArticleForm.ARTICLE


def test_many_headed_entries_with_clock_times_are_enough_by_themselves() -> None:
    headed = article_entries("en").replace("</header>", "</header><h2>Boats on the river</h2>")
    assert read(headed, "The vote of Qarnabad").form is ArticleForm.LIVE_BLOG
    linked = article_entries("en").replace("</header>", "</header><h2><a href='/x'>Boats on the river</a></h2>")
    story = "".join(f"<p>{says('en', n)} {says('en', n + 1)}</p>" for n in range(1, 9))
    assert read(f"<div class='story'>{story}</div>{linked}", "The vote of Qarnabad").form is ArticleForm.ARTICLE


def test_subheads_of_entries_are_kept_and_the_introduction_too() -> None:
    intro = "<p>The hall opened at noon, and this page follows the count of the ballots through the night until it ends.</p>"
    headed = article_entries("en").replace("</header>", "</header><h3>Boats on the river tonight</h3>", 1)
    text = read(intro + headed, LIVE["en"][0]).text
    assert in_order(text, ["The hall opened at noon", "Boats on the river tonight", says("en", 1), says("en", 12)])


def test_entries_that_stand_only_in_json_ld_are_read_there() -> None:
    updates = [{"@type": "BlogPosting", "headline": f"Update {n}", "articleBody": says("en", n)} for n in range(1, COUNT + 1)]
    updates[0]["headline"] = says("en", 1)[:20]
    node = json.dumps({"@type": "LiveBlogPosting", "headline": "The vote", "liveBlogUpdate": [*updates, "https://post.example/x", {}]})
    article = read("<p>Follow the count.</p>", "The vote", f'<script type="application/ld+json">{node}</script>')
    assert article.form is ArticleForm.LIVE_BLOG
    assert in_order(article.text, [line for n in range(2, COUNT + 1) for line in (f"Update {n}", says("en", n))])
    assert article.text.count("The council of the 1 district") == 1


@pytest.mark.parametrize(
    "after",
    [
        "<section class='comments'>{}</section>",
        "<aside>{}</aside>",
        "<div class='related-news'>{}</div>",
    ],
)
def test_comments_and_teasers_with_times_make_no_live_blog(after: str) -> None:
    story = "".join(f"<p>{says('en', n)} {says('en', n + 1)}</p>" for n in range(1, 9))
    article = read(f"<article>{story}</article>{after.format(article_entries('en').replace('<article', '<div'))}", "Vote: live updates")
    assert article.form is ArticleForm.ARTICLE
    assert says("en", 8) in article.text


@pytest.mark.parametrize(
    "title", ["Where the delta people live", "A live octopus in the harbour", "Le train direct du nord", "Canlı müzik geceleri"]
)
def test_headline_alone_makes_no_live_blog(title: str) -> None:
    story = "".join(f"<p>{says('en', n)}</p>" for n in range(1, 9))
    assert read(f"<article>{story}</article>", title).form is ArticleForm.ARTICLE
    assert read(f"<article>{story}</article>", f"{title} - live").form is ArticleForm.ARTICLE

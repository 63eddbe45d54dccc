"""A page that lists articles is no article, in every shape and language; an article among the teasers of others is one."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import product

import pytest

from crawler.errors import Listing, NoText
from crawler.extraction import extract
from crawler.extraction.listings import listing_reason
from crawler.extraction.structured import Facts
from crawler.extraction.tree import parse
from crawler.records import ExtractedArticle, Page

HOST = "https://post.example"

# language: (openings and ends of headlines, which make twelve; three teasers; a section's name)
WORDS = {
    "en": (
        ("The council of Qarnabad", "A fisherman from the delta", "The minister of calm", "Two bridges in the north"),
        ("waits for the spring flood", "asks for another vote", "closes the old harbour"),
        (
            "The vote was put off for a third time, and nobody in the hall could say when it will be held.",
            "Boats lie idle along the quay while the two sides argue about who pays for the dredging.",
            "Engineers warned of the cracks in autumn; the repairs are to begin after the festival.",
        ),
        "World",
    ),
    "fr": (
        ("Le conseil de Qarnabad", "Un pêcheur du delta", "Le ministre du calme", "Deux ponts du nord"),
        ("attend la crue du printemps", "demande un nouveau vote", "ferme le vieux port"),
        (
            "Le vote a été reporté une troisième fois, et personne dans la salle ne savait quand il aurait lieu.",
            "Les bateaux restent à quai pendant que les deux camps se disputent le prix du dragage.",
            "Les ingénieurs avaient signalé les fissures à l'automne ; les travaux commenceront après la fête.",
        ),
        "Monde",
    ),
    "tr": (
        ("Karnabad belediye meclisi", "Deltadan bir balıkçı", "Sükûnet bakanı dün akşam", "Kuzeydeki iki köprü"),
        ("bahar taşkınını bekliyor", "yeni bir oylama istedi", "eski limanı kapatıyor"),
        (
            "Oylama üçüncü kez ertelendi ve salondaki hiç kimse ne zaman yapılacağını söyleyemedi.",
            "İki taraf tarama masrafını kimin ödeyeceğini tartışırken tekneler rıhtımda bekliyor.",
            "Mühendisler çatlaklar konusunda güzün uyarmıştı; onarım şenlikten sonra başlayacak.",
        ),
        "Dünya",
    ),
    "ar": (
        ("مجلس مدينة قرناباد", "صياد من أهل الدلتا", "وزير الهدوء في قرناباد", "جسران قديمان في الشمال"),
        ("ينتظر فيضان الربيع المقبل", "يطلب تصويتا جديدا", "يغلق الميناء القديم"),
        (
            "تأجل التصويت للمرة الثالثة ولم يستطع أحد في القاعة أن يقول متى سيجرى أو من سيدعو إليه.",
            "ترسو القوارب على الرصيف بلا عمل بينما يتجادل الطرفان حول من سيدفع ثمن تعميق المجرى.",
            "حذر المهندسون من الشقوق في الخريف الماضي، ومن المقرر أن يبدأ الترميم بعد انتهاء المهرجان.",
        ),
        "العالم",
    ),
    "fa": (
        ("شورای شهر قرن‌آباد", "ماهیگیری از اهالی دلتا", "وزیر آرامش قرن‌آباد", "دو پل قدیمی شمال"),
        ("چشم به راه سیلاب بهار است", "خواستار رأی‌گیری دوباره شد", "بندر کهنه را می‌بندد"),
        (
            "رأی‌گیری برای سومین بار به تعویق افتاد و هیچ‌کس در تالار نمی‌دانست چه زمانی برگزار خواهد شد.",
            "قایق‌ها کنار اسکله بیکار مانده‌اند و دو طرف بر سر هزینهٔ لایروبی بگومگو می‌کنند.",
            "مهندسان پاییز گذشته دربارهٔ ترک‌ها هشدار داده بودند و تعمیر پس از جشنواره آغاز می‌شود.",
        ),
        "جهان",
    ),
    "he": (
        ("מועצת העיר קרנבאד", "דייג ותיק מן הדלתה", "שר השלווה של קרנבאד", "שני גשרים ישנים בצפון"),
        ("ממתין לשיטפון של האביב", "מבקש הצבעה נוספת", "סוגר את הנמל הישן"),
        (
            "ההצבעה נדחתה בפעם השלישית, ואיש מן היושבים באולם לא ידע לומר מתי תתקיים ומי יקרא לה.",
            "הסירות עומדות ברציף בלי עבודה בזמן ששני הצדדים מתווכחים מי ישלם על העמקת הנהר.",
            "המהנדסים הזהירו מפני הסדקים כבר בסתיו, והתיקון אמור להתחיל רק לאחר סיום הפסטיבל.",
        ),
        "עולם",
    ),
    "ckb": (
        ("ئەنجوومەنی شاری قەڕناباد", "ماسیگرێکی خەڵکی دێڵتا", "وەزیری ئارامیی قەڕناباد", "دوو پردی کۆنی باکوور"),
        ("چاوەڕێی لافاوی بەهارن", "داوای دەنگدانێکی نوێ دەکەن", "بەندەرە کۆنەکە دادەخەن"),
        (
            "دەنگدانەکە بۆ جاری سێیەم دواخرا و کەس لە هۆڵەکەدا نەیتوانی بڵێت کەی ئەنجام دەدرێت.",
            "بەلەمەکان لە کەناری ڕووبارەکە وەستاون و هەردوو لا لەسەر خەرجییەکەی مشتومڕ دەکەن.",
            "ئەندازیاران لە پاییزدا ئاگادارییان دابوو، بڕیارە چاککردنەوەکە دوای جەژن دەست پێ بکات.",
        ),
        "جیهان",
    ),
}  # fmt: skip
LANGUAGES = list(WORDS)


def items(language: str, count: int = 12) -> list[tuple[str, str, str]]:
    openings, ends, teasers, _ = WORDS[language]
    heads = [f"{opening} {end}" for opening, end in product(openings, ends)][:count]
    return [(f"/2026/03/{number:02}/story-of-the-day-{number}", head, teasers[number % 3]) for number, head in enumerate(heads, 1)]


def prose(language: str, count: int = 6) -> str:
    teasers = WORDS[language][2]
    return "".join(f"<p>{teasers[at % 3]} {teasers[(at + 1) % 3]}</p>" for at in range(count))


def cards(language: str, count: int = 12) -> str:
    return "".join(
        f'<div class="card"><h3><a href="{url}">{head}</a></h3><p>{teaser}</p></div>' for url, head, teaser in items(language, count)
    )


def bare(language: str, count: int = 12) -> str:
    return "".join(f'<div><a href="{url}"><img src="/i.jpg" alt="">{head}</a></div>' for url, head, _ in items(language, count))


def rows(language: str) -> str:
    return "".join(f'<li><span>03.03.2026</span> <a href="{url}">{head}</a></li>' for url, head, _ in items(language))


def films(language: str) -> str:
    return "".join(
        f'<div class="film"><a href="{url}"><img src="/f.jpg" alt=""><span>{head}</span></a><span>02:{at:02}</span></div>'
        for at, (url, head, _) in enumerate(items(language), 10)
    )


def whole_cards(language: str) -> str:
    return "".join(f'<article><a href="{url}"><h2>{head}</h2><p>{teaser}</p></a></article>' for url, head, teaser in items(language))


def full_posts(language: str) -> str:
    return "".join(f'<article><h2><a href="{url}">{head}</a></h2>{prose(language, 4)}</article>' for url, head, _ in items(language, 6))


def hub(language: str) -> str:
    return f"<h1>{WORDS[language][3]}</h1><div class='intro'>{prose(language, 4)}</div>{cards(language)}"


def writer(language: str) -> str:
    return f"<h1>Selma Orhun</h1>{prose(language, 2)}{cards(language)}"


def named(language: str, body: str) -> str:
    return f"<h1>{WORDS[language][3]}</h1>{body}"


def json_ld(kind: str) -> str:
    return f'<script type="application/ld+json">{{"@context":"https://schema.org","@type":"{kind}","name":"Post"}}</script>'


TEASER_NODES = (
    '<script type="application/ld+json">['
    + ",".join(f'{{"@type":"NewsArticle","headline":"Story {at}","url":"/story-{at}","datePublished":"2026-03-01"}}' for at in range(6))
    + "]</script>"
)
ARTICLE = '<meta property="og:type" content="article">'
NAVIGATION = "<nav>" + "".join(f"<a href='/s/{at}'>Section {at}</a> " for at in range(20)) + "</nav>"
MENU = "<div class='menu'>" + "".join(f"<a href='/place/{at}'>Place {at}</a> " for at in range(40)) + "</div>"

# shape: (path, classes of the body, head, body by language)
SHAPES: dict[str, tuple[str, str, str, Callable[[str], str]]] = {
    "front page": ("/", "", "", bare),
    "front page with teasers": ("/", "", '<meta property="og:type" content="website">', cards),
    "front page of a language": ("/fr/", "", "", cards),
    "front page of a blog with whole posts": ("/", "", "", full_posts),
    "front page of a WordPress site": ("/index.php", "home blog", "", full_posts),
    "section of headlines": ("/world", "", "", lambda it: named(it, bare(it))),
    "section with teasers": ("/world", "", "", lambda it: named(it, cards(it))),
    "section that calls itself an article": ("/world", "", ARTICLE, lambda it: named(it, cards(it))),
    "section whose cards are links": ("/news/world", "", "", lambda it: named(it, whole_cards(it))),
    "section with an article for each teaser in JSON-LD": ("/news/world", "", TEASER_NODES, lambda it: named(it, cards(it))),
    "second page of a section": ("/world/page/2", "", "", lambda it: named(it, cards(it))),
    "tag page": ("/tag/water", "", "", lambda it: named(it, cards(it))),
    "tag page that WordPress calls an article": ("/about-water", "archive tag tag-water", ARTICLE, lambda it: named(it, full_posts(it))),
    "topic with a long introduction": ("/topics/water", "", "", hub),
    "collection in JSON-LD": ("/the-river-and-its-two-old-towns", "", json_ld("CollectionPage"), hub),
    "author page": ("/author/selma-orhun", "", "", writer),
    "author page in JSON-LD": ("/people/1234-selma-orhun", "", json_ld("ProfilePage"), writer),
    "search results": ("/?s=water", "", "", lambda it: named(it, cards(it))),
    "search results in JSON-LD": ("/find-all-the-news-here", "", json_ld("SearchResultsPage"), cards),
    "archive of a month": ("/2026/03/", "", "", lambda it: named(it, f"<ul>{rows(it)}</ul>")),
    "archive that WordPress names": ("/2026/03/", "archive date", "", lambda it: named(it, full_posts(it))),
    "gallery of films": ("/videos", "", "", lambda it: named(it, films(it))),
    "gallery of pictures": ("/galleries", "", "", lambda it: named(it, films(it))),
    "index of live blogs": ("/live", "", "", lambda it: named(it, whole_cards(it))),
    "feed written as HTML": (
        "/feed.html", "", "", lambda it: "".join(f"<h4><a href='{u}'>{h}</a></h4><div>{t}</div><i>2 Mar 2026</i>" for u, h, t in items(it)),
    ),
    "list in table cells": (
        "/world", "", "", lambda it: "<table><tr><td>" + "<tr><td>".join(f"<a href='{u}'>{h}</a><br>{t}" for u, h, t in items(it)),
    ),
}  # fmt: skip


def read(path: str, classes: str, head: str, body: str, language: str = "en", title: str = "Post") -> ExtractedArticle:
    top = f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>{head}</head>'
    html = f'{top}<body class="{classes}">{NAVIGATION}<main>{body}</main><footer>Post of Qarnabad</footer></body></html>'
    page = Page(HOST + path, HOST + path, html.encode(), datetime(2026, 3, 4, tzinfo=UTC), content_type="text/html")
    return extract(page)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("shape", SHAPES)
def test_list_of_articles_is_a_listing(shape: str, language: str) -> None:
    path, classes, head, body = SHAPES[shape]
    with pytest.raises(Listing) as caught:
        read(path, classes, head, body(language), language)
    assert caught.value.url == HOST + path


def test_menu_alone_is_a_listing() -> None:
    with pytest.raises(Listing, match="no prose"):
        read("/all-the-places-of-the-delta", "", "", MENU)


def around(language: str) -> str:
    """Write an article in the middle of many teasers."""
    head = items(language)[0][1]
    story = f"<article><h1>{head}, {head}</h1>{prose(language)}</article>"
    return f"<div>{bare(language, 4)}</div>{story}<aside>{cards(language)}</aside><div class='more'>{cards(language)}</div>"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("head", ["", ARTICLE])
@pytest.mark.parametrize(
    "path", ["/world/2026/03/04/council-waits-for-flood", "/a/1234567", "/?p=77", "/news/council", "/tag/water-is-not-a-tag"]
)
def test_article_among_many_teasers_is_an_article(language: str, head: str, path: str) -> None:
    assert WORDS[language][2][0] in read(path, "", head, around(language), language).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_short_article_among_many_teasers_is_an_article(language: str) -> None:
    head = items(language)[0][1]
    body = f"<article><h1>{head}, {head}</h1>{prose(language, 2)}</article>{bare(language)}"
    assert WORDS[language][2][0] in read("/world/council-waits-for-flood-and-vote", "", "", body, language).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_article_with_a_teaser_after_each_paragraph_is_an_article(language: str) -> None:
    head = items(language)[0][1]
    pieces = "".join(f"{prose(language, 2)}<p><a href='{url}'>{line}</a></p>" for url, line, _ in items(language))
    assert WORDS[language][2][1] in read("/world/council-waits-for-flood-and-vote", "", "", f"<h1>{head}</h1>{pieces}", language).text


def test_article_that_describes_itself_is_an_article_whatever_else_it_says() -> None:
    head = items("en")[0][1]
    node = f'<script type="application/ld+json">{{"@type":"NewsArticle","headline":"{head}","datePublished":"2026-03-01"}}</script>'
    body = f"<h1>{head}</h1>{prose('en', 2)}{cards('en')}"
    assert read("/news/world", "archive category", node + json_ld("CollectionPage"), body).text
    dated = '<meta property="article:published_time" content="2026-03-01T10:00:00Z">'
    assert read("/news/world", "", dated, body).text


def test_long_article_on_a_page_that_wordpress_calls_an_archive_is_an_article() -> None:
    body = f"<h1>{items('en')[0][1]}</h1>{prose('en', 20)}{cards('en')}"
    assert read("/2026/the-council-waits-and-waits", "archive category", "", body).text


def test_page_of_results_in_a_table_is_no_listing() -> None:
    table = "".join(f"<tr><td>Town {at}</td><td>{at * 317} votes for the council, {at * 11} against it</td></tr>" for at in range(1, 60))
    body = f"<h1>Results of the vote</h1><table>{table}</table>{bare('en')}"
    assert "votes for the council" in read("/world/results-of-the-vote-in-all-towns", "", "", body).text


def test_page_saved_without_its_address_is_no_front_page() -> None:
    html = f"<html><body class='single single-post'><main>{around('en')}</main></body></html>"
    page = Page("https://unknown.invalid/", "https://unknown.invalid/", html.encode(), datetime(2026, 3, 4, tzinfo=UTC))
    assert extract(page).text


def test_film_among_headlines_holds_no_text() -> None:
    with pytest.raises(NoText):
        read("/v/1234567", "", '<meta property="og:type" content="video.other">', f"<video src='x.mp4'></video>{bare('en', 3)}")


def test_address_that_is_none_does_not_stop_the_reading() -> None:
    broken = "<a href='http://[broken'>A broken link to the river</a>" * 3
    assert read("/world/council-waits-for-flood", "", "", broken + around("en")).text


@pytest.mark.parametrize(
    "body",
    [
        "<a href='/a'>the river rises again</a>" * 50_000,
        "<div>" * 200 + "<span>" * 40 + "<a href='/a'>the river rises again</a>" * 20_000,
        "<div><a href='/a'>the river rises again</a><p>x</p>" * 240,
    ],
)
def test_many_links_take_linear_time(body: str) -> None:
    tree = parse(f"<html><body>{body}</body></html>", HOST)
    started = time.process_time()
    listing_reason(tree, Facts(), "", HOST + "/a-long-name-of-a-page/1234567")
    assert time.process_time() - started < 10

"""Pages that list articles give their articles and nothing else, whatever their script and build."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import quote

import pytest

from crawler.discovery import DiscoveryConfig, ParsedSection
from crawler.discovery.sections import SECTION_CONFIG, parse_section
from crawler.errors import FeedError

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
SITE = "https://qarnabad-post.example"


def section(body: str, url: str = f"{SITE}/politics/", head: str = "", lang: str = "en", **kwargs: object) -> ParsedSection:
    page = f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>T</title>{head}</head><body>{body}</body></html>'
    return parse_section(page.encode(), url, "text/html", now=NOW, **kwargs)  # type: ignore[arg-type]


def urls(parsed: ParsedSection) -> list[str]:
    return [item.candidate.url.removeprefix(SITE) for item in parsed.items]


ENGLISH = f"""
<header><a href="/"><img alt="The Qarnabad Post, newspaper of the harbour"></a>
<nav><ul class="main-menu"><li><a href="/politics/">Politics</a></li>
<li><a href="/world/middle-east/">News of the wider Middle East</a></li>
<li><a href="/about-us/">About the Qarnabad Post and its people</a></li></ul></nav></header>
<main><h1>Politics</h1>
<article class="card"><a href="/politics/2026/05/14/harbour-opens-again-after-nine-years"><img src="a.jpg" alt="Ships"></a>
<h2><a href="/politics/2026/05/14/harbour-opens-again-after-nine-years#lead">Harbour opens again after nine years</a></h2>
<a class="author" href="/author/zumurrud-haddad-of-the-post">Zumurrud Haddad of the Qarnabad Post</a>
<time datetime="2026-05-14T09:30:00+03:00">14 May</time> <a href="/tag/harbour-of-qarnabad-news">All the news of the harbour</a></article>
<article class="card">
<h2><a href="{SITE}/politics/2026/05/13/minister-of-quiet-resigns-over-noise?utm_source=front">Minister of Quiet resigns
 over noise</a></h2></article>
<div class="teaser"><a href="/politics/2026/05/12/budget-of-the-lighthouses-passes"><h3>Budget of the lighthouses passes</h3>
<p>After a night of talks that nobody slept through, the council has voted.</p></a>
<a href="/politics/2026/05/12/budget-of-the-lighthouses-passes">
Read more</a></div>
<p>Share: <span class="share"><a href="https://social.example/share?u=1">Share this page with all your friends</a></span>
<a href="/files/budget-of-the-lighthouses-in-full.pdf">The budget of the lighthouses in full</a>
<a href="mailto:post@qarnabad-post.example">Write to us, whoever you are</a> <a href="javascript:void(0)">Do nothing at all here</a></p>
<div class="pagination"><a href="/politics/">1</a> <a href="/politics/page/2/">2</a> <a href="/politics/page/9/">9</a></div></main>
<aside class="related"><a href="/politics/2026/05/01/lighthouse-keepers-strike-for-light">Lighthouse keepers strike for light</a></aside>
<footer><a href="/privacy-policy/">Privacy policy of the Qarnabad Post</a>
<a href="/feed/">RSS</a> <a href="/terms-of-use">Terms</a></footer>
"""


def test_english_section_gives_its_articles_in_order_once_and_with_their_headlines() -> None:
    parsed = section(ENGLISH)
    assert [(item.candidate.url.removeprefix(SITE), item.candidate.title) for item in parsed.items] == [
        ("/politics/2026/05/14/harbour-opens-again-after-nine-years", "Harbour opens again after nine years"),
        ("/politics/2026/05/13/minister-of-quiet-resigns-over-noise?utm_source=front", "Minister of Quiet resigns over noise"),
        ("/politics/2026/05/12/budget-of-the-lighthouses-passes", "Budget of the lighthouses passes"),
        ("/politics/2026/05/01/lighthouse-keepers-strike-for-light", "Lighthouse keepers strike for light"),
    ]
    assert {item.candidate.language for item in parsed.items} == {"en"}
    assert {item.candidate.found_in for item in parsed.items} == {f"{SITE}/politics/"}
    assert parsed.skipped == ("1 links to other sites", "10 links that do not look like articles")


def test_date_beside_a_link_goes_before_that_in_its_address() -> None:
    first, second, *_ = section(ENGLISH).items
    assert first.candidate.published_at == datetime(2026, 5, 14, 6, 30, tzinfo=UTC)
    assert first.published_text == "2026-05-14T09:30:00+03:00"
    assert second.candidate.published_at == datetime(2026, 5, 13, tzinfo=UTC)
    assert second.published_text is None


def test_day_in_an_address_is_one_of_the_source() -> None:
    assert section(ENGLISH, time_zone="Asia/Baghdad").items[1].candidate.published_at == datetime(2026, 5, 12, 21, tzinfo=UTC)


def test_next_page_number_is_followed_where_nothing_says_more() -> None:
    assert section(ENGLISH).next_url == f"{SITE}/politics/page/2/"


ARABIC = f"""<div class="menu"><a href="/ar/سياسة">سياسة</a><a href="/ar/من-نحن">من نحن ومن يكتب في الجريدة</a></div>
<ul><li><a href="/ar/سياسة/وزارة-الهدوء-تعلن-إعادة-فتح-الميناء">وزارة الهدوء تعلن إعادة فتح الميناء</a><time>١٤ أيار ٢٠٢٦</time></li>
<li><a href="{quote("/ar/سياسة/مجلس-المنارات-يجتمع")}">مجلس المنارات يجتمع مساء اليوم</a></li>
<li lang="en"><a href="/ar/سياسة/the-harbour-in-english-for-guests">The harbour in English for guests</a></li>
<li><a href="/ar/وسم/ميناء-قرنباد-القديم-والجديد">كل الأخبار عن ميناء قرنباد القديم</a></li>
<li><a href="/ar/كاتب/زمرد-حداد-مراسلة-الجريدة">زمرد حداد مراسلة الجريدة في الميناء</a></li></ul>"""


def test_arabic_section_is_read_with_its_slugs_dates_and_languages() -> None:
    parsed = section(ARABIC, f"{SITE}/ar/سياسة", lang="ar")
    assert [item.candidate.title for item in parsed.items] == [
        "وزارة الهدوء تعلن إعادة فتح الميناء",
        "مجلس المنارات يجتمع مساء اليوم",
        "The harbour in English for guests",
    ]
    assert [item.candidate.language for item in parsed.items] == ["ar", "ar", "en"]
    assert parsed.items[0].candidate.published_at == datetime(2026, 5, 14, tzinfo=UTC)
    assert parsed.items[0].published_text == "١٤ أيار ٢٠٢٦"


@pytest.mark.parametrize(
    ("lang", "paths", "titles", "others"),
    [
        (
            "fa",
            ["/fa/news/1610304/ترکیب", "/fa/news/1610305", "/fa/news/1610306/بندر"],
            ["بندر قرن‌آباد پس از نه سال باز شد", "وزیر سکوت از کار کناره گرفت", "شورای فانوس‌ها امشب نشست دارد"],
            ["/fa/list/4/47", "/fa/service/provinces", "/fa/tag/بندر-قرن-آباد-و-کشتی‌ها"],
        ),
        (
            "tr",
            ["/haber/liman-yeniden-acildi-1423989.html", "/haber/sessizlik-bakani-istifa-etti-1423990.html", "/haber/gece-1423991.html"],
            ["Liman dokuz yıl sonra yeniden açıldı", "Sessizlik Bakanı gürültü yüzünden istifa etti", "Gece toplantısı sabaha kadar sürdü"],
            ["/gundem/", "/etiket/liman-ve-gemi-haberleri-2026", "/foto-galeri/limanin-eski-gunleri-ve-gemiler"],
        ),
        (
            "he",
            ["/item/3448092", "/item/3448093", "/item/3448094"],
            ["נמל קרנבאד נפתח אחרי תשע שנים", "שר השקט התפטר בגלל הרעש", "מועצת המגדלורים תתכנס הערב בנמל"],
            ["/category/5606", "/break", "/תגיות/נמל-קרנבאד-והספינות-שבו"],
        ),
        (
            "fr",
            ["/article/c720dxj8dq8o", "/article/c720dxj8dq9o", "/article/cx7n0dr092x7"],
            ["Le port de Qarnabad rouvre après neuf ans", "Le ministre du Silence démissionne", "Le conseil des phares se réunit ce soir"],
            ["/rubrique/politique-et-societe-du-port", "/qui-sommes-nous", "/monde"],
        ),
        (
            "en",
            ["/article.php?id=71001", "/article.php?id=71002", "/article.php?id=71003"],
            ["Harbour opens again after nine years", "Minister of Quiet resigns over noise", "Council of lighthouses meets tonight"],
            ["/list.php?cat=3", "/login?next=71001", "/gallery.php"],
        ),
    ],
)
def test_articles_are_told_from_lists_in_every_language(lang: str, paths: list[str], titles: list[str], others: list[str]) -> None:
    menu = "".join(f'<li><a href="{path}">{titles[0]}</a></li>' for path in others)
    cards = "".join(f'<div class="post-card"><a href="{path}">{title}</a></div>' for path, title in zip(paths, titles, strict=True))
    parsed = section(f"<ul>{menu}</ul><div>{cards}</div>", SITE, lang=lang)
    assert [(item.candidate.url, item.candidate.title, item.candidate.language) for item in parsed.items] == [
        (SITE + path, title, lang) for path, title in zip(paths, titles, strict=True)
    ]


def test_pattern_that_most_headlines_have_makes_articles_of_plain_addresses() -> None:
    cards = "".join(
        f"<h3><a href='/opinion/{word}'>What we think of the {word} today</a></h3>" for word in ("sea", "salt", "ships", "sails")
    )
    assert urls(section(f"<div>{cards}</div>")) == ["/opinion/sea", "/opinion/salt", "/opinion/ships", "/opinion/sails"]
    alone = "<div><h3><a href='/opinion/sea'>What we think of the sea today</a></h3></div>"
    assert urls(section(alone)) == []


def test_place_on_the_page_decides_what_the_address_leaves_open() -> None:
    link = '<a href="/special/harbour-of-qarnabad">Everything on the harbour of Qarnabad</a>'
    assert urls(section(f"<nav>{link}</nav>")) == []
    assert urls(section(f"<div id='siteFooter'>{link}</div>")) == []
    assert urls(section(f"<main><article><h2>{link}</h2></article></main>", SITE)) == ["/special/harbour-of-qarnabad"]


def test_classes_that_speak_of_something_else_do_no_harm() -> None:
    card = '<h2><a href="/world/harbour-opens-again-after-nine-years">Harbour opens again after nine years</a></h2>'
    assert urls(
        section(f'<div class="has-sidebar no-menu page-with-sidebar"><article><header class="entry-header">{card}</header></article></div>')
    )


def test_links_are_resolved_against_the_base_of_the_page() -> None:
    link = '<h2><a href="harbour-opens-again-after-nine-years.html">Harbour opens again after nine years</a></h2>'
    assert urls(section(link, head=f'<base href="{SITE}/news/">')) == ["/news/harbour-opens-again-after-nine-years.html"]


def test_other_domains_of_the_source_count_as_its_own() -> None:
    link = '<h2><a href="https://qarnabad.example/2026/05/14/harbour-opens-again">Harbour opens again after nine years</a></h2>'
    assert section(link).items == ()
    assert len(section(link, site_urls=("https://www.qarnabad.example/feed",)).items) == 1


def test_subdomains_belong_to_the_site() -> None:
    link = '<h2><a href="https://arabic.qarnabad-post.example/2026/05/14/harbour-opens">Harbour opens again after nine years</a></h2>'
    assert len(section(link).items) == 1


@pytest.mark.parametrize(
    ("inside", "title"),
    [
        ("<img src='a.jpg' alt='Ships in the harbour of Qarnabad'>", "Ships in the harbour of Qarnabad"),
        ("<svg><title>icon</title></svg><script>var a = 1</script><span>Ships in the harbour</span> again", "Ships in the harbour again"),
        ("<div>14 May</div><h3>Ships in the harbour again</h3><p>They came at night.</p>", "Ships in the harbour again"),
        ("<h3>Ships in the harbour again", "Ships in the harbour again"),
        ("Read more", None),
        ("", None),
        ("Ships &lt;b&gt; &amp; sails in the harbour", "Ships <b> & sails in the harbour"),
    ],
)
def test_title_is_what_reads_like_a_headline(inside: str, title: str | None) -> None:
    parsed = section(f"<article><a href='/2026/05/14/harbour-opens-again-after-nine-years'>{inside}</a></article>")
    assert parsed.items[0].candidate.title == title


def test_label_of_a_link_stands_in_for_its_text() -> None:
    parsed = section(
        "<li><a href='/2026/05/14/harbour-opens-again-now' aria-label='Harbour opens again,  after nine years'><img src=x></a></li>"
    )
    assert parsed.items[0].candidate.title == "Harbour opens again, after nine years"


def test_date_that_belongs_to_several_articles_belongs_to_none() -> None:
    links = "".join(
        f"<li><a href='/world/{word}-opens-again-after-nine-years'>The {word} opens again after nine years</a></li>" for word in "ab"
    )
    parsed = section(f"<article><time datetime='2026-05-14'></time><ul>{links}</ul></article>")
    assert [item.candidate.published_at for item in parsed.items] == [None, None]


def test_date_that_is_none_is_named() -> None:
    parsed = section(
        "<li><a href='/world/harbour-opens-again-after-nine-years'>Harbour opens again now</a><time datetime='soon'></time></li>"
    )
    assert parsed.items[0].candidate.published_at is None
    assert parsed.skipped == (f"{SITE}/world/harbour-opens-again-after-nine-years: the date 'soon' is not understood",)


@pytest.mark.parametrize(
    ("url", "head", "body", "expected"),
    [
        ("/politics", '<link rel="next" href="/politics?page=2">', "", "/politics?page=2"),
        ("/politics", "", '<a rel="nofollow next" href="/politics/older#list">Older</a>', "/politics/older"),
        ("/politics", '<link rel="next" href="/politics">', '<a href="/politics?page=2">2</a>', "/politics?page=2"),
        ("/politics", '<link rel="next" href="https://elsewhere.example/2">', "", None),
        ("/politics", '<link rel="prev" href="/politics?page=7">', "", None),
        ("/politics", "", '<a href="/politics?page=3">3</a><a href="/culture?page=2">2</a>', None),
        (
            "/politics?page=3&sort=new",
            "",
            '<a href="/politics?page=2&sort=new">2</a><a href="/politics?sort=new&page=4">4</a>',
            "/politics?sort=new&page=4",
        ),
        ("/politics/page/3/", "", '<a href="/politics/page/4/">4</a>', "/politics/page/4/"),
        ("/politics/page/3/", "", '<a href="/politics/page/3/">3</a><a href="/politics/">1</a>', None),
    ],
)
def test_next_page_is_what_is_certain(url: str, head: str, body: str, expected: str | None) -> None:
    found = section(body, SITE + url, head).next_url
    assert found == (SITE + expected if expected else None)


def test_other_editions_are_named() -> None:
    parsed = section("", head='<link rel="alternate" hreflang="ar" href="/ar/politics">')
    assert [(found.url, found.language) for found in parsed.alternates] == [(f"{SITE}/ar/politics", "ar")]


def test_more_articles_than_allowed_are_cut_and_said() -> None:
    links = "".join(f"<li><a href='/news/{number}'>Harbour opens again after {number} years</a></li>" for number in range(10_000, 10_009))
    parsed = section(links, config=DiscoveryConfig(max_items=4))
    assert urls(parsed) == [f"/news/{number}" for number in range(10_000, 10_004)]
    assert parsed.skipped == ("all but the first 4 of 9 links",)


def test_links_beyond_reason_are_not_looked_at() -> None:
    links = "".join(f"<a href='/news/{number}'>x</a>" for number in range(SECTION_CONFIG.max_links + 5))
    assert f"everything after link {SECTION_CONFIG.max_links}" in section(links).skipped


@pytest.mark.parametrize(
    "body", [b"", b"%PDF-1.7", b'{"items": []}', b"<rss><channel/></rss>", b"<!DOCTYPE html " + b"/" * 5_000 + b"><html>"]
)
def test_bytes_that_are_no_page_are_refused(body: bytes) -> None:
    with pytest.raises(FeedError):
        parse_section(body, SITE)


def test_own_page_home_page_and_addresses_that_are_none_are_no_articles() -> None:
    title = "Harbour opens again after nine years"
    hrefs = (f"{SITE}/politics/?utm_source=x", "/", "https://[broken/a-long-slug-for-an-article", "#top", "")
    assert section("".join(f'<h2><a href="{href}">{title}</a></h2>' for href in hrefs)).items == ()

from __future__ import annotations

import json

import pytest

from crawler.extraction.people import authors, is_stand_in_account, split_names
from crawler.extraction.structured import read_facts
from crawler.extraction.tree import parse


def named(head: str = "", body: str = "", own: tuple[str, ...] = ("harbourreview", "reviewexample")) -> tuple[str, ...]:
    told = authors(read_facts(parse(f"<html><head>{head}</head><body>{body}</body></html>", "u")), own)
    return told.value if told else ()


def json_ld(author: object, *others: dict[str, object]) -> str:
    nodes = [{"@type": "NewsArticle", "headline": "x", "author": author}, *others]
    return f'<script type="application/ld+json">{json.dumps(nodes)}</script>'


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("Ann Lee", ("Ann Lee",)),
        ({"@type": "Person", "name": "Ann Lee"}, ("Ann Lee",)),
        ([{"@type": "Person", "name": "Ann Lee"}, {"name": "Omar Said"}], ("Ann Lee", "Omar Said")),
        ({"name": ["Ann Lee", "Omar Said"]}, ("Ann Lee", "Omar Said")),
        ({"@type": "Person", "name": "By Ann Lee and Omar Said"}, ("Ann Lee", "Omar Said")),
        ({"@type": "Person", "name": "سلمى الحوراني وكريم الطيب"}, ("سلمى الحوراني", "كريم الطيب")),
        ({"@type": "Person", "name": "Ann Lee"} | {"url": "https://x.example"}, ("Ann Lee",)),
        ([{"@type": "Person", "name": "ANN LEE"}, {"name": "Ann Lee"}], ("ANN LEE",)),
        ({"@id": "#ann"}, ("Ann Lee",)),
        ({"@type": "Person", "name": "AFP"}, ("AFP",)),
        ({"@type": "Organization", "name": "Strait Wire"}, ("Strait Wire",)),
        ({"@type": "Person", "name": "Harbour Review"}, ("Harbour Review",)),
        ({"@id": "#nobody"}, ()),
        (7, ()),
        (None, ()),
        ({"@type": "Person", "name": "https://x.example/ann"}, ()),
    ],
)
def test_json_ld_names_people(author: object, names: tuple[str, ...]) -> None:
    assert named(json_ld(author, {"@type": "Person", "@id": "#ann", "name": "Ann Lee"})) == names


def test_an_organisation_is_the_author_only_when_nobody_is_named() -> None:
    head = json_ld({"@type": "Organization", "name": "Strait Wire"})
    assert named(head, '<p class="byline">By Ann Lee</p>') == ("Ann Lee",)
    assert named(head) == ("Strait Wire",)


@pytest.mark.parametrize(
    "head",
    [
        '<meta name="author" content="Harbour Review">',
        '<meta name="author" content="review.example">',
        '<meta name="author" content="Harbour Review, Ardal, Varnia">',
        '<meta property="article:author" content="https://social.example/ann">',
        '<meta name="author" content="ann@review.example">',
        '<meta name="author" content="Newsroom">',
        '<meta name="author" content="Online-Redaktion">',
        '<meta name="author" content="هيئة التحرير">',
        '<meta name="author" content="Senior Political Correspondent">',
        '<meta name="author" content="admin">',
        '<meta name="author" content="Source: Strait Wire">',
    ],
)
def test_publisher_newsroom_jobs_and_addresses_are_no_authors(head: str) -> None:
    assert named(head) == ()


def test_the_next_source_speaks_when_the_first_names_nobody() -> None:
    head = '<meta property="article:author" content="https://social.example/ann"><meta name="author" content="Ann Lee">'
    assert named(head) == ("Ann Lee",)
    assert named("", '<a rel="author" href="/a">Ann Lee</a>') == ("Ann Lee",)
    assert named("", '<span itemprop="author"><b itemprop="name">Ann Lee</b></span>') == ("Ann Lee",)
    assert named("", '<p class="byline">Published 3 May</p><p class="author-name">Ann Lee</p>') == ("Ann Lee",)


def test_author_links_complete_a_source_that_names_one_of_several() -> None:
    links = '<a rel="author">Ann Lee</a><a rel="author">Omar Said</a>'
    assert named(json_ld("Ann Lee"), links) == ("Ann Lee", "Omar Said")
    assert named(json_ld("Ann Lee"), links + '<a rel="author">A B</a><a rel="author">C D</a>') == ("Ann Lee",)


def test_many_names_are_the_authors_of_other_articles() -> None:
    assert named("", "".join(f'<p class="author">{name} Lee</p>' for name in ("Ann", "Ben", "Cas", "Dee", "Eve"))) == ("Ann Lee",)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Ann Lee, Beirut", ["Ann Lee", "Beirut"]),
        ("ByAnn Lee", ["Ann Lee"]),
        ("Von Ann Lee und Ben Ohm", ["Ann Lee", "Ben Ohm"]),
        ("Par Ann Lee et Ben Ohm", ["Ann Lee", "Ben Ohm"]),
        ("Le Courrier et AFP", ["Le Courrier et AFP"]),
        ("José Ortega y Gasset", ["José Ortega y Gasset"]),
        ("Ece Ak ve Can Su", ["Ece Ak", "Can Su"]),
        ("بقلم: سلمى الحوراني", ["سلمى الحوراني"]),
        ("خبرنگار امیرعلی عوض‌پور دبیر علی غفار", ["امیرعلی عوض‌پور"]),
        ("Ann Lee in Beirut", ["Ann Lee"]),
        ("Ann Lee | Ben Ohm", ["Ann Lee", "Ben Ohm"]),
        ("Ann Lee Updated 3 May", ["Ann Lee"]),
        ("By", []),
    ],
)
def test_bylines_are_split_into_names(line: str, names: list[str]) -> None:
    assert list(split_names(line)) == names


@pytest.mark.parametrize("name", ["חדשות", "أخبار", "Haber", "Gündem", "المحرر", "مكتب أردال", "מערכת הנמל", "سرویس سیاسی", "admin"])
def test_a_section_a_newsroom_or_a_slogan_is_no_author_of_any_kind(name: str) -> None:
    assert named(json_ld({"@type": "Organization", "name": name})) == ()
    assert named(json_ld({"name": name})) == ()


def test_a_slogan_is_no_organisation() -> None:
    assert named(json_ld({"@type": "Organization", "name": "Varnia | Latest port news"})) == ()


def test_a_dateline_in_the_place_of_the_author_is_no_author() -> None:
    assert named('<meta name="author" content="(Ardal - Harbour Review)">') == ()


def test_a_department_of_the_site_is_no_author() -> None:
    assert named('<meta name="author" content="Ann Lee, QUAY VARNIA">', own=("quay",)) == ("Ann Lee",)


def test_the_label_of_a_link_preview_names_the_author() -> None:
    preview = '<meta name="twitter:label1" content="{}"><meta name="twitter:data1" content="Ann Lee">'
    assert named(preview.format("Written by")) == ("Ann Lee",)
    assert named(preview.format("نویسنده")) == ("Ann Lee",)
    assert named(preview.format("Price")) == ()


def test_who_edited_is_named_only_when_nobody_wrote() -> None:
    editor = '<p class="author">Editor: Ben Ohm</p>'
    assert named(json_ld("Ben Ohm"), editor + '<p itemprop="author">Ann Lee</p>') == ("Ann Lee",)
    assert named(json_ld("Ben Ohm"), editor) == ("Ben Ohm",)


def test_the_account_of_an_administrator_stands_in_for_somebody() -> None:
    def stands_in(url: str, *names: str) -> bool:
        return is_stand_in_account(read_facts(parse(f"<html><head>{json_ld({'name': 'Ann Lee', 'url': url})}</head></html>", "u")), names)

    assert stands_in("https://review.example/author/admin/", "Ann Lee")
    assert not stands_in("https://review.example/author/ann/", "Ann Lee")
    assert not stands_in("https://review.example/author/admin/", "Ann Lee", "Ben Ohm")


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Ann Lee @annlee on June 26, 2024 at 9:00a", ("Ann Lee",)),
        ("By Ann Lee ann.lee@review.example", ("Ann Lee",)),
        ("Ann Lee | Ardal | 08/01/2024", ("Ann Lee",)),
        ("Ann Lee Senior Port Correspondent", ("Ann Lee",)),
        ("By ANN LEE, OMAR SAID Envoyés spéciaux à Ardal", ("ANN LEE", "OMAR SAID")),
        ("By Ann Lee For Daily Harbour", ("Ann Lee",)),
        ("Autori: Ann Lee (port editor)", ("Ann Lee",)),
        ("By Ann Lee — Portlight", ("Ann Lee",)),
        ("Ann Lee | AFP", ("Ann Lee", "AFP")),
        ("CAIRO - Ann Lee", ("Ann Lee",)),
        ("Reuters - Ann Lee", ("Reuters", "Ann Lee")),
        ("أردال - أحمد سعيد", ("أحمد سعيد",)),
        ("أحمد سعيد - أردال", ("أحمد سعيد",)),
        ("بقلم الكاتب أحمد سعيد", ("أحمد سعيد",)),
        ("أحمد سعيد مراسل الميناء", ("أحمد سعيد",)),
        ("AP Harbour Writers", ("AP Harbour Writers",)),
        ("Senior Port Correspondents", ()),
        ("Ann Lee ❤️", ("Ann Lee",)),
    ],
)
def test_bylines_are_cut_to_the_names(line: str, names: tuple[str, ...]) -> None:
    assert tuple(split_names(line)) == names


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ('<span id="author">Ann Lee</span>', ("Ann Lee",)),
        ('<a data-testid="AuthorURL" href="/by/1">Ann Lee</a>', ("Ann Lee",)),
        ('<span class="author">Ann Lee and Omar Said</span>', ("Ann Lee", "Omar Said")),
        ('<div class="submitted-by"><a>Ann Lee</a></div>', ("Ann Lee",)),
        ('<div class="byline">By <a>Ann Lee</a></div><div class="byline">By Bo</div>', ("Ann Lee",)),
        ('<div class="byline-label">By</div><div class="byline">By Ann Lee</div>', ("Ann Lee",)),
        ('<figure><div class="author">Ann Lee</div></figure>', ()),
        ('<p class="quote-author">Ann Lee</p>', ()),
        ('<p class="author">National Desk</p>', ()),
        ('<p class="author">|Ann Lee</p>', ()),
        ('<p class="author">other.example</p>', ()),
    ],
)
def test_marked_elements_name_people(body: str, names: tuple[str, ...]) -> None:
    assert named(body=body) == names


def test_lists_in_lists_of_authors_are_read() -> None:
    assert named(json_ld([{"name": "Ann Lee"}, [{"name": "Omar Said"}]])) == ("Ann Lee", "Omar Said")


def test_authors_come_with_their_source() -> None:
    told = authors(read_facts(parse('<html><head><meta name="author" content="Ann Lee"></head></html>', "u")), ())
    assert told is not None
    assert (told.found_in, 0.9 < told.confidence < 1) == ("meta", True)

from __future__ import annotations

import pytest

from crawler.extraction.bylines import names_beside_dates, signed_near_headline
from crawler.extraction.structured import read_facts
from crawler.extraction.tree import parse

TITLE = "The port of Ardal opens again"


def page(below: str, head: str = "") -> str:
    text = f"<p>{'word ' * 60}</p><p>By Ann Late</p>"
    return f"<html><head>{head}</head><body><nav><a>By Ann Menu</a></nav><h1>{TITLE}</h1>{below}{text}</body></html>"


def signed(below: str) -> tuple[str, ...]:
    told = signed_near_headline(parse(page(below), "u"), TITLE)
    return told.value if told else ()


def beside(below: str, head: str = "") -> tuple[str, ...]:
    tree = parse(page(below, head), "u")
    told = names_beside_dates(tree, read_facts(tree), ("portlight",), TITLE)
    return told.value if told else ()


@pytest.mark.parametrize(
    ("below", "names"),
    [
        ("<span>By Ann Lee</span>", ("Ann Lee",)),
        ("<div><b>By</b> <i>Ann Lee</i></div>", ("Ann Lee",)),
        ("<div>By Ann Lee and Omar Said | 12 May 2024</div>", ("Ann Lee", "Omar Said")),
        ("<div>By Ann Lee @annlee on May 12, 2024</div>", ("Ann Lee",)),
        ("<div>Par Claire Morel et Samir Benali</div>", ("Claire Morel", "Samir Benali")),
        ("<div>Yazan: Ece Çınar ve Can Tatlı</div>", ("Ece Çınar", "Can Tatlı")),
        ("<div>بقلم: سلمى الحوراني</div>", ("سلمى الحوراني",)),
        ("<div>بقلم الكاتب سامي الحوراني</div>", ("سامي الحوراني",)),
        ("<div>كتب محمد أحمد سعيد</div>", ("محمد أحمد سعيد",)),
        ("<div>نوشته: مینا راستین</div>", ("مینا راستین",)),
        ("<div>מאת: נועה ברקן וגיל שחם</div>", ("נועה ברקן", "גיל שחם")),
        ("<div>Nûçegihan: Rojda Baran</div>", ("Rojda Baran",)),
        ("<div>By the harbour staff</div>", ()),
        ("<div>كتب الوزير رسالة</div>", ()),
        ("<script>By Ann Lee</script><figure>By Ann Lee</figure>", ()),
        ("<div>12 May 2024</div>", ()),
    ],
)
def test_a_labelled_line_under_the_headline_names_the_authors(below: str, names: tuple[str, ...]) -> None:
    assert signed(below) == names


@pytest.mark.parametrize(
    ("below", "names"),
    [
        ("<div><span>Selin Akarsu |</span> <span>12.05.2024 - 14:20</span></div>", ("Selin Akarsu",)),
        ("<div>Ann Lee - May 12, 2024</div>", ("Ann Lee",)),
        ("<div>12.05.2024 | Ann Lee</div>", ("Ann Lee",)),
        ("<div>سلمى حوراني | 12 مايو 2024</div>", ("سلمى حوراني",)),
        ("<div>الشرق الأوسط | 12 مايو 2024</div>", ()),
        ("<div>World News | 12 May 2024</div>", ()),
        ("<div>Port Light | 12 May 2024</div>", ()),
        ("<div>North Quay | 12 May 2024</div>", ()),
        ("<div>AFP | 12 May 2024</div>", ()),
    ],
)
def test_a_name_in_one_row_with_the_date_may_be_the_author(below: str, names: tuple[str, ...]) -> None:
    assert beside(below, '<meta property="article:section" content="North Quay">') == names


def test_a_page_without_headline_names_nobody() -> None:
    tree = parse("<html><body><div>By Ann Lee</div></body></html>", "u")
    assert signed_near_headline(tree, TITLE) is None
    assert signed_near_headline(parse(page("").replace(TITLE, "Elsewhere"), "u"), TITLE) is None


def test_a_huge_page_is_read_only_around_its_headline() -> None:
    rows = "<div><span>x</span></div>" * 5_000
    assert signed(rows + "<div>By Ann Lee</div>") == ()

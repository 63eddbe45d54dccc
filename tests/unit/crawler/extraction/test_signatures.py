from __future__ import annotations

import pytest

from crawler.extraction.signatures import linked_authors, signature_of, without_line
from crawler.extraction.tree import parse

BODY = ["The port opened on Monday after a year.", "Ships came in from Varnia.", "Nobody expected so many."]


@pytest.mark.parametrize(
    ("line", "names", "agency"),
    [
        ("(דנה ברק)", ("דנה ברק",), None),
        ("(דנה בר״ק)", ("דנה בר״ק",), None),
        ("Ece ÇINAR-Can TATLIRüya ŞEN/ARDAL-VARNA, (DHA)", ("Ece ÇINAR", "Can TATLI", "Rüya ŞEN"), "dha"),
        ("Ece Çınar - ARDAL (AA)", ("Ece Çınar",), "aa"),
        ("Ece ÇINAR / ARDAL", ("Ece ÇINAR",), None),
        ("Haber: Ece Çınar - Can Tatlı", ("Ece Çınar", "Can Tatlı"), None),
        ("كتب: كريم الطيب", ("كريم الطيب",), None),
        ("كتب كريم الطيب", ("كريم الطيب",), None),
        ("بقلم سلمى الحوراني وكريم الطيب", ("سلمى الحوراني", "كريم الطيب"), None),
        ("گزارش: نرگس بهرامی", ("نرگس بهرامی",), None),
        ("خبرنگار نرگس بهرامی", ("نرگس بهرامی",), None),
        ("מאת דנה ברק ויוסי לב", ("דנה ברק", "יוסי לב"), None),
        ("Par Ann Lee (AFP)", ("Ann Lee",), "afp"),
        ("(By Ann Lee, Reuters)", ("Ann Lee",), "reuters"),
        ("By Ann Lee and Omar Said", ("Ann Lee", "Omar Said"), None),
        ("Ann Lee", ("Ann Lee",), None),
        ("ANN LEE", ("ANN LEE",), None),
    ],
)
def test_a_line_that_only_names_people_signs_the_text(line: str, names: tuple[str, ...], agency: str | None) -> None:
    found = signature_of([*BODY, line])
    assert found is not None
    assert (found.names, found.agency, found.line) == (names, agency, line)


@pytest.mark.parametrize(
    "line",
    [
        "Breaking News",
        "(صور)",
        "(رويترز)",
        "(المحرر)",
        "(الجزء الأول)",
        "(יום רביעי)",
        "By January Ardal will open",
        "كتب: الوزير قال إن الأمر قد انتهى تماما اليوم",
        "كتبت سلمى أمس عن الميناء القديم",
        "Port Varnia",
        "Varnian Harbour Minister Orsolo",
        "by Ann Lee and Ben Ohm, is thinking about another harbour for",
        "Reuters",
        "Ece Çınar / Can Tatlı",
        "Ships came in, and more came in, and the harbour master " * 3,
    ],
)
def test_other_lines_sign_nothing(line: str) -> None:
    assert signature_of([*BODY, line]) is None


def test_a_bare_name_signs_at_the_beginning_and_not_in_the_middle() -> None:
    assert signature_of(["Ann Lee", *BODY]) is not None
    assert signature_of([BODY[0], "Ann Lee", *BODY[1:]]) is None
    assert signature_of(["Ann Lee", *BODY], ["Ann Lee opens the port"]) is None
    assert signature_of([]) is None


def test_the_signature_leaves_the_text() -> None:
    assert without_line("One.\n\n(Ann Lee)\n\nTwo.", "(Ann Lee)") == "One.\n\nTwo."
    assert without_line("Ann Lee", "Ann Lee") == "Ann Lee"


def linked(body: str) -> tuple[str, ...]:
    told = linked_authors(parse(f"<html><body>{body}</body></html>", "u"))
    return told.value if told else ()


def test_links_to_author_pages_name_the_author_unless_they_are_many_or_aside() -> None:
    link = '<a href="/author/{0}">{0} Lee</a>'
    assert linked(f"<p>by {link.format('Ann')}</p>") == ("Ann Lee",)
    assert linked('<p><a href="/yazarlar/ece">Ece Çınar</a></p>') == ("Ece Çınar",)
    assert linked(f"<aside>{link.format('Ann')}</aside><p><a href='/a/1'>Ben Lee</a><a href='/author/x'>More news</a></p>") == ()
    assert linked("".join(link.format(name) for name in ("Ann", "Ben", "Cas"))) == ()

from __future__ import annotations

import pytest

from crawler.extraction.agencies import agency_code, agency_of


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("Reuters", "Reuters"),
        ("رويترز", "Reuters"),
        ("The Associated Press", "AP"),
        ("Associated Press in Ardal", "AP"),
        ("أ ش أ", "MENA"),
        ("وكالة الأناضول", "AA"),
        ("Anadolu Ajansı", "AA"),
        ("İHA", "IHA"),
        ("ایسنا", "ISNA"),
        ("و م ع", "MAP"),
        ("רויטרס", "Reuters"),
        ("AFP, Reuters", "AFP"),
        ("dpa", "dpa"),
        ("المصدر: سانا", "SANA"),
        ("Petra Lund", None),
        ("Petra", None),
        ("ap", None),
        ("Ann Lee", None),
        ("AFP, Ann Lee", None),
        ("", None),
    ],
)
def test_a_line_that_is_an_agency_gives_its_code(line: str, code: str | None) -> None:
    assert agency_code(line) == code


def test_a_word_is_an_agency_in_brackets_only() -> None:
    assert agency_code("Petra", bracketed=True) == "Petra"
    assert agency_code("PETRA") == "Petra"


def test_agencies_leave_the_authors_when_people_are_named() -> None:
    assert agency_of(("Ann Lee", "AP", "Omar Said"), "text") == ("AP", ("Ann Lee", "Omar Said"))
    assert agency_of(("AFP",), "text") == ("AFP", ("AFP",))
    assert agency_of(("Ann Lee",), "text") == (None, ("Ann Lee",))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ARDAL (Reuters) - The port opened.\n\nMore.", "Reuters"),
        ("A standfirst of the page\n\nARDAL, 3 May (Petra) - The port opened.\n\nMore.", "Petra"),
        ("أردال - رويترز: فتح الميناء.\n\nنهاية.", "Reuters"),
        ("أردال، 3 مايو (أ ش أ) - فتح الميناء.\n\nنهاية.", "MENA"),
        ("The port opened.\n\nIt was busy. (AFP)", "AFP"),
        ("The port opened.\n\nSource: AFP", "AFP"),
        ("The port opened.\n\nAFP", "AFP"),
        ("The port opened (Reuters said so) again.\n\nThe end.", None),
        ("Petra: a city of stone.\n\nThe end.", None),
        ("", None),
    ],
)
def test_datelines_and_credits_show_the_agency(text: str, code: str | None) -> None:
    assert agency_of((), text) == (code, ())

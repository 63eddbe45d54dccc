"""What a page prints around a text is told from what the text says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.wording import wording, wording_hash

FIRST = "The council of Port Varda voted on Tuesday to reopen the old harbour to foreign ships."
LAST = "Its mayor said that 12 freighters from the island of Lesk were expected before the summer."


@pytest.mark.parametrize(
    ("line", "other"),
    [
        ("1,204 views", "1,377 views"),
        ("12", "13"),
        ("3 comments · 12 shares", "No. 4"),
        ("4 min read", "5 min read"),
        ("Last updated: Monday, 5 October 2026 at 09:30 PM GMT+3", "Last updated: Tuesday, 6 October 2026 at 09:31 PM GMT+3"),
        ("3 hours ago", "2 days ago"),
        ("المشاهدات: ٢٣٤", "المشاهدات: ٢٤٠"),
        ("آخر تحديث: الأحد 5 تشرين الأول 2026 - 09:30", "آخر تحديث: الاثنين 6 تشرين الأول 2026"),
        ("منذ 3 ساعات", "منذ 5 أيام"),
        ("تعداد بازدید: ۱۲۳", "تعداد بازدید: ۱۲۵"),
        ("دوشنبه ۱۳ مهر ۱۴۰۵ - ۰۹:۰۵", "سه‌شنبه ۱۴ مهر ۱۴۰۵ - ۰۹:۰۵"),
        ("5 Ekim 2026 Pazartesi 09:05", "6 Ekim 2026 Salı 09:05"),
        ("1.204 okunma", "1.377 okunma"),
        ("פורסם: 5 באוקטובר 2026, 09:05", "עודכן: 6 באוקטובר 2026"),
        ("34 צפיות", "35 צפיות"),
        ("Publié le lundi 5 octobre 2026 à 9h05", "Mis à jour le mardi 6 octobre 2026 à 9h06"),
        ("124 vues", "125 vues"),
        ("Read also: Storm closes the port of Lesk", "Read also: Ferries run again"),
        ("اقرأ أيضا: العاصفة تغلق الميناء", "اقرأ أيضاً: العبارات تعود"),
        ("بیشتر بخوانید: طوفان بندر را بست", "بیشتر بخوانید: کشتی‌ها بازگشتند"),
        ("קראו גם: הסערה סגרה את הנמל", "קראו גם: המעבורות חזרו"),
        ("Ayrıca okuyun: Fırtına limanı kapattı", "Ayrıca okuyun: Seferler yeniden başladı"),
        ("Lire aussi : La tempête ferme le port", "Lire aussi : Les bacs repartent"),
        ("زیاتر بخوێنەوە: هەواڵێکی تر", "زیاتر بخوێنەوە: هەواڵ"),
        ("Related articles\nStorm closes the port\nA bridge for Ombria", "Related articles\nFerries run again"),
        ("Advertisement", "إعلان"),
        ("Tags: Lesk, harbour", "Tags: Lesk, harbour, ships"),
        (
            "Par Ada Venn — Publié le dimanche 4 octobre 2026 à 9h05",
            "Par Ada Venn — Publié le dimanche 4 octobre 2026, mis à jour le 5 octobre 2026 à 11h40",
        ),
        ("12 views | 3 comments", "14 views | 3 comments"),
    ],
)
def test_line_that_says_nothing_does_not_count(line: str, other: str) -> None:
    one, two = (f"{FIRST}\n\n{changing}\n\n{LAST}" for changing in (line, other))
    assert wording_hash(one) == wording_hash(two) == wording_hash(f"{FIRST}\n\n{LAST}")


@pytest.mark.parametrize(
    ("line", "other"),
    [
        ("By Monday 12 ships had left, said Ada Venn in a note", "By Monday 13 ships had left, said Ada Venn in a note"),
        ("Twelve people died.", "Thirteen people died."),
        ("Dead: 12", "Dead: 13"),
        ("12 dead", "13 dead"),
        ("قتل 12 شخصا", "قتل 13 شخصا"),
        ("۱۲ نفر", "۱۳ نفر"),
        ("Votes for: 120", "Votes for: 121"),
        ("12 | 15 | 18", "12 | 15 | 19"),
        ("Iraq | 1,204", "Iraq | 1,377"),
        ("1986   1987   1988", "1986   1987   1989"),
        ("Related parties met again in May.", "Related parties did not meet again in May."),
        ("Read also what the mayor wrote to his voters.", "Read also what the mayor said to his voters."),
        ("On 5 May the harbour opens", "On 6 May the harbour opens"),
        ("The first ships came from the island of Lesk in\nMay 1987.", "The first ships came from the island of Lesk in\nMay 1988."),
        ("Read also:\nThe mayor resigned on Tuesday.", "Read also:\nThe mayor died on Tuesday."),
    ],
)
def test_number_or_word_that_is_said_counts(line: str, other: str) -> None:
    one, two = (wording_hash(f"{FIRST}\n\n{changing}\n\n{LAST}") for changing in (line, other))
    assert one != two


def test_changed_number_in_any_sentence_counts() -> None:
    assert wording_hash(f"{FIRST}\n\n{LAST}") != wording_hash(f"{FIRST}\n\n{LAST.replace('12', '13')}")


def test_text_of_nothing_but_such_lines_is_taken_whole() -> None:
    assert wording("12 views\n\n5 October 2026") == "12 views\n5 october 2026"
    assert wording("") == ""


def test_paragraphs_may_be_divided_otherwise() -> None:
    assert wording_hash(f"{FIRST} {LAST}") == wording_hash(f"{FIRST}\n\n{LAST}")


@given(st.text(max_size=300))
def test_any_text_has_a_wording(text: str) -> None:
    assert wording_hash(wording(text)) == wording_hash(wording(wording(text)))

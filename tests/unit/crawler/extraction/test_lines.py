from __future__ import annotations

import pytest

from crawler.extraction.lines import (
    Block,
    after_headline,
    clean_blocks,
    without_credits,
    without_edge_labels,
    without_loose_headings,
    without_pointers,
)

TEXT = "Delegates from both shores met on Sunday in the port of Ardal and agreed to reopen two crossings, and nothing else was said."
HEADLINE = "Port talks resume in Ardal"


def p(*texts: str) -> list[Block]:
    return [Block("p", text) for text in texts]


@pytest.mark.parametrize(
    "before",
    [
        [HEADLINE],
        ["port talks resume, in Ardal!"],
        ["World", "Talks", HEADLINE],
        [f"Strait crisis {HEADLINE}"],
        [HEADLINE, "Labour", HEADLINE],
    ],
)
def test_text_begins_after_the_headline(before: list[str]) -> None:
    assert after_headline(p(*before, TEXT), [HEADLINE]) == p(TEXT)


@pytest.mark.parametrize(
    "blocks",
    [p(TEXT), p("World", TEXT), p(TEXT * 2, HEADLINE, TEXT), p(*["short line"] * 8, HEADLINE, TEXT), p(f"{HEADLINE} {TEXT}", TEXT)],
    ids=["none", "kicker alone", "after long text", "far down", "sentence that begins with it"],
)
def test_text_without_a_headline_before_it_is_untouched(blocks: list[Block]) -> None:
    assert after_headline(blocks, [HEADLINE, "Talks"]) == blocks


@pytest.mark.parametrize(
    "line",
    [
        "Read more: the cranes that came by night",
        "READ MORE",
        "Also read: x",
        "ALSO READ | x",
        "[See also: x]",
        "Related: x",
        "Related stories",
        "Don't miss",
        "You may also like...",
        "Advertisement",
        "Sign up for our newsletter",
        "Subscribe Now!",
        "Follow us on Telegram",
        "Share this:",
        "Click here to read on",
        "Story continues below gallery",
        "Filed under: Notes",
        "© Harbour Review",
        "Lesen Sie auch: x",
        "Mehr zum Thema",
        "Auch interessant",
        "À lire aussi x",
        "Leggi anche: x",
        "Lea también: x",
        "Les også: x",
        "Czytaj więcej",
        "Читайте также: x",
        "İlgili Haberler",
        "Etiketler: x",
        "Bizi takip edin",
        "اقرأ أيضا: x",
        "إقرأ أيضاً",
        "شاهد أيضا",
        "مواضيع ذات صلة",
        "للمزيد من الأخبار",
        "تابعونا على تلغرام",
        "الأكثر قراءة",
        "جميع الحقوق محفوظة",
        "بیشتر بخوانید: x",
        "انتهای پیام/",
        "مطالب مرتبط",
        "برچسب‌ها",
        "کد خبر ۱۲۳",
        "קראו גם: x",
        "עוד בנושא",
        "תגיות",
        "مزید پڑھیں",
        ">> Read more",
    ],
)
def test_pointers_elsewhere_are_dropped_in_every_language(line: str) -> None:
    assert without_pointers(p(TEXT, line, TEXT)) == p(TEXT, TEXT)


@pytest.mark.parametrize(
    "line",
    [
        "Related parties met in Ardal.",
        "Reading the treaty took an hour.",
        "Subscribers of the port's bonds met on Monday.",
        "Share prices fell.",
        "Photographs of the signing were not allowed.",
        "Follow the money, said the shop steward.",
        "Like father, like son, they say in Ardal.",
        "اقرأ الرسالة، قال الوزير",
        "تابع الوزير حديثه بالقول إن الاتفاق قريب",
        "Copy that, said the pilot.",
        "Commentators in Lesk disagreed.",
        "Read more carefully than most, " + TEXT * 2,
    ],
)
def test_sentences_that_begin_alike_stay(line: str) -> None:
    assert without_pointers(p(line)) == p(line)


def test_pointers_leave_lists_one_by_one_and_tables_never() -> None:
    mixed = [Block("list", "- an eight-hour shift\n- Read more: x"), Block("list", "- Related stories"), Block("table", "Read more | 7")]
    assert without_pointers(mixed) == [Block("list", "- an eight-hour shift"), Block("table", "Read more | 7")]


@pytest.mark.parametrize(
    "label",
    [
        "2 April 2023",
        "Published: Monday, 3 May 2024 at 10:20 GMT",
        "03.06.2024 - 14:07",
        "الأحد 11 فبراير 2024 - 09:30 ص",
        "۲۲ بهمن ۱۴۰۲ - ۱۸:۵۹",
        "פורסם: 22.05.20 , 15:26",
        "By Ann Lee",
        "Von Ann Lee",
        "كتب: سلمى الحوراني",
        "Ines Dorval",
        "INES DORVAL",
    ],
)
def test_dates_and_bylines_at_the_edges_are_dropped(label: str) -> None:
    assert without_edge_labels(p(label, TEXT, TEXT), ["Ines Dorval"]) == p(TEXT, TEXT)
    assert without_edge_labels(p(TEXT, TEXT, TEXT, TEXT, TEXT, label), ["Ines Dorval"]) == p(*[TEXT] * 5)


@pytest.mark.parametrize("line", ["By Sunday nothing was left.", "In 2011, 41 ships sank.", "He was 43.", "1948"[:2] + " ships", TEXT])
def test_short_sentences_are_no_labels(line: str) -> None:
    assert without_edge_labels(p(line, TEXT), []) == p(line, TEXT)


def test_dates_inside_the_text_stay() -> None:
    blocks = p(*[TEXT] * 6, "2 April 2023", *[TEXT] * 6)
    assert without_edge_labels(blocks, []) == blocks
    table = [Block("table", "2005 | 2009"), *p(TEXT)]
    assert without_edge_labels(table, []) == table


@pytest.mark.parametrize(
    "credit",
    [
        "Source: Strait Wire",
        "المصدر: وكالات",
        "(dpa)",
        "AFP/Reuters",
        "Additional reporting by Lio Marne",
        "Lio Marne contributed to this report.",
        "Kaynak: AA",
    ],
)
def test_credits_at_the_end_are_dropped(credit: str) -> None:
    assert without_credits(p(TEXT, credit)) == p(TEXT)
    assert without_credits(p(credit, TEXT)) == p(credit, TEXT)
    assert without_credits(p(credit)) == p(credit)


def test_headings_after_which_nothing_comes_are_dropped() -> None:
    assert without_loose_headings([*p(TEXT), Block("head", "What comes next"), *p("More on this:")]) == p(TEXT)
    assert without_loose_headings([Block("head", "What comes next"), *p(TEXT)]) == [Block("head", "What comes next"), *p(TEXT)]


def test_all_rules_together_leave_the_article() -> None:
    blocks = [*p("World", HEADLINE, "By Ann Lee", "2 April 2023", TEXT, "Read more: x", TEXT), Block("head", "Related"), *p("(dpa)")]
    assert clean_blocks(blocks, [HEADLINE]) == p(TEXT, TEXT)
    assert clean_blocks([], []) == []

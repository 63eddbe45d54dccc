"""The folding rules, one example a rule."""

from __future__ import annotations

import pytest

from storage.textnorm import index_text, normalize, query_terms, token_spans, tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        (" \n\t…!؟ ", ""),
        ("Hello, World!", "hello world"),
        ("ﬁnal ＡＢＣ ½", "final abc 1 2"),
        ("İstanbul Isparta ılık ilk", "istanbul isparta ilik ilk"),
        ("Erdoğan şöyle dedi: çağrı", "erdogan soyle dedi cagri"),
        ("É́lysée ŒUVRE Straße Łódź", "elysee oeuvre strasse lodz"),
        ("Saʿūd Qurʾān", "saud quran"),
        ("Erdoğan'ın Irak’taki", "erdogan in irak taki"),
        ("Iraq's l’État", "iraq s l etat"),
        ("snake_case-word 1,500.25", "snake case word 1 500 25"),
        ("1\ufe0f\u20e3 m²", "1 m2"),
        ("Йод", "иод"),
        ("Ελλάδος", "ελλαδοσ"),
    ],
)
def test_latin_and_its_neighbours_are_folded(text: str, expected: str) -> None:
    assert normalize(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("الـعـراق", "العراق"),
        ("الْعِرَاقُ", "العراق"),
        ("هٰذا", "هذا"),
        ("أحمد إيران آل ٱلله", "احمد ايران ال الله"),
        ("مسؤول رئيس شيء", "مسوول رييس شيء"),
        ("على حكومة", "علي حكومه"),
        ("ی ک ۀ ە ہ ھ", "ي ك ه ه ه ه"),
        ("می‌شود", "ميشود"),
        ("٢٠٢٤ ۱۴۰۳ २", "2024 1403 2"),
        ("ﻻ ﷺ", "لا صلي الله عليه وسلم"),
        ("\u200fمصر\u200e و\u00adاحد", "مصر واحد"),
        ("ڕۆژ", "ڕۆژ"),
    ],
)
def test_arabic_script_is_folded(text: str, expected: str) -> None:
    assert normalize(text) == expected


def test_composed_and_decomposed_hamza_agree() -> None:
    assert normalize("ا\u0654 و\u0654 ي\u0654") == normalize("أ ؤ ئ") == "ا و ي"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("שָׁלוֹם", "שלומ"),
        ("צה״ל", "צהל"),
        ('ארה"ב', "ארהב"),
        ('מנכ"לית', "מנכלית"),
        ("ג'ורג' צ׳אד", "גורג צאד"),
        ('ב"הארץ"', "ב הארצ"),
        ("תל־אביב", "תל אביב"),
        ("\ufb2bלום", "שלומ"),
    ],
)
def test_hebrew_is_folded_and_acronyms_are_joined(text: str, expected: str) -> None:
    assert normalize(text) == expected


@pytest.mark.parametrize(("text", "expected"), [("한국어", "한국어"), ("か\u3099", "が"), ("हिन्दी", "हिन्दी")])
def test_scripts_from_elsewhere_keep_their_vowels(text: str, expected: str) -> None:
    assert normalize(text) == expected


@pytest.mark.parametrize("text", ["a\u200bb", "a\x00b", "a\ud800b", "a\ue000b", "a😀b", "a\u2028b"])
def test_what_is_not_text_separates(text: str) -> None:
    assert tokens(text) == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("العراق والعراق بالعراق فالعراق كالعراق للعراق وبالعراق وللعراق", "عراق " * 8),
        ("لبنان للبنان وللبنان اللبناني", "لبنان لبنان لبنان لبناني"),
        ("لليبيا لليمن للندن", "ليبيا يمن لندن"),
        ("الألماني ألماني", "الماني الماني"),
        ("ألفريد فريد الفريق إلياس إلغاء بألمانيا", "الفريد فريد فريق الياس الغاء بالمانيا"),
        ("الله والله الى الذي وكالة بكين كتاب فرنسا", "الله والله الي الذي وكاله بكين كتاب فرنسا"),
        ("ال123 allow", "ال123 allow"),
    ],
)
def test_index_strips_only_article_stacks(text: str, expected: str) -> None:
    assert index_text(text) == expected.strip()


def test_query_is_folded_as_the_index_is() -> None:
    assert query_terms("الحُكومة في العِراق") == index_text("حكومة في عراق").split() == ["حكومه", "في", "عراق"]


def test_spans_mark_words_in_the_original() -> None:
    text = "قال: «العِراقُ» — Erdoğan'ın צה״ל, می‌شود"
    marked = [(text[start:end], token) for start, end, token in token_spans(text)]
    assert marked == [
        ("قال", "قال"), ("العِراقُ", "عراق"), ("Erdoğan", "erdogan"), ("ın", "in"), ("צה״ל", "צהל"), ("می‌شود", "ميشود"),
    ]  # fmt: skip


def test_spans_of_one_character_with_several_tokens_are_shared() -> None:
    assert list(token_spans("(ﷺ)")) == [(1, 2, "صلي"), (1, 2, "الله"), (1, 2, "عليه"), (1, 2, "وسلم")]


def test_spans_of_plain_and_punctuated_words() -> None:
    text = "(Iraq's) «été», x½y 1\ufe0f\u20e3"
    marked = [(text[start:end], token) for start, end, token in token_spans(text)]
    assert marked == [("Iraq", "iraq"), ("s", "s"), ("été", "ete"), ("x½", "x1"), ("½y", "2y"), ("1\ufe0f\u20e3", "1")]


def test_span_keeps_a_trailing_mark_but_no_invisible_sign() -> None:
    assert list(token_spans("\u200fكتابٌ\u200f.")) == [(1, 6, "كتاب")]

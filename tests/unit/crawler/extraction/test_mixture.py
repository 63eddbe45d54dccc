from __future__ import annotations

import pytest

from crawler.extraction.mixture import CONFIG, read_languages

ARABIC = "أعلنت إدارة ميناء أردال اليوم أن العبارات ستعود إلى العمل يوم الاثنين المقبل، بعد توقف دام ثلاثة أسابيع بسبب العواصف في المضيق."
PERSIAN = "مدیر بندر اردال امروز گفت که کشتی‌های مسافربری از روز دوشنبه دوباره به راه می‌افتند و پل چوبی نیز تا پایان هفته باز می‌شود."
HEBREW = "מנהל הנמל הודיע היום כי המעבורות ישובו לפעול ביום שני הקרוב, לאחר הפסקה של שלושה שבועות בשל הסערות במיצר."
TURKISH = (
    "Liman müdürü, feribotların üç haftalık aradan sonra pazartesi günü yeniden çalışmaya başlayacağını açıkladı ve herkese teşekkür etti."
)
KURMANJI = "Rêveberê benderê îro ragihand ku keştî wê ji roja duşemê ve dîsa bixebitin û pira kevn jî wê di nav hefteyê de were vekirin."
FRENCH = "Le directeur du port a annoncé que les traversées reprendront lundi, après trois semaines d'arrêt causées par la tempête."
ENGLISH = (
    "The harbour master said that the ferries would sail again on Monday, after three weeks in port because of the storms in the strait."
)


@pytest.mark.parametrize(
    ("paragraphs", "language", "mixed"),
    [
        ([ARABIC, ARABIC, ENGLISH], "ar", {"ar", "en"}),
        ([ENGLISH, ENGLISH, ARABIC], "en", {"en", "ar"}),
        ([PERSIAN, ARABIC, PERSIAN], "fa", {"fa", "ar"}),
        ([FRENCH, FRENCH, ARABIC], "fr", {"fr", "ar"}),
        ([FRENCH, ENGLISH, FRENCH], "fr", {"fr", "en"}),
        ([TURKISH, TURKISH, KURMANJI], "tr", {"tr", "kmr"}),
        ([KURMANJI, KURMANJI, TURKISH], "kmr", {"kmr", "tr"}),
        ([HEBREW, ENGLISH, ENGLISH], "en", {"he", "en"}),
        ([HEBREW, ARABIC, HEBREW], "he", {"he", "ar"}),
    ],
)
def test_paragraphs_in_two_languages_make_a_mixed_text(paragraphs: list[str], language: str, mixed: set[str]) -> None:
    found = read_languages(None, "\n\n".join(paragraphs))
    assert found.main is not None
    assert found.main.value == language
    assert set(found.shares) == mixed
    assert sum(found.shares.values()) == pytest.approx(1, abs=0.01)
    assert next(iter(found.shares)) == language


@pytest.mark.parametrize(
    ("language", "text"), [("ar", ARABIC), ("fa", PERSIAN), ("he", HEBREW), ("tr", TURKISH), ("fr", FRENCH), ("en", ENGLISH)]
)
def test_one_language_is_no_mixture(language: str, text: str) -> None:
    found = read_languages("Ferries", "\n\n".join([text] * 3))
    assert found.main is not None
    assert (found.main.value, found.main.found_in, found.main.confidence) == (language, "text", CONFIG.sure)
    assert found.shares == {}


def test_a_short_quotation_and_names_are_no_mixture() -> None:
    quoted = "\n\n".join([ARABIC] * 12 + [ENGLISH])
    assert read_languages(None, quoted).shares == {}
    people = "Ann Roe, Bill Coe, Carl Doe, Dan Foe, Eve Goe, Fay Hoe and Gus Joe"
    named = f"{ARABIC}\n\nStar of Ardal – Port Varnia Shipping Ltd.\n\n{ARABIC}\n\n{people}"
    assert read_languages(None, named).shares == {}


def test_language_of_the_largest_share_is_the_language() -> None:
    found = read_languages(None, "\n\n".join([ENGLISH] * 2 + [ARABIC] * 40))
    assert found.main is not None
    assert found.main.value == "ar"
    late = read_languages(None, "\n\n".join([FRENCH] * 34 + [ENGLISH] * 80))
    assert late.main is not None
    assert late.main.value == "en"
    assert set(late.shares) == {"fr", "en"}


def test_where_the_text_says_nothing_the_page_is_believed_and_less_sure() -> None:
    found = read_languages(None, "AFP", "tr-TR")
    assert found.main is not None
    assert (found.main.value, found.main.found_in, found.main.confidence) == ("tr", "claim", CONFIG.claimed)
    head = read_languages("Le port rouvre", "")
    assert head.main is not None
    assert (head.main.value, head.main.confidence) == ("fr", CONFIG.head)
    assert read_languages(None, "1234", "ar").main is None

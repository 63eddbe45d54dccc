from __future__ import annotations

import pytest

from storage.dedup import exact
from storage.dedup.exact import copy_fingerprint, hashes, text_hash, without_credit, without_dateline

ENGLISH = "The council of Port Varda voted on Tuesday to reopen the old harbour to foreign ships after eleven years of debate."
FRENCH = "Le conseil de Port-Varda a voté mardi la réouverture du vieux port aux navires étrangers après onze ans de débats."
TURKISH = "Port Varda meclisi salı günü eski limanın on bir yıl sonra yabancı gemilere yeniden açılması için oy kullandı."
ARABIC = "صوت مجلس مدينة بورت فاردا يوم الثلاثاء على إعادة فتح المرفأ القديم أمام السفن الأجنبية بعد أحد عشر عاما."
PERSIAN = "شورای شهر پورت واردا روز سه\u200cشنبه به بازگشایی بندر قدیمی به روی کشتی\u200cهای خارجی پس از یازده سال رأی داد."
HEBREW = "מועצת העיר פורט ורדה הצביעה ביום שלישי בעד פתיחה מחדש של הנמל הישן לאוניות זרות לאחר אחת עשרה שנים."

DATELINES = {
    ENGLISH: [
        "BAGHDAD (Agency) — ",
        "BAGHDAD (Agency) ",
        "PORT VARDA, Lesk (AP) _ ",
        "ANKARA, 3 Oct (AA) - ",
        "Port Varda, Oct. 3 (Lesk Wire) -- ",
        "BAGHDAD—",
        "New Lesk – ",
        "(Lesk Wire) - ",
        "[Lesk Wire]: ",
        "LESK (Herald) PORT VARDA, Sunday, 3 October 2026 (Agency Name) – ",
        "TEHRAN, Oct. 3, LNA – ",
        "LESK - Lesk Wire: ",
        "Lesk/Wire/ - ",
    ],
    FRENCH: ["PARIS (AFP) — ", "Paris, le 3 octobre (AFP) - ", "PORT-VARDA, 3 oct. – ", "Le Caire (Agence) : "],
    TURKISH: ["ANKARA (AA) - ", "İSTANBUL - ", "Ankara, 3 Ekim (AA) – ", "LESK/PORT VARDA (ANA) — "],
    ARABIC: ["بغداد - (وكالة): ", "بغداد (وكالة) - ", "القدس، 3 تشرين الأول (وكالة) — ", "بغداد – ", "القاهرة (و ص ف) ",
             "بغداد - سلك فاردا: ",
             "\u200fبغداد \u200f- "],
    PERSIAN: ["تهران (خبرگزاری) - ", "تهران/ ۳ مهر/ خبرگزاری - ", "تهران – "],
    HEBREW: ["ירושלים (סוכנות) – ", "ירושלים - ", "תל אביב, 3 באוקטובר (סוכנות): "],
}  # fmt: skip

CREDITS = {
    ENGLISH: [" (Reporting by Ada Venn)", "\n\n(Reporting by Ada Venn in Lesk; Editing by Bo Ural and C. Dane)", " [Lesk Wire]",
              " — Lesk Wire", "\n— Lesk Wire", " (Lesk Wire).", "\n(Lesk Wire)\n[Translated]"],
    FRENCH: [" (AFP)", " – Avec agences"],
    TURKISH: [" (AA)", "\n[Ajans]"],
    ARABIC: [" (وكالات)", "\n\n(إعداد: آدا فن، تحرير: بو أورال)", " — وكالات", " (وكالات)\u200f"],
    PERSIAN: [" (خبرگزاری)"],
    HEBREW: [" (סוכנויות)"],
}  # fmt: skip


@pytest.mark.parametrize(("text", "dateline"), [(text, dateline) for text, all_of in DATELINES.items() for dateline in all_of])
def test_reprint_with_a_dateline_is_the_same_text(text: str, dateline: str) -> None:
    assert without_dateline(dateline + text) == text
    assert copy_fingerprint(dateline + text) == copy_fingerprint(text) is not None


@pytest.mark.parametrize(("text", "credit"), [(text, credit) for text, all_of in CREDITS.items() for credit in all_of])
def test_reprint_with_a_credit_is_the_same_text(text: str, credit: str) -> None:
    assert without_credit(text + credit) == text
    assert copy_fingerprint(text + credit) == copy_fingerprint(text) is not None


@pytest.mark.parametrize("text", DATELINES)
def test_text_without_frame_is_left_alone(text: str) -> None:
    assert without_dateline(text) == text
    assert without_credit(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "The minister — who resigned on Monday — said nothing to the waiting press.",
        "The minister of works (63) — a veteran — said nothing.",
        "Iran–Iraq talks began in Lesk.",
        "Exclusive: the harbour opens again.",
        "He said: nothing will change.",
        "Nobody in the harbour of Port Varda had expected the ships to come back so early - but they did.",
        "It is over. Port Varda (Lesk) - a town",
        "Was it him? LESK - no",
        "the town (Lesk) was quiet",
        "قال الوزير في مؤتمر صحفي عقده مساء أمس في العاصمة - إن المرفأ سيفتح",
        "وقال رئيس بلدية المدينة الساحلية القديمة (63 عاما) إن",
        "A (broken [bracket – stays",
        "In 2019 the government — under pressure — gave in.",
        "— no place before the dash",
    ],
)
def test_ordinary_first_sentence_is_not_eaten(text: str) -> None:
    assert without_dateline(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "They agreed on every point of the treaty (or so the two ministers told the press that evening)",
        "The plan was rejected — again.",
        "The plan was rejected - again",
        "It was the first of many (he said it twice) and the last.",
    ],
)
def test_ordinary_last_sentence_is_not_eaten(text: str) -> None:
    assert without_credit(text) == text


def test_no_more_than_a_datelines_worth_of_words_is_ever_lost() -> None:
    lost = "Gold - Silver - Copper - Zinc - Tin - Lead - Iron - Steel - Oil - Gas - Coal - Wheat - Rice - Corn - Sugar - Tea - Salt"

    assert len(without_dateline(lost).split(" - ")) == 17 - exact.CONFIG.max_dateline_tokens


def test_two_datelines_one_before_the_other_are_both_dropped() -> None:
    assert without_dateline(f"LESK (Herald) PORT VARDA — {ENGLISH}") == ENGLISH


def test_few_words_have_no_fingerprint() -> None:
    eleven = "one two three four five six seven eight nine ten eleven"

    assert copy_fingerprint(eleven) is None
    assert copy_fingerprint(f"BAGHDAD (Agency) — {eleven}") is None
    assert copy_fingerprint(f"{eleven} twelve") is not None
    assert copy_fingerprint("") is None
    assert hashes(eleven).fingerprints == frozenset()


def test_hash_ignores_what_no_reader_sees() -> None:
    assert text_hash("وزارة  الخارجيّة") == text_hash("وزارة الخارجية")
    assert text_hash("one") != text_hash("two")
    assert len(text_hash("")) == 64


def test_hashes_of_a_framed_text_are_of_the_whole_and_of_what_is_inside() -> None:
    framed = f"BAGHDAD (Agency) — {ENGLISH}"

    assert hashes(framed).text_hash == text_hash(framed)
    assert hashes(framed).fingerprints == {text_hash(framed), copy_fingerprint(framed)}
    assert hashes(ENGLISH).fingerprints == {text_hash(ENGLISH)}
    assert hashes(framed).fingerprints & hashes(ENGLISH).fingerprints == {text_hash(ENGLISH)}


def test_text_of_signs_only_is_no_trouble() -> None:
    for odd in ("", " ", "—", "(", "()", "[] -", "- - -", "\n\n", ":", "()" * 5_000, "(" * 5_000, "- " * 5_000, "\u200f" * 500):
        assert hashes(odd).fingerprints == frozenset()

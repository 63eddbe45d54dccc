"""A slip of the pen is told from a change of what is said, in seven languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.changes import Wrote, kind_of
from storage.records import RevisionKind

TITLE = "Old harbour of Port Varda opens again"
ENGLISH = (
    "The ministry said on Monday that eight people were killed when the old bridge in the valley of Ombria collapsed, and that the"
    " government would rebuild it before the winter at a cost of 1,200 crowns from the fund."
)
ARABIC = "قال وزير الأشغال أمس إن سبعة أشخاص قتلوا عندما انهار الجسر القديم في وادي أمبريا وإن الحكومة ستعيد بناءه قبل الشتاء"
PERSIAN = "وزیر راه گفت هفتاد نفر هنگام فروریختن پل قدیمی درهٔ امبریا کشته شدند و دولت پیش از زمستان آن را بازسازی می‌کند"
HEBREW = "שר העבודה אמר אתמול כי שבעה בני אדם נהרגו בהתמוטטות הגשר הישן בעמק אומבריה והממשלה תשקם אותו לפני החורף"
TURKISH = "Bakan dün yaptığı açıklamada Ombria vadisindeki eski köprünün çökmesi sonucu yedi kişinin öldüğünü söyledi"
FRENCH = "Le ministre a annoncé lundi que huit personnes étaient mortes dans l'effondrement du vieux pont de la vallée d'Ombria"


def edited(text: str, old: str, new: str) -> RevisionKind:
    assert old in text
    return kind_of(Wrote(TITLE, text), Wrote(TITLE, text.replace(old, new)))


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        (ENGLISH, "collapsed", "colapsed"),
        (ENGLISH, "ministry", "minsitry"),
        (ENGLISH, "government", "govermnent"),
        (ENGLISH, "government", "govenment"),
        (ENGLISH, "the old", "the the old"),
        (ENGLISH, "rebuild", "re build"),
        (ENGLISH, "said", "siad"),
        (ENGLISH, "1,200", "1200"),
        (ENGLISH, "winter", "winnter"),
        (ARABIC, "انهار", "انهارر"),
        (ARABIC, "الحكومة", "الحكومت"),
        (ARABIC, "القديم", "القيدم"),
        (PERSIAN, "بازسازی", "بازساری"),
        (HEBREW, "בהתמוטטות", "בהתמוטתות"),
        (TURKISH, "açıklamada", "açıklmada"),
        (FRENCH, "l'effondrement", "l'efondrement"),
    ],
)
def test_slip_of_the_pen_is_minor_made_or_mended(text: str, old: str, new: str) -> None:
    assert edited(text, old, new) is RevisionKind.MINOR
    assert edited(text.replace(old, new), new, old) is RevisionKind.MINOR


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        (ENGLISH, "eight", "eighty"),
        (ENGLISH, "eight", "nine"),
        (ENGLISH, "1,200", "1,300"),
        (ENGLISH, "1,200", "1.2 00"),
        (ENGLISH, "killed", "wounded"),
        (ENGLISH, "would rebuild", "would not rebuild"),
        (ENGLISH, "Monday", "Sunday"),
        (ENGLISH, "from the fund", "from fund"),
        (ENGLISH, "winter", "summer"),
        (ENGLISH, "valley of Ombria", "valley of Ombria near Lesk in the far north"),
        (ENGLISH, "it before", "If before"),
        (ARABIC, "سبعة", "تسعة"),
        (ARABIC, "سبعة", "سبعين"),
        (ARABIC, "قتلوا", "جرحوا"),
        (ARABIC, "ستعيد", "لن تعيد"),
        (PERSIAN, "هفتاد", "هشتاد"),
        (HEBREW, "שבעה", "תשעה"),
        (TURKISH, "yedi", "yetmiş"),
        (FRENCH, "huit", "dix-huit"),
    ],
)
def test_changed_fact_is_never_minor(text: str, old: str, new: str) -> None:
    assert edited(text, old, new) is RevisionKind.TEXT
    assert edited(text.replace(old, new), new, old) is RevisionKind.TEXT


def test_neighbouring_countries_of_one_letter_are_no_slip() -> None:
    assert edited("The envoy of Iraq arrived in Port Varda.", "Iraq", "Iran") is RevisionKind.TEXT
    assert edited("A decision that is legal in Lesk.", "legal", "illegal") is RevisionKind.TEXT


def test_headline_is_told_apart_from_text() -> None:
    before = Wrote(TITLE, ENGLISH)
    other = ENGLISH.replace("killed", "hurt")
    assert kind_of(before, Wrote("Ships may come back to Varda", ENGLISH)) is RevisionKind.HEADLINE
    assert kind_of(before, Wrote("Ships may come back to Varda", other)) is RevisionKind.BOTH
    assert kind_of(before, Wrote("Ships may come back to Varda", ENGLISH.replace("ministry", "minstry"))) is RevisionKind.HEADLINE
    assert kind_of(before, Wrote(TITLE.replace("harbour", "harbuor"), ENGLISH)) is RevisionKind.MINOR
    assert kind_of(before, Wrote(TITLE.replace("harbour", "harbuor"), other)) is RevisionKind.TEXT
    assert kind_of(before, Wrote(None, other)) is RevisionKind.TEXT
    assert kind_of(Wrote(None, ENGLISH), before) is RevisionKind.HEADLINE


def test_counter_beside_a_slip_is_no_change_of_text() -> None:
    before, after = f"{ENGLISH}\n\n12 views", f"{ENGLISH.replace('bridge', 'brigde')}\n\n14 views"
    assert kind_of(Wrote(TITLE, before), Wrote(TITLE, after)) is RevisionKind.MINOR


def test_more_slips_than_a_proofreader_finds_are_another_text() -> None:
    words = ["collapsed", "ministry", "government", "before", "winter"]
    some, many = ENGLISH, ENGLISH
    for count, word in enumerate(words):
        many = many.replace(word, word[:2] + word[1:])
        some = many if count < 3 else some
    assert kind_of(Wrote(TITLE, ENGLISH), Wrote(TITLE, some)) is RevisionKind.MINOR
    assert kind_of(Wrote(TITLE, ENGLISH), Wrote(TITLE, many)) is RevisionKind.TEXT
    longer = " ".join([ENGLISH] * 12)
    assert kind_of(Wrote(TITLE, longer + many), Wrote(TITLE, longer + ENGLISH)) is RevisionKind.MINOR


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_two_texts_have_a_kind_and_nothing_is_minor_of_itself(one: str, other: str) -> None:
    assert kind_of(Wrote(one, other), Wrote(one, other)) is RevisionKind.MINOR
    assert kind_of(Wrote(None, one), Wrote(None, other)) in {RevisionKind.MINOR, RevisionKind.TEXT}


@given(st.lists(st.sampled_from(["harbour", "bridge", "mayor", "12", "not"]), min_size=1, max_size=30), st.data())
def test_changed_number_is_never_minor(words: list[str], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(words)))
    before, after = ([*words[:place], number, "souls", *words[place:]] for number in ("340", "341"))
    assert kind_of(Wrote(None, " ".join(before)), Wrote(None, " ".join(after))) is RevisionKind.TEXT

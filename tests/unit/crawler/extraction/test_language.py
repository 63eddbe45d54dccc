from __future__ import annotations

import pytest

from crawler.extraction.language import detect_language


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The foreign minister said on Sunday"),
        ("fr", "Le ministre des Affaires étrangères a déclaré"),
        ("de", "Der Außenminister sagte am Sonntag, dass"),
        ("es", "El ministro de Exteriores dijo que"),
        ("tr", "Dışişleri Bakanı bugün yaptığı açıklamada"),
        ("tr", "BAKAN DÜN ANKARA'DA KONUŞTU VE ŞUNLARI SÖYLEDİ"),
        ("az", "Azərbaycan prezidenti bu gün bildirib"),
        ("kmr", "Serokê herêma Kurdistanê îro li Hewlêrê got"),
        ("ar", "أعلنت وزارة الخارجية اليوم زيارة"),
        ("ar", "مقتل ثلاثة في بغداد"),
        ("fa", "وزیر امور خارجه ایران گفت"),
        ("fa", "رییس جمهور به تهران بازگشت"),
        ("ur", "وزیر اعظم نے کہا ہے کہ"),
        ("ckb", "سەرۆکی حکومەتی هەرێمی کوردستان گوتی"),
        ("ps", "د افغانستان ولسمشر وویل چې سږکال به ټولټاکنې کېږي"),
        ("en", "ARDAL - Port Varnia Harbour"),
        ("fr", "Le port d'Ardal a rouvert"),
        ("az", "Nazir bu gün yeni layihəni təqdim"),
        ("az", "Xidmət haqqında sual yoxdur, çıxış açıqdır"),
        ("kmr", "Ew ji bo hevdîtinê hat"),
        ("ur", "بندرگاہ کی بحالی کا اعلان"),
        ("ur", "وزیر نے کہا کہ بندر"),
        ("fa", "او به بندر باز گشت"),
        ("ckb", "وەزیری دەرەوە لەگەڵ شاندێک"),
        ("ug", "پورت بۈگۈن قايتا ئېچىلدى ۋە كېمىلەر"),
        ("he", "ראש הממשלה אמר היום כי"),
        ("ru", "Министр иностранных дел заявил в воскресенье"),
        ("uk", "Міністр закордонних справ заявив у неділю, що їхні переговори"),
        ("ja", "外務省は本日、代表団が来週首都を訪問すると発表した"),
        ("zh", "外交部今天宣布代表团将于下周访问首都讨论两国关系"),
        ("ko", "외교부는 오늘 대표단이 다음 주 수도를 방문한다고 발표했다"),
        ("el", "Ο υπουργός Εξωτερικών δήλωσε σήμερα"),
        ("hy", "Արտաքին գործերի նախարարը այսօր հայտարարեց"),
        ("ka", "საგარეო საქმეთა მინისტრმა დღეს განაცხადა"),
        ("hi", "विदेश मंत्री ने आज कहा कि"),
        ("am", "የውጭ ጉዳይ ሚኒስትሩ ዛሬ እንደተናገሩት"),
    ],
)
def test_language_is_told_by_a_few_words(language: str, text: str) -> None:
    assert detect_language(text) == language


def test_latin_names_do_not_make_an_arabic_text_english() -> None:
    assert detect_language("أعلنت شركة Example Shipping Holding Limited اليوم أن السفينة Star of Ardal وصلت إلى الميناء", "en") == "ar"


def test_the_claim_of_the_page_does_not_overrule_the_text() -> None:
    assert detect_language("The foreign minister said on Sunday that the talks would resume next week in Ardal.", "ar-EG") == "en"
    assert detect_language("د افغانستان د بهرنیو چارو وزیر وویل", "ug") in {"fa", "ps", "ar"}


def test_the_claim_breaks_a_tie() -> None:
    text = "Film festival program 2024: Oslo, Bergen"
    assert detect_language(text, "nb-NO") == "no"
    assert detect_language(text) != "no"


def test_claims_that_only_differ_by_letters_are_believed_where_the_letters_agree() -> None:
    uyghur = "خەلقئارا ئۇيغۇر خەۋەرلىرى بۈگۈن ئېلان قىلىندى ۋە كۆپ كىشى كەلدى"
    assert detect_language(uyghur, "ug") == "ug"
    assert detect_language("ሓለዋ ወሰን ንዝመጽእ ሰሙን ክኽፈት ተወሲኑ", "ti") == "ti"


@pytest.mark.parametrize(
    ("text", "claimed", "language"), [("", None, None), ("1234 — 56", "ar", None), ("AFP", "tr-TR", "tr"), ("AFP", "!!", None)]
)
def test_hardly_any_letters_say_nothing(text: str, claimed: str | None, language: str | None) -> None:
    assert detect_language(text, claimed) == language

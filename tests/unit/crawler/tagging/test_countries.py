"""Which countries a text is about."""

from __future__ import annotations

import pytest

from crawler.tagging.countries import count_mentions, language_of
from crawler.tagging.country_tags import tag_countries
from crawler.tagging.region import load_region

REGION = load_region()


def countries(text: str, language: str | None, title: str = "", **more: str) -> list[str]:
    return [tag.value for tag in tag_countries(title, text, language, region=REGION, **more)]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "The Iraqi cabinet met in Baghdad.", "IQ"),
        ("en", "Türkiye votes; Turkey's voters wait.", "TR"),
        ("en", "SAUDI OIL MINISTER SPEAKS", "SA"),
        ("en", "Fighting around Sana'a went on.", "YE"),
        ("ar", "اجتمع رئيس الوزراء العراقي بوفد في بغداد", "IQ"),
        ("ar", "وصل الوفد إلى لبنان وسط حراسة", "LB"),
        ("ar", "زيارة وزير للبنان", "LB"),
        ("ar", "لقاء بمصر غدا", "EG"),
        ("fa", "نمایندگان ایرانی‌ها در تهران", "IR"),
        ("fa", "هیئت عراقی به نجف رفت", "IQ"),
        ("tr", "Türkiye'nin Irak’taki askerleri değil, Türkiye'de", "TR"),
        ("tr", "Iraklıların heyeti Bağdat'ta toplandı", "IQ"),
        ("fr", "Les députées irakiennes à Bagdad", "IQ"),
        ("fr", "l'Iran et l’Iran", "IR"),
        ("he", "הממשלה העיראקית בבגדאד", "IQ"),
        ("he", "צה״ל נערך", "IL"),
        ("he", "הירי מלבנון נמשך", "LB"),
        ("ckb", "حکومەتی عێراق لە بەغدا", "IQ"),
        ("ku", "Hikûmeta Iraqê li Bexdayê", "IQ"),
        ("es", "El gobierno de Irak", "IQ"),
    ],
)
def test_each_language_points_to_its_country(language: str, text: str, expected: str) -> None:
    assert countries(text, language)[0] == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Roast turkey with a jordan almond"),
        ("en", "Michael Jordan and Jordan Henderson met"),
        ("en", "South Sudan and Papua New Guinea"),
        ("ar", "شرب لبن وبنان"),
        ("ar", "بعد صلاة المغرب كسر قدمه اليمنى"),
        ("ar", "زاد التركيز على قطرها"),
        ("tr", "Evde mısır ve katar tarifi"),
        ("fr", "il fut la tête de turc de la classe"),
        ("he", "הגיע למקום"),
    ],
)
def test_lookalikes_are_no_countries_of_the_region(language: str, text: str) -> None:
    assert not set(countries(text, language)) & set(REGION.countries)


def test_all_lower_case_text_is_not_asked_for_capitals() -> None:
    assert countries("elections in iraq", "en") == ["IQ"]


def test_an_ambiguous_word_counts_only_beside_a_clear_one() -> None:
    assert countries("وصل الوفد إلى عمان", "ar") == []
    assert countries("وصل الوفد الأردني إلى عمان", "ar") == ["JO"]
    assert countries("وصل الوفد إلى مسقط عاصمة سلطنة عمان", "ar") == ["OM"]
    mentions = count_mentions(None, "وصل الوفد الأردني إلى عمان", "ar").by_country
    assert mentions["JO"].count == 2


def test_title_weighs_more_than_lead_and_lead_more_than_body() -> None:
    filler = "word " * 60
    weights = [
        tag_countries(title, text, "en", region=REGION)[0].weight
        for title, text in (("Iraq", filler), ("", f"Iraq {filler}"), ("", f"{filler} Iraq"))
    ]
    assert weights == sorted(weights, reverse=True)
    assert len(set(weights)) == 3


def test_a_passing_mention_in_a_text_about_another_country_is_no_tag() -> None:
    assert countries("Egypt and Cairo. " * 30 + "Oman.", "en") == ["EG"]


def test_outside_actors_are_tagged_and_other_countries_are_not() -> None:
    assert countries("Talks between Iran and the United States in Norway", "en") == ["IR", "US"]


def test_evidence_is_the_original_words_with_context() -> None:
    (tag,) = tag_countries(None, "قال المتحدث باسم الحكومة إنّ «العِراقَ» بلدٌ كبير\nجدا", "ar", region=REGION)
    assert tag.kind == "country"
    assert tag.evidence == "باسم الحكومة إنّ «العِراقَ» بلدٌ كبير جدا"


def test_evidence_comes_from_the_title_first() -> None:
    (tag,) = tag_countries("Vote in Iraq’s north", "Iraq votes.", "en", region=REGION)
    assert tag.evidence == "Vote in Iraq’s north"


def test_evidence_holds_whole_words() -> None:
    (tag,) = tag_countries(None, "It was the ministry’s men who saw Iraqi-made (goods)", "en", region=REGION)
    assert tag.evidence == "men who saw Iraqi-made (goods)"
    (tag,) = tag_countries(None, "the Yalda’s men saw Iraq", "en", region=REGION)
    assert tag.evidence == "Yalda’s men saw Iraq"


def test_the_outlets_country_is_a_prior_that_other_countries_displace() -> None:
    text = "The minister spoke to reporters."
    (tag,) = tag_countries(None, text, "en", region=REGION, source_country="JO")
    assert (tag.value, tag.evidence) == ("JO", "outlet in JO")
    assert countries(text, "en", source_country="FR") == []
    assert countries("Ukraine and Russia talked in Kyiv. Russia left Ukraine.", "en", source_country="TR") == ["RU"]


def test_the_outlets_country_strengthens_what_is_named() -> None:
    alone, prior = (tag_countries(None, "Rain over Amman", "en", region=REGION, source_country=source)[0].weight for source in (None, "JO"))
    assert prior > alone


def test_words_for_the_region_are_no_country() -> None:
    mentions = count_mentions(None, "The Arab League met over the Middle East", "en")
    assert mentions.by_country == {}
    assert mentions.regional_mass > 0


def test_nothing_is_found_in_nothing() -> None:
    assert tag_countries(None, "", None, region=REGION) == ()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hello world", "en"),
        ("", "en"),
        ("الحكومة الجديدة", "ar"),
        ("گفت‌وگوی تازه", "fa"),
        ("حکومەتی هەرێم ڕایگەیاند", "ckb"),
        ("הממשלה", "he"),
        ("Cumhurbaşkanı görüştü", "tr"),
        ("Les élections législatives", "fr"),
        ("A naïve one " + "goes on and on " * 9, "en"),
    ],
)
def test_an_unstated_language_is_guessed_from_letters(text: str, language: str) -> None:
    assert language_of(None, text) == language


def test_a_stated_language_loses_its_subtags() -> None:
    assert [language_of(tag, "") for tag in ("en-GB", "ar_EG", "FA")] == ["en", "ar", "fa"]

"""Relevance: the decision and the reasons given for it."""

from __future__ import annotations

import math

import pytest

from crawler.tagging.linear_model import load_model
from crawler.tagging.region import load_region
from crawler.tagging.relevance import Relevance, assess

REGION = load_region()


def judge(
    title: str, text: str = "", language: str | None = "en", *, source_country: str | None = None, section: str | None = None, url: str = ""
) -> Relevance:
    return assess(title, text, language, region=REGION, source_country=source_country, section=section, url=url)


@pytest.mark.parametrize(
    ("language", "title", "text"),
    [
        ("en", "Iraqi parliament delays vote", "Lawmakers in Baghdad put off the budget vote, officials said."),
        ("ar", "البرلمان العراقي يؤجل التصويت", "قال نواب في بغداد إن الحكومة طلبت تأجيل الجلسة"),
        ("fa", "مجلس شورای اسلامی لایحه را رد کرد", "نمایندگان در تهران با وزیر خارجه درباره مذاکرات هسته‌ای گفت‌وگو کردند"),
        ("tr", "Cumhurbaşkanı Ankara'da konuştu", "TBMM'de milletvekilleri Suriye sınırındaki operasyonu görüştü"),
        ("fr", "Le parlement irakien reporte le vote", "Des députés de Bagdad ont critiqué le gouvernement."),
        ("he", "הכנסת דחתה את ההצבעה", "ראש הממשלה שוחח עם שר הביטחון על הגבול עם לבנון"),
    ],
)
def test_wire_like_politics_of_the_region_is_relevant(language: str, title: str, text: str) -> None:
    verdict = judge(title, text, language)
    assert verdict.relevant
    assert verdict.tags


@pytest.mark.parametrize(
    ("language", "title", "text"),
    [
        ("en", "Iraq win the match", "The striker scored two goals in the stadium as the football team of Iraq won the championship."),
        ("en", "Senate votes on budget", "Lawmakers in Canada debated the government's plan; the prime minister spoke."),
        ("ar", "المنتخب العراقي يفوز بالمباراة", "سجل اللاعب هدف الفوز في الملعب وقال المدرب إن الفريق يستعد لكأس آسيا"),
        ("fa", "تیم ملی ایران برد", "سرمربی تیم فوتبال ایران از بازیکنان در ورزشگاه تهران قدردانی کرد"),
        ("tr", "Galatasaray maçı kazandı", "İstanbul'daki maçta futbolcular iki gol attı, teknik direktör takımı kutladı"),
        ("fr", "La recette du couscous marocain", "Deux cuillères d'huile, un four chaud: la cuisine du Maroc en vacances."),
        ("he", "מכבי תל אביב ניצחה", "שחקני הכדורגל כבשו במשחק הליגה והמאמן שיבח את הקבוצה"),
    ],
)
def test_sport_recipes_and_other_regions_are_not(language: str, title: str, text: str) -> None:
    assert not judge(title, text, language).relevant


def test_reasons_can_be_read() -> None:
    verdict = judge(
        "Iraqi parliament vote", "Lawmakers met in Baghdad after a football match.", url="https://paper.example/politics/1.html"
    )
    assert verdict.reasons == (
        "country IQ in title (Iraqi), 2 mentions",
        "3 political terms: parliament, vote, Lawmakers",
        "2 sport terms: football, match −",
        "section /politics +",
    )


def test_reasons_name_what_is_missing() -> None:
    assert judge("Hello", "Nothing of note").reasons == ("no country of the region is named", "no political terms")


def test_without_the_region_the_score_is_zero_whatever_else_is_said() -> None:
    verdict = judge("Parliament elects prime minister", "The government of Canada resigned after elections.")
    assert (verdict.relevant, verdict.score) == (False, 0.0)


def test_a_country_alone_is_not_politics() -> None:
    verdict = judge("Iraq", "Iraq, Baghdad and Basra.")
    assert not verdict.relevant
    assert "no political terms" in verdict.reasons


def test_a_long_text_about_elsewhere_is_cut_for_a_passing_mention() -> None:
    text = "The government of Canada and its parliament in Ottawa voted on sanctions, troops and the constitution. " * 15 + "Oman."
    verdict = judge("Canada votes", text)
    assert not verdict.relevant
    assert "the region is mentioned in passing −" in verdict.reasons
    assert "mostly about elsewhere (CA)" in verdict.reasons


def test_many_countries_are_summed_up() -> None:
    text = "Ministers of Iraq, Syria, Iran, Lebanon, Egypt and Oman met at a summit of the Arab League."
    reasons = judge("", text).reasons
    assert "2 more countries of the region" in reasons
    assert "words for the region as a whole" in reasons


def test_the_outlets_country_makes_domestic_politics_relevant() -> None:
    title, text = "Cabinet reshuffle", "The prime minister named three ministers after parliament voted."
    assert not judge(title, text).relevant
    verdict = judge(title, text, source_country="JO")
    assert verdict.relevant
    assert "outlet in JO" in verdict.reasons
    assert [tag.value for tag in verdict.tags] == ["JO"]


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"section": "Sports"}, "section 'Sports' −"),
        ({"section": "Economy"}, "section 'Economy' −"),
        ({"section": "سیاسی"}, "section 'سیاسی' +"),
        ({"url": "https://paper.example/middle-east/x"}, "section /middle-east +"),
        ({"url": "https://paper.example/en/%D8%B1%D9%8A%D8%A7%D8%B6%D8%A9/x"}, "section /رياضة −"),
        ({"url": "https://sports.paper.example/x"}, "subdomain sports −"),
        ({"section": "Politics", "url": "https://paper.example/sport/x"}, "section 'Politics' +"),
    ],
)
def test_the_section_speaks(more: dict[str, str], reason: str) -> None:
    title = "Iraq names a new minister"
    verdict = judge(title, **more)
    assert verdict.reasons[-1] == reason
    assert (verdict.score > judge(title).score) == reason.endswith("+")


@pytest.mark.parametrize("url", ["https://sport.example/x", "https://paper.example/sport", "http://[broken/sport/x", ""])
def test_a_host_a_slug_and_a_broken_address_are_no_sections(url: str) -> None:
    title = "Iraq names a new minister"
    assert judge(title, url=url) == judge(title)


def test_a_language_without_word_list_says_so() -> None:
    verdict = judge("Eleicoes no Iraque", "O parlamento de Bagdad vota.", "pt")
    assert "no political word list for language 'pt': judged by countries and actors alone" in verdict.reasons


@pytest.mark.parametrize("language", ["ckb", "ku", "kmr", "arz"])
def test_kurdish_and_dialects_have_word_lists(language: str) -> None:
    assert not any("no political word list" in reason for reason in judge("x", "y", language).reasons)


def test_a_repeated_political_word_counts_once() -> None:
    assert judge("", "Iraq: parliament.").score >= judge("", "Iraq: parliament, parliament, parliament.").score


def test_a_country_that_has_the_name_of_another_subject_is_not_that_subject() -> None:
    assert not any("business" in reason for reason in judge("Army raids the West Bank", "Troops entered the West Bank.").reasons)
    assert any("business" in reason for reason in judge("Iraq", "A bank in Iraq").reasons)


def test_contributions_add_up_to_the_score() -> None:
    verdict = judge("Iraqi parliament delays vote", "Lawmakers in Baghdad put off the budget vote.")
    odds = load_model().relevance.bias + sum(item.effect for item in verdict.contributions)
    assert verdict.score == pytest.approx(1 / (1 + math.exp(-odds)), abs=0.01)


@pytest.mark.parametrize(
    ("language", "title", "text", "country"),
    [
        ("tr", "Muhalefet gensoru verdi", "Meclis başkanı önergenin salı günü görüşüleceğini söyledi.", "TR"),
        ("he", "הקואליציה התפרקה", "ראש הממשלה הודיע על בחירות, באופוזיציה בירכו.", "IL"),
        ("fa", "استیضاح وزیر رأی نیاورد", "نمایندگان مجلس پس از رأی‌گیری از وزیر حمایت کردند.", "IR"),
    ],
)
def test_politics_in_a_language_of_one_country_is_of_that_country(language: str, title: str, text: str, country: str) -> None:
    verdict = judge(title, text, language)
    assert verdict.relevant
    assert [tag.value for tag in verdict.tags] == [country]
    assert f"written in '{language}', at home in {country}" in verdict.reasons


def test_a_recipe_in_such_a_language_is_of_no_country() -> None:
    verdict = judge("Fırında sebze tarifi", "Soğanı kavurun, fırında pişirin.", "tr")
    assert (verdict.relevant, verdict.tags) == (False, ())


def test_headline_with_two_countries_of_the_region_is_about_what_is_between_them() -> None:
    text = "The two energy ministers agreed on the price of the gas and on the pipeline, and will meet again."
    pair = judge("Iraq and Syria agree on gas price", text, section="Economy")
    single = judge("Iraq raises gas price", text, section="Economy")
    assert "two countries of the region in the title" in pair.reasons
    assert "two countries of the region in the title" not in single.reasons
    assert pair.score > single.score

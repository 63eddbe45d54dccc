"""Actors speak for their countries."""

from __future__ import annotations

from crawler.tagging.judging import judge_article
from crawler.tagging.region import load_region

REGION = load_region()


def test_an_actor_makes_the_article_one_of_the_region_though_no_country_is_named() -> None:
    judgement = judge_article(
        "Hezbollah fighters pull back", "The militia withdrew from the front line after the ceasefire.", "en", region=REGION
    )
    assert judgement.mentions.by_country["LB"].count >= 1
    assert judgement.relevance.relevant
    assert any("actor" in reason for reason in judgement.relevance.reasons)


def test_a_name_that_is_a_word_of_the_country_already_counts_once() -> None:
    judgement = judge_article(None, "Hezbollah spoke.", "en", region=REGION)
    assert judgement.mentions.by_country["LB"].count == 1


def test_a_person_of_elsewhere_does_not_make_the_region_the_subject() -> None:
    text = "American and Afghan troops searched the mountains near Kabul and Kandahar. " * 3
    judgement = judge_article("Bin Laden hunted by American and Afghan forces", text, "en", region=REGION)
    assert "SA" not in {tag.value for tag in judgement.tags}

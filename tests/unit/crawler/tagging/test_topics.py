"""Topics: which words speak for them, where they count more, and what is wrong in a file of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.errors import CatalogError
from crawler.tagging.countries import count_mentions
from crawler.tagging.explaining import explain_tags
from crawler.tagging.judging import judge_article
from crawler.tagging.region import load_region
from crawler.tagging.topics import LANGUAGES, TopicMention, find_topics, load_topics, topic_tags, topics
from storage.records import Tag


def found(title: str, text: str, language: str = "en") -> dict[str, TopicMention]:
    mentions = count_mentions(title, text, language)
    return {mention.topic: mention for mention in find_topics(mentions, language)}


def tags(title: str, text: str, language: str = "en") -> tuple[Tag, ...]:
    mentions = count_mentions(title, text, language)
    return topic_tags(find_topics(mentions, language), mentions)


def test_there_are_a_dozen_topics_with_words_in_eight_languages() -> None:
    assert len(topics()) == 12
    assert all(len(getattr(topic, language).says) >= 10 for topic in topics().values() for language in LANGUAGES)


def test_a_naming_word_in_the_title_makes_a_tag_with_its_words_as_evidence() -> None:
    assert tags("Sanctions are eased", "Nothing else was said.") == (Tag("topic", "sanctions", 0.528, "Sanctions"),)


def test_one_word_in_the_text_makes_no_tag() -> None:
    assert tags("A walk", "The old embassy stands beside the river.") == ()


def test_one_hint_in_the_title_makes_no_tag() -> None:
    assert tags("Talks", "They met.") == ()


def test_repetition_counts_less_than_other_words() -> None:
    once, again = found("", "oil field refinery pipeline")["energy"], found("", "pipeline pipeline pipeline")["energy"]
    assert once.weight > again.weight


def test_a_long_text_needs_more_words() -> None:
    short, long = "The refinery and the pipeline.", "The refinery and the pipeline. " + "They walked home along the river. " * 100
    assert tags("", short)
    assert not tags("", long)


@pytest.mark.parametrize(
    ("language", "word"),
    [
        ("ar", "وبالسفارة"),
        ("ar", "للسفير"),
        ("he", "ובשגרירות"),
        ("tr", "büyükelçiliğinden"),
        ("tr", "Büyükelçi'nin"),
        ("fa", "سفارتخانه‌ها"),
        ("ckb", "باڵیۆزخانەکەدا"),
        ("kmr", "balyozxaneyê"),
        ("ku", "balyozxaneyê"),
    ],
)
def test_letters_glued_to_a_word_do_not_hide_it(language: str, word: str) -> None:
    assert "diplomacy" in found(word, "", language)


def test_a_press_conference_is_not_about_the_press() -> None:
    assert found("مؤتمر صحفي", "عقد الوزير مؤتمرا صحفيا.", "ar").get("media") is None


def test_a_language_without_lists_has_no_topics() -> None:
    assert found("Санкции", "Санкции и эмбарго.", "ru") == {}


def test_a_judged_article_has_its_topics_after_countries_and_actors_and_they_are_explained() -> None:
    judgement = judge_article("Iraq reopens its embassy", "The ambassador arrived in Baghdad.", "en", region=load_region())
    assert [tag.kind for tag in judgement.tags] == ["country", "topic"]
    explained = explain_tags(judgement)[-1]
    assert explained.name == "Diplomacy"
    assert [passage.marked for passage in explained.passages] == [
        "Iraq reopens its [[embassy]]",
        "The [[ambassador]] arrived in Baghdad.",
    ]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("energy:\n  name: Energy\n  en:\n    says: [oil, no]\n", "t.yml:4: energy.en.says.1: is not a text (quote it)"),
        ("energy:\n  name: Energy\n", "t.yml:1: energy.en: is missing"),
        ("energy:\n  name: Energy\n  en:\n    says: [oil]\n    shouts: [gas]\n", "t.yml:5: energy.en.shouts: is not a field of a topic"),
        ("energy:\n  name: Energy\n  en:\n    says: [oil]\n  xx:\n    says: [gas]\n", "t.yml:5: energy.xx: is not a field of a topic"),
        ("energy:\n  name: Energy\n  en:\n    says: [oil, '--']\n", "t.yml:4: energy.en.says: '--' holds no word"),
        (
            "energy:\n  name: Energy\n  en:\n    says: [oil]\n    hints:\n    - gas\n    - Oil\n",
            "t.yml:7: energy.en.hints: 'Oil' stands twice",
        ),
        ("energy:\n  name: Energy\n  en: [oil\n", "t.yml:4: broken YAML"),
        ("- energy\n", "t.yml:1: a topics file is a mapping of topics"),
    ],
)
def test_what_is_wrong_is_said_with_file_line_and_field(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "t.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CatalogError) as caught:
        load_topics(path)
    assert str(caught.value).startswith(f"{tmp_path}/{complaint}")

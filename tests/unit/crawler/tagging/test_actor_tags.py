"""Which of the names met are meant, and what they weigh."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from crawler.errors import CatalogError
from crawler.tagging import actor_tags
from crawler.tagging.actor_tags import ActorBook, actor_book, adopt_book, packed_book
from crawler.tagging.actors import Actor, ActorKind, Gazetteer, Office
from crawler.tagging.countries import count_mentions
from crawler.tagging.judging import judge_article
from crawler.tagging.region import load_region
from storage.records import Tag

REGION = load_region()
SEED = date(2011, 12, 20)


def person(name: str, country: str, full: str, short: str, *offices: Office, died: str | None = None) -> Actor:
    return Actor(name, ActorKind.PERSON, country, {"en": (full,)}, {"en": (short,)}, offices, died=died)


BOOK = ActorBook.of(
    Gazetteer(
        {
            actor.id: actor
            for actor in (
                person("old", "IQ", "Abdan Qashani", "Qashani", Office("Ferryman", "IQ", "1980", "1999"), died="2001"),
                person("young", "IQ", "Tamur Qashani", "Qashani", Office("Ferryman", "IQ", "2000", "2010")),
                person("far", "SY", "Barwar Qashani", "Qashani"),
                Actor("reeds", ActorKind.PARTY, "IQ", {"en": ("Party of Reeds",)}, {"en": ("Reeds",)}),
                person("aspen", "IQ", "Tamur Aspen", "Aspen"),
                person("oak", "IQ", "Abdan Oak", "Oak"),
                person("elder", "IQ", "Azmar Elder", "Oak"),
            )
        },
        "test",
    )
)


def found(text: str, day: str | None = None, *, title: str = "", home: str | None = None) -> list[str]:
    mentions = count_mentions(title, text, "en")
    published = date.fromisoformat(day) if day else None
    return [mention.actor.id for mention in actor_tags.find_actors(mentions, "en", published=published, source_country=home, book=BOOK)]


@pytest.mark.parametrize(
    ("text", "day", "expected"),
    [
        ("Qashani of Iraq", "2005-01-01", ["young"]),
        ("Qashani of Iraq", "1985-01-01", ["old"]),
        ("Qashani of Iraq", "2015-01-01", ["young"]),  # the other one had died
        ("Qashani of Iraq", None, ["young"]),
        ("Qashani of Syria", "2005-01-01", ["far"]),
        ("Abdan Qashani and nobody else. Qashani left.", "2005-01-01", ["old"]),
        ("Qashani left", "2005-01-01", []),
        ("Qashani of Norway", "2005-01-01", []),
        ("Prime Minister Qashani left", "2005-01-01", ["young"]),
        ("Oak of Iraq", "2005-01-01", []),  # two of whom nothing more is known
    ],
)
def test_of_those_who_share_a_name_the_one_is_meant_for_whom_something_speaks(text: str, day: str | None, expected: list[str]) -> None:
    assert found(text, day) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Aspen of Iraq", ["aspen"]),
        ("Tamur Aspen", ["aspen"]),
        ("Michael Aspen of Iraq", []),
        ("Michael al-Aspen of Iraq", []),
        ("Iraq. Thus spoke Michael. Aspen left.", ["aspen"]),
        ("Azmar Aspen of Iraq", []),
    ],
)
def test_another_given_name_makes_it_another_person(text: str, expected: list[str]) -> None:
    assert found(text) == expected


def test_a_body_needs_its_country_and_no_title_helps() -> None:
    assert found("the Reeds of Iraq") == ["reeds"]
    assert found("Prime Minister Reeds spoke") == []


def test_at_home_a_person_needs_no_country_and_a_body_does() -> None:
    assert found("Aspen spoke", home="IQ") == ["aspen"]
    assert found("Aspen spoke", home="SY") == []
    assert found("The Reeds spoke", home="IQ") == []


def test_title_weighs_more_than_lead_and_lead_more_than_body() -> None:
    filler = "word " * 60
    weights = []
    for title, text in (
        ("Tamur Aspen", f"{filler} Abdan Oak"),
        ("", f"Tamur Aspen {filler} Abdan Oak"),
        ("Abdan Oak", f"{filler} Tamur Aspen"),
    ):
        mentions = count_mentions(title, text, "en")
        tags = actor_tags.actor_tags(actor_tags.find_actors(mentions, "en", book=BOOK), mentions)
        weights.append({tag.value: tag.weight for tag in tags}["aspen"])
    assert weights == sorted(weights, reverse=True)
    assert len(set(weights)) == 3


def test_evidence_is_the_original_with_the_office_of_the_day() -> None:
    text = "Yesterday Nouri al-Maliki spoke."
    tagged = [judge_article(None, text, "en", region=REGION, published=day).tags[-1] for day in (SEED, date(2005, 1, 1), None)]
    assert [tag.value for tag in tagged] == ["nouri-al-maliki"] * 3
    assert tagged[0].evidence.startswith("Yesterday Nouri al-Maliki spoke. [Prime Minister, IQ, 2006–2014")
    assert tagged[1].evidence == tagged[2].evidence == "Yesterday Nouri al-Maliki spoke."


def test_a_name_in_passing_among_many_is_no_tag() -> None:
    tags = judge_article(None, "Nouri al-Maliki. " * 2000 + "word " * 60 + "Tammam Salam.", "en", region=REGION).tags
    assert [tag.value for tag in tags if tag.kind == "actor"] == ["nouri-al-maliki"]


def test_nobody_is_found_in_nothing() -> None:
    assert judge_article(None, "", None, region=REGION).tags == ()


def test_countries_come_before_actors() -> None:
    judgement = judge_article("Iraq and Nouri al-Maliki", "text", "en", region=REGION)
    assert [tag.kind for tag in judgement.tags] == ["country", "actor"]
    assert isinstance(judgement.tags[0], Tag)
    assert judgement.relevance.tags == judgement.tags[:1]
    assert judgement.actors[0].in_title


def test_a_book_can_be_handed_to_another_process(tmp_path: Path) -> None:
    packed = packed_book()
    adopt_book(packed, tmp_path)
    try:
        adopted = actor_book(tmp_path)
        assert adopted is not actor_book()
        assert adopted.gazetteer == actor_book().gazetteer
        assert adopted.context == actor_book().context
    finally:
        actor_tags._adopted.clear()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("titles: {}\nnever: {}\nwords: {en: [Yes]}\nnamed_after: {}\n", "3: words.en.0: Input should be a valid string (found True)"),
        ("titles: {}\nnever: {}\nnamed_after: {}\n", "1: words: is missing"),
        ("titles: {}\nnever: {}\nwords: {}\nnamed_after: {}\nmore: {}\n", "5: more: is not a field of the words around names"),
        ("titles: {xx: [a]}\nnever: {}\nwords: {}\nnamed_after: {}\n", "1: titles.xx: is not a language of the gazetteer"),
    ],
)
def test_wrong_words_around_names_are_said_with_line_and_field(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "context.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CatalogError) as caught:
        actor_tags._read_context(path)
    assert message in str(caught.value)

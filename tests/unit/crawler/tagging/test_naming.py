"""Whom a user means: countries, actors and topics by what people write."""

from __future__ import annotations

import pytest

from crawler.errors import InputError
from crawler.tagging.naming import actor_id, namer, party, topic_id


@pytest.mark.parametrize("written", ["IQ", "iq", "Iraq", "العراق", "Irak", "عراق", " iraq "])
def test_a_country_is_understood_by_code_and_by_name(written: str) -> None:
    assert party(written)[:2] == ("country", "IQ")


@pytest.mark.parametrize("written", ["nouri-al-maliki", "Nouri al-Maliki", "نوري المالكي"])
def test_an_actor_is_understood_by_id_and_by_name(written: str) -> None:
    assert party(written) == ("actor", "nouri-al-maliki", "Nouri al-Maliki")
    assert actor_id(written) == "nouri-al-maliki"


def test_a_name_that_several_share_is_not_guessed() -> None:
    with pytest.raises(InputError, match=r"several actors are called 'Assad': .*bashar-al-assad.*; name one by its id"):
        party("Assad")


def test_a_name_that_is_nearly_one_brings_suggestions() -> None:
    with pytest.raises(InputError, match="no country and no actor is called 'Nuri al-Maleki'; did you mean nouri-al-maliki"):
        party("Nuri al-Maleki")
    with pytest.raises(InputError, match=r"no actor is called 'qqqqqqqq'$"):
        actor_id("qqqqqqqq")


@pytest.mark.parametrize(
    ("written", "complaint"), [("XQ", "'XQ' is no country"), ("Q1", "no actor of the gazetteer has the Wikidata id Q1|'Q1'")]
)
def test_what_is_nobody_is_said(written: str, complaint: str) -> None:
    with pytest.raises(InputError, match=complaint):
        party(written)


@pytest.mark.parametrize("written", ["human_rights", "Human rights", "human rights"])
def test_a_topic_is_understood_by_id_and_by_name(written: str) -> None:
    assert topic_id(written) == "human_rights"


def test_an_unknown_topic_is_answered_with_the_list() -> None:
    with pytest.raises(InputError, match="there is no topic 'weather'; there are diplomacy, conflict"):
        topic_id("weather")


def test_tags_have_names_in_english_letters() -> None:
    name = namer()
    assert (name("country", "TR"), name("actor", "nouri-al-maliki"), name("topic", "media")) == ("Türkiye", "Nouri al-Maliki", "Media")
    assert name("actor", "nobody-we-know") == "nobody-we-know"

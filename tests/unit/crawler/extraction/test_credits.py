from __future__ import annotations

import json

from crawler.extraction.credits import Credit, read_claims, settle
from crawler.extraction.headline import site_names
from crawler.extraction.structured import read_facts
from crawler.extraction.tree import parse
from storage.records import Evidence

TITLE = "The port of Ardal opens again"
TEXT = "The port opened at noon after a week of fog.\n\nFishermen had waited at the quay.\n\nThe ferries went first."


def credit(*, author: object = None, below: str = "", text: str = TEXT, ruled: tuple[str, ...] = ()) -> Credit:
    node = {"@type": "NewsArticle", "headline": TITLE, "author": author}
    head = f'<script type="application/ld+json">{json.dumps(node)}</script>' if author else ""
    tree = parse(f"<html><head>{head}</head><body><h1>{TITLE}</h1>{below}</body></html>", "https://port.example/1")
    facts = read_facts(tree)
    claims = read_claims(tree, facts, site_names(facts, "https://port.example/1", None), TITLE, ruled)
    return settle(claims, text, text.split("\n\n"), facts, TITLE)


def people(found: Credit) -> tuple[str, ...]:
    return found.authors.value if found.authors else ()


def test_what_a_rule_selected_wins() -> None:
    found = credit(author={"name": "Ann Lee"}, ruled=("By Omar Said",))
    assert people(found) == ("Omar Said",)
    assert found.authors is not None
    assert found.authors.found_in == "rule"


def test_people_and_agency_are_divided() -> None:
    found = credit(author=[{"name": "Ann Lee"}, {"name": "AP"}])
    assert people(found) == ("Ann Lee",)
    assert found.agency is not None
    assert (found.agency.value, found.agency.found_in) == ("ap", "json-ld")


def test_an_agency_alone_leaves_room_for_the_people_of_the_signature() -> None:
    found = credit(author={"name": "AFP"}, text=f"{TEXT}\n\n(By Ann Lee)")
    assert people(found) == ("Ann Lee",)
    assert found.text == TEXT
    assert found.authors is not None
    assert found.authors.evidence == Evidence("signature", 0.88)


def test_an_agency_that_alone_signs_is_author_and_agency() -> None:
    found = credit(author={"name": "AFP"})
    assert people(found) == ("AFP",)
    assert found.agency is not None
    assert found.agency.value == "afp"


def test_an_agency_in_a_byline_leaves_the_organisation_that_signs() -> None:
    found = credit(author={"@type": "Organization", "name": "Harbour Guild"}, below='<p class="byline">By AFP</p>')
    assert people(found) == ("Harbour Guild",)
    assert found.agency is not None
    assert found.agency.value == "afp"


def test_the_agency_of_a_signature_counts() -> None:
    found = credit(text=f"{TEXT}\n\nEce ÇINAR/ARDAL, (DHA)")
    assert people(found) == ("Ece ÇINAR",)
    assert found.agency is not None
    assert (found.agency.value, found.agency.found_in) == ("dha", "signature")


def test_a_line_under_the_headline_is_asked_before_a_name_beside_the_date() -> None:
    assert people(credit(below="<div>Can Tatar | 12.05.2024</div><div>By Ann Lee</div>")) == ("Ann Lee",)
    assert people(credit(below="<div>Can Tatar | 12.05.2024</div>")) == ("Can Tatar",)


def test_what_the_text_speaks_of_is_no_author() -> None:
    assert (
        people(credit(below="<div>Can Tatar | 12.05.2024</div>", text=f"{TEXT}\n\nMayor Tatar came, and no quay was empty that day.")) == ()
    )


def test_a_page_that_names_nobody_has_no_credit() -> None:
    assert credit() == Credit(None, None, TEXT)

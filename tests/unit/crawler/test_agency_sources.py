"""Which agency a source is: every agency of the bundled catalog, and no other source."""

from __future__ import annotations

import pytest

from crawler.agency_sources import code_of_agency
from crawler.catalog import SourceKind, load_catalog

#: Every source of kind agency. None: it has no name in the table of agencies, and nobody credits it.
CODES = {
    "ajansa-welat": None,
    "al-markazia": None,
    "anadolu": "aa",
    "anf": None,
    "aps-dz": "aps",
    "baghdad-today": None,
    "bna": "bna",
    "fars-news": "fars",
    "hawar-news": "anha",
    "ilna": "ilna",
    "ina": "ina",
    "iran-press": None,
    "irna": "irna",
    "isna": "isna",
    "jns": None,
    "jta": "jta",
    "kuna": "kuna",
    "maan": "maan",
    "map-ma": "map",
    "mehr-news": "mehr",
    "mezopotamya-ajansi": "ma",
    "mizan": "mizan",
    "nina": "nina",
    "nna-lb": "nna",
    "npa-syria": None,
    "ona-om": "ona",
    "petra": "petra",
    "pnn": None,
    "qna": "qna",
    "quds-net": None,
    "saba-gov": "saba",
    "saba-sanaa": "saba",
    "safa": "safa",
    "sana": "sana",
    "shafaq": "shafaq",
    "shehab": None,
    "spa": "spa",
    "sputnik-arabic": "sputnik",
    "sputnik-tr": "sputnik",
    "suna": "suna",
    "tap": "tap",
    "tasnim": "tasnim",
    "the-media-line": None,
    "wafa": "wafa",
    "wam": "wam",
    "wattan": None,
}


def test_every_agency_of_the_catalog_has_its_code_and_no_other_source_has_one() -> None:
    records = {source.id: source.record() for source in load_catalog()}
    agencies = {source.id for source in load_catalog() if source.kind is SourceKind.AGENCY}

    assert {source_id: records[source_id].agency for source_id in sorted(agencies)} == CODES
    assert {source_id for source_id, record in records.items() if record.agency} <= agencies


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (("Reuters",), "reuters"),
        (("Reuters Arabic", "رويترز"), "reuters"),
        ((None, "وكالة الأنباء الكويتية"), "kuna"),
        (("The Varda Courier", None), None),
        (("Varda (the town)",), None),
        (("",), None),
        ((), None),
    ],
)
def test_agency_is_known_by_any_of_its_names(names: tuple[str | None, ...], code: str | None) -> None:
    assert code_of_agency(names) == code

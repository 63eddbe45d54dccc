"""The table of names that mean several things: what must and what must not be tagged, in all languages."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from crawler.tagging.judging import judge_article
from crawler.tagging.region import load_region

TABLE = Path(__file__).with_name("ambiguity.tsv")
REGION = load_region()


def rows() -> list[list[str]]:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]


def test_the_table_is_large_and_knows_all_languages() -> None:
    assert len(rows()) >= 120
    assert {row[0] for row in rows()} >= {"en", "fr", "ar", "fa", "tr", "he", "ckb", "kmr"}
    assert all(len(row) == 5 and (row[2] or row[3]) for row in rows())


@pytest.mark.parametrize(("language", "year", "wanted", "unwanted", "text"), rows())
def test_names_mean_what_a_reader_takes_them_for(language: str, year: str, wanted: str, unwanted: str, text: str) -> None:
    tags = judge_article(None, text, language, region=REGION, published=date(int(year), 6, 1)).tags
    values = {tag.value for tag in tags}
    assert values >= set(wanted.split())
    groups = {
        "actors": {tag.value for tag in tags if tag.kind == "actor"},
        "countries": {tag.value for tag in tags if tag.kind == "country"} & set(REGION.countries),
    }
    for name in unwanted.split():
        assert not groups.get(name, values & {name})

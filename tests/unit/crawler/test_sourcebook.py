"""What an archive says of a source holds where the catalog has none of that id, and for that record alone."""

from __future__ import annotations

from pathlib import Path

from crawler.catalog import Catalog, Source
from crawler.records import PageContext, SelectorRule, SelectorRules
from crawler.sourcebook import SourceBook
from storage.records import SourceRecord

RECORD = SourceRecord("tigris", "Tigris", "https://tigris.example/")
OLD = PageContext(source_id="tigris", rules=SelectorRules(title=(SelectorRule("h1"),)))
NEW = PageContext(source_id="tigris", rules=SelectorRules(title=(SelectorRule("h2"),)))


def test_each_record_is_read_by_the_rules_it_was_noted_with() -> None:
    book = SourceBook(None)
    assert [book.adopt(RECORD, context)[1] for context in (OLD, NEW, OLD)] == [OLD, NEW, OLD]


def test_rules_of_the_catalog_go_before_noted_ones() -> None:
    source = Source.model_validate(
        {
            "id": "tigris",
            "name": "Tigris",
            "homepage": "https://tigris.example/",
            "country": "IQ",
            "languages": ["en"],
            "kind": "blog",
            "feeds": [{"url": "https://tigris.example/rss"}],
            "extraction": {"title": "h3"},
        }
    )
    record, context = SourceBook(Catalog(Path(), {"tigris": source})).adopt(RECORD, OLD)
    assert record.from_catalog
    assert context.rules == SelectorRules(title=(SelectorRule("h3"),))

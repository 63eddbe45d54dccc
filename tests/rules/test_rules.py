"""The rules of every source of every catalog of ours, on the pages that are stored for it.

`tests/rules` is a catalog of fictional sources that are laid out so that the generic reading gets them wrong, each with a stored page in
`<cc>/pages/<id>/` and beside it what must come out. The bundled catalog may have rules only with a page of our own making.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.catalog import BUNDLED, Source, load_catalog
from crawler.survey.source_files import file_of
from crawler.survey.trials import Expected, StoredPage, idle_rules, stored_pages, try_page

OWN = Path(__file__).parent


def ruled_sources() -> list[tuple[Source, Path]]:
    found = []
    for directory in (BUNDLED, OWN):
        catalog = load_catalog(directory)
        for source in catalog:
            path = file_of(catalog, source.id)
            if source.extraction is not None and path is not None:
                found.append((source, path))
    return found


RULED = ruled_sources()
PAGES = [(source, page) for source, path in RULED for page in stored_pages(path)]


@pytest.mark.parametrize(("source", "path"), RULED, ids=[source.id for source, _ in RULED])
def test_source_with_rules_has_a_stored_page_with_expectations(source: Source, path: Path) -> None:
    pages = stored_pages(path)
    assert pages, f"{source.id} has rules and no page to try them on"
    assert all(page.expect != Expected() for page in pages)


@pytest.mark.parametrize(("source", "page"), PAGES, ids=[page.path.stem for _, page in PAGES])
def test_stored_page_gives_what_is_expected_of_it(source: Source, page: StoredPage) -> None:
    trial = try_page(source, page)
    assert trial.problems == ()
    assert idle_rules([trial]) == {}


@pytest.mark.parametrize(("source", "page"), PAGES, ids=[page.path.stem for _, page in PAGES])
def test_generic_reading_alone_gets_that_page_wrong(source: Source, page: StoredPage) -> None:
    trial = try_page(source.model_copy(update={"extraction": None}), page)
    assert trial.tried == ()
    assert not trial.row or len(trial.problems) > 2

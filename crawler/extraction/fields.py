"""The fields of an article besides text, title, people and dates, each with where it was found and how sure that is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from crawler.extraction import metadata
from crawler.extraction.keywords import keywords
from crawler.extraction.mixture import read_languages
from crawler.extraction.structured import Facts
from crawler.extraction.told import Told
from storage.records import Evidence


@dataclass(frozen=True, slots=True)
class Fields:
    """Values by the name of their field in `ExtractedArticle`, those unknown left out, and the evidence of each."""

    values: Mapping[str, Any] = field(default_factory=dict)
    evidence: Mapping[str, Evidence] = field(default_factory=dict)


def read_fields(facts: Facts, url: str, names: Collection[str], title: str | None, text: str, *, pays: bool | None) -> Fields:
    """Read the smaller fields of a page.

    `url` is the address that answered, `names` the comparable names of the site, `title` and `text` those of the article; `pays` says
    whether it turned out to be paid content, whatever the page claims.

    Raises: UrlError, when the page claims no credible address and `url` is none.
    """
    languages = read_languages(title, text, facts.html_language)
    told: dict[str, Told[Any] | None] = {
        "canonical_url": metadata.canonical_address(facts, url),
        "description": metadata.description(facts),
        "site_name": metadata.site_name(facts),
        "section": metadata.section(facts, names, title),
        "keywords": keywords(facts, names, title, text),
        "image_url": metadata.image_url(facts, url),
        "paywalled": _paid(metadata.paywalled(facts), pays=pays),
        "language": languages.main,
    }
    values = {name: found.value for name, found in told.items() if found is not None}
    return Fields(values | {"languages": languages.shares}, {name: found.evidence for name, found in told.items() if found is not None})


def _paid(claimed: Told[bool] | None, *, pays: bool | None) -> Told[bool] | None:
    """Prefer what the page turned out to be to what it claims."""
    if pays is None or (claimed is not None and claimed.value == pays):
        return claimed
    return Told(pays, "text", metadata.CONFIG.marked)

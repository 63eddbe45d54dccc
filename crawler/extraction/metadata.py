"""The smaller facts of a page: description, site, section, image, paywall, canonical address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

from crawler.extraction.strings import clean_line
from crawler.extraction.structured import Facts
from crawler.urls import UrlError, canonical_url, credible_canonical

_NO_SECTION = re.compile(r"^(?:home(?:page)?|news|article|story|index|uncategori[sz]ed|https?:.*|الرئيسية|אתר ראשי)$", re.IGNORECASE)


def description(facts: Facts) -> str | None:
    """Return what the page says it is about, in a sentence or two."""
    found = facts.first_meta("og:description", "description", "twitter:description", "dc.description", "sailthru.description")
    return found or clean_line(facts.article.get("description"))


def site_name(facts: Facts) -> str | None:
    """Return the name that the site gives itself."""
    if name := facts.first_meta("og:site_name", "application-name"):
        return name
    publishers = [
        facts.article.get("publisher"),
        *(node for node in facts.nodes if node.get("@type") in ("WebSite", "NewsMediaOrganization")),
    ]
    for entry in publishers:
        for publisher in entry if isinstance(entry, list) else [entry]:
            if isinstance(publisher, dict) and (name := clean_line(publisher.get("name"), 120)):
                return name
    return None


def section(facts: Facts) -> str | None:
    """Return the section that the article stands in; a section that every article stands in is none."""
    values: list[Any] = [
        facts.first_meta("article:section", "og:article:section", "og:section", "section", "parsely-section", "prism.section")
    ]
    named = facts.article.get("articleSection")
    values += named if isinstance(named, list) else [named]
    values += [facts.first_meta("articlesection", "outbrainsection", "cxenseparse:recs:category", "page.section")]
    for value in values:
        line = clean_line(value, 100)
        if line and not _NO_SECTION.match(line):
            return line
    return None


def image_url(facts: Facts, page_url: str) -> str | None:
    """Return the absolute http(s) address of the article's picture."""
    shared = [facts.first_meta(name) for name in ("og:image", "og:image:secure_url", "og:image:url")]
    for value in (*shared, *_image_values(facts.article.get("image")), facts.first_meta("twitter:image", "twitter:image:src")):
        line = clean_line(value)
        if not line:
            continue
        try:
            absolute = urljoin(page_url, line)
            parts = urlsplit(absolute)
        except ValueError:  # a bracket where no IPv6 address is
            continue
        if parts.scheme in ("http", "https") and parts.hostname and " " not in absolute:
            return absolute
    return None


def _image_values(value: Any) -> Iterator[Any]:
    """Give the addresses in a JSON-LD image: a string, an object or a list of them."""
    for entry in value if isinstance(value, list) else [value]:
        yield entry.get("url") or entry.get("contentUrl") if isinstance(entry, dict) else entry


def paywalled(facts: Facts) -> bool | None:
    """Say whether the page calls itself, or a part of itself, paid content; None when it does not say. What is metered is not free.

    Source: schema.org `isAccessibleForFree`, of the article and of its `hasPart` (Google's paywalled content guideline); the content tier
    of Facebook's Open Graph articles.
    """
    nodes = (facts.article, *facts.nodes)
    for value in (node.get("isAccessibleForFree") for node in nodes):
        if (free := _truth(value)) is not None:
            return not free
    parts = [part for node in nodes for part in _entries(node.get("hasPart")) if isinstance(part, dict)]
    if any(_truth(part.get("isAccessibleForFree")) is False for part in parts):
        return True
    tier = _content_tier(facts)
    return tier != "free" if tier in ("free", "metered", "locked") else None


def is_metered(facts: Facts) -> bool:
    """Say whether the page is paid content only for those who read a lot: then its text is whole."""
    return _content_tier(facts) == "metered"


def _content_tier(facts: Facts) -> str:
    return (facts.first_meta("article:content_tier", "og:article:content_tier") or "").lower()


def _entries(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _truth(value: Any) -> bool | None:
    """Read a boolean as JSON-LD has it: true, "True", "https://schema.org/True"."""
    if isinstance(value, bool):
        return value
    word = value.strip().lower().rsplit("/", 1)[-1] if isinstance(value, str) else ""
    return word in ("true", "yes") if word in ("true", "false", "yes", "no") else None


def canonical_address(facts: Facts, page_url: str) -> str:
    """Return the identity of the page: its own claim where that is credible, else the address that answered.

    Raises: UrlError, when that address is none.
    """
    for declared in (*facts.links.get("canonical", ())[:1], facts.first_meta("og:url")):
        if credible := credible_canonical(declared, page_url):
            return credible
    return canonical_url(page_url)


def claimed_address(facts: Facts) -> str | None:
    """Return the absolute address that a page saved without one claims for itself."""
    for declared in (*facts.links.get("canonical", ())[:1], facts.first_meta("og:url")):
        line = clean_line(declared, 4_000)
        try:
            if line and canonical_url(line):
                return line
        except UrlError:
            continue
    return None

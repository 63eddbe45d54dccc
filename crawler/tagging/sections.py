"""Say what the section of an outlet tells of an article that stands in it."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from crawler.tagging.subjects import section_names
from storage.textnorm import normalize


def section_sign(section: str | None, url: str) -> tuple[str, str] | None:
    """Return the feature that a section stands for and a reason in words; None when nothing is known of where the article stands.

    The name that the page gives speaks first, then the first folder or the subdomain of its URL that is a section's name.
    """
    names = section_names()
    for label, name in _places(section, url):
        folded = normalize(name)
        if folded in names.other:
            return "other_section", f"{label} −"
        if folded in names.economy:
            return "economy_section", f"{label} −"
        if folded in names.political:
            return "political_section", f"{label} +"
    return None


def _places(section: str | None, url: str) -> Iterator[tuple[str, str]]:
    """Yield (label, name) for the places that may be sections. The last part of a path is the article itself."""
    if section:
        yield f"section {section!r}", section
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:  # not a URL: there is nothing to learn from it, and its address is not this module's to judge
        return
    for folder in parts.path.split("/")[1:-1]:
        yield f"section /{unquote(folder)}", unquote(folder)
    subdomain, *domain = host.split(".")
    if len(domain) > 1:
        yield f"subdomain {subdomain}", subdomain

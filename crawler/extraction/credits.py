"""Whom an article is by: its authors and the agency it comes from, settled among markup, headline area, text and site.

What the markup names is read before the text is taken out of the tree; what only the text knows (a signature, a dateline) afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from lxml.html import HtmlElement

from crawler.extraction.agencies import agency_of, of_authors
from crawler.extraction.bylines import names_beside_dates, signed_near_headline
from crawler.extraction.people import corporate_author, credited, is_stand_in_account, persons
from crawler.extraction.signatures import CONFIG as SIGNATURES
from crawler.extraction.signatures import linked_authors, signature_of, without_line
from crawler.extraction.structured import Facts
from crawler.extraction.told import Told

_MAX_LINES = 10


@dataclass(frozen=True, slots=True)
class Claims:
    """Who the page says wrote it, before its text is known.

    `named` are people and agencies in markup, `corporate` the organisation that signs expressly; `nearby` stand under the headline or link
    to a page of their own; `beside_date` are what may be a name. `open` says that the text is still to be asked, `ruled` that a rule of the
    source selected the names.
    """

    named: Told[tuple[str, ...]] | None
    corporate: Told[tuple[str, ...]] | None
    nearby: Told[tuple[str, ...]] | None
    beside_date: Told[tuple[str, ...]] | None
    open: bool
    ruled: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The names that the markup gives."""
        told = self.named or self.corporate
        return told.value if told else ()


@dataclass(frozen=True, slots=True)
class Credit:
    """The authors, the agency, and the text without the line that signed it."""

    authors: Told[tuple[str, ...]] | None
    agency: Told[str] | None
    text: str


def read_claims(tree: HtmlElement, facts: Facts, names: Sequence[str], title: str | None, ruled: Sequence[str] = ()) -> Claims:
    """Read whom the page names, before its text is taken out. `names` as for `people.authors`; `ruled` are bylines that a rule selected."""
    if ruled and (signed := credited(ruled, names)):
        return Claims(Told(signed, "rule", 1.0), None, None, None, open=False, ruled=True)
    named = persons(facts, names)
    unsigned = not named or is_stand_in_account(facts, named.value) or not of_authors(named.value)[1]
    nearby = (linked_authors(tree) or signed_near_headline(tree, title)) if unsigned else None
    beside = names_beside_dates(tree, facts, names, title) if unsigned and not nearby else None
    return Claims(named, corporate_author(facts), nearby, beside, open=unsigned)


def settle(claims: Claims, text: str, blocks: Sequence[str], facts: Facts, title: str | None) -> Credit:
    """Settle the authors and the agency. `text` is the text that is kept, `blocks` are its lines with those that were pruned."""
    authors = claims.named or claims.corporate
    signature = None
    if claims.open:
        headlines = [title or ""]
        signature = signature_of(text.split("\n\n"), headlines) or signature_of(blocks, headlines)
        if signature:
            authors, text = Told(signature.names, "signature", SIGNATURES.confidence), without_line(text, signature.line)
        else:
            authors = claims.nearby or _unspoken(claims.beside_date, text, title) or authors
    lines = [*facts.bylines[:_MAX_LINES], *blocks[-3:]] if claims.open else facts.bylines[:_MAX_LINES]
    if signature and signature.agency:
        agency: Told[str] | None = Told(signature.agency, "signature", SIGNATURES.confidence)
    else:
        agency = agency_of(authors, text, facts, lines)
    if authors and (people := of_authors(authors.value)[1]):
        authors = replace(authors, value=people)
    elif authors and claims.corporate and authors.found_in != "json-ld":
        authors = claims.corporate  # an agency's name in a byline is its credit; who signs expressly is the author
    return Credit(authors, agency, text)


def _unspoken(told: Told[tuple[str, ...]] | None, text: str, title: str | None) -> Told[tuple[str, ...]] | None:
    """Keep names of which no word occurs in the article: a place or a section beside the date is what the article speaks of."""
    if not told:
        return None
    said = set(re.findall(r"\w{3,}", f"{title or ''}\n{text}".casefold()))
    names = tuple(name for name in told.value if said.isdisjoint(re.findall(r"\w{3,}", name.casefold())))
    return replace(told, value=names) if names else None

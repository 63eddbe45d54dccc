"""The lead paragraph that stands apart from the text, above it or in the header of the page, where trafilatura leaves it behind."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from lxml.html import HtmlElement

from crawler.extraction.strings import clean_line, comparable


@dataclass(frozen=True, slots=True)
class StandfirstConfig:
    """When a line is a standfirst (lengths in characters).

    A description is looked for from `summary_chars` on; the first `opening_chars` letters are compared first. One of `cut_chars` letters
    may be the beginning of a standfirst of at most `lead_chars`. One of the first `max_named` elements that are named so, with
    `named_chars`, shares `told_share` of its words with a description. `repeated_share` of its word triples may stand in the text before
    it counts as a repetition.
    """

    summary_chars: int = 30
    opening_chars: int = 12
    cut_chars: int = 80
    lead_chars: int = 500
    named_chars: int = 50
    max_named: int = 20
    told_share: float = 0.5
    repeated_share: float = 0.4


CONFIG = StandfirstConfig()

# what newsrooms call the paragraph between headline and text
_LEAD = re.compile(
    r"(?:^|[^a-z])(?:stand-?first|dek|lede?|lead(?:-?(?:text|paragraph|in))?|intro(?:__?text|-text)?|pre-?amble|vorspann|chapo|chapeau|ingress"
    r"|perex|sub-?(?:title|headline|deck)|sottotitolo|sommario|spot|bajada|entradilla|zajawka|excerpt|summary)(?:$|[^a-z])",
    re.IGNORECASE,
)
# the last letters of a description that was cut off: of half a word, or of an ellipsis in letters
_CUT_WORD = 4


def standfirst(tree: HtmlElement, summaries: Sequence[str]) -> str | None:
    """Find the lead paragraph that stands apart from the text: an element that shows, word for word, how the page describes itself.

    trafilatura often leaves it behind with the header of the page.
    """
    wanted = {key for summary in summaries if len(key := comparable(summary)) >= CONFIG.summary_chars}
    openings = {key[: CONFIG.opening_chars] for key in wanted}
    for element in tree.iter("p", "div", "h2", "h3", "h4", "span", "strong", "section") if wanted else ():
        if len(element) > 3:
            continue
        opening = element.text if element.text and element.text.strip() else element[0].text if len(element) else None
        if not opening or comparable(opening[:80])[: CONFIG.opening_chars] not in openings:
            continue
        line = clean_line("".join(element.itertext()))
        if line and ((key := comparable(line)) in wanted or (_is_cut_short(key, wanted) and not _holds_blocks(element))):
            return line
    return _named_standfirst(tree, summaries) if wanted else None


def _named_standfirst(tree: HtmlElement, summaries: Sequence[str]) -> str | None:
    """Find the element that is named a standfirst and says in part what the page says of itself."""
    told = [set(summary.casefold().split()) for summary in summaries if len(summary) >= CONFIG.summary_chars]
    named = (element for element in tree.iter("p", "div", "h2", "h3", "h4", "span") if _is_lead_class((element.get("class") or "")[:300]))
    for element in islice(named, CONFIG.max_named):
        line = clean_line(" ".join(element.itertext()))
        if not line or not CONFIG.named_chars <= len(line) <= CONFIG.lead_chars:
            continue
        words = set(line.casefold().split())
        if any(len(words & other) >= CONFIG.told_share * min(len(words), len(other)) for other in told):
            return line
    return None


@lru_cache(maxsize=4096)
def _is_lead_class(names: str) -> bool:
    """Say whether a class names a standfirst."""
    return _LEAD.search(names) is not None


def _is_cut_short(key: str, wanted: set[str]) -> bool:
    """Say whether one of the lines that are wanted is the beginning of this one."""
    return len(key) <= CONFIG.lead_chars and any(len(other) >= CONFIG.cut_chars and key.startswith(other[:-_CUT_WORD]) for other in wanted)


def _holds_blocks(element: HtmlElement) -> bool:
    """Say whether an element is a frame around blocks, of which the first may be the one that is looked for."""
    return next(element.iterdescendants("p", "div", "section", "h2", "h3", "h4", "ul"), None) is not None


def repeats(line: str, paragraphs: Sequence[str]) -> bool:
    """Say whether most of a line stands in the text already."""
    words = line.split()
    runs = {" ".join(words[at : at + 3]) for at in range(max(1, len(words) - 2))}
    text = " ".join(" ".join(paragraphs).split())
    return sum(run in text for run in runs) >= CONFIG.repeated_share * len(runs)

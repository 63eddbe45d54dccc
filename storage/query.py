"""The query language: words, "phrases", -word. Anything odd is text, never an error.

    query    = { [ "-" ] ( phrase | word ) }
    phrase   = '"' text '"'          a missing last quote ends with the query; “ ” „ « » mean the same
    word     = text without spaces   folded to several tokens it is looked for as a phrase (e-mail, Erdoğan'ın)

Words in capitals (AND, OR, NOT, NEAR) are words. What SQL dialect a query ends in is `storage.dialects`' affair.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from storage import textnorm
from storage.fulltext import shorten_token

Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QueryConfig:
    """The limits of a query.

    `max_phrases`: FTS5 refuses an expression deeper than 256 (SQLITE_FTS5_MAX_EXPR_DEPTH) and no reader types 64 words. `max_chars`: a
    query of pasted text is cut before it is folded. `max_phrase_tokens`: neighbours are compared one by one.
    """

    max_phrases: int = 64
    max_phrase_tokens: int = 32
    max_chars: int = 4_000


CONFIG = QueryConfig()


@dataclass(frozen=True, slots=True)
class Query:
    """What an article must have, and must not have: phrases of folded tokens, a word being a phrase of one."""

    required: tuple[Phrase, ...] = ()
    excluded: tuple[Phrase, ...] = ()

    def __bool__(self) -> bool:
        """Say whether there is anything to look for; a query without a usable token matches nothing."""
        return bool(self.required or self.excluded)

    @property
    def terms(self) -> frozenset[str]:
        """Every token that is looked for, to be marked where it stands."""
        return frozenset(token for phrase in self.required for token in phrase)


# The typographic double quotes; not the Hebrew gershayim (U+05F4), which is a letter's mark.
_QUOTES = re.compile("[“”„‟«»″＂]")
# An ASCII quote between two Hebrew letters is an acronym's mark (צה"ל), not the begin of a phrase.
_PART = re.compile(r'(-?)(?:"([^"]*)(?:"|$)|((?:[^\s"]|(?<=[\u05d0-\u05ea])"(?=[\u05d0-\u05ea]))+))')


def parse(text: str) -> Query:
    """Read what a user typed. Never raises; a text without letters or digits gives an empty query."""
    required: dict[Phrase, None] = {}
    excluded: dict[Phrase, None] = {}
    for part in _PART.finditer(_QUOTES.sub('"', text[: CONFIG.max_chars])):
        minus, phrase, word = part.groups()
        tokens = tuple(shorten_token(token) for token in textnorm.query_terms(phrase if phrase is not None else word))
        if not tokens:
            continue
        (excluded if minus else required).setdefault(tokens[: CONFIG.max_phrase_tokens])
        if len(required) + len(excluded) >= CONFIG.max_phrases:
            break
    return Query(tuple(required), tuple(excluded))

"""What of an article is indexed for search: one stream of tokens, the same on both databases.

The stream has parts, between which `BREAK` stands so that no phrase runs over. Each token of the headline comes a second time with `TITLE`
before it, each of the headline and of the first words of the text (with the standfirst, if there is one) with `HEAD`: terms of their own,
so that an inverted index finds what stands there as fast as anything else. PostgreSQL's weights would say the same, but its GIN index
knows none of them and reads every article again; columns of FTS5 are looked into after the whole list of a word was read. `BREAK` is in
every document, and so is what a query of excluded words alone begins with.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from storage import textnorm
from storage.search import wordforms

#: Signs that no folded token contains. FTS5's tokenizer is told of them (`storage.dialects.sqlite`).
TITLE, HEAD, BREAK = "=", "+", "|"


@dataclass(frozen=True, slots=True)
class FullTextConfig:
    """How much of an article is indexed; the rest is kept and shown, but not found by its words.

    The limits are PostgreSQL's (manual, section 12.11 'Limitations': a position is at most 16,383, a tsvector under 1 MiB, a lexeme under
    2 KiB) and hold for SQLite too, so that both find the same. Title and head come first and take at most 3 x 200 + 60 + 3 x 30 places,
    the text and what else it is found by 15,000 + 230 more, and the breaks: under 16,383. 550,000 bytes of tokens and 2 to 4 bytes
    for each position stay under 1 MiB; 128 characters take at most 512 bytes. 15,000 tokens are 95,000 characters of English: no news
    article, but some transcripts. `lead_tokens` are the first two or three sentences: news says first what matters most.
    """

    max_title_tokens: int = 200
    max_text_tokens: int = 15_000
    max_compounds: int = 200
    max_head_compounds: int = 30
    lead_tokens: int = 60
    max_token_chars: int = 128
    max_title_bytes: int = 50_000
    max_text_bytes: int = 450_000


CONFIG = FullTextConfig()

_LONG_TOKEN = re.compile(rf"(\S{{{CONFIG.max_token_chars}}})\S+")


@dataclass(frozen=True, slots=True)
class Written:
    """The words of one version of an article as they are written, and its text as `textnorm.normalize` gives it."""

    title: str
    text: str
    normalized: str

    @classmethod
    def of(cls, title: str | None, text: str) -> Written:
        """Take what is stored."""
        return cls(title or "", text, textnorm.normalize(text))


def document(written: Written) -> str:
    """Return the tokens of an article as they are indexed, in order, separated by single spaces."""
    heading = textnorm.normalize(written.title)
    title = _cut(textnorm.index_normalized(heading), CONFIG.max_title_tokens, CONFIG.max_title_bytes)
    text = _cut(textnorm.index_normalized(written.normalized), CONFIG.max_text_tokens, CONFIG.max_text_bytes)
    lead = " ".join(text.split(" ", CONFIG.lead_tokens)[: CONFIG.lead_tokens])
    begin = " ".join(written.normalized.split(" ", CONFIG.lead_tokens)[: CONFIG.lead_tokens])
    of_title = _compounds(wordforms.compounds(written.title, heading), CONFIG.max_head_compounds)
    # Punctuation may double what the first tokens take; a compound that begins a little later does no harm.
    of_lead = _compounds(wordforms.compounds(written.text[: 2 * len(begin)], begin), CONFIG.max_head_compounds)
    of_text = _compounds(wordforms.compounds(written.text, written.normalized), CONFIG.max_compounds)
    parts = [
        *(_marked(TITLE, part) for part in (title, of_title)),
        *(_marked(HEAD, part) for part in (title, of_title, lead, of_lead)),
        *(title, text),
        " ".join(part for part in (of_title, of_text) if part),
    ]
    return f" {BREAK} ".join(part for part in parts if part) or BREAK


def shorten_token(token: str) -> str:
    """Cut a token as the index cuts it, so that a query for it still finds it."""
    return token[: CONFIG.max_token_chars]


def _marked(sign: str, folded: str) -> str:
    return f"{sign}{folded.replace(' ', f' {sign}')}" if folded else ""


def _compounds(found: Iterable[tuple[int, int, str]], most: int) -> str:
    """Join the further tokens of a part, each once."""
    kept = dict.fromkeys(shorten_token(token) for _, _, token in found if token)
    return " ".join(list(kept)[:most])


def _cut(folded: str, max_tokens: int, max_bytes: int) -> str:
    """Keep the first tokens of a folded text, whole ones only."""
    # Folded tokens are separated by one space, so a text this short holds neither too many tokens nor too many bytes.
    if len(folded) <= CONFIG.max_token_chars:
        return folded
    if max(map(len, folded.split(" "))) > CONFIG.max_token_chars:
        folded = _LONG_TOKEN.sub(r"\1", folded)
    if folded.count(" ") >= max_tokens:
        folded = " ".join(folded.split(" ", max_tokens)[:max_tokens])
    if len(folded) * 4 > max_bytes:
        encoded = folded.encode("utf-8", "ignore")
        if len(encoded) > max_bytes:
            folded = encoded[:max_bytes].decode("utf-8", "ignore").rpartition(" ")[0]
    return folded

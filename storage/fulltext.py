"""What of an article is indexed for search: the same tokens on both databases."""

from __future__ import annotations

import re
from dataclasses import dataclass

from storage import textnorm


@dataclass(frozen=True, slots=True)
class FullTextConfig:
    """How much of an article is indexed; the rest is kept and shown, but not found by its words.

    The limits are PostgreSQL's (manual, section 12.11 'Limitations': a position is at most 16,383, a tsvector under 1 MiB, a lexeme under
    2 KiB) and hold for SQLite too, so that both find the same. 500 + 15,800 tokens and the gap between them stay under 16,383;
    550,000 bytes of tokens and 2 to 4 bytes for each of 16,300 positions stay under 1 MiB; 128 characters take at most 512 bytes.
    15,800 tokens are 100,000 characters of English: no news article, but some transcripts.
    """

    max_title_tokens: int = 500
    max_text_tokens: int = 15_800
    max_token_chars: int = 128
    max_title_bytes: int = 50_000
    max_text_bytes: int = 500_000


CONFIG = FullTextConfig()

_LONG_TOKEN = re.compile(rf"(\S{{{CONFIG.max_token_chars}}})\S+")


@dataclass(frozen=True, slots=True)
class Indexed:
    """The folded tokens of an article, separated by single spaces."""

    title: str
    text: str


def indexed(title: str, text: str) -> Indexed:
    """Fold a title and a text, as `textnorm.normalize` gave them, for the index and cut them to `FullTextConfig`."""
    return Indexed(
        _cut(textnorm.index_normalized(title), CONFIG.max_title_tokens, CONFIG.max_title_bytes),
        _cut(textnorm.index_normalized(text), CONFIG.max_text_tokens, CONFIG.max_text_bytes),
    )


def shorten_token(token: str) -> str:
    """Cut a token as the index cuts it, so that a query for it still finds it."""
    return token[: CONFIG.max_token_chars]


def _cut(folded: str, max_tokens: int, max_bytes: int) -> str:
    """Keep the first tokens of a folded text, whole ones only."""
    # Folded tokens are separated by one space, so a text this short holds neither too many tokens nor too many bytes.
    if len(folded) <= CONFIG.max_token_chars:
        return folded
    folded = _LONG_TOKEN.sub(r"\1", folded)
    if folded.count(" ") >= max_tokens:
        folded = " ".join(folded.split(" ", max_tokens)[:max_tokens])
    if len(folded) * 4 > max_bytes:
        encoded = folded.encode("utf-8", "ignore")
        if len(encoded) > max_bytes:
            folded = encoded[:max_bytes].decode("utf-8", "ignore").rpartition(" ")[0]
    return folded

"""Exact copies: hashes that agree when two texts say the same, letter for letter, after normalising.

A reprint keeps the agency's words and changes their frame: the dateline in front, the credit behind. `copy_fingerprint` hashes what stands
between. Its rules look at shape, not at lists of places and agencies. They may take the begin of an ordinary sentence for a dateline
('Yesterday – the minister …'); that is harmless as long as all copies lose the same words, and at most `ExactConfig.max_dateline_tokens`
are ever lost, so two texts cannot be called copies for what little is left.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from storage import textnorm


@dataclass(frozen=True, slots=True)
class ExactConfig:
    """The limits of what counts as a copy, a dateline, a credit.

    `min_tokens`: a text of fewer words is a caption or a notice ('This page is no longer available'), which many pages share by accident.
    `max_dateline_tokens`: 'ISLAMABAD, Pakistan, Sunday, 3 October 2026 (Agency Name) –' has ten. Without brackets and without a date only
    `max_place_words` are believed to be a place, in scripts without capitals `max_caseless_place_words`; a date or a bracket allows
    `max_caseless_framed_words`. `max_credit_tokens` and, where the credit is a paragraph of its own, `max_credit_paragraph_tokens`:
    '(Reporting by A B in Baghdad; Editing by C D)' has ten. `head_chars`: further in, nothing is a dateline.
    """

    min_tokens: int = 12
    max_dateline_tokens: int = 12
    max_place_words: int = 4
    max_caseless_place_words: int = 3
    max_caseless_framed_words: int = 6
    max_credit_tokens: int = 8
    max_credit_paragraph_tokens: int = 16
    head_chars: int = 200


CONFIG = ExactConfig()

# Direction marks may stand anywhere around the punctuation of right-to-left text.
_MARKS = re.compile("[\u200e\u200f\u061c]")
_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|/[^/\n]{1,40}/")
# What ends a dateline: any dash or colon after a bracket or slash, else a space after a bracket; a dash set off by a space, an unspaced em
# dash, a colon.
_END = re.compile(r"(?<=[)\]/])\s*[-–—―_:]+\s*|(?<=[)\]])\s+|\s+(?:-{1,2}|_)\s+|\s+[–—―]+\s*|[–—―]+\s+|—|:\s+")
_SENTENCE_END = re.compile(r"[^\W\d_]{5}[.!?؟۔]\s|[!?؟۔]\s|\n\s*\n")
_LEADING_BRACKET = re.compile(r"[(\[]([^()\[\]\n]{1,60})[)\]]\s*[-–—―:]+\s*")
_WORD = re.compile(r"[^\W\d_]+")
# A day and its month, which French does not capitalise.
_DAY_AND_MONTH = re.compile(r"\d+\s+[^\W\d_]+")
# Words that stay small in the names of places.
_PARTICLES = frozenset({"le", "la", "les", "l", "de", "du", "des", "d", "el", "al", "and", "et", "ve", "of", "the"})

_BRACKETED_CREDIT = re.compile(r"(\n?)\s*[(\[]([^()\[\]\n]{1,160})[)\]]\s*[.۔]?\s*\Z")
_DASHED_CREDIT = re.compile(r"(?:(?<=[.!?؟۔\"”»)])|\n)\s*[–—―]+\s*([^\n–—―]{1,80}?[^\s.!?؟۔])\s*\Z")


@dataclass(frozen=True, slots=True)
class ExactHashes:
    """The hash of a whole text, every hash by which its copies are found (none for a short text), and the normalised text."""

    text_hash: str
    fingerprints: frozenset[str]
    normalized: str


def hashes(text: str) -> ExactHashes:
    """Return all hashes of a text, normalising it no more often than needed.

    The whole counts among the fingerprints too, because a copy may have lost the very punctuation that shows where its dateline ends.
    """
    whole = textnorm.normalize(text)
    body = without_credit(without_dateline(text))
    framed = body != text.strip()
    fingerprint = _fingerprint(textnorm.normalize(body) if framed else whole)
    whole_hash = _sha256(whole)
    return ExactHashes(whole_hash, frozenset() if fingerprint is None else frozenset({whole_hash, fingerprint}), whole)


def text_hash(text: str) -> str:
    """Return the SHA-256 of the normalised text, in hex: equal when two texts differ in nothing that a reader sees."""
    return _sha256(textnorm.normalize(text))


def copy_fingerprint(text: str) -> str | None:
    """Return the hash of a text without its dateline and its credit; None when too few words remain to call anything a copy of it."""
    return _fingerprint(textnorm.normalize(without_credit(without_dateline(text))))


def _fingerprint(body: str) -> str | None:
    return None if body.count(" ") + 1 < CONFIG.min_tokens else _sha256(body)


def _sha256(normalized: str) -> str:
    return hashlib.sha256(normalized.encode("utf-8", "surrogatepass")).hexdigest()


def without_dateline(text: str) -> str:
    """Drop a leading dateline: 'BAGHDAD (Agency) —', 'بغداد - (وكالة):', 'Ankara, 3 Ekim (AA) -'.

    A reprint may have put its own before the agency's, so what follows a dateline is looked at again.
    """
    text = text.lstrip()
    text = _MARKS.sub("", text[: CONFIG.head_chars]) + text[CONFIG.head_chars :]
    budget = CONFIG.max_dateline_tokens
    follows = False
    while opening := _dateline(text, budget, follows=follows):
        budget -= len(textnorm.tokens(opening))
        text = text[len(opening) :]
        follows = True
    return text


def _dateline(text: str, max_tokens: int, *, follows: bool) -> str:
    """Return the dateline that a text begins with, and the signs that end it; empty when it begins with none.

    `follows` says that a place stood before: then a few words and a colon are the agency ('بغداد - وكالة:'), otherwise a speaker.
    """
    bracket = _LEADING_BRACKET.match(text)
    if bracket and len(textnorm.tokens(bracket[1])) <= min(max_tokens, CONFIG.max_credit_tokens):
        return bracket[0]
    head = text[: CONFIG.head_chars]
    for end in _END.finditer(head):
        opening = head[: end.start()]
        if _SENTENCE_END.search(opening) or len(textnorm.tokens(opening)) > max_tokens:
            break
        if opening.count("(") == opening.count(")") and _is_dateline(opening, end[0].strip(), follows=follows):
            return head[: end.end()]
    return ""


def without_credit(text: str) -> str:
    """Drop a credit at the end: '(Reporting by …)', '[Agency]', '— Agency'; two of them at most."""
    for _ in range(2):
        text = text.rstrip()
        start = _credit_start(_MARKS.sub("", text) if text[-1:] in "\u200e\u200f\u061c" else text)
        if start is None:
            return text
        text = text[:start]
    return text


def _is_dateline(opening: str, end: str, *, follows: bool) -> bool:
    """Judge by its shape whether what stands before a dash, a colon or (`end` empty) a mere space is place, date and agency."""
    framed = bool(_BRACKETED.search(opening))
    dated = any(char.isdigit() for char in opening)
    place = _BRACKETED.sub(" ", opening)
    words = _WORD.findall(place)
    if not words or (":" in end and not (framed or dated or follows)):
        return False
    if any(char.isupper() or char.islower() for char in place):
        # A mere space, or an em dash in the middle of a word, needs more: BAGHDAD in capitals.
        if not end or (end == "—" and not framed):
            return place.isupper() and len(words) <= CONFIG.max_place_words
        proper = all(word[0].isupper() or word in _PARTICLES for word in _WORD.findall(_DAY_AND_MONTH.sub(" ", place)))
        return proper and (framed or dated or len(words) <= CONFIG.max_place_words)
    if not end:
        return len(words) < CONFIG.max_caseless_place_words
    return len(words) <= (CONFIG.max_caseless_framed_words if framed or dated else CONFIG.max_caseless_place_words)


def _credit_start(text: str) -> int | None:
    """Find where a credit at the very end begins."""
    if bracketed := _BRACKETED_CREDIT.search(text, max(0, len(text) - 200)):
        limit = CONFIG.max_credit_paragraph_tokens if bracketed[1] else CONFIG.max_credit_tokens
        return bracketed.start() if len(textnorm.tokens(bracketed[2])) <= limit else None
    if dashed := _DASHED_CREDIT.search(text, max(0, len(text) - 120)):
        return dashed.start() if len(textnorm.tokens(dashed[1])) <= CONFIG.max_credit_tokens else None
    return None

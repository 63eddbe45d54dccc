"""Find many phrases in a text in one pass over its normalised tokens.

A phrase is one or more tokens as `storage.textnorm.normalize` makes them. At each position the longest phrase wins and its tokens are
consumed, so that 'South Sudan' is never also 'Sudan'.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import compress, count, repeat
from typing import Generic, TypeVar

from storage.textnorm import normalize

T = TypeVar("T")

# A token seen in one article is seen in the next: remember what it begins, but not without end.
_REMEMBERED_TOKENS = 200_000


# What stands for the phrases of a token that was never asked about; anything that is true.
_UNSEEN = (None,)


class Prefixes(StrEnum):
    """Which letters may be glued to the front of the first word."""

    NONE = "none"
    ARABIC = "arabic"
    HEBREW = "hebrew"

    @classmethod
    def of_language(cls, language: str) -> Prefixes:
        """Return the habit of a language (ISO 639); Persian and Kurdish write their prepositions apart."""
        return {"ar": cls.ARABIC, "he": cls.HEBREW}.get(language, cls.NONE)


@dataclass(frozen=True, slots=True)
class Phrase(Generic[T]):
    """Words to find and what they stand for.

    `words` are normalised. With `stem`, the last word is the beginning of a word. With `bare`, the first word is written without the
    Arabic article and is met with it, too; without `bare` it is met as it is written.
    """

    words: tuple[str, ...]
    value: T
    stem: bool = False
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """A phrase that was met: tokens `start` … `end` (half open) and all that these words stand for."""

    start: int
    end: int
    values: tuple[T, ...]


def parse_phrase(text: str, value: T, *, bare: bool = False) -> list[Phrase[T]]:
    """Read a gazetteer entry: `text` as a person writes it, a final * for the beginning of a word.

    Returns the phrase, and, for an entry with a zero-width non-joiner, its spelling with a space as well (رئیس‌جمهور, رئیس جمهور).
    Raises ValueError when nothing of the entry is a word.
    """
    stem = text.endswith("*")
    spellings = {tuple(normalize(spelling).split()) for spelling in (text, text.replace("\u200c", " "))}
    if () in spellings:
        raise ValueError(f"{text!r} holds no word")
    return [Phrase(words, value, stem, bare) for words in sorted(spellings)]


# One-letter proclitics before an Arabic word: and/so, then in/as/for (Ryding, A Reference Grammar of Modern Standard Arabic, 2005, 2.9.2).
_AND = "وف"
_PREPOSITIONS = "بكل"
_ARABIC_LETTERS_LEFT = 3
_HEBREW_PREFIXES = frozenset("והבלמשכ")
_HEBREW_LETTERS_LEFT = 3
_HEBREW_PREFIXES_STACKED = 2
_LAM_ARTICLE = re.compile("^لل(?=.{3})")


def _arabic_forms(token: str) -> Iterator[tuple[str, bool]]:
    """Yield what an Arabic token may be under its proclitics, least stripped first, and whether an article was taken off."""
    forms = [token]
    if token[0] in _AND:
        forms.append(token[1:])
    forms += [form[1:] for form in forms if form[:1] and form[0] in _PREPOSITIONS]
    forms += ["ال" + form[2:] for form in forms if _LAM_ARTICLE.match(form)]
    kept = [form for form in dict.fromkeys(forms) if form == token or len(form) >= _ARABIC_LETTERS_LEFT]
    for form in kept:
        yield form, False
    for form in kept:
        if form.startswith("ال") and len(form) - 2 >= _ARABIC_LETTERS_LEFT:
            yield form[2:], True


def _hebrew_forms(token: str) -> Iterator[tuple[str, bool]]:
    """Yield what a Hebrew token may be under up to two prefix letters, least stripped first."""
    yield token, False
    for letters in range(1, _HEBREW_PREFIXES_STACKED + 1):
        if len(token) - letters < _HEBREW_LETTERS_LEFT or token[letters - 1] not in _HEBREW_PREFIXES:
            return
        yield token[letters:], False


def _without_article(phrase: Phrase[T]) -> Phrase[T]:
    """Take the article off the first word of a phrase that is met with and without it."""
    first = phrase.words[0]
    if not first.startswith("ال") or len(first) - 2 < _ARABIC_LETTERS_LEFT:
        return phrase
    return replace(phrase, words=(first[2:], *phrase.words[1:]))


class PhraseIndex(Generic[T]):
    """Phrases by their first word, ready to be found."""

    def __init__(self, phrases: Iterable[Phrase[T]], prefixes: Prefixes = Prefixes.NONE) -> None:
        """Build the index; `prefixes` says what the language glues to words."""
        self._prefixes = prefixes
        self._exact: dict[str, list[Phrase[T]]] = {}
        self._stems: dict[str, list[Phrase[T]]] = {}
        self._starting: dict[str, tuple[Phrase[T], ...]] = {}
        # Of a token that begins only longer phrases: which words may follow. 'foreign' without 'minister' needs no further look.
        self._seconds: dict[str, frozenset[str]] = {}
        for given in phrases:
            phrase = _without_article(given) if given.bare and prefixes is Prefixes.ARABIC else given
            heads = self._stems if phrase.stem and len(phrase.words) == 1 else self._exact
            heads.setdefault(phrase.words[0], []).append(phrase)
        self._shortest_stem = min(map(len, self._stems), default=0)

    def find(self, tokens: Sequence[str]) -> Iterator[Found[T]]:
        """Yield the phrases met in a text's tokens, from left to right, never overlapping."""
        get, seconds = self._starting.get, self._seconds.get
        free_from, total = 0, len(tokens)
        # most tokens begin nothing, and are known to: they are passed over before anything else is asked, without a step of Python's
        for position in list(compress(count(), map(get, tokens, repeat(_UNSEEN)))):
            if position < free_from:
                continue
            token = tokens[position]
            needed = seconds(token)
            if needed is not None and (position + 1 == total or tokens[position + 1] not in needed):
                continue
            phrases = get(token)
            if phrases is None:
                phrases = self._remember(token)
            if phrases:
                found = self._longest(phrases, tokens, position)
                if found is not None:
                    yield found
                    free_from = found.end

    def _remember(self, token: str) -> tuple[Phrase[T], ...]:
        """Work out which phrases a token may begin, longest first, and remember it."""
        if len(self._starting) >= _REMEMBERED_TOKENS:
            self._starting.clear()
            self._seconds.clear()
        phrases = tuple(sorted(self._phrases_from(token), key=lambda phrase: -len(phrase.words)))
        self._starting[token] = phrases
        if phrases and all(len(phrase.words) > (2 if phrase.stem else 1) for phrase in phrases):
            self._seconds[token] = frozenset(phrase.words[1] for phrase in phrases)
        return phrases

    def _phrases_from(self, token: str) -> Iterator[Phrase[T]]:
        """Yield all longer phrases that a token may begin, and the one-word phrases of its least stripped form that is one."""
        forms: Iterable[tuple[str, bool]] = ((token, False),)
        if self._prefixes is Prefixes.ARABIC:
            forms = _arabic_forms(token)
        elif self._prefixes is Prefixes.HEBREW:
            forms = _hebrew_forms(token)
        settled = False
        for form, article_off in forms:
            exact = [phrase for phrase in self._exact.get(form, ()) if phrase.bare or not article_off]
            yield from (phrase for phrase in exact if len(phrase.words) > 1)
            if settled:
                continue
            single = [phrase for phrase in exact if len(phrase.words) == 1]
            for length in range(len(form), self._shortest_stem - 1, -1):
                if single:
                    break
                single = [phrase for phrase in self._stems.get(form[:length], ()) if phrase.bare or not article_off]
            settled = bool(single)
            yield from single

    @staticmethod
    def _longest(phrases: tuple[Phrase[T], ...], tokens: Sequence[str], position: int) -> Found[T] | None:
        """Return the longest phrase that stands at a position; phrases of the same length are met together."""
        length, values = 0, list[T]()
        for phrase in phrases:
            words = phrase.words
            if len(words) < length:
                break
            end = position + len(words)
            if end > len(tokens):
                continue
            if len(words) > 1:
                last = tokens[end - 1]
                if not (last.startswith(words[-1]) if phrase.stem else last == words[-1]):
                    continue
                if len(words) > 2 and tuple(tokens[position + 1 : end - 1]) != words[1:-1]:
                    continue
            length = len(words)
            values.append(phrase.value)
        return Found(position, position + length, tuple(values)) if length else None

"""Cut a piece of an article for a list of hits, with the matches marked: pure, so it is the same on every database."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from storage import textnorm, wordforms
from storage.query import Phrase, Query


@dataclass(frozen=True, slots=True)
class SnippetConfig:
    """`max_chars`: about three lines of a terminal. `lead_chars`: shown before the first match, to read it in its sentence.

    `scanned_chars`: how far into a text matches are looked for; as much as is indexed of a text in Latin script (see `FullTextConfig`).
    `begin_chars`: looked through first, because news says early what it is about.
    `joined_chars`: signs and marks between the parts of a word that is also written as one.
    `token_chars`: a word and what stands before the next.
    """

    max_chars: int = 240
    lead_chars: int = 60
    scanned_chars: int = 95_000
    begin_chars: int = 1_200
    joined_chars: int = 8
    token_chars: int = 140


CONFIG = SnippetConfig()
_ZWNJ = "\u200c"


def snippet(text: str, query: Query) -> str:
    """Return the piece of `text` that shows most of what a query looks for, on one line, matches between `[[` and `]]`.

    Without a match (it is in the headline, or there is no query) the text's begin. `…` stands where it was cut.
    """
    scanned = text[: CONFIG.scanned_chars]
    found = _first_matches(scanned, query) if query.required else []
    start, end = _window(scanned, found)
    pieces: list[str] = ["…"] if start else []
    position = start
    for match in _merged(found):
        if match.start < position or match.end > end:
            continue
        pieces += [scanned[position : match.start], "[[", scanned[match.start : match.end], "]]"]
        position = match.end
    pieces.append(scanned[position:end])
    if end < len(text.rstrip()):
        pieces.append("…")
    return " ".join("".join(pieces).split())


@dataclass(frozen=True, slots=True)
class _Match:
    """Where something that is looked for stands in the text: offsets, half open; `group` is its number in the query."""

    start: int
    end: int
    group: int


def _apart(word: str) -> list[str]:
    """Return the parts of a word between which ZWNJ stands: they are found by themselves too."""
    return word.split(_ZWNJ) if _ZWNJ in word else []


@lru_cache(maxsize=65_536)
def _tokens_in(word: str) -> frozenset[str]:
    """Return the tokens by which a written word is found; kept, because most words of a text have been met before."""
    tokens = [token for part in (word, *_apart(word)) for _, _, token in textnorm.spans_of_word(part)]
    return frozenset((*tokens, *(piece for token in tokens for piece in wordforms.pieces(token))))


@dataclass(frozen=True, slots=True)
class _Sought:
    """What a query requires, by the token it begins with; each with the number of its group.

    `opening` are the tokens with which a word of several parts may begin that is looked for as one (`storage.wordforms`).
    """

    words: Mapping[str, int]
    phrases: Mapping[str, Sequence[tuple[Phrase, int]]]
    begun: tuple[tuple[str, int], ...]
    opening: frozenset[str]

    @classmethod
    @lru_cache(maxsize=64)
    def of(cls, query: Query) -> _Sought:
        words: dict[str, int] = {}
        phrases: dict[str, list[tuple[Phrase, int]]] = {}
        begun: list[tuple[str, int]] = []
        for number, group in enumerate(query.required):
            for term in group:
                if term.prefix and len(term.tokens) == 1:
                    begun.append((term.tokens[0], number))
                elif len(term.tokens) == 1:
                    words.setdefault(term.tokens[0], number)
                else:
                    phrases.setdefault(term.tokens[0], []).append((term.tokens, number))
        return cls(words, phrases, tuple(begun), frozenset(word[:end] for word in words for end in range(1, len(word))))

    def begins_in(self, words: Iterable[str]) -> list[str]:
        """Return the written words in which something may begin."""
        known = self.words.keys() | self.phrases.keys() | self.opening
        near = [word for word in words if not known.isdisjoint(_tokens_in(word))]
        for begin, _ in self.begun:
            near += [word for word in words if any(token.startswith(begin) for token in _tokens_in(word))]
        return near

    def found(self, spans: Sequence[tuple[int, int, str]]) -> Iterator[_Match]:
        """Yield what begins with the first of some spans."""
        start, end, token = spans[0]
        for piece in wordforms.pieces(token):
            if piece in self.words:
                yield _Match(start, end, self.words[piece])
        if token in self.words:
            yield _Match(start, end, self.words[token])
        for begin, number in self.begun:
            if token.startswith(begin):
                yield _Match(start, end, number)
        for phrase, number in self.phrases.get(token, ()):
            if tuple(span[2] for span in spans[: len(phrase)]) == phrase:
                yield _Match(start, spans[len(phrase) - 1][1], number)
        if token in self.opening:
            yield from self._in_parts(spans)

    def _in_parts(self, spans: Sequence[tuple[int, int, str]]) -> Iterator[_Match]:
        """Yield a word that the text writes in two or three parts: Sana'a, e-mail, عبد الله."""
        for count in (2, 3):
            parts = spans[:count]
            whole = "".join(part[2] for part in parts)
            number = self.words.get(whole)
            if number is None and count == len(parts) == 2:
                number = self.words.get(f"{parts[0][2]}ال{parts[1][2]}")
            if number is not None and len(parts) == count and parts[-1][1] - parts[0][0] <= len(whole) + CONFIG.joined_chars:
                yield _Match(parts[0][0], parts[-1][1], number)


def _first_matches(text: str, query: Query) -> list[_Match]:
    """Find what a query requires where a text begins, if all of it stands close together there; else in all of the text."""
    begin = text.rfind(" ", 0, CONFIG.begin_chars) if len(text) > 2 * CONFIG.begin_chars else -1
    if begin > 0:
        found = _matches(text[:begin], query)
        if len(_within(found, _best(found))) == len(query.required):
            return found
    return _matches(text, query)


def _matches(text: str, query: Query) -> list[_Match]:
    """Find everything that a query requires in a text, in order.

    Each different word is judged once, and only those in which something may begin are looked for where they stand.
    """
    sought = _Sought.of(query)
    longest = max((len(phrase) for phrases in sought.phrases.values() for phrase, _ in phrases), default=3)
    reach = max(3, longest)
    found: set[_Match] = set()
    for word in set(sought.begins_in(set(text.split()))):
        own = len(textnorm.spans_of_word(word))
        for stands in re.finditer(rf"(?<!\S){re.escape(word)}(?!\S)", text):
            begin = stands.start()
            here = text[begin : begin + reach * CONFIG.token_chars]
            for written in (here, here.replace(_ZWNJ, " ")) if _ZWNJ in word else (here,):
                # A token is at most as long as it is indexed; a longer one ends no phrase.
                spans = list(islice(textnorm.token_spans(written), own + reach + len(_apart(word))))
                for first in range(min(max(own, len(_apart(word))), len(spans))):
                    hits = sought.found(spans[first : first + reach])
                    found.update(_Match(begin + hit.start, begin + hit.end, hit.group) for hit in hits)
    return sorted(found, key=lambda match: (match.start, -match.end))


def _best(found: Sequence[_Match]) -> int:
    """Return the number of the match from which most different groups can be shown, the earliest of several; 0 for none."""
    best, most = 0, 0
    for index in range(len(found)):
        shown = len(_within(found, index))
        if shown > most:
            best, most = index, shown
    return best


def _within(found: Sequence[_Match], first: int) -> set[int]:
    """Return the groups that are shown when the snippet is cut for a match."""
    if not found:
        return set()
    end = found[first].start + CONFIG.max_chars - CONFIG.lead_chars
    return {match.group for match in found[first : first + 50] if match.end <= end} | {found[first].group}


def _window(text: str, found: Sequence[_Match]) -> tuple[int, int]:
    """Choose the piece with the most different groups, the earliest of several; cut it between words."""
    best = found[_best(found)].start if found else 0
    start = _word_start(text, max(0, best - CONFIG.lead_chars), best)
    end = start + CONFIG.max_chars
    if end < len(text):
        space = text.rfind(" ", start + CONFIG.max_chars // 2, end)
        end = space if space > 0 else end
    return start, min(end, len(text))


def _word_start(text: str, start: int, latest: int) -> int:
    """Move a cut to the next word's begin, but not beyond `latest`."""
    if start == 0:
        return 0
    space = text.find(" ", start - 1, latest)
    return space + 1 if space >= 0 else start


def _merged(found: Sequence[_Match]) -> list[_Match]:
    """Join matches that overlap, so that the marks do not cross."""
    merged: list[_Match] = []
    for match in sorted(found, key=lambda match: (match.start, -match.end)):
        if merged and match.start < merged[-1].end:
            last = merged[-1]
            merged[-1] = _Match(last.start, max(last.end, match.end), last.group)
        else:
            merged.append(match)
    return merged

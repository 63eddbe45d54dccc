"""Cut a piece of an article for a list of hits, with the matches marked: pure, so it is the same on every database.

To look for what every match contains (`storage.search.squeezing`) is cheap and may find too much, never too little; only the words found
so are folded one by one and compared, and no further than the piece that shows everything that was asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from math import inf

from storage import textnorm
from storage.search import squeezing, wordforms
from storage.search.query import Phrase, Query


@dataclass(frozen=True, slots=True)
class SnippetConfig:
    """`max_chars`: about three lines of a terminal. `lead_chars`: shown before the first match, to read it in its sentence.

    `scanned_chars`: how far into a text matches are looked for; as much as is indexed of a text in Latin script (see `FullTextConfig`).
    `joined_chars`: signs and marks between the parts of a word that is also written as one.
    `token_chars`: a word and what stands before the next. `word_chars`: so far back the begin of a word is looked for.
    """

    max_chars: int = 240
    lead_chars: int = 60
    scanned_chars: int = 95_000
    joined_chars: int = 8
    token_chars: int = 140
    word_chars: int = 1_000


CONFIG = SnippetConfig()
_ZWNJ = "\u200c"


def snippet(text: str, query: Query) -> str:
    """Return the piece of `text` that shows most of what a query looks for, on one line, matches between `[[` and `]]`.

    Without a match (it is in the headline, or there is no query) the text's begin. `…` stands where it was cut.
    """
    scanned = text[: CONFIG.scanned_chars]
    found = _matches(scanned, query) if query.required else []
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


@dataclass(frozen=True, slots=True)
class _Sought:
    """What a query requires, by the token it begins with; each with the number of its group.

    `opening` are the tokens with which a word of several parts may begin that is looked for as one (`storage.search.wordforms`). `cores`
    are pieces of folded text without spaces of which every match contains one, `inner` says whether not always at its begin. `reach` is
    how many tokens a match may have.
    """

    words: Mapping[str, int]
    phrases: Mapping[str, Sequence[tuple[Phrase, int]]]
    begun: tuple[tuple[str, int], ...]
    opening: frozenset[str]
    cores: tuple[str, ...]
    inner: bool
    reach: int

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
        opening = frozenset(word[:end] for word in words for end in range(1, len(word)))
        longest = max((len(phrase) for of_token in phrases.values() for phrase, _ in of_token), default=0)
        cores = _cores({*words, *phrases, *(begin for begin, _ in begun)})
        inner = any(word.find(core, 1) > 0 for word in words for core in cores)
        return cls(words, phrases, tuple(begun), opening, cores, inner, max(3, longest))

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


def _cores(tokens: set[str]) -> tuple[str, ...]:
    """Return the tokens that contain no other: the forms of a word mostly contain the word itself."""
    cores: list[str] = []
    for token in sorted(tokens, key=lambda token: (len(token), token)):
        if not any(core in token for core in cores):
            cores.append(token)
    return tuple(cores)


def _matches(text: str, query: Query) -> list[_Match]:
    """Find what a query requires in a text, in order: everything up to the first piece that shows all of it, else everything."""
    sought = _Sought.of(query)
    found: list[_Match] = []
    end: float = inf
    last = -1
    for begin in _suspects(text, sought):
        if begin >= end:
            break
        if begin <= last:
            continue
        last = begin
        if new := set(_matches_at(text, begin, sought)):
            found += sorted(new, key=lambda match: (match.start, -match.end))
            if end == inf and _shows_all(found, len(query.required)):
                end = begin + CONFIG.max_chars
    return found


def _suspects(text: str, sought: _Sought) -> Iterator[int]:
    """Yield where words begin that may match, in order."""
    last = -1
    for offset in squeezing.offsets(text, sought.cores):
        begin = _word_begin(text, offset)
        if begin > last:
            last = begin
            if sought.inner:
                yield from sorted(_openings_before(text, begin, sought.opening))
            yield begin


def _shows_all(found: Sequence[_Match], groups: int) -> bool:
    """Say whether a piece of text that ends with the last match shows something of all groups."""
    begin = found[-1].end - CONFIG.max_chars + CONFIG.lead_chars
    return len({match.group for match in found[-50:] if match.start >= begin} | {found[-1].group}) == groups


def _word_begin(text: str, offset: int) -> int:
    """Return where the word begins that a character belongs to."""
    before = text[max(0, offset - CONFIG.word_chars) : offset]
    return offset if not before or before[-1].isspace() else offset - len(before.rsplit(None, 1)[-1])


def _openings_before(text: str, begin: int, opening: frozenset[str]) -> Iterator[int]:
    """Yield where the one or two words before a word begin, as far as a word of several parts may begin with them: Al Assad."""
    for _ in range(2):
        before = text[max(0, begin - CONFIG.token_chars) : begin].rstrip()
        if not before:
            return
        word = before.rsplit(None, 1)[-1]
        begin -= len(text[max(0, begin - CONFIG.token_chars) : begin]) - len(before) + len(word)
        if any(token in opening for _, _, token in textnorm.spans_of_word(word)):
            yield begin


def _matches_at(text: str, begin: int, sought: _Sought) -> Iterator[_Match]:
    """Yield what begins in the word that begins at an offset."""
    here = text[begin : begin + sought.reach * CONFIG.token_chars]
    word = here.split(None, 1)[0]
    own = textnorm.spans_of_word(word)
    apart = len(word.split(_ZWNJ)) if _ZWNJ in word else 0
    for written in (here, here.replace(_ZWNJ, " ")) if apart else (here,):
        spans: Sequence[tuple[int, int, str]] = own
        if apart or any(token in sought.phrases or token in sought.opening for _, _, token in own):
            # A token is at most as long as it is indexed; a longer one ends no phrase.
            spans = list(islice(textnorm.token_spans(written), len(own) + sought.reach + apart))
        for first in range(min(max(len(own), apart), len(spans))):
            for hit in sought.found(spans[first : first + sought.reach]):
                yield _Match(begin + hit.start, begin + hit.end, hit.group)


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

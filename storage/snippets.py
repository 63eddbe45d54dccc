"""Cut a piece of an article for a list of hits, with the matches marked: pure, so it is the same on every database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from storage import textnorm
from storage.query import Phrase, Query


@dataclass(frozen=True, slots=True)
class SnippetConfig:
    """`max_chars`: about three lines of a terminal. `lead_chars`: shown before the first match, to read it in its sentence.

    `scanned_chars`: how far into a text matches are looked for; as much as is indexed of a text in Latin script (see `FullTextConfig`).
    `joined_chars`: signs and marks between the parts of a word that is also written as one.
    """

    max_chars: int = 240
    lead_chars: int = 60
    scanned_chars: int = 95_000
    joined_chars: int = 8


CONFIG = SnippetConfig()


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


def _matches(text: str, query: Query) -> list[_Match]:
    """Find everything that a query requires in a text, in order."""
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
    spans = list(textnorm.token_spans(text))
    found: list[_Match] = []
    for index, (start, end, token) in enumerate(spans):
        if token in words:
            found.append(_Match(start, end, words[token]))
        found += [_Match(start, end, number) for begin, number in begun if token.startswith(begin)]
        for phrase, number in phrases.get(token, ()):
            following = spans[index : index + len(phrase)]
            if tuple(span[2] for span in following) == phrase:
                found.append(_Match(start, following[-1][1], number))
    # Words of several parts, which are indexed as one too (storage.wordforms); the longest forms of a word are the rarest.
    if long := {word: number for word, number in words.items() if len(word) > 1}:
        found += _joined(spans, long)
    return sorted(found, key=lambda match: (match.start, -match.end))


def _joined(spans: Sequence[tuple[int, int, str]], words: Mapping[str, int]) -> Iterator[_Match]:
    """Find words that the text writes in two or three parts: Sana'a, e-mail, عبد الله."""
    begins = {word[:1] for word in words}
    for index, (start, _, token) in enumerate(spans[:-1]):
        if token[:1] not in begins:
            continue
        for count in (2, 3):
            parts = spans[index : index + count]
            whole = "".join(part[2] for part in parts)
            with_article = f"{token}ال{parts[-1][2]}" if count == 2 else whole
            number = words.get(whole, words.get(with_article))
            if number is not None and len(parts) == count and parts[-1][1] - start <= len(whole) + CONFIG.joined_chars:
                yield _Match(start, parts[-1][1], number)


def _window(text: str, found: Sequence[_Match]) -> tuple[int, int]:
    """Choose the piece with the most different groups, the earliest of several; cut it between words."""
    best, most = 0, 0
    for index, first in enumerate(found):
        within = {match.group for match in found[index : index + 50] if match.end <= first.start + CONFIG.max_chars - CONFIG.lead_chars}
        if len(within) > most:
            best, most = first.start, len(within)
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

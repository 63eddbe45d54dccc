"""Cut a piece of an article for a list of hits, with the matches marked: pure, so it is the same on every database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from storage import textnorm
from storage.query import Phrase, Query


@dataclass(frozen=True, slots=True)
class SnippetConfig:
    """`max_chars`: about three lines of a terminal. `lead_chars`: shown before the first match, to read it in its sentence.

    `scanned_chars`: how far into a text matches are looked for; as much as is indexed of a text in Latin script (see `FullTextConfig`).
    """

    max_chars: int = 240
    lead_chars: int = 60
    scanned_chars: int = 100_000


CONFIG = SnippetConfig()


def snippet(text: str, query: Query) -> str:
    """Return the piece of `text` that shows most of what a query looks for, on one line, matches between `[[` and `]]`.

    Without a match (it is in the headline, or there is no query) the text's begin. `…` stands where it was cut.
    """
    scanned = text[: CONFIG.scanned_chars]
    found = _matches(scanned, query.required) if query.required else []
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
    """Where a phrase stands in the text: offsets, half open."""

    start: int
    end: int
    phrase: Phrase


def _matches(text: str, phrases: Sequence[Phrase]) -> list[_Match]:
    """Find every phrase in a text, in order."""
    spans = list(textnorm.token_spans(text))
    beginning: dict[str, list[Phrase]] = {}
    for phrase in phrases:
        beginning.setdefault(phrase[0], []).append(phrase)
    found: list[_Match] = []
    for index, (start, _, token) in enumerate(spans):
        for phrase in beginning.get(token, ()):
            following = spans[index : index + len(phrase)]
            if tuple(span[2] for span in following) == phrase:
                found.append(_Match(start, following[-1][1], phrase))
    return found


def _window(text: str, found: Sequence[_Match]) -> tuple[int, int]:
    """Choose the piece with the most different phrases, the earliest of several; cut it between words."""
    best, most = 0, 0
    for index, first in enumerate(found):
        within = {match.phrase for match in found[index : index + 50] if match.end <= first.start + CONFIG.max_chars - CONFIG.lead_chars}
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
            merged[-1] = _Match(last.start, max(last.end, match.end), last.phrase)
        else:
            merged.append(match)
    return merged

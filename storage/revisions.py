"""What changed between two versions of an article, word by word, paragraph by paragraph (pure).

Words are compared as they are written, signs by themselves, so that a comma shows as a comma. Nothing is reordered and no direction mark is
added or lost: what is right to left stays so. White space is no change, and the paragraphs are those of the later version.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby

from storage.records import Revision


@dataclass(frozen=True, slots=True)
class DiffConfig:
    """How a difference is made readable and affordable.

    `island_words`: so few words that stayed between two changes are shown as changed too, because a reader takes in a phrase. `max_words`:
    difflib is quadratic at worst (2,000 words against as many take 0.1 s); longer passages without an equal paragraph are shown replaced.
    """

    island_words: int = 1
    max_words: int = 4_000


CONFIG = DiffConfig()


class PieceKind(StrEnum):
    """Whether words stand in both versions, only in the earlier one, or only in the later one."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a paragraph, with the white space that follows them."""

    kind: PieceKind
    text: str


Paragraph = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions side by side.

    `headline` is empty when neither has one. The pieces that are not removed, joined, are the later version, white space aside; those that
    are not added are the earlier one.
    """

    headline: Paragraph
    paragraphs: tuple[Paragraph, ...]

    @property
    def changed_paragraphs(self) -> tuple[Paragraph, ...]:
        """The paragraphs in which something was added or removed."""
        return tuple(paragraph for paragraph in self.paragraphs if is_changed(paragraph))


@dataclass(frozen=True, slots=True)
class _Token:
    """A word or a sign; `space` follows it. A break between paragraphs is an empty word. Tokens of one word are equal."""

    word: str
    space: str = field(default="", compare=False)


_BREAK = _Token("")
_CHUNK = re.compile(r"\S+")
_PARAGRAPH_END = re.compile(r"\n\s*")
# Signs that belong to what they stand in: 1,200 · 12:30 · don't · צה"ל
_JOINING = frozenset(".,:'’\"״׳٫٬/")


def is_changed(paragraph: Iterable[Piece]) -> bool:
    """Say whether something was added to a paragraph or headline, or removed."""
    return any(piece.kind is not PieceKind.SAME for piece in paragraph)


def compare(before: Revision, after: Revision, config: DiffConfig = CONFIG) -> Comparison:
    """Compare two versions of an article."""
    headline = _paragraphs(_aligned([[*_tokens(before.title or "")]], [[*_tokens(after.title or "")]], config))
    text = _aligned(_divided(before.text), _divided(after.text), config)
    return Comparison(headline[0] if headline else (), tuple(_paragraphs(text)))


def _divided(text: str) -> list[list[_Token]]:
    """Divide a text into paragraphs, those into tokens."""
    return [list(_tokens(paragraph)) for paragraph in _PARAGRAPH_END.split(text) if paragraph.strip()]


def _tokens(text: str) -> Iterator[_Token]:
    chunks = [match.group() for match in _CHUNK.finditer(text)]
    for number, chunk in enumerate(chunks):
        words = [chunk] if chunk.isalnum() and chunk.isascii() else list(_words(chunk))
        yield from (_Token(word) for word in words[:-1])
        yield _Token(words[-1], " " if number < len(chunks) - 1 else "")


def _words(chunk: str) -> Iterator[str]:
    """Divide what stands between white space into words and signs."""
    word = ""
    for at, char in enumerate(chunk):
        kind = unicodedata.category(char)[0]
        ideograph = kind == "L" and unicodedata.east_asian_width(char) in "WF"  # of scripts without spaces, each is taken for a word
        inside = char in _JOINING and word[-1:].isalnum() and chunk[at + 1 : at + 2].isalnum()
        # Marks and format characters (joiners, direction marks) belong to the letter before them.
        if not ideograph and (kind in "LMN" or char == "_" or inside or unicodedata.category(char) == "Cf"):
            word += char
            continue
        if word:
            yield word
        word = ""
        yield char
    if word:
        yield word


_Step = tuple[PieceKind, Sequence[_Token]]


def _aligned(old: Sequence[Sequence[_Token]], new: Sequence[Sequence[_Token]], config: DiffConfig) -> list[_Step]:
    """Align two texts: paragraphs that stayed first, then the words of those between them."""
    before, after = ([tuple(token.word for token in paragraph) for paragraph in side] for side in (old, new))
    steps: list[_Step] = []
    for tag, old_start, old_end, new_start, new_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        removed, added = _flat(old[old_start:old_end]), _flat(new[new_start:new_end])
        if tag == "equal":
            steps.append((PieceKind.SAME, added))
        elif len(removed) > config.max_words or len(added) > config.max_words:
            steps += [(PieceKind.REMOVED, removed), (PieceKind.ADDED, added)]
        else:
            steps += _with_few_islands(_word_steps(removed, added), config)
    return steps


def _flat(paragraphs: Sequence[Sequence[_Token]]) -> list[_Token]:
    """Join paragraphs, each with a break behind it."""
    return [token for paragraph in paragraphs for token in (*paragraph, _BREAK)]


def _word_steps(removed: list[_Token], added: list[_Token]) -> list[_Step]:
    steps: list[_Step] = []
    for tag, old_start, old_end, new_start, new_end in SequenceMatcher(None, removed, added, autojunk=False).get_opcodes():
        if tag == "equal":
            steps.append((PieceKind.SAME, added[new_start:new_end]))
            continue
        steps += [(PieceKind.REMOVED, removed[old_start:old_end]), (PieceKind.ADDED, added[new_start:new_end])]
    return [step for step in steps if step[1]]


def _with_few_islands(steps: list[_Step], config: DiffConfig) -> list[_Step]:
    """Show the few words that stayed between two changes as changed."""
    merged: list[_Step] = []
    for place, (kind, tokens) in enumerate(steps):
        words = [token for token in tokens if token.word and token.word[0].isalnum()]
        inside = 0 < place < len(steps) - 1 and _BREAK not in tokens
        if kind is PieceKind.SAME and inside and len(words) <= config.island_words:
            merged += [(PieceKind.REMOVED, tokens), (PieceKind.ADDED, tokens)]
        else:
            merged.append((kind, tokens))
    # Between two words that stayed, what went is shown before what came.
    ordered: list[_Step] = []
    for same, run in groupby(merged, key=lambda step: step[0] is PieceKind.SAME):
        pieces = list(run)
        for kind in (PieceKind.SAME,) if same else (PieceKind.REMOVED, PieceKind.ADDED):
            tokens = [token for step, some in pieces for token in some if step is kind]
            ordered += [(kind, tokens)] if tokens else []
    return ordered


def _paragraphs(steps: list[_Step]) -> list[Paragraph]:
    """Put steps into the paragraphs of the later version; one that was removed whole stays a paragraph of its own."""
    paragraphs: list[list[Piece]] = [[]]
    for kind, tokens in steps:
        words = ""
        for token in tokens:
            if token.word:
                words += token.word + token.space
                continue
            if words:
                paragraphs[-1].append(Piece(kind, words))
            words = ""
            if kind is not PieceKind.REMOVED or all(piece.kind is PieceKind.REMOVED for piece in paragraphs[-1]):
                paragraphs.append([])
            elif paragraphs[-1]:
                paragraphs[-1][-1] = _spaced(paragraphs[-1][-1])
        if words:
            paragraphs[-1].append(Piece(kind, words))
    return [_joined(paragraph) for paragraph in paragraphs if paragraph]


def _spaced(piece: Piece) -> Piece:
    return piece if piece.text.endswith(" ") else Piece(piece.kind, piece.text + " ")


def _joined(pieces: Sequence[Piece]) -> Paragraph:
    """Join neighbours of one kind, and set words apart that the other version had no space behind."""
    return tuple(Piece(kind, "".join(piece.text for piece in run)) for kind, run in groupby(pieces, key=lambda piece: piece.kind))

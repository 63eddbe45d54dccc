"""A piece of an article's text, folded once for everything that looks for words in it, with the way back to the original."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from storage.textnorm import normalize, token_spans

# Working out where tokens stand costs ten times as much as folding them, and few places are asked for: it is done for one block, when
# somebody asks. Blocks are cut at white space, where `normalize` never looks across, so folding them gives what folding the whole gives.
_BLOCK_CHARS = 60
_BLOCK = re.compile(rf"\S[\s\S]{{0,{_BLOCK_CHARS}}}\S*")

# 'in', 'the', 'and': what headlines leave in small letters.
_SHORT_WORD = 3
_JOINING = "-‐–'’"


# Letters and digits that fold to a letter or digit each: a word of them is one token, and needs no folding to say where it stands.
_PLAIN_WORD = re.compile(
    "[0-9A-Za-zçğıöşüâîêûéèàÇĞİÖŞÜÂÎÊÛÉÈÀ\u0621-\u063a\u0641-\u064a\u067e\u0686\u0695\u0698\u06a9\u06af\u06b5\u06c6\u06cc\u06ce\u06d5\u05d0-\u05ea]+"
)
_CHUNK = re.compile(r"\S+")
_OUTER_PUNCTUATION = ".,;:!?()[]«»،؛؟"


def _spans(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield where the tokens of a piece of a text stand, as `token_spans` does, which is only asked about words that are not plain."""
    for chunk in _CHUNK.finditer(text, start, end):
        word = chunk.group()
        bare = word.strip(_OUTER_PUNCTUATION)
        if _PLAIN_WORD.fullmatch(bare):
            begin = chunk.start() + word.index(bare)
            yield begin, begin + len(bare)
        else:
            for first, last, _ in token_spans(word):
                yield chunk.start() + first, chunk.start() + last


@dataclass(frozen=True, slots=True)
class Place:
    """Where words stand: tokens `start` … `end` (half open) of the zone of this name."""

    zone: str
    start: int
    end: int


class Zone:
    """A text with its tokens as `normalize` makes them; places in the original are worked out only where they are asked for."""

    def __init__(self, text: str) -> None:
        """Take a text apart."""
        self.text = text
        self._starts: list[int] = []
        folded: list[str] = []
        for block in _BLOCK.finditer(text):
            words = normalize(block.group())
            if words:
                self._starts.append(block.start())
                folded.append(words)
        self.normalized = " ".join(folded)
        self.tokens = self.normalized.split()
        self._first_tokens = list(accumulate((words.count(" ") + 1 for words in folded), initial=0))
        self._spans: dict[int, list[tuple[int, int]]] = {}

    def _span(self, position: int) -> tuple[int, int]:
        """Return where a token stands in the original, half open."""
        block = bisect_right(self._first_tokens, position) - 1
        spans = self._spans.get(block)
        if spans is None:
            end = self._starts[block + 1] if block + 1 < len(self._starts) else len(self.text)
            spans = self._spans[block] = list(_spans(self.text, self._starts[block], end))
        return spans[position - self._first_tokens[block]]

    @cached_property
    def is_lower(self) -> bool:
        """Whether nothing in the text is a capital letter, though something could be."""
        return self.text.islower()

    @cached_property
    def is_upper(self) -> bool:
        """Whether all in the text that has a case is a capital letter."""
        return self.text.isupper()

    @cached_property
    def is_title_case(self) -> bool:
        """Whether four in five of the longer words begin with a capital letter, as in a headline; a sentence full of names has fewer."""
        words = [word for word in self.text.split() if len(word) > _SHORT_WORD and word[0].isalpha()]
        return sum(word[0].isupper() for word in words) * 5 >= len(words) * 4

    def begins_upper(self, position: int) -> bool:
        """Say whether a token begins with a capital letter."""
        return self.text[self._span(position)[0]].isupper()

    def touches(self, position: int) -> bool:
        """Say whether nothing but spaces and hyphens stands between a token and the one after it."""
        between = self.text[self._span(position)[1] : self._span(position + 1)[0]]
        return all(char.isspace() or char in _JOINING for char in between)

    def may_be_name(self, position: int) -> bool:
        """Say whether a token may be a proper name: it begins with a capital letter, or nothing at all in the text does."""
        return self.begins_upper(position) or self.is_lower

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Return where tokens `start` … `end` (half open, at least one) stand in the original, half open."""
        return self._span(start)[0], self._span(end - 1)[1]

    def around(self, start: int, end: int, tokens: int) -> tuple[int, int]:
        """Return the place of tokens with so many tokens on both sides, widened to whole words."""
        begin, finish = self.place(max(start - tokens, 0), min(end + tokens, len(self.tokens)))
        while begin and not self.text[begin - 1].isspace():
            begin -= 1
        while finish < len(self.text) and not self.text[finish].isspace():
            finish += 1
        return begin, finish

    def words(self, start: int, end: int, *, context: int = 0) -> str:
        """Return the original words of tokens in one line, with so many tokens around them, never less than whole words."""
        begin, finish = self.around(start, end, context) if context else self.place(start, end)
        return " ".join(self.text[begin:finish].split())

"""What the rest of the page says of a line: whether the text says it already, and whether the article that the page stores has it.

As a source JSON-LD's `articleBody` is worse than the page (no subheads, often no standfirst, paragraphs run together), but a paragraph of
the page that a complete `articleBody` lacks is a box beside the article, a caption or a dialog.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from crawler.extraction.lines import Block
from crawler.extraction.strings import comparable


@dataclass(frozen=True, slots=True)
class ConfirmationConfig:
    """When a line repeats another, and when it is believed that a stored article is complete.

    A pull quote has `quote_chars`, of the first `max_quotes` of a text; a paragraph that stands there twice by mistake `double_chars`
    (letters). A stored article confirms a line by runs of `run_words` words. It is complete with `min_words`, when it has `complete_share`
    of the text's runs and its last `end_words` end a paragraph of the text, too; then it denies a line of which it has `denied_share` at
    most.
    """

    quote_chars: tuple[int, int] = (30, 300)
    max_quotes: int = 50
    double_chars: int = 150
    run_words: int = 3
    min_words: int = 60
    complete_share: float = 0.85
    end_words: int = 5
    denied_share: float = 0.1


CONFIG = ConfirmationConfig()

_WORD = re.compile(r"\w+")
_DENIABLE = frozenset({"p", "list"})


def without_echoes(blocks: Sequence[Block]) -> list[Block]:
    """Drop pull quotes, which repeat a sentence of the text, and long paragraphs that stand there twice."""
    shortest, longest = CONFIG.quote_chars
    if not any(block.kind == "quote" for block in blocks) and len({block.text for block in blocks}) == len(blocks):
        return list(blocks)
    keys = [comparable(block.text) for block in blocks]
    tables = {at for at, block in enumerate(blocks) if block.kind == "table"}
    seen: set[str] = set()
    kept, quotes = [], 0
    for block, key in zip(blocks, keys, strict=True):
        quotes += block.kind == "quote"
        pulled = (
            block.kind == "quote"
            and quotes <= CONFIG.max_quotes
            and shortest <= len(key) <= longest
            and any(len(other) > len(key) and key in other for place, other in enumerate(keys) if place not in tables)
        )
        if not pulled and not (len(key) >= CONFIG.double_chars and key in seen):
            kept.append(block)
        seen.add(key)
    return kept


def known_share(blocks: Sequence[Block], stored: Sequence[str]) -> float:
    """Say what share of a text, by its runs of words, stands in some stored paragraphs, too."""
    words = _words(" ".join(stored))
    known = {size: _runs(words, size) for size in range(1, CONFIG.run_words + 1)}
    split = [_words(block.text) for block in blocks]
    total = sum(map(len, split))
    return sum(len(each) * _share(each, known) for each in split) / total if total else 0.0


def confirmed(blocks: Sequence[Block], stored: Sequence[str]) -> list[Block]:
    """Drop the paragraphs and lists that the article stored in the page lacks, when that is complete.

    What stands before its beginning stays, and so do headings, tables and quotations, which are often not stored. `stored` are its
    paragraphs.
    """
    words = _words(" ".join(stored))
    if len(words) < CONFIG.min_words:
        return list(blocks)
    known = {size: _runs(words, size) for size in range(1, CONFIG.run_words + 1)}
    split = [_words(block.text) for block in blocks]
    shares = [_share(each, known) for each in split]
    total = sum(map(len, split))
    ending = words[-CONFIG.end_words :]
    if sum(len(each) * share for each, share in zip(split, shares, strict=True)) < CONFIG.complete_share * total:
        return list(blocks)
    if not any(each[-CONFIG.end_words :] == ending for each in split):
        return list(blocks)
    begun, kept = False, []
    for block, share in zip(blocks, shares, strict=True):
        begun = begun or share > 1 - CONFIG.denied_share
        if not begun or share > CONFIG.denied_share or block.kind not in _DENIABLE:
            kept.append(block)
    return kept


def _words(text: str) -> list[str]:
    """Give the words of a text, case-folded."""
    return _WORD.findall(text.casefold())


def _runs(words: Sequence[str], size: int) -> set[tuple[str, ...]]:
    """Give the runs of `size` words."""
    return set(zip(*(words[at:] for at in range(size)), strict=False))


def _share(words: Sequence[str], known: dict[int, set[tuple[str, ...]]]) -> float:
    """Say what share of the runs of a line is known; a line without words is."""
    size = min(CONFIG.run_words, len(words))
    runs = _runs(words, size) if size else set()
    return sum(run in known[size] for run in runs) / len(runs) if runs else 1.0

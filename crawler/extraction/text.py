"""The article text of a page: trafilatura at the core, and around it what it lacks.

Before: blocks that are never the article are pruned. After: the lines are joined to paragraphs, and lines that repeat the headline, point
elsewhere or say who shared what are dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lxml.html import HtmlElement
from trafilatura import bare_extraction
from trafilatura.settings import DEFAULT_CONFIG, Extractor
from trafilatura.xml import xmltotxt

from crawler.extraction.confirmation import confirmed, known_share, without_echoes
from crawler.extraction.digests import without_digest
from crawler.extraction.endings import without_endings
from crawler.extraction.lines import Block, clean_blocks
from crawler.extraction.marks import hide_marks, restored
from crawler.extraction.pruning import flatten_layout_tables, merge_split_bodies, prune
from crawler.extraction.quotes import free_quotes, mark_subheads
from crawler.extraction.short import short_article
from crawler.extraction.standfirst import repeats, standfirst
from crawler.extraction.strings import clean_block


@dataclass(frozen=True, slots=True)
class TextConfig:
    """Limits of short texts, in characters.

    trafilatura doubts results under `doubted_chars` and then takes more; one `leaking_share` times as long as the marked article did. An
    article that the page stores is believed when it is `stored_share` times as long as the text, and has `known_share` of that.
    """

    doubted_chars: int = 250
    leaking_share: float = 1.5
    stored_share: float = 2.0
    known_share: float = 0.6


CONFIG = TextConfig()


def text_and_blocks(
    tree: HtmlElement,
    headlines: Sequence[str],
    *,
    names: Sequence[str] = (),
    summaries: Sequence[str] = (),
    stored: Sequence[str] = (),
) -> tuple[str, tuple[str, ...]]:
    """Extract the text of the article in a page, and its blocks as they were before lines were dropped: bylines are among those.

    The tree is changed. `headlines` are the wordings of the headline that the page knows, `names` its authors, `summaries` its descriptions
    of itself, `stored` the paragraphs of the article that it stores besides showing it.
    Returns: paragraphs separated by one blank line; rows of a list or table by a line break; and the blocks. Empty when there is none.
    """
    free_quotes(tree)
    prune(tree)
    mark_subheads(tree)
    flatten_layout_tables(tree)
    merge_split_bodies(tree)
    shown = standfirst(tree, summaries)
    stand_ins = hide_marks(tree)
    found = [Block(block.kind, restored(block.text, stand_ins)) for block in _believed(tree, _extracted(tree))]
    whole = _stored_whole(found, stored)
    blocks = clean_blocks(whole or found, headlines, names)
    blocks = without_endings(without_digest(without_echoes(blocks)), names)
    if stored and not whole:
        blocks = confirmed(blocks, stored)
    if shown and blocks and not repeats(shown, [block.text for block in blocks]):
        blocks.insert(0, Block("p", shown))
    return clean_block("\n\n".join(block.text for block in blocks)), tuple(block.text for block in found)


def _stored_whole(blocks: Sequence[Block], stored: Sequence[str]) -> list[Block]:
    """Return the article that the page stores when what it shows is only the beginning of that, or a part."""
    if sum(map(len, stored)) < CONFIG.stored_share * sum(len(block.text) for block in blocks):
        return []
    return [Block("p", line) for line in stored] if known_share(blocks, stored) >= CONFIG.known_share else []


def _believed(tree: HtmlElement, extracted: list[Block]) -> list[Block]:
    """Prefer a short article that the page marks over a result that is shorter, or that took more of the page."""
    marked = short_article(tree)
    if not marked:
        return extracted
    chars, marked_chars = (sum(len(block.text) for block in blocks) for blocks in (extracted, marked))
    return marked if chars < CONFIG.doubted_chars or chars > CONFIG.leaking_share * marked_chars else extracted


def _extracted(tree: HtmlElement) -> list[Block]:
    """Run trafilatura and give its blocks."""
    options = Extractor(config=DEFAULT_CONFIG, output_format="python", comments=False, tables=True, dedup=False)
    document: Any = bare_extraction(tree, options=options)
    if document is None:
        return []
    return list(_blocks(document.body))


def _blocks(body: Any) -> list[Block]:
    """Divide the body that trafilatura made into blocks of text."""
    blocks = []
    for child in body:
        kind = str(child.tag)
        lines = [line for line in (xmltotxt(child, False) or "").split("\n") if line.strip()]
        if kind == "table":
            blocks.append(Block(kind, "\n".join(filter(None, map(_table_row, lines)))))
        elif kind == "list":
            blocks.append(Block(kind, "\n".join(line.strip() for line in lines)))
        else:
            blocks.extend(Block(kind, " ".join(line.split())) for line in lines)
    return [block for block in blocks if block.text]


def _table_row(line: str) -> str:
    """Write a row of a table without the frame that Markdown draws around it."""
    cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
    return "" if all(set(cell) <= {"-"} for cell in cells) else " | ".join(cells).rstrip(" |")

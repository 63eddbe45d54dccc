"""The article text of a page: trafilatura at the core, and around it what it lacks.

Before: blocks that are never the article are pruned. After: the lines are joined to paragraphs, and lines that repeat the headline, point
elsewhere or say who shared what are dropped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lxml.html import HtmlElement
from trafilatura import bare_extraction
from trafilatura.settings import DEFAULT_CONFIG, Extractor
from trafilatura.xml import xmltotxt

from crawler.extraction.lines import Block, clean_blocks
from crawler.extraction.pruning import flatten_layout_tables, merge_split_bodies, prune
from crawler.extraction.short import short_article
from crawler.extraction.strings import clean_block, clean_line, comparable


@dataclass(frozen=True, slots=True)
class TextConfig:
    """Limits of the standfirst and of short texts.

    A description is looked for as a standfirst from `summary_chars` on; the first `opening_chars` letters are compared first;
    `repeated_share` of its word triples may stand in the text before it counts as a repetition. trafilatura doubts results under
    `doubted_chars` and then takes more; one `leaking_share` times as long as the marked article did.
    """

    summary_chars: int = 30
    opening_chars: int = 12
    repeated_share: float = 0.4
    doubted_chars: int = 250
    leaking_share: float = 1.5


CONFIG = TextConfig()

_JOINERS = "\u200c\u200d"


def text_and_blocks(
    tree: HtmlElement, headlines: Sequence[str], *, names: Sequence[str] = (), summaries: Sequence[str] = ()
) -> tuple[str, tuple[str, ...]]:
    """Extract the text of the article in a page, and its blocks as they were before lines were dropped: bylines are among those.

    The tree is changed. `headlines` are the wordings of the headline that the page knows, `names` its authors, `summaries` its descriptions
    of itself.
    Returns: paragraphs separated by one blank line; rows of a list or table by a line break; and the blocks. Empty when there is none.
    """
    prune(tree)
    flatten_layout_tables(tree)
    merge_split_bodies(tree)
    stand_ins = _hide_joiners(tree)
    shown = standfirst(tree, [_replaced(summary, stand_ins) for summary in summaries])
    found = _believed(tree, _extracted(tree))
    blocks = clean_blocks(
        found,
        [_replaced(line, stand_ins) for line in headlines],
        [_replaced(name, stand_ins) for name in names],
    )
    if shown and blocks and not _repeats(shown, blocks):
        blocks.insert(0, Block("p", shown))
    text = "\n\n".join(block.text for block in blocks)
    joiners = {stand_in: joiner for joiner, stand_in in stand_ins.items()}
    return clean_block(_replaced(text, joiners)), tuple(_replaced(block.text, joiners) for block in found)


def standfirst(tree: HtmlElement, summaries: Sequence[str]) -> str | None:
    """Find the lead paragraph that stands apart from the text: an element that shows, word for word, how the page describes itself.

    trafilatura often leaves it behind with the header of the page.
    """
    wanted = {key for summary in summaries if len(key := comparable(summary)) >= CONFIG.summary_chars}
    openings = {key[: CONFIG.opening_chars] for key in wanted}
    for element in tree.iter("p", "div", "h2", "h3", "h4", "span", "strong", "section") if wanted else ():
        if len(element) > 3:
            continue
        opening = element.text if element.text and element.text.strip() else element[0].text if len(element) else None
        if not opening or comparable(opening[:80])[: CONFIG.opening_chars] not in openings:
            continue
        line = clean_line("".join(element.itertext()))
        if line and comparable(line) in wanted:
            return line
    return None


def _repeats(line: str, blocks: Sequence[Block]) -> bool:
    """Say whether most of a line stands in the text already."""
    words = line.split()
    runs = {" ".join(words[at : at + 3]) for at in range(max(1, len(words) - 2))}
    text = " ".join(" ".join(block.text for block in blocks).split())
    return sum(run in text for run in runs) >= CONFIG.repeated_share * len(runs)


def _replaced(text: str, replacements: Mapping[str, str]) -> str:
    """Replace each key in a text by its value."""
    for old, new in replacements.items():
        text = text.replace(old, new)
    return text


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


def _hide_joiners(tree: HtmlElement) -> dict[str, str]:
    """Put letters that are not on the page in the place of ZWNJ and ZWJ, which trafilatura deletes.

    Returns: the stand-in of each.
    """
    text = tree.text_content()
    present = [joiner for joiner in _JOINERS if joiner in text]
    # letters of Linear A (Unicode chapter 8.1): printable, of no case, and on a page about Linear A another of the 300
    free = (chr(code) for code in range(0x10600, 0x10737) if chr(code) not in text)
    stand_ins = {joiner: next(free) for joiner in present}
    for element in tree.iter() if stand_ins else ():
        for joiner, stand_in in stand_ins.items():
            if element.text and joiner in element.text:
                element.text = element.text.replace(joiner, stand_in)
            if element.tail and joiner in element.tail:
                element.tail = element.tail.replace(joiner, stand_in)
    return stand_ins

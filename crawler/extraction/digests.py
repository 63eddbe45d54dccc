"""Digests in points that stand between the headline and the article, and repeat it: those that machines write."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from crawler.extraction.lines import Block


@dataclass(frozen=True, slots=True)
class DigestsConfig:
    """A digest begins in the first `blocks`, with a title of at most `title_chars` characters."""

    blocks: int = 5
    title_chars: int = 80


CONFIG = DigestsConfig()

# a digest in points above the article repeats it; those that editors write (`Key points`) are part of it
_DIGEST = re.compile(
    r"""(?:kort\s+fortalt|kortversjonen|kort\s+sagt|(?:kort\s+)?oppsummer(?:t|ing)|sammendrag|kort\s+sammanfattning|sammanfattning|kort\s+om\s+saken|tiivistelmä)\W*$
    |.{0,40}\b(?:summary|summari[sz]ed|overview|recap|takeaways|zusammenfassung|zusammengefasst|résumé|resumen|riassunto|samenvatting|özeti?)\b.{0,40}\b(?:ai|ki|ia|artificial|künstliche|artificielle|yapay)\b.{0,40}$
    |.{0,40}\b(?:ai|ki|ia|yapay\s+zek[aâ])\b.{0,30}\b(?:summary|overview|recap|takeaways|zusammenfassung|résumé|resumen|riassunto|samenvatting|özeti?)\b.{0,40}$
    |.{0,20}(?:ملخص|خلاصة|خلاصه|סיכום|תקציר).{0,30}(?:ذكاء|هوش\s+مصنوعی|AI|בינה).{0,30}$""",
    re.IGNORECASE | re.VERBOSE,
)


def without_digest(blocks: Sequence[Block]) -> list[Block]:
    """Drop a digest near the beginning: its title and the list under it."""
    for at, block in enumerate(blocks[: CONFIG.blocks]):
        titled = block.kind in ("p", "head") and len(block.text) <= CONFIG.title_chars
        if titled and at + 1 < len(blocks) and blocks[at + 1].kind == "list" and _DIGEST.match(block.text):
            return [*blocks[:at], *blocks[at + 2 :]]
    return list(blocks)

"""What newsrooms write under an article: who its author is, what its readers may do next, how much of it is still to be paid for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from crawler.extraction.lines import Block
from crawler.extraction.phrases import TEASERS, folded
from crawler.extraction.strings import comparable


@dataclass(frozen=True, slots=True)
class EndingsConfig:
    """How many of the last blocks may be no article, and how long such a block is (characters)."""

    blocks: int = 3
    appeal_chars: int = 320
    bio_chars: int = 500
    teaser_chars: int = 240
    min_name_chars: int = 6


CONFIG = EndingsConfig()

# requests to the reader, in the imperative or as a question about this very article
_APPEAL = re.compile(
    r"""\b(?:sign\s+up|subscribe|register)\b.{0,120}\b(?:inbox|for\s+free|free\s+(?:daily|weekly)|daily|weekly|our\s+(?:\w+\s+)?newsletters?)\b
    |\b(?:did\s+you|do\s+you|have\s+you|are\s+you)\s+(?:like|find|enjoy(?:ed|ing)?|spot(?:ted)?|have\s+a\s+(?:story|tip|question))\b.{0,60}\b(?:article|story|error|mistake|share|content)\b|^enjoying\b.{0,60}\?$
    |\bwhat\s+do\s+you\s+think\b.{0,60}\b(?:comments?|know|below)\b|\blet\s+us\s+know\b.{0,60}\b(?:comments?|below|e-?mail)\b
    |^(?:send|e-?mail|contact|write\s+to|reach)\s+(?:us|the\s+(?:author|reporter|writer|editor|newsroom))\b|\b(?:letters?|feedback)\s+to\s+the\s+editor\b.{0,60}@
    |\bhat\s+(?:ihnen|dir|euch)\s+(?:dieser|der)\s+(?:artikel|beitrag|text)\b|\bsenden\s+sie\s+uns\b|\bschreiben\s+sie\s+uns\b|\bihre\s+meinung\s+ist\s+uns\b|\bnewsletter\b.{0,60}\b(?:anmelden|abonnieren|informiert\s+sie)\b
    |\b(?:cet\s+article|l['’]article)\s+vous\s+a\b|\bécrivez-nous\b|\bdonnez-nous\s+votre\s+avis\b|\b(?:recevez|inscrivez-vous)\b.{0,80}\b(?:newsletter|lettre|mail|infolettre)\b
    |\ble\s+(?:ha\s+)?gust(?:ó|ado)\s+est[ea]\b|\bescríb[ae]nos\b|\bsuscríbete\b.{0,80}\b(?:newsletter|boletín)\b|\bti\s+è\s+piaciuto\b|\biscriviti\b.{0,80}\bnewsletter\b
    |\b(?:bu\s+haberi|yazıyı|haberi)\s+(?:beğendiniz\s+mi|nasıl\s+buldunuz)\b|\b(?:görüş|yorum|öneri)lerinizi\b.{0,60}\b(?:bekliyoruz|yaz[ıi]n|paylaş[ıi]n|bildirin)\b|\bbültenimize\b.{0,40}\b(?:kaydol|abone)
    |\bما\s+رأيك(?:م)?\b|\bهل\s+أعجبك\b|\bشارك(?:نا|ونا)\s+(?:رأيك|برأيك|آراءكم|بتعليق)|\bاشترك(?:وا)?\s+(?:في|ب)\S*\s+(?:النشرة|نشرتنا|نشرة|قناتنا)|\bراسلونا\b
    |\bنظر(?:تان)?\s+(?:شما|خود)\s+(?:را\s+)?(?:چیست|بنویسید|با\s+ما)|\bدر\s+(?:خبرنامه|کانال)\b.{0,40}\b(?:عضو\s+شوید|بپیوندید)
    |\bמה\s+דעתכם\b|\bנהנית(?:ם)?\s+מהכתבה\b|\bכתבו\s+לנו\b|\bטעינו\s*\?|\bמצאתם\s+טעות\b""",
    re.IGNORECASE | re.VERBOSE,
)
# after an author's name: what he is or does
_ROLE = re.compile(
    r"""^[\s,:|–—-]*(?:[’']s\s+(?:(?:latest|new|first|next)\s+)?(?:book|novel)|is|was|covers?|writes?|reports?|joined|has|works|ist|war|schreibt|arbeitet|berichtet|est|couvre|écrit|es|escribe|è|scrive
    |are|is\s+on|muhabir|yazar|gazeteci|صحفي|صحافي|كاتب|كاتبة|باحث|باحثة|مراسل|روزنامه‌?نگار|خبرنگار|نویسنده|הוא|היא|כתב|כתבת)(?=$|\W)""",
    re.IGNORECASE | re.VERBOSE,
)
_ADDRESS = re.compile(
    r"^\W*(?:e-?mail\s*:?\s*)?(?:[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}|@\w{2,30}|(?:https?://)?(?:www\.)?(?:twitter|x|facebook|instagram|linkedin|t)\.(?:com|me)/\S{1,80})\W*$",
    re.IGNORECASE,
)


def without_endings(blocks: Sequence[Block], names: Sequence[str] = ()) -> list[Block]:
    """Drop what announces the paid rest, and from the last blocks lives and addresses of authors (`names`) and requests to readers."""
    phrases = _teasers_in(blocks)
    kept = [block for block in blocks if not phrases or block.kind == "table" or not _is_teaser(block.text, phrases)]
    keys = [key for name in names if len(key := comparable(name)) >= CONFIG.min_name_chars]
    for at in range(len(kept) - 1, max(0, len(kept) - 1 - CONFIG.blocks), -1):
        if kept[at].kind not in ("table", "quote") and _is_ending(kept[at].text, names, keys):
            del kept[at]
    return kept


def _teasers_in(blocks: Sequence[Block]) -> list[str]:
    """List the phrases, if any, by which some blocks announce that the rest of the article is sold."""
    text = folded("\n".join(block.text for block in blocks if len(block.text) <= CONFIG.teaser_chars))
    return [phrase for phrase in TEASERS if phrase in text]


def _is_teaser(line: str, phrases: Sequence[str]) -> bool:
    """Say whether a line has one of these phrases and not much else."""
    if len(line) > CONFIG.teaser_chars:
        return False
    line = folded(line)
    return any(phrase in line for phrase in phrases)


def _is_ending(line: str, names: Sequence[str], keys: Sequence[str]) -> bool:
    """Say whether a last line is about the author, his address, or a request to the reader."""
    if len(line) <= CONFIG.appeal_chars and (_APPEAL.search(line) or _ADDRESS.match(line)):
        return True
    if len(line) > CONFIG.bio_chars or not any(comparable(line[:80]).startswith(key) for key in keys):
        return False
    return any(line.casefold().startswith(name.casefold()) and _ROLE.match(line[len(name) :]) is not None for name in names)

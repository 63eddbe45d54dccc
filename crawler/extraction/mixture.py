"""The languages of a text that is written in more than one: by paragraph.

Most texts are in one language, and must not pay for the others: a paragraph is looked at closely only when its script, or its commonest
words, are not those of the text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from crawler.extraction.language import base_language, detect_language, script_of
from crawler.extraction.language_words import word_points
from crawler.extraction.told import Told


@dataclass(frozen=True, slots=True)
class MixtureConfig:
    """When a text is mixed, and how sure its language is.

    `min_share`: share of the characters that a language needs to be named; below stand quotations. `paragraph_chars`: shorter paragraphs
    are names, labels and headings, and are taken for the language of the text. `looked_at_chars`: where the words of a paragraph are looked
    at. `max_chars`: how much of a text is read. `min_points`: words of another language that make a paragraph suspicious. From
    `sentence_chars` on a text is as long as the sentences of `benchmarks/language.py`, of which .99 are told right (`sure`); shorter ones
    are heads of five words (`head`); of a text of hardly any letters the page's claim is believed (`claimed`: 129 of 135 real pages that
    claim a language are right).
    """

    min_share: float = 0.1
    paragraph_chars: int = 60
    looked_at_chars: int = 160
    max_chars: int = 40_000
    min_points: int = 3
    sentence_chars: int = 60
    sure: float = 0.99
    head: float = 0.97
    claimed: float = 0.95


CONFIG = MixtureConfig()


@dataclass(frozen=True, slots=True)
class Languages:
    """The main language of a text with its evidence, and the share of each language when it is mixed, largest first, else nothing."""

    main: Told[str] | None
    shares: Mapping[str, float] = field(default_factory=dict)


def read_languages(title: str | None, text: str, claimed: str | None = None) -> Languages:
    """Tell the languages of an article.

    `text` has its paragraphs on lines of their own; `claimed` is what the page says. `main` is the language of the largest share; None when
    there is hardly a letter.
    """
    whole = f"{title or ''}\n{text}"
    main = detect_language(whole, claimed)
    if main is None:
        return Languages(None)
    letters = sum(map(str.isalpha, whole[: CONFIG.sentence_chars * 2]))
    if letters < 6 and base_language(claimed) == main:
        return Languages(Told(main, "claim", CONFIG.claimed))
    confidence = CONFIG.sure if letters >= CONFIG.sentence_chars else CONFIG.head
    shares = _shares(text[: CONFIG.max_chars], main)
    if len(shares) < 2:
        return Languages(Told(main, "text", confidence))
    return Languages(Told(next(iter(shares)), "text", confidence), shares)


def _shares(text: str, main: str) -> dict[str, float]:
    """Measure the share of each language that has enough of a text, largest first."""
    chars: dict[str, int] = {main: 0}
    script = script_of(text)
    for paragraph in text.split("\n"):
        language = main
        if len(paragraph) >= CONFIG.paragraph_chars and _is_suspicious(paragraph, main, script):
            language = detect_language(paragraph) or main
        chars[language] = chars.get(language, 0) + len(paragraph)
    total = sum(chars.values())
    if len(chars) == 1 or not total:
        return {}
    found = {name: round(count / total, 3) for name, count in chars.items() if count >= CONFIG.min_share * total}
    return dict(sorted(found.items(), key=lambda pair: pair[1], reverse=True))


def _is_suspicious(paragraph: str, main: str, script: str | None) -> bool:
    """Say whether a paragraph may be in another language than its text."""
    start = paragraph[: CONFIG.looked_at_chars]
    own_script = "latin" if start.isascii() else script_of(start)
    if own_script not in (script, "latin"):
        return True
    points = word_points(start)
    if not points:  # names in Latin letters are in no language
        return False
    best = max(points, key=lambda name: points[name])
    own = points.get("ku" if main == "kmr" else main, 0)
    return best != main and points[best] >= CONFIG.min_points and points[best] > 2 * own

"""Fold text of any script to comparable tokens: the one normaliser that search, deduplication and tagging share.

Two levels, both pure and both idempotent:

- `normalize` / `tokens`: for hashing and comparing. Only spelling differences that a reader does not notice are folded.
- `index_text` / `query_terms` / `token_spans`: for search. The same, and Arabic article stacks are stripped, so that a query without the
  article finds the word with it. Text and query go through the same function, so an over-eager strip costs precision, never a match.

How it works. Every code point is folded by itself through one table (`str.translate`), so that folding a text and folding its pieces give
the same result; that is what lets `token_spans` point back into the original. Only two rules look at neighbours: quotation marks inside
Hebrew words, and the final canonical composition.

Decisions, with their sources:

- Compatibility forms (Arabic presentation forms, full-width Latin, ligatures) are folded as by NFKC, then case is folded (Unicode Standard
  Annex #15; The Unicode Standard, section 3.13 "Default Case Algorithms"). Dotted and dotless i (İ, I, ı, i) become one letter, because
  Turkish and other Latin text share one index and case folding without a language cannot keep them apart (Unicode `SpecialCasing.txt`).
- Combining marks of Latin, Greek, Cyrillic, Hebrew (niqqud, cantillation) and Arabic (harakat, superscript alef, Quranic signs) are
  dropped; marks of other scripts are vowels and stay.
- The hamza is a combining mark in the decomposition of its carriers (أ = ا + U+0654, ؤ = و + U+0654, ئ = ي + U+0654: UAX #15), so the
  composed and the decomposed spelling both give the bare carrier: أإآ→ا, ؤ→و, ئ→ي. A lone ء is a letter and stays. ى→ي and ة→ه follow
  Larkey, Ballesteros & Connell, "Light Stemming for Arabic Information Retrieval" (in Soudi et al., Arabic Computational Morphology,
  Springer 2007, section 12.3); so do the prefixes stripped for the index, less the bare و, which is too often a root letter.
- Persian and Kurdish ی→ي, ک→ك and the heh family ۀ ە ہ ھ→ه are one letter each written on different keyboards (the same decision as
  Lucene's Persian and Sorani normalisers describe). Letters that Kurdish really tells apart (ێ ۆ ڕ ڵ) stay.
- Digits of every script become ASCII (Unicode property Numeric_Type=Decimal).
- Invisible format characters (ZWNJ, ZWJ, bidi marks, soft hyphen) vanish, so می‌شود = میشود; only ZERO WIDTH SPACE separates words, as in
  Unicode Standard Annex #29.
- Tokens are runs of letters, digits and kept marks. An apostrophe separates (Erdoğan'ın → erdogan, in; Iraq's → iraq, s); inside a Hebrew
  word quotation marks are geresh and gershayim and join (צה״ל → צהל). Unlike UAX #29, `.` and `,` between digits separate.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

# Letters that canonical and compatibility decomposition leave alone.
_LETTERS = {
    # Latin letters with a stroke, and the dotless i
    "ı": "i", "ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ŧ": "t", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th",
    # transliterated ayn and hamza (Saʿūd, Qurʾān): readers type the word without them
    "ʿ": "", "ʾ": "", "ʻ": "", "ʼ": " ",
    # Arabic script
    "ٱ": "ا", "ٲ": "ا", "ٳ": "ا", "\u0674": "", "ى": "ي", "ی": "ي", "ے": "ي", "ة": "ه", "ۃ": "ه", "ە": "ه", "ہ": "ه", "ھ": "ه",
    "ک": "ك", "ڪ": "ك", "\u0640": "", "\u06e5": "", "\u06e6": "",
    # Hebrew final letters and the digraphs of Yiddish keyboards
    "ך": "כ", "ם": "מ", "ן": "נ", "ף": "פ", "ץ": "צ", "װ": "וו", "ױ": "וי", "ײ": "יי",
}  # fmt: skip

# Blocks whose non-spacing marks are dropped: diacritics, Cyrillic, Hebrew, Arabic, Syriac, and the variation selectors.
_DROPPED_MARKS = (
    (0x0300, 0x036F), (0x0483, 0x0489), (0x0591, 0x05C7), (0x0610, 0x061A), (0x064B, 0x065F), (0x0670, 0x0670), (0x06D6, 0x06ED),
    (0x0711, 0x074A), (0x0898, 0x08FF), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0xFB1E, 0xFB1E), (0xFE00, 0xFE0F),
    (0xFE20, 0xFE2F), (0xE0100, 0xE01EF),
)  # fmt: skip

# Format characters that separate what they stand between: ZERO WIDTH SPACE and the signs that enclose or precede a number.
_SEPARATORS = frozenset("\u200b\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2")

_HEBREW = "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u05d0-\u05f2\ufb1d-\ufb4f"
# A geresh, or an apostrophe in its place, belongs to the letter before it. Gershayim stand before the last letter of an acronym; the ASCII
# mark in their place is believed only when at most three letters follow (מנכ"לית), because ב"הארץ" is a prefix and a quotation.
# The mark itself comes first in the pattern, because a search for one of a few characters is fast and a look back at each is not.
_HEBREW_QUOTES = re.compile(
    f"[\u05f4\u05f3'’‘´`\"“”„](?<=[{_HEBREW}].)(?:(?<=[\u05f4\u05f3'’‘´`])(?=[{_HEBREW}])|(?<=[\"“”„])(?=[{_HEBREW}]{{1,3}}(?![{_HEBREW}])))"
)

# Article stacks, repeated so that ألماني and الألماني meet; at least three letters must remain. لل is ل + ال, except before names that
# themselves begin with ل: there only the preposition goes (للبنان → لبنان).
_LAM_NAMES = ("لبنان", "ليبي", "لندن")
_AFTER_LAM = "|".join(name[1:] for name in _LAM_NAMES)
# Words that begin with ال and have no article; the hamza that tells them apart (ألفريد, إلغاء) is folded away by then, and often not typed.
# What follows their ال:
_WITHOUT_ARTICLE = (
    "مان(?:يا|ي|يه|يين|يون)?|بان(?:يا|ي|يه)|ياس|فريد|برتو?|كس(?:ا|اندر|اندرا|ندر[اه]?)?|يزابيث|يزا|ينا|يسا|فونسو?"
    "|عاب|وان|غام|حان|قاب|فاظ|تون|ماس|ماز|سا|اسكا|غاء|زام(?:ي|يه)?|قاء|كترون(?:ي|يه|يا)?"
    "|تزام(?:ات)?|تق[يت]|تقاء|تهاب|تماس|تحاق|تفاف|تباس"
)
_ARTICLES = re.compile(
    f"(?:(?<= )|^)(?:(?:[وف]?(?:ب?ال(?!(?:{_WITHOUT_ARTICLE})\\b)|لل(?!{_AFTER_LAM})|ل(?={'|'.join(_LAM_NAMES)}))|كال)(?=[^\\W\\d_]{{3}}))+"
)

_CHUNK = re.compile(r"\S+")
_ASCII_RUN = re.compile(r"[0-9A-Za-z]+")
# What usually clings to a word and never joins it: lets `token_spans` leave the slow path. Quotation marks are not among them.
_OUTER_PUNCTUATION = ".,;:!?()[]«»،؛؟–—…"


def _is_dropped_mark(char: str) -> bool:
    """Say whether a combining mark carries nothing that two spellings of a word share."""
    category = unicodedata.category(char)
    if category == "Me":
        return True
    code = ord(char)
    return category == "Mn" and any(low <= code <= high for low, high in _DROPPED_MARKS)


def _fold_once(text: str) -> str:
    """Apply every rule to each character of a short string once."""
    folded: list[str] = []
    for char in unicodedata.normalize("NFKD", text):
        category = unicodedata.category(char)
        if category == "Nd":
            folded.append(str(unicodedata.decimal(char)))
        elif _is_dropped_mark(char):
            continue
        elif char in _LETTERS:
            folded.append(_LETTERS[char])
        elif category[0] in "LNM":
            folded.append(unicodedata.normalize("NFKD", char.casefold()))
        elif category != "Cf" or char in _SEPARATORS:
            folded.append(" ")
    return "".join(folded)


class _FoldTable(dict[int, str]):
    """The table for `str.translate`, filled as characters are met: a news corpus uses a few hundred of the million."""

    def __missing__(self, code: int) -> str:
        """Fold a code point until nothing changes, which makes the whole normaliser idempotent."""
        folded = chr(code)
        while (again := _fold_once(folded)) != folded:
            folded = again
        self[code] = folded
        return folded


_TABLE = _FoldTable()


def folded(char: str) -> str:
    """Return what one character is folded to: nothing, one or more letters, or a space where it separates."""
    return _TABLE[ord(char)]


def _compose(text: str) -> str:
    """Compose what the table took apart and did not drop (Hangul, kana). News of the region needs none of it, so look first."""
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def normalize(text: str) -> str:
    """Fold a text to tokens separated by single spaces, for hashing and comparing.

    `text` is any string, lone surrogates and control characters included (they separate). Returns a string that `normalize` leaves as it
    is; empty when there is no letter or digit. Never raises.
    Source: see the module.
    """
    return _compose(" ".join(_HEBREW_QUOTES.sub("", text).translate(_TABLE).split()))


def tokens(text: str) -> list[str]:
    """Return the tokens of `normalize`, in order."""
    return normalize(text).split()


def index_text(text: str) -> str:
    """Fold a text as it is indexed for search: `normalize`, then Arabic article stacks stripped.

    ال وال فال بال وبال كال لل ولل go when at least three letters remain. Single-letter proclitics stay, because they cannot be told from
    a root letter without a dictionary: لبنان must not become بنان.
    Source: Larkey et al. 2007 (light10), see the module.
    """
    return index_normalized(normalize(text))


def index_normalized(normalized: str) -> str:
    """Fold what `normalize` gave as `index_text` folds the text itself."""
    return normalized if normalized.isascii() else _ARTICLES.sub("", normalized)


def query_terms(text: str) -> list[str]:
    """Return the words of a query, folded exactly as `index_text` folds the text they are looked for in."""
    return index_text(text).split()


def token_spans(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, token) for every token of `index_text`, in order, so that a match can be marked in the original.

    `start` and `end` are character offsets into `text`, half open; marks that belong to the last letter are inside. One character may
    hold several tokens (ﷺ): they share its span.
    """
    for chunk in _CHUNK.finditer(text):
        offset = chunk.start()
        for start, end, token in spans_of_word(chunk.group()):
            yield offset + start, offset + end, token


@lru_cache(maxsize=65_536)
def spans_of_word(word: str) -> tuple[tuple[int, int, str], ...]:
    """Return the spans of a chunk without white space; kept, because most words of a text have been met before."""
    return tuple(_find_spans(word))


def _find_spans(word: str) -> Iterator[tuple[int, int, str]]:
    if word.isascii():
        for run in _ASCII_RUN.finditer(word):
            yield run.start(), run.end(), run.group().lower()
        return
    bare = word.strip(_OUTER_PUNCTUATION)
    folded = bare.translate(_TABLE) if bare.isalnum() else ""
    if folded and " " not in folded:
        start = word.index(bare)
        yield start, start + len(bare), _as_indexed(folded)
    else:
        yield from ((start, end, _as_indexed(token)) for start, end, token in _spans_in_chunk(word))


def _as_indexed(token: str) -> str:
    """Finish one folded token as `index_text` finishes a text of them."""
    token = _compose(token)
    return _ARTICLES.sub("", token) if "ا" in token or "ل" in token else token


def _spans_in_chunk(chunk: str) -> Iterator[tuple[int, int, str]]:
    """Walk a chunk without white space character by character; yield its folded tokens with their offsets."""
    joined = {match.start() for match in _HEBREW_QUOTES.finditer(chunk)}
    start, end, token = 0, 0, ""
    for position, char in enumerate(chunk):
        if position in joined:
            continue
        folded = _TABLE[ord(char)]
        if not folded and token and end == position and unicodedata.category(char) in {"Mn", "Me", "Lm"}:
            end = position + 1
        for piece in folded:
            if piece == " ":
                if token:
                    yield start, end, token
                token = ""
                continue
            if not token:
                start = position
            token += piece
            end = position + 1
    if token:
        yield start, end, token

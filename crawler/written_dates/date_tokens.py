"""Cut a written date into tokens of known kinds: numbers, months, weekdays, clock times, zones, words that may stand in a date.

Source: Unicode CLDR for the words.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from crawler.month_names import HEBREW_MONTHS, HIJRI_MONTHS, JALALI_MONTHS, MONTHS, bare_month
from crawler.written_dates.date_words import FILLERS, HALVES, PUBLISHED, UPDATED, WEEKDAYS, ZONES
from crawler.written_dates.date_zones import named_zone

_TOKEN = re.compile(
    r"(?P<zone>@[A-Za-z_]+(?:/[A-Za-z_]+)?)"
    r"|\^(?P<hebrew>5\d{3}-\d{1,2}-\d{1,2})"
    r"|\^(?P<weekday>\d)"
    r"|(?P<numeric>\d{1,4}(?P<sep>\s?[-/.]\s?)\d{1,2}(?P=sep)\d{1,4}(?!\d))"
    r"|(?P<clock>\d{1,2}\s?:\s?\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?!\d)|\d{1,2}\s?h\s?\d{2}(?:\s?min|mn)?(?!\w)"
    r"|(?:[01]\d|2[0-3])[0-5]\d(?=(?:gmt|utc|\s?hrs)\b))"
    r"|(?P<dotted>\d{1,2}\.\d{2}(?![\d.]))"
    r"|(?P<offset>[+-]\d{1,2}(?::?\d{2})?(?![\d.:/]))"
    r"|(?P<number>\d+)(?:(?:st|nd|rd|th|ers?|eme|e|an|ي|h(?=\s|$))(?![^\W_])|'[^\W\d]{1,4})?"
    r"|(?P<word>[^\W\d]+(?:[.'\"][^\W\d]+)*'?)"
    r"|(?P<plain>[\s,|/•·()\[\]:;.\-<>«»●\"'*_~›▪∙⋅‧¦\u2600-\u27bf\U0001f300-\U0001faff]+)"
    r"|(?P<other>.)"
)

_TUESDAY_OR_MARCH = "mar"  # French and Spanish print both so
_AMERICAN_ZONES = {"et": "America/New_York", "ct": "America/Chicago", "mt": "America/Denver", "pt": "America/Los_Angeles"}  # after am or pm


class Token(NamedTuple):
    """A piece of a written date; `kind` is one letter.

    D numeric date, N number of one or two digits, Y year, M month, C clock, c clock with a point, A half of the day, Z zone, O offset,
    W weekday, P published, U updated, F filler, X unknown.
    """

    kind: str
    text: str
    value: object = None


def tokens_of(folded: str) -> list[Token]:
    """Cut a folded string into tokens of known kinds; punctuation falls."""
    tokens: list[Token] = []
    for found in _TOKEN.finditer(folded):
        kind, text = found.lastgroup or "", found[0]
        if kind == "plain":
            continue
        tokens.append(_classified(kind, text, found, tokens[-1].kind if tokens else ""))
    if len(tokens) > 2 and tokens[0].text == _TUESDAY_OR_MARCH and any(token.kind == "M" for token in tokens[2:]):
        tokens[0] = Token("W", tokens[0].text, 1)
    return tokens


def _classified(kind: str, text: str, found: re.Match[str], before: str) -> Token:
    match kind:
        case "zone":
            zone = named_zone(text[1:]) if "/" in text or text == "@UTC" else None
            return Token("Z", text, zone) if zone else Token("X", text)
        case "weekday":
            return Token("W", text, int(found["weekday"]))
        case "hebrew":
            return Token("D", text)
        case "numeric" | "sep":
            return Token("D", text)
        case "clock":
            return Token("C", text)
        case "dotted":
            return Token("c", text)
        case "offset":
            if before not in ("C", "A", "Z", "c", "O"):  # a hyphen: ב-5 במאי
                return Token({2: "N", 3: "N", 5: "Y"}.get(len(text), "X"), text[1:])
            return Token("O", text)
        case "number":
            digits = found["number"]
            if text == f"{digits}h" and len(digits) <= 2:
                return Token("C", f"{digits}:00")
            return Token("N" if len(digits) <= 2 else "Y" if len(digits) == 4 else "X", digits)
        case "word":
            return _word(text, before)
    return Token("X", text)


def _word(text: str, before: str) -> Token:
    """Say what kind of word this is; `before` is the kind of the token before it."""
    bare = text.strip(".'")
    if bare in ("م", "ب"):  # after noon, or of the Christian era
        return Token("A" if before in ("C", "N", "c") and bare == "م" else "F", text, "pm")
    if before in ("C", "N", "c", "D", "Y", "A", "F", "") and (half := HALVES.get(bare)):
        return Token("A", text, half)
    if before == "A" and bare in _AMERICAN_ZONES:
        return Token("Z", text, named_zone(_AMERICAN_ZONES[bare]))
    if months := _months(bare):
        return Token("M", text, months)
    if bare in WEEKDAYS and bare not in ZONES:
        return Token("W", text, WEEKDAYS[bare])
    if bare in ZONES:
        return Token("Z" if before not in ("N", "M") else "F", text, ZONES[bare])
    if bare in PUBLISHED:
        return Token("P", text)
    if bare in UPDATED:
        return Token("U", text)
    return Token("F" if bare in FILLERS or text in FILLERS else "X", text)


@lru_cache(maxsize=2048)
def _months(name: str) -> tuple[int, int, int, int] | None:
    """Return which month a name is in the Gregorian, Jalali, Hijri and Hebrew calendar, 0 where it is none; None for no month at all."""
    name = name.removeprefix("d'").removeprefix("l'").removesuffix("ماه")
    numbers = (
        bare_month(name, MONTHS),
        JALALI_MONTHS.get(name, 0) or bare_month(name, JALALI_MONTHS),
        HIJRI_MONTHS.get(name, 0),
        _hebrew_month(name),
    )
    return numbers if any(numbers) else None


def _hebrew_month(name: str) -> int:
    return HEBREW_MONTHS.get(name) or (HEBREW_MONTHS.get(name[1:], 0) if name[:1] in "בל" else 0)

"""The one door that every text passes before it is kept: what no database, export or screen can bear is taken out.

NUL is refused by PostgreSQL, lone surrogates by every encoder, bidi overrides reorder what a reader sees. Everything with meaning stays:
ZWNJ and ZWJ shape Persian words, LRM and RLM place punctuation in right-to-left text.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from storage.errors import BadRecord


@dataclass(frozen=True, slots=True)
class GateConfig:
    """The limits of the gate.

    `max_marks`: combining marks kept in a row. Source: Unicode Standard Annex #15, section 13 'Stream-Safe Text Format' (30 is far beyond
    any real spelling). Sorting a run of 100,000 marks takes `unicodedata.normalize` 30 s, because its cost is quadratic in the run.
    `max_depth`: nesting kept in JSON-ready values; `json` itself gives up near 1,000.
    """

    max_marks: int = 30
    max_depth: int = 50


CONFIG = GateConfig()

# Line breaks by another name: stripping them would glue two words together.
_LINE_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_UNWANTED = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff\u202a-\u202e\u2066-\u2069]")
# Marks are no word characters, so that this finds every long run of them, and little else.
_LONG_RUN = re.compile(rf"\W{{{CONFIG.max_marks + 1},}}")


def clean(text: str) -> str:
    """Return the text as it may be kept; the same text again when it was clean.

    Removed: C0 and C1 controls but newline and tab, lone surrogates, U+FEFF, bidi embeddings, overrides and isolates (U+202A-202E,
    U+2066-2069), combining marks beyond `GateConfig.max_marks` in a row. Other line breaks become a newline. The result is in NFC.
    """
    text = _LINE_BREAKS.sub("\n", text)
    text = _UNWANTED.sub("", text)
    text = _LONG_RUN.sub(_shorten_marks, text)
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def clean_optional(text: str | None) -> str | None:
    """Clean a text that may be unknown; a text of which nothing is left is unknown too."""
    if text is None:
        return None
    return clean(text).strip() or None


def clean_value(value: Any) -> Any:
    """Clean every text, keys too, in a JSON-ready value; mappings become dicts, sequences lists.

    NaN and the infinities, which JSON has no word for, become their names. Raises: BadRecord for what JSON cannot carry, and for nesting
    deeper than `GateConfig.max_depth`.
    """
    return _clean_value(value, CONFIG.max_depth)


def _clean_value(value: Any, depth: int) -> Any:
    if depth < 0:
        raise BadRecord(f"a value is nested more than {CONFIG.max_depth} levels deep")
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, Mapping):
        return {clean(str(key)): _clean_value(item, depth - 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean_value(item, depth - 1) for item in value]
    raise BadRecord(f"a value of type {type(value).__name__} has no form in JSON")


def _shorten_marks(run: re.Match[str]) -> str:
    """Drop the combining marks of a run beyond the limit."""
    kept: list[str] = []
    in_a_row = 0
    for char in run.group():
        in_a_row = in_a_row + 1 if unicodedata.combining(char) else 0
        if in_a_row <= CONFIG.max_marks:
            kept.append(char)
    return "".join(kept)

"""How often the language of a sentence, and of its first five words, is told right: on text that no rule was made from.

Texts are found, not shipped: the message catalogues of the system (`/usr/share/locale/*/LC_MESSAGES/*.mo`: sentences of hundreds of
translators, technical, with foreign words in them) and the bodies of the labelled pages of `DRAGOMAN_QUALITY_DATA`.

Run: python benchmarks/language.py
"""

from __future__ import annotations

import gettext
import json
import os
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from crawler.extraction.language import detect_language

LOCALES = Path("/usr/share/locale")
DATA = Path(os.environ.get("DRAGOMAN_QUALITY_DATA") or Path(__file__).parents[1] / ".." / "shared" / "data").resolve()
CODES = {"ar": "ar", "fa": "fa", "he": "he", "tr": "tr", "fr": "fr", "az": "az", "ur": "ur", "ckb": "ckb", "ku": "kmr"}
HEAD_WORDS, MAX_SENTENCES = 5, 600

_MARKUP = re.compile(r"<[^>]+>|%\(\w+\)\S|%\S|\{[^}]*\}|https?:\S+|&\w+;|[_&]")
_ENDS = re.compile(r"(?<=[.!?؟۔])\s+")
# options, commands and file names: no sentence of any language
_CODE = re.compile(r"--?[a-z]|[\[\]<>|=/\\]|\.\w{1,4}\b|\b\w+\(\)|\b[0x]{2}\w*")


def catalogue_sentences(locale: str) -> Iterator[str]:
    """Give the translated messages of a locale that are sentences mostly in their own words; names of countries and languages are not."""
    rtl = locale in ("ar", "fa", "he", "ur", "ckb")  # what has hardly a letter of theirs was never translated
    for path in sorted((LOCALES / locale / "LC_MESSAGES").glob("*.mo")):
        if path.name.startswith("iso_"):
            continue
        try:
            with path.open("rb") as file:
                catalogue: dict[object, object] = vars(gettext.GNUTranslations(file))["_catalog"]
        except (OSError, UnicodeDecodeError):  # a catalogue in an encoding that it does not declare
            continue
        for message, translation in catalogue.items():
            if (
                not isinstance(translation, str)
                or _CODE.search(translation)
                or (rtl and sum(map(str.isascii, translation)) > len(translation) / 2)
            ):
                continue
            if message and translation != message:
                yield translation


def page_sentences(language: str) -> Iterator[str]:
    """Give the sentences of the labelled pages in a language."""
    for name in ("pages", "rtl"):
        path = DATA / name / "dev-truth.jsonl"
        for row in map(json.loads, path.read_text("utf-8").splitlines() if path.is_file() else ()):
            if row.get("languages") == [language]:
                yield from (sentence for line in row["body"].split("\n") for sentence in _ENDS.split(line))


def sample(lines: Iterator[str]) -> list[str]:
    """Keep an even choice of the distinct lines of at least five words."""
    cleaned = {" ".join(_MARKUP.sub("", line).split()) for line in lines}
    kept = sorted(line for line in cleaned if len(line.split()) >= HEAD_WORDS)
    return kept[:: max(1, len(kept) // MAX_SENTENCES)]


def accuracy(language: str, sentences: list[str]) -> tuple[float, float]:
    """Return the share of sentences and of their five-word heads that are told right."""
    whole = sum(detect_language(line) == language for line in sentences)
    heads = sum(detect_language(" ".join(line.split()[:HEAD_WORDS])) == language for line in sentences)
    return whole / len(sentences), heads / len(sentences)


def measured() -> Iterator[tuple[str, str, int, float, float]]:
    """Give language, source, number of sentences and both accuracies, where there are texts."""
    for locale, language in CODES.items():
        if sentences := sample(catalogue_sentences(locale)):
            yield language, "catalogues", len(sentences), *accuracy(language, sentences)
    for language in ("en", *CODES.values()):
        if sentences := sample(page_sentences(language)):
            yield language, "pages", len(sentences), *accuracy(language, sentences)


def main() -> int:
    """Print the table and the time that a page takes."""
    print("language source      sentences  whole  five words")
    for language, source, count, whole, heads in measured():
        print(f"{language:8} {source:11} {count:9}  {whole:.3f}  {heads:.3f}")
    page = "The foreign minister said on Sunday that the talks would resume next week in Ardal. " * 60
    started = time.perf_counter()
    for _ in range(200):
        detect_language(page)
    print(f"{(time.perf_counter() - started) * 5:.2f} ms a page")
    return 0


if __name__ == "__main__":
    sys.exit(main())

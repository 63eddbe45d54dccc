"""The words that show what a text is about: politics in its kinds, and everything else that news are made of.

One file a language in `gazetteers/subjects/`; `gazetteers/sections.yml` names sections. How much a word of each kind counts is not said
there: it is fitted (`relevance_model.yml`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from crawler.tagging.gazetteer import listed_as
from crawler.tagging.phrases import Phrase, PhraseIndex, Prefixes
from crawler.tagging.word_lists import GAZETTEERS, WordFile

SUBJECTS = GAZETTEERS / "subjects"

#: Kinds of political words, each a feature of the model. `general` are words that politics shares with the rest of the news.
POLITICAL = ("government", "elections", "diplomacy", "conflict", "protest", "justice", "general")
#: Kinds of words about something else.
OTHER = ("sport", "entertainment", "lifestyle", "weather", "business", "society")
GENERAL = "general"


@dataclass(frozen=True, slots=True)
class SectionNames:
    """Normalised names of sections that carry politics, that carry something else, and that carry the economy, which may be either."""

    political: frozenset[str]
    other: frozenset[str]
    economy: frozenset[str]


@lru_cache(maxsize=64)
def subject_index(language: str) -> PhraseIndex[str] | None:
    """Return the words of a language (ISO 639 code), each standing for the name of its kind, or None where nobody listed any.

    Raises: CatalogError naming file, line and field when the file is wrong.
    """
    path = SUBJECTS / f"{listed_as(language)}.yml"
    return read_subjects(WordFile.read(path), language) if language.isalpha() and path.is_file() else None


def read_subjects(file: WordFile, language: str) -> PhraseIndex[str]:
    """Make the index of one file.

    Raises: CatalogError naming file, line and field when a kind is missing or unknown, or a list holds what is no word.
    """
    for field in file.data:
        if field not in {"language", "political", "other", GENERAL}:
            raise file.fault((field,), "is not a field of a subject file")
    phrases: list[Phrase[str]] = []
    for group, kinds in (("political", POLITICAL[:-1]), ("other", OTHER)):
        listed = file.mapping(group)
        for kind in (*listed, *kinds):
            if kind not in kinds:
                raise file.fault((group, kind), f"is not one of {' '.join(kinds)}")
        for kind in kinds:
            phrases += file.phrases((group, kind), kind, bare=True)
    phrases += file.phrases((GENERAL,), GENERAL, bare=True)
    return PhraseIndex(phrases, Prefixes.of_language(language))


@lru_cache(maxsize=1)
def section_names() -> SectionNames:
    """Return the names of sections.

    Raises: CatalogError naming file, line and field when the file is wrong.
    """
    file = WordFile.read(GAZETTEERS / "sections.yml")
    return SectionNames(*(file.normalized(kind) for kind in ("political", "other", "economy")))

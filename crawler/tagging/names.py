"""Find the names of actors in a text: all of them in one pass of an Aho-Corasick automaton over the normalised text.

The automaton finds substrings; what is around them decides. A name in Latin letters stands between spaces. An Arabic or Hebrew one may have
proclitics before it, and in Turkish, Kurdish and Persian some names take endings (`crawler.tagging.name_forms`). Of names that overlap, the
longest wins. `docs/design/0009-actors.md` says why this library and what was measured.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, NamedTuple

import ahocorasick_rs

from crawler.tagging.actors import Actor, ActorKind, fold_name
from crawler.tagging.name_forms import arabic_forms, is_open_after, is_open_before, may_stand_after, may_stand_before, script_of
from crawler.tagging.zone import Zone

_SCRIPT_OF_LANGUAGE = {
    "en": "latin", "fr": "latin", "tr": "latin", "kmr": "latin", "ar": "arabic", "fa": "arabic", "ckb": "arabic", "he": "hebrew",
}  # fmt: skip
_SAME_LANGUAGE = {"ku": "kmr", "kurmanji": "kmr", "sorani": "ckb", "iw": "he", "prs": "fa"}
# English spelling is at home in the others, as long as they have none of their own.
_BORROWERS = frozenset({"fr", "tr", "kmr"})
_GERSHAYIM = frozenset('\u05f4"“”„')
# Without a capital letter anywhere, an acronym that is this short is any word (who, un, sdf).
_SHORTEST_LOWER_ACRONYM = 4


class Strength(IntEnum):
    """How much a name says by itself."""

    NEVER = 0  # it only looks like a name
    WORD = 1  # an ordinary word, too
    SHORT = 2  # shared with others
    FULL = 3  # unmistakable


class NameUse(NamedTuple):
    """One thing that a name may stand for: `actor` is an id, empty for what only looks like a name; `languages` are where it is listed.

    `acronym` asks for capital letters throughout, where the text has any, and in Hebrew for the mark.
    """

    actor: str
    strength: Strength
    languages: frozenset[str]
    person: bool
    acronym: bool = False


@dataclass(frozen=True, slots=True)
class NameHit:
    """A name that was met: tokens `start` … `end` of its zone (half open) and what it may stand for."""

    start: int
    end: int
    uses: tuple[NameUse, ...]


class _Pattern(NamedTuple):
    """A name as it is looked for; at an open end letters may be glued to it, a closed one is a word boundary."""

    form: str
    script: str
    uses: tuple[NameUse, ...]
    open_before: bool
    open_after: bool


def name_language(language: str) -> str:
    """Return the code under which names of a language are listed: Kurdish without more is Kurmanji."""
    return _SAME_LANGUAGE.get(language, language)


class NameIndex:
    """All names of a gazetteer, ready to be found. It can be pickled: the automaton is built anew, which takes a hundredth of a second."""

    def __init__(
        self, actors: Collection[Actor], never: Mapping[str, Iterable[str]] | None = None, words: Mapping[str, Iterable[str]] | None = None
    ) -> None:
        """Build the index.

        Args: the actors; by language, phrases that only look like a name; by language, short names that are ordinary words, too.
        """
        common = {(language, fold_name(word)) for language, entries in (words or {}).items() for word in entries}
        self._patterns = _patterns(_uses(actors, common, never or {}))
        self._automaton = self._build()

    def _build(self) -> ahocorasick_rs.AhoCorasick:
        # measured: the contiguous automaton is as fast as a DFA and is built in an eighth of its time
        keys = [f"{'' if before else ' '}{form}{'' if after else ' '}" for form, _, _, before, after in self._patterns]
        return ahocorasick_rs.AhoCorasick(keys, implementation=ahocorasick_rs.Implementation.ContiguousNFA, store_patterns=False)

    def __getstate__(self) -> tuple[list[Any], ...]:
        """Leave the automaton behind, and write columns: they are unpickled ten times as fast as records."""
        return tuple(map(list, zip(*self._patterns, strict=True)))

    def __setstate__(self, state: tuple[list[Any], ...]) -> None:
        """Build the automaton."""
        self._patterns = list(map(_Pattern._make, zip(*state, strict=True)))
        self._automaton = self._build()

    def __len__(self) -> int:
        """Count the spellings."""
        return len(self._patterns)

    def find(self, zone: Zone, language: str) -> list[NameHit]:
        """Return the names met in a text of a language (ISO 639), from left to right, never overlapping."""
        text = f" {zone.normalized} "
        met: dict[tuple[int, int], list[NameUse]] = {}
        for number, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            pattern = self._patterns[number]
            uses = pattern.uses
            if not pattern.open_before:
                start += 1  # noqa: PLW2901 - the space belongs to the boundary
            elif text[start - 1] != " ":
                begin = text.rfind(" ", 0, start) + 1
                uses = _with_prefix(pattern, text[begin:start], language)
                start = begin  # noqa: PLW2901 - the token begins with its prefix
            if not pattern.open_after:
                end -= 1  # noqa: PLW2901
            elif text[end] != " ":
                finish = text.index(" ", end)
                uses = _with_suffix(pattern, uses, text[end:finish], language)
                end = finish  # noqa: PLW2901
            if uses:
                met.setdefault((start, end), []).extend(uses)
        return _chosen(met, text, zone, language) if met else []


_Key = tuple[str, str, Strength]


def _uses(
    actors: Collection[Actor], common: set[tuple[str, str]], never: Mapping[str, Iterable[str]]
) -> tuple[dict[_Key, frozenset[str]], dict[_Key, bool], set[str]]:
    """Collect by name, actor and strength the languages in which a name is listed and whether it is an acronym; and who is a person."""
    languages: dict[_Key, frozenset[str]] = {}
    acronyms: dict[_Key, bool] = {}
    persons = {actor.id for actor in actors if actor.kind is ActorKind.PERSON}
    for actor in actors:
        for group, strength in ((actor.names, Strength.FULL), (actor.short, Strength.SHORT)):
            for language, names in group.items():
                listed_in = frozenset((language,))
                if strength is Strength.SHORT and language == "en":
                    listed_in |= _BORROWERS - actor.short.keys()
                for name in names:
                    folded = fold_name(name)
                    is_word = strength is Strength.SHORT and (language, folded) in common
                    key = (folded, actor.id, Strength.WORD if is_word else strength)
                    acronym = (name.isupper() and " " not in folded) or not _GERSHAYIM.isdisjoint(name)
                    if key in languages:
                        languages[key] |= listed_in
                        acronyms[key] &= acronym
                    else:
                        languages[key] = listed_in
                        acronyms[key] = acronym
    for language, phrases in never.items():
        for phrase in phrases:
            key = (fold_name(phrase), "", Strength.NEVER)
            languages[key] = languages.get(key, frozenset()) | {language}
    return languages, acronyms, persons


def _patterns(collected: tuple[dict[_Key, frozenset[str]], dict[_Key, bool], set[str]]) -> list[_Pattern]:
    """Make one pattern for each spelling; a spelling made of a name gives way to the same one that somebody listed."""
    languages, acronyms, persons = collected
    shared: dict[frozenset[str], frozenset[str]] = {}
    listed: dict[str, tuple[NameUse, ...]] = {}
    made: dict[str, tuple[NameUse, ...]] = {}
    for key, listed_in in languages.items():
        name, actor, strength = key
        use = NameUse(actor, strength, shared.setdefault(listed_in, listed_in), actor in persons, acronyms.get(key, False))
        listed[name] = (*listed.get(name, ()), use)
        if "ar" in listed_in:
            for form in arabic_forms(name, person=use.person):
                made[form] = (*made.get(form, ()), use)
    patterns = []
    open_ends: dict[tuple[str, frozenset[str]], tuple[bool, bool]] = {}  # there are far fewer of them than of spellings
    for form, uses in (made | listed).items():
        every = uses[0].languages if len(uses) == 1 else frozenset[str]().union(*(use.languages for use in uses))
        kind = script, _ = script_of(form), every
        if kind not in open_ends:
            open_ends[kind] = is_open_before(script, every), is_open_after(script, every)
        patterns.append(_Pattern(form, script, uses, *open_ends[kind]))
    return patterns


def _with_prefix(pattern: _Pattern, prefix: str, language: str) -> tuple[NameUse, ...]:
    """Return what a name still stands for with letters before it. Persian and Kurdish write no proclitics, even before the same name."""
    if pattern.script == "arabic" and _SCRIPT_OF_LANGUAGE.get(language) == "arabic" and language != "ar":
        return ()
    return tuple(
        use
        for use in pattern.uses
        if (pattern.script == "hebrew" or "ar" in use.languages)
        and may_stand_before(prefix, pattern.form, pattern.script, person=use.person)
    )


def _with_suffix(pattern: _Pattern, uses: tuple[NameUse, ...], suffix: str, language: str) -> tuple[NameUse, ...]:
    """Return what a name still stands for with letters after it."""
    return tuple(use for use in uses if language in use.languages and may_stand_after(suffix, pattern.form, language, person=use.person))


def _chosen(met: Mapping[tuple[int, int], list[NameUse]], text: str, zone: Zone, language: str) -> list[NameHit]:
    """Return what remains of the matches: those that the text's language and letters allow, of overlapping ones the longest."""
    meant: list[NameHit] = []
    for (begin, finish), listed in met.items():
        start = text.count(" ", 0, begin) - 1
        end = start + text.count(" ", begin, finish) + 1
        uses = tuple(use for use in dict.fromkeys(listed) if _is_meant(use, zone, start, end, language))
        if uses:
            meant.append(NameHit(start, end, uses))
    meant.sort(key=lambda hit: (hit.start - hit.end, -max(use.strength for use in hit.uses), hit.start))
    taken: set[int] = set()
    chosen = []
    for hit in meant:
        if taken.isdisjoint(range(hit.start, hit.end)):
            taken.update(range(hit.start, hit.end))
            if not any(use.strength is Strength.NEVER for use in hit.uses):
                chosen.append(hit)
    return sorted(chosen, key=lambda hit: hit.start)


def _is_meant(use: NameUse, zone: Zone, start: int, end: int, language: str) -> bool:
    """Say whether a name may be used like this here: a short one in its language, one word of Latin letters as a proper name."""
    # texts in languages that nobody listed names in (es, de) are read as English ones
    read_as = language if language in _SCRIPT_OF_LANGUAGE else "en"
    if use.strength is not Strength.FULL and read_as not in use.languages:
        return False
    first_letter = zone.tokens[start][0]
    if not first_letter.isascii():
        return not use.acronym or _has_mark(zone, start, end)
    if use.acronym:
        begin, finish = zone.place(start, end)
        if zone.is_lower:
            return finish - begin >= _SHORTEST_LOWER_ACRONYM
        return zone.text[begin:finish].isupper() and not zone.is_upper
    return (end - start > 1 and use.strength is Strength.FULL) or use.strength is Strength.NEVER or zone.may_be_name(start)


def _has_mark(zone: Zone, start: int, end: int) -> bool:
    """Say whether Hebrew words are written with the mark of an acronym: פת״ח is a party, פתח is an opening."""
    begin, finish = zone.place(start, end)
    return not _GERSHAYIM.isdisjoint(zone.text[begin:finish])

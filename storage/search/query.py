"""The query language: words, "phrases", -word, OR, title:word, prefix*. Anything odd is text, never an error.

    query    = group { group }                  all groups must match
    group    = [ "-" ] term { "OR" term }       any of its terms; OR binds closer than the space: a OR b c is (a or b) and c
    term     = [ "title:" ] ( phrase | word [ "*" ] )
    phrase   = '"' text '"'                     a missing last quote ends with the query; “ ” „ « » mean the same
    word     = text without spaces              folded to several tokens it is looked for as a phrase (e-mail)

A word is looked for in the forms that `storage.search.wordforms` gives, a phrase as it is written, but for what is written together with
its first word (بوزارة الخارجية). A prefix has at least two letters, or the star is a sign like any other. `OR` stands in capitals between
two terms of which neither is excluded; elsewhere it is a word, as are AND, NOT and NEAR. What SQL dialect a query ends in is
`storage.dialects`' affair.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from storage import textnorm
from storage.search import wordforms
from storage.search.fulltext import shorten_token

Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QueryConfig:
    """The limits of a query.

    `max_groups`: no reader types 64 words. `max_forms`: further words of a pasted text are looked for as they stand, because each form
    costs a look into the index. `max_chars`: a query of pasted text is cut before it is folded. `max_phrase_tokens`: neighbours are
    compared one by one. `min_prefix_chars`: a single letter begins half the words of a corpus.
    """

    max_groups: int = 64
    max_forms: int = 400
    max_phrase_tokens: int = 32
    max_chars: int = 4_000
    min_prefix_chars: int = 2


CONFIG = QueryConfig()


@dataclass(frozen=True, slots=True)
class Term:
    """One way in which a group matches: tokens that stand side by side, the last one perhaps only begun; in the headline, or anywhere."""

    tokens: Phrase
    prefix: bool = False
    title: bool = False


Group = tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """What an article must have, and must not have: groups of which any term will do."""

    required: tuple[Group, ...] = ()
    excluded: tuple[Group, ...] = ()

    def __bool__(self) -> bool:
        """Say whether there is anything to look for; a query without a usable token matches nothing."""
        return bool(self.required or self.excluded)

    def without(self, unknown: Collection[str]) -> Query:
        """Return the query without the terms that no article can match, as long as a group keeps one."""
        return Query(*(tuple(_pruned(group, unknown) for group in groups) for groups in (self.required, self.excluded)))

    @property
    def optional_tokens(self) -> set[str]:
        """The whole tokens of groups that have more terms than one."""
        groups = (group for group in (*self.required, *self.excluded) if len(group) > 1)
        return {token for group in groups for term in group for token in (term.tokens[:-1] if term.prefix else term.tokens)}


def _pruned(group: Group, unknown: Collection[str]) -> Group:
    if len(group) == 1:
        return group
    return tuple(term for term in group if not any(token in unknown for token in term.tokens)) or group[:1]


# The typographic double quotes; not the Hebrew gershayim (U+05F4), which is a letter's mark.
_QUOTES = re.compile("[“”„‟«»″＂]")
# An ASCII quote between two Hebrew letters is an acronym's mark (צה"ל), not the begin of a phrase.
_WORD = r'(?:[^\s"]|(?<=[\u05d0-\u05ea])"(?=[\u05d0-\u05ea]))+'
_PART = re.compile(rf'(-?)(title:(?=["\w]))?(?:"([^"]*)(?:"|$)|({_WORD}))', re.IGNORECASE)
_PREFIX = re.compile(r"[^\W_]\*+$")


@dataclass(frozen=True, slots=True)
class _Part:
    """What was typed between two spaces: a word, or a phrase between quotes."""

    text: str
    excluded: bool
    title: bool
    quoted: bool

    @property
    def plain(self) -> bool:
        return not (self.excluded or self.title or self.quoted)


def parse(text: str) -> Query:
    """Read what a user typed. Never raises; a text without letters or digits gives an empty query."""
    required: dict[Group, None] = {}
    excluded: dict[Group, None] = {}
    spent = 0
    for parts in _alternatives(_parts(text)):
        group = _group(parts, brief=spent >= CONFIG.max_forms)
        if not group:
            continue
        spent += len(group)
        (excluded if parts[0].excluded else required).setdefault(group)
        if len(required) + len(excluded) >= CONFIG.max_groups:
            break
    return Query(tuple(required), tuple(excluded))


def _parts(text: str) -> list[_Part]:
    """Cut a query into its words and phrases; those of which nothing is left when folded are dropped."""
    parts: list[_Part] = []
    for found in _PART.finditer(_QUOTES.sub('"', text[: CONFIG.max_chars])):
        minus, title, phrase, word = found.groups()
        said = phrase if phrase is not None else word
        if textnorm.normalize(said):
            parts.append(_Part(said, bool(minus), title is not None, phrase is not None))
    return parts


def _alternatives(parts: Sequence[_Part]) -> Iterator[list[_Part]]:
    """Yield the parts of each group: those joined by OR, else two words that are also written as one, else one alone."""
    at = 0
    while at < len(parts):
        group = [parts[at]]
        while at + 2 < len(parts) and _is_or(parts[at + 1]) and not group[0].excluded and not parts[at + 2].excluded:
            group.append(parts[at + 2])
            at += 2
        if len(group) == 1 and at + 1 < len(parts) and group[0].plain and parts[at + 1].plain and _joined(group[0], parts[at + 1]):
            group.append(parts[at + 1])
            at += 1
            # The group of two words is told from an OR by what stands between them: one word.
            yield [replace(group[0], text=f"{group[0].text} {group[1].text}")]
        else:
            yield group
        at += 1


def _is_or(part: _Part) -> bool:
    return part.plain and part.text == "OR"


def _joined(first: _Part, second: _Part) -> tuple[Phrase, ...] | None:
    """Return the forms of two words that are also written as one."""
    before, after = textnorm.normalize(first.text), textnorm.normalize(second.text)
    return None if " " in before or " " in after else wordforms.neighbours(before, after)


def _group(parts: Sequence[_Part], *, brief: bool) -> Group:
    """Return all terms of the parts of a group, each once."""
    return tuple(dict.fromkeys(term for part in parts for term in _terms(part, brief=brief)))


def _terms(part: _Part, *, brief: bool) -> Iterator[Term]:
    """Yield the ways in which a part may stand in a text; of a long query only the first."""
    star = not part.quoted and _PREFIX.search(part.text) is not None
    for tokens in _phrases(part, exact=brief or star):
        cut = tuple(shorten_token(token) for token in tokens[: CONFIG.max_phrase_tokens])
        yield Term(cut, star and len(cut[-1]) >= CONFIG.min_prefix_chars, part.title)


def _phrases(part: _Part, *, exact: bool) -> tuple[Phrase, ...]:
    tokens = textnorm.tokens(part.text)
    literal = tuple(textnorm.query_terms(part.text))
    if exact or not literal:
        return (literal,) if literal else ()
    if part.quoted:
        first = wordforms.before_phrase(tokens[0]) if len(tokens) > 1 else tuple(form for (form,) in wordforms.forms(tokens[0], part.text))
        return tuple(dict.fromkeys((literal, *((form, *literal[1:]) for form in first))))
    if len(tokens) == 1:
        return wordforms.typed(part.text) or wordforms.forms(tokens[0], part.text)
    if " " in part.text and len(tokens) == 2 and (both := wordforms.neighbours(tokens[0], tokens[1])):
        return both
    return wordforms.typed(part.text) or (literal,)

"""How one word is written in a text: the forms that a query looks for, and the compounds that a text is also indexed under. Pure.

Two halves that meet:

- `forms` (query): a token of the index and its other spellings in running text, of which any may match. Expanding the query and not the
  index costs the index nothing, keeps phrases exact and never merges two words: كريم finds وكريم, and ريم does not find كريم.
- `compounds` (text): tokens under which neighbours, or the parts of one word, are found too: `e-mail` as email, عبد الله as عبدالله.

What is expanded, and from where:

- Arabic: the proclitics و ف ب ك ل and their stacks, and س before imperfect verbs, as they attach to any noun or verb (Ryding, A Reference
  Grammar of Modern Standard Arabic, Cambridge 2005, chapters 1 and 16); article stacks are gone from the index already
  (`textnorm.index_text`). A form that is a word of its own (`rootwords`) is left out. Possessives: ها هم هما after four letters, and ة as
  ت before any of them (حكومة, حكومتها). Not expanded, because each turns one name into another: feminine ة (أمير, أميرة), dual ان (سلم,
  سلمان), plural ات (عرفة, عرفات), ي of origin (عراق, عراقي), ون ين. The seat of a hamza inside a word is written two ways (مسؤول, مسئول).
- Persian: plural ها and its endings joined or apart, the prefixes می and نمی apart, the ezafe ی after a silent ه (Academy of Persian
  Language, 'Dastur-e khatt-e farsi', 2015, which allows more than one way for each), the endings ای ام ایم اید اند اش after it.
- Kurdish: ڕ at the begin of a word is often written ر, because no other r stands there (Thackston, Sorani Kurdish, 2006, section 1).
- Hebrew: ה ו ב ל מ ש כ and their stacks (Academy of the Hebrew Language), the first ו of a root doubled after a prefix in unvowelled
  spelling; a word with the article also finds itself without, since ב + ה is written ב.
- Turkish: case and number endings of common nouns, when the word has a letter that only Turkish has beside the Latin ones; a final k before
  a vowel is ğ (Lewis, Turkish Grammar, Oxford 2000). Names take an apostrophe before the ending, so their stem is a token already.
- Latin: elision (l'accord), the English possessive, an apostrophe that transliterates hamza or ayn (Sana'a, Sanaa), the Arabic article
  (al-Assad, Al Jazeera), hyphens (e-mail), dotted acronyms (U.S.), grouped digits (1,000).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from storage.search.rootwords import ARABIC_KNOWN, ARABIC_ROOTS, HEBREW_KNOWN, HEBREW_ROOTS
from storage.textnorm import index_normalized, normalize

Phrase = tuple[str, ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_ARABIC = re.compile("[\u0621-\u064a\u0671-\u06d3]+")
_HEBREW = re.compile("[\u05d0-\u05ea]+")

_ARABIC_PREFIXES = ("و", "ف", "ب", "ك", "ل", "وب", "ول", "وك", "فب", "فل", "فك")
_ARABIC_ARTICLES = ("ال", "وال", "فال", "بال", "كال", "لل", "وبال", "ولل", "فبال")
_HEBREW_PREFIXES = (
    *("ה", "ו", "ב", "ל", "מ", "ש", "כ", "וה", "וב", "ול", "ומ", "וש", "וכ", "שה", "שב", "של", "שמ", "שכ", "מה", "כש", "כשה", "לכש"),
    *("ושה", "ושב", "ושל", "ומה", "מש", "בש", "וכש", "שבה", "כשב"),
)
_BEFORE_ARTICLE = ("ו", "ש", "וש", "כש", "מ", "כ", "ומ", "שמ")
_KURDISH_INITIAL_R = {"ر": "ڕ", "ڕ": "ر"}
_PERSIAN_PLURALS = ("ها", "هاي", "هايي", "هايش")
_TURKISH_LETTERS = re.compile("[ğşıİçöü]|[gscou]\u0306|[scou][\u0327\u0308]")
_NOT_TURKISH = re.compile("[éèêàâùûôîëïäßñåøæœ]")
_TURKISH_CASES = {
    "front": _words("ler leri lerin lerini lere lerde lerden lerle e ye de te den ten le deki teki sine sinde sinden"),
    "back": _words("lar lari larin larini lara larda lardan larla a ya da ta dan tan la daki taki sina sinda sindan"),
    "either": _words("i u in un nin nun si su yi yu sinin sunun ini unu"),
}
_APOSTROPHES = "'’‘ʼ`´′ʿʾ"
_SUFFIXES = frozenset(
    _words("s in un nin nun yi yu ya ye da de ta te dan den tan ten la le yla yle nda nde ndan nden na ne ni nu lar ler daki deki")
)
_ELISIONS = frozenset(("l", "d", "j", "m", "t", "s", "n", "c", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu"))
_SUN = {"ar": "r", "as": "s", "ash": "s", "at": "t", "ath": "t", "az": "z", "an": "n", "ad": "d", "adh": "d"}

# Pairs of neighbours that are also written as one word; the first or the second decides.
_JOIN_WITH_NEXT = ("مي", "نمي", "عبد", "ابو", "ابي", "al", "el")
_JOIN_WITH_LAST = (*_PERSIAN_PLURALS, "تر", "ترين", "الله", "الدين")
# The same after a silent ه alone, in a query: هسته ای, هسته‌ای.
_JOIN_WITH_SILENT_HEH = ("اي", "ام", "ايم", "ايد", "اند", "اش")
# Words of several parts, in the text as it was written: 1,000 and U.S. and e-mail and Sana'a.
_PARTS = re.compile(
    "\\d{1,3}(?:[,.٬’\u00a0\u202f ]\\d{3})+(?!\\d)"
    "|(?<!\\w)(?:[^\\W\\d_]\\.){2,}(?:[^\\W\\d_](?!\\w))?"
    "|\\w+(?:[-‐‑]\\w+){1,2}"
    f"|\\w+[{_APOSTROPHES}]{{1,2}}\\w+"
)
# What stands between two parts. The sign itself comes first in the pattern, because a search for one of a few characters is fast and a look
# back at each is not.
_SIGN = f"[-‐‑.,٬{_APOSTROPHES}]"
_JOINT = re.compile(rf"{_SIGN}(?<=\w{_SIGN}){_SIGN}?(?=\w)|[\u00a0\u202f ](?=\d{{3}}(?!\d))(?<=\d[\u00a0\u202f ])")
_POSSESSIVE = re.compile(f"(?<=[A-Za-z])[{_APOSTROPHES}][sS]$")
_APART = re.compile("[^\\s\u200c]{2,}(?<![هەة])(?:\u200c[^\\s\u200c]{2,})+")
_SCRIPTS = re.compile("[\u0590-\u05ff]+|[\u0600-\u06ff]+|[^\u0590-\u06ff]+")
_MIXED = re.compile("[\u0590-\u06ff][0-9a-z]|[0-9a-z][\u0590-\u06ff]")


@lru_cache(maxsize=4096)
def forms(token: str, written: str = "") -> tuple[Phrase, ...]:
    """Return how a word of a query may stand in a text, itself first.

    `token` is one token as `textnorm.normalize` gives it, `written` the word as it was typed, which still has its hamzas and Turkish
    letters. Returns: tokens as they are in the index, each a phrase of one; no two alike.
    """
    found: dict[str, None] = {index_normalized(token): None}
    if _ARABIC.fullmatch(token):
        found |= dict.fromkeys(_arabic(token, written))
    elif _HEBREW.fullmatch(token):
        found |= dict.fromkeys(_hebrew(token))
    elif len(token) >= 4 and written and _TURKISH_LETTERS.search(written.lower()) and not _NOT_TURKISH.search(written.lower()):
        found |= dict.fromkeys(_turkish(token, written))
    found |= dict.fromkeys(pieces(token))
    return tuple((form,) for form in found)


def before_phrase(token: str, written: str = "") -> tuple[str, ...]:
    """Return the forms of the first word of a phrase: what stands before a phrase is written together with its first word."""
    found = [form for (form,) in forms(token, written) if form.endswith((token, index_normalized(token)))]
    if len(token) == 2 and _HEBREW.fullmatch(token):
        found += [prefix + token for prefix in _HEBREW_PREFIXES]
    return tuple(found)


def _arabic(token: str, written: str) -> Iterator[str]:
    for bare in dict.fromkeys((index_normalized(token), *_hamza_seats(token, written))):
        yield bare
        yield from _after_proclitics(bare)
        if len(bare) == 2:
            # Fewer than three letters keep their article in the index.
            yield from (article + bare for article in _ARABIC_ARTICLES)
        elif len(bare) == 4 and bare.startswith("ال") and bare != "الله":
            yield bare[2:]
            yield from (article + bare[2:] for article in _ARABIC_ARTICLES)
        if bare == "الله":
            yield from ("لله", "ولله")
        yield from _after_suffixes(bare)
        if bare[0] in _KURDISH_INITIAL_R:
            yield _KURDISH_INITIAL_R[bare[0]] + bare[1:]
        if bare[0] in "وفبكل" and len(bare) >= 4 and bare not in ARABIC_ROOTS:
            yield from (bare[cut:] for cut in (1, 2) if bare[cut:] in ARABIC_KNOWN and (cut == 1 or bare[:2] in _ARABIC_PREFIXES))


def _after_proclitics(bare: str) -> Iterator[str]:
    if len(bare) < 3:
        return
    for prefix in _ARABIC_PREFIXES:
        if not any(prefix[cut:] + bare in ARABIC_ROOTS for cut in range(len(prefix))):
            yield prefix + bare
    if bare[0] in "يتن" and len(bare) >= 4 and "س" + bare not in ARABIC_ROOTS:
        yield from ("س" + bare, "وس" + bare)


def _after_suffixes(bare: str) -> Iterator[str]:
    if len(bare) >= 3 and not bare.endswith(_PERSIAN_PLURALS):
        yield from (bare + plural for plural in _PERSIAN_PLURALS)
    if len(bare) >= 4:
        yield from (bare + possessive for possessive in ("هم", "هما"))
    if len(bare) >= 4 and bare.endswith("ه"):
        yield bare + "ي"
        owned = [bare[:-1] + "ت" + possessive for possessive in ("ه", "ها", "هم", "هما", "نا", "كم")]
        yield from (prefix + form for form in owned for prefix in ("", "و", "ب", "ل"))


def _hamza_seats(token: str, written: str) -> Iterator[str]:
    """Yield the spellings of a word with a hamza on و or ي inside it: on the other seat."""
    if normalize(written) == token:
        for seat, other in (("ؤ", "ئ"), ("ئ", "ؤ")):
            if seat in written[1:]:
                yield index_normalized(normalize(written.replace(seat, other)))


def _hebrew(token: str) -> Iterator[str]:
    bare = [token]
    if token[0] == "ה" and len(token) >= 4 and token not in HEBREW_ROOTS:
        yield from (prefix + token for prefix in ("", *_BEFORE_ARTICLE))
        bare = [token[1:]]
    elif token[0] in "ובלמשכ" and len(token) >= 4 and token not in HEBREW_ROOTS:
        bare += [token[len(prefix) :] for prefix in _HEBREW_PREFIXES if token.startswith(prefix) and token[len(prefix) :] in HEBREW_KNOWN]
    for word in bare:
        yield word
        if len(word) < 3:
            continue
        for prefix in _HEBREW_PREFIXES:
            if not any(prefix[cut:] + word in HEBREW_ROOTS for cut in range(len(prefix))):
                yield prefix + word
                if word[0] == "ו" and word[1] != "ו":
                    yield f"{prefix}ו{word}"


def _turkish(token: str, written: str) -> Iterator[str]:
    vowels = re.findall("[aeıioöuü]", written.replace("I", "ı").replace("İ", "i").lower())
    side = "back" if vowels and vowels[-1] in "aıou" else "front"
    stems = [token] if token[-1] != "k" else [token, token[:-1] + "g"]
    for ending in (*_TURKISH_CASES[side], *_TURKISH_CASES["either"]):
        softens = ending[0] in "aeiu"
        yield from (stem + ending for stem in stems if stem == token or softens)


def pieces(token: str) -> Iterator[str]:
    """Yield the parts of a token that mixes scripts (الـBBC): letters of another script than the region's, and digits."""
    if _MIXED.search(token):
        yield from (piece for piece in _SCRIPTS.findall(token) if piece.isascii() and len(piece) > 1)


def typed(word: str) -> tuple[Phrase, ...] | None:
    """Read a word of several parts as somebody typed it; None when it is an ordinary one.

    `Erdoğan'ın`, `Iraq's` and `l'accord` are looked for by their stem, `al-Assad` with and without the article, others as a phrase or as
    one word.
    """
    if (stem := _POSSESSIVE.sub("", word)) != word and normalize(stem):
        return typed(stem) or (forms(normalize(stem), stem) if " " not in normalize(stem) else None)
    if "\u200c" in word.strip("\u200c"):
        apart = index_normalized(normalize(word.replace("\u200c", " "))).split()
        return (*forms(normalize(word).replace(" ", ""), word), tuple(apart))
    parts = normalize(word).split()
    if len(parts) == 2 and any(sign in word for sign in _APOSTROPHES) and all(part.isascii() for part in parts):
        first, last = parts
        if first in _ELISIONS and len(last) > 2:
            return forms(last, re.split(f"[{_APOSTROPHES}]", word, maxsplit=1)[1])
        if last in _SUFFIXES and len(first) > 2:
            return (*forms(first, re.split(f"[{_APOSTROPHES}]", word, maxsplit=1)[0]), (first + last,))
    if len(parts) == 2 and "-" in word and parts[0].isascii() and (_is_article(*parts)):
        return ((parts[1],), ("".join(parts),))
    if len(parts) > 1 and (match := _PARTS.search(word)) and normalize(match.group()).split() == parts:
        return (tuple(index_normalized(normalize(word)).split()), ("".join(parts),))
    return None


def neighbours(first: str, second: str) -> tuple[Phrase, ...] | None:
    """Read two words that follow each other in a query and are also written as one; None when they are not. `می شود`, `عبد الله`."""
    if first in ("al", "el") and second.isascii() and len(second) > 2:
        return ((second,), (first + second,))
    if first.isdecimal() and second.isdecimal() and len(first) < 4 and len(second) == 3:
        return ((first, second), (first + second,))
    if first in _JOIN_WITH_NEXT or second in _JOIN_WITH_LAST or (second in _JOIN_WITH_SILENT_HEH and first.endswith("ه")):
        joined = first + second
        apart = tuple(index_normalized(f"{first} {second}").split())
        return (
            apart,
            *forms(joined),
            *((form, *apart[1:]) for form in (before_phrase(first) if len(first) > 2 else ()) if form != apart[0]),
        )
    return None


def _is_article(first: str, second: str) -> bool:
    return first in ("al", "el", "ul") or (first in _SUN and second.startswith(_SUN[first]))


def compounds(written: str, normalized: str) -> Iterator[tuple[int, int, str]]:
    """Yield the further tokens of a text: (start, end, token), offsets into `written`; -1, -1 where they come from `normalized`.

    `normalized` is what `textnorm.normalize` gives of `written`.
    """
    yield from written_in_parts(written)
    if "\u200c" in written:
        for match in _APART.finditer(written):
            yield match.start(), match.end(), index_normalized(normalize(match.group().replace("\u200c", " ")))
    yield from ((-1, -1, token) for token in joined_neighbours(normalized))
    if not normalized.isascii():
        done = 0
        for mixed in _MIXED.finditer(normalized):
            if mixed.start() >= done:
                done = (normalized + " ").index(" ", mixed.end())
                yield from ((-1, -1, piece) for piece in pieces(normalized[normalized.rfind(" ", 0, mixed.start()) + 1 : done]))


def written_in_parts(written: str) -> Iterator[tuple[int, int, str]]:
    """Yield the words of a text that have parts, as the one token that they are also written as; offsets are those of the whole word."""
    done = 0
    for joint in _JOINT.finditer(written):
        start = joint.start()
        if start < done:
            continue
        while start > done and (written[start - 1].isalnum() or written[start - 1] == "_"):
            start -= 1
        match = _PARTS.match(written, start)
        if match is None:
            continue
        done = match.end()
        parts = normalize(match.group()).split()
        apostrophe = written[joint.start()] in _APOSTROPHES
        if len(parts) > 1 and not (apostrophe and (parts[0] in _ELISIONS or parts[-1] == "s")):
            yield match.start(), match.end(), "".join(parts)


def joined_neighbours(normalized: str) -> Iterator[str]:
    """Yield the words that two neighbours of a normalised text are also written as."""
    text = f" {normalized} "
    for first in _JOIN_WITH_NEXT:
        sought = f" {first} "
        at = text.find(sought)
        while at >= 0 and at + len(sought) < len(text):
            begin = at + len(sought)
            yield index_normalized(first + text[begin : text.index(" ", begin)])
            at = text.find(sought, begin - 1)
    for last in _JOIN_WITH_LAST:
        sought = f" {last} "
        at = text.find(sought, 1)
        while at > 0:
            yield index_normalized(text[text.rfind(" ", 0, at) + 1 : at] + last)
            at = text.find(sought, at + 1)

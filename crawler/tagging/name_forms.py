"""What may be glued to a name: the letters that Arabic and Hebrew write before it, and those that other languages write after it.

All forms are those of `storage.textnorm.normalize`: hamza on its carriers gone, ى → ي, ة → ه, no diacritics, Latin in lower case.

Sources: Arabic: Ryding, A Reference Grammar of Modern Standard Arabic, 2005. Hebrew: Glinert, The Grammar of Modern Hebrew, 1989. Turkish
(names of institutions take their endings without an apostrophe): Türk Dil Kurumu, Yazım Kılavuzu. Sorani and Kurmanji: Thackston's
reference grammars, 2006.
"""

from __future__ import annotations

import re

_ARTICLE, _LAM_ARTICLE = "ال", "لل"
_ARABIC = re.compile("[\u0620-\u06ff]")
_HEBREW = re.compile("[\u05d0-\u05ea]")

# A name of three letters with one more before it is too often another word (بري, كبري); 'and' is met everywhere.
_SHORTEST_AFTER_AND = 3
_SHORTEST_AFTER_PREPOSITION = 4
_BEFORE_ARTICLE = re.compile("[وف]?[بك]?")
_BEFORE_LAM = re.compile("[وف]?")
_BEFORE_BARE = re.compile("[وف]?[بكل]?")
_BEFORE_BARE_OR_ARTICLE = re.compile("[وف]?(?:[بكل]|[بك]?ال|لل)?")
_BEFORE_HEBREW = re.compile("ו?(?:כש|מש|לכש|ש)?(?:מה|[הבלמכ])?")
_HEBREW_LETTERS_LEFT = 3

_AFTER_TURKISH = re.compile(
    "n?[iu]n|y?[aeiu]|n[aeiu]|n?[dt][ae](?:n|ki\\w{0,4})?|y?l[ae]|l[ae]r(?:in|i|e|a|den|dan|de|da)?|[cs][aei]|li|lu|lik|nce|nca|ydi|dir|tir"
)
_AFTER_KURMANJI = re.compile("y?(?:e|i|a|an|en)")
_AFTER_SORANI = re.compile("ي?(?:ش|دا|هوه|وه|ه|ان|شي)?|يان|م")
_AFTER_PERSIAN = re.compile("ها|هاي|هايي")
_SHORTEST_BEFORE_ENDING = 4


def script_of(name: str) -> str:
    """Return the script of a normalised name: 'arabic', 'hebrew' or 'latin' (which stands for all others)."""
    if name.isascii():
        return "latin"
    return "arabic" if _ARABIC.search(name) else "hebrew" if _HEBREW.search(name) else "latin"


def arabic_forms(name: str, *, person: bool) -> set[str]:
    """Return the further spellings under which a normalised name that is listed in Arabic is looked for; none when it is of another script.

    Arabic ل before the article swallows its alef, and the last part of a person's name is met with and without article (جلال طالباني, جلال
    الطالباني).
    """
    if script_of(name) != "arabic":
        return set()
    forms = {name}
    *first, last = name.split()
    if person and first:
        bare = last.removeprefix(_ARTICLE)
        if len(bare) >= _SHORTEST_AFTER_PREPOSITION:
            forms |= {" ".join((*first, bare)), " ".join((*first, _ARTICLE + bare))}
    forms |= {_LAM_ARTICLE + form[len(_ARTICLE) :] for form in forms if form.startswith(_ARTICLE)}
    return forms - {name}


def is_open_before(script: str, languages: frozenset[str]) -> bool:
    """Say whether letters may be glued to the front of a name that is one in these languages."""
    return script == "hebrew" or (script == "arabic" and "ar" in languages)


def is_open_after(script: str, languages: frozenset[str]) -> bool:
    """Say whether letters may be glued to the end of a name that is one in these languages."""
    return bool(languages & ({"fa", "ckb"} if script == "arabic" else {"tr", "kmr"} if script == "latin" else set()))


def may_stand_before(prefix: str, form: str, script: str, *, person: bool) -> bool:
    """Say whether letters in front of a name in Arabic or Hebrew are words of their own."""
    letters = len(form)
    if script == "hebrew":
        return letters >= _HEBREW_LETTERS_LEFT and _BEFORE_HEBREW.fullmatch(prefix) is not None
    if letters < (_SHORTEST_AFTER_AND if prefix == "و" else _SHORTEST_AFTER_PREPOSITION):
        return False
    if form.startswith(_ARTICLE):
        return _BEFORE_ARTICLE.fullmatch(prefix) is not None
    if form.startswith(_LAM_ARTICLE):
        return _BEFORE_LAM.fullmatch(prefix) is not None
    # صدام is a person, الصدام is a clash; but طالباني, named after a place, is also الطالباني
    article = not person or (form.endswith("ي") and " " not in form)
    return (_BEFORE_BARE_OR_ARTICLE if article else _BEFORE_BARE).fullmatch(prefix) is not None


def may_stand_after(suffix: str, form: str, language: str, *, person: bool) -> bool:
    """Say whether letters after a name are an ending in the language of the text (ISO 639)."""
    if len(form.rsplit(" ", 1)[-1]) < _SHORTEST_BEFORE_ENDING:
        return False
    if language == "tr":
        return not person and " " in form and _AFTER_TURKISH.fullmatch(suffix) is not None
    ending = {"kmr": _AFTER_KURMANJI, "ckb": _AFTER_SORANI, "fa": _AFTER_PERSIAN}.get(language)
    return ending is not None and ending.fullmatch(suffix) is not None

"""What a revision changed: letters only, or the words of the text, of the headline, of both. Pure.

A minor edit is one that a proofreader makes: a word spelt right, put together, taken apart, not printed twice. Whatever might change a fact
is none: a number, in digits or in words, a month, a word more or less, another first letter. The two versions are walked in step; at the
first larger difference the walk ends, so that a rewritten text costs no more than an edited one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from storage import textnorm
from storage.records import RevisionKind
from storage.wording import wording


@dataclass(frozen=True, slots=True)
class ChangeConfig:
    """What is still a slip of the pen.

    `word_letters`: more than four of five misspellings are one letter too many, too few, another, or two exchanged (Damerau, "A technique
    for computer detection and correction of spelling errors", CACM 7(3), 1964); one such error is allowed in words from here on, because
    in shorter ones it mostly makes another word (Iran, Iraq). Two letters exchanged are believed from `swap_letters` on (teh, form), two
    errors from `long_word_letters` on. The first letter stays: 1 to 7 % of misspellings touch it (Kukich, "Techniques for automatically
    correcting words in text", ACM Computing Surveys 24(4), 1992, section 1.3), and prefixes that deny or join stand there (illegal,
    للوزير). `max_places` and `max_share`: a proofreader finds a few words, and in a long text a few in a hundred. `resync_words`: the
    words that must agree after a difference; `max_gap`: the longest difference, in words.
    """

    word_letters: int = 5
    swap_letters: int = 3
    long_word_letters: int = 9
    max_places: int = 3
    max_share: float = 0.02
    resync_words: int = 2
    max_gap: int = 3


CONFIG = ChangeConfig()

# Words that one letter makes into others of their kind: numbers (eight, eighty; هفتاد, هشتاد) and months (يونيو, يوليو).
_FACTS = frozenset(
    textnorm.tokens(
        """
one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty
forty fifty sixty seventy eighty ninety hundred hundreds thousand thousands million millions billion billions first second third fourth
fifth sixth seventh eighth ninth tenth dozen dozens january february march april june july august september october november december
deux trois quatre cinq sept huit neuf onze douze treize quatorze quinze seize vingt trente quarante cinquante soixante cent cents mille
millier milliers million milliard milliards dizaine dizaines centaine centaines premier deuxième troisième janvier février mars avril juin
juillet août septembre octobre novembre décembre
iki üç dört beş altı yedi sekiz dokuz yirmi otuz kırk elli altmış yetmiş seksen doksan yüz yüzlerce binlerce milyon milyar birinci ikinci
ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık
واحد واحدة اثنان اثنين اثنتان اثنتين ثلاثة ثلاث أربعة أربع خمسة خمس ستة سبعة سبع ثمانية ثماني تسعة تسع عشرة عشر عشرون عشرين ثلاثون ثلاثين
أربعون أربعين خمسون خمسين ستون ستين سبعون سبعين ثمانون ثمانين تسعون تسعين مئة مائة مئتان مئتين مئات ألف ألفان ألفين آلاف مليون ملايين مليار
مليارات عشرات الأول الثاني الثالث الرابع الخامس السادس السابع الثامن التاسع العاشر يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر
أكتوبر نوفمبر ديسمبر
چهار پنج شش هفت هشت نه ده یازده دوازده سیزده چهارده پانزده شانزده هفده هجده نوزده بیست سی چهل پنجاه شصت هفتاد هشتاد نود صد هزار هزاران
میلیون میلیارد ده‌ها صدها ژانویه فوریه آوریل ژوئن ژوئیه
שתיים שניים שלוש שלושה ארבע ארבעה חמש חמישה שש שישה שבע שבעה שמונה תשע תשעה עשר עשרה עשרים שלושים ארבעים חמישים שישים שבעים שמונים תשעים
מאה מאות מאתיים אלף אלפים אלפיים מיליון מיליונים מיליארד עשרות יוני יולי
چوار پێنج شەش حەوت هەشت نۆ بیست سەد هەزار ملیۆن ملیار
"""
    )
)
# '1,200' has become '1200', not '1.5' '15': only groups of three digits are joined or divided.
_GROUPED = re.compile(r"\d{1,3}(?: \d{3})+")


class _Extent(Enum):
    """How much of a text or headline was changed."""

    NOTHING = 0
    LETTERS = 1
    WORDS = 2


@dataclass(frozen=True, slots=True)
class Wrote:
    """A version, as far as its changes are named: headline and text as they were extracted."""

    title: str | None
    text: str


def kind_of(before: Wrote, after: Wrote, config: ChangeConfig = CONFIG) -> RevisionKind:
    """Name what was changed between a version and the one that followed it; a headline that was not found has not changed.

    Lines that say nothing (`storage.wording`) do not count. Returns MINOR also when nothing differs that a reader sees.
    """
    old_title, new_title = textnorm.tokens(before.title or ""), textnorm.tokens(after.title or "")
    headline = _extent(old_title, new_title, config) if new_title else _Extent.NOTHING
    text = _extent(wording(before.text).split(), wording(after.text).split(), config)
    if headline is _Extent.WORDS:
        return RevisionKind.BOTH if text is _Extent.WORDS else RevisionKind.HEADLINE
    return RevisionKind.TEXT if text is _Extent.WORDS else RevisionKind.MINOR


def _extent(old: Sequence[str], new: Sequence[str], config: ChangeConfig) -> _Extent:
    if old == new:
        return _Extent.NOTHING
    most = max(config.max_places, int(config.max_share * len(old)))
    for places, (before, removed, added) in enumerate(_differences(old, new, config), start=1):
        doubled = [*removed, *added] == [before] and not any(char.isdigit() for char in before)
        if places > most or not (doubled or _is_slip(removed, added, config)):
            return _Extent.WORDS
    return _Extent.LETTERS


def _differences(old: Sequence[str], new: Sequence[str], config: ChangeConfig) -> Iterator[tuple[str, Sequence[str], Sequence[str]]]:
    """Walk two texts in step; wherever they differ, yield the word before, and what stands in the one and in the other.

    The last may be all the rest.
    """
    at, to = 0, 0
    while at < len(old) or to < len(new):
        if at < len(old) and to < len(new) and old[at] == new[to]:
            at, to = at + 1, to + 1
            continue
        gap = _gap(old, new, at, to, config)
        if gap is None:
            yield "", old[at:], new[to:]
            return
        yield old[at - 1] if at else "", old[at : at + gap[0]], new[to : to + gap[1]]
        at, to = at + gap[0], to + gap[1]


def _gap(old: Sequence[str], new: Sequence[str], at: int, to: int, config: ChangeConfig) -> tuple[int, int] | None:
    """Return the fewest words to pass over on each side after which the texts agree again; None when they do not soon."""
    for total in range(1, 2 * config.max_gap + 1):
        # As many words on both sides first: a word was replaced more often than one was taken out.
        sides = range(max(0, total - config.max_gap), min(total, config.max_gap) + 1)
        for removed in sorted(sides, key=lambda side: abs(2 * side - total)):
            one, other = at + removed, to + total - removed
            if one > len(old) or other > len(new):
                continue
            if old[one : one + config.resync_words] == new[other : other + config.resync_words]:
                return removed, total - removed
    return None


def _is_slip(removed: Sequence[str], added: Sequence[str], config: ChangeConfig) -> bool:
    """Say whether a difference is a slip of the pen."""
    if "".join(removed) == "".join(added):
        return not any(char.isdigit() for char in "".join(removed)) or _is_grouping(removed, added)
    if not removed or not added:
        return False
    if len(removed) == len(added):
        return all(one == other or _is_misspelling(one, other, config) for one, other in zip(removed, added, strict=True))
    return _is_misspelling("".join(removed), "".join(added), config) and abs(len(removed) - len(added)) == 1


def _is_grouping(removed: Sequence[str], added: Sequence[str]) -> bool:
    """Say whether digits were only grouped by threes otherwise."""
    longer, shorter = sorted((removed, added), key=len, reverse=True)
    return len(shorter) == 1 and _GROUPED.fullmatch(" ".join(longer)) is not None


def _is_misspelling(one: str, other: str, config: ChangeConfig) -> bool:
    """Say whether one of two words is the other misspelt."""
    if any(char.isdigit() for char in one + other) or {one, other} & _FACTS:
        return False
    shorter = min(len(one), len(other))
    if _is_swapped(one, other):
        return shorter >= config.swap_letters
    if one[:1] != other[:1] or shorter < config.word_letters:
        return False
    return _distance(one, other) <= (2 if shorter >= config.long_word_letters else 1)


def _is_swapped(one: str, other: str) -> bool:
    """Say whether two neighbouring letters were exchanged, and nothing else."""
    differing = [at for at, (left, right) in enumerate(zip(one, other, strict=False)) if left != right]
    if len(one) != len(other) or len(differing) != 2 or differing[1] != differing[0] + 1:
        return False
    first, second = differing
    return one[first] == other[second] and one[second] == other[first]


def _distance(one: str, other: str) -> int:
    """Count the letters to add, drop, replace or exchange with their neighbour: optimal string alignment (Damerau 1964)."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for at, left in enumerate(one, start=1):
        row = [at]
        for to, right in enumerate(other, start=1):
            cost = min(last[to] + 1, row[to - 1] + 1, last[to - 1] + (left != right))
            if at > 1 and to > 1 and left == other[to - 2] and one[at - 2] == right:
                cost = min(cost, before[to - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]
